//! Unpacks archives and searches them for private data.

use std::{collections::BTreeMap, io::Read};

use secrecy::{ExposeSecret, SecretString};
use slipway_engine::{
    Endpoints, Engine, EngineConfig,
    views::{DiagnosticsChoice, PostSettings},
};
use tempfile::TempDir;
use zip::ZipArchive;

use super::*;

const KEY: &str = "ZGlhZ25vc3RpY3MtdGVzdC1rZXktb2YtMzItYnl0ZXM=";
const SECRET: &str = "client-secret-that-nobody-may-read";
const TOKEN: &str = "act.of-an-account-that-is-gone!4711";
const CAPTION: &str = "Grandma's \"secret\" cake\nwith 300 g of love";
const VIDEO: &[u8] = include_bytes!("../../../fuzz/seeds/media/fast.mp4");

/// An engine with a draft, and a log that contains all that an archive must not contain.
struct Bench {
    folder: TempDir,
    engine: Engine,
}

impl Bench {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = Endpoints::new("http://127.0.0.1:9", "http://127.0.0.1:9").unwrap();
        let config = EngineConfig {
            fernet_key: Some(SecretString::from(KEY)),
            ..EngineConfig::new(folder.path().join("data"), nowhere)
        };
        let engine = Engine::open(config).await.unwrap();
        let secret = SecretString::from(SECRET);
        engine.save_tiktok_app("aw-key", &secret).await.unwrap();
        let video = folder.path().join("Wedding of Eve.mp4");
        fs::write(&video, VIDEO).unwrap();
        let added = engine.add_files(vec![video.clone()]).await;
        let settings = PostSettings {
            caption: CAPTION.to_owned(),
            ..PostSettings::default()
        };
        let post = added[0].post_id.as_deref().unwrap();
        engine.update_post(post, &settings).await.unwrap();

        let bench = Self { folder, engine };
        let logs = bench.logs();
        fs::create_dir_all(&logs).unwrap();
        let home = std::env::home_dir().unwrap();
        let lines = [
            format!("INFO opening {}", video.display()),
            format!("INFO opening {video:?} again"),
            format!("WARN {CAPTION:?} is long"),
            format!("WARN {CAPTION}"),
            format!("ERROR {SECRET} {KEY} {TOKEN}"),
            format!("ERROR {}", SECRET.escape_unicode()),
            format!("INFO the home is {}/x", home.display()),
            "INFO all is well".to_owned(),
        ];
        fs::write(logs.join("slipway.2026-01-01.log"), lines.join("\n")).unwrap();
        fs::write(
            logs.join("slipway.2026-01-02.log"),
            b"\xff a line that is no text\n",
        )
        .unwrap();
        fs::write(logs.join("notes.txt"), "not a log").unwrap();
        bench
    }

    fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    async fn export(&self, choice: DiagnosticsChoice) -> BTreeMap<String, String> {
        let archive = Archive {
            diagnostics: self.engine.diagnostics(choice).await.unwrap(),
            choice,
            logs: self.logs(),
        };
        let path = self.folder.path().join("out.zip");
        archive.write(&path).unwrap();
        let mut zip = ZipArchive::new(File::open(path).unwrap()).unwrap();
        (0..zip.len())
            .map(|index| {
                let mut entry = zip.by_index(index).unwrap();
                let mut text = String::new();
                entry.read_to_string(&mut text).unwrap();
                (entry.name().unwrap().into_owned(), text)
            })
            .collect()
    }
}

fn all_of(entries: &BTreeMap<String, String>) -> String {
    entries.values().cloned().collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_archive_contains_no_private_data() {
    let bench = Bench::start().await;
    let entries = bench.export(DiagnosticsChoice::default()).await;
    let names: Vec<_> = entries.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "README.txt",
            "logs/slipway.2026-01-01.log",
            "logs/slipway.2026-01-02.log",
            "state.json",
            "versions.json"
        ]
    );
    let all = all_of(&entries);
    let folder = bench.folder.path().to_string_lossy().into_owned();
    for private in [
        SECRET,
        KEY,
        TOKEN,
        "Wedding",
        "Grandma",
        "300 g of love",
        &*folder,
    ] {
        assert!(!all.contains(private), "{private} is in {all}");
    }
    let log = &entries["logs/slipway.2026-01-01.log"];
    for kept in [
        "INFO opening [file]\n",
        "WARN [caption]\n[caption]\n",
        "all is well",
    ] {
        assert!(log.contains(kept), "{kept:?} is not in {log}");
    }
    let state: serde_json::Value = serde_json::from_str(&entries["state.json"]).unwrap();
    let post = &state["queue"]["posts"][0];
    assert_eq!(state["queue"]["counts"]["draft"], 1);
    assert_eq!(post["captionUnits"], CAPTION.encode_utf16().count());
    assert_eq!(post["sizeBytes"], VIDEO.len());
    assert!(
        post.get("caption").is_none() && post.get("path").is_none(),
        "{post}"
    );
    assert_eq!(state["audit"]["brokenAt"], serde_json::Value::Null);
    assert!(entries["README.txt"].contains("Captions: not in here"));
    bench.engine.close().await;
}

#[tokio::test]
async fn chosen_data_is_included_and_secrets_never_are() {
    let bench = Bench::start().await;
    let names = DiagnosticsChoice {
        file_names: true,
        captions: false,
    };
    let all = all_of(&bench.export(names).await);
    assert!(
        all.contains("Wedding of Eve.mp4") && !all.contains("Grandma"),
        "{all}"
    );

    let captions = DiagnosticsChoice {
        file_names: false,
        captions: true,
    };
    let entries = bench.export(captions).await;
    let all = all_of(&entries);
    assert!(!all.contains("Wedding") && all.contains("Grandma"), "{all}");
    let state: serde_json::Value = serde_json::from_str(&entries["state.json"]).unwrap();
    assert_eq!(state["queue"]["posts"][0]["caption"], CAPTION);

    let both = DiagnosticsChoice {
        file_names: true,
        captions: true,
    };
    let all = all_of(&bench.export(both).await);
    let secret = SecretString::from(SECRET);
    for private in [secret.expose_secret(), KEY, TOKEN] {
        assert!(!all.contains(private), "{private} is in {all}");
    }
    bench.engine.close().await;
}

#[tokio::test]
async fn an_archive_that_cannot_be_written_leaves_nothing_behind() {
    let bench = Bench::start().await;
    let choice = DiagnosticsChoice::default();
    let archive = |logs: PathBuf, diagnostics| Archive {
        diagnostics,
        choice,
        logs,
    };
    let gone = archive(
        bench.logs(),
        bench.engine.diagnostics(choice).await.unwrap(),
    );
    assert!(
        gone.write(&bench.folder.path().join("no/such/folder.zip"))
            .is_err()
    );

    let target = bench.folder.path().join("kept.zip");
    fs::write(&target, "as it was").unwrap();
    let no_folder = bench.logs().join("notes.txt");
    let failing = archive(no_folder, bench.engine.diagnostics(choice).await.unwrap());
    assert!(failing.write(&target).is_err());
    assert_eq!(fs::read_to_string(&target).unwrap(), "as it was");
    let left = fs::read_dir(bench.folder.path()).unwrap().count();
    assert_eq!(left, 4, "data, logs, the video and the old file");
    bench.engine.close().await;
}
