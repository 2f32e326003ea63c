//! Notices about settings that were not saved.

use super::{Explain, schedule};
use crate::{connect::HostedPageError, schedule::days, settings::SettingsError, views::Notice};

pub(super) mod text {
    //! The texts about settings.

    crate::texts! {
        pub(in crate::notices) static TEXTS;
        notice grace = "settings.grace" (days: number);
        notice spacing = "settings.spacing" (hours: number);
        notice upload_limit = "settings.upload_limit" (rate: bytes);
        notice no_days = "settings.no_days";
        notice port = "settings.port";
        notice hosted_page = "settings.hosted_page" (fault: text);
        notice settle = "settings.settle";
        notice pattern = "settings.pattern" (pattern: text);
        notice store = "settings.store";
    }
}

impl Explain for SettingsError {
    fn explain(&self) -> Notice {
        match self {
            Self::Schedule(error) => schedule::explain(error, "settings"),
            Self::Grace { max } => text::grace(days(*max)),
            Self::Spacing { max } => text::spacing(max.as_secs() / 3600),
            Self::UploadLimit { min } => text::upload_limit(*min),
            Self::NoDays => text::no_days(),
            Self::Port => text::port(),
            Self::HostedPage(error) => text::hosted_page(match error {
                HostedPageError::NotAnAddress => "not_an_address",
                HostedPageError::NotHttps => "not_https",
                HostedPageError::User => "user",
                HostedPageError::NotStatic => "not_static",
                HostedPageError::TooLong { .. } => "too_long",
            }),
            Self::Settle => text::settle(),
            Self::Pattern { pattern } => text::pattern(pattern),
            Self::Store(_) => text::store(),
        }
    }
}
