//! Small tensors that the host fills again and again, and reading results.

use burn::tensor::{Device, Float, Int, Tensor, TensorData};

#[cfg(feature = "gpu")]
use burn_cubecl::cubecl::MemoryScope;

#[cfg(feature = "gpu")]
use super::{gpu, on_gpu};
use crate::{Error, Result};

/// A tensor of fixed shape whose values the host replaces, such as the codes known so far.
///
/// On WebGPU they go into one and the same buffer, which a [`Recording`](super::Recording) reads.
#[derive(Debug)]
pub struct Input<const D: usize, K = Float>
where
    K: burn::tensor::kind::Basic,
{
    tensor: Tensor<D, K>,
}

impl<const D: usize, K: burn::tensor::kind::Basic> Input<D, K> {
    /// The tensor.
    pub fn tensor(&self) -> Tensor<D, K> {
        self.tensor.clone()
    }

    /// Puts another tensor in its place: for results that the host may set as well.
    pub(crate) fn replace(&mut self, change: impl FnOnce(Tensor<D, K>) -> Tensor<D, K>) {
        self.tensor = change(self.tensor.clone());
    }
}

impl<const D: usize> Input<D> {
    /// All zeros.
    pub fn floats(shape: [usize; D], device: &Device) -> Self {
        let zeros = vec![0.0f32; shape.iter().product()];
        Self { tensor: Tensor::from_data(TensorData::new(zeros, shape), device) }
    }

    /// Replaces the values; as many as the shape has.
    pub fn set(&mut self, values: &[f32]) {
        #[cfg(feature = "gpu")]
        if on_gpu(&self.tensor.device()) {
            return gpu::write(&gpu::buffer(&self.tensor), values.to_vec());
        }
        let data = TensorData::new(values.to_vec(), self.tensor.dims());
        self.tensor = Tensor::from_data(data, &self.tensor.device());
    }
}

impl<const D: usize> Input<D, Int> {
    /// All zeros.
    pub fn ints(shape: [usize; D], device: &Device) -> Self {
        let zeros = vec![0i32; shape.iter().product()];
        Self { tensor: Tensor::from_data(TensorData::new(zeros, shape), device) }
    }

    /// Replaces the values; as many as the shape has.
    pub fn set(&mut self, values: &[i32]) {
        #[cfg(feature = "gpu")]
        if on_gpu(&self.tensor.device()) {
            return gpu::write(&gpu::int_buffer(&self.tensor), values.to_vec());
        }
        let data = TensorData::new(values.to_vec(), self.tensor.dims());
        self.tensor = Tensor::from_data(data, &self.tensor.device());
    }
}

impl Input<1, Int> {
    /// Replaces the first values and leaves the others.
    pub fn set_front(&mut self, values: &[i32]) {
        #[cfg(feature = "gpu")]
        if on_gpu(&self.tensor.device()) {
            let front = gpu::view(gpu::int_buffer(&self.tensor), [values.len()]);
            return gpu::write(&gpu::front(front), values.to_vec());
        }
        let values = Tensor::from_ints(values, &self.tensor.device());
        let [count] = values.dims();
        self.replace(|all| {
            let rest = all.dims()[0] - count;
            Tensor::cat(vec![values, all.narrow(0, count, rest)], 0)
        });
    }
}

/// Reads tensors from their device, all in one go.
///
/// # Errors
/// [`Error::DeviceLost`] when the device no longer answers.
pub async fn read(
    ints: &[Tensor<1, Int>],
    floats: &[Tensor<1>],
) -> Result<(Vec<Vec<i32>>, Vec<Vec<f32>>)> {
    #[cfg(feature = "gpu")]
    if floats.iter().any(|x| on_gpu(&x.device())) || ints.iter().any(|x| on_gpu(&x.device())) {
        return gpu::read(ints, floats).await;
    }
    let failed = |e| Error::Device(format!("{e:?}"));
    let (mut int_values, mut float_values) = (Vec::new(), Vec::new());
    for tensor in ints {
        let data = tensor.clone().into_data_async().await.map_err(lost)?;
        int_values.push(data.convert::<i32>().try_to_vec().map_err(failed)?);
    }
    for tensor in floats {
        let data = tensor.clone().into_data_async().await.map_err(lost)?;
        float_values.push(data.convert::<f32>().try_to_vec().map_err(failed)?);
    }
    Ok((int_values, float_values))
}

/// Waits until a device has done all that was asked of it.
///
/// # Errors
/// [`Error::DeviceLost`] when the device no longer answers.
pub async fn finish(device: &Device) -> Result<()> {
    #[cfg(feature = "gpu")]
    if let Some(client) = gpu::client(device) {
        return client.sync().await.map_err(lost);
    }
    let _ = device;
    Ok(())
}

/// Bytes that a GPU holds for this device, reserved and in use; 0 on the CPU.
pub fn device_memory(device: &Device) -> (u64, u64) {
    #[cfg(feature = "gpu")]
    if let Some(client) = gpu::client(device) {
        let usage = client.memory_report(MemoryScope::Device).usage();
        return (usage.bytes_reserved, usage.bytes_in_use);
    }
    let _ = device;
    (0, 0)
}

fn lost(error: impl std::fmt::Debug) -> Error {
    Error::DeviceLost(format!("{error:?}"))
}
