use std::collections::{BTreeMap, HashMap};

use domain::rules::{
    funding::{self, Share},
    roll_forward::{self as rule, Line, RollRefusal},
};
use entities::{
    budget_change::BudgetChangeKind,
    contribution, scheme,
    value::{FinancialYear, Pence},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    Adjusted, NewRollForward, RollForward, RolledContribution, RolledScheme, RolledShare, Steps,
};
use crate::{
    access::facts::{self, whole},
    auth::Viewer,
    database::Writing,
    service::{
        Code, Refusal, Stopped, budget,
        code_list::{self, List},
        contribution::agreed,
        ground,
        scheme::year_in_term,
    },
};

/// The most schemes, and the most contributions, of a year that is rolled forward.
const MOST_LINES: usize = 500;

/// A scheme of the year, with what its budget came to and who funds it at the year's end.
struct Running {
    row: scheme::Model,
    original: Pence,
    changed: Pence,
    shares: Vec<Share>,
}

/// What one partner puts in from one source in the year.
struct Contributed {
    key: (Uuid, String),
    planned: Pence,
    varied: Pence,
    not_recurrent: Pence,
}

/// The draft of the year after `new.from`, when the viewer may propose it.
pub(super) async fn of(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewRollForward,
) -> Result<RollForward, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_propose_movement(&ground.parties())?;
    let into = new.from.next();
    year_in_term(&ground.agreement, new.from, "financialYear")?;
    year_in_term(&ground.agreement, into, "financialYear")?;
    let all = running(tx, new).await?;
    let (recurrent, others): (Vec<Running>, Vec<Running>) =
        all.into_iter().partition(|it| it.row.is_recurrent);
    let places = ground.partnership.listed();
    let place = |partner: &Uuid| places.iter().position(|listed| listed == partner);
    let mut contributed = contributed(tx, new, &others).await?;
    contributed.sort_by_key(|it| (place(&it.key.0), it.key.1.clone()));
    are_known(new, &recurrent, &contributed)?;
    if recurrent.is_empty() && contributed.is_empty() {
        let sentence = format!("nothing of {} goes on: plan {into} itself", new.from);
        return Err(Refusal::new(Code::InvalidValue, sentence).at("financialYear").into());
    }
    if recurrent.len().max(contributed.len()) > MOST_LINES {
        let sentence = format!("at most {MOST_LINES} schemes and contributions are rolled forward");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("fund").into());
    }
    let contributions = rolled_contributions(new, contributed)?;
    let schemes = rolled_schemes(new, recurrent)?;
    let draft = RollForward { fund: new.fund, from: new.from, into, schemes, contributions };
    Ok(draft)
}

/// The schemes that have a budget in the year. The types and areas of those that go on are in the
/// next year's lists.
async fn running(tx: &Writing, new: &NewRollForward) -> Result<Vec<Running>, Stopped> {
    let into = new.from.next();
    let schemes = facts::budgets::schemes(&**tx, &[new.fund]).await?;
    let ids: Vec<Uuid> = schemes.iter().map(|row| row.id).collect();
    let mut budgets: HashMap<Uuid, (Pence, Pence)> = HashMap::new();
    for change in budget::changes_of(&**tx, &ids, new.from).await? {
        let of = budgets.entry(change.scheme_id).or_default();
        match change.kind {
            BudgetChangeKind::Original => of.0 += change.amount_pence,
            BudgetChangeKind::Virement | BudgetChangeKind::Variation => of.1 += change.amount_pence,
        }
    }
    let mut running = Vec::new();
    for row in schemes {
        let Some((original, changed)) = budgets.remove(&row.id) else { continue };
        let splits = facts::budgets::splits_of(&**tx, row.id, new.from).await?;
        let split = funding::in_force(&splits, new.from.last_day());
        let shares = split.map(|split| split.shares.clone()).unwrap_or_default();
        if row.is_recurrent {
            let code = row.scheme_type_code.as_str();
            check(tx, (List::SchemeType, code), into).await?;
            if let Some(area) = &row.area_of_spend_code {
                check(tx, (List::AreaOfSpend, area), into).await?;
            }
            for share in &shares {
                check(tx, (List::FundingSource, &share.source), into).await?;
            }
        }
        running.push(Running { row, original, changed, shares });
    }
    Ok(running)
}

async fn check(
    tx: &Writing,
    (list, code): (List, &str),
    into: FinancialYear,
) -> Result<(), Stopped> {
    code_list::check(&**tx, list, code, into, "financialYear").await.map(drop)
}

