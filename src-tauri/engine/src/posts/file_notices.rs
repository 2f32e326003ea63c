//! Notices about files that were not added, and about TikTok's rules for those that were.

use slipway_core::{
    notice::Explain,
    views::{Notice, Severity},
};

use crate::posts::{AddError, StoredFinding};

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
        notice unreadable = "file.unreadable" (detail: text, context: text);
        notice duplicate = "file.duplicate";
        notice container = "clip.container" (found: text, severity: text);
        notice codec = "clip.codec" (found: text, severity: text);
        notice frame_rate_low = "clip.frame_rate_low" (found: text, min: number, max: number, severity: text);
        notice frame_rate_high = "clip.frame_rate_high" (found: text, min: number, max: number, severity: text);
        notice picture_too_small = "clip.picture_too_small" (found: text, min: text, severity: text);
        notice picture_too_large = "clip.picture_too_large" (found: text, max: text, severity: text);
        notice too_long = "clip.too_long" (found: text, max: text, severity: text);
        notice too_long_for_creator = "clip.too_long_for_creator" (found: text, max: text, severity: text);
        notice too_short = "clip.too_short" (found: text, min: text, severity: text);
        notice too_large = "clip.too_large" (found: text, max: text, severity: text);
        notice no_audio = "clip.no_audio" (severity: text);
        notice landscape = "clip.landscape" (found: text, severity: text);
        notice hdr = "clip.hdr" (found: text, severity: text);
        notice other = "clip.*" (found: text, wanted: text, severity: text) open rule;
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
        AddError::Unreadable(error) => text::unreadable(error.to_string(), context),
        AddError::Duplicate => text::duplicate(),
    }
}

impl Explain for StoredFinding {
    fn explain(&self) -> Notice {
        let found = measure(&self.found);
        // Stored findings word their limit in English: `at most 10 min`, `each side at least 360 px`.
        let limit = || measure(bare(&self.wanted));
        let severity = match self.severity {
            Severity::Blocks => "blocks",
            Severity::Warns => "warns",
        };
        match self.rule.as_str() {
            "container" => text::container(found, severity),
            "codec" => text::codec(found, severity),
            "frame_rate_low" => text::frame_rate_low(found, MIN_FPS, MAX_FPS, severity),
            "frame_rate_high" => text::frame_rate_high(found, MIN_FPS, MAX_FPS, severity),
            "picture_too_small" => text::picture_too_small(found, pixels(&limit()), severity),
            "picture_too_large" => text::picture_too_large(found, pixels(&limit()), severity),
            "too_long" => text::too_long(found, limit(), severity),
            "too_long_for_creator" => text::too_long_for_creator(found, limit(), severity),
            "too_short" => text::too_short(found, limit(), severity),
            "too_large" => text::too_large(found, limit(), severity),
            "no_audio" => text::no_audio(severity),
            "landscape" => text::landscape(found, severity),
            "hdr" => text::hdr(found, severity),
            rule => text::other(rule, found, measure(&self.wanted), severity),
        }
    }
}

/// The frame rates that TikTok accepts, as whole numbers.
const MIN_FPS: i64 = 23;
const MAX_FPS: i64 = 60;

/// A measure whose number stays beside its unit: with no-break spaces.
fn measure(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

/// A stored limit without the English words before it.
fn bare(wanted: &str) -> &str {
    let wanted = wanted.strip_prefix("each side ").unwrap_or(wanted);
    wanted
        .strip_prefix("at most ")
        .or_else(|| wanted.strip_prefix("at least "))
        .unwrap_or(wanted)
}

/// A number of pixels without its unit, which the catalogs add.
fn pixels(limit: &str) -> &str {
    limit.trim_end_matches("px").trim_end_matches('\u{a0}')
}

#[cfg(test)]
mod tests {
    use clip::rules::{MAX_FRAME_RATE, MIN_FRAME_RATE};

    use super::*;
    use crate::views::Argument;
    use slipway_core::texts::{Language, Texts};

    fn finding(rule: &str, found: &str, wanted: &str) -> Notice {
        StoredFinding {
            rule: rule.into(),
            severity: Severity::Blocks,
            found: found.into(),
            wanted: wanted.into(),
        }
        .explain()
    }

    #[test]
    fn every_rule_has_a_notice_of_its_own() {
        for rule in clip::Rule::ALL {
            let notice = finding(rule.as_str(), "1 s", "at most 2 s");
            assert_eq!(notice.code, format!("clip.{}", rule.as_str()));
            assert!(!notice.args.contains_key("wanted"), "{rule:?}");
        }
    }

    #[test]
    fn stored_limits_lose_their_english_words() {
        let long = finding("too_long", "12 min 3 s", "at most 10 min");
        assert_eq!(long.args["max"], Argument::text("10\u{a0}min"));
        let small = finding(
            "picture_too_small",
            "200 × 300 px",
            "each side at least 360 px",
        );
        assert_eq!(small.args["min"], Argument::text("360"));
        let words = Texts::of(Language::English).notice(&small);
        assert_eq!(
            words.happened.replace('\u{a0}', " "),
            "The video is 200 × 300 px. TikTok accepts at least 360 px on each side."
        );
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
    fn the_frame_rates_are_those_of_the_rules() {
        assert!((MIN_FPS as f64 - MIN_FRAME_RATE).abs() < f64::EPSILON);
        assert!((MAX_FPS as f64 - MAX_FRAME_RATE).abs() < f64::EPSILON);
    }
}
