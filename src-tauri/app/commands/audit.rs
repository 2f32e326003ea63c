//! Commands for the audit trail.

use slipway_engine::views::{AuditFilter, AuditFormat, AuditPage, AuditState, Notice};
use tauri::{State, WebviewWindow};

use super::{ID, bounded, refused};
use crate::{
    save_dialog::{self, SaveDialog},
    shell::Shell,
    texts::{self, texts},
};

/// The longest moment in bytes.
const MOMENT: usize = 64;
/// The most kinds in one filter; fewer exist.
const KINDS: usize = 64;

fn checked(filter: &AuditFilter) -> Result<(), Notice> {
    let length = |text: &Option<String>| text.as_deref().map_or(0, str::len);
    bounded("kinds", filter.kinds.len(), KINDS)?;
    bounded("accountId", length(&filter.account_id), ID)?;
    bounded("from", length(&filter.from), MOMENT)?;
    bounded("to", length(&filter.to), MOMENT)
}

/// A page of the audit trail, newest entries first.
#[tauri::command]
#[specta::specta]
pub async fn audit(shell: State<'_, Shell>, filter: AuditFilter) -> Result<AuditPage, Notice> {
    checked(&filter)?;
    let engine = shell.engine().await?;
    engine.audit(&filter).await.map_err(refused)
}

/// The result of the last verification of the audit trail.
#[tauri::command]
#[specta::specta]
pub async fn audit_state(shell: State<'_, Shell>) -> Result<AuditState, Notice> {
    let engine = shell.engine().await?;
    engine.audit_state().await.map_err(refused)
}

/// Verifies the whole audit trail now.
#[tauri::command]
#[specta::specta]
pub async fn verify_audit(shell: State<'_, Shell>) -> Result<AuditState, Notice> {
    let engine = shell.engine().await?;
    engine.verify_audit().await.map_err(refused)
}

/// Asks for a path and exports the entries that match the filter. Returns the path, or `None` if the creator cancels.
#[tauri::command]
#[specta::specta]
pub async fn export_audit(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    filter: AuditFilter,
    format: AuditFormat,
) -> Result<Option<String>, Notice> {
    checked(&filter)?;
    let (kind, ending) = match format {
        AuditFormat::JsonLines => (texts::dialog_json_lines(), "jsonl"),
        AuditFormat::Csv => (texts::dialog_csv(), "csv"),
    };
    let dialog = SaveDialog {
        title: &texts().message(&texts::dialog_export_audit()),
        name_prefix: "slipway-audit",
        type_name: &texts().message(&kind),
        extension: ending,
    };
    let Some(path) = save_dialog::ask(&window, dialog).await? else {
        return Ok(None);
    };
    let engine = shell.engine().await?;
    let written = engine.export_audit(&filter, format, &path).await;
    written.map_err(refused)?;
    Ok(Some(path.to_string_lossy().into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_larger_than_the_window_sends_are_refused() {
        let long = || Some("x".repeat(65));
        let with = |change: fn(&mut AuditFilter, Option<String>)| {
            let mut filter = AuditFilter::default();
            change(&mut filter, long());
            checked(&filter)
        };
        assert!(checked(&AuditFilter::default()).is_ok());
        assert!(with(|filter, text| filter.account_id = text).is_err());
        assert!(with(|filter, text| filter.from = text).is_err());
        assert!(with(|filter, text| filter.to = text).is_err());
        assert!(
            with(|filter, _| filter.kinds = vec![slipway_engine::views::AuditKind::Revoked; 65])
                .is_err()
        );
    }
}
