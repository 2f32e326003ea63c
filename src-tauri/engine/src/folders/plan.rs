//! Plans the posts to create for an ingested file: their accounts and settings, and which of them need approval. Pure
//! functions without disk or database.

use std::path::Path;

use slipway_accounts::accounts::AccountRow;
use slipway_core::views::{
    FolderAction, FolderSettings, LocalMoment, PostMode, PostSettings, Subfolders,
};
use tiktok_api::limits;

use super::{
    caption::{self, TemplateValues},
    hashtags::without_repetitions,
    reasons::{ApprovalReason, SkipReason},
    sidecar::Sidecar,
};

/// A planned post.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    pub(super) settings: PostSettings,
    /// True if the post is queued without approval.
    pub(super) is_due: bool,
    /// The time that the sidecar sets.
    pub(super) at: Option<LocalMoment>,
    /// Why the post needs approval although the folder posts automatically.
    pub(super) held: Option<ApprovalReason>,
}

/// Returns the accounts that a file at `path` is for.
pub(super) fn recipients<'a>(
    settings: &FolderSettings,
    accounts: &'a [AccountRow],
    path: &str,
    sidecar: Option<&Sidecar>,
) -> Result<Vec<&'a AccountRow>, SkipReason> {
    let mut chosen: Vec<&AccountRow> = settings
        .accounts
        .iter()
        .filter_map(|id| accounts.iter().find(|account| account.id == *id))
        .collect();
    if let Some(name) = sidecar.and_then(|sidecar| sidecar.account.as_ref()) {
        chosen.retain(|account| has_name(account, name));
        if chosen.is_empty() {
            return Err(SkipReason::SideAccount { name: name.clone() });
        }
    } else if settings.subfolders == Subfolders::PerAccount {
        let Some((name, _)) = path.split_once('/') else {
            return Err(SkipReason::NoSubfolder);
        };
        chosen.retain(|account| has_name(account, name));
        if chosen.is_empty() {
            return Err(SkipReason::NoSuchAccount {
                name: name.to_owned(),
            });
        }
    }
    Ok(chosen)
}

/// Returns true if a name is the account's label, `@username`, username or nickname, in any case.
pub(super) fn has_name(account: &AccountRow, name: &str) -> bool {
    let name = name.trim().to_lowercase();
    let handle = account
        .username
        .as_ref()
        .map(|username| format!("@{username}"));
    [&account.label, &handle, &account.username]
        .into_iter()
        .flatten()
        .chain([&account.display_name])
        .any(|known| known.trim().to_lowercase() == name)
}

/// Plans the post of a file for one account, with the settings of the folder and of the sidecar.
pub(super) fn draft(
    settings: &FolderSettings,
    account: &AccountRow,
    values: &TemplateValues<'_>,
    sidecar: Option<&Sidecar>,
    zone: &str,
) -> Result<Draft, SkipReason> {
    let default = Sidecar::default();
    let said = sidecar.unwrap_or(&default);
    let chosen = post_settings(settings, said);
    let hashtags = without_repetitions(said.hashtags.0.iter().chain(&settings.hashtags));
    let text = sidecar.and_then(|sidecar| sidecar.caption.as_deref());
    // Cannot fail, because settings are validated before they are stored.
    let caption = caption::caption(&settings.caption, &hashtags, values, text).unwrap_or_default();
    let (at, moment_held) = match said.at.as_deref().map(|at| moment(at, zone)) {
        None => (None, None),
        Some(Some(at)) => (Some(at), None),
        Some(None) => (None, Some(ApprovalReason::Moment)),
    };
    let held = match settings.action {
        FolderAction::Approve => None,
        FolderAction::Inbox | FolderAction::Direct if goes_beyond(settings, &chosen) => {
            Some(ApprovalReason::BeyondConsent)
        }
        FolderAction::Inbox | FolderAction::Direct => moment_held,
    };
    let is_due = settings.action != FolderAction::Approve && held.is_none();
    let units = caption.encode_utf16().count();
    // A draft shows its own notice.
    if is_due && units > limits::CAPTION_UTF16_MAX {
        return Err(SkipReason::Caption {
            units,
            max: limits::CAPTION_UTF16_MAX,
        });
    }
    Ok(Draft {
        settings: PostSettings {
            account_id: Some(account.id.clone()),
            caption,
            ..chosen
        },
        is_due,
        at,
        held,
    })
}

