//! The audit trail through the engine: its content, its order, and its detection of foreign changes.

use std::{collections::BTreeMap, path::Path, process::Command, time::Duration};

use slipway_engine::{
    AuditError, Explain,
    clock::Clock as _,
    views::{
        Argument, AuditEntry, AuditFilter, AuditFormat, AuditKind, AuditState, ConnectPurpose,
        LocalMoment, PostSettings, PostState, Settings,
    },
};
use slipway_tests::{
    stage::{Running, Stage, inbox, public},
    wait::{SOON, eventually},
};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

const DROP: &str =
    "DROP TRIGGER IF EXISTS audit_is_not_changed; DROP TRIGGER IF EXISTS audit_is_not_deleted;";

/// All entries, oldest first.
async fn trail(app: &Running) -> Vec<AuditEntry> {
    let mut entries = Vec::new();
    let mut filter = AuditFilter::default();
    loop {
        let page = app.engine.audit(&filter).await.unwrap();
        entries.extend(page.entries);
        filter.before = page.next;
        if page.next.is_none() {
            entries.reverse();
            return entries;
        }
    }
}

async fn kinds(app: &Running) -> Vec<AuditKind> {
    trail(app)
        .await
        .into_iter()
        .map(|entry| entry.kind)
        .collect()
}

/// Waits until the trail contains it.
async fn recorded(app: &Running, kind: AuditKind) -> AuditEntry {
    eventually(&format!("{kind:?} in the trail"), SOON, async || {
        trail(app)
            .await
            .into_iter()
            .rfind(|entry| entry.kind == kind)
    })
    .await
}

