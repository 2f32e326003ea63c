//! Counts the stored calls of the last minute, for diagnostics.

use serde::Serialize;
use sqlx::SqlitePool;

/// The number of recent calls of one account to one endpoint.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallCount {
    /// Slipway's id of the account.
    pub account_id: String,
    /// The name of the call, as it is stored.
    pub call: String,
    /// The number of calls in the table `recent_calls`.
    pub count: i64,
}

/// Counts the stored calls by account and endpoint.
///
/// # Errors
/// The database refused the operation.
pub async fn recent_calls(pool: &SqlitePool) -> Result<Vec<CallCount>, sqlx::Error> {
    sqlx::query_as!(
        CallCount,
        r#"SELECT account_id, call, COUNT(*) AS "count!: i64" FROM recent_calls
                   GROUP BY account_id, call"#
    )
    .fetch_all(pool)
    .await
}
