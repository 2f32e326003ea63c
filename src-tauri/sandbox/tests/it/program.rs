//! Tests of the `tiktok-sandbox` program.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tiktok-sandbox"));
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[tokio::test]
async fn the_program_prints_its_address_and_exits_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().to_str().unwrap();
    let arguments = [
        "--data-dir",
        data_dir,
        "--client-key",
        "sbkey",
        "--client-secret",
        "hush",
        "--unaudited",
        "--upload-rate",
        "9",
    ];
    let mut running = Running(program(&arguments).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (
            ready["client_key"].as_str(),
            ready["client_secret"].as_str()
        ),
        (Some("sbkey"), Some("hush"))
    );
    let url = ready["url"].as_str().unwrap();
    assert_eq!(ready["control"].as_str().unwrap(), format!("{url}/sandbox"));
    let options: Value = reqwest::get(format!("{url}/sandbox/api/options"))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (
            options["audited"].as_bool(),
            options["upload_bytes_per_sec"].as_u64()
        ),
        (Some(false), Some(9))
    );

    #[cfg(unix)]
    {
        assert!(
            Command::new("kill")
                .arg(running.0.id().to_string())
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(running.0.wait().unwrap().code(), Some(0));
        assert!(reqwest::get(url).await.is_err());
    }
}

#[test]
fn the_program_prints_help_and_refuses_unknown_arguments() {
    let help = program(&["--help"]).output().unwrap();
    assert!(help.status.success());
    let text = String::from_utf8(help.stdout).unwrap();
    for flag in [
        "--port",
        "--data-dir",
        "--client-key",
        "--client-secret",
        "--unaudited",
        "--upload-rate",
        "--help",
    ] {
        assert!(text.contains(flag), "{flag}");
    }
    for wrong in [
        &["--prot", "1"][..],
        &["--port", "99999"],
        &["--port"],
        &["--upload-rate", "fast"],
        &["file"],
    ] {
        let output = program(wrong).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
}
