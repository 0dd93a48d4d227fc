//! Notice to leave an agreement: given by a partner, in effect after the months that were agreed,
//! and withdrawn before.

mod read;
mod record;

pub use read::{Given, NoticeState, of_agreements};
pub use record::{NewNotice, NewNoticeWithdrawal, give, withdraw};
