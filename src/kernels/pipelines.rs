//! What a computation will have to compile, found out without computing.
//!
//! A browser compiles a pipeline when it is first launched, one after the other, while everything waits. A page that
//! knows the texts beforehand can have them compiled side by side, and while weights are still on their way.

use std::cell::RefCell;

thread_local! {
    static TEXTS: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// The WGSL text of every kernel that `compute` would launch up to its first read, each once.
///
/// Nothing is launched; a read fails, which ends a computation that waits for results.
pub async fn texts<T>(compute: impl Future<Output = T>) -> Vec<String> {
    TEXTS.set(Some(Vec::new()));
    compute.await;
    TEXTS.take().unwrap_or_default()
}

/// Whether launches are only noted now.
pub(super) fn only_noted() -> bool {
    TEXTS.with_borrow(Option::is_some)
}

/// Notes a text, if launches are only noted.
pub(super) fn note(text: impl FnOnce() -> String) {
    TEXTS.with_borrow_mut(|texts| {
        if let Some(texts) = texts {
            let text = text();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    });
}
