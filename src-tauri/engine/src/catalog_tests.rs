//! Proves that the catalogs and the registries belong together, and that the formatter follows the language's rules.

use std::{collections::BTreeSet, fs, path::Path};

use jiff::Timestamp;

use slipway_core::{
    texts::{Kind, Language, Shape, Texts, completeness},
    views::{Argument, Message, Notice},
};

use crate::registries;

#[test]
fn every_text_of_the_engine_has_its_words_and_no_words_are_unused() {
    for language in Language::ALL {
        let problems = completeness::problems(language, "engine/", &registries());
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }
}

#[test]
fn every_catalog_is_built_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/locales/en");
    let built_in: BTreeSet<String> = completeness::built_in(Language::English)
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let mut found = BTreeSet::new();
    for folder in ["engine", "app"] {
        for file in fs::read_dir(root.join(folder)).unwrap() {
            found.insert(format!(
                "{folder}/{}",
                file.unwrap().file_name().to_string_lossy()
            ));
        }
    }
    assert_eq!(built_in, found);
}

/// An argument of this kind, for trying a text out.
fn sample(name: &str, kind: Kind) -> Argument {
    match kind {
        Kind::Text => Argument::text(format!("[{name}]")),
        Kind::Number => Argument::number(3),
        Kind::Hundredths => Argument::Hundredths(2997),
        Kind::Milliseconds => Argument::Milliseconds(600_100),
        Kind::Bytes => Argument::Bytes(5_370_000_000),
        Kind::Seconds => Argument::Seconds(599),
        Kind::Moment => Argument::moment(Timestamp::UNIX_EPOCH),
        Kind::List => Argument::List(vec!["a.mp4".to_owned(), "b.mp4".to_owned()]),
        Kind::Message => Argument::Message(Message::new("history.published")),
        Kind::Notice => Argument::Notice(Notice::new("post.offline")),
    }
}

#[test]
fn every_text_can_be_formatted_and_says_something() {
    for language in Language::ALL {
        let texts = Texts::of(language);
        for spec in registries().into_iter().flatten() {
            let args = spec
                .args
                .iter()
                .map(|(name, kind)| ((*name).to_owned(), sample(name, *kind)));
            let (code, args) = (spec.code.replace('*', "new"), args.collect());
            let words = match spec.shape {
                Shape::Message => vec![texts.message(&Message { code, args })],
                Shape::Notice => {
                    let words = texts.notice(&Notice { code, args });
                    assert!(!words.slipway.is_empty(), "{}", spec.code);
                    vec![words.happened, words.slipway, words.you]
                }
            };
            assert!(!words[0].is_empty(), "{}", spec.code);
            for words in words {
                assert!(!words.contains("{$") && !words.contains("{-"), "{words}");
                if language == Language::Pseudo && words.chars().any(char::is_alphabetic) {
                    let from_elsewhere = spec.args.iter().any(|(_, kind)| *kind == Kind::Text);
                    assert!(words.contains('⟦') || from_elsewhere, "{words}");
                }
            }
        }
    }
}

#[test]
fn a_code_without_a_message_falls_back_by_its_first_part() {
    let texts = Texts::of(Language::English);
    let refused = Notice::new("tiktok.brand_new")
        .with("code", Argument::text("brand_new"))
        .with(
            "message",
            Argument::Message(
                Message::new("tiktok.said").with("text", Argument::text("Do this first")),
            ),
        )
        .with("context", Argument::text("post"));
    let words = texts.notice(&refused);
    assert!(words.happened.contains("brand_new") && words.happened.contains("Do this first"));
    let unknown = texts.notice(&Notice::new("nothing.like_it"));
    assert!(unknown.happened.contains("cannot describe"), "{unknown:?}");
    assert!(!texts.message(&Message::new("nothing.like_it")).is_empty());
}

#[test]
fn texts_inside_texts_and_plural_forms_follow_the_language() {
    let texts = Texts::of(Language::English);
    let waiting = Message::new("history.waiting")
        .with("cause", Argument::Notice(Notice::new("post.offline")));
    assert_eq!(
        texts.message(&waiting),
        "Waiting: TikTok cannot be reached."
    );
    let unreadable = |count| {
        let notice = Notice::new("post.unreadable").with("count", Argument::Number(count));
        texts.notice(&notice).happened
    };
    assert!(unreadable(1).starts_with("One post"), "{}", unreadable(1));
    assert!(unreadable(2).starts_with("2 posts"), "{}", unreadable(2));
    assert!(
        unreadable(2200).starts_with("2,200 posts"),
        "{}",
        unreadable(2200)
    );
}

#[test]
fn values_from_elsewhere_stay_plain_in_the_pseudo_language() {
    let texts = Texts::of(Language::Pseudo);
    let fitted = Message::new("history.fitted_file").with("file", Argument::text("Beach.mp4"));
    let words = texts.message(&fitted);
    assert!(words.starts_with('⟦') && words.ends_with('⟧'), "{words}");
    assert!(
        words.contains("Beach.mp4") && !words.contains("made"),
        "{words}"
    );
    let english = Texts::of(Language::English).message(&fitted);
    assert!(
        words.chars().count() * 10 > english.chars().count() * 12,
        "{words}"
    );
}

#[test]
fn tags_name_the_languages() {
    for language in Language::ALL {
        assert_eq!(Language::from_tag(language.tag()), Some(language));
        assert_eq!(language.identifier().to_string(), language.tag());
    }
    assert_eq!(Language::from_tag("tlh"), None);
}

/// Prints every text in English; run it with `--nocapture` to read them.
#[test]
fn all_texts_can_be_read() {
    let texts = Texts::of(Language::English);
    for spec in registries().into_iter().flatten() {
        let args = spec
            .args
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), sample(name, *kind)));
        let (code, args) = (spec.code.replace('*', "new"), args.collect());
        println!("{code}");
        match spec.shape {
            Shape::Message => println!("  {}", texts.message(&Message { code, args })),
            Shape::Notice => {
                let words = texts.notice(&Notice { code, args });
                println!("  {}\n  {}\n  {}", words.happened, words.slipway, words.you);
            }
        }
    }
}
