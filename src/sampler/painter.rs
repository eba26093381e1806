//! From the codes of a step to its pixels: one decoder for every length of a code and for both generators (ours).
//!
//! What a device keeps for a decoder is most of what it keeps for a picture, and recording its launches takes as long
//! as several steps. So codes are laid on the cells first, of which there are always as many.

use burn::tensor::{Device, Int, Tensor};

use crate::Result;
use crate::dqvae::DecoderHalf;
use crate::kernels::{Input, Recording, Workspaces, pixels, put_on_cells};
use crate::model::Model;

/// Where the model keeps it.
const KEY: (&str, usize, usize) = ("painter", 0, 0);

/// The decoder with its buffers.
#[derive(Debug)]
pub struct Painter {
    decoder: DecoderHalf,
    /// Code of each cell.
    cells: Input<1, Int>,
    /// Every cell owns its code.
    own: Input<1, Int>,
    painting: Recording<Tensor<1, Int>>,
}

impl Painter {
    /// That of the model, or another one where it is in use.
    ///
    /// # Errors
    /// [`Error::PackMissing`](crate::Error::PackMissing) without a decoder.
    pub fn take(model: &Model) -> Result<Self> {
        let (decoder, device) = (model.decoder()?, model.device());
        let cells = model.grid().cell_count();
        Ok(model.workspaces().take(KEY, || {
            let mut own = Input::ints([cells], device);
            own.set(&(0..cells as i32).collect::<Vec<_>>());
            let cells = Input::ints([cells], device);
            Self { decoder: decoder.clone(), cells, own, painting: Recording::default() }
        }))
    }

    /// Gives it back.
    pub fn put(self, workspaces: &Workspaces) {
        workspaces.put(KEY, self);
    }

    /// The picture as [`pixels`]: `codes`, one a token; `owner`, the token of each cell, `[cells²]`. The next call
    /// takes its place.
    pub fn paint(
        &mut self,
        codes: Tensor<1, Int>,
        owner: Tensor<1, Int>,
        device: &Device,
    ) -> Tensor<1, Int> {
        put_on_cells(codes, owner, &mut self.cells);
        let (decoder, cells, own) = (&self.decoder, self.cells.tensor(), self.own.tensor());
        self.painting.run(device, || pixels(decoder.decode_tokens(cells.clone(), own.clone())))
    }

    /// The same of codes that lie on the cells already, `[cells²]`.
    pub fn paint_cells(&mut self, cells: Tensor<1, Int>, device: &Device) -> Tensor<1, Int> {
        let own = self.own.tensor();
        self.paint(cells, own, device)
    }
}
