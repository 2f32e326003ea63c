//! Adds, changes and removes folders, and records the creator's consent to direct posting.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use slipway_accounts::accounts::AccountRow;
use slipway_core::{
    blocking::blocking,
    views::{
        AuditKind, Folder, FolderAction, FolderPreview, FolderSettings, FolderWhen, PostMode,
        PostSettings, SubfolderPreview, Subfolders,
    },
};
use slipway_store::audit::{self, Entry};

use super::{
    caption,
    error::FolderError,
    file_stat::{FileStat, PathKind, StatOptions, sidecar_extension},
    files::{self, Decision},
    other_format,
    plan::has_name,
    reasons::SkipReason,
    scan::{self, Found, Scan},
    scope::Scope,
    store::{self, FolderRow, json},
    volume,
    watched_folders::Folders,
};
use crate::{posts, schedule::time_of_day, settings::IgnoredNames};

impl Folders {
    /// Scans a folder that the creator may want to watch.
    pub(crate) async fn preview(
        &self,
        path: &Path,
        settings: &FolderSettings,
    ) -> Result<FolderPreview, FolderError> {
        let (root, text) = self.canonical_path(path).await?;
        let scan = self.scan_first(&text, settings).await?;
        let lacks_events = blocking(move || volume::lacks_events(&root)).await;
        let accounts = self.planner.accounts.list().await?;
        let named = |name: &str| {
            accounts
                .iter()
                .filter(|account| settings.accounts.contains(&account.id))
                .find(|account| has_name(account, name))
                .map(|account| account.id.clone())
        };
        Ok(FolderPreview {
            videos: u32::try_from(scan.found.len()).unwrap_or(u32::MAX),
            other_files: scan.others,
            subfolders: scan
                .subfolders
                .into_iter()
                .map(|name| SubfolderPreview {
                    account_id: (settings.subfolders == Subfolders::PerAccount)
                        .then(|| named(&name))
                        .flatten(),
                    name,
                })
                .collect(),
            network: lacks_events.unwrap_or(true),
        })
    }

    /// Starts to watch a folder. The videos that are already in it are offered.
    pub(crate) async fn add(
        self: &Arc<Self>,
        path: &Path,
        settings: &FolderSettings,
        consent: bool,
    ) -> Result<Folder, FolderError> {
        let accounts = self.check(settings).await?;
        if settings.action == FolderAction::Direct && !consent {
            return Err(FolderError::Consent);
        }
        let (_, text) = self.canonical_path(path).await?;
        let scan = self.scan_first(&text, settings).await?;
        let (id, now) = (uuid::Uuid::now_v7().to_string(), self.clock.now());
        let consented = (settings.action == FolderAction::Direct).then(|| now.as_millisecond());
        let mut tx = self.store.pool.begin_with("BEGIN IMMEDIATE").await?;
        let place = (id.as_str(), text.as_str());
        if !store::add(&mut tx, place, settings, consented, now.as_millisecond()).await? {
            return Err(FolderError::Watched);
        }
        for found in &scan.found {
            let (stat, skip) = match &found.kind {
                Some(PathKind::File(stat)) => (*stat, None),
                Some(PathKind::Link(stat)) => (*stat, Some(SkipReason::Link)),
                None => (FileStat::unknown(), Some(SkipReason::Name)),
            };
            let decision = skip.as_ref().map_or(Decision::Offered, Decision::Skipped);
            let times = (now, now);
            files::decide(&mut tx, &id, &found.path, &stat, decision, None, times).await?;
        }
        let root = PathBuf::from(&text);
        let others = blocking(move || {
            let is_other = |found: Found| {
                let skip = other_format::recognise(&root.join(&found.path)).ok()??;
                Some((found, skip))
            };
            let others = scan.other_videos.into_iter().filter_map(is_other);
            Ok::<_, io::Error>(others.collect::<Vec<_>>())
        });
        for (found, skip) in others.await.unwrap_or_default() {
            if let Some(PathKind::File(stat)) = found.kind {
                let (decision, times) = (Decision::Skipped(&skip), (now, now));
                files::decide(&mut tx, &id, &found.path, &stat, decision, None, times).await?;
            }
        }
        let scope = Scope::new(settings.subfolders, &self.settings.borrow().ignored_names);
        store::set_scope(&mut tx, &id, &json(&scope)).await?;
        if consented.is_some() {
            self.record_consent(&mut tx, &id, settings, &accounts)
                .await?;
        }
        tx.commit().await?;
        tracing::info!(folder = id, action = ?settings.action, offered = scan.found.len(), "[Folders] A folder was added");
        self.clone().start_watching(id.clone());
        self.folder(&id).await
    }

    /// Changes the settings of a folder.
    pub(crate) async fn update(
        &self,
        id: &str,
        settings: &FolderSettings,
        consent: bool,
    ) -> Result<Folder, FolderError> {
        let accounts = self.check(settings).await?;
        let now = self.clock.now();
        let mut tx = self.store.pool.begin_with("BEGIN IMMEDIATE").await?;
        let before = store::get(&mut tx, id).await?;
        let is_direct = settings.action == FolderAction::Direct;
        let agreed = before
            .consented_at
            .filter(|_| !needs_consent(&before, settings));
        let consented = match (is_direct, agreed) {
            (false, _) => None,
            (true, Some(agreed)) => Some(agreed),
            (true, None) if consent => Some(now.as_millisecond()),
            (true, None) => return Err(FolderError::Consent),
        };
        store::update(&mut tx, id, settings, consented, now.as_millisecond()).await?;
        if consented.is_some() && agreed.is_none() {
            self.record_consent(&mut tx, id, settings, &accounts)
                .await?;
        }
        tx.commit().await?;
        self.runtimes.wake(id);
        self.runtimes.folders_changed();
        self.folder(id).await
    }

