//! The typed bridge to the web UI: the list of its commands and events.

use serde::{Deserialize, Serialize};
use slipway_engine::views::{AddedFile, Event as EngineView};
use specta::Type;
use tauri::AppHandle;
use tauri_specta::{Builder, ErrorHandlingMode, Event, collect_commands, collect_events};

use crate::{
    commands,
    shell::{UiEvent, WindowRequest},
};

/// An event of the engine.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct EngineEvent(pub EngineView);

/// The results of adding files from arguments or a second instance.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct FilesArrived {
    /// The result for each file.
    pub files: Vec<AddedFile>,
}

/// A request to the page, such as a question before quitting.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct WindowRequested(pub WindowRequest);

/// All commands and events. A test generates `ui/src/lib/bindings.ts` from them.
pub fn builder() -> Builder<tauri::Wry> {
    Builder::new()
        .error_handling(ErrorHandlingMode::Throw)
        // Sizes, speeds and durations stay far below 2^53, and ids are strings.
        .dangerously_cast_bigints_to_number()
        // One type for both directions, because every field is always present.
        .disable_serde_phases()
        .commands(collect_commands![
            commands::startup::startup,
            commands::startup::choose_mode,
            commands::startup::unlock,
            commands::startup::restore_key,
            commands::startup::forget_tokens,
            commands::startup::retry_startup,
            commands::vault::vault,
            commands::vault::recovery_phrase,
            commands::vault::change_key,
            commands::setup::setup,
            commands::setup::save_tiktok_app,
            commands::setup::forget_tiktok_app,
            commands::accounts::accounts,
            commands::connect::begin_connect,
            commands::connect::reopen_connect,
            commands::connect::copy_connect_link,
            commands::connect::cancel_connect,
            commands::connect::keep_other_creator,
            commands::accounts::update_account,
            commands::accounts::revocations,
            commands::accounts::disconnect,
            commands::accounts::creator,
            commands::posts::posts,
            commands::posts::update_post,
            commands::posts::submit_post,
            commands::posts::cancel_post,
            commands::posts::retry_post,
            commands::posts::remove_post,
            commands::posts::post_history,
            commands::posts::use_changed_file,
            commands::planning::preview_moment,
            commands::planning::schedule_post,
            commands::planning::schedule_next_slot,
            commands::planning::next_slot,
            commands::planning::unschedule_post,
            commands::planning::pause_post,
            commands::planning::resume_post,
            commands::planning::pause_all,
            commands::planning::resume_all,
            commands::planning::slots,
            commands::planning::set_slots,
            commands::planning::forecast,
            commands::settings::settings,
            commands::settings::update_settings,
            commands::settings::time_zones,
            commands::settings::system_time_zone,
            commands::settings::standing,
            commands::settings::dismiss_notice,
            commands::settings::away,
            commands::settings::dismiss_away,
            commands::background::background,
            commands::background::update_background,
            commands::background::offer_login,
            commands::background::start_at_login,
            commands::background::answer_close,
            commands::audit::audit,
            commands::audit::audit_state,
            commands::audit::verify_audit,
            commands::audit::export_audit,
            commands::diagnostics::export_diagnostics,
            commands::files::add_files,
            commands::files::pick_files,
            commands::files::preview_url,
            commands::transcode::fit,
            commands::transcode::make_fit,
            commands::transcode::cancel_fit,
            commands::folders::folders,
            commands::folders::pick_folder,
            commands::folders::preview_folder,
            commands::folders::add_folder,
            commands::folders::update_folder,
            commands::folders::pause_folder,
            commands::folders::resume_folder,
            commands::folders::remove_folder,
            commands::folders::folder_files,
            commands::folders::take_files,
            commands::folders::dismiss_files,
            commands::folders::preview_caption,
            commands::folders::approve_post,
            commands::folders::reveal_folder,
            commands::pages::open_post,
            commands::pages::open_control_page,
            commands::pages::copy_caption,
        ])
        .events(collect_events![EngineEvent, FilesArrived, WindowRequested])
}

/// Emits an event to the window.
pub fn emit(app: &AppHandle, event: UiEvent) {
    let sent = match event {
        UiEvent::Engine(event) => EngineEvent(*event).emit(app),
        UiEvent::Files(files) => FilesArrived { files }.emit(app),
        UiEvent::Request(request) => WindowRequested(request).emit(app),
        // The page follows the session by its own calls.
        UiEvent::Session => return,
    };
    if let Err(error) = sent {
        tracing::error!(%error, "[Bridge] Emit failed");
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use specta_typescript::Typescript;

    use super::*;

    const HEADER: &str = "// The bridge to the backend, made from src-tauri/app/bridge.rs.\n";

    fn generated() -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bindings.ts");
        builder()
            .export(Typescript::default().header(HEADER), &path)
            .unwrap();
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn bindings_are_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/bindings.ts");
        let fresh = generated();
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            fs::write(&path, &fresh).unwrap();
        }
        let stored = fs::read_to_string(&path).unwrap();
        assert!(
            stored == fresh,
            "{} is stale. Renew it: UPDATE_BINDINGS=1 cargo test -p slipway --bin slipway bindings",
            path.display()
        );
    }

    #[test]
    fn the_window_is_permitted_every_command_and_no_other() {
        let bindings = generated();
        let invoked: BTreeSet<_> = bindings
            .lines()
            .filter(|line| line.contains("__TAURI_INVOKE<"))
            .filter_map(|line| line.split_once(">(\"")?.1.split('"').next())
            .collect();
        let permissions = include_str!("permissions/window.toml");
        let permitted: BTreeSet<_> = permissions
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
            .collect();
        assert!(invoked.contains("submit_post"), "{invoked:?}");
        assert_eq!(permitted, invoked);
    }

    #[test]
    fn events_are_named_as_the_window_listens_for_them() {
        assert_eq!(
            (EngineEvent::NAME, FilesArrived::NAME, WindowRequested::NAME),
            ("engine-event", "files-arrived", "window-requested")
        );
        let payload = serde_json::to_value(EngineEvent(EngineView::AccountsChanged)).unwrap();
        assert_eq!(payload, serde_json::json!({ "kind": "accountsChanged" }));
    }
}
