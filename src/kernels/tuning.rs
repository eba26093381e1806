//! Which of several tilings the kernels use.
//!
//! Which one is fastest depends on the card: how many cores it has, how much they remember, how long it waits for
//! memory. All give the same numbers but for the last digit of a sum. A browser finds out by a race, and remembers.
//! Half precision, int8 and subgroups are choices beside it, which are asked for; whole numbers on a processor are usual.

use std::cell::Cell;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// A choice for each sort of kernel: the number of a candidate, 0 where nothing is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tuning {
    /// Matrix products over lists (`linear.wgsl`).
    pub products: u8,
    /// Attention over lists (`bounded_attention.wgsl`, or `attention.wgsl` with many or few queries).
    pub attention: u8,
    /// 3×3 convolutions (`window.wgsl`).
    pub windows: u8,
    /// Whether products, 3×3 convolutions and the scores of attention over lists multiply in half precision (f16)
    /// and add short sums in it. Not part of a race: numbers are others in the third digit. For devices with
    /// `shader-f16`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub half: bool,
    /// Whether products over lists multiply int8 by int8 (`kernels/int8.rs`). Not part of a race either. For
    /// browsers whose WGSL has `packed_4x8_integer_dot_product`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub int8: bool,
    /// Whether a processor multiplies whole numbers (`kernels/int16`). Not for training: they have no gradients.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub int16: bool,
    /// Whether sums over a workgroup are made by the operations of its subgroups. For devices with `subgroups`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub subgroups: bool,
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
        let (products, attention, windows) = (0, 0, 0);
        let (half, int8, int16, subgroups) = (false, false, false, false);
        Cell::new(Tuning { products, attention, windows, half, int8, int16, subgroups })
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

    /// What `of` gives where a processor does not round: which code of a picture is nearest must not hang on that.
    pub fn in_floats<T>(of: impl FnOnce() -> T) -> T {
        let before = Self::now();
        Self { int16: false, ..before }.set();
        let result = of();
        before.set();
        result
    }

    /// What a page draws with unless it asks for something else: whole numbers on a processor, which take half the time.
    #[cfg(target_arch = "wasm32")]
    pub fn usual(device: &burn::tensor::Device) -> Self {
        Self { int16: !super::on_gpu(device), ..Self::default() }
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

    /// The same with kernels of these kinds as well; see [`kinds`](Self::kinds).
    ///
    /// # Errors
    /// [`Error::BadRequest`] for a name that is none of them.
    pub fn with_kinds(mut self, names: &[String]) -> Result<Self> {
        for wanted in names {
            let mut all = self.by_name();
            let known = all.each_ref().map(|(name, _)| *name).join(", ");
            let Some((_, kind)) = all.iter_mut().find(|(name, _)| name == wanted) else {
                let what = format!("there are no kernels of the kind \"{wanted}\". Use {known}.");
                return Err(Error::BadRequest(what));
            };
            **kind = true;
        }
        Ok(self)
    }

    /// The names of the kinds of kernels that it has beside the usual ones.
    pub fn kinds(mut self) -> impl Iterator<Item = &'static str> {
        let all = self.by_name().map(|(name, wanted)| wanted.then_some(name));
        all.into_iter().flatten()
    }

    /// The kinds of kernels beside the usual ones.
    fn by_name(&mut self) -> [(&'static str, &mut bool); 4] {
        let Self { half, int8, int16, subgroups, .. } = self;
        [("half", half), ("int8", int8), ("int16", int16), ("subgroups", subgroups)]
    }

    /// Whether there are such candidates.
    pub fn is_known(self) -> bool {
        [self.products, self.attention, self.windows].iter().all(|c| *c < Sort::CANDIDATES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_taken_and_given_by_name() {
        let names = ["subgroups", "half"].map(String::from);
        let tuning = Tuning::default().with_kinds(&names).unwrap();
        assert_eq!(tuning, Tuning { half: true, subgroups: true, ..Tuning::default() });
        assert_eq!(tuning.kinds().collect::<Vec<_>>(), ["half", "subgroups"]);
        assert_eq!(Tuning::default().kinds().count(), 0);
        let wrong = Tuning::default().with_kinds(&["double".into()]).unwrap_err();
        assert_eq!(wrong.code(), "bad-request");
    }
}
