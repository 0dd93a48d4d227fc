//! The books of a fund: every posting goes through `post`, which holds the fund, checks the
//! period, opens accounts, chains the hash and lets the database seal it (rules M7 to M9).

mod accounts;
mod accrual;
mod adjustment;
mod carry_forward;
mod contribution;
mod expenditure;
mod journal;
mod list;
mod payment_run;
mod post;
mod reverse;
mod seal;

pub use adjustment::{NewAdjustment, post_adjustment, post_adjustment_in};
pub use carry_forward::{NewCarryForward, carry_forward};
pub use contribution::{
    ContributionEvent, ContributionPosting, post_contribution, post_contribution_in,
};
pub use expenditure::{NewExpenditure, OpenScheme, SpendingEvent, post_spending, post_spending_in};
pub use journal::{JournalLine, NewJournal, post_journal, post_journal_in};
pub use list::{TransactionFilter, entries_of_all, list_transactions, reversals_of};
pub use payment_run::{RunPosting, post_run, post_run_line_paid};
pub use post::{Correction, Posting, When, closings, entries_of, post};
pub use reverse::{NewReversal, reverse};
pub use seal::{Sealed, hash_of};
