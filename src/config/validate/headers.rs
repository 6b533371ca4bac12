//! Section headers: those that stand twice, and those that name nothing or not the same to all.

use std::borrow::Cow;
use std::collections::HashMap;

use super::known::{Keys, distance};
use super::{CLI_REJECTS, Finding, Report, error, shown, warning};
use crate::config::document::{Document, Section, trim};
use crate::config::header::{Named, config_header, split_words, written};
use crate::config::{FileKind, Origin};

/// The words before a name.
const KINDS: [&str; 3] = ["profile", "sso-session", "services"];

/// Sections of the config file that the AWS CLI reads though they have no name.
const UNNAMED: [&str; 2] = ["plugins", "preview"];

/// Where a header was first seen.
struct First<'t> {
    text: &'t str,
    line: usize,
}

/// Checks every header of a file.
pub(super) fn check<'t>(document: &Document<'t>, file: FileKind, report: &mut Report) {
    let mut texts: HashMap<&str, usize> = HashMap::new();
    let mut names: HashMap<(&str, Cow<'t, str>), First<'t>> = HashMap::new();
    for section in document.sections() {
        let (text, line) = (section.name, section.line());
        let at = Origin { file, line };
        if text.is_empty() {
            report.add(empty(at));
            continue;
        }
        if let Some(first) = texts.get(text) {
            // Python's configparser has no quarrel with two of these.
            if text != "DEFAULT" {
                report.add(twice(at, text, *first));
            }
            continue;
        }
        texts.insert(text, line);
        // The SDKs cut these off, or reject the file: the lines are checked for that.
        if text.contains(['#', ';']) {
            continue;
        }
        match file {
            FileKind::Credentials => report.0.extend(in_credentials(at, text)),
            FileKind::Config => match config_header(text) {
                Named::Inherited => report.add(inherited(at)),
                Named::Ignored => report.add(ignored(at, text)),
                Named::Other(_) => report.0.extend(other(at, text, || has_profile_keys(document, section))),
                Named::Profile(name) => named(at, "profile", name, text, &mut names, report),
                Named::SsoSession(name) => named(at, "sso-session", name, text, &mut names, report),
                Named::Services(name) => named(at, "services", name, text, &mut names, report),
            },
        }
    }
}

fn has_profile_keys(document: &Document<'_>, section: &Section<'_>) -> bool {
    document.entries(section).any(|entry| Keys::Profile.contains(&entry.key()))
}

/// `[]`
fn empty(at: Origin) -> Finding {
    error(at, "the section header `[]` has no name")
        .cli(CLI_REJECTS)
        .sdk("ignore the section")
        .mend("write the name between the brackets, or remove the section")
}

fn twice(at: Origin, text: &str, first: usize) -> Finding {
    error(at, format!("the section `[{}]` stands twice, first in line {first}", shown(text)))
        .cli(CLI_REJECTS)
        .sdk("merge both sections, the last value of a key wins")
        .mend(format!("move the keys to line {first} and remove this header"))
}

/// `[DEFAULT]`
fn inherited(at: Origin) -> Finding {
    let sdk = match at.file {
        FileKind::Config => "ignore the section",
        FileKind::Credentials => "read it as a profile named `DEFAULT`",
    };
    warning(at, "`[DEFAULT]` is not the profile `default`")
        .cli("lets every section of this file inherit its keys")
        .sdk(sdk)
        .mend("write `[default]`, or copy the keys to the profiles that need them")
}

/// `[profile NAME]` and its like: something that the AWS CLI reads.
fn named<'t>(
    at: Origin,
    kind: &'static str,
    name: Cow<'t, str>,
    text: &'t str,
    names: &mut HashMap<(&'static str, Cow<'t, str>), First<'t>>,
    report: &mut Report,
) {
    let to_sdks = sdk_config_name(text);
    if text != "default" && text.split([' ', '\t']).next() != Some(kind) {
        report.add(
            warning(at, format!("`[{}]` starts with another word than `{kind}`", shown(text)))
                .cli(format!("looks at the first letters only and reads {} {}", a(kind), quoted(&name)))
                .sdk("do not see it")
                .mend(format!("write `[{}]`", shown(&written(kind, &name)))),
        );
    } else if to_sdks != Some((kind, name.as_ref())) {
        report.add(
            warning(at, format!("`[{}]` is for the AWS CLI only", shown(text)))
                .cli(format!("reads {} {}", a(kind), quoted(&name)))
                .sdk("do not see it: they know no quotes, no spaces, and only some other characters in names")
                .mend(if is_sdk_name(&name) {
                    format!("write `[{}]`", shown(&written(kind, &name)))
                } else {
                    RENAME.to_owned()
                }),
        );
    }
    if let Some(first) = names.get(&(kind, name.clone())) {
        let sdk = match (sdk_config_name(first.text), to_sdks) {
            (None, None) => "see neither",
            (Some(_), None) => "see the first one only",
            (None, Some(_)) => "see this one only",
            (Some(_), Some(_)) if name == "default" && kind == "profile" => {
                "read `[profile default]` and drop `[default]`"
            }
            (Some(_), Some(_)) => "merge both sections",
        };
        let (text, line, first) = (shown(text), first.line, shown(first.text));
        report.add(
            warning(at, format!("`[{text}]` and, in line {line}, `[{first}]` both name the {kind} {}", quoted(&name)))
                .cli("reads the later section and drops the other whole")
                .sdk(sdk)
                .mend("put all keys under one of the two headers"),
        );
    } else {
        names.insert((kind, name), First { text, line: at.line });
    }
}

