//! The memory of an idle engine after its work contains no token, code, address or client secret.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt,
    path::PathBuf,
    time::{Duration, Instant},
};

use slipway_engine::{Engine, EngineConfig, views::AccountState};
use slipway_tests::{
    engine_process::{EngineProcess, Launch, stored_states},
    fast_clock::FastClock,
    leaks::{Leak, Secret, in_bytes},
    orders::{Order, Told},
    stage::{ALL_SCOPES, Stage, consent, public},
    wait::{SOON, eventually},
    wiretap::Wiretap,
};
use tiktok_sandbox::Options;

const CLIENT_KEY: &str = "aw-known-to-everyone-and-kept";
const CLIENT_SECRET: &str = "S3cret+of/the=creator's~own%app";
/// The connections that carried tokens are closed by then, and their buffers are wiped.
const IDLE: Duration = Duration::from_mins(1);
/// The number of bytes to read at a time.
const PIECE: usize = 4 << 20;
/// Longer than each spelling of a secret, in bytes: pieces overlap by it.
const OVERLAP: usize = 16 << 10;
/// The smallest page, in bytes.
const PAGE: usize = 4096;

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_engine_holds_no_secret_in_memory() {
    let stage = Stage::builder()
        .clock(FastClock::starting_now(10))
        .options(short_lives())
        .app(CLIENT_KEY, CLIENT_SECRET)
        .build()
        .await;
    let wiretap = Wiretap::before(&stage.sandbox.url()).await;
    let data = stage.data();
    store_app(&stage).await;
    let launch = Launch {
        url: wiretap.url().to_owned(),
        ..stage.launch(env!("CARGO_BIN_EXE_engine-process"), None)
    };
    let mut process = EngineProcess::start_with(&launch, &[("SLIPWAY_TEST_APP", "stored")]);
    process.order(&Order::Connect);
    let address = eventually("a consent page", SOON, async || {
        process
            .reported()
            .into_iter()
            .find_map(|reported| match reported {
                Told::Consent { url } => Some(url),
                _ => None,
            })
    })
    .await;
    let memory = match Memory::of(process.id()) {
        Ok(memory) => memory,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            eprintln!("SKIPPED: this system does not let a program read another's memory: {error}");
            return;
        }
        Err(error) => panic!("the engine's memory cannot be read: {error}"),
    };

    // The search finds what the engine has in use, so it works.
    let state = Secret::new("state", query(&address, "state"));
    assert!(!memory.search(&[state]).is_empty(), "the state in use");

    let page = consent(&address, "ada", &ALL_SCOPES).await;
    assert!(page.status().is_success(), "{}", page.text().await.unwrap());
    // The next token lives long, so that the engine becomes idle.
    stage.sandbox.set_options(Options {
        access_token_life: Duration::from_hours(24),
        ..stage.sandbox.options()
    });
    eventually("a renewed token", SOON * 2, async || {
        let secrets = wiretap.secrets();
        let tokens = secrets
            .iter()
            .filter(|secret| secret.name() == "access_token");
        (tokens.count() > 1).then_some(())
    })
    .await;

    let video = stage.video("small.mp4", 3_000_000);
    process.order(&Order::Post {
        path: video,
        account: "Ada Lindqvist".into(),
        settings: public("nothing to see"),
        at: None,
    });
    eventually("the published post", SOON * 2, async || {
        let states = stored_states(&data).await;
        (states.get("small.mp4").map(String::as_str) == Some("published")).then_some(())
    })
    .await;
    assert_eq!(stage.sandbox.posts().len(), 1);

    let mut secrets = wiretap.secrets();
    secrets.push(Secret::new("client secret", CLIENT_SECRET));
    for expected in [
        "access_token",
        "refresh_token",
        "code",
        "code_verifier",
        "upload_url",
    ] {
        assert!(
            secrets.iter().any(|secret| secret.name() == expected),
            "no {expected} passed: {secrets:?}"
        );
    }
    let began = Instant::now();
    eventually("no secret is in the memory", IDLE, async || {
        let leaks = memory.search(&secrets);
        if !leaks.is_empty() {
            println!("after {:?}: {leaks:#?}", began.elapsed());
        }
        leaks.is_empty().then_some(())
    })
    .await;
    println!("no secret after {:?}", began.elapsed());
    // The client key is no secret, and is found.
    let key = Secret::new("client key", CLIENT_KEY);
    assert!(!memory.search(&[key]).is_empty(), "the client key");
    assert!(process.ended().is_none(), "{}", process.last_words());
}

