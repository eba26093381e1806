//! Launching WGSL text through Burn's WebGPU runtime.
//!
//! Burn's tensor operations are generic: without autotune a browser gets an untuned matrix product,
//! and every small step is a launch of its own. Here a whole formula is one hand-written kernel.
//! Memory, queues and read back stay Burn's, so tensors move freely between the two.

use std::cell::RefCell;

use burn::backend::{Cube, DispatchDevice};
use burn::tensor::{Bytes, DType, Device, Int, Tensor};
use burn_cubecl::cubecl::client::Client;
use burn_cubecl::cubecl::ir::metadata::Info;
use burn_cubecl::cubecl::ir::{ElemType, UIntKind};
use burn_cubecl::cubecl::prelude::{
    AddressType, ExecutionMode, KernelDefinition, KernelId, KernelMetadata, KernelSettings, Scope,
};
use burn_cubecl::cubecl::server::{KernelArguments, MetadataBindingInfo};
#[cfg(target_arch = "wasm32")]
use burn_cubecl::cubecl::wgpu::{AutoCompiler, WgpuResource, WgpuServer};
use burn_cubecl::cubecl::{CubeCount, CubeKernel, PrecompiledSource};
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;

use super::tuning::Tuning;
use super::{Extent, pipelines};
use crate::{Error, Result};

/// A kernel: WGSL text, and the constants that specialise it.
///
/// Constants are sizes that a model fixes, such as its width; a pipeline is compiled for each set of
/// them. What varies from image to image, such as the number of tokens, goes into `info`, so that it
/// does not multiply pipelines. The text finds them as the last binding, `array<u32>`.
pub(crate) struct Kernel {
    name: &'static str,
    threads: u32,
    /// What a profile calls it; sizes, where one kernel serves several.
    label: String,
    /// Lines `const NAME = value;` in front of the text.
    constants: String,
    /// How the threads of a workgroup add up, where the text wants that.
    sums: &'static str,
    text: &'static str,
}

impl Kernel {
    /// `threads` is the size of a workgroup; the text knows it as `THREADS`.
    pub fn new(name: &'static str, text: &'static str, threads: usize) -> Self {
        let (label, constants) = (name.to_string(), String::new());
        let kernel = Self { name, threads: threads as u32, label, constants, sums: "", text };
        kernel.with("THREADS", threads)
    }

    /// Sets the constant `name`.
    pub fn with(mut self, name: &str, value: usize) -> Self {
        self.constants.push_str(&format!("const {name} = {value}u;\n"));
        self
    }

    /// Sets the constant `name` to a truth value.
    pub fn with_flag(mut self, name: &str, value: bool) -> Self {
        self.constants.push_str(&format!("const {name} = {value};\n"));
        self
    }

    /// Multiplies in f16 where the tuning says so: the text finds the type as `real` and `real4`, and the answer as
    /// `HALF`.
    pub fn with_precision(self) -> Self {
        self.in_half(Tuning::now().half)
    }

    /// Multiplies in f16, or in f32.
    pub fn in_half(mut self, half: bool) -> Self {
        let (enable, real) = if half { ("enable f16;\n", "f16") } else { ("", "f32") };
        // What is enabled comes before all else.
        let aliases = format!("{enable}alias real = {real};\nalias real4 = vec4<{real}>;\n");
        self.constants.insert_str(0, &aliases);
        self.with_flag("HALF", half)
    }

    /// Gives the text `total`, `largest` and `sums`: what the threads of a workgroup add up to.
    pub fn with_sums(mut self) -> Self {
        if Tuning::now().subgroups {
            // A browser wants to be told; naga 30 knows the operations, but not these words.
            let enable = if cfg!(target_arch = "wasm32") { "enable subgroups;\n" } else { "" };
            self.constants.insert_str(0, enable);
            self.sums = include_str!("sums_subgroups.wgsl");
        } else {
            self.sums = include_str!("sums.wgsl");
        }
        self
    }

    /// Adds sizes to the name that a profile shows.
    pub fn labelled(mut self, sizes: std::fmt::Arguments) -> Self {
        if super::profile::is_on() {
            self.label = format!("{} {sizes}", self.name);
        }
        self
    }

    /// Runs `groups` workgroups on `buffers`, in the order of the text's bindings.
    pub fn run(self, buffers: &[&CubeTensor], info: &[usize], groups: [usize; 3]) {
        if pipelines::only_noted() {
            return pipelines::note(self.whole_text(), bytes(buffers));
        }
        let words = |pair: &[usize]| pair[0] as u64 | (pair.get(1).map_or(0, |w| *w as u64) << 32);
        let info = info.chunks(2).map(words).collect();
        let bindings = buffers.iter().map(|b| b.handle.clone().binding()).collect();
        let arguments = KernelArguments::new()
            .with_buffers(bindings)
            .with_info(MetadataBindingInfo::custom(info));
        let [x, y, z] = groups.map(|n| n as u32);
        let client = buffers[0].client.clone();
        super::profile::measure(&client, self.label.clone(), || {
            client.launch(Box::new(self), CubeCount::Static(x, y, z), arguments);
        });
    }

