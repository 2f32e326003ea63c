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
    debounce::{Debouncer, PendingFile, Stage},
    error::FolderError,
    file_stat::{FileStat, PathKind, StatOptions, sidecar_extension},
    files::KnownFile,
    ingest::{Candidate, NotReady, Outcome, Trigger},
    ready::Readiness,
    reasons::{BlockReason, SkipReason},
    runtime::RuntimeState,
    scan::{Found, Scan, scan},
    store::FolderRow,
    volume::Volume,
    watched_folders::Folders,
    watcher::{Changes, FsWatcher},
};
use crate::settings::IgnoredNames;

/// How often a folder is looked at that tells of no changes, and one that is away is looked for.
const POLL_INTERVAL: Duration = Duration::from_secs(10);
/// The least time between two looks through a whole folder.
const SCAN_INTERVAL_MIN: Duration = Duration::from_secs(1);
/// How long a folder rests after the database refused a change.
const RETRY_PAUSE: Duration = Duration::from_secs(30);

/// What is known of a folder while it is watched.
#[derive(Debug, Default)]
struct WatchState {
    debouncer: Debouncer,
    watcher: Option<FsWatcher>,
    /// Whether the system could not be asked to tell of changes.
    must_poll: bool,
    /// The uptime of the last look through it, and what it was done with.
    scanned: Option<(Duration, ScanOptions)>,
    /// Whether it must be looked through.
    must_scan: bool,
    /// Which folder it is: another one may be at its place.
    root: Option<(Option<i64>, Option<u64>)>,
}

/// How a folder is looked at.
#[derive(Debug, Clone, PartialEq)]
struct ScanOptions {
    subfolders: Subfolders,
    stat: StatOptions,
    ignored: Vec<String>,
}

/// Until when there is nothing to do.
enum Pause {
    /// Until something changes.
    UntilWoken,
    /// Until something changes, and at most so long.
    AtMost(Duration),
    /// For so long, whatever changes: a fault is not helped by hurry.
    Retry,
}

