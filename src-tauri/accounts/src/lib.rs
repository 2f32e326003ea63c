//! TikTok accounts: sign-in, tokens and their refresh, rate limits, and circuit breakers.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod accounts;
pub mod circuit_breaker;
pub mod connect;
pub mod credentials;
pub mod rate_limit;

/// Every text that this crate gives, by module.
pub const TEXTS: &[&[slipway_core::texts::Spec]] = &[
    accounts::TEXTS,
    circuit_breaker::TEXTS,
    connect::TEXTS,
    connect::TIKTOK_TEXTS,
];
