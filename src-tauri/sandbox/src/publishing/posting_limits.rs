//! Limits on posting: bans, daily caps and pending drafts (`/doc/content-posting-api-reference-direct-post`,
//! `/doc/content-sharing-guidelines`).

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    api::ApiError,
    config::Options,
    creators::Creator,
    publish::{PostMode, Publish},
    store::SavedState,
};

/// Checks that the creator may make another direct post.
pub(crate) fn check_direct_post(
    state: &SavedState,
    creator: &Creator,
    now: Timestamp,
    options: &Options,
) -> Result<(), ApiError> {
    check_not_banned(creator)?;
    let direct: Vec<&Publish> = state
        .publishes
        .iter()
        .filter(|publish| {
            publish.mode == PostMode::Direct && publish.counts_towards_limits(now, options)
        })
        .collect();
    let posts = direct
        .iter()
        .filter(|publish| publish.creator == creator.name)
        .count();
    if creator.at_daily_cap || posts >= options.daily_posts as usize {
        return Err(ApiError::forbidden(
            "spam_risk_too_many_posts",
            "The daily post cap from the API is reached for the current user.",
        ));
    }
    // A creator who already posted is not affected by the cap.
    let posting_creators: BTreeSet<&str> = direct
        .iter()
        .map(|publish| publish.creator.as_str())
        .collect();
    if !posting_creators.contains(creator.name.as_str())
        && options
            .posting_user_cap()
            .is_some_and(|cap| posting_creators.len() >= cap as usize)
    {
        return Err(ApiError::forbidden(
            "reached_active_user_cap",
            "The daily quota for active publishing posting_creators from your client is reached.",
        ));
    }
    Ok(())
}

/// Checks that the creator may send another draft.
pub(crate) fn check_draft(
    state: &SavedState,
    creator: &Creator,
    now: Timestamp,
    options: &Options,
) -> Result<(), ApiError> {
    check_not_banned(creator)?;
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

fn check_not_banned(creator: &Creator) -> Result<(), ApiError> {
    if creator.banned {
        return Err(ApiError::forbidden(
            "spam_risk_user_banned_from_posting",
            "The user is banned from making new posts.",
        ));
    }
    Ok(())
}
