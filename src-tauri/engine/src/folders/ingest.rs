//! Ingests a finished file: creates its posts and queues those that need no approval.
//!
//! The posts, the decision about the file and the value of `{n}` are one transaction, so that a crash neither loses a
//! file nor posts it twice. Posts are queued afterwards from stored facts, so that a restart queues the rest.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use slipway_accounts::accounts::AccountRow;
use slipway_core::views::{FolderWhen, Post};

use super::{
    drafts,
    error::FolderError,
    file_stat::{FileStat, PathKind, StatOptions, is_placeholder, sidecar_extension},
    files::{self, Decision, FileState},
    motion_photo::is_motion_photo,
    open_files::in_use,
    plan::{self, Draft},
    reasons::{ApprovalReason, KnownBy, SkipReason},
    sidecar::{self, Sidecar},
    store::{self, DuePost, FolderRow},
    watched_folders::Folders,
};
use crate::{
    planner::PlanError,
    posts::{self, NewPost, PostError, State, history},
    settings::{is_downloading, zone},
    videos::{self, ContentId, VideoError},
};

/// The result of ingesting a file.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Posts with these ids were created.
    Taken(Vec<String>),
    /// The file is skipped.
    Skipped(SkipReason),
    /// The file is not finished.
    NotReady(NotReady),
    /// A decision exists already, or the folder was removed.
    Decided,
}

/// Why a file is not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotReady {
    /// The file changed.
    Changed,
    /// A process has the file open for writing or holds a lock on it, a download runs, or only a placeholder is here.
    InUse,
    /// The file is truncated.
    Truncated,
}

/// The cause of a file's ingest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    /// The folder's watcher.
    Watcher,
    /// The creator, who can ingest offered and skipped files, and files without their sidecar.
    Creator {
        /// True if videos are ingested that were posted before.
        again: bool,
    },
}

/// A file to ingest.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) path: &'a str,
    pub(super) stat: FileStat,
    pub(super) seen_at: Timestamp,
    pub(super) trigger: Trigger,
}

/// Where the content of a file is known from.
struct Known {
    uses: Vec<videos::Use>,
    /// The paths in the folder at which posts were made of it.
    taken: Vec<String>,
}

/// The result of reading a file.
enum Examined {
    NotReady(NotReady),
    Skipped(SkipReason),
    Complete(Box<NewPost>, Option<Sidecar>),
}

impl Folders {
    /// Ingests a stable file: reads it, and creates its posts or skips it.
    pub(super) async fn ingest(
        &self,
        folder: &FolderRow,
        options: StatOptions,
        candidate: &Candidate<'_>,
    ) -> Result<Outcome, FolderError> {
        let Some(settings) = folder.settings() else {
            return Ok(Outcome::Decided);
        };
        let path = Path::new(&folder.path).join(candidate.path);
        let rule = match (candidate.trigger, candidate.stat.sidecar) {
            // The creator ingests the file before its sidecar exists.
            (Trigger::Creator { .. }, None) => slipway_core::views::CaptionRule::FileName,
            _ => settings.caption.clone(),
        };
        let stat = candidate.stat;
        let examined = tokio::task::spawn_blocking(move || examine(&path, &stat, options, &rule))
            .await
            .unwrap_or(Examined::NotReady(NotReady::Changed));
        match examined {
            Examined::NotReady(why) => Ok(Outcome::NotReady(why)),
            Examined::Skipped(skip) => self.skip(folder, candidate, skip).await,
            Examined::Complete(post, _)
                if candidate.trigger == Trigger::Watcher && is_motion_photo(&post).await =>
            {
                let now = self.clock.now().as_millisecond();
                let video = match videos::record(&self.store.pool, post.video_file(), now).await {
                    Ok(video) => video,
                    Err(VideoError::Unreadable(_)) => {
                        return Ok(Outcome::NotReady(NotReady::Changed));
                    }
                    Err(error) => return Err(error.into()),
                };
                self.skip_video(folder, candidate, SkipReason::MotionPhoto, Some(video))
                    .await
            }
            Examined::Complete(post, sidecar) => {
                self.store_posts(folder, candidate, *post, sidecar.as_ref())
                    .await
            }
        }
    }

