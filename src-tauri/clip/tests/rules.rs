//! TikTok's rules, one by one and at their limits.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::time::Duration;

use clip::{
    AudioCodec, AudioTrack, Clip, Container, CreatorLimits, Finding, Hdr, Measure, Rule, Severity,
    VideoCodec, VideoTrack, findings,
    rules::{MAX_DURATION, MAX_SIDE, MAX_SIZE, MIN_SIDE},
};

/// A video without any finding.
fn fine() -> Clip {
    Clip {
        container: Container::Mp4,
        video: VideoTrack {
            codec: VideoCodec::H264,
            width: 1080,
            height: 1920,
            rotation: 0,
            frame_rate: Some(30.0),
            variable_frame_rate: Some(false),
            bit_depth: Some(8),
            hdr: None,
        },
        audio: Some(AudioTrack {
            codec: AudioCodec::Aac,
            channels: Some(2),
            sample_rate: Some(48_000),
        }),
        duration: Duration::from_secs(30),
        created: None,
    }
}

fn changed(change: impl FnOnce(&mut Clip)) -> Vec<Finding> {
    let mut clip = fine();
    change(&mut clip);
    findings(&clip, 10_000_000, &CreatorLimits::default())
}

/// The rules and severities after a change.
fn judged(change: impl FnOnce(&mut Clip)) -> Vec<(Rule, Severity)> {
    changed(change)
        .iter()
        .map(|finding| (finding.rule, finding.severity))
        .collect()
}

/// Checks the value and the limit of a finding.
#[track_caller]
fn assert_measures(finding: &Finding, found: Measure, limit: Option<Measure>) {
    assert_eq!(
        (finding.found.clone(), finding.limit.clone()),
        (found, limit)
    );
}

#[test]
fn valid_video_has_no_findings() {
    assert_eq!(changed(|_| {}), []);
}

#[test]
fn containers() {
    assert_eq!(judged(|clip| clip.container = Container::QuickTime), []);
    assert_eq!(judged(|clip| clip.container = Container::WebM), []);
    let found = changed(|clip| clip.container = Container::Matroska);
    assert_eq!(
        (found[0].rule, found[0].severity),
        (Rule::Container, Severity::Blocks)
    );
    assert_measures(&found[0], Measure::Container(Container::Matroska), None);
}

#[test]
fn codecs() {
    use VideoCodec::{Av1, H265, Mpeg4, Other, ProRes, Vp8, Vp9};
    for codec in [H265, Vp8, Vp9] {
        assert_eq!(judged(|clip| clip.video.codec = codec), []);
    }
    for codec in [Av1, ProRes, Mpeg4, Other("jpeg".into())] {
        let found = changed(|clip| clip.video.codec = codec.clone());
        assert_eq!(
            (found[0].rule, found[0].severity),
            (Rule::Codec, Severity::Blocks)
        );
        assert_measures(&found[0], Measure::Codec(codec), None);
    }
}

#[test]
fn frame_rates() {
    let at = |rate| judged(|clip| clip.video.frame_rate = rate);
    for rate in [23.0, 24_000.0 / 1001.0, 25.0, 30.0, 60_000.0 / 1001.0, 60.0] {
        assert_eq!(at(Some(rate)), [], "{rate}");
    }
    assert_eq!(at(None), []);
    assert_eq!(at(Some(20.0)), [(Rule::FrameRateLow, Severity::Blocks)]);
    assert_eq!(at(Some(22.98)), [(Rule::FrameRateLow, Severity::Blocks)]);
    assert_eq!(at(Some(60.02)), [(Rule::FrameRateHigh, Severity::Warns)]);
    assert_eq!(at(Some(60.09)), [(Rule::FrameRateHigh, Severity::Warns)]);
    assert_eq!(at(Some(60.1)), [(Rule::FrameRateHigh, Severity::Blocks)]);
    assert_eq!(at(Some(120.0)), [(Rule::FrameRateHigh, Severity::Blocks)]);
    let found = changed(|clip| clip.video.frame_rate = Some(20.0));
    assert_measures(&found[0], Measure::FrameRate(20.0), None);
}