    /// The same on lists of which `extent` is in use; sizes: images, tokens, of which in front, and lists of places.
    pub fn run_within(
        self,
        buffers: &[&CubeTensor],
        extent: &Extent,
        [images, tokens, front, lists]: [usize; 4],
        groups: [usize; 3],
    ) {
        match &extent.info {
            Some(info) => {
                // In the place of what a launch brings along.
                let info = int_buffer(info);
                self.run(&[buffers, &[&info]].concat(), &[], groups);
            }
            None => self.run(buffers, &[images, tokens, front, tokens, lists], groups),
        }
    }
}

impl Kernel {
    fn whole_text(&self) -> String {
        format!("{}{}{}", self.constants, self.sums, self.text)
    }
}

/// Bytes of the shapes of buffers; one that is given more than once counts once.
fn bytes(buffers: &[&CubeTensor]) -> u64 {
    let place = |b: &CubeTensor| std::ptr::from_ref(b.handle.memory.descriptor());
    let first = |at: &usize| buffers[..*at].iter().all(|b| place(b) != place(buffers[*at]));
    let size = |at: usize| buffers[at].meta.shape().num_elements() * buffers[at].dtype.size();
    (0..buffers.len()).filter(first).map(|at| size(at) as u64).sum()
}

impl KernelMetadata for Kernel {
    fn name(&self) -> &'static str {
        self.name
    }

    fn id(&self) -> KernelId {
        // Kernels of one name may be of several texts, each of which stays at its place.
        let texts = [self.sums, self.text].map(|text| text.as_ptr() as usize);
        let id = KernelId::new::<Self>().info((self.name, self.constants.clone(), texts));
        id.cube_dim((self.threads, 1, 1).into())
    }

    fn address_type(&self) -> ElemType {
        UIntKind::U32.into()
    }
}

impl CubeKernel for Kernel {
    fn define(&self) -> KernelDefinition {
        // Never compiled: `source` stands in for it.
        let dim = (self.threads, 1, 1).into();
        let settings = KernelSettings::new(dim, ExecutionMode::Checked, AddressType::U32);
        let body = Scope::root(settings.clone());
        KernelDefinition { body, settings, info: Info::default() }
    }

    fn source(&self) -> Option<PrecompiledSource> {
        let source = self.whole_text();
        Some(PrecompiledSource { source, entrypoint_name: "main".into(), lang: "wgsl" })
    }
}

/// The buffer of a float tensor.
///
/// # Panics
/// When the tensor is not a contiguous f32 tensor on WebGPU; models on that device hold no other.
pub(crate) fn buffer<const D: usize>(tensor: &Tensor<D>) -> CubeTensor {
    let tensor = tensor.clone().try_into_primitive::<Cube>().expect("a tensor on WebGPU");
    assert!(tensor.dtype == DType::F32 && tensor.is_contiguous(), "a contiguous f32 tensor");
    tensor
}

/// The buffer of an integer tensor, as [`buffer`].
pub(crate) fn int_buffer<const D: usize>(tensor: &Tensor<D, Int>) -> CubeTensor {
    let tensor = tensor.clone().try_into_primitive::<Cube>().expect("a tensor on WebGPU");
    assert!(tensor.dtype == DType::I32 && tensor.is_contiguous(), "a contiguous i32 tensor");
    tensor
}

/// The same buffer under another shape, which may leave the end of it out.
pub(crate) fn view<const D: usize>(buffer: CubeTensor, shape: [usize; D]) -> CubeTensor {
    assert!(buffer.meta.shape().num_elements() >= shape.iter().product::<usize>());
    let CubeTensor { client, device, handle, dtype, .. } = buffer;
    CubeTensor::new_contiguous(client, device, shape.into(), handle, dtype)
}

/// The part of a buffer that its shape covers.
pub(crate) fn front(mut buffer: CubeTensor) -> CubeTensor {
    let used = buffer.meta.shape().num_elements() as u64 * buffer.dtype.size() as u64;
    let end = buffer.handle.size_in_used() - used;
    buffer.handle = buffer.handle.offset_end(end);
    buffer
}

/// `count` values of a buffer from `start` on.
pub(crate) fn part(mut buffer: CubeTensor, start: usize, count: usize) -> CubeTensor {
    assert!(buffer.meta.shape().num_elements() >= start + count, "a part of the buffer");
    let bytes = |values: usize| (values * buffer.dtype.size()) as u64;
    let end = buffer.handle.size_in_used() - bytes(start + count);
    buffer.handle = buffer.handle.clone().offset_start(bytes(start)).offset_end(end);
    view(buffer, [count])
}

/// A buffer for a result, on the device of `like`.
pub(crate) fn empty<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    with_capacity(like, shape, DType::F32)
}

/// A buffer for an integer result.
pub(crate) fn empty_ints<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    with_capacity(like, shape, DType::I32)
}

