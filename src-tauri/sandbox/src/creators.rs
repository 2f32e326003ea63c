//! The simulated creators and their pictures.

use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hex::hex;

/// A creator whose account an app can connect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a creator's settings are independent switches on TikTok as well"
)]
pub struct Creator {
    /// Short name, used in forms and in the request log: `ada`.
    pub name: String,
    /// The handle, without the @.
    pub handle: String,
    /// The display name.
    pub nickname: String,
    /// The bio line of the profile.
    pub bio: String,
    /// Whether the account is private.
    pub private: bool,
    /// Whether comments are set to "No one".
    pub comment_disabled: bool,
    /// Whether duets are set to "No one".
    pub duet_disabled: bool,
    /// Whether stitches are set to "No one".
    pub stitch_disabled: bool,
    /// Maximum duration of a direct post in seconds.
    pub max_video_seconds: u32,
    /// Whether the creator is banned from posting: `spam_risk_user_banned_from_posting`.
    pub banned: bool,
    /// Whether the daily cap is reached: `spam_risk_too_many_posts`.
    pub at_daily_cap: bool,
    /// Whether the account is a target user of the app's sandbox at TikTok; others are refused with
    /// `non_sandbox_target`.
    pub invited: bool,
    /// The drawing of the profile picture.
    pub portrait: Portrait,
}

/// The drawing of a profile picture. Colours are `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portrait {
    /// The two colours of the background gradient.
    pub background: [String; 2],
    /// The skin colour.
    pub skin: String,
    /// The hair colour.
    pub hair: String,
    /// The hairstyle.
    pub cut: Cut,
}

/// A hairstyle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// Shoulder-length.
    Long,
    /// Short.
    Short,
    /// Tied in a bun.
    Bun,
}

impl Portrait {
    fn new(background: [&str; 2], skin: &str, hair: &str, cut: Cut) -> Self {
        Self {
            background: background.map(str::to_owned),
            skin: skin.to_owned(),
            hair: hair.to_owned(),
            cut,
        }
    }
}

impl Creator {
    fn new(name: &str, handle: &str, nickname: &str, bio: &str, portrait: Portrait) -> Self {
        Self {
            name: name.to_owned(),
            handle: handle.to_owned(),
            nickname: nickname.to_owned(),
            bio: bio.to_owned(),
            private: false,
            comment_disabled: false,
            duet_disabled: false,
            stitch_disabled: false,
            max_video_seconds: 600,
            banned: false,
            at_daily_cap: false,
            invited: true,
            portrait,
        }
    }

    /// Returns the special settings of the account, for the list of creators.
    pub(crate) fn summary(&self) -> String {
        let mut notes = Vec::new();
        if !self.invited {
            notes.push("not a target user of the app".to_owned());
        }
        if self.banned {
            notes.push("banned from posting".to_owned());
        }
        if self.at_daily_cap {
            notes.push("daily post limit reached".to_owned());
        }
        notes.push(
            if self.private {
                "private account"
            } else {
                "public account"
            }
            .to_owned(),
        );
        let off: Vec<&str> = [
            (self.comment_disabled, "comments"),
            (self.duet_disabled, "duets"),
            (self.stitch_disabled, "stitches"),
        ]
        .into_iter()
        .filter_map(|(is_off, what)| is_off.then_some(what))
        .collect();
        if !off.is_empty() {
            notes.push(format!("{} off", off.join(", ")));
        }
        if self.max_video_seconds < 180 {
            notes.push(format!("videos up to {}\u{a0}s", self.max_video_seconds));
        }
        let text = notes.join(" · ");
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().collect::<String>() + letters.as_str()
        })
    }

    /// Returns the privacy levels that the creator can choose
    /// (`/doc/content-posting-api-reference-query-creator-info`).
    pub(crate) fn privacy_level_options(&self) -> [&'static str; 3] {
        if self.private {
            ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
        } else {
            ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
        }
    }

    /// Returns whether duets are disabled. Private accounts never allow them.
    pub(crate) fn is_duet_disabled(&self) -> bool {
        self.duet_disabled || self.private
    }

    /// Returns whether stitches are disabled. Private accounts never allow them.
    pub(crate) fn is_stitch_disabled(&self) -> bool {
        self.stitch_disabled || self.private
    }

    /// Returns the creator's id within one app.
    pub(crate) fn open_id(&self, client_key: &str) -> String {
        format!(
            "-000{}",
            &hex(&Sha256::digest(format!("{client_key}/{}", self.name)))[..32]
        )
    }

    /// Returns the creator's id across a developer's apps.
    pub(crate) fn union_id(&self) -> String {
        hex(&Sha256::digest(format!("union/{}", self.name)))[..36].to_owned()
    }

    /// Draws the profile picture as SVG. Every element has a body, because XML has no void elements.
    pub(crate) fn avatar(&self) -> Markup {
        let Portrait {
            background: [from, to],
            skin,
            hair,
            cut,
        } = &self.portrait;
        html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="200" height="200" role="img" {
                title { (self.nickname) }
                defs {
                    linearGradient id="g" x1="0" y1="0" x2="1" y2="1" {
                        stop offset="0" stop-color=(from) {}
                        stop offset="1" stop-color=(to) {}
                    }
                    clipPath id="c" { rect width="100" height="100" {} }
                }
                g clip-path="url(#c)" {
                    rect width="100" height="100" fill="url(#g)" {}
                    circle cx="84" cy="18" r="26" fill="#fff" opacity="0.12" {}
                    ellipse cx="50" cy="104" rx="34" ry="32" fill="#1d2330" opacity="0.82" {}
                    rect x="43" y="58" width="14" height="20" rx="7" fill=(skin) {}
                    rect x="43" y="58" width="14" height="20" rx="7" fill="#000" opacity="0.12" {}
                    @if *cut == Cut::Long {
                        path d="M28 50 C24 18 76 18 72 50 L74 74 Q50 84 26 74 Z" fill=(hair) {}
                    }
                    ellipse cx="50" cy="46" rx="17" ry="20" fill=(skin) {}
                    @if *cut == Cut::Long {
                        path d="M32 44 C34 26 62 24 68 44 C60 38 52 34 48 32 C44 38 38 42 32 44 Z" fill=(hair) {}
                    } @else if *cut == Cut::Short {
                        path d="M31 44 C28 18 72 16 69 44 C66 34 60 32 50 33 C40 32 34 34 31 44 Z" fill=(hair) {}
                    } @else {
                        circle cx="50" cy="20" r="9" fill=(hair) {}
                        path d="M32 42 C32 24 68 24 68 42 C60 32 40 32 32 42 Z" fill=(hair) {}
                    }
                    circle cx="43.5" cy="47" r="1.8" fill="#1d2330" {}
                    circle cx="56.5" cy="47" r="1.8" fill="#1d2330" {}
                    path d="M44 55 Q50 60 56 55" fill="none" stroke="#1d2330" stroke-width="1.8" stroke-linecap="round" {}
                }
            }
        }
    }
}

