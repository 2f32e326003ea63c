//! Months in which clocks change: each post is published once, at the instant that its creator meant, although the
//! computer sleeps, Slipway is closed, and the clock is set.
//!
//! The instants are written by hand, from the calendars of the two places. In 2026 New York's clocks go forward on 8
//! March and back on 1 November, Vienna's go forward on 29 March and back on 25 October.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use slipway_engine::views::{
    ClockChange, LocalMoment, PostSettings, PostState, Schedule, Settings, Weekday, WeeklySlot,
};
use slipway_tests::stage::{Running, Stage, TestClock, public, sha256};

const VIENNA: &str = "Europe/Vienna";
const NEW_YORK: &str = "America/New_York";

/// The maximum delay of a post without a reason.
const ON_TIME: SignedDuration = SignedDuration::from_mins(1);

/// An event around the moment of a post.
#[derive(Debug, Clone, Copy)]
enum Meanwhile {
    /// No event.
    Awake,
    /// The computer sleeps until this many minutes after the moment.
    Asleep(i64),
    /// Slipway is closed until this many minutes after the moment.
    Closed(i64),
    /// Slipway is closed until this many hours after the moment, beyond the grace period. The creator is asked and
    /// agrees.
    ClosedTooLong(i64),
    /// Just before the moment, the clock is set back by this many hours. It is set right 20 minutes after the moment.
    SetBack(i64),
    /// Two hours before the moment, the clock is set forward by this many hours, so that the moment seems long past.
    /// The creator is asked, sets the clock right, and resumes the post.
    SetForward(i64),
    /// After the moment, the clock is set back by this many hours, so that the moment occurs again.
    ComesTwice(i64),
}
use Meanwhile::{Asleep, Awake, Closed, ClosedTooLong, ComesTwice, SetBack, SetForward};

/// A post, the instant that its moment means, and the event around it.
type Row = (&'static str, &'static str, Meanwhile);

