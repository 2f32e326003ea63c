//! The pseudo-language `en-XA`: reads its texts as the English that they disguise.

/// The plain letters of the pseudo-language.
const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The accented letters, as the backend and as the UI write them.
const ACCENTED: [&str; 2] = [
    "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ",
    "àƀçđéƒĝĥîĵķļɱñóþǫŕšţûṽŵẋýžÀƁÇĐÉƑĜĤÎĴĶĻṀÑÓÞǪŔŠŢÛṼŴẊÝŽ",
];

/// Returns the text with every part in ⟦ ⟧ in plain English. Text outside of brackets stays as it is.
pub fn reveal(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut inside = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '⟦' => inside = true,
            '⟧' => inside = false,
            _ if inside => {
                let known = plain_letter(letter);
                plain.push(known.unwrap_or(letter));
                // Vowels are doubled.
                if known.is_some_and(|known| "aeiouAEIOU".contains(known)) {
                    letters.next_if_eq(&letter);
                }
            }
            _ => plain.push(letter),
        }
    }
    plain
}

/// Returns the text without its parts in ⟦ ⟧.
pub fn outside(text: &str) -> String {
    let mut rest = String::new();
    let mut inside = false;
    for letter in text.chars() {
        match letter {
            '⟦' => inside = true,
            '⟧' => {
                inside = false;
                rest.push(' ');
            }
            _ if !inside => rest.push(letter),
            _ => {}
        }
    }
    rest
}

fn plain_letter(accented: char) -> Option<char> {
    ACCENTED.iter().find_map(|alphabet| {
        let place = alphabet.chars().position(|letter| letter == accented)?;
        PLAIN.chars().nth(place)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use slipway_engine::{
        texts::{Language, Texts},
        views::{Argument, Message},
    };

    use super::*;

    #[test]
    fn a_disguised_text_reads_as_its_english() {
        let arguments = BTreeMap::from([("option".to_owned(), Argument::Text("--é".to_owned()))]);
        let message = Message {
            code: "command_line.unexpected_option".to_owned(),
            args: arguments,
        };
        let [english, pseudo] = Language::ALL.map(|language| Texts::of(language).message(&message));
        assert_ne!(english, pseudo);
        assert_eq!(reveal(&pseudo), english);
        assert_eq!(outside(&pseudo).trim(), "--é");
        assert_eq!(reveal("Café, 2 s"), "Café, 2 s");
    }
}
