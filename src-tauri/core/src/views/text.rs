//! Texts on their way to the creator: a code and typed arguments. The catalogs in `ui/locales` hold the words.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Arguments by name.
pub type Arguments = BTreeMap<String, Argument>;

/// A text in three parts: what happened, what Slipway does, and what the creator can do. The catalogs have its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// A stable name of the kind of notice. Its message in the catalogs has the same name.
    pub code: String,
    /// The values that the message inserts.
    pub args: Arguments,
}

/// A line of text for a creator. The catalogs have its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// A stable name of the line. Its message in the catalogs has the same name.
    pub code: String,
    /// The values that the message inserts.
    pub args: Arguments,
}

/// A value that a message inserts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", content = "value", rename_all = "camelCase")]
pub enum Argument {
    /// A name, a path, or words from elsewhere. It is shown as it is.
    Text(String),
    /// A count. Plural rules of the language apply.
    Number(i64),
    /// A number with up to two decimals, in hundredths.
    Hundredths(u64),
    /// A size in bytes.
    Bytes(u64),
    /// A duration in seconds.
    Seconds(u64),
    /// The length of a video in milliseconds, shown to the tenth of a second.
    Milliseconds(u64),
    /// An instant, as RFC 3339.
    Moment(String),
    /// Names. The language has rules to join them.
    List(Vec<String>),
    /// Another line.
    Message(Message),
    /// Another notice. The first of its parts is inserted.
    Notice(Notice),
}

impl Notice {
    /// A notice of this code without arguments.
    pub fn new(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            args: Arguments::new(),
        }
    }

    /// The notice with one more argument.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, argument: Argument) -> Self {
        self.args.insert(name.into(), argument);
        self
    }
}

impl Message {
    /// A line of this code without arguments.
    pub fn new(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            args: Arguments::new(),
        }
    }

    /// The line with one more argument.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, argument: Argument) -> Self {
        self.args.insert(name.into(), argument);
        self
    }
}

impl Argument {
    /// Text from `value`.
    pub fn text(value: impl Into<String>) -> Self {
        Self::Text(value.into())
    }

    /// A count; a larger one than 64 bits hold becomes the largest.
    pub fn number(value: impl TryInto<i64>) -> Self {
        Self::Number(value.try_into().unwrap_or(i64::MAX))
    }

    /// An instant.
    pub fn moment(at: Timestamp) -> Self {
        Self::Moment(at.to_string())
    }
}
