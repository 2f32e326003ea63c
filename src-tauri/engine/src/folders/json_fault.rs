//! The kinds of errors in a JSON sidecar.

use super::hashtags::NOT_A_HASHTAG;

/// The detail of a sidecar whose JSON is a list.
pub(super) const NOT_AN_OBJECT: &str = "expected an object, found a list";

/// What is wrong with a JSON sidecar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonFault<'a> {
    /// The sidecar has no field of this name.
    UnknownField(&'a str),
    /// A field is there twice.
    DuplicateField(&'a str),
    /// A field does not have this choice.
    UnknownChoice(&'a str),
    /// A word cannot be a hashtag.
    Hashtag(&'a str),
    /// A field does not take a value of this type or size.
    Value,
    /// The JSON is a list.
    NotAnObject,
    /// The text ends too early.
    Incomplete,
    /// The text is not JSON.
    Syntax,
}

impl<'a> JsonFault<'a> {
    /// The fault that `serde_json` describes with this text, which is stored. The tests compare both.
    pub(super) fn of(detail: &'a str) -> Self {
        // The name itself may contain a backquote.
        let name = || {
            let (_, rest) = detail.split_once('`').unwrap_or_default();
            rest.split("`,")
                .next()
                .unwrap_or_default()
                .trim_end_matches('`')
        };
        let starts = |prefix: &str| detail.starts_with(prefix);
        if starts("unknown field") {
            Self::UnknownField(name())
        } else if starts("duplicate field") {
            Self::DuplicateField(name())
        } else if starts("unknown variant") {
            Self::UnknownChoice(name())
        } else if starts(NOT_A_HASHTAG) {
            Self::Hashtag(name())
        } else if starts("invalid type") || starts("invalid value") || starts("number out of range")
        {
            Self::Value
        } else if detail == NOT_AN_OBJECT {
            Self::NotAnObject
        } else if starts("EOF") {
            Self::Incomplete
        } else {
            Self::Syntax
        }
    }

    /// The stable name, for the choice of texts.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownField(_) => "unknown_field",
            Self::DuplicateField(_) => "duplicate_field",
            Self::UnknownChoice(_) => "unknown_choice",
            Self::Hashtag(_) => "hashtag",
            Self::Value => "value",
            Self::NotAnObject => "not_an_object",
            Self::Incomplete => "incomplete",
            Self::Syntax => "syntax",
        }
    }

    /// The word of the sidecar that the fault is about.
    pub(super) const fn name(self) -> Option<&'a str> {
        match self {
            Self::UnknownField(name)
            | Self::DuplicateField(name)
            | Self::UnknownChoice(name)
            | Self::Hashtag(name) => Some(name),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folders::sidecar::{SidecarError, parse};

    #[test]
    fn every_error_of_the_parser_has_its_kind() {
        for (text, fault) in [
            (r#"{"capton": "x"}"#, JsonFault::UnknownField("capton")),
            (
                r#"{"caption": "x", "caption": "y"}"#,
                JsonFault::DuplicateField("caption"),
            ),
            (r#"{"mode": "draft"}"#, JsonFault::UnknownChoice("draft")),
            (r#"{"hashtags": ["a", "C++"]}"#, JsonFault::Hashtag("C++")),
            (r#"{"hashtags": 7}"#, JsonFault::Value),
            (r#"{"coverMs": -1}"#, JsonFault::Value),
            (r#"{"coverMs": 1e400}"#, JsonFault::Value),
            (r#"{"isAigc": "yes"}"#, JsonFault::Value),
            ("7", JsonFault::Value),
            ("[]", JsonFault::NotAnObject),
            ("", JsonFault::Incomplete),
            (r#"{"caption": "#, JsonFault::Incomplete),
            ("{caption: 1}", JsonFault::Syntax),
            (r#"{"caption": "x",}"#, JsonFault::Syntax),
            ("{} {}", JsonFault::Syntax),
        ] {
            let Err(SidecarError::Json { detail, .. }) = parse(text) else {
                panic!("{text} is no error of the parser");
            };
            assert_eq!(JsonFault::of(&detail), fault, "{text}: {detail}");
        }
    }
}
