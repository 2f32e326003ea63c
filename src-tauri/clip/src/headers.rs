//! Bit depth and transfer from a codec's own header, for containers that do not state them.
//!
//! Only the decoder configuration is read, never the media. Crates that parse these headers read every field and reject
//! a header for any field that they do not accept, while only four fields are needed here. Reading stops at the end of
//! the data: missing fields are unknown.

use mp4_atom::{Atom, Av1c, Avcc, Hvcc};

use crate::codec::VideoCodec;

/// The fields of a header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// Bits per luma sample.
    pub(crate) bit_depth: Option<u8>,
    /// Transfer characteristics (ITU-T H.273).
    pub(crate) transfer: Option<u8>,
}

impl Header {
    /// Reads a decoder configuration record, which both container families store in the same form.
    pub(crate) fn read(codec: &VideoCodec, configuration: Option<&[u8]>) -> Self {
        let read = match codec {
            VideoCodec::H264 => configuration.and_then(h264),
            VideoCodec::H265 => configuration.and_then(h265),
            VideoCodec::Av1 => configuration.and_then(av1),
            VideoCodec::Vp8 | VideoCodec::Mpeg4 => Some(Self {
                bit_depth: Some(8),
                transfer: None,
            }),
            VideoCodec::Vp9 | VideoCodec::ProRes | VideoCodec::Other(_) => None,
        };
        read.unwrap_or_default()
    }
}

/// `AVCDecoderConfigurationRecord`, ISO/IEC 14496-15, 5.3.3.1.
fn h264(record: &[u8]) -> Option<Header> {
    let profile = *record.get(1)?;
    let mut header = Header::default();
    if let Ok(record) = Avcc::decode_body(&mut &*record) {
        header.bit_depth = record.ext.map(|extension| extension.bit_depth_luma);
        if let Some(set) = record.sequence_parameter_sets.first() {
            h264_parameter_set(&unescaped(set), &mut header);
        }
    }
    // Baseline, Main, Extended and High are 8-bit by definition.
    if matches!(profile, 66 | 77 | 88 | 100) {
        header.bit_depth = Some(8);
    }
    Some(header)
}

