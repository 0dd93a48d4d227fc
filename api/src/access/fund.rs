//! Which pooled funds a viewer sees: those to which it stands in a relation that reads at least
//! the summary of their terms, and those that pay it.

use domain::policy::matrix::FieldGroup;
use entities::{access, pooled_fund as fund, value::FinancialYear};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, QueryFilter, SelectTwo,
    sea_query::{CaseStatement, Expr, ExprTrait, IntoColumnRef, Query, SimpleExpr},
};
use uuid::Uuid;

use super::{
    Seen, Through,
    proofs::{self, Switch},
    summarisers,
    window::owners,
};
use crate::auth::Viewer;

/// The funds that the viewer sees.
#[must_use]
pub fn sees_funds(viewer: &Viewer) -> SelectTwo<fund::Entity, access::Entity> {
    super::stands::<fund::Entity>(fund::Column::Id, viewer).filter(sees_row(viewer))
}

/// The fund that a column names, as far as the viewer sees it.
pub(super) fn effective_fund(viewer: &Viewer, fund: impl IntoColumnRef + Copy) -> SimpleExpr {
    let id = Expr::col((fund::Entity, fund::Column::Id));
    let seen = Query::select()
        .expr(Expr::val(1))
        .from(fund::Entity)
        .and_where(id.eq(Expr::col(fund)))
        .cond_where(sees_row(viewer))
        .take();
    CaseStatement::new().case(Expr::exists(seen), Expr::col(fund)).into()
}

/// That the viewer sees the fund that is asked about.
fn sees_row(viewer: &Viewer) -> Condition {
    let through = |kinds: &[_]| {
        Through::any_of(viewer, (fund::Entity, fund::Column::Id), kinds)
            .from((fund::Entity, fund::Column::StartsOn))
            .cuts()
    };
    Condition::any()
        .add(through(&summarisers(FieldGroup::FundTerms)))
        .add(through(&owners(FieldGroup::SchemeName)))
}

/// The funds whose position in a year the viewer sees, at least as a summary.
#[must_use]
pub fn sees_positions(
    viewer: &Viewer,
    year: FinancialYear,
) -> SelectTwo<fund::Entity, access::Entity> {
    let kinds = summarisers(FieldGroup::Position);
    let through = Through::any_of(viewer, (fund::Entity, fund::Column::Id), &kinds);
    sees_funds(viewer).filter(through.in_this_year(year).holds())
}

/// A column of the fund's terms as the viewer sees it: null where it is withheld. Filters and
/// orders ask this and never the column itself (rule V1).
#[must_use]
pub fn effective_term(viewer: &Viewer, column: fund::Column) -> SimpleExpr {
    if proofs::is_on(viewer.organisation, Switch::Order) {
        return Expr::col((fund::Entity, column));
    }
    let reads = match &column {
        // Whoever does not see the agreement does not learn by its identity which funds it has.
        fund::Column::AgreementId => {
            let kinds = summarisers(FieldGroup::AgreementTerms);
            Through::any_of(viewer, (fund::Entity, fund::Column::AgreementId), &kinds)
        }
        _ => {
            let kinds = summarisers(FieldGroup::FundTerms);
            Through::any_of(viewer, (fund::Entity, fund::Column::Id), &kinds)
        }
    };
    let reads = reads.holds();
    CaseStatement::new().case(reads, Expr::col((fund::Entity, column))).into()
}

/// The fund with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<fund::Model>>, DbErr> {
    let found = sees_funds(viewer).filter(fund::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| Seen::from_row(viewer, row)))
}

/// The fund that goes by this reference: the viewer's own organisation's, else the only one that
/// the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_reference(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    reference: &str,
) -> Result<Option<Seen<fund::Model>>, DbErr> {
    let found =
        sees_funds(viewer).filter(fund::Column::Reference.eq(reference)).all(connection).await?;
    Ok(super::only(viewer, found, |row: &fund::Model| Some(row.owner_id) == viewer.own()))
}
