//! Pages that report a problem with a link, a form or an address.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use maud::html;

use super::layout::{Page, page};

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
