//! A QR code as text, for a terminal.
//!
//! Two modules make a character, by half blocks, so that the code is square where characters are
//! twice as high as wide.

use qrcode::{Color, EcLevel, QrCode};

/// The light frame that ISO/IEC 18004 asks for, and the one that cameras still make do with.
const QUIET_ZONES: [usize; 2] = [4, 2];

/// How the code is told apart from what is around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Black blocks on a white ground, by colour codes: right on every terminal that has colours.
    Colors,
    /// Blocks alone, for a terminal without colours. The light modules are the blocks, since text is
    /// lighter than its ground on most terminals; on the others the code comes out as a negative,
    /// which the cameras of today's phones read too.
    Blocks,
}

/// The QR code of `text`, each line ended; `None` when it is wider than `width` columns, or `text` is
/// longer than a code can hold.
pub fn render(text: &str, width: usize, paint: Paint) -> Option<String> {
    // The least correction: a screen has no scratches, and the code stays small.
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let quiet = QUIET_ZONES.into_iter().find(|quiet| code.width() + 2 * quiet <= width)?;
    let size = code.width() + 2 * quiet;
    let inside = quiet..quiet + code.width();
    let is_dark =
        |x: usize, y: usize| inside.contains(&x) && inside.contains(&y) && code[(x - quiet, y - quiet)] == Color::Dark;
    let is_block = |x, y| match paint {
        Paint::Colors => is_dark(x, y),
        // Below the last line, there is nothing.
        Paint::Blocks => !is_dark(x, y) && y < size,
    };
    let (start, end) = match paint {
        Paint::Colors => ("\x1b[30;47m", "\x1b[0m\n"),
        Paint::Blocks => ("", "\n"),
    };
    let mut out = String::new();
    for y in (0..size).step_by(2) {
        out.push_str(start);
        out.extend((0..size).map(|x| match (is_block(x, y), is_block(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        }));
        out.push_str(end);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH";

    /// Which modules of the rendered code are blocks, line by line.
    fn blocks(rendered: &str) -> Vec<Vec<bool>> {
        let lines = rendered.lines().map(|line| line.trim_start_matches("\x1b[30;47m").trim_end_matches("\x1b[0m"));
        lines
            .flat_map(|line| ["█▀", "█▄"].map(|full| line.chars().map(|c| full.contains(c)).collect::<Vec<_>>()))
            .collect()
    }

    #[test]
    fn the_rendered_code_is_the_code_in_a_light_frame() {
        let code = QrCode::with_error_correction_level(URL, EcLevel::L).unwrap();
        for (paint, width, quiet) in
            [(Paint::Colors, 200, 4), (Paint::Blocks, 200, 4), (Paint::Colors, 40, 2), (Paint::Blocks, 37, 2)]
        {
            let blocks = blocks(&render(URL, width, paint).unwrap());
            let size = code.width() + 2 * quiet;
            assert_eq!(blocks.len(), size + 1, "an odd number of lines, and one to fill the last character");
            for (y, line) in blocks[..size].iter().enumerate() {
                assert_eq!(line.len(), size);
                for (x, block) in line.iter().enumerate() {
                    let inside = (quiet..size - quiet).contains(&x) && (quiet..size - quiet).contains(&y);
                    let dark = inside && code[(x - quiet, y - quiet)] == Color::Dark;
                    assert_eq!(*block, dark == (paint == Paint::Colors), "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn a_finder_is_dark_and_its_ring_light() {
        let blocks = blocks(&render(URL, 200, Paint::Colors).unwrap());
        let row: String = blocks[7][..12].iter().map(|block| if *block { '#' } else { '.' }).collect();
        assert_eq!(row, "....#.###.#.");
    }

    #[test]
    fn what_does_not_fit_is_not_shown() {
        assert!(render(URL, 36, Paint::Blocks).is_none());
        assert!(render(URL, 0, Paint::Blocks).is_none());
        assert!(render(&"a".repeat(3000), 10_000, Paint::Blocks).is_none());
        assert!(render("", 80, Paint::Blocks).is_some());
    }
}
