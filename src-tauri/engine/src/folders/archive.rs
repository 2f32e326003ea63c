//! Archives a file once all its posts are published: leaves it, moves it to the subfolder `Posted`, or tags it. Its
//! transcoded files move with it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use slipway_core::{
    blocking::blocking,
    views::{AfterPosting, FolderSettings},
};
use sqlx::SqliteConnection;

use super::{error::FolderError, notices, store::FolderStore, watched_folders::Folders};
use crate::{posts, settings::POSTED, status::Source, videos};

/// The extended attribute with the time at which a video was posted.
#[cfg(unix)]
const TAG: &str = "user.slipway.posted";
/// The extensions of sidecars.
const SIDECARS: [&str; 2] = ["txt", "json"];

/// A file whose posts are all published.
#[derive(Debug)]
struct PostedFile {
    id: i64,
    folder_id: String,
    root: String,
    settings: String,
    path: String,
    size: i64,
    after_path: Option<String>,
}

impl Folders {
    /// Archives every file whose posts are all published. A file on a missing drive is archived by a later call.
    pub(crate) async fn archive_files(&self) {
        let posted_files = match self.store.posted_files().await {
            Ok(posted_files) => posted_files,
            Err(error) => return self.note_error(&error.into()),
        };
        for file in posted_files {
            if let Err(error) = self.archive(&file).await {
                self.note_error(&error);
            }
        }
    }

    async fn archive(&self, file: &PostedFile) -> Result<(), FolderError> {
        let settings: FolderSettings = serde_json::from_str(&file.settings).unwrap_or_default();
        let now = self.clock.now();
        let path = Path::new(&file.root).join(&file.path);
        let done = match settings.after {
            AfterPosting::Leave => Ok(None),
            AfterPosting::Tag => {
                let root = PathBuf::from(&file.root);
                blocking(move || tag(&root, &path, now).map(|()| None)).await
            }
            AfterPosting::MoveToPosted => self.move_to_posted(file, path).await?,
        };
        match done {
            Ok(moved_to) => {
                if moved_to.is_some() {
                    self.move_transcoded(file).await?;
                }
                self.store.finished(file, moved_to.as_deref(), now).await?;
                self.runtimes.files_changed(&file.folder_id);
            }
            // The drive is missing.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let kind = error.kind();
                tracing::warn!(folder = file.folder_id, %kind, "[Folders] After posting failed");
                let is_tag = settings.after == AfterPosting::Tag;
                let notice = notices::after_posting_failed(is_tag);
                self.board.show(Source::Folders, vec![notice]);
                self.store.finished(file, None, now).await?;
            }
        }
        Ok(())
    }

    /// Moves a file to the subfolder `Posted`. The target is stored first, so that a move before a crash is recognised.
    async fn move_to_posted(
        &self,
        file: &PostedFile,
        path: PathBuf,
    ) -> Result<io::Result<Option<PathBuf>>, FolderError> {
        let size = file.size.cast_unsigned();
        if let Some(before) = &file.after_path {
            let (from, to) = (path.clone(), PathBuf::from(before));
            let was_moved = move || {
                let is_it = fs::metadata(&to).is_ok_and(|found| found.len() == size);
                Ok((!from.exists() && is_it).then_some(to))
            };
            if let Ok(Some(to)) = blocking(was_moved).await {
                return Ok(Ok(Some(to)));
            }
        }
        let (root, from) = (PathBuf::from(&file.root), path.clone());
        let target = match blocking(move || target(&root, &from)).await {
            Ok(Some(target)) => target,
            // The creator moved the file elsewhere.
            Ok(None) => return Ok(Ok(None)),
            Err(error) => return Ok(Err(error)),
        };
        self.store.moving(file.id, &target).await?;
        Ok(blocking(move || {
            rename_new(&path, &target)?;
            for sidecar in SIDECARS {
                let from = path.with_extension(sidecar);
                if fs::symlink_metadata(&from).is_ok_and(|found| found.is_file()) {
                    // A sidecar that cannot be moved does no harm.
                    let _ = rename_new(&from, &target.with_extension(sidecar));
                }
            }
            Ok(Some(target))
        })
        .await)
    }
}

impl Folders {
    /// Moves the transcoded files of a file to `Posted`. One that cannot be moved stays where it is.
    async fn move_transcoded(&self, file: &PostedFile) -> Result<(), FolderError> {
        let original = Path::new(&file.root).join(&file.path);
        for made in self.store.transcoded_from(file).await? {
            let from = PathBuf::from(&made);
            // A file that could not be written beside the original is in Slipway's data folder, and stays there.
            if from.parent() != original.parent() {
                continue;
            }
            let root = PathBuf::from(&file.root);
            let moved = blocking(move || {
                let Some(to) = target(&root, &from)? else {
                    return Ok(None);
                };
                rename_new(&from, &to)?;
                Ok(Some(to))
            });
            match moved.await {
                Ok(Some(to)) => self.store.moved(file, Path::new(&made), &to).await?,
                Ok(None) => {}
                Err(error) => {
                    let kind = error.kind();
                    tracing::warn!(folder = file.folder_id, %kind, "[Folders] Move failed");
                }
            }
        }
        Ok(())
    }
}

impl FolderStore {
    /// Returns the paths of the transcoded files of a file's posts.
    async fn transcoded_from(&self, file: &PostedFile) -> Result<Vec<String>, sqlx::Error> {
        sqlx::query_scalar!(
            "SELECT DISTINCT posts.path FROM folder_posts
             JOIN posts ON posts.id = folder_posts.post_id
             JOIN videos ON videos.id = posts.video_id
             WHERE folder_posts.file_id = ? AND videos.made_of IS NOT NULL",
            file.id
        )
        .fetch_all(&self.pool)
        .await
    }

