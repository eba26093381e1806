//! Metrics and feature networks.
//!
//! Two networks with real ImageNet weights stand behind the figures: EfficientNet-Lite0 as the
//! perceptual training loss, EfficientNet-Lite2 for the Fréchet distance. They differ so that the
//! metric is not the thing that training minimised. PSNR and SSIM need no network.

pub mod busy_regions;
pub mod checkpoint;
pub mod classifier;
pub mod code_use;
pub mod efficientnet;
pub mod frechet;
pub mod generation;
pub mod neighbours;
pub mod perceptual;
pub mod precision_recall;
pub mod psnr;
pub mod reconstruction;
pub mod ssim;
pub mod weights;

pub use classifier::Classifier;
pub use efficientnet::{EfficientNetLite, EfficientNetLiteConfig};
pub use frechet::frechet_distance;
pub use perceptual::PerceptualLoss;
pub use precision_recall::precision_recall;
pub use psnr::psnr;
pub use ssim::ssim;
