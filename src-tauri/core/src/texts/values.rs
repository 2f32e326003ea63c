//! Values inside texts: sizes, durations, instants, lists and numbers, in the patterns of the catalogs.

use fluent_bundle::{
    FluentValue,
    memoizer::MemoizerKind,
    types::{FluentNumber, FluentNumberOptions},
};
use intl_memoizer::Memoizable;
use jiff::{Timestamp, tz::TimeZone};
use unic_langid::LanguageIdentifier;

use super::{Language, Texts};
use crate::views::{Argument, Message};

pub(super) mod text {
    //! The patterns of values.

    crate::texts! {
        pub(crate) static TEXTS;
        message number_group = "number.group";
        message number_decimal = "number.decimal";
        message bytes = "unit.bytes" (n: hundredths);
        message kilobytes = "unit.kilobytes" (n: hundredths);
        message megabytes = "unit.megabytes" (n: hundredths);
        message gigabytes = "unit.gigabytes" (n: hundredths);
        message seconds = "unit.seconds" (n: hundredths);
        message minutes = "unit.minutes" (n: number);
        message hours = "unit.hours" (hours: number, minutes: number);
        message pair = "unit.pair" (larger: message, smaller: message);
        message moment = "date.moment" (day: text, month: number, year: text, hour: text, minute: text);
        message list_pair = "list.pair" (first: text, last: text);
        message list_more = "list.more" (first: text, rest: text);
    }
}

/// An argument as Fluent takes it.
pub(super) fn value(texts: &Texts, argument: &Argument) -> FluentValue<'static> {
    match argument {
        Argument::Text(text) => text.clone().into(),
        Argument::Number(number) => (*number).into(),
        Argument::Hundredths(hundredths) => decimal(*hundredths),
        Argument::Bytes(bytes) => texts.message(&size(*bytes)).into(),
        Argument::Seconds(seconds) => texts.message(&duration(*seconds)).into(),
        Argument::Milliseconds(length) => texts.message(&video_length(*length)).into(),
        Argument::Moment(moment) => match moment.parse() {
            Ok(at) => texts.message(&date(at)).into(),
            Err(_) => moment.clone().into(),
        },
        Argument::List(names) => list(texts, names).into(),
        Argument::Message(message) => texts.message(message).into(),
        Argument::Notice(notice) => texts.notice(notice).happened.into(),
    }
}

/// A number of hundredths as Fluent takes it.
#[expect(
    clippy::cast_precision_loss,
    reason = "the numbers of texts are far below 2^52"
)]
fn decimal(hundredths: u64) -> FluentValue<'static> {
    let value = hundredths as f64 / 100.0;
    FluentValue::Number(FluentNumber::new(value, FluentNumberOptions::default()))
}

/// The separators of a language's numbers.
struct Separators {
    group: String,
    decimal: String,
}

impl Memoizable for Separators {
    type Args = ();
    type Error = std::convert::Infallible;

    fn construct(language: LanguageIdentifier, (): ()) -> Result<Self, Self::Error> {
        let language = Language::from_tag(&language.to_string()).unwrap_or_default();
        let texts = Texts::of(language);
        Ok(Self {
            group: texts.message(&text::number_group()),
            decimal: texts.message(&text::number_decimal()),
        })
    }
}

/// A number with the separators of the language: `2,200`. Fluent alone writes the thousands together.
pub(super) fn separated<M: MemoizerKind>(value: &FluentValue<'_>, memoizer: &M) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let text = number.as_string();
    let separate = |separators: &Separators| in_groups(&text, separators);
    memoizer
        .with_try_get_threadsafe::<Separators, _, _>((), separate)
        .ok()?
}

