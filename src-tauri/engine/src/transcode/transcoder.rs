//! [`Transcoder`]: offers, starts and cancels transcodes of posts' files, one job per post.

use std::{collections::HashMap, ffi::OsString, sync::Arc};

use clip::{
    Rule, Severity,
    repair::{self, Tools},
};
use parking_lot::Mutex;
use slipway_core::{
    clock::Clock,
    events::Events,
    notice::Explain,
    views::{
        Event, Repair, TranscodeChoice, TranscodeOptions, TranscodeOutcome, TranscodePlan,
        TranscodeProgress, TranscodeSupport,
    },
};
use tokio_util::sync::CancellationToken;

use super::{
    error::TranscodeError,
    ffmpeg::{Capabilities, Ffmpeg},
    inspection::inspect,
    notices,
    output::{self, OutputFolders},
};
use crate::posts::{PostError, PostRow, PostService, PostStore, State};

/// Transcodes the files of posts.
#[derive(Debug)]
pub(crate) struct Transcoder {
    pub(crate) posts: PostStore,
    pub(crate) service: Arc<PostService>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: Events,
    pub(super) output: OutputFolders,
    pub(super) ffmpeg: Ffmpeg,
    jobs: Mutex<HashMap<String, Job>>,
    /// Held by the running job. The others wait for it, first come, first served.
    pub(super) slot: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Job {
    progress: TranscodeProgress,
    cancel: CancellationToken,
}

impl Transcoder {
    /// Creates a transcoder with its notes in `data_dir`. It finds ffmpeg on `programs`, or on `PATH` if that is `None`.
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
            output: OutputFolders::new(data_dir),
            ffmpeg: Ffmpeg::new(programs),
            jobs: Mutex::default(),
            slot: tokio::sync::Mutex::default(),
        }
    }

    /// Removes unfinished outputs of earlier runs.
    pub(crate) async fn sweep(&self) {
        let output = self.output.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || output.sweep()).await {
            tracing::warn!(%error, "[Transcode] Sweep failed");
        }
    }

    /// Returns the capabilities of the installed ffmpeg.
    pub(crate) async fn support(&self) -> TranscodeSupport {
        let capabilities = self.ffmpeg.capabilities().await;
        let notice = match &capabilities {
            Err(error) => Some(error.explain()),
            Ok(capabilities) => capabilities.missing().map(|error| error.explain()),
        };
        let capabilities = capabilities.ok();
        let has = |ability: fn(&Capabilities) -> bool| capabilities.as_ref().is_some_and(ability);
        TranscodeSupport {
            h264: has(|capabilities| capabilities.h264),
            aac: has(|capabilities| capabilities.aac),
            tone_mapping: has(|capabilities| capabilities.tone_mapping),
            ffmpeg: capabilities.map(|capabilities| capabilities.version),
            notice,
        }
    }

    /// Returns the possible repairs of a post's file, and the plan for a choice of them.
    pub(crate) async fn options(
        &self,
        id: &str,
        choice: &TranscodeChoice,
    ) -> Result<TranscodeOptions, TranscodeError> {
        let row = self.editable(id).await?;
        let support = self.support().await;
        let tools = Tools {
            tone_mapping: support.tone_mapping,
        };
        let inspection = inspect(&row, choice).await?;
        let target = output::wanted(&inspection.path);
        let plan_for = |rules: &[Rule]| {
            repair::plan(
                &inspection.clip,
                inspection.size,
                &inspection.limits,
                rules,
                tools,
            )
        };
        let repairs = inspection.findings.iter().filter_map(|finding| {
            let plan = plan_for(&[finding.rule])?;
            let decided = finding.severity == Severity::Blocks && !repair::is_cut(finding.rule);
            Some(Repair {
                rule: finding.rule.as_str().to_owned(),
                chosen: inspection.chosen.contains(&finding.rule),
                question: (!decided).then(|| notices::repair_question(finding.rule, &plan)),
                command: plan.command_line(&inspection.path, &target),
            })
        });
        let repairs = repairs.collect();
        let plan = plan_for(&inspection.chosen).map(|plan| TranscodePlan {
            steps: plan.steps().iter().map(notices::repair_step).collect(),
            command: plan.command_line(&inspection.path, &target),
        });
        let progress = self.jobs.lock().get(id).map(|job| job.progress);
        Ok(TranscodeOptions {
            support,
            repairs,
            plan,
            progress,
        })
    }

    /// Registers a job. The caller must run the returned future.
    pub(crate) async fn begin(
        self: &Arc<Self>,
        id: &str,
        choice: &TranscodeChoice,
        stop: &CancellationToken,
    ) -> Result<impl Future<Output = ()> + Send + 'static, TranscodeError> {
        let row = self.editable(id).await?;
        let capabilities = self.ffmpeg.capabilities().await?;
        let inspection = inspect(&row, choice).await?;
        inspection.plan(&capabilities)?;
        let cancel = stop.child_token();
        {
            let mut jobs = self.jobs.lock();
            if jobs.contains_key(id) {
                return Err(TranscodeError::UnderWay);
            }
            let job = Job {
                progress: TranscodeProgress::default(),
                cancel: cancel.clone(),
            };
            jobs.insert(id.to_owned(), job);
        }
        self.set_progress(id, TranscodeProgress::default());
        let (transcoder, id, choice) = (self.clone(), id.to_owned(), choice.clone());
        Ok(async move {
            let ended = transcoder.run_job(&id, &choice, &cancel).await;
            transcoder.jobs.lock().remove(&id);
            let outcome = match ended {
                Ok(file_name) => TranscodeOutcome::Fits { file_name },
                Err(TranscodeError::Cancelled) => TranscodeOutcome::Cancelled,
                Err(error) => {
                    tracing::warn!(post = id, %error);
                    TranscodeOutcome::Failed {
                        notice: error.explain(),
                    }
                }
            };
            transcoder.events.send(Event::TranscodeEnded {
                post_id: id,
                outcome,
            });
        })
    }

    /// Cancels the job of a post, if there is one.
    pub(crate) fn cancel(&self, id: &str) {
        if let Some(job) = self.jobs.lock().get(id) {
            job.cancel.cancel();
        }
    }

    /// Returns the post if its file can be replaced: a draft, or a post that failed because of its file.
    pub(super) async fn editable(&self, id: &str) -> Result<PostRow, TranscodeError> {
        let row = self.posts.get(id).await?;
        let state = row.state()?;
        let may = match state {
            State::Draft => true,
            State::Failed => row.cause().is_some_and(|cause| cause.concerns_file()),
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

    /// Stores and announces the progress of a job.
    pub(super) fn set_progress(&self, id: &str, progress: TranscodeProgress) {
        if let Some(job) = self.jobs.lock().get_mut(id) {
            job.progress = progress;
        }
        self.events.send(Event::TranscodeProgress {
            post_id: id.to_owned(),
            progress,
        });
    }
}
