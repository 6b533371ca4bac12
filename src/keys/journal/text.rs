//! A journal as the text of its file.

use serde_json::{Map, Value, json};

use super::{Home, Journal, Key, Phase, Then};
use crate::aws::iam::owner::Owner;
use crate::config::FileKind;
use crate::python;
use crate::secret::Secret;
use crate::tokens::expiry::Expiry;

const VERSION: i64 = 1;

const PHASES: [(Phase, &str); 8] = [
    (Phase::Intended, "intended"),
    (Phase::Created, "created"),
    (Phase::Proven, "proven"),
    (Phase::Replaced, "replaced"),
    (Phase::InPlace, "in-place"),
    (Phase::Retired, "retired"),
    (Phase::Returning, "returning"),
    (Phase::Over, "over"),
];

impl Phase {
    /// Its name in the journal.
    pub fn name(self) -> &'static str {
        PHASES.iter().find(|(phase, _)| *phase == self).map_or("", |(_, name)| name)
    }
}

impl Journal {
    /// Reads a journal. `None`: it is none, a broken one, or one of a later version.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let found: Value = serde_json::from_slice(bytes).ok()?;
        let text = |key: &str| found.get(key)?.as_str().map(str::to_owned);
        let flag = |key: &str| found.get(key)?.as_bool();
        if found.get("Version")?.as_i64()? != VERSION {
            return None;
        }
        let phase = text("Phase")?;
        Some(Self {
            started_at: Expiry::parse(&text("StartedAt")?)?.timestamp(),
            profile: text("Profile"),
            files: text("ConfigFile").zip(text("CredentialsFile")).map(|(config, credentials)| [config, credentials]),
            owner: Owner {
                partition: text("Partition")?,
                account: text("Account")?,
                user: text("UserName"),
                is_caller: !flag("ByOthers")?,
            },
            names_user: flag("NamesUser")?,
            by_others: flag("ByOthers")?,
            before: found.get("Before")?.as_array()?.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect(),
            old: key(found.get("Old")?)?,
            new: found.get("New").and_then(key),
            home: found.get("Home").and_then(home),
            prints: flag("Prints")?,
            then: match text("Then")?.as_str() {
                "Delete" => Then::Delete,
                "Keep" => Then::Keep,
                time => Then::DeleteAfter(Expiry::parse(time)?.timestamp()),
            },
            phase: PHASES.iter().find(|(_, name)| *name == phase)?.0,
            undoes: flag("Undoes")?,
        })
    }

    /// The file's text.
    pub fn write(&self) -> Secret {
        let mut text = Map::new();
        let mut put = |key: &str, value: Value| text.insert(key.to_owned(), value);
        put("Version", VERSION.into());
        put("StartedAt", Expiry::from(self.started_at).zulu().into());
        put("Profile", self.profile.as_deref().into());
        if let Some([config, credentials]) = &self.files {
            put("ConfigFile", config.as_str().into());
            put("CredentialsFile", credentials.as_str().into());
        }
        put("Partition", self.owner.partition.as_str().into());
        put("Account", self.owner.account.as_str().into());
        put("UserName", self.owner.user.as_deref().into());
        put("NamesUser", self.names_user.into());
        put("ByOthers", self.by_others.into());
        put("Before", self.before.as_slice().into());
        put("Phase", self.phase.name().into());
        put("Undoes", self.undoes.into());
        put(
            "Then",
            match self.then {
                Then::Delete => "Delete".into(),
                Then::Keep => "Keep".into(),
                Then::DeleteAfter(time) => Expiry::from(time).zulu().into(),
            },
        );
        put("Prints", self.prints.into());
        put(
            "Home",
            self.home
                .as_ref()
                .map(|home| {
                    let file = if home.file == FileKind::Config { "config" } else { "credentials" };
                    json!({ "Profile": home.profile, "File": file, "Named": home.named })
                })
                .into(),
        );
        let shown =
            |key: &Key| json!({ "AccessKeyId": key.id, "SecretAccessKey": key.secret.as_ref().map(Secret::expose) });
        put("Old", shown(&self.old));
        put("New", self.new.as_ref().map(shown).into());
        Secret::new(python::json(&Value::Object(text)))
    }
}

fn key(found: &Value) -> Option<Key> {
    let text = |key: &str| found.get(key)?.as_str();
    Some(Key { id: text("AccessKeyId")?.to_owned(), secret: text("SecretAccessKey").map(Secret::new) })
}

fn home(found: &Value) -> Option<Home> {
    let text = |key: &str| found.get(key)?.as_str();
    let file = if text("File")? == "config" { FileKind::Config } else { FileKind::Credentials };
    Some(Home { profile: text("Profile")?.to_owned(), file, named: found.get("Named")?.as_bool()? })
}

#[cfg(test)]
mod tests {
    use super::super::tests::journal;
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (phase, _) in PHASES {
            let mut journal = journal(phase);
            let text = journal.write();
            assert_eq!(Journal::read(text.expose().as_bytes()), Some(journal.clone()));
            journal.then = Then::DeleteAfter(journal.started_at);
            (journal.home, journal.owner.user, journal.old.secret) = (None, None, None);
            (journal.profile, journal.files) = (None, None);
            let text = journal.write();
            assert_eq!(Journal::read(text.expose().as_bytes()), Some(journal.clone()));
            for cut in 0..text.expose().len() {
                assert_eq!(Journal::read(&text.expose().as_bytes()[..cut]), None);
            }
        }
        let later = journal(Phase::Created).write().expose().replace("\"Version\": 1", "\"Version\": 2");
        assert_eq!(Journal::read(later.as_bytes()), None);
    }
}
