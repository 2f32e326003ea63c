//! The pages that people see in a browser.

mod assets;
mod consent;
mod control;
mod layout;
mod problem;
mod profile;

pub(crate) use assets::{icon, style};
pub(crate) use consent::consent;
pub(crate) use control::{ControlView, control};
pub(crate) use layout::Page;
pub(crate) use problem::{form_problem, not_found, problem};
pub(crate) use profile::{ProfileView, post, profile};
