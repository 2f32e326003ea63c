//! What became of the database: damage, restored backups, disks that take nothing.

use slipway_core::{
    notice::{Explain, moment, notice},
    views::Notice,
};

use crate::database::{DatabaseFault, Restored};

/// No backup could be made, for this reason.
#[derive(Debug)]
pub struct BackupFailed(pub DatabaseFault);

impl Explain for DatabaseFault {
    fn explain(&self) -> Notice {
        const KEPT: &str = "Nothing was changed. What is stored stays as it is, and uploads go on when there is room again.";
        match self {
            Self::Full => notice(
                "database.full",
                "Your disk is full, so Slipway could not store the change.",
                KEPT,
                "Free some space, then try again.",
            ),
            Self::ReadOnly => notice(
                "database.read_only",
                "Slipway may not write to its database any more.",
                "Nothing was changed. What is stored stays as it is, and uploads go on when it can be written again.",
                "Check that the disk is connected and can be written, then try again.",
            ),
            Self::Refused => notice(
                "database.refused",
                "Your disk did not take the change. It may be full, over its quota, or failing.",
                KEPT,
                "Free some space and check the disk, then try again.",
            ),
            Self::Busy => notice(
                "database.busy",
                "Another program has Slipway’s database open.",
                "Nothing was changed.",
                "Close that program, then try again.",
            ),
            Self::Damaged => notice(
                "database.unreadable",
                "Something in Slipway’s database cannot be read.",
                "Slipway leaves it as it is. At the next start it checks everything, and takes the newest backup if it must.",
                "Quit Slipway and start it again.",
            ),
            Self::Other => notice(
                "database.failed",
                "Slipway’s database did not take the change.",
                "Slipway stays where it was.",
                "Try again. If it stays so, quit Slipway and start it again.",
            ),
        }
    }
}

impl Explain for Restored {
    fn explain(&self) -> Notice {
        let from = moment(self.from);
        let (happened, kept) = match &self.set_aside {
            Some(path) => (
                "Slipway’s database was damaged",
                format!(" The damaged file is kept at {path}."),
            ),
            None => ("Slipway’s database was gone", String::new()),
        };
        notice(
            "database.restored",
            format!(
                "{happened}, so the backup of {from} was restored. What you did after that is not in it."
            ),
            format!(
                "Posts that were on their way are paused, because they may have been published since.{kept}"
            ),
            "Look at your profiles before you let a post go on or send one again.",
        )
    }
}

impl Explain for BackupFailed {
    fn explain(&self) -> Notice {
        let why = match self.0 {
            DatabaseFault::Full => "the disk is full",
            DatabaseFault::ReadOnly => "its folder cannot be written",
            DatabaseFault::Damaged => "something in the database cannot be read",
            DatabaseFault::Refused | DatabaseFault::Busy | DatabaseFault::Other => {
                "the disk did not take it"
            }
        };
        notice(
            "database.backup_failed",
            format!("Slipway could not back up its database: {why}."),
            "Slipway goes on, keeps the backups that it has, and tries again within the hour.",
            "Check that the disk with Slipway’s data has space and is well.",
        )
    }
}
