//! The engine against the sandbox, through its one door.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod accounts;
mod audit;
mod bad_input;
mod connect;
mod database;
mod diagnostics;
mod endings;
mod fault_points;
mod fault_table;
mod faults;
mod fit;
mod folders;
mod hold;
mod leaks;
mod memory;
mod months;
mod planning;
mod publish;
mod recover;
mod refresh_points;
mod review;
mod vault;
mod webhooks;
