//! `keyfob configure unset`: a value removed, wherever it stands.

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::section::{SectionArgs, places};
use crate::cli::Run;
use crate::commands::write::{FileEdit, WriteArgs, write};
use crate::commands::{CommandError, Context, completion};
use crate::config::FileKind;
use crate::config::edit::{Change, Edit, Place, apply};
use crate::config::name::Name;
use crate::config::shared::{Settings, SharedConfig};

/// Remove a value, from both files if both hold it
///
/// NAME is KEY or KEY.SUBKEY of the selected profile, or profile.PROFILE.KEY, default.KEY. A value
/// of several lines goes whole; comments stay.
#[derive(Debug, Args)]
pub struct UnsetArgs {
    /// Which value
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(completion::keys))]
    pub name: String,
    #[command(flatten)]
    pub section: SectionArgs,
    #[command(flatten)]
    pub write: WriteArgs,
}

impl Run for UnsetArgs {
    const NAME: &'static str = "unset";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let (name, places) = match self.section.place()? {
            Some(place) => (Name::within_section(&self.name)?, vec![(FileKind::Config, place)]),
            None => {
                let name = Name::for_set(&self.name)?;
                let places = places(context, &name);
                (name, places.into())
            }
        };
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let holding: Vec<_> = places.into_iter().filter(|(_, place)| holds(&shared, place, &name)).collect();
        if holding.is_empty() {
            context.ui.note(&format!("{} is not set: nothing to remove", self.name));
            return Ok(());
        }
        let change = match name.sub {
            None => Change::Unset,
            Some(sub) => Change::UnsetNested(sub),
        };
        let edits: Vec<_> = holding
            .into_iter()
            .map(|(file, place)| (file, [Edit { place, changes: vec![(name.key.clone(), change.clone())] }]))
            .collect();
        let applied: Vec<_> = edits.iter().map(|(file, edits)| (*file, |text: &str| apply(text, edits))).collect();
        let edits: Vec<_> = applied.iter().map(|(file, edit)| FileEdit { file: *file, edit }).collect();
        write(context, "configure unset", &self.write, &edits)
    }
}

fn holds(shared: &SharedConfig<'_>, place: &Place, name: &Name) -> bool {
    let settings: Option<Settings<'_>> = match place {
        Place::Profile(profile) => shared.config_profile(profile),
        Place::Credentials(profile) => shared.credentials_profile(profile),
        Place::SsoSession(section) => shared.sso_session(section),
        Place::Services(section) => shared.services(section),
        Place::Section(section) => shared.other(section),
    };
    let key = name.key.to_lowercase();
    settings.is_some_and(|settings| match &name.sub {
        None => settings.get(&key).is_some(),
        Some(sub) => settings.nested(&key, sub).is_some(),
    })
}
