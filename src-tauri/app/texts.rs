//! The texts that the app shows outside its window, and their formatter.

use std::sync::OnceLock;

use slipway_engine::texts::{Language, Texts};

use crate::secret_variables::variable;

slipway_engine::texts! {
    /// The texts of the tray, notifications, dialogs and terminal.
    pub(crate) static TEXTS;
    message tray_show = "tray.show";
    message tray_quit = "tray.quit";
    message notification_uploading = "notification.uploading";
    message notification_uploading_body = "notification.uploading_body";
    message dialog_add_videos = "dialog.add_videos";
    message dialog_videos = "dialog.videos";
    message dialog_all_files = "dialog.all_files";
    message dialog_watch_folder = "dialog.watch_folder";
    message dialog_export_audit = "dialog.export_audit";
    message dialog_export_diagnostics = "dialog.export_diagnostics";
    message dialog_json_lines = "dialog.json_lines";
    message dialog_csv = "dialog.csv";
    message dialog_zip = "dialog.zip";
    message diagnostics_readme = "diagnostics.readme" (at: text, captions: text, files: text);
    message help = "command_line.help";
    message unexpected_option = "command_line.unexpected_option" (option: text);
    message unexpected_value = "command_line.unexpected_value" (option: text, value: text);
    message missing_value = "command_line.missing_value" (option: text);
    message not_text = "command_line.not_text";
    message unusable = "command_line.unusable";
    message hint = "command_line.hint";
    message no_screen = "command_line.no_screen";
    message no_window = "command_line.no_window";
    message window_failed = "command_line.window_failed";
    message core_file = "command_line.core_file" (detail: message);
    message secrets_lost = "command_line.secrets_lost" (detail: message);
    message secrets_kept = "command_line.secrets_kept" (detail: message);
}

/// The environment variable that selects the language.
pub const VARIABLE: &str = "SLIPWAY_LANGUAGE";

/// The formatter in the language that the environment selects. If the variable is invalid, English; the start-up
/// problem reports it.
pub fn texts() -> &'static Texts {
    static FORMATTER: OnceLock<&Texts> = OnceLock::new();
    FORMATTER.get_or_init(|| {
        let tag = variable(VARIABLE).and_then(|tag| tag.into_string().ok());
        let language = tag.as_deref().and_then(Language::from_tag);
        Texts::of(language.unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use slipway_engine::texts::completeness;

    use super::*;
    use crate::{error, startup};

    #[test]
    fn every_code_of_the_app_has_a_message_and_no_message_is_unused() {
        let registries = [TEXTS, error::TEXTS, startup::TEXTS];
        for language in Language::ALL {
            let problems = completeness::problems(language, "app/", &registries);
            assert!(problems.is_empty(), "{}", problems.join("\n"));
        }
    }

    #[test]
    fn the_help_keeps_its_columns() {
        let text = Texts::of(Language::English).message(&help());
        for line in [
            "Usage: slipway [OPTIONS] [FILE...]",
            "      --background  start in the tray, without a window",
            "  -h, --help        print this text",
        ] {
            assert!(text.lines().any(|it| it == line), "{text}");
        }
    }
}
