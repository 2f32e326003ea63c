//! Tests of the circuit breaker's public interface.

use std::{pin::pin, sync::Arc, time::Duration};

use futures_util::poll;
use slipway_core::clock::{Clock as _, test_clock::TestClock};
use tokio::task::JoinSet;

use super::*;

const API: &str = "open.tiktokapis.com";
const UPLOAD: &str = "open-upload.tiktokapis.com";
const FAULTED: Outcome = Outcome::Faulted { retry_after: None };
const SECOND: Duration = Duration::from_secs(1);

fn stage() -> (Arc<TestClock>, CircuitBreaker) {
    let clock = Arc::new(TestClock::manual());
    let breaker = CircuitBreaker::with(clock.clone(), StdRng::seed_from_u64(42));
    (clock, breaker)
}

fn call(breaker: &CircuitBreaker, host: &str, account: Option<&str>, outcome: Outcome) {
    breaker.admit(host, account).unwrap().ended(outcome);
}

fn fail(breaker: &CircuitBreaker, host: &str, account: Option<&str>, outcome: Outcome) {
    for _ in 0..circuit::FAILURES {
        call(breaker, host, account, outcome);
    }
}

/// Advances the clock past the pause of `host` for `account`.
fn pass_pause(
    clock: &TestClock,
    breaker: &CircuitBreaker,
    host: &str,
    account: Option<&str>,
) -> Duration {
    let open = breaker.admit(host, account).unwrap_err();
    let pause = clock::until(clock.now(), open.until);
    clock.advance(pause);
    pause
}

#[test]
fn timeouts_open_the_circuit_of_one_host_for_all_accounts() {
    let (clock, breaker) = stage();
    fail(&breaker, API, Some("a"), Outcome::Silent);
    for account in [Some("a"), Some("b"), None] {
        let open = breaker.admit(API, account).unwrap_err();
        assert!(open.silent);
        assert!(open.until > clock.now());
    }
    call(&breaker, UPLOAD, Some("a"), Outcome::Answered);
    let [service] = &breaker.services()[..] else {
        panic!("one service is in trouble")
    };
    assert_eq!(
        (service.host.as_str(), &service.account_id, service.trying),
        (API, &None, false)
    );
    assert_eq!(service.notice.code, "service.silent");
    let until = breaker.admit(API, None).unwrap_err().until;
    assert_eq!(service.next_try, until.to_string());
}

#[test]
fn timeouts_of_all_accounts_add_up() {
    let (_, breaker) = stage();
    for account in ["a", "b", "c", "d", "e"] {
        call(&breaker, API, Some(account), Outcome::Silent);
    }
    assert!(breaker.admit(API, Some("f")).unwrap_err().silent);
}

#[test]
fn server_errors_block_one_account_only() {
    let (_, breaker) = stage();
    fail(&breaker, API, Some("a"), FAULTED);
    assert!(!breaker.admit(API, Some("a")).unwrap_err().silent);
    for account in [Some("b"), None] {
        for _ in 0..20 {
            call(&breaker, API, account, Outcome::Answered);
        }
    }
    call(&breaker, UPLOAD, Some("a"), Outcome::Answered);
    assert!(
        breaker.admit(API, Some("a")).is_err(),
        "others do not close it either"
    );
    let [service] = &breaker.services()[..] else {
        panic!("one service is in trouble")
    };
    assert_eq!(service.account_id.as_deref(), Some("a"));
    assert_eq!(service.notice.code, "service.faults_for_account");
}

#[test]
fn server_errors_for_every_account_do_not_count_as_timeouts() {
    let (_, breaker) = stage();
    for account in ["a", "b", "c"] {
        fail(&breaker, API, Some(account), FAULTED);
    }
    fail(&breaker, API, None, FAULTED);
    call(&breaker, API, Some("d"), Outcome::Answered);
    let services = breaker.services();
    let codes: Vec<_> = services
        .iter()
        .map(|service| (service.account_id.as_deref(), service.notice.code.as_str()))
        .collect();
    assert_eq!(
        codes,
        [
            (None, "service.faults"),
            (Some("a"), "service.faults_for_account"),
            (Some("b"), "service.faults_for_account"),
            (Some("c"), "service.faults_for_account"),
        ]
    );
}

