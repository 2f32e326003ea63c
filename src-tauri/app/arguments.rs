//! The command line: files to add, links to follow, and how to start.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use slipway_engine::texts::Texts;
use url::Url;

use crate::words;

/// The scheme of links that bring Slipway forward.
pub const LINK_SCHEME: &str = "slipway";

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// Start, or hand everything to the Slipway that is open.
    Run(Arguments),
    /// Print the help.
    Help,
    /// Print the version.
    Version,
}

/// How to start.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// Files to add, as absolute paths; whether they exist is found out later.
    pub files: Vec<PathBuf>,
    /// `slipway:` links: from anywhere, so never to be trusted, and secrets because one may bear TikTok's answer.
    pub links: Vec<SecretString>,
    /// Start in the tray.
    pub background: bool,
}

/// The command line makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("[Arguments] Parse failed: {0}")]
pub struct UsageError(#[from] lexopt::Error);

impl UsageError {
    /// The error for the terminal, with a way to the help.
    pub fn in_words(&self, words: &Texts) -> String {
        let message = match &self.0 {
            lexopt::Error::UnexpectedOption(option) => words::unexpected_option(option),
            lexopt::Error::UnexpectedValue { option, value } => {
                words::unexpected_value(option, value.to_string_lossy())
            }
            other => words::unusable(other.to_string()),
        };
        let hint = words.message(&words::hint());
        format!("{}\n{hint}", words.message(&message))
    }
}

/// Reads a command line, the program's own name left out. Paths are relative to `folder`.
///
/// # Errors
/// [`UsageError`] for an option that does not exist or takes no value.
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

/// What a value is if it is an address; file managers may pass `file:` addresses instead of paths.
fn address(value: &OsString) -> Option<Address> {
    let url = Url::parse(value.to_str()?).ok()?;
    match url.scheme() {
        LINK_SCHEME => Some(Address::Link(String::from(url).into())),
        "file" => url.to_file_path().ok().map(Address::File),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::mem::discriminant;

    use secrecy::ExposeSecret;

    use super::*;

    fn run(arguments: &[&str]) -> Arguments {
        match parse(arguments, Path::new("/home/ada")).unwrap() {
            Invocation::Run(arguments) => arguments,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_starts_in_the_foreground() {
        let found = run(&[]);
        assert!(found.files.is_empty() && found.links.is_empty() && !found.background);
    }

    #[test]
    fn files_are_made_absolute_and_keep_their_order() {
        let found = run(&[
            "b.mp4",
            "/tmp/a b.mov",
            "Über 🏄\nzwei.mp4",
            "file:///tmp/c%20d.webm",
        ]);
        let paths = [
            "/home/ada/b.mp4",
            "/tmp/a b.mov",
            "/home/ada/Über 🏄\nzwei.mp4",
            "/tmp/c d.webm",
        ];
        assert_eq!(found.files, paths.map(PathBuf::from));
        assert!(!found.background);
    }

    #[test]
    fn links_are_told_from_files() {
        let link = "slipway://oauth/callback?code=c%2Bd&state=s";
        let found = run(&[link, "https://example.com/a.mp4", "c:movie.mp4"]);
        assert_eq!(found.links.len(), 1);
        assert_eq!(found.links[0].expose_secret(), link);
        assert_eq!(found.files.len(), 2);
        assert!(!format!("{found:?}").contains("c%2Bd"));
    }

    #[test]
    fn background_goes_with_files_and_two_dashes_end_the_options() {
        let found = run(&["--background", "--", "--help"]);
        assert!(found.background);
        assert_eq!(found.files, [PathBuf::from("/home/ada/--help")]);
    }

    #[test]
    fn help_and_version_are_known_by_both_names() {
        for (argument, expected) in [
            ("-h", Invocation::Help),
            ("--help", Invocation::Help),
            ("-V", Invocation::Version),
            ("--version", Invocation::Version),
        ] {
            let found = parse([argument], Path::new("/")).unwrap();
            assert_eq!(discriminant(&found), discriminant(&expected), "{argument}");
        }
    }

    #[test]
    fn unknown_options_are_refused_by_name() {
        for (argument, named) in [
            ("--backgrund", "backgrund"),
            ("-x", "-x"),
            ("--background=yes", "yes"),
        ] {
            let error = parse([argument], Path::new("/")).unwrap_err();
            let told = error.in_words(words());
            assert!(told.contains(named) && told.contains("--help"), "{told}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_unicode_stays_as_it_is() {
        use std::os::unix::ffi::OsStringExt;
        let name = OsString::from_vec(b"caf\xe9.mp4".to_vec());
        let Invocation::Run(found) = parse([name.clone()], Path::new("/v")).unwrap() else {
            panic!("not a start");
        };
        assert_eq!(found.files, [Path::new("/v").join(name)]);
    }
}
