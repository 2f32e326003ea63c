//! Lists folders and their files, and carries out the creator's actions on files.

use std::path::{Path, PathBuf};

use slipway_core::{
    blocking::blocking,
    clock,
    notice::Explain,
    views::{
        Folder, FolderCounts, FolderFile, FolderFileState, FolderFilter, FolderPage, FolderShow,
        FolderState, IngestedFile, Post,
    },
};

use super::{
    debounce::Stage,
    error::FolderError,
    file_stat::{PathKind, StatOptions, sidecar_extension},
    files::PAGE,
    ingest::{Candidate, Outcome, Trigger},
    notices,
    runtime::RuntimeState,
    store::FolderRow,
    volume,
    watched_folders::Folders,
};

impl Folders {
    /// Returns all folders, oldest first.
    pub(crate) async fn list(&self) -> Result<Vec<Folder>, FolderError> {
        let mut folders = Vec::new();
        for row in self.store.list().await? {
            folders.push(self.view(&row).await?);
        }
        Ok(folders)
    }

    /// Returns one folder.
    pub(crate) async fn folder(&self, id: &str) -> Result<Folder, FolderError> {
        self.view(&self.store.get(id).await?).await
    }

    async fn view(&self, row: &FolderRow) -> Result<Folder, FolderError> {
        let (runtime, stored) = (
            self.runtimes.get(&row.id),
            self.store.counts(&row.id).await?,
        );
        let is_waiting = |stage: Stage| stage == Stage::Sidecar;
        let waiting = runtime
            .pending
            .iter()
            .filter(|(_, entry)| is_waiting(entry.stage));
        let waiting = waiting.count();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Folder {
            id: row.id.clone(),
            path: PathBuf::from(&row.path),
            settings: row.settings().unwrap_or_default(),
            state: match runtime.state {
                _ if row.paused => FolderState::Paused,
                RuntimeState::Scanning | RuntimeState::Paused => FolderState::Scanning,
                RuntimeState::Watching { by_scanning } => FolderState::Watching { by_scanning },
                RuntimeState::Away => FolderState::Away {
                    notice: notices::folder_away(),
                },
                RuntimeState::Blocked(block) => FolderState::Blocked {
                    notice: block.explain(),
                },
            },
            counts: FolderCounts {
                offered: stored.offered,
                settling: count(runtime.pending.len() - waiting),
                waiting: count(waiting),
                approval: stored.approval,
                taken: stored.taken,
                skipped: stored.skipped,
                ignored: runtime.ignored,
            },
            consented_at: row
                .consented_at
                .map(|at| clock::from_millis(at).to_string()),
            added_at: clock::from_millis(row.added_at).to_string(),
        })
    }

    /// Returns a page of a folder's files, newest first, undecided files before the others.
    pub(crate) async fn files(&self, filter: &FolderFilter) -> Result<FolderPage, FolderError> {
        let row = self.store.get(&filter.folder_id).await?;
        let with_pending =
            filter.before.is_none() && matches!(filter.show, None | Some(FolderShow::Waiting));
        let mut files = if with_pending {
            self.pending(&row)
        } else {
            Vec::new()
        };
        files.truncate(PAGE);
        let before = filter.before.map(u64::cast_signed);
        let room = PAGE - files.len();
        let (decided, next) = self.store.page(&row.id, filter.show, before, room).await?;
        files.extend(decided);
        Ok(FolderPage { files, next })
    }

    /// Returns the undecided files, newest first.
    fn pending(&self, row: &FolderRow) -> Vec<FolderFile> {
        let extension = row
            .settings()
            .and_then(|settings| sidecar_extension(&settings.caption));
        let mut pending = self.runtimes.get(&row.id).pending;
        pending.sort_by(|(a, one), (b, other)| (other.seen_at, b).cmp(&(one.seen_at, a)));
        pending
            .into_iter()
            .map(|(path, entry)| FolderFile {
                folder_id: row.id.clone(),
                size_bytes: entry.stat.size,
                state: match (entry.stage, extension) {
                    (Stage::Sidecar, Some(extension)) => FolderFileState::WaitingForSideFile {
                        name: sidecar_name(&path, extension),
                    },
                    _ => FolderFileState::Settling,
                },
                seen_at: entry.seen_at.to_string(),
                path,
            })
            .collect()
    }

    /// Ingests files at the creator's request.
    pub(crate) async fn ingest_manually(
        &self,
        id: &str,
        paths: &[String],
        again: bool,
    ) -> Result<Vec<IngestedFile>, FolderError> {
        let folder = self.store.get(id).await?;
        let mut taken = Vec::with_capacity(paths.len());
        for path in paths {
            let (post_ids, notice) = match self.ingest_one(&folder, path, again).await? {
                Some(Outcome::Taken(posts)) => (posts, None),
                Some(Outcome::Skipped(skip)) => (Vec::new(), Some(skip.explain())),
                Some(Outcome::NotReady(_)) => (Vec::new(), Some(notices::file_not_finished())),
                Some(Outcome::Decided) | None => (Vec::new(), Some(notices::file_not_there())),
            };
            taken.push(IngestedFile {
                path: path.clone(),
                post_ids,
                notice,
            });
        }
        self.runtimes.files_changed(id);
        self.runtimes.wake(id);
        Ok(taken)
    }

    /// Ingests one file. Returns `None` if the folder has no such file. Only paths that a scan found are accepted, so that
    /// no path leads out of the folder.
    async fn ingest_one(
        &self,
        folder: &FolderRow,
        path: &str,
        again: bool,
    ) -> Result<Option<Outcome>, FolderError> {
        let pending = self.runtimes.get(&folder.id).pending;
        let seen_at = pending
            .iter()
            .find(|(known, _)| known == path)
            .map(|(_, entry)| entry.seen_at);
        let known = self.store.known(&folder.id, Some(path)).await?;
        if seen_at.is_none() && known.is_empty() {
            return Ok(None);
        }
        let Some(settings) = folder.settings() else {
            return Ok(None);
        };
        let (root, whole) = (
            PathBuf::from(&folder.path),
            Path::new(&folder.path).join(path),
        );
        let sidecar = sidecar_extension(&settings.caption);
        let found = blocking(move || {
            let metadata = std::fs::metadata(&root)?;
            let inodes = volume::stable_inodes(&root, &metadata);
            let options = StatOptions { sidecar, inodes };
            Ok((options, options.stat(&whole)?))
        });
        let Ok((options, Some(PathKind::File(stat)))) = found.await else {
            return Ok(None);
        };
        let candidate = Candidate {
            path,
            stat,
            seen_at: seen_at.unwrap_or_else(|| self.clock.now()),
            trigger: Trigger::Creator { again },
        };
        Ok(Some(self.ingest(folder, options, &candidate).await?))
    }

    /// Skips offered files permanently.
    pub(crate) async fn dismiss(&self, id: &str, paths: &[String]) -> Result<(), FolderError> {
        self.store.get(id).await?;
        for path in paths {
            self.store.dismiss(id, path, self.clock.now()).await?;
        }
        self.runtimes.files_changed(id);
        Ok(())
    }

    /// Approves a draft from a folder: queues or schedules it as the folder says.
    pub(crate) async fn approve(&self, post: &str) -> Result<Post, FolderError> {
        let due = self.store.due_of(post).await?;
        let due = due.ok_or(FolderError::NoSuchFolder)?;
        let _queueing = self.queueing.lock().await;
        self.queue_post(&due).await?;
        self.store.clear_due(post, None).await?;
        self.runtimes.folders_changed();
        Ok(self.service.view(post).await?)
    }
}

/// Returns the name of a video's sidecar.
fn sidecar_name(path: &str, extension: &str) -> String {
    let sidecar = Path::new(path).with_extension(extension);
    let name = sidecar.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
