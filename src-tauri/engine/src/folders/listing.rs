//! What is shown of folders and their files, and what the creator does with files by hand.

use std::path::{Path, PathBuf};

use slipway_core::{
    blocking::blocking,
    clock,
    notice::Explain,
    views::{
        Folder, FolderCounts, FolderFile, FolderFileState, FolderFilter, FolderPage, FolderShow,
        FolderState, Post, TakenFile,
    },
};

use super::{
    FolderError, Folders,
    debounce::Stage,
    file_stat::{Glance, Thing, side_ending},
    files::PAGE,
    ingest::{By, Candidate, Outcome},
    notices,
    runtime::Standing,
    store::FolderRow,
    volume,
};

impl Folders {
    /// All folders, in the order in which they were added.
    pub(crate) async fn list(&self) -> Result<Vec<Folder>, FolderError> {
        let mut folders = Vec::new();
        for row in self.store.list().await? {
            folders.push(self.view(&row).await?);
        }
        Ok(folders)
    }

    /// One folder.
    pub(crate) async fn folder(&self, id: &str) -> Result<Folder, FolderError> {
        self.view(&self.store.get(id).await?).await
    }

    async fn view(&self, row: &FolderRow) -> Result<Folder, FolderError> {
        let (now, stored) = (self.live.now(&row.id), self.store.counts(&row.id).await?);
        let is_waiting = |stage: Stage| stage == Stage::Side;
        let waiting = now
            .settling
            .iter()
            .filter(|(_, entry)| is_waiting(entry.stage));
        let waiting = waiting.count();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Folder {
            id: row.id.clone(),
            path: PathBuf::from(&row.path),
            settings: row.settings().unwrap_or_default(),
            state: match now.standing {
                _ if row.paused => FolderState::Paused,
                Standing::Scanning | Standing::Paused => FolderState::Scanning,
                Standing::Watching { by_scanning } => FolderState::Watching { by_scanning },
                Standing::Away => FolderState::Away {
                    notice: notices::folder_away(),
                },
                Standing::Blocked(block) => FolderState::Blocked {
                    notice: block.explain(),
                },
            },
            counts: FolderCounts {
                offered: stored.offered,
                settling: count(now.settling.len() - waiting),
                waiting: count(waiting),
                approval: stored.approval,
                taken: stored.taken,
                skipped: stored.skipped,
                ignored: now.others,
            },
            consented_at: row
                .consented_at
                .map(|at| clock::from_millis(at).to_string()),
            added_at: clock::from_millis(row.added_at).to_string(),
        })
    }

    /// Some files of a folder, newest first: those that are not decided, and then the others.
    pub(crate) async fn files(&self, filter: &FolderFilter) -> Result<FolderPage, FolderError> {
        let row = self.store.get(&filter.folder_id).await?;
        let with_settling =
            filter.before.is_none() && matches!(filter.show, None | Some(FolderShow::Waiting));
        let mut files = if with_settling {
            self.settling(&row)
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

    /// Files that are not decided yet, newest first.
    fn settling(&self, row: &FolderRow) -> Vec<FolderFile> {
        let ending = row
            .settings()
            .and_then(|settings| side_ending(&settings.caption));
        let mut settling = self.live.now(&row.id).settling;
        settling.sort_by(|(a, one), (b, other)| (other.seen_at, b).cmp(&(one.seen_at, a)));
        settling
            .into_iter()
            .map(|(path, entry)| FolderFile {
                folder_id: row.id.clone(),
                size_bytes: entry.look.size,
                state: match (entry.stage, ending) {
                    (Stage::Side, Some(ending)) => FolderFileState::WaitingForSideFile {
                        name: side_name(&path, ending),
                    },
                    _ => FolderFileState::Settling,
                },
                seen_at: entry.seen_at.to_string(),
                path,
            })
            .collect()
    }

    /// Makes posts of files by the creator's hand.
    pub(crate) async fn take_by_hand(
        &self,
        id: &str,
        paths: &[String],
        again: bool,
    ) -> Result<Vec<TakenFile>, FolderError> {
        let folder = self.store.get(id).await?;
        let mut taken = Vec::with_capacity(paths.len());
        for path in paths {
            let (post_ids, notice) = match self.take_one(&folder, path, again).await? {
                Some(Outcome::Taken(posts)) => (posts, None),
                Some(Outcome::Skipped(skip)) => (Vec::new(), Some(skip.explain())),
                Some(Outcome::NotYet(_)) => (Vec::new(), Some(notices::file_not_finished())),
                Some(Outcome::Decided) | None => (Vec::new(), Some(notices::file_not_there())),
            };
            taken.push(TakenFile {
                path: path.clone(),
                post_ids,
                notice,
            });
        }
        self.live.files_changed(id);
        self.live.wake(id);
        Ok(taken)
    }

    /// Nothing when the folder has no such file: only what was seen there is taken, so that no path leads out of it.
    async fn take_one(
        &self,
        folder: &FolderRow,
        path: &str,
        again: bool,
    ) -> Result<Option<Outcome>, FolderError> {
        let settling = self.live.now(&folder.id).settling;
        let seen_at = settling
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
        let side = side_ending(&settings.caption);
        let looked = blocking(move || {
            let metadata = std::fs::metadata(&root)?;
            let inodes = volume::keeps_inodes(&root, &metadata);
            let glance = Glance { side, inodes };
            Ok((glance, glance.at(&whole)?))
        });
        let Ok((glance, Some(Thing::File(look)))) = looked.await else {
            return Ok(None);
        };
        let candidate = Candidate {
            path,
            look,
            seen_at: seen_at.unwrap_or_else(|| self.clock.now()),
            by: By::Hand { again },
        };
        Ok(Some(self.take(folder, glance, &candidate).await?))
    }

    /// Leaves offered files alone for good.
    pub(crate) async fn dismiss(&self, id: &str, paths: &[String]) -> Result<(), FolderError> {
        self.store.get(id).await?;
        for path in paths {
            self.store.dismiss(id, path, self.clock.now()).await?;
        }
        self.live.files_changed(id);
        Ok(())
    }

    /// Sends or schedules a draft from a folder, as the folder says.
    pub(crate) async fn approve(&self, post: &str) -> Result<Post, FolderError> {
        let due = self.store.due_of(post).await?;
        let due = due.ok_or(FolderError::NoSuchFolder)?;
        let _turn = self.sending.lock().await;
        self.put_in_line(&due).await?;
        self.store.settled(post, None).await?;
        self.live.folders_changed();
        Ok(self.service.view(post).await?)
    }
}

/// The name of a video's side file.
fn side_name(path: &str, ending: &str) -> String {
    let side = Path::new(path).with_extension(ending);
    let name = side.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
