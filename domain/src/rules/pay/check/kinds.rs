use std::collections::BTreeSet;

use super::{amount, code, money, points, share, some, within};
use crate::rules::{
    pay::{
        Amount, Capitation, Contingent, CostAndVolume, Framework, Incentive, Kind, KindName, Pay,
        Price, Sharing, Tariff,
    },
    risk_share::Fault,
};

/// What a weight of a person may be at most: a hundred times the whole.
const MOST_WEIGHT: i64 = 1_000_000;

/// The most units of anything.
const MOST_UNITS: i64 = 100_000_000;

pub(super) fn check(pay: &Pay, framework: &Framework) -> Result<(), Fault> {
    match &pay.kind {
        Kind::Block { yearly } => of_care(pay.kind.name(), *yearly, "yearly"),
        Kind::Capitation(terms) => capitation(terms),
        Kind::Activity { tariffs } => self::tariffs(tariffs),
        Kind::CostAndVolume(terms) => cost_and_volume(terms),
        Kind::Episode { prices } | Kind::YearOfCare { prices } => self::prices(prices),
        Kind::OutcomeContingent(terms) => contingent(terms, framework),
        Kind::Incentive(terms) => incentive(terms, framework),
        Kind::GainShare(terms) => {
            sharing(terms, pay)?;
            let Some(gate) = terms.gate_basis_points else { return Ok(()) };
            share(gate, "gateBasisPoints")?;
            if framework.domains.is_empty() {
                let sentence = "quality is a condition of this saving: define the outcome \
                                framework first";
                return Err(Fault::at("gateBasisPoints", sentence));
            }
            Ok(())
        }
        Kind::LossShare(terms) => {
            sharing(terms, pay)?;
            if terms.gate_basis_points.is_some() {
                let sentence = "quality is a condition of a saving only: leave it out here";
                return Err(Fault::at("gateBasisPoints", sentence));
            }
            Ok(())
        }
        Kind::Transition { payments } => {
            some(payments, "payments")?;
            for (payment, place) in payments.iter().zip(0..) {
                money(payment.amount, &format!("payments.{place}.amount"))?;
            }
            Ok(())
        }
        Kind::PassThrough { code: of } => code(of, std::iter::empty(), "code"),
    }
}

fn of_care(kind: KindName, it: Amount, path: &str) -> Result<(), Fault> {
    amount(it, path)?;
    agreed_where_care_is_paid(kind, it, path)
}

/// What pays for care itself is no share of what pay for care comes to.
pub(super) fn agreed_where_care_is_paid(
    kind: KindName,
    it: Amount,
    path: &str,
) -> Result<(), Fault> {
    match it {
        Amount::Share { basis, .. } if kind.is_for_care() && !basis.is_agreed() => {
            let sentence = "this enters the basis that it is a share of: name the baseline spend \
                            or the contract value";
            Err(Fault::at(path, sentence))
        }
        _ => Ok(()),
    }
}

fn capitation(terms: &Capitation) -> Result<(), Fault> {
    money(terms.yearly_price, "yearlyPrice")?;
    some(&terms.groups, "groups")?;
    for (group, place) in terms.groups.iter().zip(0..) {
        let at = |field: &str| format!("groups.{place}.{field}");
        let earlier = terms.groups[..place].iter().map(|it| it.code.as_str());
        code(&group.code, earlier, &at("code"))?;
        within((group.weight, MOST_WEIGHT), &at("weight"), "give between 0 and 1,000,000")?;
    }
    Ok(())
}

fn tariffs(tariffs: &[Tariff]) -> Result<(), Fault> {
    some(tariffs, "tariffs")?;
    for (tariff, place) in tariffs.iter().zip(0..) {
        let at = |field: &str| format!("tariffs.{place}.{field}");
        code(&tariff.code, tariffs[..place].iter().map(|it| it.code.as_str()), &at("code"))?;
        money(tariff.price, &at("price"))?;
        units(tariff.plan.unwrap_or_default(), &at("plan"))?;
        points(tariff.beyond_basis_points, &at("beyondBasisPoints"))?;
    }
    Ok(())
}

fn prices(prices: &[Price]) -> Result<(), Fault> {
    some(prices, "prices")?;
    for (price, place) in prices.iter().zip(0..) {
        let at = |field: &str| format!("prices.{place}.{field}");
        code(&price.code, prices[..place].iter().map(|it| it.code.as_str()), &at("code"))?;
        money(price.price, &at("price"))?;
    }
    Ok(())
}

