//! Tests of every state transition, and a model that derives the state from the history.

use proptest::prelude::*;

use super::*;

const PAUSE: Duration = Duration::from_secs(5);

/// Ten seconds, then twenty, then forty.
fn pause(openings: u32) -> Duration {
    PAUSE * 2_u32.saturating_pow(openings + 1)
}

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn fail(circuit: &mut Circuit, now: Duration) -> bool {
    let ticket = circuit.enter(now).unwrap();
    circuit.failed(ticket, now, None, pause)
}

fn opened(now: Duration) -> Circuit {
    let mut circuit = Circuit::default();
    for _ in 1..FAILURES {
        assert!(!fail(&mut circuit, now));
    }
    assert!(fail(&mut circuit, now));
    circuit
}

#[test]
fn five_consecutive_failures_open_it() {
    let mut circuit = opened(at(100));
    assert_eq!(circuit.phase(), Some(Phase::CircuitOpen(at(110))));
    assert_eq!(circuit.enter(at(109)), Err(Refusal::Open(at(110))));
    assert!(circuit.enter(at(110)).is_ok());
}

#[test]
fn a_success_resets_the_count() {
    let mut circuit = Circuit::default();
    for _ in 0..10 {
        for _ in 1..FAILURES {
            assert!(!fail(&mut circuit, at(1)));
        }
        let ticket = circuit.enter(at(1)).unwrap();
        assert!(!circuit.succeeded(ticket));
    }
    assert_eq!(circuit.phase(), None);
}

#[test]
fn one_probe_closes_it() {
    let mut circuit = opened(at(100));
    let probe = circuit.enter(at(110)).unwrap();
    assert!(probe.is_probe());
    assert_eq!(circuit.phase(), Some(Phase::HalfOpen));
    assert_eq!(circuit.enter(at(500)), Err(Refusal::HalfOpen));
    assert!(circuit.succeeded(probe));
    assert_eq!(circuit.phase(), None);
    assert!(!circuit.enter(at(500)).unwrap().is_probe());
}

#[test]
fn a_failed_probe_lengthens_the_pause_and_a_success_resets_it() {
    let mut circuit = opened(at(100));
    assert!(fail(&mut circuit, at(120)));
    assert_eq!(circuit.phase(), Some(Phase::CircuitOpen(at(140))));
    assert!(fail(&mut circuit, at(140)));
    assert_eq!(circuit.phase(), Some(Phase::CircuitOpen(at(180))));
    let probe = circuit.enter(at(180)).unwrap();
    assert!(circuit.succeeded(probe));
    for _ in 0..FAILURES {
        fail(&mut circuit, at(200));
    }
    assert_eq!(circuit.phase(), Some(Phase::CircuitOpen(at(210))));
}

#[test]
fn a_released_probe_permits_another() {
    let mut circuit = opened(at(100));
    let probe = circuit.enter(at(111)).unwrap();
    assert!(circuit.release(probe));
    assert_eq!(circuit.phase(), Some(Phase::CircuitOpen(at(110))));
    let next = circuit.enter(at(111)).unwrap();
    assert!(next.is_probe());
    // The outcome of the first call comes too late.
    assert!(!circuit.release(probe));
    assert!(!circuit.succeeded(probe));
    assert!(!circuit.failed(probe, at(112), None, pause));
    assert_eq!(circuit.phase(), Some(Phase::HalfOpen));
    assert!(circuit.succeeded(next));
}

#[test]
fn calls_from_before_the_opening_do_not_count() {
    let mut circuit = Circuit::default();
    let early: Vec<_> = (0..20).map(|_| circuit.enter(at(100)).unwrap()).collect();
    for ticket in &early[..5] {
        circuit.failed(*ticket, at(100), None, pause);
    }
    for ticket in &early[5..15] {
        assert!(!circuit.failed(*ticket, at(105), None, pause));
    }
    for ticket in &early[15..] {
        assert!(!circuit.succeeded(*ticket));
    }
    assert_eq!(circuit.phase(), Some(Phase::CircuitOpen(at(110))));
}

