//! No secret is in what Slipway writes or returns, whatever fails: files, logs of all crates at TRACE, events, notices,
//! histories, errors.
//!
//! Each trial has a TikTok with a proxy before it, so each secret that passed is searched for, in every spelling.

mod answers;
mod connecting;
mod harm;
mod logs;
mod tapped;

use slipway_engine::views::PostMode;
use slipway_tests::leaks::{Secret, in_folder};

use tapped::Tapped;

/// The search would find a secret: it finds texts that are no secrets in all the places that it covers.
#[tokio::test(flavor = "multi_thread")]
async fn the_search_covers_all_places() {
    let tapped = Tapped::new("control").await;
    let ada = tapped.ada().await;
    tapped.post(&ada, PostMode::Direct).await;
    let known = [
        Secret::new("nickname", &ada.display_name),
        Secret::new("caption", tapped::CAPTION),
    ];
    let places = |name: &str, folder: &std::path::Path| {
        let (_, found) = in_folder(folder, &known);
        let mut places: Vec<_> = found
            .into_iter()
            .filter(|leak| leak.secret == name)
            .map(|leak| leak.place)
            .collect();
        places.dedup();
        places
    };
    let data = tapped.data();
    let open = places("caption", &data);
    assert!(
        open.iter().any(|place| place.ends_with("slipway.db-wal")),
        "the log of changes holds the caption while the engine is open: {open:?}"
    );
    assert!(
        tapped.said().await.contains(&ada.display_name),
        "what the engine says is heard"
    );
    let backup = tapped.backup().await;
    let (_, _stage) = tapped.close().await;
    let closed = places("nickname", &data);
    assert!(
        closed.iter().any(|place| place.ends_with("slipway.db")),
        "the database holds the nickname: {closed:?}"
    );
    assert!(
        closed.iter().any(|place| place.ends_with(&backup)),
        "the backup holds the nickname: {closed:?}"
    );
    let own = logs::own();
    assert!(
        own.contains("slipway_engine::") && own.contains("tiktok_api::") && own.contains("DEBUG"),
        "Slipway's crates log"
    );
    let all = logs::all();
    assert!(
        all.contains("hyper") && all.contains("TRACE"),
        "the crates below log as well, at their most talkative"
    );
}

/// Freed pages, the write-ahead log, and backups contain as few secrets as the database: none.
#[tokio::test(flavor = "multi_thread")]
async fn backups_and_removed_accounts() {
    let tapped = Tapped::new("backup").await;
    let ada = tapped.ada().await;
    tapped.refresh(&ada).await;
    tapped.backup().await;
    tapped.disconnect(&ada).await;
    tapped.end(Vec::new()).await;
}
