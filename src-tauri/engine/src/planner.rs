//! Plans posts: queues them at once, or schedules them at a time, at the next free slot or on the next free day.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use jiff::{Timestamp, ToSpan, civil::Date};
use slipway_accounts::accounts::{AccountStore, account_gone};
use slipway_core::{
    clock::{self, Clock},
    notice::Explain,
    views::{Account, LocalMoment, Notice, Post, Settings},
};
use slipway_store::database::DatabaseFault;
use tokio::sync::{Mutex, watch::Receiver};

use crate::{
    posts::{self, Incomplete, PostError, PostRow, PostService, PostStore},
    schedule::{self, Resolved, ScheduleError, SlotStore},
    settings::zone,
};

/// The reason why a post was not queued or scheduled.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The account does not exist any more.
    #[error("[Accounts] Find failed: no such account")]
    NoSuchAccount,
    /// The post lacks something that TikTok requires.
    #[error("[Posts] Submit failed: {0:?}")]
    Incomplete(Incomplete),
    /// The moment or the slot cannot be used.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The post could not be read or changed.
    #[error(transparent)]
    Post(#[from] PostError),
    /// The database refused the operation.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
}

/// Queues and schedules complete posts.
#[derive(Debug)]
pub(crate) struct Planner {
    pub(crate) posts: PostStore,
    pub(crate) accounts: AccountStore,
    pub(crate) slots: SlotStore,
    pub(crate) service: Arc<PostService>,
    pub(crate) settings: Receiver<Settings>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Locked while a slot or a day is chosen, so that two posts never take the same one.
    pub(crate) choosing: Mutex<()>,
}

impl Planner {
    /// Queues a post as soon as possible.
    pub(crate) async fn submit(&self, id: &str) -> Result<Post, PlanError> {
        let account = self.complete(&self.posts.get(id).await?).await?;
        let _lock = self.service.lock(id).await;
        self.posts.submit(id, &account.display_name).await?;
        Ok(self.service.transitioned(id).await?)
    }

    /// Schedules a post at a moment.
    pub(crate) async fn schedule(&self, id: &str, moment: &LocalMoment) -> Result<Post, PlanError> {
        let resolved = self.resolve(moment)?;
        let account = self.complete(&self.posts.get(id).await?).await?;
        self.schedule_at(id, &account, &resolved).await
    }

    /// Schedules a post at its account's next free weekly slot.
    pub(crate) async fn next_slot(&self, id: &str) -> Result<Post, PlanError> {
        let _choosing = self.choosing.lock().await;
        let account = self.complete(&self.posts.get(id).await?).await?;
        let resolved = self
            .free_slot(&account.id, Some(id))
            .await?
            .ok_or(ScheduleError::NoSlots)?;
        self.schedule_at(id, &account, &resolved).await
    }

    /// Schedules a post at this time of day, on the next day without another scheduled post of its account.
    pub(crate) async fn daily(&self, id: &str, time: &str) -> Result<Post, PlanError> {
        let time_of_day = schedule::time_of_day(time)?;
        let _choosing = self.choosing.lock().await;
        let account = self.complete(&self.posts.get(id).await?).await?;
        let zone = zone(&self.settings.borrow());
        let now = self.clock.now();
        let taken = self.posts.moments(&account.id, Some(id)).await?;
        let taken: BTreeSet<Date> = taken
            .into_iter()
            .map(|at| zone.to_datetime(at).date())
            .collect();
        let mut day = zone.to_datetime(now).date();
        loop {
            let resolved = schedule::resolve_in(day.to_datetime(time_of_day), &zone)
                .ok_or(ScheduleError::Past)?;
            if resolved.instant > now && !taken.contains(&day) {
                schedule::check(resolved.instant, now)?;
                return self.schedule_at(id, &account, &resolved).await;
            }
            day = day
                .checked_add(1.day())
                .map_err(|_| ScheduleError::TooFarAhead {
                    max: schedule::MAX_AHEAD,
                })?;
        }
    }

    /// The account of a complete post. Fails if the post lacks something that TikTok requires.
    pub(crate) async fn complete(&self, row: &PostRow) -> Result<Account, PlanError> {
        let account = match &row.account_id {
            None => None,
            Some(account) => self.accounts.get(account).await?,
        };
        let account = account.as_ref().map(|row| row.view(self.clock.now()));
        posts::check_complete(&row.settings(), &row.findings()?, account.as_ref())
            .map_err(PlanError::Incomplete)?;
        account.ok_or(PlanError::NoSuchAccount)
    }

    /// The account's next free weekly slot. The slot of the post `except` counts as free.
    pub(crate) async fn free_slot(
        &self,
        account: &str,
        except: Option<&str>,
    ) -> Result<Option<Resolved>, PlanError> {
        let slots = self.slots.slots(account).await?;
        let now = self.clock.now();
        let day = Duration::from_hours(24);
        let mut taken: Vec<Timestamp> = self.posts.planned(account, except).await?;
        let sent = self
            .posts
            .sent_since(account, clock::before(now, day))
            .await?;
        taken.extend(sent.into_iter().map(|(at, _)| at));
        let settings = self.settings.borrow().clone();
        let spacing = Duration::from_mins(u64::from(settings.spacing_minutes));
        let zone = zone(&settings);
        Ok(schedule::next_free(&slots, &zone, now, &taken, spacing))
    }

    /// The instant of a moment. Fails if no post can be scheduled at it.
    pub(crate) fn resolve(&self, moment: &LocalMoment) -> Result<Resolved, PlanError> {
        let resolved = schedule::resolve(moment)?;
        schedule::check(resolved.instant, self.clock.now())?;
        Ok(resolved)
    }

    async fn schedule_at(
        &self,
        id: &str,
        account: &Account,
        resolved: &Resolved,
    ) -> Result<Post, PlanError> {
        let (moment, due) = (resolved.moment(), resolved.instant);
        let _lock = self.service.lock(id).await;
        self.posts
            .schedule(id, &moment, due, &account.display_name)
            .await?;
        Ok(self.service.transitioned(id).await?)
    }
}

impl Explain for PlanError {
    fn explain(&self) -> Notice {
        match self {
            Self::NoSuchAccount => account_gone(),
            Self::Incomplete(error) => error.explain(),
            Self::Schedule(error) => error.explain(),
            Self::Post(error) => error.explain(),
            Self::Database(error) => DatabaseFault::of(error).explain(),
        }
    }
}
