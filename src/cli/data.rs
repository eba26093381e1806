//! `varigrain data`.
/// Arguments of `varigrain data`.
#[derive(clap::Args, Debug)]
pub struct Args {}
/// Runs it.
pub fn run(_args: Args) -> crate::Result<()> {
    Ok(())
}
