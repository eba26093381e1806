//! The whole way on the CPU, small: data → tokenizer → grain map, NAR and AR → pack → images.
#![cfg(feature = "train")]

mod common;

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use burn::tensor::Device;
use burn::tensor::activation::softmax;
use clap::Parser;
use varigrain::density::Measure;
use varigrain::dqvae::{Allocation, DqVae, TokenizerConfig, TokenizerSpec};
use varigrain::grain::{Counts, GrainMap, Shares};
use varigrain::lab::backend::Backend;
use varigrain::lab::data::{Dataset, Split, image_batch};
use varigrain::lab::results::{Cell, Results};
use varigrain::lab::run_folder;
use varigrain::lab::train::ar::ArOptions;
use varigrain::lab::train::code_bank::CodeBank;
use varigrain::lab::train::contrast::ContrastOptions;
use varigrain::lab::train::examples::{ExamplePlan, ExampleSource};
use varigrain::lab::train::generator::GeneratorOptions;
use varigrain::lab::train::labels::Labels;
use varigrain::lab::train::nar::NarOptions;
use varigrain::lab::train::tokenizer_options::TokenizerOptions;
use varigrain::lab::train::tokens::{TokenSet, Variants};
use varigrain::lab::train::{Options, ar, grain_map, nar, tokenizer, tokenizer_run};
use varigrain::rng::Rng;

use common::{alone, column};

#[derive(Parser)]
struct Tokenizer {
    #[command(flatten)]
    options: TokenizerOptions,
}

#[derive(Parser)]
struct Generator {
    #[command(flatten)]
    options: GeneratorOptions,
}

fn train_tokenizer(data: &Path, out: &Path, measure: Measure, more: &[&str]) {
    let (data, out) = (data.to_string_lossy(), out.to_string_lossy());
    let common = ["test", "--data", &data, "--out", &out, "--batch", "8", "--warm-up", "5"];
    let measure = measure.to_string();
    let pace = ["--measure", &measure, "--log-every", "10", "--learning-rate", "2e-3"];
    let arguments = [&common[..], &pace, more].concat();
    let options = Tokenizer::try_parse_from(arguments).expect("arguments").options;
    let config = options.config(TokenizerConfig::tiny());
    tokenizer::train(&options, config).expect("the tokenizer trains");
}

fn generator(data: &Path, out: &Path, tokenizer: &Path, steps: &str) -> GeneratorOptions {
    let path = |p: &Path| p.to_string_lossy().into_owned();
    let arguments = [
        "test",
        "--data",
        &path(data),
        "--out",
        &path(out),
        "--tokenizer",
        &path(tokenizer),
        "--steps",
        steps,
        "--batch",
        "8",
        "--warm-up",
        "5",
        "--log-every",
        "10",
        "--variants",
        "2",
        "--layers",
        "1",
        "--width",
        "64",
        "--learning-rate",
        "3e-3",
    ];
    Generator::try_parse_from(arguments).expect("arguments").options
}

fn plain(generator: GeneratorOptions) -> NarOptions {
    NarOptions { generator, noise: 0.0 }
}

fn varigrain(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_varigrain");
    Command::new(program).args(arguments).output().expect("it starts")
}

