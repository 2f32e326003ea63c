//! What goes on by itself while the engine is open: one small task for each duty, all ended by [`Engine::close`].

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
    webhook::Receiver,
};

/// When posts are let go on once more that the database did not let go.
const RELEASE_PAUSE: Duration = Duration::from_secs(30);
/// How many webhook deliveries may wait to be acted on.
const DELIVERIES: usize = 256;

impl Engine {
    pub(super) fn start(&self) {
        let paused = *self.paused.borrow();
        let network = self.network.state();
        self.board.change(|standing| {
            standing.paused = paused;
            standing.network = network;
        });
        self.tasks
            .spawn(self.publisher.clone().run(self.stop.clone()));
        let tokens = self.tokens.clone();
        self.duty(async move { tokens.refresh_when_due().await });
        let tokens = self.tokens.clone();
        self.duty(async move { tokens.revoke_pending().await });
        let (database, clock) = (self.database.clone(), self.clock.clone());
        self.duty(async move { database.maintain(clock.as_ref()).await });
        let breaker = self.breaker.clone();
        self.duty(async move { breaker.watch_pauses().await });
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

    /// Runs until it ends or the engine closes.
    pub(super) fn duty(&self, duty: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            stop.run_until_cancelled(duty).await;
        });
    }

    /// Posts that wait for an account go on when it is back.
    fn follow_accounts(&self) {
        let mut events = self.events.subscribe();
        let (accounts, posts, service, clock) = (
            self.accounts.clone(),
            self.posts.clone(),
            self.service.clone(),
            self.clock.clone(),
        );
        self.duty(async move {
            loop {
                // An account may have come back right before the last stop.
                while let Err(error) = release_waiting(&accounts, &posts).await {
                    tracing::error!(%error, "[Posts] Release failed: trying again");
                    clock.sleep(RELEASE_PAUSE).await;
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

    /// The standing shows that TikTok refuses the app, and which sign-ins come to their end.
    fn follow_sign_ins(&self) {
        let mut events = self.events.subscribe();
        let mut app_refused = self.tokens.app_refused();
        let (accounts, board, clock) = (
            self.accounts.clone(),
            self.board.clone(),
            self.clock.clone(),
        );
        self.duty(async move {
            loop {
                let mut notices = Vec::new();
                if *app_refused.borrow_and_update() {
                    notices.push(slipway_accounts::accounts::app_refused());
                }
                let next = match accounts.list().await {
                    Ok(rows) => {
                        let (warnings, next) = due_warnings(&rows, clock.now());
                        notices.extend(warnings);
                        board.show(Source::Accounts, notices);
                        next
                    }
                    Err(error) => {
                        tracing::error!(%error, "[Accounts] Warnings not looked at: trying again");
                        Some(clock::after(clock.now(), RELEASE_PAUSE))
                    }
                };
                let moment = async {
                    match next {
                        Some(next) => clock.sleep_until(next).await,
                        None => std::future::pending().await,
                    }
                };
                let accounts_changed = async {
                    // The board sends too, so that this channel is never closed; missed news may be this.
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

    /// Uploads stop and go on with the network and the creator's wish.
    fn follow_gate(&self) {
        let (mut network, mut settings, mut paused) = (
            self.network.changes(),
            self.settings.subscribe(),
            self.paused.subscribe(),
        );
        let (board, publisher) = (self.board.clone(), self.publisher.clone());
        self.duty(async move {
            loop {
                let state = *network.borrow_and_update();
                let is_paused = *paused.borrow_and_update();
                board.change(|standing| {
                    standing.network = state;
                    standing.paused = is_paused;
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

    /// The standing shows which services do not answer; when one does again, posts that waited for it go on.
    fn follow_breaker(&self) {
        let mut changes = self.breaker.changes();
        let (breaker, board, publisher, tokens) = (
            self.breaker.clone(),
            self.board.clone(),
            self.publisher.clone(),
            self.tokens.clone(),
        );
        self.duty(async move {
            let mut ailing = 0;
            loop {
                let services = breaker.services();
                let fewer = services.len() < ailing;
                ailing = services.len();
                board.change(|standing| standing.services = services);
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

    /// Uploads keep to the limit of the hour.
    fn follow_upload_limit(&self) {
        let mut settings = self.settings.subscribe();
        let (throttle, clock) = (self.throttle.clone(), self.clock.clone());
        self.duty(async move {
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

    /// The standing shows what the creator should know of the database.
    fn follow_database(&self) {
        let mut news = self.database.notices();
        let board = self.board.clone();
        self.duty(async move {
            loop {
                let notices = news.borrow_and_update().notices();
                board.show(Source::Database, notices);
                if news.changed().await.is_err() {
                    return;
                }
            }
        });
    }

    /// The trail is verified at every start, while everything else goes on.
    fn verify_trail(&self) {
        let (verifier, database) = (self.verifier.clone(), self.database.clone());
        self.duty(async move {
            if let Err(error) = verifier.verify().await {
                tracing::error!(%error, "[Audit] Verify failed");
                if let AuditError::Database(error) = &error {
                    database.note(error);
                }
            }
        });
    }

    /// TikTok's webhooks are received, if the creator wants that, and acted on.
    fn receive_webhooks(&self) {
        let (sink, mut news) = mpsc::channel(DELIVERIES);
        let credentials = self.credentials.clone();
        let receiver = Receiver::new(
            Box::new(move || credentials.get()),
            self.database.pool.clone(),
            self.clock.clone(),
            sink,
        );
        let mut reception = receiver.reception();
        self.tasks
            .spawn(receiver.run(self.settings.subscribe(), self.stop.clone()));
        let board = self.board.clone();
        self.duty(async move {
            loop {
                let notices = reception.borrow_and_update().notice();
                let notices = notices.into_iter().collect();
                board.show(Source::Webhook, notices);
                if reception.changed().await.is_err() {
                    return;
                }
            }
        });
        let (publisher, database) = (self.publisher.clone(), self.database.clone());
        self.duty(async move {
            while let Some(news) = news.recv().await {
                if let Err(error) = publisher.handle_webhook(news).await {
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
