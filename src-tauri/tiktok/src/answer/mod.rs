//! The three shapes of TikTok's answers, and the rules that tell success from failure.
//!
//! The shapes are an envelope `{data, error: {code, message, log_id}}`, the same error without the wrapper
//! (both `/doc/tiktok-api-v2-error-handling`), and the flat OAuth answer `{error, error_description, log_id}`
//! (`/doc/oauth-error-handling`). The HTTP status decides only when the body does not.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::{
    error::{Error, ErrorCode, OAuthErrorCode, Operation},
    lookalike::{TOKEN_BEGINNINGS, without_lookalikes},
    wire::{LooseText, describe_json},
};

/// Longest text of TikTok's that this crate passes on, in characters.
const MESSAGE_MAX: usize = 500;
/// The replacement for a secret.
const MASK: &str = "[masked]";

/// A complete answer. The body may contain tokens, so it is wiped on drop.
pub(crate) struct Answer {
    pub operation: Operation,
    pub http: u16,
    pub retry_after: Option<Duration>,
    pub body: Zeroizing<Vec<u8>>,
}

/// The fields of all three shapes. No other field is read, so that the tokens are copied only once.
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

/// The result that an answer states.
enum Verdict {
    /// `error.code` is `ok`.
    Ok,
    /// The answer states neither success nor failure.
    Silent,
}

impl Answer {
    /// Returns the `data` of an envelope whose code is `ok`. Error texts have the `secrets` masked.
    pub fn data<T: DeserializeOwned>(&self, secrets: &[&SecretString]) -> Result<T, Error> {
        self.acknowledged(secrets)?;
        serde_json::from_slice::<Data<T>>(&self.body)
            .map(|answer| answer.data)
            .map_err(|error| self.unreadable(describe_json(&error)))
    }

    /// Succeeds if the code is `ok`, with or without data.
    pub fn acknowledged(&self, secrets: &[&SecretString]) -> Result<(), Error> {
        match self.verdict(secrets)? {
            Verdict::Ok => Ok(()),
            Verdict::Silent => Err(self.unreadable("no error code".to_owned())),
        }
    }

    /// Returns the flat answer of an OAuth endpoint that reports no error.
    pub fn flat<T: DeserializeOwned>(&self, secrets: &[&SecretString]) -> Result<T, Error> {
        self.verdict(secrets)?;
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(describe_json(&error)))
    }

    /// Succeeds for the answer of an OAuth endpoint without a result: an empty body, an empty object, or any body
    /// without an error.
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

    /// The error for an answer whose body states no result.
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

/// Makes a text from outside fit for logs: bounded, without control characters, and without the secrets of the request.
/// Texts that look like tokens are masked too, because a new token may appear in the wrong place.
pub(crate) fn clean(text: &str, secrets: &[&SecretString]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        // A shorter text is not a secret of TikTok's, and masking it would damage other words.
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
