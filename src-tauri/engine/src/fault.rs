//! Points between two steps of a post's way at which a test may stop the process or make a store fail.
//!
//! Without the feature `fault-points` a point is nothing at all. With it, a point does what `FAILPOINTS` says, once
//! somebody asked for that through `fail::FailScenario`; nothing that creators run does.

/// Every point, in the order in which a post meets them. A point that is not listed here does not compile, and one
/// that no post meets fails a test.
pub const ALL: &[&str] = &[
    "line.due.before",
    "line.due.after",
    "prepare.check.before",
    "prepare.check.after",
    "prepare.creator.before",
    "prepare.creator.after",
    "prepare.init.before",
    "prepare.init.after",
    "prepare.started.before",
    "prepare.started.after",
    "send.chunk.before",
    "send.chunk.after",
    "send.bytes.before",
    "send.bytes.after",
    "send.all_sent.before",
    "send.all_sent.after",
    "watch.status.before",
    "watch.status.after",
    "watch.finish.before",
    "watch.finish.after",
    "posts.commit.before",
    "posts.commit.after",
    "recover.status.before",
    "recover.status.after",
    "recover.follow.after",
];

/// A point between two steps: `fault_point!("send.init.before")`. With an error, `return` as its action gives that
/// error back from the function: `fault_point!("posts.commit.before", fault::disk_full())`.
macro_rules! fault_point {
    ($name:literal) => {
        const _: () = assert!($crate::fault::is_listed($name), "list it in fault::ALL");
        #[cfg(feature = "fault-points")]
        ::fail::fail_point!($name);
    };
    ($name:literal, $error:expr) => {
        const _: () = assert!($crate::fault::is_listed($name), "list it in fault::ALL");
        #[cfg(feature = "fault-points")]
        ::fail::fail_point!($name, |_| Err($error.into()));
    };
}
pub(crate) use fault_point;

/// What a store says when the disk is full.
#[cfg(feature = "fault-points")]
pub(crate) fn disk_full() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::StorageFull.into())
}

/// Whether a name is in [`ALL`]; slices cannot be compared when compiling, so byte by byte.
pub(crate) const fn is_listed(name: &str) -> bool {
    let name = name.as_bytes();
    let mut place = 0;
    while place < ALL.len() {
        let listed = ALL[place].as_bytes();
        let mut at = 0;
        while at < name.len() && at < listed.len() && name[at] == listed[at] {
            at += 1;
        }
        if at == name.len() && at == listed.len() {
            return true;
        }
        place += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_named_once_and_by_the_rule() {
        for (place, name) in ALL.iter().enumerate() {
            assert!(is_listed(name) && !ALL[..place].contains(name), "{name}");
            let parts: Vec<&str> = name.split('.').collect();
            assert!(parts.len() >= 2, "{name} is not area.step.before|after");
            assert!(
                matches!(parts.last(), Some(&("before" | "after"))),
                "{name}"
            );
        }
        assert!(!is_listed("") && !is_listed("send"));
    }
}
