//! Which of several tilings the kernels use.
//!
//! Which one is fastest depends on the card: how many cores it has, how much they remember, how long it waits for
//! memory. All give the same numbers but for the last digit of a sum. A browser finds out by a race, and remembers.
//! Half precision is a choice beside it, which is asked for.

use std::cell::Cell;

use serde::{Deserialize, Serialize};

/// A choice for each sort of kernel: the number of a candidate, 0 where nothing is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tuning {
    /// Matrix products over lists (`linear.wgsl`).
    pub products: u8,
    /// Attention over lists (`attention.wgsl`).
    pub attention: u8,
    /// 3×3 convolutions (`window.wgsl`).
    pub windows: u8,
    /// Whether products, 3×3 convolutions and the scores of attention over lists multiply in half precision (f16)
    /// and add short sums in it. Not part of a race: numbers are others in the third digit. For devices with
    /// `shader-f16`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub half: bool,
}

/// A sort of kernels that has candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// See [`Tuning::products`].
    Products,
    /// See [`Tuning::attention`].
    Attention,
    /// See [`Tuning::windows`].
    Windows,
}

thread_local! {
    static NOW: Cell<Tuning> = const {
        Cell::new(Tuning { products: 0, attention: 0, windows: 0, half: false })
    };
}

impl Sort {
    /// All of them.
    pub const ALL: [Sort; 3] = [Sort::Products, Sort::Attention, Sort::Windows];

    /// Candidates of each sort.
    pub const CANDIDATES: u8 = 3;

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Sort::Products => "products",
            Sort::Attention => "attention",
            Sort::Windows => "windows",
        }
    }
}

impl Tuning {
    /// What launches go by from now on, in this thread. Recordings keep what they were made with.
    pub fn set(self) {
        NOW.set(self);
    }

    /// What launches go by.
    pub fn now() -> Self {
        NOW.get()
    }

    /// The same with another candidate of one sort.
    pub fn with(mut self, sort: Sort, candidate: u8) -> Self {
        match sort {
            Sort::Products => self.products = candidate,
            Sort::Attention => self.attention = candidate,
            Sort::Windows => self.windows = candidate,
        }
        self
    }

    /// Whether there are such candidates.
    pub fn is_known(self) -> bool {
        [self.products, self.attention, self.windows].iter().all(|c| *c < Sort::CANDIDATES)
    }
}
