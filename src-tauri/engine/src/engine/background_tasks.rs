//! The background tasks of an open engine, which [`Engine::close`] ends.

use std::time::Duration;

use slipway_accounts::accounts::{AccountStore, due_warnings};
use slipway_core::{clock, views::Event};
use slipway_store::audit::AuditError;
use tokio::sync::{broadcast::error::RecvError, mpsc};

use super::Engine;
use crate::{
    posts::PostStore,
    settings::{limit_at, zone},
    status::Source,
    webhook::WebhookReceiver,
};

/// The pause before retrying an operation that the database refused.
const RETRY_PAUSE: Duration = Duration::from_secs(30);
/// The most webhook events that wait to be processed.
const WEBHOOK_QUEUE: usize = 256;

impl Engine {
    /// Starts all background tasks.
    pub(super) fn start(&self) {
        let paused = *self.paused.borrow();
        let network = self.network.state();
        self.status_board.change(|status| {
            status.paused = paused;
            status.network = network;
        });
        self.follow_first_look();
        self.tasks
            .spawn(self.publisher.clone().run(self.stop.clone()));
        let tokens = self.tokens.clone();
        self.spawn_task(async move { tokens.refresh_when_due().await });
        let tokens = self.tokens.clone();
        self.spawn_task(async move { tokens.revoke_pending().await });
        let (database, clock) = (self.database.clone(), self.clock.clone());
        self.spawn_task(async move { database.maintain(clock.as_ref()).await });
        let breaker = self.breaker.clone();
        self.spawn_task(async move { breaker.watch_pauses().await });
        self.follow_accounts();
        self.follow_sign_ins();
        self.follow_gate();
        self.follow_breaker();
        self.follow_upload_limit();
        self.follow_database();
        self.verify_trail();
        self.receive_webhooks();
        self.watch_folders();
    }

