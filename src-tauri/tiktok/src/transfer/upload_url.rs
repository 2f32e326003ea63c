//! The upload address of a post: a secret that arrives over the wire.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Position, Url};

use crate::{
    endpoints::{Endpoints, is_loopback},
    error::UploadUrlError,
};

/// The domain of the upload hosts. The host varies by region (`/doc/content-posting-api-media-transfer-guide`).
const UPLOAD_DOMAIN: &str = "tiktokapis.com";
/// Longest address that is accepted, in bytes. The page says 256 characters; this leaves room.
const LENGTH_MAX: usize = 8 * 1024;

/// A checked upload address, unchanged. It allows anyone to send the video, so `Debug` masks it.
#[derive(Clone)]
pub struct UploadUrl {
    text: SecretString,
    loopback: bool,
}

impl UploadUrl {
    /// Checks an address: https on `tiktokapis.com` or a host below it, or loopback if the API itself is on loopback.
    pub fn parse(text: &str, endpoints: &Endpoints) -> Result<Self, UploadUrlError> {
        let url = Url::parse(text).map_err(|_| UploadUrlError::Invalid)?;
        let loopback = is_loopback(&url) && endpoints.api_is_loopback();
        match url.scheme() {
            "http" | "https" if loopback => {}
            "http" | "https" if !is_tiktoks(&url) => return Err(UploadUrlError::ForeignHost),
            "https" => {}
            _ => return Err(UploadUrlError::Insecure),
        }
        verbatim(text, &url)?;
        Ok(Self {
            text: SecretString::from(text),
            loopback,
        })
    }

    /// The address as TikTok wrote it, for encrypted storage and for sending.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// Whether the address points to this computer.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }
}

impl fmt::Debug for UploadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UploadUrl([masked])")
    }
}

fn is_tiktoks(url: &Url) -> bool {
    let Some(Host::Domain(host)) = url.host() else {
        return false;
    };
    // The parser has converted the host to lower case.
    host == UPLOAD_DOMAIN
        || host
            .strip_suffix(UPLOAD_DOMAIN)
            .is_some_and(|before| before.ends_with('.') && before.len() > 1)
}

