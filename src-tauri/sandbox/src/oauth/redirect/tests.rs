//! Tests of the redirect address rules.

use super::*;

#[test]
fn desktop_addresses_are_checked() {
    let registered = [
        "http://127.0.0.1:*/callback/",
        "https://localhost:3455/done/",
    ]
    .map(str::to_owned);
    for (address, fits) in [
        ("http://127.0.0.1:1/callback/", true),
        ("http://127.0.0.1:65535/callback/", true),
        ("https://localhost:3455/done/", true),
        ("https://localhost:3456/done/", false),
        ("http://localhost:3455/done/", false),
        ("http://127.0.0.1:3455/callback", false),
        ("http://127.0.0.1:3455/Callback/", false),
        ("http://127.0.0.1:3455/callback//", false),
        ("http://127.0.0.1/callback/", false),
        ("http://127.0.0.1:/callback/", false),
        ("http://127.0.0.1:0/callback/", false),
        ("http://127.0.0.1:080/callback/", false),
        ("http://127.0.0.1:+80/callback/", false),
        ("http://127.0.0.1:65536/callback/", false),
        ("http://127.0.0.1:*/callback/", false),
        ("http://127.0.0.1:80/callback/?a=b", false),
        ("http://127.0.0.1:80/callback/#a", false),
        ("http://[::1]:80/callback/", false),
        ("http://0.0.0.0:80/callback/", false),
        ("http://127.0.0.2:80/callback/", false),
        ("http://LOCALHOST:80/callback/", false),
        ("http://evil.example:80/callback/", false),
        ("http://127.0.0.1:80@evil.example:80/callback/", false),
        ("http://user@127.0.0.1:80/callback/", false),
        ("http://127.0.0.1:80\\@evil.example/callback/", false),
        ("slipway://oauth/callback", false),
        ("HTTP://127.0.0.1:80/callback/", false),
        ("//127.0.0.1:80/callback/", false),
        ("http://127.0.0.1:80/callback/\r\nX: y", false),
        ("", false),
    ] {
        assert_eq!(check(address, &registered, &[]).is_ok(), fits, "{address}");
    }
    let path = "a".repeat(512 - "http://127.0.0.1:80/".len());
    let long = format!("http://127.0.0.1:80/{path}");
    assert_eq!(
        check(
            &long,
            std::slice::from_ref(&long),
            std::slice::from_ref(&long)
        ),
        Err("The address must be shorter than 512 characters.")
    );
    let fits = &long[..511];
    assert_eq!(check(fits, &[fits.to_owned()], &[]), Ok(()));
}

#[test]
fn web_addresses_are_checked() {
    let page = "https://ada.example/slipway/";
    for (registered, fits) in [
        (page, true),
        ("https://ada.example:8443/slipway/", true),
        ("https://ada.example", true),
        ("http://ada.example/slipway/", false),
        ("https://ada.example/slipway/?a=b", false),
        ("https://ada.example/slipway/#a", false),
        ("https://ada@ada.example/slipway/", false),
        ("https://ada.example:/slipway/", false),
        ("https:///slipway/", false),
        ("slipway://oauth/callback", false),
    ] {
        let web = [registered.to_owned()];
        assert_eq!(check(registered, &[], &web).is_ok(), fits, "{registered}");
    }
    let web = [page.to_owned()];
    for other in [
        "https://ada.example/slipway",
        "https://ada.example:443/slipway/",
        "https://Ada.example/slipway/",
        "https://evil.example/slipway/",
        "https://ada.example/slipway/x",
    ] {
        assert!(check(other, &[], &web).is_err(), "{other}");
    }
    // Only desktop addresses allow a wildcard, and each platform has its own list of addresses.
    let wild = ["https://ada.example:*/slipway/".to_owned()];
    assert!(check("https://ada.example:1/slipway/", &[], &wild).is_err());
    assert!(check(page, &web, &[]).is_err());
    let desktop = ["http://127.0.0.1:*/callback/".to_owned()];
    assert!(check("http://127.0.0.1:1/callback/", &[], &desktop).is_err());
    assert!(check("http://127.0.0.1:1/callback/", &desktop, &web).is_ok());
}
