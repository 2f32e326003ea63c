//! The libFuzzer program of [`fuzz_targets::vault_text`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_targets::vault_text::run(input));
