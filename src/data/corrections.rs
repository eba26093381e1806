//! Icon names that no rule can read, sorted out by eye.

/// Of `fxemoji`: names of its own making, and names whose meaning has moved since.
pub const FXEMOJI: &[(&str, &str)] = &[];

/// The corrections for the style `id`: icon name, and the slug of the emoji that it draws (empty
/// if it is none of them).
pub fn of(id: &str) -> &'static [(&'static str, &'static str)] {
    match id {
        "fxemoji" => FXEMOJI,
        _ => &[],
    }
}
