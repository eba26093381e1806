//! Many SVG texts in one small file.
//!
//! Drawings put together from parts repeat the same paths thousands of times, far apart: further
//! than deflate looks back. So the texts are cut at their quotation marks, every distinct piece is
//! kept once, and a drawing is a list of pieces. `originals.bin` is one zlib stream of lines of
//! text: the number of pieces; the pieces, one a line; then the drawings, one a line, each the
//! numbers of its pieces with spaces between.

use std::collections::HashMap;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use crate::{Error, Result};

/// Drawings unpacked: pieces, and lines of their numbers.
#[derive(Debug, Clone)]
pub struct Drawings {
    pieces: Vec<String>,
    lines: String,
}

/// Drawings packed.
#[derive(Debug, Clone)]
pub struct Packed {
    /// The content of `originals.bin`.
    pub bytes: Vec<u8>,
    /// Offset and length of the line of every drawing in the list of drawings.
    pub spans: Vec<(usize, usize)>,
}

impl Drawings {
    /// Packs texts; line breaks in them become spaces.
    pub fn pack<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Packed> {
        let mut known: HashMap<String, usize> = HashMap::new();
        let (mut pieces, mut lines, mut spans) = (Vec::new(), String::new(), Vec::new());
        for text in texts {
            let text = text.replace(['\n', '\r'], " ");
            let numbers: Vec<String> = text
                .split('"')
                .map(|piece| {
                    let number = known.entry(piece.to_owned()).or_insert_with(|| {
                        pieces.push(piece.to_owned());
                        pieces.len() - 1
                    });
                    number.to_string()
                })
                .collect();
            let line = numbers.join(" ");
            spans.push((lines.len(), line.len()));
            lines.push_str(&line);
            lines.push('\n');
        }
        let failed = |e: std::io::Error| Error::Data(format!("Drawings cannot be packed: {e}."));
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        writeln!(encoder, "{}", pieces.len()).map_err(failed)?;
        for piece in &pieces {
            writeln!(encoder, "{piece}").map_err(failed)?;
        }
        encoder.write_all(lines.as_bytes()).map_err(failed)?;
        Ok(Packed { bytes: encoder.finish().map_err(failed)?, spans })
    }

    /// Reads what [`Drawings::pack`] wrote.
    pub fn unpack(bytes: &[u8]) -> Result<Self> {
        let bad = |why: &str| Error::Data(format!("The drawings cannot be unpacked: {why}."));
        let mut text = String::new();
        ZlibDecoder::new(bytes).read_to_string(&mut text).map_err(|e| bad(&e.to_string()))?;
        let (count, mut rest) = text.split_once('\n').ok_or_else(|| bad("no first line"))?;
        let count: usize = count.parse().map_err(|_| bad("no number of pieces"))?;
        let mut pieces = Vec::new();
        for _ in 0..count {
            let (piece, after) = rest.split_once('\n').ok_or_else(|| bad("pieces are missing"))?;
            pieces.push(piece.to_owned());
            rest = after;
        }
        Ok(Self { pieces, lines: rest.to_owned() })
    }

    /// The drawing whose line is at `offset`, `length` bytes long; `None` if there is none.
    pub fn svg(&self, offset: usize, length: usize) -> Option<String> {
        let line = self.lines.get(offset..offset.checked_add(length)?)?;
        let pieces: Option<Vec<&str>> = line
            .split(' ')
            .map(|number| number.parse().ok().and_then(|n: usize| self.pieces.get(n)))
            .map(|piece| piece.map(String::as_str))
            .collect();
        Some(pieces?.join("\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_survive_the_round_trip_and_share_their_pieces() {
        let path = "M1 2h3".repeat(200);
        let texts: Vec<String> = (0..50)
            .map(|i| format!("<svg a=\"{i}\"><path d=\"{path}\"/><g fill=\"#fff\"></g></svg>"))
            .collect();
        let Packed { bytes, spans } = Drawings::pack(texts.iter().map(String::as_str)).unwrap();
        assert!(bytes.len() < 1000, "{}", bytes.len());
        let drawings = Drawings::unpack(&bytes).unwrap();
        for (text, (offset, length)) in texts.iter().zip(spans) {
            assert_eq!(drawings.svg(offset, length).as_ref(), Some(text));
        }
        assert_eq!(drawings.svg(0, 1 << 20), None);
        assert!(Drawings::unpack(&bytes[..20]).is_err());
    }
}
