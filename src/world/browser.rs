//! The person's web browser: whether there is one to open here, and opening it.
//!
//! An opener of our own: `open` and `webbrowser` know nothing of `BROWSER` lists, of why there is no
//! browser, or of a child whose output must not get into ours, and these are most of the work.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::env::Env;

/// Splits a command line into words; `None` where a quote is left open. Handed in: the AWS CLI's
/// rule for `credential_process` serves here too, and lives above this room.
pub type SplitWords = fn(&str) -> Option<Vec<String>>;

/// What the machine is, beside its environment variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Machine {
    /// macOS, whose `open` needs no display variable.
    pub mac: bool,
    /// A Linux inside Windows, by the name of its kernel.
    pub wsl: bool,
    /// The inside of a container, by the file that its engine leaves there.
    pub container: bool,
}

impl Machine {
    /// The machine this process runs on.
    pub fn real() -> Self {
        let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            mac: cfg!(target_os = "macos"),
            wsl: kernel.to_ascii_lowercase().contains("microsoft"),
            container: ["/.dockerenv", "/run/.containerenv"].iter().any(|file| Path::new(file).exists()),
        }
    }
}

/// Why no browser can be opened, to stand after "the browser is not opened: ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoBrowser {
    /// `SSH_CONNECTION`, `SSH_CLIENT` or `SSH_TTY`: the person sits elsewhere.
    #[error("this is an SSH session")]
    Ssh,
    /// `CI`: nobody sits anywhere.
    #[error("CI is set")]
    Ci,
    /// The inside of a container.
    #[error("this is a container")]
    Container,
    /// Neither `DISPLAY` nor `WAYLAND_DISPLAY`.
    #[error("there is no display")]
    NoDisplay,
    /// The command that was set cannot be read.
    #[error("{0} is not a command")]
    NotACommand(&'static str),
}

/// Why a browser that should be there was not opened.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// Not an `https` or `http` address, or not one that is safe to hand to other programs.
    #[error("this is not the address of a web page")]
    NotAnAddress,
    /// None of the programs could be started; the last one says why.
    #[error("{program} cannot be started: {source}")]
    NotStarted {
        /// Its name.
        program: String,
        /// What the system said.
        source: io::Error,
    },
}

/// The programs that open a page, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opener(Vec<Vec<String>>);

/// A browser that was started. Nothing waits for it; it lives on when this process ends.
#[derive(Debug)]
pub struct Opened {
    program: String,
    child: Child,
}

/// The variables that an SSH server sets.
const SSH: [&str; 3] = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];

/// The variables by which container engines make themselves known.
const CONTAINER: [&str; 2] = ["container", "KUBERNETES_SERVICE_HOST"];

/// Windows' programs, seen from a Linux inside it: on the path, else where they usually are. The
/// explorer comes last: it takes some addresses for folders.
const WSL_OPENERS: [&[&str]; 4] = [
    &["wslview"],
    &["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", "Start-Process '%s'"],
    &[
        "/mnt/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe",
        "-NoProfile",
        "-NonInteractive",
        "-Command",
        "Start-Process '%s'",
    ],
    &["explorer.exe"],
];
const MAC_OPENERS: [&[&str]; 1] = [&["open"]];
const LINUX_OPENERS: [&[&str]; 2] = [&["xdg-open"], &["gio", "open"]];

/// Whether a browser can be opened, and by what:
///
/// 1. `setting`, the command of keyfob's setting `browser`, always
/// 2. the commands of `BROWSER`, separated by colons, always
/// 3. none in an SSH session, under CI and in a container
/// 4. what the system has: Windows' programs under WSL, `open` on macOS, else `xdg-open` on a display
///
/// A command holds `%s` where the address belongs; without, it comes last (Python's `webbrowser`,
/// by which the AWS CLI opens pages).
///
/// # Errors
/// See [`NoBrowser`].
pub fn can_open(
    setting: Option<&str>,
    env: &Env,
    machine: Machine,
    split_words: SplitWords,
) -> Result<Opener, NoBrowser> {
    let set = |name: &&str| env.get(name).is_some();
    if let Some(command) = setting {
        let words = command_words(command, split_words).ok_or(NoBrowser::NotACommand("the setting browser"))?;
        return Ok(Opener(vec![words]));
    }
    if let Some(list) = env.get("BROWSER") {
        let commands: Vec<_> = list.split(':').filter_map(|command| command_words(command, split_words)).collect();
        return if commands.is_empty() { Err(NoBrowser::NotACommand("BROWSER")) } else { Ok(Opener(commands)) };
    }
    if SSH.iter().any(set) {
        return Err(NoBrowser::Ssh);
    }
    if env.get("CI").is_some_and(|ci| ci != "0" && !ci.eq_ignore_ascii_case("false")) {
        return Err(NoBrowser::Ci);
    }
    if machine.container || CONTAINER.iter().any(set) {
        return Err(NoBrowser::Container);
    }
    if machine.mac {
        return Ok(Opener::of(&MAC_OPENERS));
    }
    let display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(set);
    match (machine.wsl || set(&"WSL_DISTRO_NAME"), display) {
        (true, false) => Ok(Opener::of(&WSL_OPENERS)),
        // A Linux browser is the last resort there.
        (true, true) => Ok(Opener::of(&[&WSL_OPENERS[..], &LINUX_OPENERS].concat())),
        (false, true) => Ok(Opener::of(&LINUX_OPENERS)),
        (false, false) => Err(NoBrowser::NoDisplay),
    }
}

