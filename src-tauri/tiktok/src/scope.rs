//! The permissions that a creator grants, and TikTok's comma-separated way of writing them.

use crate::wire::wire_enum;

wire_enum! {
    /// A permission of `/doc/tiktok-api-scopes`. It must be approved for the app and granted by the creator.
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

/// Reads a list of scopes: commas between them, as `/doc/login-kit-desktop` says, spaces around them forgiven.
/// Repeated scopes count once.
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

/// Writes scopes the way the authorize page wants them: comma-separated, no spaces (`/doc/login-kit-desktop`).
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
    fn lists_are_read_with_commas_and_stray_spaces() {
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
    fn an_unknown_scope_is_kept_and_written_back() {
        let scopes = parse_scopes("research.data,video.list");
        assert_eq!(scopes[0], Scope::Other("research.data".into()));
        assert_eq!(join_scopes(&scopes), "research.data,video.list");
    }
}
