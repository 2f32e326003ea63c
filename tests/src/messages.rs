//! Everything that the backend tells the UI: answers of commands and events, kept in the page until a test asks.

use serde_json::{Value, json};

use crate::window::Window;

/// Starts to keep what arrives from now on: every answer that comes over IPC, and every event.
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

/// Listens to what the UI of this window is told from now on.
pub async fn listen(window: &Window) {
    let answer = window.page().run_async(LISTEN, vec![]).await;
    assert_eq!(answer, json!(2), "the messages cannot be heard");
}

/// All that was heard, plus everything that the UI can ask for now, plus what the page itself shows and keeps.
pub async fn collected(window: &Window) -> Vec<String> {
    let mut told = Vec::new();
    for command in ["startup", "setup", "accounts", "posts"] {
        told.push(window.invoke(command, json!({})).await.to_string());
    }
    for post in window
        .invoke("posts", json!({}))
        .await
        .as_array()
        .cloned()
        .unwrap_or_default()
    {
        told.push(
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
        told.push(
            window
                .invoke("creator", json!({ "accountId": account["id"] }))
                .await
                .to_string(),
        );
    }
    let page = "return [document.documentElement.outerHTML, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }),
        location.href, ...(window.__heard ?? [])]";
    let shown = window.page().run(page, vec![]).await;
    told.extend(
        shown
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned),
    );
    told
}
