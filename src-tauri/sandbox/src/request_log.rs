//! The record of every request: what came, from whom, how it was answered; secrets only as fingerprints.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::http::StatusCode;
use jiff::Timestamp;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{fault::FaultId, operation::Operation};

/// How many requests are remembered; the oldest go first.
const KEPT: usize = 50_000;

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
        let mut log = self.0.lock();
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
        self.0.lock().requests.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().requests.clear();
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
        let mut log = self.log.0.lock();
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
