//! Accepted and refused callbacks of the consent page.

use proptest::prelude::*;

use super::*;

fn text(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(ExposeSecret::expose_secret)
}

#[test]
fn callback_code_is_decoded_exactly_once() {
    let answer = Callback::parse(
        "?code=Ab%2B1%2a0%214532.e1%252F&scopes=user.info.basic%2Cvideo.publish&state=x%3Dy",
    )
    .unwrap();
    let shown = format!("{answer:?}");
    assert!(!shown.contains("4532") && !shown.contains("x=y"), "{shown}");
    let Callback::Granted {
        code,
        scopes,
        state,
    } = answer
    else {
        panic!("not a grant")
    };
    assert_eq!(code.expose_secret(), "Ab+1*0!4532.e1%2F");
    assert_eq!(scopes, [Scope::UserInfoBasic, Scope::VideoPublish]);
    assert_eq!(text(state.as_ref()), Some("x=y"));
}

#[test]
fn callback_error_takes_precedence_over_a_code() {
    let Callback::Refused {
        error,
        description,
        error_type,
        state,
    } = Callback::parse(
        "code=x&error=access_denied&error_description=No%0Away&error_type=non_sandbox_target",
    )
    .unwrap()
    else {
        panic!("not a refusal")
    };
    assert_eq!(error, OAuthErrorCode::AccessDenied);
    assert_eq!(description, "No way");
    assert_eq!(error_type.as_deref(), Some("non_sandbox_target"));
    assert!(state.is_none());
}

#[test]
fn invalid_callbacks_are_refused() {
    for (query, error) in [
        ("", CallbackError::Empty),
        ("?", CallbackError::Empty),
        ("code=&state=s", CallbackError::Empty),
        ("code=a&code=b", CallbackError::Repeated("code")),
        ("code=a&state=b&state=c", CallbackError::Repeated("state")),
        ("error=a&error=b", CallbackError::Repeated("error")),
        ("code=&code=b", CallbackError::Repeated("code")),
        (
            "error=a&error_type=b&error_type=b",
            CallbackError::Repeated("error_type"),
        ),
    ] {
        assert_eq!(Callback::parse(query).unwrap_err(), error, "{query}");
    }
    let long = format!("code={}", "a".repeat(QUERY_MAX));
    assert_eq!(Callback::parse(&long).unwrap_err(), CallbackError::TooLong);
}

proptest! {
    #[test]
    fn any_query_parses_without_a_panic(query in "\\PC{0,200}|[a-z=&%?+0-9]{0,200}") {
        let _ = Callback::parse(&query);
    }

    #[test]
    fn any_code_and_state_round_trip(code in "\\PC{1,80}", state in "\\PC{1,80}", noise in "[a-z]{0,9}") {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("state", &state)
            .append_pair("lang", &noise)
            .append_pair("code", &code)
            .finish();
        match Callback::parse(&query) {
            Ok(Callback::Granted { code: got, state: came, .. }) => {
                prop_assert_eq!(got.expose_secret(), code.as_str());
                prop_assert_eq!(text(came.as_ref()), Some(state.as_str()));
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
