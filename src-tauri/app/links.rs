//! `slipway:` links. They come from any web page, so all they do is bring the window forward; one that bears TikTok's
//! answer to a connect is the engine's to recognise. A link is a secret until it turns out to be none.

use secrecy::{ExposeSecret, SecretString};
use tauri::{AppHandle, Manager};
use tauri_plugin_deep_link::DeepLinkExt;
use url::Url;

use crate::{shell::Shell, window};

/// Follows links, also the one that started Slipway.
pub fn watch(app: &AppHandle) {
    let handle = app.clone();
    app.deep_link()
        .on_open_url(move |event| follow(&handle, event.urls()));
    // A link that starts Slipway comes before anybody can listen.
    match app.deep_link().get_current() {
        Ok(Some(links)) => follow(app, links),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "[Links] Read failed"),
    }
}

/// Brings the window forward, whatever the links say.
fn follow(app: &AppHandle, links: Vec<Url>) {
    for link in &links {
        tracing::info!(host = named(link), "[Links] opened by a link");
    }
    if links.is_empty() {
        return;
    }
    let links = links.into_iter().map(|link| String::from(link).into());
    hand_over(app, links.collect());
    window::bring_forward(app);
}

/// Shows links to the engine. One that a second instance brought comes twice, by its arguments and by the system; the
/// engine takes it once.
pub fn hand_over(app: &AppHandle, links: Vec<SecretString>) {
    if links.is_empty() {
        return;
    }
    let shell = app.state::<Shell>().inner().clone();
    tauri::async_runtime::spawn(async move {
        // Without an engine no attempt waits for an answer.
        if let Ok(engine) = shell.engine().await {
            for link in links {
                engine.receive_link(link.expose_secret());
            }
        }
    });
}

/// The one part of a link that is worth a line in the log, if it is harmless.
fn named(link: &Url) -> &str {
    let harmless = |host: &&str| {
        host.len() <= 32 && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    link.host_str().filter(harmless).unwrap_or("?")
}

/// Makes Slipway the program for its links, as an installed package does. Blocks: other programs are asked.
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

    /// Takes needless quotes off the program in the desktop entry: plain `xdg-open` (1.1.3) takes them for a part of
    /// the name and finds nothing.
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

    /// The entry with its program unquoted, if it is quoted and needs no quotes.
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
            assert_eq!(named(&Url::parse(link).unwrap()), shown, "{link}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn quotes_go_where_they_are_not_needed_and_stay_where_they_are() {
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
