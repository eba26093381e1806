//! What a message repeats of what came from outside.

use std::fmt::{self, Display, Write};

/// Most characters that a message repeats.
const MOST: usize = 80;

/// `text` without what is beyond a readable length, whatever it holds. Never makes the whole of it.
pub(crate) fn shortened(text: impl Display) -> String {
    struct Short {
        text: String,
        left: usize,
    }
    impl Write for Short {
        fn write_str(&mut self, piece: &str) -> fmt::Result {
            match piece.char_indices().nth(self.left) {
                None => {
                    self.left -= piece.chars().count();
                    self.text.push_str(piece);
                    Ok(())
                }
                Some((end, _)) => {
                    self.text.push_str(&piece[..end]);
                    self.text.push('…');
                    Err(fmt::Error) // enough
                }
            }
        }
    }
    let mut short = Short { text: String::new(), left: MOST };
    let _ = write!(short, "{text}");
    short.text
}

/// A number as people write it, in few digits however large or small it is.
pub(crate) fn number(value: f64) -> String {
    let plain = value == 0.0 || !value.is_finite() || (1e-4..1e16).contains(&value.abs());
    if plain { value.to_string() } else { format!("{value:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("lemon"), "lemon");
        assert_eq!(shortened("é".repeat(MOST)), "é".repeat(MOST));
        assert_eq!(shortened("é".repeat(MOST + 1)), "é".repeat(MOST) + "…");
        let long = format_args!("{}{}", "ab".repeat(30), "cd".repeat(1 << 20)).to_string();
        assert_eq!(shortened(&long).chars().count(), MOST + 1);
    }

    #[test]
    fn numbers_have_few_digits() {
        for (value, text) in [(0.5, "0.5"), (5.0, "5"), (1e300, "1e300"), (-1e-300, "-1e-300")] {
            assert_eq!(number(value), text);
        }
        assert_eq!(number(f64::NAN), "NaN");
        assert_eq!(number(9_007_199_254_740_991.0), "9007199254740991");
    }
}
