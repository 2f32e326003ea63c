//! The profile page: posts that play, drafts, and unfinished publishes.

use maud::{Markup, html};

use super::layout::{Page, bytes, instant, page};
use crate::{
    creators::Creator,
    publish::{PostMode, PostState, Publish, SandboxPost, Stage},
};

/// The content of a profile page, newest first.
pub(crate) struct ProfileView {
    pub(crate) creator: Creator,
    pub(crate) publishes: Vec<Publish>,
}

/// Renders the profile page.
pub(crate) fn profile(view: &ProfileView) -> Page {
    let creator = &view.creator;
    let finished: Vec<SandboxPost> = view.publishes.iter().filter_map(Publish::as_post).collect();
    let (drafts, posts): (Vec<_>, Vec<_>) = finished
        .iter()
        .partition(|post| post.state == PostState::InInbox);
    let unfinished: Vec<&Publish> = view
        .publishes
        .iter()
        .filter(|publish| publish.as_post().is_none())
        .collect();
    let content = html! {
        main.wide {
            (profile_header(creator, posts.len()))
            section aria-labelledby="posts" {
                h2 #posts { "Posts" }
                @if posts.is_empty() {
                    p.empty { "No posts yet." }
                } @else {
                    div.grid { @for post in &posts { (post_card(creator, post)) } }
                }
            }
            section aria-labelledby="drafts" {
                h2 #drafts { "Inbox drafts" }
                @if drafts.is_empty() {
                    p.empty { "No drafts." }
                } @else {
                    div.grid { @for draft in &drafts { (post_card(creator, draft)) } }
                }
            }
            @if !unfinished.is_empty() {
                section aria-labelledby="open" {
                    h2 #open { "Unfinished and failed" }
                    (unfinished_table(&unfinished))
                }
            }
        }
    };
    page(
        &format!("{} (@{})", creator.nickname, creator.handle),
        &content,
    )
}

/// Renders the page of one post.
pub(crate) fn post(creator: &Creator, post: &SandboxPost) -> Page {
    let content = html! {
        main.narrow {
            p { a href={ "/@" (creator.handle) } { "All posts by @" (creator.handle) } }
            (post_card(creator, post))
        }
    };
    page(&format!("Post by @{}", creator.handle), &content)
}

fn profile_header(creator: &Creator, posts: usize) -> Markup {
    html! {
        header.profile {
            img src={ "/sandbox/avatars/" (creator.name) ".svg" } alt={ "Profile picture of " (creator.nickname) } width="96" height="96";
            div {
                h1 { (creator.nickname) }
                p.handle { "@" (creator.handle) }
                p { (creator.bio) }
                p.quiet { (creator.summary()) " · " (posts) @if posts == 1 { " post" } @else { " posts" } }
            }
        }
    }
}

fn post_card(creator: &Creator, post: &SandboxPost) -> Markup {
    let name = post
        .caption
        .as_deref()
        .filter(|caption| !caption.is_empty());
    let switches: Vec<&str> = [
        (post.disable_comment, "comments off"),
        (post.disable_duet, "duets off"),
        (post.disable_stitch, "stitches off"),
        (post.brand_content, "paid partnership"),
        (post.brand_organic, "promotional content"),
        (post.is_aigc, "AI-generated"),
    ]
    .into_iter()
    .filter_map(|(is_on, what)| is_on.then_some(what))
    .collect();
    html! {
        article.post aria-label={ "Post " (post.post_id) } {
            video controls preload="metadata" src={ "/sandbox/videos/" (post.publish_id) } aria-label="Video" {}
            div.text {
                @if post.mode == PostMode::Direct {
                    p.caption { @if let Some(name) = name { (name) } @else { em { "No caption" } } }
                }
                p.badges {
                    span.badge { (visibility(post)) }
                    @for switch in switches { span.badge.soft { (switch) } }
                }
                dl.facts {
                    dt { "Created" } dd { (instant(post.created_at)) }
                    dt { "Size" } dd { (bytes(post.size)) " (" (post.size) " bytes)" }
                    dt { "SHA-256" } dd { code.hash { (post.sha256) } }
                    @if post.mode == PostMode::Direct {
                        dt { "Post ID" }
                        dd { a href={ "/@" (creator.handle) "/video/" (post.post_id) } { (post.post_id) } }
                    }
                }
                @if post.state == PostState::InInbox { (draft_actions(&post.publish_id)) }
            }
        }
    }
}

/// Renders the actions that a creator has for a draft in the TikTok app.
fn draft_actions(publish_id: &str) -> Markup {
    html! {
        form.actions method="post" action="/sandbox/drafts" {
            input type="hidden" name="publish_id" value=(publish_id);
            button.primary type="submit" name="action" value="post" { "Post this draft" }
            button type="submit" name="action" value="discard" { "Discard" }
        }
    }
}

fn visibility(post: &SandboxPost) -> &'static str {
    match (post.state, post.privacy.as_deref()) {
        (PostState::InInbox, _) => "Draft",
        (PostState::Published, Some("PUBLIC_TO_EVERYONE")) => "Everyone · in moderation",
        (_, Some("PUBLIC_TO_EVERYONE")) => "Everyone",
        (_, Some("MUTUAL_FOLLOW_FRIENDS")) => "Friends",
        (_, Some("FOLLOWER_OF_CREATOR")) => "Followers",
        (_, Some("SELF_ONLY")) => "Only you",
        _ => "Posted from a draft",
    }
}

fn unfinished_table(unfinished: &[&Publish]) -> Markup {
    html! {
        div.scroll {
            table {
                thead { tr { th { "Publish ID" } th { "Started" } th { "Uploaded" } th { "State" } } }
                tbody {
                    @for publish in unfinished {
                        tr {
                            td { code { (publish.publish_id) } }
                            td { (instant(publish.created_at)) }
                            td { (bytes(publish.uploaded)) " of " (bytes(publish.plan.video_size)) }
                            td {
                                @match &publish.stage {
                                    Stage::Uploading => { "Uploading" }
                                    Stage::Failed { reason, .. } => { "Failed: " code { (reason) } }
                                    _ => { "Processing" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
