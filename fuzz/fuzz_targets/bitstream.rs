#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| varigrain_fuzz::targets::bitstream(data));
