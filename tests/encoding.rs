//! Encoding one picture: the same as the tokenizer of the training loops, whatever is asked for.
#![cfg(feature = "cli")]

mod common;

use std::sync::OnceLock;

use burn::tensor::{Device, Int, Tensor, TensorData};
use varigrain::density::Measure;
use varigrain::dqvae::{Allocation, Quantiser, TokenizerSpec, measure};
use varigrain::encoding::{
    Arrangement, CodedPicture, EncodeOptions, EncodedPicture, Picture, encode,
};
use varigrain::grain::{Counts, GrainMap, Grid, Shares};
use varigrain::lab::cli::tiny_pack::{self, TinyPack};
use varigrain::model::Model;
use varigrain::pack::Role;
use varigrain::rng::Rng;
use varigrain::sampler::block_on;

const SIZE: usize = 128;

/// Random weights: with either quantiser, then with one, three and four granularities.
fn models() -> &'static [Model; 5] {
    static MODELS: OnceLock<[Model; 5]> = OnceLock::new();
    MODELS.get_or_init(|| {
        [("vq", 2), ("fsq:8,8,4,4", 2), ("vq", 1), ("fsq:8,8,4,4", 3), ("vq", 4)].map(|kind| {
            let (quantiser, granularities) = kind;
            let dir = common::folder("encoding");
            let quantiser: Quantiser = quantiser.parse().expect("a quantiser");
            let regions = Some(if granularities == 2 { 8 } else { 4 });
            let sizes = TinyPack { quantiser, granularities, regions, ..TinyPack::default() };
            tiny_pack::write(&dir, &sizes).expect("a pack");
            let model = Model::open(&dir, &[Role::Encoder, Role::Decoder], &Device::flex());
            std::fs::remove_dir_all(&dir).expect("an empty place");
            model.expect("it loads")
        })
    })
}

/// Smooth on the left, rough on the right, flat at the bottom; RGB.
fn pixels(seed: u64) -> Vec<u8> {
    let mut rng = Rng::new(seed);
    (0..SIZE * SIZE)
        .flat_map(|i| {
            let (y, x) = (i / SIZE, i % SIZE);
            let rough = rng.uniform() * x as f32 * if y < 96 { 1.4 } else { 0.0 };
            [y as f32, 200.0 - x as f32 / 2.0, 30.0].map(|c| (c + rough).min(255.0) as u8)
        })
        .collect()
}

/// Shares that a model can be asked for: nothing finer, some of each granularity, all as fine as can be.
fn shares_of(model: &Model) -> Vec<Shares> {
    let grid = model.grid();
    let mut finest = vec![0.0; grid.granularities - 1];
    finest.last_mut().into_iter().for_each(|share| *share = 1.0);
    let some = Shares::even(grid, 0.6 / grid.granularities as f32);
    vec![Shares::even(grid, 0.0), some, Shares::new(&finest).expect("shares")]
}

fn coded(model: &Model, options: EncodeOptions) -> EncodedPicture {
    block_on(encode(model, &pixels(1), &options)).expect("it can be encoded")
}

fn image() -> Tensor<4> {
    let planes = Picture::new(&pixels(1), SIZE).expect("a picture").planes();
    Tensor::from_data(TensorData::new(planes, [1, 3, SIZE, SIZE]), &Device::flex())
}

#[test]
fn it_is_what_the_tokenizer_does() {
    for model in models() {
        let (spec, network) = model.tokenizer().expect("both halves");
        for shares in shares_of(model) {
            let allocation = Allocation::Shares(shares);
            let own = coded(model, EncodeOptions { allocation, ..EncodeOptions::on(model.grid()) });
            assert_eq!(own.levels, spec.levels(&network, image())[0]);
            let map = spec.maps(&network, image(), shares).expect("a map").remove(0);
            assert_eq!(own.grains, map.grains());
            let codes = network.encode(image(), &[map]).codes;
            let cells: Vec<u16> = codes.into_data().iter::<i64>().map(|c| c as u16).collect();
            assert_eq!(own.cells, cells);
            let cells: Vec<i32> = cells.into_iter().map(i32::from).collect();
            let cells = Tensor::<1, Int>::from_ints(cells.as_slice(), &Device::flex());
            let picture = network.decode(cells.unsqueeze());
            let picture: Vec<f32> = picture.into_data().iter::<f32>().collect();
            for (i, byte) in own.rgb.iter().enumerate() {
                let value = picture[i % 3 * SIZE * SIZE + i / 3].clamp(-1.0, 1.0);
                assert!((value * 127.5 + 127.5 - f32::from(*byte)).abs() < 0.51);
            }
        }
    }
}

