//! [`Scrubber`]: removes names, captions and possible secrets from log lines.

use std::{borrow::Cow, collections::BTreeSet};

use aho_corasick::{AhoCorasick, Input, MatchKind};
use slipway_core::redaction;
use tiktok_api::{TOKEN_BEGINNINGS, without_lookalikes};
use url::Url;

/// Texts of fewer bytes are removed only where they are a whole word.
const SHORT: usize = 4;
/// The prefix of Fernet tokens.
const FERNET: &str = "gAAAAA";

/// The kind of a private text, which replaces the text in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Private {
    /// The name of an account.
    Account,
    /// A line of a caption.
    Caption,
    /// A path, or a part of one.
    File,
}

impl Private {
    fn mark(self) -> &'static str {
        match self {
            Self::Account => "[account]",
            Self::Caption => "[caption]",
            Self::File => "[file]",
        }
    }
}

/// The private texts, in all their encodings.
#[derive(Debug, Default)]
pub(super) struct PrivateTexts(BTreeSet<(String, Private)>);

impl PrivateTexts {
    /// Adds the name or label of an account.
    pub(super) fn account(&mut self, name: &str) {
        self.add(name, Private::Account);
    }

    /// Adds each line of a caption, because the log is scrubbed line by line.
    pub(super) fn caption(&mut self, caption: &str) {
        for line in caption.lines() {
            self.add(line, Private::Caption);
        }
    }

    /// Adds a path, its folder, its file name, and its file name without extension.
    pub(super) fn file(&mut self, path: &str) {
        self.add(path, Private::File);
        let path = std::path::Path::new(path);
        let parts = [
            path.parent().map(std::path::Path::as_os_str),
            path.file_name(),
            path.file_stem(),
        ];
        for part in parts.into_iter().flatten() {
            self.add(&part.to_string_lossy(), Private::File);
        }
    }

    fn add(&mut self, text: &str, private: Private) {
        let text = text.trim();
        // Short numbers are not private and frequent in the log. A lone slash is not the name of a folder.
        let is_trivial = |text: &str| {
            text.len() < SHORT
                && text
                    .chars()
                    .all(|c| c.is_ascii_digit() || c.is_ascii_punctuation())
        };
        if is_trivial(text) {
            return;
        }
        let debugged = format!("{text:?}");
        let json = serde_json::Value::from(text).to_string();
        let inner = |quoted: &str| quoted[1..quoted.len() - 1].to_owned();
        self.0.insert((text.to_owned(), private));
        self.0.insert((inner(&debugged), private));
        self.0.insert((inner(&json), private));
        self.0
            .extend(percent_encoded(text).map(|text| (text, private)));
    }
}

/// Returns the text as it is encoded in URLs.
fn percent_encoded(text: &str) -> Option<String> {
    let mut url = Url::parse("file:///").ok()?;
    url.path_segments_mut().ok()?.extend(text.split('/'));
    Some(url.path().trim_start_matches('/').to_owned()).filter(|path| path.len() >= SHORT)
}

/// Removes private texts from lines.
#[derive(Debug)]
pub(super) struct Scrubber {
    /// `None` if there are no private texts.
    search: Option<AhoCorasick>,
    texts: Vec<(String, Private)>,
}

impl Scrubber {
    pub(super) fn new(texts: PrivateTexts) -> Result<Self, aho_corasick::BuildError> {
        let texts: Vec<_> = texts.0.into_iter().collect();
        let search = if texts.is_empty() {
            None
        } else {
            let mut builder = AhoCorasick::builder();
            // The longest match wins, so that a path is replaced as a whole.
            builder
                .match_kind(MatchKind::LeftmostLongest)
                .ascii_case_insensitive(true);
            Some(builder.build(texts.iter().map(|(text, _)| text))?)
        };
        Ok(Self { search, texts })
    }

