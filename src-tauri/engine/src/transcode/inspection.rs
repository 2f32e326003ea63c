//! Inspects the file of a post: which rules it breaks, and which of them a transcode fixes.

use std::{path::PathBuf, time::Duration};

use clip::{
    Clip, CreatorLimits, Finding, Rule, Severity,
    repair::{self, Plan, Tools},
};
use slipway_core::views::TranscodeChoice;

use super::{error::TranscodeError, ffmpeg::Capabilities};
use crate::posts::{AddError, PostRow};

/// The present state of a file, and the rules to repair.
pub(super) struct Inspection {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) clip: Clip,
    pub(super) limits: CreatorLimits,
    pub(super) findings: Vec<Finding>,
    pub(super) chosen: Vec<Rule>,
}

impl Inspection {
    /// Returns the plan for the chosen rules, if this ffmpeg can carry it out.
    pub(super) fn plan(&self, capabilities: &Capabilities) -> Result<Plan, TranscodeError> {
        let tools = Tools {
            tone_mapping: capabilities.tone_mapping,
        };
        let plan = repair::plan(&self.clip, self.size, &self.limits, &self.chosen, tools)
            .ok_or(TranscodeError::NothingToRepair)?;
        match capabilities.missing() {
            Some(lack) if plan.encodes_picture() => Err(lack),
            _ => Ok(plan),
        }
    }
}

/// Inspects a post's file, which may have changed since it was added.
pub(super) async fn inspect(
    row: &PostRow,
    choice: &TranscodeChoice,
) -> Result<Inspection, TranscodeError> {
    let path = PathBuf::from(&row.path);
    let limits = CreatorLimits {
        max_duration: choice
            .max_duration_sec
            .map(|seconds| Duration::from_secs(seconds.into())),
    };
    let at = path.clone();
    let (clip, size) = tokio::task::spawn_blocking(move || {
        let size = std::fs::metadata(&at)?.len();
        Ok((clip::probe_file(&at)?, size))
    })
    .await
    .unwrap_or_else(|error| Err(clip::ProbeError::Io(std::io::Error::other(error))))
    .map_err(|error| TranscodeError::File(add_error(error)))?;
    let findings = clip::findings(&clip, size, &limits);
    let chosen = match &choice.rules {
        Some(names) => names
            .iter()
            .filter_map(|name| Rule::from_name(name))
            .collect(),
        None => findings
            .iter()
            .filter(|finding| finding.severity == Severity::Blocks)
            .map(|finding| finding.rule)
            .filter(|rule| repair::can_repair(*rule) && !repair::is_cut(*rule))
            .collect(),
    };
    Ok(Inspection {
        path,
        size,
        clip,
        limits,
        findings,
        chosen,
    })
}

fn add_error(error: clip::ProbeError) -> AddError {
    match error {
        clip::ProbeError::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
            AddError::Missing
        }
        clip::ProbeError::Io(error) => AddError::Unreadable(error),
        clip::ProbeError::Empty => AddError::Empty,
        error => AddError::NotAVideo(error),
    }
}
