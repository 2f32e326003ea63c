//! From a finished file to its posts. Posts, the file's state and its number are one transaction, so that a stop at any
//! moment neither loses a file nor posts it twice; what is to go out by itself is put in line from stored facts.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use slipway_accounts::accounts::AccountRow;
use slipway_core::views::{FolderWhen, Post};

use super::{
    error::FolderError,
    file_stat::{FileStat, PathKind, StatOptions, sidecar_extension},
    files::{self, Decision, FileState},
    open_files::in_use,
    plan::{self, Draft},
    reasons::{Hold, KnownBy, SkipReason},
    sidecar::{self, Sidecar},
    store::{self, DuePost, FolderRow},
    watched_folders::Folders,
};
use crate::{
    planner::PlanError,
    posts::{self, NewPost, PostError, State},
    settings::zone,
    videos::{self, ContentId, VideoError},
};

/// What became of a file that was to be taken.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Posts were made of it.
    Taken(Vec<String>),
    /// It is left out.
    Skipped(SkipReason),
    /// It is not finished.
    NotReady(NotReady),
    /// It is decided already, or the folder is gone.
    Decided,
}

/// Why a file is not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotReady {
    /// It looks otherwise now.
    Changed,
    /// Somebody has it open for writing.
    InUse,
    /// It stops in the middle of its video.
    Truncated,
}

/// How much a creator's hand may overrule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    /// Nobody's hand.
    Watcher,
    /// The creator takes it: also without its side file, and also what was offered or left out.
    Creator {
        /// Also what was posted before.
        again: bool,
    },
}

/// A file to take.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) path: &'a str,
    pub(super) stat: FileStat,
    pub(super) seen_at: Timestamp,
    pub(super) trigger: Trigger,
}

/// What is read of a file, from disk.
enum Examined {
    NotReady(NotReady),
    Skipped(SkipReason),
    Complete(Box<NewPost>, Option<Sidecar>),
}

impl Folders {
    /// Takes a file that was still: looks into it, and makes posts of it or leaves it out.
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
            // Taken by hand while it waits for its side file.
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
                // It was there a moment ago.
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

    /// One transaction. Nothing when the video must be identified anew first.
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
        // What the creator changed or decided since this was looked at counts.
        let folder = match store::get(&mut tx, &folder.id).await {
            Ok(folder) => folder,
            Err(error) if !error.is_internal() => return Ok(Some(Outcome::Decided)),
            Err(error) => return Err(error),
        };
        let Some(settings) = folder.settings() else {
            return Ok(Some(Outcome::Decided));
        };
        let before = files::find(&mut tx, &folder.id, candidate.path).await?;
        if before.is_some_and(|before| {
            before.matches(&candidate.stat)
                && (candidate.trigger == Trigger::Watcher || before.state == FileState::Taken)
        }) || candidate.trigger == Trigger::Watcher && folder.paused
        {
            return Ok(Some(Outcome::Decided));
        }
        let Some(video) = videos::insert(&mut tx, content, now.as_millisecond()).await? else {
            return Ok(None);
        };
        let times = (candidate.seen_at, now);
        let drafts = if candidate.trigger == Trigger::Watcher
            && videos::is_transcoded(&mut tx, video).await?
        {
            Err(SkipReason::Made)
        } else {
            let uses = videos::uses(&mut tx, Some(video)).await?;
            self.drafts(&mut tx, &folder, candidate, sidecar, accounts, &uses)
                .await?
        };
        let drafts = match drafts {
            Ok(drafts) => drafts,
            Err(skip) => {
                let decision = Decision::Skipped(&skip);
                let (path, stat) = (candidate.path, &candidate.stat);
                files::decide(&mut tx, &folder.id, path, stat, decision, times).await?;
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
            times,
        )
        .await?;
        let mut made = Vec::with_capacity(drafts.len());
        for Draft {
            settings: chosen,
            is_due,
            at,
            held,
        } in drafts
        {
            let post = NewPost {
                settings: chosen,
                ..post.clone()
            };
            let text = "Added from a watched folder";
            let id = posts::insert(&mut tx, &post, video, now.as_millisecond(), text).await?;
            store::add_post(&mut tx, (file, &id), is_due, at.as_ref(), held.as_ref()).await?;
            made.push(id);
        }
        tx.commit().await?;
        tracing::info!(folder = folder.id, posts = made.len(), action = ?settings.action, "[Folders] A file was taken");
        Ok(Some(Outcome::Taken(made)))
    }

    /// The posts that are to be made, for whoever has not got the video yet.
    async fn drafts(
        &self,
        tx: &mut sqlx::SqliteConnection,
        folder: &FolderRow,
        candidate: &Candidate<'_>,
        sidecar: Option<&Sidecar>,
        accounts: &[AccountRow],
        uses: &[videos::Use],
    ) -> Result<Result<Vec<Draft>, SkipReason>, FolderError> {
        let settings = folder.settings().unwrap_or_default();
        let chosen = match plan::recipients(&settings, accounts, candidate.path, sidecar) {
            Ok(chosen) => chosen,
            Err(skip) => return Ok(Err(skip)),
        };
        let again = candidate.trigger == Trigger::Creator { again: true };
        let has = |account: &AccountRow| uses.iter().find(|one| one.open_id == account.open_id);
        let wanting: Vec<&AccountRow> = chosen
            .iter()
            .copied()
            .filter(|account| again || has(account).is_none())
            .collect();
        if wanting.is_empty() {
            let uses = chosen.into_iter().filter_map(has).map(KnownBy::from);
            return Ok(Err(SkipReason::Known {
                uses: uses.collect(),
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

    /// Leaves a file out.
    pub(super) async fn skip(
        &self,
        folder: &FolderRow,
        candidate: &Candidate<'_>,
        skip: SkipReason,
    ) -> Result<Outcome, FolderError> {
        let times = (candidate.seen_at, self.clock.now());
        let decision = Decision::Skipped(&skip);
        let (path, stat) = (candidate.path, &candidate.stat);
        // A folder that is gone has no files.
        if self.store.get(&folder.id).await.is_err() {
            return Ok(Outcome::Decided);
        }
        self.store
            .decide(&folder.id, path, stat, decision, times)
            .await?;
        Ok(Outcome::Skipped(skip))
    }

    /// Tells of new posts, and puts those in line that go out by themselves.
    async fn announce_posts(&self, made: &[String]) {
        for post in made {
            self.service.announce(post).await;
        }
        self.queue_due_posts().await;
    }

    /// Puts every post in line that is still to go out by itself; those of a stop before that are among them.
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
        // It was put in line right before a stop.
        if state != State::Draft {
            return Ok(self.store.clear_due(id, None).await?);
        }
        match self.queue_post(due).await {
            Ok(_) => Ok(self.store.clear_due(id, None).await?),
            Err(error) => match Hold::of(&error) {
                Some(held) => {
                    self.store.clear_due(id, Some(&held)).await?;
                    self.service.announce(id).await;
                    Ok(())
                }
                None => Err(error.into()),
            },
        }
    }

    /// Puts a draft from a folder in line as its side file or its folder says.
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

/// Looks into a file that has looked like this. Blocks: it reads from disk.
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
    if in_use(&[path]).contains(&true) {
        return Examined::NotReady(NotReady::InUse);
    }
    let post = posts::examine(path);
    let sidecar = if stat.sidecar.is_some() && sidecar_extension(rule).is_some() {
        sidecar::read(path, rule)
    } else {
        Ok(None)
    };
    // What was read is one file and one side file only if neither changed meanwhile.
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