/// A buffer as large as the shape, for what stays.
pub(crate) fn exact<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    let (client, device) = (like.client.clone(), like.device.clone());
    empty_device_contiguous_dtype(client, device, shape.into(), DType::F32)
}

/// A buffer with room for the shape, of one of few sizes.
///
/// Whoever asks for memory gets any free piece that is large enough. With few sizes that is most often
/// one of the own size, so a second run of the same launches finds what the first one found: what a
/// [`Recording`](super::Recording) relies on.
fn with_capacity<const D: usize>(like: &CubeTensor, shape: [usize; D], dtype: DType) -> CubeTensor {
    let (client, device) = (like.client.clone(), like.device.clone());
    let capacity = capacity(shape.iter().product());
    SPARE.with_borrow_mut(|spare| spare.as_mut().map(|spare| spare.reach(like, capacity)));
    view(empty_device_contiguous_dtype(client, device, [capacity].into(), dtype), shape)
}

/// One size an octave: a power of two and an eighth more, for the moments behind a map.
fn capacity(count: usize) -> usize {
    (count.max(4096) * 8).div_ceil(9).next_power_of_two() / 8 * 9
}

thread_local! {
    static SPARE: RefCell<Option<Spare>> = const { RefCell::new(None) };
}

/// Two buffers of every size up to the largest that a computation asks for.
#[derive(Default)]
struct Spare {
    buffers: Vec<CubeTensor>,
    largest: usize,
}

impl Spare {
    fn reach(&mut self, like: &CubeTensor, size: usize) {
        while self.largest < size {
            self.largest = capacity(self.largest + 1);
            let make = || {
                let (client, device) = (like.client.clone(), like.device.clone());
                let shape = [self.largest].into();
                empty_device_contiguous_dtype(client, device, shape, DType::F32)
            };
            self.buffers.extend([make(), make()]);
        }
    }
}

/// Runs `compute` with two buffers kept out of its reach of every size up to the largest that it asks
/// for; they are free when it is done. About 10 MB for images of 128 pixels.
pub(crate) fn with_spare<T>(compute: impl FnOnce() -> T) -> T {
    SPARE.set(Some(Spare::default()));
    let result = compute();
    SPARE.set(None);
    result
}

/// A float tensor from its buffer.
pub(crate) fn tensor<const D: usize>(buffer: CubeTensor) -> Tensor<D> {
    Tensor::from_primitive::<Cube>(buffer)
}

/// An integer tensor from its buffer.
pub(crate) fn int_tensor<const D: usize>(buffer: CubeTensor) -> Tensor<D, Int> {
    Tensor::from_primitive::<Cube>(buffer)
}

/// Replaces the content of a buffer; later launches see it, earlier ones do not.
pub(crate) fn write<T: bytemuck::Pod + Send + Sync>(buffer: &CubeTensor, values: Vec<T>) {
    assert_eq!(values.len(), buffer.meta.shape().num_elements(), "as many values as the shape has");
    buffer.client.write(&buffer.handle, Bytes::from_elems(values));
}

/// Reads buffers with one wait.
pub(crate) async fn read(
    ints: &[Tensor<1, Int>],
    floats: &[Tensor<1>],
) -> Result<(Vec<Vec<i32>>, Vec<Vec<f32>>)> {
    let buffers: Vec<CubeTensor> =
        ints.iter().map(int_buffer).chain(floats.iter().map(buffer)).collect();
    let Some(client) = buffers.first().map(|b| b.client.clone()) else {
        return Ok((vec![], vec![]));
    };
    if pipelines::only_noted() {
        return Err(Error::Device("nothing was computed.".into()));
    }
    let handles = buffers.into_iter().map(|b| front(b).handle).collect();
    let bytes =
        client.read_async(handles).await.map_err(|e| Error::DeviceLost(format!("{e:?}")))?;
    let (int_bytes, float_bytes) = bytes.split_at(ints.len());
    Ok((
        int_bytes.iter().map(|b| bytemuck::pod_collect_to_vec(b)).collect(),
        float_bytes.iter().map(|b| bytemuck::pod_collect_to_vec(b)).collect(),
    ))
}

/// The memory of a buffer, for whoever works with the device beside Burn: all that was launched goes to the device
/// first.
#[cfg(target_arch = "wasm32")]
pub(crate) fn with_memory<T>(
    buffer: &CubeTensor,
    work: impl FnOnce(&WgpuResource) -> T,
) -> Result<T> {
    let failed = |e| Error::DeviceLost(format!("{e:?}"));
    let client = &buffer.client;
    client.flush().map_err(failed)?;
    let handle = front(buffer.clone()).handle;
    let held = client.get_resource::<WgpuServer<AutoCompiler>>(handle).map_err(failed)?;
    Ok(work(held.resource()))
}

/// The runtime behind a device.
pub(crate) fn client(device: &Device) -> Option<Client> {
    match device.as_dispatch() {
        DispatchDevice::Cube(device) => Some(device.client()),
        #[allow(unreachable_patterns)] // where this is the only backend
        _ => None,
    }
}
