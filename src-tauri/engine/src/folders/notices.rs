//! What creators read about watched folders, the files in them, and videos that are known already.

use slipway_accounts::accounts::account_gone;
use slipway_core::{
    notice::{Explain, moment, notice},
    views::Notice,
};
use slipway_store::database::Trouble;

use crate::folders::{
    BlockReason, CaptionError, FolderError, Hold, KnownBy, SidecarError, SkipReason,
};

/// That a folder is not there at the moment.
pub(crate) fn folder_away() -> Notice {
    notice(
        "folder.away",
        "The folder is not there. Its drive may be unplugged or out of reach.",
        "Slipway looks for it every few seconds and goes on by itself. It still knows every file.",
        "Connect the drive again, or remove the folder here if it is gone for good.",
    )
}

/// That a file could not be moved or tagged after its posts were out.
pub(crate) fn after_posting_failed(tag: bool) -> Notice {
    if tag {
        return notice(
            "folder.not_tagged",
            "A posted video could not be tagged: its drive keeps no extended attributes.",
            "Slipway left the file as it is. It knows it all the same.",
            "Choose “Leave” or “Move to Posted” for this folder.",
        );
    }
    notice(
        "folder.not_moved",
        "A posted video could not be moved to “Posted”.",
        "Slipway left the file where it is. It knows it all the same.",
        "Check that you may write to the folder, or choose “Leave” for it.",
    )
}

/// That a file is not finished.
pub(crate) fn file_not_finished() -> Notice {
    notice(
        "folder.file.not_finished",
        "The file is still being written.",
        "Slipway takes it once it is finished.",
        "Wait until the export or copy has finished.",
    )
}

/// That a file is not in the folder any more, or was taken meanwhile.
pub(crate) fn file_not_there() -> Notice {
    notice(
        "folder.file.gone",
        "The file is no longer there as it was, or posts were made of it meanwhile.",
        "Nothing was changed.",
        "Look at the list once more.",
    )
}

impl Explain for SkipReason {
    #[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
    fn explain(&self) -> Notice {
        const LEFT: &str = "Slipway leaves it alone.";
        const AGAIN: &str = "Slipway leaves it alone, and looks again when it changes.";
        match self {
            Self::Dismissed => notice(
                "folder.file.dismissed",
                "You left this video alone.",
                LEFT,
                "Take it if you changed your mind.",
            ),
            Self::Known { uses } => notice(
                "folder.file.known",
                known_by(uses),
                "Slipway knows it by its content and does not post it twice.",
                "Choose “Post again anyway” if that is what you want.",
            ),
            Self::Made => notice(
                "folder.file.made",
                "Slipway made this file of another video with “Make it fit”.",
                "Slipway leaves it alone: the post of that video has it.",
                "Take it if you want one more post of it.",
            ),
            Self::Link => notice(
                "folder.file.link",
                "This is a symbolic link, not a file.",
                "Slipway does not follow links: what they lead to can change unseen.",
                "Put the video itself into the folder.",
            ),
            Self::Empty => notice(
                "folder.file.empty",
                "The file is empty.",
                AGAIN,
                "Export the video again if nothing more comes.",
            ),
            Self::Picture => notice(
                "folder.file.picture",
                "This is a picture, although it is called a video.",
                AGAIN,
                "Post photos in the TikTok app.",
            ),
            Self::NoVideo => notice(
                "folder.file.no_video",
                "There are no moving pictures in this file.",
                AGAIN,
                "Export it as an MP4, MOV or WebM video.",
            ),
            Self::Cut => notice(
                "folder.file.cut",
                "The video’s end is missing, and nothing more came for five minutes.",
                AGAIN,
                "Check whether the export or copy stopped, and start it again.",
            ),
            Self::Damaged => notice(
                "folder.file.damaged",
                "The video file is damaged.",
                AGAIN,
                "Export it again as MP4.",
            ),
            Self::NotAVideo => notice(
                "folder.file.not_a_video",
                "This is not a video that Slipway can read, although it is called one.",
                AGAIN,
                "Export it as an MP4, MOV or WebM video.",
            ),
            Self::Name => notice(
                "folder.file.name",
                "The file’s name is not valid text.",
                LEFT,
                "Rename the file.",
            ),
            Self::Unreadable { detail } => notice(
                "folder.file.unreadable",
                format!("The file cannot be read: {detail}."),
                AGAIN,
                "Check that you may open it.",
            ),
            Self::Side { fault } => fault.explain(),
            Self::SideAccount { name } => notice(
                "folder.side.account",
                format!("The side file names “{name}”, which is none of this folder’s accounts."),
                AGAIN,
                "Correct the name: a label, an @username or a nickname.",
            ),
            Self::NoSuchAccount { name } => notice(
                "folder.file.no_such_account",
                format!("The subfolder “{name}” names none of this folder’s accounts."),
                LEFT,
                "Rename the subfolder to a label, an @username or a nickname, or add the account to the folder.",
            ),
            Self::NoSubfolder => notice(
                "folder.file.no_subfolder",
                "The video is in none of the subfolders that stand for accounts.",
                LEFT,
                "Move it into the subfolder of the account that it is for.",
            ),
            Self::Caption { units, max } => notice(
                "folder.file.caption",
                format!("Its caption would have {units} characters; TikTok takes {max}."),
                "Slipway never cuts a caption, so it leaves the video alone.",
                format!("Shorten it by {}.", units.saturating_sub(*max)),
            ),
        }
    }
}

