//! Small files made by ffmpeg: a moving test picture and a tone.

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// Duration of the files.
pub const SECONDS: f64 = 1.2;

fn ffmpeg() -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-hide_banner", "-loglevel", "error", "-y"]);
    command
}

fn with_inputs() -> Command {
    let mut command = ffmpeg();
    let picture = format!("testsrc2=size=320x240:rate=25:duration={SECONDS}");
    let tone = format!("sine=frequency=440:sample_rate=44100:duration={SECONDS}");
    command.args(["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &tone]);
    command
}

fn run(mut command: Command) {
    let output = command
        .output()
        .expect("ffmpeg must be installed: these tests make their files with it");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "ffmpeg refused {command:?}: {errors}"
    );
}

/// Encodes the test picture (input 0) and the tone (input 1) to `path`. Options for a third input may come first.
pub fn encode(arguments: &[&str], path: &Path) {
    let mut command = with_inputs();
    command.args(arguments);
    if !arguments.contains(&"-pix_fmt")
        && !arguments.contains(&"png")
        && !arguments.contains(&"gif")
    {
        command.args([
            "-pix_fmt",
            if arguments.contains(&"prores_ks") {
                "yuv422p10le"
            } else {
                "yuv420p"
            },
        ]);
    }
    if arguments.contains(&"libx264") || arguments.contains(&"libx265") {
        command.args(["-preset", "ultrafast"]);
    }
    command.args(["-threads", "1"]).arg(path);
    run(command);
}

/// Encodes without seeking back, as to a pipe.
pub fn encode_piped(arguments: &[&str], path: &Path) {
    let mut command = with_inputs();
    command.args(arguments).args(["-pix_fmt", "yuv420p", "-"]);
    command.stdout(Stdio::from(std::fs::File::create(path).unwrap()));
    run(command);
}

/// Remuxes `from` with `arguments`, without re-encoding.
pub fn copy(from: &Path, arguments: &[&str], to: &Path) {
    let mut command = ffmpeg();
    command
        .arg("-i")
        .arg(from)
        .args(["-c", "copy"])
        .args(arguments)
        .arg(to);
    run(command);
}

/// One still picture.
pub fn picture(path: &Path) {
    let mut command = ffmpeg();
    command
        .args(["-f", "lavfi", "-i", "testsrc2=size=64x64", "-frames:v", "1"])
        .arg(path);
    run(command);
}
