//! From a finished file to its posts. Posts, the file's state and its number are one transaction, so that a stop at any
//! moment neither loses a file nor posts it twice; what is to go out by itself is put in line from stored facts.

use std::path::{Path, PathBuf};

use crate::posts::history;
use jiff::Timestamp;
use slipway_accounts::accounts::AccountRow;
use slipway_core::views::{FolderWhen, Post};

use super::{
    Folders,
    file_stat::{Glance, Look, Thing, side_ending},
    files::{self, Decision},
    open_files::busy,
    plan::{self, Draft},
    reasons::{ApprovalReason, KnownBy, Skip},
    sidecar::{self, Side},
    store::{self, Due, FolderRow},
};
use crate::{
    folders::FolderError,
    planner::PlanError,
    posts::{self, AddError, NewPost, PostError, State},
    settings::zone,
    videos::{self, Sighting, VideoError},
};

/// What became of a file that was to be taken.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Posts were made of it.
    Taken(Vec<String>),
    /// It is left out.
    Skipped(Skip),
    /// It is not finished.
    NotYet(NotYet),
    /// It is decided already, or the folder is gone.
    Decided,
}

/// Why a file is not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotYet {
    /// It looks otherwise now.
    Changed,
    /// Somebody has it open for writing.
    Busy,
    /// It stops in the middle of its video.
    Cut,
}

/// How much a creator's hand may overrule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Nobody's hand.
    Itself,
    /// The creator takes it: also without its side file, and also what was offered or left out.
    Hand {
        /// Also what was posted before.
        again: bool,
    },
}

/// A file to take.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) path: &'a str,
    pub(super) look: Look,
    pub(super) seen_at: Timestamp,
    pub(super) by: By,
}

/// What is read of a file, from disk.
enum Examined {
    NotYet(NotYet),
    Skipped(Skip),
    Whole(Box<NewPost>, Option<Side>),
}

impl Folders {
    /// Takes a file that was still: looks into it, and makes posts of it or leaves it out.
    pub(super) async fn take(
        &self,
        folder: &FolderRow,
        glance: Glance,
        candidate: &Candidate<'_>,
    ) -> Result<Outcome, FolderError> {
        let Some(settings) = folder.settings() else {
            return Ok(Outcome::Decided);
        };
        let path = Path::new(&folder.path).join(candidate.path);
        let rule = match (candidate.by, candidate.look.side) {
            // Taken by hand while it waits for its side file.
            (By::Hand { .. }, None) => slipway_core::views::CaptionRule::FileName,
            _ => settings.caption.clone(),
        };
        let look = candidate.look;
        let examined = tokio::task::spawn_blocking(move || examine(&path, &look, glance, &rule))
            .await
            .unwrap_or(Examined::NotYet(NotYet::Changed));
        match examined {
            Examined::NotYet(why) => Ok(Outcome::NotYet(why)),
            Examined::Skipped(skip) => self.skip(folder, candidate, skip).await,
            Examined::Whole(post, side) => {
                self.enter(folder, candidate, *post, side.as_ref()).await
            }
        }
    }

    async fn enter(
        &self,
        folder: &FolderRow,
        candidate: &Candidate<'_>,
        post: NewPost,
        side: Option<&Side>,
    ) -> Result<Outcome, FolderError> {
        let accounts = self.planner.accounts.list().await?;
        loop {
            let sighting = match videos::identify(&self.store.pool, &post).await {
                Ok(sighting) => sighting,
                // It was there a moment ago.
                Err(VideoError::Unreadable(_)) => {
                    return Ok(Outcome::NotYet(NotYet::Changed));
                }
                Err(error) => return Err(error.into()),
            };
            if let Some(outcome) = self
                .try_to_enter(folder, candidate, &post, side, &accounts, &sighting)
                .await?
            {
                if let Outcome::Taken(posts) = &outcome {
                    self.taken(posts).await;
                }
                return Ok(outcome);
            }
        }
    }

