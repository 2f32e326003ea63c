//! Tests of attempts: one answer each, through the right channel, in time.

use jiff::SignedDuration;
use proptest::prelude::*;
use slipway_core::clock::test_clock::TestClock;

use super::*;
use crate::connect::receiver::HostedPage;

fn attempt(id: &str, hosted: bool, clock: &TestClock) -> Attempt {
    let end = CancellationToken::new();
    Attempt {
        id: id.to_owned(),
        receiver: if hosted {
            Receiver::HostedPage(HostedPage::new("https://ada.example/", false).unwrap())
        } else {
            Receiver::Loopback { port: 1 }
        },
        target: ConnectTarget::Anyone,
        deadline: Deadline::new(clock),
        phase: AttemptPhase::Open(AuthRequest {
            state: format!("state-of-{id}").into(),
            pkce: Pkce::generate(),
            authorize_url: "https://tiktok.example/".to_owned().into(),
        }),
        port: end.child_token(),
        end,
    }
}

fn granted(state: &str) -> Callback {
    Callback::parse(&format!("code=c&state={state}")).unwrap()
}

/// The result of an answer.
#[derive(Debug, PartialEq, Eq)]
enum Taken {
    By(String),
    Late(String),
    Unknown,
    Mismatch,
    Used,
}

fn redeem(
    attempts: &mut Attempts,
    channel: AnswerChannel<'_>,
    callback: &Callback,
    clock: &TestClock,
) -> Taken {
    match attempts.redeem(channel, callback, clock) {
        Ok(redeemed) if redeemed.expired => Taken::Late(redeemed.id),
        Ok(redeemed) => Taken::By(redeemed.id),
        Err(ConnectError::Unknown) => Taken::Unknown,
        Err(ConnectError::StateMismatch) => Taken::Mismatch,
        Err(ConnectError::StateUsed) => Taken::Used,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn each_channel_reaches_only_its_own_attempts() {
    let clock = TestClock::manual();
    let mut attempts = Attempts::default();
    for (id, hosted) in [("a", false), ("b", true), ("c", true)] {
        assert!(attempts.insert(attempt(id, hosted, &clock)).is_none());
    }
    let mut take = |channel, state: &str| redeem(&mut attempts, channel, &granted(state), &clock);
    assert_eq!(take(AnswerChannel::Port("x"), "state-of-a"), Taken::Unknown);
    assert_eq!(
        take(AnswerChannel::Port("a"), "state-of-b"),
        Taken::Mismatch
    );
    assert_eq!(take(AnswerChannel::Port("b"), "state-of-b"), Taken::Unknown);
    assert_eq!(take(AnswerChannel::Link, "state-of-a"), Taken::Mismatch);
    assert_eq!(take(AnswerChannel::Link, ""), Taken::Mismatch);
    assert_eq!(
        take(AnswerChannel::Link, "state-of-c"),
        Taken::By("c".into())
    );
    assert_eq!(take(AnswerChannel::Link, "state-of-c"), Taken::Used);
    assert_eq!(
        take(AnswerChannel::Link, "state-of-b"),
        Taken::By("b".into())
    );
    assert_eq!(
        take(AnswerChannel::Port("a"), "state-of-a"),
        Taken::By("a".into())
    );
    assert_eq!(take(AnswerChannel::Port("a"), "state-of-a"), Taken::Used);
}

#[test]
fn a_refusal_without_a_state_counts_only_on_a_port() {
    let clock = TestClock::manual();
    let mut attempts = Attempts::default();
    let _ = attempts.insert(attempt("a", false, &clock));
    let _ = attempts.insert(attempt("b", true, &clock));
    let refused = Callback::parse("error=access_denied").unwrap();
    let mut take = |channel| redeem(&mut attempts, channel, &refused, &clock);
    assert_eq!(take(AnswerChannel::Link), Taken::Mismatch);
    assert_eq!(take(AnswerChannel::Port("a")), Taken::By("a".into()));
    let foreign = Callback::parse("error=access_denied&state=x").unwrap();
    let _ = attempts.insert(attempt("d", false, &clock));
    let taken = redeem(&mut attempts, AnswerChannel::Port("d"), &foreign, &clock);
    assert_eq!(taken, Taken::Mismatch);
}

#[test]
fn either_clock_expires_an_attempt() {
    let lifetime = SignedDuration::try_from(ATTEMPT_LIFETIME).unwrap();
    let late = |change: &dyn Fn(&TestClock)| {
        let clock = TestClock::manual();
        let mut attempts = Attempts::default();
        let _ = attempts.insert(attempt("a", false, &clock));
        change(&clock);
        redeem(
            &mut attempts,
            AnswerChannel::Port("a"),
            &granted("state-of-a"),
            &clock,
        ) == Taken::Late("a".into())
    };
    assert!(!late(&|clock| clock.advance(ATTEMPT_LIFETIME / 2)));
    assert!(late(&|clock| clock.advance(ATTEMPT_LIFETIME)));
    // The computer slept, or its clock was set forward.
    assert!(late(&|clock| clock.set_wrong_by(lifetime)));
    // The clock was set back the whole time.
    assert!(late(&|clock| {
        clock.set_wrong_by(-lifetime * 100);
        clock.advance(ATTEMPT_LIFETIME);
    }));
    assert!(!late(&|clock| clock.set_wrong_by(-lifetime)));
}

#[test]
fn the_oldest_idle_attempt_is_replaced() {
    let clock = TestClock::manual();
    let mut attempts = Attempts::default();
    for number in 0..ATTEMPTS {
        assert!(
            attempts
                .insert(attempt(&number.to_string(), false, &clock))
                .is_none()
        );
    }
    let first = redeem(
        &mut attempts,
        AnswerChannel::Port("0"),
        &granted("state-of-0"),
        &clock,
    );
    assert_eq!(first, Taken::By("0".into()));
    let gone = attempts.insert(attempt("next", false, &clock)).unwrap();
    assert_eq!(gone.id, "1");
    assert!(attempts.get_mut("0").is_some() && attempts.get_mut("next").is_some());
}

#[test]
fn debug_output_has_no_secrets() {
    let clock = TestClock::manual();
    let mut attempts = Attempts::default();
    let _ = attempts.insert(attempt("a", false, &clock));
    let open = format!("{attempts:?}");
    let redeemed = attempts.redeem(AnswerChannel::Port("a"), &granted("state-of-a"), &clock);
    for shown in [open, format!("{redeemed:?}"), format!("{attempts:?}")] {
        assert!(
            !shown.contains("state-of-a") && !shown.contains("tiktok.example"),
            "{shown}"
        );
    }
}

proptest! {
    #[test]
    fn each_state_is_accepted_once_and_only_by_its_attempt(
        hosted in prop::collection::vec(any::<bool>(), 1..6),
        answers in prop::collection::vec((0usize..7, 0usize..7, any::<bool>(), 0u64..200), 0..30),
    ) {
        let clock = TestClock::manual();
        let mut attempts = Attempts::default();
        for (place, hosted) in hosted.iter().enumerate() {
            let _ = attempts.insert(attempt(&place.to_string(), *hosted, &clock));
        }
        let mut used = Vec::new();
        let mut passed = Duration::ZERO;
        for (state, port, by_link, wait) in answers {
            clock.advance(Duration::from_secs(wait));
            passed += Duration::from_secs(wait);
            let port = port.to_string();
            let channel = if by_link { AnswerChannel::Link } else { AnswerChannel::Port(&port) };
            let taken = redeem(&mut attempts, channel, &granted(&format!("state-of-{state}")), &clock);
            let own = hosted.get(state).is_some_and(|hosted| {
                *hosted == by_link && (by_link || port == state.to_string())
            });
            match taken {
                Taken::By(id) | Taken::Late(id) if !own || id != state.to_string() => {
                    prop_assert!(false, "{} was taken by {}", state, id);
                }
                Taken::By(_) => {
                    prop_assert!(passed < ATTEMPT_LIFETIME && !used.contains(&state));
                    used.push(state);
                }
                Taken::Late(_) => {
                    prop_assert!(passed >= ATTEMPT_LIFETIME && !used.contains(&state));
                    used.push(state);
                }
                Taken::Used => prop_assert!(own && used.contains(&state)),
                Taken::Unknown | Taken::Mismatch => prop_assert!(!own),
            }
        }
    }
}
