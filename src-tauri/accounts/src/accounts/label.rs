//! Account labels and marker colours.

use slipway_core::views::AccountColour;

/// Longest label, in characters.
const LABEL_MAX: usize = 40;

/// Why a label is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LabelError {
    /// Too many characters.
    #[error("[Accounts] Label failed: it has more than {max} characters")]
    Long {
        /// The most that a label may have.
        max: usize,
    },
    /// It has control characters or characters that change the text direction.
    #[error("[Accounts] Label failed: it holds control characters")]
    Control,
}

/// Trims and validates a label. An empty label is `None`.
pub(super) fn label(text: &str) -> Result<Option<&str>, LabelError> {
    let text = text.trim();
    if text.chars().any(|c| c.is_control() || changes_layout(c)) {
        return Err(LabelError::Control);
    }
    if text.chars().count() > LABEL_MAX {
        return Err(LabelError::Long { max: LABEL_MAX });
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Unicode's direction marks and line separators: they would change the layout of the text around a label.
fn changes_layout(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

const COLOURS: [(AccountColour, &str); 8] = [
    (AccountColour::Red, "red"),
    (AccountColour::Orange, "orange"),
    (AccountColour::Yellow, "yellow"),
    (AccountColour::Green, "green"),
    (AccountColour::Teal, "teal"),
    (AccountColour::Blue, "blue"),
    (AccountColour::Violet, "violet"),
    (AccountColour::Pink, "pink"),
];

/// The stored name of a colour.
pub(super) fn colour_name(colour: AccountColour) -> Option<&'static str> {
    COLOURS
        .iter()
        .find_map(|(known, name)| (*known == colour).then_some(*name))
}

/// The colour with this stored name.
pub(super) fn colour(name: &str) -> Option<AccountColour> {
    COLOURS
        .iter()
        .find_map(|(known, stored)| (*stored == name).then_some(*known))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_trimmed_bounded_and_readable() {
        assert_eq!(label("  Main channel "), Ok(Some("Main channel")));
        assert_eq!(label(" \n "), Ok(None));
        assert_eq!(label(&"é".repeat(40)).unwrap().unwrap().chars().count(), 40);
        assert_eq!(label(&"é".repeat(41)), Err(LabelError::Long { max: 40 }));
        for bad in ["a\nb", "a\u{0}b", "a\u{202E}b", "a\u{2067}b", "a\u{2028}b"] {
            assert_eq!(label(bad), Err(LabelError::Control), "{bad:?}");
        }
    }

    #[test]
    fn every_colour_has_its_name() {
        for (known, name) in COLOURS {
            assert_eq!(
                (colour(name), colour_name(known)),
                (Some(known), Some(name))
            );
        }
        assert_eq!(colour("ultraviolet"), None);
    }

    proptest! {
        #[test]
        fn accepted_labels_are_short_and_stay_valid(text in ".{0,60}") {
            if let Ok(Some(taken)) = label(&text) {
                prop_assert!(!taken.is_empty() && taken.chars().count() <= LABEL_MAX);
                prop_assert_eq!(label(taken), Ok(Some(taken)));
            }
        }
    }
}
