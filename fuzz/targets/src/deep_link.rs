//! Fuzzes `slipway:` links. Any web page can open one, with any content.
//!
//! An input is a link, or, after a leading `?`, the query of a link with a sign-in answer.

use std::collections::HashSet;

use secrecy::ExposeSecret;
use slipway_engine::fuzzing::{LinkError, parse_link};
use tiktok_api::Callback;
use url::{Url, form_urlencoded};

use crate::callback;

/// The prefix of a link with an answer.
const CALLBACK: &str = "slipway://oauth/callback?";
/// The longest link that is read, in bytes.
const LINK_MAX: usize = 8 * 1024;

/// Reads one link.
pub fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let text = match text.strip_prefix('?') {
        Some(query) => format!("{CALLBACK}{query}"),
        None => text.to_owned(),
    };
    match parse_link(&text) {
        Ok(link) => judge(&text, &link.callback),
        Err(error) => {
            // No text of a link reaches a log.
            let shown = format!("{error:?}: {error}");
            assert!(shown.len() < 160, "{shown}");
            assert!(
                text.starts_with(CALLBACK)
                    || matches!(error, LinkError::Elsewhere | LinkError::TooLong),
                "{shown}"
            );
        }
    }
}

fn judge(text: &str, callback: &Callback) {
    assert!(text.len() <= LINK_MAX, "{} bytes", text.len());
    // Another parser sees the same target, and nothing that could disguise it.
    let url = Url::parse(text);
    assert!(url.is_ok(), "{text}");
    if let Ok(url) = url {
        assert_eq!(
            (
                url.scheme(),
                url.host_str(),
                url.path(),
                url.port(),
                url.fragment()
            ),
            ("slipway", Some("oauth"), "/callback", None, None)
        );
        assert!(url.username().is_empty() && url.password().is_none());
        let query = url.query().unwrap_or_default();
        assert_eq!(text.strip_prefix(CALLBACK), Some(query));
        // TikTok's parameters are each found once, and nothing else is taken for them.
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let names: HashSet<_> = pairs.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), pairs.len(), "{text}");
        let said = |wanted: &str| {
            let found = pairs.iter().find(|(name, _)| name == wanted);
            found
                .map(|(_, value)| value.as_ref())
                .filter(|value| !value.is_empty())
        };
        let (code, state) = match callback {
            Callback::Granted { code, state, .. } => (Some(code), state.as_ref()),
            Callback::Refused { state, .. } => (None, state.as_ref()),
        };
        assert_eq!(
            code.map(ExposeSecret::expose_secret),
            code.and(said("code"))
        );
        assert_eq!(state.map(ExposeSecret::expose_secret), said("state"));
    }
    callback::judge(callback);
}
