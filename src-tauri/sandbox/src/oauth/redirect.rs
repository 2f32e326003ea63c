//! The rules for redirect addresses of desktop apps (`/doc/login-kit-desktop`).

/// The longest address that can be registered, exclusive.
const TOO_LONG: usize = 512;

/// Whether a redirect address keeps the desktop rules and is registered.
///
/// A registered port of `*` stands for any port; everything else must be the same byte for byte.
pub(crate) fn check(address: &str, registered: &[String]) -> Result<(), &'static str> {
    if address.is_empty() {
        return Err("it is missing");
    }
    if address.len() >= TOO_LONG {
        return Err("it must be shorter than 512 characters");
    }
    let parts = Parts::read(address)?;
    if parts.port == "*" {
        return Err("the port must be a number");
    }
    let fits = registered
        .iter()
        .filter_map(|pattern| Parts::read(pattern).ok())
        .any(|pattern| {
            pattern.scheme == parts.scheme
                && pattern.host == parts.host
                && pattern.path == parts.path
                && (pattern.port == "*" || pattern.port == parts.port)
        });
    if fits {
        Ok(())
    } else {
        Err("it is not registered for this app")
    }
}

struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
}

impl<'a> Parts<'a> {
    fn read(address: &'a str) -> Result<Self, &'static str> {
        if address.contains('?') {
            return Err("it must not have a query");
        }
        if address.contains('#') {
            return Err("it must not have a fragment");
        }
        if !address.bytes().all(|byte| byte.is_ascii_graphic())
            || address.contains(['\\', '"', '<', '>'])
        {
            return Err("it holds characters that no address has");
        }
        let (scheme, rest) = address
            .split_once("://")
            .ok_or("it is not an absolute address")?;
        if scheme != "http" && scheme != "https" {
            return Err("its scheme must be http or https");
        }
        let (authority, path) = rest
            .find('/')
            .map_or((rest, ""), |slash| rest.split_at(slash));
        let (host, port) = authority.rsplit_once(':').ok_or("its port is missing")?;
        if host != "localhost" && host != "127.0.0.1" {
            return Err("its host must be localhost or 127.0.0.1");
        }
        let is_number = port
            .parse::<u16>()
            .is_ok_and(|number| number > 0 && number.to_string() == port);
        if !is_number && port != "*" {
            return Err("its port must be a number from 1 to 65535");
        }
        Ok(Self {
            scheme,
            host,
            port,
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn desktop_rules() {
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
            assert_eq!(check(address, &registered).is_ok(), fits, "{address}");
        }
        let path = "a".repeat(512 - "http://127.0.0.1:80/".len());
        let long = format!("http://127.0.0.1:80/{path}");
        assert_eq!(
            check(&long, std::slice::from_ref(&long)),
            Err("it must be shorter than 512 characters")
        );
        let fits = &long[..511];
        assert_eq!(check(fits, &[fits.to_owned()]), Ok(()));
    }
}
