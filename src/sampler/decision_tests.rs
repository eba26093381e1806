//! A decision looked at again is the one that the sampler made.

use std::sync::OnceLock;

use burn::tensor::Device;

use super::*;
use crate::lab::cli::tiny_pack::{TinyPack, write};
use crate::pack::Role;
use crate::sampler::{NarSampler, Repaint, block_on};

fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let dir = std::env::temp_dir().join(format!("varigrain-decision-{}", std::process::id()));
        let sizes =
            TinyPack { granularities: 3, image: 64, regions: Some(4), ..TinyPack::default() };
        write(&dir, &sizes).expect("a pack");
        let roles = [Role::Decoder, Role::GrainMap, Role::Nar];
        let model = Model::open(&dir, &roles, &Device::flex()).expect("it loads");
        std::fs::remove_dir_all(&dir).expect("an empty place");
        model
    })
}

fn request() -> Request {
    let condition = Condition(vec![Some(1), Some(0), Some(1)]);
    Request { seed: 5, steps: 4, condition, ..Request::on(model().grid(), Mode::Nar) }
}

fn steps(request: &Request) -> Vec<Step> {
    let mut sampler = block_on(NarSampler::start(model(), request.clone())).expect("it starts");
    let mut steps = Vec::new();
    while let Some(step) = block_on(sampler.next()).expect("a step") {
        steps.push(step);
    }
    steps
}

fn look(request: &Request, drawing: &Drawing, cell: usize) -> Result<Decision> {
    block_on(decision(model(), request, drawing, cell))
}

/// Probability of each code at the temperature of the decision.
fn chances(Decision { logits, temperature, .. }: &Decision) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|l| ((l - most) / temperature).exp()).collect();
    let total: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / total).collect()
}

#[test]
fn probabilities_are_those_that_codes_were_chosen_with() {
    for (guidance, temperature, ramp) in [(0.0, 0.7, true), (2.0, 1.0, true), (1.5, 0.1, false)] {
        let request = Request { guidance, temperature, ramp, ..request() };
        let steps = steps(&request);
        let last = steps.last().expect("a step");
        let (drawing, grid) = (Drawing::from(last), model().grid());
        for cell in 0..grid.cell_count() {
            let found = look(&request, &drawing, cell).expect("a decision");
            assert_eq!((found.code, found.step), (last.cells[cell], last.order[cell]));
            let before = found.step.checked_sub(2).map_or(0, |at| steps[usize::from(at)].codes);
            assert_eq!(found.before, before);
            let (own, expected) = (chances(&found)[usize::from(found.code)], last.confidence[cell]);
            assert!((own - expected).abs() < 2e-5 * (1.0 + expected), "{cell}: {own}, {expected}");
            assert!(found.level.is_some_and(|level| usize::from(level) < crate::density::LEVELS));
        }
    }
}

/// At the lowest temperature what is drawn is what the network gives most weight to, wherever it gives it nearly all:
/// here in most places, for its logits are twenty times as large as they were.
#[test]
fn where_the_network_is_sure_the_likeliest_code_was_chosen() {
    let nar = model().nar().expect("a network").clone();
    let sharp = model().clone().with_nar(nar.map_tokens(|tokens| tokens * 20.0));
    let request = Request { temperature: 0.1, ..request() };
    let mut sampler = block_on(NarSampler::start(&sharp, request.clone())).expect("it starts");
    let mut last = None;
    while let Some(step) = block_on(sampler.next()).expect("a step") {
        last = Some(step);
    }
    let last = last.expect("a step");
    let (drawing, mut sure, cells) = (Drawing::from(&last), 0, model().grid().cell_count());
    for cell in 0..cells {
        let found = block_on(decision(&sharp, &request, &drawing, cell)).expect("a decision");
        let chances = chances(&found);
        let (likeliest, most) =
            chances.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).expect("codes");
        if *most > 0.999 {
            assert_eq!(likeliest, usize::from(found.code));
            sure += 1;
        }
    }
    assert!(sure > cells / 4, "the network is sure of {sure} codes only");
}

