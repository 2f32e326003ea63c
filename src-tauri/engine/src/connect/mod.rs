//! Connecting an account: one attempt per browser visit, answered on a loopback port.

mod listener;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tiktok_api::{AuthorizeRequest, Callback, Pkce, Scope, TikTok};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    accounts::{AccountStore, NewAccount, Tokens, wanted_scopes},
    clock::{self, Clock},
    credentials::Credentials,
    database::Database,
    error::ConnectError,
    events::Events,
    notices::Explain,
    views::{ConnectAttempt, ConnectOutcome, Event},
};

/// How long a creator may take in the browser.
const ATTEMPT_LIFE: Duration = Duration::from_mins(10);
/// How long the port stays open after the end, so that a reload is told so.
const LINGER: Duration = Duration::from_secs(20);

/// One visit to the consent page.
#[derive(Debug)]
struct Attempt {
    state: SecretString,
    pkce: Arc<Pkce>,
    redirect_uri: String,
    authorize_url: Url,
    expires_at: Timestamp,
    used: bool,
    /// Ends the listener.
    end: CancellationToken,
}

/// Starts and finishes attempts.
#[derive(Debug)]
pub(crate) struct Connector {
    tiktok: TikTok,
    database: Arc<Database>,
    credentials: Arc<Credentials>,
    tokens: Arc<Tokens>,
    clock: Arc<dyn Clock>,
    events: Events,
    attempts: Mutex<HashMap<String, Attempt>>,
}

/// What the browser is told.
#[derive(Debug)]
struct Connected {
    account_id: String,
    display_name: String,
}

impl Connector {
    pub(crate) fn new(
        tiktok: TikTok,
        database: Arc<Database>,
        credentials: Arc<Credentials>,
        tokens: Arc<Tokens>,
        clock: Arc<dyn Clock>,
        events: Events,
    ) -> Self {
        Self {
            tiktok,
            database,
            credentials,
            tokens,
            clock,
            events,
            attempts: Mutex::default(),
        }
    }

