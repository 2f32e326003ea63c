//! The state that all parts of the publisher share.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicI64},
    time::Duration,
};

use parking_lot::Mutex;
use slipway_accounts::{
    accounts::{AccountStore, Tokens},
    circuit_breaker::CircuitBreaker,
};
use slipway_core::{clock::Clock, events::Events, network::Network, views::Settings};
use slipway_store::database::Database;
use tiktok_api::{Endpoints, Uploader};
use tokio::sync::watch::Receiver;

use super::{idle::Idle, throttle::Throttle};
use crate::{
    away::AwayLog,
    posts::{PostService, PostStore},
};

/// Publishes posts: uploads them, polls their status and stores their ends.
#[derive(Debug)]
pub(crate) struct Publisher {
    pub(super) posts: PostStore,
    pub(super) service: Arc<PostService>,
    pub(super) accounts: AccountStore,
    pub(super) tokens: Arc<Tokens>,
    pub(super) database: Arc<Database>,
    pub(super) endpoints: Endpoints,
    pub(super) uploader: Uploader,
    pub(super) breaker: CircuitBreaker,
    pub(super) throttle: Throttle,
    pub(super) network: Arc<dyn Network>,
    pub(super) settings: Receiver<Settings>,
    /// Whether the creator has paused all posts.
    pub(super) paused: Receiver<bool>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) events: Events,
    pub(super) away: Arc<AwayLog>,
    pub(super) idle: Idle,
    /// Posts whose task failed in the database or the vault, with the uptime of their next try.
    pub(super) faulted: Mutex<HashMap<String, Duration>>,
    /// The time of day minus the uptime in milliseconds, as of the last run of the scheduler.
    pub(super) clock_offset: AtomicI64,
}

/// The services that a [`Publisher`] uses.
#[derive(Debug)]
pub(crate) struct PublisherServices {
    pub(crate) posts: PostStore,
    pub(crate) service: Arc<PostService>,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) database: Arc<Database>,
    pub(crate) endpoints: Endpoints,
    pub(crate) uploader: Uploader,
    pub(crate) breaker: CircuitBreaker,
    pub(crate) throttle: Throttle,
    pub(crate) network: Arc<dyn Network>,
    pub(crate) settings: Receiver<Settings>,
    pub(crate) paused: Receiver<bool>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: Events,
    pub(crate) away: Arc<AwayLog>,
}

impl Publisher {
    pub(crate) fn new(services: PublisherServices) -> Self {
        Self {
            accounts: AccountStore {
                pool: services.database.pool.clone(),
            },
            posts: services.posts,
            service: services.service,
            tokens: services.tokens,
            database: services.database,
            endpoints: services.endpoints,
            uploader: services.uploader,
            breaker: services.breaker,
            throttle: services.throttle,
            network: services.network,
            settings: services.settings,
            paused: services.paused,
            clock: services.clock,
            events: services.events,
            away: services.away,
            idle: Idle::default(),
            faulted: Mutex::default(),
            clock_offset: AtomicI64::new(i64::MIN),
        }
    }
}