#[test]
fn every_measure_gives_the_densities_of_its_tensors() {
    let [_, model, ..] = models();
    let (spec, network) = model.tokenizer().expect("both halves");
    for asked in [
        Measure::Deviation,
        Measure::Entropy,
        Measure::SharpEntropy,
        Measure::CoarseError,
        Measure::Oracle,
    ] {
        let mut config = spec.config.clone();
        config.measure = asked;
        let theirs = measure(&config, &network).density(image(), config.grid.regions);
        let theirs: Vec<f32> = theirs.into_data().iter::<f32>().collect();
        let options = EncodeOptions { measure: Some(asked), ..EncodeOptions::on(model.grid()) };
        let own = coded(model, options);
        for (own, theirs) in own.density.iter().zip(&theirs) {
            assert!((own - theirs).abs() < 1e-4, "{asked}: {own} instead of {theirs}");
        }
        // With a measure of its own the ratio is met in this very picture.
        if asked != spec.config.measure {
            let fine = own.grains.iter().filter(|g| **g == 1).count();
            assert!((20..=44).contains(&fine), "{asked}: {fine} of 64 at one half");
        }
    }
    let random = |seed| {
        let options = EncodeOptions {
            measure: Some(Measure::Random),
            seed,
            ..EncodeOptions::on(model.grid())
        };
        coded(model, options).density
    };
    assert_eq!(random(1), random(1));
    assert_ne!(random(1), random(2));
}

#[test]
fn numbers_of_codes_and_bits_add_up_and_evenly_spread_is_as_long() {
    for model in models() {
        let spec: TokenizerSpec = model.tokenizer_spec();
        let (grid, bits) = (spec.config.grid, (spec.config.codes as f64).log2());
        // Regions of each finer granularity: none, few of each, half of all, and all of the finest.
        let (regions, finer) = (grid.region_count(), grid.granularities - 1);
        let mut all = vec![0; finer];
        all.last_mut().into_iter().for_each(|count| *count = regions);
        let each = |of: usize| vec![of / finer.max(1); finer];
        for finer in [each(0), each(regions / 4 - 1), each(regions / 2), all] {
            let counts = Counts::new(grid, &finer).expect("counts");
            let coarse = regions - finer.iter().sum::<usize>();
            let codes = finer.iter().rev().fold(0, |codes, count| 4 * (codes + count)) + coarse;
            let allocation = Allocation::Densest(counts);
            let dense = EncodeOptions { allocation, ..EncodeOptions::on(model.grid()) };
            let even = EncodeOptions { arrangement: Arrangement::Even, ..dense };
            let (dense, even) = (coded(model, dense), coded(model, even));
            for coded in [&dense, &even] {
                assert_eq!(coded.codes, codes);
                assert!((coded.code_bits - coded.codes as f64 * bits).abs() < 1e-9);
                let map = GrainMap::new(grid, coded.grains.clone()).expect("a map");
                let layout = map.layout();
                assert_eq!(layout.unpack(&layout.pack(&coded.cells)), coded.cells);
                assert!(coded.cells.iter().all(|c| usize::from(*c) < spec.config.codes));
            }
            assert!((dense.map_bits - spec.config.map_bits(allocation)).abs() < 1e-9);
            assert_eq!(even.map_bits, 0.0);
            assert_eq!(dense.density, even.density);
            let extreme = coarse == regions || finer.contains(&regions);
            assert_eq!(dense == EncodedPicture { map_bits: dense.map_bits, ..even }, extreme);
        }
        let ratio = EncodeOptions {
            allocation: Allocation::Shares(shares_of(model)[1]),
            ..EncodeOptions::on(model.grid())
        };
        let even = EncodeOptions { arrangement: Arrangement::Even, ..ratio };
        assert_eq!(coded(model, ratio).codes, coded(model, even).codes);
    }
}

