//! What several integration tests need: a data set of drawn shapes, and folders to work in.
#![allow(dead_code)] // each test binary uses its own part

use std::path::{Path, PathBuf};

use varigrain::classes::{Axis, Class, ClassTable, Trained};
use varigrain::lab::data::dataset::{Index, write};
use varigrain::lab::data::{Item, Split};
use varigrain::model::Model;
use varigrain::sampler::{Request, Sampler, Step, block_on};

/// Pixels along each side of the drawn images.
pub const SIZE: usize = 32;

/// An empty folder of this name under the system's temporary folder.
pub fn folder(name: &str) -> PathBuf {
    // Tests of one program run side by side, and may use one name.
    static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("varigrain-{name}-{}-{count}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a temporary folder");
    dir
}

/// Two styles, two categories and four concepts.
pub fn classes() -> ClassTable {
    let class = |id: &str| Class::new(id, id);
    let concept = |(id, parent): (&str, &str)| Class { parent: Some(parent.into()), ..class(id) };
    let concepts = [("disc", "round"), ("ring", "round"), ("box", "square"), ("frame", "square")];
    ClassTable {
        axes: vec![
            Axis::new("style", ["red", "blue"].map(class).into()),
            Axis::new("category", ["round", "square"].map(class).into()),
            Axis {
                parent: Some("category".into()),
                ..Axis::new("concept", concepts.map(concept).into())
            },
        ],
        trained: Some(Trained::new(&["concept", "style"], std::iter::empty())),
    }
}

/// Writes a data set of eight drawings, each three times, to `dir`.
pub fn draw_dataset(dir: &Path) {
    let (mut pixels, mut items) = (Vec::new(), Vec::new());
    for copy in 0..3usize {
        for style in 0..2 {
            for concept in 0..4 {
                let split = match (copy, style, concept) {
                    (0, 0, 3) => Split::TestCells,
                    (0, 1, 2) => Split::TestConcepts,
                    _ => Split::Train,
                };
                let classes = [style, concept / 2, concept].map(|class| Some(class as u16));
                items.push(Item { classes: classes.into(), split });
                pixels.extend(draw(style, concept, copy));
            }
        }
    }
    let index = Index { size: SIZE, seed: 1, classes: classes(), items, sources: vec![] };
    write(dir, &index, &pixels).expect("the data set can be written");
}

fn draw(style: usize, concept: usize, copy: usize) -> Vec<u8> {
    let ink = if style == 0 { [220, 40, 30] } else { [30, 60, 210] };
    let centre = SIZE as f32 / 2.0 + copy as f32 - 1.0;
    (0..SIZE * SIZE)
        .flat_map(|i| {
            let (dy, dx) = ((i / SIZE) as f32 - centre, (i % SIZE) as f32 - centre);
            let distance = if concept < 2 { dy.hypot(dx) } else { dy.abs().max(dx.abs()) };
            let inside = distance < 11.0 && (concept.is_multiple_of(2) || distance > 7.0);
            if inside { ink } else { [255; 3] }
        })
        .collect()
}

/// All steps of one picture.
pub fn steps(model: &Model, request: &Request) -> Vec<Step> {
    block_on(async {
        let mut sampler = Sampler::start(model, request.clone()).await.expect("it starts");
        let mut steps = Vec::new();
        while let Some(step) = sampler.next().await.expect("a step") {
            steps.push(step);
        }
        steps
    })
}

/// What `varigrain pack` makes of run folders; `arguments`: options with their folders.
pub fn pack(arguments: &[(&str, &Path)]) {
    let mut call = std::process::Command::new(env!("CARGO_BIN_EXE_varigrain"));
    call.arg("pack");
    for (name, path) in arguments {
        call.arg(name).arg(path);
    }
    let output = call.output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
