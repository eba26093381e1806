//! Reads that are under way while the device goes on.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use burn::tensor::{Int, Tensor};

use super::read;
use crate::{Error, Result};

/// What a [`read`] gives.
type Values = (Vec<Vec<i32>>, Vec<Vec<f32>>);
type Coming = Pin<Box<dyn Future<Output = Result<Values>>>>;

/// A [`read`] that has begun: the values are those of this moment, whatever is launched before they are awaited.
///
/// A read takes a browser 3 ms, however little is read. Work launched between its beginning and its end hides them.
pub struct Reading {
    /// None once it has ended.
    coming: Option<Coming>,
    /// What came at once.
    values: Option<Result<Values>>,
}

impl Reading {
    /// Begins to read tensors, all in one go.
    pub fn begin(ints: Vec<Tensor<1, Int>>, floats: Vec<Tensor<1>>) -> Self {
        let mut coming: Coming = Box::pin(async move { read(&ints, &floats).await });
        // The runtime sends off a read when it is first asked for it.
        match coming.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(values) => Self { coming: None, values: Some(values) },
            Poll::Pending => Self { coming: Some(coming), values: None },
        }
    }
}

/// The values, integers first, each list in the order it was asked for; [`Error::DeviceLost`] when the device no longer
/// answers.
impl Future for Reading {
    type Output = Result<Values>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(coming) = &mut self.coming else {
            let taken = || Err(Error::Device("a reading was awaited twice.".into()));
            return Poll::Ready(self.values.take().unwrap_or_else(taken));
        };
        let values = coming.as_mut().poll(context);
        if values.is_ready() {
            self.coming = None;
        }
        values
    }
}

impl Drop for Reading {
    /// Lets it end though nobody waits for it: its memory goes back into use at once, and would still be mapped for
    /// the host.
    fn drop(&mut self) {
        let Some(coming) = self.coming.take() else { return };
        #[cfg(target_arch = "wasm32")]
        wasm_bindgen_futures::spawn_local(async {
            let _ = coming.await;
        });
        #[cfg(not(target_arch = "wasm32"))]
        let _ = pollster::block_on(coming);
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("ended", &self.coming.is_none()).finish()
    }
}
