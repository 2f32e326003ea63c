//! Visits to the consent page that are under way: each with its own `state` and verifier, good for one answer, for ten
//! minutes.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use slipway_core::clock::{self, Clock};
use subtle::{Choice, ConstantTimeEq};
use tiktok_api::{Callback, Pkce};
use tokio_util::sync::CancellationToken;

use super::{error::ConnectError, receiver::Receiver};
use crate::accounts::NewAccount;

/// How long a creator may take in the browser, and for the choice that may follow.
pub(super) const ATTEMPT_LIFETIME: Duration = Duration::from_mins(10);
/// How many attempts there may be at a time.
pub(super) const ATTEMPTS: usize = 8;

/// Whom an attempt is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ConnectTarget {
    /// Whoever agrees.
    Anyone,
    /// The creator of this account alone.
    Creator(ExpectedCreator),
}

/// The creator whose account is to be connected again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ExpectedCreator {
    pub(super) account_id: String,
    pub(super) open_id: String,
    pub(super) display_name: String,
}

/// An account that TikTok gave tokens for, and when it was asked: they live from then on.
#[derive(Debug)]
pub(super) struct AuthorizedAccount {
    pub(super) account: NewAccount,
    pub(super) asked_at: Timestamp,
}

/// When an attempt is over. The time of day sees the computer's sleep, the uptime is not fooled by a clock that is set
/// back: whichever comes first ends it.
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

/// What the browser needs, and what proves its answer.
#[derive(Debug)]
pub(super) struct AuthRequest {
    pub(super) state: SecretString,
    pub(super) pkce: Pkce,
    /// Holds `state` and the challenge.
    pub(super) authorize_url: SecretString,
}

/// How far an attempt has come. What a phase does not need any more is wiped with the one before.
#[derive(Debug)]
pub(super) enum AttemptPhase {
    /// The browser has not answered.
    Open(AuthRequest),
    /// It has, and the code is being exchanged. A second answer with the same `state` is told so.
    Answered { state: SecretString },
    /// Another creator than the expected one agreed: what to do about that is the creator's choice.
    Choosing(Box<AuthorizedAccount>),
    /// The account is being stored; too late to give up.
    Storing,
}

/// One visit to the consent page.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) id: String,
    pub(super) receiver: Receiver,
    pub(super) target: ConnectTarget,
    pub(super) deadline: Deadline,
    pub(super) phase: AttemptPhase,
    /// Ends whatever goes on for this attempt.
    pub(super) end: CancellationToken,
    /// Ends the receiver; done with `end` at the latest.
    pub(super) port: CancellationToken,
}

/// Which way an answer came.
#[derive(Debug, Clone, Copy)]
pub(super) enum AnswerChannel<'a> {
    /// On the port of this attempt.
    Port(&'a str),
    /// By a link, for whichever attempt waits for one.
    Link,
}

/// An answer that belongs to an attempt, which is used up by it.
#[derive(Debug)]
pub(super) struct Redeemed {
    pub(super) id: String,
    pub(super) target: ConnectTarget,
    pub(super) redirect_uri: String,
    pub(super) pkce: Pkce,
    /// Whether it came too late.
    pub(super) expired: bool,
}

/// All attempts, oldest first.
#[derive(Debug, Default)]
pub(super) struct Attempts(Vec<Attempt>);

impl Attempts {
    /// Adds an attempt. Where there are too many, gives the oldest that can be given up for it.
    #[must_use]
    pub(super) fn insert(&mut self, attempt: Attempt) -> Option<Attempt> {
        let crowded = self.0.len() >= ATTEMPTS;
        let idle = |attempt: &Attempt| {
            matches!(
                attempt.phase,
                AttemptPhase::Open(_) | AttemptPhase::Choosing(_)
            )
        };
        let oldest = self.0.iter().position(idle).filter(|_| crowded);
        let gone = oldest.map(|place| self.0.remove(place));
        self.0.push(attempt);
        gone
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

    /// The account that waits for the creator's choice, to be stored now.
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

    /// All that nobody works on.
    pub(super) fn drain_idle(&mut self) -> Vec<Attempt> {
        let idle = |attempt: &mut Attempt| {
            matches!(
                attempt.phase,
                AttemptPhase::Open(_) | AttemptPhase::Choosing(_)
            )
        };
        self.0.extract_if(.., idle).collect()
    }

    /// Whether one of them holds tokens of this creator.
    pub(super) fn holds(&self, open_id: &str) -> bool {
        self.0.iter().any(|attempt| {
            matches!(&attempt.phase, AttemptPhase::Choosing(agreed) if agreed.account.grant.open_id == open_id)
        })
    }

    /// Finds the attempt that waits for this answer and uses it up. All that can be meant are compared, each in constant
    /// time, so that an answer that fits none learns nothing about any.
    ///
    /// Whether a refusal carries `state` is not documented (`/doc/login-kit-desktop`). One without it counts on a port,
    /// which belongs to one attempt: it can end that one and nothing more. Links come from anywhere, so there it does
    /// not count.
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
        let mut behind = false;
        for attempt in &mut self.0 {
            if !attempt.is_behind(channel) {
                continue;
            }
            behind = true;
            let proven = state.map_or(Choice::from(0), |state| attempt.knows(state));
            let counts = stateless && matches!(channel, AnswerChannel::Port(_));
            if bool::from(proven) || counts {
                found = Some(attempt);
            }
        }
        let attempt = found.ok_or(if behind {
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
    fn is_behind(&self, channel: AnswerChannel<'_>) -> bool {
        match (channel, &self.receiver) {
            (AnswerChannel::Port(id), Receiver::Loopback { .. }) => self.id == id,
            (AnswerChannel::Link, Receiver::HostedPage(_)) => true,
            _ => false,
        }
    }

    /// Whether `state` is this attempt's.
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
