//! The limits of the page in the window, in case it runs a foreign script: it cannot navigate, reach other hosts, read
//! files or start programs, and the size of each message is limited.

mod signatures;

use serde_json::{Value, json};
use slipway_tests::browser::BrowserCall;
use slipway_tests::desktop::{Desktop, Setting};
use slipway_tests::journey::{VAULT_KEY, first_run, launch_against};
use slipway_tests::window::Window;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tiktok_sandbox::{DEFAULT_CLIENT_SECRET, Sandbox, SandboxConfig};
use tokio::net::TcpListener;

use signatures::Signature;

/// Records violations of the content security policy from now on.
const WATCH: &str = "window.__forbidden = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.__forbidden.push(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sourceFile + ':' + event.lineNumber));
return null";

/// Ways out of the page, tried one after the other. Each returns `false` or fails when it is blocked.
const WAYS_OUT: &str = r"
const [elsewhere, done] = arguments;
const until = (promise) =>
  Promise.race([promise, new Promise((_, fail) => setTimeout(() => fail('nothing came'), 1500))]);
const loads = (name, attribute, parent = document.body) => {
  const element = document.createElement(name);
  const loaded = new Promise((yes, no) => {
    element.onload = () => yes(true);
    element.onerror = () => no('refused');
  });
  element[attribute] = elsewhere + name;
  parent.append(element);
  return until(loaded);
};
const runs = async (put) => {
  delete window.__ran;
  put();
  await new Promise((go) => setTimeout(go, 200));
  return window.__ran === true;
};
const html = (text) => () => {
  const holder = document.createElement('div');
  holder.innerHTML = text;
  document.body.append(holder);
  holder.querySelector('a, button')?.click();
};
const ways = {
  fetch: () => until(fetch(elsewhere + 'fetch', { mode: 'no-cors' })),
  'fetch of a file': () => until(fetch('file:///etc/passwd')),
  'fetch of an asset': () => until(fetch('asset://localhost/etc/passwd')),
  request: () =>
    until(
      new Promise((yes, no) => {
        const request = new XMLHttpRequest();
        request.onload = yes;
        request.onerror = () => no('refused');
        request.open('GET', elsewhere + 'request');
        request.send();
      }),
    ),
  socket: () =>
    until(
      new Promise((yes, no) => {
        const socket = new WebSocket(elsewhere.replace('http', 'ws') + 'socket');
        socket.onopen = yes;
        socket.onerror = () => no('refused');
      }),
    ),
  'event source': () =>
    until(
      new Promise((yes, no) => {
        const source = new EventSource(elsewhere + 'events');
        source.onopen = yes;
        source.onerror = () => no('refused');
      }),
    ),
  beacon: async () => {
    navigator.sendBeacon(elsewhere + 'beacon', 'x');
    return false;
  },
  picture: () => loads('img', 'src'),
  script: () => loads('script', 'src'),
  frame: async () => {
    const frame = document.createElement('iframe');
    frame.src = elsewhere + 'frame';
    document.body.append(frame);
    await new Promise((go) => setTimeout(go, 300));
    return false;
  },
  'style sheet': async () => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = elsewhere + 'style';
    document.head.append(link);
    await new Promise((go) => setTimeout(go, 300));
    return false;
  },
  worker: () =>
    until(
      new Promise((yes, no) => {
        const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
        worker.onmessage = () => yes(true);
        worker.onerror = () => no('refused');
      }),
    ),
  eval: async () => eval('true'),
  function: async () => new Function('return true')(),
  'script in the page': () =>
    runs(() => {
      const script = document.createElement('script');
      script.textContent = 'window.__ran = true';
      document.body.append(script);
    }),
  handler: () => runs(html('<img src=x onerror=window.__ran=true>')),
  'script address': () => runs(html('<a href=javascript:window.__ran=true>x</a>')),
  form: () => runs(html('<form action=' + elsewhere + 'form><button>x</button></form>')),
  'new window': async () => window.open(elsewhere + 'window') !== null,
  'link to a new window': () => runs(html('<a target=_blank href=' + elsewhere + 'link>x</a>')),
  'another page': () => runs(() => location.assign(elsewhere + 'page')),
  'a page of text': () => runs(() => location.assign('data:text/html,x')),
  'a file': () => runs(() => location.assign('file:///etc/passwd')),
  prototype: async () => {
    Object.prototype.__proof = true;
    return {}.__proof === true;
  },
};
(async () => {
  const open = [];
  for (const [name, way] of Object.entries(ways)) {
    try {
      if ((await way()) !== false) open.push(name);
    } catch {
      // Blocked.
    }
  }
  done({ open, tried: Object.keys(ways).length, at: location.href });
})();
";

