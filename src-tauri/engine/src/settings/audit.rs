//! Audit entries about settings: those that decide from where Slipway accepts input.

use slipway_core::views::{AuditKind, Settings, WebhookSettings};
use slipway_store::audit::Entry;
use url::Url;

/// Returns an entry for each such setting that changed.
pub(super) fn changes(before: &Settings, after: &Settings) -> Vec<Entry> {
    let settings = [
        ("webhook", webhook(&before.webhook), webhook(&after.webhook)),
        (
            "hostedPage",
            page(before.hosted_page.as_deref()),
            page(after.hosted_page.as_deref()),
        ),
    ];
    settings
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(name, before, after)| {
            Entry::new(AuditKind::SettingChanged)
                .with("setting", name)
                .with("from", before)
                .with("to", after)
        })
        .collect()
}

fn webhook(settings: &WebhookSettings) -> String {
    if settings.enabled {
        format!("port:{}", settings.port)
    } else {
        "off".to_owned()
    }
}

/// Returns the origin and path of the hosted page. Other parts of the address can contain secrets.
fn page(address: Option<&str>) -> String {
    let Some(address) = address else {
        return "none".to_owned();
    };
    Url::parse(address).map_or_else(
        |_| "invalid".to_owned(),
        |url| format!("{}{}", url.origin().ascii_serialization(), url.path()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_relevant_changes_without_secrets() {
        let before = Settings::default();
        let mut after = Settings {
            grace_minutes: 5,
            spacing_minutes: 7,
            ..Settings::default()
        };
        after.webhook.port = 1234;
        assert_eq!(
            changes(&before, &after),
            [],
            "the port of a receiver that is off"
        );

        after.webhook.enabled = true;
        after.hosted_page = Some("https://ada:pass@ada.example/tiktok?key=secret#part".into());
        let entry = |setting: &str, from: &str, to: &str| {
            Entry::new(AuditKind::SettingChanged)
                .with("setting", setting)
                .with("from", from)
                .with("to", to)
        };
        assert_eq!(
            changes(&before, &after),
            [
                entry("webhook", "off", "port:1234"),
                entry("hostedPage", "none", "https://ada.example/tiktok"),
            ]
        );
        assert_eq!(changes(&after, &after), []);
    }
}
