//! The connector: starts sign-in attempts, takes TikTok's answers and finishes the attempts.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use parking_lot::{Mutex, MutexGuard};
use secrecy::{ExposeSecret, SecretString};
use slipway_core::{
    clock::{self, Clock},
    events::Events,
    notice::Explain,
    redaction,
    texts::Texts,
    views::{ConnectAttempt, ConnectOutcome, ConnectPurpose, Event, Settings},
};
use slipway_store::database::Database;
use tiktok_api::{AuthorizeRequest, Callback, Pkce, TikTok};
use tokio::{net::TcpListener, sync::watch, task::JoinError};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use zeroize::Zeroizing;

use super::{
    attempt::{
        ATTEMPT_LIFETIME, AnswerChannel, Attempt, AttemptPhase, Attempts, AuthRequest,
        ConnectTarget, Deadline, ExpectedCreator, Redeemed,
    },
    conclusion::{Conclusion, refusal},
    error::ConnectError,
    link, listener,
    receiver::{HostedPage, Receiver},
};
use crate::{
    accounts::{AccountStore, Tokens, wanted_scopes},
    credentials::Credentials,
};

/// The time after its deadline at which an unanswered attempt expires, so that an answer at the last moment is
/// processed first.
const EXPIRY_DELAY: Duration = Duration::from_secs(1);

/// Starts and finishes sign-in attempts.
#[derive(Debug)]
pub struct Connector {
    pub(super) tiktok: TikTok,
    pub(super) database: Arc<Database>,
    pub(super) store: AccountStore,
    pub(super) credentials: Arc<Credentials>,
    pub(super) tokens: Arc<Tokens>,
    settings: watch::Receiver<Settings>,
    pub(super) clock: Arc<dyn Clock>,
    events: Events,
    /// The texts of the answer page.
    pub(super) texts: &'static Texts,
    attempts: Mutex<Attempts>,
    /// The tasks of all attempts.
    pub(super) tasks: TaskTracker,
}

