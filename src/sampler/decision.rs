//! One decision of DGiT-NAR, looked at again (ours): what the network made of a code in the step that chose it, and
//! what it looked at.
//!
//! Which codes were known in a step follows from the order in which they came, so that pass can be made once more,
//! of a finished picture as of one that is still drawn. Nothing is drawn: a caller gets all logits, and what a
//! temperature would make of them is arithmetic.

use burn::tensor::{Int, Tensor};

use super::nar_plan::masked;
use super::{Mode, Request, Step, sample_levels};
use crate::bounds::{VALUES, product};
use crate::dgit::{Condition, Places, Seen, attention_weights, bucket};
use crate::error::in_range;
use crate::grain::{GrainMap, Token, TokenLayout};
use crate::kernels::{Input, part, read};
use crate::model::Model;
use crate::{Error, Result};

/// A picture that DGiT-NAR has drawn, finished or not, as a [`Step`] tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Granularity of every region, raster order.
    pub grains: Vec<u8>,
    /// 1 for every cell whose code is known, raster order over cells.
    pub known: Vec<u8>,
    /// The codes on the cell grid, guesses included.
    pub cells: Vec<u16>,
    /// The step in which each cell's code became known, from 1; 0 where none did.
    pub order: Vec<u16>,
}

impl From<&Step> for Drawing {
    fn from(step: &Step) -> Self {
        let Step { grains, known, cells, order, .. } = step.clone();
        Self { grains, known, cells, order }
    }
}

impl Drawing {
    /// Where its codes are, if it can be a picture of `model` drawn in so many steps.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for lists of other lengths, for cells of one code that differ, and for a code that a step
    /// has chosen and that is not known; [`Error::OutOfRange`] for a code or a step that is none.
    fn layout(&self, model: &Model, steps: usize) -> Result<TokenLayout> {
        let grid = model.grid();
        let cells = grid.cell_count();
        let lengths = [
            ("grains", self.grains.len(), grid.region_count()),
            ("known", self.known.len(), cells),
            ("cells", self.cells.len(), cells),
            ("order", self.order.len(), cells),
        ];
        if let Some((what, found, wanted)) = lengths.into_iter().find(|(_, n, wanted)| n != wanted)
        {
            return Err(bad(format!("{what} has {found} values instead of {wanted}.")));
        }
        let layout = GrainMap::new(grid, self.grains.clone())?.layout();
        layout.check_codes(&self.cells, model.architecture().tokenizer.codes, |_| true)?;
        for token in layout.tokens() {
            let first = token.row * grid.cells() + token.col;
            let (known, order) = (self.known[first], self.order[first]);
            in_range("a number of the order", order.into(), 0.0, steps as f64)?;
            let one =
                token.covers(grid, &self.known, known) && token.covers(grid, &self.order, order);
            if !one || known > 1 || (order > 0 && known == 0) {
                let why = "it is said of one code that it is known and that it is not";
                return Err(bad(format!("{why}, in region {}.", token.region)));
            }
        }
        Ok(layout)
    }
}

/// What the network made of one code.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Where it is.
    pub token: Token,
    /// The code that stands there.
    pub code: u16,
    /// The step that chose it, from 1. 0 where none did: it is still open, or it was known from the beginning.
    pub step: u16,
    /// Whether it is known.
    pub known: bool,
    /// Codes that were known when it was chosen. Of one that is open those that are known now, of one that was known
    /// from the beginning the others that were.
    pub before: usize,
    /// Density level of its region, `0..LEVELS`; none where the request's own grain map is another, as in a part of
    /// a picture that was drawn again.
    pub level: Option<u8>,
    /// A logit for every code of the codebook, guidance included, not yet divided by the temperature.
    pub logits: Vec<f32>,
    /// The temperature that it was chosen with.
    pub temperature: f32,
    /// How much it looks at the code in each cell, in each layer of the transformer, mean of the heads:
    /// `[layers · cells²]`. Every cell has the weight of its whole code.
    pub attention: Vec<f32>,
    /// How much it looks at what stands in front of all codes, the classes asked for and the register, `[layers]`.
    /// With the weights of all codes it is 1.
    pub aside: Vec<f32>,
}

