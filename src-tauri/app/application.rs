//! The life of the program: one instance, one window, and an orderly end.

use std::{path::Path, process::ExitCode, time::Duration};

use tauri::{AppHandle, Manager, RunEvent, Wry, plugin::TauriPlugin};
use tauri_plugin_window_state::StateFlags;

use crate::{
    arguments::{self, Arguments, Invocation},
    bridge, complain,
    environment::Environment,
    links, logs,
    shell::Shell,
    signals, tray, window,
};

/// How long closing may take before the program ends all the same. What is stored is safe at any moment.
const CLOSING: Duration = Duration::from_secs(5);
/// How often to start over when the Slipway that was to take over the arguments closed in that moment.
const ATTEMPTS: usize = 5;

/// Runs until the creator quits.
pub fn run(arguments: &Arguments) -> ExitCode {
    if !has_screen() {
        complain("there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)");
        return ExitCode::FAILURE;
    }
    let bridge = bridge::builder();
    for attempt in 1..=ATTEMPTS {
        match build(&bridge) {
            Ok(app) => {
                bridge.mount_events(&app);
                return exit_code(app.run_return(follow_life(arguments.clone())));
            }
            Err(tauri::Error::PluginInitialization(plugin, cause))
                if plugin == "single-instance" && attempt < ATTEMPTS =>
            {
                complain(format!("{cause}; starting anew"));
            }
            Err(error) => {
                complain(error);
                return ExitCode::FAILURE;
            }
        }
    }
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
            let (environment, problem) = Environment::read(|name| std::env::var_os(name));
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
                complain(format!("the window could not be opened: {error}"));
                app.exit(1);
            }
        }
        RunEvent::Exit => end(app),
        _ => {}
    }
}

fn begin(app: &AppHandle, arguments: Arguments) -> tauri::Result<()> {
    let shell = app.state::<Shell>().inner().clone();
    logs::start(
        &shell.data_dir().join("logs"),
        &shell.environment().log_filter,
    );
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
