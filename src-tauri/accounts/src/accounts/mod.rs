//! Accounts: their storage, their tokens, and authorised calls to TikTok on their behalf.

mod account_row;
mod account_view;
mod error;
mod expiry_warning;
mod known_accounts;
mod label;
mod notices;
mod profile;
mod reconnect_reason;
mod refresh;
mod refresh_scheduler;
mod revocation_rows;
mod revocations;
mod sealed_tokens;
mod store;
mod tables;
mod token_lifetime;
mod tokens;

pub use account_row::{AccountRow, ConnectionState, NewAccount};
pub use account_view::wanted_scopes;
pub use error::{AccountError, TokenError};
pub use expiry_warning::{ExpiryWarning, dismiss_warning, due_warnings};
pub use label::LabelError;
pub(crate) use notices::text::TEXTS;
pub use notices::{account_ending, account_gone, app_refused, disabled_without, scope_key};
pub use reconnect_reason::ReconnectReason;
pub use store::AccountStore;
pub use tables::TABLES;
pub use tokens::{Tokens, WhenRateLimited};
