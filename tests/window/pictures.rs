//! Pictures of a video that the web view decodes: filmstrip, cover and thumbnail; and the text in their place when it
//! cannot decode the video.

use fantoccini::elements::Element;
use serde_json::json;
use slipway_tests::journey::{Choices, Connected, compose, stands, the_one_post};
use slipway_tests::page::Page;
use slipway_tests::video;
use slipway_tests::wait::{SOON, eventually};
use tiktok_sandbox::Sandbox;

const CHOICES: Choices<'static> = Choices {
    caption: "Round the wheel",
    privacy: "Everyone",
};

/// `WebDriver`'s codes of these keys.
const SHIFT: &str = "\u{E008}";
const RIGHT: &str = "\u{E014}";
const LEFT: &str = "\u{E012}";

/// A picture in the queue.
const THUMBNAIL: &str = "main li img[alt='Preview picture']";

/// The colour in the middle of each element of a selector, once its picture is loaded.
const COLOURS: &str = "
    const [selector, done] = arguments;
    const colour = async (one) => {
        await one.decode?.();
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 3;
        const context = canvas.getContext('2d');
        context.drawImage(one, 0, 0, 3, 3);
        return [...context.getImageData(1, 1, 1, 1).data];
    };
    Promise.all([...document.querySelectorAll(selector)].map(colour)).then(done, () => done([]));";

/// Red, green, blue and opacity, 0 to 255.
type Colour = [u8; 4];

async fn colours(page: &Page, selector: &str) -> Vec<Colour> {
    let answer = page.run_async(COLOURS, vec![json!(selector)]).await;
    serde_json::from_value(answer).expect("four numbers each")
}

/// The distance of two colours, 0 to 765.
fn apart(one: Colour, other: Colour) -> u32 {
    one.iter()
        .zip(other)
        .map(|(a, b)| u32::from(a.abs_diff(b)))
        .sum()
}

/// The largest distance between a frame as displayed and as stored. Frames of the filmstrip differ by more.
const SAME: u32 = 12;

async fn press(slider: &Element, keys: &[&str]) {
    slider.send_keys(&keys.concat()).await.unwrap();
}

/// Waits until the slider has this value text.
async fn says(page: &Page, slider: &Element, text: &str) {
    eventually(&format!("the cover is {text:?}"), SOON, async || {
        (page.attribute(slider, "aria-valuetext").await.as_deref() == Some(text)).then_some(())
    })
    .await;
}

/// The cover of the sandbox's one post, in milliseconds.
fn cover_sent(sandbox: &Sandbox) -> Option<i32> {
    the_one_post(sandbox);
    let publishes = sandbox.publishes();
    publishes[0].settings.cover_timestamp_ms
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cover_is_chosen_along_the_filmstrip_sent_to_tiktok_and_shown_in_the_queue() {
    let Connected {
        sandbox,
        desktop,
        window,
        ..
    } = Connected::new("pictures", None, &[]).await;
    let page = window.page();
    let clip = video::colourful();
    window.drop_files(&desktop, &[&clip]).await;
    compose(page, "Ada Lindqvist", CHOICES).await;

    let slider = page.find("slider", "Cover").await;
    let places = page
        .run(
            "return document.querySelectorAll('[role=slider] > :first-child > *').length",
            vec![],
        )
        .await;
    let places = usize::try_from(places.as_u64().unwrap()).unwrap();
    assert!((8..=12).contains(&places), "{places} frames");
    let strip = eventually("the filmstrip is drawn", SOON, async || {
        let drawn = colours(page, "[role=slider] img").await;
        (drawn.len() == places).then_some(drawn)
    })
    .await;
    for frame in &strip {
        assert!(
            frame[..3].iter().any(|&part| part > 60) && frame[3] == 255,
            "black: {strip:?}"
        );
    }
    for (index, frame) in strip.iter().enumerate() {
        for other in &strip[..index] {
            assert!(apart(*frame, *other) > SAME, "the same: {strip:?}");
        }
    }

    // Two seconds forward, a tenth back. The player shows that frame.
    says(page, &slider, "First frame").await;
    press(&slider, &[SHIFT, RIGHT, RIGHT]).await;
    says(page, &slider, "0:02.0").await;
    press(&slider, &[LEFT]).await;
    says(page, &slider, "0:01.9").await;
    let player = "video[controls]";
    eventually("the player stands there", SOON, async || {
        let script = "const player = document.querySelector(arguments[0]);
            return player.seeking ? null : player.currentTime;";
        let at = page.run(script, vec![json!(player)]).await.as_f64()?;
        ((at - 1.9).abs() < 0.001).then_some(())
    })
    .await;
    let cover = colours(page, player).await[0];
    // Between 1.8 s and 2.0 s the picture is green, while its blue grows from 6 to 70.
    let [red, green, blue, _] = cover;
    assert!(
        red < 40 && green > 100 && (18..58).contains(&blue),
        "not the frame at 1.9 s: {cover:?}"
    );

    page.click("button", "Post").await;
    stands(&window, &clip, "Published").await;
    assert_eq!(cover_sent(&sandbox), Some(1900));
    let thumbnail = eventually("the queue shows a picture", SOON, async || {
        colours(page, THUMBNAIL).await.first().copied()
    })
    .await;
    assert!(
        apart(thumbnail, cover) <= SAME,
        "the thumbnail is {thumbnail:?}, the cover {cover:?}"
    );
    window.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_video_that_the_window_cannot_decode_shows_its_facts_and_keeps_its_cover() {
    // As on a computer without an H.264 decoder.
    let ranks = "fakeaudiosink:512,openalsink:NONE,alsasink:NONE,avdec_h264:NONE,openh264dec:NONE";
    let environment = [("GST_PLUGIN_FEATURE_RANK", ranks)];
    let Connected {
        sandbox,
        desktop,
        window,
        ..
    } = Connected::new("pictures-none", None, &environment).await;
    let page = window.page();
    let clip = video::colourful();
    window.drop_files(&desktop, &[&clip]).await;
    compose(page, "Ada Lindqvist", CHOICES).await;

    page.reads("No preview available").await;
    for fact in ["MP4", "H.264", "AAC", "720 × 1280", "30 fps", "0:04"] {
        page.reads(fact).await;
    }
    let slider = page.find("slider", "Cover").await;
    press(&slider, &[SHIFT, RIGHT]).await;
    says(page, &slider, "0:01.0").await;
    assert_eq!(
        colours(page, "[role=slider] img").await,
        Vec::<Colour>::new()
    );

    page.click("button", "Post").await;
    stands(&window, &clip, "Published").await;
    assert_eq!(cover_sent(&sandbox), Some(1000));
    // In place of the picture, the row names the codec.
    page.reads("H.264").await;
    assert_eq!(colours(page, THUMBNAIL).await, Vec::<Colour>::new());
    window.close().await;
}
