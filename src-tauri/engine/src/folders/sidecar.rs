//! Sidecars: files `NAME.txt` and `NAME.json` beside a video, with the caption and settings of its posts.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use serde::{Deserialize, Serialize};
use slipway_core::{
    io_fault::IoFault,
    views::{CaptionRule, PostMode},
};

use super::{
    file_stat::{sidecar_extension, sidecar_path},
    hashtags::Hashtags,
    json_fault::NOT_AN_OBJECT,
};

/// The largest size of a sidecar, in bytes. A caption has at most 2200 characters, so that this is ample.
const SIZE_MAX: u64 = 64 * 1024;

/// The content of a sidecar. The folder's settings apply to fields that are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Sidecar {
    pub(super) caption: Option<String>,
    /// Appended to the caption.
    pub(super) hashtags: Hashtags,
    /// An account's label, `@username` or nickname.
    pub(super) account: Option<String>,
    pub(super) mode: Option<PostMode>,
    /// The privacy level, as TikTok names it.
    pub(super) privacy: Option<String>,
    pub(super) allow_comment: Option<bool>,
    pub(super) allow_duet: Option<bool>,
    pub(super) allow_stitch: Option<bool>,
    pub(super) discloses_commercial: Option<bool>,
    pub(super) brand_organic: Option<bool>,
    pub(super) brand_content: Option<bool>,
    pub(super) is_aigc: Option<bool>,
    pub(super) cover_ms: Option<u32>,
    /// A local date and time in the zone of the settings, or RFC 3339.
    pub(super) at: Option<String>,
}

/// Why a sidecar cannot be used. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum SidecarError {
    /// The file is not UTF-8.
    Encoding,
    /// The file is larger than [`SIZE_MAX`].
    TooLong,
    /// The file is not JSON, or its JSON does not describe a post.
    Json {
        line: usize,
        column: usize,
        /// The parser's own text, of which [`JsonFault`](super::json_fault::JsonFault) recognises the kind.
        detail: String,
    },
    /// The file cannot be read.
    Unreadable {
        /// The name of an [`IoFault`], or the text of the error in older versions.
        detail: String,
    },
}

/// Reads the sidecar of a video. Returns `None` if the caption rule uses no sidecars.
pub(super) fn read(video: &Path, rule: &CaptionRule) -> Result<Option<Sidecar>, SidecarError> {
    let Some(extension) = sidecar_extension(rule) else {
        return Ok(None);
    };
    let text = text(&sidecar_path(video, extension))?;
    let sidecar = match rule {
        CaptionRule::JsonFile => parse(&text)?,
        _ => Sidecar {
            caption: Some(text.replace("\r\n", "\n")),
            ..Sidecar::default()
        },
    };
    Ok(Some(sidecar))
}

fn text(path: &Path) -> Result<String, SidecarError> {
    let unreadable = |error: io::Error| {
        tracing::warn!(%error, "[Folders] Sidecar not readable");
        SidecarError::Unreadable {
            detail: IoFault::from(&error).as_str().to_owned(),
        }
    };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(SIZE_MAX + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    decode(&bytes)
}

/// Decodes a sidecar: UTF-8, with or without a byte order mark.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, SidecarError> {
    if bytes.len() as u64 > SIZE_MAX {
        return Err(SidecarError::TooLong);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| SidecarError::Encoding)?;
    // UTF-16 text of ASCII letters is valid UTF-8 with NUL characters.
    if text.contains('\0') {
        return Err(SidecarError::Encoding);
    }
    Ok(text.to_owned())
}

/// Parses a JSON sidecar.
pub(super) fn parse(text: &str) -> Result<Sidecar, SidecarError> {
    // Serde would read a list as the fields in their order.
    if text.trim_start().starts_with('[') {
        return Err(SidecarError::Json {
            line: 1,
            column: 1,
            detail: NOT_AN_OBJECT.to_owned(),
        });
    }
    serde_json::from_str(text).map_err(|error| SidecarError::Json {
        line: error.line(),
        column: error.column(),
        // Without the position, which has fields of its own.
        detail: error
            .to_string()
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parses_every_field() {
        let sidecar = parse(
            r#"{"caption":"Kiln","hashtags":["clay"],"account":"@ada","mode":"inbox",
                "privacy":"SELF_ONLY","allowComment":true,"allowDuet":false,"allowStitch":true,
                "disclosesCommercial":true,"brandOrganic":true,"brandContent":false,"isAigc":true,
                "coverMs":1500,"at":"2026-12-01T18:00"}"#,
        )
        .unwrap();
        assert_eq!(sidecar.caption.as_deref(), Some("Kiln"));
        assert_eq!(
            (sidecar.mode, sidecar.cover_ms),
            (Some(PostMode::Inbox), Some(1500))
        );
        assert_eq!(parse("{}").unwrap(), Sidecar::default());
    }

    #[test]
    fn errors_have_line_and_column() {
        let at = |text: &str| match parse(text).unwrap_err() {
            SidecarError::Json {
                line,
                column,
                detail,
            } => (line, column, detail),
            other => panic!("{other:?}"),
        };
        let (line, column, detail) = at("{\n  \"capton\": \"x\"\n}");
        assert_eq!((line, column), (2, 10));
        assert!(
            detail.contains("capton") && !detail.contains("line"),
            "{detail}"
        );
        assert_eq!(at("{\"coverMs\": -1}").0, 1);
        assert_eq!(at("").0, 1);
        assert_eq!(at("[").0, 1);
        assert_eq!(at("{} {}").0, 1);
        assert_eq!(at("[\"Kiln\"]").0, 1);
    }

    #[test]
    fn decodes_only_utf_8() {
        assert_eq!(decode(b"\xEF\xBB\xBFKiln").unwrap(), "Kiln");
        assert_eq!(decode("Töpfe 🏺".as_bytes()).unwrap(), "Töpfe 🏺");
        for other in [
            &b"\xFF\xFEK\0i\0"[..],
            b"\xFE\xFF\0K\0i",
            b"K\0i\0l\0n\0",
            b"T\xF6pfe",
        ] {
            assert_eq!(decode(other), Err(SidecarError::Encoding));
        }
        assert_eq!(
            decode(&vec![b'x'; 64 * 1024 + 1]),
            Err(SidecarError::TooLong)
        );
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(text) = decode(&bytes) {
                let _ = parse(&text);
            }
        }

        #[test]
        fn near_misses_do_not_panic(text in r#"[{}\[\]":,a-zA-Z0-9 \n\\-]{0,80}"#) {
            let _ = parse(&text);
        }
    }
}
