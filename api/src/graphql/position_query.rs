//! Positions of several funds at once.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Object, Result, dataloader::Loader};
use uuid::Uuid;

use super::{
    costs::{COMPUTED, cost},
    loaders::{LoadFailed, Loading, Scoped},
    paging::{Page, PageArguments},
    position::{PooledFundPosition, PositionBasis, terms},
    position_of_agreement::AgreementPosition,
    request::{Asked, fault, stopped},
    scalars::{Date, DateTime, FinancialYear},
};
use crate::{
    connection,
    service::position::{self, Terms},
};

connection!(
    PooledFundPositionConnection,
    PooledFundPositionEdge,
    PooledFundPosition,
    "positions of pooled funds"
);

/// Positions of several funds.
#[derive(Default)]
pub struct PositionQuery;

#[Object]
impl PositionQuery {
    /// The positions of all funds whose position you read, by the funds' references, each as of its
    /// own day where your days end sooner; those of which no day of the year is open to you are left
    /// out. A fixed number of statements answers a page, however many funds it has.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    #[graphql(directive = cost::apply(COMPUTED))]
    async fn positions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
        #[graphql(desc = "The last day of effect that counts; today when left out.")] as_of: Option<
            Date,
        >,
        #[graphql(desc = "The last instant of recording that counts; now when left out.")]
        known_at: Option<DateTime>,
        #[graphql(desc = "What \"by partner\" means; FUNDED_BY when left out.")] basis: Option<
            PositionBasis,
        >,
        #[graphql(
            desc = "True to count corrections in the period that they correct, rather than \
                          to show each period as it was closed."
        )]
        restated: Option<bool>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<PooledFundPositionConnection> {
        let viewer = ctx.viewer()?;
        let terms = terms(ctx, &financial_year, as_of.as_ref(), known_at, basis)?;
        let terms = terms.restated(restated.unwrap_or_default());
        let request = ctx.request()?;
        let list = request.cursors.list(viewer.holder(), "positions", "", &format!("{terms:?}"));
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = position::page(connection, viewer, &page, terms).await.map_err(stopped)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(position::count(connection, viewer, terms.cutoff.year).await.map_err(fault)?)
        } else {
            None
        };
        let place = |found: &position::FundPosition| {
            vec![found.fund.reference.as_str().into(), found.fund.id.into()]
        };
        let page = Page::new(cut, &list, place).of_total(total);
        let wrap = |found| PooledFundPosition(Arc::new(found));
        Ok(PooledFundPositionConnection(page.map(wrap)))
    }
}

/// Asks for the position of an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct PositionOfAgreement {
    agreement: Uuid,
    terms: Terms,
}

impl Loader<PositionOfAgreement> for Scoped {
    type Value = Vec<PooledFundPosition>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[PositionOfAgreement],
    ) -> Result<HashMap<PositionOfAgreement, Vec<PooledFundPosition>>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let snapshot = self.0.snapshot().await?;
        let mut by_terms: HashMap<Terms, Vec<Uuid>> = HashMap::new();
        for key in keys {
            by_terms.entry(key.terms).or_default().push(key.agreement);
        }
        let mut loaded: HashMap<PositionOfAgreement, Vec<PooledFundPosition>> = HashMap::new();
        for (terms, agreements) in by_terms {
            let connection = snapshot.connection();
            let found = position::of_agreements(connection, viewer, &agreements, terms).await;
            for position in found.map_err(stopped)? {
                let key = PositionOfAgreement { agreement: position.fund.agreement_id, terms };
                loaded.entry(key).or_default().push(PooledFundPosition(Arc::new(position)));
            }
        }
        Ok(loaded)
    }
}

/// The position of an agreement that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreement(
    ctx: &Context<'_>,
    agreement: Uuid,
    terms: Terms,
) -> Result<AgreementPosition> {
    let wanted = PositionOfAgreement { agreement, terms };
    Ok(AgreementPosition(ctx.loaders()?.load_one(wanted).await?.unwrap_or_default()))
}
