//! One picture in the tokenizer: encoded once, then quantised and decoded under any grain map.

use burn::tensor::{Int, Tensor};

use super::options::no_head;
use crate::Result;
use crate::dqvae::{DecoderHalf, ErrorHead, predict};
use crate::grain::{GrainMap, Grid};
use crate::kernels::tuning::Tuning;
use crate::kernels::{Input, flat, read};
use crate::model::Model;

/// A picture in the encoder: its features are there, for any number of grain maps.
pub(super) struct Network<'a> {
    decoder: &'a DecoderHalf,
    error: Option<&'a ErrorHead>,
    features: Vec<Tensor<4>>,
    grid: Grid,
}

/// What one grain map gives.
pub(super) struct Decoded {
    pub cells: Vec<u16>,
    /// `[3, size, size]` in about -1..=1.
    pub planes: Vec<f32>,
}

impl<'a> Network<'a> {
    /// Encodes the planes `[3, size, size]`.
    pub fn look_at(model: &'a Model, planes: &[f32]) -> Result<Self> {
        let (encoder, decoder) = (model.encoder()?, model.decoder()?);
        let size = (planes.len() / 3).isqrt();
        let mut image = Input::floats([1, 3, size, size], model.device());
        image.set(planes);
        let features = Tuning::in_floats(|| encoder.features(image.tensor()));
        Ok(Self { decoder, error: encoder.error.as_ref(), features, grid: model.grid() })
    }

    /// That of the model.
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// The error of coarse codes that the encoder's head predicts, one value a region: one read.
    ///
    /// # Errors
    /// [`Error::BadRequest`](crate::Error::BadRequest) if there is no such head.
    pub async fn predicted_error(&self) -> Result<Vec<f32>> {
        let head = self.error.ok_or_else(no_head)?;
        let (dim, maps) = (self.features[0].dims()[1], self.features.len());
        let features = self.features.iter().map(|x| x.clone().flatten(0, 3));
        let wanted: Vec<Tensor<1>> = features.chain(head.weights()).collect();
        let (_, values) = read(&[], &wanted).await?;
        Ok(predict(&values[..maps], &values[maps..], dim, self.grid.regions))
    }

    /// The codes under a grain map, and the picture they make: one read.
    pub async fn decoded(&self, map: &GrainMap) -> Result<Decoded> {
        Self::read(self.launch(map)).await
    }

    /// The same in floats on every device, to measure by.
    pub async fn decoded_in_floats(&self, map: &GrainMap) -> Result<Decoded> {
        Self::read(Tuning::in_floats(|| self.launch(map))).await
    }

    fn launch(&self, map: &GrainMap) -> (Tensor<1, Int>, Tensor<1>) {
        let (count, device) = (self.grid.cell_count(), self.features[0].device());
        let [mut grains, mut owner] = [0, 1].map(|_| Input::ints([count], &device));
        grains.set(&map.per_cell().into_iter().map(i32::from).collect::<Vec<_>>());
        owner.set(&(0..count as i32).collect::<Vec<_>>()); // every cell has a code of its own
        let codes = self.decoder.codebook.nearest(self.features.clone(), grains.tensor());
        let picture = flat(self.decoder.decode_tokens(codes.clone(), owner.tensor()));
        (codes, picture)
    }

    async fn read((codes, picture): (Tensor<1, Int>, Tensor<1>)) -> Result<Decoded> {
        let (codes, mut planes) = read(&[codes], &[picture]).await?;
        let cells = codes[0].iter().map(|code| *code as u16).collect();
        Ok(Decoded { cells, planes: planes.swap_remove(0) })
    }
}
