//! Connecting an account: one attempt per browser visit, answered on a loopback port or by a link from the creator's
//! own page.

mod answer_page;
mod attempt;
mod error;
mod grant;
pub mod link;
mod listener;
mod notices;
mod receiver;
mod tiktok_notices;

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use slipway_core::texts::Texts;
use slipway_core::{
    clock::{self, Clock},
    events::Events,
    notice::Explain,
    redaction,
    views::{ConnectAttempt, ConnectOutcome, ConnectPurpose, Event, Settings},
};
use slipway_store::database::Database;
use tiktok_api::{AuthorizeRequest, Callback, Pkce, TikTok};
use tokio::{net::TcpListener, sync::watch, task::JoinError};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use zeroize::Zeroizing;

use crate::{
    accounts::{AccountStore, Tokens, wanted_scopes},
    credentials::Credentials,
};
use attempt::{
    ATTEMPT_LIFE, Attempt, Attempts, Deadline, Door, Expected, Goal, Phase, Redeemed, Ticket,
};
pub use error::ConnectError;
use grant::{Concluded, refusal};
pub(crate) use notices::text::TEXTS;
pub use notices::{AnswerBody, AnswerText};
pub use receiver::HostedPage;
pub use receiver::HostedPageError;
use receiver::Receiver;
pub(crate) use tiktok_notices::text::TEXTS as TIKTOK_TEXTS;
pub use tiktok_notices::{
    Context, UPLOAD, busy, failed as call_failed, rate_limited, reconnect, refused, resting,
};

/// How long after its end an attempt that nobody answered is told so: an answer in its last moment is judged first.
const MOMENT: Duration = Duration::from_secs(1);

/// Starts and finishes attempts.
#[derive(Debug)]
pub struct Connector {
    tiktok: TikTok,
    database: Arc<Database>,
    store: AccountStore,
    credentials: Arc<Credentials>,
    tokens: Arc<Tokens>,
    settings: watch::Receiver<Settings>,
    clock: Arc<dyn Clock>,
    events: Events,
    /// The words of the answer page.
    texts: Arc<Texts>,
    attempts: Mutex<Attempts>,
    /// All that goes on for attempts.
    tasks: TaskTracker,
}

impl Connector {
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
        texts: Arc<Texts>,
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