/// What partners put in in the year, and how much of it funds schemes that do not go on.
#[expect(clippy::disallowed_methods, reason = "the caller found the fund through its view")]
async fn contributed(
    tx: &Writing,
    new: &NewRollForward,
    others: &[Running],
) -> Result<Vec<Contributed>, Stopped> {
    let mut ending: BTreeMap<(Uuid, String), Pence> = BTreeMap::new();
    for scheme in others {
        let budget = scheme.original + scheme.changed;
        for part in funding::funded(budget, &scheme.shares).unwrap_or_default() {
            *ending.entry((part.partner, part.source.to_owned())).or_default() += part.amount;
        }
    }
    let rows = contribution::Entity::find()
        .filter(contribution::Column::FundId.eq(new.fund))
        .filter(contribution::Column::FinancialYear.eq(new.from))
        .order_by_asc(contribution::Column::SourceCode)
        .all(&whole(&**tx))
        .await?;
    let ids: Vec<_> = rows.iter().map(|row| (row.id, None)).collect();
    let agreed = agreed(&**tx, &ids, None).await?;
    let mut contributed = Vec::new();
    for row in rows {
        let of = agreed.get(&row.id).copied().unwrap_or_default();
        let key = (row.partner_id, row.source_code);
        // No more can end than there is.
        let not_recurrent = ending.remove(&key).unwrap_or_default().min(of.total());
        if not_recurrent < of.total() {
            check(tx, (List::FundingSource, &key.1), new.from.next()).await?;
        }
        let (planned, varied) = (of.planned, of.varied);
        contributed.push(Contributed { key, planned, varied, not_recurrent });
    }
    Ok(contributed)
}

/// What is said of single lines is said of lines that there are.
fn are_known(
    new: &NewRollForward,
    schemes: &[Running],
    contributions: &[Contributed],
) -> Result<(), Refusal> {
    for (place, (scheme, _)) in new.schemes.iter().enumerate() {
        if !schemes.iter().any(|it| it.row.id == *scheme) {
            let path = format!("schemes.{place}.scheme");
            return Err(Refusal::not_found("recurrent scheme of the year", &path));
        }
    }
    for (place, (key, _)) in new.contributions.iter().enumerate() {
        if !contributions.iter().any(|it| it.key == *key) {
            let path = format!("contributions.{place}.partner");
            return Err(Refusal::not_found("contribution of the year", &path));
        }
    }
    Ok(())
}

fn rolled_contributions(
    new: &NewRollForward,
    contributed: Vec<Contributed>,
) -> Result<Vec<RolledContribution>, Refusal> {
    let line = |it: &Contributed| {
        let said = new.contributions.iter().find(|(key, _)| *key == it.key);
        line(new, (it.planned - it.not_recurrent, it.varied), said.map(|(_, said)| *said))
    };
    let lines: Vec<Line> = contributed.iter().map(line).collect();
    let steps = rolled(&lines, |place| {
        let (_, source) = &contributed[place].key;
        format!("a contribution from {source}")
    })?;
    let contribution = |(it, steps): (Contributed, Steps)| RolledContribution {
        partner: it.key.0,
        source_code: it.key.1,
        not_recurrent: it.not_recurrent,
        steps,
    };
    Ok(contributed.into_iter().zip(steps).map(contribution).collect())
}

fn rolled_schemes(
    new: &NewRollForward,
    running: Vec<Running>,
) -> Result<Vec<RolledScheme>, Refusal> {
    let line = |it: &Running| {
        let said = new.schemes.iter().find(|(scheme, _)| *scheme == it.row.id);
        line(new, (it.original, it.changed), said.map(|(_, said)| *said))
    };
    let lines: Vec<Line> = running.iter().map(line).collect();
    let steps = rolled(&lines, |place| format!("the scheme {:?}", running[place].row.reference))?;
    let scheme = |(it, steps): (Running, Steps)| {
        let parts = funding::funded(steps.amount, &it.shares).unwrap_or_default();
        let funding = it.shares.iter().zip(parts).map(|(share, part)| RolledShare {
            partner: share.partner,
            source_code: share.source.clone(),
            weight: share.weight,
            amount: part.amount,
        });
        let funding = funding.collect();
        RolledScheme { scheme: it.row.id, reference: it.row.reference, steps, funding }
    };
    Ok(running.into_iter().zip(steps).map(scheme).collect())
}

fn line(
    new: &NewRollForward,
    (recurrent, changed): (Pence, Pence),
    said: Option<Adjusted>,
) -> Line {
    let said = said.unwrap_or_default();
    Line {
        recurrent,
        in_year: said.in_year.unwrap_or(changed),
        uplift_basis_points: said.uplift_basis_points.unwrap_or(new.uplift_basis_points),
        planned: said.planned.unwrap_or_default(),
        efficiency_basis_points: said
            .efficiency_basis_points
            .unwrap_or(new.efficiency_basis_points),
    }
}

fn rolled(lines: &[Line], name: impl Fn(usize) -> String) -> Result<Vec<Steps>, Refusal> {
    let rolled = rule::roll(lines).map_err(|why| {
        let sentence = match why {
            RollRefusal::NotARate { place } | RollRefusal::BelowNothing { place } => {
                format!("{}: {why}", name(place - 1))
            }
            RollRefusal::TooLarge => why.to_string(),
        };
        Refusal::new(Code::InvalidValue, sentence)
    })?;
    let steps = |(line, rolled): (&Line, rule::Rolled)| Steps {
        recurrent: line.recurrent,
        in_year: line.in_year,
        uplift_basis_points: line.uplift_basis_points,
        uplift: rolled.uplift,
        planned: line.planned,
        efficiency_basis_points: line.efficiency_basis_points,
        efficiency: rolled.efficiency,
        amount: rolled.amount,
    };
    Ok(lines.iter().zip(rolled).map(steps).collect())
}
