//! The ffmpeg command of a plan: as arguments to run, and as one line to copy.

use std::{ffi::OsString, path::Path, time::Duration};

use super::{Plan, Sound};
use crate::{codec::VideoCodec, media::Container};

impl Plan {
    /// The format that ffmpeg must use for the source, so that it never guesses another one.
    pub fn source_format(&self) -> &'static str {
        match self.source {
            Container::Mp4 | Container::QuickTime => "mov",
            Container::WebM | Container::Matroska => "matroska",
        }
    }

    /// The arguments of ffmpeg, from source to result. ffmpeg cannot mistake either path for an option or an address.
    pub fn arguments(&self, source: &Path, result: &Path) -> Vec<OsString> {
        let mut arguments = Arguments::default();
        arguments.add(&["-i"]).file(source);
        if let Sound::Silent(lasts) = self.sound {
            arguments.add(&["-f", "lavfi"]);
            if let Some(lasts) = lasts {
                arguments.add(&["-t", &seconds(lasts)]);
            }
            let silence = "anullsrc=channel_layout=stereo:sample_rate=48000";
            arguments.add(&["-i", silence]);
        }
        // A cover picture is a video stream of its own, and must not be chosen.
        arguments.add(&["-map", "0:V:0"]);
        match self.sound {
            Sound::None => {}
            Sound::Copied | Sound::Encoded => {
                arguments.add(&["-map", "0:a:0"]);
            }
            Sound::Silent(_) => {
                arguments.add(&["-map", "1:a:0"]);
            }
        }
        self.picture_arguments(&mut arguments);
        match self.sound {
            Sound::None => {}
            Sound::Copied => {
                arguments.add(&["-c:a", "copy"]);
            }
            Sound::Encoded => {
                arguments.add(&["-c:a", "aac", "-b:a", "256k", "-ar", "48000"]);
            }
            Sound::Silent(lasts) => {
                arguments.add(&["-c:a", "aac", "-b:a", "128k"]);
                if lasts.is_none() {
                    arguments.add(&["-shortest"]);
                }
            }
        }
        if let Some(keep) = self.kept() {
            arguments.add(&["-t", &seconds(keep)]);
        }
        arguments.add(&["-map_metadata", "0", "-movflags", "+faststart", "-f", "mp4"]);
        arguments.file(result);
        arguments.0
    }

    /// The whole command for an `sh`-like shell. A name that is not valid text is approximated.
    pub fn command_line(&self, source: &Path, result: &Path) -> String {
        let arguments = self.arguments(source, result);
        let words = arguments.iter().map(|argument| {
            // No system allows a zero byte in a path, and the other arguments contain none.
            argument.to_string_lossy().replace('\0', "")
        });
        let words: Vec<String> = std::iter::once("ffmpeg".to_owned()).chain(words).collect();
        shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default()
    }

    fn picture_arguments(&self, arguments: &mut Arguments) {
        let Some(filters) = &self.filters else {
            arguments.add(&["-c:v", "copy"]);
            if self.expected.video.codec == VideoCodec::H265 {
                // Apple's players require this tag.
                arguments.add(&["-tag:v", "hvc1"]);
            }
            return;
        };
        if !filters.is_empty() {
            arguments.add(&["-vf", &filters.join(",")]);
        }
        let (rate, buffer) = (self.bit_rate.to_string(), (2 * self.bit_rate).to_string());
        arguments.add(&["-c:v", "libx264", "-preset", "medium", "-crf", "18"]);
        arguments.add(&["-maxrate", &rate, "-bufsize", &buffer]);
        arguments.add(&["-profile:v", "high", "-pix_fmt", "yuv420p"]);
    }

    fn kept(&self) -> Option<Duration> {
        self.steps.iter().find_map(|step| match step {
            super::Step::Cut { keep } => Some(*keep),
            _ => None,
        })
    }
}

#[derive(Default)]
struct Arguments(Vec<OsString>);

impl Arguments {
    fn add(&mut self, words: &[&str]) -> &mut Self {
        self.0.extend(words.iter().map(OsString::from));
        self
    }

    fn file(&mut self, path: &Path) -> &mut Self {
        let mut word = OsString::from("file:");
        word.push(path);
        self.0.push(word);
        self
    }
}

/// Seconds with millisecond precision: `599.8`.
fn seconds(duration: Duration) -> String {
    let text = format!("{}.{:03}", duration.as_secs(), duration.subsec_millis());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_exact() {
        assert_eq!(seconds(Duration::from_millis(599_800)), "599.8");
        assert_eq!(seconds(Duration::from_mins(10)), "600");
        assert_eq!(seconds(Duration::from_millis(50)), "0.05");
    }
}
