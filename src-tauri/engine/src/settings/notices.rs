//! Why settings were not stored.

use slipway_core::{
    notice::{Explain, notice},
    views::Notice,
};

use crate::{schedule::days, settings::SettingsError};

impl Explain for SettingsError {
    fn explain(&self) -> Notice {
        const KEPT: &str = "Slipway keeps the settings as they were.";
        match self {
            Self::Schedule(error) => Notice {
                slipway: KEPT.to_owned(),
                ..error.explain()
            },
            Self::Grace { max } => notice(
                "settings.grace",
                format!("The grace period is longer than {} days.", days(*max)),
                KEPT,
                "Choose a shorter one.",
            ),
            Self::Spacing { max } => notice(
                "settings.spacing",
                format!(
                    "The time between two posts is longer than {} hours.",
                    max.as_secs() / 3600
                ),
                KEPT,
                "Choose a shorter one. For rarer posts, use weekly slots.",
            ),
            Self::UploadLimit { min } => notice(
                "settings.upload_limit",
                format!(
                    "The upload limit is below {} kB a second. Few videos would arrive within the hour that TikTok gives each.",
                    min / 1000
                ),
                KEPT,
                "Choose a higher limit, or pause the uploads.",
            ),
            Self::NoDays => notice(
                "settings.no_days",
                "The upload limit has times but no days.",
                KEPT,
                "Choose at least one day, or let the limit hold always.",
            ),
            Self::Port => notice(
                "settings.port",
                "0 is not a port.",
                KEPT,
                "Choose a port from 1024 to 65535.",
            ),
            Self::HostedPage(error) => error.explain(),
            Self::Settle => notice(
                "settings.settle",
                "A file in a watched folder must be still for 1 to 600 seconds before it is taken.",
                KEPT,
                "Choose a time between these.",
            ),
            Self::Pattern { pattern } => notice(
                "settings.pattern",
                format!("“{pattern}” is not a pattern of names."),
                KEPT,
                "Use * for any letters, ? for one letter, and [abc] for one of several.",
            ),
            Self::Store(_) => notice(
                "settings.store",
                "The settings could not be saved.",
                KEPT,
                "Check that your disk has space, then try again.",
            ),
        }
    }
}
