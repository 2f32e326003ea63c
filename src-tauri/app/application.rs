//! The lifecycle of the program: a single instance, its window, and an orderly shutdown.

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
    background::{self, Background, login, tray},
    bridge,
    environment::Environment,
    links, logs,
    secret_variables::variable,
    shell::{Shell, UiEvent},
    signals,
    terminal::print_error,
    texts::{self, texts},
    window,
};

/// The timeout for closing, after which the program exits anyway. Stored data is consistent at any moment.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Runs until the creator quits.
pub fn run(arguments: &Arguments) -> ExitCode {
    if !has_screen() {
        print_error(texts().message(&texts::no_screen()));
        return ExitCode::FAILURE;
    }
    let bridge = bridge::builder();
    // The toolkit panics on a screen that it cannot open.
    let Ok(built) = catch_unwind(AssertUnwindSafe(|| build(&bridge))) else {
        print_error(texts().message(&texts::no_window()));
        return ExitCode::FAILURE;
    };
    match built {
        Ok(app) => {
            bridge.mount_events(&app);
            exit_code(app.run_return(event_handler(arguments.clone())))
        }
        Err(error) if other_instance_exited(&error) => restart(),
        Err(error) => {
            print_error(error);
            ExitCode::FAILURE
        }
    }
}

/// True if the running instance exited before it took the arguments of this one.
fn other_instance_exited(error: &tauri::Error) -> bool {
    const GONE: [&str; 3] = [
        "Error.NoReply",
        "Error.NameHasNoOwner",
        "Error.ServiceUnknown",
    ];
    matches!(error, tauri::Error::PluginInitialization(plugin, cause)
        if plugin == "single-instance" && GONE.iter().any(|gone| cause.contains(gone)))
}

/// Restarts this process by `exec`, because the toolkit cannot start twice in one process.
fn restart() -> ExitCode {
    #[cfg(unix)]
    print_error(crate::restart::restart());
    ExitCode::FAILURE
}

fn build(bridge: &tauri_specta::Builder<Wry>) -> tauri::Result<tauri::App> {
    let kept = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    tauri::Builder::default()
        // First, because a second instance may connect as soon as the next plugin runs.
        .plugin(state_plugin())
        .plugin(tauri_plugin_single_instance::init(|app, argv, folder| {
            on_second_instance(app, argv, Path::new(&folder));
        }))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(login::plugin())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(kept).build())
        .invoke_handler(bridge.invoke_handler())
        .on_window_event(background::on_window_event)
        .build(tauri::generate_context!())
}

/// A plugin that creates the [`Shell`] and the [`Background`] before all other plugins start.
fn state_plugin() -> TauriPlugin<Wry> {
    tauri::plugin::Builder::new("slipway-state")
        .setup(|app, _| {
            let (environment, problem) = Environment::read(variable);
            let data_dir = match &environment.data_dir {
                Some(folder) => std::path::absolute(folder)?,
                None => app.path().app_data_dir()?,
            };
            let handle = app.clone();
            let background = Background::load(&data_dir);
            app.manage(background.clone());
            let send = move |event: UiEvent| {
                background.hear(event.clone());
                bridge::emit(&handle, event);
            };
            app.manage(Shell::new((environment, problem), data_dir, send));
            Ok(())
        })
        .build()
}

fn event_handler(arguments: Arguments) -> impl FnMut(&AppHandle, RunEvent) {
    let mut arguments = Some(arguments);
    move |app, event| match event {
        RunEvent::Ready => {
            let started = start(app, arguments.take().unwrap_or_default());
            if let Err(error) = started {
                tracing::error!(%error, "[Window] Create failed");
                print_error(texts().message(&texts::window_failed()));
                app.exit(1);
            }
        }
        RunEvent::Exit => close(app),
        _ => {}
    }
}

fn start(app: &AppHandle, arguments: Arguments) -> tauri::Result<()> {
    let shell = app.state::<Shell>().inner().clone();
    logs::start(&shell.logs(), &shell.environment().log_filter);
    tracing::info!(version = %app.package_info().version, "[Shell] Slipway starts");
    window::create(app, arguments.background)?;
    let tray = tray::create(app);
    let background = app.state::<Background>().inner().clone();
    tauri::async_runtime::spawn(background::follow(app.clone(), background, tray));
    if arguments.background {
        let app = app.clone();
        tauri::async_runtime::spawn(async move { background::put_away(&app).await });
    }
    links::watch(app);
    let handle = app.clone();
    tauri::async_runtime::spawn_blocking(move || links::register(&handle));
    tauri::async_runtime::spawn(signals::quit_on_signal(app.clone()));
    tauri::async_runtime::spawn(async move {
        shell.add_incoming_files(arguments.files).await;
        shell.startup().await;
    });
    Ok(())
}

/// Carries out the arguments of a second instance.
fn on_second_instance(app: &AppHandle, argv: Vec<String>, folder: &Path) {
    // The second instance parsed its arguments already and rejected invalid ones.
    let Ok(Invocation::Run(arguments)) = arguments::parse(argv.into_iter().skip(1), folder) else {
        return;
    };
    tracing::info!(
        files = arguments.files.len(),
        links = arguments.links.len(),
        "[Shell] a second instance hands over"
    );
    links::deliver(app, arguments.links);
    let shell = app.state::<Shell>().inner().clone();
    tauri::async_runtime::spawn(async move { shell.add_incoming_files(arguments.files).await });
    if !arguments.background {
        window::bring_to_front(app);
    }
}

fn close(app: &AppHandle) {
    // A new instance must wait for the data lock instead of calling a process that exits.
    tauri_plugin_single_instance::destroy(app);
    let shell = app.state::<Shell>().inner().clone();
    let closed = async { tokio::time::timeout(CLOSE_TIMEOUT, shell.close()).await };
    if tauri::async_runtime::block_on(closed).is_err() {
        tracing::warn!("[Shell] Close failed: it took too long");
    }
    tracing::info!("[Shell] Slipway ends");
}

/// True if a display is available. Without one, the toolkit would exit without a message.
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
    fn only_an_instance_that_exited_causes_a_restart() {
        let failed = |plugin: &str, cause: &str| {
            tauri::Error::PluginInitialization(plugin.to_owned(), cause.to_owned())
        };
        let gone = "failed to forward arguments to the running instance: org.freedesktop.DBus.Error.NoReply: Message recipient disconnected";
        assert!(other_instance_exited(&failed("single-instance", gone)));
        assert!(!other_instance_exited(&failed("dialog", gone)));
        assert!(!other_instance_exited(&failed(
            "single-instance",
            "org.freedesktop.DBus.Error.UnknownMethod"
        )));
    }

    #[test]
    fn exit_codes_out_of_range_are_failures() {
        assert_eq!(exit_code(0), ExitCode::SUCCESS);
        assert_eq!(exit_code(2), ExitCode::from(2));
        assert_eq!(exit_code(-1), ExitCode::FAILURE);
    }
}
