//! Side files: what `NAME.txt` and `NAME.json` beside a video say about its posts.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use serde::{Deserialize, Serialize};
use slipway_core::views::{CaptionRule, PostMode};

use super::file_stat::{sidecar_extension, sidecar_path};

/// No honest side file is longer, in bytes: a caption has at most 2200 characters.
const SIZE_MAX: u64 = 64 * 1024;

/// What a side file says. What is left out is as the folder says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Sidecar {
    pub(super) caption: Option<String>,
    /// Without `#`; put after the caption.
    pub(super) hashtags: Vec<String>,
    /// An account's label, `@username` or nickname.
    pub(super) account: Option<String>,
    pub(super) mode: Option<PostMode>,
    /// In TikTok's words.
    pub(super) privacy: Option<String>,
    pub(super) allow_comment: Option<bool>,
    pub(super) allow_duet: Option<bool>,
    pub(super) allow_stitch: Option<bool>,
    pub(super) discloses_commercial: Option<bool>,
    pub(super) brand_organic: Option<bool>,
    pub(super) brand_content: Option<bool>,
    pub(super) is_aigc: Option<bool>,
    pub(super) cover_ms: Option<u32>,
    /// A date with a time of day in the zone of the settings, or RFC 3339.
    pub(super) at: Option<String>,
}

/// Why a side file cannot be used, as a fact that can be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum SidecarError {
    /// Not UTF-8.
    Encoding,
    /// Longer than any side file.
    TooLong,
    /// No JSON, or not a post's.
    Json {
        line: usize,
        column: usize,
        detail: String,
    },
    /// It cannot be read.
    Unreadable { detail: String },
}

/// What the side file of a video says; nothing where the rule has none.
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
    let unreadable = |error: io::Error| SidecarError::Unreadable {
        detail: error.kind().to_string(),
    };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(SIZE_MAX + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    decode(&bytes)
}

/// The text of a side file: UTF-8, with a byte order mark or without.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, SidecarError> {
    if bytes.len() as u64 > SIZE_MAX {
        return Err(SidecarError::TooLong);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| SidecarError::Encoding)?;
    // UTF-16 of plain letters is UTF-8 with zeros in between.
    if text.contains('\0') {
        return Err(SidecarError::Encoding);
    }
    Ok(text.to_owned())
}

/// The post that a JSON file describes.
pub(super) fn parse(text: &str) -> Result<Sidecar, SidecarError> {
    // A list would be taken for the fields in their order, which nobody means.
    if text.trim_start().starts_with('[') {
        return Err(SidecarError::Json {
            line: 1,
            column: 1,
            detail: "expected an object, found a list".to_owned(),
        });
    }
    serde_json::from_str(text).map_err(|error| SidecarError::Json {
        line: error.line(),
        column: error.column(),
        // Without the place, which is told apart.
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
    fn every_field_of_a_post_can_be_said() {
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
    fn what_is_wrong_is_told_with_its_place() {
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
    fn only_utf_8_is_text() {
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
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
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
