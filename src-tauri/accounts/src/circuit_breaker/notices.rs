//! Notices about hosts that are not called for a while because they failed.

use slipway_core::{notice::Explain, views::Notice};

use super::ServiceFault;

pub(crate) mod text {
    //! The texts about failing hosts.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice silent = "service.silent";
        notice faults_for_account = "service.faults_for_account";
        notice faults = "service.faults";
    }
}

impl Explain for ServiceFault {
    fn explain(&self) -> Notice {
        match self {
            Self::Silent => text::silent(),
            Self::FaultsForAccount => text::faults_for_account(),
            Self::Faults => text::faults(),
        }
    }
}
