//! Three granularities the whole way on the CPU, small: tokenizer → grain map, NAR and AR → pack → images;
//! and what disagrees about granularities is refused.
#![cfg(feature = "train")]

mod common;

use std::path::Path;

use burn::tensor::Device;
use clap::Parser;
use serde_json::{Value, json};
use varigrain::dgit::TransformerConfig;
use varigrain::dqvae::TokenizerConfig;
use varigrain::grain::{Grid, Shares};
use varigrain::lab::cli::tiny_pack::{self, TinyPack};
use varigrain::lab::train::ar::ArOptions;
use varigrain::lab::train::generator::GeneratorOptions;
use varigrain::lab::train::nar::NarOptions;
use varigrain::lab::train::tokenizer_options::TokenizerOptions;
use varigrain::lab::train::{ar, grain_map, nar, tokenizer};
use varigrain::model::Model;
use varigrain::pack::{Manifest, PackDir, Role};
use varigrain::sampler::{BatchSampler, Mode, Request, Schedule, Step};

use common::steps;

#[derive(Parser)]
struct Options<T: clap::Args> {
    #[command(flatten)]
    own: T,
}

/// Options of a training of a few steps, and further ones.
fn options<T: clap::Args>(data: &Path, out: &Path, more: &[&str]) -> T {
    let [data, out] = [data, out].map(|path| path.to_string_lossy().into_owned());
    let all = ["test", "--data", &data, "--out", &out, "--steps", "12", "--batch", "8"];
    let pace = ["--warm-up", "2", "--log-every", "4", "--learning-rate", "3e-3"];
    Options::<T>::try_parse_from([&all[..], &pace, more].concat()).expect("arguments").own
}

/// The header of a file with comma-separated values, and whether the first loss falls.
fn losses(dir: &Path) -> (String, bool) {
    let text = std::fs::read_to_string(dir.join("losses.csv")).expect("losses");
    let mut lines = text.lines();
    let header = lines.next().expect("a header").to_string();
    let loss =
        |line: &str| line.split(',').nth(3).expect("a loss").parse::<f32>().expect("a number");
    let all: Vec<f32> = lines.map(loss).collect();
    (header, all.last() < all.first())
}

