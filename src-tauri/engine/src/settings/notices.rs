//! Notices about settings that were not saved.

use slipway_core::{notice::Explain, views::Notice};

use super::SettingsError;
use crate::schedule::{self, days};

pub(crate) mod text {
    //! The texts about settings.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice grace = "settings.grace" (days: number);
        notice spacing = "settings.spacing" (hours: number);
        notice upload_limit = "settings.upload_limit" (rate: bytes);
        notice no_days = "settings.no_days";
        notice port = "settings.port";
        notice settle = "settings.settle";
        notice pattern = "settings.pattern" (pattern: text);
        notice store = "settings.store";
    }
}

impl Explain for SettingsError {
    fn explain(&self) -> Notice {
        match self {
            Self::Schedule(error) => schedule::explain_in(error, "settings"),
            Self::Grace { max } => text::grace(days(*max)),
            Self::Spacing { max } => text::spacing(max.as_secs() / 3600),
            Self::UploadLimit { min } => text::upload_limit(*min),
            Self::NoDays => text::no_days(),
            Self::Port => text::port(),
            Self::HostedPage(error) => error.explain(),
            Self::Settle => text::settle(),
            Self::Pattern { pattern } => text::pattern(pattern),
            Self::Store(_) => text::store(),
        }
    }
}
