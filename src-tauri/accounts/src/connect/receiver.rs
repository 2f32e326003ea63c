//! The two receivers of TikTok's answer: a loopback port, or the creator's own page with a link.

use url::{Host, Url};

/// Redirect addresses must be shorter than this, in characters (`/doc/login-kit-web`).
const REDIRECT_URI_MAX: usize = 512;

/// The receiver of an attempt's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Receiver {
    /// A loopback port, for TikTok's desktop apps (`/doc/login-kit-desktop`).
    Loopback {
        /// The port on 127.0.0.1.
        port: u16,
    },
    /// The creator's own page, which forwards the answer in a link. For TikTok's web apps, which may not use a custom
    /// scheme (`/doc/login-kit-web`).
    HostedPage(HostedPage),
}

impl Receiver {
    /// The redirect address. The consent page and the code exchange need the same bytes.
    pub(super) fn redirect_uri(&self) -> String {
        match self {
            Self::Loopback { port } => format!("http://127.0.0.1:{port}/callback/"),
            Self::HostedPage(page) => page.0.clone(),
        }
    }
}

/// The address of the creator's page, as registered at TikTok.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedPage(String);

/// Why an address cannot be a redirect address (`/doc/login-kit-web`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HostedPageError {
    /// It is not an absolute web address or has invalid characters.
    #[error("it is not a web address")]
    NotAnAddress,
    /// It is not https.
    #[error("it is not https")]
    NotHttps,
    /// It names a user or a password.
    #[error("it names a user")]
    User,
    /// It has a query or a fragment.
    #[error("it has a query or a fragment")]
    NotStatic,
    /// It is too long.
    #[error("it is not shorter than {max} characters")]
    TooLong {
        /// The first length that is too long, in characters.
        max: usize,
    },
}

impl HostedPage {
    /// Validates an address. With `local`, for a TikTok sandbox on this computer, it may be a loopback address without
    /// TLS.
    pub fn new(text: &str, local: bool) -> Result<Self, HostedPageError> {
        if text.len() >= REDIRECT_URI_MAX {
            return Err(HostedPageError::TooLong {
                max: REDIRECT_URI_MAX,
            });
        }
        // The parser repairs invalid addresses, but TikTok compares the registered bytes.
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\\\"<>`{}|^".contains(&byte));
        let url = Url::parse(text).map_err(|_| HostedPageError::NotAnAddress)?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(HostedPageError::NotHttps),
        };
        if !plain || !text.starts_with(&format!("{}://", url.scheme())) || !url.has_host() {
            return Err(HostedPageError::NotAnAddress);
        }
        let on_this_computer = local && is_this_computer(&url);
        if !secure && !on_this_computer {
            return Err(HostedPageError::NotHttps);
        }
        // The parser drops empty parts, so the text itself is searched.
        let authority = text.split('/').nth(2).unwrap_or_default();
        if authority.contains('@') {
            return Err(HostedPageError::User);
        }
        if text.contains(['?', '#']) {
            return Err(HostedPageError::NotStatic);
        }
        Ok(Self(text.to_owned()))
    }
}

fn is_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip == std::net::Ipv4Addr::LOCALHOST,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_loopback_address_is_the_registered_one() {
        let receiver = Receiver::Loopback { port: 3455 };
        assert_eq!(receiver.redirect_uri(), "http://127.0.0.1:3455/callback/");
    }

    #[test]
    fn valid_pages_are_kept_byte_for_byte() {
        for page in [
            "https://ada.example/slipway/",
            "https://ada.github.io/connect/index.html",
            "https://ada.example:8443/",
            "https://ada.example",
            "https://Ada.example/a@b/",
        ] {
            let receiver = Receiver::HostedPage(HostedPage::new(page, false).unwrap());
            assert_eq!(receiver.redirect_uri(), page);
        }
    }

    #[test]
    fn invalid_addresses_are_rejected_with_a_reason() {
        use HostedPageError::{NotAnAddress, NotHttps, NotStatic, User};
        for (page, reason) in [
            ("", NotAnAddress),
            ("ada.example/slipway/", NotAnAddress),
            ("https:ada.example/", NotAnAddress),
            ("https:/ada.example/", NotAnAddress),
            ("https://", NotAnAddress),
            ("https://ada.example/a b/", NotAnAddress),
            ("https://ada.example/\n", NotAnAddress),
            (" https://ada.example/", NotAnAddress),
            ("https://ada.example\\@evil.example/", NotAnAddress),
            ("https://ädä.example/", NotAnAddress),
            ("http://ada.example/", NotHttps),
            ("http://127.0.0.1:8000/", NotHttps),
            ("slipway://oauth/callback", NotHttps),
            ("javascript:alert(1)", NotHttps),
            ("https://ada:word@ada.example/", User),
            ("https://@ada.example/", User),
            ("https://ada.example/?a=b", NotStatic),
            ("https://ada.example/?", NotStatic),
            ("https://ada.example/#", NotStatic),
        ] {
            assert_eq!(HostedPage::new(page, false), Err(reason), "{page:?}");
        }
        let at_length = |length: usize| format!("https://ada.example/{}", "a".repeat(length - 20));
        assert!(HostedPage::new(&at_length(511), false).is_ok());
        assert_eq!(
            HostedPage::new(&at_length(512), false),
            Err(HostedPageError::TooLong { max: 512 })
        );
    }

    #[test]
    fn plain_http_needs_a_local_page_and_a_local_tiktok() {
        for page in ["http://127.0.0.1:8000/", "http://localhost:8000/connect/"] {
            assert!(HostedPage::new(page, true).is_ok(), "{page}");
            assert_eq!(
                HostedPage::new(page, false),
                Err(HostedPageError::NotHttps),
                "{page}"
            );
        }
        for page in [
            "http://ada.example/",
            "http://127.0.0.1.ada.example/",
            "http://127.0.0.2:8000/",
            "http://0.0.0.0:8000/",
            "http://[::1]:8000/",
        ] {
            assert_eq!(
                HostedPage::new(page, true),
                Err(HostedPageError::NotHttps),
                "{page}"
            );
        }
    }

    proptest! {
        #[test]
        fn accepted_addresses_have_no_query_or_fragment(
            text in "\\PC{0,80}|https?://[a-z0-9.@:/?#%\\\\\\[\\]-]{0,60}",
            local: bool,
        ) {
            if let Ok(page) = HostedPage::new(&text, local) {
                let url = Url::parse(&page.0).unwrap();
                prop_assert!(url.username().is_empty() && url.password().is_none());
                prop_assert!(url.query().is_none() && url.fragment().is_none());
                prop_assert!(url.scheme() == "https" || (local && is_this_computer(&url)));
                prop_assert_eq!(page.0, text);
            }
        }
    }
}