    /// One transaction. Nothing when the video must be identified anew first.
    async fn try_to_enter(
        &self,
        folder: &FolderRow,
        candidate: &Candidate<'_>,
        post: &NewPost,
        side: Option<&Side>,
        accounts: &[AccountRow],
        sighting: &Sighting,
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
        let before = files::state(&mut tx, &folder.id, candidate.path).await?;
        if before.is_some_and(|before| {
            before.is(&candidate.look) && (candidate.by == By::Itself || before.state == "taken")
        }) || candidate.by == By::Itself && folder.paused
        {
            return Ok(Some(Outcome::Decided));
        }
        let Some(video) = videos::enter(&mut tx, sighting, now.as_millisecond()).await? else {
            return Ok(None);
        };
        let times = (candidate.seen_at, now);
        let drafts = if candidate.by == By::Itself && videos::is_made(&mut tx, video).await? {
            Err(Skip::Made)
        } else {
            let uses = videos::uses(&mut tx, Some(video)).await?;
            self.drafts(&mut tx, &folder, candidate, side, accounts, &uses)
                .await?
        };
        let drafts = match drafts {
            Ok(drafts) => drafts,
            Err(skip) => {
                let decision = Decision::Skipped(&skip);
                let (path, look) = (candidate.path, &candidate.look);
                files::decide(&mut tx, &folder.id, path, look, decision, times).await?;
                tx.commit().await?;
                return Ok(Some(Outcome::Skipped(skip)));
            }
        };
        let file = files::decide(
            &mut tx,
            &folder.id,
            candidate.path,
            &candidate.look,
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
            let text = history::added_from_folder();
            let id = posts::insert(&mut tx, &post, video, now.as_millisecond(), &text).await?;
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
        side: Option<&Side>,
        accounts: &[AccountRow],
        uses: &[videos::Use],
    ) -> Result<Result<Vec<Draft>, Skip>, FolderError> {
        let settings = folder.settings().unwrap_or_default();
        let chosen = match plan::recipients(&settings, accounts, candidate.path, side) {
            Ok(chosen) => chosen,
            Err(skip) => return Ok(Err(skip)),
        };
        let again = candidate.by == By::Hand { again: true };
        let has = |account: &AccountRow| uses.iter().find(|one| one.open_id == account.open_id);
        let wanting: Vec<&AccountRow> = chosen
            .iter()
            .copied()
            .filter(|account| again || has(account).is_none())
            .collect();
        if wanting.is_empty() {
            let uses = chosen.into_iter().filter_map(has).map(KnownBy::from);
            return Ok(Err(Skip::Known {
                uses: uses.collect(),
            }));
        }
        let n = store::number(tx, &folder.id).await?;
        let zone = zone(&self.settings.borrow());
        let whole: PathBuf = Path::new(&folder.path).join(candidate.path);
        let words = plan::words(&whole, &zone, self.clock.now(), n);
        let zone = zone.iana_name().unwrap_or("UTC");
        Ok(wanting
            .into_iter()
            .map(|account| plan::draft(&settings, account, &words, side, zone))
            .collect())
    }

    /// Leaves a file out.
    pub(super) async fn skip(
        &self,
        folder: &FolderRow,
        candidate: &Candidate<'_>,
        skip: Skip,
    ) -> Result<Outcome, FolderError> {
        let times = (candidate.seen_at, self.clock.now());
        let decision = Decision::Skipped(&skip);
        let (path, look) = (candidate.path, &candidate.look);
        // A folder that is gone has no files.
        if self.store.get(&folder.id).await.is_err() {
            return Ok(Outcome::Decided);
        }
        self.store
            .decide(&folder.id, path, look, decision, times)
            .await?;
        Ok(Outcome::Skipped(skip))
    }

    /// Tells of new posts, and puts those in line that go out by themselves.
    async fn taken(&self, made: &[String]) {
        for post in made {
            self.service.announce(post).await;
        }
        self.send_due().await;
    }

    /// Puts every post in line that is still to go out by itself; those of a stop before that are among them.
    pub(super) async fn send_due(&self) {
        let _turn = self.sending.lock().await;
        let due = match self.store.due().await {
            Ok(due) => due,
            Err(error) => {
                self.fault(&error.into());
                return;
            }
        };
        for due in due {
            if let Err(error) = self.send(&due).await {
                self.fault(&error);
            }
        }
    }

    async fn send(&self, due: &Due) -> Result<(), FolderError> {
        let id = &due.post_id;
        let state = match self.posts.get(id).await {
            Ok(row) => row.state()?,
            Err(PostError::NoSuchPost) => return Ok(self.store.settled(id, None).await?),
            Err(error) => return Err(error.into()),
        };
        // It was put in line right before a stop.
        if state != State::Draft {
            return Ok(self.store.settled(id, None).await?);
        }
        match self.put_in_line(due).await {
            Ok(_) => Ok(self.store.settled(id, None).await?),
            Err(error) => match ApprovalReason::of(&error) {
                Some(held) => {
                    self.store.settled(id, Some(&held)).await?;
                    self.service.announce(id).await;
                    Ok(())
                }
                None => Err(error.into()),
            },
        }
    }

    /// Puts a draft from a folder in line as its side file or its folder says.
    pub(super) async fn put_in_line(&self, due: &Due) -> Result<Post, PlanError> {
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
    look: &Look,
    glance: Glance,
    rule: &slipway_core::views::CaptionRule,
) -> Examined {
    let is_same = || matches!(glance.at(path), Ok(Some(Thing::File(found))) if found == *look);
    if !is_same() {
        return Examined::NotYet(NotYet::Changed);
    }
    if busy(&[path]).contains(&true) {
        return Examined::NotYet(NotYet::Busy);
    }
    let post = posts::examine(path);
    let side = if look.side.is_some() && side_ending(rule).is_some() {
        sidecar::read(path, rule)
    } else {
        Ok(None)
    };
    // What was read is one file and one side file only if neither changed meanwhile.
    if !is_same() {
        return Examined::NotYet(NotYet::Changed);
    }
    let post = match post {
        Ok(post) => post,
        Err(error) => {
            return Skip::of(error).map_or(Examined::NotYet(NotYet::Cut), Examined::Skipped);
        }
    };
    match side {
        Ok(side) => Examined::Whole(Box::new(post), side),
        Err(fault) => Examined::Skipped(Skip::Side { fault }),
    }
}
