//! Parses the command line: files to add, links to follow, and options.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use slipway_engine::texts::Texts;
use url::Url;

use crate::texts;

/// The scheme of links that open Slipway.
pub const LINK_SCHEME: &str = "slipway";

/// The action that the command line requests.
#[derive(Debug)]
pub enum Invocation {
    /// Start, or pass the arguments to the running instance.
    Run(Arguments),
    /// Print the help.
    Help,
    /// Print the version.
    Version,
}

/// The arguments of a start.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// Absolute paths of files to add. They need not exist.
    pub files: Vec<PathBuf>,
    /// `slipway:` links. They are untrusted, because any web page can open one, and secret, because one can contain
    /// TikTok's answer to a sign-in.
    pub links: Vec<SecretString>,
    /// Start in the tray, without a window.
    pub background: bool,
}

/// The command line is invalid.
#[derive(Debug, thiserror::Error)]
#[error("[Arguments] Parse failed: {0}")]
pub struct UsageError(#[from] lexopt::Error);

impl UsageError {
    /// The error as printed on the terminal, with a pointer to `--help`.
    pub fn to_text(&self, texts: &Texts) -> String {
        let message = match &self.0 {
            lexopt::Error::UnexpectedOption(option) => texts::unexpected_option(option),
            lexopt::Error::UnexpectedValue { option, value } => {
                texts::unexpected_value(option, value.to_string_lossy())
            }
            lexopt::Error::MissingValue { option } => {
                texts::missing_value(option.as_deref().unwrap_or_default())
            }
            lexopt::Error::NonUnicodeValue(_) => texts::not_text(),
            // Slipway parses no values, and accepts arguments without an option.
            lexopt::Error::UnexpectedArgument(_)
            | lexopt::Error::ParsingFailed { .. }
            | lexopt::Error::Custom(_) => texts::unusable(),
        };
        let hint = texts.message(&texts::hint());
        format!("{}\n{hint}", texts.message(&message))
    }
}

/// Parses a command line without the program's name. Paths are relative to `folder`.
///
/// # Errors
/// [`UsageError`] for an unknown option, or a value of an option that takes none.
pub fn parse<I>(arguments: I, folder: &Path) -> Result<Invocation, UsageError>
where
    I: IntoIterator,
    I::Item: Into<OsString>,
{
    use lexopt::prelude::{Long, Short, Value};

    let mut parser = lexopt::Parser::from_args(arguments);
    let mut found = Arguments::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("background") => found.background = true,
            Short('h') | Long("help") => return Ok(Invocation::Help),
            Short('V') | Long("version") => return Ok(Invocation::Version),
            Value(value) => match address(&value) {
                Some(Address::Link(link)) => found.links.push(link),
                Some(Address::File(path)) => found.files.push(path),
                None => found.files.push(folder.join(value)),
            },
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Invocation::Run(found))
}

enum Address {
    Link(SecretString),
    File(PathBuf),
}

/// Parses a value as an address, if it is one. File managers may pass `file:` addresses instead of paths.
fn address(value: &OsString) -> Option<Address> {
    let url = Url::parse(value.to_str()?).ok()?;
    match url.scheme() {
        LINK_SCHEME => Some(Address::Link(String::from(url).into())),
        "file" => url.to_file_path().ok().map(Address::File),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
