//! The libFuzzer program of [`fuzz_targets::side_file`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_targets::side_file::run(input));
