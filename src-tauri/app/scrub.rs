//! Takes the secrets out of the environment before anything else is started: every program that Slipway starts would
//! inherit them, `WebKit`'s processes among them, and a program's first environment can be read for as long as it runs.
//!
//! The environment of a running program cannot be changed safely, so the program is run anew in place of itself, under
//! the same process id, without those variables and with their values on standard input. Windows knows no such step:
//! there the programs that Slipway starts inherit what it was started with.

use std::{collections::HashMap, ffi::OsString, sync::OnceLock};

use zeroize::Zeroizing;

/// The variables that hold secrets.
const SECRET: [&str; 2] = ["SLIPWAY_FERNET_KEY", "SLIPWAY_CLIENT_SECRET"];

type Values = HashMap<String, Zeroizing<Vec<u8>>>;

/// What came by standard input.
static KEPT: OnceLock<Values> = OnceLock::new();

/// The value of a variable, whether it is in the environment or was taken out of it.
pub fn variable(name: &str) -> Option<OsString> {
    #[cfg(unix)]
    if let Some(value) = KEPT.get().and_then(|kept| kept.get(name)) {
        let value = value.to_vec();
        return Some(std::os::unix::ffi::OsStringExt::from_vec(value));
    }
    std::env::var_os(name)
}

#[cfg(unix)]
pub use unix::{run_anew, scrub};

#[cfg(unix)]
mod unix {
    use std::{
        fs::File,
        io::{self, Read, Write},
        os::{
            fd::AsFd,
            unix::{ffi::OsStrExt, process::CommandExt},
        },
        process::Command,
    };

    use super::{KEPT, SECRET, Values, Zeroizing};
    use crate::{
        complain,
        words::{self, words},
    };

    /// Says that the secrets are on standard input, to the process with this id and to no other that inherits it.
    const MARK: &str = "SLIPWAY_SECRETS_ON_STDIN";
    /// So much fits into a pipe that nobody reads yet, on every system.
    const MOST: usize = 4096;

    /// Takes the secrets out of the environment, or finds that this has been done.
    ///
    /// Where it cannot be done, Slipway works with them where they are, and says so on the terminal.
    pub fn scrub() {
        let own = std::process::id().to_string();
        if std::env::var(MARK).is_ok_and(|mark| mark == own) {
            // As a file: the usual way to read it keeps a buffer with what was read.
            let input = io::stdin().as_fd().try_clone_to_owned().map(File::from);
            match input.and_then(receive) {
                Ok(values) => drop(KEPT.set(values)),
                Err(error) => complain(words().message(&words::secrets_lost(error.to_string()))),
            }
        } else if !given().is_empty() {
            let error = run_anew();
            complain(words().message(&words::secrets_kept(error.to_string())));
        }
    }

    /// Runs this program anew in place of itself, with the same arguments and secrets. Returns only if that fails.
    pub fn run_anew() -> io::Error {
        let Err(error) = try_run_anew();
        error
    }

    fn try_run_anew() -> io::Result<std::convert::Infallible> {
        let program = std::env::current_exe()?;
        let mut anew = Command::new(program);
        anew.args(std::env::args_os().skip(1)).env_remove(MARK);
        let values = given();
        if !values.is_empty() {
            let packed = pack(&values);
            if packed.len() > MOST {
                return Err(io::Error::other("they are too long"));
            }
            let (stdin, mut rest) = io::pipe()?;
            rest.write_all(&packed)?;
            for name in SECRET {
                anew.env_remove(name);
            }
            // The process keeps its id, and nobody that inherits the mark has it.
            anew.env(MARK, std::process::id().to_string()).stdin(stdin);
        }
        Err(anew.exec())
    }

    /// The secrets that this process was given in either way.
    fn given() -> Values {
        let value = |name: &&str| {
            let value = super::variable(name).filter(|value| !value.is_empty())?;
            Some((
                (*name).to_owned(),
                Zeroizing::new(value.as_bytes().to_vec()),
            ))
        };
        SECRET.iter().filter_map(value).collect()
    }

    /// Names and values, each with a zero byte after it: neither can hold one.
    pub(super) fn pack(values: &Values) -> Zeroizing<Vec<u8>> {
        // What fits at all is never moved: that would leave copies behind.
        let mut packed = Zeroizing::new(Vec::with_capacity(2 * MOST));
        for (name, value) in values {
            for part in [name.as_bytes(), value] {
                packed.extend_from_slice(part);
                packed.push(0);
            }
        }
        packed
    }

    pub(super) fn receive(input: impl Read) -> io::Result<Values> {
        let mut packed = Zeroizing::new(Vec::with_capacity(MOST + 1));
        input.take(MOST as u64).read_to_end(&mut packed)?;
        let mut parts = packed.split(|byte| *byte == 0);
        let mut values = Values::new();
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            let name = String::from_utf8_lossy(name).into_owned();
            values.insert(name, Zeroizing::new(value.to_vec()));
        }
        if values.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(values)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::{
        unix::{pack, receive},
        *,
    };

    fn values(pairs: &[(&str, &[u8])]) -> Values {
        let pair =
            |(name, value): &(&str, &[u8])| ((*name).to_owned(), Zeroizing::new(value.to_vec()));
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn what_is_handed_over_arrives_as_it_was() {
        for given in [
            values(&[("SLIPWAY_FERNET_KEY", b"key=")]),
            values(&[("A", b"one\ntwo"), ("B", b"caf\xe9 ="), ("C", b"")]),
        ] {
            assert_eq!(receive(pack(&given).as_slice()).unwrap(), given);
        }
    }

    #[test]
    fn nothing_on_standard_input_is_an_error() {
        assert!(receive(std::io::empty()).is_err());
    }

    #[test]
    fn what_was_not_taken_out_is_read_where_it_is() {
        assert_eq!(variable("PATH"), std::env::var_os("PATH"));
        assert_eq!(variable("SLIPWAY_NO_SUCH_VARIABLE"), None);
    }
}
