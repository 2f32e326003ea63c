//! Property tests: the result that a plan promises keeps TikTok's rules.

use std::time::Duration;

use clip::{
    AudioCodec, AudioTrack, Clip, Container, CreatorLimits, Hdr, Rule, Severity, VideoCodec,
    VideoTrack, findings,
    repair::{Tools, can_repair, plan},
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
    /// With every rule chosen, only a video that is too short remains.
    #[test]
    fn chosen_rules_are_repaired(
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

    /// A plan for one finding repairs it, and breaks no other rule that blocks.
    #[test]
    fn each_finding_alone_has_a_plan(clip in clips(), size in 1..5_000_000_000_u64, limits in limits()) {
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

    /// A plan keeps the length of a video unless the creator chose to cut it.
    #[test]
    fn plans_cut_only_on_request(clip in clips(), size in 1..5_000_000_000_u64, limits in limits()) {
        let chosen: Vec<_> = Rule::ALL.into_iter().filter(|rule| !clip::repair::is_cut(*rule)).collect();
        if let Some(plan) = plan(&clip, size, &limits, &chosen, Tools::default()) {
            prop_assert_eq!(plan.expected().duration, clip.duration);
            let cut = plan.steps().iter().any(|step| matches!(step, clip::repair::Step::Cut { .. }));
            prop_assert!(!cut);
        }
    }

    /// Scaling changes the aspect ratio only by rounding to whole pixels.
    #[test]
    fn pictures_keep_their_aspect_ratio(clip in clips()) {
        let scaled = plan(&clip, 1, &CreatorLimits::default(), &Rule::ALL, Tools::default())
            .and_then(|plan| plan.steps().iter().find_map(|step| match step {
                clip::repair::Step::Scale { width, height } => Some((*width, *height)),
                _ => None,
            }));
        if let Some((width, height)) = scaled {
            // One side is as long as the frame's. The other is rounded to an even number, at least two.
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
