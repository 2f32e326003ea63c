//! Leaves a host alone that fails again and again, and finds out with one call at a time when it is back.
//!
//! Silence counts on the host. A fault that was answered counts on the host and the account that it was
//! answered to, so that what is wrong with one account holds no other back.

mod circuit;
mod notices;
mod outcome;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use rand::{SeedableRng as _, rngs::StdRng};
use slipway_core::{
    backoff::Backoff,
    clock::{self, Clock},
    notice::Explain as _,
    views::Service,
};
use tokio::sync::watch;

use circuit::{Circuit, Phase, Refusal, Ticket};
pub(crate) use notices::text::TEXTS;
pub use outcome::Outcome;

/// How long a host is left alone.
const PAUSES: Backoff = Backoff {
    first: Duration::from_secs(5),
    most: Duration::from_mins(5),
    least: Duration::from_secs(1),
};
/// When to ask again while another call is finding out; [`Breaker::changes`] tells sooner.
const WHILE_TRYING: Duration = Duration::from_secs(5);
/// How long a circuit is shown that could be tried again but that nobody tries. After that there is
/// nothing that it holds back.
const SHOWN_UNTRIED: Duration = Duration::from_secs(10);

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No answers come.
    Silent,
    /// It answers calls of one account with faults of its own.
    FaultsForAccount,
    /// It answers calls that belong to no account with faults of its own.
    Faults,
}

/// Nobody is let through now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("left alone until {until}")]
pub struct Resting {
    /// When to ask again.
    pub until: Timestamp,
    /// Whether the host does not answer at all; otherwise it answers this account with faults.
    pub silent: bool,
}

/// All circuits. Cheap to clone; all clones share them.
#[derive(Debug, Clone)]
pub struct Breaker(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    circuits: Mutex<Circuits>,
    changes: watch::Sender<u64>,
}

struct Circuits {
    by_key: BTreeMap<Key, Circuit>,
    rng: StdRng,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    host: String,
    scope: Scope,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    /// Whether the host answers.
    Answers,
    /// Whether its answers to an account, or to nobody's, are faults.
    Faults(Option<String>),
}

/// Leave for one request. Say how it ended; dropped without that, it counts for nothing.
#[derive(Debug)]
#[must_use = "say how the request ended"]
pub struct Pass {
    shared: Arc<Shared>,
    answers: (Key, Ticket),
    faults: (Key, Ticket),
    ended: bool,
}

impl Breaker {
    /// All circuits closed.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with(clock, StdRng::from_rng(&mut rand::rng()))
    }

    fn with(clock: Arc<dyn Clock>, rng: StdRng) -> Self {
        Self(Arc::new(Shared {
            clock,
            circuits: Mutex::new(Circuits {
                by_key: BTreeMap::new(),
                rng,
            }),
            changes: watch::Sender::new(0),
        }))
    }

    /// Lets one request to `host` through, for an account if it belongs to one, or says when to ask again.
    pub fn admit(&self, host: &str, account: Option<&str>) -> Result<Pass, Resting> {
        let answers = Key {
            host: host.to_owned(),
            scope: Scope::Answers,
        };
        let faults = Key {
            host: host.to_owned(),
            scope: Scope::Faults(account.map(str::to_owned)),
        };
        let mut circuits = self.0.circuits();
        let now = self.0.clock.uptime();
        let first = match circuits.get(&answers).enter(now) {
            Ok(ticket) => ticket,
            Err(refusal) => return Err(self.0.resting(refusal, true)),
        };
        let second = match circuits.get(&faults).enter(now) {
            Ok(ticket) => ticket,
            Err(refusal) => {
                // Nothing goes out, so nothing is being tried.
                circuits.get(&answers).let_go(first);
                return Err(self.0.resting(refusal, false));
            }
        };
        drop(circuits);
        if first.is_probe() || second.is_probe() {
            self.0.tell();
        }
        Ok(Pass {
            shared: self.0.clone(),
            answers: (answers, first),
            faults: (faults, second),
            ended: false,
        })
    }

    /// The services that are left alone or being tried, by host and account.
    pub fn services(&self) -> Vec<Service> {
        let circuits = self.0.circuits();
        let now = self.0.clock.uptime();
        circuits
            .by_key
            .iter()
            .filter_map(|(key, circuit)| {
                let phase = circuit.phase()?;
                if let Phase::Resting(until) = phase
                    && until.saturating_add(SHOWN_UNTRIED) <= now
                {
                    return None;
                }
                let next = match phase {
                    Phase::Resting(until) => until,
                    Phase::Trying => now,
                };
                let (account_id, trouble) = match &key.scope {
                    Scope::Answers => (None, Trouble::Silent),
                    Scope::Faults(None) => (None, Trouble::Faults),
                    Scope::Faults(account) => (account.clone(), Trouble::FaultsForAccount),
                };
                Some(Service {
                    host: key.host.clone(),
                    account_id,
                    trying: phase == Phase::Trying,
                    next_try: self.0.time_of_day(next).to_string(),
                    notice: trouble.explain(),
                })
            })
            .collect()
    }

    /// Counts every change of what [`Breaker::services`] says: opened, being tried, closed, and, while
    /// [`Breaker::watch_pauses`] runs, the end of a pause.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Counts the end of each pause as a change, for as long as it is polled. It sleeps until then.
    pub async fn watch_pauses(&self) {
        let mut changes = self.changes();
        loop {
            changes.mark_unchanged();
            let Some(moment) = self.next_moment() else {
                // The sender lives as long as `self` does, so this ends with a change.
                let _ = changes.changed().await;
                continue;
            };
            let left = moment.saturating_sub(self.0.clock.uptime());
            tokio::select! {
                () = self.0.clock.sleep(left) => {
                    if self.0.clock.uptime() >= moment {
                        self.0.tell();
                    }
                }
                _ = changes.changed() => {}
            }
        }
    }

    /// When [`Breaker::services`] next says something else, by time alone.
    fn next_moment(&self) -> Option<Duration> {
        let circuits = self.0.circuits();
        let now = self.0.clock.uptime();
        circuits
            .by_key
            .values()
            .filter_map(|circuit| match circuit.phase()? {
                Phase::Resting(until) if until > now => Some(until),
                Phase::Resting(until) => Some(until.saturating_add(SHOWN_UNTRIED)),
                Phase::Trying => None,
            })
            .filter(|moment| *moment > now)
            .min()
    }
}