fn known_by(uses: &[KnownBy]) -> String {
    let told: Vec<String> = uses
        .iter()
        .map(|one| {
            let at = moment(one.at);
            if one.posted {
                format!("posted to {} on {at}", one.account)
            } else {
                format!("in the queue for {} since {at}", one.account)
            }
        })
        .collect();
    match told.as_slice() {
        [] => "The same video was posted already.".to_owned(),
        told => format!("The same video is {}.", told.join(", and ")),
    }
}

impl Explain for SidecarError {
    fn explain(&self) -> Notice {
        const AGAIN: &str =
            "Slipway leaves the video alone, and looks again when the file changes.";
        match self {
            Self::Encoding => notice(
                "folder.side.encoding",
                "The side file is not UTF-8 text.",
                AGAIN,
                "Save it as UTF-8: editors offer that as “encoding” when saving.",
            ),
            Self::TooLong => notice(
                "folder.side.too_long",
                "The side file is longer than any caption.",
                AGAIN,
                "Check that it is the right file, or shorten it.",
            ),
            Self::Json {
                line,
                column,
                detail,
            } => notice(
                "folder.side.json",
                format!("The side file is wrong in line {line}, column {column}: {detail}."),
                AGAIN,
                "Correct it there.",
            ),
            Self::Unreadable { detail } => notice(
                "folder.side.unreadable",
                format!("The side file cannot be read: {detail}."),
                AGAIN,
                "Check that you may open it.",
            ),
        }
    }
}

impl Explain for Hold {
    fn explain(&self) -> Notice {
        const KEPT: &str = "Slipway did not send it and made a draft of it.";
        match self {
            Self::BeyondConsent => notice(
                "folder.hold.consent",
                "The side file chooses something else than you agreed to for this folder.",
                KEPT,
                "Look at the choices, then approve the post.",
            ),
            Self::NoSlots => notice(
                "folder.hold.no_slots",
                "The account has no weekly slots.",
                KEPT,
                "Add slots to the account, or choose a moment for this post.",
            ),
            Self::Moment => notice(
                "folder.hold.moment",
                "The moment that the side file names cannot be used: it has passed, is too far ahead, or is no moment.",
                KEPT,
                "Choose another moment, or post it now.",
            ),
            Self::File => notice(
                "folder.hold.file",
                "TikTok does not take this file.",
                KEPT,
                "See what is wrong with it in the draft.",
            ),
            Self::Incomplete => notice(
                "folder.hold.incomplete",
                "Something that TikTok asks for is missing.",
                KEPT,
                "Open the draft: it says what to choose.",
            ),
        }
    }
}

