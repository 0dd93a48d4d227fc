//! What a caller can put right, as part of a mutation's payload.

use async_graphql::{Enum, SimpleObject};

use crate::service::{Refusal, Stopped};

/// Something in the input that the caller can put right. Nothing was written.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// Which kind of thing is wrong, for programs.
    pub code: UserErrorCode,
    /// Where in the input: names of fields and positions in lists, outermost first.
    pub path: Vec<String>,
    /// What is wrong and what to do, for people.
    pub message: String,
}

/// The kinds of things that a caller can put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::service::Code")]
pub enum UserErrorCode {
    /// There is no such thing, or the caller may not see it.
    NotFound,
    /// The caller sees it and may not do this to it.
    NotAllowed,
    /// A text is not an amount of money.
    InvalidMoney,
    /// A text is not a day of the calendar.
    InvalidDate,
    /// A text is not a financial year, or it is not the right year.
    WrongYear,
    /// An amount must be more than nothing.
    NotPositive,
    /// A value has the wrong form or is out of range.
    InvalidValue,
    /// A code is not in the year's list.
    UnknownCode,
    /// Something goes by this reference already.
    AlreadyExists,
    /// Parts do not add up to their whole.
    DoesNotAddUp,
    /// The entries of a transaction do not sum to zero.
    Unbalanced,
    /// The period takes no postings.
    PeriodClosed,
    /// The period is closed softly: a reason is needed.
    ReasonRequired,
    /// A ring-fenced source may not fund this scheme.
    RingFenceBreach,
    /// Budgets would exceed the fund's income.
    OverProgrammed,
    /// More would be taken than there is.
    InsufficientAmount,
    /// It was changed since it was read.
    StaleVersion,
    /// The idempotency key was used for something else.
    IdempotencyKeyReused,
    /// It was done before and cannot be done twice.
    AlreadyDone,
    /// The address, password or token is not right.
    SignInFailed,
    /// Too many attempts failed lately on this account, or from this network; the sentence says in
    /// how many seconds to try again.
    TooManyAttempts,
    /// A file has rows that cannot be taken.
    RejectedRows,
    /// It needs the approval of others: propose it instead.
    ApprovalNeeded,
}

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code.into(), path: refusal.path, message: refusal.message }
    }
}

/// Splits an outcome into what changed and what the caller has to put right.
///
/// # Errors
/// A fault, told without its insides.
pub fn outcome<T>(
    outcome: Result<T, Stopped>,
) -> async_graphql::Result<(Option<T>, Vec<UserError>)> {
    match outcome {
        Ok(done) => Ok((Some(done), Vec::new())),
        Err(Stopped::Refused(refusal)) => Ok((None, vec![refusal.into()])),
        Err(Stopped::Fault(fault)) => Err(super::request::fault(fault)),
    }
}

/// Defines a mutation's payload: the changed object under its own name, and the errors.
#[macro_export]
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $object:ty }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            pub $field: Option<$object>,
            /// What the caller has to put right; empty when it was done.
            pub errors: Vec<$crate::graphql::errors::UserError>,
        }

        impl $name {
            fn answer<T>(
                result: Result<T, $crate::service::Stopped>,
                object: impl FnOnce(T) -> $object,
            ) -> async_graphql::Result<Self> {
                let (done, errors) = $crate::graphql::errors::outcome(result)?;
                Ok(Self { $field: done.map(object), errors })
            }
        }
    };
}
