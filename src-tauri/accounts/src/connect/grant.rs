//! Turns an authorization code into an account: code exchange, profile, identity check, and disposal of unused tokens.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::SecretString;
use slipway_core::{
    account_name::{UNNAMED, shown},
    views::{AuditKind, ConnectOutcome},
};
use slipway_store::audit::{self, Entry};
use tiktok_api::{Scope, TokenGrant};

use super::{
    attempt::{AttemptPhase, AuthorizedAccount, ConnectTarget, ExpectedCreator, Redeemed},
    conclusion::Conclusion,
    connector::Connector,
    error::ConnectError,
};
use crate::accounts::{AccountRow, NewAccount};

/// The shown part of an account.
struct Profile {
    display_name: String,
    username: Option<String>,
    avatar: Option<String>,
}

impl Connector {
    /// Exchanges the code and stores the account. The account of an unexpected creator is kept in memory until the
    /// creator chooses.
    pub(super) async fn connect(
        self: &Arc<Self>,
        redeemed: &Redeemed,
        code: &SecretString,
        scopes: &[Scope],
    ) -> Result<Conclusion, ConnectError> {
        let _no_revocation = self.tokens.granting().await;
        let app = self
            .credentials
            .get()
            .ok_or(ConnectError::CredentialsMissing)?;
        let asked_at = self.clock.now();
        let mut grant = self
            .tiktok
            .exchange_code(&app, code, &redeemed.redirect_uri, &redeemed.pkce)
            .await?;
        if grant.scopes.is_empty() {
            grant.scopes = scopes.to_vec();
        }
        let (known, profile) = match self.identify(&grant).await {
            Ok(seen) => seen,
            Err(error) => {
                self.discard_grant(grant);
                return Err(error);
            }
        };
        let agreed = AuthorizedAccount {
            account: NewAccount {
                grant,
                display_name: profile.display_name,
                username: profile.username,
                avatar: profile.avatar,
            },
            asked_at,
        };
        match &redeemed.target {
            ConnectTarget::Creator(expected)
                if expected.open_id != agreed.account.grant.open_id =>
            {
                self.ask(&redeemed.id, expected, agreed, known.is_some())
            }
            ConnectTarget::Anyone | ConnectTarget::Creator(_) => {
                self.store_for(&redeemed.id, agreed, known.as_ref()).await
            }
        }
    }

    /// Checks the granted scopes, and finds the stored account and the profile of the creator.
    async fn identify(
        &self,
        grant: &TokenGrant,
    ) -> Result<(Option<AccountRow>, Profile), ConnectError> {
        // A pending revocation would end the new grant as well.
        self.tokens.granted(&grant.open_id).await?;
        if !grant.scopes.contains(&Scope::VideoPublish)
            && !grant.scopes.contains(&Scope::VideoUpload)
        {
            return Err(ConnectError::NothingGranted);
        }
        let known = self.store.by_open_id(&grant.open_id).await?;
        let profile = self.profile(grant, known.as_ref()).await?;
        Ok((known, profile))
    }

    /// The profile, if it was granted. A stored account keeps its name if TikTok does not return one.
    async fn profile(
        &self,
        grant: &TokenGrant,
        known: Option<&AccountRow>,
    ) -> Result<Profile, ConnectError> {
        let as_known = |name: &str| Profile {
            display_name: name.to_owned(),
            username: None,
            avatar: None,
        };
        if !grant.scopes.contains(&Scope::UserInfoBasic) {
            return Ok(as_known(
                known.map_or(UNNAMED, |known| known.display_name.as_str()),
            ));
        }
        let answer = self
            .tiktok
            .user_info(&grant.access_token, &grant.scopes)
            .await;
        match (answer, known) {
            (Ok(user), _) => {
                let avatar = match &user.avatar_url {
                    None => None,
                    Some(address) => self.avatar(address).await,
                };
                Ok(Profile {
                    display_name: user.display_name,
                    username: user.username,
                    avatar,
                })
            }
            (Err(error), Some(known)) => {
                tracing::info!(%error, "[Connect] no profile");
                Ok(as_known(&known.display_name))
            }
            (Err(error), None) => Err(error.into()),
        }
    }

    /// The avatar as a data URL. A failure is only logged.
    async fn avatar(&self, address: &str) -> Option<String> {
        match self.tiktok.fetch_avatar(address).await {
            Ok(avatar) => Some(format!(
                "data:{};base64,{}",
                avatar.content_type,
                STANDARD.encode(&avatar.bytes)
            )),
            Err(error) => {
                tracing::info!(%error, "[Connect] no avatar");
                None
            }
        }
    }

