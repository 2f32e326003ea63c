//! One circuit: closed, open after consecutive failures, then half-open with one probe at a time. It reads no clock and
//! knows no host.

use std::time::Duration;

/// The number of consecutive failures that open a circuit.
pub(super) const FAILURES: u32 = 5;

/// A circuit. Times are [`Clock::uptime`](slipway_core::clock::Clock::uptime).
#[derive(Debug, Default)]
pub(super) struct Circuit {
    state: State,
    /// Counts the changes of state. The outcome of a call that was admitted before the last change is not counted.
    generation: u64,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed {
        /// Failures since the last success.
        failures: u32,
        /// The server's `Retry-After`.
        not_before: Duration,
    },
    /// No call is admitted until the pause ends. Then one call probes.
    Open {
        until: Duration,
        /// The number of openings since the last success.
        openings: u32,
    },
    /// One call probes.
    HalfOpen {
        pause_ended: Duration,
        openings: u32,
    },
}

impl Default for State {
    fn default() -> Self {
        Self::Closed {
            failures: 0,
            not_before: Duration::ZERO,
        }
    }
}

/// An admitted call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    generation: u64,
    probe: bool,
}

impl Ticket {
    /// Whether this call is the probe.
    pub(super) fn is_probe(self) -> bool {
        self.probe
    }
}

/// Why a call is not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The pause lasts until this time.
    Open(Duration),
    /// Another call probes.
    HalfOpen,
}

/// The phase of a circuit that is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Open until this time. The next call after it probes.
    CircuitOpen(Duration),
    /// A call probes.
    HalfOpen,
}

impl Circuit {
    /// Admits a call, unless the circuit is open or another call probes.
    pub(super) fn enter(&mut self, now: Duration) -> Result<Ticket, Refusal> {
        let probe = match self.state {
            State::Closed { .. } => false,
            State::Open { until, .. } if now < until => return Err(Refusal::Open(until)),
            State::Open { until, openings } => {
                self.set_state(State::HalfOpen {
                    pause_ended: until,
                    openings,
                });
                true
            }
            State::HalfOpen { .. } => return Err(Refusal::HalfOpen),
        };
        Ok(Ticket {
            generation: self.generation,
            probe,
        })
    }

    /// Records a success. Returns whether the phase changed.
    pub(super) fn succeeded(&mut self, ticket: Ticket) -> bool {
        if ticket.generation != self.generation {
            return false;
        }
        if ticket.probe {
            self.set_state(State::default());
        } else {
            self.state = State::default();
        }
        ticket.probe
    }

    /// Records a failure. `pause` returns the length of the pause for the number of openings before; `retry_after` is
    /// its lower bound. Returns whether the phase changed.
    pub(super) fn failed(
        &mut self,
        ticket: Ticket,
        now: Duration,
        retry_after: Option<Duration>,
        pause: impl FnOnce(u32) -> Duration,
    ) -> bool {
        if ticket.generation != self.generation {
            return false;
        }
        let requested = retry_after.map_or(Duration::ZERO, |wait| now.saturating_add(wait));
        let (openings, not_before) = match self.state {
            State::Closed {
                failures,
                not_before,
            } if failures + 1 < FAILURES => {
                self.state = State::Closed {
                    failures: failures + 1,
                    not_before: not_before.max(requested),
                };
                return false;
            }
            State::Closed { not_before, .. } => (0, not_before.max(requested)),
            State::HalfOpen { openings, .. } => (openings, requested),
            // An open circuit issues no tickets of its generation.
            State::Open { .. } => return false,
        };
        self.set_state(State::Open {
            until: now.saturating_add(pause(openings)).max(not_before),
            openings: openings.saturating_add(1),
        });
        true
    }

    /// Releases a call without an outcome, so that another call may probe. Returns whether the phase changed.
    pub(super) fn release(&mut self, ticket: Ticket) -> bool {
        match self.state {
            State::HalfOpen {
                pause_ended,
                openings,
            } if ticket.generation == self.generation => {
                self.set_state(State::Open {
                    until: pause_ended,
                    openings,
                });
                true
            }
            _ => false,
        }
    }

    /// The phase; `None` while the circuit is closed.
    pub(super) fn phase(&self) -> Option<Phase> {
        match self.state {
            State::Closed { .. } => None,
            State::Open { until, .. } => Some(Phase::CircuitOpen(until)),
            State::HalfOpen { .. } => Some(Phase::HalfOpen),
        }
    }

    fn set_state(&mut self, state: State) {
        self.state = state;
        self.generation += 1;
    }
}

#[cfg(test)]
mod tests;
