//! What is known of the secrets, and the search for them.

use std::{collections::HashMap, ops::Range};

use super::spelling::spellings;

/// So many secrets make a generation; those of the current one and of the one before it are known.
const GENERATION: usize = 4096;
/// How many bytes at its end tell where a spelling may be, by how long it is.
const WIDTHS: [usize; 4] = [8, 16, 32, 64];
/// Bits that are kept of a window's hash. So few say next to nothing of what was hashed.
const SLOT_BITS: u32 = 24;
/// Bits of a slot that the filter looks at.
const FILTER_BITS: u32 = 17;

/// How long a secret matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// Until enough others have come.
    Recent,
    /// As long as the process lives.
    Process,
}

/// What is known of one spelling.
#[derive(Debug, Clone, Copy)]
pub(super) struct Print {
    width: usize,
    slot: u32,
    length: usize,
    fingerprint: [u8; 16],
}

#[derive(Debug)]
struct Known {
    length: usize,
    fingerprint: [u8; 16],
    /// When it was registered last; `None` for good.
    generation: Option<u64>,
}

/// The spellings whose windows have one width.
#[derive(Debug)]
struct Group {
    filter: Vec<u64>,
    slots: HashMap<u32, Vec<Known>>,
}

/// All that is known.
#[derive(Debug)]
pub(super) struct Registry {
    key: [u8; 32],
    multiplier: u64,
    generation: u64,
    /// Secrets that came in this generation.
    came: usize,
    groups: [Group; WIDTHS.len()],
}

impl Default for Registry {
    fn default() -> Self {
        Self {
            key: rand::random(),
            // Odd, so that no multiplication loses bits.
            multiplier: rand::random::<u64>() | 1,
            generation: 1,
            came: 0,
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

    /// The prints of all spellings.
    pub(super) fn prints(&self, secret: &str) -> Vec<Print> {
        let spellings = spellings(secret);
        spellings
            .iter()
            .filter_map(|spelling| self.print(spelling))
            .collect()
    }

    /// Takes in the prints of one secret.
    pub(super) fn insert(&mut self, prints: Vec<Print>, lifetime: Lifetime) {
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
                None => slot.push(Known {
                    length: print.length,
                    fingerprint: print.fingerprint,
                    generation,
                }),
            }
            group.note(print.slot);
        }
        if lifetime == Lifetime::Recent {
            self.came += 1;
        }
        if self.came >= GENERATION {
            self.next_generation();
        }
    }

    fn next_generation(&mut self) {
        let current = self.generation;
        self.generation += 1;
        self.came = 0;
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

    /// Where known spellings are in the text, in any order.
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

    fn confirm(&self, known: &[Known], text: &[u8], end: usize, found: &mut Vec<Range<usize>>) {
        for known in known {
            let Some(start) = end.checked_sub(known.length) else {
                continue;
            };
            if self.fingerprint(&text[start..end]) == known.fingerprint {
                found.push(start..end);
            }
        }
    }

    /// What is kept of a spelling, unless it is too short.
    fn print(&self, spelling: &str) -> Option<Print> {
        let bytes = spelling.as_bytes();
        let width = WIDTHS.iter().rposition(|width| *width <= bytes.len())?;
        let window = &bytes[bytes.len() - WIDTHS[width]..];
        let hash = window.iter().fold(0_u64, |hash, byte| {
            hash.wrapping_mul(self.multiplier)
                .wrapping_add(u64::from(*byte))
        });
        Some(Print {
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

/// The upper bits of a window's hash, in which every byte has a say.
fn slot(hash: u64) -> u32 {
    // The golden ratio's bits stir the lower half into the upper.
    (hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SLOT_BITS)) as u32
}

fn power(base: u64, exponent: usize) -> u64 {
    (0..exponent).fold(1, |product: u64, _| product.wrapping_mul(base))
}
