//! [`Debouncer`]: decides when a file has stopped changing, so that it can be ingested.
//!
//! However many events a file causes, it is due once after it has been unchanged for the settle time. A pure state
//! machine: callers pass in the observed stats and the time.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use super::file_stat::FileStat;

/// The time for which a truncated file may stay unchanged before it is skipped.
pub(super) const TRUNCATED_TIMEOUT: Duration = Duration::from_mins(5);

/// The undecided files of a folder, by their paths in the folder.
#[derive(Debug, Default)]
pub(super) struct Debouncer {
    files: BTreeMap<String, PendingFile>,
}

/// An undecided file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PendingFile {
    pub(super) stat: FileStat,
    pub(super) stage: Stage,
    /// When the file was first observed with this stat.
    pub(super) seen_at: Timestamp,
    /// The uptime at which the stage began.
    since: Duration,
}

/// The condition that a file waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The file must stay unchanged for the settle time, and be closed.
    Stability,
    /// The file is truncated; its end must arrive.
    End,
    /// The sidecar must appear.
    Sidecar,
}

impl Debouncer {
    /// Records the stat of a file. Returns true if the file is new or changed.
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

    /// Removes a file that is decided or gone. Returns true if it was present.
    pub(super) fn remove(&mut self, path: &str) -> bool {
        self.files.remove(path).is_some()
    }

    /// Keeps only the files for which `is_there` returns true.
    pub(super) fn retain(&mut self, is_there: impl Fn(&str) -> bool) {
        self.files.retain(|path, _| is_there(path));
    }

    /// Moves a file to `stage` because it was not finished when it was read with this stat.
    pub(super) fn defer(&mut self, path: &str, stat: &FileStat, stage: Stage, uptime: Duration) {
        if let Some(entry) = self.files.get_mut(path)
            && entry.stat == *stat
            // The timeout of a truncated file runs from the first time that it was found truncated.
            && !(stage == Stage::End && entry.stage == Stage::End)
        {
            (entry.stage, entry.since) = (stage, uptime);
        }
    }

    /// Returns the files that were unchanged for `settle`, and those whose timeout for truncated files expired.
    pub(super) fn due(&self, uptime: Duration, settle: Duration) -> Vec<(String, PendingFile)> {
        self.files
            .iter()
            .filter(|(_, entry)| entry.due_at(settle).is_some_and(|at| at <= uptime))
            .map(|(path, entry)| (path.clone(), entry.clone()))
            .collect()
    }

    /// Returns the uptime at which the next file is due, if nothing changes.
    pub(super) fn next_due(&self, settle: Duration) -> Option<Duration> {
        self.files
            .values()
            .filter_map(|entry| entry.due_at(settle))
            .min()
    }

    /// Returns the last stat of an undecided file.
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
            // A new sidecar changes the stat, which starts the stage for stability.
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
    fn a_file_is_due_once_it_is_stable() {
        let mut debouncer = Debouncer::default();
        let now = Timestamp::UNIX_EPOCH;
        assert!(debouncer.observe("a", stat(1), secs(10), now));
        assert!(debouncer.observe("a", stat(2), secs(12), now));
        assert!(!debouncer.observe("a", stat(2), secs(14), now));
        assert!(due(&debouncer, 14).is_empty());
        assert_eq!(debouncer.next_due(SETTLE), Some(secs(15)));
        assert_eq!(due(&debouncer, 15), ["a"]);

        // A process has it open: the settle time starts again.
        debouncer.defer("a", &stat(2), Stage::Stability, secs(15));
        assert!(due(&debouncer, 17).is_empty());
        assert_eq!(due(&debouncer, 18), ["a"]);

        debouncer.defer("a", &stat(2), Stage::End, secs(18));
        assert!(due(&debouncer, 300).is_empty());
        debouncer.defer("a", &stat(2), Stage::End, secs(300));
        assert_eq!(due(&debouncer, 318), ["a"], "the timeout is not renewed");

        debouncer.defer("a", &stat(1), Stage::Sidecar, secs(318));
        assert_eq!(due(&debouncer, 318), ["a"], "the stat changed meanwhile");
        debouncer.defer("a", &stat(2), Stage::Sidecar, secs(318));
        assert_eq!(debouncer.next_due(SETTLE), None);
        debouncer.observe("a", stat(3), secs(400), now);
        assert_eq!(due(&debouncer, 403), ["a"]);
        assert!(debouncer.remove("a") && !debouncer.remove("a"));
    }

    proptest! {
        /// For any sequence of operations, no file is due that changed within the settle time, and no file is lost.
        #[test]
        fn only_stable_files_are_due(
            operations in prop::collection::vec((0..4_usize, 0..3_u64, 0..5_u64, 0..6_u8), 1..200),
        ) {
            let mut debouncer = Debouncer::default();
            let mut changed: BTreeMap<String, (Duration, u64)> = BTreeMap::new();
            let mut uptime = Duration::ZERO;
            for (file, size, pass, operation) in operations {
                uptime += secs(pass);
                let path = format!("{file}.mp4");
                match operation {
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
