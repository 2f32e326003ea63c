//! Notices about watched folders and the files in them.

use slipway_accounts::accounts::{account_gone, scope_key};
use slipway_core::{
    account_name, clock,
    io_fault::IoFault,
    notice::Explain,
    views::{Message, Notice},
};
use slipway_store::database::DatabaseFault;

use super::json_fault::JsonFault;
use crate::folders::{
    ApprovalReason, BlockReason, CaptionError, FolderError, KnownBy, SidecarError, SkipReason,
};

pub(crate) mod text {
    //! The texts about folders.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice away = "folder.away";
        notice not_tagged = "folder.not_tagged";
        notice not_moved = "folder.not_moved";
        notice file_not_finished = "folder.file.not_finished";
        notice file_gone = "folder.file.gone";
        notice file_dismissed = "folder.file.dismissed";
        notice file_known = "folder.file.known" (uses: message);
        message use_posted = "folder.use_posted" (account: message, at: moment);
        message use_planned = "folder.use_planned" (account: message, at: moment);
        message uses = "folder.uses" (first: message, rest: message);
        message uses_none = "folder.uses_none";
        notice file_made = "folder.file.made";
        notice file_copy = "folder.file.copy" (path: text);
        notice file_conflict_copy = "folder.file.conflict_copy" (tool: text);
        notice file_motion_photo = "folder.file.motion_photo";
        notice file_other_format = "folder.file.other_format" (ending: text);
        notice file_no_ending = "folder.file.no_ending";
        notice file_link = "folder.file.link";
        notice file_empty = "folder.file.empty";
        notice file_picture = "folder.file.picture";
        notice file_no_video = "folder.file.no_video";
        notice file_cut = "folder.file.cut";
        notice file_damaged = "folder.file.damaged";
        notice file_not_a_video = "folder.file.not_a_video";
        notice file_name = "folder.file.name";
        notice file_unreadable = "folder.file.unreadable" (detail: message);
        notice file_no_such_account = "folder.file.no_such_account" (name: text);
        notice file_no_subfolder = "folder.file.no_subfolder";
        notice file_caption = "folder.file.caption" (units: number, max: number, excess: number);
        notice side_account = "folder.side.account" (name: text);
        notice side_encoding = "folder.side.encoding";
        notice side_too_long = "folder.side.too_long";
        notice side_json = "folder.side.json" (line: number, column: number, detail: message);
        message side_fault = "folder.side.fault" (fault: text, name: text);
        notice side_unreadable = "folder.side.unreadable" (detail: message);
        notice hold_consent = "folder.hold.consent";
        notice hold_no_slots = "folder.hold.no_slots";
        notice hold_moment = "folder.hold.moment";
        notice hold_file = "folder.hold.file";
        notice hold_incomplete = "folder.hold.incomplete";
        notice blocked_account = "folder.blocked.account";
        notice blocked_scope = "folder.blocked.scope" (scope: text);
        notice blocked_consent = "folder.blocked.consent";
        notice blocked_privacy = "folder.blocked.privacy";
        notice blocked_settings = "folder.blocked.settings";
        notice blocked_permission = "folder.blocked.permission";
        notice gone = "folder.gone";
        notice not_a_folder = "folder.not_a_folder";
        notice unreadable = "folder.unreadable";
        notice name = "folder.name";
        notice watched = "folder.watched";
        notice own = "folder.own";
        notice no_accounts = "folder.no_accounts";
        notice consent = "folder.consent";
        notice template_placeholder = "folder.template.placeholder" (name: text);
        notice template_brace = "folder.template.brace";
        notice hashtag = "folder.hashtag" (hashtag: text);
        notice template_too_long = "folder.template.too_long" (units: number);
    }
}

/// That a folder is not there at the moment.
pub(crate) fn folder_away() -> Notice {
    text::away()
}

/// That a file could not be moved or tagged after its posts were out.
pub(crate) fn after_posting_failed(tag: bool) -> Notice {
    if tag {
        text::not_tagged()
    } else {
        text::not_moved()
    }
}

/// That a file is not finished.
pub(crate) fn file_not_finished() -> Notice {
    text::file_not_finished()
}

/// That a file is not in the folder any more, or was taken in the meantime.
pub(crate) fn file_not_there() -> Notice {
    text::file_gone()
}