fn in_groups(number: &str, separators: &Separators) -> Option<String> {
    let (sign, number) = match number.strip_prefix('-') {
        Some(number) => ("-", number),
        None => ("", number),
    };
    let (digits, decimals) = number.split_once('.').unwrap_or((number, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(digits) || !is_number(decimals) {
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
    let whole = groups.join(&separators.group);
    Some(match decimals {
        "" => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}{}{decimals}", separators.decimal),
    })
}

/// A size in decimal units, as TikTok counts: `5.37 GB`, `12.5 MB`, `640 kB`.
fn size(bytes: u64) -> Message {
    match bytes {
        0..1_000 => text::bytes(bytes * 100),
        1_000..1_000_000 => text::kilobytes(bytes / 1_000 * 100),
        1_000_000..1_000_000_000 => text::megabytes(bytes / 100_000 * 10),
        _ => text::gigabytes(bytes / 10_000_000),
    }
}

/// A duration in its units: `1 h 2 min 5 s`.
fn duration(seconds: u64) -> Message {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let larger = match (hours, minutes) {
        (0, 0) => return text::seconds(rest * 100),
        (0, _) => text::minutes(minutes),
        (_, _) => text::hours(hours, minutes),
    };
    match rest {
        0 => larger,
        _ => text::pair(larger, text::seconds(rest * 100)),
    }
}

/// The length of a video, rounded up to tenths of a second, so that a little too long does not look like the limit
/// itself: `10 min 0.1 s`.
fn video_length(milliseconds: u64) -> Message {
    let tenths = milliseconds.div_ceil(100);
    let (minutes, tenths) = (tenths / 600, tenths % 600);
    let seconds = text::seconds(tenths * 10);
    match (minutes, tenths) {
        (0, _) => seconds,
        (_, 0) => text::minutes(minutes),
        _ => text::pair(text::minutes(minutes), seconds),
    }
}

/// An instant in the zone of the system: `27 November 2026, 18:30`.
fn date(at: Timestamp) -> Message {
    let at = at.to_zoned_datetime(TimeZone::system());
    text::moment(
        at.day().to_string(),
        at.month(),
        at.year().to_string(),
        format!("{:02}", at.hour()),
        format!("{:02}", at.minute()),
    )
}

/// Names as the language joins them: `a, b and c`.
fn list(texts: &Texts, names: &[String]) -> String {
    let mut names = names.iter().rev().cloned();
    let Some(last) = names.next() else {
        return String::new();
    };
    let Some(before) = names.next() else {
        return last;
    };
    let end = texts.message(&text::list_pair(before, last));
    names.fold(end, |rest, first| {
        texts.message(&text::list_more(first, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(argument: &Argument) -> String {
        let texts = Texts::of(Language::English);
        let message = Message::new("measure.text").with("text", argument.clone());
        texts.message(&message).replace('\u{a0}', " ")
    }

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
            (4_321_000_000_000, "4,321 GB"),
        ] {
            assert_eq!(shown(&Argument::Bytes(bytes)), text, "{bytes}");
        }
    }

    #[test]
    fn durations_name_only_the_units_that_count() {
        for (seconds, text) in [
            (0, "0 s"),
            (599, "9 min 59 s"),
            (600, "10 min"),
            (3605, "1 h 5 s"),
            (3725, "1 h 2 min 5 s"),
        ] {
            assert_eq!(shown(&Argument::Seconds(seconds)), text);
        }
    }

    #[test]
    fn lengths_of_videos_are_rounded_up_to_tenths_of_a_second() {
        for (milliseconds, text) in [
            (2_900, "2.9 s"),
            (600_000, "10 min"),
            (600_001, "10 min 0.1 s"),
            (671_000, "11 min 11 s"),
            (4_500_000, "75 min"),
        ] {
            assert_eq!(shown(&Argument::Milliseconds(milliseconds)), text);
        }
    }

    #[test]
    fn numbers_have_the_separators_of_the_language() {
        assert_eq!(shown(&Argument::Hundredths(6_004)), "60.04");
        assert_eq!(shown(&Argument::Hundredths(2_000)), "20");
        assert_eq!(shown(&Argument::Number(-1_234_567)), "-1,234,567");
        let german = Separators {
            group: ".".to_owned(),
            decimal: ",".to_owned(),
        };
        assert_eq!(in_groups("1234.5", &german).as_deref(), Some("1.234,5"));
    }

    #[test]
    fn dates_name_the_month() {
        let at = |moment: &str| Argument::Moment(moment.to_owned());
        let shown_at = |moment: &str| shown(&at(moment));
        assert!(shown_at("2026-11-15T12:05:00Z").contains(" November 2026, "));
        assert!(shown_at("2026-01-15T12:05:00Z").starts_with("15 January 2026, "));
        assert_eq!(shown_at("soon"), "soon");
    }

    #[test]
    fn lists_end_with_and() {
        let names = |count| ["a", "b", "c"].map(str::to_owned)[..count].to_vec();
        let list = |count| shown(&Argument::List(names(count)));
        assert_eq!(list(0), "");
        assert_eq!(list(1), "a");
        assert_eq!(list(2), "a and b");
        assert_eq!(list(3), "a, b and c");
    }

    #[test]
    fn the_units_come_from_the_catalogs() {
        let texts = Texts::of(Language::Pseudo);
        let message = Message::new("measure.size").with("size", Argument::Bytes(12_560_000));
        let words = texts.message(&message);
        assert!(words.contains('⟦') && !words.contains("MB"), "{words}");
    }
}
