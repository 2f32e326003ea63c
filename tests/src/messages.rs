//! Messages from the backend to the UI: results of commands, and events. The page keeps them until a test reads them.

use serde_json::{Value, json};

use crate::window::Window;

/// Keeps each result that arrives over IPC from now on, and each event.
const LISTEN: &str = r"
const done = arguments[arguments.length - 1];
const heard = (window.__heard = []);
const plain = window.fetch.bind(window);
window.fetch = async (...request) => {
  const answer = await plain(...request);
  answer.clone().text().then((text) => heard.push(text), () => {});
  return answer;
};
const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
const events = ['engine-event', 'files-arrived'];
Promise.all(
  events.map((event) =>
    invoke('plugin:event|listen', {
      event,
      target: { kind: 'Any' },
      handler: transformCallback((message) => heard.push(JSON.stringify(message))),
    }),
  ),
).then(() => done(events.length), (error) => done(String(error)));
";

/// Keeps what this window's UI receives from now on.
pub async fn listen(window: &Window) {
    let answer = window.page().run_async(LISTEN, vec![]).await;
    assert_eq!(answer, json!(2), "the messages cannot be heard");
}

/// All messages so far, everything that the UI can query now, and the content and storage of the page.
pub async fn collected(window: &Window) -> Vec<String> {
    let mut reported = Vec::new();
    for command in ["startup", "setup", "accounts", "posts"] {
        reported.push(window.invoke(command, json!({})).await.to_string());
    }
    for post in window
        .invoke("posts", json!({}))
        .await
        .as_array()
        .cloned()
        .unwrap_or_default()
    {
        reported.push(
            window
                .invoke("post_history", json!({ "id": post["id"] }))
                .await
                .to_string(),
        );
    }
    for account in window
        .invoke("accounts", json!({}))
        .await
        .as_array()
        .cloned()
        .unwrap_or_default()
    {
        reported.push(
            window
                .invoke("creator", json!({ "accountId": account["id"] }))
                .await
                .to_string(),
        );
    }
    let page = "return [document.documentElement.outerHTML, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }),
        location.href, ...(window.__heard ?? [])]";
    let shown = window.page().run(page, vec![]).await;
    reported.extend(
        shown
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned),
    );
    reported
}
