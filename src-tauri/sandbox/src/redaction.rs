//! Redaction of secrets in recorded requests: each secret is replaced by a fingerprint.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::hex::hex;

/// Maximum size of a recorded body; for a longer one, only its length is recorded.
const MAX_RECORDED_BODY: usize = 32 * 1024;

/// Fields that contain secrets, at any depth. They are recorded as fingerprints.
const SECRET_FIELDS: [&str; 10] = [
    "access_token",
    "client_secret",
    "code",
    "code_challenge",
    "code_verifier",
    "refresh_token",
    "state",
    "token",
    "upload_token",
    "upload_url",
];

/// Returns the fingerprint that replaces a secret in recorded requests: the start of its SHA-256.
pub fn fingerprint(secret: &str) -> String {
    format!("sha256:{}", &hex(&Sha256::digest(secret))[..12])
}

/// Replaces every secret in a JSON value with its fingerprint.
pub(crate) fn redact_value(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let value = match value {
                        Value::String(text) if SECRET_FIELDS.contains(&name.as_str()) => {
                            Value::String(fingerprint(&text))
                        }
                        other => redact_value(other),
                    };
                    (name, value)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(redact_value).collect()),
        other => other,
    }
}

/// Converts form fields or a query to a redacted JSON object. A repeated field becomes a list.
pub(crate) fn redact_form(text: &[u8]) -> Value {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(text) {
        let value = if SECRET_FIELDS.contains(&name.as_ref()) {
            fingerprint(&value)
        } else {
            value.into_owned()
        };
        match fields.get_mut(name.as_ref()) {
            None => {
                fields.insert(name.into_owned(), Value::String(value));
            }
            Some(Value::Array(items)) => items.push(Value::String(value)),
            Some(first) => *first = Value::Array(vec![first.take(), Value::String(value)]),
        }
    }
    Value::Object(fields)
}

/// Returns the redacted form of a body, for the request log.
pub(crate) fn redact_body(content_type: Option<&str>, body: &[u8]) -> Option<Value> {
    if body.is_empty() {
        return None;
    }
    if body.len() <= MAX_RECORDED_BODY {
        if content_type.is_some_and(|text| text.starts_with("application/x-www-form-urlencoded")) {
            return Some(redact_form(body));
        }
        if let Ok(value) = serde_json::from_slice(body) {
            return Some(redact_value(value));
        }
    }
    Some(json!({ "unread_bytes": body.len() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_redacted() {
        let form = redact_body(
            Some("application/x-www-form-urlencoded"),
            b"client_key=k&client_secret=hush&code=hush&refresh_token=hush&code_verifier=hush&token=hush",
        );
        let text = form.unwrap().to_string();
        assert!(
            text.contains("\"client_key\":\"k\"") && !text.contains("hush"),
            "{text}"
        );
        let nested =
            redact_value(json!({"data": [{"upload_url": "hush"}], "publish_id": "p"})).to_string();
        assert!(
            nested.contains("\"p\"") && !nested.contains("hush"),
            "{nested}"
        );
    }

    #[test]
    fn repeated_fields_become_a_list() {
        assert_eq!(
            redact_form(b"scope=a&scope=b&scope=c"),
            json!({"scope": ["a", "b", "c"]})
        );
    }
}
