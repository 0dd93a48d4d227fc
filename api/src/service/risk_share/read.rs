use std::collections::BTreeSet;

use domain::{
    policy::matrix::FieldGroup,
    rules::risk_share::{Outcome, Rule},
};
use entities::{
    relation::{self, RelationKind},
    risk_share, risk_share_version as version, settlement, settlement_answer as answer,
    settlement_answer::Answer,
    settlement_line as line,
    value::Pence,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    access::{
        Seen,
        risk_share::{
            answers_to, funds_of as rows_of, lines_of, places_of, sees_risk_shares,
            sees_settlements, sees_versions,
        },
    },
    auth::Viewer,
};

/// A version of a risk share's rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The risk share.
    pub share: risk_share::Model,
    /// The version.
    pub row: version::Model,
}

/// A settlement with its lines.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The settlement, as the viewer sees it.
    pub seen: Seen<settlement::Model>,
    /// Its lines, in their order.
    pub lines: Vec<Line>,
    /// True when all of it lies in the viewer's days. Else it is told of its own lines only: it was
    /// a partner within the year, and left before the year was over or claimed.
    pub is_whole: bool,
    /// Those whose lines are its own, when it is told of no others.
    own: BTreeSet<Uuid>,
}

/// A line of a settlement, and what was said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line.
    pub row: line::Model,
    /// What was said, the first first.
    pub answers: Vec<answer::Model>,
}

impl Line {
    /// What counts of it: the last that was said.
    #[must_use]
    pub fn last(&self) -> Option<&answer::Model> {
        self.answers.last()
    }

    /// What is agreed of it: nothing until it is answered, and never what is disputed.
    #[must_use]
    pub fn agreed(&self) -> Pence {
        self.last().map_or(Pence::ZERO, |last| self.row.amount_pence - last.disputed_pence)
    }

    /// What is disputed of it.
    #[must_use]
    pub fn disputed(&self) -> Pence {
        self.last().map_or(Pence::ZERO, |last| last.disputed_pence)
    }

    /// True when all of it is accepted.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.last().is_some_and(|last| last.answer == Answer::Accepted)
    }
}

impl Settled {
    /// What the settlement came to; none of a text that was not written by this program.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        serde_json::from_str(&self.seen.row.content).ok()
    }

    /// The lines that the viewer is told of.
    pub fn told(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| self.is_whole || self.own.contains(&line.row.party_id))
    }

    /// True when every partner has accepted its line.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        self.lines.iter().all(Line::is_accepted)
    }
}

/// What a version says.
#[must_use]
pub fn rule(row: &version::Model) -> Option<Rule> {
    serde_json::from_str(&row.content).ok()
}

/// The risk shares with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<risk_share::Model>>, DbErr> {
    let these = risk_share::Column::Id.is_in(ids.iter().copied());
    let rows = sees_risk_shares(viewer).filter(these).all(connection).await?;
    Ok(rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect())
}

/// The risk shares of these agreements that the viewer sees, by reference.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreements(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
) -> Result<Vec<Seen<risk_share::Model>>, DbErr> {
    let rows = sees_risk_shares(viewer)
        .filter(risk_share::Column::AgreementId.is_in(agreements.iter().copied()))
        .order_by_asc(risk_share::Column::Reference)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect())
}

/// The funds of risk shares that the caller has found through its view.
///
/// # Errors
/// A fault of the database.
pub async fn funds_of(
    connection: &impl ConnectionTrait,
    risk_shares: &[Uuid],
) -> Result<Vec<entities::risk_share_fund::Model>, DbErr> {
    rows_of(connection, risk_shares).await
}

/// The versions of these risk shares' rules that the viewer sees, the first first.
///
/// # Errors
/// A fault of the database.
pub async fn versions_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    risk_shares: &[Uuid],
) -> Result<Vec<version::Model>, DbErr> {
    sees_versions(viewer)
        .filter(version::Column::RiskShareId.is_in(risk_shares.iter().copied()))
        .order_by_asc(version::Column::Number)
        .all(connection)
        .await
}

/// The settlements of these risk shares that the viewer sees, the last year's first.
///
/// # Errors
/// A fault of the database.
pub async fn settlements_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    risk_shares: &[Uuid],
) -> Result<Vec<Settled>, DbErr> {
    let rows = sees_settlements(viewer)
        .filter(settlement::Column::RiskShareId.is_in(risk_shares.iter().copied()))
        .order_by_desc(settlement::Column::FinancialYear)
        .order_by_desc(settlement::Column::Number)
        .all(connection)
        .await?;
    let rows = rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect();
    settled(connection, rows).await
}

/// The settlements with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn settlements_by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Settled>, DbErr> {
    let these = settlement::Column::Id.is_in(ids.iter().copied());
    let rows = sees_settlements(viewer).filter(these).all(connection).await?;
    let rows = rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect();
    settled(connection, rows).await
}

/// Settlements that the caller has found through its view, with their lines.
///
/// # Errors
/// A fault of the database.
pub async fn settled(
    connection: &impl ConnectionTrait,
    rows: Vec<Seen<settlement::Model>>,
) -> Result<Vec<Settled>, DbErr> {
    let narrow = rows.iter().filter(|seen| !is_whole(seen)).map(|seen| seen.row.agreement_id);
    let places = places_of(connection, &narrow.collect::<Vec<_>>()).await?;
    let ids: Vec<Uuid> = rows.iter().map(|seen| seen.row.id).collect();
    let lines = lines_of(connection, &ids).await?;
    let line_ids: Vec<Uuid> = lines.iter().map(|row| row.id).collect();
    let answers = answers_to(connection, &line_ids).await?;
    let lines: Vec<Line> = lines
        .into_iter()
        .map(|row| {
            let own = answers.iter().filter(|answer| answer.line_id == row.id);
            Line { answers: own.cloned().collect(), row }
        })
        .collect();
    let of = |seen: Seen<settlement::Model>| {
        let of_settlement = lines.iter().filter(|line| line.row.settlement_id == seen.row.id);
        Settled {
            lines: of_settlement.cloned().collect(),
            is_whole: is_whole(&seen),
            own: own(&seen, &places),
            seen,
        }
    };
    Ok(rows.into_iter().map(of).collect())
}

/// The partners in whose place the viewer stands in windows that open the year: a window keeps its
/// partner's place in the agreement.
fn own(seen: &Seen<settlement::Model>, places: &[relation::Model]) -> BTreeSet<Uuid> {
    let standing = seen.standing.in_year(seen.row.financial_year);
    let is_of = |place: &&relation::Model| {
        place.agreement_id == seen.row.agreement_id
            && standing.windows().iter().any(|window| {
                window.relation == RelationKind::Partner && window.position == place.position
            })
    };
    places.iter().filter(is_of).map(|place| place.organisation_id).collect()
}

/// True when both the year's end and the day of the claim lie in the viewer's days.
fn is_whole(seen: &Seen<settlement::Model>) -> bool {
    let Seen { row, standing } = seen;
    let claimed_on = row.claimed_on.max(row.as_of);
    let standing = standing.during(row.as_of, row.as_of).during(claimed_on, claimed_on);
    standing.reads(FieldGroup::PositionByPartner)
}
