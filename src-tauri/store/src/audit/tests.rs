//! Tests of the audit trail: tampering, key changes, pages and filters.

use std::time::Instant;

use secrecy::SecretString;
use slipway_core::{
    clock,
    views::{AuditFilter, AuditKind},
};
use sqlx::{SqlitePool, sqlite::SqlitePoolOptions};

use super::*;
use crate::vault::KeyOrigin;

const KEY: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const OTHER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn vault_of(key: &str) -> Vault {
    Vault::new(&SecretString::from(key), KeyOrigin::Environment).unwrap()
}

/// An in-memory trail.
struct Trail {
    pool: SqlitePool,
    vault: Vault,
}

impl Trail {
    async fn empty() -> Self {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect("sqlite::memory:")
            .await
            .unwrap();
        sqlx::migrate!("./migrations").run(&pool).await.unwrap();
        Self {
            pool,
            vault: vault_of(KEY),
        }
    }

    /// A trail with this many entries, every second one about an account.
    async fn with(entries: i64) -> Self {
        let trail = Self::empty().await;
        trail.write(1..=entries).await;
        trail
    }

    async fn write(&self, numbers: std::ops::RangeInclusive<i64>) {
        for number in numbers {
            let entry = if number % 2 == 0 {
                Entry::new(AuditKind::Refreshed).account("ada", "Ada")
            } else {
                Entry::new(AuditKind::Exported).with("entries", number.to_string())
            };
            self.append(number, entry).await;
        }
    }

