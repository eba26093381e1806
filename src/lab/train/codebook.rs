//! How the codebook follows the encoder: weighted moving averages, and restarts of idle codes.
//!
//! The cells of a coarse region carry the same vector; each counts 1 / 4 (1 / 16), so that every
//! *code* counts once. (The predecessor's public code counts coarse vectors four times here.)

use burn::tensor::{Device, Distribution, IndexingUpdateOp, Int, Tensor};

use crate::dqvae::Codebook;

const DECAY: f32 = 0.99;
/// A code used less than this often a step, on average, starts again from a vector of the batch.
const IDLE: f32 = 0.2;

/// Running sums of the vectors assigned to each code.
pub struct CodebookAverage {
    counts: Tensor<1>,        // [codes]
    sums: Tensor<2>,          // [codes, code_dim]
    fixed: Option<Tensor<2>>, // [codes, code_dim]
}

impl CodebookAverage {
    /// Starts from the codes as they are. Those of a lattice stay so; only their use is counted.
    pub fn new(codebook: &Codebook) -> Self {
        let codes = codebook.codes.val();
        let [count, _] = codes.dims();
        let fixed = (!codebook.is_learned()).then(|| codes.clone());
        Self { counts: Tensor::ones([count], &codes.device()), sums: codes, fixed }
    }

    /// Codes drawn from a batch of vectors `[vectors, code_dim]`.
    pub fn from_vectors(codes: usize, vectors: Tensor<2>) -> Self {
        let sums = pick(codes, vectors);
        Self { counts: Tensor::ones([codes], &sums.device()), sums, fixed: None }
    }

    /// Takes in a batch: unit vectors `[vectors, code_dim]`, their codes `[vectors]` and weights
    /// `[vectors]`. With `restart`, idle codes become random vectors of this batch.
    pub fn update(
        &mut self,
        vectors: Tensor<2>,
        codes: Tensor<1, Int>,
        weights: Tensor<1>,
        restart: bool,
    ) {
        let [count, dim] = self.sums.dims();
        let device = vectors.device();
        let add = IndexingUpdateOp::Add;
        let now =
            Tensor::zeros([count], &device).select_assign(0, codes.clone(), weights.clone(), add);
        let weighted = vectors.clone() * weights.unsqueeze_dim(1);
        let add = IndexingUpdateOp::Add;
        let sums = Tensor::zeros([count, dim], &device).select_assign(0, codes, weighted, add);
        self.counts = self.counts.clone() * DECAY + now * (1.0 - DECAY);
        self.sums = self.sums.clone() * DECAY + sums * (1.0 - DECAY);
        if restart && self.fixed.is_none() {
            let idle = self.counts.clone().lower_scalar(IDLE);
            let fresh = pick(count, vectors);
            let rows = idle.clone().unsqueeze_dim::<2>(1).expand([count, dim]);
            self.sums = self.sums.clone().mask_where(rows, fresh);
            self.counts = self.counts.clone().mask_fill(idle, 1.0);
        }
    }

    /// The codes, scaled to length one, or those of the lattice: `[codes, code_dim]`.
    pub fn codes(&self) -> Tensor<2> {
        match &self.fixed {
            Some(codes) => codes.clone(),
            None => crate::dqvae::normalise(self.sums.clone(), 1),
        }
    }

    /// Perplexity of the average use: exp of its entropy, at most the number of codes.
    pub fn perplexity(&self) -> Tensor<1> {
        let p = self.counts.clone() / self.counts.clone().sum();
        (-(p.clone() * (p + 1e-10).log()).sum()).exp()
    }
}

/// `count` random rows of `vectors`.
fn pick(count: usize, vectors: Tensor<2>) -> Tensor<2> {
    let [available, _] = vectors.dims();
    let device: Device = vectors.device();
    let uniform = Distribution::Uniform(0.0, available as f64);
    let index = Tensor::<1>::random([count], uniform, &device).int().clamp(0, available as i64 - 1);
    vectors.select(0, index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighted_average_equals_the_average_over_distinct_codes() {
        let device = Device::flex();
        let start = Tensor::<2>::from_floats([[1.0, 0.0], [0.0, 1.0]], &device);
        let average = || CodebookAverage {
            counts: Tensor::ones([2], &device),
            sums: start.clone(),
            fixed: None,
        };
        // A coarse code repeated over four cells at weight 1/4, and a fine one …
        let mut cells = average();
        cells.update(
            Tensor::from_floats(
                [[0.6, 0.8], [0.6, 0.8], [0.6, 0.8], [0.6, 0.8], [0.0, 1.0]],
                &device,
            ),
            Tensor::from_ints([0, 0, 0, 0, 1], &device),
            Tensor::from_floats([0.25, 0.25, 0.25, 0.25, 1.0], &device),
            false,
        );
        // … equal each code once.
        let mut once = average();
        once.update(
            Tensor::from_floats([[0.6, 0.8], [0.0, 1.0]], &device),
            Tensor::from_ints([0, 1], &device),
            Tensor::ones([2], &device),
            false,
        );
        let difference = (cells.codes() - once.codes()).abs().max().into_scalar::<f32>();
        assert!(difference < 1e-6, "{difference}");
        assert!((cells.perplexity().into_scalar::<f32>() - 2.0).abs() < 1e-3);
    }

    #[test]
    fn idle_codes_restart_from_the_batch() {
        let device = Device::flex();
        let mut average = CodebookAverage {
            counts: Tensor::from_floats([5.0, 0.0], &device),
            sums: Tensor::from_floats([[5.0, 0.0], [0.1, 0.1]], &device),
            fixed: None,
        };
        let batch = Tensor::<2>::from_floats([[0.0, -1.0]], &device);
        let (code, weight) = (Tensor::from_ints([0], &device), Tensor::ones([1], &device));
        average.update(batch, code, weight, true);
        let codes: Vec<f32> = average.codes().into_data().try_to_vec().expect("f32");
        assert_eq!(&codes[2..], [0.0, -1.0]);
    }
}
