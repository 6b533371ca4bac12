//! `keyfob configure get`: one value from the merged files.

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::section::SectionArgs;
use crate::cli::Run;
use crate::commands::{CommandError, Context, ErrorKind, completion};
use crate::config::document::Value;
use crate::config::edit::Place;
use crate::config::name::{Holder, Name};
use crate::config::shared::{Settings, SharedConfig};

/// Print a value from the two files; exit 1 when it is not set
///
/// NAME is KEY or KEY.SUBKEY of the selected profile, or profile.PROFILE.KEY, default.KEY,
/// PROFILE.KEY.
#[derive(Debug, Args)]
pub struct GetArgs {
    /// Which value
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(completion::keys))]
    pub name: String,
    #[command(flatten)]
    pub section: SectionArgs,
}

impl Run for GetArgs {
    const NAME: &'static str = "get";
    const MIRRORED: bool = true;

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let found = match self.section.place()? {
            Some(place) => within_section(&shared, &place, &self.name)?,
            None => within_profiles(context, &shared, &self.name)?,
        };
        match found {
            Some(Value::Text(text)) => context.ui.answer(&format!("{text}\n")),
            Some(Value::Nested(_)) => Err(CommandError::new(
                ErrorKind::Nothing,
                format!("varname ({}) must reference a value, not a section or sub-section.", self.name),
            )
            .hint(format!("name one of its keys: {}.SUBKEY", self.name))),
            None => Err(CommandError::nothing()),
        }
    }
}

fn within_profiles<'t>(
    context: &Context,
    shared: &SharedConfig<'t>,
    text: &str,
) -> Result<Option<Value<'t>>, CommandError> {
    let name = Name::for_get(text, |profile| shared.profile(profile).is_some())?;
    let settings = match &name.holder {
        Holder::Profile(profile) => shared.profile(profile),
        Holder::Section(section) => {
            let value = shared.other(section).and_then(|settings| pick(&settings, &name));
            return Ok(value.or_else(|| shared.profile(section).and_then(|profile| pick(&profile, &name))));
        }
        Holder::Selected => {
            let selection = context.selection();
            let profile = shared.profile(&selection.name);
            // The AWS CLI insists on the profile only where the name has no dot.
            if profile.is_none() && selection.is_explicit() && !text.contains('.') {
                let message = format!("The config profile ({}) could not be found", selection.name);
                return Err(CommandError::no_profile(message));
            }
            profile
        }
    };
    Ok(settings.and_then(|settings| pick(&settings, &name)))
}

fn within_section<'t>(shared: &SharedConfig<'t>, place: &Place, text: &str) -> Result<Option<Value<'t>>, CommandError> {
    let name = Name::within_section(text)?;
    let (found, section) = match place {
        Place::Services(section) => (shared.services(section).map(|services| pick(&services, &name)), section),
        Place::SsoSession(section) => (shared.sso_session(section).map(|session| pick(&session, &name)), section),
        _ => return Ok(None),
    };
    found.ok_or_else(|| {
        CommandError::new(ErrorKind::SharedFiles, format!("The config sub-section ({section}) could not be found"))
            .hint("keyfob configure validate lists what the config file refers to and lacks")
    })
}

fn pick<'t>(settings: &Settings<'t>, name: &Name) -> Option<Value<'t>> {
    match &name.sub {
        None => settings.get(&name.key).map(|setting| setting.value.clone()),
        Some(sub) => settings.nested(&name.key, sub).map(|nested| Value::Text(nested.value.into())),
    }
}
