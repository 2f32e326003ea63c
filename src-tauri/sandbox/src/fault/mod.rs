//! Fault injection: the faults that tests or people add, and the registry that applies them to requests.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::operation::Operation;

/// A fault to inject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The affected operation.
    pub operation: Operation,
    /// Number of times that the fault occurs.
    #[serde(default)]
    pub times: Times,
    /// Number of unaffected requests of the operation before the first occurrence, counted from the moment the fault is
    /// added. Other faults do not change the count.
    #[serde(default)]
    pub skip: u32,
    /// The kind of fault.
    pub kind: FaultKind,
}

impl Fault {
    /// Creates a fault that affects only the next request.
    pub fn once(operation: Operation, kind: FaultKind) -> Self {
        Self {
            operation,
            times: Times::Count(1),
            skip: 0,
            kind,
        }
    }

    /// Creates a fault that lasts until it is removed.
    pub fn forever(operation: Operation, kind: FaultKind) -> Self {
        Self {
            operation,
            times: Times::Forever,
            skip: 0,
            kind,
        }
    }

    /// Sets the number of occurrences to `count`.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        Self {
            times: Times::Count(count),
            ..self
        }
    }

    /// Sets the number of unaffected requests before the first occurrence to `count`.
    #[must_use]
    pub fn after(self, count: u32) -> Self {
        Self {
            skip: count,
            ..self
        }
    }
}

/// The number of times that a fault occurs: a number, or `"forever"` in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "TimesText", into = "TimesText")]
pub enum Times {
    /// A fixed number of times.
    Count(u32),
    /// Until the fault is removed.
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

/// A kind of fault. In JSON: `{"type": "latency", "ms": 500}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// The request is not processed; the response has this status. Without a code the body is empty, as in many of
    /// TikTok's 5xx responses.
    Status {
        /// HTTP status, 200 to 599.
        http: u16,
        /// `error.code`, or `error` of the OAuth endpoints.
        #[serde(default)]
        code: Option<String>,
        /// The error message.
        #[serde(default)]
        message: Option<String>,
    },
    /// The request is delayed before processing. Combines with other faults.
    Latency {
        /// Milliseconds.
        ms: u64,
    },
    /// The connection is closed after this many bytes of the body; the request is not processed.
    CutAfter {
        /// Bytes of the request body.
        bytes: u64,
    },
    /// The request is processed; the connection is closed instead of sending the response.
    LostAnswer,
    /// The request is processed; the response is delayed.
    LateAnswer {
        /// Milliseconds.
        ms: u64,
    },
    /// The request is processed; the response is truncated JSON.
    MalformedJson,
    /// The request is not processed; the response is 429 `rate_limit_exceeded`.
    RateLimit {
        /// Seconds in the `Retry-After` header, or `None` for no header.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// The next publish ends as `FAILED` with this reason. Applies to `init` and `inbox_init`; only accepted inits
    /// count.
    FailWith {
        /// The `fail_reason`.
        reason: String,
    },
    /// The next publish stays in `PROCESSING_UPLOAD` forever. Counts like `FailWith`.
    StuckProcessing,
}

impl FaultKind {
    fn concerns_publish(&self) -> bool {
        matches!(self, Self::FailWith { .. } | Self::StuckProcessing)
    }
}

/// The id of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FaultId(pub u64);

/// A fault in the registry, with its counters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveFault {
    /// The id.
    pub id: FaultId,
    /// The fault.
    pub fault: Fault,
    /// Requests of the operation since the fault was added; accepted inits for publish faults.
    pub seen: u32,
    /// Number of occurrences.
    pub hits: u32,
}

impl ActiveFault {
    /// Returns whether the fault has occurred for the last time.
    pub fn is_spent(&self) -> bool {
        matches!(self.fault.times, Times::Count(count) if self.hits >= count)
    }

    /// Counts one request and returns whether the fault affects it.
    fn count_request(&mut self) -> bool {
        let is_due = self.seen >= self.fault.skip && !self.is_spent();
        self.seen = self.seen.saturating_add(1);
        is_due
    }
}

/// The effect of the faults on one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AppliedFaults {
    pub(crate) delay: Duration,
    pub(crate) kind: Option<FaultKind>,
    pub(crate) fault: Option<FaultId>,
}

/// All faults in the order they were added.
#[derive(Debug, Default)]
pub(crate) struct FaultRegistry {
    faults: Vec<ActiveFault>,
    last: u64,
}

impl FaultRegistry {
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

    /// Applies the faults to a request: adds up all due latencies and selects the first other due fault.
    pub(crate) fn on_request(&mut self, operation: Operation) -> AppliedFaults {
        let mut applied = AppliedFaults::default();
        for active in &mut self.faults {
            if active.fault.operation != operation
                || active.fault.kind.concerns_publish()
                || !active.count_request()
            {
                continue;
            }
            if let FaultKind::Latency { ms } = active.fault.kind {
                applied.delay += Duration::from_millis(ms);
                applied.fault.get_or_insert(active.id);
            } else if applied.kind.is_none() {
                applied.kind = Some(active.fault.kind.clone());
                applied.fault = Some(active.id);
            } else {
                continue;
            }
            active.hits = active.hits.saturating_add(1);
        }
        applied
    }

    /// Returns the fault that affects an accepted init, if any.
    pub(crate) fn on_publish(&mut self, operation: Operation) -> Option<FaultKind> {
        let mut effect = None;
        for active in &mut self.faults {
            if active.fault.operation == operation
                && active.fault.kind.concerns_publish()
                && active.count_request()
                && effect.is_none()
            {
                effect = Some(active.fault.kind.clone());
                active.hits = active.hits.saturating_add(1);
            }
        }
        effect
    }
}

#[cfg(test)]
mod tests;
