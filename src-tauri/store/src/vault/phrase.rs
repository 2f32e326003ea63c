//! Recovery phrases: the vault's key as 24 words of BIP-39's English list, including its checksum.
//!
//! Source: <https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki>.

use base64::{
    Engine as _,
    engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD},
};
use bip39::{Error, Language, Mnemonic};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::error::{DecryptError, PhraseError};

/// The number of words of a 32-byte key.
const WORDS: usize = 24;
/// The number of bytes of a key.
const KEY: usize = 32;

/// The phrase of a Fernet key: lowercase words, separated by single spaces.
pub fn write(key: &SecretString) -> Result<SecretString, DecryptError> {
    let text = key.expose_secret().trim().trim_end_matches('=');
    let mut bytes = Zeroizing::new([0u8; KEY]);
    let length = URL_SAFE_NO_PAD
        .decode_slice(text, bytes.as_mut_slice())
        .map_err(|_| DecryptError)?;
    if length != KEY {
        return Err(DecryptError);
    }
    let words = Mnemonic::from_entropy(bytes.as_slice()).map_err(|_| DecryptError)?;
    // The exact capacity, so that no shorter copy is left in memory.
    let length = words.words().map(|word| word.len() + 1).sum::<usize>() - 1;
    let mut phrase = String::with_capacity(length);
    for word in words.words() {
        if !phrase.is_empty() {
            phrase.push(' ');
        }
        phrase.push_str(word);
    }
    Ok(SecretString::from(phrase))
}

/// The key of a typed phrase. Case, line breaks, commas and numbers before the words do not matter.
pub fn read(phrase: &SecretString) -> Result<SecretString, PhraseError> {
    let typed = phrase.expose_secret();
    // Enough capacity for all words, so that no reallocation leaves a copy in memory.
    let mut words = Zeroizing::new(String::with_capacity(typed.len() * 2));
    let mut count = 0;
    for part in typed.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')) {
        let word = part.trim_matches(|c: char| !c.is_alphabetic());
        if word.is_empty() {
            continue;
        }
        for letter in word.chars() {
            words.push(letter.to_ascii_lowercase());
        }
        words.push(' ');
        count += 1;
    }
    if count != WORDS {
        return Err(PhraseError::Count { found: count });
    }
    let mnemonic =
        Mnemonic::parse_in_normalized(Language::English, &words).map_err(|error| match error {
            Error::UnknownWord(place) => PhraseError::Unknown {
                position: place + 1,
            },
            _ => PhraseError::Checksum,
        })?;
    let (bytes, length) = mnemonic.to_entropy_array();
    let bytes = Zeroizing::new(bytes);
    match bytes.get(..length) {
        Some(key) if length == KEY => Ok(SecretString::from(URL_SAFE.encode(key))),
        _ => Err(PhraseError::Checksum),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vault::new_key;

    fn phrase_of(bytes: [u8; 32]) -> String {
        let key = SecretString::from(URL_SAFE.encode(bytes));
        write(&key).unwrap().expose_secret().to_owned()
    }

    fn read_text(text: &str) -> Result<String, PhraseError> {
        read(&SecretString::from(text)).map(|key| key.expose_secret().to_owned())
    }

    #[test]
    fn phrases_match_the_reference_vectors() {
        // Test vectors of the reference implementation:
        // https://github.com/trezor/python-mnemonic/blob/master/vectors.json
        let zeros = format!("{}art", "abandon ".repeat(23));
        assert_eq!(phrase_of([0; 32]), zeros);
        assert_eq!(phrase_of([0xff; 32]), format!("{}vote", "zoo ".repeat(23)));
        assert_eq!(read_text(&zeros).unwrap(), URL_SAFE.encode([0; 32]));
    }

    #[test]
    fn malformed_keys_have_no_phrase() {
        for key in ["", "abc", "c2hvcnQ=", &"A".repeat(44), "é"] {
            assert!(write(&SecretString::from(key)).is_err(), "{key}");
        }
    }

    #[test]
    fn errors_name_the_problem_without_the_words() {
        let good = phrase_of([7; 32]);
        let mut words: Vec<&str> = good.split(' ').collect();
        assert_eq!(read_text("abandon"), Err(PhraseError::Count { found: 1 }));
        assert_eq!(read_text(" 1. 2. "), Err(PhraseError::Count { found: 0 }));
        words.swap(0, 23);
        assert_eq!(read_text(&words.join(" ")), Err(PhraseError::Checksum));
        words[4] = "slipway";
        let unknown = read_text(&words.join(" ")).unwrap_err();
        assert_eq!(unknown, PhraseError::Unknown { position: 5 });
        assert!(!format!("{unknown:?} {unknown}").contains("slipway"));
    }

    proptest! {
        #[test]
        fn every_key_is_restored_from_its_phrase(bytes: [u8; 32]) {
            let phrase = phrase_of(bytes);
            prop_assert_eq!(phrase.split(' ').count(), 24);
            prop_assert_eq!(read_text(&phrase).unwrap(), URL_SAFE.encode(bytes));
        }

        #[test]
        fn common_spellings_are_parsed(bytes: [u8; 32], style in 0..5) {
            let phrase = phrase_of(bytes);
            let words = phrase.split(' ').enumerate();
            let typed: String = match style {
                0 => phrase.to_uppercase(),
                1 => words.map(|(place, word)| format!("{}. {word}\n", place + 1)).collect(),
                2 => words.map(|(place, word)| format!("{:02}) {word}\t", place + 1)).collect(),
                3 => words.map(|(place, word)| format!("{}.{word}  ", place + 1)).collect(),
                _ => format!("\r\n  {}  ", phrase.replace(' ', ", ")),
            };
            prop_assert_eq!(read_text(&typed).unwrap(), URL_SAFE.encode(bytes));
        }

        /// One changed word fails the checksum or gives another key, which the canary rejects.
        #[test]
        fn one_changed_word_never_gives_the_key(bytes: [u8; 32], place in 0..24_usize, other in 0..2048_usize) {
            let phrase = phrase_of(bytes);
            let mut words: Vec<&str> = phrase.split(' ').collect();
            let other = Language::English.word_list()[other];
            prop_assume!(words[place] != other);
            words[place] = other;
            match read_text(&words.join(" ")) {
                Ok(key) => prop_assert_ne!(key, URL_SAFE.encode(bytes)),
                Err(error) => prop_assert_eq!(error, PhraseError::Checksum),
            }
        }

        #[test]
        fn arbitrary_text_does_not_panic(text in ".{0,400}") {
            let _ = read_text(&text);
        }
    }

    #[test]
    fn a_new_key_has_a_phrase() {
        let key = new_key();
        let phrase = write(&key).unwrap();
        assert_eq!(read(&phrase).unwrap().expose_secret(), key.expose_secret());
    }
}
