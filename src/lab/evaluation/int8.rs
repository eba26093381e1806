//! What int8 weights change, file by file: codes and pictures of fixed requests, and drawings that the
//! tokenizer gives back.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::Result;
use crate::encoding::{EncodeOptions, encode};
use crate::lab::metrics::psnr;
use crate::model::Model;
use crate::pack::{FileEntry, PackDir, Role, to_int8};
use crate::sampler::{Mode, Request, Sampler, block_on};

/// The files of a pack, and some of them as int8.
pub struct Files {
    model: Model,
    /// Bytes of the files that are int8 here; as they are in the pack, and as int8.
    pub bytes: [u64; 2],
}

impl Files {
    /// All networks of `pack` with the files for `roles` as int8.
    ///
    /// # Errors
    /// Those of reading a pack and of [`to_int8`].
    pub fn open(pack: &PackDir, roles: &[Role], device: &Device) -> Result<Self> {
        let mut manifest = pack.manifest().clone();
        let mut bytes = [0; 2];
        let mut files = Vec::new();
        for entry in &mut manifest.files {
            let mut file = pack.read(entry.role)?;
            if roles.contains(&entry.role) {
                file = to_int8(&entry.name, file)?;
                bytes[0] += entry.bytes;
                *entry = FileEntry::of(entry.role, &entry.name, &file)?;
                bytes[1] += entry.bytes;
            }
            files.push((entry.role, file));
        }
        let mut model = Model::new(manifest, device.clone())?;
        files.into_iter().try_for_each(|(role, file)| model.add(role, file))?;
        Ok(Self { model, bytes })
    }

    /// What each of the requests for `seeds` draws, as a page asks for "any" with the pack's defaults.
    ///
    /// # Errors
    /// Those of the samplers.
    pub fn draw(&self, mode: Mode, seeds: std::ops::Range<u64>) -> Result<Vec<Drawn>> {
        let default = Request::defaults(&self.model, mode)?;
        let draw = |seed| {
            let mut request = Request { seed, every: 64, ..default.clone() };
            request.choose_class(self.model.classes());
            block_on(async {
                let mut sampler = Sampler::start(&self.model, request).await?;
                let mut drawn = Drawn::default();
                while let Some(step) = sampler.next().await? {
                    drawn = Drawn { grains: step.grains, cells: step.cells };
                }
                Ok(drawn)
            })
        };
        seeds.map(draw).collect()
    }

    /// The pictures of these codes, values in 0..=1.
    ///
    /// # Errors
    /// [`Error::PackMissing`](crate::Error::PackMissing) without a decoder.
    pub fn pictures(&self, drawn: &[Drawn]) -> Result<Vec<Vec<f32>>> {
        let decoder = self.model.decoder()?;
        let picture = |Drawn { cells, .. }: &Drawn| {
            let codes: Vec<i32> = cells.iter().map(|code| i32::from(*code)).collect();
            let codes = TensorData::new(codes, [1, cells.len()]);
            let codes = Tensor::<2, Int>::from_data(codes, self.model.device());
            let values = decoder.decode(codes).into_data();
            values.iter::<f32>().map(|v| (v.clamp(-1.0, 1.0) + 1.0) / 2.0).collect()
        };
        Ok(drawn.iter().map(picture).collect())
    }

    /// Each drawing, RGB bytes, as the tokenizer gives it back by default: its codes, and its PSNR in dB.
    ///
    /// # Errors
    /// Those of [`encode`].
    pub fn rebuild(&self, drawings: &[&[u8]]) -> Result<Vec<(Drawn, f64)>> {
        let options = EncodeOptions::on(self.model.grid());
        let rebuild = |pixels: &&[u8]| {
            let coded = block_on(encode(&self.model, pixels, &options))?;
            Ok((Drawn { grains: coded.grains, cells: coded.cells }, coded.psnr))
        };
        drawings.iter().map(rebuild).collect()
    }
}

/// A picture's grain map and its codes on the cell grid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Granularity of each region.
    pub grains: Vec<u8>,
    /// Code of each cell.
    pub cells: Vec<u16>,
}

/// Shares of what is equal in two lists of pictures, means over the pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equal {
    /// Of regions with the same granularity.
    pub regions: f64,
    /// Of cells with the same code.
    pub codes: f64,
    /// Of pictures with the same code in every cell and the same map.
    pub pictures: f64,
}

impl Equal {
    /// Compares each of `a`, which is not empty, with its counterpart in `b`.
    pub fn between(a: &[Drawn], b: &[Drawn]) -> Self {
        let mean = |of: fn(&Drawn, &Drawn) -> f64| {
            a.iter().zip(b).map(|(a, b)| of(a, b)).sum::<f64>() / a.len() as f64
        };
        Self {
            regions: mean(|a, b| share(&a.grains, &b.grains)),
            codes: mean(|a, b| share(&a.cells, &b.cells)),
            pictures: mean(|a, b| f64::from(a == b)),
        }
    }
}

/// Share of equal entries.
fn share<T: PartialEq>(a: &[T], b: &[T]) -> f64 {
    a.iter().zip(b).filter(|(a, b)| a == b).count() as f64 / a.len() as f64
}

/// PSNR between each of `a` and its counterpart in `b`, in dB: the mean, and the lowest.
///
/// # Errors
/// Those of [`psnr()`].
pub fn psnr_between(a: &[Vec<f32>], b: &[Vec<f32>]) -> Result<[f64; 2]> {
    let each = a.iter().zip(b).map(|(a, b)| psnr(a, b)).collect::<Result<Vec<f64>>>()?;
    let mean = each.iter().sum::<f64>() / each.len() as f64;
    Ok([mean, each.into_iter().fold(f64::INFINITY, f64::min)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_entries_are_counted_by_picture() {
        let drawn =
            |grains: &[u8], cells: &[u16]| Drawn { grains: grains.to_vec(), cells: cells.to_vec() };
        let a = [drawn(&[0, 1], &[5, 5, 6, 7]), drawn(&[1, 1], &[1, 2, 3, 4])];
        let b = [drawn(&[0, 0], &[5, 6, 6, 6]), drawn(&[1, 1], &[1, 2, 3, 4])];
        let expected = Equal { regions: 0.75, codes: 0.75, pictures: 0.5 };
        assert_eq!(Equal::between(&a, &b), expected);
    }

    #[test]
    fn the_mean_and_the_lowest_psnr_are_over_pictures() {
        let (a, b) = ([vec![0.0; 3], vec![0.5; 3]], [vec![1.0; 3], vec![0.6; 3]]);
        let [mean, lowest] = psnr_between(&a, &b).unwrap();
        assert!((mean - 10.0).abs() < 1e-5 && lowest.abs() < 1e-5, "{mean} {lowest}");
    }
}
