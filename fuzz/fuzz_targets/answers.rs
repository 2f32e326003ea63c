//! The libFuzzer program of [`fuzz_targets::answers`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_targets::answers::run(input));
