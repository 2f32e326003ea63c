//! Builds captions from a file's name, a sidecar or a template, followed by hashtags.

use std::path::Path;

use jiff::civil::Date;
use slipway_core::views::CaptionRule;
use tiktok_api::limits;

use super::hashtags::is_hashtag;

/// The placeholders of a template.
const PLACEHOLDERS: [&str; 4] = ["name", "date", "folder", "n"];

/// A caption rule is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaptionError {
    /// The template has an unknown placeholder.
    #[error("[Folders] Save failed: the template names {{{name}}}, which there is not")]
    Placeholder {
        /// The name in the braces.
        name: String,
    },
    /// The template has an unmatched brace.
    #[error("[Folders] Save failed: a brace of the template has no other")]
    Brace,
    /// A hashtag is empty, or contains a character that ends hashtags.
    #[error("[Folders] Save failed: {hashtag:?} is no hashtag")]
    Hashtag {
        /// The hashtag, without `#`.
        hashtag: String,
    },
    /// Template and hashtags are longer than a caption may be.
    #[error("[Folders] Save failed: template and hashtags have {units} UTF-16 units")]
    TooLong {
        /// The length in UTF-16 code units.
        units: usize,
    },
}

/// The values of a template's placeholders.
#[derive(Debug, Clone, Copy)]
pub(super) struct TemplateValues<'a> {
    /// The path of the video.
    pub(super) path: &'a Path,
    pub(super) date: Date,
    pub(super) n: i64,
}

/// Validates a caption rule and hashtags.
pub(super) fn check(rule: &CaptionRule, hashtags: &[String]) -> Result<(), CaptionError> {
    for hashtag in hashtags {
        if !is_hashtag(hashtag) {
            return Err(CaptionError::Hashtag {
                hashtag: hashtag.clone(),
            });
        }
    }
    let template = match rule {
        CaptionRule::Template { template } => {
            fill(template, |_| "")?;
            template.as_str()
        }
        _ => "",
    };
    let units = with_hashtags(template, hashtags).encode_utf16().count();
    if units > limits::CAPTION_UTF16_MAX {
        return Err(CaptionError::TooLong { units });
    }
    Ok(())
}

/// Returns the caption that a rule gives. `text` is the sidecar's text, if the rule uses a sidecar.
///
/// # Errors
/// [`CaptionError`] for a template that [`check`] refuses.
pub(super) fn caption(
    rule: &CaptionRule,
    hashtags: &[String],
    values: &TemplateValues<'_>,
    text: Option<&str>,
) -> Result<String, CaptionError> {
    let text = match (rule, text) {
        (CaptionRule::TextFile | CaptionRule::JsonFile, Some(text)) => text.to_owned(),
        (CaptionRule::Template { template }, _) => {
            let (date, n) = (values.date.to_string(), values.n.to_string());
            let (name, folder) = (name(values.path), folder(values.path));
            fill(template, |placeholder| match placeholder {
                "name" => &name,
                "date" => &date,
                "folder" => &folder,
                _ => &n,
            })?
        }
        (CaptionRule::FileName | CaptionRule::TextFile | CaptionRule::JsonFile, _) => {
            name(values.path)
        }
    };
    Ok(with_hashtags(&text, hashtags))
}

fn with_hashtags(text: &str, hashtags: &[String]) -> String {
    let mut caption = text.trim().to_owned();
    for hashtag in hashtags {
        if !caption.is_empty() {
            caption.push(' ');
        }
        caption.push('#');
        caption.push_str(hashtag);
    }
    caption
}

/// Returns a file's name without its extension, with `_` and `-` between words replaced by spaces.
fn name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if stem.contains(char::is_whitespace) {
        return stem.into_owned();
    }
    let letters: Vec<char> = stem.chars().collect();
    let is_word = |at: Option<usize>| {
        at.and_then(|at| letters.get(at))
            .is_some_and(|c| c.is_alphanumeric())
    };
    let joins = |at: usize| {
        matches!(letters[at], '_' | '-') && is_word(at.checked_sub(1)) && is_word(Some(at + 1))
    };
    (0..letters.len())
        .map(|at| if joins(at) { ' ' } else { letters[at] })
        .collect()
}

/// Returns the name of the folder that contains a file.
fn folder(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    folder.to_string_lossy().into_owned()
}

