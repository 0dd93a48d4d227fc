use std::collections::BTreeSet;

use uuid::Uuid;

use super::{MOST, share, some};
use crate::rules::{
    pay::{Framework, Measure, Reading, Scoring},
    risk_share::Fault,
};

/// The most days after a year by which its measurements are validated.
const MOST_CUT_OFF_DAYS: u32 = 1_000;

/// How far from nothing a reading can be: a million million of its unit.
const FURTHEST: i64 = 1_000_000_000_000_000;

/// Whether outcomes can be agreed like this.
///
/// # Errors
/// The first thing that is wrong with them.
pub fn check(framework: &Framework) -> Result<(), Fault> {
    if framework.cut_off_days > MOST_CUT_OFF_DAYS {
        return Err(Fault::at("cutOffDays", "give at most 1,000 days after the end of the year"));
    }
    if framework.domains.is_empty() && framework.further.is_empty() {
        return Err(Fault::at("domains", "say what is measured: give a domain or a measure"));
    }
    if framework.domains.len() > MOST || framework.further.len() > MOST {
        return Err(Fault::at("domains", format!("give at most {MOST}")));
    }
    let mut known = Known::default();
    for (domain, place) in framework.domains.iter().zip(0..) {
        let path = format!("domains.{place}");
        share(domain.weight, &format!("{path}.weight"))?;
        let measures = format!("{path}.measures");
        some(&domain.measures, &measures)?;
        for (it, place) in domain.measures.iter().zip(0..) {
            measure(it, &mut known, &format!("{measures}.{place}"))?;
            share(it.weight, &format!("{measures}.{place}.weight"))?;
        }
        let weights = domain.measures.iter().map(|measure| measure.weight);
        whole(weights, &measures, "of the measures of a domain")?;
    }
    if !framework.domains.is_empty() {
        whole(framework.domains.iter().map(|domain| domain.weight), "domains", "of the domains")?;
    }
    for (it, place) in framework.further.iter().zip(0..) {
        let path = format!("further.{place}");
        measure(it, &mut known, &path)?;
        if it.weight != 0 {
            let sentence = "a measure has a weight in a domain only: leave it out here";
            return Err(Fault::at(format!("{path}.weight"), sentence));
        }
    }
    Ok(())
}

fn whole(weights: impl Iterator<Item = i64>, path: &str, whose: &str) -> Result<(), Fault> {
    let sum: i64 = weights.sum();
    if sum == 10_000 {
        return Ok(());
    }
    let sentence = format!(
        "rule C5: the weights {whose} add up to {sum} and not to 10,000, the whole that is earned"
    );
    Err(Fault::at(path, sentence))
}

/// The measures that were looked at.
#[derive(Default)]
struct Known<'a> {
    ids: BTreeSet<Uuid>,
    references: BTreeSet<&'a str>,
}

fn measure<'a>(measure: &'a Measure, known: &mut Known<'a>, path: &str) -> Result<(), Fault> {
    let at = |field: &str| format!("{path}.{field}");
    if !known.ids.insert(measure.id) {
        return Err(Fault::at(at("id"), "this measure stands in the framework already"));
    }
    if measure.reference.trim().is_empty() {
        return Err(Fault::at(at("reference"), "say what its parties call it"));
    }
    if !known.references.insert(&measure.reference) {
        return Err(Fault::at(at("reference"), "another measure is called so: give each its own"));
    }
    if measure.name.trim().is_empty() {
        return Err(Fault::at(at("name"), "say what is measured"));
    }
    reading(measure.threshold, &at("threshold"))?;
    reading(measure.target, &at("target"))?;
    if let Some(baseline) = measure.baseline {
        reading(baseline, &at("baseline"))?;
    }
    match &measure.scoring {
        Scoring::AllOrNothing => Ok(()),
        Scoring::Linear => {
            if measure.target.better_than(measure.threshold, measure.direction) <= 0 {
                let sentence = "a linear score needs a target that is better than the threshold";
                return Err(Fault::at(at("target"), sentence));
            }
            Ok(())
        }
        Scoring::Stepped { steps } => {
            some(steps, &at("steps"))?;
            for (step, place) in steps.iter().zip(0..) {
                reading(step.at, &at(&format!("steps.{place}.at")))?;
                share(step.basis_points, &at(&format!("steps.{place}.basisPoints")))?;
            }
            let rises = |pair: &[crate::rules::pay::Step]| {
                pair[1].at.better_than(pair[0].at, measure.direction) > 0
                    && pair[1].basis_points > pair[0].basis_points
            };
            if !steps.windows(2).all(rises) {
                let sentence = "give the steps from the worst to the best, each earning more";
                return Err(Fault::at(at("steps"), sentence));
            }
            Ok(())
        }
    }
}

fn reading(reading: Reading, path: &str) -> Result<(), Fault> {
    if (-FURTHEST..=FURTHEST).contains(&reading.0) {
        return Ok(());
    }
    Err(Fault::at(path, "give a number of at most a million million"))
}
