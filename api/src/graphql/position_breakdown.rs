//! The lines of a fund's position: by scheme, partner, source and period, and its contributions.

use async_graphql::{Context, Object, SimpleObject};
use domain::{policy::dated::Hidden, rules::risk_share::Bearer};

use super::{
    organisation::Organisation,
    paging::{Page, PageArguments, page_of},
    position_figures::PositionFigures,
    request::Asked,
    risk_share_position::BorneByOther,
    scalars::Money,
    withheld::Withheld,
};
use crate::{connection, service::position::ContributionFigures};

/// What one partner contributes from one source, in pounds. The four figures differ.
#[derive(Clone, Debug)]
pub struct ContributionPosition(pub(super) ContributionFigures, pub(super) Option<Hidden>);

/// What one partner contributes from one source, in pounds. The four figures differ.
#[Object]
impl ContributionPosition {
    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        Organisation::load(ctx, self.0.partner).await
    }

    /// The funding source's code in the year's list.
    async fn source_code(&self) -> &str {
        &self.0.source
    }

    /// As planned before the year.
    async fn planned(&self) -> Money {
        self.0.planned.into()
    }

    /// What approved variations added or took away.
    async fn varied(&self) -> Money {
        self.0.varied.into()
    }

    /// Planned and varied together.
    async fn agreed(&self) -> Money {
        (self.0.planned + self.0.varied).into()
    }

    /// What the year before left of the partner's money from the source, and was brought forward;
    /// negative when it was overspent. Withheld from who reads what was agreed only.
    async fn brought_forward(&self) -> Option<Money> {
        self.1.is_none().then(|| self.0.brought_forward.into())
    }

    /// What the host invoiced. Withheld from who reads what was agreed only.
    async fn invoiced(&self) -> Option<Money> {
        self.1.is_none().then(|| self.0.invoiced.into())
    }

    /// What the host received. Withheld from who reads what was agreed only.
    async fn received(&self) -> Option<Money> {
        self.1.is_none().then(|| self.0.received.into())
    }

    /// What was given back to the partner: positive, never netted off. Withheld from who reads
    /// what was agreed only.
    async fn refunded(&self) -> Option<Money> {
        self.1.is_none().then(|| self.0.refunded.into())
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        let posted = ["broughtForward", "invoiced", "received", "refunded"];
        Withheld::because(self.1, &posted)
    }
}

/// The line of one scheme.
#[derive(Clone, Debug, SimpleObject)]
pub struct SchemePosition {
    /// The scheme's reference within the fund.
    pub scheme_reference: String,
    /// The scheme's name.
    pub scheme_name: String,
    /// Its figures.
    pub figures: PositionFigures,
    #[graphql(skip)]
    pub(super) key: String,
}

/// The line of one partner, on the position's basis; or on the basis BORNE_BY of what no partner
/// bears.
#[derive(Clone, Debug)]
pub struct PartnerPosition {
    pub(super) bearer: Bearer,
    pub(super) figures: PositionFigures,
}

impl PartnerPosition {
    /// What tells it from the other lines of its position.
    pub(super) fn key(&self) -> String {
        match self.bearer {
            Bearer::Party(partner) => partner.to_string(),
            Bearer::Nobody(part) => format!("{part:?}"),
        }
    }
}

/// The line of one partner, on the position's basis; or on the basis BORNE_BY of what no partner
/// bears.
#[Object]
impl PartnerPosition {
    /// The partner; null of what no partner bears.
    async fn partner(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        match self.bearer {
            Bearer::Party(partner) => Organisation::load(ctx, partner).await,
            Bearer::Nobody(_) => Ok(None),
        }
    }

    /// What it is that no partner bears, on the basis BORNE_BY; null of a partner's line.
    async fn part(&self) -> Option<BorneByOther> {
        match self.bearer {
            Bearer::Party(_) => None,
            Bearer::Nobody(part) => Some(part.into()),
        }
    }

    /// Its figures.
    async fn figures(&self) -> &PositionFigures {
        &self.figures
    }
}

/// The line of one funding source.
#[derive(Clone, Debug, SimpleObject)]
pub struct SourcePosition {
    /// The funding source's code; `UNATTRIBUTED` where nobody said who funds a scheme.
    pub source_code: String,
    /// Its figures.
    pub figures: PositionFigures,
}

/// The line of one period.
#[derive(Clone, Debug, SimpleObject)]
pub struct PeriodPosition {
    /// 1 is April, 12 is March, 13 and 14 are the adjustment periods.
    pub period: i32,
    /// Its figures. They have no commitments, which are for the year.
    pub figures: PositionFigures,
}

connection!(SchemePositionConnection, SchemePositionEdge, SchemePosition, "schemes' lines");
connection!(PartnerPositionConnection, PartnerPositionEdge, PartnerPosition, "partners' lines");
connection!(SourcePositionConnection, SourcePositionEdge, SourcePosition, "sources' lines");
connection!(
    ContributionPositionConnection,
    ContributionPositionEdge,
    ContributionPosition,
    "contributions"
);

/// A page of the lines of a fund's position.
pub(super) fn page<N: Clone>(
    ctx: &Context<'_>,
    fund: uuid::Uuid,
    name: &str,
    arguments: &PageArguments,
    lines: &[N],
    key: impl Fn(&N) -> String,
) -> async_graphql::Result<Page<N>> {
    let list = ctx.request()?.cursors.list(ctx.viewer()?.holder(), name, "", &fund.to_string());
    page_of(lines, arguments, &list, key)
}
