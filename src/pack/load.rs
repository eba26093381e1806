//! From stored weights to a Burn module, all or nothing.
//!
//! Two walks over the module. The first only looks: it compares every path and shape with the file,
//! and every stored value is tested for being finite. The second applies, and has nothing left to
//! refuse. That order matters, because a module may share state with its clones, and a walk that
//! stops half-way would leave them half-loaded.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Bool, DType, Device, Int, Tensor, TensorData};

use super::weights::Weights;
use crate::bounds::shortened;
use crate::error::{Error, Result};
#[cfg(feature = "gpu")]
use crate::kernels::on_gpu;

/// Most paths that one message lists.
const MAX_LISTED: usize = 4;

impl Weights {
    /// `module` with every float parameter replaced by the stored tensor of the same dotted path,
    /// as f32 on `device`.
    ///
    /// Parameter ids, load mappers and the gradient setting of each parameter are kept. Parameters
    /// that are still lazy are filled without being initialised first.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] if the file lacks a parameter of the module, has one too many, has
    /// one of another shape, or holds a value that is not finite; [`Error::Data`] if the module
    /// holds integer or boolean parameters, which a pack cannot store. No parameter has been
    /// changed then.
    pub fn load_into<M: Module>(&self, module: M, device: &Device) -> Result<M> {
        self.load(module, device, false)
    }

    /// As [`load_into`](Self::load_into), but parameters that the file lacks stay as they are: for
    /// training a network on that has grown since.
    ///
    /// # Errors
    /// Those of [`load_into`](Self::load_into), otherwise.
    pub fn load_known_into<M: Module>(&self, module: M, device: &Device) -> Result<M> {
        self.load(module, device, true)
    }

    /// `partial`: whether the file may lack parameters.
    fn load<M: Module>(&self, module: M, device: &Device, partial: bool) -> Result<M> {
        let mut survey = Survey::of(&module)?;
        survey.shapes.retain(|path, _| !partial || self.tensors.contains_key(path));
        self.compare(&survey.shapes)?;
        self.check_finite()?;

        let devices = module.devices();
        // Moving a lazy parameter that clones share would initialise it, so move only if needed.
        let module = match devices.iter().all(|found| found == device) {
            true => module,
            false => module.to_device(device),
        };
        let mut apply = Apply { weights: self, partial, path: Vec::new(), failed: None };
        let module = module.map(&mut apply);
        match apply.failed {
            Some(why) => Err(Error::damaged(&self.file, why)),
            None => Ok(module),
        }
    }

    /// Compares paths and shapes with those that the module wants.
    fn compare(&self, wanted: &BTreeMap<String, Vec<usize>>) -> Result<()> {
        let missing: Vec<&String> =
            wanted.keys().filter(|path| !self.tensors.contains_key(*path)).collect();
        if !missing.is_empty() {
            return Err(Error::damaged(&self.file, format!("it lacks {}.", list(&missing))));
        }
        let extra: Vec<&String> =
            self.tensors.keys().filter(|path| !wanted.contains_key(*path)).collect();
        if !extra.is_empty() {
            return Err(Error::damaged(
                &self.file,
                format!("the model has no parameter for {}.", list(&extra)),
            ));
        }
        for (path, shape) in wanted {
            let found = self.tensors.get(path).map(|stored| &stored.shape);
            if found != Some(shape) {
                let found = found.cloned().unwrap_or_default();
                return Err(Error::damaged(
                    &self.file,
                    format!("{path} has the shape {found:?} instead of {shape:?}."),
                ));
            }
        }
        Ok(())
    }

    /// Refuses NaN and infinities in any tensor.
    fn check_finite(&self) -> Result<()> {
        for (path, stored) in &self.tensors {
            if let Some(at) = self.not_finite(stored) {
                return Err(Error::damaged(
                    &self.file,
                    format!("value {at} of {path} is not a finite number."),
                ));
            }
        }
        Ok(())
    }
}

/// The first few of `paths`, and how many more there are.
fn list(paths: &[&String]) -> String {
    let mut text = paths
        .iter()
        .take(MAX_LISTED)
        .map(|path| format!("\"{}\"", shortened(path)))
        .collect::<Vec<_>>()
        .join(", ");
    if let Some(more) = paths.len().checked_sub(MAX_LISTED).filter(|&more| more > 0) {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

/// The first walk: the stored shape of every parameter, by path.
struct Survey {
    path: Vec<String>,
    shapes: BTreeMap<String, Vec<usize>>,
    refused: Option<String>,
}

impl Survey {
    fn of<M: Module>(module: &M) -> Result<Survey> {
        let mut survey = Survey { path: Vec::new(), shapes: BTreeMap::new(), refused: None };
        module.visit(&mut survey);
        match survey.refused.take() {
            Some(why) => Err(Error::Data(why)),
            None => Ok(survey),
        }
    }

    fn refuse(&mut self, kind: &str) {
        let path = self.path.join(".");
        self.refused.get_or_insert(format!("A pack cannot hold {path}, which is {kind}."));
    }
}

impl ModuleVisitor for Survey {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        // A lazy shape is the stored one. A value in memory may differ from it, for a layer with
        // another layout: the save mapper gives the stored layout back.
        let shape = match param.is_initialized() {
            true => param.transform_for_save().lazy_shape(),
            false => param.lazy_shape(),
        };
        if shape.num_dims() != D {
            self.refuse("not described by its own shape");
        } else if self.shapes.insert(self.path.join("."), shape.to_vec()).is_some() {
            self.refuse("two parameters of one name");
        }
    }

    fn visit_int<const D: usize>(&mut self, _param: &Param<Tensor<D, Int>>) {
        self.refuse("an integer parameter");
    }

    fn visit_bool<const D: usize>(&mut self, _param: &Param<Tensor<D, Bool>>) {
        self.refuse("a boolean parameter");
    }
}

/// The second walk: replaces the values.
struct Apply<'a> {
    weights: &'a Weights,
    partial: bool,
    path: Vec<String>,
    failed: Option<String>,
}

impl ModuleMapper for Apply<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let path = self.path.join(".");
        // Only a module whose two kinds of walk disagree about its paths gets here without a
        // tensor of the right rank.
        let Some(stored) = self.weights.tensors.get(&path).filter(|found| found.shape.len() == D)
        else {
            if !self.partial {
                self.failed.get_or_insert(format!("it lacks \"{path}\"."));
            }
            return param;
        };
        let (id, device) = (param.id, param.lazy_device());
        #[cfg(feature = "gpu")]
        if on_gpu(&device)
            && let Some(tensor) = self.weights.widened(stored, &device)
        {
            return param.transform_for_load(tensor, id);
        }
        let data = TensorData::new(self.weights.values(stored), stored.shape.clone());
        let tensor = Tensor::from_data(data, (&device, DType::F32));
        param.transform_for_load(tensor, id)
    }
}
