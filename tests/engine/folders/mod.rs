//! Watched folders through the engine: with real files and a fast clock, each video is posted once.

mod consent;
mod hostile;
mod ingest;
mod known;
mod rules;
mod stage;
