//! Codes that the world decides on, each valid for a run of financial years.

use entities::{
    code_list_entry::{self as entry, Column},
    ring_fence,
    value::FinancialYear,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Select,
    sea_query::ExprTrait,
};

use super::{Code, Refusal, Stopped};

/// The lists that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// Where money comes from.
    FundingSource,
    /// What a scheme does.
    SchemeType,
    /// Which part of health and care a scheme spends on.
    AreaOfSpend,
}

impl List {
    /// The name under which its codes are kept.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FundingSource => "FUNDING_SOURCE",
            Self::SchemeType => "SCHEME_TYPE",
            Self::AreaOfSpend => "AREA_OF_SPEND",
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads code lists")]
fn valid_in(list: List, year: FinancialYear) -> Select<entry::Entity> {
    entry::Entity::find()
        .filter(Column::List.eq(list.name()))
        .filter(Column::ValidFrom.lte(year))
        .filter(Column::ValidTo.is_null().or(Column::ValidTo.gte(year)))
}

/// The codes of a list that may be used in a year, by code.
///
/// # Errors
/// A fault of the database.
pub async fn entries(
    connection: &impl ConnectionTrait,
    list: List,
    year: FinancialYear,
) -> Result<Vec<entry::Model>, DbErr> {
    valid_in(list, year).order_by_asc(Column::Code).all(connection).await
}

/// The entry of a code in a year.
///
/// # Errors
/// `UNKNOWN_CODE` at `path` when the list has no such code in that year.
pub async fn check(
    connection: &impl ConnectionTrait,
    list: List,
    code: &str,
    year: FinancialYear,
    path: &str,
) -> Result<entry::Model, Stopped> {
    let found = valid_in(list, year).filter(Column::Code.eq(code)).one(connection).await?;
    found.ok_or_else(|| {
        let code: String = code.chars().take(60).collect();
        let sentence = format!("{code:?} is no {} of {year}", list.name());
        Refusal::new(Code::UnknownCode, sentence).at(path).into()
    })
}

/// The scheme types that a funding source may fund: none named means any (rule M6).
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads code lists")]
pub async fn eligible_scheme_types(
    connection: &impl ConnectionTrait,
    sources: &[&str],
) -> Result<Vec<ring_fence::Model>, DbErr> {
    ring_fence::Entity::find()
        .filter(ring_fence::Column::SourceCode.is_in(sources.iter().copied()))
        .order_by_asc(ring_fence::Column::SchemeTypeCode)
        .all(connection)
        .await
}
