//! Make it fit: ffmpeg makes a file that TikTok takes of one that it refuses, and the post goes on with that one.
//!
//! The original is never touched. One file is made at a time; the others wait in line. What is half made has a name
//! of its own until it is whole and proven, and is written down so that a start after a crash can remove it.

mod ffmpeg;
mod notices;
mod place;
mod progress;
mod work;

use std::{
    collections::HashMap,
    ffi::OsString,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use clip::{
    Clip, CreatorLimits, Finding, Rule, Severity,
    repair::{self, Plan, Tools},
};
use slipway_core::{
    clock::Clock,
    events::Events,
    notice::Explain,
    views::{Event, Fit, FitChoice, FitOutcome, FitPlan, FitProgress, FitSupport, Mend},
};
use tiktok_api::{ErrorCode, FailReason};
use tokio_util::sync::CancellationToken;

pub(crate) use ffmpeg::Abilities;
use ffmpeg::Ffmpeg;
pub(crate) use notices::text::TEXTS;
use place::Place;

use crate::{
    posts::{AddError, Cause, PostError, PostRow, PostService, PostStore, State},
    videos::VideoError,
};

/// Why a file was not made to fit. The post and its file are as they were.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// There is no ffmpeg on this computer.
    #[error("[Fit] Start failed: no ffmpeg")]
    NoFfmpeg,
    /// It lacks an encoder that is needed.
    #[error("[Fit] Start failed: ffmpeg has no {encoder}")]
    NoEncoder {
        /// The encoder's name.
        encoder: &'static str,
    },
    /// Nothing of what was chosen is wrong with the file.
    #[error("[Fit] Start failed: nothing to mend")]
    NothingToMend,
    /// The file is being made to fit already.
    #[error("[Fit] Start failed: under way already")]
    UnderWay,
    /// The disk has not enough room for the result.
    #[error("[Fit] Start failed: {needed} bytes needed, {free} free")]
    NoSpace {
        /// What the result may take, in bytes.
        needed: u64,
        /// What is free, in bytes.
        free: u64,
    },
    /// The result cannot be written or named.
    #[error("[Fit] Write failed: {0}")]
    Write(std::io::Error),
    /// ffmpeg could not be started.
    #[error("[Fit] Start failed: {0}")]
    Start(std::io::Error),
    /// ffmpeg ended with an error.
    #[error("[Fit] ffmpeg failed: {detail}")]
    Refused {
        /// The end of what it said, without secrets and of bounded length.
        detail: String,
    },
    /// The result breaks a rule that it was to keep.
    #[error("[Fit] Check failed: the result still has {found}")]
    StillUnfit {
        /// What it has.
        found: String,
    },
    /// The result is no whole video.
    #[error("[Fit] Check failed: {0}")]
    Unreadable(clip::ProbeError),
    /// The post's own file cannot be used.
    #[error(transparent)]
    File(AddError),
    /// The post could not be read or changed.
    #[error(transparent)]
    Post(#[from] PostError),
    /// A video could not be identified or stored.
    #[error(transparent)]
    Video(#[from] VideoError),
    /// The database refused the operation.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
    /// The creator stopped it, or the post went on.
    #[error("[Fit] cancelled")]
    Cancelled,
}

/// The files that are being made to fit.
#[derive(Debug)]
pub(crate) struct Fitter {
    pub(crate) posts: PostStore,
    pub(crate) service: Arc<PostService>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: Events,
    place: Place,
    ffmpeg: Ffmpeg,
    jobs: Mutex<HashMap<String, Job>>,
    /// Held by the one that is being made; the others wait for it in the order in which they came.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Job {
    progress: FitProgress,
    cancel: CancellationToken,
}

impl Fitter {
    /// With what is half made under `data_dir`, and ffmpeg on `programs` or the usual path.
    pub(crate) fn new(
        posts: PostStore,
        service: Arc<PostService>,
        clock: Arc<dyn Clock>,
        events: Events,
        data_dir: &std::path::Path,
        programs: Option<OsString>,
    ) -> Self {
        Self {
            posts,
            service,
            clock,
            events,
            place: Place::new(data_dir),
            ffmpeg: Ffmpeg::new(programs),
            jobs: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Removes what a crash left half made.
    pub(crate) async fn sweep(&self) {
        let place = self.place.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || place.sweep()).await {
            tracing::warn!(%error, "[Fit] Sweep failed");
        }
    }

    /// What the ffmpeg of this computer can do.
    pub(crate) async fn support(&self) -> FitSupport {
        let abilities = self.ffmpeg.abilities().await;
        let notice = match &abilities {
            Err(error) => Some(error.explain()),
            Ok(abilities) => abilities.lack().map(|error| error.explain()),
        };
        let abilities = abilities.ok();
        let has = |ability: fn(&Abilities) -> bool| abilities.as_ref().is_some_and(ability);
        FitSupport {
            h264: has(|abilities| abilities.h264),
            aac: has(|abilities| abilities.aac),
            tone_mapping: has(|abilities| abilities.tone_mapping),
            ffmpeg: abilities.map(|abilities| abilities.version),
            notice,
        }
    }

    /// What can be done about a post's file.
    pub(crate) async fn options(&self, id: &str, choice: &FitChoice) -> Result<Fit, FitError> {
        let row = self.editable(id).await?;
        let support = self.support().await;
        let tools = Tools {
            tone_mapping: support.tone_mapping,
        };
        let looked = look(&row, choice).await?;
        let target = place::wanted(&looked.path);
        let plan_for =
            |rules: &[Rule]| repair::plan(&looked.clip, looked.size, &looked.limits, rules, tools);
        let mends = looked.findings.iter().filter_map(|finding| {
            let plan = plan_for(&[finding.rule])?;
            let decided = finding.severity == Severity::Blocks && !repair::is_cut(finding.rule);
            Some(Mend {
                rule: finding.rule.as_str().to_owned(),
                chosen: looked.chosen.contains(&finding.rule),
                question: (!decided).then(|| notices::fit_question(finding.rule, &plan)),
                command: plan.command_line(&looked.path, &target),
            })
        });
        let mends = mends.collect();
        let plan = plan_for(&looked.chosen).map(|plan| FitPlan {
            steps: plan.steps().iter().map(notices::fit_step).collect(),
            command: plan.command_line(&looked.path, &target),
        });
        let progress = self.jobs().get(id).map(|job| job.progress);
        Ok(Fit {
            support,
            mends,
            plan,
            progress,
        })
    }

    /// Takes a job in hand: what is returned has to be carried out.
    pub(crate) async fn begin(
        self: &Arc<Self>,
        id: &str,
        choice: &FitChoice,
        stop: &CancellationToken,
    ) -> Result<impl Future<Output = ()> + Send + 'static, FitError> {
        let row = self.editable(id).await?;
        let abilities = self.ffmpeg.abilities().await?;
        let looked = look(&row, choice).await?;
        looked.plan(&abilities)?;
        let cancel = stop.child_token();
        {
            let mut jobs = self.jobs();
            if jobs.contains_key(id) {
                return Err(FitError::UnderWay);
            }
            let job = Job {
                progress: FitProgress::default(),
                cancel: cancel.clone(),
            };
            jobs.insert(id.to_owned(), job);
        }
        self.tell(id, FitProgress::default());
        let (fitter, id, choice) = (self.clone(), id.to_owned(), choice.clone());
        Ok(async move {
            let ended = fitter.carry_out(&id, &choice, &cancel).await;
            fitter.jobs().remove(&id);
            let outcome = match ended {
                Ok(file_name) => FitOutcome::Fits { file_name },
                Err(FitError::Cancelled) => FitOutcome::Cancelled,
                Err(error) => {
                    tracing::warn!(post = id, %error);
                    FitOutcome::Failed {
                        notice: error.explain(),
                    }
                }
            };
            fitter.events.send(Event::FitEnded {
                post_id: id,
                outcome,
            });
        })
    }

    /// Stops a job; none is no error.
    pub(crate) fn cancel(&self, id: &str) {
        if let Some(job) = self.jobs().get(id) {
            job.cancel.cancel();
        }
    }

    /// The post, when its file may be exchanged: a draft, or one that failed for its file.
    async fn editable(&self, id: &str) -> Result<PostRow, FitError> {
        let row = self.posts.get(id).await?;
        let state = row.state()?;
        let may = match state {
            State::Draft => true,
            State::Failed => row.cause().is_some_and(|cause| is_the_file(&cause)),
            _ => false,
        };
        if may {
            Ok(row)
        } else {
            Err(PostError::WrongState {
                operation: "Make fit",
                state: state.as_str(),
            }
            .into())
        }
    }

    fn tell(&self, id: &str, progress: FitProgress) {
        if let Some(job) = self.jobs().get_mut(id) {
            job.progress = progress;
        }
        self.events.send(Event::FitProgress {
            post_id: id.to_owned(),
            progress,
        });
    }

    fn jobs(&self) -> MutexGuard<'_, HashMap<String, Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file as it is now, and what is to be mended.
struct Looked {
    path: PathBuf,
    size: u64,
    clip: Clip,
    limits: CreatorLimits,
    findings: Vec<Finding>,
    chosen: Vec<Rule>,
}

impl Looked {
    /// What is to be done, when this ffmpeg can do it.
    fn plan(&self, abilities: &Abilities) -> Result<Plan, FitError> {
        let tools = Tools {
            tone_mapping: abilities.tone_mapping,
        };
        let plan = repair::plan(&self.clip, self.size, &self.limits, &self.chosen, tools)
            .ok_or(FitError::NothingToMend)?;
        match abilities.lack() {
            Some(lack) if plan.encodes_picture() => Err(lack),
            _ => Ok(plan),
        }
    }
}

/// Looks at a post's file anew: it may be another one since it was added.
async fn look(row: &PostRow, choice: &FitChoice) -> Result<Looked, FitError> {
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
    .map_err(|error| FitError::File(unusable(error)))?;
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
    Ok(Looked {
        path,
        size,
        clip,
        limits,
        findings,
        chosen,
    })
}

fn unusable(error: clip::ProbeError) -> AddError {
    match error {
        clip::ProbeError::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
            AddError::Missing
        }
        clip::ProbeError::Io(error) => AddError::Unreadable(error),
        clip::ProbeError::Empty => AddError::Empty,
        error => AddError::NotAVideo(error),
    }
}

/// Whether a post failed for what is in its file.
fn is_the_file(cause: &Cause) -> bool {
    match cause {
        Cause::TooLong { .. } => true,
        Cause::Ended { reason } => matches!(
            FailReason::from(reason.as_str()),
            FailReason::FileFormatCheckFailed
                | FailReason::DurationCheckFailed
                | FailReason::FrameRateCheckFailed
                | FailReason::PictureSizeCheckFailed
        ),
        Cause::Refused { code, .. } => {
            ErrorCode::from(code.as_str()) == ErrorCode::InvalidFileUpload
        }
        _ => false,
    }
}