/// Options with which a token is soon refreshed and a post is soon published.
fn short_lives() -> Options {
    Options {
        access_token_life: Duration::from_mins(2),
        processing: Duration::from_secs(1),
        moderation: Duration::from_secs(1),
        ..Options::default()
    }
}

/// Creates a data folder with the creator's app, so that the process reads its secret from the vault.
async fn store_app(stage: &Stage<FastClock>) {
    let config = EngineConfig {
        credentials: None,
        ..stage.config()
    };
    let engine = Engine::open(config).await.unwrap();
    engine
        .save_tiktok_app(CLIENT_KEY, &CLIENT_SECRET.into())
        .await
        .unwrap();
    let accounts = engine.accounts().await.unwrap();
    assert!(
        accounts
            .iter()
            .all(|account| account.state == AccountState::Connected)
    );
    engine.close().await;
}

fn query(address: &str, name: &str) -> String {
    let address = url::Url::parse(address).unwrap();
    let found = address.query_pairs().find(|(found, _)| found == name);
    found.unwrap().1.into_owned()
}

/// The memory of another process, as the kernel exposes it.
struct Memory {
    maps: PathBuf,
    bytes: File,
}

impl Memory {
    /// Opens the memory of the program that the process runs now.
    fn of(process: u32) -> io::Result<Self> {
        let folder = PathBuf::from(format!("/proc/{process}"));
        Ok(Self {
            maps: folder.join("maps"),
            bytes: File::open(folder.join("mem"))?,
        })
    }

    /// Searches the writable and the anonymous regions: all that can contain the process's data.
    fn search(&self, secrets: &[Secret]) -> Vec<Leak> {
        let mut leaks = Vec::new();
        for line in fs::read_to_string(&self.maps).unwrap().lines() {
            let mut words = line.split_whitespace();
            let (range, rights) = (words.next().unwrap(), words.next().unwrap());
            let from_file = words.nth(2) != Some("0");
            let name = words.next().unwrap_or("memory without a name");
            // The kernel's own pages cannot be read here.
            if !rights.starts_with('r')
                || name == "[vvar]"
                || name == "[vsyscall]"
                || (from_file && !rights.contains('w'))
            {
                continue;
            }
            let (start, end) = range.split_once('-').unwrap();
            let number = |text| u64::from_str_radix(text, 16).unwrap();
            self.search_region(name, number(start)..number(end), secrets, &mut leaks);
        }
        leaks
    }

    fn search_region(
        &self,
        name: &str,
        region: std::ops::Range<u64>,
        secrets: &[Secret],
        leaks: &mut Vec<Leak>,
    ) {
        let mut at = region.start;
        while at < region.end {
            let left = usize::try_from(region.end - at).unwrap();
            let mut piece = vec![0; left.min(PIECE)];
            // A region may have been unmapped since the list was made.
            let read = match self.bytes.read_at(&mut piece, at) {
                Ok(0) | Err(_) => return,
                Ok(read) => read,
            };
            leaks.extend(in_bytes(name, &piece[..read], secrets));
            if read == left {
                return;
            }
            // An unreadable page ends a piece early.
            let step = match read.checked_sub(OVERLAP) {
                Some(step) if read == piece.len() => step,
                _ => (read + 1).next_multiple_of(PAGE),
            };
            at += u64::try_from(step).unwrap();
        }
    }
}
