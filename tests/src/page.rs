//! A page as a user sees it: controls by role and accessible name, and readable text.
//!
//! Names and texts are compared in English also when the page is in the pseudo-language.

use std::{fmt::Debug, fs, process::Command, sync::LazyLock, time::Duration};

use fantoccini::{
    Client, ClientBuilder, Locator,
    elements::{Element, ElementRef},
    error::{CmdError, ErrorStatus},
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    desktop::{built, repository},
    pseudo::reveal,
    wait::{SOON, eventually, eventually_or},
};

/// The key of an element in `WebDriver` answers.
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
                // The driver does not listen yet.
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

    /// The session, for calls that this type does not have.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns all visible elements of a role; with a name, those whose name contains it. A page that is loading has
    /// none.
    pub async fn all(&self, role: &str, name: Option<&str>) -> Vec<Element> {
        self.matching(role, name, false)
            .await
            .unwrap_or_else(|error| unless_loading(&error, Vec::new))
    }

    /// Waits for the first visible element of this role and exact name.
    pub async fn find(&self, role: &str, name: &str) -> Element {
        self.find_within(role, name, SOON).await
    }

    /// Like [`Page::find`], with another limit.
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

    /// Returns whether such an element is visible now.
    pub async fn shows(&self, role: &str, name: &str) -> bool {
        self.matching(role, Some(name), true)
            .await
            .is_ok_and(|found| !found.is_empty())
    }

    /// Clicks the element of that role and name as soon as it is there, enabled and not covered.
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

    /// Replaces the text in a field.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.find("textbox", name).await;
        self.done("clear the field", field.clear()).await;
        if text.chars().all(|letter| u32::from(letter) < 0x1_0000) {
            self.done("type", field.send_keys(text)).await;
        } else {
            // WebKit's driver drops characters that no key types. An input method enters an emoji as text.
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

    /// Chooses the option with this text in a list.
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
                let text = reveal(&candidate.text().await.ok()?);
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

    /// The texts of a list's options.
    pub async fn options(&self, list: &str) -> Vec<String> {
        let element = self.find("combobox", list).await;
        let mut texts = Vec::new();
        for option in self
            .done("read the options", element.find_all(Locator::Css("option")))
            .await
        {
            let text = self.done("read an option", option.text()).await;
            texts.push(reveal(text.trim()));
        }
        texts
    }

    /// Waits until the page contains `text`.
    pub async fn reads(&self, text: &str) {
        self.reads_within(text, SOON).await;
    }

    /// Like [`Page::reads`], with another limit.
    pub async fn reads_within(&self, text: &str, limit: Duration) {
        eventually_or(&format!("the page says {text:?}"), limit, async || {
            let all = self.text().await;
            if all.contains(text) { Ok(()) } else { Err(all) }
        })
        .await;
    }

    /// The text of the page, with white space collapsed. A page that is loading has none.
    pub async fn text(&self) -> String {
        let script = "return document.body?.innerText ?? ''";
        let answer = tokio::time::timeout(SOON, self.client.execute(script, vec![])).await;
        let text = answer
            .expect("the page answers in time")
            .unwrap_or_else(|error| unless_loading(&error, || Value::Null));
        reveal(text.as_str().unwrap_or_default())
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// An attribute of an element; `None` also for an element that was removed.
    pub async fn attribute(&self, element: &Element, name: &str) -> Option<String> {
        element
            .attr(name)
            .await
            .ok()
            .flatten()
            .filter(|value| value != "false")
    }

    /// Sets the date or time field that `selector` finds. The web view's own picker accepts no keys from `WebDriver`.
    pub async fn set_field(&self, selector: &str, value: &str) {
        let script = "const [selector, value] = arguments;
            const field = document.querySelector(selector);
            field.value = value;
            field.dispatchEvent(new Event('input', { bubbles: true }));
            field.dispatchEvent(new Event('change', { bubbles: true }));
            return field.value;";
        let arguments = vec![Value::from(selector), Value::from(value)];
        assert_eq!(self.run(script, arguments).await, Value::from(value));
    }

    /// Waits until the page's current content is on the screen.
    pub async fn drawn(&self) {
        let script = "const done = arguments[arguments.length - 1];
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)));";
        self.run_async(script, vec![]).await;
    }

    /// Runs a script and returns its result.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.done("run a script", self.client.execute(script, arguments))
            .await
    }

    /// Runs a script whose last argument is a callback, and returns the callback's argument.
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
        let found = tokio::time::timeout(SOON, self.client.execute(by_role(), vec![json!(role)]))
            .await
            .map_err(|_| CmdError::WaitTimeout)??;
        let matches = |found: &str| match name {
            None => true,
            Some(name) if whole => reveal(found) == name,
            Some(name) => reveal(found).contains(name),
        };
        let ids = found
            .as_array()
            .into_iter()
            .flatten()
            .filter(|found| found[1].as_str().is_some_and(matches))
            .filter_map(|found| found[0][ELEMENT_KEY].as_str());
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

/// The script that finds elements by role, bundled with its npm package once for each version of both.
fn by_role() -> &'static str {
    static SCRIPT: LazyLock<String> = LazyLock::new(|| {
        let sources = repository().join("tests/src");
        let packages = repository().join("node_modules");
        let mut version = Sha256::new();
        for file in [
            sources.join("by_role.js"),
            sources.join("page_script.mjs"),
            packages.join("dom-accessibility-api/package.json"),
        ] {
            version.update(fs::read(&file).unwrap_or_else(|error| {
                panic!("{} cannot be read: {error}. Run: npm ci", file.display())
            }));
        }
        let version = version.finalize();
        let folder = built().join("test-scripts");
        fs::create_dir_all(&folder).expect("a folder for scripts");
        let script = folder.join(format!("by-role-{:02x}{:02x}.js", version[0], version[1]));
        if !script.exists() {
            let bundled = Command::new("node")
                .arg(sources.join("page_script.mjs"))
                .arg(&script)
                .status();
            assert!(
                bundled.is_ok_and(|status| status.success()),
                "the page script could not be bundled"
            );
        }
        fs::read_to_string(script).expect("the page script")
    });
    &SCRIPT
}

/// The answer of a page that cannot answer because it loads another document. A closed window never answers again, so
/// this panics then.
fn unless_loading<T>(error: &CmdError, nothing: impl FnOnce() -> T) -> T {
    match error {
        CmdError::Standard(reason) if reason.error != ErrorStatus::InvalidSessionId => nothing(),
        _ => panic!("the window is gone: {error}"),
    }
}
