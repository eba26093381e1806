//! The worked examples of docs/extending.md that need no change of the sources: this is their code.
#![cfg(feature = "cli")]

mod common;

use burn::tensor::Device;
use varigrain::dqvae::Quantiser;
use varigrain::lab::cli::tiny_pack::{self, TinyPack};
use varigrain::lab::data::{Dataset, Split as Part};
use varigrain::model::Model;
use varigrain::pack::Role;
use varigrain::sampler::{Mode, Request, Sampler, block_on};

const DOCUMENT: &str = include_str!("../docs/extending.md");

/// Everything between the two lines is the example of the document.
mod shapes {
    // example
    use std::path::Path;

    use varigrain::classes::{Axis, Class, ClassTable, Trained};
    use varigrain::lab::data::dataset::{Index, write};
    use varigrain::lab::data::{Item, Split};

    const SIZE: usize = 64;
    const INKS: [(&str, [u8; 3]); 3] =
        [("red", [220, 40, 30]), ("green", [30, 150, 60]), ("blue", [30, 60, 210])];
    const SHAPES: [&str; 2] = ["disc", "square"];

    /// Writes the data set to `folder`.
    pub fn make(folder: &Path) -> varigrain::Result<()> {
        let axis = |id: &str, ids: &[&str]| {
            Axis::new(id, ids.iter().map(|id| Class::new(*id, *id)).collect())
        };
        let axes = vec![axis("ink", &INKS.map(|(id, _)| id)), axis("shape", &SHAPES)];
        // Which combinations training has is noted when the data set is opened.
        let trained = Some(Trained::new(&["ink", "shape"], std::iter::empty()));
        let classes = ClassTable { axes, trained };
        let (mut items, mut pixels) = (Vec::new(), Vec::new());
        for radius in 10..30 {
            for (ink, (_, colour)) in INKS.into_iter().enumerate() {
                for shape in 0..SHAPES.len() {
                    // Never seen in training: the blue square.
                    let held_out = (ink, shape) == (2, 1);
                    let split = if held_out { Split::TestCells } else { Split::Train };
                    items.push(Item { classes: vec![Some(ink as u16), Some(shape as u16)], split });
                    pixels.extend(draw(shape, colour, radius as f32));
                }
            }
        }
        std::fs::create_dir_all(folder).map_err(varigrain::Error::io(folder))?;
        write(folder, &Index { size: SIZE, seed: 0, classes, items, sources: vec![] }, &pixels)
    }

    /// RGB bytes of one picture, row by row.
    fn draw(shape: usize, colour: [u8; 3], radius: f32) -> Vec<u8> {
        let from_centre = |at: usize| at as f32 - SIZE as f32 / 2.0;
        let pixel = |i: usize| {
            let (dy, dx) = (from_centre(i / SIZE), from_centre(i % SIZE));
            let distance = if shape == 0 { dy.hypot(dx) } else { dy.abs().max(dx.abs()) };
            if distance < radius { colour } else { [255; 3] }
        };
        (0..SIZE * SIZE).flat_map(pixel).collect()
    }
    // end of the example
}

/// The fenced block of the document in `language`.
fn block(language: &str) -> &'static str {
    let (_, rest) = DOCUMENT.split_once(&format!("```{language}\n")).expect("a block");
    rest.split_once("```").expect("its end").0
}

#[test]
fn the_document_shows_this_code() {
    let source = include_str!("extending.rs");
    let (_, rest) = source.split_once("    // example\n").expect("the first line");
    let (code, _) = rest.split_once("    // end of the example").expect("the last line");
    let code: String = code
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line)))
        .collect();
    assert_eq!(block("rust"), code);
}

#[test]
fn the_data_set_of_the_document_can_be_trained_on() {
    let dir = common::folder("extending-shapes");
    shapes::make(&dir).expect("it is written");
    let data = Dataset::open(&dir).expect("it is read");
    assert_eq!((data.size, data.items.len()), (64, 120));
    assert_eq!((data.indices(Part::Train).len(), data.indices(Part::TestCells).len()), (100, 20));
    let trained = data.classes.trained.as_ref().expect("what training has is noted");
    assert_eq!(trained.combinations.len(), 5);
    std::fs::remove_dir_all(dir).expect("the folder goes");
}

#[test]
fn the_pack_of_the_document_draws_and_its_line_has_what_a_line_needs() {
    let dir = common::folder("extending-pack");
    assert!(block("sh").contains("tiny-pack --axes 1"));
    tiny_pack::write(
        &dir,
        &TinyPack { quantiser: Quantiser::fsq1024(), axes: 1, ..TinyPack::default() },
    )
    .expect("a pack");
    let roles = [Role::Decoder, Role::GrainMap, Role::Nar];
    let model = Model::open(&dir, &roles, &Device::flex()).expect("it opens");
    let defaults = Request::defaults(&model, Mode::Nar).expect("defaults");
    let request = Request { steps: 1, ..defaults };
    let mut sampler = block_on(Sampler::start(&model, request)).expect("it starts");
    assert!(block_on(sampler.next()).expect("it draws").expect("a step").done);
    std::fs::remove_dir_all(dir).expect("the folder goes");

    let list: serde_json::Value =
        serde_json::from_str(include_str!("../www/models/index.json")).expect("JSON");
    let line: serde_json::Value = serde_json::from_str(block("json")).expect("JSON");
    for (name, value) in line.as_object().expect("an object") {
        let known = &list["models"][0][name];
        assert!(known.is_string() == value.is_string(), "\"{name}\" is {known} elsewhere");
    }
    for name in ["id", "name", "folder", "about"] {
        assert!(line[name].is_string(), "a line needs \"{name}\"");
    }
}
