//! The libFuzzer program of [`fuzz_targets::sidecar`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_targets::sidecar::run(input));
