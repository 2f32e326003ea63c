//! Files that came by argument or from a second instance: kept until the engine can take them, and the news of them
//! until the window can hear it.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use slipway_engine::views::AddedFile;

/// What is on its way in. Nothing in it is ever dropped.
#[derive(Debug, Default)]
pub struct Arrivals(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Files that no engine has seen.
    paths: Vec<PathBuf>,
    /// What became of files, as long as the window has not heard of it.
    untold: Vec<AddedFile>,
    /// Whether the window listens.
    heard: bool,
}

impl Arrivals {
    /// Keeps files for the engine that is to come.
    pub fn keep(&self, paths: Vec<PathBuf>) {
        self.lock().paths.extend(paths);
    }

    /// The files that were kept, now that there is an engine.
    pub fn take_kept(&self) -> Vec<PathBuf> {
        std::mem::take(&mut self.lock().paths)
    }

    /// What to tell the window now: this, or nothing because it does not listen yet.
    pub fn tell(&self, added: Vec<AddedFile>) -> Option<Vec<AddedFile>> {
        let mut inner = self.lock();
        if inner.heard {
            return (!added.is_empty()).then_some(added);
        }
        inner.untold.extend(added);
        None
    }

    /// The window listens from now on. What it must still be told, if anything.
    pub fn window_listens(&self) -> Option<Vec<AddedFile>> {
        let mut inner = self.lock();
        inner.heard = true;
        let untold = std::mem::take(&mut inner.untold);
        (!untold.is_empty()).then_some(untold)
    }

    /// The window is loaded anew, or told to start over: what is sent now would be lost.
    pub fn window_is_deaf(&self) {
        self.lock().heard = false;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn news_waits_for_the_window_and_comes_once() {
        let arrivals = Arrivals::default();
        assert_eq!(arrivals.tell(vec![file("a")]), None);
        assert_eq!(arrivals.tell(vec![file("b")]), None);
        assert_eq!(arrivals.window_listens(), Some(vec![file("a"), file("b")]));
        assert_eq!(arrivals.window_listens(), None);
        assert_eq!(arrivals.tell(vec![file("c")]), Some(vec![file("c")]));
        assert_eq!(arrivals.tell(Vec::new()), None);
    }

    #[test]
    fn a_window_that_loads_anew_misses_nothing() {
        let arrivals = Arrivals::default();
        arrivals.window_listens();
        arrivals.window_is_deaf();
        assert_eq!(arrivals.tell(vec![file("a")]), None);
        assert_eq!(arrivals.window_listens(), Some(vec![file("a")]));
    }

    #[test]
    fn files_wait_for_the_engine_in_order() {
        let arrivals = Arrivals::default();
        arrivals.keep(vec!["a".into(), "b".into()]);
        arrivals.keep(vec!["c".into()]);
        assert_eq!(arrivals.take_kept(), ["a", "b", "c"].map(PathBuf::from));
        assert!(arrivals.take_kept().is_empty());
    }
}
