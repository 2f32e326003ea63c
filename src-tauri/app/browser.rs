//! Opens web pages in the creator's browser.

use std::{
    ffi::OsStr,
    process::{Command, Stdio},
};

use tauri::AppHandle;
use tauri_plugin_opener::OpenerExt;
use url::Url;

use crate::error::ShellError;

/// Parses the address of a web page.
///
/// # Errors
/// [`ShellError::NotAWebPage`] for every scheme but `http` and `https`, such as `file:` or the scheme of a program.
pub fn web_page(text: &str) -> Result<Url, ShellError> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => Err(ShellError::NotAWebPage),
    }
}

/// Opens a page with `program`, or with the system's browser if there is none.
pub async fn open(app: &AppHandle, program: Option<&OsStr>, page: Url) -> Result<(), ShellError> {
    let page = web_page(page.as_str())?;
    if let Some(program) = program {
        return start(program, &page).map_err(ShellError::Browser);
    }
    let app = app.clone();
    // The opener starts another program, which can block.
    tokio::task::spawn_blocking(move || app.opener().open_url(page, None::<&str>))
        .await
        .map_err(|error| ShellError::Browser(error.into()))?
        .map_err(ShellError::Opener)
}

fn start(program: &OsStr, page: &Url) -> std::io::Result<()> {
    let mut command = Command::new(program);
    command
        .arg(page.as_str())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A browser needs no secrets.
        .env_remove("SLIPWAY_FERNET_KEY")
        .env_remove("SLIPWAY_CLIENT_SECRET");
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn()?;
    // Waits for the browser, which would otherwise stay as a zombie after its exit.
    std::thread::Builder::new()
        .name("browser".to_owned())
        .spawn(move || child.wait())
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_pages_are_opened() {
        for page in [
            "https://www.tiktok.com/@ada/video/7",
            "http://127.0.0.1:4000/sandbox",
        ] {
            assert_eq!(web_page(page).unwrap().as_str(), page);
        }
        for other in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "slipway://x",
            "mailto:ada@example.com",
            "--help",
            "",
        ] {
            assert!(
                matches!(web_page(other), Err(ShellError::NotAWebPage)),
                "{other}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_program_gets_the_address_as_its_only_argument() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let (program, note) = (folder.path().join("browser"), folder.path().join("note"));
        let pipe = Command::new("mkfifo").arg(&note).status().unwrap();
        assert!(pipe.success());
        let script = format!("#!/bin/sh\nprintf '%s|' $# \"$@\" > '{}'\n", note.display());
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let page = Url::parse("http://127.0.0.1:1/a?b=c&d='$(reboot)'").unwrap();
        start(program.as_os_str(), &page).unwrap();
        // Reading the pipe waits for the program.
        let seen = std::fs::read_to_string(&note).unwrap();
        assert_eq!(seen, format!("1|{page}|"));
    }

    #[test]
    fn a_missing_program_is_an_error() {
        let page = Url::parse("http://127.0.0.1:1/").unwrap();
        assert!(start(OsStr::new("/nowhere/browser"), &page).is_err());
    }
}
