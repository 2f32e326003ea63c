//! The output files: their folder, their names, and the removal of unfinished ones after a crash.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use tempfile::TempPath;

use super::error::TranscodeError;

/// Prefix and suffix of the names of unfinished outputs.
const PARTIAL: (&str, &str) = (".slipway-fit-", ".part");
/// The text that is added to a file's name.
const ADDED: &str = " (fits";
/// The longest stem, in bytes. Most systems limit a name to 255 bytes.
const STEM_MAX: usize = 200;
/// The largest number of outputs with the same name.
const RESULTS_MAX: usize = 1000;
/// The free space, in bytes, that an output must leave, because a full disk stops everything else.
const SPARE_BYTES: u64 = 50_000_000;

/// The folders for outputs and notes.
#[derive(Debug, Clone)]
pub(super) struct OutputFolders {
    /// One note per unfinished output: a file with its path.
    notes: PathBuf,
    /// The folder for outputs whose original is in a read-only folder.
    elsewhere: PathBuf,
}

/// An unfinished output. Removed when dropped.
#[derive(Debug)]
pub(super) struct PartialFile {
    path: TempPath,
    _note: TempPath,
}

impl OutputFolders {
    pub(super) fn new(data_dir: &Path) -> Self {
        Self {
            notes: data_dir.join("fitting"),
            elsewhere: data_dir.join("fitted"),
        }
    }

    /// Chooses a path for the output of `source` with `needed` bytes of free space, and writes its note. Blocks.
    pub(super) fn begin(&self, source: &Path, needed: u64) -> Result<PartialFile, TranscodeError> {
        let folder = match source.parent() {
            Some(folder) if is_writable(folder) => folder,
            _ => {
                fs::create_dir_all(&self.elsewhere).map_err(TranscodeError::Write)?;
                &self.elsewhere
            }
        };
        let free = fs4::available_space(folder).map_err(TranscodeError::Write)?;
        let needed = needed.saturating_add(SPARE_BYTES);
        if free < needed {
            return Err(TranscodeError::NoSpace { needed, free });
        }
        let id = uuid::Uuid::new_v4();
        let path = folder.join(format!("{}{id}{}", PARTIAL.0, PARTIAL.1));
        fs::create_dir_all(&self.notes).map_err(TranscodeError::Write)?;
        let note = self.notes.join(id.to_string());
        let text = path.to_str().unwrap_or_default();
        fs::write(&note, text).map_err(TranscodeError::Write)?;
        Ok(PartialFile {
            path: TempPath::try_from_path(path).map_err(TranscodeError::Write)?,
            _note: TempPath::try_from_path(note).map_err(TranscodeError::Write)?,
        })
    }

    /// Removes the unfinished outputs that a crash left. Blocks.
    pub(super) fn sweep(&self) {
        let Ok(notes) = fs::read_dir(&self.notes) else {
            // Nothing was ever transcoded.
            return;
        };
        for note in notes.flatten() {
            if let Err(error) = sweep_one(&note.path()) {
                tracing::warn!(%error, "[Transcode] Sweep failed");
            }
        }
    }
}

fn sweep_one(note: &Path) -> io::Result<()> {
    let partial = PathBuf::from(fs::read_to_string(note)?);
    let name = partial.file_name().and_then(|name| name.to_str());
    // Only files with such a name are removed, whatever path the note contains.
    if name.is_some_and(|name| name.starts_with(PARTIAL.0) && name.ends_with(PARTIAL.1)) {
        match fs::remove_file(&partial) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => tracing::info!("[Transcode] Removed what a stop had left half made"),
        }
    }
    fs::remove_file(note)
}

