use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    partnership_agreement,
    pooled_fund::{self as fund, FundKind},
    value::FinancialYear,
};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, TryInsertResult, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    access::{self, Seen, derive, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        fund_lock, text,
    },
};

/// A fund that is to be opened.
#[derive(Clone, Debug)]
pub struct NewFund {
    /// The agreement.
    pub agreement: Uuid,
    /// What the partners call it; unique among those that the viewer's organisation opened.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// How its money is bound.
    pub kind: FundKind,
    /// First day for which it holds money; that of the current financial year when none is given.
    pub starts_on: Option<NaiveDate>,
    /// The decision that lets budgets exceed income (rule M3).
    pub over_programming_approval: Option<String>,
}

/// Opens a fund under an agreement.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_EXISTS` at `reference`, or `INVALID_VALUE`.
pub async fn create(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewFund,
) -> Result<Seen<fund::Model>, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let row = create_in(&tx, viewer, new).await?;
            let seen = access::fund::visible(&*tx, viewer, row.id).await?;
            Ok(seen.ok_or_else(|| Refusal::not_found("pooled fund", "id"))?)
        })
        .await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`create`].
pub async fn create_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewFund,
) -> Result<fund::Model, Stopped> {
    let under = access::agreement::visible(&**tx, viewer, new.agreement)
        .await?
        .ok_or_else(|| Refusal::not_found("partnership agreement", "agreement"))?
        .row;
    let partnership = partners::of_agreement(&**tx, under.id).await?;
    viewer.actor().may_create_fund(&partnership.parties_on(viewer.today))?;
    let approval = new.over_programming_approval.as_deref();
    let row = fund::Model {
        id: tx.new_id(),
        agreement_id: under.id,
        owner_id: viewer.organisation,
        reference: text::required(&new.reference, 60, "reference")?,
        name: text::required(&new.name, 300, "name")?,
        kind: new.kind,
        starts_on: starts_on(&under, new.starts_on, tx.today())?,
        over_programming_approval: text::optional(approval, 300, "overProgrammingApproval")?,
        version: 1,
    };
    let inserted = fund::Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if !matches!(inserted, TryInsertResult::Inserted(1)) {
        let sentence = format!("a pooled fund goes by {:?} already", row.reference);
        return Err(Refusal::new(Code::AlreadyExists, sentence).at("reference").into());
    }
    tx.insert(fund_lock::new_head(row.id)).await?;
    derive::agreement(&**tx, under.id).await?;
    let act = Act::new("createPooledFund", "PooledFund", row.id)
        .under(row.id, FieldGroup::FundTerms)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// The first day that is given, or that of the current financial year, within the agreement's term.
fn starts_on(
    under: &partnership_agreement::Model,
    given: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<NaiveDate, Refusal> {
    let outside =
        |day: NaiveDate| day < under.starts_on || under.ends_on.is_some_and(|end| end < day);
    match given {
        Some(day) if outside(day) => {
            let sentence = format!("{day} lies outside the term of the agreement");
            Err(Refusal::new(Code::InvalidValue, sentence).at("startsOn"))
        }
        Some(day) => Ok(day),
        None => {
            let day = FinancialYear::of(today).first_day();
            Ok(if outside(day) { under.starts_on } else { day })
        }
    }
}
