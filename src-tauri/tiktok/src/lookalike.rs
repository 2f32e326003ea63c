//! Texts that look like a token, whoever wrote them: what cannot be known as a secret is told by its form.

use std::borrow::Cow;

/// What TikTok's tokens begin with: access, refresh and client tokens.
/// Source: `/doc/oauth-user-access-token-management`.
pub const TOKEN_BEGINNINGS: [&str; 3] = ["act.", "rft.", "clt."];
/// Nothing shorter than this, its beginning included, is a token, in bytes.
const TOKEN_MIN: usize = 16;

/// The text with `mark` in the place of everything that begins as a token does and is long enough for one.
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
