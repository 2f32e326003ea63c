//! A desktop for one test: screen, window manager, D-Bus session, keyring and home folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::process::{Process, first_line};
use crate::session_bus;
use crate::wait::{SOON, eventually};

/// The picture of a failed test.
const LAST_PICTURE: &str = "screen.png";

/// The settings of a desktop.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Size of the screen in pixels.
    pub screen: (u32, u32),
    /// Whether the desktop prefers dark windows.
    pub dark: bool,
    /// Whether there is an unlocked keyring.
    pub keyring: bool,
    /// Whether windows fill the screen.
    pub maximised: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            screen: (1440, 900),
            dark: false,
            keyring: false,
            maximised: false,
        }
    }
}

/// A running desktop. Dropping it ends it, and a failed test leaves a picture of the screen.
#[derive(Debug)]
pub struct Desktop {
    display: String,
    bus: String,
    results: PathBuf,
    screen: (u32, u32),
    /// The folder of the sockets, whose paths must be short.
    runtime: TempDir,
    /// The programs, in the order in which they end.
    programs: Vec<Process>,
    _turn: File,
}

impl Desktop {
    /// Starts a desktop for the test `name` once no other test of this checkout has one: two windows on two cores make
    /// each other slow, and time limits then measure the wrong thing.
    pub async fn start(name: &str, setting: Setting) -> Self {
        let turn = take_turn();
        let results = repository().join("test-results").join(name);
        if results.exists() {
            fs::remove_dir_all(&results).expect("the results of the last run can be removed");
        }
        let runtime = TempDir::with_prefix("slipway-").expect("a temporary folder");
        for folder in ["home", "data"] {
            fs::create_dir_all(results.join(folder)).expect("a folder for the test's results");
        }
        write_gtk_settings(&results.join("home"), setting.dark);
        if setting.maximised {
            write_manager_settings(&results.join("home"));
        }

        let mut desktop = Self {
            display: String::new(),
            bus: String::new(),
            results,
            screen: setting.screen,
            runtime,
            programs: Vec::new(),
            _turn: turn,
        };
        let screen = desktop.start_screen(setting.screen);
        let bus = desktop.start_bus();
        let manager = desktop.start_program("openbox", &["--sm-disable"]);
        desktop.programs = vec![manager];
        eventually("the window manager is at work", SOON, async || {
            let asked = desktop
                .command("xdotool")
                .arg("get_num_desktops")
                .output()
                .ok()?;
            asked.status.success().then_some(())
        })
        .await;
        if setting.keyring {
            let keyring = desktop.start_keyring().await;
            desktop.programs.push(keyring);
        }
        desktop.programs.extend([bus, screen]);
        desktop
    }

    /// A command on this desktop that inherits nothing else.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let home = self.home();
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("XDG_RUNTIME_DIR", self.runtime.path())
            .env("XDG_CURRENT_DESKTOP", "GNOME")
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            // Without a sound card, GStreamer would write warnings to every log.
            .env("GST_PLUGIN_FEATURE_RANK", "fakeaudiosink:512,openalsink:NONE,alsasink:NONE");
        command
    }

    /// Starts a program on this desktop, with its output in the log of that name.
    pub fn start_program(&self, program: &str, arguments: &[&str]) -> Process {
        let mut command = self.command(program);
        command.args(arguments);
        Process::start(&command, &self.log(program), false)
    }

    /// The address of the D-Bus session.
    pub fn bus(&self) -> &str {
        &self.bus
    }

    /// The home folder.
    pub fn home(&self) -> PathBuf {
        self.results.join("home")
    }

    /// Slipway's data folder.
    pub fn data(&self) -> PathBuf {
        self.results.join("data")
    }

    /// The folder of everything that the test leaves: home, data and logs.
    pub fn results(&self) -> &Path {
        &self.results
    }

    /// The log of a program.
    pub fn log(&self, program: &str) -> PathBuf {
        self.results.join(format!("{program}.log"))
    }

    /// The middle of the screen.
    pub fn middle(&self) -> (u32, u32) {
        (self.screen.0 / 2, self.screen.1 / 2)
    }

    /// Takes a picture of the whole screen.
    pub fn picture(&self, file: &Path) {
        let status = self
            .command("import")
            .args(["-window", "root"])
            .arg(file)
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "no picture of the screen could be taken"
        );
    }

    /// Takes the picture that a failed test leaves.
    pub(crate) fn last_picture(&self) -> Command {
        let mut command = self.command("import");
        command
            .args(["-window", "root"])
            .arg(self.results.join(LAST_PICTURE));
        command
    }

    fn start_screen(&mut self, (width, height): (u32, u32)) -> Process {
        let mut command = self.command("Xvfb");
        let screen = format!("{width}x{height}x24");
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            &screen,
            "-nolisten",
            "tcp",
            "-noreset",
        ]);
        let mut screen = Process::start(&command, &self.log("Xvfb"), true);
        self.display = format!(":{}", first_line(&mut screen));
        screen
    }

    fn start_bus(&mut self) -> Process {
        let (bus, address) = session_bus::start_bus(
            |program| self.command(program),
            self.runtime.path(),
            &self.log("dbus-daemon"),
        );
        self.bus = address;
        bus
    }

    async fn start_keyring(&self) -> Process {
        let log = self.log("gnome-keyring-daemon");
        session_bus::start_keyring(|program| self.command(program), &log).await
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // A window that was still open has already taken the picture, with itself in it.
            if !self.results.join(LAST_PICTURE).exists() {
                let _ = self.last_picture().status();
            }
            eprintln!(
                "The screen, the logs and the data of this test are in {}",
                self.results.display()
            );
        }
    }
}

/// The root folder of the checkout.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the repository")
        .to_owned()
}

/// Cargo's output folder: the folder above that of the test program.
pub fn built() -> PathBuf {
    let own = std::env::current_exe().expect("the test's own path");
    own.ancestors()
        .nth(2)
        .expect("the test lies in target/PROFILE/deps")
        .to_owned()
}

/// A program of this workspace, in cargo's output folder.
pub fn program(name: &str) -> PathBuf {
    let path = built().join(name);
    assert!(
        path.exists(),
        "{} is missing. Build it: npm run build && cargo build -p {name}",
        path.display()
    );
    path
}

fn take_turn() -> File {
    let file =
        File::create(built().join("window-tests.lock")).expect("the lock file of the window tests");
    file.lock().expect("the lock of the window tests");
    file
}

/// `WebKit` takes a page's preferred colour scheme from GTK.
fn write_gtk_settings(home: &Path, dark: bool) {
    let folder = home.join(".config/gtk-3.0");
    fs::create_dir_all(&folder).expect("a folder for GTK's settings");
    let text = format!(
        "[Settings]\ngtk-theme-name=Adwaita\ngtk-application-prefer-dark-theme={dark}\ngtk-enable-animations=false\n"
    );
    fs::write(folder.join("settings.ini"), text).expect("GTK's settings can be written");
}

/// Makes openbox open windows as large as the screen and without a frame.
fn write_manager_settings(home: &Path) {
    let folder = home.join(".config/openbox");
    fs::create_dir_all(&folder).expect("a folder for openbox's settings");
    let text = r#"<openbox_config xmlns="http://openbox.org/3.4/rc">
  <keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
  <applications><application type="normal"><decor>no</decor><maximized>yes</maximized></application></applications>
</openbox_config>
"#;
    fs::write(folder.join("rc.xml"), text).expect("openbox's settings can be written");
}
