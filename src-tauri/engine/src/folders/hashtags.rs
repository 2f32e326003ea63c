//! The rule of hashtags, for sidecars and for the settings of a folder.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};
use unicode_properties::{GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};

/// The start of a parser's text about a word that cannot be a hashtag.
pub(super) const NOT_A_HASHTAG: &str = "no hashtag";

/// Joins letters in Persian and several Indian scripts without a gap.
const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';

/// Returns true if a word without `#` can be a hashtag: letters, marks and digits of any script, emoji and `_`.
///
/// TikTok ends a hashtag at any other character, so the rest of the word would become plain text.
pub(super) fn is_hashtag(word: &str) -> bool {
    let has_content = word.chars().any(|c| c.is_alphanumeric() || is_emoji(c));
    has_content && word.chars().all(may_be_inside)
}

fn may_be_inside(c: char) -> bool {
    let group = c.general_category_group();
    matches!(
        group,
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Number
    ) || matches!(c, '_' | ZERO_WIDTH_NON_JOINER)
        || is_emoji(c)
}

/// Returns true for emoji and for the characters that join them. The emoji properties also contain ASCII digits, `#` and `*`.
fn is_emoji(c: char) -> bool {
    !c.is_ascii() && c.is_emoji_char_or_emoji_component()
}

/// Splits a text into words at white space, commas, semicolons and number signs, in ASCII and in the wide forms of East Asia.
/// The result is the same with or without `#`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let separates =
        |c: char| c.is_whitespace() || matches!(c, '#' | '＃' | ',' | '，' | '、' | ';' | '；');
    text.split(separates).filter(|word| !word.is_empty())
}

/// The hashtags of a sidecar, without `#`. In JSON, a list of texts or one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hashtags(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Hashtags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Words)
    }
}

/// Checks each word while the parser is at its place, so that the error has the line and column of the word.
struct Words;

impl<'de> Visitor<'de> for Words {
    type Value = Hashtags;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of hashtags")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Hashtags, E> {
        let mut hashtags = Vec::new();
        add(&mut hashtags, text)?;
        Ok(Hashtags(hashtags))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Hashtags, A::Error> {
        let mut hashtags = Vec::new();
        while let Some(Checked(found)) = texts.next_element()? {
            hashtags.extend(found);
        }
        Ok(Hashtags(hashtags))
    }
}

/// The hashtags of one text of the list.
struct Checked(Vec<String>);

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text).map(Self)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Vec<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a hashtag")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
        let mut hashtags = Vec::new();
        add(&mut hashtags, text)?;
        Ok(hashtags)
    }
}

fn add<E: Error>(hashtags: &mut Vec<String>, text: &str) -> Result<(), E> {
    for word in words(text) {
        if !is_hashtag(word) {
            return Err(E::custom(format_args!("{NOT_A_HASHTAG} `{word}`")));
        }
        hashtags.push(word.to_owned());
    }
    Ok(())
}

/// Joins lists of hashtags and leaves out repetitions, which differ at most in case.
pub(super) fn without_repetitions<'a>(
    hashtags: impl IntoIterator<Item = &'a String>,
) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for hashtag in hashtags {
        let same = |other: &String| other.to_lowercase() == hashtag.to_lowercase();
        if !kept.iter().any(same) {
            kept.push(hashtag.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Result<Vec<String>, String> {
        serde_json::from_str(json)
            .map(|Hashtags(hashtags)| hashtags)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn blanks_and_number_signs_separate_hashtags() {
        let json = r###"["#fyp", " #clay", "two words", "fypシ゚viral", "", "pots, bowls", "##x", "#", "＃東京，大阪"]"###;
        assert_eq!(
            read(json).unwrap(),
            [
                "fyp",
                "clay",
                "two",
                "words",
                "fypシ゚viral",
                "pots",
                "bowls",
                "x",
                "東京",
                "大阪"
            ]
        );
        assert_eq!(read(r##""#fyp #clay""##).unwrap(), ["fyp", "clay"]);
    }

    #[test]
    fn every_script_and_emoji_can_be_a_hashtag() {
        for word in [
            "clay",
            "slow_living",
            "2026",
            "émigré",
            "e\u{301}te",
            "हिन्दी",
            "می\u{200C}روم",
            "日本語",
            "ไทย",
            "🏺",
            "👩🏽\u{200D}🎨",
            "🇫🇷",
            "fyp🔥",
        ] {
            assert!(is_hashtag(word), "{word}");
        }
    }

    #[test]
    fn a_word_that_tiktok_would_cut_is_refused_with_its_place() {
        for word in [
            "don't",
            "rock&roll",
            "C++",
            "e-mail",
            "a.b",
            "_",
            "what?",
            "a/b",
            "“x”",
            "*",
        ] {
            assert!(!is_hashtag(word), "{word}");
        }
        assert_eq!(
            read("[\"clay\",\n  \"rock&roll\"]").unwrap_err(),
            "no hashtag `rock&roll` at line 2 column 13"
        );
    }

    #[test]
    fn repetitions_are_left_out() {
        let hashtags = ["Clay", "pots", "clay"].map(str::to_owned);
        assert_eq!(without_repetitions(&hashtags), ["Clay", "pots"]);
    }

    proptest! {
        #[test]
        fn what_is_read_is_a_hashtag_and_is_read_again_as_itself(texts in prop::collection::vec(".{0,12}", 0..5)) {
            if let Ok(hashtags) = read(&serde_json::to_string(&texts).unwrap()) {
                for hashtag in &hashtags {
                    prop_assert!(is_hashtag(hashtag));
                }
                let again = serde_json::to_string(&hashtags.join(" #")).unwrap();
                prop_assert_eq!(read(&again).unwrap(), hashtags);
            }
        }
    }
}
