use domain::rules::profile;
use entities::{
    budget_change::{self, BudgetChangeKind},
    budget_period, funding_split, funding_split_share, scheme,
    value::{FinancialYear, Pence},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Taken, count, lookup::Lookup};
use crate::access::facts::whole;
use crate::{
    auth::Viewer,
    database::Writing,
    import::{Line, SchemeRow},
    service::{
        Code, Refusal, Stopped,
        funding_split::NewShare,
        ground,
        import_job::Report,
        scheme::{self as service, NewBudget, NewScheme, NewSchemeBudget, SchemeChange},
    },
};

/// Takes lines that say what funds buy. A scheme that is known is changed where the line describes
/// it otherwise; a budget that was set is never set again.
///
/// # Errors
/// A fault of the database.
pub async fn schemes(
    tx: &Writing,
    viewer: &Viewer,
    lines: &[Line<SchemeRow>],
) -> Result<Report, Stopped> {
    let mut report = Report::default();
    let mut lookup = Lookup::new(tx, viewer);
    for Line { number, row } in lines {
        let taken = tx.attempt(take(&mut lookup, row)).await;
        count(&mut report, *number, taken)?;
    }
    Ok(report)
}

async fn take(lookup: &mut Lookup<'_>, row: &SchemeRow) -> Result<Taken, Stopped> {
    let fund = lookup.fund(&row.fund).await?;
    // Decided before anything is told about a scheme that is known.
    let ground = ground::of_fund(&**lookup.tx, lookup.viewer, fund, "fund").await?;
    lookup.viewer.actor().may_create_scheme(&ground.parties())?;
    let new = described(lookup, fund, row).await?;
    let (tx, viewer) = (lookup.tx, lookup.viewer);
    let known = service::by_reference(&**tx, viewer, fund, &row.reference).await?;
    let Some(known) = known.map(|seen| seen.row) else {
        service::create_in(tx, viewer, new).await?;
        return Ok(Taken::Created);
    };
    let is_described = describe(tx, viewer, &known, &new).await?;
    let Some(budget) = new.budget else { return Ok(is_described) };
    match original(tx, known.id, row.year).await? {
        None => {
            let new = NewSchemeBudget { scheme: known.id, budget };
            service::set_budget_in(tx, viewer, new).await?;
            Ok(Taken::Changed)
        }
        Some(months) => {
            is_as_set(&months, &budget)?;
            is_funded_as_set(tx, known.id, &budget).await?;
            Ok(is_described)
        }
    }
}

async fn described(
    lookup: &mut Lookup<'_>,
    fund: Uuid,
    row: &SchemeRow,
) -> Result<NewScheme, Stopped> {
    let mut funding = Vec::new();
    for share in &row.funding {
        let partner = lookup.organisation(&share.partner).await?;
        funding.push(NewShare { partner, source: share.source.clone(), weight: share.weight });
    }
    let provider = match &row.provider {
        Some(provider) => Some(lookup.organisation(provider).await?),
        None => None,
    };
    Ok(NewScheme {
        fund,
        reference: row.reference.clone(),
        name: row.name.clone(),
        scheme_type_code: row.scheme_type.clone(),
        area_of_spend_code: row.area_of_spend.clone(),
        commissioner: lookup.organisation(&row.commissioner).await?,
        provider,
        is_recurrent: row.is_recurrent,
        is_capital: row.is_capital,
        starts_on: None,
        budget: Some(NewBudget {
            year: row.year,
            amount: row.budget,
            months: row.months.clone(),
            funding,
        }),
    })
}

