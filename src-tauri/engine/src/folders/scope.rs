//! [`Scope`]: which files of a folder a scan looks at. A file that was outside the last scope and is inside the new one
//! was not added by the creator: it is offered, and not taken.

use std::path::Path;

use serde::{Deserialize, Serialize};
use slipway_core::views::Subfolders;

use crate::settings::IgnoredNames;

/// The settings that decide which files a scan finds. Stored as JSON in `folders.scope`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Scope {
    pub(super) subfolders: bool,
    pub(super) ignored: Vec<String>,
}

/// The files that the last scan looked at.
#[derive(Debug)]
pub(super) enum Covered {
    /// All that the present scope covers.
    Same,
    /// Those of an earlier scope.
    Earlier(Box<(bool, IgnoredNames)>),
    /// None that is known.
    Nothing,
}

impl Scope {
    pub(super) fn new(subfolders: Subfolders, ignored: &[String]) -> Self {
        Self {
            subfolders: subfolders != Subfolders::Ignore,
            ignored: ignored.to_owned(),
        }
    }

    /// Compares with the stored scope of the last scan. `None` is that of a folder that was added before scopes were
    /// stored.
    pub(super) fn since(&self, stored: Option<&str>) -> Covered {
        let Some(stored) = stored else {
            return Covered::Same;
        };
        let Ok(before) = serde_json::from_str::<Self>(stored) else {
            return Covered::Nothing;
        };
        if before == *self {
            return Covered::Same;
        }
        match IgnoredNames::new(&before.ignored) {
            Ok(names) => Covered::Earlier(Box::new((before.subfolders, names))),
            Err(_) => Covered::Nothing,
        }
    }
}

impl Covered {
    /// Returns true if the last scan looked at the place of a file.
    pub(super) fn includes(&self, path: &str) -> bool {
        match self {
            Self::Same => true,
            Self::Nothing => false,
            Self::Earlier(before) => {
                let (subfolders, names) = before.as_ref();
                (*subfolders || !path.contains('/')) && names.may_be_video(Path::new(path))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wider_scope_does_not_include_what_it_adds() {
        let ignored = ["old*".to_owned()];
        let before = Scope::new(Subfolders::Ignore, &ignored);
        let stored = serde_json::to_string(&before).unwrap();
        let same = before.since(Some(&stored));
        assert!(same.includes("any/where.mp4"));
        assert!(before.since(None).includes("any/where.mp4"));
        assert!(!before.since(Some("")).includes("new.mp4"));
        let wider = Scope::new(Subfolders::Include, &[]).since(Some(&stored));
        assert!(wider.includes("new.mp4"));
        assert!(!wider.includes("old 1.mp4") && !wider.includes("sub/new.mp4"));
    }
}