    async fn store_posts(
        &self,
        folder: &FolderRow,
        candidate: &Candidate<'_>,
        post: NewPost,
        sidecar: Option<&Sidecar>,
    ) -> Result<Outcome, FolderError> {
        let accounts = self.planner.accounts.list().await?;
        loop {
            let content = match videos::identify(&self.store.pool, post.video_file()).await {
                Ok(content) => content,
                // The file disappeared after it was read.
                Err(VideoError::Unreadable(_)) => {
                    return Ok(Outcome::NotReady(NotReady::Changed));
                }
                Err(error) => return Err(error.into()),
            };
            if let Some(outcome) = self
                .try_store_posts(folder, candidate, &post, sidecar, &accounts, &content)
                .await?
            {
                if let Outcome::Taken(posts) = &outcome {
                    self.announce_posts(posts).await;
                }
                return Ok(outcome);
            }
        }
    }

    /// Creates the posts in one transaction. Returns `None` if the video must be identified again.
    async fn try_store_posts(
        &self,
        folder: &FolderRow,
        candidate: &Candidate<'_>,
        post: &NewPost,
        sidecar: Option<&Sidecar>,
        accounts: &[AccountRow],
        content: &ContentId,
    ) -> Result<Option<Outcome>, FolderError> {
        let now = self.clock.now();
        let mut tx = self.store.pool.begin_with("BEGIN IMMEDIATE").await?;
        // Read again, because the creator may have changed the folder since.
        let folder = match store::get(&mut tx, &folder.id).await {
            Ok(folder) => folder,
            Err(error) if !error.is_internal() => return Ok(Some(Outcome::Decided)),
            Err(error) => return Err(error),
        };
        let Some(settings) = folder.settings() else {
            return Ok(Some(Outcome::Decided));
        };
        let before = files::find(&mut tx, &folder.id, candidate.path).await?;
        if before.as_ref().is_some_and(|before| {
            before.matches(&candidate.stat)
                && (candidate.trigger == Trigger::Watcher || before.state == FileState::Taken)
        }) || candidate.trigger == Trigger::Watcher && folder.paused
        {
            return Ok(Some(Outcome::Decided));
        }
        let Some(video) = videos::insert(&mut tx, content, now.as_millisecond()).await? else {
            return Ok(None);
        };
        // Its times changed, but it is the file that posts were made of.
        if before.as_ref().is_some_and(|before| {
            before.state == FileState::Taken && before.video_id == Some(video)
        }) {
            return Ok(Some(Outcome::Decided));
        }
        let times = (candidate.seen_at, now);
        let (older, rendering) = match drafts::older_version(before.as_ref()) {
            None if candidate.trigger == Trigger::Watcher => {
                drafts::other_rendering(&mut tx, &folder.id, candidate.path, post).await?
            }
            older => (older, None),
        };
        let planned = if candidate.trigger == Trigger::Watcher
            && videos::is_transcoded(&mut tx, video).await?
        {
            Err(SkipReason::Made)
        } else if let Some(path) = rendering {
            Err(SkipReason::Copy { path })
        } else {
            let known = Known {
                uses: videos::uses(&mut tx, Some(video)).await?,
                taken: files::taken_with(&mut tx, &folder.id, video).await?,
            };
            self.drafts(&mut tx, &folder, candidate, sidecar, accounts, &known)
                .await?
        };
        let planned = match planned {
            Ok(planned) => planned,
            Err(skip) => {
                let decision = Decision::Skipped(&skip);
                let (path, stat) = (candidate.path, &candidate.stat);
                // Otherwise the file may be taken once its place, its name or its sidecar is right.
                let video = Some(video).filter(|_| skip.concerns_content());
                files::decide(&mut tx, &folder.id, path, stat, decision, video, times).await?;
                tx.commit().await?;
                return Ok(Some(Outcome::Skipped(skip)));
            }
        };
        let file = files::decide(
            &mut tx,
            &folder.id,
            candidate.path,
            &candidate.stat,
            Decision::Taken,
            Some(video),
            times,
        )
        .await?;
        let made = make_posts(&mut tx, file, older, (post, video), planned, now).await?;
        tx.commit().await?;
        tracing::info!(folder = folder.id, posts = made.len(), action = ?settings.action, "[Folders] File ingested");
        Ok(Some(Outcome::Taken(made)))
    }