impl Shared {
    fn circuits(&self) -> MutexGuard<'_, Circuits> {
        self.circuits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    fn resting(&self, refusal: Refusal, silent: bool) -> Resting {
        let until = match refusal {
            Refusal::Pause(until) => until,
            Refusal::Trying => self.clock.uptime().saturating_add(WHILE_TRYING),
        };
        Resting {
            until: self.time_of_day(until),
            silent,
        }
    }

    /// The time of day at an uptime that has not passed; now when it has.
    fn time_of_day(&self, uptime: Duration) -> Timestamp {
        let left = uptime.saturating_sub(self.clock.uptime());
        clock::after(self.clock.now(), left)
    }
}

impl Circuits {
    fn get(&mut self, key: &Key) -> &mut Circuit {
        self.by_key.entry(key.clone()).or_default()
    }

    fn succeeded(&mut self, (key, ticket): &(Key, Ticket)) -> bool {
        self.get(key).succeeded(*ticket)
    }

    fn let_go(&mut self, (key, ticket): &(Key, Ticket)) -> bool {
        self.get(key).let_go(*ticket)
    }

    fn failed(
        &mut self,
        (key, ticket): &(Key, Ticket),
        now: Duration,
        retry_after: Option<Duration>,
    ) -> bool {
        let circuit = self.by_key.entry(key.clone()).or_default();
        let rng = &mut self.rng;
        circuit.failed(*ticket, now, retry_after, |openings| {
            PAUSES.pause(openings, rng)
        })
    }
}

impl Pass {
    /// The request ended like this.
    pub fn ended(mut self, outcome: Outcome) {
        self.ended = true;
        let mut circuits = self.shared.circuits();
        let now = self.shared.clock.uptime();
        let changed = match outcome {
            Outcome::Answered => {
                circuits.succeeded(&self.answers) | circuits.succeeded(&self.faults)
            }
            // Whoever was silent said nothing about the account.
            Outcome::Silent => {
                circuits.failed(&self.answers, now, None) | circuits.let_go(&self.faults)
            }
            Outcome::Faulted { retry_after } => {
                circuits.succeeded(&self.answers) | circuits.failed(&self.faults, now, retry_after)
            }
        };
        drop(circuits);
        if changed {
            self.shared.tell();
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let mut circuits = self.shared.circuits();
        let changed = circuits.let_go(&self.answers) | circuits.let_go(&self.faults);
        drop(circuits);
        if changed {
            self.shared.tell();
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("circuits", &self.circuits().by_key)
            .finish_non_exhaustive()
    }
}
