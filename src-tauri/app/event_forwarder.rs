//! Forwards the engine's events to the window, and sends the whole state again after events were lost.

use std::collections::HashSet;

use slipway_engine::views::{Event, Folder, Post};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::shell::{Shell, UiEvent};

/// Forwards `events` to the window until the engine closes.
pub async fn forward_events(shell: Shell, mut events: Receiver<Event>) {
    let mut known: HashSet<String> = posts(&shell)
        .await
        .into_iter()
        .map(|post| post.id)
        .collect();
    loop {
        let pending = match events.recv().await {
            Ok(event) => vec![event],
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(
                    missed,
                    "[Events] Forward failed: sending the whole state again"
                );
                full_state(&known, posts(&shell).await, folders(&shell).await)
            }
            Err(RecvError::Closed) => return,
        };
        for event in pending {
            match &event {
                Event::PostChanged { post } => {
                    known.insert(post.id.clone());
                }
                Event::PostRemoved { id } => {
                    known.remove(id);
                }
                _ => {}
            }
            shell.send(UiEvent::Engine(Box::new(event)));
        }
    }
}

async fn posts(shell: &Shell) -> Vec<Post> {
    match shell.engine().await {
        Ok(engine) => engine.posts().await.unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

async fn folders(shell: &Shell) -> Vec<Folder> {
    match shell.engine().await {
        Ok(engine) => engine.folders().await.unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// The events that bring a window up to date that missed some: every post and folder, and the posts that were removed.
fn full_state(known: &HashSet<String>, posts: Vec<Post>, folders: Vec<Folder>) -> Vec<Event> {
    let present: HashSet<&str> = posts.iter().map(|post| post.id.as_str()).collect();
    let removed = known.iter().filter(|id| !present.contains(id.as_str()));
    let mut events = vec![Event::AccountsChanged, Event::FoldersChanged];
    let ids = folders.into_iter().map(|folder| folder.id);
    events.extend(ids.map(|folder_id| Event::FolderFilesChanged { folder_id }));
    events.extend(removed.map(|id| Event::PostRemoved { id: id.clone() }));
    let changed = posts.into_iter().map(Box::new);
    events.extend(changed.map(|post| Event::PostChanged { post }));
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(id: &str) -> Post {
        serde_json::from_value(serde_json::json!({
            "id": id, "fileName": "a.mp4", "path": "/a.mp4", "sizeBytes": 1, "findings": [],
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
            "accountName": null, "state": { "kind": "draft" }, "progress": null, "link": null,
            "known": [], "createdAt": "2026-11-24T10:00:00Z", "finishedAt": null
        }))
        .unwrap()
    }

    #[test]
    fn a_window_that_missed_events_gets_the_whole_state() {
        let known = ["kept", "gone"].map(str::to_owned).into();
        let folder = serde_json::from_value(serde_json::json!({
            "id": "exports", "path": "/exports", "settings": {}, "state": { "kind": "paused" },
            "counts": {
                "offered": 0, "settling": 0, "waiting": 0, "approval": 0, "taken": 0, "skipped": 0,
                "ignored": 0
            },
            "consentedAt": null, "addedAt": "2026-11-24T10:00:00Z"
        }))
        .unwrap();
        let events = full_state(&known, vec![post("kept"), post("new")], vec![folder]);
        let expected = [
            Event::AccountsChanged,
            Event::FoldersChanged,
            Event::FolderFilesChanged {
                folder_id: "exports".to_owned(),
            },
            Event::PostRemoved {
                id: "gone".to_owned(),
            },
            Event::PostChanged {
                post: Box::new(post("kept")),
            },
            Event::PostChanged {
                post: Box::new(post("new")),
            },
        ];
        assert_eq!(events, expected);
    }
}