/// The words of a command. A `&` at its end (Python's sign for a browser not to wait for) says
/// nothing: none is waited for.
fn command_words(command: &str, split_words: SplitWords) -> Option<Vec<String>> {
    let mut words = split_words(command)?;
    words.pop_if(|last| last == "&");
    (!words.is_empty()).then_some(words)
}

impl Opener {
    fn of(commands: &[&[&str]]) -> Self {
        Self(commands.iter().map(|words| words.iter().map(|&word| word.to_owned()).collect()).collect())
    }

    /// Opens the page at `url` and comes back at once. The program has a process group of its own,
    /// so that Ctrl-C does not end it, and neither this process's input nor its output, which carries
    /// answers.
    ///
    /// # Errors
    /// See [`BrowserError`]. A program that starts and then fails is known by [`Opened::failed`].
    pub fn open(&self, url: &str) -> Result<Opened, BrowserError> {
        if !is_web_address(url) {
            return Err(BrowserError::NotAnAddress);
        }
        let mut failure = None;
        for command in &self.0 {
            let mut words = with_address(command, url).into_iter();
            let program = words.next().unwrap_or_default();
            let null = [Stdio::null(), Stdio::null(), Stdio::null()];
            let [input, output, messages] = null;
            let mut started = Command::new(&program);
            started.args(words).stdin(input).stdout(output).stderr(messages).process_group(0);
            match started.spawn() {
                Ok(child) => return Ok(Opened { program, child }),
                Err(source) => failure = Some(BrowserError::NotStarted { program, source }),
            }
        }
        Err(failure.unwrap_or(BrowserError::NotAnAddress))
    }
}

impl Opened {
    /// What to say of it if it has ended with a failure by now: `xdg-open ended with exit status: 3`.
    pub fn failed(&mut self) -> Option<String> {
        // The explorer ends with 1 whatever it did.
        if self.program.ends_with("explorer.exe") {
            return None;
        }
        let status = self.child.try_wait().ok()??;
        (!status.success()).then(|| format!("{} ended with {status}", self.program))
    }
}

fn with_address(command: &[String], url: &str) -> Vec<String> {
    // The one character of addresses that ends a quoted word of PowerShell's.
    let url = url.replace('\'', "%27");
    let mut words = command.to_vec();
    let mut arguments = words.iter_mut().skip(1).filter(|word| word.contains("%s")).peekable();
    if arguments.peek().is_none() {
        words.push(url);
        return words;
    }
    arguments.for_each(|word| *word = word.replace("%s", &url));
    words
}

