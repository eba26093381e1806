//! `varigrain eval pairs`: how near pictures are to their originals, whoever made them: an ordinary codec, say.

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor};

use crate::lab::backend::Backend;
use crate::lab::data::image_batch;
use crate::lab::data::sheet::read_png;
use crate::lab::metrics::generation::FeatureSet;
use crate::lab::metrics::{EfficientNetLite, EfficientNetLiteConfig, PerceptualLoss, psnr, ssim};
use crate::lab::results::{Cell, Column, Results};
use crate::{Error, Result};

/// Pictures that pass a network at once.
const BATCH: usize = 16;

/// Arguments of `varigrain eval pairs`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder of square PNGs, all of one size.
    #[arg(long)]
    originals: PathBuf,
    /// What was made of them, `NAME=FOLDER`, with the same file names. May be given many times.
    #[arg(long, required = true)]
    made: Vec<Made>,
    /// EfficientNet-Lite2 weights that `varigrain features` wrote; without them no FD-lite.
    #[arg(long)]
    features: Option<PathBuf>,
    /// EfficientNet-Lite0 weights that `varigrain features` wrote; without them no perceptual distance.
    #[arg(long)]
    perceptual: Option<PathBuf>,
    /// Where to compute.
    #[arg(long, default_value_t = Backend::Cpu)]
    device: Backend,
    /// Folder for the table as JSON; without it the table is only printed.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Name of the file.
    #[arg(long, default_value = "pairs")]
    name: String,
}

#[derive(Debug, Clone)]
struct Made {
    name: String,
    folder: PathBuf,
}

impl std::str::FromStr for Made {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, folder) = text.split_once('=').ok_or("NAME=FOLDER is expected")?;
        Ok(Self { name: name.into(), folder: folder.into() })
    }
}

/// Pictures of one size, RGB.
struct Pictures {
    size: usize,
    rgb: Vec<Vec<u8>>,
}

/// Measures, prints a table and writes it.
pub fn run(args: &Args) -> Result<()> {
    let device = args.device.device()?;
    let names = names(&args.originals)?;
    let originals = Pictures::read(&args.originals, &names)?;
    let lite2 = |path| EfficientNetLite::load(EfficientNetLiteConfig::LITE2, path, &device);
    let features = args.features.as_deref().map(lite2).transpose()?;
    let perceptual = args.perceptual.as_deref().map(|path| PerceptualLoss::load(path, &device));
    let perceptual = perceptual.transpose()?;
    let columns = vec![
        Column::key("made", "", 0),
        Column::measure("PSNR", "dB", 2),
        Column::measure("SSIM", "", 4),
        Column::measure("perceptual", "", 4),
        Column::measure("FD-lite", "", 2),
    ];
    let size = originals.size;
    let mut results = Results::new("Pictures beside their originals", columns);
    results.note(format!("{} pictures of {size} × {size} pixels.", names.len()));
    for Made { name, folder } in &args.made {
        let made = Pictures::read(folder, &names)?;
        if made.size != originals.size {
            return Err(Error::Data(format!("{} has pictures of another size.", folder.display())));
        }
        let [psnr, ssim] = originals.likeness(&made)?;
        let distance =
            perceptual.as_ref().map(|network| originals.distance(&made, network, &device));
        let apart = features.as_ref().map(|network| {
            let [a, b] = [&originals, &made].map(|pictures| pictures.features(network, &device));
            a.distance(&b)
        });
        let or_none = |value: Option<f64>| Cell::from(value.unwrap_or(f64::NAN));
        let row = vec![name.as_str().into(), psnr.into(), ssim.into()];
        results.row([row, vec![or_none(distance), or_none(apart.transpose()?)]].concat())?;
    }
    match &args.out {
        Some(out) => results.write(out, &args.name),
        None => {
            print!("{}", results.to_markdown());
            Ok(())
        }
    }
}

/// The PNGs of a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).map_err(Error::io(folder))?;
    let name =
        |entry: std::io::Result<std::fs::DirEntry>| entry.ok()?.file_name().into_string().ok();
    let mut names: Vec<String> =
        entries.filter_map(name).filter(|name| name.ends_with(".png")).collect();
    names.sort();
    match names.is_empty() {
        true => Err(Error::Data(format!("{} has no PNG.", folder.display()))),
        false => Ok(names),
    }
}

