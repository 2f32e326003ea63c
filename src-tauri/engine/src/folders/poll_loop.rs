//! The task of one watched folder: finds new and changed files, and ingests those that are finished.

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
    files::{Decision, KnownFile},
    ingest::{Candidate, NotReady, Outcome, Trigger},
    other_format,
    ready::Readiness,
    reasons::{BlockReason, SkipReason},
    recognise::Recognition,
    runtime::RuntimeState,
    scan::{Found, Scan, scan},
    scope::{Covered, Scope},
    store::{FolderRow, json},
    volume::Volume,
    watched_folders::Folders,
    watcher::{Changes, FsWatcher},
};
use crate::settings::{IgnoredNames, conflict_copy};

/// The interval at which a folder is polled that is missing, or whose file system sends no events.
const POLL_INTERVAL: Duration = Duration::from_secs(10);
/// The shortest time between two full scans.
const SCAN_INTERVAL_MIN: Duration = Duration::from_secs(1);
/// The pause between two reads of files that were in the folder before it was watched, so that they do not keep the disk
/// busy.
const READ_INTERVAL: Duration = Duration::from_secs(1);
/// How long a poll recognises changed files before it looks for new ones again.
const RECOGNISE_MAX: Duration = Duration::from_secs(2);
/// If at least this many known files are all gone when the folder is there again, it is another folder.
const KNOWN_MIN: usize = 3;
/// The pause before a retry after an internal error.
const RETRY_PAUSE: Duration = Duration::from_secs(30);

/// The state of a folder's task.
#[derive(Debug, Default)]
struct WatchState {
    debouncer: Debouncer,
    watcher: Option<FsWatcher>,
    /// True if the folder is polled because it cannot be watched.
    must_poll: bool,
    /// The uptime and the options of the last full scan.
    scanned: Option<(Duration, ScanOptions)>,
    /// True if a full scan is due.
    must_scan: bool,
    /// Device and inode of the folder, because another folder can replace it at its path.
    root: Option<(Option<i64>, Option<u64>)>,
    /// The files whose content is read in the background.
    unread: Unread,
    /// Size and time of files that are no videos, although their names do not rule it out.
    no_videos: HashMap<String, FileStat>,
}

/// The files whose content was never read.
#[derive(Debug, Default)]
struct Unread {
    /// The last row that was read, or `None` if all were.
    after: Option<i64>,
    /// The uptime of the last read.
    at: Duration,
}

/// The place of a scan's files.
#[derive(Debug)]
struct Compared<'a> {
    folder: &'a FolderRow,
    covered: Covered,
    /// True if another folder is at the path of the known one.
    is_another: bool,
}

/// The options of a scan.
#[derive(Debug, Clone, PartialEq)]
struct ScanOptions {
    subfolders: Subfolders,
    stat: StatOptions,
    ignored: Vec<String>,
}

/// The pause until the next poll.
enum Pause {
    /// Until the task is woken.
    UntilWoken,
    /// Until the task is woken or the time has passed.
    AtMost(Duration),
    /// For [`RETRY_PAUSE`], without waking early.
    Retry,
}

impl Folders {
    /// Runs the task of a folder until the folder is removed.
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

