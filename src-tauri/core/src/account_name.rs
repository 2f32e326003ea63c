//! The name of an account whose creator shares no profile with Slipway.

use crate::{texts::Texts, views::Message};

pub(crate) mod text {
    //! The texts for names.

    crate::texts! {
        pub(crate) static TEXTS;
        message name = "account.name" (name: text);
        message unnamed = "account.unnamed";
    }
}

/// The stored name of an account without a known nickname. Only the catalogs word it for creators.
pub const UNNAMED: &str = "TikTok account";

/// A stored name as text.
pub fn message(stored: &str) -> Message {
    match stored {
        UNNAMED => text::unnamed(),
        name => text::name(name),
    }
}

/// A stored name as creators see it.
pub fn shown(stored: &str, texts: &Texts) -> String {
    texts.message(&message(stored))
}

/// Replaces a stored name by the one that creators see.
pub fn show(name: &mut String, texts: &Texts) {
    *name = shown(name, texts);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    #[test]
    fn only_an_account_without_a_name_gets_one_from_the_catalog() {
        let texts = Texts::of(Language::Pseudo);
        assert_eq!(shown("Ada", texts), "Ada");
        let unnamed = shown(UNNAMED, texts);
        assert!(unnamed.starts_with('⟦'), "{unnamed}");
        assert_eq!(
            shown(UNNAMED, Texts::of(Language::English)),
            "TikTok account"
        );
    }
}