impl Explain for SkipReason {
    fn explain(&self) -> Notice {
        match self {
            Self::Dismissed => text::file_dismissed(),
            Self::Known { uses } => text::file_known(known_by(uses)),
            Self::Made => text::file_made(),
            Self::Copy { path } => text::file_copy(path),
            Self::ConflictCopy { tool } => text::file_conflict_copy(tool),
            Self::MotionPhoto => text::file_motion_photo(),
            Self::OtherFormat { ending: None } => text::file_no_ending(),
            Self::OtherFormat {
                ending: Some(ending),
            } => text::file_other_format(ending),
            Self::Link => text::file_link(),
            Self::Empty => text::file_empty(),
            Self::Picture => text::file_picture(),
            Self::NoVideo => text::file_no_video(),
            Self::Cut => text::file_cut(),
            Self::Damaged => text::file_damaged(),
            Self::NotAVideo => text::file_not_a_video(),
            Self::Name => text::file_name(),
            Self::Unreadable { detail } => {
                text::file_unreadable(IoFault::from_stored(detail).message())
            }
            Self::Side { fault } => fault.explain(),
            Self::SideAccount { name } => text::side_account(name),
            Self::NoSuchAccount { name } => text::file_no_such_account(name),
            Self::NoSubfolder => text::file_no_subfolder(),
            Self::Caption { units, max } => {
                text::file_caption(*units, *max, units.saturating_sub(*max))
            }
        }
    }
}

/// The accounts that have a video, joined from the last to the first.
fn known_by(uses: &[KnownBy]) -> Message {
    let line = |one: &KnownBy| {
        let (account, at) = (
            account_name::message(&one.account),
            clock::from_millis(one.at),
        );
        if one.posted {
            text::use_posted(account, at)
        } else {
            text::use_planned(account, at)
        }
    };
    uses.iter()
        .map(line)
        .rev()
        .reduce(|rest, first| text::uses(first, rest))
        .unwrap_or_else(text::uses_none)
}

impl Explain for SidecarError {
    fn explain(&self) -> Notice {
        match self {
            Self::Encoding => text::side_encoding(),
            Self::TooLong => text::side_too_long(),
            Self::Json {
                line,
                column,
                detail,
            } => text::side_json(*line, *column, json_fault(detail)),
            Self::Unreadable { detail } => {
                text::side_unreadable(IoFault::from_stored(detail).message())
            }
        }
    }
}

/// Words an error of the JSON parser, which is stored as the parser words it.
fn json_fault(stored: &str) -> Message {
    let fault = JsonFault::of(stored);
    text::side_fault(fault.as_str(), fault.name().unwrap_or_default())
}

impl Explain for ApprovalReason {
    fn explain(&self) -> Notice {
        match self {
            Self::BeyondConsent => text::hold_consent(),
            Self::NoSlots => text::hold_no_slots(),
            Self::Moment => text::hold_moment(),
            Self::File => text::hold_file(),
            Self::Incomplete => text::hold_incomplete(),
        }
    }
}

impl Explain for BlockReason {
    fn explain(&self) -> Notice {
        match self {
            Self::AccountGone => text::blocked_account(),
            Self::Scope { scope } => text::blocked_scope(scope_key(scope)),
            Self::Consent => text::blocked_consent(),
            Self::Privacy => text::blocked_privacy(),
            Self::Settings => text::blocked_settings(),
            Self::Permission => text::blocked_permission(),
        }
    }
}

impl Explain for FolderError {
    fn explain(&self) -> Notice {
        match self {
            Self::NoSuchAccount => account_gone(),
            Self::Incomplete(error) => error.explain(),
            Self::Schedule(error) => error.explain(),
            Self::Settings(error) => error.explain(),
            Self::Post(error) => error.explain(),
            Self::Plan(error) => error.explain(),
            Self::Video(error) => error.explain(),
            Self::Database(error) => DatabaseFault::of(error).explain(),
            Self::NoSuchFolder => text::gone(),
            Self::NotAFolder => text::not_a_folder(),
            Self::Unreadable(_) => text::unreadable(),
            Self::Name => text::name(),
            Self::Watched => text::watched(),
            Self::Own => text::own(),
            Self::NoAccounts => text::no_accounts(),
            Self::Consent => text::consent(),
            Self::Caption(error) => error.explain(),
        }
    }
}

impl Explain for CaptionError {
    fn explain(&self) -> Notice {
        match self {
            Self::Placeholder { name } => text::template_placeholder(name),
            Self::Brace => text::template_brace(),
            Self::Hashtag { hashtag } => text::hashtag(hashtag),
            Self::TooLong { units } => text::template_too_long(*units),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_core::texts::{Language, Texts};

    #[test]
    fn a_known_video_names_every_account_and_when() {
        let by = |account: &str, posted| KnownBy {
            account: account.into(),
            at: 1_790_000_000_000,
            posted,
        };
        let skip = SkipReason::Known {
            uses: vec![by("Ada", true), by("Cleo", false)],
        };
        let words = Texts::of(Language::English).notice(&skip.explain());
        let at = clock::from_millis(1_790_000_000_000)
            .to_zoned_datetime(jiff::tz::TimeZone::system())
            .strftime("%-d %B %Y, %H:%M")
            .to_string();
        assert_eq!(
            words.happened,
            format!(
                "The same video is posted to Ada on {at}, and in the queue for Cleo since {at}."
            )
        );
    }
}
