//! Schedule, slots, forecast, settings, the pause switch and the status.

use std::time::Duration;

use slipway_accounts::accounts;
use slipway_core::{
    clock,
    views::{
        AppStatus, AwayReport, Event, Forecast, LocalMoment, Post, PostMode, Schedule, Settings,
        WeeklySlot,
    },
};

use super::Engine;
use crate::{engine::EngineError, schedule};

impl Engine {
    /// Resolves a local time to an instant, and reports the effect of clock changes.
    pub fn preview_moment(&self, moment: &LocalMoment) -> Result<Schedule, EngineError> {
        Ok(self.planner.resolve(moment)?.view())
    }

    /// Schedules a post for a local time.
    pub async fn schedule_post(&self, id: &str, moment: &LocalMoment) -> Result<Post, EngineError> {
        Ok(self.planner.schedule(id, moment).await?)
    }

    /// Schedules a post for its account's next free weekly slot.
    pub async fn schedule_next_slot(&self, id: &str) -> Result<Post, EngineError> {
        Ok(self.planner.next_slot(id).await?)
    }

    /// Returns the account's next free weekly slot, or `None` without slots.
    pub async fn next_slot(&self, account_id: &str) -> Result<Option<Schedule>, EngineError> {
        let next = self.planner.free_slot(account_id, None).await?;
        Ok(next.map(|next| next.view()))
    }

    /// Returns the weekly slots of an account.
    pub async fn slots(&self, account_id: &str) -> Result<Vec<WeeklySlot>, EngineError> {
        let slots = self.slots.slots(account_id).await?;
        Ok(slots.into_iter().map(WeeklySlot::from).collect())
    }

    /// Replaces the weekly slots of an account.
    pub async fn set_slots(
        &self,
        account_id: &str,
        slots: &[WeeklySlot],
    ) -> Result<Vec<WeeklySlot>, EngineError> {
        if self.accounts.get(account_id).await?.is_none() {
            return Err(EngineError::NoSuchAccount);
        }
        self.slots.set_slots(account_id, slots).await?;
        self.slots(account_id).await
    }

    /// Forecasts TikTok's daily limits for one more post at a time (RFC 3339), or now.
    pub async fn forecast(
        &self,
        account_id: &str,
        mode: PostMode,
        at: Option<&str>,
    ) -> Result<Forecast, EngineError> {
        let now = self.clock.now();
        let at = at.and_then(|at| at.parse().ok()).unwrap_or(now);
        let day = Duration::from_hours(24);
        let since = clock::before(now.min(at), day);
        let mut posts = self.posts.sent_since(account_id, since).await?;
        posts.extend(self.posts.coming(account_id, now).await?);
        Ok(schedule::forecast(&posts, mode, at))
    }

    /// Returns the settings.
    pub fn settings(&self) -> Settings {
        self.settings.borrow().clone()
    }

    /// Validates and stores the settings.
    pub async fn update_settings(&self, settings: &Settings) -> Result<Settings, EngineError> {
        self.settings_store.save(settings, self.clock.now()).await?;
        self.settings.send_replace(settings.clone());
        self.events.send(Event::SettingsChanged {
            settings: settings.clone(),
        });
        Ok(settings.clone())
    }

    /// Returns the IANA names of all time zones.
    pub fn time_zones(&self) -> Vec<String> {
        schedule::zone_names()
    }

    /// Returns the IANA name of the system's time zone.
    pub fn system_time_zone(&self) -> String {
        schedule::system_zone()
            .iana_name()
            .unwrap_or("UTC")
            .to_owned()
    }

    /// Returns the status of the engine.
    pub fn status(&self) -> AppStatus {
        self.status_board.view()
    }

    /// Returns what happened while Slipway was closed or the computer slept.
    pub fn away(&self) -> AwayReport {
        self.away.report()
    }

    /// Dismisses the summary of the absence.
    pub fn dismiss_away(&self) {
        self.away.dismiss();
    }

    /// Dismisses a notice.
    pub async fn dismiss_notice(&self, code: &str) -> Result<(), EngineError> {
        self.database.dismiss(code).await?;
        accounts::dismiss_warning(&self.accounts, code).await?;
        self.status_board.dismiss(code);
        Ok(())
    }

    /// Pauses all posts until [`Engine::resume_all`], across restarts. TikTok continues to process videos that it has.
    pub async fn pause_all(&self) -> Result<(), EngineError> {
        self.set_paused(true).await
    }

    /// Resumes all posts.
    pub async fn resume_all(&self) -> Result<(), EngineError> {
        self.set_paused(false).await
    }

    async fn set_paused(&self, paused: bool) -> Result<(), EngineError> {
        self.settings_store.set_paused(paused).await?;
        self.paused.send_replace(paused);
        self.status_board.change(|status| status.paused = paused);
        Ok(())
    }
}
