//! Command lines that are parsed, and those that are rejected.

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
fn no_arguments_mean_a_start_with_a_window() {
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
fn links_and_files_are_distinguished() {
    let link = "slipway://oauth/callback?code=c%2Bd&state=s";
    let found = run(&[link, "https://example.com/a.mp4", "c:movie.mp4"]);
    assert_eq!(found.links.len(), 1);
    assert_eq!(found.links[0].expose_secret(), link);
    assert_eq!(found.files.len(), 2);
    assert!(!format!("{found:?}").contains("c%2Bd"));
}

#[test]
fn background_allows_files_and_two_dashes_end_the_options() {
    let found = run(&["--background", "--", "--help"]);
    assert!(found.background);
    assert_eq!(found.files, [PathBuf::from("/home/ada/--help")]);
}

#[test]
fn help_and_version_have_short_and_long_names() {
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
fn unknown_options_are_rejected_by_name() {
    for (argument, named) in [
        ("--backgrund", "backgrund"),
        ("-x", "-x"),
        ("--background=yes", "yes"),
    ] {
        let error = parse([argument], Path::new("/")).unwrap_err();
        let text = error.to_text(texts());
        assert!(text.contains(named) && text.contains("--help"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_unicode_is_kept_unchanged() {
    use std::os::unix::ffi::OsStringExt;
    let name = OsString::from_vec(b"caf\xe9.mp4".to_vec());
    let Invocation::Run(found) = parse([name.clone()], Path::new("/v")).unwrap() else {
        panic!("not a start");
    };
    assert_eq!(found.files, [Path::new("/v").join(name)]);
}
