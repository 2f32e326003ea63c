//! Whatever is wrong with a video, the plan promises a result with which nothing is.

use std::time::Duration;

use clip::repair::{Tools, can_repair, plan};
use clip::{
    AudioCodec, AudioTrack, Clip, Container, CreatorLimits, Hdr, Rule, Severity, VideoCodec,
    VideoTrack, findings,
};
use proptest::prelude::*;

fn clips() -> impl Strategy<Value = Clip> {
    let containers = prop::sample::select(vec![
        Container::Mp4,
        Container::QuickTime,
        Container::WebM,
        Container::Matroska,
    ]);
    let codecs = prop::sample::select(vec![
        VideoCodec::H264,
        VideoCodec::H265,
        VideoCodec::Vp8,
        VideoCodec::Vp9,
        VideoCodec::Av1,
        VideoCodec::ProRes,
        VideoCodec::Other("jpeg".into()),
    ]);
    let side = || prop_oneof![2..400_u32, 360..4097_u32, 4000..20_000_u32];
    let rate = prop::option::of(prop_oneof![0.5..23.0, 23.0..60.0, 60.0..300.0]);
    let hdr = prop::option::of(prop::sample::select(vec![
        Hdr::Pq,
        Hdr::Hlg,
        Hdr::DolbyVision,
    ]));
    let sound = prop::option::of(prop::sample::select(vec![
        AudioCodec::Aac,
        AudioCodec::Mp3,
        AudioCodec::Opus,
        AudioCodec::Pcm,
        AudioCodec::Other("x".into()),
    ]));
    let rotation = prop::sample::select(vec![0, 90, 180, 270]);
    let lasts = prop_oneof![Just(0), 1..700_000_u64, 600_000..10_000_000_u64];
    (
        containers,
        codecs,
        side(),
        side(),
        rotation,
        rate,
        hdr,
        sound,
        lasts,
    )
        .prop_map(
            |(container, codec, width, height, rotation, frame_rate, hdr, sound, lasts)| Clip {
                container,
                video: VideoTrack {
                    codec,
                    width,
                    height,
                    rotation,
                    frame_rate,
                    variable_frame_rate: None,
                    bit_depth: None,
                    hdr,
                },
                audio: sound.map(|codec| AudioTrack {
                    codec,
                    channels: None,
                    sample_rate: None,
                }),
                duration: Duration::from_millis(lasts),
                created: None,
            },
        )
}

fn limits() -> impl Strategy<Value = CreatorLimits> {
    prop::option::of(2..4000_u64).prop_map(|seconds| CreatorLimits {
        max_duration: seconds.map(Duration::from_secs),
    })
}

proptest! {
    /// With everything chosen, nothing is left but a video that is too short.
    #[test]
    fn what_is_chosen_is_repaired(
        clip in clips(),
        size in prop_oneof![1..4_000_000_001_u64, 4_000_000_000..u64::MAX / 16],
        limits in limits(),
        tone_mapping: bool,
    ) {
        let broken = findings(&clip, size, &limits);
        let repaired = plan(&clip, size, &limits, &Rule::ALL, Tools { tone_mapping });
        prop_assert_eq!(repaired.is_some(), broken.iter().any(|finding| can_repair(finding.rule)));
        if let Some(plan) = repaired {
            let left = findings(plan.expected(), plan.expected_size(), &limits);
            prop_assert!(left.iter().all(|finding| !can_repair(finding.rule)), "{:?}", left);
            let video = &plan.expected().video;
            if plan.encodes_picture() {
                prop_assert_eq!((video.width % 2, video.height % 2), (0, 0));
            }
        }
    }

    /// Each finding alone is repaired by its own plan, and nothing that was fine blocks after it.
    #[test]
    fn each_finding_has_a_plan_of_its_own(clip in clips(), size in 1..5_000_000_000_u64, limits in limits()) {
        let broken = findings(&clip, size, &limits);
        for finding in broken.iter().filter(|finding| can_repair(finding.rule)) {
            let plan = plan(&clip, size, &limits, &[finding.rule], Tools::default()).unwrap();
            let left = findings(plan.expected(), plan.expected_size(), &limits);
            for other in &left {
                prop_assert_ne!(other.rule, finding.rule);
                let known = broken.iter().any(|before| before.rule == other.rule);
                prop_assert!(known || other.severity == Severity::Warns, "{:?}", other);
            }
        }
    }

    /// A video is as long as it was, unless the creator chose to cut it.
    #[test]
    fn nothing_is_cut_unasked(clip in clips(), size in 1..5_000_000_000_u64, limits in limits()) {
        let chosen: Vec<_> = Rule::ALL.into_iter().filter(|rule| !clip::repair::is_cut(*rule)).collect();
        if let Some(plan) = plan(&clip, size, &limits, &chosen, Tools::default()) {
            prop_assert_eq!(plan.expected().duration, clip.duration);
            let cut = plan.steps().iter().any(|step| matches!(step, clip::repair::Step::Cut { .. }));
            prop_assert!(!cut);
        }
    }

    /// Of pictures that are scaled, the shape is off by no more than the rounding to whole pixels.
    #[test]
    fn no_picture_is_stretched(clip in clips()) {
        let scaled = plan(&clip, 1, &CreatorLimits::default(), &Rule::ALL, Tools::default())
            .and_then(|plan| plan.steps().iter().find_map(|step| match step {
                clip::repair::Step::Scale { width, height } => Some((*width, *height)),
                _ => None,
            }));
        if let Some((width, height)) = scaled {
            // One side is as long as the frame's; the other is rounded to an even number, two at least.
            let factors = [
                f64::from(width) / f64::from(clip.video.width),
                f64::from(height) / f64::from(clip.video.height),
            ];
            let keeps = |factor: f64| {
                [(width, clip.video.width), (height, clip.video.height)]
                    .iter()
                    .all(|(ours, theirs)| {
                        (f64::from(*ours) - f64::from(*theirs) * factor).abs() <= 1.001 || *ours == 2
                    })
            };
            prop_assert!(factors.into_iter().any(keeps), "{}x{}", width, height);
        }
    }
}
