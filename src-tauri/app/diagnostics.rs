//! Diagnostics as one file: a page that says what is in it, how everything stands, versions, and the week's log.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;
use slipway_engine::{Diagnostics, views::DiagnosticsChoice};
use tempfile::NamedTempFile;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::words::{self, words};

/// What goes into the archive.
#[derive(Debug)]
pub struct Archive {
    /// How everything stands, and what takes out of the log what is not to be in it.
    pub diagnostics: Diagnostics,
    /// What the creator ticked.
    pub choice: DiagnosticsChoice,
    /// The folder of the log.
    pub logs: PathBuf,
}

/// What runs where.
#[derive(Debug, Serialize)]
struct Versions {
    slipway: &'static str,
    tauri: &'static str,
    webview: String,
    os: &'static str,
    architecture: &'static str,
    /// The name of the distribution or release, where the system tells.
    system: Option<String>,
    /// The desktop and how it draws, on Linux.
    desktop: Option<String>,
    session: Option<String>,
}

impl Versions {
    fn here() -> Self {
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
    /// Writes the archive to `path`, whole or not at all. It blocks: the log of a week is read.
    ///
    /// # Errors
    /// Whatever the disk or the archive has against it; a file that was there stays as it was.
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
        let message = words::diagnostics_readme(
            self.diagnostics.made_at(),
            ticked(self.choice.captions),
            ticked(self.choice.file_names),
        );
        // Every editor shows these line ends.
        words().message(&message).replace('\n', "\r\n") + "\r\n"
    }

    fn versions(&self, file: &mut dyn Write) -> io::Result<()> {
        let versions = serde_json::to_string_pretty(&Versions::here())?;
        file.write_all(self.diagnostics.scrub(&versions).as_bytes())
    }

    /// The log's files, oldest first.
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