#[test]
fn a_server_error_resets_the_timeout_count() {
    let (_, breaker) = stage();
    for _ in 0..10 {
        for _ in 1..circuit::FAILURES {
            call(&breaker, API, Some("a"), Outcome::Silent);
        }
        call(&breaker, API, Some("b"), FAULTED);
        call(&breaker, API, Some("b"), Outcome::Answered);
    }
    assert!(breaker.services().is_empty());
}

#[test]
fn a_probe_closes_or_reopens_the_circuit() {
    let (clock, breaker) = stage();
    fail(&breaker, API, Some("a"), Outcome::Silent);
    pass_pause(&clock, &breaker, API, Some("a"));

    let probe = breaker.admit(API, Some("b")).unwrap();
    assert!(breaker.services()[0].trying);
    let open = breaker.admit(API, Some("a")).unwrap_err();
    assert_eq!(open.until, clock.now() + WHILE_PROBING);
    probe.ended(Outcome::Silent);
    assert!(!breaker.services()[0].trying);

    pass_pause(&clock, &breaker, API, Some("a"));
    call(&breaker, API, Some("b"), FAULTED);
    assert!(breaker.services().is_empty(), "it answered");
    call(&breaker, API, Some("a"), Outcome::Answered);
}

#[test]
fn a_dropped_probe_permits_another() {
    let (clock, breaker) = stage();
    fail(&breaker, API, Some("a"), FAULTED);
    pass_pause(&clock, &breaker, API, Some("a"));
    let probe = breaker.admit(API, Some("a")).unwrap();
    assert!(breaker.admit(API, Some("a")).is_err());
    drop(probe);
    let probe = breaker.admit(API, Some("a")).unwrap();
    // A timeout says nothing about the account, so its probe stays undecided.
    probe.ended(Outcome::Silent);
    assert_eq!(breaker.services().len(), 1);
    call(&breaker, API, Some("a"), Outcome::Answered);
    assert!(breaker.services().is_empty());
}

#[test]
fn a_refused_request_does_not_probe() {
    let (clock, breaker) = stage();
    fail(&breaker, API, Some("a"), FAULTED);
    fail(&breaker, API, Some("b"), Outcome::Silent);
    // The host's pause ends first; the account's lasts an hour.
    pass_pause(&clock, &breaker, API, Some("b"));
    while let Ok(probe) = breaker.admit(API, Some("a")) {
        probe.ended(Outcome::Faulted {
            retry_after: Some(Duration::from_hours(1)),
        });
        fail(&breaker, API, Some("b"), Outcome::Silent);
        pass_pause(&clock, &breaker, API, Some("b"));
    }
    assert!(!breaker.admit(API, Some("a")).unwrap_err().silent);
    call(&breaker, API, Some("b"), Outcome::Answered);
}

#[test]
fn pauses_grow_within_bounds_and_respect_retry_after() {
    let (clock, breaker) = stage();
    fail(&breaker, API, None, Outcome::Silent);
    let mut pauses = Vec::new();
    for _ in 0..200 {
        pauses.push(pass_pause(&clock, &breaker, API, None));
        call(&breaker, API, None, Outcome::Silent);
    }
    assert!(
        pauses
            .iter()
            .all(|pause| (BACKOFF.least..=BACKOFF.most).contains(pause))
    );
    assert!(pauses[0] <= BACKOFF.first);
    assert!(pauses.iter().any(|pause| *pause > BACKOFF.most / 2));

    let ten_minutes = Duration::from_mins(10);
    fail(
        &breaker,
        UPLOAD,
        Some("a"),
        Outcome::Faulted {
            retry_after: Some(ten_minutes),
        },
    );
    assert_eq!(pass_pause(&clock, &breaker, UPLOAD, Some("a")), ten_minutes);
}

#[test]
fn breakers_use_different_random_pauses() {
    let clock = Arc::new(TestClock::manual());
    let until = |breaker: CircuitBreaker| {
        fail(&breaker, API, None, Outcome::Silent);
        breaker.admit(API, None).unwrap_err().until
    };
    let moments: std::collections::BTreeSet<_> = (0..50)
        .map(|_| until(CircuitBreaker::new(clock.clone())))
        .collect();
    assert!(moments.len() > 10);
}

#[test]
fn setting_the_clock_changes_only_the_shown_time() {
    let (clock, breaker) = stage();
    fail(&breaker, API, None, Outcome::Silent);
    let before = breaker.admit(API, None).unwrap_err().until;
    clock.set_wrong_by(jiff::SignedDuration::from_hours(-7));
    let after = breaker.admit(API, None).unwrap_err().until;
    assert_eq!(before.duration_since(after).as_hours(), 7);
    clock.set_wrong_by(jiff::SignedDuration::from_hours(700));
    assert!(breaker.admit(API, None).is_err());
}

