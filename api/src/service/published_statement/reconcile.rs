//! Printed figures against computed ones, against their own totals, and against what others printed.
//! What is computed is the viewer's own position: what it does not read there it does not learn here
//! (rule V8).

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::{
    policy::{dated::Hidden, matrix::FieldGroup},
    rules::{
        explanation::Input,
        position::Basis,
        reconciliation::{self as rule, Checked, Compared, Printed},
    },
};
use entities::{
    published_statement::{self as statement, CheckKind, Measure},
    value::{FinancialYear, Pence},
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{Check, Content, Figure, by_ids, content, read, successors};
use crate::{
    access::{
        Seen,
        facts::funds::{self, FundOf},
    },
    auth::Viewer,
    service::{
        Stopped,
        position::{self, FundPosition, Terms},
    },
};

/// The most figures of others with which one statement is compared.
const MOST_COMPARED: usize = 100;

/// A statement held against everything that it can be held against.
#[derive(Clone, Debug)]
pub struct Reconciled {
    /// Every printed figure, against the computed one that it claims to be.
    pub figures: Vec<ReconciledFigure>,
    /// The checks that the printed figures make among themselves.
    pub checks: Vec<CheckedFigures>,
    /// What other statements print for the same things.
    pub comparisons: Vec<ComparedFigures>,
}

/// A printed figure, and the computed one that it claims to be.
#[derive(Clone, Debug)]
pub struct ReconciledFigure {
    /// What the source calls it.
    pub name: String,
    /// As printed.
    pub printed: Pence,
    /// Which computed figure it claims to be.
    pub measures: Option<Measure>,
    /// What came of comparing; none where there is nothing computed to compare with.
    pub compared: Result<Option<Compared>, Unread>,
    /// What the computed figure is made of: its part of each fund, by the fund's reference.
    pub parts: Vec<Input>,
}

/// Why the viewer does not read a computed figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Its relations do not open it.
    Hidden(Hidden),
    /// The postings that enter were not released to it (rule V11).
    NotReleased,
}

/// A check, and what came of it.
#[derive(Clone, Debug)]
pub struct CheckedFigures {
    /// What is checked.
    pub name: String,
    /// Whether the parts are all of the total.
    pub kind: CheckKind,
    /// What came of it.
    pub checked: Checked,
    /// The printed parts by name; of those that are taken off, what is below nothing.
    pub parts: Vec<Input>,
}

/// A printed figure, and what another statement prints for the same thing.
#[derive(Clone, Debug)]
pub struct ComparedFigures {
    /// What this source calls it.
    pub name: String,
    /// The other statement.
    pub other: Seen<statement::Model>,
    /// What the other source calls it.
    pub other_name: String,
    /// What came of it.
    pub compared: Compared,
}

/// What may enter the computed figures of some statements.
struct Facts {
    funds: Vec<FundOf>,
    positions: HashMap<(FinancialYear, NaiveDate), Vec<FundPosition>>,
    /// Statements of the same years that nothing supersedes, with what they print.
    others: Vec<(Seen<statement::Model>, Content)>,
}

/// The reconciliations of those of these statements that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn reconcile(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Reconciled>, Stopped> {
    let statements = by_ids(connection, viewer, ids).await?;
    let facts = facts(connection, viewer, &statements).await?;
    let one = |seen: &Seen<statement::Model>| {
        Ok((seen.row.id, facts.reconcile(viewer, seen, &content(&seen.row)?)?))
    };
    statements.iter().map(one).collect()
}

