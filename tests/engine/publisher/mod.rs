//! Publishing through the engine: uploads, pauses, limits, faults and recovery.

mod changed_files;
mod clock_changes;
mod fault_points;
mod fault_table;
mod faults;
mod isolation;
mod limits;
mod network;
mod pausing;
mod processing;
mod public_ids;
mod publish;
mod races;
mod recovery;
