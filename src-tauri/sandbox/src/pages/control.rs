//! The control page: creators, faults, requests and options.

use std::collections::HashSet;

use maud::{Markup, html};
use serde_json::Value;

use super::layout::{Page, bytes, instant, page};
use crate::{
    config::Options,
    creators::Creator,
    fault::{ActiveFault, FaultKind, Times},
    operation::Operation,
    publish::Publish,
    request_log::{Outcome, RecordedRequest},
};

/// Maximum number of requests on the page. The JSON API returns all.
const SHOWN_REQUESTS: usize = 60;

/// The content of the control page.
pub(crate) struct ControlView {
    pub(crate) origin: String,
    pub(crate) client_key: String,
    pub(crate) client_secret: String,
    pub(crate) now: jiff::Timestamp,
    pub(crate) options: Options,
    pub(crate) creators: Vec<Creator>,
    pub(crate) publishes: Vec<Publish>,
    /// Short names of the creators to whose accounts the app has access.
    pub(crate) connected: HashSet<String>,
    pub(crate) faults: Vec<ActiveFault>,
    pub(crate) requests: Vec<RecordedRequest>,
}

/// Renders the control page.
pub(crate) fn control(view: &ControlView) -> Page {
    let content = html! {
        main.wide {
            h1 { "Control page" }
            nav.jump aria-label="On this page" {
                a href="#creators" { "Creators" }
                a href="#faults" { "Faults" }
                a href="#requests" { "Requests" }
                a href="#options" { "Options" }
                a href="/sandbox" { "Refresh" }
            }
            section.panel aria-label="Credentials" {
                dl.facts.columns {
                    div { dt { "Address" } dd { code { (view.origin) } } }
                    div { dt { "Client key" } dd { code { (view.client_key) } } }
                    div { dt { "Client secret" } dd { code { (view.client_secret) } } }
                    div { dt { "Sandbox time" } dd { (instant(view.now)) } }
                }
            }
            section aria-labelledby="creators" {
                h2 #creators { "Creators" }
                (creators(view))
            }
            section aria-labelledby="faults" {
                h2 #faults { "Faults" }
                (faults(&view.faults))
                (fault_form())
            }
            section aria-labelledby="requests" {
                h2 #requests { "Requests" }
                (requests(&view.requests))
            }
            section aria-labelledby="options" {
                h2 #options { "Options" }
                (options_form(&view.options))
            }
        }
    };
    page("Control page", &content)
}

fn creators(view: &ControlView) -> Markup {
    html! {
        div.creators {
            @for creator in &view.creators {
                @let publishes = || view.publishes.iter().filter(|publish| publish.creator == creator.name);
                a.creator href={ "/@" (creator.handle) } {
                    img src={ "/sandbox/avatars/" (creator.name) ".svg" } alt="" width="48" height="48";
                    span.who {
                        span.nickname { (creator.nickname) }
                        span.handle { "@" (creator.handle) }
                        span.remark { (creator.summary()) }
                        span.remark {
                            "Finished publishes: " (publishes().filter(|publish| publish.as_post().is_some()).count())
                            " of " (publishes().count())
                        }
                    }
                }
            }
        }
        (access(view))
    }
}

/// Renders the form that removes the app's access, as TikTok's settings can.
fn access(view: &ControlView) -> Markup {
    let connected = || {
        view.creators
            .iter()
            .filter(|creator| view.connected.contains(&creator.name))
    };
    if connected().next().is_none() {
        return html! {};
    }
    html! {
        form.panel.fields method="post" action="/sandbox/access" {
            label { span { "Connected creator" } select name="creator" {
                @for creator in connected() { option value=(creator.name) { (creator.nickname) } }
            } }
            div.actions { button type="submit" { "Remove access" } }
        }
    }
}

