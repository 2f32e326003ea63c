//! The texts that the app shows outside its window, and their formatter.

use std::sync::OnceLock;

use slipway_engine::texts::{Language, Texts};

use crate::secret_variables::variable;

slipway_engine::texts! {
    /// The texts of the tray, notifications, dialogs and terminal.
    pub(crate) static TEXTS;
    message tray_open = "tray.open";
    message tray_add = "tray.add";
    message tray_pause = "tray.pause";
    message tray_resume = "tray.resume";
    message tray_quit = "tray.quit";
    message tray_idle = "tray.idle";
    message tray_uploading = "tray.uploading" (percent: number);
    message tray_paused = "tray.paused";
    message tray_needs_you = "tray.needs_you" (count: number);
    message tray_not_open = "tray.not_open";
    message tray_next = "tray.next" (name: text, at: moment);
    message tray_none_next = "tray.none_next";
    message tray_percent = "tray.percent" (percent: number);
    message tray_tooltip = "tray.tooltip" (state: message);
    message awake_reason = "awake.reason";
    message notification_open = "notification.open";
    message notification_published = "notification.published";
    message notification_published_body = "notification.published_body" (name: text, account: text);
    message notification_published_late = "notification.published_late" (name: text, late: seconds);
    message notification_named = "notification.named" (name: text);
    message notification_delivered = "notification.delivered";
    message notification_delivered_body = "notification.delivered_body" (name: text);
    message notification_failed = "notification.failed";
    message notification_failed_body = "notification.failed_body" (name: text, reason: text);
    message notification_missed = "notification.missed";
    message notification_missed_body = "notification.missed_body" (name: text);
    message notification_not_open = "notification.not_open";
    message notification_not_open_body = "notification.not_open_body";
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