    /// Spawns a task that runs until it ends or the engine closes.
    pub(super) fn spawn_task(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            stop.run_until_cancelled(task).await;
        });
    }

    /// Collects what TikTok and the watched folders did while Slipway was closed, as the first look finds it.
    fn follow_first_look(&self) {
        let (events, away, clock) = (
            self.events.subscribe(),
            self.away.clone(),
            self.clock.clone(),
        );
        self.spawn_task(async move { away.follow(events, clock.as_ref()).await });
    }

    /// Releases the posts that wait for an account when the account is connected again.
    fn follow_accounts(&self) {
        let mut events = self.events.subscribe();
        let (accounts, posts, service, clock) = (
            self.accounts.clone(),
            self.posts.clone(),
            self.service.clone(),
            self.clock.clone(),
        );
        self.spawn_task(async move {
            loop {
                // An earlier run may have connected an account and stopped before it released the posts.
                while let Err(error) = release_waiting(&accounts, &posts).await {
                    tracing::error!(%error, "[Posts] Release failed: trying again");
                    clock.sleep(RETRY_PAUSE).await;
                }
                service.wake();
                loop {
                    match events.recv().await {
                        Ok(Event::AccountsChanged) | Err(RecvError::Lagged(_)) => break,
                        Ok(_) => {}
                        Err(RecvError::Closed) => return,
                    }
                }
            }
        });
    }

    /// Shows notices if TikTok refuses the app, and about sign-ins that expire soon.
    fn follow_sign_ins(&self) {
        let mut events = self.events.subscribe();
        let mut app_refused = self.tokens.app_refused();
        let (accounts, status_board, clock) = (
            self.accounts.clone(),
            self.status_board.clone(),
            self.clock.clone(),
        );
        self.spawn_task(async move {
            loop {
                let mut notices = Vec::new();
                if *app_refused.borrow_and_update() {
                    notices.push(slipway_accounts::accounts::app_refused());
                }
                let next = match accounts.list().await {
                    Ok(rows) => {
                        let (warnings, next) = due_warnings(&rows, clock.now());
                        notices.extend(warnings);
                        status_board.show(Source::Accounts, notices);
                        next
                    }
                    Err(error) => {
                        tracing::error!(%error, "[Accounts] Warnings not looked at: trying again");
                        Some(clock::after(clock.now(), RETRY_PAUSE))
                    }
                };
                let moment = async {
                    match next {
                        Some(next) => clock.sleep_until(next).await,
                        None => std::future::pending().await,
                    }
                };
                let accounts_changed = async {
                    // The board also sends, so that the channel is never closed. A missed event may be this one.
                    while !matches!(events.recv().await, Ok(Event::AccountsChanged) | Err(_)) {}
                };
                tokio::select! {
                    () = moment => {}
                    () = accounts_changed => {}
                    changed = app_refused.changed() => if changed.is_err() { return },
                }
            }
        });
    }

    /// Pauses and resumes uploads when the network, the settings or the pause switch change.
    fn follow_gate(&self) {
        let (mut network, mut settings, mut paused) = (
            self.network.changes(),
            self.settings.subscribe(),
            self.paused.subscribe(),
        );
        let (status_board, publisher) = (self.status_board.clone(), self.publisher.clone());
        self.spawn_task(async move {
            loop {
                let state = *network.borrow_and_update();
                let is_paused = *paused.borrow_and_update();
                status_board.change(|status| {
                    status.network = state;
                    status.paused = is_paused;
                });
                publisher.apply_gate().await;
                let changed = tokio::select! {
                    changed = network.changed() => changed,
                    changed = settings.changed() => changed,
                    changed = paused.changed() => changed,
                };
                if changed.is_err() {
                    return;
                }
            }
        });
    }

    /// Shows the services that do not answer, and releases waiting posts when one answers again.
    fn follow_breaker(&self) {
        let mut changes = self.breaker.changes();
        let (breaker, status_board, publisher, tokens) = (
            self.breaker.clone(),
            self.status_board.clone(),
            self.publisher.clone(),
            self.tokens.clone(),
        );
        self.spawn_task(async move {
            let mut failing = 0;
            loop {
                let services = breaker.services();
                let fewer = services.len() < failing;
                failing = services.len();
                status_board.change(|status| status.services = services);
                if fewer {
                    tokens.retry_now();
                    publisher.release_after_outage().await;
                }
                if changes.changed().await.is_err() {
                    return;
                }
            }
        });
    }

    /// Applies the upload limit and its time window.
    fn follow_upload_limit(&self) {
        let mut settings = self.settings.subscribe();
        let (throttle, clock) = (self.throttle.clone(), self.clock.clone());
        self.spawn_task(async move {
            loop {
                let (limit, until) = {
                    let settings = settings.borrow_and_update();
                    limit_at(&settings.upload_limit, &zone(&settings), clock.now())
                };
                throttle.set(limit);
                let next = async {
                    match until {
                        Some(until) => clock.sleep_until(until).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    () = next => {}
                    changed = settings.changed() => if changed.is_err() { return },
                }
            }
        });
    }

    /// Shows the notices about the database.
    fn follow_database(&self) {
        let mut changes = self.database.notices();
        let status_board = self.status_board.clone();
        self.spawn_task(async move {
            loop {
                let notices = changes.borrow_and_update().notices();
                status_board.show(Source::Database, notices);
                if changes.changed().await.is_err() {
                    return;
                }
            }
        });
    }

    /// Verifies the audit trail in the background at every start.
    fn verify_trail(&self) {
        let (verifier, database) = (self.verifier.clone(), self.database.clone());
        self.spawn_task(async move {
            if let Err(error) = verifier.verify().await {
                tracing::error!(%error, "[Audit] Verify failed");
                if let AuditError::Database(error) = &error {
                    database.note(error);
                }
            }
        });
    }

    /// Runs the webhook receiver, shows its notice, and processes its events.
    fn receive_webhooks(&self) {
        let (sink, mut deliveries) = mpsc::channel(WEBHOOK_QUEUE);
        let credentials = self.credentials.clone();
        let receiver = WebhookReceiver::new(
            Box::new(move || credentials.get()),
            self.database.pool.clone(),
            self.clock.clone(),
            sink,
        );
        let mut reception = receiver.reception();
        self.tasks
            .spawn(receiver.run(self.settings.subscribe(), self.stop.clone()));
        let status_board = self.status_board.clone();
        self.spawn_task(async move {
            loop {
                let notices = reception.borrow_and_update().notice();
                let notices = notices.into_iter().collect();
                status_board.show(Source::Webhook, notices);
                if reception.changed().await.is_err() {
                    return;
                }
            }
        });
        let (publisher, database) = (self.publisher.clone(), self.database.clone());
        self.spawn_task(async move {
            while let Some(delivery) = deliveries.recv().await {
                if let Err(error) = publisher.handle_webhook(delivery).await {
                    tracing::error!(%error, "[Webhook] News could not be stored; asking for the status finds it out");
                    if let Some(error) = error.database() {
                        database.note(error);
                    }
                }
            }
        });
    }
}

async fn release_waiting(accounts: &AccountStore, posts: &PostStore) -> Result<(), sqlx::Error> {
    for row in accounts.list().await? {
        if row.is_connected() {
            posts.release_account(&row.id).await?;
        }
    }
    Ok(())
}
