//! [`Workload`]: the work that needs a running Slipway, and the state that the tray shows.

use serde::{Deserialize, Serialize};
use slipway_engine::views::{AppStatus, Folder, FolderState, Post, PostState, WaitReason};
use specta::Type;

/// The work that needs a running Slipway.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Workload {
    /// Scheduled posts.
    pub scheduled: u32,
    /// Posts that wait, for example for a limit of TikTok.
    pub waiting: u32,
    /// Posts that are being sent or processed.
    pub under_way: u32,
    /// Watched folders.
    pub folders: u32,
    /// Posts, folders and notices that wait for the creator.
    pub needs_you: u32,
    /// The next scheduled post.
    pub next: Option<NextPost>,
    /// The part of the running uploads that was sent, in percent.
    pub uploading: Option<u8>,
    /// Whether the creator paused everything.
    pub paused: bool,
    /// Whether the work could not be read in time. It counts as work: nothing that the creator planned may be dropped.
    #[serde(skip)]
    pub unread: bool,
}

/// The next scheduled post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NextPost {
    /// The file's name.
    pub file_name: String,
    /// Its time, as RFC 3339.
    pub at: String,
}

/// The state that the tray shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrayState {
    /// Nothing is being uploaded.
    Idle,
    /// The creator paused everything.
    Paused,
    /// Videos are being uploaded.
    Uploading {
        /// The part that was sent, in percent.
        percent: u8,
    },
    /// Something waits for the creator.
    NeedsYou {
        /// The number of such things.
        count: u32,
    },
    /// A problem prevents Slipway from opening its data.
    NotOpen,
}

impl Workload {
    /// The work of a session that could not be read in time.
    pub fn unread() -> Self {
        Self {
            unread: true,
            ..Self::default()
        }
    }

