//! Which measures of outcomes are fed by what is done under subcontracts.

use async_graphql::{Context, Object, Result};
use domain::policy::{Standing, dated::Hidden, matrix::FieldGroup};
use entities::value::FinancialYear;
use uuid::Uuid;

use super::{
    contract_outcome::OutcomeMeasure,
    loaders::Loading,
    measure_feed_loaders::{FedBy, FramedBy},
    request::Asked,
    scalars::Date,
    subcontract::Subcontract,
    subcontract_loaders::ChainOf,
    withheld::Withheld,
};
use crate::service::{
    measure_feed::{Fed, as_at},
    subcontract::ChainLink,
};

/// That what is done under a subcontract feeds a measure of its head contract, for some days: its buyer
/// and its seller read the measure then, and submit what was measured. Whoever reads the subcontract
/// whole and outcome measures sees it, and who buys or sells under it.
#[derive(Clone, Debug)]
pub struct MeasureFeed {
    link: ChainLink,
    fed: Fed,
}

impl MeasureFeed {
    /// What a viewer of a link is told of it: nothing that was recorded after its days.
    fn of(link: &ChainLink, mut fed: Fed) -> Option<Self> {
        let standing = &link.seen.standing;
        if !reads(standing) || !standing.opens_feed(fed.row.recorded_on) {
            return None;
        }
        fed.end = fed.end.filter(|it| standing.opens_feed(it.recorded_on));
        Some(Self { link: link.clone(), fed })
    }

    /// Which links feed a measure, of those that the viewer reads.
    ///
    /// # Errors
    /// A fault.
    pub(super) async fn of_measure(
        ctx: &Context<'_>,
        (contract, measure): (Uuid, Uuid),
    ) -> Result<Vec<Self>> {
        let loaders = ctx.loaders()?;
        let year = FinancialYear::of(ctx.viewer()?.today);
        let links = loaders.load_one(ChainOf(contract, year)).await?.unwrap_or_default();
        let keys: Vec<FedBy> = links.iter().map(|link| FedBy(link.seen.row.id)).collect();
        let mut fed = loaders.load_many(keys).await?;
        let of_link = |link: &ChainLink| {
            let of = fed.remove(&FedBy(link.seen.row.id)).unwrap_or_default().into_iter();
            let of = of.filter(|it| it.row.measure_id == measure);
            of.filter_map(|it| Self::of(link, it)).collect::<Vec<Self>>()
        };
        Ok(links.iter().flat_map(of_link).collect())
    }
}

/// That what is done under a subcontract feeds a measure of its head contract, for some days: its buyer
/// and its seller read the measure then, and submit what was measured. Whoever reads the subcontract
/// whole and outcome measures sees it, and who buys or sells under it.
#[Object]
impl MeasureFeed {
    /// The subcontract.
    async fn subcontract(&self) -> Subcontract {
        Subcontract(self.link.clone())
    }

    /// Counts what the subcontract was said to feed, from 1.
    async fn number(&self) -> i32 {
        self.fed.row.number
    }

    /// The measure, as it stands, or stood on the last day on which you were to read it. Withheld while
    /// there is no such day.
    async fn measure(&self, ctx: &Context<'_>) -> Result<Option<OutcomeMeasure>> {
        let standing = &self.link.seen.standing;
        let Some(day) = standing.measure_told_on(self.fed.days(), ctx.viewer()?.today) else {
            return Ok(None);
        };
        let contract = self.link.seen.row.contract_id;
        let frameworks = ctx.loaders()?.load_one(FramedBy(contract)).await?.unwrap_or_default();
        let is_whole = standing.reads(FieldGroup::OutcomeMeasures);
        let measure = as_at(&frameworks, self.fed.row.measure_id, day).cloned();
        Ok(measure.map(|measure| OutcomeMeasure { measure, contract, is_whole }))
    }

    /// The first day on which it feeds it.
    async fn starts_on(&self) -> Date {
        self.fed.row.starts_on.into()
    }

    /// The last day on which it feeds it; null while none is known, and before the first of what was
    /// ended before it began.
    async fn ends_on(&self) -> Option<Date> {
        self.fed.days().last.map(Date::from)
    }

    /// Where that was agreed; null where nothing was named.
    async fn document_reference(&self) -> Option<&str> {
        self.fed.row.document_reference.as_deref()
    }

    /// The day on which it was recorded.
    async fn recorded_on(&self) -> Date {
        self.fed.row.recorded_on.into()
    }

    /// The day on which it was recorded that it ends; null where it was not.
    async fn ended_on(&self) -> Option<Date> {
        self.fed.end.as_ref().map(|it| it.recorded_on.into())
    }

    /// Why it ends; null where that was not recorded.
    async fn end_reason(&self) -> Option<&str> {
        self.fed.end.as_ref().map(|it| it.reason.as_str())
    }

    /// Where that was agreed; null where nothing was named.
    async fn end_document_reference(&self) -> Option<&str> {
        self.fed.end.as_ref()?.document_reference.as_deref()
    }

    /// The fields that are hidden from you, and why.
    async fn withheld(&self, ctx: &Context<'_>) -> Result<Vec<Withheld>> {
        let standing = &self.link.seen.standing;
        let told = standing.measure_told_on(self.fed.days(), ctx.viewer()?.today);
        let hidden = told.is_none().then_some(Hidden::OutsideItsDays);
        Ok(Withheld::because(hidden, &["measure"]))
    }
}

fn reads(standing: &Standing) -> bool {
    standing.reads(FieldGroup::LinkTerms) && standing.reads_feeds()
}

/// What a link feeds; none for whoever does not read that.
///
/// # Errors
/// A fault.
pub(super) async fn of_link(
    ctx: &Context<'_>,
    link: &ChainLink,
) -> Result<Option<Vec<MeasureFeed>>> {
    if !reads(&link.seen.standing) {
        return Ok(None);
    }
    let fed = ctx.loaders()?.load_one(FedBy(link.seen.row.id)).await?.unwrap_or_default();
    Ok(Some(fed.into_iter().filter_map(|it| MeasureFeed::of(link, it)).collect()))
}

/// What of that is hidden from somebody who stands to the link so.
pub(super) fn withheld(standing: &Standing) -> Vec<Withheld> {
    if reads(standing) {
        return Vec::new();
    }
    let hidden = standing.hidden(standing, FieldGroup::LinkTerms);
    let hidden = hidden.or_else(|| standing.hidden(standing, FieldGroup::OutcomeMeasures));
    Withheld::because(hidden, &["feeds"])
}
