//! Plots as SVG, by `plotters`: axes, marks, error bars, legend.
//!
//! White background, so that a plot reads on dark pages too; the colours of M. Okabe and K. Ito
//! (told apart with any common colour vision; their yellow is left out, which white swallows), and
//! markers of several shapes.

use plotters::chart::{ChartContext, SeriesLabelPosition};
use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;

use super::Results;
use super::axis::Axis;
use super::plot::{Form, Plot, Point, Reference, Series};
use crate::{Error, Result};

/// Width and height in pixels.
const SIZE: (u32, u32) = (760, 460);
/// Blue, vermilion, green, purple, orange, sky blue, black.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];
const INK: RGBColor = RGBColor(40, 40, 40);
const GRID: RGBColor = RGBColor(225, 225, 225);
/// Share of a group's width that its marks take.
const FILLED: f64 = 0.8;
/// Radius of a marker in pixels.
const RADIUS: i32 = 4;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;

impl Plot {
    /// The plot of `results` as an SVG document.
    ///
    /// # Errors
    /// [`Error::Data`] if it names a column that is not there.
    pub fn draw(&self, results: &Results) -> Result<String> {
        let series = self.gather(results)?;
        let mut text = String::new();
        {
            let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
            draw(&area, self, results, &series)
                .and_then(|()| area.present().map_err(|e| e.to_string()))
                .map_err(|e| Error::Data(format!("\"{}\" cannot be drawn: {e}.", results.title)))?;
        }
        Ok(text)
    }
}

fn draw(area: &Area, plot: &Plot, results: &Results, series: &[Series]) -> Result<(), String> {
    let scene = Scene::new(plot, series);
    let heading =
        |name: &str| results.column(name).map_or(String::new(), |c| results.columns[c].heading());
    let y_label = match (plot.y_label.as_str(), plot.y.first()) {
        ("", Some(first)) => heading(first),
        (given, _) => given.to_owned(),
    };
    area.fill(&WHITE).map_err(text)?;
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .caption(&results.title, ("sans-serif", 18, &INK))
        .x_label_area_size(46)
        .y_label_area_size(62)
        .build_cartesian_2d(scene.x.clone(), scene.y.clone())
        .map_err(text)?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(INK)
        .label_style(("sans-serif", 13, &INK))
        .axis_desc_style(("sans-serif", 14, &INK))
        .x_desc(heading(&plot.x))
        .y_desc(y_label)
        .x_label_formatter(&|at| scene.x_label(*at))
        .y_label_formatter(&|at| scene.y.label(*at))
        .draw()
        .map_err(text)?;
    for (i, reference) in plot.references.iter().enumerate() {
        scene.reference(&mut chart, i, reference)?;
    }
    for (i, line) in series.iter().enumerate() {
        scene.series(&mut chart, i, line)?;
    }
    if series.len() > 1 || !plot.references.is_empty() {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE.mix(0.85))
            .border_style(GRID)
            .label_font(("sans-serif", 13, &INK))
            .draw()
            .map_err(text)?;
    }
    Ok(())
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A plot with its axes laid out.
struct Scene {
    form: Form,
    x: Axis,
    y: Axis,
    /// Names of the groups, one a whole position from 0; none for a numeric axis.
    groups: Vec<String>,
    series: usize,
}

impl Scene {
    fn new(plot: &Plot, series: &[Series]) -> Self {
        let bars = plot.form == Form::Bars;
        let grouped = bars || plot.form == Form::Groups;
        let points = || series.iter().flat_map(|s| &s.points);
        let mut groups: Vec<String> = Vec::new();
        if grouped {
            for point in points() {
                if !groups.contains(&point.name) {
                    groups.push(point.name.clone());
                }
            }
        }
        let x = if grouped {
            let ticks: Vec<f64> = (0..groups.len()).map(|i| i as f64).collect();
            let range = (-0.5, groups.len().max(1) as f64 - 0.5);
            Axis { log: false, range, ticks }
        } else {
            Axis::around(points().filter_map(|p| p.x), plot.log_x)
        };
        let values = points().flat_map(|p| [p.ends().0, p.ends().1]);
        let zero = bars.then_some(0.0);
        let marks = plot.references.iter().flat_map(Reference::ends).chain(zero);
        let mut y = Axis::around(values.chain(marks), plot.log_y && !bars);
        if bars && points().all(|p| p.ends().0 >= 0.0) {
            y.range.0 = 0.0; // no margin under bars
        }
        // Room for the legend, which lies in the upper right corner.
        let lines = (series.len() + plot.references.len()) as f64;
        if lines > 1.0 {
            let share = (0.05 * lines + 0.05).min(0.5); // of the height
            y.range.1 += share / (1.0 - share) * (y.range.1 - y.range.0);
        }
        Self { form: plot.form, x, y, groups, series: series.len() }
    }

    fn x_label(&self, at: f64) -> String {
        if self.groups.is_empty() {
            return self.x.label(at);
        }
        self.groups.get(at.round().max(0.0) as usize).cloned().unwrap_or_default()
    }

