//! The libFuzzer program of [`fuzz_targets::media`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_targets::media::run(input));
