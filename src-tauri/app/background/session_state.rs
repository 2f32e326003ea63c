//! [`SessionState`]: the posts, folders and status of the session, as the events report them.

use std::collections::HashMap;

use slipway_engine::views::{AppStatus, Folder, Post, PostState, Progress};

use crate::workload::{TrayState, Workload};

/// The session as far as it is known.
#[derive(Debug, Default)]
pub struct SessionState {
    /// A session is open.
    pub ready: bool,
    /// A problem prevents a session.
    pub problem: bool,
    /// The watched folders.
    pub folders: Vec<Folder>,
    /// The status of the engine.
    pub status: AppStatus,
    posts: HashMap<String, Post>,
}

impl SessionState {
    /// Adds or replaces a post.
    pub fn put(&mut self, post: Post) {
        self.posts.insert(post.id.clone(), post);
    }

    /// Removes a post.
    pub fn remove(&mut self, id: &str) {
        self.posts.remove(id);
    }

    /// Stores the progress of a running upload.
    pub fn progressed(&mut self, id: &str, progress: Progress) {
        if let Some(post) = self.posts.get_mut(id)
            && post.state == PostState::Uploading
        {
            post.progress = Some(progress);
        }
    }

    /// The work that needs a running Slipway.
    pub fn workload(&self) -> Workload {
        Workload::of(self.posts.values(), &self.folders, &self.status)
    }

    /// The state that the tray shows.
    pub fn state(&self, workload: &Workload) -> TrayState {
        if self.problem {
            TrayState::NotOpen
        } else if self.ready {
            workload.state()
        } else {
            TrayState::Idle
        }
    }
}
