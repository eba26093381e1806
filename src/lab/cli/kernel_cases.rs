//! What the formulas of [`crate::kernels`] give, for tests of the kernels.

use std::path::PathBuf;

use burn::tensor::Device;
use clap::Args as ClapArgs;
use serde_json::json;

use crate::dgit::ar::cases;
use crate::sampler::block_on;
use crate::{Error, Result};

/// Options of `kernel-cases`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// JSON file to write: `[{name, values}]`.
    #[arg(long)]
    out: PathBuf,
}

/// Computes every case on the CPU.
pub fn run(args: Args) -> Result<()> {
    let device = Device::flex();
    let results: Result<Vec<_>> = cases::all()
        .map(|case| Ok(json!({"name": case.name, "values": block_on(case.run(&device))?})))
        .collect();
    std::fs::write(&args.out, json!(results?).to_string()).map_err(Error::io(&args.out))
}
