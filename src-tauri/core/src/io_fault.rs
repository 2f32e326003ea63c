//! The kinds of faults of files, folders and ports that creators are told about.

use std::io::{Error, ErrorKind};

use crate::views::Message;

pub(crate) mod text {
    //! The texts about faults.

    crate::texts! {
        pub(crate) static TEXTS;
        message fault = "io.fault" (kind: text);
    }
}

/// The kind of an error of the system. Stored by name where the reason of a state is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IoFault {
    /// The file or folder does not exist.
    Missing,
    /// The system denies access.
    Denied,
    /// The disk is read-only.
    ReadOnly,
    /// The disk or the quota is full.
    Full,
    /// Another program uses the file or port.
    Busy,
    /// The drive or network does not answer.
    Silent,
    /// Any other error, which only the log names.
    Other,
}

impl IoFault {
    const ALL: [Self; 7] = [
        Self::Missing,
        Self::Denied,
        Self::ReadOnly,
        Self::Full,
        Self::Busy,
        Self::Silent,
        Self::Other,
    ];

    /// The stable name, for storage and for the choice of texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Denied => "denied",
            Self::ReadOnly => "read_only",
            Self::Full => "full",
            Self::Busy => "busy",
            Self::Silent => "silent",
            Self::Other => "other",
        }
    }

    /// The fault that is stored as `stored`: its name, or the text of the error, which older versions stored.
    pub fn from_stored(stored: &str) -> Self {
        let named = Self::ALL.into_iter().find(|it| it.as_str() == stored);
        named.unwrap_or_else(|| {
            let code = stored
                .rsplit_once("(os error ")
                .and_then(|(_, code)| code.trim_end_matches(')').parse().ok());
            match code {
                Some(code) => Self::from(Error::from_raw_os_error(code).kind()),
                None => KINDS
                    .into_iter()
                    .find(|kind| kind.to_string() == stored)
                    .map_or(Self::Other, Self::from),
            }
        })
    }

    /// The fault as part of a sentence.
    pub fn message(self) -> Message {
        text::fault(self.as_str())
    }
}

/// The kinds of errors that creators are told apart.
const KINDS: [ErrorKind; 15] = [
    ErrorKind::NotFound,
    ErrorKind::PermissionDenied,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::StorageFull,
    ErrorKind::QuotaExceeded,
    ErrorKind::WriteZero,
    ErrorKind::ResourceBusy,
    ErrorKind::ExecutableFileBusy,
    ErrorKind::AddrInUse,
    ErrorKind::TimedOut,
    ErrorKind::HostUnreachable,
    ErrorKind::NetworkUnreachable,
    ErrorKind::NetworkDown,
    ErrorKind::NotConnected,
    ErrorKind::StaleNetworkFileHandle,
];

impl From<ErrorKind> for IoFault {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::NotFound => Self::Missing,
            ErrorKind::PermissionDenied => Self::Denied,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::WriteZero => Self::Full,
            ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy | ErrorKind::AddrInUse => {
                Self::Busy
            }
            ErrorKind::TimedOut
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::NotConnected
            | ErrorKind::StaleNetworkFileHandle => Self::Silent,
            _ => Self::Other,
        }
    }
}

impl From<&Error> for IoFault {
    fn from(error: &Error) -> Self {
        error.kind().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_name_is_read_back() {
        for fault in IoFault::ALL {
            assert_eq!(IoFault::from_stored(fault.as_str()), fault);
        }
    }

    #[test]
    fn every_kind_is_told_apart() {
        for kind in KINDS {
            assert_ne!(IoFault::from(kind), IoFault::Other, "{kind}");
        }
    }

    #[test]
    fn texts_that_older_versions_stored_are_recognised() {
        for (stored, fault) in [
            ("permission denied", IoFault::Denied),
            ("entity not found", IoFault::Missing),
            ("an error nobody knows", IoFault::Other),
        ] {
            assert_eq!(IoFault::from_stored(stored), fault, "{stored}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn texts_with_the_systems_number_are_recognised() {
        for (stored, fault) in [
            ("Permission denied (os error 13)", IoFault::Denied),
            ("No space left on device (os error 28)", IoFault::Full),
            ("Input/output error (os error 5)", IoFault::Other),
        ] {
            assert_eq!(IoFault::from_stored(stored), fault, "{stored}");
        }
    }
}
