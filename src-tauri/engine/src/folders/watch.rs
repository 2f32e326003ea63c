//! Watching one folder: finding out whether it is there, listening and looking, and taking what is finished.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use slipway_core::{
    blocking::blocking,
    views::{Settings, Subfolders},
};

use super::{
    Folders,
    debounce::{Entry, Settling, Stage},
    file_stat::{Glance, Look, Thing, side_ending},
    files::KnownFile,
    ingest::{By, Candidate, NotYet, Outcome},
    ready::Readiness,
    reasons::{Block, Skip},
    runtime::Standing,
    scan::{Found, Scan, scan},
    store::FolderRow,
    volume::Volume,
    watcher::{Changes, Eyes},
};
use crate::folders::FolderError;
use crate::settings::Names;

/// How often a folder is looked at that tells of no changes, and one that is away is looked for.
const LOOK: Duration = Duration::from_secs(10);
/// The least time between two looks through a whole folder.
const BETWEEN_SCANS: Duration = Duration::from_secs(1);
/// How long a folder rests after the database refused a change.
const REST_AFTER_FAULT: Duration = Duration::from_secs(30);

/// What is known of a folder while it is watched.
#[derive(Debug, Default)]
struct Watch {
    settling: Settling,
    eyes: Option<Eyes>,
    /// Whether the system could not be asked to tell of changes.
    is_blind: bool,
    /// The uptime of the last look through it, and what it was done with.
    scanned: Option<(Duration, Manner)>,
    /// Whether it must be looked through.
    must_scan: bool,
    /// Which folder it is: another one may be at its place.
    root: Option<(Option<i64>, Option<u64>)>,
}

/// How a folder is looked at.
#[derive(Debug, Clone, PartialEq)]
struct Manner {
    subfolders: Subfolders,
    glance: Glance,
    ignored: Vec<String>,
}

/// Until when there is nothing to do.
enum Rest {
    /// Until something changes.
    Woken,
    /// Until something changes, and at most so long.
    For(Duration),
    /// For so long, whatever changes: a fault is not helped by hurry.
    Fault,
}

