//! Sign-in attempts: each has its own `state` and PKCE verifier and accepts one answer within ten minutes.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use slipway_core::clock::{self, Clock};
use subtle::{Choice, ConstantTimeEq};
use tiktok_api::{Callback, Pkce};
use tokio_util::sync::CancellationToken;

use super::{error::ConnectError, receiver::Receiver};
use crate::accounts::NewAccount;

/// The lifetime of an attempt, including the choice that may follow.
pub(super) const ATTEMPT_LIFETIME: Duration = Duration::from_mins(10);
/// The maximum number of attempts at a time.
pub(super) const ATTEMPTS: usize = 8;

/// The creators that may answer an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ConnectTarget {
    /// Any creator.
    Anyone,
    /// Only the creator of this account.
    Creator(ExpectedCreator),
}

/// The creator of an account that is being reconnected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ExpectedCreator {
    pub(super) account_id: String,
    pub(super) open_id: String,
    pub(super) display_name: String,
}

/// An account with new tokens that is not stored yet.
#[derive(Debug)]
pub(super) struct AuthorizedAccount {
    pub(super) account: NewAccount,
    pub(super) asked_at: Timestamp,
}

/// When an attempt expires: by time of day or by uptime, whichever comes first. The time of day includes the computer's
/// sleep; the uptime cannot be set back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    pub(super) at: Timestamp,
    pub(super) uptime: Duration,
}

impl Deadline {
    pub(super) fn new(clock: &dyn Clock) -> Self {
        Self {
            at: clock::after(clock.now(), ATTEMPT_LIFETIME),
            uptime: clock.uptime() + ATTEMPT_LIFETIME,
        }
    }

    pub(super) fn has_passed(&self, clock: &dyn Clock) -> bool {
        clock.now() >= self.at || clock.uptime() >= self.uptime
    }
}

/// The secrets of one authorization request.
#[derive(Debug)]
pub(super) struct AuthRequest {
    pub(super) state: SecretString,
    pub(super) pkce: Pkce,
    /// The consent page's address, with `state` and the PKCE challenge.
    pub(super) authorize_url: SecretString,
}

/// The phase of an attempt. Each phase drops the secrets that it no longer needs.
#[derive(Debug)]
pub(super) enum AttemptPhase {
    /// Waiting for TikTok's answer.
    Open(AuthRequest),
    /// The code is being exchanged. The `state` is kept to detect a second answer.
    Answered { state: SecretString },
    /// Another creator than the expected one agreed, and the creator must choose.
    Choosing(Box<AuthorizedAccount>),
    /// The account is being stored. It cannot be cancelled any more.
    Storing,
}

/// One sign-in attempt.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) id: String,
    pub(super) receiver: Receiver,
    pub(super) target: ConnectTarget,
    pub(super) deadline: Deadline,
    pub(super) phase: AttemptPhase,
    /// Cancels all tasks of this attempt.
    pub(super) end: CancellationToken,
    /// Cancels the loopback listener. A child of `end`.
    pub(super) port: CancellationToken,
}

/// The channel of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum AnswerChannel<'a> {
    /// The loopback port of the attempt with this id.
    Port(&'a str),
    /// A link, for any attempt with a hosted page.
    Link,
}

/// An attempt whose answer was accepted. Its `state` is used up.
#[derive(Debug)]
pub(super) struct Redeemed {
    pub(super) id: String,
    pub(super) target: ConnectTarget,
    pub(super) redirect_uri: String,
    pub(super) pkce: Pkce,
    /// Whether the attempt had expired.
    pub(super) expired: bool,
}

/// All attempts, oldest first.
#[derive(Debug, Default)]
pub(super) struct Attempts(Vec<Attempt>);