#[test]
fn the_same_again_is_the_same_and_what_does_not_fit_has_its_code() {
    let [model, ..] = models();
    let options = EncodeOptions::on(model.grid());
    let first = coded(model, options);
    assert_eq!(first, coded(model, options));
    let rgba: Vec<u8> = pixels(1).chunks(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    assert_eq!(first, block_on(encode(model, &rgba, &options)).expect("RGBA"));
    let code = |pixels: &[u8], options| {
        block_on(encode(model, pixels, &options)).expect_err("it does not fit").code()
    };
    assert_eq!(code(&rgba[4..], options), "bad-image");
    let triple = Grid { regions: 8, granularities: 3 };
    let counts = Counts::new(triple, &[1, 1]).expect("counts of another grid");
    let many = EncodeOptions { allocation: Allocation::Densest(counts), ..options };
    assert_eq!(code(&rgba, many), "bad-request");
    let shares = Allocation::Shares(Shares::even(triple, 0.2));
    assert_eq!(code(&rgba, EncodeOptions { allocation: shares, ..options }), "bad-request");
    let empty = Model::new(model.manifest().clone(), Device::flex()).expect("a manifest");
    let missing = block_on(encode(&empty, &rgba, &options)).expect_err("no encoder");
    assert_eq!(missing.code(), "pack-missing");
}

#[test]
fn a_picture_is_few_bytes_and_comes_back() {
    for model in models() {
        let grid = model.grid();
        for shares in shares_of(model) {
            let allocation = Allocation::Shares(shares);
            let made =
                coded(model, EncodeOptions { allocation, ..EncodeOptions::on(model.grid()) });
            let map = GrainMap::new(grid, made.grains.clone()).expect("a map");
            let bits = made.code_bits + map.counts().map_bits(grid);
            let picture = CodedPicture { map, cells: made.cells.clone() };
            let bytes = picture.to_bytes(model).expect("bytes");
            // Format, model, check, name, counts, and what is rounded up.
            assert!(
                (bytes.len() as f64) < bits / 8.0 + 20.0,
                "{} bytes for {bits} bits",
                bytes.len()
            );
            let back = CodedPicture::from_bytes(&bytes, model).expect("a picture");
            assert_eq!(back, picture);
            assert_eq!(block_on(back.picture(model)).expect("pixels"), made.rgb);

            // No byte can be changed, and none be left out or added.
            let code = |bytes: &[u8]| {
                CodedPicture::from_bytes(bytes, model).map(|_| ()).unwrap_err().code()
            };
            for at in 0..bytes.len() {
                let mut spoilt = bytes.clone();
                spoilt[at] ^= 0x10;
                assert_eq!(code(&spoilt), "picture-damaged", "byte {at}");
                assert_eq!(code(&bytes[..at]), "picture-damaged", "{at} bytes");
            }
            assert_eq!(code(&[&bytes[..], &[0]].concat()), "picture-damaged");
            assert_eq!(code(&vec![1; 1 << 20]), "picture-damaged");
        }
    }
}

#[test]
fn a_picture_of_another_model_says_which_version_it_needs() {
    let [one, other, ..] = models();
    let made = coded(one, EncodeOptions::on(one.grid()));
    let map = GrainMap::new(one.grid(), made.grains).expect("a map");
    let picture = CodedPicture { map, cells: made.cells };
    let bytes = picture.to_bytes(one).expect("bytes");
    let error = CodedPicture::from_bytes(&bytes, other).unwrap_err();
    assert_eq!(error.code(), "picture-version");
    assert!(error.to_string().contains("of the model \"tiny 1\""), "{error}");
    // Codes that the model does not have, a grid of another, and two codes where there is room for one.
    let spoilt = |change: fn(&mut CodedPicture)| {
        let mut own = picture.clone();
        change(&mut own);
        own.to_bytes(one).unwrap_err().code()
    };
    assert_eq!(spoilt(|own| own.cells.fill(64)), "out-of-range");
    assert_eq!(spoilt(|own| own.cells.truncate(9)), "bad-request");
    assert_eq!(spoilt(|own| own.map = GrainMap::uniform(Grid::dual(4), 0)), "bad-request");
    let two = spoilt(|own| {
        own.map = GrainMap::uniform(own.map.grid(), 0);
        (own.cells[0], own.cells[1]) = (1, 2);
    });
    assert_eq!(two, "bad-request");
}