    /// Plans the posts for all accounts that do not have the video yet.
    async fn drafts(
        &self,
        tx: &mut sqlx::SqliteConnection,
        folder: &FolderRow,
        candidate: &Candidate<'_>,
        sidecar: Option<&Sidecar>,
        accounts: &[AccountRow],
        known: &Known,
    ) -> Result<Result<Vec<Draft>, SkipReason>, FolderError> {
        let settings = folder.settings().unwrap_or_default();
        let chosen = match plan::recipients(&settings, accounts, candidate.path, sidecar) {
            Ok(chosen) => chosen,
            Err(skip) => return Ok(Err(skip)),
        };
        let again = candidate.trigger == Trigger::Creator { again: true };
        let has = |account: &AccountRow| {
            let mut uses = known.uses.iter();
            uses.find(|one| one.open_id == account.open_id)
        };
        // A copy of a file makes no posts for the accounts that the file was for, even if its posts were removed.
        let mut decided: Vec<&str> = Vec::new();
        if candidate.trigger == Trigger::Watcher {
            for path in &known.taken {
                let before = plan::recipients(&settings, accounts, path, None).unwrap_or_default();
                decided.extend(before.into_iter().map(|account| account.id.as_str()));
            }
        }
        let wanting: Vec<&AccountRow> = chosen
            .iter()
            .copied()
            .filter(|account| {
                again || has(account).is_none() && !decided.contains(&account.id.as_str())
            })
            .collect();
        if wanting.is_empty() {
            let uses: Vec<KnownBy> = chosen
                .into_iter()
                .filter_map(has)
                .map(KnownBy::from)
                .collect();
            return Ok(Err(match known.taken.first() {
                Some(path) if uses.is_empty() => SkipReason::Copy { path: path.clone() },
                _ => SkipReason::Known { uses },
            }));
        }
        let n = store::next_number(tx, &folder.id).await?;
        let zone = zone(&self.settings.borrow());
        let whole: PathBuf = Path::new(&folder.path).join(candidate.path);
        let values = plan::template_values(&whole, &zone, self.clock.now(), n);
        let zone = zone.iana_name().unwrap_or("UTC");
        Ok(wanting
            .into_iter()
            .map(|account| plan::draft(&settings, account, &values, sidecar, zone))
            .collect())
    }

    /// Records that a file is skipped.
    pub(super) async fn skip(
        &self,
        folder: &FolderRow,
        candidate: &Candidate<'_>,
        skip: SkipReason,
    ) -> Result<Outcome, FolderError> {
        self.skip_video(folder, candidate, skip, None).await
    }

    /// Records that a file with this content is skipped.
    async fn skip_video(
        &self,
        folder: &FolderRow,
        candidate: &Candidate<'_>,
        skip: SkipReason,
        video: Option<i64>,
    ) -> Result<Outcome, FolderError> {
        let times = (candidate.seen_at, self.clock.now());
        let decision = Decision::Skipped(&skip);
        let (path, stat) = (candidate.path, &candidate.stat);
        // The folder may have been removed.
        if self.store.get(&folder.id).await.is_err() {
            return Ok(Outcome::Decided);
        }
        self.store
            .decide(&folder.id, path, stat, decision, video, times)
            .await?;
        Ok(Outcome::Skipped(skip))
    }

    /// Announces new posts, and queues those that need no approval.
    async fn announce_posts(&self, made: &[String]) {
        for post in made {
            self.service.announce(post).await;
        }
        self.queue_due_posts().await;
    }

    /// Queues every post that needs no approval, including those that an earlier run created.
    pub(super) async fn queue_due_posts(&self) {
        let _queueing = self.queueing.lock().await;
        let due = match self.store.due().await {
            Ok(due) => due,
            Err(error) => {
                self.note_error(&error.into());
                return;
            }
        };
        for due in due {
            if let Err(error) = self.queue_due_post(&due).await {
                self.note_error(&error);
            }
        }
    }

