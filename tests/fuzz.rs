//! The fuzz targets of `fuzz/`, on the compiler that everything else needs: mutations of their corpus for a few
//! seconds each. `make fuzz` looks for new paths instead, which takes the nightly compiler, and longer.
//!
//! `FUZZ_SECONDS` is the time of each target (default 8), `FUZZ_SEED` another beginning.

#[path = "../fuzz/src/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use varigrain::rng::Rng;

/// Longest input, in bytes.
const LONGEST: usize = 8192;

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The corpus of a target, in the order of the names.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = fuzz().join("corpus").join(name);
    let entries = std::fs::read_dir(&folder).expect("a corpus");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files.into_iter().map(|file| std::fs::read(file).expect("an input")).collect()
}

/// Words that a parser knows, without their quotes in the dictionary.
fn words() -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(fuzz().join("json.dict")).expect("a dictionary");
    let words = text.lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'));
    words.map(|word| word.replace("\\\"", "\"").into_bytes()).collect()
}

/// One change at a random place.
fn mutate(input: &mut Vec<u8>, rng: &mut Rng, corpus: &[Vec<u8>], words: &[Vec<u8>]) {
    let at = rng.below(input.len() + 1);
    let end = (at + 1 + rng.below(16)).min(input.len());
    match rng.below(9) {
        0 if at < input.len() => input[at] ^= 1 << rng.below(8),
        1 if at < input.len() => input[at] = rng.below(256) as u8,
        2 => drop(input.drain(at..end.max(at))),
        3 => input.insert(at, rng.below(256) as u8),
        4 => drop(input.splice(at..at, words[rng.below(words.len())].iter().copied())),
        5 => drop(input.splice(at..end.max(at), words[rng.below(words.len())].iter().copied())),
        6 => {
            let part = input[at..end.max(at)].to_vec();
            (0..1 + rng.below(4)).for_each(|_| drop(input.splice(at..at, part.iter().copied())));
        }
        7 => {
            let other = &corpus[rng.below(corpus.len())];
            let from = rng.below(other.len() + 1);
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        _ => {
            // Another number instead of one that is there.
            let digit = |byte: &u8| byte.is_ascii_digit();
            if let Some(first) = input[at..].iter().position(digit) {
                let last = input[at + first..].iter().position(|b| !digit(b));
                let last = last.map_or(input.len(), |length| at + first + length);
                let number = rng.uniform() * 2f32.powi(rng.below(70) as i32);
                let number = (number as u64).to_string();
                drop(input.splice(at + first..last, number.into_bytes()));
            }
        }
    }
    input.truncate(LONGEST);
}

/// Mutates the corpus until the time is over; an input that fails is kept and named.
fn run(name: &str) {
    let (_, target) = targets::TARGETS.into_iter().find(|(own, _)| *own == name).expect("a target");
    let (corpus, words) = (corpus(name), words());
    let time = Duration::from_secs(setting("FUZZ_SECONDS", 8));
    let mut rng = Rng::new(setting("FUZZ_SEED", 1));
    let (from, mut count) = (Instant::now(), 0usize);
    let mut input: Vec<u8> = Vec::new();
    while from.elapsed() < time {
        input.clone_from(&corpus[count % corpus.len()]);
        // The corpus itself comes first.
        for _ in 0..if count < corpus.len() { 0 } else { 1 + rng.below(6) } {
            mutate(&mut input, &mut rng, &corpus, &words);
        }
        if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
            let kept = std::env::temp_dir().join(format!("varigrain-fuzz-{name}"));
            std::fs::write(&kept, &input).expect("a file");
            panic!("input {count} of \"{name}\" failed; it is kept in {}", kept.display());
        }
        count += 1;
    }
    println!("{name}: {count} inputs");
    assert!(count >= 100, "only {count} inputs of \"{name}\"");
}

#[test]
fn packs() {
    run("pack");
}

#[test]
fn weights() {
    run("weights");
}

#[test]
fn requests() {
    run("request");
}

#[test]
fn class_tables_and_prompts() {
    run("classes");
}

#[test]
fn maps_and_layouts() {
    run("maps");
}

#[test]
fn coded_pictures() {
    run("bitstream");
}

#[test]
fn encode_options_and_pictures() {
    run("encode");
}