#[test]
fn three_granularities_train_pack_and_draw() {
    let root = common::folder("granularities");
    let [data, tok, map, content, sequences, pack] =
        ["data", "tokenizer", "map", "nar", "ar", "pack"].map(|name| root.join(name));
    std::fs::create_dir_all(&data).expect("a folder");
    common::draw_dataset(&data);

    let own: TokenizerOptions =
        options(&data, &tok, &["--quantiser", "fsq:4,4,4", "--train-shares", "0.3,0.3"]);
    let config = own.config(TokenizerConfig::tiny_triple());
    tokenizer::train(&own, config).expect("the tokenizer trains");
    let tokenizer = tok.to_string_lossy();
    let sizes = ["--tokenizer", &tokenizer, "--variants", "2", "--layers", "2", "--width", "64"];
    let generator = |out: &Path| options::<GeneratorOptions>(&data, out, &sizes);
    grain_map::train(&generator(&map)).expect("the grain map trains");
    nar::train(&NarOptions { generator: generator(&content), noise: 0.0 }).expect("NAR trains");
    ar::train(&ArOptions::whole(generator(&sequences))).expect("AR trains");
    let columns = "step,seconds,learning_rate,loss,";
    for (dir, names) in [
        (&map, "ce"),
        (&content, "ce_coarse,ce_middle,ce_fine"),
        (&sequences, "content,coarse,middle,fine,position"),
    ] {
        let (header, falls) = losses(dir);
        assert_eq!(header, format!("{columns}{names}"));
        assert!(falls, "{} does not learn", dir.display());
    }
    // Shares of another number of granularities.
    let wrong = GeneratorOptions { shares: Some(Shares::dual(0.5)), ..generator(&content) };
    assert_eq!(
        nar::train(&NarOptions { generator: wrong, noise: 0.0 }).unwrap_err().code(),
        "bad-request"
    );

    common::pack(&[
        ("--data", &data),
        ("--tokenizer", &tok),
        ("--grain-map", &map),
        ("--nar", &content),
        ("--ar", &sequences),
        ("--out", &pack),
    ]);

    // Another DGiT-NAR in its place: here the same once more, and nothing else changes.
    let before = PackDir::open(&pack).expect("a pack");
    common::pack(&[("--nar", &content), ("--version", Path::new("2")), ("--out", &pack)]);
    let after = PackDir::open(&pack).expect("a pack");
    assert_eq!(after.manifest().version, "2");
    assert_eq!(after.manifest().files, before.manifest().files);

    let device = Device::flex();
    let roles = [Role::Decoder, Role::GrainMap, Role::Nar, Role::Ar];
    let model = Model::open(&pack, &roles, &device).expect("it opens");
    assert_eq!(model.grid(), Grid { regions: 2, granularities: 3 });
    let of = |mode, guidance, seed| Request {
        seed,
        guidance,
        schedule: Schedule::TwoPhase,
        shares: Shares::new(&[0.4, 0.3]).expect("shares"),
        ..Request::on(model.grid(), mode)
    };
    let requests: Vec<Request> = Mode::ALL
        .into_iter()
        .flat_map(|mode| [of(mode, 0.0, 1), of(mode, 2.0, 2), of(mode, 0.0, 3)])
        .collect();
    let batch = BatchSampler::new(&model, &device).images(&requests).expect("they can be drawn");
    let mut grains = std::collections::BTreeSet::new();
    for (request, image) in requests.iter().zip(batch) {
        let all = steps(&model, request);
        assert_eq!(all, steps(&model, request), "the same seed draws the same");
        let last = all.last().expect("a step");
        assert!(last.done && last.known.iter().all(|known| *known == 1));
        assert!(last.undecided.iter().all(|undecided| *undecided == 0));
        assert_eq!((last.codes, image.codes), (last.tokens, last.tokens));
        let off = last.rgb.iter().zip(&image.rgb).filter(|(a, b)| a.abs_diff(**b) > 2).count();
        assert_eq!(off, 0, "a batch draws the same: {request:?}");
        grains.extend(last.grains.iter().copied());
        for pair in all.windows(2) {
            let [before, after] = pair else { panic!("windows of two") };
            let settled = |step: &Step| step.undecided.iter().filter(|u| **u == 0).count();
            assert!(settled(before) <= settled(after) && before.total >= after.total);
        }
    }
    assert_eq!(grains.into_iter().collect::<Vec<_>>(), [0, 1, 2], "all granularities are drawn");
    std::fs::remove_dir_all(root).expect("tidy up");
}

/// A tiny pack, its manifest changed.
fn changed(dir: &Path, change: impl FnOnce(&mut Value)) -> varigrain::Result<Model> {
    let text = std::fs::read_to_string(dir.join("manifest.json")).expect("a manifest");
    let mut manifest: Value = serde_json::from_str(&text).expect("JSON");
    change(&mut manifest["architecture"]);
    let manifest: Manifest = serde_json::from_value(manifest).expect("a manifest");
    let mut model = Model::new(manifest.clone(), Device::flex())?;
    for role in [Role::Decoder, Role::Nar, Role::Ar] {
        let name = &manifest.entry(role)?.name;
        model.add(role, std::fs::read(dir.join(name)).expect("weights"))?;
    }
    Ok(model)
}

#[test]
fn granularities_that_disagree_with_the_weights_are_refused() {
    let dir = common::folder("disagree");
    tiny_pack::write(&dir, &TinyPack::default()).expect("a pack");
    changed(&dir, |_| ()).expect("as it is");
    let code = |change: &dyn Fn(&mut Value)| changed(&dir, change).unwrap_err().code();
    // Sizes that do not fit each other, then weights that do not fit the sizes.
    assert_eq!(code(&|sizes| sizes["nar"]["granularities"] = 3.into()), "pack-damaged");
    assert_eq!(
        code(&|sizes| sizes["tokenizer"]["grid"]["granularities"] = 3.into()),
        "pack-damaged"
    );
    let all = |sizes: &mut Value| {
        sizes["tokenizer"]["grid"] = json!({ "regions": 4, "granularities": 3 });
        sizes["tokenizer"]["channels"] = vec![8; 5].into();
        for network in ["nar", "ar"] {
            let own = &mut sizes[network];
            let own = if network == "ar" { &mut own["transformer"] } else { own };
            (own["granularities"], own["sketch"]["regions"]) = (3.into(), 4.into());
        }
        sizes["grain-map"]["sketch"]["regions"] = 4.into();
    };
    let triple = changed(&dir, all).map(|_| ()).unwrap_err();
    assert_eq!(triple.code(), "pack-damaged");
    assert!(triple.to_string().contains("safetensors"), "weights are compared: {triple}");
    std::fs::remove_dir_all(dir).expect("tidy up");
}

