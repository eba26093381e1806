//! GPU time of every launch, by timestamps.

use std::cell::RefCell;

use burn_cubecl::cubecl::client::Client;
use burn_cubecl::cubecl::profile::ProfileDuration;

thread_local! {
    static WINDOWS: RefCell<Option<Vec<(String, ProfileDuration)>>> = const { RefCell::new(None) };
}

/// Measures all launches from now on, each on its own: slow, and nothing is recorded meanwhile.
/// The device must have timestamp queries.
pub fn start() {
    WINDOWS.set(Some(Vec::new()));
}

/// Ends measuring: names and milliseconds in the order of launches.
pub async fn finish() -> Vec<(String, f64)> {
    let mut times = Vec::new();
    for (name, window) in WINDOWS.take().unwrap_or_default() {
        if let Some(ticks) = window.resolve().await {
            times.push((name, ticks.duration().as_secs_f64() * 1e3));
        }
    }
    times
}

pub(super) fn is_on() -> bool {
    WINDOWS.with_borrow(Option::is_some)
}

pub(super) fn measure(client: &Client, name: String, launch: impl FnOnce()) {
    let window = is_on().then(|| client.profile_start().ok()).flatten();
    launch();
    if let Some(window) = window
        && let Ok(duration) = client.profile_end(window)
    {
        WINDOWS.with_borrow_mut(|windows| windows.as_mut().map(|w| w.push((name, duration))));
    }
}
