//! What a drawn plot shows.

use super::plot::tests::table;
use super::{Form, Plot, join};

#[test]
fn every_form_is_drawn_with_its_labels_and_error_bars() {
    let joined = join(&[table(1), table(2), table(4)]).unwrap();
    let lines = |svg: &str| svg.matches("<polyline").count() + svg.matches("<line").count();
    for (form, x, by) in [
        (Form::Lines, "steps", "mode"),
        (Form::Points, "steps", "mode"),
        (Form::Bars, "mode", "steps"),
        (Form::Groups, "mode", "steps"),
    ] {
        for log in [false, true] {
            let plot = Plot::new(form, x, &["FD-lite"]).by(&[by]).log(log, log);
            let plot = plot.reference("floor", 6.25).band("band", 7.0, Some(0.5));
            let (one, many) = (plot.draw(&table(1)).unwrap(), plot.draw(&joined).unwrap());
            for label in ["Steps", "FD-lite", "floor", "band", "ar &amp; &lt;more&gt;"] {
                assert!(many.contains(label), "{label} is not in {many}");
            }
            // Three strokes an error bar, six of them; the axes may have fewer or more ticks.
            assert!(lines(&many) >= lines(&one) + 12, "{form:?} {log}");
        }
    }
}

#[test]
fn nothing_to_draw_is_still_a_document() {
    let mut empty = table(1);
    empty.rows.clear();
    for form in [Form::Lines, Form::Bars] {
        let svg = Plot::new(form, "steps", &["FD-lite"]).draw(&empty).unwrap();
        assert!(svg.starts_with("<svg"));
    }
}
