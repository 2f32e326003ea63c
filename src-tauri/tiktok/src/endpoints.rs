//! The origins of TikTok's consent page and API.

use std::{fmt, net::IpAddr};

use url::{Host, Url};

/// The two origins that this crate calls.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoints {
    auth: Url,
    api: Url,
}

/// The reason why an origin cannot be used. The texts never repeat the address, which may contain credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The text is not a valid address.
    #[error("not a valid address")]
    Invalid,
    /// The address is neither https nor http on this computer's loopback.
    #[error("must be https, or http on the loopback of this computer")]
    Insecure,
    /// The address has a path, query, fragment, user name or password.
    #[error("must be an origin only: scheme, host and port")]
    NotAnOrigin,
}

impl Endpoints {
    /// TikTok's own origins: `https://www.tiktok.com` and `https://open.tiktokapis.com` (`/doc/login-kit-desktop`).
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "both texts are constants and a test parses them"
    )]
    pub fn tiktok() -> Self {
        Self::new("https://www.tiktok.com", "https://open.tiktokapis.com")
            .expect("TikTok's own origins are valid")
    }

    /// Other origins, such as a sandbox on this computer.
    ///
    /// Each must be an origin only: https, or http on `127.0.0.0/8`, `localhost` or `::1`.
    pub fn new(auth: &str, api: &str) -> Result<Self, EndpointError> {
        Ok(Self {
            auth: origin(auth)?,
            api: origin(api)?,
        })
    }

    /// Whether the API is on this computer. Only then are upload addresses on loopback allowed.
    pub fn api_is_loopback(&self) -> bool {
        is_loopback(&self.api)
    }

    /// The origin of the consent page.
    pub fn auth(&self) -> &Url {
        &self.auth
    }

    /// The origin of the API.
    pub fn api(&self) -> &Url {
        &self.api
    }

    /// An address of the API. `path` starts and ends with a slash (`/doc/tiktok-api-v2-error-handling`).
    pub(crate) fn api_path(&self, path: &str) -> Url {
        at(&self.api, path)
    }

    /// An address of the consent page's origin.
    pub(crate) fn auth_path(&self, path: &str) -> Url {
        at(&self.auth, path)
    }
}

impl fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoints")
            .field("auth", &self.auth.as_str())
            .field("api", &self.api.as_str())
            .finish()
    }
}

fn at(origin: &Url, path: &str) -> Url {
    let mut url = origin.clone();
    url.set_path(path);
    url
}

fn origin(text: &str) -> Result<Url, EndpointError> {
    let url = Url::parse(text).map_err(|_| EndpointError::Invalid)?;
    match url.scheme() {
        "https" if url.has_host() => {}
        "http" if is_loopback(&url) => {}
        _ => return Err(EndpointError::Insecure),
    }
    // The parser drops an empty user name, so the text is checked for the `@` as well.
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !plain || text.contains('@') {
        return Err(EndpointError::NotAnOrigin);
    }
    Ok(url)
}

/// Whether an address points to this computer, by name or number.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiktoks_own_origins_are_https() {
        let endpoints = Endpoints::tiktok();
        assert_eq!(endpoints.auth().as_str(), "https://www.tiktok.com/");
        assert_eq!(endpoints.api().as_str(), "https://open.tiktokapis.com/");
        assert!(!endpoints.api_is_loopback());
    }

    #[test]
    fn https_and_loopback_http_are_accepted() {
        for origin in [
            "https://example.org",
            "https://example.org:8443/",
            "http://127.0.0.1:4010",
            "http://127.9.9.9:4010/",
            "http://localhost:4010",
            "http://LOCALHOST:4010",
            "http://[::1]:4010",
        ] {
            assert!(Endpoints::new(origin, origin).is_ok(), "{origin}");
        }
        let local = Endpoints::new("https://example.org", "http://127.0.0.1:4010").unwrap();
        assert!(local.api_is_loopback());
        assert_eq!(
            local.api_path("/v2/user/info/").as_str(),
            "http://127.0.0.1:4010/v2/user/info/"
        );
    }

    #[test]
    fn other_origins_are_refused_with_a_reason() {
        for (origin, reason) in [
            ("", EndpointError::Invalid),
            ("open.tiktokapis.com", EndpointError::Invalid),
            ("https://", EndpointError::Invalid),
            ("http://open.tiktokapis.com", EndpointError::Insecure),
            ("http://127.0.0.1.evil.org", EndpointError::Insecure),
            ("http://localhost.evil.org", EndpointError::Insecure),
            ("http://0.0.0.0:80", EndpointError::Insecure),
            ("ftp://127.0.0.1", EndpointError::Insecure),
            ("file:///etc/passwd", EndpointError::Insecure),
            ("https://example.org/v2", EndpointError::NotAnOrigin),
            ("https://example.org/?a=b", EndpointError::NotAnOrigin),
            ("https://example.org/#a", EndpointError::NotAnOrigin),
            ("https://user:pw@example.org", EndpointError::NotAnOrigin),
            ("https://@example.org", EndpointError::NotAnOrigin),
        ] {
            assert_eq!(
                Endpoints::new(origin, "https://example.org"),
                Err(reason),
                "{origin}"
            );
            assert_eq!(
                Endpoints::new("https://example.org", origin),
                Err(reason),
                "{origin}"
            );
        }
    }
}
