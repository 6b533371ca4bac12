//! `keyfob configure import`: access keys from the console's CSV download, all in one change.

use std::collections::BTreeMap;

use clap::Args;

use crate::cli::Run;
use crate::commands::write::{FileEdit, WriteArgs, place, warn_of_loose_mode, write};
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::FileKind;
use crate::config::csv::{self, CsvError, Row};
use crate::config::edit::{Change, Edit, Place, apply};
use crate::world::paths;

/// Import access keys from a CSV file of the AWS console, one profile a user
///
/// The key file of a single access key names no user: give its profile with --profile.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// file://PATH, or the CSV text itself
    #[arg(long, value_name = "file://PATH|TEXT")]
    pub csv: String,
    /// Leave out rows that lack a value instead of failing
    #[arg(long)]
    pub skip_invalid: bool,
    /// Put this in front of every user name
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true)]
    pub profile_prefix: String,
    /// Fail, and import nothing, when a profile already has keys
    #[arg(long)]
    pub no_overwrite: bool,
    #[command(flatten)]
    pub write: WriteArgs,
}

impl Run for ImportArgs {
    const NAME: &'static str = "import";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let credentials = place(context, FileKind::Credentials)?;
        if self.write.dry_run {
            warn_of_loose_mode(context, &credentials, context.world.files.mode(&credentials.path));
        }
        let text = self.text(context)?;
        let rows =
            csv::parse(&text, self.skip_invalid, context.globals.profile.is_none()).map_err(|error| explain(&error))?;
        let count = rows.len();
        let edits = self.edits(context, rows)?;
        self.look_at_existing(context, &edits)?;
        if !edits.is_empty() {
            let edit = |text: &str| apply(text, &edits);
            write(context, "configure import", &self.write, &[FileEdit { file: FileKind::Credentials, edit: &edit }])?;
        }
        match self.write.dry_run {
            true => Ok(()),
            false => context.ui.answer(&format!("Successfully imported {count} profile(s)\n")),
        }
    }
}

impl ImportArgs {
    fn text(&self, context: &Context) -> Result<String, CommandError> {
        let path = match self.csv.strip_prefix("file://") {
            Some(path) => paths::expand(&context.world.env, path),
            None if !self.csv.contains('\n') && context.world.files.exists(self.csv.as_ref()) => {
                let message = format!("--csv {} is the name of a file, not CSV text", self.csv);
                return Err(
                    CommandError::new(ErrorKind::Other, message).hint(format!("write --csv file://{}", self.csv))
                );
            }
            None => return Ok(self.csv.clone()),
        };
        let unreadable = |why: String| {
            CommandError::new(ErrorKind::Usage, format!("--csv {}: {why}", self.csv)).hint("write --csv file://PATH")
        };
        let path = path.ok_or_else(|| unreadable("HOME is not set".into()))?;
        match context.world.files.read(&path) {
            Ok(Some(bytes)) => String::from_utf8(bytes).map_err(|_| unreadable("this is not UTF-8 text".into())),
            Ok(None) => Err(unreadable("there is no such file".into())),
            Err(error) => Err(unreadable(error.to_string())),
        }
    }

    /// One edit a profile, in the order of the rows; of a user who stands twice the last row counts.
    fn edits(&self, context: &Context, rows: Vec<Row>) -> Result<Vec<Edit>, CommandError> {
        let mut edits: Vec<Edit> = Vec::with_capacity(rows.len());
        let mut index = BTreeMap::new();
        for row in rows {
            let user = match (&row.user_name, &context.globals.profile) {
                (Some(user), _) => user,
                (None, Some(profile)) if edits.is_empty() => profile,
                (None, _) => {
                    let message = "--profile names one profile, and the file holds several keys without user names";
                    return Err(CommandError::new(ErrorKind::Usage, message).hint("import them one at a time"));
                }
            };
            let name = format!("{}{user}", self.profile_prefix);
            let changes = vec![
                ("aws_access_key_id".to_owned(), Change::Set(row.access_key_id)),
                ("aws_secret_access_key".to_owned(), Change::Set(row.secret_access_key.expose().to_owned())),
            ];
            let edit = Edit { place: Place::Credentials(name.clone()), changes };
            match index.get(&name) {
                Some(&at) => edits[at] = edit,
                None => {
                    index.insert(name, edits.len());
                    edits.push(edit);
                }
            }
        }
        Ok(edits)
    }

    /// Names the profiles whose keys are replaced, or refuses to.
    fn look_at_existing(&self, context: &Context, edits: &[Edit]) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let mut existing: BTreeMap<&str, bool> = BTreeMap::new();
        for section in shared.credentials.sections() {
            for entry in shared.credentials.entries(section) {
                let has_token = entry.is("aws_session_token") || entry.is("aws_security_token");
                if has_token || entry.is("aws_access_key_id") {
                    *existing.entry(section.name).or_default() |= has_token;
                }
            }
        }
        let mut taken = Vec::new();
        for edit in edits {
            let Place::Credentials(name) = &edit.place else { continue };
            let Some(has_token) = existing.get(name.as_str()) else { continue };
            taken.push(name.as_str());
            if *has_token && !self.no_overwrite {
                context.ui.warn(&format!(
                    "profile {name} keeps its session token, which does not belong to the imported key; \
                     keyfob configure unset aws_session_token --profile {name} removes it"
                ));
            }
        }
        match taken.as_slice() {
            [] => Ok(()),
            names if self.no_overwrite => {
                let message = format!("these profiles already have keys: {}", names.join(", "));
                Err(CommandError::new(ErrorKind::Other, message)
                    .hint("nothing was imported; use --profile-prefix to import under other names"))
            }
            names => {
                context.ui.warn(&format!("keys of existing profiles are replaced: {}", names.join(", ")));
                Ok(())
            }
        }
    }
}

fn explain(error: &CsvError) -> CommandError {
    let said = CommandError::new(ErrorKind::Other, error.to_string());
    match error {
        CsvError::HeaderNotFound("User Name") => said.hint("for the key file of one access key, give --profile NAME"),
        CsvError::HeaderNotFound(_) | CsvError::Empty => {
            said.hint("the first line must name the columns: User name,Access key ID,Secret access key")
        }
        CsvError::MissingValue(..) => said.hint("--skip-invalid leaves such rows out"),
    }
}
