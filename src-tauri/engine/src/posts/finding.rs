//! Findings about a file: the rules of TikTok that it breaks or nearly breaks.

use serde::{Deserialize, Deserializer, Serialize};
use slipway_core::{
    notice::Explain,
    views::{Finding, Message, Severity},
};

pub(crate) mod text {
    //! The texts about properties of a video.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        message text = "measure.text" (text: text);
        message frame_rate = "measure.frame_rate" (rate: hundredths);
        message picture = "measure.picture" (width: text, height: text);
        message pixels = "measure.pixels" (pixels: text);
        message length = "measure.length" (length: milliseconds);
        message size = "measure.size" (size: bytes);
        message silence = "measure.silence";
        message range = "measure.range" (format: text);
    }
}

/// A finding as it is stored. Its text is made when it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredFinding {
    pub(crate) rule: String,
    pub(crate) severity: Severity,
    pub(crate) found: Measure,
    /// The limit that the video exceeds, if the rule has one.
    pub(crate) wanted: Option<Measure>,
}

impl StoredFinding {
    pub(super) fn view(&self) -> Finding {
        Finding {
            rule: self.rule.clone(),
            severity: self.severity,
            notice: self.explain(),
        }
    }
}

impl From<clip::Finding> for StoredFinding {
    fn from(finding: clip::Finding) -> Self {
        Self {
            rule: finding.rule.as_str().to_owned(),
            severity: match finding.severity {
                clip::Severity::Blocks => Severity::Blocks,
                clip::Severity::Warns => Severity::Warns,
            },
            found: finding.found.into(),
            wanted: finding.limit.map(Measure::from),
        }
    }
}

/// A property of a video or a limit, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Measure {
    /// The name of a container or codec, or a text of an older version.
    Name { name: String },
    /// Frames per second, in hundredths.
    FrameRate { hundredths: u64 },
    /// The picture, in pixels.
    Picture { width: u32, height: u32 },
    /// A side of the picture, in pixels.
    Side { pixels: u32 },
    /// A playing time in milliseconds.
    Duration { ms: u64 },
    /// A size in bytes.
    Size { bytes: u64 },
    /// The format of a high dynamic range.
    Range { format: String },
    /// No sound track.
    Silence,
}

impl Measure {
    fn name(name: impl Into<String>) -> Self {
        Self::Name { name: name.into() }
    }

    /// The text for a limit that is not known.
    pub(crate) fn unknown() -> Message {
        text::text("")
    }

    /// The measure as text.
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::Name { name } => text::text(name),
            Self::FrameRate { hundredths } => text::frame_rate(*hundredths),
            Self::Picture { width, height } => text::picture(width.to_string(), height.to_string()),
            Self::Side { pixels } => text::pixels(pixels.to_string()),
            Self::Duration { ms } => text::length(*ms),
            // Rounds up to the hundredth of a gigabyte, so that one byte too many does not look like the limit itself.
            Self::Size { bytes } => text::size(bytes.next_multiple_of(10_000_000)),
            Self::Range { format } => text::range(format),
            Self::Silence => text::silence(),
        }
    }

    /// The measure that older versions stored as English text: `12 min 3 s`, `at most 10 min`, `each side at least 360
    /// px`. Another text is shown as it is.
    fn from_text(text: &str) -> Self {
        let bare = text.strip_prefix("each side ").unwrap_or(text);
        let bare = bare
            .strip_prefix("at most ")
            .or_else(|| bare.strip_prefix("at least "))
            .unwrap_or(bare);
        parse(bare).unwrap_or_else(|| Self::name(text))
    }
}

fn parse(text: &str) -> Option<Measure> {
    if let Some(format) = text.strip_prefix("HDR (") {
        let format = format.strip_suffix(')')?.to_owned();
        return Some(Measure::Range { format });
    }
    let hundredths = |number: &str| -> Option<u64> {
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let part: u64 = format!("{part:0<2}").parse().ok()?;
        whole
            .parse::<u64>()
            .ok()?
            .checked_mul(100)?
            .checked_add(part)
    };
    let words: Vec<&str> = text.split(' ').collect();
    Some(match *words {
        ["no", "sound"] => Measure::Silence,
        [rate, "fps"] => Measure::FrameRate {
            hundredths: hundredths(rate)?,
        },
        [width, "×", height, "px"] => Measure::Picture {
            width: width.parse().ok()?,
            height: height.parse().ok()?,
        },
        [pixels, "px"] => Measure::Side {
            pixels: pixels.parse().ok()?,
        },
        [size, "GB"] => Measure::Size {
            bytes: hundredths(size)?.checked_mul(10_000_000)?,
        },
        [minutes, "min"] => Measure::Duration {
            ms: minutes.parse::<u64>().ok()?.checked_mul(60_000)?,
        },
        [seconds, "s"] => Measure::Duration {
            ms: hundredths(seconds)?.checked_mul(10)?,
        },
        [minutes, "min", seconds, "s"] => Measure::Duration {
            ms: minutes
                .parse::<u64>()
                .ok()?
                .checked_mul(60_000)?
                .checked_add(hundredths(seconds)?.checked_mul(10)?)?,
        },
        _ => return None,
    })
}