/// Returns the creators of a new sandbox.
pub(crate) fn default_creators() -> Vec<Creator> {
    vec![
        Creator::new(
            "ada",
            "ada.makes",
            "Ada Lindqvist",
            "Ceramics, slowly.",
            Portrait::new(["#ff9a6b", "#d8386b"], "#f6d0b1", "#5a3a22", Cut::Bun),
        ),
        Creator {
            private: true,
            ..Creator::new(
                "ben",
                "benokafor",
                "Ben Okafor",
                "Trail running, mostly uphill.",
                Portrait::new(["#63c7a5", "#1f6f8b"], "#7a4a2f", "#1c1412", Cut::Short),
            )
        },
        Creator {
            comment_disabled: true,
            duet_disabled: true,
            stitch_disabled: true,
            ..Creator::new(
                "cleo",
                "cleo.moves",
                "Cleo Marchetti",
                "Dance class, one step at a time.",
                Portrait::new(["#a685f0", "#4b3bb0"], "#e8b98f", "#2a1c1a", Cut::Long),
            )
        },
        Creator {
            max_video_seconds: 60,
            ..Creator::new(
                "dev",
                "devraman",
                "Dev Raman",
                "Sixty-second recipes.",
                Portrait::new(["#ffd166", "#e07a2f"], "#a86e45", "#17110f", Cut::Short),
            )
        },
        Creator {
            banned: true,
            ..Creator::new(
                "eve",
                "evenovak",
                "Eve Novak",
                "Back soon.",
                Portrait::new(["#9aa5b8", "#4a5468"], "#f3d3bd", "#c9a15c", Cut::Long),
            )
        },
        Creator {
            at_daily_cap: true,
            ..Creator::new(
                "finn",
                "finn.halloran",
                "Finn Halloran",
                "Posts a lot.",
                Portrait::new(["#7cc4ff", "#2b63c9"], "#f1c7a6", "#a4522a", Cut::Short),
            )
        },
        Creator {
            invited: false,
            ..Creator::new(
                "gus",
                "guswhitfield",
                "Gus Whitfield",
                "Birds of the estuary.",
                Portrait::new(["#c8d96f", "#5f8a2c"], "#edc3a0", "#8d8f94", Cut::Short),
            )
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profile_pictures_are_well_formed() {
        for creator in default_creators() {
            let text = creator.avatar().into_string();
            let mut open = Vec::new();
            for tag in text.split('<').skip(1) {
                let name = tag.split([' ', '>']).next().unwrap();
                match name.strip_prefix('/') {
                    Some(closed) => assert_eq!(open.pop(), Some(closed), "{text}"),
                    None => open.push(name),
                }
            }
            assert!(open.is_empty(), "{open:?} left open: {text}");
        }
    }
}
