use domain::policy::matrix::FieldGroup;
use entities::pooled_fund as fund;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::{
    access::{self, Seen, derive},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Refusal, Stopped,
        audit::{self, Act, said},
        budget, fund_lock, ground, text,
    },
};

/// What is to be changed of a fund. What is none stays as it is.
#[derive(Clone, Debug, Default)]
pub struct FundChange {
    /// The fund.
    pub id: Uuid,
    /// Its version as the caller read it.
    pub expected_version: i32,
    /// Its name.
    pub name: Option<String>,
    /// The decision that lets budgets exceed income (rule M3); `Some(None)` takes it away.
    pub over_programming_approval: Option<Option<String>>,
}

/// Changes the record of a fund.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `INVALID_VALUE`, or `OVER_PROGRAMMED` when an
/// approval is taken away that is still needed.
pub async fn update(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    change: FundChange,
) -> Result<Seen<fund::Model>, Stopped> {
    let change = &change;
    database
        .write(dry_run, |tx| async move {
            let row = update_in(&tx, viewer, change).await?;
            let seen = access::fund::visible(&*tx, viewer, row.id).await?;
            Ok(seen.ok_or_else(|| Refusal::not_found("pooled fund", "id"))?)
        })
        .await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`update`].
pub async fn update_in(
    tx: &Writing,
    viewer: &Viewer,
    change: &FundChange,
) -> Result<fund::Model, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, change.id, "id").await?;
    viewer.actor().may_create_fund(&ground.parties())?;
    let mut row = ground.fund.row;
    let before = said(&row);
    if let Some(name) = &change.name {
        row.name = text::required(name, 300, "name")?;
    }
    if let Some(approval) = &change.over_programming_approval {
        // Held, so that no budget is added on the strength of an approval that is being withdrawn.
        fund_lock::hold(tx, row.id).await?;
        row.over_programming_approval =
            text::optional(approval.as_deref(), 300, "overProgrammingApproval")?;
    }
    let row = save(tx, row, change.expected_version).await?;
    if change.name.is_some() {
        derive::agreement(&**tx, row.agreement_id).await?;
    }
    if change.over_programming_approval.is_some() {
        for year in budget::years_with_budgets(&**tx, row.id).await? {
            budget::check_programme(&**tx, &row, year, "overProgrammingApproval").await?;
        }
    }
    let act = Act::new("updatePooledFund", "PooledFund", row.id)
        .under(row.id, FieldGroup::FundTerms)
        .before(before)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

#[expect(clippy::disallowed_methods, reason = "the caller found the fund through its view")]
async fn save(
    tx: &Writing,
    mut row: fund::Model,
    expected_version: i32,
) -> Result<fund::Model, Stopped> {
    if row.version != expected_version {
        return Err(Refusal::stale(row.version).into());
    }
    row.version += 1;
    let written = fund::Entity::update_many()
        .set(row.clone().into_active_model().reset_all())
        .filter(fund::Column::Id.eq(row.id))
        .filter(fund::Column::Version.eq(expected_version))
        .exec(&**tx)
        .await?;
    if written.rows_affected == 0 {
        let current = fund::Entity::find_by_id(row.id).one(&**tx).await?;
        return Err(Refusal::stale(current.map_or(row.version, |row| row.version)).into());
    }
    Ok(row)
}