/// Combines the settings of the folder with those of the sidecar, which override them.
fn post_settings(settings: &FolderSettings, sidecar: &Sidecar) -> PostSettings {
    let folder = &settings.post;
    let mode = match settings.action {
        FolderAction::Inbox => PostMode::Inbox,
        FolderAction::Approve | FolderAction::Direct => PostMode::Direct,
    };
    // The creator must choose the audience of each post by hand, unless a sidecar for this video does.
    // Source: `/doc/content-sharing-guidelines`.
    let privacy = match settings.action {
        FolderAction::Direct => folder.privacy.clone(),
        FolderAction::Inbox | FolderAction::Approve => None,
    };
    PostSettings {
        account_id: None,
        caption: String::new(),
        mode: sidecar.mode.unwrap_or(mode),
        privacy: sidecar.privacy.clone().or(privacy),
        allow_comment: sidecar.allow_comment.unwrap_or(folder.allow_comment),
        allow_duet: sidecar.allow_duet.unwrap_or(folder.allow_duet),
        allow_stitch: sidecar.allow_stitch.unwrap_or(folder.allow_stitch),
        discloses_commercial: sidecar
            .discloses_commercial
            .unwrap_or(folder.discloses_commercial),
        brand_organic: sidecar.brand_organic.unwrap_or(folder.brand_organic),
        brand_content: sidecar.brand_content.unwrap_or(folder.brand_content),
        is_aigc: sidecar.is_aigc.unwrap_or(folder.is_aigc),
        cover_ms: sidecar.cover_ms.or(folder.cover_ms),
    }
}

/// Returns true if settings go beyond the creator's consent for the folder. Turning a permission off, adding the AI
/// label, or posting to the inbox instead of the profile does not.
fn goes_beyond(settings: &FolderSettings, chosen: &PostSettings) -> bool {
    if chosen.mode == PostMode::Inbox {
        return false;
    }
    let agreed = &settings.post;
    settings.action != FolderAction::Direct
        || chosen.privacy != agreed.privacy
        || chosen.allow_comment && !agreed.allow_comment
        || chosen.allow_duet && !agreed.allow_duet
        || chosen.allow_stitch && !agreed.allow_stitch
        || chosen.discloses_commercial != agreed.discloses_commercial
        || chosen.brand_organic != agreed.brand_organic
        || chosen.brand_content != agreed.brand_content
        || !chosen.is_aigc && agreed.is_aigc
}

/// Parses the time of a sidecar: a local date and time in `zone`, or RFC 3339.
fn moment(text: &str, zone: &str) -> Option<LocalMoment> {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(LocalMoment {
            date_time: instant
                .to_zoned_datetime(jiff::tz::TimeZone::UTC)
                .strftime("%Y-%m-%dT%H:%M:%S")
                .to_string(),
            zone: "UTC".to_owned(),
        });
    }
    let moment = LocalMoment {
        date_time: text.to_owned(),
        zone: zone.to_owned(),
    };
    crate::schedule::resolve(&moment).is_ok().then_some(moment)
}

