//! What samplers leave behind for the next image of the same shape.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// How many are kept: decoder, grain map, the other generator, and DGiT-NAR with room for three numbers of codes, of which
/// pictures with the same settings have two.
const KEPT: usize = 8;

/// Buffers and recordings, by kind and sizes. Clones share their content.
///
/// They hold device memory, so only the last ones used are kept.
#[derive(Clone, Default)]
pub struct Workspaces {
    kept: Arc<Mutex<Vec<Kept>>>,
}

type Kept = (Key, Box<dyn Any + Send>);

type Key = (&'static str, usize, usize);

impl Workspaces {
    /// Takes a workspace out, or makes one.
    pub fn take<T: Any>(&self, key: Key, make: impl FnOnce() -> T) -> T {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().position(|(other, _)| *other == key).map(|at| kept.remove(at).1);
        drop(kept);
        match found.map(|workspace| workspace.downcast::<T>()) {
            Some(Ok(workspace)) => *workspace,
            _ => make(),
        }
    }

    /// Puts a workspace back.
    pub fn put<T: Any + Send>(&self, key: Key, workspace: T) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push((key, Box::new(workspace)));
        if kept.len() > KEPT {
            kept.remove(0);
        }
    }
}

impl fmt::Debug for Workspaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_list().entries(kept.iter().map(|(key, _)| key)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_few_come_back() {
        let workspaces = Workspaces::default();
        for size in 0..=KEPT {
            workspaces.put(("test", size, 1), size * 10);
        }
        let take = |size| workspaces.take(("test", size, 1), || usize::MAX);
        assert_eq!(take(0), usize::MAX, "the oldest was let go");
        assert_eq!(take(KEPT), KEPT * 10);
        assert_eq!(take(KEPT), usize::MAX, "one taker at a time");
        assert_eq!(workspaces.take(("test", 1, 1), || "other type"), "other type");
    }
}