    /// Counts the work.
    pub fn of<'a>(
        posts: impl IntoIterator<Item = &'a Post>,
        folders: &[Folder],
        status: &AppStatus,
    ) -> Self {
        let mut workload = Self {
            paused: status.paused,
            needs_you: count(status.notices.len()),
            ..Self::default()
        };
        let mut sent = (0, 0);
        for post in posts {
            workload.add(post);
            if post.state == PostState::Uploading {
                let progress = post.progress.as_ref();
                sent.0 += progress.map_or(0, |progress| progress.sent_bytes);
                sent.1 += progress.map_or(post.size_bytes, |progress| progress.total_bytes);
                workload.uploading = Some(percent(sent));
            }
        }
        for folder in folders {
            match folder.state {
                FolderState::Watching { .. } | FolderState::Scanning => workload.folders += 1,
                FolderState::Away { .. } | FolderState::Blocked { .. } => {
                    workload.folders += 1;
                    workload.needs_you += 1;
                }
                FolderState::Paused => {}
            }
        }
        workload
    }

    fn add(&mut self, post: &Post) {
        match &post.state {
            PostState::Scheduled => {
                self.scheduled += 1;
                let at = post.schedule.as_ref().map(|schedule| &schedule.at);
                if let Some(at) = at
                    && self.next.as_ref().is_none_or(|next| *at < next.at)
                {
                    self.next = Some(NextPost {
                        file_name: post.file_name.clone(),
                        at: at.clone(),
                    });
                }
            }
            PostState::Waiting {
                reason: WaitReason::Reconnect,
                ..
            } => {
                self.waiting += 1;
                self.needs_you += 1;
            }
            PostState::Waiting { .. } => self.waiting += 1,
            PostState::Queued
            | PostState::Checking
            | PostState::Uploading
            | PostState::Processing => {
                self.under_way += 1;
            }
            PostState::Failed { .. }
            | PostState::Unconfirmed { .. }
            | PostState::Paused { notice: Some(_) } => self.needs_you += 1,
            PostState::Draft if post.folder.as_ref().is_some_and(|folder| folder.approval) => {
                self.needs_you += 1;
            }
            PostState::Draft
            | PostState::Paused { notice: None }
            | PostState::Published
            | PostState::DeliveredToInbox
            | PostState::Cancelled => {}
        }
    }

    /// The state that the tray shows of an open session.
    pub fn state(&self) -> TrayState {
        if self.paused {
            TrayState::Paused
        } else if let Some(percent) = self.uploading {
            TrayState::Uploading { percent }
        } else if self.needs_you > 0 {
            TrayState::NeedsYou {
                count: self.needs_you,
            }
        } else {
            TrayState::Idle
        }
    }

    /// Whether something does not happen while Slipway is closed.
    pub fn needs_slipway(&self) -> bool {
        self.breaks_a_promise() || self.folders > 0
    }

    /// Whether quitting now delays posts that the creator has sent or scheduled.
    pub fn breaks_a_promise(&self) -> bool {
        self.unread || self.scheduled + self.waiting + self.under_way > 0
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn percent((sent, total): (u64, u64)) -> u8 {
    let part = sent.saturating_mul(100).checked_div(total).unwrap_or(0);
    u8::try_from(part.min(100)).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn post(id: &str, state: &Value, more: &Value) -> Post {
        let mut post = json!({
            "id": id, "fileName": format!("{id}.mp4"), "path": "/a.mp4", "sizeBytes": 1000, "findings": [],
            "media": {
                "container": "MP4", "videoCodec": "H.264", "audioCodec": null,
                "width": 1080, "height": 1920, "fps": 30.0, "durationMs": 1000
            },
            "settings": {
                "accountId": null, "mode": "direct", "caption": "", "privacy": null,
                "allowComment": false, "allowDuet": false, "allowStitch": false,
                "disclosesCommercial": false, "brandOrganic": false, "brandContent": false,
                "isAigc": false, "coverMs": null
            },
            "state": state, "known": [], "createdAt": "2026-11-24T10:00:00Z"
        });
        for (name, value) in more.as_object().unwrap() {
            post[name] = value.clone();
        }
        serde_json::from_value(post).unwrap()
    }

    fn at(time: &str) -> Value {
        json!({ "schedule": {
            "moment": { "dateTime": "2026-12-01T10:00:00", "zone": "UTC" }, "at": time, "change": "none"
        } })
    }

    fn folder(state: &Value) -> Folder {
        serde_json::from_value(json!({
            "id": "exports", "path": "/exports", "settings": {}, "state": state,
            "counts": {
                "offered": 0, "settling": 0, "waiting": 0, "approval": 0, "taken": 0, "skipped": 0,
                "ignored": 0
            },
            "consentedAt": null, "addedAt": "2026-11-24T10:00:00Z"
        }))
        .unwrap()
    }

    fn notice() -> Value {
        json!({ "code": "post.missed", "args": {} })
    }

    #[test]
    fn finished_posts_and_drafts_need_no_running_slipway() {
        let done = [
            post("draft", &json!({ "kind": "draft" }), &json!({})),
            post("published", &json!({ "kind": "published" }), &json!({})),
            post("cancelled", &json!({ "kind": "cancelled" }), &json!({})),
            post(
                "paused",
                &json!({ "kind": "paused", "notice": null }),
                &json!({}),
            ),
        ];
        let paused = [folder(&json!({ "kind": "paused" }))];
        let workload = Workload::of(&done, &paused, &AppStatus::default());
        assert_eq!(workload, Workload::default());
        assert!(!workload.needs_slipway());
    }

    #[test]
    fn the_next_post_is_the_earliest_of_the_scheduled_ones() {
        let scheduled = json!({ "kind": "scheduled" });
        let posts = [
            post("later", &scheduled, &at("2026-12-02T10:00:00Z")),
            post("sooner", &scheduled, &at("2026-12-01T10:00:00Z")),
        ];
        let workload = Workload::of(&posts, &[], &AppStatus::default());
        assert_eq!(workload.scheduled, 2);
        assert_eq!(workload.next.unwrap().file_name, "sooner.mp4");
    }

    #[test]
    fn a_watched_folder_needs_slipway_but_quitting_breaks_no_promise() {
        let folders = [folder(&json!({ "kind": "watching", "byScanning": false }))];
        let workload = Workload::of(&[], &folders, &AppStatus::default());
        assert!(workload.needs_slipway() && !workload.breaks_a_promise());
    }

    #[test]
    fn posts_that_wait_for_the_creator_are_counted() {
        let failed = json!({
            "kind": "failed", "notice": notice(), "canRetry": true, "fileChanged": false
        });
        let reconnect =
            json!({ "kind": "waiting", "reason": "reconnect", "notice": notice(), "until": null });
        let posts = [
            post("failed", &failed, &json!({})),
            post(
                "missed",
                &json!({ "kind": "paused", "notice": notice() }),
                &json!({}),
            ),
            post("reconnect", &reconnect, &json!({})),
        ];
        let workload = Workload::of(&posts, &[], &AppStatus::default());
        assert_eq!((workload.needs_you, workload.waiting), (3, 1));
    }

    #[test]
    fn the_percentage_covers_all_running_uploads() {
        let uploading = json!({ "kind": "uploading" });
        let progress = json!({ "progress": {
            "sentBytes": 860, "totalBytes": 1000, "bytesPerSecond": null, "secondsLeft": null
        } });
        let posts = [
            post("one", &uploading, &progress),
            post("two", &uploading, &json!({})),
        ];
        let workload = Workload::of(&posts, &[], &AppStatus::default());
        assert_eq!((workload.under_way, workload.uploading), (2, Some(43)));
        assert_eq!(percent((0, 0)), 0);
        assert_eq!(percent((u64::MAX, u64::MAX)), 1);
        assert_eq!(percent((7, 5)), 100);
    }
}