/// Collects the values of a caption template's placeholders.
pub(super) fn template_values<'a>(
    path: &'a Path,
    zone: &jiff::tz::TimeZone,
    now: jiff::Timestamp,
    n: i64,
) -> TemplateValues<'a> {
    TemplateValues {
        path,
        date: zone.to_datetime(now).date(),
        n,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use slipway_core::views::CaptionRule;

    fn account(id: &str, label: Option<&str>) -> AccountRow {
        AccountRow {
            id: id.to_owned(),
            display_name: format!("{id} makes things"),
            username: Some(format!("{id}.makes")),
            label: label.map(str::to_owned),
            ..AccountRow::default()
        }
    }

    fn folder(action: FolderAction) -> FolderSettings {
        FolderSettings {
            accounts: vec!["ada".into(), "cleo".into()],
            action,
            post: PostSettings {
                privacy: Some("PUBLIC_TO_EVERYONE".into()),
                allow_comment: true,
                is_aigc: true,
                ..PostSettings::default()
            },
            caption: CaptionRule::JsonFile,
            ..FolderSettings::default()
        }
    }

    fn made(action: FolderAction, sidecar: &str) -> Result<Draft, SkipReason> {
        let values = TemplateValues {
            path: Path::new("/f/glaze_day.mp4"),
            date: date(2026, 11, 26),
            n: 1,
        };
        let sidecar = super::super::sidecar::parse(sidecar).unwrap();
        draft(
            &folder(action),
            &account("ada", None),
            &values,
            Some(&sidecar),
            "Europe/Vienna",
        )
    }

    #[test]
    fn account_names_ignore_case() {
        let accounts = [account("ada", Some("Studio")), account("cleo", None)];
        let settings = FolderSettings {
            subfolders: Subfolders::PerAccount,
            ..folder(FolderAction::Approve)
        };
        let of = |path: &str, sidecar: Option<&Sidecar>| {
            recipients(&settings, &accounts, path, sidecar)
                .map(|found| found.iter().map(|one| one.id.clone()).collect::<Vec<_>>())
        };
        assert_eq!(of("STUDIO/a.mp4", None).unwrap(), ["ada"]);
        assert_eq!(of("@cleo.MAKES/b/a.mp4", None).unwrap(), ["cleo"]);
        assert_eq!(of("Cleo makes things/a.mp4", None).unwrap(), ["cleo"]);
        assert_eq!(of("a.mp4", None), Err(SkipReason::NoSubfolder));
        assert_eq!(
            of("eve/a.mp4", None),
            Err(SkipReason::NoSuchAccount { name: "eve".into() })
        );
        let sidecar = |name: &str| Sidecar {
            account: Some(name.into()),
            ..Sidecar::default()
        };
        assert_eq!(
            of("studio/a.mp4", Some(&sidecar("cleo.makes"))).unwrap(),
            ["cleo"]
        );
        assert_eq!(
            of("studio/a.mp4", Some(&sidecar("eve"))),
            Err(SkipReason::SideAccount { name: "eve".into() })
        );
    }

    #[test]
    fn approval_sets_no_audience() {
        let made = made(FolderAction::Approve, "{}").unwrap();
        assert!(!made.is_due && made.held.is_none());
        assert_eq!(made.settings.privacy, None);
        assert!(made.settings.allow_comment && made.settings.is_aigc);
        assert_eq!(made.settings.caption, "glaze day");
        assert_eq!(made.settings.account_id.as_deref(), Some("ada"));
    }

    #[test]
    fn sidecars_beyond_the_consent_need_approval() {
        for (sidecar, beyond) in [
            ("{}", false),
            (
                r##"{"caption":"x","hashtags":["#a","b"],"coverMs":7}"##,
                false,
            ),
            (r#"{"allowComment":false}"#, false),
            (r#"{"mode":"inbox"}"#, false),
            (r#"{"privacy":"PUBLIC_TO_EVERYONE","isAigc":true}"#, false),
            (r#"{"privacy":"SELF_ONLY"}"#, true),
            (r#"{"allowDuet":true}"#, true),
            (r#"{"isAigc":false}"#, true),
            (r#"{"disclosesCommercial":true,"brandOrganic":true}"#, true),
        ] {
            let made = made(FolderAction::Direct, sidecar).unwrap();
            assert_eq!(
                made.held == Some(ApprovalReason::BeyondConsent),
                beyond,
                "{sidecar}"
            );
            assert_eq!(made.is_due, !beyond, "{sidecar}");
        }
        let inbox = made(FolderAction::Inbox, r#"{"mode":"direct"}"#).unwrap();
        assert_eq!(inbox.held, Some(ApprovalReason::BeyondConsent));
    }

    #[test]
    fn times_are_local_or_rfc_3339() {
        let at = |text: &str| {
            let sidecar = format!(r#"{{"at":"{text}"}}"#);
            made(FolderAction::Direct, &sidecar).unwrap()
        };
        let local = at("2026-12-01T18:00").at.unwrap();
        assert_eq!(
            (local.date_time.as_str(), local.zone.as_str()),
            ("2026-12-01T18:00", "Europe/Vienna")
        );
        let utc = at("2026-12-01T18:00:00+01:00").at.unwrap();
        assert_eq!(
            (utc.date_time.as_str(), utc.zone.as_str()),
            ("2026-12-01T17:00:00", "UTC")
        );
        let wrong = at("tomorrow");
        assert_eq!(
            (wrong.held, wrong.is_due),
            (Some(ApprovalReason::Moment), false)
        );
    }

    #[test]
    fn a_long_caption_is_not_truncated() {
        let sidecar = format!(r#"{{"caption":"{}"}}"#, "x".repeat(2201));
        assert_eq!(
            made(FolderAction::Direct, &sidecar),
            Err(SkipReason::Caption {
                units: 2201,
                max: 2200
            })
        );
        let draft = made(FolderAction::Approve, &sidecar).unwrap();
        assert_eq!(draft.settings.caption.len(), 2201);
    }
}