    /// Prepares the consent page's address and whatever takes the answer.
    pub async fn begin(
        self: &Arc<Self>,
        purpose: ConnectPurpose,
    ) -> Result<ConnectAttempt, ConnectError> {
        let app = self
            .credentials
            .get()
            .ok_or(ConnectError::CredentialsMissing)?;
        let goal = self.goal(purpose).await?;
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
        let ticket = self.ticket(&app.client_key, &receiver.redirect_uri());
        let id = uuid::Uuid::new_v4().to_string();
        let deadline = Deadline::new(self.clock.as_ref());
        let end = CancellationToken::new();
        let port_end = end.child_token();
        let gone = self.lock().insert(Attempt {
            id: id.clone(),
            receiver,
            goal,
            deadline,
            phase: Phase::Open(ticket),
            end: end.clone(),
            port: port_end.clone(),
        });
        if let Some(oldest) = gone {
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

    async fn goal(&self, purpose: ConnectPurpose) -> Result<Goal, ConnectError> {
        let account_id = match purpose {
            ConnectPurpose::New => return Ok(Goal::Anyone),
            ConnectPurpose::Reconnect { account_id } | ConnectPurpose::GrantMore { account_id } => {
                account_id
            }
        };
        let account = self.store.get(&account_id).await?;
        let account = account.ok_or(ConnectError::NoSuchAccount)?;
        Ok(Goal::Creator(Expected {
            account_id,
            open_id: account.open_id,
            display_name: account.display_name,
        }))
    }

    /// New secrets for one visit. All scopes are asked for, and the page is always shown: only so a creator can choose
    /// another account, or grant what was not granted before.
    fn ticket(&self, client_key: &str, redirect_uri: &str) -> Ticket {
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
        Ticket {
            state,
            pkce,
            authorize_url: SecretString::from(String::from(authorize_url)),
        }
    }

    /// The consent page's address, for the browser.
    pub fn authorize_url(&self, id: &str) -> Result<SecretString, ConnectError> {
        match self.lock().get_mut(id).map(|attempt| &attempt.phase) {
            Some(Phase::Open(ticket)) => Ok(ticket.authorize_url.clone()),
            Some(_) => Err(ConnectError::StateUsed),
            None => Err(ConnectError::Expired),
        }
    }

    /// Gives an attempt up, unless its account is being stored already.
    pub fn cancel(self: &Arc<Self>, id: &str) {
        let gone = self
            .lock()
            .remove_if(id, |phase| !matches!(phase, Phase::Storing));
        if let Some(attempt) = gone {
            self.dismiss(attempt, ConnectOutcome::Cancelled);
        }
    }

    /// Adds the other creator who agreed, or renews their account; says its id.
    pub async fn keep_other_creator(self: &Arc<Self>, id: &str) -> Result<String, ConnectError> {
        let (connector, id) = (self.clone(), id.to_owned());
        self.to_the_end(async move { connector.keep(&id).await })
            .await
    }

    /// Takes a link, which can come from anywhere: if it is TikTok's answer to an attempt that waits for one, that goes
    /// on; anything else changes nothing.
    pub fn receive_link(self: &Arc<Self>, link: &str) {
        let link::Link { callback } = match link::parse(link) {
            Ok(link) => link,
            Err(error) => {
                tracing::debug!("[Connect] Link ignored: {error}");
                return;
            }
        };
        match self.redeem(Door::Link, &callback) {
            Ok(redeemed) => {
                let connector = self.clone();
                self.tasks.spawn(async move {
                    // How it ends is told as an event.
                    let _ = connector.conclude(redeemed, callback).await;
                });
            }
            Err(error) => tracing::debug!("{error}"),
        }
    }

    /// Gives all attempts up, without a word, and waits for what is being exchanged or stored.
    pub async fn close(self: &Arc<Self>) {
        let idle = self.lock().drain_idle();
        for attempt in idle {
            attempt.end.cancel();
            if let Phase::Choosing(agreed) = attempt.phase {
                self.give_up(agreed.account.grant);
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Takes TikTok's answer. One that does not belong to an attempt leaves all as they are.
    async fn answer(
        self: &Arc<Self>,
        door: Door<'_>,
        callback: Callback,
    ) -> Result<Concluded, ConnectError> {
        let redeemed = self.redeem(door, &callback)?;
        let connector = self.clone();
        self.to_the_end(async move { connector.conclude(redeemed, callback).await })
            .await
    }

    fn redeem(&self, door: Door<'_>, callback: &Callback) -> Result<Redeemed, ConnectError> {
        let redeemed = self.lock().redeem(door, callback, self.clock.as_ref())?;
        // Only now: whoever sends nonsense must not fill the registry with it.
        if let Callback::Granted { code, .. } = callback {
            redaction::register(code.expose_secret());
        }
        Ok(redeemed)
    }

    async fn conclude(
        self: Arc<Self>,
        redeemed: Redeemed,
        callback: Callback,
    ) -> Result<Concluded, ConnectError> {
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
            Ok(Concluded::Connected {
                account_id,
                display_name,
                ..
            }) => ConnectOutcome::Connected {
                account_id: account_id.clone(),
                display_name: display_name.clone(),
            },
            // Told already, and not over yet.
            Ok(Concluded::AnotherCreator { .. }) => return concluded,
            Err(error) => {
                tracing::warn!(%error, "[Connect] not connected");
                if let Some(reason) = refusal(error) {
                    self.note_refusal(&redeemed.goal, reason).await;
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

    /// Ends an attempt when its time is over.
    async fn watch(self: Arc<Self>, id: String, deadline: Deadline, end: CancellationToken) {
        let by_the_time_of_day = self.clock.sleep_until(clock::after(deadline.at, MOMENT));
        let by_uptime = self.clock.sleep(ATTEMPT_LIFE + MOMENT);
        tokio::select! {
            () = end.cancelled() => {}
            () = by_the_time_of_day => self.expire(&id),
            () = by_uptime => self.expire(&id),
        }
    }

    /// Ends an attempt whose time is over, unless somebody works on it; who does, will find out.
    fn expire(self: &Arc<Self>, id: &str) {
        let over = {
            let mut attempts = self.lock();
            if let Some(attempt) = attempts.get_mut(id) {
                // Whatever the clocks are set to from now on.
                attempt.deadline.uptime = Duration::ZERO;
            }
            attempts.remove_if(id, |phase| {
                matches!(phase, Phase::Open(_) | Phase::Choosing(_))
            })
        };
        if let Some(attempt) = over {
            self.dismiss(attempt, failed(&ConnectError::Expired));
        }
    }

    /// Ends what goes on for an attempt that was taken off the list, and tells how it ended.
    fn dismiss(self: &Arc<Self>, attempt: Attempt, outcome: ConnectOutcome) {
        attempt.end.cancel();
        if let Phase::Choosing(agreed) = attempt.phase {
            self.give_up(agreed.account.grant);
            let (connector, goal) = (self.clone(), attempt.goal);
            self.tasks.spawn(async move {
                connector
                    .note_refusal(&goal, "another_creator".to_owned())
                    .await;
            });
        }
        self.tell(&attempt.id, outcome);
    }

    fn tell(&self, id: &str, outcome: ConnectOutcome) {
        self.events.send(Event::ConnectFinished {
            attempt_id: id.to_owned(),
            outcome,
        });
    }

    /// Runs work to its end, whatever becomes of those who wait for it.
    async fn to_the_end<T: Send + 'static>(
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
            // The runtime ends, and whoever waits with it.
            Err(Err(_)) => std::future::pending().await,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Attempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(error: &ConnectError) -> ConnectOutcome {
    ConnectOutcome::Failed {
        notice: error.explain(),
    }
}
