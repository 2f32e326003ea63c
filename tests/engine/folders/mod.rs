//! Watched folders through the engine: with real files and a fast clock, each video is posted once.

mod consent;
mod content;
mod hostile;
mod ingest;
mod known;
mod not_new;
mod operations;
mod rules;
mod stage;
