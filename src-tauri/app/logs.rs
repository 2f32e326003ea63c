//! Logging to daily files in the data folder, kept for a week, and to the terminal.

use std::{error::Error, path::Path};

use slipway_engine::{LOGGING_CRATES, redaction::Redacted};
use tracing::{Level, Metadata};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::{
    EnvFilter, Layer, filter::FilterFn, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// The number of daily files that are kept.
const DAYS: usize = 7;
/// The crates beside the engine's whose log statements avoid secrets.
const OWN: [&str; 2] = ["slipway", "tiktok_sandbox"];

/// Starts logging to `folder` and to the terminal, filtered by `filter` in the syntax of `RUST_LOG`. Ignores invalid
/// parts of the filter, and redacts every registered secret.
pub fn start(folder: &Path, filter: &str) {
    let (file, problem) = match open(folder) {
        Ok(file) => (
            Some(fmt::layer().with_ansi(false).with_writer(Redacted(file))),
            None,
        ),
        Err(error) => (None, Some(error)),
    };
    let started = tracing_subscriber::registry()
        .with(EnvFilter::builder().parse_lossy(filter))
        .with(FilterFn::new(is_allowed))
        .with(file)
        .with(fmt::layer().with_writer(Redacted(std::io::stderr)).boxed())
        .try_init();
    if started.is_ok()
        && let Some(error) = problem
    {
        tracing::warn!(%error, "[Logs] Write failed: logging to the terminal alone");
    }
}

fn open(folder: &Path) -> Result<RollingFileAppender, Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    Ok(RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("slipway")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(folder)?)
}

/// Limits other crates to INFO, whatever `RUST_LOG` says: below it they log addresses, headers and messages, which
/// contain tokens and upload addresses.
fn is_allowed(metadata: &Metadata<'_>) -> bool {
    let root = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= Level::INFO || OWN.contains(&root) || LOGGING_CRATES.contains(&root)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn neither_details_of_other_crates_nor_secrets_reach_the_file() {
        let folder = tempfile::tempdir().unwrap();
        start(&folder.path().join("logs"), "trace");
        tracing::info!(target: "hyper::client", "brief");
        tracing::debug!(target: "hyper::client", "authorization: secret");
        tracing::trace!(target: "slipwayish", "not ours");
        slipway_engine::redaction::register("act.careless");
        let careless = Some("act.careless");
        tracing::trace!(target: "slipway_engine::publisher", ?careless, "ours");
        let mut text = String::new();
        for entry in fs::read_dir(folder.path().join("logs")).unwrap() {
            text += &fs::read_to_string(entry.unwrap().path()).unwrap();
        }
        assert!(text.contains("brief") && text.contains("ours"), "{text}");
        assert!(text.contains(r#"careless=Some("[redacted]")"#), "{text}");
        assert!(
            !text.contains("secret") && !text.contains("not ours"),
            "{text}"
        );
    }
}
