//! The catalogs that are built into the program, by language.

use fluent_bundle::FluentResource;

use super::Language;

/// Includes catalogs of a language by name.
macro_rules! catalogs {
    ($($name:literal),* $(,)?) => {
        &[$((
            $name,
            include_str!(concat!("../../../../ui/locales/en/", $name)),
        )),*]
    };
}

/// Those in English that the backend uses; the UI has more.
const ENGLISH: &[(&str, &str)] = catalogs![
    "app/command-line.ftl",
    "app/desktop.ftl",
    "app/diagnostics.ftl",
    "app/shell.ftl",
    "app/startup.ftl",
    "engine/account.ftl",
    "engine/audit.ftl",
    "engine/compose.ftl",
    "engine/connect.ftl",
    "engine/database.ftl",
    "engine/file.ftl",
    "engine/fit.ftl",
    "engine/folder.ftl",
    "engine/history.ftl",
    "engine/post.ftl",
    "engine/schedule.ftl",
    "engine/settings.ftl",
    "engine/shared.ftl",
    "engine/tiktok.ftl",
    "engine/units.ftl",
    "engine/vault.ftl",
    "engine/webhook.ftl",
];

/// The catalogs of a language, by name.
pub(super) fn of(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::English | Language::Pseudo => ENGLISH,
    }
}

/// Parses a catalog. Returns it with its errors; valid entries are kept.
pub(super) fn parse(source: &str) -> (FluentResource, Vec<fluent_syntax::parser::ParserError>) {
    match FluentResource::try_new(source.to_owned()) {
        Ok(resource) => (resource, Vec::new()),
        Err((resource, errors)) => (resource, errors),
    }
}
