//! Scheduled posts, pauses, and a TikTok that does not answer, in the window.

use std::time::Duration;

use slipway_tests::journey::{Choices, Connected, compose, mid_upload, stands, the_one_post};
use slipway_tests::video;
use tiktok_sandbox::{Fault, FaultKind, Operation};

const CHOICES: Choices<'static> = Choices {
    caption: "Glaze day",
    privacy: "Everyone",
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_is_scheduled_shown_with_its_moment_and_sent_early_on_demand() {
    let Connected {
        sandbox,
        desktop,
        window,
        ..
    } = Connected::new("planning", None, &[]).await;
    let page = window.page();
    let clip = video::small();
    window.drop_files(&desktop, &[&clip]).await;
    compose(page, "Ada Lindqvist", CHOICES).await;
    page.click("radio", "At a time").await;

    // A past moment is refused with a message.
    page.set_field("input[aria-label='Date']", "2020-02-29")
        .await;
    page.set_field("input[aria-label='Time']", "18:30").await;
    page.reads("passed").await;
    let later = jiff::Timestamp::now() + Duration::from_hours(60 * 24);
    let later = later.strftime("%Y-%m-%d").to_string();
    page.set_field("input[aria-label='Date']", &later).await;
    page.click("button", "Schedule").await;

    stands(&window, &clip, "Scheduled").await;
    page.reads("18:30").await;
    assert!(sandbox.posts().is_empty());
    page.click("button", "Post now").await;
    stands(&window, &clip, "Published").await;
    assert_eq!(the_one_post(&sandbox).sha256, video::sha256(&clip));
    window.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_pause_and_resume_one_by_one_and_all_together() {
    let Connected {
        sandbox,
        desktop,
        window,
        ..
    } = Connected::new("pauses", Some(30_000_000), &[]).await;
    let page = window.page();
    let big = video::big();
    window.drop_files(&desktop, &[&big]).await;
    compose(page, "Ada Lindqvist", CHOICES).await;
    page.click("button", "Post").await;
    mid_upload(&sandbox).await;
    page.click("button", "Pause").await;
    stands(&window, &big, "Paused").await;
    page.click("button", "Resume").await;
    stands(&window, &big, "Uploading").await;

    page.click("button", "Pause all").await;
    page.reads("Everything is paused.").await;
    stands(&window, &big, "Waiting").await;
    assert!(sandbox.posts().is_empty());
    page.click("button", "Resume all").await;
    stands(&window, &big, "Published").await;
    assert_eq!(the_one_post(&sandbox).sha256, video::sha256(&big));
    assert_eq!(
        sandbox.publishes().len(),
        1,
        "one upload from first to last"
    );
    window.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_tiktok_is_shown_with_its_next_retry_until_it_recovers() {
    let Connected {
        sandbox,
        desktop,
        window,
        ..
    } = Connected::new("breaker", None, &[]).await;
    let page = window.page();
    let clip = video::small();
    window.drop_files(&desktop, &[&clip]).await;
    compose(page, "Ada Lindqvist", CHOICES).await;
    let down = FaultKind::Status {
        http: 503,
        code: None,
        message: None,
    };
    sandbox.add_fault(Fault::once(Operation::Init, down).times(6));
    page.click("button", "Post").await;
    stands(&window, &clip, "Waiting").await;
    page.reads_within("Next try in", Duration::from_mins(1))
        .await;
    sandbox.clear_faults();
    stands(&window, &clip, "Published").await;
    the_one_post(&sandbox);
    window.close().await;
}
