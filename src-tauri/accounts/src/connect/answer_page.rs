//! The page that the browser shows once TikTok's answer is here.

use axum::{
    body::Body,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use slipway_core::{notice::Explain, texts::Texts};

use super::conclusion::Conclusion;
use crate::connect::{AnswerBody, AnswerText, ConnectError};

const PAGE: &str = include_str!("page.html");

/// The address of the page's link: it only brings Slipway to the front.
const OPEN: &str = "slipway://open";

/// Renders the page for the result of a sign-in.
pub(super) fn page(answer: &Result<Conclusion, ConnectError>, texts: &Texts) -> Response<Body> {
    let (status, text) = match answer {
        Ok(Conclusion::Connected {
            display_name,
            fewer,
            ..
        }) => (StatusCode::OK, AnswerText::connected(display_name, *fewer)),
        Ok(Conclusion::AnotherCreator { expected, agreed }) => (
            StatusCode::OK,
            AnswerText::another_creator(expected, agreed),
        ),
        Err(error) => (
            StatusCode::BAD_REQUEST,
            AnswerText::not_connected(error.explain()),
        ),
    };
    let nonce = STANDARD.encode(rand::random::<[u8; 16]>());
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let (first, second) = match &text.body {
        AnswerBody::Lines(first, second) => (texts.message(first), texts.message(second)),
        AnswerBody::Notice(notice) => {
            let words = texts.notice(notice);
            let second = AnswerText::notice_second(words.slipway, words.you);
            (words.happened, texts.message(&second))
        }
    };
    // Names are inserted last, so that a placeholder in a name is not replaced.
    let html = PAGE
        .replace("{language}", texts.language().tag())
        .replace("{nonce}", &nonce)
        .replace("{open}", OPEN)
        .replace("{window}", &escape(&texts.message(&text.window_title())))
        .replace("{title}", &escape(&texts.message(&text.title)))
        .replace("{back}", &escape(&texts.message(&AnswerText::open())));
    let html = fill(&html, [("{first}", &first), ("{second}", &second)]);
    let headers = [
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (status, headers, Html(html)).into_response()
}

/// Replaces the placeholders, which must be in this order.
fn fill(page: &str, texts: [(&str, &str); 2]) -> String {
    let mut rest = page;
    let mut filled = String::with_capacity(page.len());
    for (place, text) in texts {
        let (before, after) = rest.split_once(place).unwrap_or((rest, ""));
        filled.push_str(before);
        filled.push_str(&escape(text));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Makes text harmless inside HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_core::texts::Language;

    async fn shown(answer: Result<Conclusion, ConnectError>) -> (StatusCode, String, String) {
        let response = page(&answer, Texts::of(Language::English));
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .to_owned();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
        (
            status,
            policy,
            String::from_utf8(body.unwrap().to_vec()).unwrap(),
        )
    }

    #[tokio::test]
    async fn names_stay_text_and_only_the_pages_own_script_runs() {
        for name in [
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "{second}{nonce}{open}",
            "a&b",
        ] {
            let (status, policy, html) = shown(Ok(Conclusion::Connected {
                account_id: String::new(),
                display_name: name.to_owned(),
                fewer: false,
            }))
            .await;
            assert_eq!(status, StatusCode::OK);
            assert!(html.contains(&escape(name)), "{html}");
            assert_eq!(html.matches("<script").count(), 1, "{html}");
            assert!(!html.contains("<img"), "{html}");
            let nonce = policy
                .split("script-src 'nonce-")
                .nth(1)
                .and_then(|rest| rest.split('\'').next())
                .unwrap();
            assert!(html.contains(&format!("<script nonce=\"{nonce}\"")));
            assert!(html.contains(&format!("<style nonce=\"{nonce}\"")));
            assert!(!policy.contains("unsafe"), "{policy}");
        }
    }

    #[tokio::test]
    async fn each_page_has_a_nonce_of_its_own_and_no_place_left() {
        let another = || {
            Ok(Conclusion::AnotherCreator {
                expected: "Ada".to_owned(),
                agreed: "Ben".to_owned(),
            })
        };
        let (_, one, html) = shown(another()).await;
        let (_, other, _) = shown(another()).await;
        assert_ne!(one, other);
        for place in [
            "{language}",
            "{window}",
            "{title}",
            "{first}",
            "{second}",
            "{open}",
            "{back}",
            "{nonce}",
        ] {
            assert!(PAGE.contains(place) && !html.contains(place), "{place}");
        }
        let (status, _, html) = shown(Err(ConnectError::StateMismatch)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(html.contains("does not belong"), "{html}");
    }
}