    /// Returns the files that are not archived yet and whose posts are all published.
    async fn posted_files(&self) -> Result<Vec<PostedFile>, sqlx::Error> {
        sqlx::query_as!(
            PostedFile,
            r#"SELECT folder_files.id, folder_files.folder_id, folders.path AS root,
                      folders.settings, folder_files.path, folder_files.size,
                      folder_files.after_path
               FROM folder_files JOIN folders ON folders.id = folder_files.folder_id
               WHERE folder_files.state = 'taken' AND folder_files.after_at IS NULL
                 AND EXISTS (
                     SELECT 1 FROM folder_posts
                     JOIN video_uses ON video_uses.post_id = folder_posts.post_id
                     WHERE folder_posts.file_id = folder_files.id AND video_uses.is_out = 1)
                 AND NOT EXISTS (
                     SELECT 1 FROM folder_posts
                     JOIN posts ON posts.id = folder_posts.post_id
                     LEFT JOIN video_uses ON video_uses.post_id = folder_posts.post_id
                     WHERE folder_posts.file_id = folder_files.id
                       AND COALESCE(video_uses.is_out, 0) = 0)
               ORDER BY folder_files.id"#
        )
        .fetch_all(&self.pool)
        .await
    }

    /// Stores the target of a move before it starts.
    async fn moving(&self, file: i64, target: &Path) -> Result<(), sqlx::Error> {
        let target = target.to_string_lossy();
        let target = target.as_ref();
        sqlx::query!(
            "UPDATE folder_files SET after_path = ? WHERE id = ?",
            target,
            file
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Records that a file is archived, and updates the path of its posts, which previews use.
    async fn finished(
        &self,
        file: &PostedFile,
        moved_to: Option<&Path>,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let now = now.as_millisecond();
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query!(
            "UPDATE folder_files SET after_at = ? WHERE id = ?",
            now,
            file.id
        )
        .execute(&mut *tx)
        .await?;
        if let Some(to) = moved_to {
            let from = Path::new(&file.root).join(&file.path);
            relocate(&mut tx, file, &from, to).await?;
        }
        tx.commit().await
    }

    /// Updates the path of a file that was moved.
    async fn moved(&self, file: &PostedFile, from: &Path, to: &Path) -> Result<(), sqlx::Error> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        relocate(&mut tx, file, from, to).await?;
        tx.commit().await
    }
}

/// Updates the path of a moved file in the posts and in the videos.
async fn relocate(
    connection: &mut SqliteConnection,
    file: &PostedFile,
    from: &Path,
    to: &Path,
) -> Result<(), sqlx::Error> {
    let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
    posts::move_folder_file(connection, file.id, &from, &to).await?;
    videos::set_path(connection, &from, &to).await
}

/// Returns a free path in the subfolder `Posted`, or `None` if the file is gone and its folder is present.
///
/// # Errors
/// The folder is missing, or `Posted` cannot be created.
fn target(root: &Path, file: &Path) -> io::Result<Option<PathBuf>> {
    fs::metadata(root)?;
    let Some(beside) = file.parent() else {
        return Ok(None);
    };
    if fs::symlink_metadata(file).is_err() {
        return Ok(None);
    }
    let folder = beside.join(POSTED);
    fs::create_dir_all(&folder)?;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let ending = file.extension().unwrap_or_default().to_string_lossy();
    for number in 1..10_000_u32 {
        let name = if number == 1 {
            format!("{stem}.{ending}")
        } else {
            format!("{stem} ({number}).{ending}")
        };
        let path = folder.join(name);
        let is_free = |path: &Path| fs::symlink_metadata(path).is_err();
        if is_free(&path)
            && SIDECARS
                .iter()
                .all(|sidecar| is_free(&path.with_extension(sidecar)))
        {
            return Ok(Some(path));
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Renames a file without replacing another one.
#[cfg(target_os = "linux")]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};

    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // The file system does not support the flag.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => rename_if_free(from, to),
        renamed => Ok(renamed?),
    }
}

#[cfg(not(target_os = "linux"))]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    rename_if_free(from, to)
}

fn rename_if_free(from: &Path, to: &Path) -> io::Result<()> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

/// Tags a file with the time at which all its posts were published. A missing file is not an error.
#[cfg(unix)]
fn tag(root: &Path, file: &Path, now: Timestamp) -> io::Result<()> {
    fs::metadata(root)?;
    match xattr::set(file, TAG, now.to_string().as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        tagged => tagged,
    }
}

#[cfg(not(unix))]
fn tag(_: &Path, _: &Path, _: Timestamp) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_never_replaces_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let file = root.join("a.mp4");
        let posted = root.join("Posted");
        fs::write(&file, "new").unwrap();
        assert_eq!(target(root, &file).unwrap(), Some(posted.join("a.mp4")));
        fs::write(posted.join("a.mp4"), "old").unwrap();
        fs::write(posted.join("a (2).json"), "{}").unwrap();
        assert_eq!(target(root, &file).unwrap(), Some(posted.join("a (3).mp4")));

        let taken = rename_new(&file, &posted.join("a.mp4")).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(posted.join("a.mp4")).unwrap(), b"old");
        rename_new(&file, &posted.join("a (3).mp4")).unwrap();
        assert_eq!(target(root, &file).unwrap(), None, "it is gone");
        let away = target(&root.join("away"), &root.join("away/a.mp4"));
        assert_eq!(away.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
