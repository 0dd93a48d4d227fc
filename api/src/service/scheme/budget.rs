use domain::{
    policy::matrix::FieldGroup,
    rules::profile::{self, NotAProfile},
};
use entities::{
    budget_change::{self, BudgetChangeKind},
    scheme,
    value::{FinancialYear, Pence},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::{NewShare, Recording, check::year_in_term, read};
use crate::access::facts::whole;
use crate::{
    access::Seen,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        budget::{self, BudgetChange},
        fund_lock, funding_split, ground,
    },
};

/// A scheme's original budget for a year, and who funds it.
#[derive(Clone, Debug)]
pub struct NewBudget {
    /// The year.
    pub year: FinancialYear,
    /// The amount for the whole year; not below nothing.
    pub amount: Pence,
    /// The twelve months, April first; equal by rule M2 when none are given.
    pub months: Option<Vec<Pence>>,
    /// Who funds it from which source.
    pub funding: Vec<NewShare>,
}

/// The original budget of a further year.
#[derive(Clone, Debug)]
pub struct NewSchemeBudget {
    /// The scheme.
    pub scheme: Uuid,
    /// Its budget.
    pub budget: NewBudget,
}

/// Sets a scheme's original budget for a year; with `dry_run`, checks whether it could be.
///
/// # Errors
/// As [`set_budget_in`].
pub async fn set_budget(
    db: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewSchemeBudget,
) -> Result<Seen<scheme::Model>, Stopped> {
    let new = &new;
    db.write(dry_run, |tx| async move { set_budget_in(&tx, viewer, new.clone()).await }).await
}

/// Sets a scheme's original budget for a year, with its funding split. Later changes are
/// movements.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`; `WRONG_YEAR` outside the agreement's term; `ALREADY_EXISTS` when
/// the year has a budget; `DOES_NOT_ADD_UP` (rule M4), `OVER_PROGRAMMED` (rule M3); of the split,
/// as [`funding_split::set_in`].
pub async fn set_budget_in(
    tx: &Writing,
    viewer: &Viewer,
    new: NewSchemeBudget,
) -> Result<Seen<scheme::Model>, Stopped> {
    let found = read::seen(tx, viewer, new.scheme, "scheme").await?;
    let ground = ground::under(&**tx, viewer, found.row.fund_id, ("scheme", "scheme")).await?;
    viewer.actor().may_create_scheme(&ground.parties())?;
    let held = fund_lock::hold(tx, found.row.fund_id).await?;
    // Read again: its type, which sources are checked against, may have changed before.
    let found = read::seen(tx, viewer, new.scheme, "scheme").await?;
    let at = Recording { viewer, ground: &ground, held: &held, scheme: &found.row };
    original(tx, &at, new.budget, "").await?;
    Ok(found)
}

/// Records an original budget. `prefix` is where the budget stands in the input.
pub(super) async fn original(
    tx: &Writing,
    at: &Recording<'_>,
    new: NewBudget,
    prefix: &str,
) -> Result<(), Stopped> {
    let path =
        |field: &str| if prefix.is_empty() { field.into() } else { format!("{prefix}.{field}") };
    year_in_term(&at.ground.agreement, new.year, &path("financialYear"))?;
    if new.amount.is_negative() {
        let refusal = Refusal::new(Code::InvalidValue, "a budget is not below nothing");
        return Err(refusal.at(&path("amount")).into());
    }
    if has_original(tx, at.scheme.id, new.year).await? {
        let sentence = format!(
            "the scheme has its original budget for {}: change it by a movement of budget",
            new.year
        );
        return Err(Refusal::new(Code::AlreadyExists, sentence).at(&path("financialYear")).into());
    }
    let months = profile::monthly(new.amount, new.months.as_deref())
        .map_err(|why| not_a_profile(why, &path("months")))?;
    let change = BudgetChange {
        scheme: at.scheme.id,
        year: new.year,
        kind: BudgetChangeKind::Original,
        months,
        effective_on: new.year.first_day(),
        known_at: at.held.known_at,
        movement: None,
    };
    let months: Vec<_> = change.months.iter().map(ToString::to_string).collect();
    let row = budget::add_change(tx, change).await?;
    budget::check_programme(&**tx, &at.ground.fund.row, new.year, &path("amount")).await?;
    let act = Act::new("setSchemeBudget", "Scheme", at.scheme.id)
        .under(at.scheme.fund_id, FieldGroup::SchemeBudget)
        .from_day(row.effective_on)
        .after(said(&row).and("months", months));
    audit::record(tx, at.viewer, act).await?;
    let split = funding_split::Dated {
        year: new.year,
        effective_on: new.year.first_day(),
        shares: new.funding,
    };
    funding_split::record(tx, at, split, &path("funding")).await.map(drop)
}

fn not_a_profile(why: NotAProfile, path: &str) -> Stopped {
    let code = match why {
        NotAProfile::DoesNotAddUp { .. } => Code::DoesNotAddUp,
        NotAProfile::NotTwelve { .. } | NotAProfile::TooLarge => Code::InvalidValue,
    };
    Refusal::new(code, why).at(path).into()
}

#[expect(clippy::disallowed_methods, reason = "the caller found the scheme through its view")]
async fn has_original(tx: &Writing, scheme: Uuid, year: FinancialYear) -> Result<bool, Stopped> {
    let rows = budget_change::Entity::find()
        .filter(budget_change::Column::SchemeId.eq(scheme))
        .filter(budget_change::Column::FinancialYear.eq(year))
        .filter(budget_change::Column::Kind.eq(BudgetChangeKind::Original));
    Ok(rows.count(&whole(&**tx)).await? > 0)
}
