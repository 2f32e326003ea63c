//! The words of Slipway in the creator's language: the Fluent catalogs of `ui/locales`, and a formatter for the texts
//! that the backend shows itself.

mod catalogs;
pub mod completeness;
mod language;
mod registry;
mod values;

pub use language::Language;
pub use registry::{Kind, Shape, Spec};
pub(crate) use values::text::TEXTS;

use std::{fmt, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};

use crate::views::{Arguments, Message, Notice};
use registry::{id, other_id};

/// The message for a code that the catalogs do not know at all.
const UNKNOWN: &str = "notice-unknown";

/// A notice in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentences {
    /// What happened.
    pub happened: String,
    /// What Slipway does about it.
    pub slipway: String,
    /// What the creator can do. Empty when nothing is needed.
    pub you: String,
}

/// Formats texts in one language.
pub struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// The formatter for this language. The first call parses the catalogs; the program keeps the result.
    pub fn of(language: Language) -> &'static Self {
        static ENGLISH: LazyLock<Texts> = LazyLock::new(|| Texts::new(Language::English));
        static PSEUDO: LazyLock<Texts> = LazyLock::new(|| Texts::new(Language::Pseudo));
        match language {
            Language::English => &ENGLISH,
            Language::Pseudo => &PSEUDO,
        }
    }

    fn new(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
        // The UI, which formats with the same catalogs, does not mark insertions either.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(values::separated));
        bundle.set_transform(language.transform());
        for (name, source) in catalogs::of(language) {
            let (resource, errors) = catalogs::parse(source);
            for error in errors {
                tracing::error!(catalog = name, %error, "[Texts] Parse failed");
            }
            if let Err(errors) = bundle.add_resource(resource) {
                tracing::error!(catalog = name, ?errors, "[Texts] Load failed");
            }
        }
        Self { language, bundle }
    }

    /// The language that this formats in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A notice in words. A part that the catalog leaves out is empty.
    pub fn notice(&self, notice: &Notice) -> Sentences {
        let args = self.arguments(&notice.args);
        let id = self.known(&notice.code);
        let part = |name| self.attribute(&id, name, &args).unwrap_or_default();
        Sentences {
            happened: part("happened"),
            slipway: part("slipway"),
            you: part("you"),
        }
    }

    /// A line in words.
    pub fn message(&self, message: &Message) -> String {
        let args = self.arguments(&message.args);
        let id = self.known(&message.code);
        self.value(&id, &args)
            .or_else(|| self.attribute(&id, "happened", &args))
            .unwrap_or_default()
    }

    /// The id of the message for a code: its own, that for others of its kind, or that for codes that are not known.
    fn known(&self, code: &str) -> String {
        [id(code), other_id(code)]
            .into_iter()
            .find(|id| self.bundle.has_message(id))
            .unwrap_or_else(|| UNKNOWN.to_owned())
    }

    fn value(&self, id: &str, args: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        Some(self.format(id, pattern, args))
    }

    fn attribute(&self, id: &str, name: &str, args: &FluentArgs<'_>) -> Option<String> {
        let attribute = self.bundle.get_message(id)?.get_attribute(name)?;
        Some(self.format(id, attribute.value(), args))
    }

    fn format(
        &self,
        id: &str,
        pattern: &fluent_syntax::ast::Pattern<&str>,
        args: &FluentArgs<'_>,
    ) -> String {
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(args), &mut errors)
            .into_owned();
        if !errors.is_empty() {
            tracing::error!(id, ?errors, "[Texts] Format failed");
        }
        text
    }

    fn arguments(&self, args: &Arguments) -> FluentArgs<'static> {
        args.iter()
            .map(|(name, argument)| (name.clone(), values::value(self, argument)))
            .collect()
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}
