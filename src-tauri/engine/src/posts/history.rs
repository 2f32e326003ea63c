//! The lines of a post's history.

slipway_core::texts! {
    pub(crate) static TEXTS;
    message plain = "history.plain" (text: text);
    message added = "history.added";
    message added_from_folder = "history.added_from_folder";
    message queued = "history.queued";
    message scheduled = "history.scheduled" (at: moment, zone: text);
    message zone_changed = "history.zone_changed";
    message due = "history.due";
    message late = "history.late" (due: moment, late: seconds);
    message missed = "history.missed";
    message checking = "history.checking";
    message unanswered = "history.unanswered";
    message uploading = "history.uploading";
    message connection_lost = "history.connection_lost" (at: bytes);
    message part_refused = "history.part_refused" (at: bytes);
    message resumed_at = "history.resumed_at" (at: bytes);
    message starting_over = "history.starting_over";
    message all_sent = "history.all_sent";
    message remark = "history.remark" (reason: notice);
    message no_answer = "history.no_answer";
    message no_status = "history.no_status";
    message reported = "history.reported";
    message published = "history.published";
    message delivered = "history.delivered";
    message visible = "history.visible";
    message no_longer_public = "history.no_longer_public";
    message waiting = "history.waiting" (cause: notice);
    message ended = "history.ended" (cause: notice);
    message paused = "history.paused";
    message resumed = "history.resumed";
    message cancelled = "history.cancelled";
    message retrying = "history.retrying";
    message asking_again = "history.asking_again";
    message draft = "history.draft";
    message draft_to_change = "history.draft_to_change";
    message changed_file = "history.changed_file";
    message transcoded_file = "history.fitted_file" (file: text);
    message newer_file = "history.newer_file" (file: text);
    message account_disconnected = "history.account_disconnected";
    message account_disconnected_early = "history.account_disconnected_early";
    message restored = "history.restored" (from: moment);
}
