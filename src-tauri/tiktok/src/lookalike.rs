//! Detection of texts that look like a token, for secrets that are not known beforehand.

use std::borrow::Cow;

/// Prefixes of TikTok's tokens: access, refresh and client tokens.
/// Source: `/doc/oauth-user-access-token-management`.
pub const TOKEN_BEGINNINGS: [&str; 3] = ["act.", "rft.", "clt."];
/// Shortest text that counts as a token, including the prefix, in bytes.
const TOKEN_MIN: usize = 16;

/// Replaces every text that starts like a token and is long enough for one with `mark`.
pub fn without_lookalikes<'a>(text: &'a str, beginnings: &[&str], mark: &str) -> Cow<'a, str> {
    let is_part = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '!' | '~' | '%' | '*' | '=')
    };
    let next = |from: usize| {
        let begins = beginnings
            .iter()
            .filter_map(|token| text[from..].find(token));
        begins.min().map(|at| from + at)
    };
    let (mut clean, mut kept, mut at) = (String::new(), 0, 0);
    while let Some(start) = next(at) {
        let length = text[start..]
            .find(|c| !is_part(c))
            .unwrap_or(text.len() - start);
        at = start + length;
        if length >= TOKEN_MIN {
            clean.push_str(&text[kept..start]);
            clean.push_str(mark);
            kept = at;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(&text[kept..]);
    Cow::Owned(clean)
}
