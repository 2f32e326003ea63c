//! Why a post is not complete, waits or ended, and why something asked of the engine did not work.

use slipway_accounts::connect::{ConnectError, rate_limited, reconnect_needed, refused, tiktok};
use slipway_core::{
    notice::{Explain, moment, notice},
    views::Notice,
};
use slipway_store::database::DatabaseFault;
use tiktok_api::{ErrorCode, FailReason};

use super::file_notices::unreadable;
use crate::{
    posts::{Cause, Incomplete, PostError},
    videos::VideoError,
};

const UNCHANGED: &str = "Nothing was changed.";

/// For a stored post whose reason cannot be read any more.
pub(crate) fn no_reason() -> Notice {
    notice(
        "post.no_reason",
        "The reason was not recorded.",
        "Slipway keeps the post as it is.",
        "Open its history, or try again.",
    )
}

/// For posts whose entries in the database make no sense.
pub(crate) fn unreadable_posts(count: usize) -> Notice {
    let happened = match count {
        1 => {
            "One post of the queue cannot be read: its entry in the database is damaged.".to_owned()
        }
        _ => format!(
            "{count} posts of the queue cannot be read: their entries in the database are damaged."
        ),
    };
    notice(
        "post.unreadable",
        happened,
        "Slipway shows all others and leaves these untouched.",
        "Look at your profile, and add the video again if it is not there.",
    )
}

/// For a reason that TikTok gave while it was still at work.
pub(crate) fn remark(reason: &str) -> Notice {
    let told = Cause::Ended {
        reason: reason.to_owned(),
    }
    .explain();
    notice(
        "post.remark",
        format!("TikTok remarked while still at work: {}", told.happened),
        "Slipway goes on watching; this is not the end yet.",
        "",
    )
}

impl Explain for PostError {
    fn explain(&self) -> Notice {
        match self {
            Self::NoSuchPost => notice(
                "post.gone",
                "This post is no longer in the queue.",
                UNCHANGED,
                "",
            ),
            Self::WrongState { .. } => notice(
                "post.wrong_state",
                "The post has moved on meanwhile, so this is not possible any more.",
                UNCHANGED,
                "Look at its present state.",
            ),
            Self::Video(error) => error.explain(),
            Self::Database(error) => DatabaseFault::of(error).explain(),
        }
    }
}

impl Explain for VideoError {
    fn explain(&self) -> Notice {
        match self {
            Self::Unreadable(error) => Notice {
                slipway: UNCHANGED.to_owned(),
                ..unreadable(error)
            },
            Self::Database(error) => DatabaseFault::of(error).explain(),
        }
    }
}

impl Explain for Incomplete {
    fn explain(&self) -> Notice {
        const NOT_SENT: &str = "The draft is saved and was not sent.";
        match self {
            Self::Account => notice(
                "compose.account",
                "No account is chosen, or it is no longer connected.",
                NOT_SENT,
                "Choose the account to post to.",
            ),
            Self::Scope { scope } => notice(
                "compose.scope",
                format!("This account did not grant {scope}, which this way of posting needs."),
                NOT_SENT,
                "Connect the account again with it, or choose the other way.",
            ),
            Self::Privacy => notice(
                "compose.privacy",
                "It is not chosen who can see this video.",
                NOT_SENT,
                "Choose one of the options.",
            ),
            Self::Caption { units, max } => notice(
                "compose.caption",
                format!("The caption has {units} characters; TikTok takes {max}."),
                NOT_SENT,
                format!("Shorten it by {}.", units.saturating_sub(*max)),
            ),
            Self::Disclosure => notice(
                "compose.disclosure",
                "You need to indicate if your content promotes yourself, a third party, or both.",
                NOT_SENT,
                "Tick at least one, or switch the disclosure off.",
            ),
            Self::BrandedPrivate => notice(
                "compose.branded_private",
                "Branded content visibility cannot be set to private.",
                NOT_SENT,
                "Choose another audience, or untick Branded content.",
            ),
            Self::File => notice(
                "compose.file",
                "TikTok does not take this file.",
                NOT_SENT,
                "See what is wrong with it in the draft, and add a corrected file.",
            ),
        }
    }
}

