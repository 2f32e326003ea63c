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
    platform::Shared,
    publish::{Publish, SandboxPost},
    request_log::RecordedRequest,
};

/// Why the control API did not do what it was asked.
type Refused = (StatusCode, Json<Value>);

fn refused(status: StatusCode, why: impl std::fmt::Display) -> Refused {
    (status, Json(json!({ "error": why.to_string() })))
}

pub(super) async fn requests(State(platform): State<Shared>) -> Json<Vec<RecordedRequest>> {
    Json(platform.log.list())
}

pub(super) async fn clear_requests(State(platform): State<Shared>) -> StatusCode {
    platform.log.clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn posts(State(platform): State<Shared>) -> Json<Vec<SandboxPost>> {
    Json(platform.read(|state| {
        state
            .publishes
            .iter()
            .filter_map(Publish::as_post)
            .collect()
    }))
}

/// A publish for other programs: nothing of its upload address.
#[derive(Serialize)]
pub(super) struct PublishView {
    #[serde(flatten)]
    publish: Map<String, Value>,
    status: &'static str,
}

pub(super) async fn publishes(State(platform): State<Shared>) -> Json<Vec<PublishView>> {
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

pub(super) async fn creators(State(platform): State<Shared>) -> Response {
    Json(platform.read(|state| state.creators.clone())).into_response()
}

pub(super) async fn patch_creator(
    State(platform): State<Shared>,
    Path(name): Path<String>,
    Json(patch): Json<Map<String, Value>>,
) -> Result<Response, Refused> {
    let creator = platform
        .read(|state| state.creator(&name).cloned())
        .ok_or_else(|| refused(StatusCode::NOT_FOUND, "no such creator"))?;
    if patch.contains_key("name") {
        return Err(refused(StatusCode::BAD_REQUEST, "a creator keeps its name"));
    }
    let creator = merged(&creator, patch)?;
    platform
        .set_creator(creator.clone())
        .map_err(|error| refused(StatusCode::INTERNAL_SERVER_ERROR, error))?;
    Ok(Json(creator).into_response())
}

/// The creator takes the app's access back.
pub(super) async fn remove_access(
    State(platform): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Refused> {
    if platform.read(|state| state.creator(&name).is_none()) {
        return Err(refused(StatusCode::NOT_FOUND, "no such creator"));
    }
    let removed = platform
        .remove_access(&name)
        .map_err(|error| refused(StatusCode::INTERNAL_SERVER_ERROR, error))?;
    Ok(Json(json!({ "removed": removed })))
}

pub(super) async fn faults(State(platform): State<Shared>) -> Json<Vec<ActiveFault>> {
    Json(platform.faults.lock().list())
}

pub(super) async fn add_fault(
    State(platform): State<Shared>,
    Json(fault): Json<Fault>,
) -> Result<(StatusCode, Json<Value>), Refused> {
    check(&fault).map_err(|why| refused(StatusCode::BAD_REQUEST, why))?;
    let id = platform.faults.lock().add(fault);
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

/// A fault that could never happen is a mistake.
pub(super) fn check(fault: &Fault) -> Result<(), &'static str> {
    match &fault.kind {
        FaultKind::FailWith { .. } | FaultKind::StuckProcessing
            if !matches!(fault.operation, Operation::Init | Operation::InboxInit) =>
        {
            Err("only publishes fail or get stuck: use init or inbox_init")
        }
        FaultKind::FailWith { reason } if reason.is_empty() => Err("the reason is missing"),
        FaultKind::Status { http, .. } if !(200..600).contains(http) => {
            Err("the status must be from 200 to 599")
        }
        _ => Ok(()),
    }
}

pub(super) async fn clear_faults(State(platform): State<Shared>) -> StatusCode {
    platform.faults.lock().clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn remove_fault(
    State(platform): State<Shared>,
    Path(id): Path<u64>,
) -> StatusCode {
    if platform.faults.lock().remove(FaultId(id)) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

pub(super) async fn options(State(platform): State<Shared>) -> Json<Options> {
    Json(platform.options())
}

/// Changes the named options and leaves the others.
pub(super) async fn patch_options(
    State(platform): State<Shared>,
    Json(patch): Json<Map<String, Value>>,
) -> Result<Json<Options>, Refused> {
    let options: Options = merged(&platform.options(), patch)?;
    platform.set_options(options.clone());
    Ok(Json(options))
}

pub(super) async fn reset_options(State(platform): State<Shared>) -> Json<Options> {
    platform.set_options(Options::default());
    Json(platform.options())
}

pub(super) async fn clock(State(platform): State<Shared>) -> Json<Value> {
    Json(json!({ "now": platform.now() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    advance_ms: u64,
}

/// Moves the time ahead, on top of the clock.
pub(super) async fn advance_clock(
    State(platform): State<Shared>,
    Json(by): Json<Advance>,
) -> Json<Value> {
    platform.advance(Duration::from_millis(by.advance_ms));
    Json(json!({ "now": platform.now() }))
}

/// A value with some of its fields replaced.
fn merged<T: Serialize + DeserializeOwned>(
    value: &T,
    patch: Map<String, Value>,
) -> Result<T, Refused> {
    let bad = |error: serde_json::Error| refused(StatusCode::BAD_REQUEST, error);
    let mut whole = serde_json::to_value(value).map_err(bad)?;
    if let Value::Object(fields) = &mut whole {
        fields.extend(patch);
    }
    serde_json::from_value(whole).map_err(bad)
}
