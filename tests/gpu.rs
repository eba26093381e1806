//! The kernels on a graphics card, natively: what they draw, encode and give back is what the formulas do. Needs
//! feature `gpu` and a card or a software driver: see docs/building.md.

mod common;

use burn::tensor::Device;
use varigrain::dgit::ar::cases;
use varigrain::dqvae::Quantiser;
use varigrain::encoding::{EncodeOptions, encode};
use varigrain::kernels::tuning::{Sort, Tuning};
use varigrain::kernels::{self, Input, Reading, Stored};
use varigrain::lab::cli::tiny_pack::{self, TinyPack};
use varigrain::model::Model;
use varigrain::pack::Role;
use varigrain::sampler::{BatchSampler, Mode, Request, block_on};

const ROLES: [Role; 5] = [Role::Decoder, Role::Encoder, Role::GrainMap, Role::Nar, Role::Ar];

/// One device serves all tests of the program.
fn card() -> Device {
    static CARD: std::sync::OnceLock<Device> = std::sync::OnceLock::new();
    CARD.get_or_init(|| block_on(kernels::acquire()).expect("a graphics card").0).clone()
}

/// The same pack on a card and on the processor.
fn both(name: &str, sizes: &TinyPack) -> [Model; 2] {
    let dir = common::folder(name);
    tiny_pack::write(&dir, sizes).expect("a pack");
    let models = [card(), Device::flex()]
        .map(|device| Model::open(&dir, &ROLES, &device).expect("it loads"));
    std::fs::remove_dir_all(&dir).expect("an empty place");
    models
}

fn near(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 1)
}

/// How far each operation with each tiling is from its formula, as a share of the largest value of that.
fn apart(wanted: Tuning) -> Vec<(String, f32)> {
    let mut all = vec![];
    for case in cases::all() {
        wanted.set();
        let expected = block_on(case.run(&Device::flex())).expect("results");
        let largest = expected.iter().fold(0.0_f32, |largest, v| largest.max(v.abs()));
        for candidate in 0..Sort::CANDIDATES {
            let with = |tuning: Tuning, sort: &Sort| tuning.with(*sort, candidate);
            Sort::ALL.iter().fold(wanted, with).set();
            let found = block_on(case.run(&card())).expect("results");
            Tuning::default().set();
            let name = format!("{}, {candidate}", case.name);
            assert_eq!(found.len(), expected.len(), "{name}");
            let off = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(largest > 0.0 || off == 0.0, "{name}: {off} instead of nothing");
            all.push((name, if largest > 0.0 { off / largest } else { 0.0 }));
        }
    }
    all
}

#[test]
fn every_operation_gives_what_its_formula_gives() {
    for (name, off) in apart(Tuning::default()) {
        assert!(off <= 1e-5, "{name}: {off} of the largest apart");
    }
}

#[test]
fn in_half_precision_operations_give_what_their_formulas_give_but_for_the_third_digit() {
    let all = apart(Tuning { half: true, ..Tuning::default() });
    for (name, off) in &all {
        assert!(*off <= 4e-3, "{name}: {off} of the largest apart");
    }
    assert!(all.iter().any(|(_, off)| *off > 1e-5), "nothing multiplies in f16");
}

/// A sum that is rounded another way may round to the next int8.
#[test]
fn of_int8_operations_give_what_their_formulas_give_of_int8() {
    for (name, off) in apart(Tuning { int8: true, ..Tuning::default() }) {
        assert!(off <= 2e-3, "{name}: {off} of the largest apart");
    }
}

#[test]
fn with_subgroups_operations_give_what_their_formulas_give() {
    for (name, off) in apart(Tuning { subgroups: true, ..Tuning::default() }) {
        assert!(off <= 1e-5, "{name}: {off} of the largest apart");
    }
}

