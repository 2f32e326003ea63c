//! Publishing: the init of a post, the ticket for its bytes, and its status.

mod init;
mod publish_id;
mod status;

pub(crate) use init::{DirectPostRequest, InboxRequest, TicketAnswer};
pub use init::{PostInfo, UploadTicket};
pub use publish_id::PublishId;
pub(crate) use publish_id::PublishIdRequest;
pub(crate) use status::StatusAnswer;
pub use status::{PostStatus, PublishState};
