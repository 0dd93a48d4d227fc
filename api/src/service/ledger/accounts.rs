use std::collections::BTreeMap;

use domain::rules::ledger_posting::AccountKey;
use entities::ledger_account as account;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{database::Writing, service::Stopped};

/// The identities of these accounts of a fund; those that are new are opened.
///
/// # Errors
/// A fault of the database.
pub async fn opened(
    tx: &Writing,
    fund: Uuid,
    keys: &[&AccountKey],
) -> Result<BTreeMap<String, Uuid>, Stopped> {
    let mut known = find(tx, fund, keys).await?;
    let missing: Vec<account::ActiveModel> = keys
        .iter()
        .filter(|key| !known.contains_key(&key.designation()))
        .map(|key| row(tx, fund, key).into_active_model())
        .collect();
    if !missing.is_empty() {
        account::Entity::insert_many(missing)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&**tx)
            .await?;
        known = find(tx, fund, keys).await?;
    }
    Ok(known)
}

/// True when something was posted on this account of a fund.
///
/// # Errors
/// A fault of the database.
pub async fn is_open(tx: &Writing, fund: Uuid, key: &AccountKey) -> Result<bool, Stopped> {
    Ok(!find(tx, fund, &[key]).await?.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "the fund was found through the viewer's scope")]
async fn find(
    tx: &Writing,
    fund: Uuid,
    keys: &[&AccountKey],
) -> Result<BTreeMap<String, Uuid>, Stopped> {
    let rows: Vec<(String, Uuid)> = account::Entity::find()
        .filter(account::Column::FundId.eq(fund))
        .filter(account::Column::Designation.is_in(keys.iter().map(|key| key.designation())))
        .select_only()
        .column(account::Column::Designation)
        .column(account::Column::Id)
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().collect())
}

fn row(tx: &Writing, fund: Uuid, key: &AccountKey) -> account::Model {
    account::Model {
        id: tx.new_id(),
        fund_id: fund,
        kind: key.kind,
        scheme_id: key.scheme,
        partner_id: key.partner,
        funder_id: key.funder,
        source_code: key.source.clone(),
        contribution_year: key.year,
        designation: key.designation(),
    }
}