async fn facts(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    statements: &[Seen<statement::Model>],
) -> Result<Facts, Stopped> {
    let rows = || statements.iter().map(|seen| &seen.row);
    let agreements: Vec<Uuid> = distinct(rows().map(|row| row.agreement_id));
    let years: Vec<FinancialYear> = distinct(rows().map(|row| row.financial_year));
    let others = read::of_years(connection, viewer, &agreements, &years).await?;
    let ids: Vec<Uuid> = others.iter().map(|seen| seen.row.id).collect();
    let superseded = successors(connection, viewer, &ids).await?;
    let in_force = others.into_iter().filter(|seen| !superseded.contains_key(&seen.row.id));
    let others = in_force.map(|seen| content(&seen.row).map(|it| (seen, it)));
    let mut positions = HashMap::new();
    for (year, as_at) in distinct(rows().map(|row| (row.financial_year, row.as_at))) {
        let of_day = rows().filter(|row| (row.financial_year, row.as_at) == (year, as_at));
        let agreements: Vec<Uuid> = distinct(of_day.map(|row| row.agreement_id));
        let terms = Terms::new(year, Some(as_at), None, Basis::FundedBy, viewer.today);
        let found = position::of_agreements(connection, viewer, &agreements, terms).await?;
        positions.insert((year, as_at), found);
    }
    Ok(Facts {
        funds: funds::of_agreements(connection, &agreements).await?,
        positions,
        others: others.collect::<Result<_, _>>()?,
    })
}

fn distinct<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.collect::<BTreeSet<T>>().into_iter().collect()
}

impl Facts {
    fn reconcile(
        &self,
        viewer: &Viewer,
        seen: &Seen<statement::Model>,
        content: &Content,
    ) -> Result<Reconciled, Stopped> {
        let printed: Vec<Printed> =
            content.figures.iter().map(Figure::read).collect::<Result<_, _>>()?;
        let figures = content.figures.iter().zip(&printed);
        let figures = figures.map(|(figure, printed)| {
            let computed = match figure.measures {
                Some(measure) => self.computed(viewer, seen, measure, figure.partner),
                None => Ok(None),
            };
            let sum = |parts: &Vec<Input>| parts.iter().map(|part| part.amount).sum();
            let compare = |parts: &Vec<Input>| rule::with_computed(*printed, sum(parts));
            ReconciledFigure {
                name: figure.name.clone(),
                printed: printed.amount(),
                measures: figure.measures,
                compared: computed.as_ref().map(|it| it.as_ref().map(compare)).map_err(|why| *why),
                parts: computed.ok().flatten().unwrap_or_default(),
            }
        });
        let checks = content.checks.iter().map(|check| {
            let of = |places: &[usize]| -> Vec<Printed> {
                places.iter().filter_map(|place| printed.get(*place).copied()).collect()
            };
            let total = of(&[check.total]);
            let checked = total
                .first()
                .map(|total| rule::check(check.kind, *total, &of(&check.plus), &of(&check.minus)));
            checked.map(|checked| CheckedFigures {
                name: check.name.clone(),
                kind: check.kind,
                checked,
                parts: parts_of(content, &printed, check),
            })
        });
        Ok(Reconciled {
            figures: figures.collect(),
            checks: checks.flatten().collect(),
            comparisons: self.comparisons(seen, content, &printed)?,
        })
    }

    /// What statements that nothing supersedes print for the same things, as at the same period.
    fn comparisons(
        &self,
        seen: &Seen<statement::Model>,
        content: &Content,
        printed: &[Printed],
    ) -> Result<Vec<ComparedFigures>, Stopped> {
        let scope = |row: &statement::Model| (row.root_id, row.financial_year, row.period);
        let is_other = |(other, _): &&(Seen<statement::Model>, Content)| {
            let supersedes = |one: &statement::Model, id: Uuid| one.supersedes_id == Some(id);
            scope(&other.row) == scope(&seen.row)
                && other.row.id != seen.row.id
                && !supersedes(&other.row, seen.row.id)
        };
        let mut comparisons = Vec::new();
        for (figure, printed) in content.figures.iter().zip(printed) {
            for (other, theirs) in self.others.iter().filter(is_other) {
                for same in theirs.figures.iter().filter(|it| figure.is_about_the_same(it)) {
                    comparisons.push(ComparedFigures {
                        name: figure.name.clone(),
                        other: other.clone(),
                        other_name: same.name.clone(),
                        compared: rule::with_another(*printed, same.read()?),
                    });
                }
            }
        }
        comparisons.truncate(MOST_COMPARED);
        Ok(comparisons)
    }

