//! When a file that comes into a folder is finished: a state machine that is told what was seen and when, and says
//! which files are still enough to be looked into. It knows neither disk nor clock.
//!
//! It takes the place of a debouncer: however many events a file causes, it is looked into once it has been still.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use super::file_stat::Look;

/// How long a file may end in the middle of its video before that is told as a fault.
pub(super) const CUT_PATIENCE: Duration = Duration::from_mins(5);

/// Files that are not decided yet, by their paths in the folder.
#[derive(Debug, Default)]
pub(super) struct Settling {
    files: BTreeMap<String, Entry>,
}

/// A file that is not decided yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) look: Look,
    pub(super) stage: Stage,
    /// When it was first seen as it is.
    pub(super) seen_at: Timestamp,
    /// Since which uptime it has been in its stage.
    since: Duration,
}

/// What a file waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// That it is still for long enough, and nobody has it open.
    Still,
    /// Its end: it stops in the middle of its video.
    End,
    /// Its side file.
    Side,
}

impl Settling {
    /// A file looks like this. Says whether that is news.
    pub(super) fn see(&mut self, path: &str, look: Look, uptime: Duration, now: Timestamp) -> bool {
        if self.files.get(path).is_some_and(|entry| entry.look == look) {
            return false;
        }
        let entry = Entry {
            look,
            stage: Stage::Still,
            seen_at: now,
            since: uptime,
        };
        self.files.insert(path.to_owned(), entry);
        true
    }

    /// A file is decided, or gone. Says whether it was here.
    pub(super) fn leave(&mut self, path: &str) -> bool {
        self.files.remove(path).is_some()
    }

    /// Only these are still there.
    pub(super) fn retain(&mut self, is_there: impl Fn(&str) -> bool) {
        self.files.retain(|path, _| is_there(path));
    }

    /// A file that looked like this when it was looked into is not finished, and waits for `stage` from now on.
    pub(super) fn wait(&mut self, path: &str, look: &Look, stage: Stage, uptime: Duration) {
        if let Some(entry) = self.files.get_mut(path)
            && entry.look == *look
            // The patience with a cut file runs from when it was first found to be cut.
            && !(stage == Stage::End && entry.stage == Stage::End)
        {
            (entry.stage, entry.since) = (stage, uptime);
        }
    }

    /// Files that have been still for `settle` and are to be looked into, and those that stayed cut for too long.
    pub(super) fn due(&self, uptime: Duration, settle: Duration) -> Vec<(String, Entry)> {
        self.files
            .iter()
            .filter(|(_, entry)| entry.due_at(settle).is_some_and(|at| at <= uptime))
            .map(|(path, entry)| (path.clone(), entry.clone()))
            .collect()
    }

    /// The uptime at which the next file is due, if nothing changes.
    pub(super) fn next(&self, settle: Duration) -> Option<Duration> {
        self.files
            .values()
            .filter_map(|entry| entry.due_at(settle))
            .min()
    }

    /// How a file looks that is not decided yet.
    pub(super) fn look(&self, path: &str) -> Option<Look> {
        self.files.get(path).map(|entry| entry.look)
    }

    pub(super) fn files(&self) -> impl Iterator<Item = (&String, &Entry)> {
        self.files.iter()
    }
}

impl Entry {
    fn due_at(&self, settle: Duration) -> Option<Duration> {
        match self.stage {
            Stage::Still => Some(self.since.saturating_add(settle)),
            Stage::End => Some(self.since.saturating_add(CUT_PATIENCE)),
            // It looks otherwise as soon as its side file is there.
            Stage::Side => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SETTLE: Duration = Duration::from_secs(3);

    fn look(size: u64) -> Look {
        Look {
            size,
            modified_ns: 7,
            inode: Some(1),
            side: None,
        }
    }

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn due(settling: &Settling, at: u64) -> Vec<String> {
        let due = settling.due(secs(at), SETTLE);
        due.into_iter().map(|(path, ..)| path).collect()
    }

    #[test]
    fn a_file_is_due_once_it_was_still_and_not_before() {
        let mut settling = Settling::default();
        let now = Timestamp::UNIX_EPOCH;
        assert!(settling.see("a", look(1), secs(10), now));
        assert!(settling.see("a", look(2), secs(12), now));
        assert!(!settling.see("a", look(2), secs(14), now));
        assert!(due(&settling, 14).is_empty());
        assert_eq!(settling.next(SETTLE), Some(secs(15)));
        assert_eq!(due(&settling, 15), ["a"]);

        // Somebody has it open: it must be still once more.
        settling.wait("a", &look(2), Stage::Still, secs(15));
        assert!(due(&settling, 17).is_empty());
        assert_eq!(due(&settling, 18), ["a"]);

        settling.wait("a", &look(2), Stage::End, secs(18));
        assert!(due(&settling, 300).is_empty());
        settling.wait("a", &look(2), Stage::End, secs(300));
        assert_eq!(due(&settling, 318), ["a"], "the patience is not renewed");

        settling.wait("a", &look(1), Stage::Side, secs(318));
        assert_eq!(due(&settling, 318), ["a"], "it looked otherwise by then");
        settling.wait("a", &look(2), Stage::Side, secs(318));
        assert_eq!(settling.next(SETTLE), None);
        settling.see("a", look(3), secs(400), now);
        assert_eq!(due(&settling, 403), ["a"]);
        assert!(settling.leave("a") && !settling.leave("a"));
    }

    proptest! {
        /// However files are written and looked at, none is due that was seen to change within the time to settle,
        /// and none is forgotten.
        #[test]
        fn only_what_was_still_is_due(
            deeds in prop::collection::vec((0..4_usize, 0..3_u64, 0..5_u64, 0..6_u8), 1..200),
        ) {
            let mut settling = Settling::default();
            let mut changed: BTreeMap<String, (Duration, u64)> = BTreeMap::new();
            let mut uptime = Duration::ZERO;
            for (file, size, pass, deed) in deeds {
                uptime += secs(pass);
                let path = format!("{file}.mp4");
                match deed {
                    0..3 => {
                        let news = settling.see(&path, look(size), uptime, Timestamp::UNIX_EPOCH);
                        let before = changed.get(&path).map(|(_, size)| *size);
                        prop_assert_eq!(news, before != Some(size));
                        if news {
                            changed.insert(path, (uptime, size));
                        }
                    }
                    3 => {
                        settling.leave(&path);
                        changed.remove(&path);
                    }
                    4 => settling.wait(&path, &look(size), Stage::End, uptime),
                    _ => settling.wait(&path, &look(size), Stage::Still, uptime),
                }
                for (path, entry) in settling.due(uptime, SETTLE) {
                    let (since, size) = changed[&path];
                    prop_assert!(uptime.saturating_sub(since) >= SETTLE);
                    prop_assert_eq!(entry.look.size, size);
                }
                prop_assert_eq!(settling.files().count(), changed.len());
                let later = uptime + CUT_PATIENCE + SETTLE;
                prop_assert_eq!(settling.due(later, SETTLE).len(), changed.len());
            }
        }
    }
}
