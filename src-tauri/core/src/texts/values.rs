//! Values inside texts: how sizes, durations, instants, lists and numbers are written.

use std::borrow::Cow;

use fluent_bundle::{FluentValue, types::FluentType};
use jiff::{Timestamp, tz::TimeZone};

use super::Texts;
use crate::views::Argument;

/// No-break space, which keeps a number and its unit together.
const NBSP: char = '\u{a0}';

/// An argument as Fluent takes it.
pub(super) fn value(texts: &Texts, argument: &Argument) -> FluentValue<'static> {
    match argument {
        Argument::Text(text) => text.clone().into(),
        Argument::Number(number) => (*number).into(),
        Argument::Bytes(bytes) => Measure::Bytes(*bytes).into(),
        Argument::Seconds(seconds) => Measure::Seconds(*seconds).into(),
        Argument::Moment(moment) => match moment.parse() {
            Ok(at) => Measure::Moment(at).into(),
            Err(_) => moment.clone().into(),
        },
        Argument::List(names) => Measure::List(names.clone()).into(),
        Argument::Message(message) => texts.message(message).into(),
        Argument::Notice(notice) => texts.notice(notice).happened.into(),
    }
}

/// A value that formats itself.
#[derive(Debug, Clone, PartialEq)]
enum Measure {
    Bytes(u64),
    Seconds(u64),
    Moment(Timestamp),
    List(Vec<String>),
}

impl Measure {
    /// Formats the value in English, the only language so far.
    fn in_words(&self) -> String {
        match self {
            Self::Bytes(bytes) => size(*bytes),
            Self::Seconds(seconds) => duration(*seconds),
            Self::Moment(at) => at
                .to_zoned_datetime(TimeZone::system())
                .strftime("%-d %B %Y, %H:%M")
                .to_string(),
            Self::List(names) => list(names),
        }
    }
}

impl From<Measure> for FluentValue<'static> {
    fn from(measure: Measure) -> Self {
        FluentValue::Custom(Box::new(measure))
    }
}

impl FluentType for Measure {
    fn duplicate(&self) -> Box<dyn FluentType + Send> {
        Box::new(self.clone())
    }

    fn as_string(&self, _: &intl_memoizer::IntlLangMemoizer) -> Cow<'static, str> {
        self.in_words().into()
    }

    fn as_string_threadsafe(
        &self,
        _: &intl_memoizer::concurrent::IntlLangMemoizer,
    ) -> Cow<'static, str> {
        self.in_words().into()
    }
}

/// A number with its thousands apart: `2,200`. Fluent alone writes them together.
pub(super) fn grouped<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let text = number.as_string();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", &*text),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let first = digits.len() % 3;
    let mut groups = Vec::new();
    if first > 0 {
        groups.push(&digits[..first]);
    }
    groups.extend(
        (first..digits.len())
            .step_by(3)
            .map(|at| &digits[at..at + 3]),
    );
    Some(format!("{sign}{}", groups.join(",")))
}

/// A size in decimal units, as TikTok counts: `5.37 GB`, `12.5 MB`, `640 kB`.
fn size(bytes: u64) -> String {
    let (whole, part, unit) = match bytes {
        0..1_000 => (bytes, String::new(), "B"),
        1_000..1_000_000 => (bytes / 1_000, String::new(), "kB"),
        1_000_000..1_000_000_000 => {
            let tenth = bytes / 100_000 % 10;
            (bytes / 1_000_000, tenth.to_string(), "MB")
        }
        _ => {
            let hundredths = bytes / 10_000_000 % 100;
            (bytes / 1_000_000_000, format!("{hundredths:02}"), "GB")
        }
    };
    match part.trim_end_matches('0') {
        "" => format!("{whole}{NBSP}{unit}"),
        part => format!("{whole}.{part}{NBSP}{unit}"),
    }
}

/// A duration in its units: `1 h 2 min 5 s`.
fn duration(seconds: u64) -> String {
    let parts: Vec<String> = [
        (seconds / 3600, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, unit)| format!("{count}{NBSP}{unit}"))
    .collect();
    if parts.is_empty() {
        return format!("0{NBSP}s");
    }
    parts.join(" ")
}

/// Names as English joins them: `a, b and c`.
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_their_unit_and_lose_empty_decimals() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (640_000, "640 kB"),
            (10_000_000, "10 MB"),
            (12_560_000, "12.5 MB"),
            (4_000_000_000, "4 GB"),
            (5_371_000_000, "5.37 GB"),
            (4_040_000_000, "4.04 GB"),
        ] {
            assert_eq!(size(bytes), text.replace(' ', "\u{a0}"), "{bytes}");
        }
    }

    #[test]
    fn durations_name_only_the_units_that_count() {
        let shown = |seconds| duration(seconds).replace(NBSP, " ");
        assert_eq!(shown(0), "0 s");
        assert_eq!(shown(599), "9 min 59 s");
        assert_eq!(shown(600), "10 min");
        assert_eq!(shown(3605), "1 h 5 s");
    }

    #[test]
    fn lists_end_with_and() {
        let names = |count| ["a", "b", "c"].map(str::to_owned)[..count].to_vec();
        assert_eq!(list(&names(0)), "");
        assert_eq!(list(&names(1)), "a");
        assert_eq!(list(&names(2)), "a and b");
        assert_eq!(list(&names(3)), "a, b and c");
    }
}
