//! When a file that comes into a folder is finished: a state machine that is told what was seen and when, and says
//! which files are still enough to be looked into. It knows neither disk nor clock.
//!
//! It takes the place of a debouncer: however many events a file causes, it is looked into once it has been still.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use super::file_stat::FileStat;

/// How long a file may end in the middle of its video before that is told as a fault.
pub(super) const TRUNCATED_TIMEOUT: Duration = Duration::from_mins(5);

/// Files that are not decided yet, by their paths in the folder.
#[derive(Debug, Default)]
pub(super) struct Debouncer {
    files: BTreeMap<String, PendingFile>,
}

/// A file that is not decided yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PendingFile {
    pub(super) stat: FileStat,
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
    Stability,
    /// Its end: it stops in the middle of its video.
    End,
    /// Its side file.
    Sidecar,
}

impl Debouncer {
    /// A file looks like this. Says whether that is news.
    pub(super) fn observe(
        &mut self,
        path: &str,
        stat: FileStat,
        uptime: Duration,
        now: Timestamp,
    ) -> bool {
        if self.files.get(path).is_some_and(|entry| entry.stat == stat) {
            return false;
        }
        let entry = PendingFile {
            stat,
            stage: Stage::Stability,
            seen_at: now,
            since: uptime,
        };
        self.files.insert(path.to_owned(), entry);
        true
    }

    /// A file is decided, or gone. Says whether it was here.
    pub(super) fn remove(&mut self, path: &str) -> bool {
        self.files.remove(path).is_some()
    }

    /// Only these are still there.
    pub(super) fn retain(&mut self, is_there: impl Fn(&str) -> bool) {
        self.files.retain(|path, _| is_there(path));
    }

    /// A file that looked like this when it was looked into is not finished, and waits for `stage` from now on.
    pub(super) fn defer(&mut self, path: &str, stat: &FileStat, stage: Stage, uptime: Duration) {
        if let Some(entry) = self.files.get_mut(path)
            && entry.stat == *stat
            // The patience with a cut file runs from when it was first found to be cut.
            && !(stage == Stage::End && entry.stage == Stage::End)
        {
            (entry.stage, entry.since) = (stage, uptime);
        }
    }

    /// Files that have been still for `settle` and are to be looked into, and those that stayed cut for too long.
    pub(super) fn due(&self, uptime: Duration, settle: Duration) -> Vec<(String, PendingFile)> {
        self.files
            .iter()
            .filter(|(_, entry)| entry.due_at(settle).is_some_and(|at| at <= uptime))
            .map(|(path, entry)| (path.clone(), entry.clone()))
            .collect()
    }

    /// The uptime at which the next file is due, if nothing changes.
    pub(super) fn next_due(&self, settle: Duration) -> Option<Duration> {
        self.files
            .values()
            .filter_map(|entry| entry.due_at(settle))
            .min()
    }

    /// How a file looks that is not decided yet.
    pub(super) fn stat(&self, path: &str) -> Option<FileStat> {
        self.files.get(path).map(|entry| entry.stat)
    }

    pub(super) fn files(&self) -> impl Iterator<Item = (&String, &PendingFile)> {
        self.files.iter()
    }
}

impl PendingFile {
    fn due_at(&self, settle: Duration) -> Option<Duration> {
        match self.stage {
            Stage::Stability => Some(self.since.saturating_add(settle)),
            Stage::End => Some(self.since.saturating_add(TRUNCATED_TIMEOUT)),
            // It looks otherwise as soon as its side file is there.
            Stage::Sidecar => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SETTLE: Duration = Duration::from_secs(3);

    fn stat(size: u64) -> FileStat {
        FileStat {
            size,
            modified_ns: 7,
            inode: Some(1),
            sidecar: None,
        }
    }

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn due(debouncer: &Debouncer, at: u64) -> Vec<String> {
        let due = debouncer.due(secs(at), SETTLE);
        due.into_iter().map(|(path, ..)| path).collect()
    }

    #[test]
    fn a_file_is_due_once_it_was_still_and_not_before() {
        let mut debouncer = Debouncer::default();
        let now = Timestamp::UNIX_EPOCH;
        assert!(debouncer.observe("a", stat(1), secs(10), now));
        assert!(debouncer.observe("a", stat(2), secs(12), now));
        assert!(!debouncer.observe("a", stat(2), secs(14), now));
        assert!(due(&debouncer, 14).is_empty());
        assert_eq!(debouncer.next_due(SETTLE), Some(secs(15)));
        assert_eq!(due(&debouncer, 15), ["a"]);

        // Somebody has it open: it must be still once more.
        debouncer.defer("a", &stat(2), Stage::Stability, secs(15));
        assert!(due(&debouncer, 17).is_empty());
        assert_eq!(due(&debouncer, 18), ["a"]);

        debouncer.defer("a", &stat(2), Stage::End, secs(18));
        assert!(due(&debouncer, 300).is_empty());
        debouncer.defer("a", &stat(2), Stage::End, secs(300));
        assert_eq!(due(&debouncer, 318), ["a"], "the patience is not renewed");

        debouncer.defer("a", &stat(1), Stage::Sidecar, secs(318));
        assert_eq!(due(&debouncer, 318), ["a"], "it looked otherwise by then");
        debouncer.defer("a", &stat(2), Stage::Sidecar, secs(318));
        assert_eq!(debouncer.next_due(SETTLE), None);
        debouncer.observe("a", stat(3), secs(400), now);
        assert_eq!(due(&debouncer, 403), ["a"]);
        assert!(debouncer.remove("a") && !debouncer.remove("a"));
    }

    proptest! {
        /// However files are written and looked at, none is due that was seen to change within the time to settle,
        /// and none is forgotten.
        #[test]
        fn only_what_was_still_is_due(
            deeds in prop::collection::vec((0..4_usize, 0..3_u64, 0..5_u64, 0..6_u8), 1..200),
        ) {
            let mut debouncer = Debouncer::default();
            let mut changed: BTreeMap<String, (Duration, u64)> = BTreeMap::new();
            let mut uptime = Duration::ZERO;
            for (file, size, pass, deed) in deeds {
                uptime += secs(pass);
                let path = format!("{file}.mp4");
                match deed {
                    0..3 => {
                        let news = debouncer.observe(&path, stat(size), uptime, Timestamp::UNIX_EPOCH);
                        let before = changed.get(&path).map(|(_, size)| *size);
                        prop_assert_eq!(news, before != Some(size));
                        if news {
                            changed.insert(path, (uptime, size));
                        }
                    }
                    3 => {
                        debouncer.remove(&path);
                        changed.remove(&path);
                    }
                    4 => debouncer.defer(&path, &stat(size), Stage::End, uptime),
                    _ => debouncer.defer(&path, &stat(size), Stage::Stability, uptime),
                }
                for (path, entry) in debouncer.due(uptime, SETTLE) {
                    let (since, size) = changed[&path];
                    prop_assert!(uptime.saturating_sub(since) >= SETTLE);
                    prop_assert_eq!(entry.stat.size, size);
                }
                prop_assert_eq!(debouncer.files().count(), changed.len());
                let later = uptime + TRUNCATED_TIMEOUT + SETTLE;
                prop_assert_eq!(debouncer.due(later, SETTLE).len(), changed.len());
            }
        }
    }
}
