//! JSON from outside, looked over before it is read.
//!
//! A parser makes of a text what the text says, and seven bytes of an object with one empty name become 600
//! bytes of a tree. So brackets are counted first: a pass over the bytes that keeps nothing.

use serde::de::DeserializeOwned;

use super::{ALL_CLASSES, COMBINATIONS, MANIFEST_BYTES, REQUEST_BYTES, shortened};

/// How much a JSON text may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Json {
    /// Its length.
    bytes: u64,
    /// Objects.
    objects: usize,
    /// Objects and lists.
    groups: usize,
    /// Objects and lists inside each other.
    depth: usize,
}

/// A manifest: an object for each class, and what it is said of the networks.
pub(crate) const MANIFEST: Json = Json {
    bytes: MANIFEST_BYTES,
    objects: ALL_CLASSES + 1000,
    groups: ALL_CLASSES + COMBINATIONS + 2000,
    depth: 16,
};

/// A request, or the options of an encoding.
pub(crate) const REQUEST: Json = Json { bytes: REQUEST_BYTES, objects: 16, groups: 32, depth: 8 };

impl Json {
    /// Reads `text`; an error says in a few words what is wrong with it.
    pub(crate) fn read<T: DeserializeOwned>(&self, text: &[u8]) -> Result<T, String> {
        self.check(text)?;
        serde_json::from_slice(text).map_err(shortened)
    }

    /// Looks for more than there may be. What is no JSON passes: the parser refuses it.
    pub(crate) fn check(&self, text: &[u8]) -> Result<(), String> {
        if text.len() as u64 > self.bytes {
            return Err(format!(
                "it has {} bytes, but at most {} are accepted",
                text.len(),
                self.bytes
            ));
        }
        let (mut objects, mut groups, mut depth) = (0, 0, 0usize);
        let (mut quoted, mut escaped) = (false, false);
        for byte in text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'{' | b'[' => {
                    depth += 1;
                    groups += 1;
                    objects += usize::from(*byte == b'{');
                    if depth > self.depth {
                        return Err(format!("it is nested more than {} deep", self.depth));
                    }
                    if objects > self.objects || groups > self.groups {
                        let Self { objects, groups, .. } = self;
                        return Err(format!(
                            "it has more than {objects} objects or {groups} groups"
                        ));
                    }
                }
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_counted_outside_of_texts_only() {
        let json = Json { bytes: 40, objects: 2, groups: 5, depth: 3 };
        json.check(br#"{"a": [[1]], "b": {}}"#).unwrap();
        json.check(br#"["{{{{[[[[", "\"[[[[{{{{", "\\", {}]"#).unwrap();
        for (text, why) in [
            (&br#"[[[[1]]]]"#[..], "deep"),
            (br#"[{}, {}, {}]"#, "objects"),
            (br#"["\\", {}, {}, {}]"#, "objects"),
            (br#"[[], [], [], [], []]"#, "groups"),
            (&[b' '; 41], "bytes"),
        ] {
            let said = json.check(text).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
        assert!(json.read::<Vec<u8>>(b"[1, 300]").unwrap_err().contains("300"));
        assert_eq!(json.read::<Vec<u8>>(b"[1, 30]").unwrap(), [1, 30]);
    }
}
