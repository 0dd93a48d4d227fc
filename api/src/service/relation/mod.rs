//! Relations with dates: the only source of every view. Whoever changes one derives the access to
//! its agreement anew, in the same transaction.

mod appoint;
mod end;
mod grant;
mod leave;
mod read;
mod record;
mod succeed;
pub mod verify;

pub use appoint::{NewAppointment, appoint, appoint_in};
pub use end::{AppointmentEnd, Revocation, end_appointment, revoke_appointment};
pub use grant::{GrantEnd, GrantScope, NewGrant, end_grant, grant, grant_in};
pub use leave::{Leaving, end_partner, end_partner_in};
pub use read::{
    count_by_agreement, count_grants_by_agreement, count_grants_by_fund, grant_place,
    grants_by_agreement, grants_by_fund, list_by_agreement, place, takeovers,
};
pub use record::{Place, end_current, hand_over_host, put};
pub use succeed::{Naming, name_successor, name_successor_in};
