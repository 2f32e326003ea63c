//! Watched folders, through the engine's one door: real files, a clock that runs fast, and a creator who wants each video
//! posted once.

mod consent;
mod hostile;
mod known;
mod rules;
mod stage;
mod taking;
