//! Measures the memory that the engine takes to upload 1 GB: its peak above its idle size, compared with curl's peak
//! for the same file. Run with `cargo bench -p slipway-tests --bench memory`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use slipway_tests::{
    stage::{Stage, public},
    wait::{UPLOAD, eventually},
};

/// The video's size in bytes.
const SIZE: u64 = 1_000_000_000;
/// The most memory by which the engine may grow during the upload, in kilobytes.
const LIMIT_KB: u64 = 40_000;

#[tokio::main]
async fn main() {
    let stage = Stage::new().await;
    let mut process = engine(&stage);
    let idle = settled(process.id());
    stop(&mut process);

    // The engine is closed right after the post is queued, so that the measured process does the upload.
    let path = stage.video("big.mp4", SIZE);
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    app.post(&ada, &path, public("1 GB")).await;
    app.engine.close().await;
    let before = stage
        .sandbox
        .publishes()
        .iter()
        .map(|publish| publish.uploaded)
        .max();
    assert!(before.unwrap_or(0) < SIZE / 10, "too much is sent already");

    let mut process = engine(&stage);
    let began = Instant::now();
    eventually("the published post", UPLOAD, async || {
        (!stage.sandbox.posts().is_empty()).then_some(())
    })
    .await;
    let seconds = began.elapsed().as_secs_f64();
    let peak = status_kb(process.id(), "VmHWM:").unwrap();
    stop(&mut process);

    let curl = curl_peak_kb(&path);
    let growth = peak.saturating_sub(idle);
    println!("engine idle             {idle:>8} kB");
    println!("engine peak, 1 GB video {peak:>8} kB");
    println!("growth                  {growth:>8} kB (limit {LIMIT_KB} kB)");
    println!("until published         {seconds:>8.1} s");
    if let Some(curl) = curl {
        #[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
        let ratio = growth as f64 / curl as f64;
        println!("curl peak, same file    {curl:>8} kB, growth is {ratio:.2} of it");
    }
    assert!(
        growth < LIMIT_KB,
        "the engine grew by {growth} kB while uploading 1 GB"
    );
}

fn engine(stage: &Stage) -> Child {
    stage
        .command(env!("CARGO_BIN_EXE_engine-process"))
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}

fn stop(process: &mut Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

/// The resident memory, once it no longer changes.
fn settled(pid: u32) -> u64 {
    let mut last = 0;
    for _ in 0..100 {
        std::thread::sleep(Duration::from_millis(100));
        let now = status_kb(pid, "VmRSS:").unwrap_or(0);
        if now > 5_000 && now == last {
            break;
        }
        last = now;
    }
    last
}

fn status_kb(pid: u32, field: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The peak of curl while it sends the same file to a listener that discards it; `None` without curl.
fn curl_peak_kb(path: &std::path::Path) -> Option<u64> {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).ok()?;
    let url = format!("http://{}/", listener.local_addr().ok()?);
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = vec![0; 1 << 20];
        let mut seen = 0_u64;
        while seen < SIZE {
            match stream.read(&mut buffer) {
                Ok(0) | Err(_) => return,
                Ok(count) => seen += count as u64,
            }
        }
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    let mut curl = Command::new("curl")
        .args(["-s", "-H", "Expect:", "-T"])
        .arg(path)
        .arg(url)
        .spawn()
        .ok()?;
    let mut peak = 0;
    while curl.try_wait().ok()?.is_none() {
        peak = status_kb(curl.id(), "VmHWM:").unwrap_or(0).max(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    (peak > 0).then_some(peak)
}
