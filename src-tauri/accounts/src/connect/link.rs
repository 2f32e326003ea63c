//! Parses `slipway:` links that carry TikTok's answer from a hosted page. Any web page can open such a link, so its
//! content is untrusted.

use std::collections::HashSet;

use tiktok_api::{Callback, CallbackError};
use url::form_urlencoded;

/// The prefix of a link with an answer. Browsers and systems pass links on byte for byte, so no equivalent spelling is
/// accepted.
const CALLBACK: &str = "slipway://oauth/callback?";
/// The longest accepted link, in bytes. Real links have a few hundred.
const LINK_MAX: usize = 8 * 1024;

/// A well-formed link. Its `state` decides whether it is TikTok's answer.
#[derive(Debug)]
pub struct Link {
    /// The answer.
    pub callback: Callback,
}

/// Why a link is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It is longer than any real link.
    #[error("the link is too long")]
    TooLong,
    /// It has another address, such as the links that only open Slipway.
    #[error("the link is not one with an answer")]
    Elsewhere,
    /// It has characters that a link must escape, or a fragment.
    #[error("the link holds characters that do not belong there")]
    Malformed,
    /// A parameter occurs twice.
    #[error("the link has a parameter twice")]
    Repeated,
    /// Its query is not an answer.
    #[error(transparent)]
    Callback(#[from] CallbackError),
}

/// Parses a link.
///
/// # Errors
/// [`LinkError`] for everything that is not `slipway://oauth/callback?` with an answer. No error repeats a part of the
/// link.
pub fn parse(text: &str) -> Result<Link, LinkError> {
    if text.len() > LINK_MAX {
        return Err(LinkError::TooLong);
    }
    let query = text.strip_prefix(CALLBACK).ok_or(LinkError::Elsewhere)?;
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"#<>".contains(&byte);
    if query.starts_with('?') || !query.bytes().all(plain) {
        return Err(LinkError::Malformed);
    }
    let mut names = HashSet::new();
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        if !names.insert(name) {
            return Err(LinkError::Repeated);
        }
    }
    Ok(Link {
        callback: Callback::parse(query)?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    fn refusal(text: &str) -> LinkError {
        parse(text).unwrap_err()
    }

    #[test]
    fn an_answer_is_read() {
        let link = parse("slipway://oauth/callback?code=a%2Bb&state=s-_1&scopes=video.upload");
        let Callback::Granted { code, state, .. } = link.unwrap().callback else {
            panic!("not a grant")
        };
        assert_eq!(code.expose_secret(), "a+b");
        assert_eq!(state.unwrap().expose_secret(), "s-_1");
        let refused = parse("slipway://oauth/callback?error=access_denied&state=s").unwrap();
        assert!(matches!(refused.callback, Callback::Refused { .. }));
    }

    #[test]
    fn other_addresses_are_rejected() {
        for link in [
            "",
            "slipway:",
            "slipway://connected",
            "slipway://open",
            "slipway://oauth/callback",
            "slipway:oauth/callback?code=a&state=s",
            "slipway:/oauth/callback?code=a&state=s",
            "slipway:///oauth/callback?code=a&state=s",
            "slipway://oauth/callback/?code=a&state=s",
            "slipway://oauth/callback/x?code=a&state=s",
            "slipway://oauth//callback?code=a&state=s",
            "slipway://oauth/../oauth/callback?code=a&state=s",
            "slipway://oauth/callback%3Fcode=a&state=s",
            "slipway://oauth:1/callback?code=a&state=s",
            "slipway://oauth:/callback?code=a&state=s",
            "slipway://user@oauth/callback?code=a&state=s",
            "slipway://user:word@oauth/callback?code=a&state=s",
            "slipway://oauth.evil.example/callback?code=a&state=s",
            "SLIPWAY://oauth/callback?code=a&state=s",
            "slipway://OAuth/callback?code=a&state=s",
            "slipway://oauth/Callback?code=a&state=s",
            " slipway://oauth/callback?code=a&state=s",
            "slipway+x://oauth/callback?code=a&state=s",
            "https://oauth/callback?code=a&state=s",
            "file:///etc/passwd",
            "--help",
        ] {
            assert_eq!(refusal(link), LinkError::Elsewhere, "{link}");
        }
    }

    #[test]
    fn malformed_queries_are_rejected() {
        let with = |query: &str| refusal(&format!("{CALLBACK}{query}"));
        for query in [
            "?code=a&state=s",
            "code=a&state=s#",
            "code=a&state=s#code=b",
            "code=a b&state=s",
            "code=a\"b&state=s",
            "code=<a>&state=s",
            "code=a&state=s\n",
            "code=a\0&state=s",
            "code=é&state=s",
            "code=\u{202e}a&state=s",
        ] {
            assert_eq!(with(query), LinkError::Malformed, "{query:?}");
        }
        for query in [
            "code=a&code=b&state=s",
            "code=a&state=s&x=1&x=1",
            "code=a&state=s&st%61te=t",
            "code=a&state=s&=1&=1",
        ] {
            assert_eq!(with(query), LinkError::Repeated, "{query:?}");
        }
        for query in ["", "state=s", "code=&state=s"] {
            assert!(matches!(with(query), LinkError::Callback(_)), "{query:?}");
        }
        assert_eq!(with(&"a".repeat(LINK_MAX)), LinkError::TooLong);
    }

    proptest! {
        #[test]
        fn arbitrary_text_is_never_an_answer(text in "\\PC{0,300}|slipway:[/a-z?=&%0-9@:#]{0,100}") {
            if !text.starts_with(CALLBACK) {
                prop_assert_eq!(refusal(&text), LinkError::Elsewhere);
            }
        }

        #[test]
        fn arbitrary_queries_neither_panic_nor_leak(
            query in "\\PC{0,200}|[a-z=&%?+0-9]{0,200}|(code|state|error|x)=[a-z0-9]{24}(&(code|state|error|x)=[a-z0-9]{24}){0,4}"
        ) {
            let link = format!("{CALLBACK}{query}");
            match parse(&link) {
                Ok(link) => {
                    let shown = format!("{link:?}");
                    let secrets = match &link.callback {
                        Callback::Granted { code, state, .. } => vec![Some(code), state.as_ref()],
                        Callback::Refused { state, .. } => vec![state.as_ref()],
                    };
                    for secret in secrets.into_iter().flatten() {
                        let secret = secret.expose_secret();
                        prop_assert!(secret.len() < 24 || !shown.contains(secret), "{}", shown);
                    }
                }
                Err(error) => prop_assert!(error.to_string().len() < 80),
            }
        }

        #[test]
        fn a_forwarded_answer_is_parsed(code in "\\PC{1,60}", state in "[A-Za-z0-9_-]{43}") {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("code", &code)
                .append_pair("state", &state)
                .finish();
            match parse(&format!("{CALLBACK}{query}")) {
                Ok(Link { callback: Callback::Granted { code: got, .. } }) => {
                    prop_assert_eq!(got.expose_secret(), code.as_str());
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}
