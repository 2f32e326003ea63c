//! Runs the seeds and corpora of all targets without libFuzzer.

#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{fs, path::Path};

use fuzz_targets::TARGETS;

#[test]
fn every_target_keeps_its_promises_on_every_kept_input() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (name, run) in TARGETS {
        for kept in ["seeds", "corpus"] {
            let folder = fuzz.join(kept).join(name);
            let mut count = 0;
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                // Printed when a property is violated.
                println!("{}", path.display());
                run(&fs::read(&path).unwrap());
                count += 1;
            }
            assert!(count >= 5, "only {count} inputs in {}", folder.display());
        }
    }
}

#[test]
fn every_target_is_a_program_with_a_dictionary() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (name, _) in TARGETS {
        let program = fs::read_to_string(fuzz.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(
            program.contains(&format!("fuzz_targets::{name}::run(")),
            "{name}"
        );
        assert!(
            fuzz.join(format!("dictionaries/{name}.dict")).is_file(),
            "{name}"
        );
    }
    let programs = fs::read_dir(fuzz.join("fuzz_targets")).unwrap().count();
    assert_eq!(programs, TARGETS.len());
}
