//! Models of no, one and three class axes: what they can be asked for, and that both generators draw.
#![cfg(feature = "cli")]

mod common;

use burn::tensor::Device;
use varigrain::density::Measure;
use varigrain::description::Description;
use varigrain::dqvae::Quantiser;
use varigrain::encoding::{EncodeOptions, encode};
use varigrain::lab::cli::tiny_pack::{self, TinyPack};
use varigrain::model::Model;
use varigrain::pack::{Manifest, PackDir, Role};
use varigrain::sampler::{Prompt, Request, Step, block_on};

const ROLES: [Role; 5] = [Role::Decoder, Role::Encoder, Role::GrainMap, Role::Nar, Role::Ar];

fn model(axes: u8) -> Model {
    let dir = common::folder(&format!("axes-{axes}"));
    tiny_pack::write(
        &dir,
        &TinyPack { quantiser: Quantiser::fsq1024(), axes, ..TinyPack::default() },
    )
    .expect("a pack");
    let model = Model::open(&dir, &ROLES, &Device::flex()).expect("it loads");
    std::fs::remove_dir_all(&dir).expect("an empty place");
    model
}

fn draw(model: &Model, json: &str) -> Step {
    let request = Request::from_json(json, model).expect("a request");
    common::steps(model, &request).pop().expect("a step")
}

/// Codes of both generators, for a prompt as JSON.
fn codes(model: &Model, prompt: &str) -> [Vec<u16>; 2] {
    ["nar", "ar"].map(|mode| {
        let json = format!(
            r#"{{"mode": "{mode}", "prompt": {prompt}, "seed": 3, "guidance": 1, "shares": [0.5]}}"#
        );
        draw(model, &json).cells
    })
}

fn code(model: &Model, json: &str) -> &'static str {
    Request::from_json(json, model).expect_err(json).code()
}

