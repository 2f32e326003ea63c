//! Tests that settings are stored completely or not at all, and that an invalid part does not affect the others.

use std::path::Path;

use proptest::prelude::*;
use secrecy::SecretString;
use slipway_core::views::{DailyWindow, UploadLimit, WebhookSettings, Weekday};
use slipway_store::vault::KeyOrigin;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

async fn store(folder: &Path) -> SettingsStore {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("settings.db"))
        .create_if_missing(true);
    let pool = SqlitePoolOptions::new()
        .connect_with(options)
        .await
        .unwrap();
    slipway_store::database::MIGRATIONS
        .run(&pool)
        .await
        .unwrap();
    let key = SecretString::from("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=");
    let vault = Vault::new(&key, KeyOrigin::Environment);
    SettingsStore {
        pool,
        vault: Arc::new(vault.unwrap()),
        local: false,
    }
}

fn window(days: &[Weekday], from: &str, to: &str) -> DailyWindow {
    DailyWindow {
        days: days.to_vec(),
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

fn unusual() -> Settings {
    Settings {
        time_zone: Some("Europe/Vienna".to_owned()),
        grace_minutes: 7 * 24 * 60,
        spacing_minutes: 24 * 60,
        upload_limit: UploadLimit {
            bytes_per_second: Some(16_000),
            only_during: Some(window(
                &[Weekday::Monday, Weekday::Sunday],
                "08:00",
                "00:00",
            )),
        },
        wait_on_metered: false,
        webhook: WebhookSettings {
            enabled: true,
            port: 1,
        },
        hosted_page: Some("https://ada.example/slipway/".into()),
        settle_seconds: 7,
        ignored_names: vec!["*.draft.*".to_owned()],
    }
}

#[tokio::test]
async fn settings_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = store(folder.path()).await;
    assert_eq!(first.load().await.unwrap(), Settings::default());
    assert!(!first.paused().await.unwrap());
    first.save(&unusual(), NOW).await.unwrap();
    first.set_paused(true).await.unwrap();
    first.pool.close().await;

    let second = store(folder.path()).await;
    assert_eq!(second.load().await.unwrap(), unusual());
    assert!(second.paused().await.unwrap());
    second.save(&Settings::default(), NOW).await.unwrap();
    second.set_paused(false).await.unwrap();
    assert_eq!(second.load().await.unwrap(), Settings::default());
    assert!(!second.paused().await.unwrap());
}

type Spoil = fn(&mut Settings);

#[tokio::test]
async fn invalid_settings_are_refused_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    store.save(&unusual(), NOW).await.unwrap();
    let cases: [(&str, Spoil); 12] = [
        ("schedule.unknown_zone", |settings| {
            settings.time_zone = Some("Europe/Nowhere".to_owned());
        }),
        ("settings.grace", |settings| {
            settings.grace_minutes = 7 * 24 * 60 + 1;
        }),
        ("settings.grace", |settings| {
            settings.grace_minutes = u32::MAX;
        }),
        ("settings.spacing", |settings| {
            settings.spacing_minutes = 24 * 60 + 1;
        }),
        ("settings.upload_limit", |settings| {
            settings.upload_limit.bytes_per_second = Some(15_999);
        }),
        ("settings.no_days", |settings| {
            settings.upload_limit.only_during = Some(window(&[], "08:00", "09:00"));
        }),
        ("schedule.time_of_day", |settings| {
            settings.upload_limit.only_during = Some(window(&[Weekday::Monday], "8:00", "09:00"));
        }),
        ("schedule.time_of_day", |settings| {
            settings.upload_limit.only_during = Some(window(&[Weekday::Monday], "08:00", "24:00"));
        }),
        ("settings.port", |settings| settings.webhook.port = 0),
        ("settings.settle", |settings| settings.settle_seconds = 0),
        ("settings.settle", |settings| settings.settle_seconds = 601),
        ("settings.pattern", |settings| {
            settings.ignored_names.push("[a".to_owned());
        }),
    ];
    for (code, spoil) in cases {
        let mut settings = Settings::default();
        spoil(&mut settings);
        let refused = store.save(&settings, NOW).await.unwrap_err();
        let notice = slipway_core::notice::Explain::explain(&refused);
        assert_eq!(notice.code, code, "{refused}");
        let words =
            slipway_core::texts::Texts::of(slipway_core::texts::Language::English).notice(&notice);
        assert!(!words.happened.is_empty() && !words.slipway.is_empty() && !words.you.is_empty());
        assert_eq!(store.load().await.unwrap(), unusual());
    }
}

async fn put(store: &SettingsStore, key: &str, value: &str) {
    sqlx::query("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)")
        .bind(key)
        .bind(value)
        .execute(&store.pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_invalid_part_does_not_affect_others() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    put(
        &store,
        SETTINGS,
        r#"{"timeZone": "Europe/Nowhere", "graceMinutes": -1, "spacingMinutes": 30, "waitOnMetered": false,
            "uploadLimit": {"bytesPerSecond": "fast"}, "webhook": {"enabled": true}, "fromTheFuture": [1]}"#,
    )
    .await;
    let expected = Settings {
        spacing_minutes: 30,
        wait_on_metered: false,
        webhook: WebhookSettings {
            enabled: true,
            ..WebhookSettings::default()
        },
        ..Settings::default()
    };
    assert_eq!(store.load().await.unwrap(), expected);
    for nonsense in ["", "[]", "null", "{", "\"settings\""] {
        put(&store, SETTINGS, nonsense).await;
        assert_eq!(store.load().await.unwrap(), Settings::default());
    }
}

#[tokio::test]
async fn an_unreadable_pause_is_a_pause() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    put(&store, PAUSED, "perhaps").await;
    assert!(store.paused().await.unwrap());
}

#[test]
fn the_zone_comes_from_the_settings() {
    let named = |name: &str| {
        zone(&Settings {
            time_zone: Some(name.to_owned()),
            ..Settings::default()
        })
    };
    assert_eq!(named("Pacific/Apia").iana_name(), Some("Pacific/Apia"));
    assert_eq!(named("Europe/Nowhere"), system_zone());
    assert_eq!(zone(&Settings::default()), system_zone());
}

proptest! {
    #[test]
    fn stored_text_of_any_kind_gives_settings_that_make_sense(
        text in r#"\{("(timeZone|graceMinutes|spacingMinutes|uploadLimit|webhook|x)": ?(null|-?[0-9]{1,11}|"[A-Z]{3}"|\{"(port|bytesPerSecond)": [0-9]{1,6}\}),? ?){0,3}\}"#,
    ) {
        prop_assert!(check(&read(&text, false), false).is_ok());
    }
}
