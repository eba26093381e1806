//! Where a picture goes on its way to whoever asked for it.

use burn::tensor::{Int, Tensor};

use crate::Result;

/// Something that shows pictures from the device's own memory, as a canvas that the same GPU paints.
pub trait Screen {
    /// Shows the picture of a step before the step is yielded. `pixels`: see [`crate::kernels::pixels`]; the device
    /// may still be computing them, and what comes after this call may overwrite them.
    ///
    /// # Errors
    /// Whatever keeps it from showing.
    fn show(&mut self, pixels: &Tensor<1, Int>) -> Result<()>;

    /// Whether pictures are made at all: on a processor the decoder takes most of a step.
    fn wants(&self) -> bool {
        true
    }

    /// Whether the step has its pixels, too. Without them a step is read in a few kilobytes, and its `rgb` is empty:
    /// its codes make the same picture again ([`crate::encoding`]).
    fn reads(&self) -> bool;
}

/// No screen: pixels are read.
#[derive(Debug, Clone, Copy)]
pub struct Unshown;

impl Screen for Unshown {
    fn show(&mut self, _: &Tensor<1, Int>) -> Result<()> {
        Ok(())
    }

    fn reads(&self) -> bool {
        true
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::lab::cli::tiny_pack::{TinyPack, write};
    use crate::model::Model;
    use crate::pack::Role;
    use crate::sampler::{Mode, Request, Sampler, Step, block_on};

    /// Counts what it is shown.
    struct Counting {
        shown: usize,
        wants: bool,
        reads: bool,
    }

    impl Screen for Counting {
        fn show(&mut self, pixels: &Tensor<1, Int>) -> Result<()> {
            assert_eq!(pixels.dims(), [64 * 64]);
            self.shown += 1;
            Ok(())
        }

        fn wants(&self) -> bool {
            self.wants
        }

        fn reads(&self) -> bool {
            self.reads
        }
    }

    #[test]
    fn steps_are_the_same_whether_pictures_are_read_only_shown_or_not_made() {
        let dir = std::env::temp_dir().join(format!("varigrain-screen-{}", std::process::id()));
        write(&dir, &TinyPack { image: 64, ..TinyPack::default() }).unwrap();
        let roles = [Role::Decoder, Role::GrainMap, Role::Nar, Role::Ar];
        let model = Model::open(&dir, &roles, &Device::flex()).unwrap();
        for mode in Mode::ALL {
            let request = Request { steps: 3, every: 64, ..Request::on(model.grid(), mode) };
            let drawn = |wants, reads| {
                let mut screen = Counting { shown: 0, wants, reads };
                let mut sampler = block_on(Sampler::start(&model, request.clone())).unwrap();
                let mut steps = Vec::new();
                while let Some(step) = block_on(sampler.next_on(&mut screen)).unwrap() {
                    steps.push(step);
                }
                (screen.shown, steps)
            };
            let (shown, steps) = drawn(true, true);
            assert_eq!(shown, steps.len());
            assert!(steps.iter().all(|step| step.rgb.len() == 3 * 64 * 64));
            let blind: Vec<Step> =
                steps.iter().map(|step| Step { rgb: Vec::new(), ..step.clone() }).collect();
            assert_eq!(drawn(true, false), (steps.len(), blind.clone()));
            assert_eq!(drawn(false, false), (0, blind));
        }
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
