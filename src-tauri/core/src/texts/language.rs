//! The languages that Slipway speaks.

use std::borrow::Cow;

use unic_langid::LanguageIdentifier;

/// A language of Slipway's texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// English in disguise, for tests: accented letters, longer words, and each text in brackets. A text that does not
    /// come from the catalogs shows at once.
    Pseudo,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Pseudo];

    /// The language with this tag, such as `en`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.tag() == tag)
    }

    /// The BCP 47 tag of the language.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Pseudo => "en-XA",
        }
    }

    /// The language for Fluent and its rules.
    pub fn identifier(self) -> LanguageIdentifier {
        // Each tag is one; a test parses them. The default means English to the plural rules as well.
        self.tag().parse().unwrap_or_default()
    }

    pub(super) fn transform(self) -> Option<fn(&str) -> Cow<'_, str>> {
        match self {
            Self::English => None,
            Self::Pseudo => Some(disguise),
        }
    }
}

/// Accents every letter, doubles vowels, which makes a text about 35 % longer, and puts it into brackets.
fn disguise(text: &str) -> Cow<'_, str> {
    if text.trim().is_empty() {
        return text.into();
    }
    let mut disguised = String::with_capacity(text.len() * 3);
    disguised.push('⟦');
    for letter in text.chars() {
        let accented = accented(letter);
        disguised.push(accented);
        if "aeiouAEIOU".contains(letter) {
            disguised.push(accented);
        }
    }
    disguised.push('⟧');
    disguised.into()
}

fn accented(letter: char) -> char {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const ACCENTED: &str = "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ";
    PLAIN
        .chars()
        .position(|plain| plain == letter)
        .and_then(|place| ACCENTED.chars().nth(place))
        .unwrap_or(letter)
}
