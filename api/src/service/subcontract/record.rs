use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    policy::{
        Denied,
        decisions::{ContractParties, LinkParties},
        matrix::FieldGroup,
    },
    rules::supply_chain::{DoesNotFit, Head, Link, Term, YearlyValue, fits},
};
use entities::{
    contract,
    subcontract::{self as link, Approval, Confirmation},
    subcontract_value as value,
    value::FinancialYear,
};
use sea_orm::{DbErr, EntityTrait, SqlErr};
use uuid::Uuid;

use super::{ChainLink, read};
use crate::{
    access::{
        self, derive,
        facts::{
            contracts::{self, ContractFacts},
            heirs, supply_chain, whole,
        },
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        contract::delivers_on,
        scheme::organisation_exists,
        text,
    },
};

/// What a new link stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// The head contract.
    Contract(Uuid),
    /// Another link.
    Link(Uuid),
}

/// A link that its buyer records.
#[derive(Clone, Debug)]
pub struct NewSubcontract {
    /// What it stands under.
    pub under: Under,
    /// Who sells.
    pub seller: Uuid,
    /// What the buyer calls it.
    pub reference: String,
    /// What is sold.
    pub service: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Its value by year.
    pub values: BTreeMap<FinancialYear, YearlyValue>,
    /// True when the commissioner has to approve it.
    pub is_material: bool,
    /// True when its value is open to those above in the chain.
    pub is_open_book: bool,
    /// What the seller has to keep itself, in basis points of the year's value.
    pub floor: i64,
    /// Within how many days of an invoice the buyer pays.
    pub payment_days: Option<i32>,
    /// True when the seller has no users, and the buyer enters this for it (rule C10).
    pub on_behalf: bool,
}

/// What a use case in a chain stands on.
pub(super) struct Ground {
    pub(super) head: Head,
    pub(super) parties: ContractParties,
    pub(super) facts: ContractFacts,
    pub(super) chain: Vec<Link>,
}

/// Records a link, for its buyer.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_EXISTS`, or `INVALID_VALUE` where it does not fit into its
/// chain (rule C2).
pub async fn record(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewSubcontract,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(record_in(&tx, viewer, new)).await }).await
}

/// The same in a transaction of the caller's.
///
/// # Errors
/// What is refused, or a fault of the database.
pub async fn record_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewSubcontract,
) -> Result<ChainLink, Stopped> {
    let (contract, parent) = place(tx, viewer, new.under).await?;
    let parties = LinkParties { buyer: viewer.organisation, seller: new.seller };
    viewer.actor().may_keep_subcontract(parties)?;
    organisation_exists(tx, new.seller, "seller").await?;
    supply_chain::hold(&**tx, contract).await?;
    let ground = ground(tx, viewer, contract).await?;
    if !delivers_on(&ground.facts, new.starts_on) {
        let sentence = "rule C8: the contract above has ended by then, or was given up";
        return Err(Refusal::new(Code::InvalidDate, sentence).at("startsOn").into());
    }
    let mut row = checked(tx, viewer, new)?;
    let planned = Link {
        id: row.id,
        parent,
        buyer: row.buyer_id,
        seller: row.seller_id,
        term: Term { first: row.starts_on, last: row.ends_on },
        values: new.values.clone(),
        floor: row.floor_basis_points,
        is_refused: false,
    };
    let fitted = fits(&ground.head, &ground.chain, &planned);
    row.tier = fitted.map_err(|why| does_not_fit(why, path_of(why)))?;
    (row.contract_id, row.parent_id) = (contract, parent);
    let row = insert(tx, row).await?;
    let values = insert_values(tx, (row.id, 1), &new.values).await?;
    derive::links(&**tx, &[row.id]).await?;
    if parent.is_none() {
        derive::contracts(&**tx, &[contract]).await?;
    }
    let act = Act::new("recordSubcontract", "Subcontract", row.id)
        .under(row.id, FieldGroup::LinkTerms)
        .from_day(row.starts_on)
        .after(said(&row).with("values", &values));
    audit::record(tx, viewer, act).await?;
    read::find(&**tx, viewer, row.id, "under").await
}

/// The head contract and the parent of what is to stand there, found through the viewer's view.
async fn place(
    tx: &Writing,
    viewer: &Viewer,
    under: Under,
) -> Result<(Uuid, Option<Uuid>), Stopped> {
    let found = match under {
        Under::Contract(id) => {
            access::contract::visible(&**tx, viewer, id).await?.map(|it| (it.row.id, None))
        }
        Under::Link(id) => access::subcontract::visible(&**tx, viewer, id)
            .await?
            .map(|it| (it.row.contract_id, Some(it.row.id))),
    };
    found.ok_or_else(|| Refusal::not_found("contract or subcontract", "under").into())
}

