//! One circuit: closed while all is well, open after failures in a row, then tried with one call at a
//! time. It reads no clock and knows no host.

use std::time::Duration;

/// So many failures in a row open a circuit.
pub(super) const FAILURES: u32 = 5;

/// A circuit. Times are [`Clock::uptime`](slipway_core::clock::Clock::uptime).
#[derive(Debug, Default)]
pub(super) struct Circuit {
    state: State,
    /// Counts the changes of state. A call that was let through before the last one says nothing about
    /// how things are now, so its outcome is not counted.
    generation: u64,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed {
        /// Failures since the last success.
        failures: u32,
        /// The server does not want to be asked before this.
        not_before: Duration,
    },
    /// Nobody is let through until the pause ends; then one is.
    Open {
        until: Duration,
        /// How often it opened since the last success.
        openings: u32,
    },
    /// One call is under way and decides.
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

/// A call that was let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    generation: u64,
    probe: bool,
}

impl Ticket {
    /// Whether this call is the one that decides.
    pub(super) fn is_probe(self) -> bool {
        self.probe
    }
}

/// Why nobody is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The pause lasts until this time.
    Open(Duration),
    /// Another call is finding out.
    HalfOpen,
}

/// Where a circuit that is not closed is on its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// It is left alone until this time; when it has passed, the next call finds out.
    CircuitOpen(Duration),
    /// A call is finding out.
    HalfOpen,
}

impl Circuit {
    /// Lets a call through, unless the circuit rests or another call is finding out.
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

    /// The call worked. Says whether that changed the circuit.
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

    /// The call failed. `pause` gives the length of the pause by how often the circuit opened before, and
    /// `retry_after` is what the server asked for at least. Says whether that changed the circuit.
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
        let asked = retry_after.map_or(Duration::ZERO, |wait| now.saturating_add(wait));
        let (openings, not_before) = match self.state {
            State::Closed {
                failures,
                not_before,
            } if failures + 1 < FAILURES => {
                self.state = State::Closed {
                    failures: failures + 1,
                    not_before: not_before.max(asked),
                };
                return false;
            }
            State::Closed { not_before, .. } => (0, not_before.max(asked)),
            State::HalfOpen { openings, .. } => (openings, asked),
            // No ticket is of an generation in which nobody is let through.
            State::Open { .. } => return false,
        };
        self.set_state(State::Open {
            until: now.saturating_add(pause(openings)).max(not_before),
            openings: openings.saturating_add(1),
        });
        true
    }

    /// The call ended and nobody knows how: another one may find out. Says whether that changed the circuit.
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

    /// Where it is on its way back; nothing when it is closed.
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