/// Ensures that the parsed address, which is sent, equals the text.
fn verbatim(text: &str, url: &Url) -> Result<(), UploadUrlError> {
    let (scheme, rest) = text.split_once("://").ok_or(UploadUrlError::Rewritten)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    if authority.contains('@') {
        return Err(UploadUrlError::Credentials);
    }
    let host = url.host_str().ok_or(UploadUrlError::Invalid)?;
    let same_host = authority
        .split_at_checked(host.len())
        .is_some_and(|(name, port)| {
            let port_ok = port.strip_prefix(':').is_some_and(|digits| {
                !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
            });
            name.eq_ignore_ascii_case(host) && (port.is_empty() || port_ok)
        });
    let sent = &url[Position::BeforePath..Position::AfterQuery];
    let same_target = if target.starts_with('/') {
        target == sent
    } else {
        sent.strip_prefix('/') == Some(target)
    };
    // The parser drops, among others, white space before the scheme.
    let same_scheme = scheme.eq_ignore_ascii_case(url.scheme());
    if text.len() > LENGTH_MAX || !same_scheme || !same_host || !same_target {
        return Err(UploadUrlError::Rewritten);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local() -> Endpoints {
        Endpoints::new("http://127.0.0.1:4010", "http://127.0.0.1:4010").unwrap()
    }

    #[test]
    fn tiktoks_hosts_are_accepted_verbatim() {
        for text in [
            "https://open-upload.tiktokapis.com/video/?upload_id=67890&upload_token=Xza123",
            "https://upload.us.tiktokapis.com/video/?upload_id=1&upload_token=a%2Fb%2f%7E~+=&&x",
            "https://tiktokapis.com/",
            "https://UPLOAD.TikTokAPIs.com/Video?Token=Ab",
            "https://upload.tiktokapis.com:443/video/?t=1",
            "https://upload.tiktokapis.com:8443/video/?t=1",
            "https://upload.tiktokapis.com?t=1",
            "https://upload.tiktokapis.com/a//b/?t=user@host",
        ] {
            let url = UploadUrl::parse(text, &Endpoints::tiktok()).unwrap_or_else(|error| {
                panic!("{text}: {error}");
            });
            assert_eq!(url.expose(), text);
            assert!(!format!("{url:?}").contains("tiktokapis"));
            assert!(UploadUrl::parse(text, &local()).is_ok(), "{text}");
        }
    }

    #[test]
    fn foreign_and_disguised_hosts_are_refused() {
        use UploadUrlError::{Credentials, ForeignHost, Insecure, Invalid, Rewritten};
        for (text, error) in [
            ("", Invalid),
            ("upload.tiktokapis.com/video", Invalid),
            ("https://tiktokapis.com.evil.org/video", ForeignHost),
            ("https://eviltiktokapis.com/video", ForeignHost),
            ("https://.tiktokapis.com/video", ForeignHost),
            ("https://tiktokapis.com./video", ForeignHost),
            ("https://evil.org/?tiktokapis.com", ForeignHost),
            ("https://evil.org/upload.tiktokapis.com", ForeignHost),
            ("https://evil.org#.tiktokapis.com", ForeignHost),
            ("https://evil.org\\.tiktokapis.com/", ForeignHost),
            ("https://upload.tiktokapis.com@evil.org/", ForeignHost),
            ("https://tiktok.com/video", ForeignHost),
            ("https://127.0.0.1/video", ForeignHost),
            ("https://[::1]/video", ForeignHost),
            ("http://127.0.0.1:4010/video", ForeignHost),
            ("http://upload.tiktokapis.com/video", Insecure),
            ("ftp://upload.tiktokapis.com/video", Insecure),
            ("javascript://upload.tiktokapis.com/%0Aalert(1)", Insecure),
            ("https://user@upload.tiktokapis.com/video", Credentials),
            ("https://evil.org:pw@upload.tiktokapis.com/v", Credentials),
            ("https://@upload.tiktokapis.com/video", Credentials),
            ("https:upload.tiktokapis.com/video", Rewritten),
            ("https:\\\\upload.tiktokapis.com/video", Rewritten),
            (" https://upload.tiktokapis.com/video", Rewritten),
            ("https://upload.tiktokapis.com/video ", Rewritten),
            ("https://upload.tiktokapis.com/vi\tdeo", Rewritten),
            ("https://upload.tiktokapis.com/a/../video", Rewritten),
            ("https://upload.tiktokapis.com/a/%2e%2e/video", Rewritten),
            ("https://upload.tiktokapis.com/vidéo", Rewritten),
            ("https://upload.tiktokapis.com/video?t='", Rewritten),
            ("https://upload.tiktokapis.com/video#part", Rewritten),
            ("https://upload%2Etiktokapis.com/video", Rewritten),
            ("https://upload.tiktokapis.com:/video", Rewritten),
        ] {
            let got = UploadUrl::parse(text, &Endpoints::tiktok()).err();
            assert_eq!(got, Some(error), "{text}");
        }
        let long = format!(
            "https://upload.tiktokapis.com/?t={}",
            "a".repeat(LENGTH_MAX)
        );
        assert!(UploadUrl::parse(&long, &Endpoints::tiktok()).is_err());
    }

    #[test]
    fn loopback_needs_a_loopback_api() {
        for text in [
            "http://127.0.0.1:4010/upload/?t=1",
            "http://localhost:4010/upload/?t=1",
            "http://[::1]:4010/upload/?t=1",
            "https://127.0.0.1:4010/upload/?t=1",
        ] {
            assert!(UploadUrl::parse(text, &local()).is_ok(), "{text}");
            assert!(
                UploadUrl::parse(text, &Endpoints::tiktok()).is_err(),
                "{text}"
            );
        }
        for text in [
            "http://127.0.0.1.evil.org/",
            "http://127.0.0.1@evil.org/",
            "http://0.0.0.0:4010/",
            "http://192.168.0.1/",
            "http://upload.tiktokapis.com/",
        ] {
            assert!(UploadUrl::parse(text, &local()).is_err(), "{text}");
        }
    }
}
