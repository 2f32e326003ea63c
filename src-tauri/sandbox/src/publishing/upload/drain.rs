//! Reading and discarding a request body.

use axum::body::Body;
use futures_util::StreamExt;

use crate::request_log::Trace;

pub(super) async fn drain(trace: &Trace, body: Body) {
    let mut frames = body.into_data_stream();
    while let Some(Ok(frame)) = frames.next().await {
        trace.add_received(frame.len());
    }
}
