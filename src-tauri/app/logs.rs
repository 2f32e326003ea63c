//! Logs: a week of daily files in the data folder, and the terminal.

use std::{error::Error, path::Path};

use slipway_engine::redaction::Redacted;
use tracing::{Level, Metadata};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::{
    EnvFilter, Layer, filter::FilterFn, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// How many daily files are kept.
const DAYS: usize = 7;
/// Slipway's own crates: what they log was written with secrets in mind.
const OWN: [&str; 5] = [
    "slipway",
    "slipway_engine",
    "tiktok_api",
    "tiktok_sandbox",
    "clip",
];

/// Starts logging to `folder` and to the terminal, as far as `filter` (the syntax of `RUST_LOG`) lets it. Parts of the
/// filter that make no sense are left out, and so is every registered secret.
pub fn start(folder: &Path, filter: &str) {
    let (file, problem) = match open(folder) {
        Ok(file) => (
            Some(fmt::layer().with_ansi(false).with_writer(Redacted(file))),
            None,
        ),
        Err(error) => (None, Some(error)),
    };
    let begun = tracing_subscriber::registry()
        .with(EnvFilter::builder().parse_lossy(filter))
        .with(FilterFn::new(is_discreet))
        .with(file)
        .with(fmt::layer().with_writer(Redacted(std::io::stderr)).boxed())
        .try_init();
    if begun.is_ok()
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

/// Other crates print what passes through them when asked for details: addresses, headers, messages. They stay brief,
/// whatever `RUST_LOG` says, because tokens and upload addresses are among it.
fn is_discreet(metadata: &Metadata<'_>) -> bool {
    let root = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= Level::INFO || OWN.contains(&root)
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
