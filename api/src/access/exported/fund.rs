use entities::{access, pooled_fund as fund};
use sea_orm::{
    DbErr, FromQueryResult, QueryOrder, QueryResult, QuerySelect, SelectTwoModel, Selector,
};
use uuid::Uuid;

use crate::{
    access::fund::{effective_term, sees_funds},
    auth::Viewer,
};

const AGREEMENT: &str = "agreement";

/// A fund, and its agreement as far as the viewer sees that.
pub struct FundRow {
    /// The fund.
    pub fund: fund::Model,
    /// Its agreement; none when the viewer does not see it.
    pub agreement: Option<Uuid>,
}

/// The funds that the viewer sees.
#[must_use]
pub fn funds(viewer: &Viewer) -> Selector<SelectTwoModel<FundRow, access::Model>> {
    sees_funds(viewer)
        .expr_as(effective_term(viewer, fund::Column::AgreementId), AGREEMENT)
        .order_by_asc(fund::Column::Id)
        .into_model()
}

impl FromQueryResult for FundRow {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let fund = fund::Model::from_query_result(row, prefix)?;
        Ok(Self { fund, agreement: row.try_get("", AGREEMENT)? })
    }
}
