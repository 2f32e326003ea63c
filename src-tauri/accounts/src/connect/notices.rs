//! Notices about connecting an account, and the page that the browser shows afterwards.

use slipway_core::{
    io_fault::IoFault,
    notice::Explain,
    views::{Message, Notice},
};
use tiktok_api::FailureKind;

use super::{ConnectError, HostedPageError, tiktok_notices as tiktok};
use crate::accounts::account_gone;

pub(crate) mod text {
    //! The texts about connecting.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice credentials_missing = "connect.credentials_missing";
        notice listen = "connect.listen" (detail: message);
        notice expired = "connect.expired";
        notice cancelled = "connect.cancelled";
        notice too_many = "connect.too_many";
        notice state_mismatch = "connect.state_mismatch";
        notice state_used = "connect.state_used";
        notice unreadable = "connect.unreadable";
        notice not_a_target_user = "connect.not_a_target_user";
        notice denied = "connect.denied";
        notice refused = "connect.refused" (error: text, description: text);
        notice nothing_granted = "connect.nothing_granted";
        notice store = "connect.store";
        notice hosted_page = "settings.hosted_page" (fault: text);
        message page_title = "answer.page_title" (title: message);
        message page_open = "answer.page_open";
        message answer_connected = "answer.connected";
        message answer_connected_first = "answer.connected_first" (name: text);
        message answer_connected_second = "answer.connected_second";
        message answer_connected_fewer = "answer.connected_fewer";
        message answer_another_creator = "answer.another_creator";
        message answer_another_creator_first = "answer.another_creator_first" (agreed: text, expected: text);
        message answer_another_creator_second = "answer.another_creator_second";
        message answer_notice_second = "answer.notice_second" (slipway: text, you: text);
        message answer_not_connected = "answer.not_connected";
    }
}

impl Explain for ConnectError {
    fn explain(&self) -> Notice {
        match self {
            Self::NoSuchAccount => account_gone(),
            Self::HostedPage(error) => error.explain(),
            Self::CredentialsMissing => text::credentials_missing(),
            Self::Listen(error) => text::listen(IoFault::from(error).message()),
            Self::Unknown | Self::Expired => text::expired(),
            Self::Cancelled => text::cancelled(),
            Self::TooMany => text::too_many(),
            Self::StateMismatch => text::state_mismatch(),
            Self::StateUsed => text::state_used(),
            Self::Unreadable(_) => text::unreadable(),
            Self::Refused {
                error,
                description,
                error_type,
            } => match error.callback_meaning(error_type.as_deref()).kind {
                FailureKind::NotTargetUser => text::not_a_target_user(),
                FailureKind::AccessDenied => text::denied(),
                _ => text::refused(error.as_str(), description),
            },
            Self::NothingGranted => text::nothing_granted(),
            Self::TikTok(error) => tiktok::failed(error, tiktok::CallPurpose::Connect),
            Self::Store(_) => text::store(),
        }
    }
}

/// The text of the sign-in page after TikTok's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerText {
    /// The title of the page.
    pub(crate) title: Message,
    /// The result, and the next step.
    pub(crate) body: AnswerBody,
}

/// The two paragraphs of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerBody {
    /// One line for each paragraph.
    Lines(Message, Message),
    /// The notice: its first part, then its two other parts.
    Notice(Notice),
}

impl AnswerText {
    /// The account is connected; `fewer` when it lacks scopes that it had before.
    pub fn connected(name: &str, fewer: bool) -> Self {
        let second = if fewer {
            text::answer_connected_fewer()
        } else {
            text::answer_connected_second()
        };
        Self {
            title: text::answer_connected(),
            body: AnswerBody::Lines(text::answer_connected_first(name), second),
        }
    }

    /// A different creator agreed than the one whose account it is.
    pub fn another_creator(expected: &str, agreed: &str) -> Self {
        Self {
            title: text::answer_another_creator(),
            body: AnswerBody::Lines(
                text::answer_another_creator_first(agreed, expected),
                text::answer_another_creator_second(),
            ),
        }
    }

    /// No account was connected.
    pub fn not_connected(notice: Notice) -> Self {
        Self {
            title: text::answer_not_connected(),
            body: AnswerBody::Notice(notice),
        }
    }

    /// The second paragraph about a notice: what Slipway does, and what the creator can do.
    pub(super) fn notice_second(slipway: String, you: String) -> Message {
        text::answer_notice_second(slipway, you)
    }

    /// The title of the page's window.
    pub fn window_title(&self) -> Message {
        text::page_title(self.title.clone())
    }

    /// The link that leads back to Slipway.
    pub fn open() -> Message {
        text::page_open()
    }
}

impl Explain for HostedPageError {
    fn explain(&self) -> Notice {
        text::hosted_page(match self {
            Self::NotAnAddress => "not_an_address",
            Self::NotHttps => "not_https",
            Self::User => "user",
            Self::NotStatic => "not_static",
            Self::TooLong { .. } => "too_long",
        })
    }
}
