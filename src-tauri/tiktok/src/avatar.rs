//! Fetching a creator's avatar from an untrusted address.

use reqwest::{Client, header::CONTENT_TYPE};
use url::Url;

use crate::{
    endpoints::{Endpoints, is_loopback},
    error::{AvatarError, Error, Operation},
    http::{self, ReadError},
    limits::AVATAR_SIZE_MAX,
};

/// An avatar. Keep the picture, because its link expires (`/doc/content-posting-api-reference-query-creator-info`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avatar {
    /// The media type, `image/…`, without parameters.
    pub content_type: String,
    /// The bytes of the picture.
    pub bytes: Vec<u8>,
}

pub(crate) async fn fetch(
    http: &Client,
    endpoints: &Endpoints,
    address: &str,
) -> Result<Avatar, Error> {
    let refuse = |reason| Err(Error::Avatar(reason));
    let url = match Url::parse(address) {
        Ok(url) if allowed(&url, endpoints) => url,
        _ => return refuse(AvatarError::Address),
    };
    let mut response = http
        .get(url)
        .send()
        .await
        .map_err(|error| http::network(Operation::FetchAvatar, error))?;
    let status = response.status().as_u16();
    if status != 200 {
        return refuse(AvatarError::Status(status));
    }
    let Some(content_type) = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase())
        .filter(|kind| is_picture(kind, endpoints))
    else {
        return refuse(AvatarError::NotAnImage);
    };
    match http::read_bounded(&mut response, AVATAR_SIZE_MAX).await {
        Ok(bytes) => Ok(Avatar {
            content_type,
            bytes: bytes.to_vec(),
        }),
        Err(ReadError::TooLong) => refuse(AvatarError::TooLarge),
        Err(ReadError::Network(error)) => Err(http::network(Operation::FetchAvatar, error)),
    }
}

fn allowed(url: &Url, endpoints: &Endpoints) -> bool {
    let plain = url.username().is_empty() && url.password().is_none();
    let place = if is_loopback(url) {
        endpoints.api_is_loopback() && matches!(url.scheme(), "http" | "https")
    } else {
        url.scheme() == "https"
    };
    plain && place
}

/// An SVG can carry scripts, so only a sandbox on this computer may send one.
fn is_picture(kind: &str, endpoints: &Endpoints) -> bool {
    kind.strip_prefix("image/").is_some_and(|format| {
        !format.is_empty() && (!format.starts_with("svg") || endpoints.api_is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_the_loopback_of_a_loopback_api_are_fetched() {
        let tiktok = Endpoints::tiktok();
        let local = Endpoints::new("http://127.0.0.1:1", "http://127.0.0.1:1").unwrap();
        for (address, from_tiktok, from_local) in [
            ("https://p16.tiktokcdn.com/a.webp?x=1", true, true),
            ("http://p16.tiktokcdn.com/a.webp", false, false),
            ("http://127.0.0.1:9/a.png", false, true),
            ("https://localhost/a.png", false, true),
            ("https://user:pw@p16.tiktokcdn.com/a.webp", false, false),
            ("file:///etc/passwd", false, false),
            ("data:image/png;base64,AA", false, false),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(allowed(&url, &tiktok), from_tiktok, "{address}");
            assert_eq!(allowed(&url, &local), from_local, "{address}");
        }
    }

    #[test]
    fn only_pictures_are_accepted() {
        let tiktok = Endpoints::tiktok();
        let local = Endpoints::new("http://127.0.0.1:1", "http://127.0.0.1:1").unwrap();
        assert!(is_picture("image/webp", &tiktok));
        assert!(!is_picture("image/svg+xml", &tiktok));
        assert!(is_picture("image/svg+xml", &local));
        assert!(!is_picture("text/html", &local));
        assert!(!is_picture("image/", &local));
    }
}
