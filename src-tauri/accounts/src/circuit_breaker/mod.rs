//! Circuit breakers: stop requests to a host that keeps failing, and probe with one request at a time until it
//! recovers.
//!
//! A timeout counts against the host. An error answer counts only against that host and account, so that one account's
//! failures never block another.

mod circuit;
mod notices;
mod outcome;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
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

/// Backoff between probes.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_secs(5),
    most: Duration::from_mins(5),
    least: Duration::from_secs(1),
};
/// When to retry while another request probes. [`CircuitBreaker::changes`] reports the end of the probe sooner.
const WHILE_PROBING: Duration = Duration::from_secs(5);
/// The time for which an open circuit is shown after its pause ended without a probe. No request waits for it then.
const SHOWN_UNTRIED: Duration = Duration::from_secs(10);

/// The kind of failure of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceFault {
    /// It does not answer.
    Silent,
    /// It answers the calls of one account with server errors.
    FaultsForAccount,
    /// It answers calls without an account with server errors.
    Faults,
}

/// The circuit is open: the request must not be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("left alone until {until}")]
pub struct CircuitOpen {
    /// When to retry.
    pub until: Timestamp,
    /// Whether the host does not answer at all. Otherwise it answers this account with server errors.
    pub silent: bool,
}

/// All circuits. Clones share them.
#[derive(Debug, Clone)]
pub struct CircuitBreaker(Arc<Shared>);

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
    /// Timeouts of the host.
    Answers,
    /// Server errors for one account, or for calls without an account.
    Faults(Option<String>),
}

/// A permit for one request. Report its outcome with [`CallPermit::ended`]; a dropped permit counts for nothing.
#[derive(Debug)]
#[must_use = "report the outcome of the request"]
pub struct CallPermit {
    shared: Arc<Shared>,
    answers: (Key, Ticket),
    faults: (Key, Ticket),
    ended: bool,
}

impl CircuitBreaker {
    /// Creates closed circuits.
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

    /// Admits one request to `host`, for an account if it belongs to one.
    ///
    /// # Errors
    /// [`CircuitOpen`] with the time of the next attempt, while the circuit is open.
    pub fn admit(&self, host: &str, account: Option<&str>) -> Result<CallPermit, CircuitOpen> {
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
            Err(refusal) => return Err(self.0.open_error(refusal, true)),
        };
        let second = match circuits.get(&faults).enter(now) {
            Ok(ticket) => ticket,
            Err(refusal) => {
                // The request is not sent, so it does not probe the host either.
                circuits.get(&answers).release(first);
                return Err(self.0.open_error(refusal, false));
            }
        };
        drop(circuits);
        if first.is_probe() || second.is_probe() {
            self.0.notify();
        }
        Ok(CallPermit {
            shared: self.0.clone(),
            answers: (answers, first),
            faults: (faults, second),
            ended: false,
        })
    }

    /// The services with an open circuit, by host and account.
    pub fn services(&self) -> Vec<Service> {
        let circuits = self.0.circuits();
        let now = self.0.clock.uptime();
        circuits
            .by_key
            .iter()
            .filter_map(|(key, circuit)| {
                let phase = circuit.phase()?;
                if let Phase::CircuitOpen(until) = phase
                    && until.saturating_add(SHOWN_UNTRIED) <= now
                {
                    return None;
                }
                let next = match phase {
                    Phase::CircuitOpen(until) => until,
                    Phase::HalfOpen => now,
                };
                let (account_id, trouble) = match &key.scope {
                    Scope::Answers => (None, ServiceFault::Silent),
                    Scope::Faults(None) => (None, ServiceFault::Faults),
                    Scope::Faults(account) => (account.clone(), ServiceFault::FaultsForAccount),
                };
                Some(Service {
                    host: key.host.clone(),
                    account_id,
                    trying: phase == Phase::HalfOpen,
                    next_try: self.0.time_of_day(next).to_string(),
                    notice: trouble.explain(),
                })
            })
            .collect()
    }

    /// Counts every change of [`CircuitBreaker::services`]: opened, probing, closed, and, while
    /// [`CircuitBreaker::watch_pauses`] runs, the end of a pause.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Counts the end of each pause as a change. Runs until it is dropped.
    pub async fn watch_pauses(&self) {
        let mut changes = self.changes();
        loop {
            changes.mark_unchanged();
            let Some(moment) = self.next_moment() else {
                // The sender lives as long as `self`, so this ends only with a change.
                let _ = changes.changed().await;
                continue;
            };
            let left = moment.saturating_sub(self.0.clock.uptime());
            tokio::select! {
                () = self.0.clock.sleep(left) => {
                    if self.0.clock.uptime() >= moment {
                        self.0.notify();
                    }
                }
                _ = changes.changed() => {}
            }
        }
    }

    /// When [`CircuitBreaker::services`] next changes by time alone.
    fn next_moment(&self) -> Option<Duration> {
        let circuits = self.0.circuits();
        let now = self.0.clock.uptime();
        circuits
            .by_key
            .values()
            .filter_map(|circuit| match circuit.phase()? {
                Phase::CircuitOpen(until) if until > now => Some(until),
                Phase::CircuitOpen(until) => Some(until.saturating_add(SHOWN_UNTRIED)),
                Phase::HalfOpen => None,
            })
            .filter(|moment| *moment > now)
            .min()
    }
}

impl Shared {
    fn circuits(&self) -> MutexGuard<'_, Circuits> {
        self.circuits.lock()
    }

    fn notify(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    fn open_error(&self, refusal: Refusal, silent: bool) -> CircuitOpen {
        let until = match refusal {
            Refusal::Open(until) => until,
            Refusal::HalfOpen => self.clock.uptime().saturating_add(WHILE_PROBING),
        };
        CircuitOpen {
            until: self.time_of_day(until),
            silent,
        }
    }

    /// The time of day at a future uptime; the present time for a past one.
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

    fn release(&mut self, (key, ticket): &(Key, Ticket)) -> bool {
        self.get(key).release(*ticket)
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
            BACKOFF.pause(openings, rng)
        })
    }
}

impl CallPermit {
    /// Reports the outcome of the request.
    pub fn ended(mut self, outcome: Outcome) {
        self.ended = true;
        let mut circuits = self.shared.circuits();
        let now = self.shared.clock.uptime();
        let changed = match outcome {
            Outcome::Answered => {
                circuits.succeeded(&self.answers) | circuits.succeeded(&self.faults)
            }
            // A timeout says nothing about the account.
            Outcome::Silent => {
                circuits.failed(&self.answers, now, None) | circuits.release(&self.faults)
            }
            Outcome::Faulted { retry_after } => {
                circuits.succeeded(&self.answers) | circuits.failed(&self.faults, now, retry_after)
            }
        };
        drop(circuits);
        if changed {
            self.shared.notify();
        }
    }
}

impl Drop for CallPermit {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let mut circuits = self.shared.circuits();
        let changed = circuits.release(&self.answers) | circuits.release(&self.faults);
        drop(circuits);
        if changed {
            self.shared.notify();
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
