//! The meaning of a TikTok failure: its kind, the retry and the change that it needs.
//!
//! `table` has one row for each code and fail reason. `of_error` reads the rest of an [`Error`](super::Error): network
//! failures, HTTP statuses and `Retry-After`. Nothing else in Slipway decides what a TikTok failure means.

mod of_error;
mod table;

use std::time::Duration;

/// The kind of a failure. Each reader has one `match` on it, or asks a question of [`Meaning`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// TikTok did not answer.
    Offline,
    /// TikTok's servers failed.
    Unavailable,
    /// The answer cannot be read, perhaps because a proxy or captive portal wrote it.
    Unreadable,
    /// TikTok returned an upload address that must not be used.
    BadUploadUrl,
    /// The app sent too many requests in a minute.
    RateLimited,
    /// The creator or the app reached a daily cap of posts.
    PostCap,
    /// The creator reached the cap of pending drafts.
    DraftCap,
    /// TikTok has barred the account from posting.
    Banned,
    /// TikTok rejects the access token; a refresh may help.
    TokenRejected,
    /// The grant has ended: TikTok rejects the refresh token, or the creator revoked the access.
    GrantRejected,
    /// The creator or TikTok denied the access.
    AccessDenied,
    /// The app is in sandbox mode and the account is not among its target users.
    NotTargetUser,
    /// TikTok rejects the client key and secret.
    AppRejected,
    /// The account did not grant the scope that the call needs.
    MissingScope,
    /// TikTok does not know the publish id, or no longer does.
    UnknownPublishId,
    /// TikTok rejects the file.
    FileRejected,
    /// TikTok rejects the content as risky.
    ContentRejected,
    /// TikTok refused for another reason; its code says more.
    Refused,
    /// The file ended early: it has changed since the upload began.
    FileChanged,
    /// The file cannot be read.
    FileUnreadable,
    /// The request could not be built.
    Unsendable,
    /// The avatar was rejected.
    BadAvatar,
}

/// The retry that a failure allows without the creator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// No retry: the same request fails again. [`Meaning::change`] names what must change first, if that is known.
    Never,
    /// Refresh the access token, then replay the call.
    AfterRefresh,
    /// Retry with exponential backoff.
    Backoff,
    /// Retry after this wait, which TikTok's answer or the table gives.
    After(Duration),
    /// Retry when the oldest post of the last 24 hours leaves the creator's daily cap. Other apps share the cap, so
    /// retry at the latest after `at_most`.
    WhenCapFrees {
        /// The longest wait.
        at_most: Duration,
    },
}

/// The change that must come before a retry can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// The creator connects the account again.
    Reconnect,
    /// The creator grants the missing scope.
    Scope,
    /// The creator corrects the client key and secret.
    Credentials,
    /// The app's products, scopes or redirect address are corrected in the developer portal.
    AppSetup,
    /// The account is added to the target users of the sandboxed app.
    TargetUser,
    /// The creator chooses another audience.
    Privacy,
    /// The creator makes the account private, or sends the video to the inbox.
    PrivateAccount,
    /// The creator edits the caption.
    Caption,
    /// The creator edits the post.
    Content,
    /// The creator chooses another file.
    File,
    /// The creator finishes or discards drafts in the TikTok app.
    FinishDrafts,
    /// TikTok lifts the ban.
    LiftBan,
    /// The creator updates the TikTok app.
    UpdateTikTokApp,
}

/// The evidence that a failure gives about the availability of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServiceState {
    /// The host answered. A refusal is an answer.
    Answered,
    /// The host did not answer.
    Silent,
    /// The host answered with an error of its own.
    Faulted,
    /// The failure gives no evidence: no request was sent, or the fault was on this side.
    NoEvidence,
}

/// The effect that the failed request may have had at TikTok.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// TikTok did not carry out the request.
    None,
    /// TikTok may have carried out the request although it did not say so.
    Possible,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Meaning {
    /// The kind of failure.
    pub kind: FailureKind,
    /// The retry that Slipway may make by itself.
    pub retry: Retry,
    /// The change that must come first, if the failure names one.
    pub change: Option<Change>,
    /// The evidence about the host, for the circuit breaker.
    pub service: ServiceState,
    /// The possible effect at TikTok, for calls that are not idempotent.
    pub effect: Effect,
}

impl Change {
    /// Whether the creator must edit the post before another try.
    pub const fn is_edit(self) -> bool {
        matches!(
            self,
            Self::Privacy | Self::PrivateAccount | Self::Caption | Self::Content
        )
    }
}

impl Meaning {
    /// A row for an answer that refuses: the host works, and TikTok did nothing.
    const fn answered(kind: FailureKind, retry: Retry, change: Option<Change>) -> Self {
        Self {
            kind,
            retry,
            change,
            service: ServiceState::Answered,
            effect: Effect::None,
        }
    }

    /// The same row for a host that answers with an error of its own. The request may have been carried out.
    const fn faulted(self) -> Self {
        Self {
            service: ServiceState::Faulted,
            effect: Effect::Possible,
            ..self
        }
    }

    /// The same row with this evidence about the host.
    const fn service(self, service: ServiceState) -> Self {
        Self { service, ..self }
    }

    /// The same row with this possible effect.
    const fn effect(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }

    /// Whether the same post can succeed when the creator retries it, as it is or after an edit.
    ///
    /// Another file makes another post, and a ban is not the creator's to lift.
    pub const fn can_retry(&self) -> bool {
        !matches!(self.change, Some(Change::File | Change::LiftBan))
    }

    /// Whether a retry of the same chunk can succeed soon: the connection, TikTok's servers or something between failed.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::Offline | FailureKind::Unavailable | FailureKind::Unreadable
        )
    }

    /// Whether a cap of posts or drafts is reached, so that later posts would be refused like this one.
    pub const fn is_cap(&self) -> bool {
        matches!(self.kind, FailureKind::PostCap | FailureKind::DraftCap)
    }

    /// Whether the account cannot make a direct post now, whatever the post. TikTok says so when it is asked for the
    /// creator's options. Source: `/doc/content-posting-api-reference-query-creator-info`.
    pub const fn bars_posting(&self) -> bool {
        matches!(self.kind, FailureKind::PostCap | FailureKind::Banned)
    }

    /// Whether the account's grant has ended, so that only a new sign-in helps.
    pub const fn ends_grant(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::GrantRejected | FailureKind::AccessDenied
        )
    }

    /// Whether TikTok rejects the token of the request, or its whole grant. Nothing is left to revoke then.
    pub const fn rejects_token(&self) -> bool {
        matches!(self.kind, FailureKind::TokenRejected) || self.ends_grant()
    }

    /// Whether the creator must edit the post before another try.
    pub const fn needs_edit(&self) -> bool {
        match self.change {
            Some(change) => change.is_edit(),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests;
