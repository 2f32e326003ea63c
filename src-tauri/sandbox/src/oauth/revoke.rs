//! The revoke endpoint, `POST /v2/oauth/revoke/` (`/docs/en/oauth-revoke-a-user-access-token`).

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
    platform::{Platform, SharedPlatform},
    request_log::Trace,
};

pub(crate) async fn revoke(
    State(platform): State<SharedPlatform>,
    Extension(trace): Extension<Trace>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let result =
        Form::read(&headers, &uri, &body).and_then(|form| revoke_token(&platform, &trace, &form));
    response::respond(&platform, result)
}

/// Revokes all grants of the creator whose access token is in the form.
fn revoke_token(platform: &Platform, trace: &Trace, form: &Form) -> Result<Response, OAuthError> {
    form.check_client(platform)?;
    let token = digest(form.required("token")?);
    let now = platform.now();
    let creator = platform.change(|state| {
        let known = state.grants.iter().find(|grant| {
            grant.client_key == platform.client_key && grant.issued_access_token(&token)
        })?;
        let creator = known.creator.clone();
        // A revoked token must not end a newer grant.
        if !known.revoked {
            state.remove_access(&creator, now);
        }
        Some(creator)
    })?;
    let Some(creator) = creator else {
        return Err(OAuthError::bad(
            "invalid_request",
            "The token is not an access token of this app.",
        ));
    };
    trace.set_creator(&creator);
    Ok(if platform.options().empty_revoke_answer {
        ().into_response()
    } else {
        Json(json!({})).into_response()
    })
}
