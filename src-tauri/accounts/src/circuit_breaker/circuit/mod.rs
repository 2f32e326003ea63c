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
    era: u64,
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
    Trying {
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
    era: u64,
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
    Pause(Duration),
    /// Another call is finding out.
    Trying,
}

/// Where a circuit that is not closed is on its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// It is left alone until this time; when it has passed, the next call finds out.
    Resting(Duration),
    /// A call is finding out.
    Trying,
}

impl Circuit {
    /// Lets a call through, unless the circuit rests or another call is finding out.
    pub(super) fn enter(&mut self, now: Duration) -> Result<Ticket, Refusal> {
        let probe = match self.state {
            State::Closed { .. } => false,
            State::Open { until, .. } if now < until => return Err(Refusal::Pause(until)),
            State::Open { until, openings } => {
                self.turn(State::Trying {
                    pause_ended: until,
                    openings,
                });
                true
            }
            State::Trying { .. } => return Err(Refusal::Trying),
        };
        Ok(Ticket {
            era: self.era,
            probe,
        })
    }

    /// The call worked. Says whether that changed the circuit.
    pub(super) fn succeeded(&mut self, ticket: Ticket) -> bool {
        if ticket.era != self.era {
            return false;
        }
        if ticket.probe {
            self.turn(State::default());
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
        if ticket.era != self.era {
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
            State::Trying { openings, .. } => (openings, asked),
            // No ticket is of an era in which nobody is let through.
            State::Open { .. } => return false,
        };
        self.turn(State::Open {
            until: now.saturating_add(pause(openings)).max(not_before),
            openings: openings.saturating_add(1),
        });
        true
    }

    /// The call ended and nobody knows how: another one may find out. Says whether that changed the circuit.
    pub(super) fn let_go(&mut self, ticket: Ticket) -> bool {
        match self.state {
            State::Trying {
                pause_ended,
                openings,
            } if ticket.era == self.era => {
                self.turn(State::Open {
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
            State::Open { until, .. } => Some(Phase::Resting(until)),
            State::Trying { .. } => Some(Phase::Trying),
        }
    }

    fn turn(&mut self, state: State) {
        self.state = state;
        self.era += 1;
    }
}

#[cfg(test)]
mod tests;