/// Describes a known scheme as the line does, where it is described otherwise.
async fn describe(
    tx: &Writing,
    viewer: &Viewer,
    known: &scheme::Model,
    new: &NewScheme,
) -> Result<Taken, Stopped> {
    if (known.commissioner_id, known.is_capital) != (new.commissioner, new.is_capital) {
        let sentence = "the scheme is known with another commissioner, or as revenue where this \
                        says capital: set up another scheme";
        return Err(Refusal::new(Code::AlreadyExists, sentence).into());
    }
    let is_the_same = known.name == new.name
        && known.scheme_type_code == new.scheme_type_code
        && known.area_of_spend_code == new.area_of_spend_code
        && known.provider_id == new.provider
        && known.is_recurrent == new.is_recurrent;
    if is_the_same {
        return Ok(Taken::Unchanged);
    }
    let change = SchemeChange {
        scheme: known.id,
        expected_version: known.version,
        name: Some(new.name.clone()),
        scheme_type_code: Some(new.scheme_type_code.clone()),
        area_of_spend_code: Some(new.area_of_spend_code.clone()),
        provider: Some(new.provider),
        is_recurrent: Some(new.is_recurrent),
    };
    service::update_in(tx, viewer, change).await?;
    Ok(Taken::Changed)
}

fn is_as_set(months: &[Pence], budget: &NewBudget) -> Result<(), Refusal> {
    let given = profile::monthly(budget.amount, budget.months.as_deref())
        .map_err(|why| Refusal::new(Code::DoesNotAddUp, why))?;
    if given == months {
        return Ok(());
    }
    let set: Pence = months.iter().copied().sum();
    let sentence = format!(
        "the original budget for {} was set to {set}, or by other months: change it by a movement \
         of budget",
        budget.year
    );
    Err(Refusal::new(Code::AlreadyExists, sentence))
}

/// The months of a scheme's original budget for a year, if it was set.
#[expect(clippy::disallowed_methods, reason = "the caller found the scheme through its view")]
async fn original(
    tx: &Writing,
    scheme: Uuid,
    year: FinancialYear,
) -> Result<Option<Vec<Pence>>, Stopped> {
    let change = budget_change::Entity::find()
        .filter(budget_change::Column::SchemeId.eq(scheme))
        .filter(budget_change::Column::FinancialYear.eq(year))
        .filter(budget_change::Column::Kind.eq(BudgetChangeKind::Original))
        .one(&whole(&**tx))
        .await?;
    let Some(change) = change else { return Ok(None) };
    let months = budget_period::Entity::find()
        .filter(budget_period::Column::ChangeId.eq(change.id))
        .order_by_asc(budget_period::Column::Period)
        .all(&whole(&**tx))
        .await?;
    Ok(Some(months.into_iter().map(|month| month.amount_pence).collect()))
}

/// Whether a scheme's first funding split of the year is the line's.
#[expect(clippy::disallowed_methods, reason = "the caller found the scheme through its view")]
async fn is_funded_as_set(tx: &Writing, scheme: Uuid, budget: &NewBudget) -> Result<(), Stopped> {
    let first = funding_split::Entity::find()
        .filter(funding_split::Column::SchemeId.eq(scheme))
        .filter(funding_split::Column::FinancialYear.eq(budget.year))
        .order_by_asc(funding_split::Column::KnownAt)
        .one(&whole(&**tx))
        .await?;
    let shares = match first {
        Some(first) => {
            funding_split_share::Entity::find()
                .filter(funding_split_share::Column::SplitId.eq(first.id))
                .all(&whole(&**tx))
                .await?
        }
        None => Vec::new(),
    };
    let known = shares.into_iter().map(|share| (share.partner_id, share.source_code, share.weight));
    let mut known: Vec<_> = known.collect();
    let given = budget.funding.iter();
    let mut given: Vec<_> =
        given.map(|share| (share.partner, share.source.clone(), share.weight)).collect();
    known.sort();
    given.sort();
    if known == given {
        return Ok(());
    }
    let sentence = format!(
        "the scheme is funded otherwise in {}: set its funding split from a day on",
        budget.year
    );
    Err(Refusal::new(Code::AlreadyExists, sentence).into())
}