#[test]
fn picture_sizes() {
    let at = |width, height| judged(|clip| (clip.video.width, clip.video.height) = (width, height));
    assert_eq!(at(360, 360), []);
    assert_eq!(at(4096, 4096), []);
    assert_eq!(at(359, 640), [(Rule::PictureTooSmall, Severity::Blocks)]);
    assert_eq!(at(2160, 4097), [(Rule::PictureTooLarge, Severity::Blocks)]);
    assert_eq!(at(1920, 1080), [(Rule::Landscape, Severity::Warns)]);
    assert_eq!(
        at(5000, 300),
        [
            (Rule::PictureTooSmall, Severity::Blocks),
            (Rule::PictureTooLarge, Severity::Blocks),
            (Rule::Landscape, Severity::Warns),
        ]
    );
    let found = changed(|clip| clip.video.width = 300);
    let picture = Measure::Picture {
        width: 300,
        height: 1920,
    };
    assert_measures(&found[0], picture, Some(Measure::Side(MIN_SIDE)));
    let found = changed(|clip| clip.video.height = 5000);
    assert_eq!(found[0].limit, Some(Measure::Side(MAX_SIDE)));
}

#[test]
fn playing_times() {
    let at = |duration| judged(|clip| clip.duration = duration);
    assert_eq!(at(MAX_DURATION), []);
    assert_eq!(at(Duration::from_secs(3)), []);
    assert_eq!(at(Duration::ZERO), [], "unknown");
    assert_eq!(
        at(Duration::from_mins(11)),
        [(Rule::TooLong, Severity::Blocks)]
    );
    assert_eq!(
        at(Duration::from_millis(2900)),
        [(Rule::TooShort, Severity::Warns)]
    );
    let found = changed(|clip| clip.duration = MAX_DURATION + Duration::from_millis(1));
    let (time, limit) = (MAX_DURATION + Duration::from_millis(1), MAX_DURATION);
    assert_measures(
        &found[0],
        Measure::Duration(time),
        Some(Measure::Duration(limit)),
    );
}

#[test]
fn the_creators_own_limit() {
    let limits = CreatorLimits {
        max_duration: Some(Duration::from_mins(1)),
    };
    let mut clip = fine();
    clip.duration = Duration::from_mins(1);
    assert_eq!(findings(&clip, 1, &limits), []);
    clip.duration = Duration::from_secs(61);
    let found = findings(&clip, 1, &limits);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].rule, found[0].severity),
        (Rule::TooLongForCreator, Severity::Blocks)
    );
    let (time, limit) = (Duration::from_secs(61), Duration::from_mins(1));
    assert_measures(
        &found[0],
        Measure::Duration(time),
        Some(Measure::Duration(limit)),
    );
}

#[test]
fn sizes() {
    let limits = CreatorLimits::default();
    assert_eq!(findings(&fine(), MAX_SIZE, &limits), []);
    let found = findings(&fine(), MAX_SIZE + 1, &limits);
    assert_eq!(
        (found[0].rule, found[0].severity),
        (Rule::TooLarge, Severity::Blocks)
    );
    let (size, limit) = (Measure::Size(MAX_SIZE + 1), Measure::Size(MAX_SIZE));
    assert_measures(&found[0], size, Some(limit));
}

#[test]
fn sound_and_range_only_warn() {
    let silent = changed(|clip| clip.audio = None);
    assert_eq!(
        (silent[0].rule, silent[0].severity, &silent[0].found),
        (Rule::NoAudio, Severity::Warns, &Measure::Silence)
    );
    assert_eq!(
        judged(|clip| clip.video.hdr = Some(Hdr::Hlg)),
        [(Rule::Hdr, Severity::Warns)]
    );
}

#[test]
fn blocking_findings_come_first() {
    let found = judged(|clip| {
        clip.video.hdr = Some(Hdr::Hlg);
        clip.audio = None;
        clip.container = Container::Matroska;
        clip.video.frame_rate = Some(10.0);
    });
    let severities: Vec<_> = found.iter().map(|(_, severity)| *severity).collect();
    assert_eq!(
        severities,
        [
            Severity::Blocks,
            Severity::Blocks,
            Severity::Warns,
            Severity::Warns
        ]
    );
}

#[test]
fn every_rule_has_its_own_name() {
    let names: std::collections::HashSet<_> = Rule::ALL.iter().map(|rule| rule.as_str()).collect();
    assert_eq!(names.len(), Rule::ALL.len());
    for rule in Rule::ALL {
        assert_eq!(Rule::from_name(rule.as_str()), Some(rule));
        assert_eq!(
            serde_json::to_value(rule).unwrap(),
            rule.as_str(),
            "stored and sent alike"
        );
    }
}
