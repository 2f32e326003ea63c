//! Queues files from arguments or a second instance until the engine is open, and the results until the window
//! listens.

use std::path::PathBuf;

use parking_lot::Mutex;
use slipway_engine::views::AddedFile;

/// Files that the engine has not added yet, and results that the window has not received yet. None is ever dropped.
#[derive(Debug, Default)]
pub struct IncomingFiles(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Files that the engine has not added yet.
    queued: Vec<PathBuf>,
    /// Results that the window has not received yet.
    unsent: Vec<AddedFile>,
    /// True while the window listens to events.
    window_listens: bool,
}

impl IncomingFiles {
    /// Queues files until an engine is open.
    pub fn queue(&self, paths: Vec<PathBuf>) {
        self.0.lock().queued.extend(paths);
    }

    /// Takes the queued files, for an engine that is open.
    pub fn take_queued(&self) -> Vec<PathBuf> {
        std::mem::take(&mut self.0.lock().queued)
    }

    /// Takes results, and returns those to send to the window now. Returns `None` while it does not listen.
    pub fn results(&self, added: Vec<AddedFile>) -> Option<Vec<AddedFile>> {
        let mut inner = self.0.lock();
        if inner.window_listens {
            return (!added.is_empty()).then_some(added);
        }
        inner.unsent.extend(added);
        None
    }

    /// Records that the window listens, and returns the results that it has not received yet.
    pub fn window_starts_listening(&self) -> Option<Vec<AddedFile>> {
        let mut inner = self.0.lock();
        inner.window_listens = true;
        let unsent = std::mem::take(&mut inner.unsent);
        (!unsent.is_empty()).then_some(unsent)
    }

    /// Records that the window reloads, so that events sent to it now would be lost.
    pub fn window_stops_listening(&self) {
        self.0.lock().window_listens = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> AddedFile {
        AddedFile {
            file_name: name.to_owned(),
            post_id: None,
            notice: None,
        }
    }

    #[test]
    fn results_wait_for_the_window_and_are_sent_once() {
        let incoming_files = IncomingFiles::default();
        assert_eq!(incoming_files.results(vec![file("a")]), None);
        assert_eq!(incoming_files.results(vec![file("b")]), None);
        assert_eq!(
            incoming_files.window_starts_listening(),
            Some(vec![file("a"), file("b")])
        );
        assert_eq!(incoming_files.window_starts_listening(), None);
        assert_eq!(
            incoming_files.results(vec![file("c")]),
            Some(vec![file("c")])
        );
        assert_eq!(incoming_files.results(Vec::new()), None);
    }

    #[test]
    fn a_window_that_reloads_misses_nothing() {
        let incoming_files = IncomingFiles::default();
        incoming_files.window_starts_listening();
        incoming_files.window_stops_listening();
        assert_eq!(incoming_files.results(vec![file("a")]), None);
        assert_eq!(
            incoming_files.window_starts_listening(),
            Some(vec![file("a")])
        );
    }

    #[test]
    fn files_wait_for_the_engine_in_order() {
        let incoming_files = IncomingFiles::default();
        incoming_files.queue(vec!["a".into(), "b".into()]);
        incoming_files.queue(vec!["c".into()]);
        assert_eq!(
            incoming_files.take_queued(),
            ["a", "b", "c"].map(PathBuf::from)
        );
        assert!(incoming_files.take_queued().is_empty());
    }
}
