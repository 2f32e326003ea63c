//! Whether a creator may post just now: bans, daily caps, pending drafts
//! (`/doc/content-posting-api-reference-direct-post`, `/doc/content-sharing-guidelines`).

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    api::ApiError,
    config::Options,
    creators::Creator,
    publish::{PostMode, Publish},
    store::State,
};

/// Whether one more direct post is possible.
pub(crate) fn direct_post(
    state: &State,
    creator: &Creator,
    now: Timestamp,
    options: &Options,
) -> Result<(), ApiError> {
    not_banned(creator)?;
    let direct: Vec<&Publish> = state
        .publishes
        .iter()
        .filter(|publish| publish.mode == PostMode::Direct && publish.takes_a_place(now, options))
        .collect();
    let own = direct
        .iter()
        .filter(|publish| publish.creator == creator.name)
        .count();
    if creator.at_daily_cap || own >= options.daily_posts as usize {
        return Err(ApiError::forbidden(
            "spam_risk_too_many_posts",
            "The daily post cap from the API is reached for the current user.",
        ));
    }
    // Whoever posted already keeps the slot.
    let users: BTreeSet<&str> = direct
        .iter()
        .map(|publish| publish.creator.as_str())
        .collect();
    if !users.contains(creator.name.as_str())
        && options
            .posting_user_cap()
            .is_some_and(|cap| users.len() >= cap as usize)
    {
        return Err(ApiError::forbidden(
            "reached_active_user_cap",
            "The daily quota for active publishing users from your client is reached.",
        ));
    }
    Ok(())
}

/// Whether one more draft is possible.
pub(crate) fn draft(
    state: &State,
    creator: &Creator,
    now: Timestamp,
    options: &Options,
) -> Result<(), ApiError> {
    not_banned(creator)?;
    let pending = state
        .publishes
        .iter()
        .filter(|publish| publish.creator == creator.name && publish.is_pending_draft(now, options))
        .count();
    if pending >= options.pending_drafts as usize {
        return Err(ApiError::forbidden(
            "spam_risk_too_many_pending_share",
            "There may be at most 5 pending shares within any 24-hour period.",
        ));
    }
    Ok(())
}

fn not_banned(creator: &Creator) -> Result<(), ApiError> {
    if creator.banned {
        return Err(ApiError::forbidden(
            "spam_risk_user_banned_from_posting",
            "The user is banned from making new posts.",
        ));
    }
    Ok(())
}