/// Whether `url` is a web address in the characters of RFC 3986 alone. It may come from an answer,
/// and is handed to programs that know other schemes and other quotes.
fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
        && url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NONE: Machine = Machine { mac: false, wsl: false, container: false };
    const MAC: Machine = Machine { mac: true, ..NONE };
    const WSL: Machine = Machine { wsl: true, ..NONE };
    const CONTAINER: Machine = Machine { container: true, ..NONE };
    const DISPLAY: (&str, &str) = ("DISPLAY", ":0");
    const NOTHING: (&str, &str) = ("UNUSED", "");

    fn split(line: &str) -> Option<Vec<String>> {
        (!line.contains('"')).then(|| line.split_whitespace().map(str::to_owned).collect())
    }

    fn decide(setting: Option<&str>, variables: [(&str, &str); 2], machine: Machine) -> Result<Vec<String>, NoBrowser> {
        let opener = can_open(setting, &Env::fixed(variables), machine, split)?;
        Ok(opener.0.iter().map(|words| words.join(" ")).collect())
    }

    #[test]
    fn why_there_is_no_browser() {
        for (variables, machine, why) in [
            ([NOTHING, NOTHING], NONE, "there is no display"),
            ([("WAYLAND_DISPLAY", ""), NOTHING], NONE, "there is no display"),
            ([DISPLAY, ("SSH_CONNECTION", "::1 1 ::1 22")], NONE, "this is an SSH session"),
            ([DISPLAY, ("SSH_TTY", "/dev/pts/0")], MAC, "this is an SSH session"),
            ([DISPLAY, ("SSH_CLIENT", "::1 1 22")], WSL, "this is an SSH session"),
            ([DISPLAY, NOTHING], CONTAINER, "this is a container"),
            ([DISPLAY, ("container", "podman")], NONE, "this is a container"),
            ([DISPLAY, ("KUBERNETES_SERVICE_HOST", "10.0.0.1")], NONE, "this is a container"),
            ([DISPLAY, ("CI", "true")], MAC, "CI is set"),
            ([("BROWSER", "a \" b:\"c"), DISPLAY], NONE, "BROWSER is not a command"),
            ([("BROWSER", ":: :&"), DISPLAY], NONE, "BROWSER is not a command"),
        ] {
            let said = decide(None, variables, machine).map_err(|why| why.to_string());
            assert_eq!(said, Err(why.to_owned()), "{variables:?} {machine:?}");
        }
        let said = decide(Some("x \""), [DISPLAY, NOTHING], NONE);
        assert_eq!(said, Err(NoBrowser::NotACommand("the setting browser")));
    }

    #[test]
    fn what_opens_a_page() {
        for (setting, variables, machine, first) in [
            (None, [DISPLAY, NOTHING], NONE, "xdg-open"),
            (None, [("WAYLAND_DISPLAY", "wayland-0"), NOTHING], NONE, "xdg-open"),
            (None, [DISPLAY, ("CI", "false")], NONE, "xdg-open"),
            (None, [DISPLAY, ("CI", "0")], NONE, "xdg-open"),
            (None, [DISPLAY, ("SSH_TTY", "")], NONE, "xdg-open"),
            (None, [NOTHING, NOTHING], MAC, "open"),
            (None, [NOTHING, NOTHING], WSL, "wslview"),
            (None, [("WSL_DISTRO_NAME", "Debian"), NOTHING], NONE, "wslview"),
            (None, [("BROWSER", "firefox -P work %s:w3m"), ("SSH_TTY", "/dev/pts/0")], CONTAINER, "firefox -P work %s"),
            (None, [("BROWSER", ":firefox &"), ("CI", "1")], NONE, "firefox"),
            (Some("my browser"), [("BROWSER", "firefox"), ("CI", "1")], CONTAINER, "my browser"),
        ] {
            let commands = decide(setting, variables, machine).unwrap();
            assert_eq!(commands[0], first, "{variables:?} {machine:?}");
        }
        assert_eq!(decide(None, [("BROWSER", "a:b %s"), NOTHING], NONE).unwrap(), ["a", "b %s"]);
        assert!(decide(None, [DISPLAY, NOTHING], WSL).unwrap().contains(&"xdg-open".to_owned()));
    }

    #[test]
    fn the_address_has_its_place() {
        for (command, words) in [
            ("firefox", "firefox https://a/?b=%27c"),
            ("firefox %s --new", "firefox https://a/?b=%27c --new"),
            ("sh -c x=%s;y=%s", "sh -c x=https://a/?b=%27c;y=https://a/?b=%27c"),
            ("%s", "%s https://a/?b=%27c"),
        ] {
            assert_eq!(with_address(&split(command).unwrap(), "https://a/?b='c").join(" "), words);
        }
    }

    #[test]
    fn only_web_addresses_are_opened() {
        let opener = Opener::of(&[&["true"]]);
        for url in
            ["", "https://", "file:///etc/passwd", "-v", "https://a b", "https://a\";x", "https://é", "https://a\n"]
        {
            assert!(matches!(opener.open(url), Err(BrowserError::NotAnAddress)), "{url:?}");
        }
    }

    #[test]
    fn the_next_program_is_tried_and_failures_are_told() {
        let mut opened = Opener::of(&[&["/keyfob/has/no/such"], &["false"]]).open("https://a").unwrap();
        let said = std::iter::repeat_with(|| {
            std::thread::sleep(Duration::from_millis(5));
            opened.failed()
        });
        let said = said.take(2000).flatten().next().unwrap();
        assert!(said.starts_with("false ended with exit status: 1"), "{said}");
        let error = Opener::of(&[&["/keyfob/has/no/such"]]).open("https://a").unwrap_err();
        assert!(error.to_string().starts_with("/keyfob/has/no/such cannot be started"), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_browser_has_neither_our_streams_nor_our_process_group() {
        let folder = tempfile::tempdir().unwrap();
        let seen = folder.path().join("seen");
        let script = format!(
            "streams=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2); process=$(cut -d' ' -f1,5 /proc/$$/stat); \
             {{ echo \"$streams\"; echo \"$process\"; echo \"$1\"; }} >'{0}.new'; mv '{0}.new' '{0}'",
            seen.display()
        );
        Opener::of(&[&["sh", "-c", &script, "sh", "%s"]]).open("https://a/b?c=d&e=%20f").unwrap();
        let tries = std::iter::repeat_with(|| {
            std::thread::sleep(Duration::from_millis(5));
            std::fs::read_to_string(&seen).ok()
        });
        let seen = tries.take(2000).flatten().next().unwrap();
        let lines: Vec<_> = seen.lines().collect();
        assert_eq!((&lines[..3], lines[4]), (&["/dev/null"; 3][..], "https://a/b?c=d&e=%20f"));
        let (process, group) = lines[3].split_once(' ').unwrap();
        assert_eq!(process, group);
    }
}
