//! The registry of secret fingerprints, and the search for them.

use std::{collections::HashMap, ops::Range};

use super::spelling::spellings;

/// The number of secrets of a generation. The current and the previous generation are known.
const GENERATION: usize = 4096;
/// The window sizes: the last bytes of a spelling that the search looks for first, by the spelling's length.
const WIDTHS: [usize; 4] = [8, 16, 32, 64];
/// The stored bits of a window's hash. So few reveal almost nothing of the hashed text.
const SLOT_BITS: u32 = 24;
/// The bits of a slot that the filter uses.
const FILTER_BITS: u32 = 17;

/// The time for which a secret stays registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// Until enough newer secrets are registered.
    Recent,
    /// For the life of the process.
    Process,
}

/// The fingerprint of one spelling, with its slot.
#[derive(Debug, Clone, Copy)]
pub(super) struct SpellingPrint {
    width: usize,
    slot: u32,
    length: usize,
    fingerprint: [u8; 16],
}

#[derive(Debug)]
struct KnownSpelling {
    length: usize,
    fingerprint: [u8; 16],
    /// When it was last registered; `None` for the life of the process.
    generation: Option<u64>,
}

/// The spellings with one window size.
#[derive(Debug)]
struct Group {
    filter: Vec<u64>,
    slots: HashMap<u32, Vec<KnownSpelling>>,
}

/// The registered secrets.
#[derive(Debug)]
pub(super) struct Registry {
    key: [u8; 32],
    multiplier: u64,
    generation: u64,
    /// The number of secrets of this generation.
    count: usize,
    groups: [Group; WIDTHS.len()],
}

impl Default for Registry {
    fn default() -> Self {
        Self {
            key: rand::random(),
            // Odd, so that no multiplication loses bits.
            multiplier: rand::random::<u64>() | 1,
            generation: 1,
            count: 0,
            groups: std::array::from_fn(|_| Group {
                filter: vec![0; 1 << (FILTER_BITS - 6)],
                slots: HashMap::new(),
            }),
        }
    }
}

impl Registry {
    pub(super) fn is_empty(&self) -> bool {
        self.groups.iter().all(|group| group.slots.is_empty())
    }

    /// Whether registering the secret would change nothing.
    pub(super) fn knows(&self, secret: &str, lifetime: Lifetime) -> bool {
        let Some(print) = self.print(secret) else {
            return true;
        };
        let known = self.groups[print.width].slots.get(&print.slot);
        known.is_some_and(|known| {
            known.iter().any(|known| {
                let fresh = match lifetime {
                    Lifetime::Recent => known.generation.is_none_or(|then| then == self.generation),
                    Lifetime::Process => known.generation.is_none(),
                };
                fresh && known.length == print.length && known.fingerprint == print.fingerprint
            })
        })
    }

    /// The fingerprints of all spellings.
    pub(super) fn prints(&self, secret: &str) -> Vec<SpellingPrint> {
        let spellings = spellings(secret);
        spellings
            .iter()
            .filter_map(|spelling| self.print(spelling))
            .collect()
    }

    /// Adds the fingerprints of one secret.
    pub(super) fn insert(&mut self, prints: Vec<SpellingPrint>, lifetime: Lifetime) {
        let generation = match lifetime {
            Lifetime::Recent => Some(self.generation),
            Lifetime::Process => None,
        };
        for print in prints {
            let group = &mut self.groups[print.width];
            let slot = group.slots.entry(print.slot).or_default();
            let known = slot.iter_mut().find(|known| {
                known.length == print.length && known.fingerprint == print.fingerprint
            });
            match known {
                Some(known) => known.generation = known.generation.and(generation),
                None => slot.push(KnownSpelling {
                    length: print.length,
                    fingerprint: print.fingerprint,
                    generation,
                }),
            }
            group.note(print.slot);
        }
        if lifetime == Lifetime::Recent {
            self.count += 1;
        }
        if self.count >= GENERATION {
            self.next_generation();
        }
    }

    fn next_generation(&mut self) {
        let current = self.generation;
        self.generation += 1;
        self.count = 0;
        for group in &mut self.groups {
            group.slots.retain(|_, slot| {
                slot.retain(|known| known.generation.is_none_or(|then| then == current));
                !slot.is_empty()
            });
            group.filter.fill(0);
            let slots: Vec<u32> = group.slots.keys().copied().collect();
            for slot in slots {
                group.note(slot);
            }
        }
    }

    /// The ranges of registered spellings in the text, in any order.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for (group, width) in self.groups.iter().zip(WIDTHS) {
            if !group.slots.is_empty() && text.len() >= width {
                self.find_on(group, width, text, &mut found);
            }
        }
        found
    }

    fn find_on(&self, group: &Group, width: usize, text: &[u8], found: &mut Vec<Range<usize>>) {
        let oldest = power(self.multiplier, width);
        let mut hash = 0_u64;
        let mut leaving = text.iter();
        for (at, byte) in text.iter().enumerate() {
            hash = hash
                .wrapping_mul(self.multiplier)
                .wrapping_add(u64::from(*byte));
            if at >= width
                && let Some(left) = leaving.next()
            {
                hash = hash.wrapping_sub(oldest.wrapping_mul(u64::from(*left)));
            }
            if at + 1 < width {
                continue;
            }
            let slot = slot(hash);
            if group.may_have(slot)
                && let Some(known) = group.slots.get(&slot)
            {
                self.confirm(known, text, at + 1, found);
            }
        }
    }

    fn confirm(
        &self,
        known: &[KnownSpelling],
        text: &[u8],
        end: usize,
        found: &mut Vec<Range<usize>>,
    ) {
        for known in known {
            let Some(start) = end.checked_sub(known.length) else {
                continue;
            };
            if self.fingerprint(&text[start..end]) == known.fingerprint {
                found.push(start..end);
            }
        }
    }

    /// The fingerprint of a spelling, unless it is too short.
    fn print(&self, spelling: &str) -> Option<SpellingPrint> {
        let bytes = spelling.as_bytes();
        let width = WIDTHS.iter().rposition(|width| *width <= bytes.len())?;
        let window = &bytes[bytes.len() - WIDTHS[width]..];
        let hash = window.iter().fold(0_u64, |hash, byte| {
            hash.wrapping_mul(self.multiplier)
                .wrapping_add(u64::from(*byte))
        });
        Some(SpellingPrint {
            width,
            slot: slot(hash),
            length: bytes.len(),
            fingerprint: self.fingerprint(bytes),
        })
    }

    fn fingerprint(&self, bytes: &[u8]) -> [u8; 16] {
        let hash = blake3::keyed_hash(&self.key, bytes);
        let mut half = [0; 16];
        half.copy_from_slice(&hash.as_bytes()[..16]);
        half
    }
}

impl Group {
    fn note(&mut self, slot: u32) {
        let (word, bit) = place(slot);
        self.filter[word] |= 1 << bit;
    }

    fn may_have(&self, slot: u32) -> bool {
        let (word, bit) = place(slot);
        self.filter[word] & (1 << bit) != 0
    }
}

fn place(slot: u32) -> (usize, u32) {
    let bit = slot >> (SLOT_BITS - FILTER_BITS);
    ((bit >> 6) as usize, bit & 63)
}

/// The upper bits of a window's hash, which depend on every byte.
fn slot(hash: u64) -> u32 {
    // Multiplying by the golden ratio's bits mixes the lower half into the upper.
    (hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SLOT_BITS)) as u32
}

fn power(base: u64, exponent: usize) -> u64 {
    (0..exponent).fold(1, |product: u64, _| product.wrapping_mul(base))
}