impl Explain for Cause {
    #[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
    fn explain(&self) -> Notice {
        match self {
            Self::FileMissing => notice(
                "post.file_missing",
                "The file is no longer where it was.",
                "Slipway stopped before sending anything more.",
                "Put it back and try again, or add it from its new place.",
            ),
            Self::FileChanged => notice(
                "post.file_changed",
                "The file was changed after you added it.",
                "Slipway stopped, so that no mix of old and new is published.",
                "Add the file again to post it as it is now.",
            ),
            Self::FileUnreadable { detail } => notice(
                "post.file_unreadable",
                format!("The file cannot be read: {detail}."),
                "Slipway stopped before sending anything more.",
                "Check that its drive is connected, then try again.",
            ),
            Self::Offline => notice(
                "post.offline",
                "TikTok cannot be reached.",
                "Slipway goes on by itself as soon as it answers.",
                "Check your internet connection.",
            ),
            Self::TikTokDown { http } => notice(
                "post.tiktok_down",
                format!("TikTok has a fault of its own (HTTP {http})."),
                "Slipway tries again by itself.",
                "",
            ),
            Self::AnswerUnreadable => notice(
                "post.answer_unreadable",
                "TikTok’s answer makes no sense.",
                "Slipway tries again by itself.",
                "If this goes on, something between you and TikTok may be changing its answers.",
            ),
            Self::RateLimited => rate_limited(),
            Self::TooManyStarts => notice(
                "post.too_many_starts",
                "The upload had to start over too often. Each must finish within an hour.",
                "Slipway stopped trying.",
                "Try again on a faster or steadier connection.",
            ),
            Self::ReconnectNeeded => reconnect_needed(),
            Self::AccountGone => notice(
                "post.account_gone",
                "The account was disconnected.",
                "Slipway keeps the post.",
                "Connect the account again, then compose the post anew.",
            ),
            Self::CredentialsMissing => ConnectError::CredentialsMissing.explain(),
            Self::CredentialsRefused => notice(
                "post.credentials_refused",
                "TikTok does not accept your app’s client key and secret.",
                "Slipway keeps the post.",
                "Correct them in Settings, then try again.",
            ),
            Self::Faulted => notice(
                "post.faulted",
                "TikTok had a fault of its own while it processed the video, and dropped it.",
                "Slipway sends it again by itself.",
                "",
            ),
            Self::Refused { code, message } => refused(&ErrorCode::from(code.as_str()), message),
            Self::Ended { reason } => ended(&FailReason::from(reason.as_str())),
            Self::TooLong { found_sec, max_sec } => notice(
                "post.too_long",
                format!("The video is {found_sec} s long; this creator may post {max_sec} s."),
                "Slipway did not send it.",
                "Shorten it, or send it to the inbox and trim it in the TikTok app.",
            ),
            Self::PrivacyGone { .. } => notice(
                "post.privacy_gone",
                "The audience that you chose is no longer offered for this account.",
                "Slipway did not send the video.",
                "Choose again who can see it.",
            ),
            Self::NeverSaid => notice(
                "post.never_said",
                "TikTok has the whole video and has not said how it ended.",
                "Slipway does not send it again, so that it cannot appear twice.",
                "Look at your profile.",
            ),
            Self::Forgotten => notice(
                "post.forgotten",
                "TikTok no longer knows this upload.",
                "Slipway does not send it again, so that it cannot appear twice.",
                "Look at your profile. If the video is not there, add it again.",
            ),
            Self::Metered => notice(
                "post.metered",
                "This network is metered.",
                "Slipway waits for another network and then goes on by itself.",
                "Change “Wait on metered networks” in the settings to upload now.",
            ),
            Self::TooSlow { minutes } => notice(
                "post.too_slow",
                format!(
                    "At the speed limit that you set, this upload takes {minutes} minutes, and TikTok gives it an hour."
                ),
                "Slipway did not begin it, because it could not be completed.",
                "Raise or remove the limit in the settings, then try again.",
            ),
            Self::PausedAll => notice(
                "post.paused_all",
                "You have paused everything.",
                "Slipway keeps what TikTok has of it so far.",
                "Choose “Resume all” to go on.",
            ),
            Self::Spacing => notice(
                "post.spacing",
                "The account’s last post went out only just now.",
                "Slipway keeps the spacing that you chose and then goes on by itself.",
                "",
            ),
            Self::Missed { due } => notice(
                "post.missed",
                format!(
                    "This post was due on {} and could not go out then.",
                    moment(*due)
                ),
                "It was not posted late, because that was longer ago than the grace period.",
                "Post it now, or choose a new time.",
            ),
            Self::Restored { from } => notice(
                "post.restored",
                format!(
                    "This post comes from a backup of {}, so it may have been published since.",
                    moment(*from)
                ),
                "Slipway does not send it by itself, so that it cannot appear twice.",
                "Look at your profile. If the video is not there, go on with it.",
            ),
        }
    }
}