/// Changes that a program can make without the key, while Slipway is closed.
async fn tamper(stage: &Stage, sql: &str) {
    let path = stage.folder.path().join("data/slipway.db");
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    let sql = format!("{DROP}{sql}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_records_all_events_in_order() {
    use AuditKind::{
        AppChanged, ConnectRefused, Connected, ConsentGiven, DirectPost, Disconnected, Exported,
        InboxDraft, KeyMade, Refreshed, Revoked, SettingChanged,
    };
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let refused = app.engine.begin_connect(ConnectPurpose::New).await.unwrap();
    refuse(&app, &refused.id).await;
    recorded(&app, ConnectRefused).await;
    let ada = app.connect("ada").await;

    // A refused command leaves no entry, and a repeated one leaves a single entry.
    let refused = with_page("https://ada.example/tiktok?secret=4711");
    app.engine.update_settings(&refused).await.unwrap_err();
    let settings = with_page("https://ada.example/tiktok");
    for _ in 0..2 {
        app.engine.update_settings(&settings).await.unwrap();
    }

    let branded = PostSettings {
        discloses_commercial: true,
        brand_content: true,
        ..public("what a day #secretplan")
    };
    let direct = app
        .post(&ada, &stage.video("wedding.mp4", 0), branded)
        .await;
    app.published(&direct).await;
    let draft = app.post(&ada, &stage.video("party.mp4", 0), inbox()).await;
    let delivered = |state: &PostState| *state == PostState::DeliveredToInbox;
    app.until(&draft, "delivered", delivered).await;
    stage.clock.advance(Duration::from_hours(23));
    recorded(&app, Refreshed).await;
    app.engine.disconnect(&ada.id).await.unwrap();
    recorded(&app, Revoked).await;
    let file = stage.folder.path().join("trail.jsonl");
    export(&app, AuditFormat::JsonLines, &file).await;

    let story = trail(&app).await;
    let kinds: Vec<_> = story.iter().map(|entry| entry.kind).collect();
    assert_eq!(
        kinds,
        [
            KeyMade,
            ConnectRefused,
            Connected,
            SettingChanged,
            ConsentGiven,
            DirectPost,
            InboxDraft,
            Refreshed,
            Disconnected,
            Revoked,
            Exported
        ]
    );
    assert!(
        !kinds.contains(&AppChanged),
        "credentials of the environment"
    );
    let of = |kind: AuditKind| story.iter().find(|entry| entry.kind == kind).unwrap();
    for entry in story.iter().skip(4).take(6) {
        assert_eq!(entry.account_id.as_ref(), Some(&ada.id), "{entry:?}");
        assert_eq!(
            entry.account_name.as_ref(),
            Some(&ada.display_name),
            "{entry:?}"
        );
    }
    let consent = &of(ConsentGiven).details;
    let said = |name: &str| consent.get(name).map(String::as_str);
    assert_eq!(said("postId"), Some(&*direct));
    assert_eq!(said("privacy"), Some("PUBLIC_TO_EVERYONE"));
    assert_eq!(said("terms"), Some("musicUsage brandedContent"));
    assert_eq!(said("brandContent"), Some("true"));
    let terms = Argument::text("branded");
    assert_eq!(of(ConsentGiven).message.args["terms"], terms);
    assert!(of(DirectPost).details["publishId"].starts_with("v_pub"));
    assert_eq!(of(InboxDraft).details["postId"], draft);
    assert_eq!(
        of(SettingChanged).details["to"],
        "https://ada.example/tiktok"
    );
    assert_eq!(of(Exported).details["entries"], "10");
    let written = std::fs::read_to_string(&file).unwrap() + &format!("{story:?}");
    for private in [
        "secretplan",
        "what a day",
        "wedding",
        "party",
        "4711",
        "act.",
        "rft.",
    ] {
        assert!(!written.contains(private), "{private} in {written}");
    }
    assert_eq!(app.engine.verify_audit().await.unwrap().broken_at, None);
    app.engine.close().await;
}

fn with_page(page: &str) -> Settings {
    Settings {
        hosted_page: Some(page.into()),
        ..Settings::default()
    }
}

/// Declines on the consent page.
async fn refuse(app: &Running, attempt: &str) {
    use secrecy::ExposeSecret;
    let url = app.engine.authorize_url(attempt).unwrap();
    reqwest::Client::new()
        .post(url.expose_secret())
        .form(&[("creator", "ada"), ("decision", "deny")])
        .send()
        .await
        .unwrap();
}

async fn export(app: &Running, format: AuditFormat, path: &Path) -> u64 {
    let filter = AuditFilter::default();
    app.engine
        .export_audit(&filter, format, path)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn scheduling_records_a_consent_and_drafting_does_not() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let draft = app.draft(&stage.video("clip.mp4", 0)).await;
    let settings = PostSettings {
        account_id: Some(ada.id.clone()),
        ..public("")
    };
    app.engine.update_post(&draft, &settings).await.unwrap();
    assert!(!kinds(&app).await.contains(&AuditKind::ConsentGiven));
    let soon = stage.clock.now() + jiff::SignedDuration::from_hours(72);
    let moment = LocalMoment {
        date_time: soon.strftime("%Y-%m-%dT%H:%M").to_string(),
        zone: "UTC".into(),
    };
    app.engine.schedule_post(&draft, &moment).await.unwrap();
    let given = recorded(&app, AuditKind::ConsentGiven).await;
    assert_eq!(given.details["postId"], draft);
    assert_eq!(given.details["terms"], "musicUsage");
    assert_eq!(given.account_name, Some(ada.display_name));

    let incomplete = app.draft(&stage.video("other.mp4", 0)).await;
    app.engine.submit_post(&incomplete).await.unwrap_err();
    let consents = kinds(&app).await;
    let consents = consents
        .iter()
        .filter(|kind| **kind == AuditKind::ConsentGiven);
    assert_eq!(consents.count(), 1);
}

/// The trail of a closed engine, made once and copied for each change.
async fn written() -> Stage {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    for name in ["one.mp4", "two.mp4", "three.mp4"] {
        let id = app.post(&ada, &stage.video(name, 0), public("")).await;
        app.published(&id).await;
    }
    assert_eq!(trail(&app).await.len(), 8);
    app.engine.close().await;
    stage
}

/// Copies the data folder and restores the copy.
struct Copy(TempDir);

impl Copy {
    fn of(stage: &Stage) -> Self {
        let copy = tempfile::tempdir().unwrap();
        copy_files(&stage.data(), copy.path());
        Self(copy)
    }

    fn put_back(&self, stage: &Stage) {
        let data = stage.data();
        std::fs::remove_dir_all(&data).unwrap();
        std::fs::create_dir(&data).unwrap();
        copy_files(self.0.path(), &data);
    }
}

fn copy_files(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_files(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_start_reports_where_the_trail_was_changed() {
    let stage = written().await;
    let copy = Copy::of(&stage);
    let changes: [(&str, Option<(u64, &str)>); 13] = [
        ("SELECT 1", None),
        (
            "UPDATE audit SET at = at - 1 WHERE seq = 4",
            Some((4, "audit.altered")),
        ),
        (
            "UPDATE audit SET kind = 'connected' WHERE seq = 4",
            Some((4, "audit.altered")),
        ),
        (
            "UPDATE audit SET account_id = NULL WHERE seq = 4",
            Some((4, "audit.altered")),
        ),
        (
            "UPDATE audit SET details = replace(details, 'PUBLIC', 'SELF') WHERE seq = 4",
            Some((4, "audit.altered")),
        ),
        (
            "UPDATE audit SET hash = zeroblob(32) WHERE seq = 4",
            Some((4, "audit.altered")),
        ),
        (
            "UPDATE audit SET seq = 40 WHERE seq = 4",
            Some((4, "audit.missing")),
        ),
        (
            "DELETE FROM audit WHERE seq = 4",
            Some((4, "audit.missing")),
        ),
        (
            "DELETE FROM audit WHERE seq >= 7",
            Some((7, "audit.missing")),
        ),
        ("DELETE FROM audit", Some((1, "audit.missing"))),
        ("DELETE FROM audit_head", Some((9, "audit.unsealed"))),
        (
            "UPDATE audit_head SET seal = (SELECT value FROM meta WHERE key = 'canary')",
            Some((9, "audit.unsealed")),
        ),
        (
            "UPDATE audit SET seq = 100 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 6;
             UPDATE audit SET seq = 6 WHERE seq = 100",
            Some((4, "audit.altered")),
        ),
    ];
    for (sql, found) in changes {
        copy.put_back(&stage);
        tamper(&stage, sql).await;
        let app = stage.engine().await;
        let state = app.engine.audit_state().await.unwrap();
        let notice = state.notice.as_ref().map(|notice| notice.code.as_str());
        assert_eq!(state.broken_at.zip(notice), found, "{sql}");
        let notices = app.engine.status().notices;
        let shown = notices
            .iter()
            .find(|notice| notice.code.starts_with("audit."));
        assert_eq!(shown, state.notice.as_ref(), "{sql}");

        // Slipway keeps working and writing, and does not hide the change.
        let before = state.entries;
        app.connect("cleo").await;
        let state = app.engine.verify_audit().await.unwrap();
        assert_eq!(state.entries, before + 1, "{sql}");
        assert_eq!(state.broken_at, found.map(|(seq, _)| seq), "{sql}");
        app.engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_s_triggers_refuse_changes() {
    let stage = written().await;
    let path = stage.folder.path().join("data/slipway.db");
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    for sql in ["UPDATE audit SET at = 0", "DELETE FROM audit"] {
        let refused = sqlx::raw_sql(sql)
            .execute(&mut connection)
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_keeps_the_trail_valid() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    app.connect("ada").await;
    stage
        .clock
        .set_wrong_by(-jiff::SignedDuration::from_hours(48));
    app.connect("cleo").await;
    let entries = trail(&app).await;
    assert!(entries[2].at < entries[1].at, "{entries:?}");
    let whole = |state: AuditState| state.broken_at.is_none() && state.notice.is_none();
    assert!(whole(app.engine.verify_audit().await.unwrap()));
    app.engine.close().await;
    let app = stage.engine().await;
    assert!(whole(app.engine.audit_state().await.unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_example_verifies_an_export() {
    let stage = written().await;
    tamper(&stage, "UPDATE posts SET account_name = account_name").await;
    let app = stage.engine().await;
    let odd = "=Ada \"the\" maker,\u{7f}\u{1}\r\né\u{1f600}";
    let ada = app.engine.accounts().await.unwrap().remove(0);
    app.engine.close().await;
    tamper(
        &stage,
        &format!("UPDATE accounts SET display_name = '{odd}'"),
    )
    .await;
    let app = stage.engine().await;
    app.engine.disconnect(&ada.id).await.unwrap();
    let entry = recorded(&app, AuditKind::Disconnected).await;
    assert_eq!(entry.account_name.as_deref(), Some(odd));

    let lines = stage.folder.path().join("trail.jsonl");
    let count = export(&app, AuditFormat::JsonLines, &lines).await;
    let text = std::fs::read_to_string(&lines).unwrap();
    assert_eq!(text.lines().count() as u64, count);
    let (fits, said) = verify(&stage, &lines);
    assert!(fits, "{said}");
    assert!(said.contains("Every entry is as it was written"), "{said}");

    for (number, line) in text.lines().enumerate() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["seq"], number + 1);
    }
    let changed = text.replace("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS");
    assert_ne!(changed, text);
    std::fs::write(&lines, changed).unwrap();
    let (fits, said) = verify(&stage, &lines);
    assert!(!fits && said.contains("is not as it was written"), "{said}");

    // A recomputed hash breaks the chain.
    let mut all: Vec<_> = text.lines().collect();
    let stranger = written().await;
    let other = stranger.engine().await;
    let lines_of_other = stage.folder.path().join("other.jsonl");
    export(&other, AuditFormat::JsonLines, &lines_of_other).await;
    let foreign = std::fs::read_to_string(&lines_of_other).unwrap();
    all[3] = foreign.lines().nth(3).unwrap();
    std::fs::write(&lines, all.join("\n")).unwrap();
    let (fits, said) = verify(&stage, &lines);
    assert!(!fits && said.contains("does not follow"), "{said}");

    let table = stage.folder.path().join("trail.csv");
    export(&app, AuditFormat::Csv, &table).await;
    let csv = std::fs::read_to_string(&table).unwrap();
    assert!(csv.starts_with("seq,at,kind,account_id,account_name,text,details,hash\r\n"));
    assert!(csv.contains("\"'=Ada \"\"the\"\" maker,"), "{csv}");
    other.engine.close().await;
    app.engine.close().await;
}

/// Runs the example of `docs/audit.md` on an export.
fn verify(stage: &Stage, export: &Path) -> (bool, String) {
    let docs = include_str!("../../docs/audit.md");
    let (_, code) = docs.split_once("```python\n").unwrap();
    let (code, _) = code.split_once("```").unwrap();
    let folder = stage.folder.path();
    std::fs::write(folder.join("verify.py"), code).unwrap();
    std::fs::write(folder.join("blake3.py"), include_str!("audit/blake3.py")).unwrap();
    let run = Command::new("python3")
        .arg(folder.join("verify.py"))
        .arg(export)
        .output()
        .unwrap();
    let said = [run.stdout, run.stderr].map(|text| String::from_utf8(text).unwrap());
    (run.status.success(), said.concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_contains_the_filtered_entries_or_does_not_exist() {
    let stage = written().await;
    let app = stage.engine().await;
    let ada = app.engine.accounts().await.unwrap().remove(0);
    let filter = AuditFilter {
        kinds: vec![AuditKind::DirectPost],
        account_id: Some(ada.id),
        ..AuditFilter::default()
    };
    let path = stage.folder.path().join("posts.jsonl");
    let count = app
        .engine
        .export_audit(&filter, AuditFormat::JsonLines, &path);
    assert_eq!(count.await.unwrap(), 3);
    let text = std::fs::read_to_string(&path).unwrap();
    let seqs: Vec<u64> = text
        .lines()
        .map(|line| serde_json::from_str::<BTreeMap<String, serde_json::Value>>(line).unwrap())
        .map(|line| line["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(seqs, [4, 6, 8]);
    let (fits, said) = verify(&stage, &path);
    assert!(fits, "{said}");

    let nowhere = stage.folder.path().join("no/such/folder/trail.csv");
    let refused = app
        .engine
        .export_audit(&filter, AuditFormat::Csv, &nowhere)
        .await
        .unwrap_err();
    assert!(matches!(refused, AuditError::Write(_)), "{refused}");
    assert_eq!(refused.explain().code, "audit.write");
    let nonsense = AuditFilter {
        to: Some("soon".into()),
        ..AuditFilter::default()
    };
    std::fs::write(&path, "as it was").unwrap();
    let refused = app
        .engine
        .export_audit(&nonsense, AuditFormat::Csv, &path)
        .await
        .unwrap_err();
    assert!(matches!(refused, AuditError::Moment(_)), "{refused}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "as it was");
    app.engine.close().await;
}
