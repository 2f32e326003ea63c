//! The marker of a clean shutdown: a file with the digest of the database. A killed process leaves none, and a changed
//! database does not match it.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use sha2::{Digest, Sha256};
use slipway_core::blocking::blocking;

use super::{
    data_folder::{DataFolder, files, remove, settle, sync_folder_of},
    identity::hex,
};

/// Whether the database is unchanged since the last clean shutdown.
pub(super) async fn fits(data: &DataFolder) -> bool {
    let (marker, database) = (data.marker(), data.database());
    blocking(move || {
        let said = fs::read_to_string(marker)?;
        Ok(no_wal(&database) && said.trim() == digest(&database)?)
    })
    .await
    .unwrap_or(false)
}

/// Writes the marker, after the WAL was checkpointed.
pub(super) async fn write(data: &DataFolder) -> io::Result<()> {
    let (marker, database) = (data.marker(), data.database());
    blocking(move || {
        if !no_wal(&database) {
            return Err(io::Error::other("changes are still outside of the file"));
        }
        let text = digest(&database)?;
        let next = marker.with_extension("clean.partial");
        let mut file = File::create(&next)?;
        file.write_all(text.as_bytes())?;
        drop(file);
        settle(&next, &marker)
    })
    .await
}

/// Removes the marker durably, before the first change.
pub(super) fn clear(data: &DataFolder) -> io::Result<()> {
    let marker = data.marker();
    remove(&marker)?;
    sync_folder_of(&marker)
}

fn no_wal(database: &Path) -> bool {
    files(database)
        .get(1)
        .is_some_and(|wal| fs::metadata(wal).map_or(true, |wal| wal.len() == 0))
}

fn digest(database: &Path) -> io::Result<String> {
    let (mut file, mut hasher) = (File::open(database)?, Sha256::new());
    let mut buffer = vec![0; 1 << 16];
    loop {
        match io::Read::read(&mut file, &mut buffer)? {
            0 => return Ok(hex(&hasher.finalize())),
            read => hasher.update(&buffer[..read]),
        }
    }
}
