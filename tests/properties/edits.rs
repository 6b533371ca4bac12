//! Edits made up at random, as `configure set` and `unset` ask for them: keys and names that they let through.

use super::*;
use proptest::sample::select;

const PROFILES: &[&str] =
    &["default", "dev", "dev", "ops", "a b", "it's", "a\\b", "x]y", "日本", "b#c", "new", "new one", "q\"q", "é"];

pub fn profile() -> impl Strategy<Value = String> {
    select(PROFILES).prop_map(str::to_owned)
}

pub fn profile_place(kind: FileKind, name: &str) -> Place {
    match kind {
        FileKind::Config => Place::Profile(name.to_owned()),
        FileKind::Credentials => Place::Credentials(name.to_owned()),
    }
}

fn place(kind: FileKind) -> BoxedStrategy<Place> {
    let profile = profile().prop_map(move |name| profile_place(kind, &name));
    if kind == FileKind::Credentials {
        return profile.boxed();
    }
    prop_oneof![
        6 => profile,
        1 => profile_name_of_a_section().prop_map(Place::SsoSession),
        1 => profile_name_of_a_section().prop_map(Place::Services),
        1 => Just(Place::Section("plugins".to_owned())),
    ]
    .boxed()
}

fn profile_name_of_a_section() -> impl Strategy<Value = String> {
    select(vec!["dev", "a b", "new"]).prop_map(str::to_owned)
}

/// What may be typed as a key: the rest is refused before an edit is made.
fn key() -> impl Strategy<Value = String> {
    files::key().prop_filter("refused by configure set", |key| !key.starts_with('['))
}

/// A change that leaves a value.
pub fn set() -> impl Strategy<Value = Change> {
    let value = || {
        (files::value(), select(vec!["", "", "", " ", "\t"]))
            .prop_map(|(value, blank)| format!("{blank}{value}{blank}"))
    };
    prop_oneof![
        value().prop_map(Change::Set),
        (files::name(), value()).prop_map(|(name, value)| Change::SetNested(files::without_breaks(&name), value)),
    ]
}

pub fn change() -> impl Strategy<Value = Change> {
    prop_oneof![2 => set(), 1 => Just(Change::Unset), 1 => files::name().prop_map(Change::UnsetNested)]
}

fn edit(kind: FileKind) -> impl Strategy<Value = Edit> {
    (place(kind), proptest::collection::vec((key(), change()), 1..4)).prop_map(|(place, mut changes)| {
        let mut keys = BTreeSet::new();
        changes.retain(|(key, _)| keys.insert(key.to_lowercase()));
        Edit { place, changes }
    })
}

/// Edits that show their values, made up as they are, when a property fails.
#[derive(Clone)]
pub struct Edits(pub Vec<Edit>);

impl std::fmt::Debug for Edits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, key, change) in
            self.0.iter().flat_map(|edit| edit.changes.iter().map(|(key, change)| (&edit.place, key, change)))
        {
            match change {
                Change::Set(value) => write!(f, "{place:?}: {key:?} = {value:?}; ")?,
                Change::SetNested(name, value) => write!(f, "{place:?}: {key:?}.{name:?} = {value:?}; ")?,
                unset => write!(f, "{place:?}: {key:?} {unset:?}; ")?,
            }
        }
        Ok(())
    }
}

/// Mostly one edit, sometimes several at once, of different places.
pub fn edits(kind: FileKind) -> impl Strategy<Value = Edits> {
    prop_oneof![3 => 1..2usize, 1 => 2..8usize]
        .prop_flat_map(move |count| proptest::collection::vec(edit(kind), count))
        .prop_map(|mut edits| {
            let mut places = BTreeSet::new();
            edits.retain(|edit| places.insert(Id::of(&edit.place)));
            Edits(edits)
        })
}
