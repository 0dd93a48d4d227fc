use std::collections::BTreeMap;

use domain::rules::{explanation, position::Basis};
use entities::{fund_return, value::Instant};
use sea_orm::ActiveEnum;
use uuid::Uuid;

use super::content::Content;
use crate::{
    auth::Viewer,
    database::Writing,
    service::{
        Code, Refusal, Stopped,
        position::{Reported, Terms, report},
    },
};

/// The figures of a return as they are known at the instant of its submission.
///
/// # Errors
/// `NOT_ALLOWED` when the last day of the return is not open to the host that submits it.
pub(super) async fn content(
    tx: &Writing,
    viewer: &Viewer,
    row: &fund_return::Model,
    narratives: &BTreeMap<Uuid, String>,
    known_at: Instant,
) -> Result<Content, Stopped> {
    let (year, as_of) = (row.financial_year, Some(row.as_of));
    let terms = Terms::new(year, as_of, Some(known_at), Basis::IncurredBy, viewer.today);
    let reported = report(&**tx, viewer, row.fund_id, terms).await?;
    let is_open = |it: &Reported| it.position.terms.cutoff.as_of == row.as_of;
    let Reported { position, mut report } = reported.filter(is_open).ok_or_else(|| {
        let sentence = format!("{} is not open to you as the host of the fund", row.as_of);
        Refusal::new(Code::NotAllowed, sentence).at("fundReturn")
    })?;
    for line in &mut report.schemes {
        line.narrative = line.id.and_then(|scheme| narratives.get(&scheme).cloned());
    }
    Ok(Content {
        fund_reference: position.fund.reference.clone(),
        fund_name: position.fund.name.clone(),
        kind: position.fund.kind.to_value(),
        financial_year: row.financial_year,
        span: row.span.to_value(),
        as_of: row.as_of,
        known_at: known_at.to_utc(),
        rule_version: explanation::VERSION,
        forecast_version: position.forecast_version,
        commentary: row.commentary.clone(),
        narrative_above: row.narrative_above_pence,
        narrative_above_points: row.narrative_above_points,
        warnings: position.warnings.iter().map(|it| (*it).to_owned()).collect(),
        cash: position.cash,
        report,
    })
}
