//! The checks of a chunk before its body is read.

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, HeaderValue, header};

use super::refusal::Refusal;
use crate::{
    config::RepeatedChunk,
    oauth::grant::digest,
    platform::Platform,
    publish::{Publish, Stage},
    publishing::chunk_plan::Range,
    request_log::Trace,
};

/// A valid chunk.
pub(super) enum Chunk {
    Next(Box<Publish>, Range),
    Repeated(Box<Publish>),
}

/// Checks the address, the headers, the expiry and the position of a chunk.
pub(super) fn check(
    platform: &Platform,
    trace: &Trace,
    upload_id: &str,
    query: &str,
    headers: &HeaderMap,
    body: &Body,
) -> Result<Chunk, Refusal> {
    let query = digest(query);
    let publish = platform
        .read(|state| {
            let matches = |publish: &&Publish| {
                publish.upload_id == upload_id && publish.upload_query == query
            };
            state.publishes.iter().find(matches).cloned()
        })
        .map(Box::new)
        .ok_or(Refusal::NotFound)?;
    trace.set_creator(&publish.creator);
    let (range, total) = read_headers(headers, body)?;
    if total != publish.plan.video_size {
        return Err(Refusal::Malformed(
            "the total in Content-Range differs from the size announced by init",
        ));
    }
    if platform.now() >= publish.expires_at {
        return Err(Refusal::Expired);
    }
    if publish.stage != Stage::Uploading && publish.uploaded < publish.plan.video_size {
        return Err(Refusal::NotFound);
    }
    check_position(platform, publish, range)
}

/// Checks that a range is the next chunk or, if the options allow it, a repeated one.
fn check_position(
    platform: &Platform,
    publish: Box<Publish>,
    range: Range,
) -> Result<Chunk, Refusal> {
    let expected = publish.plan.chunk_at(range.first);
    if range.first == publish.uploaded {
        return if expected == Some(range) {
            Ok(Chunk::Next(publish, range))
        } else {
            Err(Refusal::Malformed(
                "the chunk size differs from the size announced by init",
            ))
        };
    }
    let repeated = range.first < publish.uploaded && expected == Some(range);
    if repeated && platform.options().repeated_chunk == RepeatedChunk::Accepted {
        return Ok(Chunk::Repeated(publish));
    }
    Err(Refusal::OutOfStep(publish))
}

fn read_headers(headers: &HeaderMap, body: &Body) -> Result<(Range, u64), Refusal> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    if headers.contains_key(header::AUTHORIZATION) {
        return Err(Refusal::Malformed(
            "an upload must not have an Authorization header",
        ));
    }
    if !matches!(
        text(header::CONTENT_TYPE),
        Some("video/mp4" | "video/quicktime" | "video/webm")
    ) {
        return Err(Refusal::Malformed(
            "Content-Type must be video/mp4, video/quicktime or video/webm",
        ));
    }
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(Refusal::LengthRequired);
    }
    let length = text(header::CONTENT_LENGTH)
        .and_then(number)
        .ok_or(Refusal::LengthRequired)?;
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Refusal::Malformed(
            "an upload must not have a Content-Encoding",
        ));
    }
    let (range, total) =
        text(header::CONTENT_RANGE)
            .and_then(content_range)
            .ok_or(Refusal::Malformed(
                "Content-Range must be `bytes FIRST-LAST/TOTAL`",
            ))?;
    if length != range.len()
        || body
            .size_hint()
            .exact()
            .is_some_and(|exact| exact != length)
    {
        return Err(Refusal::Malformed(
            "Content-Length and Content-Range differ",
        ));
    }
    Ok((range, total))
}

/// Parses `bytes FIRST-LAST/TOTAL`, with both ends inclusive.
fn content_range(text: &str) -> Option<(Range, u64)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last, total) = (number(first)?, number(last)?, number(total)?);
    (first <= last && last < total).then_some((Range { first, last }, total))
}

fn number(digits: &str) -> Option<u64> {
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_range_is_parsed_strictly() {
        let range = |first, last, total| Some((Range { first, last }, total));
        assert_eq!(content_range("bytes 0-9/10"), range(0, 9, 10));
        assert_eq!(content_range("bytes 10-19/30"), range(10, 19, 30));
        for text in [
            "",
            "bytes",
            "bytes ",
            "bytes 0-9",
            "bytes 0-9/",
            "bytes 0-9/*",
            "bytes */10",
            "bytes 0-10/10",
            "bytes 9-0/10",
            "bytes=0-9/10",
            "0-9/10",
            "Bytes 0-9/10",
            "bytes  0-9/10",
            "bytes 0 - 9/10",
            "bytes +0-9/10",
            "bytes -9/10",
            "bytes 0-9/10 ",
            "bytes 0-18446744073709551616/18446744073709551617",
        ] {
            assert_eq!(content_range(text), None, "{text}");
        }
    }
}
