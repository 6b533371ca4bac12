//! `keyfob man`: the manual, one page a command, from the argument tree.

use clap::{Args, Command};

use super::{CommandError, Context, ErrorKind};
use crate::cli::{self, Run};

/// Print a manual page: keyfob man configure set | man -l -
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command whose page to print; keyfob's own when left out
    pub command: Vec<String>,
}

impl Run for ManArgs {
    const NAME: &'static str = "man";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let name =
            std::iter::once("keyfob").chain(self.command.iter().map(String::as_str)).collect::<Vec<_>>().join("-");
        let pages = pages().map_err(|error| CommandError::new(ErrorKind::Other, error.to_string()))?;
        match pages.into_iter().find(|page| page.name == name) {
            Some(page) => context.ui.answer(&page.text),
            None => {
                Err(CommandError::new(ErrorKind::Usage, format!("there is no command `{}`", self.command.join(" ")))
                    .hint("keyfob --help lists the commands"))
            }
        }
    }
}

/// One page of the manual.
#[derive(Debug)]
pub struct Page {
    /// `keyfob-configure-set`; the file in man/ is this with `.1`.
    pub name: String,
    /// troff
    pub text: String,
}

/// All pages, keyfob's own first.
///
/// # Errors
/// None that is known of: they are written to memory.
pub fn pages() -> std::io::Result<Vec<Page>> {
    let mut command = cli::command();
    command.build();
    let mut pages = Vec::new();
    collect(&command, "keyfob", &mut pages)?;
    Ok(pages)
}

fn collect(command: &Command, name: &str, pages: &mut Vec<Page>) -> std::io::Result<()> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).title(name).render(&mut text)?;
    pages.push(Page { name: name.to_owned(), text: String::from_utf8_lossy(&text).into_owned() });
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        collect(below, &format!("{name}-{}", below.get_name()), pages)?;
    }
    Ok(())
}
