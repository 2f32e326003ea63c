//! Faults that a test or a person asks for, and the book that decides which request meets which.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::operation::Operation;

/// Something that shall go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests it is about.
    pub operation: Operation,
    /// How often it happens.
    #[serde(default)]
    pub times: Times,
    /// How many of the operation's requests pass untouched first, counted from the moment the fault was added and
    /// whatever other faults do.
    #[serde(default)]
    pub skip: u32,
    /// What goes wrong.
    pub kind: FaultKind,
}

impl Fault {
    /// A fault that happens once, to the next request.
    pub fn once(operation: Operation, kind: FaultKind) -> Self {
        Self {
            operation,
            times: Times::Count(1),
            skip: 0,
            kind,
        }
    }

    /// A fault that lasts until it is cleared.
    pub fn forever(operation: Operation, kind: FaultKind) -> Self {
        Self {
            operation,
            times: Times::Forever,
            skip: 0,
            kind,
        }
    }

    /// The same, happening `count` times.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        Self {
            times: Times::Count(count),
            ..self
        }
    }

    /// The same, after `count` untouched requests.
    #[must_use]
    pub fn after(self, count: u32) -> Self {
        Self {
            skip: count,
            ..self
        }
    }
}

/// How often a fault happens: a number, or `"forever"` in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "TimesText", into = "TimesText")]
pub enum Times {
    /// So many times.
    Count(u32),
    /// Until cleared.
    Forever,
}

impl Default for Times {
    fn default() -> Self {
        Self::Count(1)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum TimesText {
    Count(u32),
    Word(Forever),
}

#[derive(Serialize, Deserialize)]
enum Forever {
    #[serde(rename = "forever")]
    Forever,
}

impl From<TimesText> for Times {
    fn from(text: TimesText) -> Self {
        match text {
            TimesText::Count(count) => Self::Count(count),
            TimesText::Word(Forever::Forever) => Self::Forever,
        }
    }
}

impl From<Times> for TimesText {
    fn from(times: Times) -> Self {
        match times {
            Times::Count(count) => Self::Count(count),
            Times::Forever => Self::Word(Forever::Forever),
        }
    }
}

/// What goes wrong. In JSON: `{"type": "latency", "ms": 500}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// The request is not done and answered with this status; without a code the body is empty, as TikTok's 5xx often are.
    Status {
        /// HTTP status, 200 to 599.
        http: u16,
        /// `error.code`, or `error` of the OAuth endpoints.
        #[serde(default)]
        code: Option<String>,
        /// What the error says.
        #[serde(default)]
        message: Option<String>,
    },
    /// The request waits so long before anything else happens; combines with other faults.
    Latency {
        /// Milliseconds.
        ms: u64,
    },
    /// The connection is dropped after so many bytes of the body; the request is not done.
    CutAfter {
        /// Bytes of the request's body.
        bytes: u64,
    },
    /// The request is done; the connection is dropped instead of answering.
    LostAnswer,
    /// The request is done; the answer takes so long.
    LateAnswer {
        /// Milliseconds.
        ms: u64,
    },
    /// The request is done; the answer is JSON that ends in the middle.
    MalformedJson,
    /// The request is not done and answered 429 `rate_limit_exceeded`.
    RateLimit {
        /// Seconds for a `Retry-After` header, if there shall be one.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// A publish that starts meanwhile ends `FAILED` with this reason. For `init` and `inbox_init`; only an init that
    /// is accepted counts.
    FailWith {
        /// A `fail_reason`.
        reason: String,
    },
    /// A publish that starts meanwhile stays in `PROCESSING_UPLOAD` for good. Counts like `FailWith`.
    StuckProcessing,
}

impl FaultKind {
    fn concerns_publish(&self) -> bool {
        matches!(self, Self::FailWith { .. } | Self::StuckProcessing)
    }
}

/// Names a fault that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FaultId(pub u64);

/// A fault in the book, with what it did so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveFault {
    /// Its name.
    pub id: FaultId,
    /// What was asked for.
    pub fault: Fault,
    /// Requests of its operation seen since it was added (for publish faults: accepted inits).
    pub seen: u32,
    /// How often it happened.
    pub hits: u32,
}

impl ActiveFault {
    /// Whether it will never happen again.
    pub fn is_spent(&self) -> bool {
        matches!(self.fault.times, Times::Count(count) if self.hits >= count)
    }

    /// Counts one request and says whether the fault is due on it.
    fn sees(&mut self) -> bool {
        let due = self.seen >= self.fault.skip && !self.is_spent();
        self.seen = self.seen.saturating_add(1);
        due
    }
}

/// What the faults demand for one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) delay: Duration,
    pub(crate) kind: Option<FaultKind>,
    pub(crate) fault: Option<FaultId>,
}

/// All faults in the order they were added.
#[derive(Debug, Default)]
pub(crate) struct FaultBook {
    faults: Vec<ActiveFault>,
    last: u64,
}

impl FaultBook {
    pub(crate) fn add(&mut self, fault: Fault) -> FaultId {
        self.last += 1;
        let id = FaultId(self.last);
        self.faults.push(ActiveFault {
            id,
            fault,
            seen: 0,
            hits: 0,
        });
        id
    }

    pub(crate) fn list(&self) -> Vec<ActiveFault> {
        self.faults.clone()
    }

    pub(crate) fn remove(&mut self, id: FaultId) -> bool {
        let before = self.faults.len();
        self.faults.retain(|active| active.id != id);
        before != self.faults.len()
    }

    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    /// What happens to a request of this operation: all latencies that are due, and the first other fault.
    pub(crate) fn on_request(&mut self, operation: Operation) -> Verdict {
        let mut verdict = Verdict::default();
        for active in &mut self.faults {
            if active.fault.operation != operation
                || active.fault.kind.concerns_publish()
                || !active.sees()
            {
                continue;
            }
            if let FaultKind::Latency { ms } = active.fault.kind {
                verdict.delay += Duration::from_millis(ms);
                verdict.fault.get_or_insert(active.id);
            } else if verdict.kind.is_none() {
                verdict.kind = Some(active.fault.kind.clone());
                verdict.fault = Some(active.id);
            } else {
                continue;
            }
            active.hits = active.hits.saturating_add(1);
        }
        verdict
    }

    /// What an accepted init of this operation is doomed to, if anything.
    pub(crate) fn on_publish(&mut self, operation: Operation) -> Option<FaultKind> {
        let mut doom = None;
        for active in &mut self.faults {
            if active.fault.operation == operation
                && active.fault.kind.concerns_publish()
                && active.sees()
                && doom.is_none()
            {
                doom = Some(active.fault.kind.clone());
                active.hits = active.hits.saturating_add(1);
            }
        }
        doom
    }
}

#[cfg(test)]
mod tests;