/// Makes the pass again in which the code of `cell` (raster order over cells) was chosen; see [`Decision`].
///
/// `request`: what the picture was drawn with, its classes those that were drawn in place of "any".
///
/// # Errors
/// [`Error::BadRequest`] for a request to DGiT-AR, a drawing that contradicts itself, and a model whose layers would
/// need too much memory together; [`Error::OutOfRange`] for a cell, a code or a step that is none;
/// [`Error::PackMissing`] without the files of DGiT-NAR. All of them before anything is computed.
pub async fn decision(
    model: &Model,
    request: &Request,
    drawing: &Drawing,
    cell: usize,
) -> Result<Decision> {
    if request.mode != Mode::Nar {
        return Err(bad("only decisions of the mode \"nar\" can be looked at.".into()));
    }
    request.validate()?;
    request.fits(model)?;
    let grid = model.grid();
    in_range("the cell", cell as f64, 0.0, (grid.cell_count() - 1) as f64)?;
    let layout = drawing.layout(model, request.steps)?;
    let at = layout.token_of_cell()[cell];
    let moment = Moment::new(drawing, &layout, at);
    let rows = if request.guidance > 0.0 { 2 } else { 1 };
    let (prefix, length) = (model.nar()?.prefix(), bucket(layout.len(), grid));
    check_memory(model, [rows, prefix + length])?;
    model.grain_map()?;

    let mut last = model.workspaces().take(KIND, Last::default);
    let level = last.level(model, request, drawing, layout.tokens()[at].region).await?;
    let pass = last.pass(model, request, &layout, &moment)?;
    let Read { logits, layers } = pass.read([rows, length, prefix + layout.len()], at).await?;
    model.workspaces().put(KIND, last);

    let weight = request.guidance_at(moment.before as f32 / layout.len() as f32);
    let front = std::iter::repeat_n((0, 0), prefix);
    let centres: Vec<_> = front.chain(layout.tokens().iter().map(|t| t.centre())).collect();
    let (mut attention, mut aside) = (Vec::new(), Vec::new());
    for (qkv, scale) in layers {
        let weights = attention_weights(&qkv, &scale, &centres, prefix + at);
        let (ahead, codes) = weights.split_at(prefix);
        aside.push(ahead.iter().sum());
        attention.extend(layout.unpack(codes));
    }
    let first = layout.pack(&drawing.cells)[at];
    Ok(Decision {
        token: layout.tokens()[at],
        code: first,
        step: moment.step,
        known: moment.known,
        before: moment.before,
        level,
        logits: guided(&logits, weight),
        temperature: request.temperature,
        attention,
        aside,
    })
}

/// What there was when a code was chosen.
struct Moment {
    /// The code of each token that was known.
    codes: Vec<Option<u16>>,
    before: usize,
    step: u16,
    known: bool,
}

impl Moment {
    fn new(drawing: &Drawing, layout: &TokenLayout, at: usize) -> Self {
        let order = layout.pack(&drawing.order);
        let known = layout.pack(&drawing.known);
        let step = order[at];
        let was_known = |token: usize| match (known[token] == 1, known[at] == 1) {
            (false, _) => false,
            (true, false) => true, // it is open: all that is known now
            (true, true) if step == 0 => order[token] == 0 && token != at,
            (true, true) => order[token] < step,
        };
        let cells = layout.pack(&drawing.cells).into_iter().enumerate();
        let codes: Vec<_> = cells.map(|(i, code)| was_known(i).then_some(code)).collect();
        Self { before: codes.iter().flatten().count(), codes, step, known: known[at] == 1 }
    }
}

/// Kind of the workspace.
const KIND: (&str, usize, usize) = ("decision", 0, 0);

/// What is kept from one look to the next: codes that one step chose share its pass.
#[derive(Debug, Default)]
struct Last {
    levels: Option<(Request, Vec<u8>)>,
    pass: Option<SeenPass>,
}

impl Last {
    async fn level(
        &mut self,
        model: &Model,
        request: &Request,
        drawing: &Drawing,
        region: usize,
    ) -> Result<Option<u8>> {
        if request.repaint.is_some() {
            return Ok(None);
        }
        let levels = match self.levels.take() {
            Some((of, levels)) if of == *request => levels,
            _ => sample_levels(model, request).await?,
        };
        let map = GrainMap::from_levels(model.grid(), &levels, &request.shares)?;
        let level = (map.grains() == drawing.grains).then(|| levels[region]);
        self.levels = Some((request.clone(), levels));
        Ok(level)
    }

