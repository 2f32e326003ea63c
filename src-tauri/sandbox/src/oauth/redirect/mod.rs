//! Rules for redirect addresses of desktop apps (`/doc/login-kit-desktop`) and of web apps (`/doc/login-kit-web`).

/// Redirect addresses must be shorter than this.
const LENGTH_LIMIT: usize = 512;

/// Checks that a redirect address is valid and registered for one of the app's platforms.
///
/// For the desktop platform, a registered port of `*` matches any port. Everything else must match byte for byte.
pub(crate) fn check(address: &str, desktop: &[String], web: &[String]) -> Result<(), &'static str> {
    if address.is_empty() {
        return Err("The parameter is missing.");
    }
    if address.len() >= LENGTH_LIMIT {
        return Err("The address must be shorter than 512 characters.");
    }
    let parts = Parts::read(address)?;
    if web.iter().any(|registered| registered == address) {
        return parts.check_web();
    }
    parts.check_desktop()?;
    let fits = desktop
        .iter()
        .filter_map(|pattern| Parts::read(pattern).ok())
        .any(|pattern| {
            pattern.scheme == parts.scheme
                && pattern.host == parts.host
                && pattern.path == parts.path
                && (pattern.port == Some("*") || pattern.port == parts.port)
        });
    if fits {
        Ok(())
    } else {
        Err("The address is not registered for this app.")
    }
}

struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: Option<&'a str>,
    path: &'a str,
}

impl<'a> Parts<'a> {
    fn read(address: &'a str) -> Result<Self, &'static str> {
        if address.contains('?') {
            return Err("The address must not have a query.");
        }
        if address.contains('#') {
            return Err("The address must not have a fragment.");
        }
        if !address.bytes().all(|byte| byte.is_ascii_graphic())
            || address.contains(['\\', '"', '<', '>'])
        {
            return Err("The address contains invalid characters.");
        }
        let (scheme, rest) = address
            .split_once("://")
            .ok_or("The address is not absolute.")?;
        if scheme != "http" && scheme != "https" {
            return Err("The scheme must be http or https.");
        }
        let (authority, path) = rest
            .find('/')
            .map_or((rest, ""), |slash| rest.split_at(slash));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        Ok(Self {
            scheme,
            host,
            port,
            path,
        })
    }

    fn check_desktop(&self) -> Result<(), &'static str> {
        let port = self.port.ok_or("The port is missing.")?;
        if self.host != "localhost" && self.host != "127.0.0.1" {
            return Err("The host must be localhost or 127.0.0.1.");
        }
        if is_port(port) {
            Ok(())
        } else {
            Err("The port must be a number from 1 to 65535.")
        }
    }

    fn check_web(&self) -> Result<(), &'static str> {
        if self.scheme != "https" {
            return Err("The scheme must be https.");
        }
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        if self.host.is_empty() || !self.host.bytes().all(letters) {
            return Err("The host is invalid.");
        }
        match self.port {
            Some(port) if !is_port(port) => Err("The port must be a number from 1 to 65535."),
            _ => Ok(()),
        }
    }
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>()
        .is_ok_and(|number| number > 0 && number.to_string() == text)
}

#[cfg(test)]
mod tests;
