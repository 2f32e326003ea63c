//! Cached avatars: TikTok's links to them expire after hours.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use slipway_core::views::Event;
use tiktok_api::Avatar;

use super::tokens::Tokens;

/// The age at which an avatar is fetched again.
const AVATAR_LIFETIME: Duration = Duration::from_hours(24);

/// An avatar as a data URL.
pub fn data_url(avatar: &Avatar) -> String {
    format!(
        "data:{};base64,{}",
        avatar.content_type,
        STANDARD.encode(&avatar.bytes)
    )
}

impl Tokens {
    /// Fetches an account's avatar again, at most once a day. A failure is only logged.
    pub async fn renew_avatar(&self, account: &str, address: &str) {
        let uptime = self.clock.uptime();
        let is_due = self.known.with(account, |known| {
            let due = known
                .avatar_fetched
                .is_none_or(|fetched| uptime.saturating_sub(fetched) >= AVATAR_LIFETIME);
            if due {
                known.avatar_fetched = Some(uptime);
            }
            due
        });
        if !is_due {
            return;
        }
        match self.tiktok.fetch_avatar(address).await {
            Ok(avatar) => match self.store.keep_avatar(account, &data_url(&avatar)).await {
                Ok(true) => self.events.send(Event::AccountsChanged),
                Ok(false) => {}
                Err(error) => tracing::info!(account, %error, "[Accounts] Avatar not stored"),
            },
            Err(error) => tracing::info!(account, %error, "[Accounts] No new avatar"),
        }
    }
}
