//! Fault points: named points at which a test stops the process or makes a store fail.
//!
//! In a release build a fault point does nothing. In a debug build it follows `FAILPOINTS` after a test has called
//! `fail::FailScenario::setup`; the app never does.

/// All groups. A point outside of them does not compile, and a point that no run meets fails a test.
const GROUPS: &[&[&str]] = &[POST, REFRESH, KEY];

/// Fault points of a post, in the order of its lifecycle.
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

/// Fault points of new tokens: when an account is connected or refreshed.
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

/// Fault points of a change of the vault's key, in order.
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

/// Declares a fault point: `fault_point!("send.init.before")`. With an error, the action `return` makes the function
/// return that error: `fault_point!("posts.commit.before", fault::disk_full())`.
#[macro_export]
macro_rules! fault_point {
    ($name:literal) => {
        const _: () = assert!(
            $crate::fault_points::is_listed($name),
            "list it in a group of fault_points"
        );
        #[cfg(debug_assertions)]
        $crate::fault_points::fail::fail_point!($name);
    };
    ($name:literal, $error:expr) => {
        const _: () = assert!(
            $crate::fault_points::is_listed($name),
            "list it in a group of fault_points"
        );
        #[cfg(debug_assertions)]
        $crate::fault_points::fail::fail_point!($name, |_| Err($error.into()));
    };
}
#[doc(hidden)]
#[cfg(debug_assertions)]
pub use fail;
pub use fault_point;

/// Whether a name is in a group.
pub const fn is_listed(name: &str) -> bool {
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

/// A comparison of slices is not const, so it is done byte by byte.
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
    fn names_are_unique_and_follow_the_scheme() {
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
