//! An engine that works on its queue and carries out the orders on standard input until it is stopped.

use std::{io::BufRead, path::Path, sync::Arc, time::Duration};

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use slipway_engine::{
    Endpoints, Engine, EngineConfig, EngineError, Explain,
    clock::{Clock, SystemClock},
    views::{
        AccountState, ConnectOutcome, ConnectPurpose, Event, LocalMoment, Post, PostSettings,
        PostState,
    },
};
use slipway_tests::{
    fast_clock::FastClock,
    orders::{Order, Told},
    stage::{ALL_SCOPES, consent, sandbox_app},
};
use tokio::sync::{broadcast::error::RecvError, mpsc};

/// Opens the engine with the settings in the environment. With `SLIPWAY_TEST_APP` it uses only the TikTok app that is stored
/// in its data folder; `SLIPWAY_TEST_TIME` sets a faster clock.
pub async fn run() -> Result<(), crate::Error> {
    let url = std::env::var("SLIPWAY_TIKTOK_API_URL")?;
    let mut config = EngineConfig {
        credentials: std::env::var_os("SLIPWAY_TEST_APP")
            .is_none()
            .then(sandbox_app),
        fernet_key: Some(SecretString::from(std::env::var("SLIPWAY_FERNET_KEY")?)),
        ..EngineConfig::new(
            std::env::var("SLIPWAY_DATA_DIR")?,
            Endpoints::new(&url, &url)?,
        )
    };
    config.clock = clock();
    let engine = Arc::new(Engine::open(config).await?);
    let mut orders = orders();
    tell(&Told::Ready);
    while let Some(order) = orders.recv().await {
        tokio::spawn(carry_out(engine.clone(), order));
    }
    std::future::pending::<()>().await;
    Ok(())
}

fn clock() -> Arc<dyn Clock> {
    match FastClock::from_env() {
        Some(clock) => Arc::new(clock),
        None => Arc::new(SystemClock),
    }
}

/// Reads orders from standard input. The engine continues after its end.
fn orders() -> mpsc::UnboundedReceiver<Order> {
    let (sender, orders) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let order = serde_json::from_str(&line)
                .unwrap_or_else(|error| panic!("{line} is no order: {error}"));
            if sender.send(order).is_err() {
                return;
            }
        }
    });
    orders
}

fn tell(reported: &Told) {
    match serde_json::to_string(reported) {
        Ok(line) => println!("{line}"),
        Err(error) => eprintln!("{reported:?} cannot be reported: {error}"),
    }
}

async fn carry_out(engine: Arc<Engine>, order: Order) {
    let (done, path) = match order {
        Order::KeepSignedIn { creators } => return keep_signed_in(&engine, &creators).await,
        Order::Connect => return report("connecting", connect(&engine).await),
        Order::Post {
            path,
            account,
            settings,
            at,
        } => (post(&engine, &path, &account, settings, at).await, path),
        Order::Pause { path } => (pause(&engine, &path).await, path),
        Order::Resume { path } => (resume(&engine, &path).await, path),
        Order::PauseAll => return report("pausing", engine.pause_all().await),
        Order::ResumeAll => return report("going on", resume_all(&engine).await),
        Order::Cancel { path } => (cancel(&engine, &path).await, path),
    };
    tell(&done.unwrap_or_else(|why| Told::Refused { path, why }));
}

/// The post of a file, if there is one.
async fn find(engine: &Engine, path: &Path) -> Result<Option<Post>, String> {
    let posts = engine.posts().await.map_err(why)?;
    Ok(posts.into_iter().find(|post| post.path == path))
}

async fn post(
    engine: &Engine,
    path: &Path,
    account: &str,
    settings: PostSettings,
    at: Option<Timestamp>,
) -> Result<Told, String> {
    let found = find(engine, path).await?;
    let (id, draft) = if let Some(post) = found {
        (post.id, post.state == PostState::Draft)
    } else {
        let added = engine.add_files(vec![path.to_owned()]).await;
        let id = added[0].post_id.clone();
        (id.ok_or_else(|| format!("{:?}", added[0].notice))?, true)
    };
    let path = path.to_owned();
    tell(&Told::Added { path: path.clone() });
    if draft {
        let accounts = engine.accounts().await.map_err(why)?;
        let account = accounts.into_iter().find(|one| one.display_name == account);
        let settings = PostSettings {
            account_id: account.map(|account| account.id),
            ..settings
        };
        engine.update_post(&id, &settings).await.map_err(why)?;
        match at.filter(|at| *at > clock().now()) {
            Some(at) => engine.schedule_post(&id, &moment(at)).await,
            None => engine.submit_post(&id).await,
        }
        .map_err(why)?;
    }
    Ok(Told::Sent { path })
}

