//! Validation of authorize requests (`/doc/login-kit-desktop`).

use std::collections::{BTreeSet, HashMap};

use crate::{
    config::Options,
    oauth::{grant::SCOPES, redirect},
};

/// A valid authorize request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthorizeRequest {
    pub(crate) client_key: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) challenge: String,
}

/// An invalid parameter and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvalidParameter {
    pub(crate) parameter: &'static str,
    pub(crate) reason: String,
}

fn invalid<T>(parameter: &'static str, reason: impl Into<String>) -> Result<T, InvalidParameter> {
    Err(InvalidParameter {
        parameter,
        reason: reason.into(),
    })
}

impl AuthorizeRequest {
    /// Parses and validates the query of the authorize address.
    pub(crate) fn read(
        query: &str,
        client_key: &str,
        options: &Options,
    ) -> Result<Self, InvalidParameter> {
        let mut fields: HashMap<String, String> = HashMap::new();
        let mut repeated = BTreeSet::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if fields
                .insert(name.clone().into_owned(), value.into_owned())
                .is_some()
            {
                repeated.insert(name.into_owned());
            }
        }
        let get = |name: &'static str| -> Result<&str, InvalidParameter> {
            if repeated.contains(name) {
                return invalid(name, "The parameter is repeated.");
            }
            Ok(fields.get(name).map_or("", String::as_str))
        };

        let key = get("client_key")?;
        if key.is_empty() {
            return invalid(
                "client_key",
                "The parameter is missing. TikTok uses client_key, not client_id.",
            );
        }
        if key != client_key {
            return invalid("client_key", "No app is registered with this client key.");
        }
        let redirect_uri = get("redirect_uri")?;
        if let Err(reason) = redirect::check(
            redirect_uri,
            &options.redirect_uris,
            &options.web_redirect_uris,
        ) {
            return invalid("redirect_uri", reason);
        }
        if get("response_type")? != "code" {
            return invalid("response_type", "The value must be code.");
        }
        let scopes = read_scopes(get("scope")?)?;
        let state = get("state")?;
        if state.is_empty() {
            return invalid("state", "The parameter is missing.");
        }
        if get("code_challenge_method")? != "S256" {
            return invalid("code_challenge_method", "The value must be S256.");
        }
        let challenge = get("code_challenge")?;
        if challenge.len() != 64
            || !challenge
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        {
            return invalid(
                "code_challenge",
                "The value must be the SHA-256 of the verifier as 64 lowercase hex digits.",
            );
        }
        if !matches!(get("disable_auto_auth")?, "" | "0" | "1") {
            return invalid("disable_auto_auth", "The value must be 0 or 1.");
        }
        Ok(Self {
            client_key: key.to_owned(),
            scopes,
            redirect_uri: redirect_uri.to_owned(),
            state: state.to_owned(),
            challenge: challenge.to_owned(),
        })
    }

    /// Returns the callback address with these parameters in its query.
    pub(crate) fn callback(&self, parameters: &[(&str, &str)]) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        format!("{}?{query}", self.redirect_uri)
    }
}

fn read_scopes(text: &str) -> Result<BTreeSet<String>, InvalidParameter> {
    if text.is_empty() {
        return invalid("scope", "The parameter is missing.");
    }
    if text.contains(char::is_whitespace) {
        return invalid("scope", "Scopes are separated by commas, without spaces.");
    }
    let mut scopes = BTreeSet::new();
    for scope in text.split(',') {
        if !SCOPES.iter().any(|(known, _)| *known == scope) {
            return invalid("scope", format!("{scope} is not a scope of this app."));
        }
        if !scopes.insert(scope.to_owned()) {
            return invalid("scope", format!("{scope} is repeated."));
        }
    }
    Ok(scopes)
}

/// Returns whether the text is a valid PKCE verifier: 43 to 128 unreserved characters.
pub(crate) fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}
