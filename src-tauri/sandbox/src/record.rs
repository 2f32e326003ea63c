//! The record of every request: what came, from whom, how it was answered; secrets only as fingerprints.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::fault::FaultId;
use crate::operation::Operation;
use crate::platform::locked;

/// How many requests are remembered; the oldest go first.
const KEPT: usize = 50_000;

/// JSON bodies longer than this are recorded by their length alone.
const BODY_KEPT: usize = 32 * 1024;

/// Fields that open something: recorded as fingerprints wherever they stand.
const SECRET_FIELDS: [&str; 10] = [
    "access_token",
    "client_secret",
    "code",
    "code_challenge",
    "code_verifier",
    "refresh_token",
    "state",
    "token",
    "upload_token",
    "upload_url",
];

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Not yet.
    Pending,
    /// With an answer; its status is beside this.
    Answered,
    /// A fault dropped the connection without an answer.
    NoAnswer,
    /// The client went away before the answer.
    ClientGone,
}

/// One request as the sandbox saw it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedRequest {
    /// Counts from 1 in the order of arrival.
    pub id: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Which endpoint that is, if it is one of TikTok's.
    pub operation: Option<Operation>,
    /// Query parameters, secrets as fingerprints. The query of an upload address is not recorded.
    pub query: Option<Value>,
    /// How it ended.
    pub outcome: Outcome,
    /// HTTP status, when it was answered.
    pub status: Option<u16>,
    /// Short name of the creator, once known.
    pub creator: Option<String>,
    /// JSON body, or a form as a JSON object; secrets as fingerprints.
    pub body: Option<Value>,
    /// Fingerprint of an `Authorization` header's value after its scheme.
    pub bearer: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `Content-Length` header.
    pub content_length: Option<u64>,
    /// The `Content-Range` header.
    pub content_range: Option<String>,
    /// Bytes of the body that arrived.
    pub bytes_received: u64,
    /// The fault that it met.
    pub fault: Option<FaultId>,
}

/// Lowercase hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// What stands for a secret in records: the start of its SHA-256.
pub fn fingerprint(secret: &str) -> String {
    format!("sha256:{}", &hex(&Sha256::digest(secret))[..12])
}

/// The same value with every secret replaced by its fingerprint.
pub(crate) fn masked(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let value = match value {
                        Value::String(text) if SECRET_FIELDS.contains(&name.as_str()) => {
                            Value::String(fingerprint(&text))
                        }
                        other => masked(other),
                    };
                    (name, value)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(masked).collect()),
        other => other,
    }
}

/// Form fields or a query as a masked JSON object; a field that comes twice becomes a list.
pub(crate) fn masked_pairs(text: &[u8]) -> Value {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(text) {
        let value = if SECRET_FIELDS.contains(&name.as_ref()) {
            fingerprint(&value)
        } else {
            value.into_owned()
        };
        match fields.get_mut(name.as_ref()) {
            None => {
                fields.insert(name.into_owned(), Value::String(value));
            }
            Some(Value::Array(items)) => items.push(Value::String(value)),
            Some(first) => *first = Value::Array(vec![first.take(), Value::String(value)]),
        }
    }
    Value::Object(fields)
}

/// A body as it may be recorded.
pub(crate) fn masked_body(content_type: Option<&str>, body: &[u8]) -> Option<Value> {
    if body.is_empty() {
        return None;
    }
    if body.len() <= BODY_KEPT {
        if content_type.is_some_and(|text| text.starts_with("application/x-www-form-urlencoded")) {
            return Some(masked_pairs(body));
        }
        if let Ok(value) = serde_json::from_slice(body) {
            return Some(masked(value));
        }
    }
    Some(json!({ "unread_bytes": body.len() }))
}

/// All that was recorded, shared with the requests under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestLog(Arc<Mutex<Log>>);

#[derive(Debug, Default)]
struct Log {
    requests: VecDeque<RecordedRequest>,
    last: u64,
}

impl RequestLog {
    /// Opens the entry of a request that has just arrived; the id of what is passed is set here.
    pub(crate) fn open(&self, mut request: RecordedRequest) -> Trace {
        let mut log = locked(&self.0);
        log.last += 1;
        request.id = log.last;
        if log.requests.len() == KEPT {
            log.requests.pop_front();
        }
        let id = request.id;
        log.requests.push_back(request);
        Trace {
            log: self.clone(),
            id,
        }
    }

    pub(crate) fn list(&self) -> Vec<RecordedRequest> {
        locked(&self.0).requests.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        locked(&self.0).requests.clear();
    }
}

/// The entry of one request under way.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    log: RequestLog,
    id: u64,
}

impl Trace {
    fn write(&self, change: impl FnOnce(&mut RecordedRequest)) {
        let mut log = locked(&self.log.0);
        // Found from the end: a request under way is a recent one. It may have been cleared meanwhile.
        if let Some(request) = log
            .requests
            .iter_mut()
            .rev()
            .find(|request| request.id == self.id)
        {
            change(request);
        }
    }

    pub(crate) fn creator(&self, name: &str) {
        self.write(|request| request.creator = Some(name.to_owned()));
    }

    pub(crate) fn body(&self, body: Option<Value>) {
        self.write(|request| request.body = body);
    }

    pub(crate) fn fault(&self, fault: Option<FaultId>) {
        self.write(|request| request.fault = fault);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.write(|request| request.bytes_received += bytes as u64);
    }

    /// Closes the entry.
    pub(crate) fn close(&self, outcome: Outcome, status: Option<StatusCode>) {
        self.write(|request| {
            if request.outcome == Outcome::Pending {
                request.outcome = outcome;
                request.status = status.map(|status| status.as_u16());
            }
        });
    }

    /// Closes the entry as abandoned by the client when the request is dropped half done.
    pub(crate) fn guard(&self) -> TraceGuard {
        TraceGuard(self.clone())
    }
}

/// Notices that nobody waits for the answer any more.
#[derive(Debug)]
pub(crate) struct TraceGuard(Trace);

impl Drop for TraceGuard {
    fn drop(&mut self) {
        self.0.close(Outcome::ClientGone, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_stays_readable() {
        let form = masked_body(
            Some("application/x-www-form-urlencoded"),
            b"client_key=k&client_secret=hush&code=hush&refresh_token=hush&code_verifier=hush&token=hush",
        );
        let text = form.unwrap().to_string();
        assert!(
            text.contains("\"client_key\":\"k\"") && !text.contains("hush"),
            "{text}"
        );
        let nested =
            masked(json!({"data": [{"upload_url": "hush"}], "publish_id": "p"})).to_string();
        assert!(
            nested.contains("\"p\"") && !nested.contains("hush"),
            "{nested}"
        );
    }

    #[test]
    fn repeated_fields_become_a_list() {
        assert_eq!(
            masked_pairs(b"scope=a&scope=b&scope=c"),
            json!({"scope": ["a", "b", "c"]})
        );
    }
}
