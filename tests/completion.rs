//! Completion in the real shells: what bash, zsh and fish offer for a profile, asked as Tab asks.
//!
//! The scripts come from `keyfob completions SHELL`; the names come from the files of a scratch home
//! at that moment. Run with `cargo test --test completion -- --ignored`.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use expectrl::{Eof, Expect, Session};
use sandbox::{Home, Said};

const KEYFOB: &str = env!("CARGO_BIN_EXE_keyfob");
const CONFIG: &str = "[default]\nregion = eu-west-1\n[profile dev]\n[profile 'my dev']\n[sso-session corp]\n";
const CREDENTIALS: &str = "[ops]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n";
const PROFILES: [&str; 4] = ["default", "dev", "my dev", "ops"];

/// A line up to the cursor as words, and what completes its last word.
type Case = (&'static [&'static str], &'static [&'static str]);

const CASES: [Case; 12] = [
    (&["--profile", ""], &PROFILES),
    (&["process", "--profile", ""], &PROFILES),
    (&["configure", "get", "region", "--profile", ""], &PROFILES),
    (&["configure", "delete", ""], &PROFILES),
    (&["configure", "rename", ""], &PROFILES),
    (&["configure", "copy", ""], &PROFILES),
    (&["configure", "delete", "d"], &["default", "dev"]),
    (&["configure", "delete", "my"], &["my dev"]),
    (&["configure", "delete", "nope"], &[]),
    (&["configure", "get", "--sso-session", ""], &["corp"]),
    (&["configure", "get", "reg"], &["region"]),
    (&["configure", "list-p"], &["list-profiles"]),
];

fn home() -> Home {
    let home = Home::new(KEYFOB).unwrap();
    home.write("config", CONFIG).unwrap();
    home.write("credentials", CREDENTIALS).unwrap();
    home
}

/// `shell` with this home, in which `keyfob` is this binary.
fn run(home: &Home, shell: &str, arguments: &[&str]) -> Said {
    Said::of(home.command(shell).args(arguments).env("PATH", path()).current_dir(home.path())).unwrap()
}

fn path() -> String {
    let folder = Path::new(KEYFOB).parent().unwrap();
    format!("{}:{}", folder.display(), env::var("PATH").unwrap())
}

/// The names offered, sorted; where an argument may stand, flags are offered as well.
fn names(lines: &str) -> Vec<&str> {
    let mut lines: Vec<_> = lines.lines().filter(|line| !line.is_empty() && !line.starts_with("--")).collect();
    lines.sort_unstable();
    lines
}

/// What bash's completion function leaves in `COMPREPLY` for `words`.
fn bash(home: &Home, words: &[&str]) -> Said {
    let words: String = words.iter().map(|word| format!(" '{word}'")).collect();
    let script = format!(
        "source <(keyfob completions bash)\n\
         complete -p keyfob > /dev/null || exit 3\n\
         COMP_WORDS=(keyfob{words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_TYPE=9\n\
         _clap_complete_keyfob keyfob \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    run(home, "bash", &["--norc", "-c", &script])
}

/// What fish offers for `words`, without the descriptions behind the tabs.
fn fish(home: &Home, words: &[&str]) -> Said {
    let script = format!("keyfob completions fish | source; complete -C 'keyfob {}'", words.join(" "));
    let mut said = run(home, "fish", &["--no-config", "-c", &script]);
    said.out = said.out.lines().map(|line| line.split('\t').next().unwrap().to_owned() + "\n").collect();
    said
}

#[test]
#[ignore = "needs bash, zsh and fish"]
fn bash_completes_names() {
    let home = home();
    for (words, wanted) in CASES {
        let said = bash(&home, words);
        // bash inserts what it is given, so a blank comes quoted.
        let out = said.out.replace("\\ ", " ");
        assert_eq!((said.code, said.err.as_str(), names(&out)), (0, "", wanted.to_vec()), "{words:?}");
    }
}

#[test]
#[ignore = "needs bash, zsh and fish"]
fn fish_completes_names() {
    let home = home();
    for (words, wanted) in CASES {
        let said = fish(&home, words);
        assert_eq!((said.code, said.err.as_str(), names(&said.out)), (0, "", wanted.to_vec()), "{words:?}");
    }
}

/// Types `keys` into an interactive shell in a pseudo-terminal, after the line `setup`, and returns what was shown.
fn typed(home: &Home, shell: &str, setup: &str, keys: &str) -> String {
    let mut command = home.command(shell);
    let plain: &[&str] = match shell {
        "bash" => &["--norc", "-i"],
        "zsh" => &["-f", "-i"],
        _ => &["--no-config", "-i"],
    };
    command.args(plain).env("PATH", path()).env("TERM", "vt100").env("PS1", "type> ").current_dir(home.path());
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    let mut shown = String::new();
    // The quotes are gone in what the shell prints, not in what it echoes. The prompt behind the first mark
    // says that the shell reads keys again: a Tab typed before that is none.
    let steps = [(format!("{setup}; echo re''ady\r"), "ready"), (String::new(), "type> ")];
    for (keys, mark) in steps.into_iter().chain([(format!("{keys}\recho do''ne\r"), "done")]) {
        session.send(keys).unwrap();
        let found = session.expect(mark).unwrap_or_else(|error| panic!("{shell}: no {mark}: {error}: {shown}"));
        shown += &String::from_utf8_lossy(found.as_bytes());
    }
    session.send("exit\r").unwrap();
    session.expect(Eof).unwrap();
    shown
}

const BASH: &str = "source <(keyfob completions bash)";
const FISH: &str = "function fish_prompt; echo -n 'type> '; end; keyfob completions fish | source";
/// `compadd` is where all that zsh offers goes through; what of it fits is told.
const ZSH: &str = "autoload -Uz compinit; compinit -u -D; zstyle ':completion:*' insert-tab false; source <(keyfob completions zsh); \
                   compadd() { local -a fits; [[ \" $* \" == *' -'[OAD]' '* ]] || { builtin compadd -A fits \"$@\"; \
                   print -rl -- \"${(@Q)fits}\" >> told; }; builtin compadd \"$@\" }";

#[test]
#[ignore = "needs bash, zsh and fish"]
fn zsh_completes_names() {
    for (words, wanted) in CASES {
        let home = home();
        // Tab, then the line is thrown away.
        let shown = typed(&home, "zsh", ZSH, &format!("keyfob {}\t\u{15}", words.join(" ")));
        let told = fs::read_to_string(home.path().join("told")).unwrap_or_default();
        assert_eq!(names(&told), wanted.to_vec(), "{words:?}: {shown}");
    }
}

#[test]
#[ignore = "needs bash, zsh and fish"]
fn a_completed_name_with_a_blank_is_one_word() {
    let mut wrong = Vec::new();
    for (shell, setup) in [("bash", BASH), ("zsh", ZSH), ("fish", FISH)] {
        let home = home();
        let shown = typed(&home, shell, setup, "keyfob configure delete my\t");
        let config = home.read("config");
        if config.contains("my dev") || !config.contains("[profile dev]") {
            wrong.push(format!("{shell}: {config}\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "needs bash, zsh and fish"]
fn files_with_problems_complete_nothing_and_say_nothing() {
    let home = home();
    home.write("config", "junk\n").unwrap();
    for words in [&["--profile", ""][..], &["configure", "delete", ""]] {
        for said in [bash(&home, words), fish(&home, words)] {
            assert_eq!((said.code, said.err.as_str(), names(&said.out)), (0, "", vec![]), "{words:?}");
        }
    }
}
