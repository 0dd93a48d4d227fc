use domain::rules::{
    funding, instalments, profile,
    roll_forward::{self as rule, Line, RollRefusal},
};
use entities::value::Pence;

use super::{
    Adjusted, NewRollForward, RollForward, RolledContribution, RolledInstalment, RolledScheme,
    RolledShare, Steps,
    year::{self, Contributed, Running},
};
use crate::{
    auth::Viewer,
    database::Writing,
    service::{Code, Refusal, Stopped, ground, scheme::year_in_term},
};

/// The most schemes, and the most contributions, of a year that is rolled forward.
const MOST_LINES: usize = 500;

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
    let heirs = year::heirs(tx, &ground).await?;
    // What somebody who closes before the next year put in and funded, its successor does (rule G5).
    let heir = |partner| heirs.stands_for(partner, into.first_day()).unwrap_or(partner);
    let all = year::running(tx, new, heir).await?;
    let (recurrent, others): (Vec<Running>, Vec<Running>) =
        all.into_iter().partition(|it| it.row.is_recurrent);
    let places = ground.partnership.listed();
    let place = |partner| places.iter().position(|listed| *listed == partner);
    let mut contributed = year::contributed(tx, new, (&others, heir)).await?;
    contributed.sort_by_key(|it| (place(it.key.0), it.key.1.clone()));
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
        instalments: paid(new, (&it.instalments, steps.amount)),
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
        let months = (!new.spread_equally).then(|| profile::alike(steps.amount, &it.months));
        let months = months.map(Vec::from);
        RolledScheme { scheme: it.row.id, reference: it.row.reference, steps, funding, months }
    };
    Ok(running.into_iter().zip(steps).map(scheme).collect())
}

/// How a contribution of the next year is paid, of which this year's is paid so.
fn paid(
    new: &NewRollForward,
    (before, amount): (&[(chrono::NaiveDate, Pence)], Pence),
) -> Vec<RolledInstalment> {
    if new.spread_equally {
        return Vec::new();
    }
    let later = instalments::a_year_later(amount, before).into_iter();
    later.map(|(due_on, amount)| RolledInstalment { due_on, amount }).collect()
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
