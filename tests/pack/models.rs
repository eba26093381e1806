//! Small modules, and safetensors files made by hand.

use burn::module::{Module, Param, ParamId};
use burn::nn::{Linear, LinearConfig, LinearLayout};
use burn::tensor::{Device, Tensor};
use varigrain::error::{Error, Result};
use varigrain::pack::{FileEntry, Precision, Role, Weights, sha256_hex};

use crate::allocations::largest_allocation;

#[derive(Module, Debug)]
pub struct Attention {
    pub query: Linear,
    pub scale: Param<Tensor<1>>,
}

#[derive(Module, Debug)]
pub struct Block {
    pub attention: Attention,
    pub out: Linear,
}

#[derive(Module, Debug)]
pub struct Model {
    pub blocks: Vec<Block>,
    pub router: Option<Linear>,
    pub steps: usize,
}

pub fn block(width: usize, device: &Device) -> Block {
    let scale = Param::uninitialized(
        ParamId::new(),
        |device, _| Tensor::ones([3], device),
        device.clone(),
        true,
        [3].into(),
    );
    Block {
        attention: Attention { query: LinearConfig::new(width, 2 * width).init(device), scale },
        out: LinearConfig::new(2 * width, width)
            .with_bias(false)
            .with_layout(LinearLayout::Col)
            .init(device),
    }
}

pub fn model(blocks: usize, router: bool) -> Model {
    let device = Device::flex();
    Model {
        blocks: (0..blocks).map(|_| block(4, &device)).collect(),
        router: router.then(|| LinearConfig::new(4, 2).init(&device)),
        steps: 3,
    }
}

/// A module with one 2 x 2 parameter called `weight`, for hand-made files.
#[derive(Module, Debug)]
pub struct One {
    pub weight: Param<Tensor<2>>,
}

/// `One` that panics if its lazy parameter is initialised.
pub fn one() -> One {
    let init = |_: &Device, _| panic!("a lazy parameter was initialised");
    One { weight: Param::uninitialized(ParamId::new(), init, Device::flex(), true, [2, 2].into()) }
}

pub fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.clone().into_data().as_slice::<f32>().expect("f32 in memory").to_vec()
}

pub fn all_values(model: &Model) -> Vec<Vec<f32>> {
    let mut all = Vec::new();
    for block in &model.blocks {
        all.push(values(&block.attention.query.weight.val()));
        all.push(values(&block.attention.query.bias.as_ref().unwrap().val()));
        all.push(values(&block.attention.scale.val()));
        all.push(values(&block.out.weight.val()));
    }
    if let Some(router) = &model.router {
        all.push(values(&router.weight.val()));
    }
    all
}

pub fn close(a: &Model, b: &Model, relative: f32) {
    let (a, b) = (all_values(a), all_values(b));
    assert_eq!(a.len(), b.len());
    for (x, y) in a.iter().flatten().zip(b.iter().flatten()) {
        assert!((x - y).abs() <= relative * x.abs() + relative * 1e-3, "{x} {y}");
    }
}

pub fn raw(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(data);
    bytes
}

pub fn tensor(name: &str, dtype: &str, shape: &str, start: u64, end: u64) -> String {
    format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{start},{end}]}}"#)
}

pub fn one_file(values: [f32; 4]) -> Vec<u8> {
    let data: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    raw(&format!("{{{}}}", tensor("weight", "F32", "[2,2]", 0, 16)), &data)
}

/// `weight` as int8, with one scale for each of its columns.
pub fn int8_file(integers: [i8; 4], scales: [f32; 2]) -> Vec<u8> {
    let mut data: Vec<u8> = scales.iter().flat_map(|v| v.to_le_bytes()).collect();
    data.extend(integers.map(i8::cast_unsigned));
    let [scale, weight] =
        [tensor("weight:scale", "F32", "[1,2]", 0, 8), tensor("weight", "I8", "[2,2]", 8, 12)];
    raw(&format!("{{{scale},{weight}}}"), &data)
}

pub fn load_one(bytes: Vec<u8>) -> Result<One> {
    Weights::read("one.safetensors", bytes)?.load_into(one(), &Device::flex())
}

#[track_caller]
pub fn refused(bytes: Vec<u8>) -> String {
    // Enough for messages and the parser's scratch space; far below every claimed size.
    let bound = 2 * bytes.len() + 4096;
    let (result, largest) = largest_allocation(|| load_one(bytes));
    let error = result.expect_err("damage was accepted");
    assert!(matches!(error, Error::PackDamaged { .. }), "{error:?}");
    assert!(largest <= bound, "allocated {largest} bytes for {error}");
    let text = error.to_string();
    assert!(text.contains("one.safetensors") && text.len() < 1000, "{text}");
    text
}

pub fn entry(bytes: &[u8]) -> FileEntry {
    FileEntry {
        name: "one.safetensors".into(),
        role: Role::Nar,
        bytes: bytes.len() as u64,
        sha256: sha256_hex(bytes),
        precision: Precision::F16,
    }
}
