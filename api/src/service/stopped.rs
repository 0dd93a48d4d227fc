use std::fmt;

use sea_orm::DbErr;

use crate::database::Failure;

/// Why a use case did not happen: the caller can put it right, or something broke.
#[derive(Debug)]
pub enum Stopped {
    /// The caller can put it right.
    Refused(Refusal),
    /// The database failed.
    Fault(DbErr),
}

/// What the caller has to put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which kind of thing is wrong.
    pub code: Code,
    /// Where in the input: field names and list positions.
    pub path: Vec<String>,
    /// A sentence for a person.
    pub message: String,
}

/// The kinds of refusal. A client decides on these; the sentence is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// There is no such thing, or not for the caller.
    NotFound,
    /// The caller sees it and may not do this to it.
    NotAllowed,
    /// A text is not an amount of money.
    InvalidMoney,
    /// A text is not a date that the calendar has.
    InvalidDate,
    /// A text is not a financial year, or the year is not the right one.
    WrongYear,
    /// An amount must be more than nothing.
    NotPositive,
    /// A value has the wrong form or is out of range.
    InvalidValue,
    /// A code is not in the list of the year.
    UnknownCode,
    /// Something with this reference or key exists already.
    AlreadyExists,
    /// Parts do not add up to their whole.
    DoesNotAddUp,
    /// A transaction's entries do not sum to zero.
    Unbalanced,
    /// The period takes no postings.
    PeriodClosed,
    /// The period is closed softly: say why.
    ReasonRequired,
    /// A ring-fenced source may not fund this scheme.
    RingFenceBreach,
    /// Budgets would exceed income.
    OverProgrammed,
    /// More would be released or taken than there is.
    InsufficientAmount,
    /// It was changed since it was read.
    StaleVersion,
    /// The idempotency key was used for something else.
    IdempotencyKeyReused,
    /// It was done before and cannot be done twice.
    AlreadyDone,
    /// The address, password or token is not right.
    SignInFailed,
    /// Too many attempts failed lately.
    TooManyAttempts,
    /// A file has rows that cannot be taken.
    RejectedRows,
    /// It needs approvals: propose it.
    ApprovalNeeded,
}

impl Refusal {
    /// A refusal of the input as a whole.
    pub fn new(code: Code, message: impl fmt::Display) -> Self {
        Self { code, path: Vec::new(), message: message.to_string() }
    }

    /// The same, about the input field at `path`, written with dots: `shares.0.weight`.
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        self.path = path.split('.').map(str::to_owned).collect();
        self
    }

    /// There is no such thing, or not for the caller: the two are never told apart (rule V1).
    #[must_use]
    pub fn not_found(what: &str, path: &str) -> Self {
        Self::new(Code::NotFound, format_args!("there is no such {what}, or you may not see it"))
            .at(path)
    }

    /// Somebody changed it meanwhile.
    #[must_use]
    pub fn stale(current: i32) -> Self {
        Self::new(
            Code::StaleVersion,
            format_args!(
                "it was changed since you read it and is now version {current}: read it again"
            ),
        )
        .at("expectedVersion")
    }
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DbErr> for Stopped {
    fn from(fault: DbErr) -> Self {
        Self::Fault(fault)
    }
}

impl Failure for Stopped {
    fn fault(&self) -> Option<&DbErr> {
        match self {
            Self::Fault(fault) => Some(fault),
            Self::Refused(_) => None,
        }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "{}", refusal.message),
            Self::Fault(fault) => write!(f, "the database failed: {fault}"),
        }
    }
}

impl std::error::Error for Stopped {}