#[tokio::test(flavor = "multi_thread")]
async fn march() {
    let mut month = Month::begin("2026-03-02T09:00:00Z", VIENNA).await;
    // Monday, Wednesday and Friday at 18:30, Sunday at 02:30.
    let slots = [
        (Weekday::Monday, "18:30"),
        (Weekday::Wednesday, "18:30"),
        (Weekday::Friday, "18:30"),
        (Weekday::Sunday, "02:30"),
    ];
    month.slots("ada", &slots).await;
    for _ in 0..17 {
        month.next_slot("ada").await;
    }
    for (moment, change) in [
        ("2026-03-07T12:00", ClockChange::None),
        // New York's clocks skip this time on that night: an hour later.
        ("2026-03-08T02:30", ClockChange::Skipped),
        ("2026-03-09T12:00", ClockChange::None),
        // In New York this night is a normal one.
        ("2026-03-29T02:30", ClockChange::None),
        ("2026-03-31T23:59", ClockChange::None),
    ] {
        month.moment("cleo", moment, NEW_YORK, change).await;
    }
    let table: [Row; 22] = [
        ("ada 1", "2026-03-02T17:30:00Z", Awake),
        ("ada 2", "2026-03-04T17:30:00Z", Asleep(40)),
        ("ada 3", "2026-03-06T17:30:00Z", Closed(30)),
        ("cleo 1", "2026-03-07T17:00:00Z", ComesTwice(3)),
        ("ada 4", "2026-03-08T01:30:00Z", Awake),
        ("cleo 2", "2026-03-08T07:30:00Z", Asleep(15)),
        ("cleo 3", "2026-03-09T16:00:00Z", Awake),
        ("ada 5", "2026-03-09T17:30:00Z", Awake),
        ("ada 6", "2026-03-11T17:30:00Z", ClosedTooLong(5)),
        ("ada 7", "2026-03-13T17:30:00Z", SetBack(3)),
        ("ada 8", "2026-03-15T01:30:00Z", SetForward(9)),
        ("ada 9", "2026-03-16T17:30:00Z", ComesTwice(24)),
        ("ada 10", "2026-03-18T17:30:00Z", Awake),
        ("ada 11", "2026-03-20T17:30:00Z", Closed(59)),
        ("ada 12", "2026-03-22T01:30:00Z", Asleep(59)),
        ("ada 13", "2026-03-23T17:30:00Z", Awake),
        ("ada 14", "2026-03-25T17:30:00Z", SetForward(4)),
        ("ada 15", "2026-03-27T17:30:00Z", Awake),
        // Vienna's clocks skip 02:30 on that night: 03:30, in summer time.
        ("ada 16", "2026-03-29T01:30:00Z", Asleep(5)),
        ("cleo 4", "2026-03-29T06:30:00Z", Awake),
        ("ada 17", "2026-03-30T16:30:00Z", SetBack(1)),
        ("cleo 5", "2026-04-01T03:59:00Z", ClosedTooLong(30)),
    ];
    month.live_through(&table).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn october_and_november() {
    let mut month = Month::begin("2026-10-19T12:00:00Z", NEW_YORK).await;
    // Tuesday and Thursday at 20:00, Sunday at 01:30.
    let slots = [
        (Weekday::Tuesday, "20:00"),
        (Weekday::Thursday, "20:00"),
        (Weekday::Sunday, "01:30"),
    ];
    month.slots("cleo", &slots).await;
    for _ in 0..9 {
        month.next_slot("cleo").await;
    }
    for (moment, change) in [
        ("2026-10-24T20:00", ClockChange::None),
        // Vienna's clocks show this time twice on that night: the first one counts.
        ("2026-10-25T02:30", ClockChange::Repeated),
        ("2026-10-25T03:30", ClockChange::None),
        ("2026-11-01T02:30", ClockChange::None),
        ("2026-11-02T20:00", ClockChange::None),
    ] {
        month.moment("ada", moment, VIENNA, change).await;
    }
    let table: [Row; 14] = [
        ("cleo 1", "2026-10-21T00:00:00Z", Awake),
        ("cleo 2", "2026-10-23T00:00:00Z", Asleep(30)),
        ("ada 1", "2026-10-24T18:00:00Z", Awake),
        // An hour later it is 02:30 again: the post is not published again.
        ("ada 2", "2026-10-25T00:30:00Z", ComesTwice(1)),
        ("ada 3", "2026-10-25T02:30:00Z", Awake),
        ("cleo 3", "2026-10-25T05:30:00Z", Closed(45)),
        ("cleo 4", "2026-10-28T00:00:00Z", SetForward(6)),
        ("cleo 5", "2026-10-30T00:00:00Z", ClosedTooLong(2)),
        ("ada 4", "2026-11-01T01:30:00Z", Awake),
        // New York's clocks show this time twice on that night: the first one, in summer time, counts.
        ("cleo 6", "2026-11-01T05:30:00Z", ComesTwice(1)),
        ("ada 5", "2026-11-02T19:00:00Z", SetBack(5)),
        ("cleo 7", "2026-11-04T01:00:00Z", Awake),
        ("cleo 8", "2026-11-06T01:00:00Z", Asleep(50)),
        ("cleo 9", "2026-11-08T06:30:00Z", Awake),
    ];
    month.live_through(&table).await;
}

/// A month of a computer with two accounts.
struct Month {
    stage: Stage,
    app: Option<Running>,
    /// The caption and the id of each post.
    posts: Vec<(String, String)>,
}

impl Month {
    async fn begin(start: &str, zone: &str) -> Self {
        let clock = TestClock::skipping(start.parse().unwrap());
        let stage = Stage::builder().clock(clock).build().await;
        let app = stage.engine().await;
        for creator in ["ada", "cleo"] {
            app.connect(creator).await;
        }
        let settings = Settings {
            time_zone: Some(zone.to_owned()),
            ..app.engine.settings()
        };
        app.engine.update_settings(&settings).await.unwrap();
        Self {
            stage,
            app: Some(app),
            posts: Vec::new(),
        }
    }

    fn app(&self) -> &Running {
        self.app.as_ref().unwrap()
    }

    async fn account(&self, creator: &str) -> String {
        let nickname = match creator {
            "ada" => "Ada Lindqvist",
            _ => "Cleo Marchetti",
        };
        let accounts = self.app().engine.accounts().await.unwrap();
        let account = accounts
            .into_iter()
            .find(|one| one.display_name == nickname);
        account.unwrap().id
    }

    async fn slots(&self, creator: &str, slots: &[(Weekday, &str)]) {
        let slots: Vec<WeeklySlot> = slots
            .iter()
            .map(|(weekday, time)| WeeklySlot {
                weekday: *weekday,
                time: (*time).to_owned(),
            })
            .collect();
        let account = self.account(creator).await;
        self.app().engine.set_slots(&account, &slots).await.unwrap();
    }

    /// Adds a draft of this creator, numbered among the creator's drafts.
    async fn draft(&mut self, creator: &str) -> String {
        let place = self
            .posts
            .iter()
            .filter(|(caption, _)| caption.starts_with(creator))
            .count();
        let caption = format!("{creator} {}", place + 1);
        let path = self.stage.video(&format!("{caption}.mp4"), 0);
        let settings = PostSettings {
            account_id: Some(self.account(creator).await),
            ..public(&caption)
        };
        let id = self.app().draft(&path).await;
        self.app().engine.update_post(&id, &settings).await.unwrap();
        self.posts.push((caption, id.clone()));
        id
    }

    async fn next_slot(&mut self, creator: &str) {
        let id = self.draft(creator).await;
        self.app().engine.schedule_next_slot(&id).await.unwrap();
    }

    async fn moment(&mut self, creator: &str, date_time: &str, zone: &str, change: ClockChange) {
        let id = self.draft(creator).await;
        let moment = LocalMoment {
            date_time: date_time.to_owned(),
            zone: zone.to_owned(),
        };
        let seen = self.app().engine.preview_moment(&moment).unwrap();
        assert_eq!(seen.change, change, "{moment:?}");
        let post = self.app().engine.schedule_post(&id, &moment).await.unwrap();
        let schedule: Schedule = post.schedule.unwrap();
        assert_eq!(schedule.moment, moment);
    }

    /// Goes through the events post by post, and asserts at the end that TikTok got exactly the posts of the table.
    async fn live_through(mut self, table: &[Row]) {
        assert_eq!(self.posts.len(), table.len());
        for (caption, due, meanwhile) in table {
            let due: Timestamp = due.parse().unwrap();
            let found = self.posts.iter().find(|(name, _)| name == caption);
            let id = found.unwrap().1.clone();
            let planned = self.app().engine.post(&id).await.unwrap();
            assert_eq!(planned.state, PostState::Scheduled, "{caption}");
            let latest = self.live(&id, due, *meanwhile).await;
            let began = self.began(caption);
            assert!(
                began >= due && began <= latest,
                "{caption}: {began} instead of {due} ({meanwhile:?})\n{}",
                self.app().history(&id).await
            );
            assert_eq!(
                self.stage.sandbox.publishes().len(),
                1 + table.iter().position(|row| row.0 == *caption).unwrap(),
                "{caption}: nothing else went out"
            );
        }
        // A week in which nothing may happen.
        self.stage.clock.advance(Duration::from_hours(7 * 24));
        self.restart(Duration::ZERO).await;
        let posts = self.stage.sandbox.posts();
        assert_eq!(posts.len(), table.len());
        for (caption, id) in &self.posts {
            let post = self.app().engine.post(id).await.unwrap();
            assert_eq!(post.state, PostState::Published, "{caption}");
            let seen: Vec<_> = posts
                .iter()
                .filter(|post| post.caption.as_ref() == Some(caption))
                .collect();
            assert_eq!(seen.len(), 1, "{caption}");
            assert_eq!(seen[0].sha256, sha256(&post.path), "{caption}");
        }
    }

    /// Goes through one moment, and returns the latest instant at which the post may have started.
    async fn live(&mut self, id: &str, due: Timestamp, meanwhile: Meanwhile) -> Timestamp {
        match meanwhile {
            Awake => {
                self.to(due);
                self.app().published(id).await;
                due + ON_TIME
            }
            Asleep(minutes) => {
                let woken = due + SignedDuration::from_mins(minutes);
                self.to(woken);
                self.app().published(id).await;
                woken + ON_TIME
            }
            Closed(minutes) => {
                let opened = due + SignedDuration::from_mins(minutes);
                self.restart(self.until(opened)).await;
                self.app().published(id).await;
                opened + ON_TIME
            }
            ClosedTooLong(hours) => {
                let opened = due + SignedDuration::from_hours(hours);
                self.restart(self.until(opened)).await;
                self.asked(id).await;
                self.app().engine.resume_post(id).await.unwrap();
                self.app().published(id).await;
                opened + ON_TIME
            }
            SetBack(hours) => {
                self.to(due - SignedDuration::from_mins(15));
                let clock = &self.stage.clock;
                clock.set_wrong_by(-SignedDuration::from_hours(hours));
                self.to(due + SignedDuration::from_mins(20));
                let post = self.app().engine.post(id).await.unwrap();
                assert_eq!(post.state, PostState::Scheduled, "by the wrong clock");
                clock.set_wrong_by(SignedDuration::ZERO);
                self.app().published(id).await;
                due + SignedDuration::from_mins(21)
            }
            SetForward(hours) => {
                self.to(due - SignedDuration::from_hours(2));
                let clock = &self.stage.clock;
                clock.set_wrong_by(SignedDuration::from_hours(hours));
                self.asked(id).await;
                clock.set_wrong_by(SignedDuration::ZERO);
                let post = self.app().engine.resume_post(id).await.unwrap();
                assert_eq!(post.state, PostState::Scheduled, "its moment is to come");
                self.to(due);
                self.app().published(id).await;
                due + ON_TIME
            }
            ComesTwice(hours) => {
                self.to(due);
                self.app().published(id).await;
                let clock = &self.stage.clock;
                clock.set_wrong_by(-SignedDuration::from_hours(hours));
                clock.advance(Duration::from_hours(hours.unsigned_abs()));
                self.restart(Duration::from_mins(30)).await;
                self.stage.clock.set_wrong_by(SignedDuration::ZERO);
                due + ON_TIME
            }
        }
    }

    /// The time at which TikTok got the request for the post's upload. There must be exactly one.
    fn began(&self, caption: &str) -> Timestamp {
        let publishes = self.stage.sandbox.publishes();
        let own: Vec<_> = publishes
            .iter()
            .filter(|publish| publish.settings.caption.as_deref() == Some(caption))
            .collect();
        assert_eq!(own.len(), 1, "{caption}");
        own[0].created_at
    }

    /// The time until then, by TikTok's clock.
    fn until(&self, instant: Timestamp) -> Duration {
        let now = self.stage.clock.true_time();
        Duration::try_from(instant.duration_since(now)).unwrap()
    }

    /// Moves the clock to shortly after that instant, in one step.
    fn to(&self, instant: Timestamp) {
        let step = self.until(instant) + Duration::from_secs(1);
        self.stage.clock.advance(step);
    }

    /// Closes Slipway and opens it again after this time.
    async fn restart(&mut self, later: Duration) {
        self.app.take().unwrap().engine.close().await;
        self.stage.clock.advance(later);
        self.app = Some(self.stage.engine().await);
    }

    async fn asked(&self, id: &str) {
        let post = self
            .app()
            .until(id, "asked about", |state| {
                matches!(state, PostState::Paused { notice: Some(_) })
            })
            .await;
        let PostState::Paused {
            notice: Some(notice),
        } = post.state
        else {
            unreachable!()
        };
        assert_eq!(notice.code, "post.missed");
    }
}
