//! Tests of the real Slipway in a real window, from the start to a published video, and its errors.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod background;
mod bad_input;
mod first_run;
mod folders;
mod harness;
mod leaks;
mod lockdown;
mod main_job;
mod pictures;
mod planning;
mod power_cut;
mod pseudo;
mod startup_problems;
