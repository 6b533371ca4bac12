//! The rules of the house: which room may import which, and who may touch the machine.
//!
//! Reads the sources as text, so a broken rule fails here with file and line.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of src/ and the rooms each may name. A room may always name itself.
const MAY_IMPORT: [(&str, &[&str]); 14] = [
    ("main", &["commands", "world"]),
    ("cli", &["commands"]),
    // commands/ makes the calls that are commands themselves (sts); design.md leaves these no other room.
    (
        "commands",
        &[
            "aws",
            "cli",
            "chain",
            "config",
            "credentials",
            "keys",
            "mfa",
            "python",
            "secret",
            "signin",
            "tokens",
            "world",
        ],
    ),
    ("signin", &["aws", "chain", "config", "credentials", "secret", "tokens", "world"]),
    ("keys", &["aws", "chain", "config", "credentials", "python", "secret", "tokens", "world"]),
    ("mfa", &["aws", "chain", "config", "credentials", "python", "secret", "tokens", "world"]),
    ("credentials", &["aws", "chain", "config", "python", "secret", "tokens", "world"]),
    ("tokens", &["aws", "config", "python", "secret", "world"]),
    ("aws", &["config", "secret", "world"]),
    ("chain", &["config", "python", "secret"]),
    ("config", &["secret"]),
    ("world", &["secret"]),
    ("python", &[]),
    ("secret", &[]),
];

/// What only some rooms may touch: the text to look for, the rooms, and why.
const ONLY_IN: [(&str, &[&str], &str); 16] = [
    ("std::fs", &["world"], "files are read and replaced in world/ alone"),
    ("std::env::var", &["world"], "the environment is handed in as world's Env"),
    ("env::vars", &["world"], "the environment is handed in as world's Env"),
    ("SystemTime", &["world", "aws"], "the time is handed in as world's Clock; the SDK asks for it in this type"),
    ("Timestamp::now", &["world"], "the time is handed in as world's Clock"),
    ("Instant::now", &["world", "aws"], "waiting is world's affair, but for the limits of a call"),
    ("std::net", &["world"], "sockets are opened in world/ alone"),
    ("std::thread", &["world"], "waiting is world's affair"),
    ("io::stdin", &["world"], "questions go through world's Terminal"),
    ("nix::", &["world"], "the system is called in world/ alone"),
    ("signal_hook", &["world"], "interrupts are world's affair"),
    ("io::stdout", &["commands", "world"], "only commands/ decides what is printed"),
    ("io::stderr", &["commands", "world"], "only commands/ and the terminal speak"),
    ("println!", &[], "printing goes through Ui, which survives a closed pipe"),
    ("ini::", &["config"], "rust-ini reads keyfob's own settings alone"),
    ("aws_", &["aws", "credentials"], "no SDK crate is named outside aws/ and the provider files"),
];

#[test]
fn arrows_only_point_down() {
    let mut broken = Vec::new();
    for source in sources() {
        let room = room(&source);
        let (_, allowed) = MAY_IMPORT
            .iter()
            .find(|(name, _)| *name == room || room == "lib")
            .unwrap_or_else(|| panic!("{}: a room that the house does not have", source.display()));
        for (number, line) in code_lines(&source) {
            for named in line.match_indices("crate::").map(|(at, _)| &line[at + 7..]) {
                let named: String = named.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let known = MAY_IMPORT.iter().any(|(name, _)| *name == named);
                if room != "lib" && known && named != room && !allowed.contains(&named.as_str()) {
                    broken.push(format!("{}:{number}: {room}/ may not import {named}/", source.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn the_machine_is_touched_in_world_alone() {
    let mut broken = Vec::new();
    for source in sources() {
        let room = room(&source);
        for (number, line) in code_lines(&source) {
            for (text, rooms, why) in ONLY_IN {
                // Keys such as aws_access_key_id are strings and say nothing of a crate.
                let here = if text == "aws_" {
                    line.contains("use aws_") || line.contains(" aws_config::")
                } else {
                    line.contains(text)
                };
                // main.rs hands the arguments in.
                if here && !rooms.contains(&room.as_str()) && room != "main" {
                    broken.push(format!("{}:{number}: {text}: {why}", source.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn the_rules_catch_what_they_forbid() {
    // A rule that finds nothing anywhere may be misspelt: each one names something some room does.
    let all: String = sources().iter().map(|source| fs::read_to_string(source).unwrap()).collect();
    for text in [
        "std::fs",
        "std::env::var",
        "Instant::now",
        "Timestamp::now",
        "std::thread",
        "io::stdin",
        "nix::",
        "io::stdout",
    ] {
        assert!(all.contains(text), "{text} is found nowhere");
    }
    assert_eq!(room(Path::new("src/config/edit/tests.rs")), "config");
    assert_eq!(room(Path::new("src/main.rs")), "main");
}

#[test]
fn every_module_says_what_it_knows() {
    for source in sources() {
        let text = fs::read_to_string(&source).unwrap();
        let tests = source.ends_with("tests.rs");
        assert!(tests || text.starts_with("//!"), "{}: no module doc", source.display());
    }
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(Path::new("src"), &mut found);
    assert!(found.len() > 20);
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The first folder below src/, or the file's stem.
fn room(source: &Path) -> String {
    let inside = source.strip_prefix("src").unwrap();
    let first = inside.iter().next().unwrap().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// Lines that are code: no comments, and nothing behind `#[cfg(test)]`.
fn code_lines(source: &Path) -> Vec<(usize, String)> {
    if source.ends_with("tests.rs") {
        return Vec::new();
    }
    let text = fs::read_to_string(source).unwrap();
    text.lines()
        .enumerate()
        .take_while(|(_, line)| *line != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(at, line)| (at + 1, line.to_owned()))
        .collect()
}
