//! The trait by which an error becomes a notice for creators.

use crate::{clock, views::Notice};

/// Something that a creator can be told.
pub trait Explain {
    /// The text for creators.
    fn explain(&self) -> Notice;
}

/// A notice of its code and its three parts.
pub fn notice(
    code: &str,
    happened: impl Into<String>,
    slipway: impl Into<String>,
    you: impl Into<String>,
) -> Notice {
    Notice {
        code: code.to_owned(),
        happened: happened.into(),
        slipway: slipway.into(),
        you: you.into(),
    }
}

/// A stored instant, in milliseconds since 1970, as text in the computer's time zone.
pub fn moment(millis: i64) -> String {
    clock::from_millis(millis)
        .to_zoned_datetime(jiff::tz::TimeZone::system())
        .strftime("%A, %-d %B %Y, %H:%M")
        .to_string()
}