fn faults(faults: &[ActiveFault]) -> Markup {
    if faults.is_empty() {
        return html! { p.empty { "No faults." } };
    }
    html! {
        div.scroll {
            table {
                thead { tr { th { "Operation" } th { "Fault" } th { "Times" } th { "Requests" } th { "Occurrences" } } }
                tbody {
                    @for active in faults {
                        tr.spent[active.is_spent()] {
                            td { code { (active.fault.operation) } }
                            td { (describe(&active.fault.kind)) }
                            td {
                                @match active.fault.times {
                                    Times::Forever => { "always" }
                                    Times::Count(count) => { (count) "\u{a0}×" }
                                }
                                @if active.fault.skip > 0 { ", after " (active.fault.skip) " requests" }
                            }
                            td { (active.seen) }
                            td { (active.hits) }
                        }
                    }
                }
            }
        }
        form method="post" action="/sandbox/faults/clear" { button type="submit" { "Remove all faults" } }
    }
}

fn describe(kind: &FaultKind) -> String {
    match kind {
        FaultKind::Status {
            http,
            code: Some(code),
            ..
        } => format!("respond with {http} {code}"),
        FaultKind::Status {
            http, code: None, ..
        } => format!("respond with {http} and an empty body"),
        FaultKind::Latency { ms } => format!("delay by {ms}\u{a0}ms"),
        FaultKind::CutAfter { bytes } => format!("disconnect after {bytes} bytes"),
        FaultKind::LostAnswer => "process, then disconnect".to_owned(),
        FaultKind::LateAnswer { ms } => format!("process, respond {ms}\u{a0}ms later"),
        FaultKind::MalformedJson => "process, respond with truncated JSON".to_owned(),
        FaultKind::RateLimit {
            retry_after: Some(seconds),
        } => format!("429, Retry-After {seconds}"),
        FaultKind::RateLimit { retry_after: None } => "429 without Retry-After".to_owned(),
        FaultKind::FailWith { reason } => format!("publish fails: {reason}"),
        FaultKind::StuckProcessing => "publish stays in processing".to_owned(),
    }
}

/// The kinds of fault: name, and label with the meaning of its number and text.
const KINDS: [(&str, &str); 9] = [
    (
        "status",
        "Respond with a status (number: HTTP status, text: error code)",
    ),
    ("latency", "Delay the request (number: milliseconds)"),
    ("cut_after", "Disconnect (number: bytes of the body)"),
    ("lost_answer", "Process, then disconnect"),
    (
        "late_answer",
        "Process, respond late (number: milliseconds)",
    ),
    ("malformed_json", "Process, respond with truncated JSON"),
    (
        "rate_limit",
        "Rate limit (number: Retry-After in seconds, or none)",
    ),
    ("fail_with", "Publish fails (text: reason)"),
    ("stuck_processing", "Publish stays in processing"),
];

/// The documented `fail_reason` values (`/doc/content-posting-api-reference-get-video-status`).
const REASONS: [&str; 11] = [
    "internal",
    "file_format_check_failed",
    "duration_check_failed",
    "frame_rate_check_failed",
    "picture_size_check_failed",
    "publish_cancelled",
    "auth_removed",
    "spam_risk_too_many_posts",
    "spam_risk_user_banned_from_posting",
    "spam_risk_text",
    "spam_risk",
];

fn fault_form() -> Markup {
    html! {
        form.panel.fields method="post" action="/sandbox/faults" {
            label { span { "Operation" } select name="operation" {
                @for operation in Operation::ALL { option value=(operation) { (operation) } }
            } }
            label.broad { span { "Fault" } select name="kind" {
                @for (name, label) in KINDS { option value=(name) { (label) } }
            } }
            label { span { "Number" } input type="number" name="number" min="0"; }
            label { span { "Text" } input type="text" name="text" list="reasons"; }
            label { span { "Times (empty: no limit)" } input type="number" name="times" min="1" value="1"; }
            label { span { "Unaffected requests first" } input type="number" name="skip" min="0" value="0"; }
            datalist #reasons { @for reason in REASONS { option value=(reason); } }
            div.actions { button.primary type="submit" { "Add fault" } }
        }
    }
}

