//! The AWS CLI's guard against a `credential_process` that asks for the profile it belongs to: the
//! profiles that the processes above resolve stand in a variable.

use super::{CommandError, ErrorKind};

const LONGEST_CHAIN: usize = 4;

/// Refuses to resolve `profile` when it is on the chain already, or the chain is long.
pub(super) fn refuse_recursion(chain: &str, profile: &str) -> Result<(), CommandError> {
    let seen = csv_row(chain);
    let refuse = |message: String| {
        Err(CommandError::new(ErrorKind::Configuration, message)
            .hint("a credential_process calls the profile it belongs to: look for it with keyfob explain"))
    };
    if seen.len() >= LONGEST_CHAIN {
        return refuse(format!(
            "Maximum recursive credential process resolution reached ({LONGEST_CHAIN}).\nProfiles seen: {}",
            seen.join(" -> ")
        ));
    }
    if seen.iter().any(|name| name == profile) {
        return refuse(format!(
            "Credential process resolution detected an infinite loop, profile cycle: {} -> {profile}",
            seen.join(" -> ")
        ));
    }
    Ok(())
}

/// Splits one CSV row (RFC 4180).
fn csv_row(text: &str) -> Vec<String> {
    let mut cells = Vec::new();
    if text.is_empty() {
        return cells;
    }
    let (mut cell, mut quoted) = (String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

/// `chain` with `profile` at its end.
pub(super) fn with(chain: &str, profile: &str) -> String {
    let quoted = |name: &str| match name.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_owned(),
    };
    csv_row(chain).iter().map(String::as_str).chain([profile]).map(quoted).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guard_ends_recursion() {
        assert_eq!(csv_row("a,\"b,c\",\"d\"\"e\""), ["a", "b,c", "d\"e"]);
        assert_eq!(csv_row(&with("a", "b,\"c")), ["a", "b,\"c"]);
        assert!(refuse_recursion("", "a").is_ok());
        assert!(refuse_recursion("b,c", "a").is_ok());
        let cycle = refuse_recursion("a,b", "a").unwrap_err();
        assert!(cycle.message().ends_with("profile cycle: a -> b -> a"), "{}", cycle.message());
        let deep = refuse_recursion("a,b,c,d", "e").unwrap_err();
        assert!(deep.message().ends_with("Profiles seen: a -> b -> c -> d"), "{}", deep.message());
        assert_eq!(deep.kind(), ErrorKind::Configuration);
    }
}