    /// Polls once: checks the folder, records changed files, and ingests the files that are due.
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
            .sync_files(&folder, &scan_options, &names, changes, volume, watch)
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
        self.read_next(&folder, &scan_options, watch).await?;
        self.publish_files(id, watch, None);
        Ok(Pause::AtMost(self.next_poll(settle, watch)))
    }

    /// Records changed files, by a full scan if one is due. A full scan returns the number of other files.
    async fn sync_files(
        &self,
        folder: &FolderRow,
        scan_options: &ScanOptions,
        names: &IgnoredNames,
        changes: Changes,
        volume: Volume,
        watch: &mut WatchState,
    ) -> Result<Option<u32>, FolderError> {
        let scope = Scope::new(scan_options.subfolders, &scan_options.ignored);
        let covered = scope.since(folder.scope.as_deref());
        let mut compared = Compared {
            folder,
            covered,
            is_another: false,
        };
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
            // If the folder disappeared, the next poll detects it.
            let Ok(found) = result else {
                return Ok(None);
            };
            let others = found.others;
            let inode = volume.inode.filter(|_| volume.stable_inodes);
            let root = (volume.device, inode.map(u64::cast_signed));
            self.compare_all(&mut compared, found, root, watch).await?;
            let scope = json(&scope);
            if folder.scope.as_deref() != Some(&scope) || root != (folder.device, folder.root_inode)
            {
                self.store.set_scanned(&folder.id, &scope, root).await?;
            }
            watch.must_scan = false;
            watch.scanned = Some((uptime, scan_options.clone()));
            watch.unread.after = Some(0);
            return Ok(Some(others));
        }
        let paths: Vec<PathBuf> = changes.paths.into_iter().collect();
        if paths.is_empty() {
            return Ok(None);
        }
        let (options, names, subfolders) =
            (scan_options.stat, names.clone(), scan_options.subfolders);
        let result = blocking(move || Ok(stat_paths(&root, paths, subfolders, &names, options)));
        let Changed {
            found,
            other_videos,
            gone,
        } = result.await.unwrap_or_default();
        for found in other_videos {
            let known = self.store.known(&folder.id, Some(&found.path)).await?;
            self.compare_other(folder, found, &known, watch).await?;
        }
        for found in found {
            let known = self.store.known(&folder.id, Some(&found.path)).await?;
            self.compare(&compared, found, &known, watch).await?;
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
        compared: &mut Compared<'_>,
        scan: Scan,
        root: (Option<i64>, Option<i64>),
        watch: &mut WatchState,
    ) -> Result<(), FolderError> {
        let folder = compared.folder;
        let known = self.store.known(&folder.id, None).await?;
        if watch.scanned.is_none() {
            let is_moved = |known: Option<i64>, found: Option<i64>| {
                known.is_some() && found.is_some() && known != found
            };
            let is_moved = is_moved(folder.device, root.0) || is_moved(folder.root_inode, root.1);
            compared.is_another = is_another(&known, &scan, is_moved);
        }
        let there: std::collections::HashSet<String> = scan
            .found
            .iter()
            .chain(&scan.other_videos)
            .map(|found| found.path.clone())
            .collect();
        let gone = |path: &str| !there.contains(path) && scan.covers(path);
        watch.debouncer.retain(|path| !gone(path));
        let missing: Vec<&KnownFile> = known
            .values()
            .filter(|file| !file.is_missing && gone(&file.path))
            .collect();
        self.store.set_missing(&missing, true).await?;
        for found in scan.found {
            self.compare(compared, found, &known, watch).await?;
        }
        for found in scan.other_videos {
            self.compare_other(folder, found, &known, watch).await?;
        }
        Ok(())
    }

    /// Names a file that is a video which Slipway does not read.
    async fn compare_other(
        &self,
        folder: &FolderRow,
        found: Found,
        known: &HashMap<String, KnownFile>,
        watch: &mut WatchState,
    ) -> Result<(), FolderError> {
        let Some(PathKind::File(stat)) = found.kind else {
            return Ok(());
        };
        if let Some(file) = known.get(&found.path)
            && file.is_other_format()
        {
            if file.is_missing {
                self.store.set_missing(&[file], false).await?;
            }
            return Ok(());
        }
        if watch.no_videos.get(&found.path) == Some(&stat) {
            return Ok(());
        }
        let whole = Path::new(&folder.path).join(&found.path);
        match blocking(move || other_format::recognise(&whole)).await {
            Ok(Some(skip)) => {
                let candidate = Candidate {
                    path: &found.path,
                    stat,
                    seen_at: self.clock.now(),
                    trigger: Trigger::Watcher,
                };
                self.skip(folder, &candidate, skip).await?;
                self.runtimes.files_changed(&folder.id);
            }
            Ok(None) => {
                watch.no_videos.insert(found.path, stat);
            }
            // Tried again at the next event or scan.
            Err(_) => {}
        }
        Ok(())
    }

    /// Compares a found file with its stored decision, and passes a new or changed one to the debouncer. Offers a file
    /// that was there before, and that Slipway only sees now.
    async fn compare(
        &self,
        compared: &Compared<'_>,
        found: Found,
        known: &HashMap<String, KnownFile>,
        watch: &mut WatchState,
    ) -> Result<(), FolderError> {
        let folder = compared.folder;
        let (stat, skip) = match found.kind {
            Some(PathKind::File(stat)) => (stat, None),
            Some(PathKind::Link(stat)) => (stat, Some(SkipReason::Link)),
            None => (FileStat::unknown(), Some(SkipReason::Name)),
        };
        let is_known = known.contains_key(&found.path);
        if let Some(file) = known.get(&found.path)
            && file.matches(&stat)
            && !(file.was_unreadable() && can_be_read(folder, &found.path).await)
        {
            watch.debouncer.remove(&found.path);
            if file.is_missing {
                self.store.set_missing(&[file], false).await?;
            }
            return Ok(());
        }
        let now = self.clock.now();
        if skip.is_none()
            && (compared.is_another || !is_known && !compared.covered.includes(&found.path))
        {
            watch.debouncer.remove(&found.path);
            let (path, times) = (&found.path, (now, now));
            self.store
                .decide(&folder.id, path, &stat, Decision::Offered, None, times)
                .await?;
            self.runtimes.files_changed(&folder.id);
            return Ok(());
        }
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

    /// Ingests the files that are due.
    async fn ingest_due(
        &self,
        folder: &FolderRow,
        scan_options: &ScanOptions,
        settle: Duration,
        watch: &mut WatchState,
    ) -> Result<(), FolderError> {
        let started = self.clock.uptime();
        let due = watch.debouncer.due(started, settle);
        let known = if due.is_empty() {
            HashMap::new()
        } else {
            self.store.known(&folder.id, None).await?
        };
        // New files come first: there can be thousands of old ones with new times.
        let (old, new): (Vec<_>, Vec<_>) = due
            .into_iter()
            .partition(|(path, _)| known.contains_key(path));
        for (path, entry) in new.into_iter().chain(old) {
            if known.contains_key(&path)
                && self.clock.uptime().saturating_sub(started) >= RECOGNISE_MAX
            {
                break;
            }
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
            match self
                .recognise(folder, scan_options.stat, &candidate)
                .await?
            {
                Recognition::New => {}
                Recognition::Decided => {
                    watch.debouncer.remove(&path);
                    self.runtimes.files_changed(&folder.id);
                    continue;
                }
                Recognition::Changed => {
                    self.recheck(folder, scan_options, &path, watch).await?;
                    let uptime = self.clock.uptime();
                    watch
                        .debouncer
                        .defer(&path, &stat, Stage::Stability, uptime);
                    continue;
                }
            }
            if let Some(tool) = conflict_copy(&path) {
                let tool = tool.to_owned();
                self.skip(folder, &candidate, SkipReason::ConflictCopy { tool })
                    .await?;
                watch.debouncer.remove(&path);
                self.runtimes.files_changed(&folder.id);
                continue;
            }
            // Waits for the sidecar before the video is read, because reading both can take long.
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
                    // If the stat is the same again, the settle time starts again.
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

    /// Reads the stat of a file whose last change may have caused no event.
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
                let compared = Compared {
                    folder,
                    covered: Covered::Same,
                    is_another: false,
                };
                self.compare(&compared, found, &known, watch).await
            }
            Ok(None) => {
                watch.debouncer.remove(path);
                Ok(())
            }
            // The file cannot be read now, so its settle time starts again.
            Err(_) => {
                let uptime = self.clock.uptime();
                if let Some(stat) = watch.debouncer.stat(path) {
                    watch.debouncer.defer(path, &stat, Stage::Stability, uptime);
                }
                Ok(())
            }
        }
    }

    /// Reads one file whose content was never read, if it is time for the next.
    async fn read_next(
        &self,
        folder: &FolderRow,
        scan_options: &ScanOptions,
        watch: &mut WatchState,
    ) -> Result<(), FolderError> {
        let uptime = self.clock.uptime();
        let Some(after) = watch.unread.after else {
            return Ok(());
        };
        if uptime.saturating_sub(watch.unread.at) < READ_INTERVAL {
            return Ok(());
        }
        let next = self.store.next_unread(&folder.id, after).await?;
        watch.unread = Unread {
            after: next.as_ref().map(|file| file.id),
            at: uptime,
        };
        if let Some(file) = next {
            self.read_known(folder, &file, scan_options.stat).await?;
        }
        Ok(())
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
        let read = watch
            .unread
            .after
            .map(|_| watch.unread.at.saturating_add(READ_INTERVAL));
        let due = watch.debouncer.next_due(settle);
        read.into_iter()
            .chain(due)
            .map(|at| at.saturating_sub(uptime))
            .chain([scan])
            .min()
            .unwrap_or(scan)
    }
}

