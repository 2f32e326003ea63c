//! Points between two steps at which a test may stop the process or make a store fail.
//!
//! A release build has no points: the macro expands to nothing without `debug_assertions`. In a debug build a point acts as
//! `FAILPOINTS` says, once a test calls `fail::FailScenario::setup`. Slipway itself never does.

/// Every group. A point that is in none of them does not compile, and one that nothing meets fails a test.
const GROUPS: &[&[&str]] = &[POST, REFRESH, KEY];

/// Points on a post's way, in the order in which a post meets them.
pub const POST: &[&str] = &[
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

/// Points at which new tokens are asked for and stored: when an account is connected, and when it is refreshed.
pub const REFRESH: &[&str] = &[
    "connect.store.before",
    "connect.store.after",
    "refresh.mark.before",
    "refresh.mark.after",
    "refresh.ask.before",
    "refresh.ask.after",
    "refresh.store.before",
    "refresh.store.after",
];

/// Points of a change of the vault's key, in their order.
pub const KEY: &[&str] = &[
    "vault.next.before",
    "vault.next.after",
    "vault.commit.before",
    "vault.commit.after",
    "vault.backup.before",
    "vault.backup.after",
    "vault.promote.before",
    "vault.promote.after",
    "vault.tidy.before",
    "vault.tidy.after",
];

/// A point between two steps: `fault_point!("send.init.before")`. With an error, `return` as its action gives that
/// error back from the function: `fault_point!("posts.commit.before", fault::disk_full())`.
macro_rules! fault_point {
    ($name:literal) => {
        const _: () = assert!(
            $crate::fault::is_listed($name),
            "list it in a group of fault"
        );
        #[cfg(debug_assertions)]
        $crate::fault::fail_point!($name);
    };
    ($name:literal, $error:expr) => {
        const _: () = assert!(
            $crate::fault::is_listed($name),
            "list it in a group of fault"
        );
        #[cfg(debug_assertions)]
        $crate::fault::fail_point!($name, |_| Err($error.into()));
    };
}
pub(crate) use fault_point;

#[cfg(debug_assertions)]
pub(crate) use ::fail::fail_point;

/// What a store says when the disk is full.
#[cfg(debug_assertions)]
pub(crate) fn disk_full() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::StorageFull.into())
}

/// Whether a name is in one of the [`GROUPS`].
pub(crate) const fn is_listed(name: &str) -> bool {
    let mut group = 0;
    while group < GROUPS.len() {
        let mut place = 0;
        while place < GROUPS[group].len() {
            if same(GROUPS[group][place].as_bytes(), name.as_bytes()) {
                return true;
            }
            place += 1;
        }
        group += 1;
    }
    false
}

/// Slices cannot be compared when compiling, so byte by byte.
const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_named_once_and_by_the_rule() {
        let all: Vec<&str> = GROUPS.iter().copied().flatten().copied().collect();
        for (place, name) in all.iter().enumerate() {
            assert!(is_listed(name) && !all[..place].contains(name), "{name}");
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
