//! The audit trail in codes: a line for each entry, and notices about a broken trail.

use std::collections::BTreeMap;

use slipway_core::{
    account_name::{self, UNNAMED},
    notice::Explain,
    views::{AuditKind, Message, Notice},
};

use super::{AuditError, Break, Broken};

pub(crate) mod text {
    //! The texts of the audit trail.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        message account = "audit.account" (name: text);
        message an_account = "audit.an_account";
        message connected = "audit.connected" (who: message, grants: text);
        message reconnected = "audit.reconnected" (who: message, grants: text);
        message connect_refused = "audit.connect_refused" (who: message, reason: text);
        message refreshed = "audit.refreshed" (who: message);
        message refresh_refused = "audit.refresh_refused" (who: message, reason: text);
        message access_removed = "audit.access_removed" (who: message, reason: text);
        message disconnected = "audit.disconnected" (who: message);
        message revoked = "audit.revoked" (who: message, outcome: text);
        message key_made = "audit.key_made" (place: text);
        message key_changed = "audit.key_changed" (place: text);
        message key_restored = "audit.key_restored" (place: text);
        message phrase_shown = "audit.phrase_shown";
        message tokens_forgotten = "audit.tokens_forgotten";
        message consent_given = "audit.consent_given" (who: message, terms: text);
        message consent_folder = "audit.consent_folder" (who: message, terms: text);
        message direct_post = "audit.direct_post" (who: message);
        message inbox_draft = "audit.inbox_draft" (who: message);
        message setting_changed = "audit.setting_changed" (setting: text, from: message, to: message);
        message value = "audit.value" (value: text);
        message value_off = "audit.value_off";
        message value_none = "audit.value_none";
        message value_port = "audit.value_port" (port: text);
        message value_invalid = "audit.value_invalid";
        message value_unknown = "audit.value_unknown";
        message app_entered = "audit.app_entered";
        message app_forgotten = "audit.app_forgotten";
        message restored = "audit.restored" (at: moment);
        message restored_undated = "audit.restored_undated";
        message exported = "audit.exported" (format: text, entries: text);
        notice altered = "audit.altered" (seq: number);
        notice missing = "audit.missing" (seq: number);
        notice added = "audit.added" (seq: number);
        notice rewritten = "audit.rewritten" (seq: number);
        notice unsealed = "audit.unsealed" (seq: number);
        notice moment = "audit.moment";
        notice write = "audit.write";
    }
}

/// The line for an entry, from its particulars. Those of older versions may lack some.
pub fn audit_text(kind: AuditKind, particulars: &BTreeMap<String, String>) -> Message {
    let part = |name: &str| particulars.get(name).map(String::as_str);
    let who = || match part("accountName") {
        Some(UNNAMED) => account_name::message(UNNAMED),
        name => name.map_or_else(text::an_account, text::account),
    };
    let reason = || part("reason").unwrap_or("none");
    let place = || part("source").unwrap_or("unknown");
    match kind {
        AuditKind::Connected => text::connected(who(), grants(part("scopes"))),
        AuditKind::Reconnected => text::reconnected(who(), grants(part("scopes"))),
        AuditKind::ConnectRefused => text::connect_refused(who(), reason()),
        AuditKind::Refreshed => text::refreshed(who()),
        AuditKind::RefreshRefused => text::refresh_refused(who(), reason()),
        AuditKind::AccessRemoved => text::access_removed(who(), reason()),
        AuditKind::Disconnected => text::disconnected(who()),
        AuditKind::Revoked => text::revoked(who(), part("outcome").unwrap_or("revoked")),
        AuditKind::KeyMade => text::key_made(place()),
        AuditKind::KeyChanged => text::key_changed(place()),
        AuditKind::KeyRestored => text::key_restored(place()),
        AuditKind::PhraseShown => text::phrase_shown(),
        AuditKind::TokensForgotten => text::tokens_forgotten(),
        AuditKind::ConsentGiven if part("folderId").is_some() => {
            text::consent_folder(who(), terms(part("terms")))
        }
        AuditKind::ConsentGiven => text::consent_given(who(), terms(part("terms"))),
        AuditKind::DirectPost => text::direct_post(who()),
        AuditKind::InboxDraft => text::inbox_draft(who()),
        AuditKind::SettingChanged => text::setting_changed(
            part("setting").unwrap_or("unknown"),
            value(part("from")),
            value(part("to")),
        ),
        AuditKind::AppChanged => match part("change") {
            Some("forgotten") => text::app_forgotten(),
            _ => text::app_entered(),
        },
        AuditKind::Restored => part("from")
            .and_then(|from| from.parse().ok())
            .map_or_else(text::restored_undated, text::restored),
        AuditKind::Exported => text::exported(
            part("format").unwrap_or("unknown"),
            part("entries").unwrap_or("unknown"),
        ),
    }
}

/// The granted scopes that decide about posting, as the catalogs select by them.
fn grants(scopes: Option<&str>) -> &'static str {
    let granted = |scope| {
        let mut scopes = scopes.unwrap_or_default().split([',', ' ']);
        scopes.any(|granted| granted == scope)
    };
    match (granted("video.publish"), granted("video.upload")) {
        (true, true) => "both",
        (true, false) => "publish",
        (false, true) => "upload",
        (false, false) => "none",
    }
}

/// The declarations of the posting page. Source: `/doc/content-sharing-guidelines`.
fn terms(terms: Option<&str>) -> &'static str {
    match terms {
        Some("musicUsage brandedContent") => "branded",
        _ => "music",
    }
}

/// A stored value of a setting.
fn value(stored: Option<&str>) -> Message {
    match stored {
        None => text::value_unknown(),
        Some("off") => text::value_off(),
        Some("none") => text::value_none(),
        // The second form is that of older versions.
        Some("invalid" | "no address") => text::value_invalid(),
        Some(other) => match other.strip_prefix("port:").or(other.strip_prefix("port ")) {
            Some(port) => text::value_port(port),
            None => text::value(other),
        },
    }
}

impl Explain for Broken {
    fn explain(&self) -> Notice {
        let seq = self.seq;
        match self.how {
            Break::Altered => text::altered(seq),
            Break::Missing => text::missing(seq),
            Break::Added => text::added(seq),
            Break::Rewritten => text::rewritten(seq),
            Break::Unsealed => text::unsealed(seq),
        }
    }
}

impl Explain for AuditError {
    fn explain(&self) -> Notice {
        match self {
            Self::Moment(_) => text::moment(),
            Self::Write(_) => text::write(),
            Self::Database(error) => crate::database::DatabaseFault::of(error).explain(),
        }
    }
}