/// Returns true if the files that a scan found are not those of the watched folder: none of its known files is there.
/// A drive can be mounted where another one was.
fn is_another(known: &HashMap<String, KnownFile>, scan: &Scan, is_moved: bool) -> bool {
    let mut expected = known.values().filter(|file| !file.is_missing).peekable();
    if expected.peek().is_none() {
        return is_moved;
    }
    let enough = is_moved || known.values().filter(|file| !file.is_missing).count() >= KNOWN_MIN;
    let found: HashMap<&str, &Found> = scan
        .found
        .iter()
        .map(|found| (found.path.as_str(), found))
        .collect();
    let is_there = |file: &KnownFile| match found.get(file.path.as_str()).map(|found| found.kind) {
        Some(Some(PathKind::File(stat))) => file.may_be(&stat),
        Some(_) => true,
        None => !scan.covers(&file.path),
    };
    enough && !expected.any(is_there)
}

/// Starts a watcher, unless the file system sends no events.
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
                    "[Folders] Watch failed: scanning"
                );
            }
        }
    }
    watch.must_poll = watch.watcher.is_none();
    // Files that appeared before the watcher started caused no event.
    watch.must_scan = true;
}

/// Returns the patterns of ignored names.
fn names(settings: &Settings) -> Option<IgnoredNames> {
    IgnoredNames::new(&settings.ignored_names)
        .inspect_err(|_| tracing::warn!("[Folders] a pattern of the ignored names is none"))
        .ok()
}

/// The changed paths of a folder.
#[derive(Debug, Default)]
struct Changed {
    found: Vec<Found>,
    other_videos: Vec<Found>,
    gone: Vec<String>,
}

/// Reads the stats of changed paths. Blocks.
fn stat_paths(
    root: &Path,
    paths: Vec<PathBuf>,
    subfolders: Subfolders,
    names: &IgnoredNames,
    options: StatOptions,
) -> Changed {
    let mut changed = Changed::default();
    for path in paths {
        let Ok(inside) = path.strip_prefix(root) else {
            continue;
        };
        let deep = inside.components().count() > 1;
        let is_other = names.may_be_other_video(inside);
        if !is_other && !names.may_be_video(inside) || deep && subfolders == Subfolders::Ignore {
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
            Ok(Some(kind)) => {
                let found = Found {
                    path: text,
                    kind: inside.to_str().is_some().then_some(kind),
                };
                if is_other {
                    changed.other_videos.push(found);
                } else {
                    changed.found.push(found);
                }
            }
            Ok(None) => changed.gone.push(text),
            // Retried at the next event or scan.
            Err(_) => {}
        }
    }
    changed
}

/// Returns true if a folder between the root and a file is a symbolic link.
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
