//! Recognises files whose content was decided before, whatever their name, place, time and disk are now.
//!
//! A file is read only if a decided file of the folder has the same size. A decision about a file that was never read,
//! because it was in the folder before the folder was watched, counts for its place and size. Such files are read one
//! by one in the background. If nothing proves that a file is new, the creator is asked.

use std::path::{Path, PathBuf};

use slipway_core::views::FolderSettings;

use super::{
    error::FolderError,
    file_stat::{FileStat, PathKind, StatOptions},
    files::{self, Decision, FileState, KnownFile},
    ingest::Candidate,
    plan,
    store::FolderRow,
    watched_folders::Folders,
};
use crate::{
    posts,
    videos::{self, VideoError, VideoFile},
};

/// Whether a file was decided before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recognition {
    /// Nothing was decided about its content, or posts of it are for others.
    New,
    /// The decision about its content counts.
    Decided,
    /// The file changed while it was read, or it is gone.
    Changed,
}

/// A file that was read.
struct Read {
    path: String,
    stat: FileStat,
    fingerprint: String,
}

impl Read {
    fn video_file(&self) -> VideoFile<'_> {
        VideoFile {
            path: &self.path,
            size: self.stat.size,
            modified_ns: self.stat.modified_ns,
            fingerprint: &self.fingerprint,
        }
    }
}

impl Folders {
    /// Applies the decision that counts for a file, if there is one.
    pub(super) async fn recognise(
        &self,
        folder: &FolderRow,
        options: StatOptions,
        candidate: &Candidate<'_>,
    ) -> Result<Recognition, FolderError> {
        let stat = candidate.stat;
        let mut known = self.store.with_size(&folder.id, stat.size).await?;
        known.retain(KnownFile::concerns_content);
        if known.is_empty() {
            return Ok(Recognition::New);
        }
        let is_here = |file: &&KnownFile| file.path == candidate.path && !file.is_replaced;
        let here = known.iter().find(is_here);
        if let Some(here) = here.filter(|here| here.video_id.is_none()) {
            // Nothing proves that it is another file.
            self.store.is_at(here, candidate.path, &stat).await?;
            return Ok(Recognition::Decided);
        }
        let Some(read) = read(folder, candidate.path, stat, options).await else {
            return Ok(Recognition::Changed);
        };
        let mut similar =
            videos::with_fingerprint(&self.store.pool, stat.size, &read.fingerprint).await?;
        if let Some(here) = here
            && here.video_id.is_some_and(|video| similar.contains(&video))
        {
            self.store.is_at(here, candidate.path, &stat).await?;
            return Ok(Recognition::Decided);
        }
        let mut is_in_doubt = false;
        for file in &mut known {
            if file.video_id.is_some() {
                continue;
            }
            file.video_id = self.read_known(folder, file, options).await?;
            // The place counts as well: an old version comes back from a backup.
            let is_same = file.path == candidate.path || file.moved_to(&stat);
            if file.video_id.is_none() && is_same {
                let video = self.record(&read).await?;
                let Some(video) = video else {
                    return Ok(Recognition::Changed);
                };
                self.store.set_video(file, video).await?;
                file.video_id = Some(video);
            }
            is_in_doubt |= file.video_id.is_none();
            similar.extend(file.video_id);
        }
        // Only a file with the fingerprint of a decided one is compared in full.
        if known
            .iter()
            .filter_map(|file| file.video_id)
            .any(|video| similar.contains(&video))
        {
            let Some(video) = self.record(&read).await? else {
                return Ok(Recognition::Changed);
            };
            known.retain(|file| file.video_id == Some(video));
            if !known.is_empty() {
                return self.adopt(folder, options, candidate, &known, video).await;
            }
        }
        if is_in_doubt {
            let times = (candidate.seen_at, self.clock.now());
            self.store
                .decide(
                    &folder.id,
                    candidate.path,
                    &stat,
                    Decision::Offered,
                    None,
                    times,
                )
                .await?;
            return Ok(Recognition::Decided);
        }
        Ok(Recognition::New)
    }

    /// Reads the content of a decided file that is still at its place. Returns its video.
    pub(super) async fn read_known(
        &self,
        folder: &FolderRow,
        file: &KnownFile,
        options: StatOptions,
    ) -> Result<Option<i64>, FolderError> {
        if file.is_missing || file.is_replaced {
            return Ok(None);
        }
        let Some(stat) = present(folder, &file.path, options).await else {
            return Ok(None);
        };
        if !file.matches(&stat) {
            return Ok(None);
        }
        let Some(read) = read(folder, &file.path, stat, options).await else {
            return Ok(None);
        };
        let video = self.record(&read).await?;
        if let Some(video) = video {
            self.store.set_video(file, video).await?;
        }
        Ok(video)
    }

