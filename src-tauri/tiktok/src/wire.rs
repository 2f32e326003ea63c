//! Tolerant readers for TikTok's loosely typed JSON, and enums that keep unknown words.

use std::fmt;

use secrecy::SecretString;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

/// Declares an enum for a list of words that TikTok may extend. Each known word has a variant; `Other` keeps any other
/// word.
///
/// Further spellings of a word follow it after `|`. [`as_str`] returns the first one.
macro_rules! wire_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$vmeta:meta])* $variant:ident = $word:literal $(| $alias:literal)* ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$vmeta])* $variant, )+
            /// A word that this crate does not know, unchanged.
            Other(String),
        }

        impl $name {
            /// The words that this crate knows, each in its first spelling.
            pub const WORDS: &'static [&'static str] = &[$( $word, )+];

            /// TikTok's word for the value.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $( $word $(| $alias)* => Self::$variant, )+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                Self::from(word.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(word))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    };
}
pub(crate) use wire_enum;

/// A text where TikTok may also send a number, null or another type. A value that is neither text nor number reads as
/// empty.
///
/// Deserialising never fails on valid JSON: an unexpected `log_id` must not hide the error code beside it.
#[derive(Debug, Default)]
pub(crate) struct LooseText(pub String);

impl<'de> Deserialize<'de> for LooseText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = LooseText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            fn visit_str<E>(self, text: &str) -> Result<LooseText, E> {
                Ok(LooseText(text.to_owned()))
            }
            fn visit_u64<E>(self, number: u64) -> Result<LooseText, E> {
                Ok(LooseText(number.to_string()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<LooseText, E> {
                Ok(LooseText(number.to_string()))
            }
            fn visit_f64<E>(self, number: f64) -> Result<LooseText, E> {
                Ok(LooseText(number.to_string()))
            }
            fn visit_bool<E>(self, _: bool) -> Result<LooseText, E> {
                Ok(LooseText::default())
            }
            fn visit_unit<E>(self) -> Result<LooseText, E> {
                Ok(LooseText::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<LooseText, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(LooseText::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<LooseText, A::Error> {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(LooseText::default())
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Reads a non-empty text into memory that is wiped on drop.
pub(crate) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    struct Reader;
    impl Visitor<'_> for Reader {
        type Value = SecretString;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text that is not empty")
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<SecretString, E> {
            if text.is_empty() {
                return Err(E::custom("empty"));
            }
            Ok(SecretString::from(text))
        }
    }
    deserializer.deserialize_str(Reader)
}

/// Reads a non-empty text.
pub(crate) fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Err(D::Error::custom("empty"));
    }
    Ok(text)
}

/// Reads a text that TikTok may leave out, send as null or send empty. All three mean `None`.
pub(crate) fn maybe_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty()))
}

/// Reads a whole number, with or without quotes.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    whole_number(&value).ok_or_else(|| D::Error::custom("not a whole number"))
}

/// Reads a whole number, with or without quotes. Any other value means `None`.
pub(crate) fn maybe_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    Ok(whole_number(&Value::deserialize(deserializer)?))
}

/// Reads a non-negative whole number without converting it to a floating-point number, which would lose digits.
pub(crate) fn whole_number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The kind and place of a JSON error, without the value that caused it.
pub(crate) fn describe_json(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Data => "unexpected shape",
        serde_json::error::Category::Eof => "ends too early",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "not JSON",
    };
    format!("{kind} at line {} column {}", error.line(), error.column())
}
