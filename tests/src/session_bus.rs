//! A D-Bus session for one test, with a real keyring.

use std::{fs, io::Write, path::Path, process::Command};

use tempfile::TempDir;

use crate::{
    process::{Process, first_line},
    wait::{SOON, eventually},
};

/// Starts a bus that starts no services by itself. `command` makes commands with the session's environment. Also
/// returns the bus's address.
pub(crate) fn start_bus(
    command: impl Fn(&str) -> Command,
    runtime: &Path,
    log: &Path,
) -> (Process, String) {
    let configuration = runtime.join("bus.conf");
    let folder = runtime.display();
    let text = format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#
    );
    fs::write(&configuration, text).expect("the configuration of the bus can be written");
    let mut daemon = command("dbus-daemon");
    daemon.arg("--config-file").arg(&configuration).args([
        "--nofork",
        "--nopidfile",
        "--print-address=1",
    ]);
    let mut bus = Process::start(&daemon, log, true);
    let address = first_line(&mut bus);
    (bus, address)
}

/// Starts an unlocked gnome-keyring, which keeps its content in the home folder.
pub(crate) async fn start_keyring(command: impl Fn(&str) -> Command, log: &Path) -> Process {
    let mut daemon = command("gnome-keyring-daemon");
    daemon.args(["--foreground", "--unlock", "--components=secrets"]);
    let mut keyring = Process::start(&daemon, log, false);
    let mut password = keyring.child().stdin.take().expect("a pipe to the keyring");
    password
        .write_all(b"the keyring's own password")
        .expect("the keyring reads its password");
    drop(password);
    eventually("the keyring is on the bus", SOON, async || {
        let answer = command("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ])
            .output()
            .expect("dbus-send");
        String::from_utf8_lossy(&answer.stdout)
            .contains("boolean true")
            .then_some(())
    })
    .await;
    keyring
}

/// A session with a keyring and without a screen.
#[derive(Debug)]
pub struct KeyringSession {
    folder: TempDir,
    address: String,
    keyring: Option<Process>,
    _bus: Process,
}

impl KeyringSession {
    /// Starts one.
    pub async fn start() -> Self {
        // The folder of the sockets, whose paths must be short.
        let folder = TempDir::with_prefix("slipway-").expect("a temporary folder");
        let (bus, address) = start_bus(
            |program| command(folder.path(), "", program),
            folder.path(),
            &folder.path().join("bus.log"),
        );
        let mut session = Self {
            folder,
            address,
            keyring: None,
            _bus: bus,
        };
        session.start_keyring().await;
        session
    }

    /// A command in this session that inherits nothing else.
    pub fn command(&self, program: &str) -> Command {
        command(self.folder.path(), &self.address, program)
    }

    /// Starts the keyring again, unlocked, as a new sign-in does.
    pub async fn start_keyring(&mut self) {
        self.end_keyring();
        let log = self.folder.path().join("keyring.log");
        let keyring = start_keyring(|program| self.command(program), &log).await;
        self.keyring = Some(keyring);
    }

    /// Ends the keyring.
    pub fn end_keyring(&mut self) {
        self.keyring = None;
    }

    /// Locks everything in the keyring.
    pub fn lock(&self) {
        let locked = self
            .command("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.secrets",
                "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service.Lock",
                "array:objpath:/org/freedesktop/secrets/collection/login",
            ])
            .output()
            .expect("dbus-send");
        let said = String::from_utf8_lossy(&locked.stdout);
        assert!(said.contains("collection/login"), "{locked:?}");
    }

    /// Deletes Slipway's entry `name` from the keyring.
    pub fn forget(&self, name: &str) {
        let cleared = self
            .command("secret-tool")
            .args(["clear", "service", "Slipway", "username", name])
            .status();
        assert!(cleared.is_ok_and(|status| status.success()));
    }

    /// Slipway's entry `name` in the keyring.
    pub fn lookup(&self, name: &str) -> Option<String> {
        let found = self
            .command("secret-tool")
            .args(["lookup", "service", "Slipway", "username", name])
            .output()
            .expect("secret-tool");
        let text = String::from_utf8(found.stdout).expect("text");
        (!text.is_empty()).then_some(text)
    }

    /// Records the questions that a keyring asks its user, in a file.
    pub async fn watch_questions(&self) -> (Process, std::path::PathBuf) {
        let log = self.folder.path().join("questions.log");
        let mut monitor = self.command("dbus-monitor");
        monitor.args(["--session", "interface='org.freedesktop.Secret.Prompt'"]);
        let monitor = Process::start(&monitor, &log, false);
        eventually("the monitor listens", SOON, async || {
            let said = fs::read_to_string(&log).unwrap_or_default();
            (!said.is_empty()).then_some(())
        })
        .await;
        (monitor, log)
    }
}

fn command(folder: &Path, address: &str, program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("LANG", "C.UTF-8")
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder.join("share"))
        .env("XDG_RUNTIME_DIR", folder)
        .env("DBUS_SESSION_BUS_ADDRESS", address);
    command
}