    /// Opens a port for the answer and prepares the consent page's address.
    pub(crate) async fn begin(self: &Arc<Self>) -> Result<ConnectAttempt, ConnectError> {
        let app = self
            .credentials
            .get()
            .ok_or(ConnectError::CredentialsMissing)?;
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .map_err(ConnectError::Listen)?;
        let port = listener.local_addr().map_err(ConnectError::Listen)?.port();
        let redirect_uri = format!("http://127.0.0.1:{port}/callback/");
        let state = SecretString::from(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        let pkce = Arc::new(Pkce::generate());
        let authorize_url = self.tiktok.authorize_url(&AuthorizeRequest {
            client_key: &app.client_key,
            scopes: &wanted_scopes(),
            redirect_uri: &redirect_uri,
            state: state.expose_secret(),
            pkce: &pkce,
            always_ask: true,
        });
        let id = uuid::Uuid::new_v4().to_string();
        let expires_at = clock::after(self.clock.now(), ATTEMPT_LIFE);
        let end = CancellationToken::new();
        self.lock().insert(
            id.clone(),
            Attempt {
                state,
                pkce,
                redirect_uri,
                authorize_url,
                expires_at,
                used: false,
                end: end.clone(),
            },
        );
        tokio::spawn(listener::serve(
            listener,
            port,
            self.clone(),
            id.clone(),
            end.clone(),
        ));
        tokio::spawn(self.clone().watch(id.clone(), end));
        Ok(ConnectAttempt {
            id,
            expires_at: expires_at.to_string(),
        })
    }

    /// The consent page's address, for the browser.
    pub(crate) fn authorize_url(&self, id: &str) -> Option<Url> {
        self.lock()
            .get(id)
            .map(|attempt| attempt.authorize_url.clone())
    }

    /// Gives an attempt up.
    pub(crate) fn cancel(&self, id: &str) {
        if let Some(attempt) = self.lock().remove(id) {
            attempt.end.cancel();
            if !attempt.used {
                self.finished(id, ConnectOutcome::Cancelled);
            }
        }
    }

    /// Gives all attempts up, without a word.
    pub(crate) fn close(&self) {
        for (_, attempt) in self.lock().drain() {
            attempt.end.cancel();
        }
    }

    /// Takes TikTok's answer from the browser. A wrong `state` leaves the attempt as it is.
    async fn answer(&self, id: &str, query: &str) -> Result<Connected, ConnectError> {
        let callback = Callback::parse(query)?;
        let (Callback::Granted { state, .. } | Callback::Refused { state, .. }) = &callback;
        let refused = matches!(callback, Callback::Refused { .. });
        let redeemed = self.redeem(id, state.as_deref(), refused);
        if let Err(error @ ConnectError::Expired) = &redeemed {
            self.finished(
                id,
                ConnectOutcome::Failed {
                    notice: error.explain(),
                },
            );
        }
        let (pkce, redirect_uri) = redeemed?;
        let result = match callback {
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
            Callback::Granted { code, scopes, .. } => {
                self.exchange(&code, &scopes, &redirect_uri, &pkce).await
            }
        };
        match &result {
            Ok(account) => self.finished(
                id,
                ConnectOutcome::Connected {
                    account_id: account.account_id.clone(),
                    display_name: account.display_name.clone(),
                },
            ),
            Err(error) => {
                tracing::warn!(%error, "[Connect] not connected");
                self.finished(
                    id,
                    ConnectOutcome::Failed {
                        notice: error.explain(),
                    },
                );
            }
        }
        result
    }

    /// Checks `state` against the attempt's and uses it up. Whether a refusal carries `state` is not
    /// documented, so one without it counts: it can end this attempt and nothing more.
    fn redeem(
        &self,
        id: &str,
        state: Option<&str>,
        refused: bool,
    ) -> Result<(Arc<Pkce>, String), ConnectError> {
        let mut attempts = self.lock();
        let attempt = attempts.get_mut(id).ok_or(ConnectError::Unknown)?;
        let matches = match state {
            Some(given) => bool::from(
                given
                    .as_bytes()
                    .ct_eq(attempt.state.expose_secret().as_bytes()),
            ),
            None => refused,
        };
        if !matches {
            return Err(ConnectError::StateMismatch);
        }
        if attempt.used {
            return Err(ConnectError::StateUsed);
        }
        attempt.used = true;
        if self.clock.now() >= attempt.expires_at {
            return Err(ConnectError::Expired);
        }
        Ok((attempt.pkce.clone(), attempt.redirect_uri.clone()))
    }

    async fn exchange(
        &self,
        code: &SecretString,
        scopes: &[Scope],
        redirect_uri: &str,
        pkce: &Pkce,
    ) -> Result<Connected, ConnectError> {
        let app = self
            .credentials
            .get()
            .ok_or(ConnectError::CredentialsMissing)?;
        let mut grant = self
            .tiktok
            .exchange_code(&app, code, redirect_uri, pkce)
            .await?;
        if grant.scopes.is_empty() {
            grant.scopes = scopes.to_vec();
        }
        if !grant.scopes.contains(&Scope::VideoPublish)
            && !grant.scopes.contains(&Scope::VideoUpload)
        {
            return Err(ConnectError::NothingGranted);
        }
        let (display_name, username, avatar) = if grant.scopes.contains(&Scope::UserInfoBasic) {
            let user = self
                .tiktok
                .user_info(&grant.access_token, &grant.scopes)
                .await?;
            let avatar = match &user.avatar_url {
                None => None,
                Some(address) => self.avatar(address).await,
            };
            (user.display_name, user.username, avatar)
        } else {
            ("TikTok account".to_owned(), None, None)
        };
        let account = NewAccount {
            grant,
            display_name,
            username,
            avatar,
        };
        let store = AccountStore {
            pool: self.database.pool.clone(),
        };
        let id = store
            .connect(&account, &self.database.vault, self.clock.now())
            .await?;
        self.tokens.accounts_changed();
        Ok(Connected {
            account_id: id,
            display_name: account.display_name,
        })
    }

    /// The avatar as a data URL. An account without its picture is still an account.
    async fn avatar(&self, address: &str) -> Option<String> {
        match self.tiktok.fetch_avatar(address).await {
            Ok(avatar) => Some(format!(
                "data:{};base64,{}",
                avatar.content_type,
                base64::engine::general_purpose::STANDARD.encode(&avatar.bytes)
            )),
            Err(error) => {
                tracing::info!(%error, "[Connect] no avatar");
                None
            }
        }
    }

    /// Ends an attempt when its time is over, or a little after its answer came.
    async fn watch(self: Arc<Self>, id: String, end: CancellationToken) {
        tokio::select! {
            () = end.cancelled() => return,
            () = tokio::time::sleep(ATTEMPT_LIFE) => {}
        }
        if let Some(attempt) = self.lock().remove(&id) {
            attempt.end.cancel();
            if !attempt.used {
                let notice = ConnectError::Expired.explain();
                self.finished(&id, ConnectOutcome::Failed { notice });
            }
        }
    }

    fn finished(&self, id: &str, outcome: ConnectOutcome) {
        self.events.send(Event::ConnectFinished {
            attempt_id: id.to_owned(),
            outcome,
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Attempt>> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
