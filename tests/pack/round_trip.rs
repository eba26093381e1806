//! What is saved is what is loaded.

use burn::module::{Module, Param};
use burn::tensor::Device;
use varigrain::error::Error;
use varigrain::pack::{Weights, save};

use crate::models::{One, all_values, close, model, one, one_file, values};

#[test]
fn round_trip_is_exact_in_f32_and_close_in_f16() {
    for router in [false, true] {
        let source = model(2, router);
        for half in [false, true] {
            let bytes = save(&source, half).unwrap();
            let weights = Weights::read("m", bytes.clone()).unwrap();
            assert_eq!(weights.parameters(), 2 * (32 + 8 + 3 + 32) + if router { 10 } else { 0 });
            let loaded = weights.load_into(model(2, router), &Device::flex()).unwrap();
            close(&source, &loaded, if half { 1e-3 } else { 0.0 });
            assert_eq!(save(&loaded, half).unwrap(), bytes, "loading and saving changes nothing");
            // A module that already has values takes the new ones as well.
            let replaced = model(2, router);
            all_values(&replaced);
            let replaced = weights.load_into(replaced, &Device::flex()).unwrap();
            close(&loaded, &replaced, 0.0);
        }
    }
}

#[test]
fn paths_are_dotted_and_shapes_are_those_on_disk() {
    let weights = Weights::read("m", save(&model(2, true), true).unwrap()).unwrap();
    let tensors: Vec<(&str, &[usize])> = weights.tensors().collect();
    assert!(tensors.contains(&("blocks.0.attention.query.weight", &[4, 8])), "{tensors:?}");
    assert!(tensors.contains(&("blocks.1.attention.scale", &[3])));
    // Column layout is stored as [out, in].
    assert!(tensors.contains(&("blocks.1.out.weight", &[4, 8])));
    assert!(tensors.contains(&("router.bias", &[2])));
}

#[test]
fn loading_keeps_ids_and_training_state_and_leaves_lazy_parameters_lazy() {
    let module = one();
    let id = module.weight.id;
    // `one` panics when initialised, so this also shows that nothing was drawn first.
    let loaded = Weights::read("m", one_file([1.0, 2.0, 3.0, 4.0]))
        .unwrap()
        .load_into(module, &Device::flex())
        .unwrap();
    assert_eq!(loaded.weight.id, id);
    assert_eq!(values(&loaded.weight.val()), [1.0, 2.0, 3.0, 4.0]);

    let device = Device::flex().autodiff();
    let trained = One { weight: Param::from_data([[0.0, 0.0], [0.0, 0.0]], &device) };
    for frozen in [false, true] {
        let module = if frozen { trained.clone().no_grad() } else { trained.clone() };
        let loaded =
            Weights::read("m", one_file([1.0; 4])).unwrap().load_into(module, &device).unwrap();
        assert_eq!(loaded.weight.val().is_require_grad(), !frozen);
    }
}

#[test]
fn saving_refuses_what_loading_would_refuse() {
    let with =
        |value: f32| One { weight: Param::from_data([[0.0, value], [0.0, 0.0]], &Device::flex()) };
    for (value, half) in [(f32::NAN, false), (f32::INFINITY, true), (1e6, true)] {
        let error = save(&with(value), half).unwrap_err();
        assert!(matches!(error, Error::Data(_)), "{error:?}");
        assert!(error.to_string().contains("weight"), "{error}");
    }
    assert!(save(&with(1e6), false).is_ok());
}
