//! The mode that the creator chose, stored in the data folder: the sandbox or TikTok.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use specta::Type;

const FILE: &str = "mode.json";

/// The TikTok service that Slipway uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// The built-in sandbox on this computer.
    Sandbox,
    /// TikTok, through the creator's TikTok app.
    TikTok,
}

#[derive(Debug, Serialize, Deserialize)]
struct ModeFile {
    mode: Mode,
}

impl Mode {
    /// The folder of this mode's accounts and queue, within the data folder.
    pub fn folder(self, data_dir: &Path) -> PathBuf {
        match self {
            Self::Sandbox => data_dir.join("sandbox"),
            Self::TikTok => data_dir.to_owned(),
        }
    }

    /// The stored mode, or `None` if there is none or it cannot be read; the creator then chooses again.
    pub fn load(data_dir: &Path) -> Option<Self> {
        let path = data_dir.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!(%error, "[Startup] Reading the chosen mode failed");
                return None;
            }
        };
        serde_json::from_slice::<ModeFile>(&text)
            .inspect_err(|error| tracing::warn!(%error, "[Startup] Reading the chosen mode failed"))
            .ok()
            .map(|file| file.mode)
    }

    /// Stores the mode atomically: after a crash, the file has either the old or the new one.
    pub fn store(self, data_dir: &Path) -> io::Result<()> {
        fs::create_dir_all(data_dir)?;
        let new = tempfile::NamedTempFile::new_in(data_dir)?;
        serde_json::to_writer(&new, &ModeFile { mode: self })?;
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
    fn the_last_stored_mode_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("not there yet");
        assert_eq!(Mode::load(&data), None);
        for mode in [Mode::Sandbox, Mode::TikTok] {
            mode.store(&data).unwrap();
            assert_eq!(Mode::load(&data), Some(mode));
        }
        assert_eq!(
            fs::read_dir(&data).unwrap().count(),
            1,
            "nothing else is left behind"
        );
    }

    #[test]
    fn a_damaged_file_counts_as_no_choice() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "{", r#"{"mode":"moon"}"#, "null"] {
            fs::write(folder.path().join(FILE), text).unwrap();
            assert_eq!(Mode::load(folder.path()), None, "{text}");
        }
    }
}
