//! The GPU that the kernels run on: the browser's, or natively any card with Vulkan, Metal or DX12.

use burn::tensor::Device;
use burn_wgpu::{
    MemoryConfiguration, RuntimeOptions, WgpuDevice, WgpuSetup, graphics::AutoGraphicsApi,
};

use crate::{Error, Result};

/// Tasks that are gathered before they go to the GPU as one command.
const TASKS: usize = 32;

/// The default GPU, and the very adapter, device and queue that Burn computes with.
///
/// # Errors
/// [`Error::Device`] if there is none, or if it refuses.
pub async fn acquire() -> Result<(Device, WgpuSetup)> {
    let refused = |e| Error::Device(format!("{e}"));
    let options = RuntimeOptions {
        // A recorded launch reads some buffers and writes others; parts of one page cannot be bound for both.
        memory_config: MemoryConfiguration::ExclusivePages,
        ..RuntimeOptions::with_tasks_max(Some(TASKS)).map_err(refused)?
    };
    let device = WgpuDevice::default();
    let setup = burn_wgpu::try_init_setup_async::<AutoGraphicsApi>(&device, options).await;
    Ok((Device::from(device), setup.map_err(refused)?))
}
