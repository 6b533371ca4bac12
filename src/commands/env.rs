//! `keyfob env`: lines for a shell to evaluate.

use clap::{Args, ValueEnum};

use super::resolving::{self, Asking};
use super::token_code::TokenCodeArgs;
use super::{CommandError, Context, ErrorKind, handing};
use crate::cli::Run;
use crate::secret::Secret;

/// Print lines that put the selected profile's credentials into a shell
///
/// Use it as: eval "$(keyfob env --profile NAME)". What older credentials left is cleared first.
/// Nothing is printed when there are no credentials.
#[derive(Debug, Args)]
pub struct EnvArgs {
    /// The code of an MFA device, if one was given.
    #[command(flatten)]
    pub code: TokenCodeArgs,
    /// The shell to write for [otherwise: the one that SHELL names]
    #[arg(long, value_enum, value_name = "SHELL")]
    pub shell: Option<Shell>,
    /// Print lines that take the credentials out of the shell again
    #[arg(long)]
    pub unset: bool,
}

/// A shell's way of setting variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// `export NAME='V'`
    Bash,
    /// As bash.
    Zsh,
    /// `set -gx NAME 'V'`
    Fish,
    /// `$Env:NAME = 'V'`
    Powershell,
    /// `$env.NAME = "V"`
    Nu,
    /// `set "NAME=V"`
    Cmd,
    /// `NAME='V'`, for files
    Dotenv,
}

impl Run for EnvArgs {
    const NAME: &'static str = "env";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let shell = match self.shell {
            Some(shell) => shell,
            None => named(context.variable("SHELL").as_deref())?,
        };
        if self.unset {
            let lines = handing::STALE.iter().chain(&handing::REGION).map(|name| clear(shell, name));
            return context.ui.answer(&lines.collect::<String>());
        }
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let found = resolving::credentials(context, &files, &shared, Asking::Terminal, &self.code)?;
        let set = handing::variables(context, &shared, &found.plan.selection, &found.credentials);
        let mut lines: String = handing::to_clear(&set).into_iter().map(|name| clear(shell, name)).collect();
        for (name, value) in &set {
            lines += &assign(shell, name, value.expose());
        }
        context.ui.answer(Secret::new(lines).expose())
    }
}

/// The shell at `path`.
fn named(path: Option<&str>) -> Result<Shell, CommandError> {
    let name = path.and_then(|path| path.rsplit('/').next()).unwrap_or("sh");
    match name.trim_end_matches(".exe") {
        "bash" | "sh" | "dash" | "ksh" | "ash" | "mksh" => Ok(Shell::Bash),
        "zsh" => Ok(Shell::Zsh),
        "fish" => Ok(Shell::Fish),
        "pwsh" | "powershell" => Ok(Shell::Powershell),
        "nu" => Ok(Shell::Nu),
        other => {
            Err(CommandError::new(ErrorKind::Usage, format!("SHELL names {other}, which keyfob cannot write for"))
                .hint("name one with --shell: bash, zsh, fish, powershell, nu, cmd or dotenv"))
        }
    }
}

fn assign(shell: Shell, name: &str, value: &str) -> String {
    match shell {
        Shell::Bash | Shell::Zsh => format!("export {name}='{}'\n", value.replace('\'', "'\\''")),
        Shell::Fish => format!("set -gx {name} '{}'\n", value.replace('\\', "\\\\").replace('\'', "\\'")),
        Shell::Powershell => format!("$Env:{name} = '{}'\n", value.replace('\'', "''")),
        Shell::Nu => format!("$env.{name} = \"{}\"\n", value.replace('\\', "\\\\").replace('"', "\\\"")),
        Shell::Cmd => format!("set \"{name}={}\"\r\n", value.replace('%', "%%")),
        Shell::Dotenv => format!("{name}='{}'\n", value.replace('\'', "'\\''")),
    }
}

fn clear(shell: Shell, name: &str) -> String {
    match shell {
        Shell::Bash | Shell::Zsh => format!("unset {name}\n"),
        Shell::Fish => format!("set -e {name}\n"),
        Shell::Powershell => format!("Remove-Item Env:{name} -ErrorAction SilentlyContinue\n"),
        Shell::Nu => format!("hide-env --ignore-errors {name}\n"),
        Shell::Cmd => format!("set \"{name}=\"\r\n"),
        // A file starts empty.
        Shell::Dotenv => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        for (shell, line) in [
            (Shell::Bash, "export N='a'\\''b\\\"$%'\n"),
            (Shell::Fish, "set -gx N 'a\\'b\\\\\"$%'\n"),
            (Shell::Powershell, "$Env:N = 'a''b\\\"$%'\n"),
            (Shell::Nu, "$env.N = \"a'b\\\\\\\"$%\"\n"),
            (Shell::Cmd, "set \"N=a'b\\\"$%%\"\r\n"),
            (Shell::Dotenv, "N='a'\\''b\\\"$%'\n"),
        ] {
            assert_eq!(assign(shell, "N", "a'b\\\"$%"), line);
        }
    }

    #[test]
    fn the_shell_is_named() {
        assert_eq!(named(Some("/usr/bin/zsh")).unwrap(), Shell::Zsh);
        assert_eq!(named(None).unwrap(), Shell::Bash);
        assert!(named(Some("/bin/tcsh")).is_err());
    }
}