impl Connector {
    /// Creates a connector without attempts.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a part of the engine that attempts need"
    )]
    pub fn new(
        tiktok: TikTok,
        database: Arc<Database>,
        credentials: Arc<Credentials>,
        tokens: Arc<Tokens>,
        settings: watch::Receiver<Settings>,
        clock: Arc<dyn Clock>,
        events: Events,
        texts: &'static Texts,
    ) -> Self {
        Self {
            tiktok,
            store: AccountStore {
                pool: database.pool.clone(),
            },
            database,
            credentials,
            tokens,
            settings,
            clock,
            events,
            texts,
            attempts: Mutex::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// Starts an attempt: prepares the consent page's address and the receiver of the answer.
    pub async fn begin(
        self: &Arc<Self>,
        purpose: ConnectPurpose,
    ) -> Result<ConnectAttempt, ConnectError> {
        let app = self
            .credentials
            .get()
            .ok_or(ConnectError::CredentialsMissing)?;
        let target = self.target(purpose).await?;
        let hosted = self.settings.borrow().hosted_page.clone();
        let (receiver, listener) = if let Some(page) = hosted {
            let local = self.tiktok.endpoints().api_is_loopback();
            let page = HostedPage::new(&page, local)?;
            (Receiver::HostedPage(page), None)
        } else {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
                .await
                .map_err(ConnectError::Listen)?;
            let port = listener.local_addr().map_err(ConnectError::Listen)?.port();
            (Receiver::Loopback { port }, Some((listener, port)))
        };
        let ticket = self.auth_request(&app.client_key, &receiver.redirect_uri());
        let id = uuid::Uuid::new_v4().to_string();
        let deadline = Deadline::new(self.clock.as_ref());
        let end = CancellationToken::new();
        let port_end = end.child_token();
        let evicted = self.lock().insert(Attempt {
            id: id.clone(),
            receiver,
            target,
            deadline,
            phase: AttemptPhase::Open(ticket),
            end: end.clone(),
            port: port_end.clone(),
        });
        if let Some(oldest) = evicted {
            self.dismiss(oldest, failed(&ConnectError::TooMany));
        }
        if let Some((listener, port)) = listener {
            let attempt = id.clone();
            self.tasks.spawn(listener::serve(
                listener,
                port,
                self.clone(),
                attempt,
                port_end,
            ));
        }
        self.tasks
            .spawn(self.clone().watch(id.clone(), deadline, end));
        Ok(ConnectAttempt {
            id,
            expires_at: deadline.at.to_string(),
        })
    }

    async fn target(&self, purpose: ConnectPurpose) -> Result<ConnectTarget, ConnectError> {
        let account_id = match purpose {
            ConnectPurpose::New => return Ok(ConnectTarget::Anyone),
            ConnectPurpose::Reconnect { account_id } | ConnectPurpose::GrantMore { account_id } => {
                account_id
            }
        };
        let account = self.store.get(&account_id).await?;
        let account = account.ok_or(ConnectError::NoSuchAccount)?;
        Ok(ConnectTarget::Creator(ExpectedCreator {
            account_id,
            open_id: account.open_id,
            display_name: account.display_name,
        }))
    }

    /// Creates the secrets of one authorization request. It requests all scopes and always shows the page, so that a
    /// creator can choose another account or grant more scopes.
    fn auth_request(&self, client_key: &str, redirect_uri: &str) -> AuthRequest {
        let random = Zeroizing::new(rand::random::<[u8; 32]>());
        let state = SecretString::from(URL_SAFE_NO_PAD.encode(random.as_slice()));
        let pkce = Pkce::generate();
        redaction::register(state.expose_secret());
        redaction::register(pkce.verifier().expose_secret());
        let authorize_url = self.tiktok.authorize_url(&AuthorizeRequest {
            client_key,
            scopes: &wanted_scopes(),
            redirect_uri,
            state: state.expose_secret(),
            pkce: &pkce,
            always_ask: true,
        });
        AuthRequest {
            state,
            pkce,
            authorize_url: SecretString::from(String::from(authorize_url)),
        }
    }

    /// The consent page's address, for the browser.
    pub fn authorize_url(&self, id: &str) -> Result<SecretString, ConnectError> {
        match self.lock().get_mut(id).map(|attempt| &attempt.phase) {
            Some(AttemptPhase::Open(ticket)) => Ok(ticket.authorize_url.clone()),
            Some(_) => Err(ConnectError::StateUsed),
            None => Err(ConnectError::Expired),
        }
    }

    /// Cancels an attempt, unless its account is being stored.
    pub fn cancel(self: &Arc<Self>, id: &str) {
        let evicted = self
            .lock()
            .remove_if(id, |phase| !matches!(phase, AttemptPhase::Storing));
        if let Some(attempt) = evicted {
            self.dismiss(attempt, ConnectOutcome::Cancelled);
        }
    }

    /// Stores the account of the other creator who agreed, and returns its id.
    pub async fn keep_other_creator(self: &Arc<Self>, id: &str) -> Result<String, ConnectError> {
        let (connector, id) = (self.clone(), id.to_owned());
        self.run_to_completion(async move { connector.keep(&id).await })
            .await
    }

    /// Handles a `slipway:` link, which can come from anywhere. Only TikTok's answer to a waiting attempt has an
    /// effect.
    pub fn receive_link(self: &Arc<Self>, link: &str) {
        let link::Link { callback } = match link::parse(link) {
            Ok(link) => link,
            Err(error) => {
                tracing::debug!("[Connect] Link ignored: {error}");
                return;
            }
        };
        match self.redeem(AnswerChannel::Link, &callback) {
            Ok(redeemed) => {
                let connector = self.clone();
                self.tasks.spawn(async move {
                    // The outcome is sent as an event.
                    let _ = connector.conclude(redeemed, callback).await;
                });
            }
            Err(error) => tracing::debug!("{error}"),
        }
    }

    /// Cancels all attempts without events, and waits for running exchanges.
    pub async fn close(self: &Arc<Self>) {
        let idle = self.lock().drain_idle();
        for attempt in idle {
            attempt.end.cancel();
            if let AttemptPhase::Choosing(agreed) = attempt.phase {
                self.discard_grant(agreed.account.grant);
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Handles TikTok's answer. An answer without an attempt changes nothing.
    pub(super) async fn answer(
        self: &Arc<Self>,
        channel: AnswerChannel<'_>,
        callback: Callback,
    ) -> Result<Conclusion, ConnectError> {
        let redeemed = self.redeem(channel, &callback)?;
        let connector = self.clone();
        self.run_to_completion(async move { connector.conclude(redeemed, callback).await })
            .await
    }

    fn redeem(
        &self,
        channel: AnswerChannel<'_>,
        callback: &Callback,
    ) -> Result<Redeemed, ConnectError> {
        let redeemed = self.lock().redeem(channel, callback, self.clock.as_ref())?;
        // Only valid codes are registered, so that invalid answers cannot fill the registry.
        if let Callback::Granted { code, .. } = callback {
            redaction::register(code.expose_secret());
        }
        Ok(redeemed)
    }

    async fn conclude(
        self: Arc<Self>,
        redeemed: Redeemed,
        callback: Callback,
    ) -> Result<Conclusion, ConnectError> {
        let concluded = match callback {
            _ if redeemed.expired => Err(ConnectError::Expired),
            Callback::Refused {
                error,
                description,
                error_type,
                ..
            } => Err(ConnectError::Refused {
                error,
                description,
                error_type,
            }),
            Callback::Granted { code, scopes, .. } => self.connect(&redeemed, &code, &scopes).await,
        };
        let outcome = match &concluded {
            Ok(Conclusion::Connected {
                account_id,
                display_name,
                ..
            }) => ConnectOutcome::Connected {
                account_id: account_id.clone(),
                display_name: display_name.clone(),
            },
            // The event is sent, and the attempt waits for the choice.
            Ok(Conclusion::AnotherCreator { .. }) => return concluded,
            Err(error) => {
                tracing::warn!(%error, "[Connect] not connected");
                if let Some(reason) = refusal(error) {
                    self.note_refusal(&redeemed.target, reason).await;
                }
                failed(error)
            }
        };
        let over = self.lock().remove(&redeemed.id);
        if let Some(attempt) = over {
            self.dismiss(attempt, outcome);
        }
        concluded
    }

    /// Expires an attempt at its deadline.
    async fn watch(self: Arc<Self>, id: String, deadline: Deadline, end: CancellationToken) {
        let by_time_of_day = self
            .clock
            .sleep_until(clock::after(deadline.at, EXPIRY_DELAY));
        let by_uptime = self.clock.sleep(ATTEMPT_LIFETIME + EXPIRY_DELAY);
        tokio::select! {
            () = end.cancelled() => {}
            () = by_time_of_day => self.expire(&id),
            () = by_uptime => self.expire(&id),
        }
    }

    /// Expires an attempt, unless its answer is being processed: that task detects the deadline itself.
    pub(super) fn expire(self: &Arc<Self>, id: &str) {
        let over = {
            let mut attempts = self.lock();
            if let Some(attempt) = attempts.get_mut(id) {
                // The deadline stays passed, even if a clock is set back.
                attempt.deadline.uptime = Duration::ZERO;
            }
            attempts.remove_if(id, |phase| {
                matches!(phase, AttemptPhase::Open(_) | AttemptPhase::Choosing(_))
            })
        };
        if let Some(attempt) = over {
            self.dismiss(attempt, failed(&ConnectError::Expired));
        }
    }

    /// Cancels the tasks of a removed attempt and sends its outcome.
    fn dismiss(self: &Arc<Self>, attempt: Attempt, outcome: ConnectOutcome) {
        attempt.end.cancel();
        if let AttemptPhase::Choosing(agreed) = attempt.phase {
            self.discard_grant(agreed.account.grant);
            let (connector, target) = (self.clone(), attempt.target);
            self.tasks.spawn(async move {
                connector
                    .note_refusal(&target, "another_creator".to_owned())
                    .await;
            });
        }
        self.tell(&attempt.id, outcome);
    }

    pub(super) fn tell(&self, id: &str, outcome: ConnectOutcome) {
        self.events.send(Event::ConnectFinished {
            attempt_id: id.to_owned(),
            outcome,
        });
    }

    /// Runs work in a task of its own, so that a cancelled caller does not stop it.
    async fn run_to_completion<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        match self
            .tasks
            .spawn(work)
            .await
            .map_err(JoinError::try_into_panic)
        {
            Ok(done) => done,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            // The runtime shuts down, and this caller with it.
            Err(Err(_)) => std::future::pending().await,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Attempts> {
        self.attempts.lock()
    }
}

fn failed(error: &ConnectError) -> ConnectOutcome {
    ConnectOutcome::Failed {
        notice: error.explain(),
    }
}
