//! The post service: locks posts, builds their views, announces their changes and wakes the publisher.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use slipway_core::{
    account_name,
    events::Events,
    texts::Texts,
    views::{Event, Post, Progress},
};
use tokio::sync::Notify;

use super::{
    context::PostContext, error::PostError, lock_table::PostLocks, progress::UploadMeters,
    row::PostRow, store::PostStore,
};

/// Locks, views and announces posts.
#[derive(Debug)]
pub(crate) struct PostService {
    store: PostStore,
    events: Events,
    pub(super) locks: PostLocks,
    pub(super) progress: UploadMeters,
    wake: Notify,
    wakes: AtomicU64,
    texts: &'static Texts,
}

impl PostService {
    pub(crate) fn new(store: PostStore, events: Events, texts: &'static Texts) -> Arc<Self> {
        Arc::new(Self {
            store,
            events,
            locks: PostLocks::default(),
            progress: UploadMeters::default(),
            wake: Notify::new(),
            wakes: AtomicU64::new(0),
            texts,
        })
    }

    /// Makes the publisher run its scheduler now.
    pub(crate) fn wake(&self) {
        self.wakes.fetch_add(1, Ordering::SeqCst);
        self.wake.notify_one();
    }

    /// The number of calls to [`Self::wake`] so far.
    pub(crate) fn wakes(&self) -> u64 {
        self.wakes.load(Ordering::SeqCst)
    }

    /// Waits until [`Self::wake`] is called. A call while nothing waits is remembered.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// A post with the progress of its running upload.
    pub(crate) async fn view(&self, id: &str) -> Result<Post, PostError> {
        let row = self.store.get(id).await?;
        let context = self.store.context(&row).await?;
        self.show(&row, &context)
    }

    /// A stored post with the progress of its running upload, and the names of accounts that creators see.
    pub(crate) fn show(&self, row: &PostRow, context: &PostContext) -> Result<Post, PostError> {
        let mut post = row.view(self.progress(&row.id), context)?;
        let known = post.known.iter_mut().map(|known| &mut known.account_name);
        for name in post.account_name.iter_mut().chain(known) {
            account_name::show(name, self.texts);
        }
        Ok(post)
    }

    /// Sends the post as it is now to all listeners.
    pub(crate) async fn announce(&self, id: &str) {
        if let Ok(post) = self.view(id).await {
            self.events.send(Event::PostChanged {
                post: Box::new(post),
            });
        }
    }

    /// Wakes the publisher for a post whose state has changed, announces the post, and returns it.
    pub(crate) async fn transitioned(&self, id: &str) -> Result<Post, PostError> {
        self.wake();
        self.announce(id).await;
        self.view(id).await
    }

    /// The progress of the running upload of a post.
    pub(crate) fn progress(&self, id: &str) -> Option<Progress> {
        self.progress.get(id)
    }

    /// The meters of all running uploads.
    pub(crate) fn meters(&self) -> UploadMeters {
        self.progress.clone()
    }
}
