//! Sample entries: codec, picture size and sound format of a track.

use std::io::{Read, Seek};

use mp4_atom::{
    Ac3SpecificBox, Atom, Colr, Ec3SpecificBox, Esds, VpcC,
    esds::{DecoderConfig, DecoderSpecific},
};

use super::boxes::{self, BoxHeader};
use crate::{
    codec::{AudioCodec, VideoCodec},
    error::ProbeError,
    headers::Header,
    media::{AudioTrack, Hdr},
    source::Source,
    timing::whole_hertz,
};

/// Largest configuration record of a codec, in bytes.
const RECORD_CAP: usize = 64 << 10;
/// Fields of a visual sample entry before its boxes.
const VISUAL_LEN: u64 = 78;
/// Fields of a sound sample entry before its boxes, in its first version.
const SOUND_LEN: u64 = 28;

/// The content of a track.
pub(super) enum Media {
    /// Pictures, moving or still.
    Pictures(Pictures),
    /// Sound.
    Sound(AudioTrack),
}

/// The fields of a visual sample entry.
pub(super) struct Pictures {
    pub(super) codec: VideoCodec,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bit_depth: Option<u8>,
    pub(super) hdr: Option<Hdr>,
}

/// The first visual sample entry of an `stsd`.
pub(super) fn pictures<R: Read + Seek>(
    source: &mut Source<R>,
    entries: &BoxHeader,
) -> Result<Option<Pictures>, ProbeError> {
    let Some(entry) = first_entry(source, entries)? else {
        return Ok(None);
    };
    if entry.size() < VISUAL_LEN {
        return Err(ProbeError::damaged("the picture description is cut"));
    }
    let mut fields = [0; 78];
    source.read_at(entry.body, &mut fields)?;
    let [w0, w1, h0, h1] = [fields[24], fields[25], fields[26], fields[27]];
    let mut codec = VideoCodec::from_fourcc(entry.kind);
    let (mut hdr, mut dolby) = (
        None,
        matches!(&entry.kind, b"dvh1" | b"dvhe" | b"dva1" | b"dvav" | b"dav1"),
    );
    let mut bit_depth = match &entry.kind {
        b"ap4h" | b"ap4x" => Some(12),
        _ if codec == VideoCodec::ProRes => Some(10),
        _ => None,
    };
    let mut record = None;
    for child in boxes::children(source, entry.body + VISUAL_LEN, entry.end)? {
        match &child.kind {
            b"avcC" | b"hvcC" | b"av1C" => {
                record = Some(source.bytes(child.body, child.size(), RECORD_CAP)?);
            }
            b"vpcC" => {
                let bytes = source.bytes(child.body, child.size(), RECORD_CAP)?;
                // Early writers stored an older version here, which is no reason to reject the file.
                if let Ok(record) = VpcC::decode_body(&mut bytes.as_slice()) {
                    bit_depth = Some(record.bit_depth);
                    hdr = hdr.or(Hdr::from_transfer(record.transfer_characteristics.into()));
                }
            }
            b"esds" => {
                if let Some(descriptor) = descriptor(source, &child)? {
                    codec = VideoCodec::from_object_type(descriptor.object_type_indication);
                }
            }
            b"colr" => hdr = hdr.or(hdr_of(source, &child)?),
            // The configuration of Dolby Vision.
            b"dvcC" | b"dvvC" => dolby = true,
            _ => {}
        }
    }
    let header = Header::read(&codec, record.as_deref());
    let hdr = hdr.or_else(|| Hdr::from_transfer(header.transfer?.into()));
    Ok(Some(Pictures {
        bit_depth: bit_depth.or(header.bit_depth),
        codec,
        width: u16::from_be_bytes([w0, w1]).into(),
        height: u16::from_be_bytes([h0, h1]).into(),
        hdr: hdr.or(dolby.then_some(Hdr::DolbyVision)),
    }))
}

