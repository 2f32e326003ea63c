//! Searches everything that Slipway writes for secrets, in all spellings.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::fs;
use std::path::Path;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A secret. Only its name is ever printed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret {
    name: String,
    value: String,
}

impl Secret {
    /// Names a secret for messages. Panics when it is so short that a match could be chance.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        let secret = Self {
            name: name.into(),
            value: value.into(),
        };
        assert!(
            secret.value.len() >= 8,
            "{} is too short to search for",
            secret.name
        );
        secret
    }

    /// The name of the secret.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The secret itself, for a test that must repeat it.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The spellings in which it may occur.
    fn spellings(&self) -> Vec<(&'static str, Vec<u8>)> {
        let bytes = self.value.as_bytes();
        let hex = |upper: bool| -> String {
            bytes
                .iter()
                .map(|byte| {
                    if upper {
                        format!("{byte:02X}")
                    } else {
                        format!("{byte:02x}")
                    }
                })
                .collect()
        };
        let form: String = url::form_urlencoded::byte_serialize(bytes).collect();
        let mut all = vec![
            ("plain", self.value.clone()),
            ("hex", hex(false)),
            ("upper-case hex", hex(true)),
            ("form-encoded", form.clone()),
            (
                "form-encoded twice",
                url::form_urlencoded::byte_serialize(form.as_bytes()).collect(),
            ),
            ("percent-encoded", percent(bytes, false)),
            ("percent-encoded in lower case", percent(bytes, true)),
            ("reversed", self.value.chars().rev().collect()),
        ];
        // In Base64, a text has three forms, one for each offset. Its first and last letters depend on the bytes around
        // it.
        for offset in 0..3 {
            let shifted = [vec![0; offset], bytes.to_vec()].concat();
            for (name, text) in [
                ("Base64", STANDARD_NO_PAD.encode(&shifted)),
                ("URL-safe Base64", URL_SAFE_NO_PAD.encode(&shifted)),
            ] {
                let from = (offset * 8).div_ceil(6);
                let to = (offset + bytes.len()) * 8 / 6;
                all.push((name, text[from..to].to_owned()));
            }
        }
        let wide = self
            .value
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let mut spellings: Vec<_> = all
            .into_iter()
            .map(|(name, text)| (name, text.into_bytes()))
            .collect();
        spellings.push(("UTF-16", wide));
        spellings
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} bytes", self.name, self.value.len())
    }
}

/// A place in which a secret was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// The secret's name.
    pub secret: String,
    /// The spelling.
    pub spelling: &'static str,
    /// The place.
    pub place: String,
}

/// Searches one piece of text or bytes.
pub fn in_bytes(place: &str, bytes: &[u8], secrets: &[Secret]) -> Vec<Leak> {
    Search::new(secrets).run(place, bytes)
}

/// All spellings of all secrets, searched for in one pass.
struct Search {
    needles: Vec<(String, &'static str)>,
    automaton: AhoCorasick,
}

impl Search {
    fn new(secrets: &[Secret]) -> Self {
        let mut needles = Vec::new();
        let mut patterns = Vec::new();
        let mut known = HashSet::new();
        for secret in secrets {
            for (spelling, pattern) in secret.spellings() {
                // Without special letters, several spellings are equal. One name is enough.
                if known.insert(pattern.clone()) {
                    needles.push((secret.name.clone(), spelling));
                    patterns.push(pattern);
                }
            }
        }
        let automaton = AhoCorasick::new(&patterns).expect("an automaton of all spellings");
        Self { needles, automaton }
    }

    fn run(&self, place: &str, bytes: &[u8]) -> Vec<Leak> {
        let found: BTreeSet<_> = self
            .automaton
            .find_overlapping_iter(bytes)
            .map(|found| found.pattern())
            .collect();
        found
            .into_iter()
            .map(|pattern| {
                let (secret, spelling) = &self.needles[pattern.as_usize()];
                Leak {
                    secret: secret.clone(),
                    spelling,
                    place: place.to_owned(),
                }
            })
            .collect()
    }
}

/// Searches the names and bytes of all files in a folder. Returns the number of files and the secrets found.
pub fn in_folder(folder: &Path, secrets: &[Secret]) -> (usize, Vec<Leak>) {
    let search = Search::new(secrets);
    let mut files = 0;
    let mut leaks = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let entry = entry.expect("an entry of the folder");
            let place = entry.path().display().to_string();
            leaks.extend(search.run("a file's name", place.as_bytes()));
            let kind = entry.file_type().expect("the entry's kind");
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file()
                && let Ok(bytes) = fs::read(entry.path())
            {
                files += 1;
                leaks.extend(search.run(&place, &bytes));
            }
        }
    }
    (files, leaks)
}