    /// Pauses or resumes a folder. Nothing is ingested from a paused folder.
    pub(crate) async fn set_paused(&self, id: &str, paused: bool) -> Result<Folder, FolderError> {
        self.store.set_paused(id, paused).await?;
        self.runtimes.wake(id);
        self.runtimes.folders_changed();
        self.folder(id).await
    }

    /// Stops to watch a folder. Its posts stay.
    pub(crate) async fn remove(&self, id: &str) -> Result<(), FolderError> {
        self.store.remove(id).await?;
        self.runtimes.stop(id);
        Ok(())
    }

    /// Returns the caption that a rule gives to a video at `path`.
    pub(crate) fn preview_caption(
        &self,
        rule: &slipway_core::views::CaptionRule,
        hashtags: &[String],
        path: &str,
    ) -> Result<String, FolderError> {
        caption::check(rule, hashtags).map_err(FolderError::Caption)?;
        let zone = crate::settings::zone(&self.settings.borrow());
        let values = super::plan::template_values(Path::new(path), &zone, self.clock.now(), 1);
        let made = caption::caption(rule, hashtags, &values, None);
        made.map_err(FolderError::Caption)
    }

    /// Validates settings. Returns the accounts that they name.
    async fn check(&self, settings: &FolderSettings) -> Result<Vec<AccountRow>, FolderError> {
        caption::check(&settings.caption, &settings.hashtags).map_err(FolderError::Caption)?;
        if let FolderWhen::DailyAt { time } = &settings.when {
            time_of_day(time)?;
        }
        let mut accounts = Vec::with_capacity(settings.accounts.len());
        for id in &settings.accounts {
            let account = self.planner.accounts.get(id).await?;
            accounts.push(account.ok_or(FolderError::NoAccounts)?);
        }
        if accounts.is_empty() {
            return Err(FolderError::NoAccounts);
        }
        if settings.action == FolderAction::Approve {
            return Ok(accounts);
        }
        // Posts that are sent without approval must be complete.
        let post = PostSettings {
            caption: String::new(),
            mode: match settings.action {
                FolderAction::Inbox => PostMode::Inbox,
                FolderAction::Direct | FolderAction::Approve => PostMode::Direct,
            },
            ..settings.post.clone()
        };
        for account in &accounts {
            let account = account.view(self.clock.now());
            posts::check_complete(&post, &[], Some(&account)).map_err(FolderError::Incomplete)?;
        }
        Ok(accounts)
    }

    /// Returns the path of a folder with all symbolic links resolved, also as text.
    async fn canonical_path(&self, path: &Path) -> Result<(PathBuf, String), FolderError> {
        let path = path.to_owned();
        let data = self.database.folder().to_owned();
        let found = blocking(move || {
            let root = path.canonicalize()?;
            let is_folder = root.metadata()?.is_dir();
            let own = data
                .canonicalize()
                .is_ok_and(|data| root.starts_with(&data));
            Ok((root, is_folder, own))
        });
        let (root, is_folder, own) = found.await.map_err(|error| unreadable(&error))?;
        if !is_folder {
            return Err(FolderError::NotAFolder);
        }
        if own {
            return Err(FolderError::Own);
        }
        let text = root.to_str().ok_or(FolderError::Name)?.to_owned();
        Ok((root, text))
    }

    async fn scan_first(&self, root: &str, settings: &FolderSettings) -> Result<Scan, FolderError> {
        let names = IgnoredNames::new(&self.settings.borrow().ignored_names);
        let names = names.map_err(|pattern| crate::settings::SettingsError::Pattern { pattern })?;
        let (root, subfolders) = (PathBuf::from(root), settings.subfolders);
        let sidecar = sidecar_extension(&settings.caption);
        let scan = blocking(move || {
            let metadata = std::fs::metadata(&root)?;
            let inodes = volume::stable_inodes(&root, &metadata);
            let options = StatOptions { sidecar, inodes };
            scan::scan(&root, subfolders, &names, options)
        });
        scan.await.map_err(|error| unreadable(&error))
    }

    /// Appends an audit entry for each account with the settings that the creator agreed to, without the folder's name.
    async fn record_consent(
        &self,
        tx: &mut sqlx::SqliteConnection,
        id: &str,
        settings: &FolderSettings,
        accounts: &[AccountRow],
    ) -> Result<(), FolderError> {
        for account in accounts {
            let entry = Entry::new(AuditKind::ConsentGiven)
                .account(&account.id, &account.display_name)
                .with("folderId", id);
            let entry = posts::consent(entry, &settings.post);
            audit::append(tx, &self.database.vault, self.clock.now(), entry).await?;
        }
        Ok(())
    }
}

/// Returns true if the new settings change what is posted directly, so that the creator must agree again.
fn needs_consent(before: &FolderRow, after: &FolderSettings) -> bool {
    before.settings().is_none_or(|before| {
        let about = |settings: &FolderSettings| {
            let post = PostSettings {
                account_id: None,
                caption: String::new(),
                cover_ms: None,
                ..settings.post.clone()
            };
            (settings.action, json(&post))
        };
        let more = after
            .accounts
            .iter()
            .any(|account| !before.accounts.contains(account));
        more || about(&before) != about(after)
    })
}

fn unreadable(error: &io::Error) -> FolderError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FolderError::NotAFolder,
        kind => FolderError::Unreadable(kind),
    }
}
