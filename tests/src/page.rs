//! A page as a person meets it: controls by role and accessible name, text that can be read.

use std::fmt::Debug;
use std::time::Duration;

use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::wait::{SOON, eventually, eventually_or};

const BY_ROLE: &str = include_str!("by_role.js");
/// The key under which `WebDriver` hands over an element.
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A page in Slipway's window or in the browser.
#[derive(Clone, Debug)]
pub struct Page {
    client: Client,
}

impl Page {
    /// Opens a session at the driver on `port`.
    pub async fn open(port: u16, capabilities: Value) -> Self {
        let Value::Object(capabilities) = capabilities else {
            panic!("capabilities are an object")
        };
        let address = format!("http://127.0.0.1:{port}");
        let connect = async || {
            ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&address)
                .await
        };
        let client = eventually("the driver listens", SOON, async || {
            let answered = tokio::time::timeout(SOON, connect())
                .await
                .expect("the driver opens a session in time");
            match answered {
                Ok(client) => Some(client),
                // Nothing listens there yet.
                Err(
                    fantoccini::error::NewSessionError::Lost(_)
                    | fantoccini::error::NewSessionError::FailedC(_),
                ) => None,
                Err(error) => panic!("the driver opens no session: {error}"),
            }
        })
        .await;
        Self { client }
    }

    /// The session itself, for what has no name here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Every visible element of that role; with a name, those whose name contains it. A page that is just loading has
    /// none.
    pub async fn all(&self, role: &str, name: Option<&str>) -> Vec<Element> {
        self.matching(role, name, false)
            .await
            .unwrap_or_else(|error| unless_loading(&error, Vec::new))
    }

    /// The first visible element of that role and exact name, once it is there.
    pub async fn find(&self, role: &str, name: &str) -> Element {
        self.find_within(role, name, SOON).await
    }

    /// The same, with a limit of its own.
    pub async fn find_within(&self, role: &str, name: &str, limit: Duration) -> Element {
        let what = format!("a {role} named {name:?} is on the page");
        eventually(&what, limit, async || {
            self.matching(role, Some(name), true)
                .await
                .ok()?
                .into_iter()
                .next()
        })
        .await
    }

    /// Whether such an element can be seen now.
    pub async fn shows(&self, role: &str, name: &str) -> bool {
        self.matching(role, Some(name), true)
            .await
            .is_ok_and(|found| !found.is_empty())
    }

    /// Clicks the element of that role and name, once it is there, enabled and not covered.
    pub async fn click(&self, role: &str, name: &str) {
        let what = format!("the {role} {name:?} can be clicked");
        eventually(&what, SOON, async || {
            let element = self
                .matching(role, Some(name), true)
                .await
                .ok()?
                .into_iter()
                .next()?;
            let enabled = element.is_enabled().await.ok()?
                && self.attribute(&element, "aria-disabled").await.is_none();
            if enabled {
                element.click().await.ok()
            } else {
                None
            }
        })
        .await;
    }

    /// Puts text into a field, in place of what was there.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.find("textbox", name).await;
        self.done("clear the field", field.clear()).await;
        if text.chars().all(|letter| u32::from(letter) < 0x1_0000) {
            self.done("type", field.send_keys(text)).await;
        } else {
            // WebKit's driver drops what no key can type; an emoji comes through an input method, as text.
            self.done("click the field", field.click()).await;
            self.run(
                "document.execCommand('insertText', false, arguments[0])",
                vec![json!(text)],
            )
            .await;
        }
        let holds = self.done("read the field", field.prop("value")).await;
        assert_eq!(
            holds.as_deref(),
            Some(text),
            "what the field {name:?} holds"
        );
    }

    /// Chooses an option of a list by what it says.
    pub async fn choose(&self, list: &str, option: &str) {
        let what = format!("{option:?} can be chosen from {list:?}");
        eventually(&what, SOON, async || {
            let element = self
                .matching("combobox", Some(list), true)
                .await
                .ok()?
                .into_iter()
                .next()?;
            let options = element.find_all(Locator::Css("option")).await.ok()?;
            for candidate in options {
                let text = candidate.text().await.ok()?;
                let text = text.trim();
                if (text == option || text.starts_with(&format!("{option} (")))
                    && candidate.is_enabled().await.ok()?
                {
                    return candidate.click().await.ok();
                }
            }
            None
        })
        .await;
    }

    /// What the options of a list say.
    pub async fn options(&self, list: &str) -> Vec<String> {
        let element = self.find("combobox", list).await;
        let mut texts = Vec::new();
        for option in self
            .done("read the options", element.find_all(Locator::Css("option")))
            .await
        {
            texts.push(
                self.done("read an option", option.text())
                    .await
                    .trim()
                    .to_owned(),
            );
        }
        texts
    }

    /// Waits until the page says `text` somewhere.
    pub async fn reads(&self, text: &str) {
        self.reads_within(text, SOON).await;
    }

    /// The same, with a limit of its own.
    pub async fn reads_within(&self, text: &str, limit: Duration) {
        eventually_or(&format!("the page says {text:?}"), limit, async || {
            let all = self.text().await;
            if all.contains(text) { Ok(()) } else { Err(all) }
        })
        .await;
    }

    /// All that the page says, white space squeezed. A page that is just loading says nothing.
    pub async fn text(&self) -> String {
        let script = "return document.body?.innerText ?? ''";
        let answer = tokio::time::timeout(SOON, self.client.execute(script, vec![])).await;
        let text = answer
            .expect("the page answers in time")
            .unwrap_or_else(|error| unless_loading(&error, || Value::Null));
        text.as_str()
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// An attribute of an element; `None` also when the element is gone.
    pub async fn attribute(&self, element: &Element, name: &str) -> Option<String> {
        element
            .attr(name)
            .await
            .ok()
            .flatten()
            .filter(|value| value != "false")
    }

    /// Runs a script and gives what it returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.done("run a script", self.client.execute(script, arguments))
            .await
    }

    /// Runs a script whose last argument is a callback, and gives what that is called with.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.done("run a script", self.client.execute_async(script, arguments))
            .await
    }

    async fn matching(
        &self,
        role: &str,
        name: Option<&str>,
        whole: bool,
    ) -> Result<Vec<Element>, CmdError> {
        let found = tokio::time::timeout(
            SOON,
            self.client
                .execute(BY_ROLE, vec![json!(role), json!(name), json!(whole)]),
        )
        .await
        .map_err(|_| CmdError::WaitTimeout)??;
        let ids = found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|value| value[ELEMENT_KEY].as_str());
        Ok(ids
            .map(|id| {
                Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()))
            })
            .collect())
    }

    async fn done<T, E: Debug>(&self, what: &str, job: impl Future<Output = Result<T, E>>) -> T {
        tokio::time::timeout(SOON, job)
            .await
            .unwrap_or_else(|_| panic!("not within {SOON:?}: {what}"))
            .unwrap_or_else(|error| panic!("could not {what}: {error:?}"))
    }
}

/// What to take for an answer when a page could not give one: it may be on its way from one document to the next. A
/// window that is gone never answers again, and waiting would only hide it.
fn unless_loading<T>(error: &CmdError, nothing: impl FnOnce() -> T) -> T {
    match error {
        CmdError::Standard(reason) if reason.error != ErrorStatus::InvalidSessionId => nothing(),
        _ => panic!("the window is gone: {error}"),
    }
}
