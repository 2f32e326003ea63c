//! Notices about files that were not added, and about TikTok's rules for those that were.

use slipway_core::{
    io_fault::IoFault,
    notice::Explain,
    views::{Notice, Severity},
};

use crate::posts::{AddError, Measure, StoredFinding};

pub(crate) mod text {
    //! The texts about files.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice missing = "file.missing" (context: text);
        notice folder = "file.folder" (context: text);
        notice special = "file.special" (context: text);
        notice empty = "file.empty" (context: text);
        notice picture = "file.picture" (context: text);
        notice no_video = "file.no_video" (context: text);
        notice truncated = "file.truncated" (context: text);
        notice damaged = "file.damaged" (context: text);
        notice not_a_video = "file.not_a_video" (context: text);
        notice name = "file.name" (context: text);
        notice unreadable = "file.unreadable" (detail: message, context: text);
        notice duplicate = "file.duplicate";
        notice container = "clip.container" (found: message, severity: text);
        notice codec = "clip.codec" (found: message, severity: text);
        notice frame_rate_low = "clip.frame_rate_low" (found: message, min: number, max: number, severity: text);
        notice frame_rate_high = "clip.frame_rate_high" (found: message, min: number, max: number, severity: text);
        notice picture_too_small = "clip.picture_too_small" (found: message, min: message, severity: text);
        notice picture_too_large = "clip.picture_too_large" (found: message, max: message, severity: text);
        notice too_long = "clip.too_long" (found: message, max: message, severity: text);
        notice too_long_for_creator = "clip.too_long_for_creator" (found: message, max: message, severity: text);
        notice too_short = "clip.too_short" (found: message, min: message, severity: text);
        notice too_large = "clip.too_large" (found: message, max: message, severity: text);
        notice no_audio = "clip.no_audio" (severity: text);
        notice landscape = "clip.landscape" (found: message, severity: text);
        notice hdr = "clip.hdr" (found: message, severity: text);
        notice other = "clip.*" (found: message, wanted: message, severity: text) open rule;
    }
}

impl Explain for AddError {
    fn explain(&self) -> Notice {
        explain(self, "queue")
    }
}

/// Explains why the changed file of a post cannot be used.
pub(crate) fn not_usable(error: &AddError) -> Notice {
    explain(error, "post")
}

fn explain(error: &AddError, context: &'static str) -> Notice {
    match error {
        AddError::Missing => text::missing(context),
        AddError::Folder => text::folder(context),
        AddError::NotAFile => text::special(context),
        AddError::Empty => text::empty(context),
        AddError::Picture => text::picture(context),
        AddError::NotAVideo(clip::ProbeError::NoVideoTrack) => text::no_video(context),
        AddError::NotAVideo(clip::ProbeError::Truncated) => text::truncated(context),
        AddError::NotAVideo(clip::ProbeError::Damaged { .. } | clip::ProbeError::TooComplex) => {
            text::damaged(context)
        }
        AddError::NotAVideo(_) => text::not_a_video(context),
        AddError::Name => text::name(context),
        AddError::Unreadable(error) => text::unreadable(IoFault::from(error).message(), context),
        AddError::Duplicate => text::duplicate(),
    }
}

impl Explain for StoredFinding {
    fn explain(&self) -> Notice {
        let found = self.found.message();
        let limit = self
            .wanted
            .as_ref()
            .map_or_else(Measure::unknown, Measure::message);
        let severity = match self.severity {
            Severity::Blocks => "blocks",
            Severity::Warns => "warns",
        };
        match self.rule.as_str() {
            "container" => text::container(found, severity),
            "codec" => text::codec(found, severity),
            "frame_rate_low" => text::frame_rate_low(found, MIN_FPS, MAX_FPS, severity),
            "frame_rate_high" => text::frame_rate_high(found, MIN_FPS, MAX_FPS, severity),
            "picture_too_small" => text::picture_too_small(found, limit, severity),
            "picture_too_large" => text::picture_too_large(found, limit, severity),
            "too_long" => text::too_long(found, limit, severity),
            "too_long_for_creator" => text::too_long_for_creator(found, limit, severity),
            "too_short" => text::too_short(found, limit, severity),
            "too_large" => text::too_large(found, limit, severity),
            "no_audio" => text::no_audio(severity),
            "landscape" => text::landscape(found, severity),
            "hdr" => text::hdr(found, severity),
            rule => text::other(rule, found, limit, severity),
        }
    }
}

/// The frame rates that TikTok accepts, as whole numbers.
const MIN_FPS: i64 = 23;
const MAX_FPS: i64 = 60;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clip::{
        Hdr, Rule,
        rules::{MAX_DURATION, MAX_FRAME_RATE, MAX_SIZE, MIN_FRAME_RATE, MIN_SIDE},
    };

    use super::*;
    use slipway_core::texts::{Language, Texts};

    fn finding(rule: &str, found: Measure, wanted: Option<Measure>) -> Notice {
        StoredFinding {
            rule: rule.into(),
            severity: Severity::Blocks,
            found,
            wanted,
        }
        .explain()
    }

    fn happened(notice: &Notice, language: Language) -> String {
        let words = Texts::of(language).notice(notice);
        words.happened.replace('\u{a0}', " ")
    }

    #[test]
    fn every_rule_has_a_notice_of_its_own() {
        for rule in Rule::ALL {
            let notice = finding(rule.as_str(), Measure::Silence, None);
            assert_eq!(notice.code, format!("clip.{}", rule.as_str()));
            assert!(!notice.args.contains_key("wanted"), "{rule:?}");
        }
    }

    #[test]
    fn measures_are_worded_by_the_catalogs() {
        let picture = clip::Measure::Picture {
            width: 200,
            height: 300,
        };
        let duration = |time| Measure::from(clip::Measure::Duration(time));
        let long = MAX_DURATION + Duration::from_nanos(1);
        for (rule, found, wanted, text) in [
            (
                "picture_too_small",
                picture.into(),
                Some(clip::Measure::Side(MIN_SIDE).into()),
                "The video is 200 × 300 px. TikTok accepts at least 360 px on each side.",
            ),
            (
                "too_long",
                duration(long),
                Some(duration(MAX_DURATION)),
                "The video is 10 min 0.1 s long. TikTok accepts up to 10 min.",
            ),
            (
                "too_large",
                clip::Measure::Size(MAX_SIZE + 1).into(),
                Some(clip::Measure::Size(MAX_SIZE).into()),
                "The file is 4.01 GB. TikTok accepts up to 4 GB.",
            ),
            (
                "frame_rate_high",
                clip::Measure::FrameRate(60.041).into(),
                None,
                "The frame rate is 60.04 fps. TikTok accepts 23 to 60 fps.",
            ),
            (
                "hdr",
                clip::Measure::Range(Hdr::Hlg).into(),
                None,
                "The video is HDR (HLG). TikTok shows standard dynamic range.",
            ),
        ] {
            let notice = finding(rule, found, wanted);
            assert_eq!(happened(&notice, Language::English), text);
            let pseudo = happened(&notice, Language::Pseudo);
            for unit in [" px", " min", " GB", " fps"] {
                assert!(!pseudo.contains(unit), "{pseudo}");
            }
        }
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
    fn the_frame_rates_are_those_of_the_rules() {
        assert!((MIN_FPS as f64 - MIN_FRAME_RATE).abs() < f64::EPSILON);
        assert!((MAX_FPS as f64 - MAX_FRAME_RATE).abs() < f64::EPSILON);
    }
}
