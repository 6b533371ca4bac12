//! `keyfob configure list-profiles`.

use clap::Args;
use serde_json::Value;

use crate::cli::Run;
use crate::commands::{CommandError, Context};

/// List the profiles of both files, one a line
#[derive(Debug, Args)]
pub struct ListProfilesArgs {}

impl Run for ListProfilesArgs {
    const NAME: &'static str = "list-profiles";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let names = shared.profile_names();
        if context.wants_structure() {
            let names = names.iter().map(|name| Value::from(&**name)).collect();
            return context.answer_structure(Value::Array(names), "ListProfiles");
        }
        let mut lines = String::with_capacity(names.len() * 16);
        for name in &names {
            lines.push_str(name);
            lines.push('\n');
        }
        context.ui.answer(&lines)
    }
}