impl PartialFile {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Renames the output of `source` to its final name and returns its path. Never replaces a file. Blocks.
    pub(super) fn finish(self, source: &Path) -> Result<PathBuf, TranscodeError> {
        File::open(&self.path)
            .and_then(|file| file.sync_all())
            .map_err(TranscodeError::Write)?;
        let wanted = wanted(source);
        let folder = self.path.parent().map(Path::to_owned).unwrap_or_default();
        let mut partial = self.path;
        for number in 1..RESULTS_MAX {
            let path = folder.join(numbered(&wanted, number));
            match partial.persist_noclobber(&path) {
                Ok(()) => return Ok(path),
                Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => {
                    partial = refused.path;
                }
                Err(refused) => return Err(TranscodeError::Write(refused.error)),
            }
        }
        Err(TranscodeError::Write(ErrorKind::AlreadyExists.into()))
    }
}

/// Returns the preferred path of the output of `source`: `NAME (fits).mp4` beside it.
pub(super) fn wanted(source: &Path) -> PathBuf {
    let stem = source.file_stem().unwrap_or_default().to_string_lossy();
    // The output of an output does not get the suffix twice.
    let stem = match stem.rfind(ADDED) {
        Some(at) if stem.ends_with(')') => &stem[..at],
        _ => &stem,
    };
    let mut end = stem.len().min(STEM_MAX);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    source.with_file_name(format!("{}{ADDED}).mp4", &stem[..end]))
}

/// Returns the file name of the `number`th output with that name.
fn numbered(wanted: &Path, number: usize) -> String {
    let name = wanted.file_name().unwrap_or_default().to_string_lossy();
    match (number, name.strip_suffix(").mp4")) {
        (2.., Some(name)) => format!("{name} {number}).mp4"),
        _ => name.into_owned(),
    }
}

fn is_writable(folder: &Path) -> bool {
    tempfile::Builder::new()
        .prefix(PARTIAL.0)
        .suffix(PARTIAL.1)
        .tempfile_in(folder)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_numbered_and_replace_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let output = OutputFolders::new(&folder.path().join("data"));
        let source = folder.path().join("a.mov");
        for name in ["a (fits).mp4", "a (fits 2).mp4", "a (fits 3).mp4"] {
            let partial = output.begin(&source, 1).unwrap();
            fs::write(partial.path(), name).unwrap();
            let path = partial.finish(&source).unwrap();
            assert_eq!(path, folder.path().join(name));
        }
        assert_eq!(
            fs::read_to_string(folder.path().join("a (fits).mp4")).unwrap(),
            "a (fits).mp4"
        );
        assert_eq!(fs::read_dir(&output.notes).unwrap().count(), 0);
    }

    #[test]
    fn output_names_are_valid() {
        let of = |name: &str| {
            let path = wanted(&Path::new("/v").join(name));
            path.file_name().unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(of("a (fits).mp4"), "a (fits).mp4");
        assert_eq!(of("a (fits 2).mp4"), "a (fits).mp4");
        assert_eq!(of("a (fits.mkv"), "a (fits (fits).mp4");
        assert_eq!(of("no ending"), "no ending (fits).mp4");
        let long = of(&"🏺".repeat(63));
        assert!(long.len() <= 255 && long.ends_with("🏺 (fits).mp4"));
    }

    #[test]
    fn sweep_removes_unfinished_outputs_only() {
        let folder = tempfile::tempdir().unwrap();
        let output = OutputFolders::new(&folder.path().join("data"));
        let partial = output.begin(&folder.path().join("a.mov"), 1).unwrap();
        fs::write(partial.path(), "half").unwrap();
        let (path, mine) = (partial.path().to_owned(), folder.path().join("mine.mp4"));
        // Simulates a kill, which runs no destructors.
        std::mem::forget(partial);
        fs::write(&mine, "mine").unwrap();
        fs::write(output.notes.join("odd"), mine.to_str().unwrap()).unwrap();
        output.sweep();
        assert!(!path.exists() && mine.exists());
        assert_eq!(fs::read_dir(&output.notes).unwrap().count(), 0);
    }

    #[test]
    fn refuses_a_disk_without_free_space() {
        let folder = tempfile::tempdir().unwrap();
        let output = OutputFolders::new(&folder.path().join("data"));
        let refused = output.begin(&folder.path().join("a.mov"), u64::MAX / 2);
        assert!(matches!(refused, Err(TranscodeError::NoSpace { .. })));
        assert!(!folder.path().join("data").exists());
    }
}
