//! A key wrapped with a passphrase, for computers without a keyring: Argon2id makes the wrapping key.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Vault;
use crate::error::KeyOrigin;

/// Argon2id's cost: 64 MiB, three passes, one lane (above OWASP's advice for interactive use).
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;
/// A file that asks for more than this is not one that Slipway wrote.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;

/// What lies in the passphrase file.
#[derive(Debug, Serialize, Deserialize)]
struct WrappedKey {
    version: u32,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    /// 16 random bytes, base64.
    salt: String,
    /// The vault's key as a Fernet token under the key that the passphrase makes.
    key: String,
}

/// Why a passphrase file did not give its key.
#[derive(Debug, thiserror::Error)]
pub(super) enum UnwrapError {
    #[error("the passphrase file cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("the passphrase file is damaged")]
    Damaged,
    #[error("the passphrase is wrong")]
    Wrong,
}

/// Wraps `key` with `passphrase` and writes it to `path`, whole or not at all.
pub(super) fn write(path: &Path, key: &SecretString, passphrase: &SecretString) -> io::Result<()> {
    let salt: [u8; 16] = rand::random();
    let mut wrapped = WrappedKey {
        version: 1,
        memory_kib: MEMORY_KIB,
        passes: PASSES,
        lanes: LANES,
        salt: URL_SAFE.encode(salt),
        key: String::new(),
    };
    let wrapping = derive(&wrapped, passphrase)
        .ok_or_else(|| io::Error::other("Argon2 refused its parameters"))?;
    wrapped.key = wrapping.encrypt(key.expose_secret());

    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec_pretty(&wrapped)?)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The key in the file at `path`.
pub(super) fn read(path: &Path, passphrase: &SecretString) -> Result<SecretString, UnwrapError> {
    let wrapped: WrappedKey =
        serde_json::from_slice(&fs::read(path)?).map_err(|_| UnwrapError::Damaged)?;
    if wrapped.version != 1 || wrapped.memory_kib > MEMORY_KIB_MAX {
        return Err(UnwrapError::Damaged);
    }
    let wrapping = derive(&wrapped, passphrase).ok_or(UnwrapError::Damaged)?;
    wrapping
        .decrypt(&wrapped.key)
        .map_err(|_| UnwrapError::Wrong)
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
    Vault::new(
        &SecretString::from(URL_SAFE.encode(bytes.as_slice())),
        KeyOrigin::Passphrase,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::new_key;

    #[test]
    fn the_passphrase_alone_gives_the_key_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        let (key, phrase) = (new_key(), SecretString::from("correct horse"));
        write(&path, &key, &phrase).unwrap();
        assert_eq!(
            read(&path, &phrase).unwrap().expose_secret(),
            key.expose_secret()
        );
        assert!(matches!(
            read(&path, &"wrong".into()),
            Err(UnwrapError::Wrong)
        ));
        assert!(
            !fs::read_to_string(&path)
                .unwrap()
                .contains(key.expose_secret())
        );
    }

    #[test]
    fn a_damaged_file_is_said_to_be_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        for text in [
            "",
            "{}",
            "[1]",
            r#"{"version":1,"memory_kib":4294967295,"passes":1,"lanes":1,"salt":"","key":""}"#,
        ] {
            fs::write(&path, text).unwrap();
            assert!(
                matches!(read(&path, &"x".into()), Err(UnwrapError::Damaged)),
                "{text}"
            );
        }
    }
}
