//! Making a draft's file fit: what can be done, doing it, stopping it.

use slipway_core::views::{Fit, FitChoice};

use super::Engine;
use crate::engine::EngineError;

impl Engine {
    /// What can be done about a post's file, and what would be done with this choice.
    pub async fn fit(&self, id: &str, choice: &FitChoice) -> Result<Fit, EngineError> {
        Ok(self.transcoder.options(id, choice).await?)
    }

    /// Makes a file that fits of a draft's, or of a post's that failed for its file; the post then goes on with that
    /// one, as a draft. Returns at once: [`Event::FitProgress`](slipway_core::views::Event) tells how far it is, and
    /// [`Event::FitEnded`](slipway_core::views::Event) how it ended.
    pub async fn make_fit(&self, id: &str, choice: &FitChoice) -> Result<(), EngineError> {
        let work = self.transcoder.begin(id, choice, &self.stop).await?;
        self.tasks.spawn(work);
        Ok(())
    }

    /// Stops it; where nothing is under way, nothing happens.
    pub fn cancel_fit(&self, id: &str) {
        self.transcoder.cancel(id);
    }
}