/// The facts over which the rules of a chain are computed.
#[expect(clippy::disallowed_methods, reason = "the caller found the chain through its view")]
pub(super) async fn ground(
    tx: &Writing,
    viewer: &Viewer,
    contract: Uuid,
) -> Result<Ground, Stopped> {
    let row = contract::Entity::find_by_id(contract).one(&whole(&**tx)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound(format!("contract {contract}")))?;
    access::contract_interest::keep(&**tx, contract).await?;
    let facts = contracts::whole_of(&**tx, contract).await?;
    let heirs = contracts::heirs_of(&**tx, &[(&row, &facts)]).await?.remove(&contract);
    let (heirs, today) = (heirs.unwrap_or_default(), tx.today());
    let parties = facts.parties_for(&heirs, viewer);
    // A contract whose first day is to come has its providers already.
    let stays = facts.providers.iter().filter(|it| it.ends_on.is_none_or(|last| today <= last));
    let contractors = stays.filter_map(|it| heirs.stands_for(it.organisation_id, today)).collect();
    let links = supply_chain::of_contract(&**tx, contract).await?;
    let of_chain = links.iter().flat_map(|(row, _)| [row.buyer_id, row.seller_id]).collect();
    let agreement = row.agreement_id.unwrap_or(Uuid::nil());
    let of_chain = heirs::of_agreements(&**tx, &[agreement], of_chain).await?.remove(&agreement);
    let of_chain = of_chain.unwrap_or_default();
    let stands = |party| of_chain.stands_for(party, today).unwrap_or(party);
    let chain = links.iter().map(|(row, values)| {
        let link = supply_chain::link(row, values);
        Link { buyer: stands(link.buyer), seller: stands(link.seller), ..link }
    });
    let chain = chain.collect();
    let head = supply_chain::head(&facts, contractors);
    Ok(Ground { head, parties, facts, chain })
}

fn checked(tx: &Writing, viewer: &Viewer, new: &NewSubcontract) -> Result<link::Model, Refusal> {
    let now = tx.now();
    if new.payment_days.is_some_and(|days| !(0..=365).contains(&days)) {
        let sentence = "give 0 to 365 days";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("paymentDays"));
    }
    Ok(link::Model {
        id: tx.new_id(),
        contract_id: Uuid::nil(),
        parent_id: None,
        tier: 0,
        buyer_id: viewer.organisation,
        seller_id: new.seller,
        reference: text::required(&new.reference, 100, "reference")?,
        service: text::required(&new.service, 200, "service")?,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        is_material: new.is_material,
        is_open_book: new.is_open_book,
        floor_basis_points: new.floor,
        payment_days: new.payment_days,
        on_behalf: new.on_behalf,
        confirmation: Confirmation::Recorded,
        approval: if new.is_material { Approval::Awaited } else { Approval::NotNeeded },
        decided_on: None,
        value_version: (!new.values.is_empty()).then_some(1),
        value_changed_on: None,
        version: 1,
        recorded_on: tx.today(),
        changed_on: tx.today(),
        recorded_at: now,
    })
}

async fn insert(tx: &Writing, row: link::Model) -> Result<link::Model, Stopped> {
    tx.insert(row).await.map_err(|fault| match fault.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            let sentence = "your organisation has a subcontract with this reference already";
            Refusal::new(Code::AlreadyExists, sentence).at("reference").into()
        }
        _ => fault.into(),
    })
}

/// Writes a version of the values of a link.
pub(super) async fn insert_values(
    tx: &Writing,
    (link, version): (Uuid, i32),
    values: &BTreeMap<FinancialYear, YearlyValue>,
) -> Result<Vec<value::Model>, Stopped> {
    let row = |(year, worth): (&FinancialYear, &YearlyValue)| {
        let (amount, range) = match worth {
            YearlyValue::Exact(amount) => (Some(*amount), None),
            YearlyValue::Share { from, to } => (None, Some((*from, *to))),
        };
        value::Model {
            subcontract_id: link,
            version,
            financial_year: *year,
            amount_pence: amount,
            from_basis_points: range.map(|(from, _)| from),
            to_basis_points: range.map(|(_, to)| to),
            recorded_at: tx.now(),
        }
    };
    let rows: Vec<value::Model> = values.iter().map(row).collect();
    tx.insert_all(&rows).await?;
    Ok(rows)
}

/// The refusal of what breaks rule C2. It names nothing that the caller may not read (rule V8).
pub(super) fn does_not_fit(why: DoesNotFit, path: &str) -> Refusal {
    match why {
        DoesNotFit::BuyerDoesNotSellAbove => Refusal::new(Code::NotAllowed, Denied::NotSeller),
        DoesNotFit::BeyondParent { .. } => Refusal::new(Code::InsufficientAmount, why),
        _ => Refusal::new(Code::InvalidValue, why),
    }
    .at(path)
}

const fn path_of(why: DoesNotFit) -> &'static str {
    match why {
        DoesNotFit::NoParent
        | DoesNotFit::BuyerDoesNotSellAbove
        | DoesNotFit::Refused
        | DoesNotFit::TooDeep => "under",
        DoesNotFit::ToItself | DoesNotFit::AboveItself => "seller",
        DoesNotFit::EndsBeforeItBegins
        | DoesNotFit::EndsAfterParent
        | DoesNotFit::OutlivedFromBelow => "endsOn",
        DoesNotFit::BeginsBeforeParent => "startsOn",
        DoesNotFit::NotAFloor => "floorBasisPoints",
        DoesNotFit::NotAValue { .. } | DoesNotFit::BeyondParent { .. } => "values",
    }
}
