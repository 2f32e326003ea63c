//! The life of the program: one instance, one window, and an orderly end.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use tauri::{AppHandle, Manager, RunEvent, Wry, plugin::TauriPlugin};
use tauri_plugin_window_state::StateFlags;

use crate::{
    arguments::{self, Arguments, Invocation},
    bridge, complain,
    environment::Environment,
    links, logs, scrub,
    shell::Shell,
    signals, tray, window,
    words::{self, words},
};

/// How long closing may take before the program ends all the same. What is stored is safe at any moment.
const CLOSING: Duration = Duration::from_secs(5);

/// Runs until the creator quits.
pub fn run(arguments: &Arguments) -> ExitCode {
    if !has_screen() {
        complain(words().message(&words::no_screen()));
        return ExitCode::FAILURE;
    }
    let bridge = bridge::builder();
    // The toolkit panics on a screen that it cannot open.
    let Ok(built) = catch_unwind(AssertUnwindSafe(|| build(&bridge))) else {
        complain(words().message(&words::no_window()));
        return ExitCode::FAILURE;
    };
    match built {
        Ok(app) => {
            bridge.mount_events(&app);
            exit_code(app.run_return(follow_life(arguments.clone())))
        }
        Err(error) if left_in_that_moment(&error) => start_over(),
        Err(error) => {
            complain(error);
            ExitCode::FAILURE
        }
    }
}

/// Whether the Slipway that was to take over the arguments ended before it could.
fn left_in_that_moment(error: &tauri::Error) -> bool {
    const GONE: [&str; 3] = [
        "Error.NoReply",
        "Error.NameHasNoOwner",
        "Error.ServiceUnknown",
    ];
    matches!(error, tauri::Error::PluginInitialization(plugin, cause)
        if plugin == "single-instance" && GONE.iter().any(|gone| cause.contains(gone)))
}

/// Runs this program anew in place of itself: the toolkit cannot be started twice in one process.
fn start_over() -> ExitCode {
    #[cfg(unix)]
    complain(scrub::run_anew());
    ExitCode::FAILURE
}

fn build(bridge: &tauri_specta::Builder<Wry>) -> tauri::Result<tauri::App> {
    let kept = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    tauri::Builder::default()
        // First, because a second instance may call at any moment from the next line on.
        .plugin(state())
        .plugin(tauri_plugin_single_instance::init(|app, argv, folder| {
            take_over(app, argv, Path::new(&folder));
        }))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(kept).build())
        .invoke_handler(bridge.invoke_handler())
        .on_window_event(window::on_event)
        .build(tauri::generate_context!())
}

/// The shell as a plugin of its own, so that it is there before all others.
fn state() -> TauriPlugin<Wry> {
    tauri::plugin::Builder::new("slipway-state")
        .setup(|app, _| {
            let (environment, problem) = Environment::read(scrub::variable);
            let data_dir = match &environment.data_dir {
                Some(folder) => std::path::absolute(folder)?,
                None => app.path().app_data_dir()?,
            };
            let handle = app.clone();
            let tell = move |news| bridge::tell(&handle, news);
            app.manage(Shell::new((environment, problem), data_dir, tell));
            Ok(())
        })
        .build()
}

fn follow_life(arguments: Arguments) -> impl FnMut(&AppHandle, RunEvent) {
    let mut arguments = Some(arguments);
    move |app, event| match event {
        RunEvent::Ready => {
            let begun = begin(app, arguments.take().unwrap_or_default());
            if let Err(error) = begun {
                tracing::error!(%error, "[Window] Create failed");
                complain(words().message(&words::window_failed(error.to_string())));
                app.exit(1);
            }
        }
        RunEvent::Exit => end(app),
        _ => {}
    }
}

fn begin(app: &AppHandle, arguments: Arguments) -> tauri::Result<()> {
    let shell = app.state::<Shell>().inner().clone();
    logs::start(&shell.logs(), &shell.environment().log_filter);
    tracing::info!(version = %app.package_info().version, "[Shell] Slipway starts");
    window::create(app, arguments.background)?;
    tray::create(app);
    links::watch(app);
    let handle = app.clone();
    tauri::async_runtime::spawn_blocking(move || links::register(&handle));
    tauri::async_runtime::spawn(signals::quit_when_asked(app.clone()));
    tauri::async_runtime::spawn(async move {
        shell.receive(arguments.files).await;
        shell.startup().await;
    });
    Ok(())
}

/// What a second instance was started with, done by this one.
fn take_over(app: &AppHandle, argv: Vec<String>, folder: &Path) {
    // The second instance has read its own arguments before, and would have refused bad ones.
    let Ok(Invocation::Run(arguments)) = arguments::parse(argv.into_iter().skip(1), folder) else {
        return;
    };
    tracing::info!(
        files = arguments.files.len(),
        links = arguments.links.len(),
        "[Shell] a second instance hands over"
    );
    links::hand_over(app, arguments.links);
    let shell = app.state::<Shell>().inner().clone();
    tauri::async_runtime::spawn(async move { shell.receive(arguments.files).await });
    if !arguments.background {
        window::bring_forward(app);
    }
}

fn end(app: &AppHandle) {
    // From now on a new instance is on its own: it waits for the data instead of calling a program that is leaving.
    tauri_plugin_single_instance::destroy(app);
    let shell = app.state::<Shell>().inner().clone();
    let closed = async { tokio::time::timeout(CLOSING, shell.close()).await };
    if tauri::async_runtime::block_on(closed).is_err() {
        tracing::warn!("[Shell] Close failed: it took too long");
    }
    tracing::info!("[Shell] Slipway ends");
}

/// Whether a window could be opened; the toolkit would end the program without a word to the creator.
fn has_screen() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(target_os = "linux")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn exit_code(code: i32) -> ExitCode {
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_instance_that_is_gone_is_a_reason_to_start_over() {
        let failed = |plugin: &str, cause: &str| {
            tauri::Error::PluginInitialization(plugin.to_owned(), cause.to_owned())
        };
        let gone = "failed to forward arguments to the running instance: org.freedesktop.DBus.Error.NoReply: Message recipient disconnected";
        assert!(left_in_that_moment(&failed("single-instance", gone)));
        assert!(!left_in_that_moment(&failed("dialog", gone)));
        assert!(!left_in_that_moment(&failed(
            "single-instance",
            "org.freedesktop.DBus.Error.UnknownMethod"
        )));
    }

    #[test]
    fn exit_codes_that_do_not_fit_are_failures() {
        assert_eq!(exit_code(0), ExitCode::SUCCESS);
        assert_eq!(exit_code(2), ExitCode::from(2));
        assert_eq!(exit_code(-1), ExitCode::FAILURE);
    }
}
