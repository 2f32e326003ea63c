//! The creator's choices about running in the background, stored in the data folder.
//!
//! They belong to the app and not to an account's data, so both modes share them, and they apply before a session is open.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use specta::Type;

const FILE: &str = "background.json";

/// When Slipway keeps running after its window is closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum KeepRunning {
    /// While posts are scheduled, waiting or under way, or folders are watched.
    #[default]
    WhenNeeded,
    /// Until the creator quits.
    Always,
    /// Never: closing the window quits.
    Never,
}

/// The creator's choices about running in the background.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// When Slipway keeps running after its window is closed.
    pub keep_running: KeepRunning,
    /// Whether the computer stays awake while videos are uploaded.
    pub keep_awake: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            keep_running: KeepRunning::default(),
            keep_awake: true,
        }
    }
}

/// The occasion at which Slipway offers to start at login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum LoginOffer {
    /// The first scheduled post.
    Schedule,
    /// The first watched folder.
    Folder,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Stored {
    preferences: Preferences,
    /// Whether the creator knows that closing the window does not quit.
    close_explained: bool,
    /// The occasions at which a start at login was offered.
    login_offered: Vec<LoginOffer>,
}

/// The stored preferences, and what the creator was told already.
#[derive(Debug)]
pub struct PreferencesStore {
    path: PathBuf,
    stored: Mutex<Stored>,
}

impl PreferencesStore {
    /// Loads the preferences. An unreadable file counts as none.
    pub fn load(data_dir: &Path) -> Self {
        let path = data_dir.join(FILE);
        let stored = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).unwrap_or_else(|error| {
                tracing::warn!(%error, "[Background] Reading the preferences failed");
                Stored::default()
            }),
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(%error, "[Background] Reading the preferences failed");
                }
                Stored::default()
            }
        };
        Self {
            path,
            stored: Mutex::new(stored),
        }
    }

    /// The preferences.
    pub fn get(&self) -> Preferences {
        self.stored.lock().preferences.clone()
    }

    /// Stores the preferences.
    ///
    /// # Errors
    /// The file could not be written. The old preferences still apply.
    pub fn set(&self, preferences: Preferences) -> io::Result<()> {
        self.update(|stored| stored.preferences = preferences)
    }

    /// Whether the creator knows that closing the window does not quit.
    pub fn close_explained(&self) -> bool {
        self.stored.lock().close_explained
    }

    /// Records that the creator knows that closing the window does not quit.
    ///
    /// # Errors
    /// The file could not be written. Slipway explains it again.
    pub fn set_close_explained(&self) -> io::Result<()> {
        self.update(|stored| stored.close_explained = true)
    }

    /// Records an offer to start at login. Returns false if it was made already.
    ///
    /// # Errors
    /// The file could not be written. No offer is made.
    pub fn offer_login(&self, offer: LoginOffer) -> io::Result<bool> {
        if self.stored.lock().login_offered.contains(&offer) {
            return Ok(false);
        }
        self.update(|stored| stored.login_offered.push(offer))?;
        Ok(true)
    }

    fn update(&self, change: impl FnOnce(&mut Stored)) -> io::Result<()> {
        let mut stored = self.stored.lock();
        let mut new = stored.clone();
        change(&mut new);
        if new == *stored {
            return Ok(());
        }
        write(&self.path, &new)?;
        *stored = new;
        Ok(())
    }
}

/// Replaces the file atomically: after a crash, it has either the old or the new content.
fn write(path: &Path, stored: &Stored) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let new = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&new, stored)?;
    new.as_file().sync_all()?;
    new.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_loaded_again() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("not there yet");
        let store = PreferencesStore::load(&data);
        assert_eq!(store.get(), Preferences::default());
        assert!(!store.close_explained());
        let chosen = Preferences {
            keep_running: KeepRunning::Never,
            keep_awake: false,
        };
        store.set(chosen.clone()).unwrap();
        store.set_close_explained().unwrap();

        let store = PreferencesStore::load(&data);
        assert_eq!(store.get(), chosen);
        assert!(store.close_explained());
        assert_eq!(
            fs::read_dir(&data).unwrap().count(),
            1,
            "nothing else is left behind"
        );
    }

    #[test]
    fn a_start_at_login_is_offered_once_for_each_occasion() {
        let folder = tempfile::tempdir().unwrap();
        let store = PreferencesStore::load(folder.path());
        assert!(store.offer_login(LoginOffer::Schedule).unwrap());
        assert!(!store.offer_login(LoginOffer::Schedule).unwrap());
        let store = PreferencesStore::load(folder.path());
        assert!(!store.offer_login(LoginOffer::Schedule).unwrap());
        assert!(store.offer_login(LoginOffer::Folder).unwrap());
    }

    #[test]
    fn a_damaged_file_counts_as_none() {
        let folder = tempfile::tempdir().unwrap();
        for text in [
            "",
            "{",
            r#"{"preferences":{"keepRunning":"sometimes"}}"#,
            "null",
        ] {
            fs::write(folder.path().join(FILE), text).unwrap();
            let store = PreferencesStore::load(folder.path());
            assert_eq!(store.get(), Preferences::default(), "{text}");
        }
    }

    #[test]
    fn preferences_that_cannot_be_stored_do_not_apply() {
        let folder = tempfile::tempdir().unwrap();
        let blocked = folder.path().join("a file");
        fs::write(&blocked, "").unwrap();
        let store = PreferencesStore::load(&blocked);
        let chosen = Preferences {
            keep_awake: false,
            ..Preferences::default()
        };
        assert!(store.set(chosen).is_err());
        assert_eq!(store.get(), Preferences::default());
    }
}
