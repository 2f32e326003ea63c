//! The JSON control API under `/sandbox/api`.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    config::Options,
    fault::{ActiveFault, Fault, FaultId, FaultKind},
    operation::Operation,
    platform::SharedPlatform,
    publish::{Publish, SandboxPost},
    request_log::RecordedRequest,
};

/// An error response of the control API.
type ControlError = (StatusCode, Json<Value>);

fn control_error(status: StatusCode, reason: impl std::fmt::Display) -> ControlError {
    (status, Json(json!({ "error": reason.to_string() })))
}

pub(super) async fn requests(State(platform): State<SharedPlatform>) -> Json<Vec<RecordedRequest>> {
    Json(platform.log.list())
}

pub(super) async fn clear_requests(State(platform): State<SharedPlatform>) -> StatusCode {
    platform.log.clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn posts(State(platform): State<SharedPlatform>) -> Json<Vec<SandboxPost>> {
    Json(platform.read(|state| {
        state
            .publishes
            .iter()
            .filter_map(Publish::as_post)
            .collect()
    }))
}

/// A publish without its upload address.
#[derive(Serialize)]
pub(super) struct PublishView {
    #[serde(flatten)]
    publish: Map<String, Value>,
    status: &'static str,
}

pub(super) async fn publishes(State(platform): State<SharedPlatform>) -> Json<Vec<PublishView>> {
    let all = platform.read(|state| state.publishes.clone());
    let view = |publish: Publish| {
        let Ok(Value::Object(mut fields)) = serde_json::to_value(&publish) else {
            return None;
        };
        for hidden in ["upload_id", "upload_query", "fate"] {
            fields.remove(hidden);
        }
        Some(PublishView {
            publish: fields,
            status: publish.status(),
        })
    };
    Json(all.into_iter().filter_map(view).collect())
}

pub(super) async fn creators(State(platform): State<SharedPlatform>) -> Response {
    Json(platform.read(|state| state.creators.clone())).into_response()
}

pub(super) async fn patch_creator(
    State(platform): State<SharedPlatform>,
    Path(name): Path<String>,
    Json(patch): Json<Map<String, Value>>,
) -> Result<Response, ControlError> {
    let creator = platform
        .read(|state| state.creator(&name).cloned())
        .ok_or_else(|| control_error(StatusCode::NOT_FOUND, "no such creator"))?;
    if patch.contains_key("name") {
        return Err(control_error(
            StatusCode::BAD_REQUEST,
            "the name of a creator cannot be changed",
        ));
    }
    let creator = merge(&creator, patch)?;
    platform
        .set_creator(creator.clone())
        .map_err(|error| control_error(StatusCode::INTERNAL_SERVER_ERROR, error))?;
    Ok(Json(creator).into_response())
}

/// Removes the app's access to a creator's account.
pub(super) async fn remove_access(
    State(platform): State<SharedPlatform>,
    Path(name): Path<String>,
) -> Result<Json<Value>, ControlError> {
    if platform.read(|state| state.creator(&name).is_none()) {
        return Err(control_error(StatusCode::NOT_FOUND, "no such creator"));
    }
    let removed = platform
        .remove_access(&name)
        .map_err(|error| control_error(StatusCode::INTERNAL_SERVER_ERROR, error))?;
    Ok(Json(json!({ "removed": removed })))
}

pub(super) async fn faults(State(platform): State<SharedPlatform>) -> Json<Vec<ActiveFault>> {
    Json(platform.faults.lock().list())
}

pub(super) async fn add_fault(
    State(platform): State<SharedPlatform>,
    Json(fault): Json<Fault>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    check_fault(&fault).map_err(|reason| control_error(StatusCode::BAD_REQUEST, reason))?;
    let id = platform.faults.lock().add(fault);
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

/// Refuses faults that could never occur.
pub(super) fn check_fault(fault: &Fault) -> Result<(), &'static str> {
    match &fault.kind {
        FaultKind::FailWith { .. } | FaultKind::StuckProcessing
            if !matches!(fault.operation, Operation::Init | Operation::InboxInit) =>
        {
            Err("this kind of fault only applies to init and inbox_init")
        }
        FaultKind::FailWith { reason } if reason.is_empty() => Err("the reason is missing"),
        FaultKind::Status { http, .. } if !(200..600).contains(http) => {
            Err("the status must be from 200 to 599")
        }
        _ => Ok(()),
    }
}

pub(super) async fn clear_faults(State(platform): State<SharedPlatform>) -> StatusCode {
    platform.faults.lock().clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn remove_fault(
    State(platform): State<SharedPlatform>,
    Path(id): Path<u64>,
) -> StatusCode {
    if platform.faults.lock().remove(FaultId(id)) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

pub(super) async fn options(State(platform): State<SharedPlatform>) -> Json<Options> {
    Json(platform.options())
}

/// Changes the given options and keeps the others.
pub(super) async fn patch_options(
    State(platform): State<SharedPlatform>,
    Json(patch): Json<Map<String, Value>>,
) -> Result<Json<Options>, ControlError> {
    let options: Options = merge(&platform.options(), patch)?;
    platform.set_options(options.clone());
    Ok(Json(options))
}

pub(super) async fn reset_options(State(platform): State<SharedPlatform>) -> Json<Options> {
    platform.set_options(Options::default());
    Json(platform.options())
}

pub(super) async fn clock(State(platform): State<SharedPlatform>) -> Json<Value> {
    Json(json!({ "now": platform.now() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    advance_ms: u64,
}

/// Moves the clock forward.
pub(super) async fn advance_clock(
    State(platform): State<SharedPlatform>,
    Json(by): Json<Advance>,
) -> Json<Value> {
    platform.advance(Duration::from_millis(by.advance_ms));
    Json(json!({ "now": platform.now() }))
}

/// Replaces some fields of a value.
fn merge<T: Serialize + DeserializeOwned>(
    value: &T,
    patch: Map<String, Value>,
) -> Result<T, ControlError> {
    let bad = |error: serde_json::Error| control_error(StatusCode::BAD_REQUEST, error);
    let mut whole = serde_json::to_value(value).map_err(bad)?;
    if let Value::Object(fields) = &mut whole {
        fields.extend(patch);
    }
    serde_json::from_value(whole).map_err(bad)
}
