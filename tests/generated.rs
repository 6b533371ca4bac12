//! completions/ and man/ are rendered from the argument tree; this fails when they are stale.
//!
//! `KEYFOB_REGENERATE=1 cargo test --test generated` rewrites them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use keyfob::commands::{completions::Shell, man};

#[test]
fn completions_and_manual_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wanted: BTreeMap<PathBuf, String> = BTreeMap::new();
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        wanted.insert(root.join("completions").join(shell.file_name()), shell.script().unwrap());
    }
    for page in man::pages().unwrap() {
        wanted.insert(root.join("man").join(format!("{}.1", page.name)), page.text);
    }
    let mut there: BTreeMap<PathBuf, String> = BTreeMap::new();
    for folder in ["completions", "man"] {
        for entry in fs::read_dir(root.join(folder)).into_iter().flatten() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            there.insert(path, text);
        }
    }
    if env::var_os("KEYFOB_REGENERATE").is_some() {
        for path in there.keys() {
            fs::remove_file(path).unwrap();
        }
        for (path, text) in &wanted {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        return;
    }
    let stale: Vec<_> = wanted
        .iter()
        .filter(|(path, text)| there.get(*path) != Some(text))
        .map(|(path, _)| path)
        .chain(there.keys().filter(|path| !wanted.contains_key(*path)))
        .collect();
    assert!(stale.is_empty(), "stale: {stale:?}\nrewrite them with: KEYFOB_REGENERATE=1 cargo test --test generated");
}
