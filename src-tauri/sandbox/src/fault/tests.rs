//! Tests of fault counting and of the JSON form of a fault.

use super::*;

#[test]
fn counts_skip_and_times_by_request() {
    let mut registry = FaultRegistry::default();
    registry.add(
        Fault::once(Operation::Upload, FaultKind::LostAnswer)
            .after(1)
            .times(2),
    );
    let hits: Vec<bool> = (0..5)
        .map(|_| registry.on_request(Operation::Upload).kind.is_some())
        .collect();
    assert_eq!(hits, [false, true, true, false, false]);
    assert_eq!(
        registry.on_request(Operation::Status),
        AppliedFaults::default()
    );
}

#[test]
fn latencies_add_up_and_combine_with_the_first_other_fault() {
    let mut registry = FaultRegistry::default();
    registry.add(Fault::forever(
        Operation::Init,
        FaultKind::Latency { ms: 5 },
    ));
    registry.add(Fault::once(Operation::Init, FaultKind::MalformedJson));
    registry.add(Fault::once(Operation::Init, FaultKind::LostAnswer));
    registry.add(Fault::forever(
        Operation::Init,
        FaultKind::Latency { ms: 7 },
    ));
    let first = registry.on_request(Operation::Init);
    assert_eq!(
        (first.delay, first.kind),
        (Duration::from_millis(12), Some(FaultKind::MalformedJson))
    );
    assert_eq!(
        registry.on_request(Operation::Init).kind,
        Some(FaultKind::LostAnswer)
    );
    assert_eq!(registry.on_request(Operation::Init).kind, None);
}

#[test]
fn publish_faults_wait_for_an_accepted_init() {
    let mut registry = FaultRegistry::default();
    let reason = FaultKind::FailWith {
        reason: "internal".into(),
    };
    registry.add(Fault::once(Operation::Init, reason.clone()));
    assert_eq!(registry.on_request(Operation::Init).kind, None);
    assert_eq!(registry.on_publish(Operation::InboxInit), None);
    assert_eq!(registry.on_publish(Operation::Init), Some(reason));
    assert_eq!(registry.on_publish(Operation::Init), None);
}

#[test]
fn reads_and_writes_times_as_number_or_word() {
    let json = r#"{"operation":"upload","times":"forever","skip":2,"kind":{"type":"cut_after","bytes":10}}"#;
    let fault: Fault = serde_json::from_str(json).unwrap();
    assert_eq!(
        fault,
        Fault::forever(Operation::Upload, FaultKind::CutAfter { bytes: 10 }).after(2)
    );
    assert_eq!(serde_json::to_string(&fault).unwrap(), json);
    assert!(
        serde_json::from_str::<Fault>(
            r#"{"operation":"upload","skpi":2,"kind":{"type":"lost_answer"}}"#
        )
        .is_err()
    );
}
