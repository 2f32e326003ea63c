//! Restarts the program by `exec`, at the start to remove the secrets from its environment: every program that Slipway
//! starts would inherit them, `WebKit`'s processes among them, and the initial environment of a process stays readable
//! while it runs.
//!
//! A process cannot change its environment safely. So the program replaces itself, under the same process id, without
//! those variables and with their values on standard input. Windows has no `exec`: programs that Slipway starts there
//! inherit its environment.

use std::{
    fs::File,
    io::{self, Read, Write},
    os::{
        fd::AsFd,
        unix::{ffi::OsStrExt, process::CommandExt},
    },
    process::Command,
};

use slipway_engine::io_fault::IoFault;
use zeroize::Zeroizing;

use crate::{
    secret_variables::{self, NAMES, Values},
    terminal::print_error,
    texts::{self, texts},
};

/// The variable with the id of the process whose standard input has the secrets. Child processes that inherit it have
/// other ids.
const MARK: &str = "SLIPWAY_SECRETS_ON_STDIN";
/// The number of bytes that fit into an unread pipe on every system.
const PIPE_CAPACITY: usize = 4096;

/// Removes the secrets from the environment, or receives them if that was done already.
///
/// If they cannot be removed, Slipway works with them in the environment, and prints a warning.
pub fn remove_secrets_from_environment() {
    let own = std::process::id().to_string();
    if std::env::var(MARK).is_ok_and(|mark| mark == own) {
        // As a file, because `Stdin` would keep a buffer with the secrets.
        let input = io::stdin().as_fd().try_clone_to_owned().map(File::from);
        match input.and_then(receive) {
            Ok(values) => secret_variables::set_received(values),
            Err(error) => {
                let fault = IoFault::from(&error).message();
                print_error(texts().message(&texts::secrets_lost(fault)));
            }
        }
    } else if !given().is_empty() {
        let fault = IoFault::from(&restart()).message();
        print_error(texts().message(&texts::secrets_kept(fault)));
    }
}

/// Replaces this process by a new run of the program, with the same arguments and secrets. Returns only on failure.
pub fn restart() -> io::Error {
    let Err(error) = try_restart();
    error
}

fn try_restart() -> io::Result<std::convert::Infallible> {
    let program = std::env::current_exe()?;
    let mut command = Command::new(program);
    command.args(std::env::args_os().skip(1)).env_remove(MARK);
    let values = given();
    if !values.is_empty() {
        let packed = pack(&values);
        if packed.len() > PIPE_CAPACITY {
            return Err(io::Error::other("they are too long"));
        }
        let (stdin, mut rest) = io::pipe()?;
        rest.write_all(&packed)?;
        for name in NAMES {
            command.env_remove(name);
        }
        command
            .env(MARK, std::process::id().to_string())
            .stdin(stdin);
    }
    Err(command.exec())
}

/// The secrets of this process, from its environment or from standard input.
fn given() -> Values {
    let value = |name: &&str| {
        let value = secret_variables::variable(name).filter(|value| !value.is_empty())?;
        Some((
            (*name).to_owned(),
            Zeroizing::new(value.as_bytes().to_vec()),
        ))
    };
    NAMES.iter().filter_map(value).collect()
}

/// Names and values, each with a zero byte after it: neither can contain one.
fn pack(values: &Values) -> Zeroizing<Vec<u8>> {
    // Large enough for all that fits, because a buffer that grows leaves copies behind.
    let mut packed = Zeroizing::new(Vec::with_capacity(2 * PIPE_CAPACITY));
    for (name, value) in values {
        for part in [name.as_bytes(), value] {
            packed.extend_from_slice(part);
            packed.push(0);
        }
    }
    packed
}

fn receive(input: impl Read) -> io::Result<Values> {
    let mut packed = Zeroizing::new(Vec::with_capacity(PIPE_CAPACITY + 1));
    input.take(PIPE_CAPACITY as u64).read_to_end(&mut packed)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &[u8])]) -> Values {
        let pair =
            |(name, value): &(&str, &[u8])| ((*name).to_owned(), Zeroizing::new(value.to_vec()));
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn secrets_survive_the_pipe_unchanged() {
        for given in [
            values(&[("SLIPWAY_FERNET_KEY", b"key=")]),
            values(&[("A", b"one\ntwo"), ("B", b"caf\xe9 ="), ("C", b"")]),
        ] {
            assert_eq!(receive(pack(&given).as_slice()).unwrap(), given);
        }
    }

    #[test]
    fn empty_standard_input_is_an_error() {
        assert!(receive(io::empty()).is_err());
    }
}
