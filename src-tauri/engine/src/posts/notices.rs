//! Notices about posts: why one is not complete, waits or ended, and why a request to the engine failed.

use slipway_accounts::{
    accounts::scope_key,
    connect::{CallPurpose, ConnectError, rate_limited, reconnect, refused},
};
use slipway_core::{clock, io_fault::IoFault, notice::Explain, views::Notice};
use slipway_store::database::DatabaseFault;
use tiktok_api::{ErrorCode, FailReason, PlanError, limits};

use super::file_notices;
use crate::{
    posts::{Cause, Incomplete, PostError},
    videos::VideoError,
};

pub(crate) mod text {
    //! The texts about posts.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice no_reason = "post.no_reason";
        notice unreadable = "post.unreadable" (count: number);
        notice remark = "post.remark" (remark: notice);
        notice gone = "post.gone";
        notice wrong_state = "post.wrong_state";
        notice file_missing = "post.file_missing";
        notice file_changed = "post.file_changed";
        notice file_unreadable = "post.file_unreadable" (detail: message);
        notice file_empty = "post.file_empty";
        notice file_too_large = "post.file_too_large" (max: bytes);
        notice offline = "post.offline";
        notice tiktok_down = "post.tiktok_down" (http: text);
        notice answer_unreadable = "post.answer_unreadable";
        notice too_many_starts = "post.too_many_starts";
        notice account_gone = "post.account_gone";
        notice credentials_refused = "post.credentials_refused" (context: text);
        notice faulted = "post.faulted";
        notice too_long = "post.too_long" (found: seconds, max: seconds);
        notice privacy_gone = "post.privacy_gone";
        notice never_said = "post.never_said";
        notice forgotten = "post.forgotten";
        notice metered = "post.metered";
        notice too_slow = "post.too_slow" (minutes: number);
        notice paused_all = "post.paused_all";
        notice spacing = "post.spacing";
        notice missed = "post.missed" (due: moment);
        notice restored = "post.restored" (from: moment);
        notice ended_format = "ended.file_format_check_failed";
        notice ended_duration = "ended.duration_check_failed";
        notice ended_frame_rate = "ended.frame_rate_check_failed";
        notice ended_picture_size = "ended.picture_size_check_failed";
        notice ended_internal = "ended.internal";
        notice ended_cancelled = "ended.publish_cancelled";
        notice ended_auth_removed = "ended.auth_removed";
        notice ended_too_many_posts = "ended.spam_risk_too_many_posts";
        notice ended_banned = "ended.spam_risk_user_banned_from_posting";
        notice ended_text = "ended.spam_risk_text";
        notice ended_spam = "ended.spam_risk";
        notice ended_other = "ended.*" (code: text) open last;
        notice compose_account = "compose.account";
        notice compose_scope = "compose.scope" (scope: text);
        notice compose_privacy = "compose.privacy";
        notice compose_caption = "compose.caption" (units: number, max: number, excess: number);
        notice compose_disclosure = "compose.disclosure";
        notice compose_branded_private = "compose.branded_private";
        notice compose_file = "compose.file";
    }
}

/// For a stored post whose reason cannot be read any more.
pub(crate) fn no_reason() -> Notice {
    text::no_reason()
}

/// For posts whose entries in the database cannot be read.
pub(crate) fn unreadable_posts(count: usize) -> Notice {
    text::unreadable(count)
}

/// For a reason that TikTok gave while it was still processing.
pub(crate) fn remark(reason: &str) -> Notice {
    text::remark(ended(&FailReason::from(reason)))
}

/// For a TikTok app whose client key and secret TikTok refuses.
pub(crate) fn credentials_refused(context: CallPurpose) -> Notice {
    text::credentials_refused(context.as_str())
}

impl Explain for PostError {
    fn explain(&self) -> Notice {
        match self {
            Self::NoSuchPost => text::gone(),
            Self::WrongState { .. } => text::wrong_state(),
            Self::Video(error) => error.explain(),
            Self::Database(error) => DatabaseFault::of(error).explain(),
        }
    }
}

impl Explain for VideoError {
    fn explain(&self) -> Notice {
        match self {
            Self::Unreadable(error) => {
                file_notices::text::unreadable(IoFault::from(error).message(), "post")
            }
            Self::Database(error) => DatabaseFault::of(error).explain(),
        }
    }
}

impl Explain for Incomplete {
    fn explain(&self) -> Notice {
        match self {
            Self::Account => text::compose_account(),
            Self::Scope { scope } => text::compose_scope(scope_key(scope)),
            Self::Privacy => text::compose_privacy(),
            Self::Caption { units, max } => {
                text::compose_caption(*units, *max, units.saturating_sub(*max))
            }
            Self::Disclosure => text::compose_disclosure(),
            Self::BrandedPrivate => text::compose_branded_private(),
            Self::File => text::compose_file(),
        }
    }
}

