//! What several integration tests need: a data set of drawn shapes, and folders to work in.
#![allow(dead_code)] // each test binary uses its own part

use std::path::{Path, PathBuf};

use varigrain::classes::{Axis, Class, ClassTable, Trained};
use varigrain::lab::data::dataset::{Index, write};
use varigrain::lab::data::{Item, Split, originals};
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

/// Writes 40 larger drawings to `dir`, of which training cuts its own: 44×40 pixels, of every style and shape,
/// each a little different. Blue frames are held out as a combination, and a fifth of the others.
pub fn draw_pictures(dir: &Path) {
    let class = |id: &str| Class::new(id, id);
    let classes = ClassTable {
        axes: vec![
            Axis::new("style", ["red", "blue"].map(class).into()),
            Axis::new("shape", ["disc", "ring", "box", "frame"].map(class).into()),
        ],
        trained: Some(Trained::new(&["style", "shape"], std::iter::empty())),
    };
    let (width, height) = (44, 40);
    let (mut bytes, mut items) = (Vec::new(), Vec::new());
    for copy in 0..5usize {
        for (style, shape) in (0..2).flat_map(|style| (0..4).map(move |shape| (style, shape))) {
            let ink = if style == 0 { [200 + 9 * copy as u8, 40, 30] } else { [30, 60, 200] };
            let pixel = |i: usize| {
                let (dy, dx) = ((i / width) as f32 - 20.0, (i % width) as f32 - 20.0 - copy as f32);
                let distance = if shape < 2 { dy.hypot(dx) } else { dy.abs().max(dx.abs()) };
                let inside = distance < 13.0 && (shape % 2 == 0 || distance > 8.0);
                if inside { ink } else { [250; 3] }
            };
            let rgb: Vec<u8> = (0..width * height).flat_map(pixel).collect();
            let file = png(&rgb, width, height);
            items.push(originals::Item {
                classes: vec![Some(style as u16), Some(shape as u16)],
                split: match (copy, style, shape) {
                    (_, 1, 3) => Split::TestCells,
                    (4, ..) => Split::HeldOut,
                    _ => Split::Train,
                },
                offset: bytes.len(),
                bytes: file.len(),
                width,
                height,
                name: format!("{style}-{shape}-{copy}"),
            });
            bytes.extend(file);
        }
    }
    let trained = items.iter().filter(|item| item.split == Split::Train);
    let trained = trained.map(|item| item.classes.iter().flatten().copied().collect());
    let trained = Some(Trained::new(&["style", "shape"], trained));
    let classes = ClassTable { trained, ..classes };
    let encoding = originals::Encoding::Png;
    let index = originals::Index { encoding, seed: 1, classes, items, sources: vec![] };
    index.write(dir, &bytes).expect("the pictures can be written");
}

fn png(rgb: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(rgb).expect("pixels");
    writer.finish().expect("an end");
    bytes
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

/// Holds off the other tests of a program that ask for it, as long as it lives: they draw from the same random stream.
pub fn alone() -> std::sync::MutexGuard<'static, ()> {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Column `name` of the losses.csv in `dir`.
pub fn column(dir: &Path, name: &str) -> Vec<f32> {
    column_of(&dir.join("losses.csv"), name)
}

/// Column `name` of a CSV file.
pub fn column_of(file: &Path, name: &str) -> Vec<f32> {
    let text = std::fs::read_to_string(file).expect("a CSV file");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let at = header.iter().position(|h| *h == name).expect("the column");
    lines.map(|line| line[at].parse().expect("a number")).collect()
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