    fn pass(
        &mut self,
        model: &Model,
        request: &Request,
        layout: &TokenLayout,
        moment: &Moment,
    ) -> Result<&SeenPass> {
        let nar = model.nar()?;
        let length = bucket(layout.len(), layout.grid());
        let codes: Vec<i32> = masked(&moment.codes, nar.mask(), length).collect();
        let conditions = [request.condition.clone(), Condition::default()];
        let rows = if request.guidance > 0.0 { 2 } else { 1 };
        let classes = Condition::all_rows(&conditions[..rows], model.slots());
        let same = |pass: &SeenPass| {
            pass.layout == *layout && pass.codes == codes && pass.classes == classes
        };
        let pass = match self.pass.take().filter(same) {
            Some(pass) => pass,
            None => {
                let device = model.device();
                let mut inputs = [
                    Input::<2, Int>::ints([1, length], device),
                    Input::ints([rows, model.slots()], device),
                ];
                inputs[0].set(&codes);
                inputs[1].set(&classes);
                let [input, asked] = inputs.map(|input| input.tensor());
                let places = Places::new(&[layout], length, device);
                let (logits, seen) = nar.forward_seen(input, &places, asked);
                SeenPass { layout: layout.clone(), codes, classes, logits, seen }
            }
        };
        Ok(self.pass.insert(pass))
    }
}

/// A pass of the network, and what came of it.
#[derive(Debug)]
struct SeenPass {
    layout: TokenLayout,
    codes: Vec<i32>,
    classes: Vec<i32>,
    /// `[rows, length, vocabulary]`.
    logits: Tensor<3>,
    seen: Vec<Seen>,
}

/// What is read of a pass.
struct Read {
    /// Of one token, a list for each row.
    logits: Vec<Vec<f32>>,
    /// Of each layer queries, keys and values of the first row, and the scale of the queries.
    layers: Vec<(Vec<f32>, Vec<f32>)>,
}

impl SeenPass {
    /// What is wanted of it for one token: one read.
    async fn read(&self, [rows, length, tokens]: [usize; 3], at: usize) -> Result<Read> {
        let vocabulary = self.logits.dims()[2];
        let row = |row: usize| (row * length + at) * vocabulary;
        let mut wanted: Vec<Tensor<1>> =
            (0..rows).map(|r| part(self.logits.clone(), row(r), vocabulary)).collect();
        for Seen { qkv, scale } in &self.seen {
            let width = qkv.dims()[2];
            wanted.extend([part(qkv.clone(), 0, tokens * width), scale.clone()]);
        }
        let (_, mut values) = read(&[], &wanted).await?;
        let mut layers = values.split_off(rows).into_iter();
        let pairs = std::iter::from_fn(|| Some((layers.next()?, layers.next()?)));
        Ok(Read { layers: pairs.collect(), logits: values })
    }
}

/// Whether what all layers start from may be kept at once.
fn check_memory(model: &Model, [rows, tokens]: [usize; 2]) -> Result<()> {
    let sizes = model.architecture().nar.as_ref();
    let kept = sizes.map_or(0, |nar| product(&[nar.layers, rows, tokens, 3, nar.width]));
    if kept > VALUES {
        return Err(bad("the layers of this model are too large to be looked at together.".into()));
    }
    Ok(())
}

/// (1 + w)·conditional − w·unconditional; as they are without the second.
fn guided(logits: &[Vec<f32>], weight: f32) -> Vec<f32> {
    match logits {
        [conditional, unconditional] => {
            let pairs = conditional.iter().zip(unconditional);
            pairs.map(|(c, u)| c * (weight + 1.0) - u * weight).collect()
        }
        other => other.first().cloned().unwrap_or_default(),
    }
}

fn bad(why: String) -> Error {
    Error::BadRequest(why)
}

#[cfg(all(test, feature = "cli"))]
#[path = "decision_tests.rs"]
mod tests;