fn requests(requests: &[RecordedRequest]) -> Markup {
    if requests.is_empty() {
        return html! { p.empty { "No requests yet." } };
    }
    html! {
        p.quiet {
            "The newest " (requests.len().min(SHOWN_REQUESTS)) " of " (requests.len()) ". "
            a href="/sandbox/api/requests" { "All as JSON" }
        }
        div.scroll {
            table {
                thead { tr { th { "#" } th { "Time" } th { "Request" } th { "Creator" } th { "Received" } th { "Response" } } }
                tbody {
                    @for request in requests.iter().rev().take(SHOWN_REQUESTS) {
                        tr {
                            td { (request.id) }
                            td { time datetime=(request.at) { (request.at.strftime("%H:%M:%S%.3f")) } }
                            td {
                                (request.method) " " code { (request.path) }
                                @if let Some(range) = &request.content_range { br; span.quiet { (range) } }
                            }
                            td { (request.creator.as_deref().unwrap_or("–")) }
                            td { (bytes(request.bytes_received)) }
                            td { (outcome(request)) }
                        }
                    }
                }
            }
        }
        form method="post" action="/sandbox/requests/clear" { button type="submit" { "Clear requests" } }
    }
}

fn outcome(request: &RecordedRequest) -> Markup {
    let status = request.status.unwrap_or_default();
    html! {
        @match request.outcome {
            Outcome::Pending => span.badge.soft { "running" },
            Outcome::Answered => span.badge.good[status < 400].bad[status >= 400] { (status) },
            Outcome::NoAnswer => span.badge.bad { "no response" },
            Outcome::ClientGone => span.badge.bad { "client disconnected" },
        }
        @if request.fault.is_some() { " " span.badge.soft { "fault" } }
    }
}

/// The values of the options that have named values.
const WORDS: [(&str, [&str; 2]); 2] = [
    ("repeated_chunk", ["out_of_step", "accepted"]),
    ("uploaded_range", ["count", "last_index"]),
];

fn options_form(options: &Options) -> Markup {
    let Ok(Value::Object(options)) = serde_json::to_value(options) else {
        return html! {};
    };
    html! {
        form.panel method="post" action="/sandbox/options" {
            div.fields {
                @for (name, value) in options.iter().filter(|(_, value)| !value.is_boolean()) {
                    label.broad[value.is_array()] { span { (label(name)) } (input(name, value)) }
                }
            }
            div.fields {
                @for (name, value) in &options {
                    @if let Value::Bool(is_on) = value {
                        label.tick { input type="checkbox" name=(name) checked[*is_on]; span { (label(name)) } }
                    }
                }
            }
            div.actions { button.primary type="submit" { "Save options" } }
        }
    }
}

fn input(name: &str, value: &Value) -> Markup {
    html! {
        @match value {
            Value::Array(lines) => textarea name=(name) rows="2" {
                @for line in lines.iter().filter_map(Value::as_str) { (line) "\n" }
            },
            Value::String(chosen) => select name=(name) {
                @for word in WORDS.iter().filter(|(known, _)| *known == name).flat_map(|(_, words)| words) {
                    option value=(word) selected[word == chosen] { (label(word)) }
                }
            },
            Value::Number(number) => input type="number" name=(name) min="0" value=(number);,
            _ => input type="number" name=(name) min="0" placeholder="none";,
        }
    }
}

/// Converts an option's name to a label: `upload_url_life_ms` becomes "Upload URL life (ms)".
fn label(name: &str) -> String {
    let (name, unit) = name
        .strip_suffix("_ms")
        .map_or((name, ""), |name| (name, " (ms)"));
    let words = name
        .replace('_', " ")
        .replace("uri", "URI")
        .replace("url", "URL")
        .replace("oauth", "OAuth");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first
        .into_iter()
        .chain(letters)
        .chain(unit.chars())
        .collect()
}