/// Commands of Tauri and its plugins that the page does not need, with valid arguments.
fn foreign_commands() -> Vec<(&'static str, Value)> {
    let address = |url: &str| json!({ "url": url });
    vec![
        ("plugin:opener|open_url", address("https://evil.example/")),
        ("plugin:opener|open_url", address("http://www.tiktok.com/")),
        (
            "plugin:opener|open_url",
            address("https://www.tiktok.com.evil.example/"),
        ),
        (
            "plugin:opener|open_url",
            address("https://www.tiktok.com@evil.example/"),
        ),
        ("plugin:opener|open_url", address("file:///etc/passwd")),
        ("plugin:opener|open_path", json!({ "path": "/etc/passwd" })),
        (
            "plugin:opener|reveal_item_in_dir",
            json!({ "paths": ["/etc/passwd"] }),
        ),
        ("plugin:dialog|open", json!({ "options": {} })),
        ("plugin:dialog|message", json!({ "message": "x" })),
        ("plugin:fs|read_text_file", json!({ "path": "/etc/passwd" })),
        (
            "plugin:shell|execute",
            json!({ "program": "sh", "args": [] }),
        ),
        ("plugin:clipboard-manager|read_text", json!({})),
        (
            "plugin:clipboard-manager|write_text",
            json!({ "text": "x" }),
        ),
        (
            "plugin:notification|notify",
            json!({ "options": { "title": "x" } }),
        ),
        ("plugin:deep-link|register", json!({ "protocol": "https" })),
        (
            "plugin:window-state|save_window_state",
            json!({ "flags": 1 }),
        ),
        (
            "plugin:event|emit",
            json!({ "event": "engine-event", "payload": {} }),
        ),
        (
            "plugin:window|create",
            json!({ "options": { "label": "other" } }),
        ),
        ("plugin:window|close", json!({ "label": "main" })),
        (
            "plugin:window|set_title",
            json!({ "label": "main", "value": "x" }),
        ),
        (
            "plugin:webview|create_webview_window",
            json!({ "options": { "label": "other" } }),
        ),
        ("plugin:webview|internal_toggle_devtools", json!({})),
        ("plugin:path|resolve_directory", json!({ "directory": 1 })),
        ("plugin:app|version", json!({})),
        ("plugin:resources|close", json!({ "rid": 1 })),
        ("no_such_command", json!({})),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_reaches_no_other_host_and_its_messages_are_limited() {
    let sandbox = Sandbox::start(SandboxConfig::default()).await.unwrap();
    let desktop = Desktop::start("lockdown", Setting::default()).await;
    let browser = BrowserCall::prepare(&desktop);
    let launch = launch_against(&sandbox, &sandbox.url(), DEFAULT_CLIENT_SECRET, &browser)
        .with("SLIPWAY_FERNET_KEY", VAULT_KEY);
    let window = Window::open(&desktop, &launch).await;
    window.page().run(WATCH, vec![]).await;
    first_run(&window).await;
    own_pages_need_nothing_that_is_forbidden(&window).await;
    ways_out(&window).await;
    for (command, arguments) in foreign_commands() {
        let answer = window.invoke(command, arguments.clone()).await;
        let refused = answer["refused"].as_str().unwrap_or_default();
        assert!(
            ["not allowed", "not found", "Not allowed"]
                .iter()
                .any(|word| refused.contains(word)),
            "{command} {arguments}: {answer}"
        );
    }
    sizes(&window).await;
    // The page is the same as before, and it works.
    window.page().find("button", "Connect account").await;
    window.close().await;
}

/// Slipway's own pages cause no violation of the policy.
async fn own_pages_need_nothing_that_is_forbidden(window: &Window) {
    for place in ["Accounts", "Settings", "Queue"] {
        for link in window.page().all("link", None).await {
            if link.text().await.is_ok_and(|text| text.starts_with(place)) {
                link.click().await.unwrap();
                window.page().find("heading", place).await;
                break;
            }
        }
    }
    let forbidden = window.page().run("return window.__forbidden", vec![]).await;
    assert_eq!(forbidden, json!([]), "Slipway's own pages need more");
}

async fn ways_out(window: &Window) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = format!("http://{}/", listener.local_addr().unwrap());
    let reached = Arc::new(AtomicUsize::new(0));
    let count = reached.clone();
    let somebody = tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let tried = window
        .page()
        .run_async(WAYS_OUT, vec![json!(elsewhere)])
        .await;
    assert_eq!(tried["open"], json!([]), "{tried}");
    assert_eq!(tried["tried"], json!(24), "{tried}");
    // The position in the page may change.
    let at = tried["at"].as_str().and_then(|at| at.split('#').next());
    let at = at.map(|at| at.trim_end_matches('/'));
    assert_eq!(at, Some("tauri://localhost"), "{tried}");
    assert_eq!(reached.load(Ordering::SeqCst), 0, "somebody was reached");
    somebody.abort();
}

/// Each text and each list of every command, one at a time, far larger than the window ever sends it.
async fn sizes(window: &Window) {
    let bindings = include_str!("../../ui/src/lib/bindings.ts");
    let mut tried = 0;
    for signature in Signature::all(bindings) {
        for arguments in signature.oversized() {
            let answer = send(window, &signature.command, &arguments).await;
            let bounded = answer["refused"]["code"] == json!("shell.out_of_bounds");
            // An argument of another type, such as an unknown word of an enum, is rejected before the command.
            let malformed = answer["refused"].is_string();
            assert!(
                bounded || malformed,
                "{} {arguments} is not bounded: {}",
                signature.command,
                answer.to_string().chars().take(300).collect::<String>()
            );
            tried += 1;
        }
    }
    assert!(tried > 50, "only {tried} arguments were found");
}

async fn send(window: &Window, command: &str, arguments: &Value) -> Value {
    let script = "const [command, small, done] = arguments;
        const grow = (value) => {
          if (value === '@long') return 'x'.repeat(200_000);
          if (Array.isArray(value) && value[0] === '@many') return Array(20_000).fill(grow(value[1]));
          if (Array.isArray(value)) return value.map(grow);
          if (value === null || typeof value !== 'object') return value;
          return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, grow(part)]));
        };
        window.__TAURI_INTERNALS__.invoke(command, grow(small)).then((answer) => done({ answer }), (refused) => done({ refused }));";
    eprintln!("{command} {arguments}");
    window
        .page()
        .run_async(script, vec![json!(command), arguments.clone()])
        .await
}
