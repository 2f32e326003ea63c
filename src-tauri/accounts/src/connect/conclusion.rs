//! The result of an attempt that TikTok answered, and the refusal code that the audit trail records.

use super::error::ConnectError;

/// The longest code from TikTok that the audit trail repeats, in bytes.
const CODE_MAX: usize = 64;

/// The result of an attempt with a valid answer.
#[derive(Debug)]
pub(super) enum Conclusion {
    /// The account is stored.
    Connected {
        account_id: String,
        display_name: String,
        /// Whether the creator granted fewer scopes than before.
        fewer: bool,
    },
    /// Another creator than the expected one agreed. The creator chooses in the window.
    AnotherCreator { expected: String, agreed: String },
}

/// The refusal code for the audit trail; `None` if the attempt was not refused.
pub(super) fn refusal(error: &ConnectError) -> Option<String> {
    match error {
        ConnectError::NothingGranted => Some("nothing_granted".to_owned()),
        ConnectError::Expired => Some("expired".to_owned()),
        ConnectError::Refused {
            error, error_type, ..
        } => {
            let finer = error_type.as_deref().filter(|finer| is_code(finer));
            Some(finer.map_or_else(|| code(error.as_str()), str::to_owned))
        }
        ConnectError::TikTok(error) => error.refusal().map(code),
        _ => None,
    }
}

/// TikTok's code, or `unknown` for other text: any program can send an answer to the port.
fn code(text: &str) -> String {
    if is_code(text) {
        text.to_owned()
    } else {
        "unknown".to_owned()
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= CODE_MAX
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use tiktok_api::OAuthErrorCode;

    use super::*;

    #[test]
    fn the_audit_trail_repeats_codes_and_no_other_text() {
        let refused = |error: &str, error_type: Option<&str>| {
            refusal(&ConnectError::Refused {
                error: OAuthErrorCode::from(error.to_owned()),
                description: "Some words".to_owned(),
                error_type: error_type.map(str::to_owned),
            })
        };
        for (error, error_type, reason) in [
            ("access_denied", None, "access_denied"),
            (
                "access_denied",
                Some("non_sandbox_target"),
                "non_sandbox_target",
            ),
            ("access_denied", Some("Call 555-1234"), "access_denied"),
            ("Call 555-1234 now", None, "unknown"),
            ("", None, "unknown"),
        ] {
            assert_eq!(refused(error, error_type).as_deref(), Some(reason));
        }
        assert_eq!(refused(&"a".repeat(65), None).as_deref(), Some("unknown"));
        assert_eq!(refusal(&ConnectError::Cancelled), None);
        assert_eq!(refusal(&ConnectError::StateMismatch), None);
    }
}
