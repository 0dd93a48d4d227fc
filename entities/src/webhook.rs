use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// Where an organisation is told by HTTP of what changes: a place in the feed of changes, and what came
/// of telling it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose it is, and in whose view it is told.
    pub organisation_id: Uuid,
    /// The account that made it or enabled it last, which has to be an ADMIN; none of a token made by the
    /// operator.
    pub made_by: Option<Uuid>,
    /// Where to.
    pub url: String,
    /// The kinds of change that it is told of, with commas between them; all when empty.
    pub kinds: String,
    /// The types of things that it is told of, with commas between them; all when empty.
    pub object_types: String,
    /// What its secret is made from, with the installation's own.
    pub secret_salt: Vec<u8>,
    /// The same of the secret before, while that signs too.
    pub previous_salt: Option<Vec<u8>>,
    /// Until when the secret before signs too.
    pub previous_signs_until_at: Option<Instant>,
    /// The place in the order of changes up to which it was told.
    pub sequence: i64,
    /// The last change that it was told of, or that came before its place; none where there was none.
    pub after_change: Option<Uuid>,
    /// The day that stands for its place where there is no such change.
    pub after_day: Date,
    /// The place of the last change of the message that was sent and is not known to have arrived.
    pub pending_until: Option<i64>,
    /// The identity of that message.
    pub pending_id: Option<Uuid>,
    /// The identity of a ping that is to be sent.
    pub ping_id: Option<Uuid>,
    /// Why it is told nothing; none while it is.
    pub disabled_because: Option<WebhookDisabled>,
    /// Attempts in a row that failed.
    pub failures: i32,
    /// When the first of them was made.
    pub failing_since_at: Option<Instant>,
    /// When it may be told next.
    pub next_try_at: Instant,
    /// Until when somebody is at it.
    pub leased_until_at: Option<Instant>,
    /// When it last took a message.
    pub delivered_at: Option<Instant>,
    /// When it last did not.
    pub failed_at: Option<Instant>,
    /// What came of that attempt.
    pub last_failure: Option<WebhookOutcome>,
    /// When it was made.
    pub created_at: Instant,
    /// Grows with each change that somebody makes to it.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

/// Why a webhook is told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum WebhookDisabled {
    /// An ADMIN disabled it.
    #[sea_orm(string_value = "ADMIN")]
    Admin,
    /// Who made it is no ADMIN of the organisation any more.
    #[sea_orm(string_value = "MAKER_IS_NO_ADMIN")]
    MakerIsNoAdmin,
    /// The receiver answered 410.
    #[sea_orm(string_value = "RECEIVER_IS_GONE")]
    ReceiverIsGone,
    /// Every attempt of five days failed.
    #[sea_orm(string_value = "FAILED_TOO_LONG")]
    FailedTooLong,
    /// Changes after its place are not kept any more.
    #[sea_orm(string_value = "RESYNC")]
    Resync,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum WebhookOutcome {
    /// The receiver answered 2xx.
    #[sea_orm(string_value = "DELIVERED")]
    Delivered,
    /// It answered 4xx or 5xx.
    #[sea_orm(string_value = "REFUSED")]
    Refused,
    /// It answered 3xx, which is not followed.
    #[sea_orm(string_value = "REDIRECTED")]
    Redirected,
    /// It answered 410.
    #[sea_orm(string_value = "GONE")]
    Gone,
    /// It did not answer in time.
    #[sea_orm(string_value = "TIMED_OUT")]
    TimedOut,
    /// There was no connection, no trusted certificate, or no HTTP.
    #[sea_orm(string_value = "UNREACHABLE")]
    Unreachable,
    /// Its name has no address.
    #[sea_orm(string_value = "UNRESOLVED")]
    Unresolved,
    /// Its name has an address that is not of the public Internet.
    #[sea_orm(string_value = "PRIVATE_ADDRESS")]
    PrivateAddress,
}
