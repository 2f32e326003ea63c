//! The hash chain and its seal. `docs/audit.md` describes both for other tools.

use blake3::{Hash, Hasher};
use serde::{Deserialize, Serialize};

use crate::vault::Vault;

/// The prefix of every hashed entry: separates it from everything else that is hashed.
const DOMAIN: &[u8] = b"slipway audit entry 1\n";

/// The text whose hash the first entry is chained to.
const GENESIS: &[u8] = b"slipway audit trail 1\n";

/// The hashed form of an entry. Stored text is read as bytes: it may not be Slipway's any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) seq: i64,
    /// Milliseconds since 1970.
    pub(super) at: i64,
    pub(super) kind: &'a [u8],
    pub(super) account_id: Option<&'a [u8]>,
    pub(super) details: &'a [u8],
}

impl Record<'_> {
    /// The entry's hash after an entry with the hash `before`. Numbers are big-endian in eight bytes, and each text is
    /// preceded by its length, so that different entries have different bytes.
    pub(super) fn hash(&self, before: &Hash) -> Hash {
        let mut hasher = Hasher::new();
        hasher.update(DOMAIN);
        hasher.update(before.as_bytes());
        hasher.update(&self.seq.to_be_bytes());
        hasher.update(&self.at.to_be_bytes());
        text(&mut hasher, self.kind);
        hasher.update(&[self.account_id.is_some().into()]);
        text(&mut hasher, self.account_id.unwrap_or_default());
        text(&mut hasher, self.details);
        hasher.finalize()
    }
}

fn text(hasher: &mut Hasher, text: &[u8]) {
    hasher.update(&(text.len() as u64).to_be_bytes());
    hasher.update(text);
}

/// A position in the chain and the hash of everything up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) seq: i64,
    pub(super) hash: Hash,
}

/// The sealed form of a link.
#[derive(Serialize, Deserialize)]
struct Sealed {
    seq: i64,
    hash: String,
}

impl Link {
    /// The link before the first entry.
    pub(super) fn genesis() -> Self {
        Self {
            seq: 0,
            hash: blake3::hash(GENESIS),
        }
    }

    /// The link of a stored entry. An invalid hash becomes one that no entry matches.
    pub(super) fn stored(seq: i64, hash: &[u8]) -> Self {
        Self {
            seq,
            hash: Hash::from_slice(hash).unwrap_or(Hash::from_bytes([0; 32])),
        }
    }

    /// The same link with one number skipped after it.
    pub(super) fn after_a_gap(self) -> Self {
        Self {
            seq: self.seq.saturating_add(1),
            ..self
        }
    }

    /// Seals the link with the vault's key, as proof that the trail ends here.
    pub(super) fn seal(&self, vault: &Vault) -> String {
        let sealed = Sealed {
            seq: self.seq,
            hash: self.hash.to_hex().to_string(),
        };
        // A number and a text always serialise.
        vault.seal(&serde_json::to_string(&sealed).unwrap_or_default())
    }

    /// Opens a seal; `None` if it was not made with this key.
    pub(super) fn unseal(vault: &Vault, seal: &str) -> Option<Self> {
        let text = vault.unseal(seal).ok()?;
        let sealed: Sealed = serde_json::from_str(&text).ok()?;
        Some(Self {
            seq: sealed.seq,
            hash: Hash::from_hex(sealed.hash).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::{option, prelude::*};

    use super::*;

    /// Few different bytes, so that adjacent fields often share them.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(
            prop::sample::select(vec![0_u8, 1, 8, b'a', b'{', b'"']),
            0..12,
        )
    }

    type Fields = (i64, i64, Vec<u8>, Option<Vec<u8>>, Vec<u8>);

    fn fields() -> impl Strategy<Value = Fields> {
        (0_i64..3, 0_i64..3, bytes(), option::of(bytes()), bytes())
    }

    fn hash((seq, at, kind, account_id, details): &Fields) -> Hash {
        let record = Record {
            seq: *seq,
            at: *at,
            kind,
            account_id: account_id.as_deref(),
            details,
        };
        record.hash(&Link::genesis().hash)
    }

    proptest! {
        #[test]
        fn different_entries_have_different_hashes(one in fields(), other in fields()) {
            prop_assert_eq!(one == other, hash(&one) == hash(&other));
        }

        #[test]
        fn moving_bytes_between_fields_changes_the_hash(
            whole in prop::collection::vec(any::<u8>(), 1..24),
            cuts in prop::collection::vec((0_usize..24, 0_usize..24), 2),
        ) {
            let split = |(one, other): (usize, usize)| {
                let (one, other) = (one.min(whole.len()), other.min(whole.len()));
                let (from, to) = (one.min(other), one.max(other));
                (1, 1, whole[..from].to_vec(), Some(whole[from..to].to_vec()), whole[to..].to_vec())
            };
            let (one, other) = (split(cuts[0]), split(cuts[1]));
            prop_assert_eq!(one == other, hash(&one) == hash(&other));
        }

        #[test]
        fn the_previous_hash_changes_the_hash(entry in fields(), before in any::<[u8; 32]>()) {
            let (seq, at, kind, account_id, details) = &entry;
            let record = Record { seq: *seq, at: *at, kind, account_id: account_id.as_deref(), details };
            let same = Hash::from_bytes(before) == Link::genesis().hash;
            prop_assert_eq!(same, record.hash(&Hash::from_bytes(before)) == hash(&entry));
        }
    }

    #[test]
    fn a_missing_account_differs_from_an_empty_one() {
        let without = (1, 1, vec![], None, vec![]);
        let empty = (1, 1, vec![], Some(vec![]), vec![]);
        assert_ne!(hash(&without), hash(&empty));
    }
}
