//! Keeps Slipway's word while nobody looks: the tray, the computer's sleep, notifications, and closing the window.
//!
//! [`Background`] hears every event for the window. [`follow`] keeps the state of the session from them and shows it.

mod closing;
mod follower;
mod handle;
mod keep_awake;
pub mod login;
mod notifications;
mod preferences;
mod results;
mod session_state;
pub mod tray;
mod tray_host;

pub use self::{
    closing::{CloseAnswer, answer, on_window_event, put_away},
    follower::follow,
    handle::Background,
    preferences::{LoginOffer, Preferences},
};