    /// Returns the line without registered secrets, possible tokens and private texts.
    pub(super) fn scrub(&self, line: &str) -> String {
        let line = redaction::redact(line);
        let line = without_tokens(&line);
        let Some(search) = &self.search else {
            return line.into_owned();
        };
        let (mut clean, mut kept, mut at) = (String::with_capacity(line.len()), 0, 0);
        while let Some(found) = search.find(Input::new(&*line).range(at..)) {
            let (text, private) = &self.texts[found.pattern().as_usize()];
            if text.len() < SHORT && !is_whole_word(&line, found.start(), found.end()) {
                // A longer text can start at the next character.
                at = found.start()
                    + line[found.start()..]
                        .chars()
                        .next()
                        .map_or(1, char::len_utf8);
                continue;
            }
            clean.push_str(&line[kept..found.start()]);
            clean.push_str(private.mark());
            (kept, at) = (found.end(), found.end());
        }
        clean.push_str(&line[kept..]);
        clean
    }
}

fn is_whole_word(line: &str, start: usize, end: usize) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !is_word(line[..start].chars().next_back()) && !is_word(line[end..].chars().next())
}

/// Replaces everything that looks like a token. Slipway registers its secrets; this also covers unregistered ones.
pub(super) fn without_tokens(line: &str) -> Cow<'_, str> {
    let [access, refresh, client] = TOKEN_BEGINNINGS;
    without_lookalikes(line, &[access, refresh, client, FERNET], redaction::MARK)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scrubber(fill: impl FnOnce(&mut PrivateTexts)) -> Scrubber {
        let mut texts = PrivateTexts::default();
        fill(&mut texts);
        Scrubber::new(texts).unwrap()
    }

    #[test]
    fn removes_paths_names_and_stems_in_every_encoding() {
        let scrub = scrubber(|texts| texts.file("/home/ada/My \"Films\"/Wedding day.mp4"));
        for (line, clean) in [
            (
                "open /home/ada/My \"Films\"/Wedding day.mp4: no",
                "open [file]: no",
            ),
            (
                "open \"/home/ada/My \\\"Films\\\"/Wedding day.mp4\"",
                "open \"[file]\"",
            ),
            (
                "play file:///home/ada/My%20%22Films%22/Wedding%20day.mp4",
                "play file:///[file]",
            ),
            ("in /home/ada/My \"Films\" now", "in [file] now"),
            ("WEDDING DAY.MP4 is gone", "[file] is gone"),
            ("wedding day.mov", "[file].mov"),
            ("no wedding", "no wedding"),
        ] {
            assert_eq!(scrub.scrub(line), clean, "{line}");
        }
    }

    #[test]
    fn short_texts_are_removed_as_whole_words_only() {
        let scrub = scrubber(|texts| {
            texts.account("Ada");
            texts.file("/7.mp4");
            texts.caption("hi\n\nadamant");
        });
        assert_eq!(
            scrub.scrub("Ada, adaptive canada adamant 7 7.mp4 hi this"),
            "[account], adaptive canada [caption] 7 [file] [caption] this"
        );
    }

    #[test]
    fn removes_possible_tokens() {
        let scrub = scrubber(|_| {});
        let token = "act.abcdefgh!12345*67890abc";
        assert_eq!(
            scrub.scrub(&format!("a {token} b rft.{token}, c")),
            "a [redacted] b [redacted], c"
        );
        assert_eq!(scrub.scrub("fact. is act.short"), "fact. is act.short");
        let fernet = "gAAAAABnQ0k1abcdefghijklmnopqrstuvwxyz_-0123456789==";
        assert_eq!(scrub.scrub(&format!("{fernet}\"")), "[redacted]\"");
    }

    proptest! {
        #[test]
        fn removes_every_text(
            texts in prop::collection::vec("[a-zA-Zé\"\\\\/ ]{4,12}", 1..5),
            before in "[a-z0-9 :\"]{0,10}",
            after in "[a-z0-9 :\"]{0,10}",
        ) {
            let scrub = scrubber(|into| texts.iter().for_each(|text| into.caption(text)));
            for text in &texts {
                for spelt in [text.clone(), format!("{text:?}"), serde_json::to_string(text).unwrap()] {
                    let clean = scrub.scrub(&format!("{before}{spelt}{after}"));
                    let text = text.trim();
                    prop_assert!(text.len() < SHORT || !clean.contains(text), "{clean:?} has {text:?}");
                }
            }
        }

        #[test]
        fn keeps_lines_without_private_texts(line in "[0-9 :.,;]{0,60}") {
            let scrub = scrubber(|texts| texts.caption("Wedding"));
            prop_assert_eq!(scrub.scrub(&line), line);
        }
    }
}