    /// Keeps another creator's account in memory until the creator chooses or the attempt expires.
    fn ask(
        self: &Arc<Self>,
        id: &str,
        expected: &ExpectedCreator,
        agreed: AuthorizedAccount,
        connected_already: bool,
    ) -> Result<Conclusion, ConnectError> {
        let name = agreed.account.display_name.clone();
        let mut agreed = Some(agreed);
        let refused = match self.lock().get_mut(id) {
            None => Some(ConnectError::Cancelled),
            Some(attempt) if attempt.deadline.has_passed(self.clock.as_ref()) => {
                Some(ConnectError::Expired)
            }
            Some(attempt) => {
                if let Some(agreed) = agreed.take() {
                    attempt.phase = AttemptPhase::Choosing(Box::new(agreed));
                }
                attempt.port.cancel();
                None
            }
        };
        if let Some(error) = refused {
            if let Some(agreed) = agreed {
                self.discard_grant(agreed.account.grant);
            }
            return Err(error);
        }
        self.tell(
            id,
            ConnectOutcome::AnotherCreator {
                expected: shown(&expected.display_name, self.texts),
                agreed: shown(&name, self.texts),
                connected_already,
            },
        );
        Ok(Conclusion::AnotherCreator {
            expected: shown(&expected.display_name, self.texts),
            agreed: shown(&name, self.texts),
        })
    }

    /// Stores the account, unless the attempt has been cancelled.
    async fn store_for(
        self: &Arc<Self>,
        id: &str,
        agreed: AuthorizedAccount,
        known: Option<&AccountRow>,
    ) -> Result<Conclusion, ConnectError> {
        let is_there = self
            .lock()
            .get_mut(id)
            .map(|attempt| attempt.phase = AttemptPhase::Storing)
            .is_some();
        if !is_there {
            self.discard_grant(agreed.account.grant);
            return Err(ConnectError::Cancelled);
        }
        let fewer = known.is_some_and(|known| {
            let granted = &agreed.account.grant.scopes;
            let before = tiktok_api::parse_scopes(&known.scopes);
            before.iter().any(|scope| !granted.contains(scope))
        });
        match self.store(&agreed).await {
            Ok(account_id) => Ok(Conclusion::Connected {
                account_id,
                display_name: shown(&agreed.account.display_name, self.texts),
                fewer,
            }),
            Err(error) => {
                self.discard_grant(agreed.account.grant);
                Err(error.into())
            }
        }
    }

    /// Stores the account of the other creator who agreed.
    pub(super) async fn keep(self: &Arc<Self>, id: &str) -> Result<String, ConnectError> {
        let _no_revocation = self.tokens.granting().await;
        let agreed = self.lock().take_choice(id).ok_or(ConnectError::Expired)?;
        match self.store(&agreed).await {
            Ok(account_id) => {
                let attempt = self.lock().remove(id);
                if let Some(attempt) = attempt {
                    attempt.end.cancel();
                }
                Ok(account_id)
            }
            Err(error) => {
                self.database.note(&error);
                let has_passed = self.lock().get_mut(id).is_some_and(|attempt| {
                    attempt.phase = AttemptPhase::Choosing(Box::new(agreed));
                    attempt.deadline.has_passed(self.clock.as_ref())
                });
                if has_passed {
                    self.expire(id);
                }
                Err(error.into())
            }
        }
    }

    async fn store(&self, agreed: &AuthorizedAccount) -> Result<String, sqlx::Error> {
        let id = self
            .store
            .connect(&agreed.account, &self.database.vault, agreed.asked_at)
            .await?;
        self.tokens.accounts_changed();
        Ok(id)
    }

    /// Discards unused tokens and revokes them at TikTok.
    ///
    /// TikTok revokes the app's whole access to a creator, not a single grant. So tokens are not revoked if the creator
    /// has a connected account here or tokens in another attempt; they expire by themselves. No account is connected
    /// meanwhile, for the same reason.
    pub(super) fn discard_grant(self: &Arc<Self>, grant: TokenGrant) {
        let connector = self.clone();
        self.tasks.spawn(async move {
            let _no_connect = connector.tokens.revoking().await;
            let held = connector.lock().holds(&grant.open_id);
            match connector.store.by_open_id(&grant.open_id).await {
                Ok(None) if !held => connector.revoke(&grant).await,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "[Connect] Revoke failed"),
            }
        });
    }

    async fn revoke(&self, grant: &TokenGrant) {
        let Some(app) = self.credentials.get() else {
            return;
        };
        match self.tiktok.revoke(&app, &grant.access_token).await {
            Ok(()) => tracing::info!("[Connect] tokens given up and revoked"),
            Err(error) => tracing::warn!(%error, "[Connect] Revoke failed"),
        }
    }

    /// Writes a refused attempt to the audit trail. A failure is only logged.
    pub(super) async fn note_refusal(&self, target: &ConnectTarget, reason: String) {
        let mut entry = Entry::new(AuditKind::ConnectRefused).with("reason", reason);
        if let ConnectTarget::Creator(expected) = target {
            entry = entry.account(&expected.account_id, &expected.display_name);
        }
        let written = async {
            let mut transaction = self.database.pool.begin_with("BEGIN IMMEDIATE").await?;
            let now = self.clock.now();
            audit::append(&mut transaction, &self.database.vault, now, entry).await?;
            transaction.commit().await
        };
        if let Err(error) = written.await {
            self.database.note(&error);
            tracing::warn!(%error, "[Connect] Refusal not written down");
        }
    }
}
