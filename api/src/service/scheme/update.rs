use domain::policy::matrix::FieldGroup;
use entities::{
    funding_split, funding_split_share, relation::RelationKind, scheme, value::FinancialYear,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, JoinType,
    QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::{check, organisation_exists, read, year_of_lists};
use crate::access::facts::whole;
use crate::{
    access::{Seen, derive},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Refusal, Stopped,
        audit::{self, Act, said},
        fund_lock, ground, relation, ring_fence, text,
    },
};

/// What is to change about a scheme; what is not named stays.
#[derive(Clone, Debug)]
pub struct SchemeChange {
    /// The scheme.
    pub scheme: Uuid,
    /// The version that was read.
    pub expected_version: i32,
    /// A new name.
    pub name: Option<String>,
    /// Another scheme type, from the current year's list.
    pub scheme_type_code: Option<String>,
    /// Another area of spend, or none.
    pub area_of_spend_code: Option<Option<String>>,
    /// Another funded provider, or none.
    pub provider: Option<Option<Uuid>>,
    /// Whether it goes on from year to year.
    pub is_recurrent: Option<bool>,
}

/// Changes a scheme; with `dry_run`, checks whether it could be.
///
/// # Errors
/// As [`update_in`].
pub async fn update(
    db: &Database,
    viewer: &Viewer,
    dry_run: bool,
    change: SchemeChange,
) -> Result<Seen<scheme::Model>, Stopped> {
    let change = &change;
    db.write(dry_run, |tx| async move { update_in(&tx, viewer, change.clone()).await }).await
}

/// Changes what a scheme is called and described by. Whose budget it is stays: that is moved.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`; `INVALID_VALUE`, `UNKNOWN_CODE`;
/// `RING_FENCE_BREACH` when a source that funds it may not fund its new type (rule M6).
pub async fn update_in(
    tx: &Writing,
    viewer: &Viewer,
    change: SchemeChange,
) -> Result<Seen<scheme::Model>, Stopped> {
    let found = read::seen(tx, viewer, change.scheme, "scheme").await?;
    let ground = ground::under(&**tx, viewer, found.row.fund_id, ("scheme", "scheme")).await?;
    viewer.actor().may_create_scheme(&ground.parties())?;
    fund_lock::hold(tx, found.row.fund_id).await?;
    // Read again: somebody may have changed it before the fund was held.
    let found = read::seen(tx, viewer, change.scheme, "scheme").await?;
    if found.row.version != change.expected_version {
        return Err(Refusal::stale(found.row.version).into());
    }
    let old_provider = found.row.provider_id;
    let mut row = found.row.clone().into_active_model();
    row.version = Set(found.row.version + 1);
    if let Some(name) = change.name {
        row.name = Set(text::required(&name, 300, "name")?);
    }
    let year = year_of_lists(tx, &ground);
    if let Some(code) = change.scheme_type_code {
        if code != found.row.scheme_type_code {
            check::scheme_type(tx, &code, year).await?;
            check_sources(tx, found.row.id, &code).await?;
        }
        row.scheme_type_code = Set(code);
    }
    if let Some(code) = change.area_of_spend_code {
        if let Some(code) = &code {
            check::area_of_spend(tx, code, year).await?;
        }
        row.area_of_spend_code = Set(code);
    }
    if let Some(provider) = change.provider {
        if let Some(provider) = provider {
            organisation_exists(tx, provider, "provider").await?;
        }
        row.provider_id = Set(provider);
    }
    if let Some(is_recurrent) = change.is_recurrent {
        row.is_recurrent = Set(is_recurrent);
    }
    let row = row.update(&**tx).await?;
    if row.provider_id != old_provider {
        let place = super::provided(&ground, &row);
        relation::end_current(tx, place, RelationKind::FundedProvider, viewer.today).await?;
        if let Some(provider) = row.provider_id {
            let holder = (RelationKind::FundedProvider, provider);
            relation::put(tx, place, holder, None, viewer.today).await?;
        }
        derive::agreement(&**tx, ground.agreement.id).await?;
    }
    let act = Act::new("updateScheme", "Scheme", row.id)
        .under(row.fund_id, FieldGroup::SchemeTerms)
        .before(said(&found.row))
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(found.with(row))
}

/// Whether every source that ever funded the scheme may fund the type `code`.
#[expect(clippy::disallowed_methods, reason = "rule M6 holds over all splits of a scheme")]
async fn check_sources(tx: &Writing, scheme: Uuid, code: &str) -> Result<(), Stopped> {
    let sources: Vec<(FinancialYear, String)> = funding_split::Entity::find()
        .join(
            JoinType::InnerJoin,
            funding_split::Entity::belongs_to(funding_split_share::Entity)
                .from(funding_split::Column::Id)
                .to(funding_split_share::Column::SplitId)
                .into(),
        )
        .filter(funding_split::Column::SchemeId.eq(scheme))
        .select_only()
        .column(funding_split::Column::FinancialYear)
        .column(funding_split_share::Column::SourceCode)
        .distinct()
        .into_tuple()
        .all(&whole(&**tx))
        .await?;
    for (year, source) in sources {
        ring_fence::check(tx, year, &source, code, "schemeType").await?;
    }
    Ok(())
}
