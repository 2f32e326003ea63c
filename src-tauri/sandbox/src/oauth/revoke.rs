//! `POST /v2/oauth/revoke/`: the creator's consent ends (`/docs/en/oauth-revoke-a-user-access-token`).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::oauth::answer::{self, Form, OAuthError};
use crate::oauth::grant::digest;
use crate::platform::{Platform, Shared};
use crate::publish::Stage;
use crate::record::Trace;

pub(crate) async fn revoke(
    State(platform): State<Shared>,
    Extension(trace): Extension<Trace>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let result = Form::read(&headers, &uri, &body).and_then(|form| end(&platform, &trace, &form));
    answer::respond(&platform, result)
}

/// The app loses the creator altogether: all grants die, and what was on its way fails with `auth_removed`.
fn end(platform: &Platform, trace: &Trace, form: &Form) -> Result<Response, OAuthError> {
    form.check_client(platform)?;
    let token = digest(form.required("token")?);
    let now = platform.now();
    let creator = platform.change(|state| {
        let known = state
            .grants
            .iter()
            .find(|grant| grant.client_key == platform.client_key && grant.gave_access(&token))?;
        let (creator, alive) = (known.creator.clone(), !known.revoked);
        if alive {
            for grant in state
                .grants
                .iter_mut()
                .filter(|grant| grant.creator == creator)
            {
                grant.revoked = true;
            }
            for publish in state
                .publishes
                .iter_mut()
                .filter(|publish| publish.creator == creator)
            {
                if matches!(publish.stage, Stage::Uploading | Stage::Processing { .. }) {
                    publish.stage = Stage::Failed {
                        since: now,
                        reason: "auth_removed".to_owned(),
                    };
                }
            }
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
