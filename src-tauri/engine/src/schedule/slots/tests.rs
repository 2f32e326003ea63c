//! Tests the search for free slots, also around clock changes, and the storage of slots.

use proptest::{collection::vec, prelude::*};
use slipway_core::views;

use super::*;
use crate::schedule::{tests::zoned_instant, zone_named};

fn slot(weekday: views::Weekday, time: &str) -> WeeklySlot {
    WeeklySlot {
        weekday,
        time: time.to_owned(),
    }
}

fn slots(said: &[(views::Weekday, &str)]) -> Vec<Slot> {
    let slots = said.iter().map(|(day, time)| slot(*day, time));
    slots.map(|slot| Slot::try_from(&slot).unwrap()).collect()
}

fn at(instant: &str) -> Timestamp {
    instant.parse().unwrap()
}

/// Returns the first `count` free slots, each occupied before the next search.
fn fill(slots: &[Slot], zone: &str, after: &str, spacing: Duration, count: usize) -> Vec<String> {
    let zone = zone_named(zone).unwrap();
    let mut taken = Vec::new();
    while taken.len() < count {
        let found = next_free(slots, &zone, at(after), &taken, spacing).unwrap();
        taken.push(found.instant);
    }
    let local = taken.iter().map(|instant| zone.to_datetime(*instant));
    local.map(|local| local.to_string()).collect()
}

#[test]
fn fills_slots_in_order() {
    use views::Weekday::{Friday, Monday, Wednesday};
    let slots = slots(&[(Monday, "18:30"), (Wednesday, "18:30"), (Friday, "18:30")]);
    // A Tuesday.
    let found = fill(
        &slots,
        "Europe/Vienna",
        "2026-11-24T12:00:00Z",
        Duration::ZERO,
        4,
    );
    assert_eq!(
        found,
        [
            "2026-11-25T18:30:00",
            "2026-11-27T18:30:00",
            "2026-11-30T18:30:00",
            "2026-12-02T18:30:00"
        ]
    );
}

#[test]
fn skips_slots_within_the_spacing() {
    use views::Weekday::Monday;
    let slots = slots(&[(Monday, "10:00"), (Monday, "10:59"), (Monday, "11:00")]);
    let hour = Duration::from_hours(1);
    let found = fill(&slots, "UTC", "2026-11-22T00:00:00Z", hour, 3);
    assert_eq!(
        found,
        [
            "2026-11-23T10:00:00",
            "2026-11-23T11:00:00",
            "2026-11-30T10:00:00"
        ]
    );
}

#[test]
fn a_post_at_the_spacing_leaves_a_slot_free() {
    let slots = slots(&[(views::Weekday::Monday, "10:00")]);
    let after = at("2026-11-22T00:00:00Z");
    let hour = Duration::from_hours(1);
    for (post, free) in [
        ("2026-11-23T09:00:00Z", true),
        ("2026-11-23T09:00:01Z", false),
        ("2026-11-23T10:59:59Z", false),
        ("2026-11-23T11:00:00Z", true),
    ] {
        let found = next_free(&slots, &TimeZone::UTC, after, &[at(post)], hour).unwrap();
        assert_eq!(found.instant == at("2026-11-23T10:00:00Z"), free, "{post}");
    }
}

#[test]
fn a_repeated_slot_occurs_once() {
    use views::Weekday::Sunday;
    let slots = slots(&[(Sunday, "02:30")]);
    let zone = zone_named("Europe/Vienna").unwrap();
    let first = next_free(
        &slots,
        &zone,
        at("2026-10-24T12:00:00Z"),
        &[],
        Duration::ZERO,
    )
    .unwrap();
    assert_eq!(first.instant, at("2026-10-25T00:30:00Z"));
    assert_eq!(first.change, ClockChange::Repeated);
    // The local time 02:30 occurs again an hour later, but the slot does not.
    let next = next_free(&slots, &zone, first.instant, &[], Duration::ZERO).unwrap();
    assert_eq!(next.instant, at("2026-11-01T01:30:00Z"));
}