    /// Centre and half width of a mark of series `i`.
    fn place(&self, i: usize, point: &Point) -> Option<(f64, f64)> {
        if !matches!(self.form, Form::Bars | Form::Groups) {
            return self.x.position(point.x?).map(|x| (x, 0.0));
        }
        let group = self.groups.iter().position(|name| *name == point.name)? as f64;
        let width = FILLED / self.series.max(1) as f64;
        let centre = group + (i as f64 + 0.5) * width - FILLED / 2.0;
        Some((centre, width / 2.0))
    }

    fn series<'a, 'b: 'a>(
        &self,
        chart: &mut Chart<'a, 'b>,
        i: usize,
        series: &Series,
    ) -> Result<(), String> {
        let colour = COLOURS[i % COLOURS.len()];
        let stroke = colour.stroke_width(2);
        let placed: Vec<(f64, f64, &Point)> = series
            .points
            .iter()
            .filter_map(|p| self.place(i, p).map(|(x, half)| (x, half, p)))
            .collect();
        let height = |value: f64| self.y.position(value).unwrap_or(self.y.range.0);
        if self.form == Form::Lines {
            let line: Vec<(f64, f64)> =
                placed.iter().map(|(x, _, p)| (*x, height(p.mean))).collect();
            chart.draw_series([PathElement::new(line, stroke)]).map_err(text)?;
        }
        for (x, half, point) in placed {
            let (low, high) = point.ends();
            let (low, y, high) = (height(low), height(point.mean), height(high));
            if self.form == Form::Bars {
                let corners = [(x - 0.9 * half, height(0.0)), (x + 0.9 * half, y)];
                chart.draw_series([Rectangle::new(corners, colour.filled())]).map_err(text)?;
            } else {
                let marker = EmptyElement::at((x, y)) + Polygon::new(shape(i), colour.filled());
                chart.draw_series([marker]).map_err(text)?;
            }
            if point.spread.is_some() {
                let cap = 0.008 * (self.x.range.1 - self.x.range.0);
                let ink = if self.form == Form::Bars { INK } else { colour }.stroke_width(2);
                let bar = [
                    vec![(x, low), (x, high)],
                    vec![(x - cap, low), (x + cap, low)],
                    vec![(x - cap, high), (x + cap, high)],
                ];
                let bar = bar.map(|line| PathElement::new(line, ink));
                chart.draw_series(bar).map_err(text)?;
            }
        }
        // An empty series that only the legend sees.
        let nothing = Vec::<PathElement<(f64, f64)>>::new();
        let entry = chart.draw_series(nothing).map_err(text)?;
        if !series.label.is_empty() {
            let reach = if self.form == Form::Lines { 18 } else { 0 };
            let shape = match self.form {
                Form::Bars => vec![(2, -5), (16, -5), (16, 5), (2, 5)],
                _ => shape(i).into_iter().map(|(x, y)| (x + 9, y)).collect(),
            };
            entry.label(series.label.clone()).legend(move |at| {
                EmptyElement::at(at)
                    + PathElement::new(vec![(0, 0), (reach, 0)], stroke)
                    + Polygon::new(shape.clone(), colour.filled())
            });
        }
        Ok(())
    }

    /// Number `i` of the horizontal lines: each has a colour that no series has, as far as there
    /// are enough.
    fn reference<'a, 'b: 'a>(
        &self,
        chart: &mut Chart<'a, 'b>,
        i: usize,
        reference: &Reference,
    ) -> Result<(), String> {
        let Some(y) = self.y.position(reference.value) else { return Ok(()) };
        let colour = COLOURS[COLOURS.len() - 1 - i % COLOURS.len()];
        let (left, right) = self.x.range;
        if reference.spread.is_some() {
            let corners = reference.ends().map(|end| self.y.position(end).unwrap_or(y));
            let band = [(left, corners[0]), (right, corners[1])];
            let band = Rectangle::new(band, colour.mix(0.12).filled());
            chart.draw_series([band]).map_err(text)?;
        }
        let stroke = colour.stroke_width(2);
        let line = DashedPathElement::new([(left, y), (right, y)], 6, 4, stroke);
        let entry = chart.draw_series([line]).map_err(text)?;
        entry
            .label(reference.label.clone())
            .legend(move |(x, y)| DashedPathElement::new([(x, y), (x + 18, y)], 6, 4, stroke));
        Ok(())
    }
}

/// Corners of the marker of series `i`, around its centre: disc, square, triangle, diamond.
fn shape(i: usize) -> Vec<(i32, i32)> {
    let r = RADIUS;
    match i % 4 {
        0 => (0..16)
            .map(|k| f64::from(k) * std::f64::consts::TAU / 16.0)
            .map(|a| (f64::from(r) * a.cos(), f64::from(r) * a.sin()))
            .map(|(x, y)| (x.round() as i32, y.round() as i32))
            .collect(),
        1 => vec![(-r, -r), (r, -r), (r, r), (-r, r)],
        2 => vec![(-r - 1, r), (r + 1, r), (0, -r - 1)],
        _ => vec![(0, -r - 2), (r + 2, 0), (0, r + 2), (-r - 2, 0)],
    }
}
