use domain::policy::matrix::FieldGroup;
use entities::{accounting_treatment, value::FinancialYear};
use uuid::Uuid;

use crate::{
    access::accounting_treatment as treatments,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Stopped,
        audit::{self, Act, said},
        contribution::within_term,
        fund_lock,
        ground::{self, denied_at},
        text,
    },
};

/// How a partner accounts for its share of a fund in a year.
#[derive(Clone, Debug)]
pub struct NewTreatment {
    /// The fund.
    pub fund: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// The partner.
    pub partner: Uuid,
    /// How it accounts for its share, in its own words.
    pub treatment: String,
}

/// States how a partner accounts for its share of a fund in a year; what was stated before stays on
/// record.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_YEAR`, or `INVALID_VALUE`.
pub async fn state(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewTreatment,
) -> Result<accounting_treatment::Model, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { state_in(&tx, viewer, new).await }).await
}

async fn state_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewTreatment,
) -> Result<accounting_treatment::Model, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer
        .actor()
        .may_state_treatment(&ground.parties(), new.partner)
        .map_err(|denied| denied_at(denied, "partner"))?;
    within_term(&ground.agreement, new.year)?;
    let treatment = text::required(&new.treatment, 2_000, "treatment")?;
    fund_lock::hold_silently(tx, new.fund).await?;
    let before = treatments::of_funds(&**tx, &[new.fund], new.year).await?;
    let last = before.into_iter().rfind(|it| it.partner_id == new.partner);
    let row = accounting_treatment::Model {
        fund_id: new.fund,
        financial_year: new.year,
        partner_id: new.partner,
        number: last.as_ref().map_or(1, |it| it.number + 1),
        treatment,
        stated_as_id: viewer.organisation,
        stated_on: tx.today(),
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let mut act = Act::new("stateAccountingTreatment", "PooledFund", new.fund)
        .under(new.fund, FieldGroup::ContributionsOfOthers)
        .after(said(&row));
    if let Some(last) = &last {
        act = act.before(said(last));
    }
    audit::record(tx, viewer, act).await?;
    Ok(row)
}
