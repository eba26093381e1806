//! The `varigrain` command. Everything it does lives in the library; see `varigrain --help`.

fn main() {
    if let Err(error) = varigrain::lab::cli::run() {
        eprintln!("varigrain: {error}");
        std::process::exit(1);
    }
}