/// Starts like `[profile NAME]`, but names nothing.
fn ignored(at: Origin, text: &str) -> Finding {
    let kind = KINDS.into_iter().find(|kind| text.starts_with(kind)).unwrap_or("profile");
    let rest = text[kind.len()..].trim_start_matches(|c: char| !c.is_alphanumeric());
    let (why, mend) = match split_words(text) {
        None => ("has a quote that is not closed, or a backslash at its end", "close the quote, or take it out".into()),
        Some(words) if words.len() > 1 => {
            let mend = format!(
                "write `[{}]`, or `[{}]` for the AWS CLI only",
                shown(&written(kind, &words[1..].join("-"))),
                shown(&written(kind, &words[1..].join(" ")))
            );
            ("has more than one word as its name", mend)
        }
        _ if rest.is_empty() => ("has no name", format!("write the name: `[{kind} NAME]`")),
        _ => ("has no space before its name", format!("write `[{}]`", shown(&written(kind, rest)))),
    };
    error(at, format!("the header `[{}]` {why}", shown(text)))
        .cli("ignores the section without a word")
        .sdk("ignore the section")
        .mend(mend)
}

/// No word that an AWS tool knows stands in front.
fn other(at: Origin, text: &str, has_profile_keys: impl Fn() -> bool) -> Option<Finding> {
    if let Some(finding) = almost(at, text) {
        return Some(finding);
    }
    let one_word = !text.contains([' ', '\t']);
    if UNNAMED.contains(&text) {
        return None;
    }
    let mend = format!("write `[{}]`", shown(&written("profile", trim(text))));
    if has_profile_keys() {
        let mend = if distance(text, "default", 2).is_some() { format!("write `[default]`, or {mend}") } else { mend };
        return Some(nameless(at, text, "is not a profile: it does not start with `profile`").mend(mend));
    }
    // Some other tool may keep its own settings here.
    one_word.then(|| {
        warning(at, format!("the header `[{}]` names nothing that an AWS tool knows", shown(text)))
            .cli("ignores the section")
            .sdk("ignore the section")
            .mend(format!("{mend} if it is a profile, or remove it"))
    })
}