    /// Returns true if the file of a decision is still at its place, maybe with another time.
    async fn is_there(
        &self,
        folder: &FolderRow,
        file: &KnownFile,
        options: StatOptions,
    ) -> Result<bool, FolderError> {
        if file.is_replaced {
            return Ok(false);
        }
        let Some(stat) = present(folder, &file.path, options).await else {
            return Ok(false);
        };
        if file.matches(&stat) || !file.may_be(&stat) {
            return Ok(file.may_be(&stat));
        }
        let Some(read) = read(folder, &file.path, stat, options).await else {
            return Ok(false);
        };
        let similar =
            videos::with_fingerprint(&self.store.pool, stat.size, &read.fingerprint).await?;
        Ok(file.video_id.is_some_and(|video| similar.contains(&video)))
    }

    /// Returns the video of a file, or `None` if the file cannot be read any more.
    async fn record(&self, read: &Read) -> Result<Option<i64>, FolderError> {
        let now = self.clock.now().as_millisecond();
        match videos::record(&self.store.pool, read.video_file(), now).await {
            Ok(video) => Ok(Some(video)),
            Err(VideoError::Unreadable(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Applies one of the decisions about the content of a file: it moves to the file if its own file is gone, and is
    /// copied otherwise.
    async fn adopt(
        &self,
        folder: &FolderRow,
        options: StatOptions,
        candidate: &Candidate<'_>,
        known: &[KnownFile],
        video: i64,
    ) -> Result<Recognition, FolderError> {
        let settings = folder.settings().unwrap_or_default();
        let mut moved = None;
        for file in known {
            if !self.is_there(folder, file, options).await? {
                moved = Some(file);
                break;
            }
        }
        // A file with posts says more than an offered copy of it.
        let decided = moved
            .or_else(|| known.iter().find(|file| file.state == FileState::Taken))
            .unwrap_or(&known[0]);
        // Who has a copy already is known when its posts are planned.
        if decided.state == FileState::Taken && moved.is_none() {
            return Ok(Recognition::New);
        }
        if decided.state == FileState::Taken
            && self
                .is_for_others(&settings, &decided.path, candidate.path)
                .await?
        {
            return Ok(Recognition::New);
        }
        let mut tx = self.store.pool.begin_with("BEGIN IMMEDIATE").await?;
        let here = files::find(&mut tx, &folder.id, candidate.path).await?;
        if moved.is_some() {
            if let Some(here) = here.filter(|here| here.id != decided.id) {
                files::make_way(&mut tx, &here, here.video_id == Some(video)).await?;
            }
            files::is_at(&mut tx, decided, candidate.path, &candidate.stat).await?;
            if decided.state == FileState::Taken {
                let whole = |path: &str| Path::new(&folder.path).join(path);
                let (from, to) = (whole(&decided.path), whole(candidate.path));
                let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
                posts::move_folder_file(&mut tx, decided.id, &from, &to).await?;
                videos::set_path(&mut tx, &from, &to).await?;
            }
        } else {
            let skip = decided.about_copy();
            let decision = skip.as_ref().map_or(Decision::Offered, Decision::Skipped);
            let times = (candidate.seen_at, self.clock.now());
            let (path, stat) = (candidate.path, &candidate.stat);
            let video = Some(video);
            files::decide(&mut tx, &folder.id, path, stat, decision, video, times).await?;
        }
        tx.commit().await?;
        Ok(Recognition::Decided)
    }

    /// Returns true if a file at `path` is for an account that the same file at `before` was not for.
    async fn is_for_others(
        &self,
        settings: &FolderSettings,
        before: &str,
        path: &str,
    ) -> Result<bool, FolderError> {
        let accounts = self.planner.accounts.list().await?;
        let ids = |path: &str| {
            let chosen = plan::recipients(settings, &accounts, path, None).unwrap_or_default();
            chosen
                .into_iter()
                .map(|account| account.id.clone())
                .collect::<Vec<_>>()
        };
        let before = ids(before);
        Ok(ids(path).iter().any(|id| !before.contains(id)))
    }
}

/// Returns the stat of a file in the folder.
async fn present(folder: &FolderRow, path: &str, options: StatOptions) -> Option<FileStat> {
    let whole = Path::new(&folder.path).join(path);
    let found = tokio::task::spawn_blocking(move || options.stat(&whole));
    match found.await {
        Ok(Ok(Some(PathKind::File(stat)))) => Some(stat),
        _ => None,
    }
}

/// Takes the fingerprint of a file. Returns `None` if it does not have this stat before and after.
async fn read(
    folder: &FolderRow,
    path: &str,
    stat: FileStat,
    options: StatOptions,
) -> Option<Read> {
    let whole: PathBuf = Path::new(&folder.path).join(path);
    let text = whole.to_str()?.to_owned();
    let fingerprint = tokio::task::spawn_blocking(move || {
        let is_unchanged =
            || matches!(options.stat(&whole), Ok(Some(PathKind::File(found))) if found == stat);
        is_unchanged().then_some(())?;
        let fingerprint = videos::fingerprint(&whole).ok()?;
        is_unchanged().then_some(fingerprint)
    })
    .await
    .ok()??;
    Some(Read {
        path: text,
        stat,
        fingerprint,
    })
}
