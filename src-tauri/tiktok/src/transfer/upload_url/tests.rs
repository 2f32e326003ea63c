//! Accepted and refused upload addresses.

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
