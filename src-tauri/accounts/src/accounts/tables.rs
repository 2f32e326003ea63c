//! The declarations of the accounts' tables for the database.

use slipway_store::{
    database::Tables,
    vault::{ForgetStatement, SecretColumn},
};

/// The tables of this module. Accounts stay when the vault's key is lost: the creator can connect each of them again.
pub const TABLES: Tables = Tables {
    secrets: &[
        SecretColumn {
            table: "accounts",
            column: "access_token",
        },
        SecretColumn {
            table: "accounts",
            column: "refresh_token",
        },
        SecretColumn {
            table: "revocations",
            column: "access_token",
        },
        SecretColumn {
            table: "revocations",
            column: "refresh_token",
        },
    ],
    forget: &[
        ForgetStatement {
            table: "accounts",
            column: "access_token",
            sql: "UPDATE accounts SET access_token = '', refresh_token = '', state = 'reconnect_needed'",
        },
        ForgetStatement {
            table: "accounts",
            column: "lost",
            sql: "UPDATE accounts SET lost = 'forgotten', refresh_asked_at = NULL",
        },
        ForgetStatement {
            table: "revocations",
            column: "access_token",
            sql: "DELETE FROM revocations",
        },
    ],
    park: None,
};
