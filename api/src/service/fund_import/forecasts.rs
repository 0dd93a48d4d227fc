use std::collections::{BTreeMap, HashMap};

use domain::policy::matrix::FieldGroup;
use entities::value::{FinancialYear, Pence};
use uuid::Uuid;

use super::{Taken, count, lookup::Lookup};
use crate::{
    access::facts::budgets,
    auth::Viewer,
    database::Writing,
    import::{ForecastRow, Line},
    service::{
        Code, Refusal, Stopped,
        forecast::{self, NewForecast, NewLine},
        ground,
        import_job::Report,
    },
};

/// Takes lines that say what schemes are expected to spend. The lines of one fund and year are one
/// forecast: a new version, or nothing new when the latest version says the same. A forecast is
/// taken whole or not at all, because what is left out of it would count as nothing.
///
/// # Errors
/// A fault of the database.
pub async fn forecasts(
    tx: &Writing,
    viewer: &Viewer,
    lines: &[Line<ForecastRow>],
) -> Result<Report, Stopped> {
    let mut report = Report::default();
    let mut lookup = Lookup::new(tx, viewer);
    let mut of: BTreeMap<(&str, FinancialYear), Vec<&Line<ForecastRow>>> = BTreeMap::new();
    for line in lines {
        of.entry((&line.row.fund, line.row.year)).or_default().push(line);
    }
    for ((fund, year), lines) in of {
        let (good, bad) = read(&mut lookup, fund, &lines).await?;
        for (line, reason) in &bad {
            report.reject(*line, reason);
        }
        let Some((fund, good)) = good else { continue };
        if bad.is_empty() {
            let new = NewForecast { fund, year, commentary: String::new(), lines: good };
            let taken = tx.attempt(save(tx, viewer, new)).await;
            for (place, line) in lines.iter().enumerate() {
                let each = match &taken {
                    Ok(Taken::Created) => Ok(Taken::Created),
                    Ok(_) => Ok(Taken::Unchanged),
                    Err(Stopped::Refused(refusal)) if is_about(refusal, place) => {
                        Err(Stopped::Refused(refusal.clone()))
                    }
                    Err(Stopped::Refused(_)) => Err(another_line()),
                    Err(Stopped::Fault(_)) => break,
                };
                count(&mut report, line.number, each)?;
            }
            if let Err(Stopped::Fault(fault)) = taken {
                return Err(fault.into());
            }
        } else {
            let rejected: Vec<u64> = bad.iter().map(|(line, _)| *line).collect();
            for line in lines.iter().filter(|line| !rejected.contains(&line.number)) {
                count(&mut report, line.number, Err(another_line()))?;
            }
        }
    }
    Ok(report)
}

/// Why a line of a forecast, by its number, cannot be taken.
type Bad = Vec<(u64, String)>;

/// What the lines of one forecast say: its fund and lines, and why others cannot be taken.
async fn read(
    lookup: &mut Lookup<'_>,
    fund: &str,
    lines: &[&Line<ForecastRow>],
) -> Result<(Option<(Uuid, Vec<NewLine>)>, Bad), Stopped> {
    let fund = match lookup.fund(fund).await {
        Ok(fund) => fund,
        Err(Stopped::Refused(refusal)) => {
            let all = lines.iter().map(|line| (line.number, refusal.message.clone()));
            return Ok((None, all.collect()));
        }
        Err(fault) => return Err(fault),
    };
    // Whether the viewer may forecast is decided before anything is told about schemes.
    let schemes = match crate::access::fund::visible(&**lookup.tx, lookup.viewer, fund).await? {
        Some(seen) if seen.reads(FieldGroup::SchemeTerms) => {
            budgets::schemes(&**lookup.tx, &[fund]).await?
        }
        _ => Vec::new(),
    };
    let ids: HashMap<&str, Uuid> =
        schemes.iter().map(|scheme| (scheme.reference.as_str(), scheme.id)).collect();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for line in lines {
        let ForecastRow { scheme, month, amount, .. } = &line.row;
        match ids.get(scheme.as_str()) {
            Some(id) => good.push(NewLine { scheme: *id, period: *month, amount: *amount }),
            None => bad.push((line.number, format!("the fund has no scheme {scheme:?}"))),
        }
    }
    Ok((Some((fund, good)), bad))
}

/// Saves a forecast, unless the latest version has the same lines.
async fn save(tx: &Writing, viewer: &Viewer, new: NewForecast) -> Result<Taken, Stopped> {
    // Decided before anything is told about a draft.
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_save_forecast(&ground.parties())?;
    if let Some(latest) = forecast::latest(tx, new.fund, new.year).await?
        && says_the_same(tx, latest.id, &new).await?
    {
        return Ok(Taken::Unchanged);
    }
    forecast::save_in(tx, viewer, new).await?;
    Ok(Taken::Created)
}

async fn says_the_same(tx: &Writing, latest: Uuid, new: &NewForecast) -> Result<bool, Stopped> {
    let lines = forecast::lines(&**tx, &[latest]).await?;
    let known = lines.get(&latest).into_iter().flatten();
    let mut known: Vec<(Uuid, i32, Pence)> =
        known.map(|(_, line)| (line.scheme_id, line.period.number(), line.amount_pence)).collect();
    let given = new.lines.iter();
    let mut given: Vec<(Uuid, i32, Pence)> =
        given.map(|line| (line.scheme, line.period, line.amount)).collect();
    known.sort_unstable();
    given.sort_unstable();
    Ok(known == given)
}

fn is_about(refusal: &Refusal, place: usize) -> bool {
    match refusal.path.as_slice() {
        [lines, at, ..] if lines == "lines" => *at == place.to_string(),
        _ => true,
    }
}

fn another_line() -> Stopped {
    let sentence = "another line of this forecast cannot be taken: it is taken whole or not at all";
    Refusal::new(Code::RejectedRows, sentence).into()
}
