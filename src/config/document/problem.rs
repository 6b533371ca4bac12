//! What makes a whole file unreadable to every AWS tool, and what to do about it.

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

/// Why a file cannot be read by any AWS tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProblemKind {
    /// Bytes that are not UTF-8.
    #[error("this is not UTF-8 text")]
    NotUtf8,
    /// A NUL byte.
    #[error("there is a NUL byte in this line, so this is not a text file")]
    Nul,
    /// Longer than any setting.
    #[error("this line is longer than {} KiB, so this is not an AWS file", LONGEST_LINE / 1024)]
    TooLong,
    /// A byte order mark before the first line.
    #[error("the file starts with a byte order mark, which no AWS tool accepts")]
    ByteOrderMark,
    /// Neither a header nor a key with a separator.
    #[error("expected `[section]` or `key = value`")]
    NoSeparator,
    /// `[x` without `]`.
    #[error("the section header has no closing `]`")]
    UnclosedHeader,
    /// `= value`.
    #[error("there is no key before the separator")]
    NoKey,
    /// A key above the first header.
    #[error("a key stands before the first `[section]`")]
    NoSection,
    /// A line of a nested block without `=`.
    #[error("expected `name = value` in the nested block above")]
    NestedNoSeparator,
}

impl ProblemKind {
    /// What to do about it, as an order.
    pub fn advice(self) -> &'static str {
        match self {
            Self::NotUtf8 => "save the file as UTF-8",
            Self::Nul | Self::TooLong => "check that the path names the right file",
            Self::ByteOrderMark => "save the file as UTF-8 without a byte order mark",
            Self::NoSeparator => "write `key = value`, or put `#` in front to make it a comment",
            Self::UnclosedHeader => "add the `]`",
            Self::NoKey => "write the key's name in front, or remove the line",
            Self::NoSection => "put a header such as `[default]` above it",
            Self::NestedNoSeparator => "write `name = value`, or give the key above a value of its own",
        }
    }
}

/// A line longer than this is no setting: session tokens take a few KiB.
pub(super) const LONGEST_LINE: usize = 1024 * 1024;

/// Checks that `bytes` are text at all, before anything is made of them.
///
/// # Errors
/// The first line that is not UTF-8, holds a NUL byte, or is longer than 1 MiB.
pub fn decode(bytes: &[u8]) -> Result<&str, Problem> {
    let problem = |at: usize, kind| Err(Problem { line: line_at(&bytes[..at]), kind });
    if let Some(at) = memchr::memchr(0, bytes) {
        return problem(at, ProblemKind::Nul);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => problem(error.valid_up_to(), ProblemKind::NotUtf8),
    }
}

/// The number of the line that follows `before`, counted from 1.
fn line_at(before: &[u8]) -> usize {
    1 + memchr::memchr2_iter(b'\n', b'\r', before)
        .filter(|&at| before[at] == b'\n' || before.get(at + 1) != Some(&b'\n'))
        .count()
}