#[test]
fn everything_trains_resumes_packs_and_draws() {
    let _alone = alone();
    let root = common::folder("training");
    let (data, tok) = (root.join("data"), root.join("tokenizer"));
    std::fs::create_dir_all(&data).expect("a folder");
    common::draw_dataset(&data);

    train_tokenizer(&data, &tok, Measure::Deviation, &["--steps", "40", "--save-every", "20"]);
    let l1 = column(&tok, "l1");
    assert_eq!(l1.len(), 4);
    assert!(l1[3] < 0.7 * l1[0], "the tokenizer does not learn: {l1:?}");
    assert!(tok.join("samples-000040.png").exists());
    // Resuming a finished run changes nothing and fails nothing.
    let before = std::fs::read(tok.join("encoder.safetensors")).expect("weights");
    train_tokenizer(&data, &tok, Measure::Deviation, &["--steps", "40", "--resume"]);
    assert_eq!(before, std::fs::read(tok.join("encoder.safetensors")).expect("weights"));

    let (map, content) = (root.join("map"), root.join("nar"));
    grain_map::train(&generator(&data, &map, &tok, "30")).expect("the grain map trains");
    nar::train(&plain(generator(&data, &content, &tok, "30"))).expect("NAR trains");
    for dir in [&map, &content] {
        let loss = column(dir, "loss");
        assert!(loss[2] < loss[0], "{} does not learn: {loss:?}", dir.display());
    }
    assert!(content.join("samples-000030.png").exists());
    let unseen = std::fs::read_to_string(content.join("held-out.csv")).expect("a log");
    let last = unseen.lines().last().expect("a line");
    let values: Vec<f32> = last.split(',').map(|v| v.parse().expect("a number")).collect();
    let header = "step,all,coarse,fine,known_all,known_coarse,known_fine\n";
    assert!(unseen.starts_with(header) && values[0] == 30.0 && values.len() == 7, "{unseen}");
    assert!(values[1..].iter().all(|loss| (0.1..20.0).contains(loss)), "{unseen}");

    let sequences = root.join("ar");
    let small = GeneratorOptions { layers: Some(2), ..generator(&data, &sequences, &tok, "30") };
    ar::train(&ArOptions::whole(small)).expect("AR trains");
    for name in ["loss", "content", "position"] {
        let loss = column(&sequences, name);
        assert!(loss[2] < loss[0], "AR does not learn: {name} {loss:?}");
    }
    assert!(sequences.join("samples-000030.png").exists());
    assert!(sequences.join("held-out.csv").exists());

    let pack = root.join("pack");
    common::pack(&[
        ("--data", &data),
        ("--tokenizer", &tok),
        ("--grain-map", &map),
        ("--nar", &content),
        ("--ar", &sequences),
        ("--out", &pack),
    ]);

    let more = root.join("more");
    // With a sketch, which the pack's NAR has not.
    let from_pack = GeneratorOptions {
        init: vec![pack.clone()],
        sketch: Some(3),
        shift: Some(0),
        ..generator(&data, &more, &tok, "10")
    };
    nar::train(&plain(from_pack.clone())).expect("NAR goes on from a pack");
    let sizes = std::fs::read_to_string(more.join("nar.json")).expect("sizes");
    assert!(sizes.contains("\"channels\": 3"), "{sizes}");
    assert!(column(&more, "loss")[0] < column(&content, "loss")[0], "it starts anew");
    let elsewhere = GeneratorOptions { init: vec![pack.clone(), tok.clone()], ..from_pack };
    assert_eq!(nar::train(&plain(elsewhere)).unwrap_err().code(), "io");

    let (model, sheet) = (pack.to_string_lossy(), root.join("sheet.png"));
    let sample = |mode: &str, prompt: &str| {
        let out = sheet.to_string_lossy();
        let fixed = ["sample", "--model", &model, "--out", &out, "--count", "2"];
        varigrain(&[&fixed[..], &["--mode", mode, "--prompt", prompt]].concat())
    };
    for mode in ["nar", "ar"] {
        let output = sample(mode, "style=red,concept=disc");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(sheet.exists());
        std::fs::remove_file(&sheet).expect("tidy up");
    }
    let output = sample("nar", "style=red,concept=dics");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && message.contains("disc"), "{message}");
    std::fs::remove_dir_all(root).expect("tidy up");
}

/// A tokenizer of three granularities for 32×32 pixels with random weights: its codes are as good as any to
/// learn.
fn random_tokenizer(data: &Path, out: &Path) {
    let device = Device::flex();
    device.seed(3);
    let config = TokenizerConfig::tiny_triple();
    let pictures = Dataset::open_at(data, config.image, &[Split::Train]).expect("pictures");
    let density = tokenizer_run::fixed_density(&pictures, &[0, 5, 9], &config, &device);
    let model = DqVae::new(&config, &device);
    let spec = TokenizerSpec { config, density: density.expect("quantiles") };
    std::fs::create_dir_all(out).expect("a folder");
    tokenizer_run::save(out, &spec, &model).expect("a run folder");
}

