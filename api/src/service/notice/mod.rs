//! Notice to leave an agreement: given by a partner, in effect after the months that were agreed,
//! and withdrawn before.

mod permission;
mod read;
mod record;

pub use permission::{Permissions, permissions};
pub use read::{Given, NoticeState, of_agreements};
pub use record::{NewNotice, NewNoticeWithdrawal, give, withdraw};
