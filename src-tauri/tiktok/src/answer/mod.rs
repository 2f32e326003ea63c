//! The three shapes in which TikTok answers, and how success is told from failure in each.
//!
//! An envelope `{data, error: {code, message, log_id}}`, the same error without its wrapper
//! (both `/doc/tiktok-api-v2-error-handling`), and OAuth's flat `{error, error_description, log_id}`
//! (`/doc/oauth-error-handling`). The HTTP status decides only where the body says nothing.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::{
    error::{Error, ErrorCode, OAuthErrorCode, Operation},
    lookalike::{TOKEN_BEGINNINGS, without_lookalikes},
    wire::{LooseText, describe_json},
};

/// Longest text of TikTok's that is passed on, in characters.
const MESSAGE_MAX: usize = 500;
/// What stands in the place of a secret.
const MASK: &str = "[masked]";

/// A complete answer. Its body may hold tokens and is wiped when dropped.
pub(crate) struct Answer {
    pub operation: Operation,
    pub http: u16,
    pub retry_after: Option<Duration>,
    pub body: Zeroizing<Vec<u8>>,
}

/// The fields of all three shapes side by side. Nothing else is kept, so that tokens are copied no more than once.
#[derive(Deserialize)]
struct Shape {
    error: Option<ErrorField>,
    error_description: Option<LooseText>,
    code: Option<LooseText>,
    message: Option<LooseText>,
    log_id: Option<LooseText>,
    logid: Option<LooseText>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ErrorField {
    Text(String),
    Body(ErrorBody),
    Odd(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
struct ErrorBody {
    code: Option<LooseText>,
    message: Option<LooseText>,
    log_id: Option<LooseText>,
    logid: Option<LooseText>,
}

impl ErrorBody {
    fn log_id(&self) -> Option<&str> {
        [&self.log_id, &self.logid]
            .into_iter()
            .flatten()
            .map(|text| text.0.as_str())
            .find(|text| !text.is_empty())
    }
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

/// What an answer says about success.
enum Verdict {
    /// `error.code` is `ok`.
    Ok,
    /// Neither success nor failure.
    Silent,
}

impl Answer {
    /// The `data` of an envelope whose code is `ok`; `secrets` are masked in whatever TikTok says.
    pub fn data<T: DeserializeOwned>(&self, secrets: &[&SecretString]) -> Result<T, Error> {
        self.acknowledged(secrets)?;
        serde_json::from_slice::<Data<T>>(&self.body)
            .map(|answer| answer.data)
            .map_err(|error| self.unreadable(describe_json(&error)))
    }

    /// Success if the code is `ok`, with or without data.
    pub fn acknowledged(&self, secrets: &[&SecretString]) -> Result<(), Error> {
        match self.verdict(secrets)? {
            Verdict::Ok => Ok(()),
            Verdict::Silent => Err(self.unreadable("no error code".to_owned())),
        }
    }

    /// The flat answer of an OAuth endpoint without an error.
    pub fn flat<T: DeserializeOwned>(&self, secrets: &[&SecretString]) -> Result<T, Error> {
        self.verdict(secrets)?;
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(describe_json(&error)))
    }

    /// Success of an OAuth endpoint that has nothing to say: an empty body or object, or anything else without an error.
    pub fn flat_acknowledged(&self, secrets: &[&SecretString]) -> Result<(), Error> {
        let verdict = if self.body.trim_ascii().is_empty() {
            Verdict::Silent
        } else {
            self.verdict(secrets)?
        };
        match verdict {
            Verdict::Silent if !(200..300).contains(&self.http) => {
                Err(self.unreadable("no error code".to_owned()))
            }
            Verdict::Ok | Verdict::Silent => Ok(()),
        }
    }

    fn verdict(&self, secrets: &[&SecretString]) -> Result<Verdict, Error> {
        let shape: Shape = serde_json::from_slice(&self.body)
            .map_err(|error| self.unreadable(describe_json(&error)))?;
        let operation = self.operation;
        let http = self.http;
        let bare = ErrorBody {
            code: shape.code,
            message: shape.message,
            log_id: shape.log_id,
            logid: shape.logid,
        };
        let outer_log_id = bare.log_id().map(|id| clean(id, secrets));
        let body = match shape.error {
            Some(ErrorField::Text(code)) if !code.is_empty() => {
                let code = clean(&code, secrets);
                tracing::warn!(%operation, http, code, log_id = outer_log_id, "TikTok refused");
                return Err(Error::OAuth {
                    operation,
                    http,
                    code: OAuthErrorCode::from(code),
                    description: clean(&shape.error_description.unwrap_or_default().0, secrets),
                    log_id: outer_log_id,
                    retry_after: self.retry_after,
                });
            }
            Some(ErrorField::Odd(_)) => {
                return Err(self.unreadable("odd error field".to_owned()));
            }
            Some(ErrorField::Body(body)) => body,
            None | Some(ErrorField::Text(_)) => bare,
        };
        let log_id = body.log_id().map(|id| clean(id, secrets)).or(outer_log_id);
        let code = body.code.unwrap_or_default().0;
        if code.is_empty() || code == "ok" {
            tracing::debug!(%operation, http, log_id, "TikTok answered");
            return Ok(if code.is_empty() {
                Verdict::Silent
            } else {
                Verdict::Ok
            });
        }
        let code = clean(&code, secrets);
        tracing::warn!(%operation, http, code, log_id, "TikTok refused");
        Err(Error::Api {
            operation,
            http,
            code: ErrorCode::from(code),
            message: clean(&body.message.unwrap_or_default().0, secrets),
            log_id,
            retry_after: self.retry_after,
        })
    }

    /// The error for an answer whose body does not say how it went.
    pub fn unreadable(&self, detail: String) -> Error {
        let (operation, http) = (self.operation, self.http);
        tracing::warn!(%operation, http, detail, "TikTok's answer cannot be read");
        if http == 429 || http >= 500 {
            return Error::Server {
                operation,
                http,
                retry_after: self.retry_after,
            };
        }
        Error::Malformed {
            operation,
            http,
            detail,
        }
    }
}

/// A text from outside, fit for a log line: bounded, without control characters, without the secrets of the request and
/// without what looks like a token that this answer should have brought elsewhere.
pub(crate) fn clean(text: &str, secrets: &[&SecretString]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        // Anything shorter is no secret of TikTok's, and would tear words apart.
        if secret.expose_secret().len() >= 6 {
            text = text.replace(secret.expose_secret(), MASK);
        }
    }
    without_lookalikes(&text, &TOKEN_BEGINNINGS, MASK)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MESSAGE_MAX)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests;
