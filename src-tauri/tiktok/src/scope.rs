//! The permissions that a creator grants, and their comma-separated form.

use crate::wire::wire_enum;

wire_enum! {
    /// A permission (`/doc/tiktok-api-scopes`). TikTok must approve it for the app, and the creator must grant it.
    pub enum Scope {
        /// Open id, union id, avatar and display name; every Login Kit app has it.
        UserInfoBasic = "user.info.basic",
        /// Username, bio, profile link and verified badge.
        UserInfoProfile = "user.info.profile",
        /// Follower, following, like and video counts.
        UserInfoStats = "user.info.stats",
        /// The creator's public videos and their counts.
        VideoList = "video.list",
        /// Creator info, direct post, status, cancel.
        VideoPublish = "video.publish",
        /// Drafts to the inbox, status, cancel.
        VideoUpload = "video.upload",
    }
}

/// Reads a list of scopes, separated by commas (`/doc/login-kit-desktop`) or white space. Ignores repetitions.
pub fn parse_scopes(text: &str) -> Vec<Scope> {
    let mut scopes = Vec::new();
    for word in text.split(|c: char| c == ',' || c.is_whitespace()) {
        let scope = Scope::from(word);
        if !word.is_empty() && !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes
}

/// Writes scopes for the consent page: separated by commas, without spaces (`/doc/login-kit-desktop`).
pub fn join_scopes(scopes: &[Scope]) -> String {
    scopes
        .iter()
        .map(Scope::as_str)
        .collect::<Vec<_>>()
        .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_lists_may_contain_spaces() {
        assert_eq!(
            parse_scopes("user.info.basic, video.publish,,video.publish video.upload "),
            [
                Scope::UserInfoBasic,
                Scope::VideoPublish,
                Scope::VideoUpload
            ]
        );
        assert!(parse_scopes("").is_empty());
    }

    #[test]
    fn unknown_scope_round_trips() {
        let scopes = parse_scopes("research.data,video.list");
        assert_eq!(scopes[0], Scope::Other("research.data".into()));
        assert_eq!(join_scopes(&scopes), "research.data,video.list");
    }
}
