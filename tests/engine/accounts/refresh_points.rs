//! The process ends at each fault point of a connect and of a refresh. At the next start the account works, or says why it
//! must be connected again. It works if TikTok's answer was stored.

use std::time::{Duration, Instant};

use slipway_engine::{
    EngineError, fault_points,
    views::{Account, AccountState},
};
use slipway_tests::{
    engine_process::{EngineProcess, check_whole},
    fast_clock::FastClock,
    orders::{Order, Told},
    stage::{ALL_SCOPES, Stage},
    wait::{SOON, eventually},
};
use tiktok_sandbox::{Operation, Options};

/// The factor by which the clock runs faster than the computer's.
const FACTOR: u32 = 60;
/// Two seconds of real time.
const SHORT_LIFE: Duration = Duration::from_mins(2);

/// The state of the account after the process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// There is no account: there was none before, and none was stored.
    Nothing,
    /// The account works.
    Works,
    /// The account reports that TikTok's answer was lost.
    AnswerLost,
}

/// The state after a stop at each point.
const ENDS: [(&str, Left); 8] = [
    ("connect.store.before", Left::Nothing),
    ("connect.store.after", Left::Works),
    ("refresh.mark.before", Left::Works),
    ("refresh.mark.after", Left::Works),
    ("refresh.ask.before", Left::Works),
    ("refresh.ask.after", Left::AnswerLost),
    ("refresh.store.before", Left::AnswerLost),
    ("refresh.store.after", Left::Works),
];

#[test]
fn every_fault_point_has_an_expected_result() {
    let points: Vec<&str> = ENDS.iter().map(|(point, _)| *point).collect();
    assert_eq!(points, fault_points::REFRESH);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_while_an_account_is_connected() {
    for (point, left) in ENDS {
        if point.starts_with("connect.") {
            let tokens = ShortTokens::new().await;
            let mut process = tokens.start(&format!("{point}=panic"));
            process.order(&Order::Connect);
            let url = eventually("the consent page", SOON, async || {
                process
                    .reported()
                    .into_iter()
                    .find_map(|reported| match reported {
                        Told::Consent { url } => Some(url),
                        _ => None,
                    })
            })
            .await;
            // The process ends before it answers the browser.
            let mut form = vec![("creator", "ada"), ("decision", "authorize")];
            form.extend(ALL_SCOPES.map(|scope| ("scope", scope)));
            let _ = reqwest::Client::new().post(url).form(&form).send().await;
            tokens.ended(process, point).await;
            tokens.check(point, left).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_while_an_account_is_refreshed() {
    let runs = ENDS
        .iter()
        .filter(|(point, _)| point.starts_with("refresh."));
    futures_util::future::join_all(runs.map(|(point, left)| async move {
        let tokens = ShortTokens::new().await;
        tokens.connect().await;
        let process = tokens.start(&format!("{point}=panic"));
        tokens.ended(process, point).await;
        tokens.check(point, *left).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_new_tokens_are_kept_and_used_only_once_stored() {
    let tokens = ShortTokens::new().await;
    let before = tokens.connect().await;
    let mut process = tokens.start("refresh.store.before=3*return->off");
    eventually("refreshed", SOON, async || {
        (tokens.stage.refreshes() > 0).then_some(())
    })
    .await;
    let began = Instant::now();
    eventually("stored", SOON, async || {
        assert!(process.ended().is_none(), "{}", process.last_words());
        (tokens.stored_pair().await != before).then_some(())
    })
    .await;
    // At least one retry delay passed.
    assert!(began.elapsed() > tokens.stage.clock.real(Duration::from_secs(5)));
    process.kill();
    assert_eq!(
        tokens.stage.refreshes(),
        1,
        "the pair that TikTok gave was kept"
    );
    assert_eq!(
        tokens.calls(),
        1,
        "none was made but the one while connecting"
    );
    tokens.check("full disk", Left::Works).await;
}

/// A stage whose tokens expire after [`SHORT_LIFE`].
struct ShortTokens {
    stage: Stage<FastClock>,
}

impl ShortTokens {
    async fn new() -> Self {
        let options = Options {
            access_token_life: SHORT_LIFE,
            ..Options::default()
        };
        let stage = Stage::builder()
            .clock(FastClock::starting_now(FACTOR))
            .options(options)
            .build()
            .await;
        Self { stage }
    }

    /// Connects an account, which takes less time than its token lives. Gives its tokens as they are stored.
    async fn connect(&self) -> String {
        let app = self.stage.engine().await;
        app.connect("ada").await;
        app.engine.close().await;
        self.stored_pair().await
    }

    fn start(&self, fault_points: &str) -> EngineProcess {
        let program = env!("CARGO_BIN_EXE_engine-process");
        self.stage.process(program, Some(fault_points.to_owned()))
    }

    /// Waits until a process has ended at its fault point.
    async fn ended(&self, mut process: EngineProcess, point: &str) {
        eventually(&format!("{point} is met"), SOON, async || process.ended()).await;
        process.kill();
        check_whole(&self.stage.data()).await;
    }

    /// Checks the state after the next start.
    async fn check(&self, point: &str, left: Left) {
        let app = self.stage.engine().await;
        let accounts = app.engine.accounts().await.unwrap();
        let Some(ada) = accounts.first() else {
            assert_eq!(left, Left::Nothing, "{point}: the account is lost");
            app.connect("ada").await;
            return;
        };
        match app.engine.creator(&ada.id).await {
            Ok(_) => assert_eq!(left, Left::Works, "{point}"),
            Err(EngineError::ReconnectNeeded) => {
                assert_eq!(left, Left::AnswerLost, "{point}");
                let account: Account = app.engine.accounts().await.unwrap().remove(0);
                assert_eq!(account.state, AccountState::ReconnectNeeded);
                let reported = account.reconnect.expect("it says why");
                assert_eq!(reported.code, "account.answer_lost", "{point}");
                let again = app.connect("ada").await;
                assert_eq!(again.id, ada.id);
            }
            Err(error) => panic!("{point}: {error}"),
        }
        app.engine.creator(&ada.id).await.unwrap();
        app.engine.close().await;
    }

    /// The number of requests with an access token.
    fn calls(&self) -> usize {
        let requests = self.stage.sandbox.requests();
        requests
            .iter()
            .filter(|seen| seen.bearer.is_some() && seen.operation != Some(Operation::Upload))
            .count()
    }

    /// The stored access token, encrypted.
    async fn stored_pair(&self) -> String {
        use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
        let options = SqliteConnectOptions::new()
            .filename(self.stage.data().join("slipway.db"))
            .read_only(true);
        let mut database = SqliteConnection::connect_with(&options).await.unwrap();
        let token = sqlx::query_scalar("SELECT access_token FROM accounts")
            .fetch_one(&mut database)
            .await
            .unwrap();
        database.close().await.unwrap();
        token
    }
}