#[test]
fn sizes_whose_product_overflows_are_refused() {
    let tokenizer = |change: &dyn Fn(&mut TokenizerConfig)| {
        let mut config = TokenizerConfig::tiny();
        change(&mut config);
        config.validate().map_err(|e| e.code())
    };
    assert_eq!(tokenizer(&|_| ()), Ok(()));
    let damaged = Err("pack-damaged");
    for regions in [0, 65, 1 << 16, 1 << 31, usize::MAX] {
        assert_eq!(tokenizer(&|c| c.grid.regions = regions), damaged);
    }
    for granularities in [0, 5, 64, usize::MAX] {
        assert_eq!(tokenizer(&|c| c.grid.granularities = granularities), damaged);
    }
    // Halvings whose power of two does not exist, and maps of too many values.
    assert_eq!(tokenizer(&|c| c.channels = vec![8; 64]), damaged);
    assert_eq!(tokenizer(&|c| c.decoder_channels = vec![8; 62]), damaged);
    assert_eq!(
        tokenizer(&|c| {
            (c.image, c.grid) = (4096, Grid { regions: 64, granularities: 2 });
            (c.channels, c.decoder_channels) = (vec![1024; 6], vec![1024; 5]);
        }),
        damaged
    );
    let network = |change: &dyn Fn(&mut TransformerConfig)| {
        let mut config = TransformerConfig::grain_map(16, 8, 16, vec![3]);
        change(&mut config);
        config.validate().map_err(|e| e.code())
    };
    assert_eq!(network(&|_| ()), Ok(()));
    let layout = |config: &mut TransformerConfig| {
        (config.cells, config.width, config.heads) = (256, 2048, 32);
        config.sketch.as_mut().expect("a sketch").regions = 256;
        config.sketch.as_mut().expect("a sketch").channels = 64;
    };
    assert_eq!(network(&layout), damaged);
    assert_eq!(network(&|c| (c.width, c.classes) = (2048, vec![65_535; 16])), damaged);
    assert_eq!(network(&|c| c.granularities = 5), damaged);

    // A request's grid is the model's; a library's caller may bring any.
    let far = Grid { regions: 1 << 20, granularities: 4 };
    let map = varigrain::grain::GrainMap::new(far, vec![0; 4]);
    assert_eq!(map.unwrap_err().code(), "bad-request");
}

#[test]
fn shares_have_to_fit_the_model_and_each_other() {
    let dir = common::folder("shares");
    let sizes = TinyPack { granularities: 3, ..TinyPack::default() };
    tiny_pack::write(&dir, &sizes).expect("a pack");
    let model = Model::open(&dir, &[], &Device::flex()).expect("it opens");
    let read = |json: &str| Request::from_json(json, &model).map_err(|e| e.code());
    for mode in ["nar", "ar"] {
        let of = |shares: &str| read(&format!(r#"{{"mode": "{mode}", "shares": {shares}}}"#));
        let request = of("[0.25, 0.5]").expect("they fit");
        assert_eq!(request.shares.as_slice(), [0.25, 0.5]);
        assert_eq!(of("[0.6, 0.5]").unwrap_err(), "bad-request");
        assert_eq!(of("[1.5, 0]").unwrap_err(), "out-of-range");
        assert_eq!(of("[0.5]").unwrap_err(), "bad-request");
        assert_eq!(of("[0.1, 0.1, 0.1]").unwrap_err(), "bad-request");
        let silent = read(&format!(r#"{{"mode": "{mode}"}}"#)).expect("the defaults");
        assert_eq!(silent.shares.as_slice(), [0.3, 0.3]);
    }
    std::fs::remove_dir_all(dir).expect("tidy up");
}
