//! All logs of this process: those of Slipway's own crates unchanged, and those of all crates as the redacting writer
//! writes them.

use std::{
    fs::{self, File},
    sync::{LazyLock, Mutex},
};

use slipway_engine::{LOGGING_CRATES, redaction::Redacted};
use tempfile::TempDir;
use tracing_subscriber::{
    Layer,
    filter::{FilterFn, LevelFilter},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| Mutex::new(File::create(folder.path().join(name)).unwrap());
    let own = FilterFn::new(|metadata| {
        let root = metadata.target().split("::").next().unwrap_or_default();
        LOGGING_CRATES.contains(&root)
    });
    let own = fmt::layer()
        .with_ansi(false)
        .with_writer(file("own.log"))
        .with_filter(own);
    let all = fmt::layer()
        .with_ansi(false)
        .with_writer(Redacted(file("all.log")))
        .with_filter(LevelFilter::TRACE);
    tracing_subscriber::registry().with(own).with(all).init();
    folder
});

/// Starts recording, unless it has started.
pub fn keep() {
    LazyLock::force(&FOLDER);
}

/// The logs of Slipway's own crates so far.
pub fn own() -> String {
    read("own.log")
}

/// The redacted logs of all crates so far.
pub fn all() -> String {
    read("all.log")
}

fn read(name: &str) -> String {
    String::from_utf8_lossy(&fs::read(FOLDER.path().join(name)).unwrap()).into_owned()
}