    /// The parts of the computed figure that a printed one claims to be: of the fund, or of all of
    /// the agreement's, by reference; none when it has none.
    fn computed(
        &self,
        viewer: &Viewer,
        seen: &Seen<statement::Model>,
        measure: Measure,
        partner: Option<Uuid>,
    ) -> Result<Option<Vec<Input>>, Unread> {
        let row = &seen.row;
        let has_begun = |fund: &&FundOf| {
            fund.agreement_id == row.agreement_id
                && row.fund_id.map_or(fund.starts_on <= row.as_at, |id| id == fund.id)
        };
        let mut funds = self.funds.iter().filter(has_begun).peekable();
        if funds.peek().is_none() {
            return Ok(None);
        }
        let positions = self.positions.get(&(row.financial_year, row.as_at));
        let mut parts = Some(Vec::new());
        for fund in funds {
            let found = positions.into_iter().flatten().find(|it| it.fund.id == fund.id);
            let hidden = || seen.standing.hidden_summary(&seen.standing, FieldGroup::Position);
            let unread = || Unread::Hidden(hidden().unwrap_or(Hidden::OutsideItsDays));
            let position = found.ok_or_else(unread)?;
            let part = part(viewer, position, row.as_at, (measure, partner))?;
            let part = part.map(|amount| Input::new(position.fund.reference.as_str(), amount));
            parts = parts.zip(part).map(|(mut parts, part)| {
                parts.push(part);
                parts
            });
        }
        Ok(parts)
    }
}

/// The printed parts of a check, each with its sign.
fn parts_of(content: &Content, printed: &[Printed], check: &Check) -> Vec<Input> {
    let part = |place: &usize, sign: i64| {
        let (figure, printed) = content.figures.get(*place).zip(printed.get(*place))?;
        let name = if sign < 0 { format!("less {}", figure.name) } else { figure.name.clone() };
        Some(Input::new(name, Pence(sign * printed.amount().0)))
    };
    let plus = check.plus.iter().filter_map(|place| part(place, 1));
    plus.chain(check.minus.iter().filter_map(|place| part(place, -1))).collect()
}

/// One fund's part of a computed figure; none while there is none, as of a variance without a
/// submitted forecast.
fn part(
    viewer: &Viewer,
    position: &FundPosition,
    as_at: NaiveDate,
    (measure, partner): (Measure, Option<Uuid>),
) -> Result<Option<Pence>, Unread> {
    if position.terms.cutoff.as_of < as_at {
        return Err(Unread::Hidden(Hidden::OutsideItsDays));
    }
    let (standing, everywhere) = (&position.standing, &position.everywhere);
    let hidden = match (measure, partner) {
        (Measure::ContributionsAgreed, Some(partner)) => {
            let is_own =
                partner == viewer.holder() && standing.reads_own(FieldGroup::ContributionsOwn);
            let hidden = standing.hidden(everywhere, FieldGroup::ContributionsOfOthers);
            hidden.filter(|_| !is_own)
        }
        (Measure::ContributionsAgreed, None) => {
            standing.hidden_summary(everywhere, FieldGroup::ContributionsOfOthers)
        }
        (Measure::OriginalBudget | Measure::Movements, _) => {
            standing.hidden(everywhere, FieldGroup::Position)
        }
        _ => None,
    };
    if let Some(hidden) = hidden {
        return Err(Unread::Hidden(hidden));
    }
    let is_of_postings =
        matches!(measure, Measure::Actual | Measure::ForecastOutturn | Measure::Variance);
    if is_of_postings && position.reach.postings.as_of < as_at {
        return Err(Unread::NotReleased);
    }
    let (total, changes) = (&position.position.total, position.budget_changes());
    Ok(match measure {
        Measure::ContributionsAgreed => {
            let lines = position.contributions.iter();
            let lines = lines.filter(|line| partner.is_none_or(|it| it == line.partner));
            Some(lines.map(|line| line.planned + line.varied).sum())
        }
        Measure::Budget => Some(total.budget),
        Measure::OriginalBudget => Some(changes.original),
        Measure::Movements => Some(changes.virements + changes.variations),
        Measure::Actual => Some(total.actual),
        Measure::ForecastOutturn => total.forecast_outturn,
        Measure::Variance => total.variance,
    })
}