/// How TikTok ended a publish. Source: `/doc/content-posting-api-reference-get-video-status`.
fn ended(reason: &FailReason) -> Notice {
    const OVER: &str = "Slipway stopped. Nothing was published.";
    let (happened, you) = match reason {
        FailReason::FileFormatCheckFailed => (
            "TikTok does not take this container or codec.",
            "Export as MP4 with H.264 and add that file.",
        ),
        FailReason::DurationCheckFailed => (
            "TikTok finds the video too long or too short.",
            "Change its length and add it again.",
        ),
        FailReason::FrameRateCheckFailed => (
            "TikTok takes 23 to 60 frames a second.",
            "Export at 30 frames a second and add that file.",
        ),
        FailReason::PictureSizeCheckFailed => (
            "TikTok takes pictures of 360 to 4096 pixels on each side.",
            "Export in 1080 × 1920 and add that file.",
        ),
        FailReason::Internal => ("TikTok had a fault of its own.", "Try again."),
        FailReason::PublishCancelled => (
            "The post was cancelled at TikTok.",
            "Try again if you want.",
        ),
        FailReason::AuthRemoved => (
            "The account’s permission was removed while the video was under way.",
            "Connect the account again, then try again.",
        ),
        FailReason::SpamRiskTooManyPosts => (
            "This creator has reached TikTok’s daily number of posts through apps.",
            "Try again tomorrow, or post in the TikTok app.",
        ),
        FailReason::SpamRiskUserBannedFromPosting => (
            "TikTok has barred this account from posting.",
            "See the TikTok app for the reason.",
        ),
        FailReason::SpamRiskText => (
            "TikTok judges the caption risky.",
            "Change the caption, then try again.",
        ),
        FailReason::SpamRisk => (
            "TikTok judges the post risky.",
            "Change it before you try again.",
        ),
        _ => {
            return notice(
                &format!("ended.{}", reason.as_str()),
                format!("TikTok ended the post: {}.", reason.as_str()),
                OVER,
                "Try again later.",
            );
        }
    };
    notice(&format!("ended.{}", reason.as_str()), happened, OVER, you)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every end that TikTok can name, and every refusal that stops a post, tells the creator something to do.
    #[test]
    fn no_end_leaves_the_creator_without_a_word() {
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
            assert!(
                !notice.happened.is_empty() && !notice.you.is_empty(),
                "{reason}"
            );
        }
    }

    #[test]
    fn what_tiktok_says_of_an_unknown_refusal_is_shown_as_it_is() {
        let cause = Cause::Refused {
            code: "brand_new".into(),
            message: "Do this first".into(),
        };
        let notice = cause.explain();
        assert_eq!(notice.code, "tiktok.brand_new");
        assert!(notice.happened.contains("brand_new") && notice.happened.contains("Do this first"));
    }

    #[test]
    fn an_unaudited_app_is_not_sent_in_circles() {
        let code = ErrorCode::UnauditedClientCanOnlyPostToPrivateAccounts;
        let notice = refused(&code, "");
        assert!(notice.you.contains("Private account") && notice.you.contains("not enough"));
    }
}
