//! A canvas that the GPU paints from the decoder's own memory (ours): pixels need not be read to be seen.

use burn::tensor::{Int, Tensor};
use burn_wgpu::WgpuSetup;
use burn_wgpu::wgpu::{self, BindingResource, BufferBinding, TextureFormat};
use web_sys::OffscreenCanvas;

use crate::kernels::gpu;
use crate::{Error, Result};

/// An [`OffscreenCanvas`] with a WebGPU context on the engine's own device.
#[derive(Debug)]
pub struct Surface {
    surface: wgpu::Surface<'static>,
    device: wgpu::Device,
    queue: wgpu::Queue,
    pipeline: wgpu::RenderPipeline,
    /// Left, top and side on the canvas, and the side of the picture.
    place: wgpu::Buffer,
    sides: [u32; 2],
}

impl Surface {
    /// Takes a canvas whose shorter side is at least `size` pixels, the side of a picture, so that none is left out.
    ///
    /// # Errors
    /// [`Error::BadCanvas`] if it is smaller, was given away or has a context of another kind.
    pub fn new(setup: &WgpuSetup, canvas: OffscreenCanvas, size: usize) -> Result<Self> {
        let sides = [canvas.width(), canvas.height()];
        let [longer, shorter] = [sides[0].max(sides[1]), sides[0].min(sides[1])];
        let even = (longer - shorter).is_multiple_of(2);
        if shorter < size as u32 || longer > setup.device.limits().max_texture_dimension_2d || !even
        {
            return Err(refused("it is too small, too large, or lies between pixels"));
        }
        let target = wgpu::SurfaceTarget::OffscreenCanvas(canvas);
        let surface = setup.instance.create_surface(target).map_err(refused)?;
        let mut config = surface
            .get_default_config(&setup.adapter, sides[0], sides[1])
            .ok_or_else(|| refused("the device has no format for it"))?;
        config.format = TextureFormat::Rgba8Unorm;
        config.alpha_mode = wgpu::CompositeAlphaMode::PreMultiplied;
        surface.configure(&setup.device, &config);
        let device = setup.device.clone();
        let place = device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: 16,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let pipeline = pipeline(&device, config.format);
        Ok(Self { surface, device, queue: setup.queue.clone(), pipeline, place, sides })
    }

    /// Paints a square picture, as large as fits, in the middle. `pixels`: see [`crate::kernels::pixels`].
    ///
    /// # Errors
    /// [`Error::BadCanvas`] if the browser has no image to paint on.
    pub fn paint(&self, pixels: &Tensor<1, Int>) -> Result<()> {
        let size = pixels.dims()[0].isqrt() as f32;
        let [width, height] = self.sides.map(|side| side as f32);
        let side = width.min(height);
        let place = [(width - side) / 2.0, (height - side) / 2.0, side, size];
        self.queue.write_buffer(&self.place, 0, bytemuck::cast_slice(&place));
        let bindings = gpu::with_memory(&gpu::int_buffer(pixels), |source| {
            let picture = BufferBinding {
                buffer: &source.buffer,
                offset: source.offset,
                size: std::num::NonZero::new(source.size),
            };
            let entry = |binding, resource| wgpu::BindGroupEntry { binding, resource };
            self.device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: None,
                layout: &self.pipeline.get_bind_group_layout(0),
                entries: &[
                    entry(0, BindingResource::Buffer(picture)),
                    entry(1, self.place.as_entire_binding()),
                ],
            })
        })?;
        let frame = match self.surface.get_current_texture() {
            wgpu::CurrentSurfaceTexture::Success(frame)
            | wgpu::CurrentSurfaceTexture::Suboptimal(frame) => frame,
            other => return Err(refused(format!("{other:?}"))),
        };
        let view = frame.texture.create_view(&Default::default());
        let mut encoder = self.device.create_command_encoder(&Default::default());
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations::default(),
            })],
            ..Default::default()
        });
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &bindings, &[]);
        pass.draw(0..3, 0..1);
        drop(pass);
        self.queue.submit([encoder.finish()]);
        self.queue.present(frame);
        Ok(())
    }
}

fn pipeline(device: &wgpu::Device, format: TextureFormat) -> wgpu::RenderPipeline {
    let module = device.create_shader_module(wgpu::include_wgsl!("surface.wgsl"));
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: None,
        layout: None,
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some("cover"),
            compilation_options: Default::default(),
            buffers: &[],
        },
        primitive: Default::default(),
        depth_stencil: None,
        multisample: Default::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some("paint"),
            compilation_options: Default::default(),
            targets: &[Some(format.into())],
        }),
        multiview_mask: None,
        cache: None,
    })
}

fn refused(why: impl std::fmt::Display) -> Error {
    Error::BadCanvas(format!("the graphics processor cannot paint it: {why}."))
}