fn cost_and_volume(terms: &CostAndVolume) -> Result<(), Fault> {
    of_care(KindName::CostAndVolume, terms.yearly, "yearly")?;
    code(&terms.code, std::iter::empty(), "code")?;
    units(terms.from_units, "fromUnits")?;
    units(terms.to_units, "toUnits")?;
    if terms.to_units < terms.from_units {
        return Err(Fault::at("toUnits", "the most units are not fewer than the fewest"));
    }
    money(terms.price_below, "priceBelow")?;
    money(terms.price_beyond, "priceBeyond")
}

fn units(units: i64, path: &str) -> Result<(), Fault> {
    within((units, MOST_UNITS), path, "give between 0 and 100,000,000 units")
}

fn contingent(terms: &Contingent, framework: &Framework) -> Result<(), Fault> {
    some(&terms.most.amounts, "most.amounts")?;
    for (it, place) in terms.most.amounts.iter().zip(0..) {
        amount(*it, &format!("most.amounts.{place}"))?;
    }
    if let Some(when) = terms.most.when {
        share(when.at_least_basis_points, "most.when.atLeastBasisPoints")?;
    }
    share(terms.on_account_basis_points, "onAccountBasisPoints")?;
    if framework.domains.is_empty() {
        let sentence = "this is earned by the outcome framework: define that first";
        return Err(Fault::at("most", sentence));
    }
    Ok(())
}

fn incentive(terms: &Incentive, framework: &Framework) -> Result<(), Fault> {
    share(terms.ceiling_basis_points, "ceilingBasisPoints")?;
    share(terms.on_account_basis_points, "onAccountBasisPoints")?;
    some(&terms.goals, "goals")?;
    let (mut sum, mut measures) = (0, BTreeSet::new());
    for (goal, place) in terms.goals.iter().zip(0..) {
        let at = |field: &str| format!("goals.{place}.{field}");
        if goal.basis_points <= 0 {
            return Err(Fault::at(at("basisPoints"), "give basis points above zero"));
        }
        sum += i128::from(goal.basis_points);
        if sum > i128::from(terms.ceiling_basis_points) {
            let (name, ceiling) = (&goal.name, terms.ceiling_basis_points);
            let sentence = format!(
                "rule C6: {name} takes the goals to {sum} basis points, beyond the ceiling of \
                 {ceiling}"
            );
            return Err(Fault::at(at("basisPoints"), sentence));
        }
        let Some(measure) = framework.further.iter().find(|it| it.id == goal.measure) else {
            let sentence = "name one of the framework's further measures: those of its domains \
                            earn outcome pay already";
            return Err(Fault::at(at("measure"), sentence));
        };
        if measure.is_required_anyway {
            let sentence = "rule C6: the contract requires this anyway: an incentive is for more \
                            than that";
            return Err(Fault::at(at("measure"), sentence));
        }
        if !measures.insert(goal.measure) {
            return Err(Fault::at(at("measure"), "another goal is for this already"));
        }
        if goal.due.is_adjustment() {
            return Err(Fault::at(at("due"), "name a month, 1 to 12"));
        }
    }
    Ok(())
}

fn sharing(terms: &Sharing, pay: &Pay) -> Result<(), Fault> {
    amount(terms.target, "target")?;
    code(&terms.cost_code, std::iter::empty(), "costCode")?;
    some(&terms.bands, "bands")?;
    if pay.floor.is_some() {
        return Err(Fault::at("floor", "what is shared has no least: leave it out"));
    }
    let mut ends = Some(0);
    for (band, place) in terms.bands.iter().zip(0..) {
        let at = |field: &str| format!("bands.{place}.{field}");
        share(band.provider_basis_points, &at("providerBasisPoints"))?;
        let Some(from) = ends else {
            let sentence = "the band before goes on without end: say where it ends";
            return Err(Fault::at(at("toBasisPoints"), sentence));
        };
        if let Some(to) = band.to_basis_points {
            points(to, &at("toBasisPoints"))?;
            if to <= from {
                let sentence = "a band ends above where the one before does";
                return Err(Fault::at(at("toBasisPoints"), sentence));
            }
        }
        ends = band.to_basis_points;
    }
    Ok(())
}