impl Attempts {
    /// Adds an attempt. If there are too many, removes and returns the oldest idle attempt.
    #[must_use]
    pub(super) fn insert(&mut self, attempt: Attempt) -> Option<Attempt> {
        let full = self.0.len() >= ATTEMPTS;
        let idle = |attempt: &Attempt| {
            matches!(
                attempt.phase,
                AttemptPhase::Open(_) | AttemptPhase::Choosing(_)
            )
        };
        let oldest = self.0.iter().position(idle).filter(|_| full);
        let removed = oldest.map(|place| self.0.remove(place));
        self.0.push(attempt);
        removed
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Attempt> {
        self.0.iter_mut().find(|attempt| attempt.id == id)
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<Attempt> {
        self.remove_if(id, |_| true)
    }

    pub(super) fn remove_if(
        &mut self,
        id: &str,
        may_go: impl Fn(&AttemptPhase) -> bool,
    ) -> Option<Attempt> {
        let fits = |attempt: &Attempt| attempt.id == id && may_go(&attempt.phase);
        let place = self.0.iter().position(fits)?;
        Some(self.0.remove(place))
    }

    /// Takes the account that waits for the creator's choice and marks the attempt as storing.
    pub(super) fn take_choice(&mut self, id: &str) -> Option<AuthorizedAccount> {
        let attempt = self.get_mut(id)?;
        match std::mem::replace(&mut attempt.phase, AttemptPhase::Storing) {
            AttemptPhase::Choosing(agreed) => Some(*agreed),
            other => {
                attempt.phase = other;
                None
            }
        }
    }

    /// Removes all idle attempts.
    pub(super) fn drain_idle(&mut self) -> Vec<Attempt> {
        let idle = |attempt: &mut Attempt| {
            matches!(
                attempt.phase,
                AttemptPhase::Open(_) | AttemptPhase::Choosing(_)
            )
        };
        self.0.extract_if(.., idle).collect()
    }

    /// Whether an attempt holds tokens of this creator.
    pub(super) fn holds(&self, open_id: &str) -> bool {
        self.0.iter().any(|attempt| {
            matches!(&attempt.phase, AttemptPhase::Choosing(agreed) if agreed.account.grant.open_id == open_id)
        })
    }

    /// Finds the attempt of this answer and uses up its `state`. Every candidate is compared in constant time, so that
    /// a wrong answer learns nothing.
    ///
    /// TikTok does not document whether a refusal carries `state` (`/doc/login-kit-desktop`). A refusal without one
    /// accepted on a port, which belongs to one attempt. It does not count on a link, because links come from anywhere.
    pub(super) fn redeem(
        &mut self,
        channel: AnswerChannel<'_>,
        callback: &Callback,
        clock: &dyn Clock,
    ) -> Result<Redeemed, ConnectError> {
        let (state, stateless) = match callback {
            Callback::Granted { state, .. } => (state.as_ref(), false),
            Callback::Refused { state, .. } => (state.as_ref(), state.is_none()),
        };
        let mut found = None;
        let mut found_channel = false;
        for attempt in &mut self.0 {
            if !attempt.uses(channel) {
                continue;
            }
            found_channel = true;
            let proven = state.map_or(Choice::from(0), |state| attempt.knows(state));
            let accepted = stateless && matches!(channel, AnswerChannel::Port(_));
            if bool::from(proven) || accepted {
                found = Some(attempt);
            }
        }
        let attempt = found.ok_or(if found_channel {
            ConnectError::StateMismatch
        } else {
            ConnectError::Unknown
        })?;
        let AttemptPhase::Open(ticket) = &attempt.phase else {
            return Err(ConnectError::StateUsed);
        };
        let redeemed = Redeemed {
            id: attempt.id.clone(),
            target: attempt.target.clone(),
            redirect_uri: attempt.receiver.redirect_uri(),
            pkce: ticket.pkce.clone(),
            expired: attempt.deadline.has_passed(clock),
        };
        attempt.phase = AttemptPhase::Answered {
            state: ticket.state.clone(),
        };
        Ok(redeemed)
    }
}

impl Attempt {
    fn uses(&self, channel: AnswerChannel<'_>) -> bool {
        match (channel, &self.receiver) {
            (AnswerChannel::Port(id), Receiver::Loopback { .. }) => self.id == id,
            (AnswerChannel::Link, Receiver::HostedPage(_)) => true,
            _ => false,
        }
    }

    /// Whether `state` is the one of this attempt, in constant time.
    fn knows(&self, state: &SecretString) -> Choice {
        match &self.phase {
            AttemptPhase::Open(AuthRequest { state: own, .. })
            | AttemptPhase::Answered { state: own } => own
                .expose_secret()
                .as_bytes()
                .ct_eq(state.expose_secret().as_bytes()),
            AttemptPhase::Choosing(_) | AttemptPhase::Storing => Choice::from(0),
        }
    }
}

#[cfg(test)]
mod tests;
