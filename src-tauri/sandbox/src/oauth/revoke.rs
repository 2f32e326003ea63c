//! `POST /v2/oauth/revoke/`: the creator's consent ends (`/docs/en/oauth-revoke-a-user-access-token`).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::{
    oauth::{
        grant::digest,
        response::{self, Form, OAuthError},
    },
    platform::{Platform, Shared},
    request_log::Trace,
};

pub(crate) async fn revoke(
    State(platform): State<Shared>,
    Extension(trace): Extension<Trace>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let result = Form::read(&headers, &uri, &body).and_then(|form| end(&platform, &trace, &form));
    response::respond(&platform, result)
}

/// The app loses the creator altogether.
fn end(platform: &Platform, trace: &Trace, form: &Form) -> Result<Response, OAuthError> {
    form.check_client(platform)?;
    let token = digest(form.required("token")?);
    let now = platform.now();
    let creator = platform.change(|state| {
        let known = state
            .grants
            .iter()
            .find(|grant| grant.client_key == platform.client_key && grant.gave_access(&token))?;
        let creator = known.creator.clone();
        // A dead token says nothing of a grant that is newer.
        if !known.revoked {
            state.end_access(&creator, now);
        }
        Some(creator)
    })?;
    let Some(creator) = creator else {
        return Err(OAuthError::bad(
            "invalid_request",
            "The token is not an access token of this app.",
        ));
    };
    trace.creator(&creator);
    Ok(if platform.options().empty_revoke_answer {
        ().into_response()
    } else {
        Json(json!({})).into_response()
    })
}
