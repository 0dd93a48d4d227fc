//! Which schemes a viewer sees: those of funds to which it stands in a relation that reads at least
//! the summary of schemes, and those that pay it.

use domain::policy::matrix::FieldGroup;
use entities::{access, scheme};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, QueryFilter, SelectTwo,
    sea_query::{CaseStatement, Expr, SimpleExpr},
};
use uuid::Uuid;

use super::{Found, Seen, Through, readers, summarisers, window::owners};
use crate::auth::Viewer;

const FUND: (scheme::Entity, scheme::Column) = (scheme::Entity, scheme::Column::FundId);
const START: (scheme::Entity, scheme::Column) = (scheme::Entity, scheme::Column::StartsOn);

/// The schemes that the viewer sees.
#[must_use]
pub fn sees_schemes(viewer: &Viewer) -> SelectTwo<scheme::Entity, access::Entity> {
    let all = Through::any_of(viewer, FUND, &summarisers(FieldGroup::SchemeName)).from(START);
    super::stands::<scheme::Entity>(scheme::Column::FundId, viewer)
        .filter(Condition::any().add(all.cuts()).add(own(viewer).cuts()))
}

/// That the viewer is paid to provide the scheme, or was once it had begun.
fn own(viewer: &Viewer) -> Through {
    Through::any_of(viewer, FUND, &owners(FieldGroup::SchemeName))
        .of_scheme((scheme::Entity, scheme::Column::Id))
        .from(START)
}

/// A column of the scheme's terms as the viewer sees it: null where it is withheld. Filters and
/// orders ask this and never the column itself (rule V1).
#[must_use]
pub fn effective_term(viewer: &Viewer, column: scheme::Column) -> SimpleExpr {
    use scheme::Column::{AreaOfSpendCode, IsCapital, IsRecurrent, SchemeTypeCode};
    let kinds = match &column {
        SchemeTypeCode | AreaOfSpendCode | IsRecurrent | IsCapital => {
            summarisers(FieldGroup::SchemeTerms)
        }
        _ => readers(FieldGroup::SchemeTerms),
    };
    let mut reads = Condition::any().add(Through::any_of(viewer, FUND, &kinds).from(START).holds());
    if matches!(column, scheme::Column::ProviderId) {
        // Whoever sees a scheme for being its provider knows its provider.
        reads = reads.add(own(viewer).holds());
    }
    CaseStatement::new().case(reads, Expr::col((scheme::Entity, column))).into()
}

/// The scheme with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<scheme::Model>>, DbErr> {
    let found = sees_schemes(viewer).filter(scheme::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| seen(viewer, row)))
}

/// A scheme as the viewer stands to it.
#[must_use]
pub fn seen(viewer: &Viewer, found: Found<scheme::Model>) -> Seen<scheme::Model> {
    let (id, starts_on) = (found.0.id, found.0.starts_on);
    let seen = Seen::from_row(viewer, found);
    let standing = seen.standing.of_scheme(id).during(starts_on, domain::policy::derive::FOREVER);
    Seen { standing, ..seen }
}