impl Pictures {
    fn read(folder: &Path, names: &[String]) -> Result<Self> {
        let mut size = None;
        let one = |name: &String| {
            let (width, height, rgb) = read_png(folder.join(name))?;
            let fits = width == height && *size.get_or_insert(width) == width;
            fits.then_some(rgb).ok_or_else(|| {
                Error::Data(format!(
                    "{name} in {} is no square, or of another size.",
                    folder.display()
                ))
            })
        };
        let rgb = names.iter().map(one).collect::<Result<_>>()?;
        Ok(Self { size: size.unwrap_or_default(), rgb })
    }

    /// Means of PSNR in dB and of SSIM.
    fn likeness(&self, made: &Self) -> Result<[f64; 2]> {
        let mut sums = [0.0; 2];
        for pair in self.rgb.iter().zip(&made.rgb) {
            let [a, b] = [pair.0, pair.1].map(|rgb| planes(rgb));
            sums[0] += psnr(&a, &b)?;
            sums[1] += ssim(&a, &b, self.size, self.size)?;
        }
        Ok(sums.map(|sum| sum / self.rgb.len() as f64))
    }

    /// Mean distance of the features.
    fn distance(&self, made: &Self, network: &PerceptualLoss, device: &Device) -> f64 {
        let pairs = self.batches(device).zip(made.batches(device));
        let sums = pairs.map(|(a, b)| network.distance(a, b).sum().into_scalar::<f32>());
        f64::from(sums.sum::<f32>()) / self.rgb.len() as f64
    }

    fn features(&self, network: &EfficientNetLite, device: &Device) -> FeatureSet {
        let mut set = FeatureSet::default();
        self.batches(device).for_each(|images| set.add(network, images));
        set
    }

    fn batches(&self, device: &Device) -> impl Iterator<Item = Tensor<4>> {
        self.rgb.chunks(BATCH).map(|chunk| {
            let images: Vec<&[u8]> = chunk.iter().map(Vec::as_slice).collect();
            image_batch(&images, self.size, device)
        })
    }
}

/// From bytes of pixels to three planes of numbers in 0..=1.
fn planes(rgb: &[u8]) -> Vec<f32> {
    let plane = |channel| rgb.iter().skip(channel).step_by(3).map(|byte| f32::from(*byte) / 255.0);
    (0..3).flat_map(plane).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::data::sheet::write_png;

    #[test]
    fn pictures_are_matched_by_name_and_others_are_refused() {
        let root = std::env::temp_dir().join(format!("varigrain-pairs-{}", std::process::id()));
        let [originals, same, off] = ["originals", "same", "off"].map(|name| root.join(name));
        for (folder, shift, size) in [(&originals, 0, 16), (&same, 0, 16), (&off, 10, 16)] {
            std::fs::create_dir_all(folder).unwrap();
            for picture in 0..3u8 {
                let rgb: Vec<u8> =
                    (0..size * size * 3).map(|i| (i % 200) as u8 + 5 * picture + shift).collect();
                write_png(folder.join(format!("{picture}.png")), size, size, &rgb).unwrap();
            }
        }
        let made = |name: &str, folder: &Path| Made { name: name.into(), folder: folder.into() };
        let mut args = Args {
            originals: originals.clone(),
            made: vec![made("same", &same), made("off", &off)],
            features: None,
            perceptual: None,
            device: Backend::Cpu,
            out: Some(root.clone()),
            name: "pairs".into(),
        };
        run(&args).unwrap();
        let names = names(&originals).unwrap();
        let [a, b, c] =
            [&originals, &same, &off].map(|folder| Pictures::read(folder, &names).unwrap());
        let [psnr, ssim] = a.likeness(&c).unwrap();
        // 10 of 255 everywhere.
        assert!((psnr - 20.0 * (25.5f64).log10()).abs() < 0.01 && ssim < 1.0, "{psnr} {ssim}");
        assert!((a.likeness(&b).unwrap()[1] - 1.0).abs() < 1e-6);
        assert!(std::fs::read_to_string(root.join("pairs.json")).unwrap().contains("off"));

        std::fs::remove_file(off.join("1.png")).unwrap();
        assert_eq!(run(&args).unwrap_err().code(), "io");
        write_png(off.join("1.png"), 8, 8, &[0; 192]).unwrap();
        assert_eq!(run(&args).unwrap_err().code(), "data");
        args.originals = root.clone();
        assert_eq!(run(&args).unwrap_err().code(), "data");
        std::fs::remove_dir_all(root).unwrap();
    }
}