impl From<clip::Measure> for Measure {
    fn from(measure: clip::Measure) -> Self {
        match measure {
            clip::Measure::Container(container) => Self::name(container.to_string()),
            clip::Measure::Codec(codec) => Self::name(codec.to_string()),
            clip::Measure::FrameRate(rate) => Self::FrameRate {
                hundredths: hundredths(rate),
            },
            clip::Measure::Picture { width, height } => Self::Picture { width, height },
            clip::Measure::Side(pixels) => Self::Side { pixels },
            clip::Measure::Duration(time) => Self::Duration {
                // Rounds up, so that a little too long does not look like the limit itself.
                ms: u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX),
            },
            clip::Measure::Size(bytes) => Self::Size { bytes },
            clip::Measure::Range(hdr) => Self::Range {
                format: hdr.to_string(),
            },
            clip::Measure::Silence => Self::Silence,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a frame rate is positive and far below 2^53"
)]
fn hundredths(rate: f64) -> u64 {
    (rate * 100.0).round() as u64
}

impl<'de> Deserialize<'de> for Measure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// The stored forms. The variants are those of [`Measure`].
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Stored {
            Text(String),
            Value(Value),
        }

        #[derive(Deserialize)]
        #[serde(remote = "Measure", tag = "kind", rename_all = "snake_case")]
        enum Fields {
            Name { name: String },
            FrameRate { hundredths: u64 },
            Picture { width: u32, height: u32 },
            Side { pixels: u32 },
            Duration { ms: u64 },
            Size { bytes: u64 },
            Range { format: String },
            Silence,
        }

        #[derive(Deserialize)]
        #[serde(transparent)]
        struct Value(#[serde(with = "Fields")] Measure);

        Ok(match Stored::deserialize(deserializer)? {
            Stored::Text(text) => Self::from_text(&text),
            Stored::Value(Value(measure)) => measure,
        })
    }
}

#[cfg(test)]
mod tests {
    use clip::rules;

    use super::*;

    #[test]
    fn every_measure_is_read_back_as_it_was_stored() {
        let measures = [
            clip::Measure::Container(clip::Container::Matroska),
            clip::Measure::Codec(clip::VideoCodec::Av1),
            clip::Measure::FrameRate(60_000.0 / 1001.0),
            clip::Measure::Picture {
                width: 300,
                height: 1920,
            },
            clip::Measure::Side(rules::MIN_SIDE),
            clip::Measure::Duration(rules::MAX_DURATION),
            clip::Measure::Size(rules::MAX_SIZE + 1),
            clip::Measure::Range(clip::Hdr::DolbyVision),
            clip::Measure::Silence,
        ];
        for measure in measures.map(Measure::from) {
            let stored = serde_json::to_string(&measure).unwrap();
            assert_eq!(serde_json::from_str::<Measure>(&stored).unwrap(), measure);
        }
    }

    #[test]
    fn a_finding_of_an_older_version_is_read() {
        let stored =
            r#"{"rule":"no_audio","severity":"warns","found":"no sound","wanted":"a sound track"}"#;
        let read: StoredFinding = serde_json::from_str(stored).unwrap();
        assert_eq!(read.found, Measure::Silence);
        let stored = serde_json::to_string(&read).unwrap();
        assert_eq!(
            serde_json::from_str::<StoredFinding>(&stored).unwrap(),
            read
        );
    }

    #[test]
    fn texts_that_older_versions_stored_become_measures() {
        let read = |text: &str| -> Measure {
            serde_json::from_value(serde_json::Value::from(text)).unwrap()
        };
        for (text, measure) in [
            ("12 min 3 s", Measure::Duration { ms: 723_000 }),
            ("10 min 0.1 s", Measure::Duration { ms: 600_100 }),
            ("at most 10 min", Measure::Duration { ms: 600_000 }),
            ("at least 3 s", Measure::Duration { ms: 3_000 }),
            (
                "4.01 GB",
                Measure::Size {
                    bytes: 4_010_000_000,
                },
            ),
            (
                "at most 4 GB",
                Measure::Size {
                    bytes: 4_000_000_000,
                },
            ),
            ("60.04 fps", Measure::FrameRate { hundredths: 6_004 }),
            ("59.9 fps", Measure::FrameRate { hundredths: 5_990 }),
            ("each side at most 4096 px", Measure::Side { pixels: 4096 }),
            (
                "300 × 1920 px",
                Measure::Picture {
                    width: 300,
                    height: 1920,
                },
            ),
            (
                "HDR (Dolby Vision)",
                Measure::Range {
                    format: "Dolby Vision".into(),
                },
            ),
            ("MPEG-4 part 2", Measure::name("MPEG-4 part 2")),
            ("at most a few", Measure::name("at most a few")),
            ("", Measure::name("")),
        ] {
            assert_eq!(read(text), measure, "{text}");
        }
    }
}
