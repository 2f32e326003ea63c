//! What is wrong with a service that is left alone for a while.

use slipway_core::{
    notice::{Explain, notice},
    views::Notice,
};

use super::ServiceFault;

impl Explain for ServiceFault {
    fn explain(&self) -> Notice {
        const AGAIN: &str = "Slipway tries again by itself and sends nothing twice.";
        match self {
            Self::Silent => notice(
                "service.silent",
                "TikTok is not answering.",
                AGAIN,
                "Nothing is needed. Check your connection if it stays so.",
            ),
            Self::FaultsForAccount => notice(
                "service.faults_for_account",
                "TikTok has a fault of its own and cannot serve this account.",
                "Slipway tries again by itself and sends nothing twice. Your other accounts go on.",
                "Nothing is needed. Look at your profile in the TikTok app if it stays so.",
            ),
            Self::Faults => notice(
                "service.faults",
                "TikTok has a fault of its own.",
                AGAIN,
                "Nothing is needed.",
            ),
        }
    }
}