#[test]
fn generators_train_on_crops_of_larger_pictures_and_draw() {
    let _alone = alone();
    let root = common::folder("pictures");
    let (data, tok) = (root.join("data"), root.join("tokenizer"));
    std::fs::create_dir_all(&data).expect("a folder");
    common::draw_pictures(&data);
    random_tokenizer(&data, &tok);
    let options = |name: &str, steps: &str| GeneratorOptions {
        follow_every: 20,
        fresh: 0.5,
        default_shares: 0.5,
        ..generator(&data, &root.join(name), &tok, steps)
    };
    let last = |name: &str, column: &str| {
        let text = std::fs::read_to_string(root.join(name).join("held-out.csv")).expect("a log");
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let at = lines.next().expect("a header").iter().position(|n| *n == column);
        let values: Vec<f32> =
            lines.map(|v| v[at.expect(column)].parse().expect("a number")).collect();
        values
    };

    // On two devices, each of which draws crops of its own.
    let both = GeneratorOptions {
        devices: vec![Backend::Cpu; 2],
        layers: Some(2),
        ..options("nar", "60")
    };
    nar::train(&NarOptions { generator: both, noise: 0.1 }).expect("NAR trains");
    grain_map::train(&options("map", "40")).expect("the grain map trains");
    let deep = |name, steps| GeneratorOptions { layers: Some(2), ..options(name, steps) };
    // Colours are held against each other: they fill the picture, and are soon told.
    let contrast = ContrastOptions {
        contrast: vec!["style".into()],
        contrast_share: 1.0,
        contrast_weight: 0.5,
    };
    ar::train(&ArOptions { contrast, ..ArOptions::whole(deep("ar", "60")) }).expect("AR trains");
    let [contrast, told] = ["contrast", "told"].map(|name| column(&root.join("ar"), name));
    assert!(contrast[5] < contrast[0] - 0.1, "of training examples: {contrast:?}");
    assert!(told[5] > told[0] + 0.2, "of training examples: {told:?}");
    let contrast = last("ar", "contrast");
    assert!(contrast.last() < contrast.first(), "of held-out pictures: {contrast:?}");
    for (name, first) in [("nar", "all"), ("map", "all"), ("ar", "image")] {
        let loss = column(&root.join(name), "loss");
        assert!(loss.last() < loss.first(), "{name} does not learn: {loss:?}");
        for prefix in ["", "known_", "combinations_"] {
            let found = last(name, &format!("{prefix}{first}"));
            assert!(found.len() >= 2 && found[1] < found[0], "{name} {prefix}: {found:?}");
        }
        // The best weights are those of the lowest of these losses.
        let unseen = last(name, first);
        let best =
            std::fs::read_to_string(root.join(name).join("best/best.json")).expect("a record");
        let best: serde_json::Value = serde_json::from_str(&best).expect("JSON");
        let lowest = unseen.iter().copied().fold(f32::INFINITY, f32::min);
        assert_eq!(best["loss"].as_f64().map(|loss| loss as f32), Some(lowest), "{name}");
    }
    assert!(root.join("nar/samples-000060.png").exists());

    // From NAR's tables and blocks AR starts ahead; networks of other sizes have none to give.
    let from = |name, folder: &str| ArOptions {
        init_nar: Some(root.join(folder)),
        ..ArOptions::whole(deep(name, "20"))
    };
    ar::train(&from("ar-after-nar", "nar")).expect("AR trains from NAR");
    assert!(last("ar-after-nar", "content")[0] < last("ar", "content")[0], "it starts anew");
    assert_eq!(ar::train(&from("ar-after-map", "map")).unwrap_err().code(), "io");

    // The best ones are a run folder like any.
    let pack = root.join("pack");
    common::pack(&[
        ("--data", &data),
        ("--tokenizer", &tok),
        ("--grain-map", &root.join("map/best")),
        ("--nar", &root.join("nar/best")),
        ("--ar", &root.join("ar/best")),
        ("--out", &pack),
    ]);
    let (model, sheet) = (pack.to_string_lossy(), root.join("sheet.png"));
    for mode in ["nar", "ar"] {
        let out = sheet.to_string_lossy();
        let call = ["sample", "--model", &model, "--out", &out, "--count", "2", "--mode", mode];
        let output = varigrain(&[&call[..], &["--prompt", "style=red,shape=ring"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::remove_file(&sheet).expect("a sheet");
    }

    let resumed = Options { resume: true, ..options("nar", "60").common };
    let state = root.join("nar/resume/state.json");
    std::fs::write(&state, r#"{"step":60,"steps":70}"#).expect("state.json");
    let resumed = GeneratorOptions { common: resumed, ..deep("nar", "60") };
    nar::train(&plain(resumed)).expect("NAR goes on");
    assert_eq!(column(&root.join("nar"), "step").last(), Some(&70.0));
    let wrong = GeneratorOptions { fresh: 0.0, ..options("wrong", "2") };
    assert_eq!(nar::train(&plain(wrong)).unwrap_err().code(), "out-of-range");
    std::fs::remove_dir_all(root).expect("tidy up");
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
    let _alone = alone();
    let root = common::folder("resume");
    let (data, out) = (root.join("data"), root.join("tokenizer"));
    std::fs::create_dir_all(&data).expect("a folder");
    common::draw_dataset(&data);
    train_tokenizer(&data, &out, Measure::Deviation, &["--steps", "20", "--save-every", "10"]);
    // Pretend that it was meant to run longer, as after an interruption.
    let state = out.join("resume/state.json");
    std::fs::write(&state, r#"{"step":20,"steps":30}"#).expect("state.json");
    train_tokenizer(&data, &out, Measure::Deviation, &["--steps", "30", "--resume"]);
    let l1 = column(&out, "l1");
    assert_eq!(l1.len(), 3, "one header and three lines");
    assert!(l1[2] < l1[0], "{l1:?}");
    std::fs::remove_dir_all(root).expect("tidy up");
}

#[test]
fn examples_on_any_map_have_the_codes_that_encoding_with_it_gives() {
    let _alone = alone();
    let root = common::folder("draws");
    let (data, out) = (root.join("data"), root.join("tok"));
    std::fs::create_dir_all(&data).expect("a folder");
    common::draw_dataset(&data);
    train_tokenizer(&data, &out, Measure::Deviation, &["--steps", "10"]);
    let device = Device::flex();
    let (spec, model) = run_folder::tokenizer(&out, &device).expect("it loads");
    let data = Arc::new(Dataset::open(&data).expect("the data set"));
    let encode = || TokenSet::encode(&data, &[0, 1, 2], &spec, &model, Variants::ONE, 0, &device);
    let tokens = Arc::new(encode().expect("codes"));
    tokens.save(&root.join("codes.bin")).expect("it is written");
    let read = TokenSet::load(&root.join("codes.bin"), &spec).expect("it is read");
    assert_eq!(read.coded, tokens.coded);

    let grid = spec.config.grid;
    let plan = ExamplePlan {
        labels: Arc::new(Labels::from(&*data)),
        grid,
        shares: None,
        usual: Shares::dual(0.5),
        default_shares: 0.25,
        other_maps: 0.5,
        whole: 1.0,
        rivals: None,
    };
    let mut source = ExampleSource { plan, bank: CodeBank::Stored(tokens) };
    let mut rng = Rng::new(4);
    let (mut own, mut ratios) = (0, Vec::new());
    for _ in 0..60 {
        let drawn = source.next(&mut rng).expect("an example");
        let concept = drawn.condition.get(2);
        assert!(concept.is_some(), "the whole class");
        let style = drawn.condition.get(0);
        let is_it = |i: &usize| data.class(*i, 2) == concept && data.class(*i, 0) == style;
        let item = (0..3).find(is_it).expect("one of the three");
        let image = image_batch(&[data.image(item)], common::SIZE, &device);
        let own_levels = spec.levels(&model, image.clone()).remove(0);
        assert!(!drawn.own_map || drawn.levels == own_levels);
        let map = GrainMap::from_levels(grid, &drawn.levels, &drawn.shares).expect("a map");
        assert_eq!(drawn.map, map);
        let codes = model.encode(image, &[map]).codes.into_data();
        let codes: Vec<u16> = codes.iter::<i64>().map(|code| code as u16).collect();
        assert_eq!(drawn.cells, codes);
        own += usize::from(drawn.own_map);
        ratios.push(drawn.shares.finest());
    }
    assert!((15..=45).contains(&own), "{own} of 60 on their own map");
    assert!(ratios.iter().any(|r| *r < 0.4) && ratios.iter().any(|r| *r > 0.6), "{ratios:?}");
    std::fs::remove_dir_all(root).expect("tidy up");
}

#[test]
fn baselines_train_and_decode_what_they_encode() {
    let _alone = alone();
    let root = common::folder("baselines");
    let data = root.join("data");
    std::fs::create_dir_all(&data).expect("a folder");
    common::draw_dataset(&data);
    let device = Device::flex();
    let drawings = Dataset::open(&data).expect("the data set");
    let images: Vec<&[u8]> = (0..4).map(|i| drawings.image(i)).collect();
    let images = image_batch(&images, common::SIZE, &device);
    let variants: [(&str, &[&str], usize); 4] = [
        ("coarse", &["--fixed", "4"], 16),
        ("between", &["--fixed", "6"], 36),
        ("lattice", &["--quantiser", "fsq:5,3,3", "--fine-regions", "6"], 6 * 4 + 10),
        ("oracle", &["--fine-regions", "6"], 6 * 4 + 10),
    ];
    for (name, options, length) in variants {
        let out = root.join(name);
        let measure = if name == "oracle" { Measure::Oracle } else { Measure::Deviation };
        train_tokenizer(&data, &out, measure, &[options, &["--steps", "30"]].concat());
        let l1 = column(&out, "l1");
        assert!(l1[2] < 0.9 * l1[0], "{name} does not learn: {l1:?}");
        let (spec, model) = run_folder::tokenizer(&out, &device).expect("it loads");
        let maps = spec
            .allocate(
                &model,
                images.clone(),
                Allocation::Densest(Counts::new(spec.config.grid, &[6]).expect("counts")),
            )
            .expect("maps");
        assert!(maps.iter().all(|map| spec.config.code_length(map) == length), "{name}");
        let codes = model.encode(images.clone(), &maps).codes;
        assert_eq!(codes.dims(), [4, spec.config.code_side().pow(2)], "{name}");
        assert!(codes.clone().max().into_scalar::<i64>() < spec.config.codes as i64, "{name}");
        let error = (model.decode(codes) - images.clone()).abs().mean().into_scalar::<f32>();
        assert!(error < 1.0, "{name} does not give images back: {error}");
    }

    // Generators on a length between the grids: 6 × 6 codes of one granularity, and no position to choose.
    let (between, drawn) = (root.join("between"), [root.join("nar"), root.join("ar")]);
    let small =
        |out: &Path| GeneratorOptions { layers: Some(2), ..generator(&data, out, &between, "30") };
    nar::train(&plain(small(&drawn[0]))).expect("NAR trains");
    ar::train(&ArOptions::whole(small(&drawn[1]))).expect("AR trains");
    for (dir, name, content) in [(&drawn[0], "nar", "loss"), (&drawn[1], "ar", "content")] {
        let loss = column(dir, content);
        assert!(loss[2] < loss[0], "{name} does not learn: {loss:?}");
        let sizes = std::fs::read(dir.join(format!("{name}.json"))).expect("sizes");
        let sizes: serde_json::Value = serde_json::from_slice(&sizes).expect("JSON");
        let sizes = sizes.get("transformer").unwrap_or(&sizes);
        assert_eq!((&sizes["cells"], &sizes["granularities"]), (&6.into(), &1.into()), "{sizes}");
        assert!(dir.join("samples-000030.png").exists());
    }
    assert!(column(&drawn[1], "position").iter().all(|loss| *loss == 0.0));
    let map = grain_map::train(&small(&root.join("map")));
    assert_eq!(map.expect_err("there is one map").code(), "bad-request");

    // All of them side by side; two folders of one name are seeds.
    let (data, out) = (data.to_string_lossy(), root.to_string_lossy());
    let run = |name: &str| format!("{name}={out}/{name}");
    let (coarse, between) = (run("coarse"), run("between"));
    let oracle = format!("{},{out}/oracle", run("oracle"));
    let sheet = format!("{out}/sheet.png");
    let call = ["eval", "tokenizer", "--data", &data, "--split", "train", "--out", &out];
    let runs = ["--run", &coarse, "--run", &between, "--run", &oracle, "--sheet", &sheet];
    let rest = ["--fine-regions", "6", "--allocators", "oracle,random", "--name", "baselines"];
    let output = varigrain(&[&call[..], &runs, &rest].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(root.join("sheet.png").exists() && root.join("baselines.svg").exists());
    let results = Results::read(root.join("baselines.json")).expect("results");
    let column = |name: &str| results.columns.iter().position(|c| c.name == name).expect(name);
    let means = |name: &str| -> Vec<f64> {
        let at = column(name);
        results.rows.iter().map(|row| row[at].statistics().0.expect("a number")).collect()
    };
    // Fixed lengths have one line each, whatever is asked for; the other has one for each allocator.
    assert_eq!(means("codes"), [16.0, 36.0, 34.0, 34.0]);
    let bits = means("bits");
    let maps = 8008f64.log2(); // 16 over 6
    for (found, wanted) in bits.iter().zip([80.0, 180.0, 170.0 + maps, 170.0 + maps]) {
        assert!((found - wanted).abs() < 1e-6, "{bits:?}");
    }
    let allocators: Vec<String> = results.rows.iter().map(|r| r[1].format(0)).collect();
    assert_eq!(allocators, ["none", "none", "oracle", "random"]);
    let Cell::Numbers(seeds) = &results.rows[2][column("PSNR")] else { panic!("no PSNR") };
    assert_eq!((seeds.len(), seeds[0]), (2, seeds[1]));
    std::fs::remove_dir_all(root).expect("tidy up");
}

#[test]
fn the_learned_router_is_held_to_its_budget() {
    let _alone = alone();
    let root = common::folder("router");
    let (data, out) = (root.join("data"), root.join("tokenizer"));
    std::fs::create_dir_all(&data).expect("a folder");
    common::draw_dataset(&data);
    let wanted = ["--steps", "60", "--router-shares", "0.25", "--budget", "10"];
    train_tokenizer(&data, &out, Measure::Router, &wanted);
    let ratio = column(&out, "fine_ratio");
    let last = ratio.last().expect("a line");
    assert!((last - 0.25).abs() < 0.15, "the fine ratio does not approach 0.25: {ratio:?}");
    let (run, model) = run_folder::tokenizer(&out, &Device::flex()).expect("it loads");
    assert!(model.encoder.router.is_some() && run.density.validate().is_ok());

    // Three granularities, each with a share of its own.
    let out = root.join("triple");
    let (data, path) = (data.to_string_lossy(), out.to_string_lossy());
    let pace = ["--steps", "120", "--batch", "8", "--warm-up", "5", "--learning-rate", "2e-3"];
    let router = ["--measure", "router", "--router-shares", "0.7,0.1", "--quantiser", "fsq:4,4,4"];
    let arguments = [&["test", "--data", &data, "--out", &path][..], &pace, &router].concat();
    let options = Tokenizer::try_parse_from(arguments).expect("arguments").options;
    tokenizer::train(&options, options.config(TokenizerConfig::tiny_triple())).expect("it trains");
    let (_, model) = run_folder::tokenizer(&out, &Device::flex()).expect("it loads");
    let data = Dataset::open(&*data).expect("the data set");
    let images: Vec<&[u8]> = (0..data.items.len()).map(|item| data.image(item)).collect();
    let features = model.encoder.features(image_batch(&images, common::SIZE, &Device::flex()));
    let logits = model.encoder.router.as_ref().expect("a router").forward(&features);
    let [images, regions, granularities] = logits.dims();
    // How often each is drawn with the noise of training.
    let chances = softmax(logits, 2).reshape([images * regions, granularities]);
    let shares: Vec<f32> = chances.mean_dim(0).into_data().iter::<f32>().collect();
    for (share, wanted) in shares.iter().zip([0.2, 0.7, 0.1]) {
        assert!((share - wanted).abs() < 0.1, "{shares:?} instead of 0.2, 0.7 and 0.1");
    }
    std::fs::remove_dir_all(root).expect("tidy up");
}
