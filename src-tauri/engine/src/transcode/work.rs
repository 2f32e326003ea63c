//! One job, from its turn in line to the post that has the new file.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clip::repair::Plan;
use slipway_core::views::{Event, FitChoice, FitProgress, PostState};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::{FitError, Fitter, Looked, look, place::Half};
use crate::{posts, videos};

impl Fitter {
    /// Makes the file and gives it to the post; answers its name.
    pub(super) async fn carry_out(
        &self,
        id: &str,
        choice: &FitChoice,
        cancel: &CancellationToken,
    ) -> Result<String, FitError> {
        let work = async {
            let Some(_turn) = cancel.run_until_cancelled(self.turn.lock()).await else {
                return Err(FitError::Cancelled.into());
            };
            self.make(id, choice, cancel).await
        };
        tokio::pin!(work);
        tokio::select! {
            ended = &mut work => ended,
            () = self.moved_on(id) => {
                // It ends by itself, with nothing left behind.
                cancel.cancel();
                work.await
            }
        }
    }

    async fn make(
        &self,
        id: &str,
        choice: &FitChoice,
        cancel: &CancellationToken,
    ) -> Result<String, FitError> {
        // What was true when it got in line may no longer be.
        let row = self.editable(id).await?;
        let looked = look(&row, choice).await?;
        let abilities = self.ffmpeg.abilities().await?;
        let plan = looked.plan(&abilities)?;
        let (place, source, needed) = (
            self.place.clone(),
            looked.path.clone(),
            plan.expected_size(),
        );
        let half = blocking(move || place.begin(&source, needed)).await?;
        self.run(id, &plan, &looked.path, half.path(), cancel)
            .await?;
        let half = blocking(move || check(half, &looked)).await?;
        let made = posts::examine_in_background(half.path().to_owned())
            .await
            .map_err(FitError::File)?;
        let now = self.clock.now().as_millisecond();
        let video = videos::enter_made(&self.posts.pool, &made, row.video_id, now).await?;
        // From here on it is too late to stop: what follows takes moments.
        let source = PathBuf::from(&row.path);
        let path = blocking(move || half.finish(&source)).await?;
        let file = posts::examine_in_background(path.clone())
            .await
            .map_err(FitError::File)?;
        let _lock = self.service.lock(id).await;
        if let Err(error) = self.posts.use_fitted_file(id, &file, video).await {
            // The post went on without it: nobody asked for this file any more.
            if let Err(error) = tokio::fs::remove_file(&path).await {
                tracing::warn!(%error, "[Fit] Remove failed");
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
        half: &Path,
        cancel: &CancellationToken,
    ) -> Result<(), FitError> {
        let lasts = plan.expected().duration;
        let began = self.clock.uptime();
        self.tell(id, far(Duration::ZERO, lasts, Duration::ZERO));
        let told = |done| {
            let took = self.clock.uptime().saturating_sub(began);
            self.tell(id, far(done, lasts, took));
        };
        self.ffmpeg.run(plan, source, half, cancel, told).await
    }

    /// Ends when the post is gone or has left the states in which its file may be exchanged.
    async fn moved_on(&self, id: &str) {
        let mut events = self.events.subscribe();
        loop {
            match events.recv().await {
                Ok(Event::PostRemoved { id: gone }) if gone == id => return,
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

/// How far it is when so much of the result is done.
fn far(done: Duration, lasts: Duration, took: Duration) -> FitProgress {
    if lasts.is_zero() {
        return FitProgress {
            fraction: Some(0.0),
            seconds_left: None,
        };
    }
    let fraction = (done.as_secs_f64() / lasts.as_secs_f64()).clamp(0.0, 1.0);
    // The first moments say nothing about the rest.
    let left = (fraction > 0.01).then(|| took.as_secs_f64() * (1.0 - fraction) / fraction);
    FitProgress {
        fraction: Some(fraction),
        seconds_left: left
            .and_then(|left| Duration::try_from_secs_f64(left).ok())
            .map(|left| left.as_secs() + u64::from(left.subsec_nanos() > 0)),
    }
}

/// Whether the result keeps what it was made for. Blocks: it reads from disk.
fn check(half: Half, looked: &Looked) -> Result<Half, FitError> {
    let size = std::fs::metadata(half.path())
        .map_err(FitError::Write)?
        .len();
    let clip = clip::probe_file(half.path()).map_err(FitError::Unreadable)?;
    let broken = clip::findings(&clip, size, &looked.limits);
    match broken
        .into_iter()
        .find(|finding| looked.chosen.contains(&finding.rule))
    {
        Some(finding) => Err(FitError::StillUnfit {
            found: finding.found,
        }),
        None => Ok(half),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FitError> + Send + 'static,
) -> Result<T, FitError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(FitError::Write(std::io::Error::other(error))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_from_the_time_taken() {
        let ten = Duration::from_secs(10);
        let half = far(Duration::from_secs(5), ten, Duration::from_secs(3));
        assert_eq!((half.fraction, half.seconds_left), (Some(0.5), Some(3)));
        let begun = far(Duration::ZERO, ten, Duration::ZERO);
        assert_eq!((begun.fraction, begun.seconds_left), (Some(0.0), None));
        let over = far(Duration::from_secs(11), ten, ten);
        assert_eq!((over.fraction, over.seconds_left), (Some(1.0), Some(0)));
        assert_eq!(far(ten, Duration::ZERO, ten).seconds_left, None);
    }
}
