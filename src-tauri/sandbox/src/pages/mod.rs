//! The pages that people see, and what they have in common.

mod consent;
mod control;
mod profile;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

pub(crate) use consent::consent;
pub(crate) use control::{ControlView, control};
pub(crate) use profile::{ProfileView, post, profile};

/// One page of the sandbox.
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

fn page(title: &str, content: &Markup) -> Page {
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
                    p { "A stand-in on this computer. Nothing here reaches TikTok." }
                }
                (content)
            }
        }
    })
}

pub(crate) async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("sandbox.css"),
    )
}

pub(crate) async fn icon() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "image/svg+xml")],
        include_str!("icon.svg"),
    )
}

/// A page that says what is wrong with an app's request, naming the parameter.
pub(crate) fn problem(status: StatusCode, parameter: &str, why: &str) -> (StatusCode, Page) {
    let comfort = "The app that sent you here made a mistake. Nothing was shared with it.";
    refusal(status, "This link cannot be used", comfort, parameter, why)
}

/// A page that says what is wrong with a form of the sandbox's own.
pub(crate) fn form_problem(status: StatusCode, field: &str, why: &str) -> (StatusCode, Page) {
    refusal(
        status,
        "That did not work",
        "Go back and change it. Nothing was changed here.",
        field,
        why,
    )
}

fn refusal(
    status: StatusCode,
    heading: &str,
    comfort: &str,
    parameter: &str,
    why: &str,
) -> (StatusCode, Page) {
    let content = html! {
        main.narrow {
            section.panel.problem {
                p.eyebrow { "Error " (status.as_u16()) }
                h1 { (heading) }
                p { (comfort) }
                dl.facts {
                    dt { "Parameter" }
                    dd { code { (parameter) } }
                    dt { "What is wrong" }
                    dd { (why) }
                }
            }
        }
    };
    (status, page(heading, &content))
}

pub(crate) async fn nothing_here() -> impl IntoResponse {
    let content = html! {
        main.narrow {
            section.panel {
                p.eyebrow { "Error 404" }
                h1 { "Nothing here" }
                p { "Endpoints end in a slash; profiles begin with an @." }
                p { a href="/sandbox" { "To the control page" } }
            }
        }
    };
    (StatusCode::NOT_FOUND, page("Nothing here", &content))
}

fn instant(at: Timestamp) -> Markup {
    html! { time datetime=(at) { (at.strftime("%Y-%m-%d %H:%M:%S UTC")) } }
}

fn bytes(count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let amount = count as f64;
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", amount / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", amount / 1e6),
        _ => format!("{:.2} GB", amount / 1e9),
    }
}
