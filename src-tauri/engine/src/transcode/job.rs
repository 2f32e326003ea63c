//! Runs one job: waits for the slot, transcodes the file, checks the output, and gives it to the post.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clip::repair::Plan;
use slipway_core::views::{Event, PostState, TranscodeChoice, TranscodeProgress};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::{
    error::TranscodeError,
    inspection::{Inspection, inspect},
    output::PartialFile,
    transcoder::Transcoder,
};
use crate::{posts, videos};

impl Transcoder {
    /// Transcodes the file and gives the output to the post. Returns the name of the output.
    pub(super) async fn run_job(
        &self,
        id: &str,
        choice: &TranscodeChoice,
        cancel: &CancellationToken,
    ) -> Result<String, TranscodeError> {
        let work = async {
            let Some(_slot) = cancel.run_until_cancelled(self.slot.lock()).await else {
                return Err(TranscodeError::Cancelled);
            };
            self.transcode(id, choice, cancel).await
        };
        tokio::pin!(work);
        tokio::select! {
            ended = &mut work => ended,
            () = self.post_left(id) => {
                // The job removes its output and ends.
                cancel.cancel();
                work.await
            }
        }
    }

    async fn transcode(
        &self,
        id: &str,
        choice: &TranscodeChoice,
        cancel: &CancellationToken,
    ) -> Result<String, TranscodeError> {
        // Checked again, because the post may have changed while the job waited for the slot.
        let row = self.editable(id).await?;
        let inspection = inspect(&row, choice).await?;
        let capabilities = self.ffmpeg.capabilities().await?;
        let plan = inspection.plan(&capabilities)?;
        let (output, source, needed) = (
            self.output.clone(),
            inspection.path.clone(),
            plan.expected_size(),
        );
        let partial = blocking(move || output.begin(&source, needed)).await?;
        self.run(id, &plan, &inspection.path, partial.path(), cancel)
            .await?;
        let partial = blocking(move || check(partial, &inspection)).await?;
        let made = posts::examine_in_background(partial.path().to_owned())
            .await
            .map_err(TranscodeError::File)?;
        let now = self.clock.now().as_millisecond();
        let video =
            videos::insert_transcoded(&self.posts.pool, made.video_file(), row.video_id, now)
                .await?;
        // No longer cancelled from here: the remaining steps take moments.
        let source = PathBuf::from(&row.path);
        let path = blocking(move || partial.finish(&source)).await?;
        let file = posts::examine_in_background(path.clone())
            .await
            .map_err(TranscodeError::File)?;
        let _lock = self.service.lock(id).await;
        if let Err(error) = self.posts.use_transcoded_file(id, &file, video).await {
            // The post changed meanwhile, so that nothing uses the output.
            if let Err(error) = tokio::fs::remove_file(&path).await {
                tracing::warn!(%error, "[Transcode] Remove failed");
            }
            return Err(error.into());
        }
        self.service.wake();
        self.service.announce(id).await;
        Ok(file.file_name)
    }

    async fn run(
        &self,
        id: &str,
        plan: &Plan,
        source: &Path,
        partial: &Path,
        cancel: &CancellationToken,
    ) -> Result<(), TranscodeError> {
        let lasts = plan.expected().duration;
        let began = self.clock.uptime();
        self.set_progress(id, progress(Duration::ZERO, lasts, Duration::ZERO));
        let on_progress = |done| {
            let took = self.clock.uptime().saturating_sub(began);
            self.set_progress(id, progress(done, lasts, took));
        };
        self.ffmpeg
            .run(plan, source, partial, cancel, on_progress)
            .await
    }

    /// Waits until the post is removed or leaves the states in which its file can be replaced.
    async fn post_left(&self, id: &str) {
        let mut events = self.events.subscribe();
        loop {
            match events.recv().await {
                Ok(Event::PostRemoved { id: removed }) if removed == id => return,
                Ok(Event::PostChanged { post }) if post.id == id => {
                    if !matches!(post.state, PostState::Draft | PostState::Failed { .. }) {
                        return;
                    }
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

/// Returns the progress of a job after `took`, when `done` of an output of length `lasts` is written.
fn progress(done: Duration, lasts: Duration, took: Duration) -> TranscodeProgress {
    if lasts.is_zero() {
        return TranscodeProgress {
            fraction: Some(0.0),
            seconds_left: None,
        };
    }
    let fraction = (done.as_secs_f64() / lasts.as_secs_f64()).clamp(0.0, 1.0);
    // An estimate from the first percent would be too inaccurate.
    let left = (fraction > 0.01).then(|| took.as_secs_f64() * (1.0 - fraction) / fraction);
    TranscodeProgress {
        fraction: Some(fraction),
        seconds_left: left
            .and_then(|left| Duration::try_from_secs_f64(left).ok())
            .map(|left| left.as_secs() + u64::from(left.subsec_nanos() > 0)),
    }
}

/// Checks that the output keeps the chosen rules. Blocks.
fn check(partial: PartialFile, inspection: &Inspection) -> Result<PartialFile, TranscodeError> {
    let size = std::fs::metadata(partial.path())
        .map_err(TranscodeError::Write)?
        .len();
    let clip = clip::probe_file(partial.path()).map_err(TranscodeError::Unreadable)?;
    let broken = clip::findings(&clip, size, &inspection.limits);
    match broken
        .into_iter()
        .find(|finding| inspection.chosen.contains(&finding.rule))
    {
        Some(finding) => Err(TranscodeError::StillUnfit {
            rule: finding.rule.as_str(),
            found: finding.found,
        }),
        None => Ok(partial),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TranscodeError> + Send + 'static,
) -> Result<T, TranscodeError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(TranscodeError::Write(std::io::Error::other(error))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_the_time_left() {
        let ten = Duration::from_secs(10);
        let partial = progress(Duration::from_secs(5), ten, Duration::from_secs(3));
        assert_eq!(
            (partial.fraction, partial.seconds_left),
            (Some(0.5), Some(3))
        );
        let started = progress(Duration::ZERO, ten, Duration::ZERO);
        assert_eq!((started.fraction, started.seconds_left), (Some(0.0), None));
        let over = progress(Duration::from_secs(11), ten, ten);
        assert_eq!((over.fraction, over.seconds_left), (Some(1.0), Some(0)));
        assert_eq!(progress(ten, Duration::ZERO, ten).seconds_left, None);
    }
}