fn fill<'a>(template: &str, value: impl Fn(&str) -> &'a str) -> Result<String, CaptionError> {
    let (mut filled, mut rest) = (String::new(), template);
    while let Some(at) = rest.find(['{', '}']) {
        filled.push_str(&rest[..at]);
        let inner = rest[at..].strip_prefix('{').ok_or(CaptionError::Brace)?;
        let end = inner.find(['{', '}']).ok_or(CaptionError::Brace)?;
        let placeholder = &inner[..end];
        rest = inner[end..].strip_prefix('}').ok_or(CaptionError::Brace)?;
        if !PLACEHOLDERS.contains(&placeholder) {
            return Err(CaptionError::Placeholder {
                name: placeholder.to_owned(),
            });
        }
        filled.push_str(value(placeholder));
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn made(rule: &CaptionRule, hashtags: &[&str], path: &str, text: Option<&str>) -> String {
        let hashtags: Vec<String> = hashtags.iter().map(|&tag| tag.to_owned()).collect();
        let values = TemplateValues {
            path: Path::new(path),
            date: date(2026, 11, 26),
            n: 7,
        };
        caption(rule, &hashtags, &values, text).unwrap()
    }

    fn template(template: &str) -> CaptionRule {
        CaptionRule::Template {
            template: template.to_owned(),
        }
    }

    #[test]
    fn names_without_spaces_become_words() {
        for (name, caption) in [
            ("Glaze day.mp4", "Glaze day"),
            ("glaze_day-two.mp4", "glaze day two"),
            ("re-take of glaze_day.mp4", "re-take of glaze_day"),
            ("_glaze__day-.mp4", "_glaze__day-"),
            ("Ton-in-Ton.final.mov", "Ton in Ton.final"),
            ("été_2026.mp4", "été 2026"),
        ] {
            assert_eq!(made(&CaptionRule::FileName, &[], name, None), caption);
        }
    }

    #[test]
    fn templates_fill_known_placeholders() {
        let rule = template("{name} · {folder} #{n} ({date})");
        assert_eq!(
            made(
                &rule,
                &["clay", "studio"],
                "/videos/pots/glaze_day.mp4",
                None
            ),
            "glaze day · pots #7 (2026-11-26) #clay #studio"
        );
        for (text, wrong) in [
            ("{title}", Some("title")),
            ("{}", Some("")),
            ("{Name}", Some("Name")),
            ("{name", None),
            ("name}", None),
            ("{{name}}", None),
        ] {
            let refused = check(&template(text), &[]).unwrap_err();
            match wrong {
                Some(name) => assert_eq!(refused, CaptionError::Placeholder { name: name.into() }),
                None => assert_eq!(refused, CaptionError::Brace, "{text}"),
            }
        }
    }

    #[test]
    fn sidecars_override_the_name_and_hashtags_come_last() {
        let text = Some("  Fresh from the kiln\n");
        assert_eq!(
            made(&CaptionRule::TextFile, &["clay"], "a.mp4", text),
            "Fresh from the kiln #clay"
        );
        assert_eq!(
            made(&CaptionRule::TextFile, &["clay"], "a.mp4", Some("")),
            "#clay"
        );
        assert_eq!(made(&CaptionRule::JsonFile, &[], "a_b.mp4", None), "a b");
    }

    #[test]
    fn hashtags_are_single_words() {
        let tags = |tag: &str| check(&CaptionRule::FileName, &[tag.to_owned()]);
        assert!(tags("töpfern").is_ok());
        for wrong in ["", "#clay", "two words", "a#b", "a\nb"] {
            assert!(tags(wrong).is_err(), "{wrong:?}");
        }
        let long = "x".repeat(2200);
        assert_eq!(tags(&long), Err(CaptionError::TooLong { units: 2201 }));
    }

    proptest! {
        #[test]
        fn every_valid_template_can_be_filled(text in "[{}a-z#é ]{0,40}", n in 1..1000_i64) {
            let rule = template(&text);
            let values = TemplateValues { path: Path::new("/f/a.mp4"), date: date(2026, 1, 1), n };
            prop_assert_eq!(check(&rule, &[]).is_ok(), caption(&rule, &[], &values, None).is_ok());
        }
    }
}
