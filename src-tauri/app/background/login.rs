//! Starts Slipway at login, in the background.

use tauri::{AppHandle, Wry, plugin::TauriPlugin};
use tauri_plugin_autostart::ManagerExt;

use crate::error::ShellError;

/// The plugin that registers the start at login.
pub fn plugin() -> TauriPlugin<Wry> {
    tauri_plugin_autostart::Builder::new()
        .arg("--background")
        .build()
}

/// Whether Slipway starts at login. The desktop's own settings can change it.
pub fn is_enabled(app: &AppHandle) -> bool {
    app.autolaunch().is_enabled().unwrap_or_else(|error| {
        tracing::warn!(%error, "[Login] Read failed");
        false
    })
}

/// Makes Slipway start at login, or not.
///
/// # Errors
/// [`ShellError::Login`] if the system refuses it.
pub fn set(app: &AppHandle, enabled: bool) -> Result<(), ShellError> {
    let manager = app.autolaunch();
    if !enabled {
        return manager
            .disable()
            .map_err(|error| ShellError::Login(error.to_string()));
    }
    manager
        .enable()
        .map_err(|error| ShellError::Login(error.to_string()))?;
    #[cfg(target_os = "linux")]
    quoted::quote_program(app).map_err(|error| ShellError::Login(error.to_string()))?;
    Ok(())
}

/// Quotes the program's path in the autostart entry: the library writes it as it is, and a path with a space would not
/// start.
#[cfg(target_os = "linux")]
mod quoted {
    use std::{fs, io};

    use tauri::{AppHandle, Manager};

    pub(super) fn quote_program(app: &AppHandle) -> io::Result<()> {
        let folder = app.path().config_dir().map_err(io::Error::other)?;
        let name = format!("{}.desktop", app.package_info().name);
        let path = folder.join("autostart").join(name);
        let text = fs::read_to_string(&path)?;
        fs::write(path, quote(&text))
    }

    fn quote(text: &str) -> String {
        let lines = text.lines().map(|line| {
            let program = line
                .strip_prefix("Exec=")
                .and_then(|rest| rest.strip_suffix(" --background"));
            match program {
                Some(program) if !program.starts_with('"') => {
                    format!("Exec=\"{}\" --background", escape(program))
                }
                _ => line.to_owned(),
            }
        });
        lines.map(|line| line + "\n").collect()
    }

    /// Escapes an argument by the rules of the desktop entry specification, for quoted arguments in a string value.
    fn escape(program: &str) -> String {
        let mut escaped = String::new();
        for letter in program.chars() {
            match letter {
                '\\' => escaped.push_str(r"\\\\"),
                '"' | '`' | '$' => {
                    escaped.push_str(r"\\");
                    escaped.push(letter);
                }
                '%' => escaped.push_str("%%"),
                other => escaped.push(other),
            }
        }
        escaped
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_path_with_spaces_is_quoted_once() {
            let text = "[Desktop Entry]\nName=Slipway\nExec=/opt/My Apps/slipway --background\nTerminal=false";
            let quoted = quote(text);
            let expected = "[Desktop Entry]\nName=Slipway\nExec=\"/opt/My Apps/slipway\" --background\nTerminal=false\n";
            assert_eq!(quoted, expected);
            assert_eq!(quote(&quoted), expected);
        }

        #[test]
        fn signs_with_a_meaning_are_escaped() {
            assert_eq!(escape(r#"/a"b$c`d\e%f"#), r#"/a\\"b\\$c\\`d\\\\e%%f"#);
        }
    }
}