/// Searches the arguments and the environment of a program and of all its descendants. Returns the number of programs
/// and the secrets found.
pub fn in_processes(first: u32, secrets: &[Secret]) -> (usize, Vec<Leak>) {
    let search = Search::new(secrets);
    let mut leaks = Vec::new();
    let family = family(first);
    for id in &family {
        for part in ["cmdline", "environ"] {
            let place = format!("/proc/{id}/{part}");
            // A program that has just ended has neither.
            let bytes = fs::read(&place).unwrap_or_default();
            let name = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
            leaks.extend(search.run(&format!("{part} of {}", name.trim()), &bytes));
        }
    }
    (family.len(), leaks)
}

/// A program and all its descendants.
fn family(first: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .expect("the list of processes")
        .filter_map(|entry| {
            let id = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            // The name before it can contain any character, brackets included.
            let parent = stat.rsplit(") ").next()?.split(' ').nth(1)?;
            Some((id, parent.parse().ok()?))
        })
        .collect();
    let mut family = vec![first];
    let mut looked_at = 0;
    while let Some(&parent) = family.get(looked_at) {
        let children = parents.iter().filter(|(_, of)| *of == parent);
        family.extend(children.map(|(id, _)| id));
        looked_at += 1;
    }
    family
}

fn percent(bytes: &[u8], lower: bool) -> String {
    bytes
        .iter()
        .map(|&byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other if lower => format!("%{other:02x}"),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "act.p+q*1!23/=tail";

    fn spellings_found(text: &str) -> Vec<&'static str> {
        let secrets = [Secret::new("a token", VALUE)];
        in_bytes("here", text.as_bytes(), &secrets)
            .into_iter()
            .map(|leak| leak.spelling)
            .collect()
    }

    #[test]
    fn finds_a_secret_however_it_is_written() {
        assert_eq!(spellings_found(&format!("x{VALUE}x")), ["plain"]);
        assert_eq!(spellings_found("6163742e702b712a3121"), Vec::<&str>::new());
        assert_eq!(
            spellings_found("6163742e702b712a312132332f3d7461696c"),
            ["hex"]
        );
        assert_eq!(
            spellings_found("code=act.p%2Bq%2A1%2123%2F%3Dtail&x=1"),
            ["percent-encoded"]
        );
        assert_eq!(
            spellings_found("code=act.p%2bq%2a1%2123%2f%3dtail"),
            ["percent-encoded in lower case"]
        );
        assert_eq!(
            spellings_found("act.p%2Bq*1%2123%2F%3Dtail"),
            ["form-encoded"]
        );
    }

    #[test]
    fn finds_it_inside_base64_at_every_offset() {
        for before in ["", "a", "ab", "abc"] {
            for after in ["", "z", "zz"] {
                let text = STANDARD_NO_PAD.encode(format!("{before}{VALUE}{after}"));
                assert!(
                    spellings_found(&text).contains(&"Base64"),
                    "{before:?} {after:?}"
                );
            }
        }
    }

    #[test]
    fn finds_nothing_where_there_is_nothing() {
        assert!(spellings_found("gAAAAABn act.p q*1!23 tail").is_empty());
    }

    #[test]
    fn reads_what_programs_were_given() {
        let mut program = std::process::Command::new("sh")
            .args(["-c", "sleep 60 & read line", "sh", VALUE])
            .env("TOKEN", VALUE)
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let secrets = [Secret::new("a token", VALUE)];
        let places = || -> BTreeSet<String> {
            let (_, leaks) = in_processes(program.id(), &secrets);
            leaks.into_iter().map(|leak| leak.place).collect()
        };
        let expected = ["cmdline of sh", "environ of sh", "environ of sleep"];
        let started = std::time::Instant::now();
        while places() != expected.map(str::to_owned).into() {
            assert!(started.elapsed().as_secs() < 20, "{:?}", places());
            std::thread::yield_now();
        }
        let family = family(program.id());
        drop(program.stdin.take());
        program.wait().unwrap();
        for id in &family[1..] {
            crate::process::kill(*id);
        }
    }

    #[test]
    fn reads_every_file_of_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("deep")).unwrap();
        fs::write(
            folder.path().join("deep/log"),
            format!("GET /?code={VALUE}"),
        )
        .unwrap();
        fs::write(folder.path().join("clean"), "nothing").unwrap();
        let (files, leaks) = in_folder(folder.path(), &[Secret::new("a token", VALUE)]);
        assert_eq!((files, leaks.len()), (2, 1));
        assert!(!format!("{leaks:?}").contains(VALUE));
    }
}