#[test]
fn without_axes_there_is_nothing_to_ask_for() {
    let model = model(0);
    assert_eq!((model.classes().axes.len(), model.slots()), (0, 1));
    for cells in codes(&model, "{}") {
        assert_eq!(cells.len(), model.grid().cell_count());
    }
    assert_eq!(code(&model, r#"{"prompt": {"style": "noto"}}"#), "unknown-axis");
}

#[test]
fn with_one_axis_its_classes_decide() {
    let model = model(1);
    let [any, cat, apple] = ["{}", r#"{"concept": "cat-face"}"#, r#"{"concept": "red-apple"}"#];
    let [any, cat, apple] = [any, cat, apple].map(|prompt| codes(&model, prompt));
    for generator in 0..2 {
        assert_ne!(cat[generator], apple[generator]);
        assert_ne!(any[generator], cat[generator], "any is a class of its own");
    }
    assert_eq!(code(&model, r#"{"prompt": {"style": "noto"}}"#), "unknown-axis");
    assert_eq!(code(&model, r#"{"prompt": {"concept": "cat"}}"#), "unknown-class");
}

#[test]
fn with_three_axes_a_class_brings_its_parent_and_any_is_drawn_from_training() {
    let model = model(3);
    let prompt = |json: &str| {
        let request = Request::from_json(json, &model).expect("a request");
        Prompt::of(&request.condition, model.classes()).to_string()
    };
    assert_eq!(
        prompt(r#"{"prompt": {"concept": "dog-face"}}"#),
        "category=animal-mammal,concept=dog-face,style=twemoji",
        "the one trained combination"
    );
    let fruit = codes(&model, r#"{"category": "food-fruit", "style": "noto"}"#);
    assert_eq!(fruit, codes(&model, r#"{"concept": "red-apple", "style": "noto"}"#));
    let contradiction = r#"{"prompt": {"concept": "red-apple", "category": "animal-mammal"}}"#;
    assert_eq!(code(&model, contradiction), "bad-request");
    assert_eq!(code(&model, r#"{"shares": [0.3, 0.3]}"#), "bad-request", "two shares of one");
}

#[test]
fn pictures_have_the_size_of_the_pack() {
    for image in [64, 256, 512] {
        let dir = common::folder(&format!("axes-size-{image}"));
        tiny_pack::write(
            &dir,
            &TinyPack { quantiser: Quantiser::fsq1024(), axes: 0, image, ..TinyPack::default() },
        )
        .expect("a pack");
        let model = Model::open(&dir, &ROLES, &Device::flex()).expect("it loads");
        std::fs::remove_dir_all(&dir).expect("an empty place");
        let last = draw(&model, r#"{"steps": 2}"#);
        assert_eq!((last.size, last.rgb.len()), (image, 3 * image * image));
        let options = EncodeOptions::on(model.grid());
        let coded = block_on(encode(&model, &last.rgb, &options)).expect("codes");
        assert_eq!((coded.size, coded.rgb.len()), (image, 3 * image * image));
        assert_eq!(Description::of(&model).expect("a description").image, image);
    }
    let dir = common::folder("axes-no-size");
    let error = tiny_pack::write(
        &dir,
        &TinyPack { quantiser: Quantiser::fsq1024(), axes: 0, image: 100, ..TinyPack::default() },
    )
    .expect_err("no size");
    assert_eq!(error.code(), "bad-request");
}

/// The manifest of a tiny pack with a change.
fn changed(change: impl Fn(&mut serde_json::Value)) -> varigrain::Result<Model> {
    let dir = common::folder("axes-changed");
    tiny_pack::write(&dir, &TinyPack { quantiser: Quantiser::fsq1024(), ..TinyPack::default() })?;
    let mut json = serde_json::to_value(PackDir::open(&dir)?.manifest()).expect("JSON");
    std::fs::remove_dir_all(&dir).expect("an empty place");
    change(&mut json);
    let manifest = Manifest::parse(&serde_json::to_vec(&json).expect("JSON"))?;
    let model = Model::new(manifest, Device::flex())?;
    Description::of(&model).map(|_| model)
}

#[test]
fn packs_that_contradict_themselves_are_refused() {
    let refused = |change: &dyn Fn(&mut serde_json::Value)| {
        let error = changed(change).expect_err("it contradicts itself");
        assert_eq!(error.code(), "pack-damaged", "{error}");
    };
    changed(|_| ()).expect("a good pack");
    refused(&|m| m["classes"]["axes"][1]["id"] = "style".into());
    refused(&|m| m["classes"]["axes"][2]["classes"][0]["parent"] = "nowhere".into());
    refused(&|m| m["classes"]["axes"][0]["classes"] = serde_json::json!([]));
    refused(&|m| m["classes"]["axes"] = serde_json::json!([]));
    refused(&|m| m["classes"]["trained"]["combinations"] = serde_json::json!([[9, 9]]));
    refused(&|m| m["architecture"]["nar"]["classes"] = serde_json::json!([2, 2]));
    refused(&|m| m["defaults"] = serde_json::json!({"nar": {"temperature": 9}}));
    refused(&|m| m["defaults"] = serde_json::json!({"ar": {"heat": 1}}));
    refused(&|m| m["defaults"] = serde_json::json!({"nar": {"shares": [0.2, 0.2]}}));
    refused(&|m| m["defaults"] = serde_json::json!({"encode": {"shares": [0.2, 0.2]}}));
    refused(&|m| m["defaults"] = serde_json::json!({"encode": {"measure": "router"}}));
}

#[test]
fn a_pack_says_what_its_defaults_are() {
    let own = serde_json::json!({
        "nar": {"guidance": 2, "shares": [0.25]},
        "encode": {"shares": [0.75], "measure": "coarse-error"},
    });
    let model = changed(|m| m["defaults"] = own.clone()).expect("a pack");
    let request = Request::from_json(r#"{"guidance": null}"#, &model).expect("a request");
    assert_eq!((request.guidance, request.shares.as_slice()), (2.0, &[0.25][..]));
    let ar = Request::from_json(r#"{"mode": "ar"}"#, &model).expect("a request");
    assert_eq!(ar.guidance, 0.0);
    // On a processor a painting for each 32nd of the cells: 16 · 16 / 32.
    assert_eq!((model.grid().cells(), ar.every), (16, 8));
    let description = Description::of(&model).expect("a description");
    assert_eq!(description.defaults["nar"]["guidance"], 2.0);
    assert_eq!(description.defaults["encode"], own["encode"]);
    let encode = EncodeOptions::defaults(&model).and_then(|own| own.with_json("{}", model.grid()));
    assert_eq!(encode.expect("options").measure, Some(Measure::CoarseError));
}
