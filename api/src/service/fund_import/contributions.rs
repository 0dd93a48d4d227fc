use entities::contribution::Column;
use sea_orm::{ColumnTrait, QueryFilter};

use super::{Taken, count, lookup::Lookup};
use crate::{
    access::ledger::sees_contributions,
    auth::Viewer,
    database::Writing,
    import::{ContributionRow, Line},
    service::{
        Code, Refusal, Stopped,
        contribution::{self, NewContribution},
        import_job::Report,
    },
};

/// Takes lines that say what partners plan to pay in. What is planned already is unchanged; another
/// amount is rejected, because a plan changes by a variation that somebody decided.
///
/// # Errors
/// A fault of the database.
pub async fn contributions(
    tx: &Writing,
    viewer: &Viewer,
    lines: &[Line<ContributionRow>],
) -> Result<Report, Stopped> {
    let mut report = Report::default();
    let mut lookup = Lookup::new(tx, viewer);
    for Line { number, row } in lines {
        let taken = tx.attempt(take(&mut lookup, row)).await;
        count(&mut report, *number, taken)?;
    }
    Ok(report)
}

async fn take(lookup: &mut Lookup<'_>, row: &ContributionRow) -> Result<Taken, Stopped> {
    let fund = lookup.fund(&row.fund).await?;
    let partner = lookup.organisation(&row.partner).await?;
    let (tx, viewer) = (lookup.tx, lookup.viewer);
    let known = sees_contributions(viewer)
        .filter(Column::FundId.eq(fund))
        .filter(Column::PartnerId.eq(partner))
        .filter(Column::SourceCode.eq(&row.source))
        .filter(Column::FinancialYear.eq(row.year))
        .one(&**tx)
        .await?;
    if let Some((known, _)) = known {
        let agreed = contribution::agreed(&**tx, &[(known.id, None)], None).await?;
        let planned = agreed.get(&known.id).copied().unwrap_or_default().planned;
        if planned == row.amount {
            return Ok(Taken::Unchanged);
        }
        let sentence = format!(
            "{planned} is planned for {} from {} already: vary it, naming who decided",
            row.year, row.source
        );
        return Err(Refusal::new(Code::AlreadyExists, sentence).into());
    }
    let new = NewContribution {
        fund,
        partner,
        source_code: row.source.clone(),
        year: row.year,
        amount: row.amount,
        instalments: Vec::new(),
        effective_on: None,
        decision: None,
        idempotency_key: format!("import {fund} {partner} {} {}", row.year, row.source),
    };
    contribution::plan_in(tx, viewer, &new).await?;
    Ok(Taken::Created)
}
