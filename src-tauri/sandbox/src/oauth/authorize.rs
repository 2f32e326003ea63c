//! What the authorize address must say before anybody is asked for consent (`/doc/login-kit-desktop`).

use std::collections::{BTreeSet, HashMap};

use crate::{
    config::Options,
    oauth::{grant::SCOPES, redirect},
};

/// An authorize request that keeps all rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthorizeRequest {
    pub(crate) client_key: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) challenge: String,
}

/// The parameter that is wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) parameter: &'static str,
    pub(crate) why: String,
}

fn refused<T>(parameter: &'static str, why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused {
        parameter,
        why: why.into(),
    })
}

impl AuthorizeRequest {
    /// Reads and checks the query of the authorize address.
    pub(crate) fn read(query: &str, client_key: &str, options: &Options) -> Result<Self, Refused> {
        let mut fields: HashMap<String, String> = HashMap::new();
        let mut twice = BTreeSet::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if fields
                .insert(name.clone().into_owned(), value.into_owned())
                .is_some()
            {
                twice.insert(name.into_owned());
            }
        }
        let get = |name: &'static str| -> Result<&str, Refused> {
            if twice.contains(name) {
                return refused(name, "it comes twice");
            }
            Ok(fields.get(name).map_or("", String::as_str))
        };

        let key = get("client_key")?;
        if key.is_empty() {
            return refused(
                "client_key",
                "it is missing (TikTok calls it client_key, not client_id)",
            );
        }
        if key != client_key {
            return refused("client_key", "no app has it");
        }
        let redirect_uri = get("redirect_uri")?;
        if let Err(why) = redirect::check(
            redirect_uri,
            &options.redirect_uris,
            &options.web_redirect_uris,
        ) {
            return refused("redirect_uri", why);
        }
        if get("response_type")? != "code" {
            return refused("response_type", "it must be code");
        }
        let scopes = read_scopes(get("scope")?)?;
        let state = get("state")?;
        if state.is_empty() {
            return refused("state", "it is missing");
        }
        if get("code_challenge_method")? != "S256" {
            return refused("code_challenge_method", "it must be S256");
        }
        let challenge = get("code_challenge")?;
        if challenge.len() != 64
            || !challenge
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        {
            return refused(
                "code_challenge",
                "it must be the SHA-256 of the verifier as 64 lowercase hex digits",
            );
        }
        if !matches!(get("disable_auto_auth")?, "" | "0" | "1") {
            return refused("disable_auto_auth", "it must be 0 or 1");
        }
        Ok(Self {
            client_key: key.to_owned(),
            scopes,
            redirect_uri: redirect_uri.to_owned(),
            state: state.to_owned(),
            challenge: challenge.to_owned(),
        })
    }

    /// Where the browser goes next, with these parameters in its query.
    pub(crate) fn callback(&self, parameters: &[(&str, &str)]) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        format!("{}?{query}", self.redirect_uri)
    }
}

fn read_scopes(text: &str) -> Result<BTreeSet<String>, Refused> {
    if text.is_empty() {
        return refused("scope", "it is missing");
    }
    if text.contains(char::is_whitespace) {
        return refused("scope", "scopes are separated by commas, without spaces");
    }
    let mut scopes = BTreeSet::new();
    for scope in text.split(',') {
        if !SCOPES.iter().any(|(known, _)| *known == scope) {
            return refused("scope", format!("{scope} is not a scope of this app"));
        }
        if !scopes.insert(scope.to_owned()) {
            return refused("scope", format!("{scope} comes twice"));
        }
    }
    Ok(scopes)
}

/// Whether this text can be a PKCE verifier: 43 to 128 unreserved characters.
pub(crate) fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}