#[test]
fn both_generators_draw_on_a_card_what_they_draw_on_the_processor() {
    for granularities in [2, 3] {
        let quantiser = Quantiser::fsq1024();
        let sizes =
            TinyPack { granularities, quantiser, image: 64, regions: Some(4), axes: 2, told: true };
        let [card, processor] = both("gpu", &sizes);
        for mode in Mode::ALL {
            let request = Request { seed: 3, guidance: 1.0, ..Request::on(card.grid(), mode) };
            let all = [&card, &processor].map(|model| common::steps(model, &request));
            assert_eq!(all[0].len(), all[1].len());
            for (a, b) in all[0].iter().zip(&all[1]) {
                assert_eq!((&a.grains, &a.cells, &a.known), (&b.grains, &b.cells, &b.known));
                assert!(near(&a.rgb, &b.rgb), "{mode:?}: pictures are apart");
            }
        }
    }
}

#[test]
fn a_card_encodes_as_the_processor_does() {
    let [card, processor] = both("gpu-encode", &TinyPack::default());
    let rgba: Vec<u8> = (0..128 * 128)
        .flat_map(|i| [(i / 128) as u8, (i % 128) as u8, ((i / 7) % 256) as u8, 255])
        .collect();
    let coded = [&card, &processor].map(|model| {
        let options = EncodeOptions::on(model.grid());
        block_on(encode(model, &rgba, &options)).expect("it is encoded")
    });
    assert_eq!(coded[0].cells, coded[1].cells);
    assert!(near(&coded[0].rgb, &coded[1].rgb));
}

#[test]
fn a_batch_is_refused_on_a_card() {
    let [card, _] = both("gpu-batch", &TinyPack::default());
    let request = Request::on(card.grid(), Mode::Nar);
    let found = BatchSampler::new(&card, &self::card()).images(&[request]).unwrap_err();
    assert_eq!(found.code(), "bad-request");
}

#[test]
fn a_reading_has_the_values_of_when_it_began() {
    let mut input = Input::floats([64], &card());
    for round in 0..50 {
        input.set(&[round as f32; 64]);
        let reading = Reading::begin(vec![], vec![input.tensor()]);
        // Nobody waits for this one; its memory serves the next rounds.
        drop(Reading::begin(vec![], vec![input.tensor()]));
        input.set(&[-1.0; 64]);
        let (_, floats) = block_on(reading).expect("it is read");
        assert_eq!(floats, [vec![round as f32; 64]]);
    }
}

#[test]
fn a_card_makes_the_numbers_of_stored_weights_that_the_processor_makes() {
    // Every f16 but those that are none, and every int8 with two scales, in either order and of an odd number.
    let halves: Vec<u16> = (0..=u16::MAX).filter(|bits| bits & 0x7c00 != 0x7c00).collect();
    let bytes: Vec<u8> = halves.iter().flat_map(|bits| bits.to_le_bytes()).collect();
    let found = widened(&bytes, Stored::Half, [halves.len()]);
    for (bits, found) in halves.iter().zip(found) {
        assert_eq!(found.to_bits(), half::f16::from_bits(*bits).to_f32().to_bits(), "{bits:#x}");
    }
    let (bytes, scales): (Vec<u8>, _) = ((0..=254).collect(), [0.013_f32, 1.7, 3e-5]);
    for stride in [1, 5] {
        let found = widened(&bytes, Stored::Int8 { scales: &scales, stride }, [255 / 3, 3]);
        for (i, found) in found.iter().enumerate() {
            let expected = scales[i / stride % 3] * f32::from(bytes[i].cast_signed());
            assert_eq!(found.to_bits(), expected.to_bits(), "value {i}, {stride} from row to row");
        }
    }
}

fn widened<const D: usize>(bytes: &[u8], stored: Stored, shape: [usize; D]) -> Vec<f32> {
    let values = kernels::flat(kernels::widen(bytes, stored, shape, &card()));
    block_on(kernels::read(&[], &[values])).expect("it is read").1.remove(0)
}