impl Folders {
    /// Watches a folder until it is removed.
    pub(super) async fn watch(self: Arc<Self>, id: &str) {
        let Some(wake) = self.runtimes.waker(id) else {
            return;
        };
        let mut watch = WatchState::default();
        loop {
            let rest = match self.poll(id, &mut watch).await {
                Ok(rest) => rest,
                Err(error) if !error.is_internal() => return,
                Err(error) => {
                    self.note_error(&error);
                    Pause::Retry
                }
            };
            let pause = async {
                match rest {
                    Pause::UntilWoken => std::future::pending().await,
                    Pause::AtMost(pause) => self.clock.sleep(pause).await,
                    Pause::Retry => self.clock.sleep(RETRY_PAUSE).await,
                }
            };
            if matches!(rest, Pause::Retry) {
                pause.await;
                continue;
            }
            let changed = async {
                match &watch.watcher {
                    Some(watcher) => watcher.changed().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wake.notified() => {}
                () = changed => {}
                () = pause => {}
            }
        }
    }

    /// One look: at the folder itself, at what changed in it, and into what is due.
    async fn poll(&self, id: &str, watch: &mut WatchState) -> Result<Pause, FolderError> {
        let folder = self.store.get(id).await?;
        let (settings, volume) = match self.readiness(&folder).await? {
            Readiness::Ready(settings, volume) => (settings, volume),
            Readiness::Not(state) => {
                let rest = match state {
                    RuntimeState::Away | RuntimeState::Blocked(BlockReason::Permission) => {
                        Pause::AtMost(POLL_INTERVAL)
                    }
                    _ => Pause::UntilWoken,
                };
                *watch = WatchState::default();
                self.runtimes.set_files(id, Vec::new(), None);
                self.runtimes.set_state(id, state);
                return Ok(rest);
            }
        };
        let root = Some((volume.device, volume.inode));
        if watch.root != root {
            *watch = WatchState {
                root,
                ..WatchState::default()
            };
        }
        if volume.device != folder.device {
            self.store.set_device(id, volume.device).await?;
        }
        let app_settings = self.settings.borrow().clone();
        let scan_options = ScanOptions {
            subfolders: settings.subfolders,
            stat: StatOptions {
                sidecar: sidecar_extension(&settings.caption),
                inodes: volume.stable_inodes,
            },
            ignored: app_settings.ignored_names.clone(),
        };
        open_watcher(&folder, &scan_options, volume, watch);
        let Some(names) = names(&app_settings) else {
            self.runtimes
                .set_state(id, RuntimeState::Blocked(BlockReason::Settings));
            return Ok(Pause::UntilWoken);
        };
        let changes = watch
            .watcher
            .as_ref()
            .map(FsWatcher::take_changes)
            .unwrap_or_default();
        let others = self
            .sync_files(&folder, &scan_options, &names, changes, watch)
            .await?;
        let by_scanning = watch.watcher.is_none();
        if watch.scanned.is_some() {
            self.runtimes
                .set_state(id, RuntimeState::Watching { by_scanning });
        }
        let settle = Duration::from_secs(app_settings.settle_seconds.into());
        self.publish_files(id, watch, others);
        self.ingest_due(&folder, &scan_options, settle, watch)
            .await?;
        self.publish_files(id, watch, None);
        Ok(Pause::AtMost(self.next_poll(settle, watch)))
    }

    /// Looks at what changed, or through everything where that is not known. Gives how many other files there are,
    /// where everything was looked through.
    async fn sync_files(
        &self,
        folder: &FolderRow,
        scan_options: &ScanOptions,
        names: &IgnoredNames,
        changes: Changes,
        watch: &mut WatchState,
    ) -> Result<Option<u32>, FolderError> {
        let uptime = self.clock.uptime();
        let age = watch
            .scanned
            .as_ref()
            .map(|(at, _)| uptime.saturating_sub(*at));
        watch.must_scan |= changes.rescan
            || changes.sidecars && scan_options.stat.sidecar.is_some()
            || watch.must_poll && age.is_none_or(|age| age >= POLL_INTERVAL)
            || watch
                .scanned
                .as_ref()
                .is_none_or(|(_, before)| before != scan_options);
        let root = PathBuf::from(&folder.path);
        if watch.must_scan && age.is_none_or(|age| age >= SCAN_INTERVAL_MIN) {
            let (subfolders, options, names) =
                (scan_options.subfolders, scan_options.stat, names.clone());
            let result = blocking(move || scan(&root, subfolders, &names, options)).await;
            // When it went away meanwhile, the next look finds that.
            let Ok(found) = result else {
                return Ok(None);
            };
            watch.must_scan = false;
            watch.scanned = Some((uptime, scan_options.clone()));
            let others = found.others;
            self.compare_all(folder, found, watch).await?;
            return Ok(Some(others));
        }
        let paths: Vec<PathBuf> = changes.paths.into_iter().collect();
        if paths.is_empty() {
            return Ok(None);
        }
        let (options, names, subfolders) =
            (scan_options.stat, names.clone(), scan_options.subfolders);
        let result = blocking(move || Ok(stat_paths(&root, paths, subfolders, &names, options)));
        let (found, gone) = result.await.unwrap_or_default();
        for found in found {
            let known = self.store.known(&folder.id, Some(&found.path)).await?;
            self.compare(folder, found, &known, watch).await?;
        }
        for path in gone {
            watch.debouncer.remove(&path);
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
        watch: &mut WatchState,
    ) -> Result<(), FolderError> {
        let known = self.store.known(&folder.id, None).await?;
        let there: std::collections::HashSet<String> =
            scan.found.iter().map(|found| found.path.clone()).collect();
        let gone = |path: &str| !there.contains(path) && scan.covers(path);
        watch.debouncer.retain(|path| !gone(path));
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
        watch: &mut WatchState,
    ) -> Result<(), FolderError> {
        let (stat, skip) = match found.kind {
            Some(PathKind::File(stat)) => (stat, None),
            Some(PathKind::Link(stat)) => (stat, Some(SkipReason::Link)),
            None => (FileStat::unknown(), Some(SkipReason::Name)),
        };
        if let Some(file) = known.get(&found.path) {
            if file.matches(&stat)
                && !(file.was_unreadable() && can_be_read(folder, &found.path).await)
            {
                watch.debouncer.remove(&found.path);
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
                if watch.debouncer.observe(&found.path, stat, uptime, now) {
                    self.runtimes.files_changed(&folder.id);
                }
            }
            Some(skip) => {
                watch.debouncer.remove(&found.path);
                let candidate = Candidate {
                    path: &found.path,
                    stat,
                    seen_at: now,
                    trigger: Trigger::Watcher,
                };
                self.skip(folder, &candidate, skip).await?;
                self.runtimes.files_changed(&folder.id);
            }
        }
        Ok(())
    }

    /// Takes what has been still for long enough.
    async fn ingest_due(
        &self,
        folder: &FolderRow,
        scan_options: &ScanOptions,
        settle: Duration,
        watch: &mut WatchState,
    ) -> Result<(), FolderError> {
        let due = watch.debouncer.due(self.clock.uptime(), settle);
        for (path, entry) in due {
            let PendingFile {
                stat,
                stage,
                seen_at,
                ..
            } = entry;
            let candidate = Candidate {
                path: &path,
                stat,
                seen_at,
                trigger: Trigger::Watcher,
            };
            // Its side file is seen before the video is looked into: together they may take long.
            let outcome = if scan_options.stat.sidecar.is_some() && stat.sidecar.is_none() {
                self.recheck(folder, scan_options, &path, watch).await?;
                watch
                    .debouncer
                    .defer(&path, &stat, Stage::Sidecar, self.clock.uptime());
                self.runtimes.files_changed(&folder.id);
                continue;
            } else {
                self.ingest(folder, scan_options.stat, &candidate).await?
            };
            let uptime = self.clock.uptime();
            match outcome {
                Outcome::Taken(_) | Outcome::Skipped(_) | Outcome::Decided => {
                    watch.debouncer.remove(&path);
                }
                Outcome::NotReady(NotReady::Changed) => {
                    self.recheck(folder, scan_options, &path, watch).await?;
                    // If it looks as before again, it must be still once more.
                    watch
                        .debouncer
                        .defer(&path, &stat, Stage::Stability, uptime);
                }
                Outcome::NotReady(NotReady::InUse) => {
                    watch
                        .debouncer
                        .defer(&path, &stat, Stage::Stability, uptime);
                }
                Outcome::NotReady(NotReady::Truncated) if stage == Stage::End => {
                    self.skip(folder, &candidate, SkipReason::Cut).await?;
                    watch.debouncer.remove(&path);
                }
                Outcome::NotReady(NotReady::Truncated) => {
                    watch.debouncer.defer(&path, &stat, Stage::End, uptime);
                }
            }
            self.runtimes.files_changed(&folder.id);
            self.publish_files(&folder.id, watch, None);
        }
        Ok(())
    }

    /// Looks at a file whose changes nobody may have told.
    async fn recheck(
        &self,
        folder: &FolderRow,
        scan_options: &ScanOptions,
        path: &str,
        watch: &mut WatchState,
    ) -> Result<(), FolderError> {
        let (whole, options) = (Path::new(&folder.path).join(path), scan_options.stat);
        match blocking(move || options.stat(&whole)).await {
            Ok(Some(kind)) => {
                let found = Found {
                    path: path.to_owned(),
                    kind: Some(kind),
                };
                let known = self.store.known(&folder.id, Some(path)).await?;
                self.compare(folder, found, &known, watch).await
            }
            Ok(None) => {
                watch.debouncer.remove(path);
                Ok(())
            }
            // It cannot be looked at now: the settling goes on.
            Err(_) => {
                let uptime = self.clock.uptime();
                if let Some(stat) = watch.debouncer.stat(path) {
                    watch.debouncer.defer(path, &stat, Stage::Stability, uptime);
                }
                Ok(())
            }
        }
    }

    fn publish_files(&self, id: &str, watch: &WatchState, others: Option<u32>) {
        let debouncer = watch
            .debouncer
            .files()
            .map(|(path, entry)| (path.clone(), entry.clone()))
            .collect();
        self.runtimes.set_files(id, debouncer, others);
    }

    fn next_poll(&self, settle: Duration, watch: &WatchState) -> Duration {
        let uptime = self.clock.uptime();
        let scan = watch
            .scanned
            .as_ref()
            .filter(|_| watch.must_scan)
            .map_or(POLL_INTERVAL, |(at, _)| {
                at.saturating_add(SCAN_INTERVAL_MIN).saturating_sub(uptime)
            });
        let due = watch.debouncer.next_due(settle);
        due.map_or(scan, |due| due.saturating_sub(uptime).min(scan))
    }
}

/// Has the system tell of changes, where it can.
fn open_watcher(
    folder: &FolderRow,
    scan_options: &ScanOptions,
    volume: Volume,
    watch: &mut WatchState,
) {
    let is_new = watch
        .scanned
        .as_ref()
        .is_none_or(|(_, before)| before.subfolders != scan_options.subfolders);
    if is_new {
        (watch.watcher, watch.must_poll) = (None, false);
    }
    if watch.watcher.is_some() || watch.must_poll {
        return;
    }
    if !volume.lacks_events {
        let below = scan_options.subfolders != Subfolders::Ignore;
        match FsWatcher::open(Path::new(&folder.path), below) {
            Ok(watcher) => watch.watcher = Some(watcher),
            Err(error) => {
                let kind = &error.kind;
                tracing::warn!(
                    folder = folder.id,
                    ?kind,
                    "[Folders] WatchState failed: scanning"
                );
            }
        }
    }
    watch.must_poll = watch.watcher.is_none();
    // What came before the eyes were open was not told.
    watch.must_scan = true;
}

/// The names that are left out.
fn names(settings: &Settings) -> Option<IgnoredNames> {
    IgnoredNames::new(&settings.ignored_names)
        .inspect_err(|_| tracing::warn!("[Folders] a pattern of the ignored names is none"))
        .ok()
}

/// What is at paths that changed, and which of them are gone. Blocks: it looks at the disk.
fn stat_paths(
    root: &Path,
    paths: Vec<PathBuf>,
    subfolders: Subfolders,
    names: &IgnoredNames,
    options: StatOptions,
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
        if crosses_symlink(root, inside) {
            continue;
        }
        match options.stat(&path) {
            Ok(Some(kind)) => found.push(Found {
                path: text,
                kind: inside.to_str().is_some().then_some(kind),
            }),
            Ok(None) => gone.push(text),
            // It can be looked at another time.
            Err(_) => {}
        }
    }
    (found, gone)
}

/// Whether one of the folders on the way to a file is a symbolic link.
fn crosses_symlink(root: &Path, inside: &Path) -> bool {
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