#[test]
fn a_picture_under_way_shows_what_the_next_step_starts_from() {
    let request = request();
    let steps = steps(&request);
    let (half, last) = (Drawing::from(&steps[1]), steps.last().expect("a step"));
    let whole = Drawing::from(last);
    let next = (0..last.order.len()).filter(|cell| last.order[*cell] == 3);
    let mut seen = 0;
    for cell in next {
        let (open, chosen) =
            (look(&request, &half, cell).unwrap(), look(&request, &whole, cell).unwrap());
        assert_eq!((open.known, open.step, chosen.known, chosen.step), (false, 0, true, 3));
        assert_eq!((open.before, &open.logits), (chosen.before, &chosen.logits));
        assert_eq!(open.attention, chosen.attention);
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn attention_of_every_layer_is_one_with_what_stands_in_front() {
    let request = Request { guidance: 1.0, ..request() };
    let drawing = Drawing::from(steps(&request).last().expect("a step"));
    let (grid, layout) = (model().grid(), drawing.layout(model(), 4).unwrap());
    let cells = grid.cell_count();
    for cell in [0, cells / 2 + 3, cells - 1] {
        let found = look(&request, &drawing, cell).unwrap();
        assert_eq!(found.attention.len(), found.aside.len() * cells);
        for (weights, aside) in found.attention.chunks(cells).zip(&found.aside) {
            let sum: f32 = layout.pack(weights).iter().sum();
            assert!((sum + aside - 1.0).abs() < 1e-4, "{sum} and {aside}");
            assert!(weights.iter().all(|weight| *weight > 0.0) && *aside > 0.0);
        }
    }
}

#[test]
fn of_what_is_kept_it_tells_what_the_network_would_have_made() {
    let base = steps(&request()).pop().expect("a step");
    let grid = model().grid();
    let regions: Vec<bool> = (0..grid.region_count()).map(|region| region < 5).collect();
    let (grains, cells) = (base.grains.clone(), base.cells.clone());
    let repaint = Some(Repaint { grains, cells, regions });
    let request = Request { seed: 9, repaint, ..request() };
    let last = steps(&request).pop().expect("a step");
    let drawing = Drawing::from(&last);
    let kept = last.known.len() - 1;
    let found = look(&request, &drawing, kept).unwrap();
    let layout = drawing.layout(model(), 4).unwrap();
    let all = layout.pack(&last.order).iter().filter(|order| **order == 0).count();
    assert_eq!((found.known, found.step, found.before, found.level), (true, 0, all - 1, None));
    let drawn = look(&request, &drawing, 0).unwrap();
    assert!((chances(&drawn)[usize::from(drawn.code)] - last.confidence[0]).abs() < 2e-5);
}

#[test]
fn what_does_not_fit_is_refused() {
    let request = request();
    let drawing = Drawing::from(steps(&request).last().expect("a step"));
    let refused = |change: &dyn Fn(&mut Request, &mut Drawing, &mut usize)| {
        let (mut request, mut drawing, mut cell) = (request.clone(), drawing.clone(), 3);
        change(&mut request, &mut drawing, &mut cell);
        look(&request, &drawing, cell).expect_err("it does not fit").code()
    };
    assert_eq!(refused(&|request, _, _| request.mode = Mode::Ar), "bad-request");
    assert_eq!(refused(&|request, _, _| request.temperature = 0.0), "out-of-range");
    assert_eq!(refused(&|_, _, cell| *cell = 256), "out-of-range");
    assert_eq!(refused(&|_, _, cell| *cell = usize::MAX), "out-of-range");
    assert_eq!(refused(&|_, drawing, _| drawing.grains.truncate(3)), "bad-request");
    assert_eq!(refused(&|_, drawing, _| drawing.known.push(1)), "bad-request");
    assert_eq!(refused(&|_, drawing, _| drawing.cells.clear()), "bad-request");
    assert_eq!(refused(&|_, drawing, _| drawing.order.truncate(1)), "bad-request");
    assert_eq!(refused(&|_, drawing, _| drawing.grains[0] = 3), "bad-request");
    assert_eq!(refused(&|_, drawing, _| drawing.cells.fill(64)), "out-of-range");
    assert_eq!(refused(&|_, drawing, _| drawing.order.fill(5)), "out-of-range");
    assert_eq!(refused(&|_, drawing, _| drawing.known.fill(0)), "bad-request");
    assert_eq!(refused(&|_, drawing, _| drawing.known.fill(2)), "bad-request");
    // Another seed has another grain map: what is told of this one is not the level of that one.
    let other = Request { seed: 6, ..request.clone() };
    assert_eq!(look(&other, &drawing, 3).unwrap().level, None);
}
