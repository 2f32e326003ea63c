//! Passphrase-wrapped keys, for computers without a keyring and creators who prefer a passphrase. Argon2id derives the
//! wrapping key.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::Vault;
use crate::{error::OpenError, vault::KeyOrigin};

/// Argon2id's cost: 64 MiB, three passes, one lane (above OWASP's advice for interactive use).
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;
/// The largest accepted cost. Slipway writes no larger one, and it would delay the start.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 16;
const LANES_MAX: u32 = 16;
/// The largest accepted key file.
const FILE_MAX: u64 = 64 * 1024;
/// The minimum length of a new passphrase, in characters.
const LENGTH_MIN: usize = 8;

/// A key encrypted with a passphrase.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct WrappedKey {
    version: u32,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    /// 16 random bytes, base64.
    salt: String,
    /// The vault's key as a Fernet token under the derived key.
    key: String,
}

/// Why a key was not unwrapped.
#[derive(Debug, thiserror::Error)]
pub(super) enum UnwrapError {
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("the wrapped key is damaged")]
    Damaged,
    #[error("the passphrase is wrong")]
    Wrong,
}

/// Rejects a new passphrase that is too short.
pub(super) fn check_length(passphrase: &SecretString) -> Result<(), OpenError> {
    if passphrase.expose_secret().trim().chars().count() < LENGTH_MIN {
        return Err(OpenError::PassphraseShort);
    }
    Ok(())
}

/// Wraps `key` with `passphrase`. It takes a part of a second by design.
pub(super) async fn wrap(key: &SecretString, passphrase: &SecretString) -> io::Result<WrappedKey> {
    let (key, passphrase) = (key.clone(), passphrase.clone());
    tokio::task::spawn_blocking(move || {
        let salt: [u8; 16] = rand::random();
        let mut wrapped = WrappedKey {
            version: 1,
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            salt: URL_SAFE.encode(salt),
            key: String::new(),
        };
        let wrapping = derive(&wrapped, &passphrase)
            .ok_or_else(|| io::Error::other("Argon2 refused its parameters"))?;
        wrapped.key = wrapping.encrypt(key.expose_secret());
        Ok(wrapped)
    })
    .await?
}

impl WrappedKey {
    /// Unwraps the key.
    pub(super) async fn unwrap(
        &self,
        passphrase: &SecretString,
    ) -> Result<SecretString, UnwrapError> {
        let (wrapped, passphrase) = (self.clone(), passphrase.clone());
        let unwrapped = tokio::task::spawn_blocking(move || {
            if !wrapped.is_plausible() {
                return Err(UnwrapError::Damaged);
            }
            let wrapping = derive(&wrapped, &passphrase).ok_or(UnwrapError::Damaged)?;
            wrapping
                .decrypt(&wrapped.key)
                .map_err(|_| UnwrapError::Wrong)
        });
        unwrapped.await.map_err(io::Error::from)?
    }

    fn is_plausible(&self) -> bool {
        self.version == 1
            && self.memory_kib <= MEMORY_KIB_MAX
            && self.passes <= PASSES_MAX
            && self.lanes <= LANES_MAX
    }
}

/// Reads a JSON file about a key.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, UnwrapError> {
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_MAX).read_to_end(&mut bytes)?;
    serde_json::from_slice(&bytes).map_err(|_| UnwrapError::Damaged)
}

/// Writes a JSON file about a key atomically; only its owner can read it.
pub(super) fn write(path: &Path, content: &impl Serialize) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Temporary files are private to their owner and stay so.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec_pretty(content)?)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync(folder)
}

/// Removes a file about a key, if it exists.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        removed => removed?,
    }
    sync(path.parent().unwrap_or(Path::new(".")))
}

/// Syncs renames and removals in a folder to disk.
fn sync(folder: &Path) -> io::Result<()> {
    // Windows needs no sync and opens no folders.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn derive(wrapped: &WrappedKey, passphrase: &SecretString) -> Option<Vault> {
    let salt = URL_SAFE.decode(&wrapped.salt).ok()?;
    let params = Params::new(wrapped.memory_kib, wrapped.passes, wrapped.lanes, Some(32)).ok()?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut bytes = Zeroizing::new([0u8; 32]);
    argon
        .hash_password_into(
            passphrase.expose_secret().as_bytes(),
            &salt,
            bytes.as_mut_slice(),
        )
        .ok()?;
    let key = SecretString::from(URL_SAFE.encode(bytes.as_slice()));
    Vault::new(&key, KeyOrigin::Passphrase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::new_key;

    #[tokio::test]
    async fn only_the_passphrase_unwraps_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        let (key, phrase) = (new_key(), SecretString::from("correct horse"));
        write(&path, &wrap(&key, &phrase).await.unwrap()).unwrap();
        let wrapped: WrappedKey = read(&path).unwrap();
        assert_eq!(
            wrapped.unwrap(&phrase).await.unwrap().expose_secret(),
            key.expose_secret()
        );
        assert!(matches!(
            wrapped.unwrap(&"wrong".into()).await,
            Err(UnwrapError::Wrong)
        ));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains(key.expose_secret()) && !text.contains("correct"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn invalid_files_are_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        for text in ["", "{}", "[1]", "\u{0}"] {
            std::fs::write(&path, text).unwrap();
            let read = read::<WrappedKey>(&path);
            assert!(matches!(read, Err(UnwrapError::Damaged)), "{text}");
        }
        let wrapped = wrap(&new_key(), &"correct horse".into()).await.unwrap();
        let changes: [fn(&mut WrappedKey); 6] = [
            |key| key.version = 2,
            |key| key.memory_kib = u32::MAX,
            |key| key.passes = u32::MAX,
            |key| key.lanes = u32::MAX,
            |key| key.passes = 0,
            |key| key.salt = "?".into(),
        ];
        for change in changes {
            let mut changed = wrapped.clone();
            change(&mut changed);
            let unwrapped = changed.unwrap(&"correct horse".into()).await;
            assert!(
                matches!(unwrapped, Err(UnwrapError::Damaged)),
                "{changed:?}"
            );
        }
    }
}
