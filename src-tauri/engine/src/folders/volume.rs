//! The file system of a folder: whether it is mounted, sends events, and keeps inodes.

use std::{fs::Metadata, io, path::Path};

/// The file system of a folder that is present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Volume {
    /// The device number; `None` on systems without one.
    pub(super) device: Option<i64>,
    /// The inode of the folder; `None` on systems without one.
    pub(super) inode: Option<u64>,
    /// True if the file system sends no events for changes by other computers, so that the folder must be polled.
    pub(super) lacks_events: bool,
    /// True if inodes survive a remount.
    pub(super) stable_inodes: bool,
}

/// The presence of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// The folder is present.
    Here(Volume),
    /// The folder is missing, or only the empty mount point of its drive is present.
    Away,
}

/// Looks for a folder that was last on `device`.
///
/// # Errors
/// The folder is present and Slipway has no permission to read it.
pub(super) fn find(root: &Path, device: Option<i64>) -> io::Result<Presence> {
    let metadata = match std::fs::metadata(root) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
        // A network drive that does not answer returns various errors.
        _ => return Ok(Presence::Away),
    };
    let mut entries = std::fs::read_dir(root)?;
    let volume = volume(root, &metadata);
    let moved = device.is_some() && volume.device.is_some() && device != volume.device;
    Ok(if moved && entries.next().is_none() {
        Presence::Away
    } else {
        Presence::Here(volume)
    })
}

/// Returns true if the folder's file system sends no events for changes by other computers.
pub(super) fn lacks_events(root: &Path) -> io::Result<bool> {
    Ok(volume(root, &std::fs::metadata(root)?).lacks_events)
}

/// Returns true if inodes on the folder's file system survive a remount.
pub(super) fn stable_inodes(root: &Path, metadata: &Metadata) -> bool {
    volume(root, metadata).stable_inodes
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
fn device(metadata: &Metadata) -> Option<i64> {
    Some(std::os::unix::fs::MetadataExt::dev(metadata).cast_signed())
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
fn inode(metadata: &Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::ino(metadata))
}

#[cfg(not(unix))]
fn device(_: &Metadata) -> Option<i64> {
    None
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> Option<u64> {
    None
}

#[cfg(target_os = "linux")]
fn volume(root: &Path, metadata: &Metadata) -> Volume {
    /// `f_type` of the file systems that other computers change without local events: NFS, SMB 1 to 3, FUSE, 9P, Ceph,
    /// AFS and Coda. Source: statfs(2) and linux/magic.h.
    const WITHOUT_EVENTS: [u32; 9] = [
        0x6969,
        0x517B,
        0xFE53_4D42,
        0xFF53_4D42,
        0x6573_5546,
        0x0102_1997,
        0x00C3_6400,
        0x5346_414F,
        0x7375_7245,
    ];
    /// The file systems that assign new inodes at each mount: FAT and exFAT.
    const RENUMBERED: [u32; 2] = [0x4D44, 0x2011_BAB0];

    // The kernel stores 32 bits, whatever the width of this type.
    let kind = rustix::fs::statfs(root).map(|found| {
        let bits = found.f_type.to_le_bytes();
        u32::from_le_bytes([bits[0], bits[1], bits[2], bits[3]])
    });
    let lacks_events = kind
        .as_ref()
        .map_or(true, |kind| WITHOUT_EVENTS.contains(kind));
    Volume {
        device: device(metadata),
        inode: inode(metadata),
        lacks_events,
        stable_inodes: !lacks_events && kind.is_ok_and(|kind| !RENUMBERED.contains(&kind)),
    }
}

#[cfg(not(target_os = "linux"))]
fn volume(_: &Path, metadata: &Metadata) -> Volume {
    Volume {
        device: device(metadata),
        inode: inode(metadata),
        lacks_events: false,
        stable_inodes: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_or_an_empty_mount_point_is_away() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("videos");
        assert_eq!(find(&root, None).unwrap(), Presence::Away);
        std::fs::write(&root, "no folder").unwrap();
        assert_eq!(find(&root, None).unwrap(), Presence::Away);
        std::fs::remove_file(&root).unwrap();
        std::fs::create_dir(&root).unwrap();
        let Presence::Here(volume) = find(&root, None).unwrap() else {
            panic!("it is here");
        };
        assert_eq!(find(&root, volume.device).unwrap(), Presence::Here(volume));

        let elsewhere = volume.device.map(|device| device + 1);
        if elsewhere.is_some() {
            assert_eq!(find(&root, elsewhere).unwrap(), Presence::Away);
            std::fs::write(root.join("clip.mp4"), "").unwrap();
            assert_eq!(find(&root, elsewhere).unwrap(), Presence::Here(volume));
        }
    }
}