    async fn queue_due_post(&self, due: &DuePost) -> Result<(), FolderError> {
        let id = &due.post_id;
        let state = match self.posts.get(id).await {
            Ok(row) => row.state()?,
            Err(PostError::NoSuchPost) => return Ok(self.store.clear_due(id, None).await?),
            Err(error) => return Err(error.into()),
        };
        // An earlier run queued the post and stopped before it recorded that.
        if state != State::Draft {
            return Ok(self.store.clear_due(id, None).await?);
        }
        match self.queue_post(due).await {
            Ok(_) => Ok(self.store.clear_due(id, None).await?),
            Err(error) => match ApprovalReason::of(&error) {
                Some(held) => {
                    self.store.clear_due(id, Some(&held)).await?;
                    self.service.announce(id).await;
                    Ok(())
                }
                None => Err(error.into()),
            },
        }
    }

    /// Queues or schedules a draft as its sidecar or its folder says.
    pub(super) async fn queue_post(&self, due: &DuePost) -> Result<Post, PlanError> {
        let id = &due.post_id;
        if let Some(moment) = due.moment() {
            return self.planner.schedule(id, &moment).await;
        }
        match due.settings().when {
            FolderWhen::AtOnce => self.planner.submit(id).await,
            FolderWhen::NextSlot => self.planner.next_slot(id).await,
            FolderWhen::DailyAt { time } => self.planner.daily(id, &time).await,
        }
    }
}

/// Creates the planned posts of a file. A draft of the file `older` becomes a draft of this one.
async fn make_posts(
    tx: &mut sqlx::Transaction<'_, sqlx::Sqlite>,
    file: i64,
    older: Option<i64>,
    (post, video): (&NewPost, i64),
    planned: Vec<Draft>,
    now: Timestamp,
) -> Result<Vec<String>, sqlx::Error> {
    let mut open = match older {
        Some(older) => drafts::open_drafts(&mut *tx, older).await?,
        None => Vec::new(),
    };
    let mut made = Vec::with_capacity(planned.len());
    for Draft {
        settings: chosen,
        is_due,
        at,
        held,
    } in planned
    {
        let same = open
            .iter()
            .position(|draft| draft.account_id == chosen.account_id);
        if let Some(draft) = same.map(|at| open.swap_remove(at))
            && posts::use_newer_file(&mut *tx, &draft.id, post, video, now.as_millisecond()).await?
        {
            let link = (file, draft.id.as_str());
            store::move_post(&mut *tx, link, is_due, at.as_ref(), held.as_ref()).await?;
            made.push(draft.id);
            continue;
        }
        let post = NewPost {
            settings: chosen,
            ..post.clone()
        };
        let text = history::added_from_folder();
        let id = posts::insert(&mut *tx, &post, video, now.as_millisecond(), &text).await?;
        store::add_post(&mut *tx, (file, &id), is_due, at.as_ref(), held.as_ref()).await?;
        made.push(id);
    }
    Ok(made)
}

/// Reads a file that had this stat. Blocks.
fn examine(
    path: &Path,
    stat: &FileStat,
    options: StatOptions,
    rule: &slipway_core::views::CaptionRule,
) -> Examined {
    let is_unchanged =
        || matches!(options.stat(path), Ok(Some(PathKind::File(found))) if found == *stat);
    if !is_unchanged() {
        return Examined::NotReady(NotReady::Changed);
    }
    if is_downloading(path) || is_placeholder(path) || in_use(&[path]).contains(&true) {
        return Examined::NotReady(NotReady::InUse);
    }
    let post = posts::examine(path);
    let sidecar = if stat.sidecar.is_some() && sidecar_extension(rule).is_some() {
        sidecar::read(path, rule)
    } else {
        Ok(None)
    };
    // A change during the read could mix two versions of the file or of its sidecar.
    if !is_unchanged() {
        return Examined::NotReady(NotReady::Changed);
    }
    let post = match post {
        Ok(post) => post,
        Err(error) => {
            return SkipReason::of(error)
                .map_or(Examined::NotReady(NotReady::Truncated), Examined::Skipped);
        }
    };
    match sidecar {
        Ok(sidecar) => Examined::Complete(Box::new(post), sidecar),
        Err(fault) => Examined::Skipped(SkipReason::Side { fault }),
    }
}