impl Explain for Cause {
    fn explain(&self) -> Notice {
        match self {
            Self::FileMissing => text::file_missing(),
            Self::FileChanged => text::file_changed(),
            Self::FileUnreadable { detail } => {
                text::file_unreadable(IoFault::from_stored(detail).message())
            }
            Self::FileEmpty => text::file_empty(),
            Self::FileTooLarge => text::file_too_large(limits::VIDEO_SIZE_MAX),
            Self::Offline => text::offline(),
            Self::TikTokDown { http } => {
                text::tiktok_down(http.map_or_else(|| "none".to_owned(), |http| http.to_string()))
            }
            Self::AnswerUnreadable => text::answer_unreadable(),
            Self::RateLimited => rate_limited(CallPurpose::Post),
            Self::TooManyStarts => text::too_many_starts(),
            Self::ReconnectNeeded => reconnect(CallPurpose::Post),
            Self::AccountGone => text::account_gone(),
            Self::CredentialsMissing => ConnectError::CredentialsMissing.explain(),
            Self::CredentialsRefused => text::credentials_refused(CallPurpose::Post.as_str()),
            Self::Faulted => text::faulted(),
            // Older versions stored these two faults of the file as a refusal by TikTok.
            Self::Refused { message, .. } if *message == PlanError::Empty.to_string() => {
                text::file_empty()
            }
            Self::Refused { message, .. } if *message == PlanError::TooLarge.to_string() => {
                text::file_too_large(limits::VIDEO_SIZE_MAX)
            }
            Self::Refused { code, message } => {
                refused(&ErrorCode::from(code.as_str()), message, CallPurpose::Post)
            }
            Self::Ended { reason } => ended(&FailReason::from(reason.as_str())),
            Self::TooLong { found_sec, max_sec } => text::too_long(*found_sec, *max_sec),
            Self::PrivacyGone { .. } => text::privacy_gone(),
            Self::NeverSaid => text::never_said(),
            Self::Forgotten => text::forgotten(),
            Self::Metered => text::metered(),
            Self::TooSlow { minutes } => text::too_slow(*minutes),
            Self::PausedAll => text::paused_all(),
            Self::Spacing => text::spacing(),
            Self::Missed { due } => text::missed(clock::from_millis(*due)),
            Self::Restored { from } => text::restored(clock::from_millis(*from)),
        }
    }
}

/// TikTok's reason for ending a publish. Source: `/doc/content-posting-api-reference-get-video-status`.
fn ended(reason: &FailReason) -> Notice {
    match reason {
        FailReason::FileFormatCheckFailed => text::ended_format(),
        FailReason::DurationCheckFailed => text::ended_duration(),
        FailReason::FrameRateCheckFailed => text::ended_frame_rate(),
        FailReason::PictureSizeCheckFailed => text::ended_picture_size(),
        FailReason::Internal => text::ended_internal(),
        FailReason::PublishCancelled => text::ended_cancelled(),
        FailReason::AuthRemoved => text::ended_auth_removed(),
        FailReason::SpamRiskTooManyPosts => text::ended_too_many_posts(),
        FailReason::SpamRiskUserBannedFromPosting => text::ended_banned(),
        FailReason::SpamRiskText => text::ended_text(),
        FailReason::SpamRisk => text::ended_spam(),
        _ => text::ended_other(reason.as_str(), reason.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::{Argument, Message};
    use slipway_core::texts::{Language, Texts};

    #[test]
    fn every_end_keeps_tiktoks_name_and_tells_the_creator_what_to_do() {
        let texts = Texts::of(Language::English);
        let ends = [
            "file_format_check_failed",
            "duration_check_failed",
            "frame_rate_check_failed",
            "picture_size_check_failed",
            "internal",
            "publish_cancelled",
            "auth_removed",
            "spam_risk_too_many_posts",
            "spam_risk_user_banned_from_posting",
            "spam_risk_text",
            "spam_risk",
            "something_new",
        ];
        for reason in ends {
            let notice = Cause::Ended {
                reason: reason.to_owned(),
            }
            .explain();
            assert_eq!(notice.code, format!("ended.{reason}"));
            let words = texts.notice(&notice);
            assert!(
                !words.happened.is_empty() && !words.you.is_empty(),
                "{reason}"
            );
        }
    }

    #[test]
    fn a_file_that_slipway_does_not_send_is_no_refusal_by_tiktok() {
        for (cause, message, code) in [
            (Cause::FileEmpty, "the video is empty", "post.file_empty"),
            (
                Cause::FileTooLarge,
                "the video is larger than 4 GB",
                "post.file_too_large",
            ),
        ] {
            assert_eq!(cause.explain().code, code);
            assert!(!cause.can_retry() && cause.concerns_file());
            let stored = Cause::Refused {
                code: "invalid_file_upload".into(),
                message: message.into(),
            };
            assert_eq!(stored.explain(), cause.explain());
        }
    }

    #[test]
    fn an_unreadable_file_of_an_older_version_is_worded_by_the_catalog() {
        let stored = r#"{"kind":"file_unreadable","detail":"Permission denied (os error 13)"}"#;
        let cause: Cause = serde_json::from_str(stored).unwrap();
        let words = Texts::of(Language::English).notice(&cause.explain());
        assert_eq!(
            words.happened,
            "The file cannot be read: access is not allowed."
        );
    }

    #[test]
    fn an_unknown_refusal_is_shown_in_tiktoks_own_words() {
        let cause = Cause::Refused {
            code: "brand_new".into(),
            message: "Do this first".into(),
        };
        let notice = cause.explain();
        assert_eq!(notice.code, "tiktok.brand_new");
        let said = Message::new("tiktok.said").with("text", Argument::text("Do this first"));
        assert_eq!(notice.args["message"], Argument::Message(said));
        let words = Texts::of(Language::English).notice(&notice);
        assert!(words.happened.contains("brand_new") && words.happened.contains("Do this first"));
    }

    #[test]
    fn an_unaudited_app_learns_that_only_me_is_not_enough() {
        let code = ErrorCode::UnauditedClientCanOnlyPostToPrivateAccounts;
        let notice = refused(&code, "", CallPurpose::Post);
        let words = Texts::of(Language::English).notice(&notice);
        assert!(words.you.contains("Private account") && words.you.contains("not enough"));
    }
}
