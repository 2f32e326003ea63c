//! Request outcomes as the circuit breaker counts them.

use std::time::Duration;

use tiktok_api::{Error, ServiceState};

/// The outcome of a request for the health of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It answered. A refusal is an answer too.
    Answered,
    /// It did not answer: no connection, a broken connection, or a timeout.
    Silent,
    /// It answered with a server error.
    Faulted {
        /// The server's `Retry-After`.
        retry_after: Option<Duration>,
    },
}

impl Outcome {
    /// Classifies a result by the failure table. Returns `None` if no request was sent or the fault was local.
    pub fn of<T>(result: &Result<T, Error>) -> Option<Self> {
        match result {
            Ok(_) => Some(Self::Answered),
            Err(error) => Self::of_error(error),
        }
    }

    fn of_error(error: &Error) -> Option<Self> {
        match error.meaning().service {
            ServiceState::NoEvidence => None,
            ServiceState::Silent => Some(Self::Silent),
            ServiceState::Answered => Some(Self::Answered),
            ServiceState::Faulted => Some(Self::Faulted {
                retry_after: error.retry_after(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use tiktok_api::{ErrorCode, NetworkKind, Operation};

    use super::*;

    const MINUTE: Option<Duration> = Some(Duration::from_mins(1));

    fn of(error: Error) -> Option<Outcome> {
        Outcome::of::<()>(&Err(error))
    }

    fn api(http: u16, code: ErrorCode) -> Error {
        Error::Api {
            operation: Operation::FetchStatus,
            http,
            code,
            message: String::new(),
            log_id: None,
            retry_after: MINUTE,
        }
    }

    fn malformed(http: u16) -> Error {
        Error::Malformed {
            operation: Operation::FetchStatus,
            http,
            detail: String::new(),
        }
    }

    #[test]
    fn refusals_count_as_answers() {
        assert_eq!(Outcome::of(&Ok(())), Some(Outcome::Answered));
        for error in [
            api(429, ErrorCode::RateLimitExceeded),
            api(401, ErrorCode::AccessTokenInvalid),
            api(403, ErrorCode::SpamRisk),
            api(500, ErrorCode::InvalidParam),
            api(418, ErrorCode::Other("new".into())),
            malformed(404),
            Error::Transfer { http: 416 },
            Error::Server {
                operation: Operation::PutChunk,
                http: 429,
                retry_after: MINUTE,
            },
        ] {
            let text = error.to_string();
            assert_eq!(of(error), Some(Outcome::Answered), "{text}");
        }
    }

    #[test]
    fn server_errors_carry_retry_after() {
        let server = Error::Server {
            operation: Operation::PutChunk,
            http: 503,
            retry_after: MINUTE,
        };
        for error in [
            api(200, ErrorCode::InternalError),
            api(502, ErrorCode::Other("new".into())),
            server,
        ] {
            let text = error.to_string();
            let faulted = Outcome::Faulted {
                retry_after: MINUTE,
            };
            assert_eq!(of(error), Some(faulted), "{text}");
        }
        for http in [200, 302, 407, 408, 502] {
            let faulted = Outcome::Faulted { retry_after: None };
            assert_eq!(of(malformed(http)), Some(faulted), "{http}");
        }
    }

    #[test]
    fn timeouts_count_against_the_host_and_local_errors_do_not() {
        for kind in [
            NetworkKind::Connect,
            NetworkKind::Timeout,
            NetworkKind::Interrupted,
            NetworkKind::Other,
        ] {
            let error = Error::Network {
                operation: Operation::PutChunk,
                kind,
                source: "test".into(),
            };
            assert_eq!(of(error), Some(Outcome::Silent), "{kind}");
        }
        assert_eq!(
            of(Error::BodyShort {
                expected: 2,
                got: 1
            }),
            None
        );
        assert_eq!(of(Error::Body(std::io::Error::other("test"))), None);
    }
}
