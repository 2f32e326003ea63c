//! `slipway:` links. Any web page can open one, so a link only shows the window and is passed to the engine, which
//! recognises TikTok's answers to a sign-in. Links are treated as secrets.

use secrecy::{ExposeSecret, SecretString};
use tauri::{AppHandle, Manager};
use tauri_plugin_deep_link::DeepLinkExt;
use url::Url;

use crate::{shell::Shell, window};

/// Handles links from now on, and the one that started Slipway.
pub fn watch(app: &AppHandle) {
    let handle = app.clone();
    app.deep_link()
        .on_open_url(move |event| open(&handle, event.urls()));
    // A link that starts Slipway arrives before the handler is installed.
    match app.deep_link().get_current() {
        Ok(Some(links)) => open(app, links),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "[Links] Read failed"),
    }
}

/// Passes links to the engine, and shows the window whatever they contain.
fn open(app: &AppHandle, links: Vec<Url>) {
    for link in &links {
        tracing::info!(host = loggable_host(link), "[Links] opened by a link");
    }
    if links.is_empty() {
        return;
    }
    let links = links.into_iter().map(|link| String::from(link).into());
    deliver(app, links.collect());
    window::bring_to_front(app);
}

/// Passes links to the engine. A link of a second instance arrives twice, by its arguments and by the system; the
/// engine accepts it once.
pub fn deliver(app: &AppHandle, links: Vec<SecretString>) {
    if links.is_empty() {
        return;
    }
    let shell = app.state::<Shell>().inner().clone();
    tauri::async_runtime::spawn(async move {
        // Without an engine, no sign-in waits for an answer.
        if let Ok(engine) = shell.engine().await {
            for link in links {
                engine.receive_link(link.expose_secret());
            }
        }
    });
}

/// The host of a link for the log, or `?` if it may contain anything but a plain name.
fn loggable_host(link: &Url) -> &str {
    let harmless = |host: &&str| {
        host.len() <= 32 && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    link.host_str().filter(harmless).unwrap_or("?")
}

/// Registers Slipway as the handler of its links, as an installed package does. Blocks while other programs run.
pub fn register(app: &AppHandle) {
    if cfg!(not(any(windows, target_os = "linux"))) {
        return;
    }
    if let Err(error) = app.deep_link().register_all() {
        tracing::warn!(%error, "[Links] Register failed");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = linux::unquote(app) {
        tracing::warn!(%error, "[Links] Register failed");
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{fs, io};

    use tauri::{AppHandle, Manager};

    /// Removes needless quotes around the program in the desktop entry, because `xdg-open` 1.1.3 takes them for a part
    /// of its name.
    pub(super) fn unquote(app: &AppHandle) -> io::Result<()> {
        let folder = app.path().data_dir().map_err(io::Error::other)?;
        let program = std::env::current_exe()?;
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let path = folder
            .join("applications")
            .join(format!("{name}-handler.desktop"));
        let entry = fs::read_to_string(&path)?;
        match unquoted(&entry) {
            Some(entry) => fs::write(path, entry),
            None => Ok(()),
        }
    }

    /// The entry without quotes around the program, if it has needless ones.
    pub(super) fn unquoted(entry: &str) -> Option<String> {
        let line = entry.lines().find(|line| line.starts_with("Exec=\""))?;
        let (program, rest) = line.strip_prefix("Exec=\"")?.split_once('"')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
        (!program.is_empty() && program.chars().all(plain))
            .then(|| entry.replacen(line, &format!("Exec={program}{rest}"), 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_harmless_host_is_logged() {
        for (link, shown) in [
            ("slipway://done", "done"),
            ("slipway://oauth/callback?code=secret&state=secret", "oauth"),
            ("slipway:secret", "?"),
            ("slipway://user:secret@done:1/", "done"),
            ("slipway://a%0aforged%20line/", "?"),
            (
                "slipway://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/",
                "?",
            ),
        ] {
            assert_eq!(loggable_host(&Url::parse(link).unwrap()), shown, "{link}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_needless_quotes_are_removed() {
        let entry =
            |exec: &str| format!("[Desktop Entry]\nName=Slipway\nExec={exec}\nTerminal=false\n");
        let unquoted = |exec: &str| linux::unquoted(&entry(exec));
        assert_eq!(
            unquoted("\"/usr/bin/slipway\" %u"),
            Some(entry("/usr/bin/slipway %u"))
        );
        assert_eq!(unquoted("\"/home/ada/my apps/slipway\" %u"), None);
        assert_eq!(unquoted("\"/opt/$HOME/slipway\" %u"), None);
        assert_eq!(unquoted("/usr/bin/slipway %u"), None);
        assert_eq!(unquoted("\"/usr/bin/slipway"), None);
        assert_eq!(linux::unquoted(""), None);
    }
}