#[test]
fn a_skipped_slot_is_moved_and_yields() {
    use views::Weekday::Sunday;
    let zone = zone_named("Europe/Vienna").unwrap();
    let after = at("2027-03-27T12:00:00Z");
    let alone = slots(&[(Sunday, "02:30")]);
    let found = next_free(&alone, &zone, after, &[], Duration::ZERO).unwrap();
    assert_eq!(found.view().at, "2027-03-28T01:30:00Z");
    assert_eq!(found.change, ClockChange::Skipped);
    assert_eq!(found.moment().date_time, "2027-03-28T02:30");

    let both = slots(&[(Sunday, "02:30"), (Sunday, "03:30")]);
    let found = next_free(&both, &zone, after, &[], Duration::ZERO).unwrap();
    assert_eq!(found.moment().date_time, "2027-03-28T03:30");
    assert_eq!(found.change, ClockChange::None);
    let local = fill(
        &both,
        "Europe/Vienna",
        "2027-03-27T12:00:00Z",
        Duration::ZERO,
        2,
    );
    assert_eq!(local, ["2027-03-28T03:30:00", "2027-04-04T02:30:00"]);
}

#[test]
fn finds_slots_for_hundreds_of_posts() {
    let slots = slots(&[(views::Weekday::Monday, "18:30")]);
    let found = fill(
        &slots,
        "America/New_York",
        "2026-01-01T00:00:00Z",
        Duration::ZERO,
        500,
    );
    let distinct: BTreeSet<_> = found.iter().collect();
    assert_eq!(distinct.len(), 500);
    assert!(found.iter().all(|local| local.ends_with("T18:30:00")));
}

#[test]
fn finds_nothing_without_slots() {
    let found = next_free(
        &[],
        &TimeZone::UTC,
        Timestamp::UNIX_EPOCH,
        &[],
        Duration::ZERO,
    );
    assert_eq!(found, None);
    let slots = slots(&[(views::Weekday::Monday, "00:00")]);
    for end in [Timestamp::MAX, Timestamp::MIN] {
        // The ends of the calendar may have no slot; the search must end.
        let found = next_free(&slots, &TimeZone::UTC, end, &[end], Duration::MAX);
        assert!(found.is_none_or(|found| found.instant > end));
    }
}

#[test]
fn refuses_an_invalid_time() {
    let refused = Slot::try_from(&slot(views::Weekday::Friday, "25:00")).unwrap_err();
    assert!(matches!(refused, ScheduleError::TimeOfDay { text } if text == "25:00"));
    assert_eq!(Slot::at_week_minute(-1), None);
    assert_eq!(Slot::at_week_minute(10_080), None);
}

async fn store() -> SlotStore {
    let pool = slipway_store::database::in_memory().await.unwrap();
    for id in ["anna", "ben"] {
        sqlx::query(
            "INSERT INTO accounts (id, open_id, display_name, scopes, state, access_token, access_expires_at,
                    refresh_due_at, refresh_token, refresh_expires_at, connected_at)
             VALUES (?1, ?1, ?1, '', 'connected', '', 0, 0, '', 0, 0)",
        )
        .bind(id)
        .execute(&pool)
        .await
        .unwrap();
    }
    SlotStore { pool }
}

async fn stored(store: &SlotStore, account: &str) -> Vec<WeeklySlot> {
    let slots = store.slots(account).await.unwrap();
    slots.into_iter().map(WeeklySlot::from).collect()
}

#[tokio::test]
async fn stores_slots_sorted_and_once_per_account() {
    use views::Weekday::{Monday, Sunday};
    let store = store().await;
    let (first, last) = (slot(Monday, "00:00"), slot(Sunday, "23:59"));
    let said = [last.clone(), first.clone(), last.clone()];
    store.set_slots("anna", &said).await.unwrap();
    store
        .set_slots("ben", std::slice::from_ref(&first))
        .await
        .unwrap();
    assert_eq!(stored(&store, "anna").await, [first.clone(), last.clone()]);

    // An invalid slot changes nothing.
    let bad = [first.clone(), slot(Sunday, "7:00")];
    assert!(store.set_slots("anna", &bad).await.is_err());
    assert_eq!(stored(&store, "anna").await, [first.clone(), last]);

    store.set_slots("anna", &[]).await.unwrap();
    assert_eq!(stored(&store, "anna").await, []);
    assert_eq!(stored(&store, "ben").await, [first]);
}

