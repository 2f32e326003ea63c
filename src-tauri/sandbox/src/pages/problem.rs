//! Pages that report a problem with a link, a form or an address.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use maud::html;

use super::layout::{Page, page};

/// Renders a page that reports an invalid parameter of an app's request.
pub(crate) fn problem(status: StatusCode, parameter: &str, reason: &str) -> (StatusCode, Page) {
    let consequence = "The app sent an invalid request. None of your data was shared with it.";
    problem_page(
        status,
        "This link does not work",
        consequence,
        parameter,
        reason,
    )
}

/// Renders a page that reports an invalid field of one of the sandbox's forms.
pub(crate) fn form_problem(status: StatusCode, field: &str, reason: &str) -> (StatusCode, Page) {
    problem_page(
        status,
        "The form was not accepted",
        "Nothing was changed. Go back, correct the field and try again.",
        field,
        reason,
    )
}

fn problem_page(
    status: StatusCode,
    heading: &str,
    consequence: &str,
    parameter: &str,
    reason: &str,
) -> (StatusCode, Page) {
    let content = html! {
        main.narrow {
            section.panel.problem {
                p.eyebrow { "Error " (status.as_u16()) }
                h1 { (heading) }
                p { (consequence) }
                dl.facts {
                    dt { "Parameter" }
                    dd { code { (parameter) } }
                    dt { "Problem" }
                    dd { (reason) }
                }
            }
        }
    };
    (status, page(heading, &content))
}

pub(crate) async fn not_found() -> impl IntoResponse {
    let content = html! {
        main.narrow {
            section.panel {
                p.eyebrow { "Error 404" }
                h1 { "Page not found" }
                p { "Endpoint paths end with a slash. Profile paths start with @." }
                p { a href="/sandbox" { "Open the control page" } }
            }
        }
    };
    (StatusCode::NOT_FOUND, page("Page not found", &content))
}
