//! Whatever goes wrong, no secret is found in what Slipway leaves behind or says: files, logs of every crate at their
//! most talkative, events, notices, histories, errors.
//!
//! Each trial has a TikTok of its own with a wiretap before it, so that every secret that was ever on the wire is
//! looked for, in every spelling.

mod answers;
mod connecting;
mod harm;
mod logs;
mod tapped;

use slipway_engine::views::PostMode;
use slipway_tests::leaks::{Secret, in_folder};

use tapped::Tapped;

/// The search would find a secret: it finds what is no secret in all the places that it looks into.
#[tokio::test(flavor = "multi_thread")]
async fn the_search_reads_what_it_is_to_read() {
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

/// Old pages, the log of changes and the copies that Slipway makes of them are as clean as the database.
#[tokio::test(flavor = "multi_thread")]
async fn backups_and_what_an_account_leaves_behind() {
    let tapped = Tapped::new("backup").await;
    let ada = tapped.ada().await;
    tapped.refresh(&ada).await;
    tapped.backup().await;
    tapped.disconnect(&ada).await;
    tapped.end(Vec::new()).await;
}
