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
mod tests;
