use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::supply_chain::{NotSaid, SaidOfPayment, after_saying, is_received},
};
use entities::chain_payment_act::{self as act, ChainPaymentActKind};
use uuid::Uuid;

use super::{ChainPayment, read};
use crate::{
    access::facts::supply_chain,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        subcontract, text,
    },
};

/// Something that is said of a payment.
#[derive(Clone, Debug)]
pub struct NewSaying {
    /// The payment.
    pub payment: Uuid,
    /// The version that was read.
    pub expected_version: i32,
    /// What is said.
    pub saying: Saying,
}

/// What is said of a payment after it was recorded.
#[derive(Clone, Debug)]
pub enum Saying {
    /// Its seller received it on a day.
    Confirm {
        /// The day.
        received_on: NaiveDate,
    },
    /// It is not so, says its seller.
    Contest {
        /// What is not so.
        reason: String,
    },
    /// Its buyer recorded it wrongly.
    Withdraw {
        /// What was wrong.
        reason: String,
    },
}

impl Saying {
    const fn said(&self) -> SaidOfPayment {
        match self {
            Self::Confirm { .. } => SaidOfPayment::Confirmed,
            Self::Contest { .. } => SaidOfPayment::Contested,
            Self::Withdraw { .. } => SaidOfPayment::Withdrawn,
        }
    }

    const fn mutation(&self) -> &'static str {
        match self {
            Self::Confirm { .. } => "confirmChainPayment",
            Self::Contest { .. } => "contestChainPayment",
            Self::Withdraw { .. } => "withdrawChainPayment",
        }
    }

    const fn kind(&self) -> ChainPaymentActKind {
        match self {
            Self::Confirm { .. } => ChainPaymentActKind::Confirmed,
            Self::Contest { .. } => ChainPaymentActKind::Contested,
            Self::Withdraw { .. } => ChainPaymentActKind::Withdrawn,
        }
    }
}

/// Confirms or contests a payment, for the seller of its link, or withdraws it, for the buyer
/// (rule C11).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE`, `INVALID_DATE` or `INVALID_VALUE`.
pub async fn say(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewSaying,
) -> Result<ChainPayment, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(say_in(&tx, viewer, new)).await }).await
}

async fn say_in(tx: &Writing, viewer: &Viewer, new: &NewSaying) -> Result<ChainPayment, Stopped> {
    let found = read::find(&**tx, viewer, new.payment, "payment").await?;
    let (actor, parties) = (viewer.actor(), subcontract::parties_of(&found.link, viewer));
    match &new.saying {
        Saying::Withdraw { .. } => actor.may_record_chain_payment(parties)?,
        Saying::Confirm { .. } | Saying::Contest { .. } => {
            actor.may_answer_chain_payment(parties)?;
        }
    }
    supply_chain::hold(&**tx, found.link.row.contract_id).await?;
    let before = read::find(&**tx, viewer, new.payment, "payment").await?.seen;
    if before.version() != new.expected_version {
        return Err(Refusal::stale(before.version()).into());
    }
    after_saying(before.state(), new.saying.said()).map_err(|why| {
        let code = match why {
            NotSaid::ConfirmedBySeller => Code::InvalidValue,
            _ => Code::AlreadyDone,
        };
        Refusal::new(code, why).at("payment")
    })?;
    let (received_on, reason) = checked(new, before.payment.paid_on, tx.today())?;
    let row = act::Model {
        payment_id: before.payment.id,
        number: before.version(),
        kind: new.saying.kind(),
        received_on,
        reason,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let audited = Act::new(new.saying.mutation(), "ChainPayment", before.payment.id)
        .under(found.link.row.id, FieldGroup::ChainPayments)
        .from_day(before.payment.paid_on)
        .before(said(&before.payment).with("acts", &before.acts))
        .after(said(&before.payment).with("act", &[row]));
    audit::record(tx, viewer, audited).await?;
    read::find(&**tx, viewer, new.payment, "payment").await
}

/// The day or the reason that is given.
fn checked(
    new: &NewSaying,
    paid_on: NaiveDate,
    today: NaiveDate,
) -> Result<(Option<NaiveDate>, Option<String>), Refusal> {
    match &new.saying {
        Saying::Confirm { received_on } if is_received(*received_on, paid_on, today) => {
            Ok((Some(*received_on), None))
        }
        Saying::Confirm { .. } => {
            let sentence = "give a day from that on which it was paid to today, or contest it";
            Err(Refusal::new(Code::InvalidDate, sentence).at("receivedOn"))
        }
        Saying::Contest { reason } | Saying::Withdraw { reason } => {
            Ok((None, Some(text::required(reason, 1_000, "reason")?)))
        }
    }
}
