//! What the audit trail tells: a sentence for each entry, and what it means when the trail is broken.

use std::collections::BTreeMap;

use slipway_core::{
    notice::{Explain, notice},
    views::{AuditKind, Notice},
};

use crate::audit::{AuditError, Break, Broken};

/// What an entry tells, made from its particulars. Those of older versions may lack some.
pub fn audit_text(kind: AuditKind, particulars: &BTreeMap<String, String>) -> String {
    let part = |name: &str| particulars.get(name).map(String::as_str);
    let who = part("accountName").unwrap_or("An account");
    let and = |name: &str, before: &str, after: &str| {
        part(name).map_or_else(String::new, |value| format!("{before}{value}{after}"))
    };
    match kind {
        AuditKind::Connected => {
            format!("{who} was connected{}.", and("scopes", " and granted ", ""))
        }
        AuditKind::Reconnected => {
            format!(
                "{who} was connected again{}.",
                and("scopes", " and granted ", "")
            )
        }
        AuditKind::ConnectRefused => {
            format!(
                "Connecting {} was refused{}.",
                object(who),
                because(part("reason"))
            )
        }
        AuditKind::Refreshed => format!("TikTok renewed the tokens of {}.", object(who)),
        AuditKind::RefreshRefused => format!(
            "The tokens of {} are no good any more{}: the account must be connected again.",
            object(who),
            because(part("reason"))
        ),
        AuditKind::AccessRemoved => format!(
            "Slipway’s access to {} was taken back{}.",
            object(who),
            because(part("reason"))
        ),
        AuditKind::Disconnected => format!("{who} was disconnected."),
        AuditKind::Revoked => revoked(object(who), part("outcome")),
        AuditKind::KeyMade => format!(
            "The vault was made; its key is kept {}.",
            place(part("source"))
        ),
        AuditKind::KeyChanged => {
            format!(
                "The vault got a new key; it is kept {}.",
                place(part("source"))
            )
        }
        AuditKind::KeyRestored => format!(
            "The vault’s key was given back with its recovery phrase; it is kept {}.",
            place(part("source"))
        ),
        AuditKind::PhraseShown => "The recovery phrase was shown.".to_owned(),
        AuditKind::TokensForgotten => {
            "All tokens were forgotten, because their key was lost.".to_owned()
        }
        AuditKind::ConsentGiven if part("folderId").is_some() => format!(
            "{} for all that a watched folder posts to {} with these choices.",
            agreed(part("terms")),
            object(who)
        ),
        AuditKind::ConsentGiven => {
            format!("{} by posting to {}.", agreed(part("terms")), object(who))
        }
        AuditKind::DirectPost => format!("A post was handed to TikTok for {}.", object(who)),
        AuditKind::InboxDraft => {
            format!("A draft was handed to the TikTok inbox of {}.", object(who))
        }
        AuditKind::SettingChanged => format!(
            "{} was changed from {} to {}.",
            setting(part("setting")),
            part("from").unwrap_or("its old value"),
            part("to").unwrap_or("another")
        ),
        AuditKind::AppChanged => match part("change") {
            Some("forgotten") => {
                "Client key and secret of the TikTok app were forgotten.".to_owned()
            }
            _ => "Client key and secret of the TikTok app were entered.".to_owned(),
        },
        AuditKind::Restored => format!(
            "The database was restored from a backup{}. What happened since is not in this trail.",
            and("from", " of ", "")
        ),
        AuditKind::Exported => format!(
            "The trail was exported{}{}.",
            and("format", " as ", ""),
            and("entries", " (entries: ", ")")
        ),
    }
}

/// A name in the middle of a sentence.
fn object(who: &str) -> &str {
    if who == "An account" {
        "an account"
    } else {
        who
    }
}

/// A reason that is stored as a code.
fn because(reason: Option<&str>) -> String {
    reason.map_or_else(String::new, |code| format!(" ({})", code.replace('_', " ")))
}

fn revoked(who: &str, outcome: Option<&str>) -> String {
    match outcome {
        Some("already_gone") => format!("The access to {who} had ended at TikTok already."),
        Some("ended") => {
            format!("The tokens of {who} ended before TikTok could be told of the disconnect.")
        }
        Some("unreadable") => {
            format!("TikTok was not told of the disconnect of {who}: its tokens could not be read.")
        }
        Some("refused") => format!("TikTok refused to revoke the access to {who}."),
        Some("connected_again") => {
            format!(
                "TikTok was not told of the disconnect of {who}: the creator was connected again."
            )
        }
        _ => format!("The access to {who} was revoked at TikTok."),
    }
}

fn place(source: Option<&str>) -> &'static str {
    match source {
        Some("environment") => "in the environment",
        Some("keyring") => "in the system’s keyring",
        Some("passphrase") => "behind a passphrase",
        _ => "on this computer",
    }
}

/// The declarations of the posting page. Source: `/doc/content-sharing-guidelines`.
fn agreed(terms: Option<&str>) -> &'static str {
    match terms {
        Some("musicUsage brandedContent") => {
            "The creator agreed to TikTok’s Branded Content Policy and Music Usage Confirmation"
        }
        _ => "The creator agreed to TikTok’s Music Usage Confirmation",
    }
}

fn setting(name: Option<&str>) -> &str {
    match name {
        Some("webhook") => "The receiver of TikTok’s webhooks",
        Some("hostedPage") => "The page that hands TikTok’s answer on",
        Some(other) => other,
        None => "A setting",
    }
}

impl Explain for Broken {
    fn explain(&self) -> Notice {
        const SLIPWAY: &str = "Slipway goes on working and goes on writing to the trail. What it writes from now on is chained and sealed as before; the broken place stays visible.";
        const YOU: &str = "Find out who or what could change Slipway’s database: another program, another person, a disk that fails, or a backup that was put back by hand. If you have an export from before, compare the two.";
        let seq = self.seq;
        let (code, happened) = match self.how {
            Break::Altered => (
                "audit.altered",
                format!(
                    "Entry {seq} of the audit trail is not as Slipway wrote it. Only the entries before it can be relied on."
                ),
            ),
            Break::Missing => (
                "audit.missing",
                format!(
                    "Entry {seq} of the audit trail is missing. Only the entries before it can be relied on."
                ),
            ),
            Break::Added => (
                "audit.added",
                format!(
                    "Entry {seq} of the audit trail was not written by Slipway. Only the entries before it can be relied on."
                ),
            ),
            Break::Rewritten => (
                "audit.rewritten",
                format!(
                    "The audit trail up to entry {seq} was written anew, and not by Slipway. None of these entries can be relied on."
                ),
            ),
            Break::Unsealed => (
                "audit.unsealed",
                format!(
                    "The seal at the end of the audit trail is missing or not Slipway’s own. Entries from {seq} on may have been cut off."
                ),
            ),
        };
        notice(code, happened, SLIPWAY, YOU)
    }
}

impl Explain for AuditError {
    fn explain(&self) -> Notice {
        match self {
            Self::Moment(_) => notice(
                "audit.moment",
                "The dates of the filter cannot be read.",
                "Slipway shows what it showed before.",
                "Choose the dates again.",
            ),
            Self::Write(_) => notice(
                "audit.write",
                "The file could not be written.",
                "Slipway left the folder as it was.",
                "Check that the disk has space and the folder can be written, or choose another folder.",
            ),
            Self::Database(error) => crate::database::DatabaseFault::of(error).explain(),
        }
    }
}
