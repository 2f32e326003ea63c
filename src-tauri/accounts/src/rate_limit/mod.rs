//! Client-side rate limits: every call to a limited TikTok endpoint waits here for its permit.

mod call;
mod journal;
mod limiter;
mod recent;
#[cfg(test)]
mod tests;
mod window;

pub use call::Call;
pub use limiter::{RateLimiter, RatePermit, TryTakeError};
pub use recent::{CallCount, recent_calls};
