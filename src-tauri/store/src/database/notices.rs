//! Notices about the database: damage, restored backups, full disks.

use slipway_core::{clock, notice::Explain, views::Notice};

use super::{DatabaseFault, Restored};

pub(crate) mod text {
    //! The texts about the database.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice full = "database.full";
        notice read_only = "database.read_only";
        notice refused = "database.refused";
        notice busy = "database.busy" (path: text);
        notice unreadable = "database.unreadable";
        notice failed = "database.failed";
        notice restored = "database.restored" (from: moment, kept: text);
        notice backup_failed = "database.backup_failed" (why: text);
    }
}

/// No backup could be made, for this reason.
#[derive(Debug)]
pub struct BackupFailed(pub DatabaseFault);

/// For a database that another program has open, at this place if it is known.
pub(super) fn busy(path: Option<String>) -> Notice {
    text::busy(path.unwrap_or_else(|| "none".to_owned()))
}

impl Explain for DatabaseFault {
    fn explain(&self) -> Notice {
        match self {
            Self::Full => text::full(),
            Self::ReadOnly => text::read_only(),
            Self::Refused => text::refused(),
            Self::Busy => busy(None),
            Self::Damaged => text::unreadable(),
            Self::Other => text::failed(),
        }
    }
}

impl Explain for Restored {
    fn explain(&self) -> Notice {
        let kept = self.set_aside.as_deref().unwrap_or("none");
        text::restored(clock::from_millis(self.from), kept)
    }
}

impl Explain for BackupFailed {
    fn explain(&self) -> Notice {
        text::backup_failed(match self.0 {
            DatabaseFault::Full => "full",
            DatabaseFault::ReadOnly => "read_only",
            DatabaseFault::Damaged => "damaged",
            DatabaseFault::Refused | DatabaseFault::Busy | DatabaseFault::Other => "refused",
        })
    }
}