    async fn append(&self, at: i64, entry: Entry) {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        append(&mut tx, &self.vault, clock::from_millis(at), entry)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Changes the file without the key.
    async fn tamper(&self, sql: &'static str) {
        let mut connection = self.pool.acquire().await.unwrap();
        for trigger in ["audit_is_not_changed", "audit_is_not_deleted"] {
            let drop = format!("DROP TRIGGER IF EXISTS {trigger}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(drop))
                .execute(&mut *connection)
                .await
                .unwrap();
        }
        sqlx::raw_sql(sql).execute(&mut *connection).await.unwrap();
    }

    async fn broken(&self) -> Option<(u64, Break)> {
        let verdict = verify(&self.pool, &self.vault, Timestamp::UNIX_EPOCH);
        verdict
            .await
            .unwrap()
            .broken
            .map(|found| (found.seq, found.how))
    }

    /// The numbers of the filtered entries, and where the next page begins.
    async fn seqs(&self, filter: AuditFilter) -> (Vec<u64>, Option<u64>) {
        let page = page(&self.pool, &filter).await.unwrap();
        (
            page.entries.iter().map(|entry| entry.seq).collect(),
            page.next,
        )
    }
}

#[tokio::test]
async fn an_untouched_trail_is_intact() {
    assert_eq!(Trail::empty().await.broken().await, None);
    assert_eq!(Trail::with(1).await.broken().await, None);
    assert_eq!(Trail::with(50).await.broken().await, None);
}

#[tokio::test]
async fn the_table_is_append_only() {
    let trail = Trail::with(3).await;
    for sql in ["UPDATE audit SET at = 0", "DELETE FROM audit WHERE seq = 3"] {
        let refused = sqlx::raw_sql(sql).execute(&trail.pool).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
}

#[tokio::test]
async fn every_change_is_located() {
    use Break::{Added, Altered, Missing, Rewritten, Unsealed};
    let changes = [
        ("UPDATE audit SET at = at + 1 WHERE seq = 4", (4, Altered)),
        (
            "UPDATE audit SET kind = 'revoked' WHERE seq = 4",
            (4, Altered),
        ),
        (
            "UPDATE audit SET account_id = 'eve' WHERE seq = 4",
            (4, Altered),
        ),
        (
            "UPDATE audit SET account_id = NULL WHERE seq = 4",
            (4, Altered),
        ),
        (
            "UPDATE audit SET account_id = '' WHERE seq = 5",
            (5, Altered),
        ),
        (
            "UPDATE audit SET details = '{}' WHERE seq = 4",
            (4, Altered),
        ),
        (
            "UPDATE audit SET details = details || ' ' WHERE seq = 4",
            (4, Altered),
        ),
        (
            "UPDATE audit SET details = CAST(x'ff' AS TEXT) WHERE seq = 4",
            (4, Altered),
        ),
        (
            "UPDATE audit SET hash = zeroblob(32) WHERE seq = 4",
            (4, Altered),
        ),
        (
            "UPDATE audit SET hash = zeroblob(32) WHERE seq = 9",
            (9, Altered),
        ),
        ("UPDATE audit SET seq = 12 WHERE seq = 4", (4, Missing)),
        ("UPDATE audit SET seq = 12 WHERE seq = 9", (9, Missing)),
        ("DELETE FROM audit WHERE seq = 1", (1, Missing)),
        ("DELETE FROM audit WHERE seq = 4", (4, Missing)),
        ("DELETE FROM audit WHERE seq = 9", (9, Missing)),
        ("DELETE FROM audit WHERE seq > 6", (7, Missing)),
        ("DELETE FROM audit", (1, Missing)),
        ("DELETE FROM audit; DELETE FROM audit_head", (1, Unsealed)),
        ("DELETE FROM audit_head", (10, Unsealed)),
        ("UPDATE audit_head SET seal = 'gAAAAA'", (10, Unsealed)),
        (
            "UPDATE audit SET seq = 100 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 6;
             UPDATE audit SET seq = 6 WHERE seq = 100",
            (4, Altered),
        ),
        (
            "CREATE TEMP TABLE copy AS SELECT * FROM audit WHERE seq = 4;
             DELETE FROM audit WHERE seq = 4;
             UPDATE audit SET seq = seq - 1 WHERE seq > 4",
            (4, Altered),
        ),
    ];
    for (sql, found) in changes {
        let trail = Trail::with(9).await;
        trail.tamper(sql).await;
        assert_eq!(trail.broken().await, Some(found), "{sql}");
    }
    // With the code but without the key, an attacker can recompute all hashes and add entries, but not the seal.
    let (forged, honest) = (Trail::with(8).await, Trail::with(6).await);
    let seal = async |trail: &Trail| {
        seal(&mut trail.pool.acquire().await.unwrap())
            .await
            .unwrap()
    };
    let old = seal(&honest).await.unwrap();
    sqlx::query("UPDATE audit_head SET seal = ?")
        .bind(old)
        .execute(&forged.pool)
        .await
        .unwrap();
    assert_eq!(forged.broken().await, Some((7, Added)));
    let other = Trail::empty().await;
    other.append(7, Entry::new(AuditKind::Connected)).await;
    let old = seal(&other).await.unwrap();
    sqlx::query("UPDATE audit_head SET seal = ?")
        .bind(old)
        .execute(&forged.pool)
        .await
        .unwrap();
    assert_eq!(forged.broken().await, Some((1, Rewritten)));
    let stranger = Trail {
        vault: vault_of(OTHER_KEY),
        ..Trail::with(6).await
    };
    assert_eq!(stranger.broken().await, Some((7, Unsealed)));
}

#[tokio::test]
async fn tampering_stays_visible_after_new_entries() {
    use Break::{Altered, Missing};
    let changes = [
        ("DELETE FROM audit WHERE seq > 6", (7, Missing)),
        ("DELETE FROM audit", (1, Missing)),
        ("DELETE FROM audit; DELETE FROM audit_head", (1, Missing)),
        ("DELETE FROM audit_head", (10, Missing)),
        ("UPDATE audit_head SET seal = 'gAAAAA'", (10, Missing)),
        ("UPDATE audit SET at = 0 WHERE seq = 9", (9, Altered)),
        (
            "UPDATE audit SET hash = zeroblob(32) WHERE seq = 9",
            (9, Altered),
        ),
        (
            "UPDATE audit SET details = '{}' WHERE seq = 2",
            (2, Altered),
        ),
        ("UPDATE audit SET seq = 12 WHERE seq = 9", (9, Missing)),
    ];
    for (sql, found) in changes {
        let trail = Trail::with(9).await;
        trail.tamper(sql).await;
        let before = count(&trail.pool).await.unwrap();
        trail.write(20..=24).await;
        assert_eq!(count(&trail.pool).await.unwrap(), before + 5, "{sql}");
        assert_eq!(trail.broken().await, Some(found), "{sql}");
    }
}

#[tokio::test]
async fn an_abandoned_key_leaves_no_gap() {
    let old = Trail::with(5).await;
    let trail = Trail {
        vault: vault_of(OTHER_KEY),
        ..old
    };
    assert_eq!(trail.broken().await, Some((6, Break::Unsealed)));
    trail
        .append(6, Entry::new(AuditKind::TokensForgotten))
        .await;
    trail.write(7..=9).await;
    assert_eq!(trail.broken().await, None);
}

#[tokio::test]
async fn only_a_valid_seal_is_renewed_with_a_new_key() {
    let other = vault_of(OTHER_KEY);
    let trail = Trail::with(5).await;
    let mut connection = trail.pool.acquire().await.unwrap();
    reseal(&mut connection, &trail.vault, &other).await.unwrap();
    drop(connection);
    assert_eq!(trail.broken().await, Some((6, Break::Unsealed)));
    let trail = Trail {
        vault: other,
        ..trail
    };
    assert_eq!(trail.broken().await, None);

    trail.tamper("UPDATE audit_head SET seal = 'gAAAAA'").await;
    let mut connection = trail.pool.acquire().await.unwrap();
    let first = vault_of(KEY);
    reseal(&mut connection, &trail.vault, &first).await.unwrap();
    drop(connection);
    let trail = Trail {
        vault: first,
        ..trail
    };
    assert_eq!(trail.broken().await, Some((6, Break::Unsealed)));
}

#[tokio::test]
async fn pages_are_newest_first_and_complete() {
    let trail = Trail::with(250).await;
    let (first, next) = trail.seqs(AuditFilter::default()).await;
    assert_eq!(first, (151..=250).rev().collect::<Vec<_>>());
    let before = |before| AuditFilter {
        before,
        ..AuditFilter::default()
    };
    let (second, next) = trail.seqs(before(next)).await;
    assert_eq!(second, (51..=150).rev().collect::<Vec<_>>());
    let (third, next) = trail.seqs(before(next)).await;
    assert_eq!((third, next), ((1..=50).rev().collect(), None));
    let exact = Trail::with(100).await;
    assert_eq!(exact.seqs(AuditFilter::default()).await.1, None);
}

#[tokio::test]
async fn filters_are_combined() {
    let trail = Trail::with(20).await;
    let at = |millis: i64| Some(clock::from_millis(millis).to_string());
    let about_ada = AuditFilter {
        account_id: Some("ada".into()),
        ..AuditFilter::default()
    };
    let (ada, _) = trail.seqs(about_ada.clone()).await;
    assert_eq!(ada, (1..=10).rev().map(|half| half * 2).collect::<Vec<_>>());
    let some = AuditFilter {
        kinds: vec![AuditKind::Refreshed, AuditKind::Revoked],
        from: at(5),
        to: at(10),
        before: Some(8),
        ..about_ada
    };
    assert_eq!(trail.seqs(some.clone()).await, (vec![6], None));
    let others = AuditFilter {
        kinds: vec![AuditKind::Exported],
        account_id: None,
        ..some.clone()
    };
    assert_eq!(trail.seqs(others).await, (vec![7, 5], None));
    let nobody = AuditFilter {
        account_id: Some("eve".into()),
        ..some
    };
    assert_eq!(trail.seqs(nobody).await, (vec![], None));
    let nonsense = AuditFilter {
        from: Some("yesterday".into()),
        ..AuditFilter::default()
    };
    let refused = page(&trail.pool, &nonsense).await;
    assert!(matches!(refused, Err(AuditError::Moment(_))), "{refused:?}");
}

#[tokio::test]
async fn a_foreign_row_hides_no_other() {
    let trail = Trail::with(4).await;
    trail
        .tamper(
            "UPDATE audit SET kind = 'gift' WHERE seq = 2;
             UPDATE audit SET details = CAST(x'ff' AS TEXT) WHERE seq = 3",
        )
        .await;
    let (seqs, _) = trail.seqs(AuditFilter::default()).await;
    assert_eq!(seqs, [4, 1]);
}

/// Long trails are fast to write and to verify; the numbers in `docs/audit.md` come from here.
#[tokio::test]
async fn ten_thousand_entries_are_fast() {
    let trail = Trail::empty().await;
    let mut thousands = Vec::new();
    for thousand in 0..10 {
        let began = Instant::now();
        let mut tx = trail.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        for number in 0..1000 {
            let entry = Entry::new(AuditKind::Refreshed).account("ada", "Ada");
            let now = clock::from_millis(thousand * 1000 + number);
            append(&mut tx, &trail.vault, now, entry).await.unwrap();
        }
        tx.commit().await.unwrap();
        thousands.push(began.elapsed());
    }
    let began = Instant::now();
    assert_eq!(trail.broken().await, None);
    println!(
        "written in {thousands:?}, verified in {:?}",
        began.elapsed()
    );
    // If each append read the whole trail, the last thousands would take ten times as long as the first.
    let (first, last) = (thousands[..3].iter().min(), thousands[7..].iter().min());
    assert!(last.unwrap() < &(*first.unwrap() * 3), "{thousands:?}");
}
