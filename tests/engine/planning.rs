//! Scheduled posts: they are published once at their moment, late ones are asked about, and slots and spacing separate
//! them.

use std::time::Duration;

use jiff::Timestamp;
use slipway_engine::views::{
    AwayItem, LocalMoment, Post, PostSettings, PostState, Schedule, Settings, WaitReason, Weekday,
    WeeklySlot,
};
use slipway_tests::stage::{Running, Stage, public};

const HOUR: Duration = Duration::from_hours(1);

async fn draft(app: &Running, stage: &Stage, account: &str, name: &str) -> String {
    let path = stage.video(name, 0);
    app.draft_with(account, &path, public("on time")).await
}

fn at(schedule: Option<&Schedule>) -> Timestamp {
    schedule.unwrap().at.parse().unwrap()
}

async fn asked(app: &Running, id: &str) -> Post {
    app.until(id, "asked about", |state| {
        matches!(state, PostState::Paused { notice: Some(_) })
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_post_goes_out_at_its_moment_and_not_before() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = draft(&app, &stage, &ada.id, "a.mp4").await;
    let moment = stage.moment_in(5 * HOUR);
    let post = app.engine.schedule_post(&id, &moment).await.unwrap();
    assert_eq!(post.state, PostState::Scheduled);
    let due = at(post.schedule.as_ref());

    stage.clock.advance(4 * HOUR);
    assert_eq!(app.state(&id).await, PostState::Scheduled);
    assert!(stage.sandbox.posts().is_empty());
    stage.clock.advance(HOUR);
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    let history = app.engine.post_history(&id).await.unwrap();
    let began = history
        .iter()
        .find(|line| line.message.code == "history.due");
    assert!(began.unwrap().at.parse::<Timestamp>().unwrap() >= due);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_moment_is_kept_within_the_grace_period_and_asked_about_after_it() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let soon = draft(&app, &stage, &ada.id, "soon.mp4").await;
    let missed = draft(&app, &stage, &ada.id, "missed.mp4").await;
    let now = |hours: u32| stage.moment_in(hours * HOUR);
    app.engine.schedule_post(&missed, &now(2)).await.unwrap();
    app.engine.schedule_post(&soon, &now(4)).await.unwrap();
    app.engine.close().await;

    stage.clock.advance(4 * HOUR + Duration::from_mins(40));
    let app = stage.engine().await;
    app.published(&soon).await;
    let post = asked(&app, &missed).await;
    let PostState::Paused {
        notice: Some(notice),
    } = post.state
    else {
        unreachable!()
    };
    assert_eq!(notice.code, "post.missed");
    assert_eq!(
        stage.sandbox.posts().len(),
        1,
        "the other one was not posted late"
    );

    // The creator chooses: now.
    app.engine.resume_post(&missed).await.unwrap();
    app.published(&missed).await;
    assert_eq!(stage.sandbox.posts().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_post_can_get_a_new_moment_or_become_a_draft() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let (one, two) = (
        draft(&app, &stage, &ada.id, "one.mp4").await,
        draft(&app, &stage, &ada.id, "two.mp4").await,
    );
    for id in [&one, &two] {
        let moment = stage.moment_in(HOUR);
        app.engine.schedule_post(id, &moment).await.unwrap();
    }
    stage.clock.advance(9 * HOUR);
    asked(&app, &one).await;
    asked(&app, &two).await;

    let again = stage.moment_in(HOUR);
    app.engine.schedule_post(&one, &again).await.unwrap();
    let back = app.engine.unschedule_post(&two).await.unwrap();
    assert_eq!((back.state, back.schedule), (PostState::Draft, None));
    stage.clock.advance(HOUR);
    app.published(&one).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_post_can_be_moved_sent_now_or_stopped() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let mut ids = vec![];
    for name in ["moved.mp4", "now.mp4", "stopped.mp4"] {
        let id = draft(&app, &stage, &ada.id, name).await;
        let moment = stage.moment_in(2 * HOUR);
        app.engine.schedule_post(&id, &moment).await.unwrap();
        ids.push(id);
    }
    let later = stage.moment_in(20 * HOUR);
    let post = app.engine.schedule_post(&ids[0], &later).await.unwrap();
    assert_eq!(post.schedule.unwrap().moment, later);
    app.engine.submit_post(&ids[1]).await.unwrap();
    app.published(&ids[1]).await;
    let stopped = app.engine.cancel_post(&ids[2]).await.unwrap();
    assert_eq!(stopped.state, PostState::Cancelled);
    stage.clock.advance(3 * HOUR);
    assert_eq!(
        app.engine.post(&ids[0]).await.unwrap().state,
        PostState::Scheduled
    );
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn past_and_invalid_moments_are_refused_with_a_notice() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = draft(&app, &stage, &ada.id, "a.mp4").await;
    let moment = |date_time: &str, zone: &str| LocalMoment {
        date_time: date_time.into(),
        zone: zone.into(),
    };
    for bad in [
        moment("2020-01-01T10:00", "UTC"),
        moment("2027-02-30T10:00", "UTC"),
        moment("tomorrow", "UTC"),
        moment("2027-03-01T10:00", "Mars/Olympus"),
        moment("2099-03-01T10:00", "UTC"),
    ] {
        let error = app.engine.schedule_post(&id, &bad).await.unwrap_err();
        let notice = slipway_engine::Explain::explain(&error);
        assert!(notice.code.starts_with("schedule."), "{bad:?}: {notice:?}");
    }
    assert_eq!(app.state(&id).await, PostState::Draft);
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_take_the_free_slots_one_after_the_other() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = Settings {
        time_zone: Some("Europe/Vienna".into()),
        ..app.engine.settings()
    };
    app.engine.update_settings(&settings).await.unwrap();
    let slots: Vec<_> = [Weekday::Monday, Weekday::Wednesday, Weekday::Friday]
        .map(|weekday| WeeklySlot {
            weekday,
            time: "18:30".into(),
        })
        .into();
    assert_eq!(app.engine.set_slots(&ada.id, &slots).await.unwrap(), slots);
    let mut moments = vec![];
    for name in ["a.mp4", "b.mp4", "c.mp4", "d.mp4"] {
        let next = app.engine.next_slot(&ada.id).await.unwrap();
        let id = draft(&app, &stage, &ada.id, name).await;
        let post = app.engine.schedule_next_slot(&id).await.unwrap();
        assert_eq!(post.schedule, next);
        let moment = post.schedule.unwrap().moment;
        assert_eq!(moment.zone, "Europe/Vienna");
        assert!(moment.date_time.ends_with("T18:30"), "{moment:?}");
        moments.push(moment.date_time);
    }
    assert!(moments.is_sorted());
    moments.dedup();
    assert_eq!(moments.len(), 4, "{moments:?}");

    app.engine.set_slots(&ada.id, &[]).await.unwrap();
    let id = draft(&app, &stage, &ada.id, "e.mp4").await;
    assert!(app.engine.schedule_next_slot(&id).await.is_err());
    assert_eq!(app.engine.next_slot(&ada.id).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn spacing_keeps_posts_of_one_account_apart_and_no_others() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (ada, ben) = (app.connect("ada").await, app.connect("ben").await);
    app.set_spacing(120).await;
    let first = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.published(&first).await;
    let second = app.post(&ada, &stage.video("b.mp4", 0), public("")).await;
    let post = app.waits(&second, WaitReason::Spacing).await;
    assert!(matches!(
        post.state,
        PostState::Waiting { until: Some(_), .. }
    ));
    let private = PostSettings {
        privacy: Some("SELF_ONLY".into()),
        ..public("")
    };
    let other = app.post(&ben, &stage.video("c.mp4", 0), private).await;
    app.published(&other).await;
    assert_eq!(stage.sandbox.posts().len(), 2);
    stage.clock.advance(2 * HOUR);
    app.published(&second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forecast_counts_what_was_sent_and_what_is_planned() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let sent = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.published(&sent).await;
    for n in 1..=13 {
        let id = draft(&app, &stage, &ada.id, &format!("{n}.mp4")).await;
        let moment = stage.moment_in(n * HOUR);
        app.engine.schedule_post(&id, &moment).await.unwrap();
    }
    let forecast = async |hours: u32| {
        use slipway_engine::clock::Clock;
        let at = stage.clock.now().checked_add(hours * HOUR).unwrap();
        let mode = slipway_engine::views::PostMode::Direct;
        app.engine
            .forecast(&ada.id, mode, Some(&at.to_string()))
            .await
            .unwrap()
    };
    let now = forecast(0).await;
    assert_eq!((now.direct_posts, now.direct_posts_typical), (2, 15));
    assert_eq!(now.notice, None);
    let full = forecast(14).await;
    assert_eq!(full.direct_posts, 15);
    assert!(full.notice.is_some());
    let day_after = forecast(38).await;
    assert_eq!(day_after.direct_posts, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absence_is_summed_up_with_the_late_and_the_missed_posts() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let late = draft(&app, &stage, &ada.id, "late.mp4").await;
    let missed = draft(&app, &stage, &ada.id, "missed.mp4").await;
    let at = |hours: u32| stage.moment_in(hours * HOUR);
    app.engine.schedule_post(&missed, &at(2)).await.unwrap();
    app.engine.schedule_post(&late, &at(4)).await.unwrap();
    assert_eq!(app.engine.away().items, []);
    app.engine.close().await;

    stage.clock.advance(4 * HOUR + Duration::from_mins(12));
    let app = stage.engine().await;
    app.published(&late).await;
    asked(&app, &missed).await;
    let found: Vec<_> = app
        .engine
        .away()
        .items
        .into_iter()
        .map(|item| match item {
            AwayItem::Missed { post_id, .. } => ("missed", post_id, 0),
            AwayItem::SentLate {
                post_id,
                late_seconds,
                ..
            } => ("late", post_id, late_seconds / 60),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(found, [("missed", missed, 0), ("late", late.clone(), 12)]);
    // The post itself says so as well.
    let history = app.engine.post_history(&late).await.unwrap();
    let codes: Vec<_> = history.iter().map(|line| &line.message.code).collect();
    assert!(
        codes.iter().any(|code| *code == "history.late"),
        "{codes:?}"
    );

    app.engine.dismiss_away();
    assert_eq!(app.engine.away().items, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_is_late_because_everything_was_paused_belongs_to_no_absence() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = draft(&app, &stage, &ada.id, "paused.mp4").await;
    let moment = stage.moment_in(HOUR);
    app.engine.schedule_post(&id, &moment).await.unwrap();
    app.engine.pause_all().await.unwrap();
    stage.clock.advance(HOUR + Duration::from_mins(20));
    app.engine.idle(Duration::ZERO).await;
    app.engine.resume_all().await.unwrap();
    app.published(&id).await;
    assert_eq!(app.engine.away().items, []);
    let history = app.engine.post_history(&id).await.unwrap();
    assert!(
        history
            .iter()
            .any(|line| line.message.code == "history.late")
    );
}