#[test]
fn an_open_circuit_without_a_probe_is_hidden_after_a_while() {
    let (clock, breaker) = stage();
    fail(&breaker, API, None, Outcome::Silent);
    pass_pause(&clock, &breaker, API, None);
    let service = &breaker.services()[0];
    assert_eq!(service.next_try, clock.now().to_string());
    clock.advance(SHOWN_UNTRIED);
    assert!(breaker.services().is_empty());
    // The next call still probes.
    let probe = breaker.admit(API, None).unwrap();
    assert!(breaker.services()[0].trying);
    probe.ended(Outcome::Answered);
}

#[test]
fn every_change_notifies_and_nothing_else() {
    let (clock, breaker) = stage();
    let mut changes = breaker.changes();
    let mut notified = || {
        let changed = changes.has_changed().unwrap();
        changes.mark_unchanged();
        changed
    };
    for _ in 1..circuit::FAILURES {
        call(&breaker, API, Some("a"), Outcome::Silent);
        call(&breaker, UPLOAD, Some("a"), Outcome::Answered);
    }
    assert!(!notified());
    call(&breaker, API, Some("a"), Outcome::Silent);
    assert!(notified(), "opened");
    pass_pause(&clock, &breaker, API, Some("a"));
    assert!(!notified(), "asking changes nothing");
    let probe = breaker.admit(API, Some("a")).unwrap();
    assert!(notified(), "being tried");
    drop(probe);
    assert!(notified(), "no longer being tried");
    let probe = breaker.admit(API, Some("a")).unwrap();
    assert!(notified());
    probe.ended(Outcome::Answered);
    assert!(notified(), "closed");
}

#[tokio::test]
async fn the_end_of_a_pause_notifies_on_time() {
    let (clock, breaker) = stage();
    let mut watch = pin!(breaker.watch_pauses());
    assert!(poll!(&mut watch).is_pending());
    let changes = breaker.changes();
    let count = || *changes.borrow();

    fail(&breaker, API, None, Outcome::Silent);
    assert_eq!(count(), 1);
    assert!(poll!(&mut watch).is_pending());
    let until = breaker.admit(API, None).unwrap_err().until;
    let pause = clock::until(clock.now(), until);
    clock.advance(pause.saturating_sub(Duration::from_nanos(1)));
    assert!(poll!(&mut watch).is_pending());
    assert_eq!(count(), 1);
    clock.advance(Duration::from_nanos(1));
    assert!(poll!(&mut watch).is_pending());
    assert_eq!(count(), 2);

    // Without a probe: one change when it is no longer shown, and then none.
    clock.advance(SHOWN_UNTRIED);
    assert!(poll!(&mut watch).is_pending());
    assert_eq!(count(), 3);
    clock.advance(Duration::from_hours(10));
    assert!(poll!(&mut watch).is_pending());
    assert_eq!(count(), 3);

    // A pause that begins while a later one is awaited is not missed.
    fail(
        &breaker,
        UPLOAD,
        Some("a"),
        Outcome::Faulted {
            retry_after: Some(Duration::from_hours(1)),
        },
    );
    assert!(poll!(&mut watch).is_pending());
    fail(&breaker, UPLOAD, Some("b"), FAULTED);
    assert_eq!(count(), 5);
    assert!(poll!(&mut watch).is_pending());
    clock.advance(BACKOFF.first);
    assert!(poll!(&mut watch).is_pending());
    assert_eq!(count(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn one_of_ten_thousand_callers_probes() {
    let (clock, breaker) = stage();
    fail(&breaker, API, Some("a"), FAULTED);
    fail(&breaker, API, Some("b"), Outcome::Silent);
    for round in 0..5 {
        clock.advance(BACKOFF.most + SECOND);
        let mut callers = JoinSet::new();
        for caller in 0..10_000 {
            let breaker = breaker.clone();
            let account = ["a", "b", "c"][caller % 3];
            callers.spawn(async move { breaker.admit(API, Some(account)).ok() });
        }
        let mut passes = Vec::new();
        while let Some(ended) = callers.join_next().await {
            passes.extend(ended.unwrap());
        }
        assert_eq!(passes.len(), 1, "round {round}");
        passes.pop().unwrap().ended(Outcome::Silent);
    }
}
