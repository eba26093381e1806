//! Intact files that do not belong to the module, or hold values that no module may have.

use burn::module::Param;
use burn::tensor::Device;
use varigrain::pack::{Weights, save};

use crate::models::{One, load_one, model, one_file, raw, refused, tensor, values};

#[test]
fn missing_extra_and_misshapen_tensors_are_refused_and_nothing_is_applied() {
    let device = Device::flex();
    let large = Weights::read("m", save(&model(2, true), true).unwrap()).unwrap();
    let error = large.load_into(model(2, false), &device).unwrap_err().to_string();
    assert!(error.contains("no parameter for \"router.bias\""), "{error}");
    let error = large.load_into(model(3, true), &device).unwrap_err().to_string();
    assert!(error.contains("lacks \"blocks.2.attention.query.bias\""), "{error}");
    assert!(error.len() < 400, "{error}");

    // Same number of values, other shape.
    let text = refused(raw(&format!("{{{}}}", tensor("weight", "F32", "[4,1]", 0, 16)), &[0; 16]));
    assert!(text.contains("[4, 1] instead of [2, 2]"), "{text}");
    refused(raw(&format!("{{{}}}", tensor("weight", "F32", "[4]", 0, 16)), &[0; 16]));
    refused(raw(&format!("{{{}}}", tensor("weight", "F32", "[]", 0, 4)), &[0; 4]));

    // The caller's module, of which a clone was offered, still has its values.
    let kept = One { weight: Param::from_data([[1.0, 2.0], [3.0, 4.0]], &device) };
    let damaged = Weights::read("m", one_file([0.0, f32::NAN, 0.0, 0.0])).unwrap();
    assert!(damaged.load_into(kept.clone(), &device).is_err());
    assert_eq!(values(&kept.weight.val()), [1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn values_that_are_not_finite_are_refused() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let text = refused(one_file([0.0, 0.0, bad, 0.0]));
        assert!(text.contains("value 2 of weight"), "{text}");
    }
    let header = format!("{{{}}}", tensor("weight", "F16", "[2,2]", 0, 8));
    refused(raw(&header, &[0, 0, 0, 0x7C, 0, 0, 0, 0])); // +inf
    refused(raw(&header, &[0, 0, 0, 0, 0, 0, 1, 0xFE])); // NaN
    assert!(load_one(raw(&header, &[0xFF, 0x7B, 0, 0, 0, 0, 1, 0])).is_ok()); // 65504, subnormal
}