/// The first sound sample entry of an `stsd`.
pub(super) fn sound<R: Read + Seek>(
    source: &mut Source<R>,
    entries: &BoxHeader,
) -> Result<Option<AudioTrack>, ProbeError> {
    let Some(entry) = first_entry(source, entries)? else {
        return Ok(None);
    };
    if entry.size() < SOUND_LEN {
        return Err(ProbeError::damaged("the sound description is cut"));
    }
    let mut fields = [0; 28];
    source.read_at(entry.body, &mut fields)?;
    let [v0, v1] = [fields[8], fields[9]];
    let mut channels = u32::from(u16::from_be_bytes([fields[16], fields[17]]));
    let mut sample_rate = u32::from(u16::from_be_bytes([fields[24], fields[25]]));
    // QuickTime's later versions append fields (QuickTime File Format, "Sound Sample Description"). In MP4, version 1
    // has no such fields, so the boxes are searched in both positions.
    let mut places = vec![SOUND_LEN];
    match u16::from_be_bytes([v0, v1]) {
        1 => places.insert(0, SOUND_LEN + 16),
        2 if entry.size() >= SOUND_LEN + 36 => {
            let mut more = [0; 16];
            source.read_at(entry.body + SOUND_LEN + 4, &mut more)?;
            let [r0, r1, r2, r3, r4, r5, r6, r7, c0, c1, c2, c3, ..] = more;
            sample_rate =
                whole_hertz(f64::from_be_bytes([r0, r1, r2, r3, r4, r5, r6, r7])).unwrap_or(0);
            channels = u32::from_be_bytes([c0, c1, c2, c3]);
            places = vec![SOUND_LEN + 36];
        }
        _ => {}
    }
    let mut codec = AudioCodec::from_fourcc(entry.kind);
    let mut channels = Some(channels).filter(|&count| count > 0);
    // For these codecs, MP4 writers store a constant two in the entry. The boxes inside have the real number.
    for child in sound_boxes(source, &entry, &places)? {
        match &child.kind {
            b"esds" => {
                let Some(descriptor) = descriptor(source, &child)? else {
                    continue;
                };
                codec = AudioCodec::from_object_type(descriptor.object_type_indication);
                channels = match (&codec, &descriptor.dec_specific) {
                    (AudioCodec::Aac, Some(specific)) => aac_channels(specific).or(channels),
                    _ => None,
                };
            }
            b"dac3" => {
                let bytes = source.bytes(child.body, child.size(), RECORD_CAP)?;
                channels = Ac3SpecificBox::decode_body(&mut bytes.as_slice())
                    .ok()
                    .map(|layout| dolby_channels(layout.acmod, layout.lfeon));
            }
            b"dec3" => {
                let bytes = source.bytes(child.body, child.size(), RECORD_CAP)?;
                let layout = Ec3SpecificBox::decode_body(&mut bytes.as_slice()).ok();
                // The channels of dependent streams overlap with those of the first, so they do not count.
                channels = match layout.as_ref().map(|layout| layout.substreams.as_slice()) {
                    Some([only]) if only.num_dep_sub == 0 => {
                        Some(dolby_channels(only.acmod, only.lfeon))
                    }
                    _ => None,
                };
            }
            _ => {}
        }
    }
    Ok(Some(AudioTrack {
        codec,
        channels,
        sample_rate: Some(sample_rate).filter(|&rate| rate > 0),
    }))
}

/// Number of channels of AAC's configuration; `None` if only the coded sound has it.
fn aac_channels(specific: &DecoderSpecific) -> Option<u32> {
    match (specific.profile, specific.chan_conf) {
        // Parametric stereo decodes one channel to two.
        (29, 1) => Some(2),
        (_, 7) => Some(8),
        (_, count @ 1..=6) => Some(count.into()),
        _ => None,
    }
}

/// Number of channels of an audio coding mode, with or without the low-frequency channel (ETSI TS 102 366, table 4.3).
fn dolby_channels(mode: u8, low_frequency: bool) -> u32 {
    let full = match mode {
        1 => 1,
        0 | 2 => 2,
        3 | 4 => 3,
        5 | 6 => 4,
        _ => 5,
    };
    full + u32::from(low_frequency)
}

/// The boxes that describe the sound: in the entry itself or in `QuickTime`'s `wave` box.
fn sound_boxes<R: Read + Seek>(
    source: &mut Source<R>,
    entry: &BoxHeader,
    places: &[u64],
) -> Result<Vec<BoxHeader>, ProbeError> {
    for place in places {
        let mut children = match boxes::children(source, entry.body + place, entry.end) {
            Ok(children) => children,
            // No boxes at this position: try the other one.
            Err(ProbeError::Damaged { .. }) => continue,
            Err(error) => return Err(error),
        };
        if let Some(wave) = boxes::find(&children, *b"wave") {
            children.extend(boxes::children(source, wave.body, wave.end)?);
        }
        if !children.is_empty() {
            return Ok(children);
        }
    }
    Ok(Vec::new())
}

/// The codec's description inside an `esds`; `None` if only a decoder understands its form.
fn descriptor<R: Read + Seek>(
    source: &mut Source<R>,
    esds: &BoxHeader,
) -> Result<Option<DecoderConfig>, ProbeError> {
    let bytes = source.bytes(esds.body, esds.size(), RECORD_CAP)?;
    Ok(Esds::decode_body(&mut bytes.as_slice())
        .ok()
        .map(|esds| esds.es_desc.dec_config))
}

fn hdr_of<R: Read + Seek>(
    source: &mut Source<R>,
    colr: &BoxHeader,
) -> Result<Option<Hdr>, ProbeError> {
    let bytes = source.bytes(colr.body, colr.size().min(11), RECORD_CAP)?;
    Ok(match Colr::decode_body(&mut bytes.as_slice()) {
        Ok(
            Colr::Nclx {
                transfer_characteristics,
                ..
            }
            | Colr::Nclc {
                transfer_characteristics,
                ..
            },
        ) => Hdr::from_transfer(transfer_characteristics),
        _ => None,
    })
}

fn first_entry<R: Read + Seek>(
    source: &mut Source<R>,
    entries: &BoxHeader,
) -> Result<Option<BoxHeader>, ProbeError> {
    // Version, flags and number of entries come first.
    let children = boxes::children(source, entries.body.saturating_add(8), entries.end)?;
    Ok(children.first().copied())
}
