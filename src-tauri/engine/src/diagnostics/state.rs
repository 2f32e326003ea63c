//! The report of the engine's state: complete for a helper, and without anything that identifies the creator.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};
use slipway_accounts::rate_limit::CallCount;
use slipway_core::{
    clock,
    texts::Texts,
    views::{
        AfterPosting, AuditState, CaptionRule, DiagnosticsChoice, Folder, FolderAction,
        FolderCounts, FolderState, FolderWhen, HistoryEntry, KeySource, Media, NetworkState,
        PostMode, Settings, Subfolders,
    },
};

use crate::posts::PostRow;

/// The state of the whole engine.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DiagnosticsState {
    /// When the report was made, as RFC 3339.
    pub(crate) made_at: String,
    /// The engine's version.
    pub(crate) engine: &'static str,
    /// The TikTok app and the address of the API.
    pub(crate) tiktok: TikTokState,
    pub(crate) vault: KeySource,
    /// The settings, without the address of the hosted page.
    pub(crate) settings: Settings,
    #[serde(rename = "standing")]
    pub(crate) status: StatusReport,
    pub(crate) accounts: Vec<AccountFacts>,
    /// The number of disconnects that TikTok has not been kept of yet.
    pub(crate) pending_revocations: i64,
    pub(crate) queue: QueueState,
    pub(crate) folders: Vec<FolderFacts>,
    /// The calls of the last minute.
    pub(crate) recent_calls: Vec<CallCount>,
    pub(crate) database: DatabaseState,
    pub(crate) audit: AuditState,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TikTokState {
    pub(crate) api: String,
    pub(crate) on_this_computer: bool,
    pub(crate) has_credentials: bool,
    pub(crate) credentials_from_environment: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusReport {
    pub(crate) paused: bool,
    pub(crate) network: NetworkState,
    pub(crate) services: Vec<ServiceState>,
    /// The codes of the shown notices.
    pub(crate) notices: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceState {
    pub(crate) host: String,
    pub(crate) account_id: Option<String>,
    pub(crate) trying: bool,
    pub(crate) next_try: String,
    pub(crate) code: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountFacts {
    pub(crate) id: String,
    pub(crate) state: String,
    /// Why the account must be connected again.
    pub(crate) lost: Option<String>,
    pub(crate) scopes: String,
    pub(crate) connected_at: String,
    pub(crate) access_expires_at: String,
    pub(crate) refresh_due_at: String,
    pub(crate) refresh_asked_at: Option<String>,
    pub(crate) refresh_expires_at: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DatabaseState {
    /// The newest migration.
    pub(crate) version: i64,
    pub(crate) bytes: u64,
    /// The size of the write-ahead log and other files beside the database.
    pub(crate) side_bytes: u64,
    pub(crate) backups: Vec<BackupState>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupState {
    pub(crate) made_at: String,
    pub(crate) daily: bool,
    pub(crate) bytes: u64,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueState {
    /// The number of posts in each state.
    pub(crate) counts: BTreeMap<String, u64>,
    /// The newest posts.
    pub(crate) posts: Vec<PostFacts>,
}

/// A watched folder, without private data.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FolderFacts {
    id: String,
    accounts: Vec<String>,
    action: FolderAction,
    when: FolderWhen,
    /// The kind of the caption rule, without the text of a template.
    caption: &'static str,
    hashtags: usize,
    subfolders: Subfolders,
    after: AfterPosting,
    state: &'static str,
    /// The code of the notice that says why the folder is not watched.
    code: Option<String>,
    counts: FolderCounts,
    consented_at: Option<String>,
    added_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

impl FolderFacts {
    pub(crate) fn of(folder: Folder, choice: DiagnosticsChoice) -> Self {
        let (state, notice) = match folder.state {
            FolderState::Watching { by_scanning: false } => ("watching", None),
            FolderState::Watching { by_scanning: true } => ("watching by scanning", None),
            FolderState::Scanning => ("scanning", None),
            FolderState::Paused => ("paused", None),
            FolderState::Away { notice } => ("away", Some(notice)),
            FolderState::Blocked { notice } => ("blocked", Some(notice)),
        };
        Self {
            id: folder.id,
            accounts: folder.settings.accounts,
            action: folder.settings.action,
            when: folder.settings.when,
            caption: match folder.settings.caption {
                CaptionRule::FileName => "fileName",
                CaptionRule::TextFile => "textFile",
                CaptionRule::JsonFile => "jsonFile",
                CaptionRule::Template { .. } => "template",
            },
            hashtags: folder.settings.hashtags.len(),
            subfolders: folder.settings.subfolders,
            after: folder.settings.after,
            state,
            code: notice.map(|notice| notice.code),
            counts: folder.counts,
            consented_at: folder.consented_at,
            added_at: folder.added_at,
            path: choice
                .file_names
                .then(|| folder.path.to_string_lossy().into_owned()),
        }
    }
}

/// A post, without private data.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice on the posting page"
)]
pub(crate) struct PostFacts {
    id: String,
    account_id: Option<String>,
    state: String,
    /// Why the post waits, failed or is unconfirmed.
    cause: Option<Value>,
    wait_until: Option<String>,
    due_at: Option<String>,
    created_at: String,
    finished_at: Option<String>,
    all_sent_at: Option<String>,
    upload_expires_at: Option<String>,
    size_bytes: i64,
    bytes_sent: i64,
    attempts: i64,
    inits: i64,
    lost_inits: i64,
    publish_id: Option<String>,
    remark: Option<String>,
    has_link: bool,
    media: Option<Media>,
    /// The rules that the file breaks.
    findings: Vec<String>,
    mode: PostMode,
    privacy: Option<String>,
    discloses_commercial: bool,
    brand_organic: bool,
    brand_content: bool,
    is_aigc: bool,
    /// The length of the caption in UTF-16 code units.
    caption_units: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    history: Vec<HistoryLine>,
}

/// A line of a post's history.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct HistoryLine {
    at: String,
    code: String,
    /// The line in English.
    text: String,
}

impl PostFacts {
    pub(crate) fn of(
        row: &PostRow,
        history: Vec<HistoryEntry>,
        texts: &Texts,
        choice: DiagnosticsChoice,
    ) -> Self {
        let settings = row.settings();
        let moment = |at: Option<i64>| at.map(|at| clock::from_millis(at).to_string());
        let findings = row.findings().unwrap_or_default();
        Self {
            id: row.id.clone(),
            account_id: row.account_id.clone(),
            state: row.state.clone(),
            cause: row.cause.as_deref().map(cause),
            wait_until: moment(row.wait_until),
            due_at: moment(row.due_at),
            created_at: clock::from_millis(row.created_at).to_string(),
            finished_at: moment(row.finished_at),
            all_sent_at: moment(row.all_sent_at),
            upload_expires_at: moment(row.upload_expires_at),
            size_bytes: row.size,
            bytes_sent: row.bytes_sent,
            attempts: row.attempts,
            inits: row.inits,
            lost_inits: row.lost_inits,
            publish_id: row.publish_id.clone(),
            remark: row.remark.clone(),
            has_link: row.link.is_some(),
            media: row.media().ok(),
            findings: findings.into_iter().map(|finding| finding.rule).collect(),
            mode: settings.mode,
            caption_units: settings.caption.encode_utf16().count(),
            caption: choice.captions.then_some(settings.caption),
            privacy: settings.privacy,
            discloses_commercial: settings.discloses_commercial,
            brand_organic: settings.brand_organic,
            brand_content: settings.brand_content,
            is_aigc: settings.is_aigc,
            path: choice.file_names.then(|| row.path.clone()),
            history: history
                .into_iter()
                .map(|entry| HistoryLine {
                    at: entry.at,
                    text: texts.message(&entry.message),
                    code: entry.message.code,
                })
                .collect(),
        }
    }
}

/// Returns the kind, numbers and TikTok codes of a stored cause. Free text is left out.
fn cause(stored: &str) -> Value {
    const CODES: [&str; 4] = ["kind", "code", "reason", "level"];
    let Ok(Value::Object(parts)) = serde_json::from_str::<Value>(stored) else {
        return "unreadable".into();
    };
    let kept = parts
        .into_iter()
        .filter(|(name, part)| part.is_number() || CODES.contains(&name.as_str()));
    kept.collect::<Map<_, _>>().into()
}

impl DiagnosticsState {
    /// Returns the texts that can contain private data.
    pub(crate) fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let posts = self.queue.posts.iter_mut();
        posts
            .flat_map(|post| post.history.iter_mut())
            .map(|entry| &mut entry.text)
    }
}
