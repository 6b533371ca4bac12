//! `keyfob configure unset`: a value removed, wherever it stands.

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use super::section::{SectionArgs, places};
use crate::cli::Run;
use crate::commands::shared_files::SharedFiles;
use crate::commands::write::{FileEdit, WriteArgs, write};
use crate::commands::{CommandError, Context, completion};
use crate::config::FileKind;
use crate::config::edit::{Change, Edit, Place, apply};
use crate::config::name::{Holder, Name};
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
        let change = match &name.sub {
            None => Change::Unset,
            Some(sub) => Change::UnsetNested(sub.clone()),
        };
        // Only the files whose own text changes: what stands in neither is not opened for writing.
        let mut edits = Vec::new();
        for (file, place) in &places {
            let edit = [Edit { place: place.clone(), changes: vec![(name.key.clone(), change.clone())] }];
            let text = shared.document(*file).text();
            if apply(text, &edit)? != text {
                edits.push((*file, edit));
            }
        }
        if edits.is_empty() {
            if let Some((_, Place::Credentials(profile))) = places.get(1)
                && (name.holder != Holder::Selected || context.selection().is_explicit())
                && places.iter().all(|(_, place)| settings(&shared, place).is_none())
            {
                return Err(CommandError::no_profile(format!("The config profile ({profile}) could not be found")));
            }
            context.ui.note(&self.nothing_to_remove(&files, &shared, &places, &name));
            return Ok(());
        }
        let applied: Vec<_> = edits.iter().map(|(file, edits)| (*file, |text: &str| apply(text, edits))).collect();
        let edits: Vec<_> = applied.iter().map(|(file, edit)| FileEdit { file: *file, edit }).collect();
        write(context, "configure unset", &self.write, &edits)
    }
}

impl UnsetArgs {
    fn nothing_to_remove(
        &self,
        files: &SharedFiles,
        shared: &SharedConfig<'_>,
        places: &[(FileKind, Place)],
        name: &Name,
    ) -> String {
        let key = name.key.to_lowercase();
        let inherited = places.iter().find_map(|(_, place)| {
            let settings = settings(shared, place)?;
            let setting = settings.get(&key)?;
            name.sub.as_deref().is_none_or(|sub| setting.value.nested(sub).is_some()).then_some(setting.origin)
        });
        match inherited {
            Some(origin) => {
                format!("{} is inherited from [DEFAULT], {}: remove it there", self.name, files.show(origin))
            }
            None => format!("{} is not set: nothing to remove", self.name),
        }
    }
}

fn settings<'t>(shared: &SharedConfig<'t>, place: &Place) -> Option<Settings<'t>> {
    match place {
        Place::Profile(profile) => shared.config_profile(profile).map(Into::into),
        Place::Credentials(profile) => shared.credentials_profile(profile).map(Into::into),
        Place::SsoSession(section) => shared.sso_session(section).map(Into::into),
        Place::Services(section) => shared.services(section).map(Into::into),
        Place::Section(section) => shared.other(section),
    }
}