impl Folders {
    /// Watches a folder until it is removed.
    pub(super) async fn watch(self: Arc<Self>, id: &str) {
        let Some(wake) = self.live.waker(id) else {
            return;
        };
        let mut watch = Watch::default();
        loop {
            let rest = match self.look(id, &mut watch).await {
                Ok(rest) => rest,
                Err(error) if !error.is_internal() => return,
                Err(error) => {
                    self.fault(&error);
                    Rest::Fault
                }
            };
            let pause = async {
                match rest {
                    Rest::Woken => std::future::pending().await,
                    Rest::For(pause) => self.clock.sleep(pause).await,
                    Rest::Fault => self.clock.sleep(REST_AFTER_FAULT).await,
                }
            };
            if matches!(rest, Rest::Fault) {
                pause.await;
                continue;
            }
            let news = async {
                match &watch.eyes {
                    Some(eyes) => eyes.news().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wake.notified() => {}
                () = news => {}
                () = pause => {}
            }
        }
    }

    /// One look: at the folder itself, at what changed in it, and into what is due.
    async fn look(&self, id: &str, watch: &mut Watch) -> Result<Rest, FolderError> {
        let folder = self.store.get(id).await?;
        let (settings, volume) = match self.readiness(&folder).await? {
            Readiness::Ready(settings, volume) => (settings, volume),
            Readiness::Not(standing) => {
                let rest = match standing {
                    Standing::Away | Standing::Blocked(Block::Permission) => Rest::For(LOOK),
                    _ => Rest::Woken,
                };
                *watch = Watch::default();
                self.live.files(id, Vec::new(), None);
                self.live.stands(id, standing);
                return Ok(rest);
            }
        };
        let root = Some((volume.device, volume.inode));
        if watch.root != root {
            *watch = Watch {
                root,
                ..Watch::default()
            };
        }
        if volume.device != folder.device {
            self.store.set_device(id, volume.device).await?;
        }
        let general = self.settings.borrow().clone();
        let manner = Manner {
            subfolders: settings.subfolders,
            glance: Glance {
                side: side_ending(&settings.caption),
                inodes: volume.keeps_inodes,
            },
            ignored: general.ignored_names.clone(),
        };
        open_eyes(&folder, &manner, volume, watch);
        let Some(names) = names(&general) else {
            self.live.stands(id, Standing::Blocked(Block::Settings));
            return Ok(Rest::Woken);
        };
        let changes = watch.eyes.as_ref().map(Eyes::changes).unwrap_or_default();
        let others = self
            .catch_up(&folder, &manner, &names, changes, watch)
            .await?;
        let by_scanning = watch.eyes.is_none();
        if watch.scanned.is_some() {
            self.live.stands(id, Standing::Watching { by_scanning });
        }
        let settle = Duration::from_secs(general.settle_seconds.into());
        self.tell_of(id, watch, others);
        self.take_due(&folder, &manner, settle, watch).await?;
        self.tell_of(id, watch, None);
        Ok(Rest::For(self.pause(settle, watch)))
    }

    /// Looks at what changed, or through everything where that is not known. Gives how many other files there are,
    /// where everything was looked through.
    async fn catch_up(
        &self,
        folder: &FolderRow,
        manner: &Manner,
        names: &Names,
        changes: Changes,
        watch: &mut Watch,
    ) -> Result<Option<u32>, FolderError> {
        let uptime = self.clock.uptime();
        let age = watch
            .scanned
            .as_ref()
            .map(|(at, _)| uptime.saturating_sub(*at));
        watch.must_scan |= changes.look_through
            || changes.sides && manner.glance.side.is_some()
            || watch.is_blind && age.is_none_or(|age| age >= LOOK)
            || watch
                .scanned
                .as_ref()
                .is_none_or(|(_, before)| before != manner);
        let root = PathBuf::from(&folder.path);
        if watch.must_scan && age.is_none_or(|age| age >= BETWEEN_SCANS) {
            let (subfolders, glance, names) = (manner.subfolders, manner.glance, names.clone());
            let looked = blocking(move || scan(&root, subfolders, &names, glance)).await;
            // When it went away meanwhile, the next look finds that.
            let Ok(found) = looked else {
                return Ok(None);
            };
            watch.must_scan = false;
            watch.scanned = Some((uptime, manner.clone()));
            let others = found.others;
            self.compare_all(folder, found, watch).await?;
            return Ok(Some(others));
        }
        let paths: Vec<PathBuf> = changes.paths.into_iter().collect();
        if paths.is_empty() {
            return Ok(None);
        }
        let (glance, names, subfolders) = (manner.glance, names.clone(), manner.subfolders);
        let looked = blocking(move || Ok(look_at(&root, paths, subfolders, &names, glance)));
        let (found, gone) = looked.await.unwrap_or_default();
        for found in found {
            let known = self.store.known(&folder.id, Some(&found.path)).await?;
            self.compare(folder, found, &known, watch).await?;
        }
        for path in gone {
            watch.settling.leave(&path);
            let known = self.store.known(&folder.id, Some(&path)).await?;
            let known: Vec<&KnownFile> = known.values().collect();
            self.store.set_missing(&known, true).await?;
        }
        Ok(None)
    }

    async fn compare_all(
        &self,
        folder: &FolderRow,
        scan: Scan,
        watch: &mut Watch,
    ) -> Result<(), FolderError> {
        let known = self.store.known(&folder.id, None).await?;
        let there: std::collections::HashSet<String> =
            scan.found.iter().map(|found| found.path.clone()).collect();
        let gone = |path: &str| !there.contains(path) && scan.covers(path);
        watch.settling.retain(|path| !gone(path));
        let missing: Vec<&KnownFile> = known
            .values()
            .filter(|file| !file.is_missing && gone(&file.path))
            .collect();
        self.store.set_missing(&missing, true).await?;
        for found in scan.found {
            self.compare(folder, found, &known, watch).await?;
        }
        Ok(())
    }

    /// Compares what was found with what is known.
    async fn compare(
        &self,
        folder: &FolderRow,
        found: Found,
        known: &HashMap<String, KnownFile>,
        watch: &mut Watch,
    ) -> Result<(), FolderError> {
        let (look, skip) = match found.thing {
            Some(Thing::File(look)) => (look, None),
            Some(Thing::Link(look)) => (look, Some(Skip::Link)),
            None => (Look::nothing(), Some(Skip::Name)),
        };
        if let Some(file) = known.get(&found.path) {
            if file.is(&look) && !(file.was_unreadable() && can_be_read(folder, &found.path).await)
            {
                watch.settling.leave(&found.path);
                if file.is_missing {
                    self.store.set_missing(&[file], false).await?;
                }
                return Ok(());
            }
            if skip.is_none() {
                self.store.replaced(file).await?;
            }
        }
        let now = self.clock.now();
        match skip {
            None => {
                let uptime = self.clock.uptime();
                if watch.settling.see(&found.path, look, uptime, now) {
                    self.live.files_changed(&folder.id);
                }
            }
            Some(skip) => {
                watch.settling.leave(&found.path);
                let candidate = Candidate {
                    path: &found.path,
                    look,
                    seen_at: now,
                    by: By::Itself,
                };
                self.skip(folder, &candidate, skip).await?;
                self.live.files_changed(&folder.id);
            }
        }
        Ok(())
    }

    /// Takes what has been still for long enough.
    async fn take_due(
        &self,
        folder: &FolderRow,
        manner: &Manner,
        settle: Duration,
        watch: &mut Watch,
    ) -> Result<(), FolderError> {
        let due = watch.settling.due(self.clock.uptime(), settle);
        for (path, entry) in due {
            let Entry {
                look,
                stage,
                seen_at,
                ..
            } = entry;
            let candidate = Candidate {
                path: &path,
                look,
                seen_at,
                by: By::Itself,
            };
            // Its side file is seen before the video is looked into: together they may take long.
            let outcome = if manner.glance.side.is_some() && look.side.is_none() {
                self.look_once_more(folder, manner, &path, watch).await?;
                watch
                    .settling
                    .wait(&path, &look, Stage::Side, self.clock.uptime());
                self.live.files_changed(&folder.id);
                continue;
            } else {
                self.take(folder, manner.glance, &candidate).await?
            };
            let uptime = self.clock.uptime();
            match outcome {
                Outcome::Taken(_) | Outcome::Skipped(_) | Outcome::Decided => {
                    watch.settling.leave(&path);
                }
                Outcome::NotYet(NotYet::Changed) => {
                    self.look_once_more(folder, manner, &path, watch).await?;
                    // If it looks as before again, it must be still once more.
                    watch.settling.wait(&path, &look, Stage::Still, uptime);
                }
                Outcome::NotYet(NotYet::Busy) => {
                    watch.settling.wait(&path, &look, Stage::Still, uptime);
                }
                Outcome::NotYet(NotYet::Cut) if stage == Stage::End => {
                    self.skip(folder, &candidate, Skip::Cut).await?;
                    watch.settling.leave(&path);
                }
                Outcome::NotYet(NotYet::Cut) => {
                    watch.settling.wait(&path, &look, Stage::End, uptime);
                }
            }
            self.live.files_changed(&folder.id);
            self.tell_of(&folder.id, watch, None);
        }
        Ok(())
    }

    /// Looks at a file whose changes nobody may have told.
    async fn look_once_more(
        &self,
        folder: &FolderRow,
        manner: &Manner,
        path: &str,
        watch: &mut Watch,
    ) -> Result<(), FolderError> {
        let (whole, glance) = (Path::new(&folder.path).join(path), manner.glance);
        match blocking(move || glance.at(&whole)).await {
            Ok(Some(thing)) => {
                let found = Found {
                    path: path.to_owned(),
                    thing: Some(thing),
                };
                let known = self.store.known(&folder.id, Some(path)).await?;
                self.compare(folder, found, &known, watch).await
            }
            Ok(None) => {
                watch.settling.leave(path);
                Ok(())
            }
            // It cannot be looked at now: the settling goes on.
            Err(_) => {
                let uptime = self.clock.uptime();
                if let Some(look) = watch.settling.look(path) {
                    watch.settling.wait(path, &look, Stage::Still, uptime);
                }
                Ok(())
            }
        }
    }

    fn tell_of(&self, id: &str, watch: &Watch, others: Option<u32>) {
        let settling = watch
            .settling
            .files()
            .map(|(path, entry)| (path.clone(), entry.clone()))
            .collect();
        self.live.files(id, settling, others);
    }

    fn pause(&self, settle: Duration, watch: &Watch) -> Duration {
        let uptime = self.clock.uptime();
        let scan = watch
            .scanned
            .as_ref()
            .filter(|_| watch.must_scan)
            .map_or(LOOK, |(at, _)| {
                at.saturating_add(BETWEEN_SCANS).saturating_sub(uptime)
            });
        let due = watch.settling.next(settle);
        due.map_or(scan, |due| due.saturating_sub(uptime).min(scan))
    }
}

/// Has the system tell of changes, where it can.
fn open_eyes(folder: &FolderRow, manner: &Manner, volume: Volume, watch: &mut Watch) {
    let is_new = watch
        .scanned
        .as_ref()
        .is_none_or(|(_, before)| before.subfolders != manner.subfolders);
    if is_new {
        (watch.eyes, watch.is_blind) = (None, false);
    }
    if watch.eyes.is_some() || watch.is_blind {
        return;
    }
    if !volume.is_silent {
        let below = manner.subfolders != Subfolders::Ignore;
        match Eyes::open(Path::new(&folder.path), below) {
            Ok(eyes) => watch.eyes = Some(eyes),
            Err(error) => {
                let kind = &error.kind;
                tracing::warn!(
                    folder = folder.id,
                    ?kind,
                    "[Folders] Watch failed: scanning"
                );
            }
        }
    }
    watch.is_blind = watch.eyes.is_none();
    // What came before the eyes were open was not told.
    watch.must_scan = true;
}

/// The names that are left out.
fn names(settings: &Settings) -> Option<Names> {
    Names::new(&settings.ignored_names)
        .inspect_err(|_| tracing::warn!("[Folders] a pattern of the ignored names is none"))
        .ok()
}

/// What is at paths that changed, and which of them are gone. Blocks: it looks at the disk.
fn look_at(
    root: &Path,
    paths: Vec<PathBuf>,
    subfolders: Subfolders,
    names: &Names,
    glance: Glance,
) -> (Vec<Found>, Vec<String>) {
    let (mut found, mut gone) = (Vec::new(), Vec::new());
    for path in paths {
        let Ok(inside) = path.strip_prefix(root) else {
            continue;
        };
        let deep = inside.components().count() > 1;
        if !names.may_be_video(inside) || deep && subfolders == Subfolders::Ignore {
            continue;
        }
        let text = inside
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/");
        if leads_over_a_link(root, inside) {
            continue;
        }
        match glance.at(&path) {
            Ok(Some(thing)) => found.push(Found {
                path: text,
                thing: inside.to_str().is_some().then_some(thing),
            }),
            Ok(None) => gone.push(text),
            // It can be looked at another time.
            Err(_) => {}
        }
    }
    (found, gone)
}

/// Whether one of the folders on the way to a file is a symbolic link.
fn leads_over_a_link(root: &Path, inside: &Path) -> bool {
    inside
        .ancestors()
        .skip(1)
        .filter(|folder| !folder.as_os_str().is_empty())
        .any(|folder| root.join(folder).is_symlink())
}

async fn can_be_read(folder: &FolderRow, path: &str) -> bool {
    let path = Path::new(&folder.path).join(path);
    blocking(move || std::fs::File::open(path)).await.is_ok()
}
