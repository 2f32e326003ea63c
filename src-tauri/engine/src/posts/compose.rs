//! Checks that a post is complete: TikTok's rules for the posting page, which the window checks as well.
//! Source: `/doc/content-sharing-guidelines`.

use slipway_core::views::{Account, PostMode, PostSettings, Severity};
use tiktok_api::{PrivacyLevel, limits};

use super::{error::Incomplete, finding::StoredFinding};

/// Fails with the first thing that a post lacks.
pub(crate) fn check_complete(
    settings: &PostSettings,
    findings: &[StoredFinding],
    account: Option<&Account>,
) -> Result<(), Incomplete> {
    let account = account.ok_or(Incomplete::Account)?;
    if findings
        .iter()
        .any(|finding| finding.severity == Severity::Blocks)
    {
        return Err(Incomplete::File);
    }
    let units = settings.caption.encode_utf16().count();
    if units > limits::CAPTION_UTF16_MAX {
        return Err(Incomplete::Caption {
            units,
            max: limits::CAPTION_UTF16_MAX,
        });
    }
    match settings.mode {
        PostMode::Inbox if !account.can_inbox => Err(Incomplete::Scope {
            scope: "video.upload",
        }),
        PostMode::Inbox => Ok(()),
        PostMode::Direct if !account.can_direct_post => Err(Incomplete::Scope {
            scope: "video.publish",
        }),
        PostMode::Direct => check_direct(settings),
    }
}

fn check_direct(settings: &PostSettings) -> Result<(), Incomplete> {
    let privacy = settings.privacy.as_deref().ok_or(Incomplete::Privacy)?;
    if settings.discloses_commercial && !settings.brand_organic && !settings.brand_content {
        return Err(Incomplete::Disclosure);
    }
    let private = PrivacyLevel::from(privacy) == PrivacyLevel::SelfOnly;
    if settings.discloses_commercial && settings.brand_content && private {
        return Err(Incomplete::BrandedPrivate);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use slipway_core::views::AccountState;

    use super::*;
    use crate::posts::Measure;

    fn account(direct: bool, inbox: bool) -> Account {
        Account {
            id: "a".into(),
            display_name: "Ada".into(),
            username: None,
            avatar: None,
            scopes: vec![],
            can_direct_post: direct,
            can_inbox: inbox,
            missing: vec![],
            state: AccountState::Connected,
            reconnect: None,
            label: None,
            colour: None,
            connected_at: String::new(),
            ends_at: String::new(),
            ending: None,
        }
    }

    fn direct() -> PostSettings {
        PostSettings {
            privacy: Some("SELF_ONLY".into()),
            ..PostSettings::default()
        }
    }

    fn check(settings: &PostSettings) -> Result<(), Incomplete> {
        check_complete(settings, &[], Some(&account(true, true)))
    }

    #[test]
    fn privacy_has_no_default() {
        assert_eq!(check(&PostSettings::default()), Err(Incomplete::Privacy));
        assert_eq!(check(&direct()), Ok(()));
    }

    #[test]
    fn captions_count_in_utf16_units() {
        let of = |caption: String| {
            check(&PostSettings {
                caption,
                ..direct()
            })
        };
        assert_eq!(of("x".repeat(2200)), Ok(()));
        assert_eq!(
            of("x".repeat(2201)),
            Err(Incomplete::Caption {
                units: 2201,
                max: 2200
            })
        );
        assert_eq!(of("🎬".repeat(1100)), Ok(()));
        assert_eq!(
            of("🎬".repeat(1101)),
            Err(Incomplete::Caption {
                units: 2202,
                max: 2200
            })
        );
    }

    #[test]
    fn commercial_content_needs_a_kind_and_branded_content_an_audience() {
        let disclosed = PostSettings {
            discloses_commercial: true,
            ..direct()
        };
        assert_eq!(check(&disclosed), Err(Incomplete::Disclosure));
        let branded = PostSettings {
            brand_content: true,
            ..disclosed.clone()
        };
        assert_eq!(check(&branded), Err(Incomplete::BrandedPrivate));
        let own = PostSettings {
            brand_organic: true,
            ..disclosed
        };
        assert_eq!(check(&own), Ok(()));
    }

    #[test]
    fn each_mode_needs_its_scope_and_an_account() {
        let inbox = PostSettings {
            mode: PostMode::Inbox,
            ..PostSettings::default()
        };
        let with = |settings: &PostSettings, account: &Account| {
            check_complete(settings, &[], Some(account))
        };
        assert_eq!(with(&inbox, &account(false, true)), Ok(()));
        assert!(matches!(
            with(&inbox, &account(true, false)),
            Err(Incomplete::Scope { .. })
        ));
        assert!(matches!(
            with(&direct(), &account(false, true)),
            Err(Incomplete::Scope { .. })
        ));
        assert_eq!(
            check_complete(&direct(), &[], None),
            Err(Incomplete::Account)
        );
    }

    #[test]
    fn a_file_with_a_blocking_finding_is_incomplete() {
        let finding = StoredFinding {
            rule: "too_long".into(),
            severity: Severity::Blocks,
            found: Measure::Silence,
            wanted: None,
        };
        let checked = check_complete(&direct(), &[finding], Some(&account(true, true)));
        assert_eq!(checked, Err(Incomplete::File));
    }
}
