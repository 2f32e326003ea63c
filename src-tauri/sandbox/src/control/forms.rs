//! The control page and its HTML forms.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, Value};

use super::api;
use crate::{
    config::Options,
    fault::{Fault, FaultKind, Times},
    operation::Operation,
    pages::{self, ControlView},
    platform::SharedPlatform,
    publish::{PostMode, Stage},
};

/// `GET /sandbox`.
pub(super) async fn page(State(platform): State<SharedPlatform>) -> pages::Page {
    pages::control(&ControlView {
        origin: platform.origin.clone(),
        client_key: platform.client_key.clone(),
        client_secret: platform.client_secret.clone(),
        now: platform.now(),
        options: platform.options(),
        creators: platform.read(|state| state.creators.clone()),
        publishes: platform.read(|state| state.publishes.clone()),
        connected: platform.connected_creators(),
        faults: platform.faults.lock().list(),
        requests: platform.log.list(),
    })
}

pub(super) async fn add_fault(State(platform): State<SharedPlatform>, body: Bytes) -> Response {
    match read_fault(&fields(&body)) {
        Ok(fault) => {
            platform.faults.lock().add(fault);
            Redirect::to("/sandbox#faults").into_response()
        }
        Err((field, reason)) => {
            pages::form_problem(StatusCode::BAD_REQUEST, field, reason).into_response()
        }
    }
}

pub(super) async fn clear_faults(State(platform): State<SharedPlatform>) -> Redirect {
    platform.faults.lock().clear();
    Redirect::to("/sandbox#faults")
}

pub(super) async fn clear_requests(State(platform): State<SharedPlatform>) -> Redirect {
    platform.log.clear();
    Redirect::to("/sandbox#requests")
}

pub(super) async fn set_options(State(platform): State<SharedPlatform>, body: Bytes) -> Response {
    match read_options(&platform.options(), &fields(&body)) {
        Ok(options) => {
            platform.set_options(options);
            Redirect::to("/sandbox#options").into_response()
        }
        Err(reason) => {
            pages::form_problem(StatusCode::BAD_REQUEST, "options", &reason).into_response()
        }
    }
}

/// Posts or discards a draft, as the creator can do in the TikTok app. `action` is `post` or `discard`.
pub(super) async fn draft(State(platform): State<SharedPlatform>, body: Bytes) -> Response {
    let fields = fields(&body);
    let publish_id = fields.get("publish_id").map_or("", String::as_str);
    let now = platform.now();
    let stage = match fields.get("action").map(String::as_str) {
        Some("post") => Stage::Published {
            since: now,
            available: false,
        },
        Some("discard") => Stage::Failed {
            since: now,
            reason: "publish_cancelled".to_owned(),
        },
        _ => {
            return pages::form_problem(
                StatusCode::BAD_REQUEST,
                "action",
                "The value must be post or discard.",
            )
            .into_response();
        }
    };
    let handle = platform.change(|state| {
        let publish = state.publish_mut(publish_id).filter(|publish| {
            publish.mode == PostMode::Inbox && matches!(publish.stage, Stage::InInbox { .. })
        })?;
        publish.stage = stage;
        let name = publish.creator.clone();
        state.creator(&name).map(|creator| creator.handle.clone())
    });
    match handle {
        Ok(Some(handle)) => Redirect::to(&format!("/@{handle}")).into_response(),
        Ok(None) => pages::form_problem(
            StatusCode::BAD_REQUEST,
            "publish_id",
            "The draft does not exist or is not in the inbox.",
        )
        .into_response(),
        Err(error) => pages::form_problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            "state",
            &error.to_string(),
        )
        .into_response(),
    }
}

/// Removes the app's access to a creator's account.
pub(super) async fn remove_access(State(platform): State<SharedPlatform>, body: Bytes) -> Response {
    let fields = fields(&body);
    let creator = fields.get("creator").map_or("", String::as_str);
    match platform.remove_access(creator) {
        Ok(true) => Redirect::to("/sandbox#creators").into_response(),
        Ok(false) => pages::form_problem(
            StatusCode::BAD_REQUEST,
            "creator",
            "The app has no access to this account.",
        )
        .into_response(),
        Err(error) => pages::form_problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            "state",
            &error.to_string(),
        )
        .into_response(),
    }
}

fn fields(body: &[u8]) -> HashMap<String, String> {
    url::form_urlencoded::parse(body).into_owned().collect()
}

fn read_fault(fields: &HashMap<String, String>) -> Result<Fault, (&'static str, &'static str)> {
    let text = |name: &str| {
        fields
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    };
    let operation = text("operation")
        .and_then(|name| {
            Operation::ALL
                .into_iter()
                .find(|operation| operation.as_str() == name)
        })
        .ok_or(("operation", "The operation is unknown."))?;
    let count = |name: &'static str| match text(name) {
        None => Ok(None),
        Some(number) => number
            .parse::<u32>()
            .map(Some)
            .map_err(|_| (name, "The value must be a whole number.")),
    };
    let number = match text("number") {
        None => None,
        Some(number) => Some(
            number
                .parse::<u64>()
                .map_err(|_| ("number", "The value must be a whole number."))?,
        ),
    };
    let needed = number.ok_or(("number", "This kind of fault needs a number."));
    let kind = match text("kind") {
        Some("status") => FaultKind::Status {
            http: needed?
                .try_into()
                .map_err(|_| ("number", "The value must be an HTTP status."))?,
            code: text("text").map(str::to_owned),
            message: None,
        },
        Some("latency") => FaultKind::Latency { ms: needed? },
        Some("cut_after") => FaultKind::CutAfter { bytes: needed? },
        Some("lost_answer") => FaultKind::LostAnswer,
        Some("late_answer") => FaultKind::LateAnswer { ms: needed? },
        Some("malformed_json") => FaultKind::MalformedJson,
        Some("rate_limit") => FaultKind::RateLimit {
            retry_after: number,
        },
        Some("fail_with") => FaultKind::FailWith {
            reason: text("text").unwrap_or_default().to_owned(),
        },
        Some("stuck_processing") => FaultKind::StuckProcessing,
        _ => return Err(("kind", "The kind of fault is unknown.")),
    };
    let fault = Fault {
        operation,
        times: count("times")?.map_or(Times::Forever, Times::Count),
        skip: count("skip")?.unwrap_or_default(),
        kind,
    };
    api::check_fault(&fault).map_err(|reason| ("kind", reason))?;
    Ok(fault)
}

/// Reads every option from the form, by the type of its current value. A browser does not send unticked boxes.
fn read_options(current: &Options, fields: &HashMap<String, String>) -> Result<Options, String> {
    let Ok(Value::Object(current)) = serde_json::to_value(current) else {
        return Err("The options could not be read.".to_owned());
    };
    let mut next = Map::new();
    for (name, old) in current {
        let given = fields.get(&name).map(|text| text.trim());
        let value = match (old, given) {
            (Value::Bool(_), given) => Value::Bool(given.is_some()),
            (Value::Array(_), Some(lines)) => lines
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .collect(),
            (Value::String(_), Some(word)) => Value::from(word),
            (_, Some("")) => Value::Null,
            (_, Some(number)) => Value::from(
                number
                    .parse::<u64>()
                    .map_err(|_| format!("{name} must be a whole number."))?,
            ),
            (old, None) => old,
        };
        next.insert(name, value);
    }
    serde_json::from_value(Value::Object(next)).map_err(|error| error.to_string())
}
