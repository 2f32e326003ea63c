//! Decides which changes of posts the creator is notified of.

use std::collections::{HashMap, HashSet};

use slipway_engine::views::{AwayItem, AwayReport, Message, Post, PostState};

use super::notifications::Notification;
use crate::texts::{self, texts};

/// A change that is worth a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Published,
    Delivered,
    Failed,
    Missed,
}

/// Remembers the state of each post, so that only changes are reported.
#[derive(Debug, Default)]
pub struct Results {
    known: HashMap<String, Option<Outcome>>,
    /// The delays of posts that went out late, in seconds.
    late: HashMap<String, u64>,
    /// The missed posts that were reported.
    missed: HashSet<String>,
}

impl Results {
    /// Starts over with the posts as they are.
    pub fn reset(&mut self, posts: &[Post]) {
        self.known = posts
            .iter()
            .map(|post| (post.id.clone(), outcome(&post.state)))
            .collect();
        self.late.clear();
        self.missed.clear();
    }

    /// Notes which posts go out late. Returns a notification for each missed post that was not reported.
    pub fn away(&mut self, report: &AwayReport) -> Vec<Notification> {
        let mut notifications = Vec::new();
        for item in &report.items {
            match item {
                AwayItem::SentLate {
                    post_id,
                    late_seconds,
                    ..
                } => {
                    self.late.insert(post_id.clone(), *late_seconds);
                }
                AwayItem::Missed {
                    post_id, file_name, ..
                } => {
                    self.known.insert(post_id.clone(), Some(Outcome::Missed));
                    notifications.extend(self.missed(post_id, file_name));
                }
                AwayItem::Ended { .. } | AwayItem::FolderVideos { .. } => {}
            }
        }
        notifications
    }

    /// Forgets a removed post.
    pub fn removed(&mut self, id: &str) {
        self.known.remove(id);
        self.late.remove(id);
        self.missed.remove(id);
    }

    /// The notification about a changed post, if its change is worth one.
    pub fn changed(&mut self, post: &Post) -> Option<Notification> {
        let new = outcome(&post.state);
        let before = self.known.insert(post.id.clone(), new);
        if before.flatten() == new {
            return None;
        }
        if new != Some(Outcome::Missed) {
            self.missed.remove(&post.id);
        }
        let name = || post.file_name.clone();
        let (title, body) = match new? {
            Outcome::Published => {
                let body = match (self.late.remove(&post.id), &post.account_name) {
                    (Some(late), _) => texts::notification_published_late(name(), late),
                    (None, Some(account)) => texts::notification_published_body(name(), account),
                    (None, None) => texts::notification_named(name()),
                };
                (texts::notification_published(), body)
            }
            Outcome::Delivered => (
                texts::notification_delivered(),
                texts::notification_delivered_body(name()),
            ),
            Outcome::Failed => (
                texts::notification_failed(),
                texts::notification_failed_body(name(), reason(&post.state)),
            ),
            Outcome::Missed => return self.missed(&post.id, &post.file_name),
        };
        Some(notification(&title, &body))
    }

    fn missed(&mut self, id: &str, name: &str) -> Option<Notification> {
        self.missed.insert(id.to_owned()).then(|| {
            notification(
                &texts::notification_missed(),
                &texts::notification_missed_body(name),
            )
        })
    }
}

fn notification(title: &Message, body: &Message) -> Notification {
    Notification {
        title: texts().message(title),
        body: texts().message(body),
        open: texts().message(&texts::notification_open()),
    }
}

fn outcome(state: &PostState) -> Option<Outcome> {
    match state {
        PostState::Published => Some(Outcome::Published),
        PostState::DeliveredToInbox => Some(Outcome::Delivered),
        PostState::Failed { .. } => Some(Outcome::Failed),
        PostState::Paused { notice: Some(_) } => Some(Outcome::Missed),
        _ => None,
    }
}

/// The first part of a failed post's notice.
fn reason(state: &PostState) -> String {
    match state {
        PostState::Failed { notice, .. } => texts().notice(notice).happened,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn post(state: &Value) -> Post {
        serde_json::from_value(json!({
            "id": "kiln", "fileName": "kiln.mp4", "path": "/kiln.mp4", "sizeBytes": 1, "findings": [],
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
            "accountName": "Ada", "state": state, "known": [], "createdAt": "2026-11-24T10:00:00Z"
        }))
        .unwrap()
    }

    fn published() -> Post {
        post(&json!({ "kind": "published" }))
    }

    fn missed() -> Post {
        let notice = json!({ "code": "post.missed", "args": {
            "due": { "kind": "moment", "value": "2026-11-24T10:00:00Z" }
        } });
        post(&json!({ "kind": "paused", "notice": notice }))
    }

    #[test]
    fn a_published_post_is_reported_once() {
        let mut results = Results::default();
        results.reset(&[post(&json!({ "kind": "processing" }))]);
        let told = results.changed(&published()).unwrap();
        assert_eq!(told.title, "Published");
        assert_eq!(told.body, "kiln.mp4 is on Ada\u{2019}s profile.");
        assert_eq!(results.changed(&published()), None);
    }

    #[test]
    fn what_was_so_at_the_start_is_not_reported() {
        let mut results = Results::default();
        results.reset(&[published()]);
        assert_eq!(results.changed(&published()), None);
    }

    #[test]
    fn a_late_post_says_how_late() {
        let mut results = Results::default();
        results.reset(&[post(&json!({ "kind": "scheduled" }))]);
        let late = AwayItem::SentLate {
            post_id: "kiln".to_owned(),
            file_name: "kiln.mp4".to_owned(),
            due: "2026-11-24T10:00:00Z".to_owned(),
            late_seconds: 720,
        };
        assert_eq!(results.away(&AwayReport { items: vec![late] }), []);
        let told = results.changed(&published()).unwrap();
        assert_eq!(told.body, "kiln.mp4 went out 12\u{a0}min late.");
    }

    #[test]
    fn a_missed_post_is_reported_once_even_if_it_was_missed_before_the_start() {
        let mut results = Results::default();
        results.reset(&[missed()]);
        let item = AwayItem::Missed {
            post_id: "kiln".to_owned(),
            file_name: "kiln.mp4".to_owned(),
            due: "2026-11-24T10:00:00Z".to_owned(),
        };
        let report = AwayReport { items: vec![item] };
        let told = results.away(&report);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].title, "A post needs you");
        assert_eq!(results.away(&report), []);
        assert_eq!(results.changed(&missed()), None);
    }
}