/// An instant as a moment in UTC.
fn moment(at: Timestamp) -> LocalMoment {
    LocalMoment {
        date_time: at.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        zone: "UTC".to_owned(),
    }
}

async fn pause(engine: &Engine, path: &Path) -> Result<Told, String> {
    let post = find(engine, path).await?.ok_or("there is no such post")?;
    engine.pause_post(&post.id).await.map_err(why)?;
    Ok(Told::Paused {
        path: path.to_owned(),
    })
}

async fn resume(engine: &Engine, path: &Path) -> Result<Told, String> {
    let post = find(engine, path).await?.ok_or("there is no such post")?;
    engine.resume_post(&post.id).await.map_err(why)?;
    Ok(Told::Resumed {
        path: path.to_owned(),
    })
}

async fn resume_all(engine: &Engine) -> Result<(), EngineError> {
    engine.resume_all().await?;
    for post in engine.posts().await? {
        if matches!(post.state, PostState::Paused { .. }) {
            engine.resume_post(&post.id).await?;
        }
    }
    Ok(())
}

async fn connect(engine: &Engine) -> Result<(), String> {
    let attempt = engine
        .begin_connect(ConnectPurpose::New)
        .await
        .map_err(why)?;
    let url = engine.authorize_url(&attempt.id).map_err(why)?;
    tell(&Told::Consent {
        url: url.expose_secret().to_owned(),
    });
    Ok(())
}

fn report(what: &str, done: Result<(), impl std::fmt::Display>) {
    if let Err(error) = done {
        eprintln!("{what}: {error}");
    }
}

async fn cancel(engine: &Engine, path: &Path) -> Result<Told, String> {
    let post = find(engine, path).await?.ok_or("there is no such post")?;
    let post = engine.cancel_post(&post.id).await.map_err(why)?;
    match post.state {
        PostState::Cancelled => Ok(Told::Cancelled {
            path: path.to_owned(),
        }),
        state => Err(format!("it is {state:?}")),
    }
}

async fn keep_signed_in(engine: &Engine, creators: &[(String, String)]) {
    let mut events = engine.subscribe();
    loop {
        for account in engine.accounts().await.unwrap_or_default() {
            let creator = creators
                .iter()
                .find(|(nickname, _)| *nickname == account.display_name);
            if let (AccountState::ReconnectNeeded, Some((_, name))) = (account.state, creator)
                && let Err(why) = sign_in(engine, name).await
            {
                eprintln!("{name} was not signed in: {why}");
            }
        }
        loop {
            match events.recv().await {
                Ok(Event::AccountsChanged) | Err(RecvError::Lagged(_)) => break,
                Ok(_) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }
}

/// Signs a creator in, and tries again when TikTok fails.
async fn sign_in(engine: &Engine, creator: &str) -> Result<(), String> {
    for _ in 0..5 {
        let mut events = engine.subscribe();
        let attempt = engine
            .begin_connect(ConnectPurpose::New)
            .await
            .map_err(why)?;
        let url = engine.authorize_url(&attempt.id).map_err(why)?;
        consent(url.expose_secret(), creator, &ALL_SCOPES).await;
        let outcome = async {
            loop {
                match events.recv().await {
                    Ok(Event::ConnectFinished {
                        attempt_id,
                        outcome,
                    }) if attempt_id == attempt.id => return Some(outcome),
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                }
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), outcome).await {
            Ok(Some(ConnectOutcome::Connected { .. })) => return Ok(()),
            Ok(Some(outcome)) => eprintln!("{creator} was not signed in: {outcome:?}"),
            Ok(None) | Err(_) => return Err("nothing more was heard".into()),
        }
    }
    Err("TikTok did not want to".into())
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn why(error: impl Explain + std::fmt::Display) -> String {
    format!("{}: {error}", error.explain().code)
}
