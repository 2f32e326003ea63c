//! The libFuzzer program of [`fuzz_targets::deep_link`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_targets::deep_link::run(input));
