//! Which TikTok the creator chose, remembered in the data folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use specta::Type;

const FILE: &str = "mode.json";

/// Which TikTok Slipway speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// One of Slipway's own, on this computer.
    Sandbox,
    /// TikTok itself, through the creator's app.
    TikTok,
}

#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    mode: Mode,
}

impl Mode {
    /// Where this mode's accounts and queue lie within the data folder.
    pub fn folder(self, data_dir: &Path) -> PathBuf {
        match self {
            Self::Sandbox => data_dir.join("sandbox"),
            Self::TikTok => data_dir.to_owned(),
        }
    }

    /// What was chosen before. A choice that cannot be read is asked for again.
    pub fn recall(data_dir: &Path) -> Option<Self> {
        let path = data_dir.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!(%error, "[Startup] Reading the chosen mode failed");
                return None;
            }
        };
        serde_json::from_slice::<Remembered>(&text)
            .inspect_err(|error| tracing::warn!(%error, "[Startup] Reading the chosen mode failed"))
            .ok()
            .map(|remembered| remembered.mode)
    }

    /// Remembers the choice; a crash in the middle leaves the old one.
    pub fn remember(self, data_dir: &Path) -> io::Result<()> {
        fs::create_dir_all(data_dir)?;
        let new = tempfile::NamedTempFile::new_in(data_dir)?;
        serde_json::to_writer(&new, &Remembered { mode: self })?;
        new.as_file().sync_all()?;
        new.persist(data_dir.join(FILE))
            .map_err(|error| error.error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_choice_is_recalled() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("not there yet");
        assert_eq!(Mode::recall(&data), None);
        for mode in [Mode::Sandbox, Mode::TikTok] {
            mode.remember(&data).unwrap();
            assert_eq!(Mode::recall(&data), Some(mode));
        }
        assert_eq!(
            fs::read_dir(&data).unwrap().count(),
            1,
            "nothing else is left behind"
        );
    }

    #[test]
    fn a_damaged_choice_is_asked_for_again() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "{", r#"{"mode":"moon"}"#, "null"] {
            fs::write(folder.path().join(FILE), text).unwrap();
            assert_eq!(Mode::recall(folder.path()), None, "{text}");
        }
    }
}
