//! The console's access key download, as `configure import` takes it.
//!
//! As in the AWS CLI: cells are split at commas only, without quoting; header names are compared
//! without regard to case; columns stand in any order and others are ignored.

use crate::secret::Secret;

/// One row: a user and an access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `User Name`; absent in the per-key download (`accessKeys.csv`).
    pub user_name: Option<String>,
    /// `Access key ID`
    pub access_key_id: String,
    /// `Secret access key`
    pub secret_access_key: Secret,
}

/// Why the text could not be imported. Texts as in the AWS CLI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// Nothing but white space.
    #[error("Provided CSV contains no contents")]
    Empty,
    /// A column is missing.
    #[error("Expected header \"{0}\" not found")]
    HeaderNotFound(&'static str),
    /// A row lacks a value; rows are counted from 1 below the header.
    #[error("Failed to parse entry #{0}: Row missing value for header \"{1}\"")]
    MissingValue(usize, &'static str),
}

const USER_NAME: &str = "User Name";
const ACCESS_KEY_ID: &str = "Access Key ID";
const SECRET_ACCESS_KEY: &str = "Secret Access key";

/// Reads the rows of `text`. With `skip_invalid`, rows that lack a value are left out; with
/// `need_user_names` unset, the column of user names may be missing.
///
/// # Errors
/// See [`CsvError`].
pub fn parse(text: &str, skip_invalid: bool, need_user_names: bool) -> Result<Vec<Row>, CsvError> {
    if text.trim().is_empty() {
        return Err(CsvError::Empty);
    }
    let mut lines = split_lines(text);
    let header = lines.next().unwrap_or_default();
    let names: Vec<String> =
        header.split(',').map(|cell| cell.strip_prefix('\u{feff}').unwrap_or(cell).trim().to_lowercase()).collect();
    let column = |name: &'static str| {
        let wanted = name.to_lowercase();
        names.iter().position(|name| *name == wanted).ok_or(CsvError::HeaderNotFound(name))
    };
    let user_name = match column(USER_NAME) {
        Err(_) if !need_user_names => None,
        found => Some(found?),
    };
    let (id, secret) = (column(ACCESS_KEY_ID)?, column(SECRET_ACCESS_KEY)?);
    let mut rows = Vec::new();
    for (index, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let cell = |at: usize, name| match cells.get(at) {
            Some(text) if !text.is_empty() => Ok((*text).to_owned()),
            _ => Err(CsvError::MissingValue(index + 1, name)),
        };
        let row = user_name.map(|at| cell(at, USER_NAME)).transpose().and_then(|user_name| {
            let access_key_id = cell(id, ACCESS_KEY_ID)?;
            let secret_access_key = Secret::new(cell(secret, SECRET_ACCESS_KEY)?);
            Ok(Row { user_name, access_key_id, secret_access_key })
        });
        match row {
            Ok(row) => rows.push(row),
            Err(_) if skip_invalid => {}
            Err(error) => return Err(error),
        }
    }
    Ok(rows)
}

/// Lines at `\n`, `\r\n` and `\r`, without a last empty one (Python's `splitlines`).
fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let (line, after) = match text.find(['\n', '\r']) {
            Some(at) => {
                let skip = if text[at..].starts_with("\r\n") { 2 } else { 1 };
                (&text[..at], &text[at + skip..])
            }
            None => (text, ""),
        };
        rest = Some(after).filter(|after| !after.is_empty());
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, skip_invalid: bool) -> Result<Vec<String>, String> {
        let rows = parse(text, skip_invalid, true).map_err(|error| error.to_string())?;
        Ok(rows.into_iter().map(|row| format!("{}/{}", row.user_name.unwrap(), row.access_key_id)).collect())
    }

    #[test]
    fn rows_are_read_as_the_aws_cli_reads_them() {
        let head = "User name,Access key ID,Secret access key";
        for (text, skip, expected) in [
            (format!("{head}\nu1,A1,s\nu2,A2,s\n"), false, Ok(vec!["u1/A1", "u2/A2"])),
            (format!("\u{feff}{head}\r\nu1, A1 ,s\r\n"), false, Ok(vec!["u1/A1"])),
            ("x,SECRET ACCESS KEY,user name,Access Key Id\n0,s,u,A\n".to_owned(), false, Ok(vec!["u/A"])),
            (head.to_owned(), false, Ok(vec![])),
            (
                format!("{head}\nu1,A1,s\nu2,,s\n"),
                false,
                Err("Failed to parse entry #2: Row missing value for header \"Access Key ID\""),
            ),
            (format!("{head}\nu1\n\nu2,A2,s\n"), true, Ok(vec!["u2/A2"])),
            (
                format!("{head}\n\nu2,A2,s\n"),
                false,
                Err("Failed to parse entry #1: Row missing value for header \"User Name\""),
            ),
            (" \n".to_owned(), false, Err("Provided CSV contains no contents")),
            ("a,b\n".to_owned(), false, Err("Expected header \"User Name\" not found")),
            ("User name,Access key ID\n".to_owned(), false, Err("Expected header \"Secret Access key\" not found")),
        ] {
            let expected = expected.map(|rows| rows.iter().map(ToString::to_string).collect()).map_err(str::to_owned);
            assert_eq!(names(&text, skip), expected, "{text:?}");
        }
    }

    #[test]
    fn the_per_key_download_has_no_user_names() {
        let text = "Access key ID,Secret access key\nAKIA1,s\n";
        assert_eq!(parse(text, false, false).unwrap()[0].user_name, None);
        assert_eq!(parse(text, false, true), Err(CsvError::HeaderNotFound("User Name")));
    }
}
