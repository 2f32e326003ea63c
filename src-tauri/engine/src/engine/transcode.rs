//! Transcodes the file of a draft: options, start and cancellation.

use slipway_core::views::{TranscodeChoice, TranscodeOptions};

use super::Engine;
use crate::engine::EngineError;

impl Engine {
    /// Returns the possible repairs of a post's file, and the plan for this choice.
    pub async fn transcode_options(
        &self,
        id: &str,
        choice: &TranscodeChoice,
    ) -> Result<TranscodeOptions, EngineError> {
        Ok(self.transcoder.options(id, choice).await?)
    }

    /// Starts to transcode the file of a draft, or of a post that failed because of its file. The post then continues with
    /// the output, as a draft. Returns at once: [`Event::TranscodeProgress`](slipway_core::views::Event) reports the
    /// progress, and [`Event::TranscodeEnded`](slipway_core::views::Event) the result.
    pub async fn transcode(&self, id: &str, choice: &TranscodeChoice) -> Result<(), EngineError> {
        let work = self.transcoder.begin(id, choice, &self.stop).await?;
        self.tasks.spawn(work);
        Ok(())
    }

    /// Cancels the job of a post, if there is one.
    pub fn cancel_transcode(&self, id: &str) {
        self.transcoder.cancel(id);
    }
}