#[test]
fn retry_after_is_a_lower_bound_of_the_pause() {
    let mut circuit = Circuit::default();
    for wait in [None, Some(at(60)), Some(at(20)), None, None] {
        let ticket = circuit.enter(at(100)).unwrap();
        circuit.failed(ticket, at(100), wait, pause);
    }
    assert_eq!(circuit.phase(), Some(Phase::CircuitOpen(at(160))));
    let probe = circuit.enter(at(160)).unwrap();
    circuit.failed(probe, at(161), Some(at(3)), pause);
    assert_eq!(circuit.phase(), Some(Phase::CircuitOpen(at(181))));
    let probe = circuit.enter(at(181)).unwrap();
    circuit.failed(probe, at(182), Some(at(300)), pause);
    assert_eq!(circuit.phase(), Some(Phase::CircuitOpen(at(482))));
}

#[derive(Debug, Clone)]
enum Step {
    Pass(u64),
    Enter,
    Succeed(prop::sample::Index),
    Fail(prop::sample::Index),
    LetGo(prop::sample::Index),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0_u64..30).prop_map(Step::Pass),
        4 => Just(Step::Enter),
        1 => any::<prop::sample::Index>().prop_map(Step::Succeed),
        4 => any::<prop::sample::Index>().prop_map(Step::Fail),
        1 => any::<prop::sample::Index>().prop_map(Step::LetGo),
    ]
}

/// A model that derives the circuit's decisions from its whole history.
#[derive(Default)]
struct Model {
    /// Counted outcomes since it closed; true is a failure.
    row: Vec<bool>,
    /// The ends of the pauses since it closed.
    pauses: Vec<Duration>,
    /// The probe.
    probe: Option<usize>,
    /// The first call whose outcome counts.
    counts_from: usize,
    /// The number of admitted calls.
    calls: usize,
}

impl Model {
    fn enter(&mut self, now: Duration) -> Option<usize> {
        let call = self.calls;
        if let Some(end) = self.pauses.last() {
            if now < *end || self.probe.is_some() {
                return None;
            }
            self.probe = Some(call);
        }
        self.calls += 1;
        Some(call)
    }

    fn end(&mut self, call: usize, failure: bool, now: Duration) {
        if call < self.counts_from {
            return;
        }
        match self.probe {
            Some(probe) if probe != call => {}
            Some(_) if failure => {
                self.probe = None;
                self.open(now);
            }
            Some(_) => {
                self.probe = None;
                self.pauses.clear();
                self.row.clear();
                self.counts_from = self.calls;
            }
            None => {
                self.row.push(failure);
                if self.row.ends_with(&[true; FAILURES as usize]) {
                    self.open(now);
                }
            }
        }
    }

    fn open(&mut self, now: Duration) {
        let openings = u32::try_from(self.pauses.len()).unwrap();
        self.pauses.push(now + pause(openings));
        self.counts_from = self.calls;
    }

    fn release(&mut self, call: usize) {
        if self.probe == Some(call) {
            self.probe = None;
            self.counts_from = self.calls;
        }
    }

    fn phase(&self) -> Option<Phase> {
        let end = *self.pauses.last()?;
        Some(match self.probe {
            Some(_) => Phase::HalfOpen,
            None => Phase::CircuitOpen(end),
        })
    }
}

proptest! {
    #[test]
    fn it_matches_the_model(steps in proptest::collection::vec(step(), 1..300)) {
        let mut circuit = Circuit::default();
        let mut model = Model::default();
        let mut now = at(0);
        let mut under_way: Vec<(usize, Ticket)> = Vec::new();
        for step in steps {
            match step {
                Step::Pass(seconds) => now += at(seconds),
                Step::Enter => {
                    let entered = circuit.enter(now);
                    let expected = model.enter(now);
                    prop_assert_eq!(expected.is_some(), entered.is_ok());
                    if let (Some(call), Ok(ticket)) = (expected, entered) {
                        under_way.push((call, ticket));
                    }
                }
                Step::Succeed(_) | Step::Fail(_) | Step::LetGo(_) if under_way.is_empty() => {}
                Step::Succeed(which) => {
                    let (call, ticket) = under_way.swap_remove(which.index(under_way.len()));
                    circuit.succeeded(ticket);
                    model.end(call, false, now);
                }
                Step::Fail(which) => {
                    let (call, ticket) = under_way.swap_remove(which.index(under_way.len()));
                    circuit.failed(ticket, now, None, pause);
                    model.end(call, true, now);
                }
                Step::LetGo(which) => {
                    let (call, ticket) = under_way.swap_remove(which.index(under_way.len()));
                    circuit.release(ticket);
                    model.release(call);
                }
            }
            prop_assert_eq!(circuit.phase(), model.phase());
            prop_assert_eq!(circuit.phase() == Some(Phase::HalfOpen), model.probe.is_some());
        }
    }
}
