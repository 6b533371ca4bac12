//! botocore as the judge: thousands of files that it can read, an edit on each, and both tools' views of the outcome.
//!
//! One Python process reads them all (tests/interop/check_edits.py); KEYFOB_PYTHON names the interpreter.

use std::{env, fs, process::Command};

use proptest::strategy::ValueTree;
use serde_json::{Map, Value, json};

use super::reader::Val;
use super::*;

const CASES: usize = 2_500;

#[test]
#[ignore = "needs python3 with botocore"]
fn botocore_agrees_with_every_view_and_edit() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.json");
    fs::write(&file, Value::Array(made_up(CASES)).to_string()).unwrap();
    let python = env::var("KEYFOB_PYTHON").unwrap_or("python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/check_edits.py");
    let output = Command::new(python).args(["-B", script]).arg(&file).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{said}");
}

fn made_up(count: usize) -> Vec<Value> {
    let mut runner = TestRunner::default();
    let other = (files::file(FileKind::Config, false), files::file(FileKind::Credentials, false));
    let made = files::kind().prop_flat_map(|kind| (Just(kind), files::file(kind, false), edits::edits(kind)));
    let strategy = (made, other);
    let mut cases = Vec::new();
    while cases.len() < count {
        let ((kind, text, Edits(edits)), other) = strategy.new_tree(&mut runner).unwrap().current();
        if is_for_botocore(&text) && is_for_botocore(&other.0) && is_for_botocore(&other.1) {
            cases.push(case(kind, &text, &edits, &other));
        }
    }
    cases
}

/// Nothing that keyfob tolerates and Python does not; no `[]`, which Python takes for the start of a key.
fn is_for_botocore(text: &str) -> bool {
    let file = reader::read(text);
    file.readable && !file.duplicates && file.sections.iter().all(|section| !section.name.is_empty())
}

fn case(kind: FileKind, before: &str, edits: &[Edit], other: &(String, String)) -> Value {
    let after =
        edit::apply(before, edits).unwrap_or_else(|error| panic!("{error}: {:?} of {before:?}", Edits(edits.to_vec())));
    let (file, other, merged) = match kind {
        FileKind::Config => ("config", json!({"credentials": other.1}), SharedConfig::parse(&after, &other.1)),
        FileKind::Credentials => ("credentials", json!({"config": other.0}), SharedConfig::parse(&other.0, &after)),
    };
    json!({
        "file": file,
        "before": before,
        "after": after,
        "other": other,
        "edits": edits.iter().map(edit).collect::<Value>(),
        "views": {
            "before": view(&alone(kind, before)),
            "after": view(&alone(kind, &after)),
            "merged": view(&merged),
        },
    })
}

fn edit(edit: &Edit) -> Value {
    let id = Id::of(&edit.place);
    let (kind, name) = named(&id);
    let changes = edit.changes.iter().map(|(key, change)| {
        let (sub, value) = match change {
            Change::Set(value) => (None, Some(value)),
            Change::SetNested(name, value) => (Some(name), Some(value)),
            Change::Unset => (None, None),
            Change::UnsetNested(name) => (Some(name), None),
        };
        json!({"key": key.to_lowercase(), "sub": sub, "value": value})
    });
    json!({"kind": kind, "name": name, "changes": changes.collect::<Value>()})
}

fn named(id: &Id) -> (&'static str, &str) {
    match id {
        Id::Profile(name) => ("profiles", name),
        Id::SsoSession(name) => ("sso_sessions", name),
        Id::Services(name) => ("services", name),
        Id::Other(name) => ("other", name),
        Id::Inherited | Id::Ignored => ("other", ""),
    }
}

/// keyfob's view, the profiles in keyfob's order.
fn view(shared: &SharedConfig<'_>) -> Value {
    let all = reader::through_keyfob(shared);
    let mut view = json!({"profiles": {}, "sso_sessions": {}, "services": {}, "other": {}});
    let in_order = shared.profile_names().into_iter().map(|name| Id::Profile(name.into_owned()));
    let others = all.keys().filter(|id| !matches!(id, Id::Profile(_))).cloned();
    for id in in_order.chain(others) {
        let (kind, name) = named(&id);
        view[kind][name] = settings(&all[&id]);
    }
    view
}

fn settings(map: &reader::Map) -> Value {
    let value = |val: &Val| match val {
        Val::Text(text) => json!(text),
        Val::Block(block) => json!(block),
    };
    Value::Object(map.iter().map(|(key, val)| (key.clone(), value(val))).collect::<Map<_, _>>())
}