/// `seq_parameter_set_data`, ITU-T H.264, 7.3.2.1.1.
fn h264_parameter_set(set: &[u8], header: &mut Header) -> Option<()> {
    let mut bits = Bits::new(set);
    bits.skip(8)?;
    let profile = bits.take(8)?;
    bits.skip(16)?;
    bits.golomb()?;
    if matches!(
        profile,
        100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135
    ) {
        let chroma = bits.golomb()?;
        if chroma == 3 {
            bits.skip(1)?;
        }
        let depth = bits.golomb()?;
        header.bit_depth = header.bit_depth.or(depth_of(depth));
        bits.golomb()?;
        bits.skip(1)?;
        if bits.flag()? {
            for list in 0..if chroma == 3 { 12 } else { 8 } {
                if bits.flag()? {
                    h264_scaling_list(&mut bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
    }
    bits.golomb()?;
    match bits.golomb()? {
        0 => {
            bits.golomb()?;
        }
        1 => {
            bits.skip(1)?;
            bits.golombs(2)?;
            let cycle = bits.golomb()?;
            bits.golombs(cycle)?;
        }
        _ => {}
    }
    bits.golomb()?;
    bits.skip(1)?;
    bits.golombs(2)?;
    if !bits.flag()? {
        bits.skip(1)?;
    }
    bits.skip(1)?;
    if bits.flag()? {
        bits.golombs(4)?;
    }
    if bits.flag()? {
        header.transfer = usability(&mut bits);
    }
    Some(())
}

/// `scaling_list`, ITU-T H.264, 7.3.2.1.1.1. It ends early when the next scale is zero.
fn h264_scaling_list(bits: &mut Bits, size: usize) -> Option<()> {
    let mut last: i32 = 8;
    for _ in 0..size {
        last = last.checked_add(bits.signed_golomb()?)?.rem_euclid(256);
        if last == 0 {
            break;
        }
    }
    Some(())
}

/// `HEVCDecoderConfigurationRecord`, ISO/IEC 14496-15, 8.3.3.1.
fn h265(record: &[u8]) -> Option<Header> {
    /// `SPS_NUT`, ITU-T H.265, table 7-1.
    const PARAMETER_SET: u8 = 33;

    let record = Hvcc::decode_body(&mut &*record).ok()?;
    let mut header = Header {
        bit_depth: Some(record.bit_depth_luma_minus8 + 8),
        transfer: None,
    };
    let set = record
        .arrays
        .iter()
        .filter(|array| array.nal_unit_type == PARAMETER_SET)
        .find_map(|array| array.nalus.first());
    if let Some(set) = set {
        header.transfer = h265_transfer(&unescaped(set));
    }
    Some(header)
}

/// `seq_parameter_set_rbsp`, ITU-T H.265, 7.3.2.2.
fn h265_transfer(set: &[u8]) -> Option<u8> {
    let mut bits = Bits::new(set);
    bits.skip(16 + 4)?;
    let layers = bits.take(3)?;
    bits.skip(1)?;
    h265_profile(&mut bits, layers)?;
    bits.golomb()?;
    if bits.golomb()? == 3 {
        bits.skip(1)?;
    }
    bits.golombs(2)?;
    if bits.flag()? {
        bits.golombs(4)?;
    }
    bits.golombs(2)?;
    let order_bits = bits.golomb()?.checked_add(4).filter(|&count| count <= 16)?;
    let ordered = if bits.flag()? { layers + 1 } else { 1 };
    bits.golombs(3 * ordered)?;
    bits.golombs(6)?;
    if bits.flag()? && bits.flag()? {
        h265_scaling_lists(&mut bits)?;
    }
    bits.skip(2)?;
    if bits.flag()? {
        bits.skip(8)?;
        bits.golombs(2)?;
        bits.skip(1)?;
    }
    h265_reference_sets(&mut bits)?;
    if bits.flag()? {
        let count = bits.golomb()?;
        for _ in 0..count {
            bits.skip(order_bits as usize + 1)?;
        }
    }
    bits.skip(2)?;
    if bits.flag()? {
        usability(&mut bits)
    } else {
        None
    }
}

/// `profile_tier_level`, ITU-T H.265, 7.3.3, with `layers` sub-layers.
fn h265_profile(bits: &mut Bits, layers: u32) -> Option<()> {
    const PROFILE: usize = 88;
    const LEVEL: usize = 8;

    bits.skip(PROFILE + LEVEL)?;
    let mut present = Vec::new();
    for _ in 0..layers {
        present.push((bits.flag()?, bits.flag()?));
    }
    if layers > 0 {
        for _ in layers..8 {
            bits.skip(2)?;
        }
    }
    for (profile, level) in present {
        bits.skip(if profile { PROFILE } else { 0 } + if level { LEVEL } else { 0 })?;
    }
    Some(())
}

/// `scaling_list_data`, ITU-T H.265, 7.3.4.
fn h265_scaling_lists(bits: &mut Bits) -> Option<()> {
    for size in 0..4_u32 {
        for _ in 0..if size == 3 { 2 } else { 6 } {
            if bits.flag()? {
                let coefficients = 64.min(1 << (4 + 2 * size));
                bits.golombs(coefficients + u32::from(size > 1))?;
            } else {
                bits.golomb()?;
            }
        }
    }
    Some(())
}

/// Every `st_ref_pic_set`, ITU-T H.265, 7.3.7.
fn h265_reference_sets(bits: &mut Bits) -> Option<()> {
    let count = bits.golomb()?;
    let mut before: u32 = 0;
    for index in 0..count {
        if index > 0 && bits.flag()? {
            bits.skip(1)?;
            bits.golomb()?;
            let mut pictures = 0;
            for _ in 0..=before {
                // Used by the current picture, or kept for later ones.
                if bits.flag()? || bits.flag()? {
                    pictures += 1;
                }
            }
            before = pictures;
        } else {
            let (earlier, later) = (bits.golomb()?, bits.golomb()?);
            before = earlier.checked_add(later)?;
            for _ in 0..before {
                bits.golomb()?;
                bits.skip(1)?;
            }
        }
    }
    Some(())
}

/// The start of `vui_parameters`, identical in ITU-T H.264, E.1.1, and H.265, E.2.1.
fn usability(bits: &mut Bits) -> Option<u8> {
    const EXPLICIT_ASPECT: u32 = 255;

    if bits.flag()? && bits.take(8)? == EXPLICIT_ASPECT {
        bits.skip(32)?;
    }
    if bits.flag()? {
        bits.skip(1)?;
    }
    if !bits.flag()? {
        return None;
    }
    bits.skip(4)?;
    if !bits.flag()? {
        return None;
    }
    bits.skip(8)?;
    u8::try_from(bits.take(8)?).ok()
}

/// `AV1CodecConfigurationRecord` (AV1 in ISO base media, 2.3) and its optional sequence header.
fn av1(record: &[u8]) -> Option<Header> {
    let record = Av1c::decode_body(&mut &*record).ok()?;
    Some(Header {
        bit_depth: Some(match (record.high_bitdepth, record.twelve_bit) {
            (true, true) => 12,
            (true, false) => 10,
            (false, _) => 8,
        }),
        transfer: av1_transfer(&record.config_obus),
    })
}

/// Finds the sequence header among `units` (AV1 specification, 5.3).
fn av1_transfer(mut units: &[u8]) -> Option<u8> {
    const SEQUENCE_HEADER: u32 = 1;

    while !units.is_empty() {
        let mut bits = Bits::new(units);
        bits.skip(1)?;
        let kind = bits.take(4)?;
        let (extended, sized) = (bits.flag()?, bits.flag()?);
        bits.skip(if extended { 9 } else { 1 })?;
        let size = if sized { Some(bits.leb128()?) } else { None };
        let content = bits.rest();
        let size = size.unwrap_or(content.len());
        let unit = content.get(..size)?;
        if kind == SEQUENCE_HEADER {
            return av1_sequence(&mut Bits::new(unit));
        }
        units = &content[size..];
    }
    None
}

/// `sequence_header_obu`, AV1 specification, 5.5.1, up to `color_config`.
fn av1_sequence(bits: &mut Bits) -> Option<u8> {
    let profile = bits.take(3)?;
    bits.skip(1)?;
    let reduced = bits.flag()?;
    if reduced {
        bits.skip(5)?;
    } else {
        av1_operating_points(bits)?;
    }
    let (width_bits, height_bits) = (bits.take(4)? + 1, bits.take(4)? + 1);
    bits.skip((width_bits + height_bits) as usize)?;
    if !reduced && bits.flag()? {
        bits.skip(7)?;
    }
    bits.skip(3)?;
    if !reduced {
        bits.skip(4)?;
        let order_hint = bits.flag()?;
        if order_hint {
            bits.skip(2)?;
        }
        let screen_content = bits.flag()? || bits.flag()?;
        if screen_content && !bits.flag()? {
            bits.skip(1)?;
        }
        if order_hint {
            bits.skip(3)?;
        }
    }
    bits.skip(3)?;
    let high = bits.flag()?;
    if profile == 2 && high {
        bits.skip(1)?;
    }
    if profile != 1 {
        bits.skip(1)?;
    }
    if !bits.flag()? {
        return None;
    }
    bits.skip(8)?;
    u8::try_from(bits.take(8)?).ok()
}

/// Timing, decoder model and operating points (AV1 specification, 5.5.1 to 5.5.4).
fn av1_operating_points(bits: &mut Bits) -> Option<()> {
    let mut delay_bits = None;
    if bits.flag()? {
        bits.skip(64)?;
        if bits.flag()? {
            bits.golomb()?;
        }
        if bits.flag()? {
            delay_bits = Some(bits.take(5)? as usize + 1);
            bits.skip(32 + 5 + 5)?;
        }
    }
    let display_delays = bits.flag()?;
    for _ in 0..=bits.take(5)? {
        bits.skip(12)?;
        if bits.take(5)? > 7 {
            bits.skip(1)?;
        }
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            bits.skip(2 * delay_bits + 1)?;
        }
        if display_delays && bits.flag()? {
            bits.skip(4)?;
        }
    }
    Some(())
}

/// Luma bits from the number above eight.
fn depth_of(beyond_eight: u32) -> Option<u8> {
    u8::try_from(beyond_eight.checked_add(8)?)
        .ok()
        .filter(|&depth| depth <= 16)
}

/// A unit without its emulation prevention bytes (ITU-T H.264, 7.4.1).
fn unescaped(unit: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(unit.len());
    let mut zeros = 0;
    for &byte in unit {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        plain.push(byte);
    }
    plain
}

/// A reader of bits, most significant first. It returns `None` at the end.
struct Bits<'a> {
    bytes: &'a [u8],
    /// The next bit.
    at: usize,
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn flag(&mut self) -> Option<bool> {
        let byte = *self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    /// A number of `count` bits, at most 32.
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut number = 0;
        for _ in 0..count {
            number = number << 1 | u32::from(self.flag()?);
        }
        Some(number)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        let at = self.at.checked_add(count)?;
        if at > self.bytes.len() * 8 {
            return None;
        }
        self.at = at;
        Some(())
    }

    /// An Exp-Golomb number (ITU-T H.264, 9.1).
    fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        if zeros > 31 {
            return None;
        }
        // The number without its leading one is the offset from the smallest number of its length.
        Some((1_u32 << zeros) - 1 + self.take(zeros)?)
    }

    /// A signed Exp-Golomb number (ITU-T H.264, 9.1.1).
    fn signed_golomb(&mut self) -> Option<i32> {
        let number = i32::try_from(self.golomb()?).ok()?;
        Some(if number % 2 == 1 {
            number / 2 + 1
        } else {
            -(number / 2)
        })
    }

    /// Skips `count` Exp-Golomb numbers.
    fn golombs(&mut self, count: u32) -> Option<()> {
        for _ in 0..count {
            self.golomb()?;
        }
        Some(())
    }

    /// A little-endian base-128 number (AV1 specification, 4.10.5).
    fn leb128(&mut self) -> Option<usize> {
        let mut number = 0_usize;
        for index in 0..4 {
            let byte = self.take(8)?;
            number |= (byte as usize & 0x7F) << (7 * index);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// The remaining bytes, from the next whole one.
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at.div_ceil(8)..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn exp_golomb_numbers_match_the_standard() {
        // 1, 010, 011, 00100, 00101 (ITU-T H.264, table 9-2).
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let numbers: Vec<_> = (0..5).map(|_| bits.golomb()).collect();
        assert_eq!(numbers, [Some(0), Some(1), Some(2), Some(3), Some(4)]);
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let numbers: Vec<_> = (0..5).map(|_| bits.signed_golomb()).collect();
        assert_eq!(numbers, [Some(0), Some(1), Some(-1), Some(2), Some(-2)]);
        assert_eq!(Bits::new(&[0xE5, 0x8E, 0x26]).leb128(), Some(624_485));
    }

    #[test]
    fn reads_at_the_end_return_none() {
        let mut bits = Bits::new(&[0xFF]);
        assert_eq!(bits.take(9), None);
        assert_eq!(Bits::new(&[0; 64]).golomb(), None);
        assert_eq!(Bits::new(&[1]).skip(9), None);
        assert_eq!(Bits::new(&[0xFF; 8]).leb128(), None);
        let mut bits = Bits::new(&[0; 1]);
        assert_eq!(bits.skip(usize::MAX), None);
        assert!(bits.skip(8).is_some() && bits.rest().is_empty());
    }

    #[test]
    fn emulation_prevention_bytes_are_removed() {
        assert_eq!(unescaped(&[0, 0, 3, 1, 0, 0, 3, 3]), [0, 0, 1, 0, 0, 3]);
        assert_eq!(unescaped(&[0, 3, 0, 0, 0, 3]), [0, 3, 0, 0, 0]);
    }

    proptest! {
        /// Random data ends the parser, and yields no impossible depth.
        #[test]
        fn random_records_end(record in prop::collection::vec(any::<u8>(), 0..400)) {
            for codec in [VideoCodec::H264, VideoCodec::H265, VideoCodec::Av1] {
                Header::read(&codec, Some(&record));
            }
            let mut header = Header::default();
            h264_parameter_set(&record, &mut header);
            prop_assert!(header.bit_depth.is_none_or(|depth| (8..=16).contains(&depth)));
            h265_transfer(&record);
            av1_transfer(&record);
        }
    }
}
