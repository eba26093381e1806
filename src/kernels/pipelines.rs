//! What a computation will have to compile, found out without computing.
//!
//! A browser compiles a pipeline when it is first launched, one after the other, while everything waits. A page that
//! knows the texts beforehand can have them compiled side by side, and while weights are still on their way.

use std::cell::RefCell;

thread_local! {
    static NOTED: RefCell<Option<Work>> = const { RefCell::new(None) };
}

/// What a computation asks of a GPU.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Work {
    /// WGSL text of every kernel, each once.
    pub texts: Vec<String>,
    /// Kernels launched.
    pub launches: usize,
    /// Bytes of the buffers that launches are given, each once a launch: read or written, at the least.
    pub bytes: u64,
}

/// What `compute` would launch up to its first read.
///
/// Nothing is launched; a read fails, which ends a computation that waits for results.
pub async fn work<T>(compute: impl Future<Output = T>) -> Work {
    NOTED.set(Some(Work::default()));
    compute.await;
    NOTED.take().unwrap_or_default()
}

/// Whether launches are only noted now.
pub(super) fn only_noted() -> bool {
    NOTED.with_borrow(Option::is_some)
}

/// Notes a launch.
pub(super) fn note(text: String, bytes: u64) {
    NOTED.with_borrow_mut(|noted| {
        if let Some(work) = noted {
            work.launches += 1;
            work.bytes += bytes;
            if !work.texts.contains(&text) {
                work.texts.push(text);
            }
        }
    });
}
