//! The log of all requests and their responses. Secrets appear as fingerprints only.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::http::StatusCode;
use jiff::Timestamp;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{fault::FaultId, operation::Operation};

/// Maximum number of requests in the log; the oldest are removed first.
const MAX_RECORDS: usize = 50_000;

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The request is still running.
    Pending,
    /// The response was sent; [`RecordedRequest::status`] contains its status.
    Answered,
    /// The sandbox closed the connection without a response, because of a fault or because a newer request took over.
    NoAnswer,
    /// The client disconnected before the response.
    ClientGone,
}

/// A recorded request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedRequest {
    /// Number of the request, from 1 in order of arrival.
    pub id: u64,
    /// Time of arrival.
    pub at: Timestamp,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// The endpoint, if it is one of TikTok's.
    pub operation: Option<Operation>,
    /// Query parameters, with secrets as fingerprints. The query of an upload address is not recorded.
    pub query: Option<Value>,
    /// The outcome.
    pub outcome: Outcome,
    /// HTTP status of the response, if one was sent.
    pub status: Option<u16>,
    /// Short name of the creator, if known.
    pub creator: Option<String>,
    /// The JSON body, or a form as a JSON object, with secrets as fingerprints.
    pub body: Option<Value>,
    /// Fingerprint of the credentials in the `Authorization` header.
    pub bearer: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `Content-Length` header.
    pub content_length: Option<u64>,
    /// The `Content-Range` header.
    pub content_range: Option<String>,
    /// Received bytes of the body.
    pub bytes_received: u64,
    /// The fault that affected the request.
    pub fault: Option<FaultId>,
}

/// The request log, shared with the running requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestLog(Arc<Mutex<Log>>);

#[derive(Debug, Default)]
struct Log {
    requests: VecDeque<RecordedRequest>,
    last: u64,
}

impl RequestLog {
    /// Adds the entry of a new request and sets its id.
    pub(crate) fn open(&self, mut request: RecordedRequest) -> Trace {
        let mut log = self.0.lock();
        log.last += 1;
        request.id = log.last;
        if log.requests.len() == MAX_RECORDS {
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

/// The log entry of a running request.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    log: RequestLog,
    id: u64,
}

impl Trace {
    fn update(&self, change: impl FnOnce(&mut RecordedRequest)) {
        let mut log = self.log.0.lock();
        // Searched from the end: a running request is a recent one. The entry may have been cleared.
        if let Some(request) = log
            .requests
            .iter_mut()
            .rev()
            .find(|request| request.id == self.id)
        {
            change(request);
        }
    }

    pub(crate) fn set_creator(&self, name: &str) {
        self.update(|request| request.creator = Some(name.to_owned()));
    }

    pub(crate) fn set_body(&self, body: Option<Value>) {
        self.update(|request| request.body = body);
    }

    pub(crate) fn set_fault(&self, fault: Option<FaultId>) {
        self.update(|request| request.fault = fault);
    }

    pub(crate) fn add_received(&self, bytes: usize) {
        self.update(|request| request.bytes_received += bytes as u64);
    }

    /// Completes the entry.
    pub(crate) fn close(&self, outcome: Outcome, status: Option<StatusCode>) {
        self.update(|request| {
            if request.outcome == Outcome::Pending {
                request.outcome = outcome;
                request.status = status.map(|status| status.as_u16());
            }
        });
    }

    /// Returns a guard that completes the entry as [`Outcome::ClientGone`] if the request is dropped.
    pub(crate) fn guard(&self) -> TraceGuard {
        TraceGuard(self.clone())
    }
}

/// Completes the log entry of a request that is dropped before its response.
#[derive(Debug)]
pub(crate) struct TraceGuard(Trace);

impl Drop for TraceGuard {
    fn drop(&mut self) {
        self.0.close(Outcome::ClientGone, None);
    }
}
