//! Rows below each other, for a person's eyes.

/// A list longer than this is cut short: a session may have thousands of profiles.
const MOST_NAMES: usize = 4;

/// `rows` with their columns aligned; the last one is as wide as it is.
pub(in crate::commands) fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.clone().map(|cell| clean(&cell))).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

/// The first few of `names`, and how many there are more.
pub(in crate::commands) fn some_of(names: &[String]) -> String {
    match names.split_at_checked(MOST_NAMES) {
        Some((shown, rest)) if !rest.is_empty() => format!("{} and {} more", shown.join(", "), rest.len()),
        _ => names.join(", "),
    }
}

/// Text from files must not steer the terminal, nor break a row.
pub(super) fn clean(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["a", "bb", "c"], ["aaa", "\x1b[1m", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(aligned(&rows), "a    bb    c\naaa  \u{fffd}[1m\n");
    }

    #[test]
    fn long_lists_are_cut() {
        let names = |count: usize| (0..count).map(|at| at.to_string()).collect::<Vec<_>>();
        for (count, told) in [(0, ""), (1, "0"), (4, "0, 1, 2, 3"), (5, "0, 1, 2, 3 and 1 more")] {
            assert_eq!(some_of(&names(count)), told);
        }
    }
}
