//! Notices about accounts: why one must be reconnected, what a missing permission disables, and unusable labels.

use slipway_core::{
    account_name,
    notice::Explain,
    views::{Message, Notice},
};
use tiktok_api::{RemovalReason, Scope};

use super::{ExpiryWarning, LabelError, ReconnectReason};

pub(crate) mod text {
    //! The texts about accounts.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice refused = "account.refused";
        notice answer_lost = "account.answer_lost";
        notice removed = "account.removed";
        notice removed_by_creator = "account.removed_by_creator";
        notice account_deleted = "account.account_deleted";
        notice age_changed = "account.age_changed";
        notice account_banned = "account.account_banned";
        notice revoked_by_developer = "account.revoked_by_developer";
        notice ended = "account.ended";
        notice unreadable = "account.unreadable";
        notice forgotten = "account.forgotten";
        notice another_creator = "account.another_creator";
        notice ending = "account.ending" (name: message, at: moment);
        notice ending_of = "account.*" (name: message, at: moment) open warning;
        notice app_refused = "account.app_refused";
        notice gone = "account.gone";
        notice label_long = "account.label_long" (max: number);
        notice label_control = "account.label_control";
        message no_basics = "scope.user_info_basic";
        message no_publish = "scope.video_publish";
        message no_upload = "scope.video_upload";
        message unused = "scope.unused";
    }
}

impl Explain for ReconnectReason {
    fn explain(&self) -> Notice {
        match self {
            Self::Refused => text::refused(),
            Self::Unanswered => text::answer_lost(),
            Self::Removed(RemovalReason::UserDisconnected) => text::removed_by_creator(),
            Self::Removed(RemovalReason::AccountDeleted) => text::account_deleted(),
            Self::Removed(RemovalReason::AgeChanged) => text::age_changed(),
            Self::Removed(RemovalReason::AccountBanned) => text::account_banned(),
            Self::Removed(RemovalReason::DeveloperRevoked) => text::revoked_by_developer(),
            Self::Removed(_) => text::removed(),
            Self::Ended => text::ended(),
            Self::Unreadable => text::unreadable(),
            Self::Forgotten => text::forgotten(),
            Self::AnotherCreator => text::another_creator(),
        }
    }
}

impl Explain for ExpiryWarning {
    fn explain(&self) -> Notice {
        text::ending(account_name::message(&self.account_name), self.ends_at)
    }
}

/// The warning for the status, with a code of its own after `account.`, so that it can be dismissed by itself.
pub fn account_ending(warning: &ExpiryWarning, code: &str) -> Notice {
    let name = account_name::message(&warning.account_name);
    text::ending_of(code, name, warning.ends_at)
}

/// For a TikTok app whose client key and secret TikTok refuses.
pub fn app_refused() -> Notice {
    text::app_refused()
}

/// Returns the effect of a missing scope. Source: `/doc/tiktok-api-scopes`.
pub fn disabled_without(scope: &Scope) -> Message {
    match scope {
        Scope::UserInfoBasic => text::no_basics(),
        Scope::VideoPublish => text::no_publish(),
        Scope::VideoUpload => text::no_upload(),
        _ => text::unused(),
    }
}

/// A scope as the catalogs select by it: `publish`, `upload`, or TikTok's own name of another one.
pub fn scope_key(scope: &str) -> &str {
    match scope {
        "video.publish" => "publish",
        "video.upload" => "upload",
        other => other,
    }
}

impl Explain for LabelError {
    fn explain(&self) -> Notice {
        match self {
            Self::Long { max } => text::label_long(*max),
            Self::Control => text::label_control(),
        }
    }
}

/// For an account that is no longer connected.
pub fn account_gone() -> Notice {
    text::gone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_to_reconnect_has_its_own_code() {
        let mut codes = std::collections::BTreeSet::new();
        for reason in ReconnectReason::ALL {
            let notice = reason.explain();
            assert_eq!(notice.code, format!("account.{}", reason.as_str()));
            assert!(codes.insert(notice.code.clone()), "{}", notice.code);
        }
        let known = ReconnectReason::Removed(RemovalReason::Other(9)).explain();
        assert_eq!(known.code, "account.removed");
    }
}
