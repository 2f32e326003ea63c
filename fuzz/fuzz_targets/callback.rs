//! The libFuzzer program of [`fuzz_targets::callback`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_targets::callback::run(input));
