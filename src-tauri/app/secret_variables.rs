//! Environment variables, including the secret ones that the program removed from its environment at the start.

use std::{collections::HashMap, ffi::OsString, sync::OnceLock};

use zeroize::Zeroizing;

/// The names of the variables that hold secrets.
pub(crate) const NAMES: [&str; 2] = ["SLIPWAY_FERNET_KEY", "SLIPWAY_CLIENT_SECRET"];

/// Secret variables, by name.
pub(crate) type Values = HashMap<String, Zeroizing<Vec<u8>>>;

/// The secret variables that were read from standard input.
static RECEIVED: OnceLock<Values> = OnceLock::new();

/// Makes variables available that came by standard input. Later calls have no effect.
#[cfg(unix)]
pub(crate) fn set_received(values: Values) {
    let _ = RECEIVED.set(values);
}

/// The value of a variable, from the environment or from the removed secrets.
pub fn variable(name: &str) -> Option<OsString> {
    #[cfg(unix)]
    if let Some(value) = RECEIVED.get().and_then(|received| received.get(name)) {
        let value = value.to_vec();
        return Some(std::os::unix::ffi::OsStringExt::from_vec(value));
    }
    std::env::var_os(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_was_not_removed_is_read_from_the_environment() {
        assert_eq!(variable("PATH"), std::env::var_os("PATH"));
        assert_eq!(variable("SLIPWAY_NO_SUCH_VARIABLE"), None);
    }
}
