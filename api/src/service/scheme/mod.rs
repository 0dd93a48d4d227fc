//! Schemes: the budget lines of a fund.

mod budget;
mod check;
mod read;
mod update;

use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{relation::RelationKind, scheme, value::FinancialYear};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, said},
    fund_lock::{self, HeldFund},
    funding_split::NewShare,
    ground::{self, Ground},
    relation::{self, Place},
    text,
};
use crate::{
    access::{Seen, derive},
    auth::Viewer,
    database::{Database, Writing},
};

pub use budget::{NewBudget, NewSchemeBudget, set_budget, set_budget_in};
pub(super) use check::{organisation_exists, year_in_term};
pub(super) use read::seen;
pub use read::{
    Criterion, Listing, OpenDays, Order, budgets, by_ids, by_reference, codes, counts, cutoff,
    open_days, pages, parties, received, splits,
};
pub use update::{SchemeChange, update, update_in};

/// What a scheme is to be.
#[derive(Clone, Debug)]
pub struct NewScheme {
    /// The fund.
    pub fund: Uuid,
    /// What the partners call it; unique in the fund.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// The scheme type, from the year's list.
    pub scheme_type_code: String,
    /// The area of spend, from the year's list.
    pub area_of_spend_code: Option<String>,
    /// The partner that commissions it.
    pub commissioner: Uuid,
    /// The funded provider, if there is one.
    pub provider: Option<Uuid>,
    /// True when it goes on from year to year.
    pub is_recurrent: bool,
    /// True of capital, false of revenue.
    pub is_capital: bool,
    /// First day; that of the year of its budget when none is given.
    pub starts_on: Option<NaiveDate>,
    /// Its original budget, where it is known.
    pub budget: Option<NewBudget>,
}

/// Sets up a scheme; with `dry_run`, checks whether it could be.
///
/// # Errors
/// As [`create_in`].
pub async fn create(
    db: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewScheme,
) -> Result<Seen<scheme::Model>, Stopped> {
    let new = &new;
    db.write(dry_run, |tx| async move { create_in(&tx, viewer, new.clone()).await }).await
}

/// Sets up a scheme with its provider's view, its original budget and its funding split.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`; `INVALID_VALUE`, `UNKNOWN_CODE`, `ALREADY_EXISTS` about the scheme;
/// of the budget, as [`set_budget_in`].
pub async fn create_in(
    tx: &Writing,
    viewer: &Viewer,
    mut new: NewScheme,
) -> Result<Seen<scheme::Model>, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_create_scheme(&ground.parties())?;
    new.reference = text::required(&new.reference, 60, "reference")?;
    new.name = text::required(&new.name, 300, "name")?;
    // Held before the first fact is read, so that the facts stay as they are until it is written.
    let held = fund_lock::hold(tx, new.fund).await?;
    check_new(tx, &ground, &new).await?;
    let starts_on = starts_on(tx, &ground, &new)?;
    let row = scheme::Model {
        id: tx.new_id(),
        fund_id: new.fund,
        reference: new.reference,
        name: new.name,
        scheme_type_code: new.scheme_type_code,
        area_of_spend_code: new.area_of_spend_code,
        commissioner_id: new.commissioner,
        provider_id: new.provider,
        is_recurrent: new.is_recurrent,
        is_capital: new.is_capital,
        starts_on,
        version: 1,
    };
    let row = tx.insert(row).await?;
    if let Some(provider) = row.provider_id {
        let place = provided(&ground, &row);
        let holder = (RelationKind::FundedProvider, provider);
        relation::put(tx, place, holder, None, row.starts_on).await?;
        derive::agreement(&**tx, ground.agreement.id).await?;
    }
    let act = Act::new("createScheme", "Scheme", row.id)
        .under(row.fund_id, FieldGroup::SchemeTerms)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    let at = Recording { viewer, ground: &ground, held: &held, scheme: &row };
    if let Some(budget) = new.budget {
        budget::original(tx, &at, budget, "budget").await?;
    }
    Ok(ground.fund.with(row))
}

/// What its provider stands in a relation to.
pub(super) fn provided(ground: &Ground, scheme: &scheme::Model) -> Place {
    Place { agreement: ground.agreement.id, fund: Some(scheme.fund_id), scheme: Some(scheme.id) }
}

/// The first day that is given, or that of the year of its first budget, or of the current one; not
/// before its fund begins, so that whoever sees a scheme sees its fund.
fn starts_on(tx: &Writing, ground: &Ground, new: &NewScheme) -> Result<NaiveDate, Refusal> {
    let year = new.budget.as_ref().map_or_else(|| year_of_lists(tx, ground), |budget| budget.year);
    let begins = ground.fund.row.starts_on;
    let day = new.starts_on.unwrap_or_else(|| year.first_day().max(begins));
    if day < begins {
        let sentence = format!("{day} lies before the fund begins, on {begins}");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("startsOn"));
    }
    let ended = ground.agreement.ends_on.is_some_and(|end| end < day);
    if ended && new.starts_on.is_some() {
        let sentence = format!("{day} lies after the end of the agreement");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("startsOn"));
    }
    Ok(day)
}

/// What facts about a scheme are recorded with: its fund held, and the scheme.
pub(super) struct Recording<'a> {
    pub viewer: &'a Viewer,
    pub ground: &'a Ground,
    pub held: &'a HeldFund,
    pub scheme: &'a scheme::Model,
}

async fn check_new(tx: &Writing, ground: &Ground, new: &NewScheme) -> Result<(), Stopped> {
    check::reference_is_free(tx, new.fund, &new.reference).await?;
    let year = match &new.budget {
        Some(budget) => budget.year,
        None => year_of_lists(tx, ground),
    };
    check::scheme_type(tx, &new.scheme_type_code, year).await?;
    if let Some(code) = &new.area_of_spend_code {
        check::area_of_spend(tx, code, year).await?;
    }
    check::commissioner(ground, new.commissioner)?;
    if let Some(provider) = new.provider {
        organisation_exists(tx, provider, "provider").await?;
    }
    Ok(())
}

/// The year whose lists a scheme is described by while it has no budget: the current one, or the
/// nearest one of the agreement.
fn year_of_lists(tx: &Writing, ground: &Ground) -> FinancialYear {
    let first = ground.agreement.starts_on;
    let today = tx.today().max(first);
    FinancialYear::of(ground.agreement.ends_on.map_or(today, |last| today.min(last.max(first))))
}
