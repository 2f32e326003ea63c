//! The names of what is no new video: what bins, sync tools, downloads and caches leave in a folder.
//!
//! These rules always count. The creator's own list, in *Settings*, adds to them. `docs/folders.md` shows this table.

use std::{ffi::OsString, path::Path, sync::LazyLock};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// What a name says about a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// A bin, a store of old versions, or a cache. Nothing in it is looked at.
    Store,
    /// The copy that a sync tool makes of a conflict. It is left out.
    ConflictCopy,
}

/// The names that one tool gives.
#[derive(Debug)]
pub(crate) struct NameRule {
    pub(crate) kind: NameKind,
    /// The tool, as creators know it.
    pub(crate) tool: &'static str,
    /// Patterns with `*`, `?` and `[abc]`, without regard to the case of ASCII letters.
    pub(crate) names: &'static [&'static str],
}

const fn store(tool: &'static str, names: &'static [&'static str]) -> NameRule {
    NameRule {
        kind: NameKind::Store,
        tool,
        names,
    }
}

const fn conflict(tool: &'static str, names: &'static [&'static str]) -> NameRule {
    NameRule {
        kind: NameKind::ConflictCopy,
        tool,
        names,
    }
}

/// All rules. Words in other alphabets leave out their first letter, which can be a capital.
pub(crate) const NAME_RULES: &[NameRule] = &[
    store(
        "Windows",
        &[
            "$RECYCLE.BIN",
            "RECYCLER",
            "RECYCLED",
            "System Volume Information",
        ],
    ),
    store(
        "macOS",
        &[
            ".Trash",
            ".Trashes",
            "._*",
            "Network Trash Folder",
            "Temporary Items",
        ],
    ),
    store("Linux", &[".Trash-*", "lost+found"]),
    store(
        "Synology",
        &[
            "#recycle",
            "#snapshot",
            "@eaDir",
            "@tmp",
            ".SynologyWorkingDirectory",
        ],
    ),
    store(
        "QNAP",
        &[
            "@Recycle",
            "@Recently-Snapshot",
            ".@__thumb",
            ".@upload_cache",
        ],
    ),
    store(
        "other network drives",
        &[
            ".recycle",
            ".Recycle.Bin",
            "#recycle.*",
            "@Recycle*",
            "trashbox",
            ".snapshot",
            ".snapshots",
            "~snapshot",
            ".zfs",
        ],
    ),
    store(
        "Syncthing",
        &[
            ".stversions",
            ".stfolder*",
            ".syncthing.*",
            "~syncthing~*",
            "*~20[0-9][0-9][0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9][0-9][0-9].*",
        ],
    ),
    store("Dropbox", &[".dropbox.cache"]),
    store("Resilio Sync", &[".sync"]),
    store("Google Drive", &[".tmp.drivedownload", ".tmp.driveupload"]),
    store(
        "Nextcloud, ownCloud",
        &["files_trashbin", "files_versions", ".*.~*"],
    ),
    store("GoodSync", &["_gsdata_"]),
    store(
        "Premiere Pro",
        &[
            "Adobe Premiere Pro Preview Files",
            "Adobe Premiere Pro Auto-Save",
            "Media Cache",
            "Media Cache Files",
            "*_Proxy.mp4",
            "*_Proxy.mov",
        ],
    ),
    store(
        "DaVinci Resolve",
        &["CacheClip", "ProxyMedia", "OptimizedMedia"],
    ),
    store(
        "Final Cut Pro",
        &[
            "*.fcpbundle",
            "*.fcpcache",
            "Transcoded Media",
            "Render Files",
        ],
    ),
    conflict("Syncthing", &["*.sync-conflict-*"]),
    conflict(
        "Dropbox, Box",
        &[
            "*(*conflicted copy*)*",
            "*(*in konflikt stehende kopie*)*",
            "*(*copie en conflit*)*",
            "*(*copia en conflicto*)*",
            "*(*copia in conflitto*)*",
            "*(*pia em conflito*)*",
            "*(*conflicterende kopie*)*",
            "*(*kopia powoduj*konflikt*)*",
            "*(*konfliktkopi*)*",
            "*(*motstridig* kopia*)*",
            "*(*salinan *konflik*)*",
            "*(*онфликтующая копия*)*",
            "*(*онфліктна копія*)*",
            "*(*競合コピー*)*",
            "*(*冲突副本*)*",
            "*(*衝突複本*)*",
            "*(*충돌*사본*)*",
            "*(case conflict*)*",
            "*(unicode encoding conflict*)*",
            "*(selective sync conflict*)*",
        ],
    ),
    conflict(
        "Nextcloud, ownCloud",
        &[
            "*_conflict-20[0-9][0-9][0-9][0-9][0-9][0-9]-*",
            "*(case clash from *)*",
        ],
    ),
    conflict(
        "OneDrive",
        &[
            "*-DESKTOP-???????.*",
            "*-DESKTOP-???????-[0-9]*.*",
            "*-LAPTOP-????????.*",
            "*-LAPTOP-????????-[0-9]*.*",
            "*-safeBackup-[0-9]*.*",
        ],
    ),
    conflict("Google Drive", &["*[[]conflict]*", "*_conf([0-9]*).*"]),
    conflict("Synology Drive", &["*_???-??-*-20[0-9][0-9]_Conflict*"]),
    conflict("Resilio Sync", &["*.Conflict", "*.Conflict.*"]),
    conflict("Seafile", &["*(SFConflict *)*"]),
    conflict("pCloud", &["*(conflicted).*", "*[[]conflicted]*"]),
    conflict(
        "a sync tool",
        &[
            "*(*conflict*20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]*)*",
            "*(*konflik*20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]*)*",
            "*(*conflit*20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]*)*",
        ],
    ),
];

/// The endings of the file that a program keeps beside a download as long as it runs: `clip.mp4.aria2` beside
/// `clip.mp4`. Firefox, aria2, qBittorrent, µTorrent, `BitComet`, yt-dlp, Chrome, Opera, `WinSCP`, `DownThemAll`, `MEGA`,
/// Safari, wget2, `JDownloader`, Free Download Manager.
pub(crate) const DOWNLOAD_COMPANIONS: &[&str] = &[
    "part",
    "aria2",
    "aria2__temp",
    "!qB",
    "!ut",
    "bc!",
    "ytdl",
    "crdownload",
    "opdownload",
    "filepart",
    "dtapart",
    "mega",
    "download",
    "partial",
    "jd",
    "fdmdownload",
];

/// The endings of videos that TikTok does not take and Slipway does not read.
pub(crate) const OTHER_VIDEO_ENDINGS: &[&str] = &[
    "3gp", "3g2", "avi", "ts", "mts", "m2ts", "mpg", "mpeg", "m2v", "vob", "wmv", "asf", "flv",
    "f4v", "ogv", "mxf", "divx", "rm", "rmvb", "dv",
];

static STORES: LazyLock<(GlobSet, Vec<&NameRule>)> =
    // The patterns are constants, and a test compiles them.
    LazyLock::new(|| compile(NameKind::Store).unwrap_or_default());
static CONFLICT_COPIES: LazyLock<(GlobSet, Vec<&NameRule>)> =
    LazyLock::new(|| compile(NameKind::ConflictCopy).unwrap_or_default());

/// Returns true if nothing below a file or folder with this name is looked at.
pub(super) fn is_store(name: &str) -> bool {
    STORES.0.is_match(name)
}

/// Returns the tool that gave a file its name because of a conflict, if one did.
pub(crate) fn conflict_copy(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (set, rules) = &*CONFLICT_COPIES;
    let first = set.matches(name).into_iter().next()?;
    rules.get(first).map(|rule| rule.tool)
}

/// Returns true if the companion of a running download is beside a file. Blocks.
pub(crate) fn is_downloading(path: &Path) -> bool {
    DOWNLOAD_COMPANIONS.iter().any(|ending| {
        let mut companion = OsString::from(path);
        companion.push(".");
        companion.push(ending);
        std::fs::symlink_metadata(companion).is_ok()
    })
}

/// Compiles the patterns of one kind. The index of a match is that of its rule in the second value.
fn compile(kind: NameKind) -> Result<(GlobSet, Vec<&'static NameRule>), globset::Error> {
    let mut set = GlobSetBuilder::new();
    let mut rules = Vec::new();
    for rule in NAME_RULES.iter().filter(|rule| rule.kind == kind) {
        for name in rule.names {
            set.add(
                GlobBuilder::new(name)
                    .case_insensitive(true)
                    .literal_separator(true)
                    .build()?,
            );
            rules.push(rule);
        }
    }
    Ok((set.build()?, rules))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_bins_and_conflict_copies_and_leaves_other_names_alone() {
        for kind in [NameKind::Store, NameKind::ConflictCopy] {
            assert!(compile(kind).unwrap().0.len() > 20);
        }
        for name in [
            "$Recycle.Bin",
            ".Trash-1000",
            ".Trashes",
            "#recycle",
            "@Recycle",
            "@eaDir",
            ".stversions",
            "._clip.mp4",
            "clip~20261127-101112.mp4",
        ] {
            assert!(is_store(name), "{name}");
        }
        for (name, tool) in [
            (
                "kiln.sync-conflict-20261127-101112-ABC1234.mp4",
                "Syncthing",
            ),
            (
                "kiln (Ada's conflicted copy 2026-11-27).mp4",
                "Dropbox, Box",
            ),
            (
                "kiln (Adas in Konflikt stehende Kopie 2026-11-27).mp4",
                "Dropbox, Box",
            ),
            (
                "kiln (Copie en conflit de Ada 2026-11-27).mov",
                "Dropbox, Box",
            ),
            ("kiln (конфликтующая копия Ada).mp4", "Dropbox, Box"),
            (
                "kiln (Conflicted copy 2026-11-27 101112).mp4",
                "Dropbox, Box",
            ),
            ("kiln_conflict-20261127-101112.mp4", "Nextcloud, ownCloud"),
            ("kiln-DESKTOP-AB12CD3.mp4", "OneDrive"),
            ("kiln-laptop-safeBackup-0001.mp4", "OneDrive"),
            ("kiln [Conflict].mp4", "Google Drive"),
            (
                "kiln_MyPC_Nov-27-101112-2026_Conflict.mp4",
                "Synology Drive",
            ),
            (
                "kiln (SFConflict ada@x.org 2026-11-27-10-11-12).mp4",
                "Seafile",
            ),
            ("kiln (Konflikt 2026-11-27).mp4", "a sync tool"),
        ] {
            assert_eq!(conflict_copy(&format!("a/{name}")), Some(tool), "{name}");
        }
        for name in [
            "Conflict.mp4",
            "conflict of interest (part 2).mp4",
            "my desktop tour.mp4",
            "recycle this.mp4",
            "kiln (1).mp4",
            "trash to treasure.mp4",
            "2026-11-27 conflict.mp4",
        ] {
            assert!(!is_store(name) && conflict_copy(name).is_none(), "{name}");
        }
    }

    /// The documentation shows every rule, so that creators can look a name up.
    #[test]
    fn the_documentation_shows_every_rule() {
        let docs = include_str!("../../../../docs/folders.md");
        let code = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        };
        for kind in [NameKind::Store, NameKind::ConflictCopy] {
            for rule in NAME_RULES.iter().filter(|rule| rule.kind == kind) {
                let row = format!("| {} | {} |", rule.tool, code(rule.names));
                assert!(docs.contains(&row), "add to docs/folders.md:\n{row}");
            }
        }
        let listed = code(DOWNLOAD_COMPANIONS);
        assert!(docs.contains(&listed), "add to docs/folders.md:\n{listed}");
        let listed = code(OTHER_VIDEO_ENDINGS);
        assert!(docs.contains(&listed), "add to docs/folders.md:\n{listed}");
    }
}
