//! The diagnostics archive: a README, the engine's state, versions, and the logs of the last week.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;
use slipway_engine::{Diagnostics, views::DiagnosticsChoice};
use tempfile::NamedTempFile;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::texts::{self, texts};

/// The contents of the archive.
#[derive(Debug)]
pub struct Archive {
    /// The engine's state, and the filter that removes private data from the logs.
    pub diagnostics: Diagnostics,
    /// The creator's choice of what to include.
    pub choice: DiagnosticsChoice,
    /// The folder of the log files.
    pub logs: PathBuf,
}

/// Versions of Slipway and of the system that it runs on.
#[derive(Debug, Serialize)]
struct Versions {
    slipway: &'static str,
    tauri: &'static str,
    webview: String,
    os: &'static str,
    architecture: &'static str,
    /// The name of the distribution or release, if the system provides it.
    system: Option<String>,
    /// The desktop environment, on Linux.
    desktop: Option<String>,
    session: Option<String>,
}

impl Versions {
    fn current() -> Self {
        Self {
            slipway: env!("CARGO_PKG_VERSION"),
            tauri: tauri::VERSION,
            webview: tauri::webview_version().unwrap_or_else(|error| error.to_string()),
            os: std::env::consts::OS,
            architecture: std::env::consts::ARCH,
            system: system(),
            desktop: std::env::var("XDG_CURRENT_DESKTOP").ok(),
            session: std::env::var("XDG_SESSION_TYPE").ok(),
        }
    }
}

fn system() -> Option<String> {
    let release = fs::read_to_string("/etc/os-release").ok()?;
    let name = release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(name.trim_matches('"').to_owned())
}

impl Archive {
    /// Writes the archive to `path` atomically. Blocks while it reads the logs of a week.
    ///
    /// # Errors
    /// An error of the disk or of the archive. An existing file then stays unchanged.
    pub fn write(&self, path: &Path) -> Result<(), zip::result::ZipError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let unfinished = NamedTempFile::new_in(folder)?;
        let mut zip = ZipWriter::new(BufWriter::new(unfinished.as_file()));
        let mut entry = |name: &str, fill: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>| {
            let options =
                SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            zip.start_file(name, options)?;
            fill(&mut zip)?;
            Ok::<_, zip::result::ZipError>(())
        };
        entry("README.txt", &mut |file| {
            file.write_all(self.readme().as_bytes())
        })?;
        entry("versions.json", &mut |file| self.versions(file))?;
        entry("state.json", &mut |file| {
            let state = self.diagnostics.json().map_err(io::Error::other)?;
            file.write_all(state.as_bytes())
        })?;
        for log in self.logs()? {
            let name = log.file_name().unwrap_or_default().to_string_lossy();
            entry(&format!("logs/{name}"), &mut |file| self.log(&log, file))?;
        }
        zip.finish()?.flush()?;
        unfinished.as_file().sync_all()?;
        unfinished.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    fn readme(&self) -> String {
        let ticked = |ticked: bool| if ticked { "in" } else { "out" };
        let message = texts::diagnostics_readme(
            self.diagnostics.made_at(),
            ticked(self.choice.captions),
            ticked(self.choice.file_names),
        );
        // Every editor shows these line endings.
        texts().message(&message).replace('\n', "\r\n") + "\r\n"
    }

    fn versions(&self, file: &mut dyn Write) -> io::Result<()> {
        let versions = serde_json::to_string_pretty(&Versions::current())?;
        file.write_all(self.diagnostics.scrub(&versions).as_bytes())
    }

    /// The log files, oldest first.
    fn logs(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.logs) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut logs = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "log") && path.is_file() {
                logs.push(path);
            }
        }
        logs.sort();
        Ok(logs)
    }

    fn log(&self, path: &Path, file: &mut dyn Write) -> io::Result<()> {
        let home = std::env::home_dir().filter(|home| home.parent().is_some());
        let home = home.as_deref().map(Path::to_string_lossy);
        for line in BufReader::new(File::open(path)?).split(b'\n') {
            let line = line?;
            let mut clean = self.diagnostics.scrub(&String::from_utf8_lossy(&line));
            if let Some(home) = &home {
                clean = clean.replace(&**home, "~");
            }
            writeln!(file, "{clean}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
