//! The endpoints that show the consent page and accept its form.

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::extract::{Extension, OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::{
    guard,
    oauth::{
        authorize::{AuthorizeRequest, InvalidParameter},
        grant::{AuthorizationCode, digest, random_token},
    },
    pages,
    platform::{Platform, SharedPlatform},
    request_log::Trace,
    time::saturating_add,
};

pub(crate) async fn show(
    State(platform): State<SharedPlatform>,
    OriginalUri(uri): OriginalUri,
) -> Response {
    let query = uri.query().unwrap_or_default();
    match AuthorizeRequest::read(query, &platform.client_key, &platform.options()) {
        Ok(request) => page(&platform, &request, query, None),
        Err(problem) => invalid_request(&problem),
    }
}

/// Accepts the form: `creator` (short name), one `scope` per granted scope, and `decision` (`authorize` or `cancel`).
pub(crate) async fn submit(
    State(platform): State<SharedPlatform>,
    Extension(trace): Extension<Trace>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !guard::is_own_origin(&platform, &headers) {
        let reason = "The request came from another website, not from the consent page.";
        return pages::problem(StatusCode::FORBIDDEN, "origin", reason).into_response();
    }
    let query = uri.query().unwrap_or_default();
    let request = match AuthorizeRequest::read(query, &platform.client_key, &platform.options()) {
        Ok(request) => request,
        Err(problem) => return invalid_request(&problem),
    };
    let decision = Decision::read(&body);
    if decision.cancelled {
        return access_denied(
            &platform,
            &request,
            &[("error_description", "User cancelled the authorization")],
        );
    }
    let Some(creator) = platform.read(|state| state.creator(&decision.creator).cloned()) else {
        return page(&platform, &request, query, Some("Choose an account."));
    };
    trace.set_creator(&creator.name);
    let scopes: BTreeSet<String> = request
        .scopes
        .intersection(&decision.scopes)
        .cloned()
        .collect();
    if scopes.is_empty() {
        return page(
            &platform,
            &request,
            query,
            Some("Select at least one permission, or cancel."),
        );
    }
    if !creator.invited {
        let description = "The account is not a target user of this sandbox";
        return access_denied(
            &platform,
            &request,
            &[
                ("error_description", description),
                ("error_type", "non_sandbox_target"),
            ],
        );
    }
    grant(&platform, &request, creator.name, scopes)
}

fn grant(
    platform: &Platform,
    request: &AuthorizeRequest,
    creator: String,
    scopes: BTreeSet<String>,
) -> Response {
    // The code contains characters that survive exactly one decoding: a second one turns the plus into a space.
    let code = format!(
        "{}+*1!{}.sb%2A",
        random_token(),
        rand::random_range(1000..9999)
    );
    let granted = scopes.iter().cloned().collect::<Vec<_>>().join(",");
    let entry = AuthorizationCode {
        digest: digest(&code),
        client_key: request.client_key.clone(),
        creator,
        scopes,
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.challenge.clone(),
        expires_at: saturating_add(platform.now(), platform.options().code_life),
        spent: false,
        grant: None,
    };
    if platform.change(|state| state.codes.push(entry)).is_err() {
        return access_denied(
            platform,
            request,
            &[("error_description", "The sandbox could not save its state")],
        );
    }
    let address = request.callback(&[
        ("code", &code),
        ("scopes", &granted),
        ("state", &request.state),
    ]);
    Redirect::to(&address).into_response()
}

fn access_denied(
    platform: &Platform,
    request: &AuthorizeRequest,
    details: &[(&str, &str)],
) -> Response {
    let mut parameters = vec![("error", "access_denied")];
    parameters.extend_from_slice(details);
    if platform.options().state_on_refusal {
        parameters.push(("state", &request.state));
    }
    Redirect::to(&request.callback(&parameters)).into_response()
}

fn page(
    platform: &Platform,
    request: &AuthorizeRequest,
    query: &str,
    notice: Option<&str>,
) -> Response {
    let creators = platform.read(|state| state.creators.clone());
    let status = if notice.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    (status, pages::consent(request, &creators, query, notice)).into_response()
}

/// Shows a page and never redirects: the redirect address itself may be the invalid parameter.
fn invalid_request(problem: &InvalidParameter) -> Response {
    pages::problem(StatusCode::BAD_REQUEST, problem.parameter, &problem.reason).into_response()
}

#[derive(Debug, Default)]
struct Decision {
    creator: String,
    scopes: BTreeSet<String>,
    cancelled: bool,
}

impl Decision {
    fn read(body: &[u8]) -> Self {
        // Every decision other than "authorize" denies access.
        let mut decision = Self {
            cancelled: true,
            ..Self::default()
        };
        for (name, value) in url::form_urlencoded::parse(body) {
            match name.as_ref() {
                "creator" => decision.creator = value.into_owned(),
                "scope" => {
                    decision.scopes.insert(value.into_owned());
                }
                "decision" => decision.cancelled = value != "authorize",
                _ => {}
            }
        }
        decision
    }
}