impl Explain for BlockReason {
    fn explain(&self) -> Notice {
        const WAITS: &str =
            "Slipway takes nothing from this folder until then. Nothing in it is lost.";
        match self {
            Self::AccountGone => notice(
                "folder.blocked.account",
                "An account of this folder is no longer connected.",
                WAITS,
                "Connect it again, or choose other accounts for the folder.",
            ),
            Self::Scope { scope } => notice(
                "folder.blocked.scope",
                format!("An account of this folder did not grant {scope}, which it needs."),
                WAITS,
                "Connect the account again with it, or choose another action for the folder.",
            ),
            Self::Consent => notice(
                "folder.blocked.consent",
                "You have not agreed to posting directly from this folder.",
                WAITS,
                "Open the folder’s settings and agree, or let its posts wait for your approval.",
            ),
            Self::Privacy => notice(
                "folder.blocked.privacy",
                "The audience that you chose for this folder is no longer offered for its account.",
                WAITS,
                "Choose in the folder’s settings who can see its videos.",
            ),
            Self::Settings => notice(
                "folder.blocked.settings",
                "The settings of this folder cannot be used.",
                WAITS,
                "Open them and save them again.",
            ),
            Self::Permission => notice(
                "folder.blocked.permission",
                "Slipway may not read this folder.",
                "Slipway tries again every few seconds.",
                "Change the folder’s permissions, or move your videos elsewhere.",
            ),
        }
    }
}

impl Explain for FolderError {
    fn explain(&self) -> Notice {
        const UNCHANGED: &str = "Nothing was changed.";
        match self {
            Self::NoSuchAccount => account_gone(),
            Self::Incomplete(error) => error.explain(),
            Self::Schedule(error) => error.explain(),
            Self::Settings(error) => error.explain(),
            Self::Post(error) => error.explain(),
            Self::Plan(error) => error.explain(),
            Self::Video(error) => error.explain(),
            Self::Database(error) => Trouble::of(error).explain(),
            Self::NoSuchFolder => notice(
                "folder.gone",
                "This folder is no longer watched.",
                UNCHANGED,
                "",
            ),
            Self::NotAFolder => notice(
                "folder.not_a_folder",
                "There is no folder at this place.",
                UNCHANGED,
                "Choose a folder that exists.",
            ),
            Self::Unreadable(_) => notice(
                "folder.unreadable",
                "Slipway may not read this folder.",
                UNCHANGED,
                "Change its permissions, or choose another folder.",
            ),
            Self::Name => notice(
                "folder.name",
                "The folder’s path is not valid text.",
                UNCHANGED,
                "Rename the folder, or choose another one.",
            ),
            Self::Watched => notice(
                "folder.watched",
                "This folder is watched already.",
                UNCHANGED,
                "Change it in the list of folders.",
            ),
            Self::Own => notice(
                "folder.own",
                "Slipway keeps its own data in this folder.",
                UNCHANGED,
                "Choose another folder.",
            ),
            Self::NoAccounts => notice(
                "folder.no_accounts",
                "No account is chosen, or one of them is no longer connected.",
                UNCHANGED,
                "Choose the accounts to post to.",
            ),
            Self::Consent => notice(
                "folder.consent",
                "Posting directly from a folder needs your agreement to exactly these choices.",
                UNCHANGED,
                "Read what you agree to, and tick it.",
            ),
            Self::Caption(error) => error.explain(),
        }
    }
}

impl Explain for CaptionError {
    fn explain(&self) -> Notice {
        const UNCHANGED: &str = "Nothing was changed.";
        match self {
            Self::Placeholder { name } => notice(
                "folder.template.placeholder",
                format!("The template names {{{name}}}, and there is no such thing."),
                UNCHANGED,
                "Use {name}, {date}, {folder} and {n}.",
            ),
            Self::Brace => notice(
                "folder.template.brace",
                "A brace in the template has no other that belongs to it.",
                UNCHANGED,
                "Write each placeholder as {name}, {date}, {folder} or {n}.",
            ),
            Self::Hashtag { hashtag } => notice(
                "folder.hashtag",
                format!("“{hashtag}” cannot be a hashtag."),
                UNCHANGED,
                "Write it as one word, without # and spaces.",
            ),
            Self::TooLong { units } => notice(
                "folder.template.too_long",
                format!(
                    "Template and hashtags alone have {units} characters, more than TikTok takes."
                ),
                UNCHANGED,
                "Shorten them.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_a_video_is_told_with_where_and_when() {
        let skip = SkipReason::Known {
            uses: vec![
                KnownBy {
                    account: "Ada".into(),
                    at: 1_790_000_000_000,
                    posted: true,
                },
                KnownBy {
                    account: "Cleo".into(),
                    at: 1_790_000_000_000,
                    posted: false,
                },
            ],
        };
        let told = skip.explain().happened;
        assert!(
            told.contains("posted to Ada on Monday, 21 September 2026"),
            "{told}"
        );
        assert!(told.contains("in the queue for Cleo"), "{told}");
    }
}