/// A header with a slip in it: a space in front, the wrong case, a word misspelt.
fn almost(at: Origin, text: &str) -> Option<Finding> {
    let trimmed = trim(text);
    if trimmed != text && !matches!(config_header(trimmed), Named::Other(_)) {
        let sdk = if sdk_config_name(text).is_some() { "take no notice of the space" } else { "ignore the section" };
        let finding = nameless(at, text, "has a space at its start or end").sdk(sdk);
        return Some(finding.mend(format!("write `[{}]`", shown(trimmed))));
    }
    let (word, rest) = trimmed.split_once([' ', '\t']).unwrap_or((trimmed, ""));
    let (word, rest) = (word.to_ascii_lowercase(), trim(rest));
    if rest.is_empty() {
        let is_default = word == "default";
        return is_default.then(|| nameless(at, text, "is not `[default]`: case counts").mend("write `[default]`"));
    }
    let kind = KINDS.into_iter().find(|kind| distance(&word, kind, 2).is_some())?;
    let why = if word == kind { ": case counts" } else { "" };
    let finding = nameless(at, text, &format!("does not start with `{kind}`{why}"));
    Some(finding.mend(format!("write `[{kind} {}]`", shown(rest))))
}

/// A header that was meant to name something, and does not.
fn nameless(at: Origin, text: &str, why: &str) -> Finding {
    error(at, format!("the header `[{}]` {why}", shown(text)))
        .cli("does not see what it names")
        .sdk("ignore the section")
}

/// A header of the credentials file, where the whole text is the profile's name.
fn in_credentials(at: Origin, text: &str) -> Option<Finding> {
    let literally = format!("reads a profile whose name is, to the letter, {}", quoted(text));
    let shown_text = shown(text);
    let trimmed = trim(text);
    if trimmed != text {
        return Some(
            error(at, format!("the header `[{shown_text}]` has a space at its start or end"))
                .cli(literally)
                .sdk(if is_sdk_name(trimmed) { "take no notice of the space" } else { "do not see it" })
                .mend(format!("write `[{}]`", shown(trimmed))),
        );
    }
    let (word, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let finding = match (word.to_ascii_lowercase().as_str(), rest.is_empty()) {
        ("default", true) if text == "DEFAULT" => return Some(inherited(at)),
        ("default", true) if text != "default" => {
            warning(at, format!("`[{shown_text}]` is not the profile `default`: case counts"))
                .sdk(format!("read a profile named {}", quoted(text)))
                .mend("write `[default]`")
        }
        ("profile", false) => {
            let name = match config_header(text) {
                Named::Profile(name) => name,
                _ => Cow::Borrowed(trim(rest)),
            };
            error(at, format!("the header `[{shown_text}]` has the word `profile` in front"))
                .sdk("do not see it")
                .mend(format!("write `[{}]`: this is not the config file", shown(&name)))
        }
        (kind @ ("sso-session" | "services"), false) => {
            error(at, format!("`[{shown_text}]` stands in the credentials file"))
                .sdk("do not see it")
                .mend(format!("move the {kind} section to the config file"))
        }
        _ if is_sdk_name(text) => return None,
        _ => warning(at, format!("`[{shown_text}]` is for the AWS CLI only"))
            .sdk("do not see it: they know no spaces, and only some other characters in names")
            .mend(RENAME),
    };
    Some(finding.cli(literally))
}

const RENAME: &str = "rename it with letters, digits and `_-/.%@:+` if an SDK is to see it";

/// What the SDKs take a header of the config file for.
fn sdk_config_name(text: &str) -> Option<(&str, &str)> {
    let blank = [' ', '\t'];
    let text = text.trim_matches(blank);
    if text == "default" {
        return Some(("profile", text));
    }
    let (kind, name) = text.split_once(blank)?;
    let name = name.trim_matches(blank);
    (KINDS.contains(&kind) && is_sdk_name(name)).then_some((kind, name))
}

/// Whether the SDKs take `name` for one.
fn is_sdk_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-/.%@:+".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}

fn quoted(name: &str) -> String {
    format!("`{}`", shown(name))
}

/// The kind with its article.
fn a(kind: &str) -> &'static str {
    match kind {
        "profile" => "a profile",
        "sso-session" => "an sso-session",
        _ => "a services section",
    }
}
