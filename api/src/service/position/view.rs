//! How a viewer sees the year of each of some funds: as of which day, and how deep.

use std::collections::HashMap;

use domain::policy::{Rights, Standing, dated::Dated, matrix::FieldGroup};
use entities::{pooled_fund, value::Period};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::Terms;
use crate::{
    access::{
        Found, Seen,
        facts::{reach::Reach, releases},
    },
    auth::Viewer,
};

/// A fund whose position the viewer reads, at least as a summary.
#[derive(Clone, Debug)]
pub(super) struct SeenFund {
    /// The fund.
    pub fund: pooled_fund::Model,
    /// How the viewer stands to it on any day.
    pub everywhere: Standing,
    /// How it sees the year.
    pub dated: Dated,
    /// What counts.
    pub reach: Reach,
}

/// The funds among `found` of whose year some day is open to the viewer, in their order.
pub(super) async fn seen(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    found: Vec<Found<pooled_fund::Model>>,
    terms: Terms,
) -> Result<Vec<SeenFund>, DbErr> {
    let cutoff = terms.cutoff;
    let open = found.into_iter().filter_map(|row| {
        let Seen { row, standing } = Seen::from_row(viewer, row);
        let summary = Rights::reads_summary;
        let dated = standing.as_of(FieldGroup::Position, cutoff.year, cutoff.as_of, summary)?;
        Some((row, standing, dated))
    });
    let open: Vec<_> = open.collect();
    let waiting: Vec<Uuid> =
        open.iter().filter(|(_, _, dated)| !dated.standing.is_live()).map(|it| it.0.id).collect();
    let mut released: HashMap<Uuid, Vec<Period>> = HashMap::new();
    for (fund, period) in
        releases::of_year(connection, &waiting, cutoff.year, cutoff.known_at).await?
    {
        released.entry(fund).or_default().push(period);
    }
    let seen = open.into_iter().map(|(fund, everywhere, dated)| {
        let periods = released.get(&fund.id).map_or(&[][..], Vec::as_slice);
        let reach = Reach::of(&dated, cutoff, periods);
        SeenFund { fund, everywhere, dated, reach }
    });
    Ok(seen.collect())
}
