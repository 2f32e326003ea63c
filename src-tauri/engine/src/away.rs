//! [`AwayLog`]: what happened while Slipway was closed or the computer slept, for one summary afterwards.

use std::{collections::HashSet, time::Duration};

use jiff::Timestamp;
use parking_lot::Mutex;
use slipway_core::{
    clock::Clock,
    events::Events,
    views::{AwayItem, AwayReport, Event, Post, PostFolder, PostState},
};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::posts::{PostRow, State};

/// The time after the start for which a change counts as having happened before it.
const FIRST_LOOK: Duration = Duration::from_secs(30);

/// Collects the items of the summary and sends an event for each change.
#[derive(Debug)]
pub(crate) struct AwayLog {
    events: Events,
    opened: Timestamp,
    state: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    report: AwayReport,
    /// The posts that TikTok was processing when the engine opened.
    processing: HashSet<String>,
    /// New posts from folders that are counted already.
    counted: HashSet<String>,
    /// The last time at which the creator's pause held back all posts.
    paused_at: Option<Timestamp>,
}

impl AwayLog {
    /// Creates an empty log at the start of the engine, with the posts that are active then.
    pub(crate) fn new(events: Events, opened: Timestamp, active: &[PostRow]) -> Self {
        let processing = active
            .iter()
            .filter(|row| matches!(row.state(), Ok(State::Processing)))
            .map(|row| row.id.clone())
            .collect();
        Self {
            events,
            opened,
            state: Mutex::new(Log {
                processing,
                ..Log::default()
            }),
        }
    }

    /// Returns the summary.
    pub(crate) fn report(&self) -> AwayReport {
        self.state.lock().report.clone()
    }

    /// Clears the summary.
    pub(crate) fn dismiss(&self) {
        self.update(|log| log.report.items.clear());
    }

    /// Records that the creator's pause holds back all posts: a post that was due until now is late because of it.
    pub(crate) fn paused_at(&self, now: Timestamp) {
        self.state.lock().paused_at = Some(now);
    }

    /// Adds a scheduled post that starts late.
    pub(crate) fn late(&self, row: &PostRow, due: Timestamp, late_by: Duration) {
        self.add_unless_paused(
            due,
            AwayItem::SentLate {
                post_id: row.id.clone(),
                file_name: row.file_name.clone(),
                due: due.to_string(),
                late_seconds: late_by.as_secs(),
            },
        );
    }

    /// Adds a scheduled post that was missed.
    pub(crate) fn missed(&self, row: &PostRow, due: Timestamp) {
        self.add_unless_paused(
            due,
            AwayItem::Missed {
                post_id: row.id.clone(),
                file_name: row.file_name.clone(),
                due: due.to_string(),
            },
        );
    }

    /// Adds the posts that TikTok finished and the videos that folders received, as events report them in the time
    /// [`FIRST_LOOK`] after the start.
    pub(crate) async fn follow(&self, mut events: Receiver<Event>, clock: &dyn Clock) {
        let end = clock.uptime() + FIRST_LOOK;
        loop {
            match events.recv().await {
                Ok(_) if clock.uptime() > end => return,
                Ok(Event::PostChanged { post }) => self.look_at(&post),
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn look_at(&self, post: &Post) {
        let ended = matches!(
            post.state,
            PostState::Published | PostState::DeliveredToInbox | PostState::Failed { .. }
        );
        if ended && self.state.lock().processing.remove(&post.id) {
            self.update(|log| {
                log.add(AwayItem::Ended {
                    post_id: post.id.clone(),
                    file_name: post.file_name.clone(),
                });
            });
        }
        let new = post
            .created_at
            .parse()
            .is_ok_and(|at: Timestamp| at >= self.opened);
        if let Some(folder) = post.folder.as_ref().filter(|_| new) {
            self.update(|log| log.count(folder, &post.id));
        }
    }

    fn add_unless_paused(&self, due: Timestamp, item: AwayItem) {
        self.update(|log| {
            if log.paused_at.is_none_or(|paused| paused < due) {
                log.add(item);
            }
        });
    }

    fn update(&self, change: impl FnOnce(&mut Log)) {
        let mut log = self.state.lock();
        let before = log.report.clone();
        change(&mut log);
        // Sent while locked, so that events have the order of the changes.
        if log.report != before {
            self.events.send(Event::AwayChanged {
                report: log.report.clone(),
            });
        }
    }
}

impl Log {
    /// Adds an item, in place of an older one about the same post.
    fn add(&mut self, item: AwayItem) {
        let post = post_of(&item).map(str::to_owned);
        self.report
            .items
            .retain(|other| post.is_none() || post_of(other) != post.as_deref());
        self.report.items.push(item);
    }

    /// Counts a new post of a folder once.
    fn count(&mut self, folder: &PostFolder, post: &str) {
        if !self.counted.insert(post.to_owned()) {
            return;
        }
        for item in &mut self.report.items {
            if let AwayItem::FolderVideos {
                folder_id, count, ..
            } = item
                && *folder_id == folder.id
            {
                *count += 1;
                return;
            }
        }
        self.add(AwayItem::FolderVideos {
            folder_id: folder.id.clone(),
            name: folder.name.clone(),
            count: 1,
        });
    }
}

/// The post that an item is about, if it is about one.
fn post_of(item: &AwayItem) -> Option<&str> {
    match item {
        AwayItem::SentLate { post_id, .. }
        | AwayItem::Missed { post_id, .. }
        | AwayItem::Ended { post_id, .. } => Some(post_id),
        AwayItem::FolderVideos { .. } => None,
    }
}
