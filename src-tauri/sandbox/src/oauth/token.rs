//! The token endpoint, `POST /v2/oauth/token/`, with both grant types (`/doc/oauth-get-a-user-access-token`,
//! `/docs/en/oauth-refresh-a-user-access-token`).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::{
    config::Options,
    oauth::{
        authorize::is_verifier,
        grant::{Grant, IssuedTokens, digest},
        response::{self, Form, OAuthError},
    },
    platform::{Platform, SharedPlatform},
    request_log::Trace,
    store::SavedState,
};

pub(crate) async fn token(
    State(platform): State<SharedPlatform>,
    Extension(trace): Extension<Trace>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let result =
        Form::read(&headers, &uri, &body).and_then(|form| issue_tokens(&platform, &trace, &form));
    response::respond(&platform, result)
}

fn issue_tokens(platform: &Platform, trace: &Trace, form: &Form) -> Result<Response, OAuthError> {
    let grant_type = form.required("grant_type")?;
    if grant_type != "authorization_code" && grant_type != "refresh_token" {
        return Err(OAuthError::bad(
            "unsupported_grant_type",
            "The grant type is not supported.",
        ));
    }
    form.check_client(platform)?;
    let issued = if grant_type == "refresh_token" {
        refresh_tokens(platform, form)?
    } else {
        exchange_code(platform, form)?
    };
    trace.set_creator(&issued.grant.creator);
    let creator = platform
        .read(|state| state.creator(&issued.grant.creator).cloned())
        .ok_or_else(|| OAuthError::bad("invalid_grant", "The account no longer exists."))?;
    let options = platform.options();
    Ok(Json(json!({
        "access_token": issued.tokens.access,
        "expires_in": options.access_token_life.as_secs(),
        "refresh_token": issued.tokens.refresh,
        "refresh_expires_in": options.refresh_token_life.as_secs(),
        "open_id": creator.open_id(&platform.client_key),
        "scope": issued.grant.scopes.iter().cloned().collect::<Vec<_>>().join(","),
        "token_type": "Bearer",
    }))
    .into_response())
}

struct Issued {
    grant: Grant,
    tokens: IssuedTokens,
}

fn exchange_code(platform: &Platform, form: &Form) -> Result<Issued, OAuthError> {
    let (code, redirect_uri) = (form.required("code")?, form.required("redirect_uri")?);
    let verifier = form
        .required("code_verifier")
        .map_err(|_| wrong_verifier())?;
    let (now, options) = (platform.now(), platform.options());
    let code = digest(code);
    platform.change(|state| redeem(state, &code, redirect_uri, verifier, now, &options))?
}

/// Redeems a code once. The verifier and the redirect address must match those of the authorize request.
fn redeem(
    state: &mut SavedState,
    code: &str,
    redirect_uri: &str,
    verifier: &str,
    now: jiff::Timestamp,
    options: &Options,
) -> Result<Issued, OAuthError> {
    let expired = || OAuthError::bad("invalid_grant", "Authorization code is expired or invalid.");
    let entry = state
        .codes
        .iter_mut()
        .find(|entry| entry.digest == code)
        .ok_or_else(expired)?;
    if entry.spent {
        // A second use means that the code leaked: the grant from its first use is revoked.
        let issued = entry.grant;
        for grant in state
            .grants
            .iter_mut()
            .filter(|grant| Some(grant.id) == issued)
        {
            grant.revoked = true;
        }
        return Err(expired());
    }
    if now >= entry.expires_at {
        return Err(expired());
    }
    entry.spent = true;
    if entry.redirect_uri != redirect_uri {
        return Err(OAuthError::bad(
            "invalid_request",
            "Redirect_uri is not matched with the uri when requesting code.",
        ));
    }
    if !is_verifier(verifier) || digest(verifier) != entry.challenge {
        return Err(wrong_verifier());
    }
    let (grant, tokens) = Grant::issue(entry, now, options);
    entry.grant = Some(grant.id);
    state.grants.push(grant.clone());
    Ok(Issued { grant, tokens })
}

fn wrong_verifier() -> OAuthError {
    OAuthError::bad(
        "invalid_request",
        "Code verifier or code challenge is invalid.",
    )
}

fn refresh_tokens(platform: &Platform, form: &Form) -> Result<Issued, OAuthError> {
    let token = digest(form.required("refresh_token")?);
    let (now, options) = (platform.now(), platform.options());
    platform.change(|state| {
        let found = state
            .grants
            .iter_mut()
            .filter(|grant| grant.client_key == platform.client_key)
            .find(|grant| grant.accepts_refresh_token(&token, now));
        if let Some(grant) = found {
            let tokens = grant.rotate(now, &options);
            return Ok(Issued {
                grant: grant.clone(),
                tokens,
            });
        }
        let used = state.grants.iter().any(|grant| grant.has_replaced(&token));
        let description = if used {
            "Refresh token was replaced by a newer one."
        } else {
            "Refresh token is invalid or expired."
        };
        Err(OAuthError::bad("invalid_grant", description))
    })?
}
