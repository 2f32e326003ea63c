//! The layout of every page, and the formatting that the pages share.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

/// An HTML page.
pub(crate) struct Page(Markup);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        (
            [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
            ],
            self.0.into_string(),
        )
            .into_response()
    }
}

pub(super) fn page(title: &str, content: &Markup) -> Page {
    Page(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Sandbox" }
                link rel="stylesheet" href="/sandbox/style.css";
                link rel="icon" href="/sandbox/icon.svg" type="image/svg+xml";
            }
            body {
                header.band {
                    a.mark href="/sandbox" { span.mark-sign aria-hidden="true" {} "Sandbox" }
                    p { "A stand-in for TikTok on this computer. Nothing here reaches the real TikTok." }
                }
                (content)
            }
        }
    })
}

pub(super) fn instant(at: Timestamp) -> Markup {
    html! { time datetime=(at) { (at.strftime("%Y-%m-%d %H:%M:%S UTC")) } }
}

pub(super) fn bytes(count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let amount = count as f64;
    match count {
        0..1_000 => format!("{count}\u{a0}B"),
        1_000..1_000_000 => format!("{:.1}\u{a0}kB", amount / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1}\u{a0}MB", amount / 1e6),
        _ => format!("{:.2}\u{a0}GB", amount / 1e9),
    }
}