#[tokio::test]
async fn slots_are_deleted_with_their_account() {
    let store = store().await;
    let some = [slot(views::Weekday::Monday, "12:00")];
    store.set_slots("anna", &some).await.unwrap();
    sqlx::query("DELETE FROM accounts WHERE id = 'anna'")
        .execute(&store.pool)
        .await
        .unwrap();
    assert_eq!(stored(&store, "anna").await, []);
    assert!(matches!(
        store.set_slots("anna", &some).await,
        Err(ScheduleError::Store(_))
    ));
}

/// Returns every occurrence of a slot in the ten weeks from the week before `after`, by trying each day.
fn rounds(slots: &[Slot], zone: &TimeZone, after: Timestamp) -> BTreeSet<Timestamp> {
    let today = zone.to_datetime(after).date();
    let mut found = BTreeSet::new();
    for offset in -7..63 {
        let day = today.checked_add(offset.days()).unwrap();
        for slot in slots.iter().filter(|slot| slot.weekday == day.weekday()) {
            let zoned = zone.to_ambiguous_zoned_datetime(day.to_datetime(slot.time));
            found.insert(zoned.compatible().unwrap().timestamp());
        }
    }
    found
}

proptest! {
    #[test]
    fn a_slot_is_read_as_it_is_written(minute in 0..10_080_i64) {
        let slot = Slot::at_week_minute(minute).unwrap();
        prop_assert_eq!(slot.week_minute(), minute);
        prop_assert_eq!(Slot::try_from(&WeeklySlot::from(slot)).unwrap(), slot);
    }

    #[test]
    fn the_next_free_slot_is_the_first_that_keeps_its_distance(
        (zone, after) in zoned_instant(),
        minutes in vec(prop_oneof![
            0..10_080_i64,
            // Nights from Saturday to Monday, in which clocks change.
            (5 * 1440)..(6 * 1440 + 240_i64),
        ], 1..8),
        occupied in vec((prop::bool::weighted(0.8), -3_i64..=3), 0..40),
        spacing in prop_oneof![Just(0), Just(60), Just(90), 0..1440_u64],
    ) {
        let slots: Vec<Slot> = minutes.iter().filter_map(|minute| Slot::at_week_minute(*minute)).collect();
        let rounds = rounds(&slots, &zone, after);
        // Posts in most of the next slots, some slightly beside them.
        let coming = rounds.iter().filter(|round| **round > after);
        let taken: Vec<Timestamp> = coming
            .zip(&occupied)
            .filter(|(_, (occupied, _))| *occupied)
            .map(|(round, (_, off))| *round + SignedDuration::from_secs(*off * 25))
            .collect();
        let spacing = Duration::from_mins(spacing);

        let found = next_free(&slots, &zone, after, &taken, spacing).unwrap();

        let distance = spacing.max(Duration::from_mins(1)).as_secs();
        let far = |round: Timestamp| {
            taken.iter().all(|post| (round.as_second() - post.as_second()).unsigned_abs() >= distance)
        };
        prop_assert!(found.instant > after);
        prop_assert!(far(found.instant));
        let meant = slots.iter().any(|slot| {
            slot.weekday == found.civil.weekday() && slot.time == found.civil.time()
        });
        prop_assert!(meant, "no slot at {}", found.civil);
        if found.change != ClockChange::Skipped {
            prop_assert_eq!(zone.to_datetime(found.instant), found.civil);
        }
        let first = rounds.iter().find(|round| **round > after && far(**round));
        if let Some(first) = first {
            prop_assert_eq!(found.instant, *first);
        } else {
            prop_assert!(rounds.last().is_some_and(|last| found.instant > *last));
        }
    }

    #[test]
    fn each_slot_comes_once_on_each_of_its_days_and_in_order(
        (zone, after) in zoned_instant(), minute in 0..10_080_i64,
    ) {
        let slot = Slot::at_week_minute(minute).unwrap();
        let mut found = Vec::new();
        let mut last = after;
        for _ in 0..6 {
            let next = next_free(&[slot], &zone, last, &[], Duration::ZERO).unwrap();
            prop_assert!(next.instant > last);
            last = next.instant;
            found.push(next.civil.date());
        }
        for pair in found.windows(2) {
            prop_assert_eq!(pair[0].checked_add(1.week()).unwrap(), pair[1]);
        }
    }
}
