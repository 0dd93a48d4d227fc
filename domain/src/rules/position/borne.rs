//! Who bears what of a fund in the end (basis BORNE_BY of rule M15).
//!
//! A partner bears the budget that it funds and its part of the risk share's result on the fund's
//! variance: that is its outturn. What was spent so far, and every other figure, is its as it funds
//! it; what is left to come is the outturn less that. What no partner bears is a line of its own,
//! never spread.

use std::cmp::Ordering;

use entities::value::Pence;
use uuid::Uuid;

use super::{Figures, PositionLine};
use crate::rules::risk_share::{Bearer, BornePart, OtherPart};

/// A fund by who bears it: both lists together add up to the fund, figure by figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Borne {
    /// By partner.
    pub by_partner: Vec<PositionLine<Uuid>>,
    /// What no partner bears.
    pub others: Vec<PositionLine<OtherPart>>,
}

/// A fund by who bears it, from its lines by who funds it and what its risk share comes to in it.
/// While that is not known, because another fund of the risk share is not forecast, nobody has an
/// outturn.
#[must_use]
pub fn borne_by(funded: &[PositionLine<Uuid>], parts: Option<&[BornePart]>) -> Borne {
    let Some(parts) = parts else {
        let unknown = |line: &PositionLine<Uuid>| PositionLine {
            key: line.key,
            figures: unknown(line.figures),
        };
        return Borne { by_partner: funded.iter().map(unknown).collect(), others: Vec::new() };
    };
    let of = |bearer| -> Pence {
        parts.iter().filter(|part| part.bearer == bearer).map(|part| part.amount).sum()
    };
    let own = |line: &PositionLine<Uuid>| PositionLine {
        key: line.key,
        figures: with_result(line.figures, of(Bearer::Party(line.key))),
    };
    let mut borne = Borne { by_partner: funded.iter().map(own).collect(), others: Vec::new() };
    for part in parts {
        let figures = with_result(Figures::ZERO, part.amount);
        match part.bearer {
            Bearer::Party(key) if funded.iter().any(|line| line.key == key) => {}
            Bearer::Party(key) => borne.by_partner.push(PositionLine { key, figures }),
            Bearer::Nobody(key) => borne.others.push(PositionLine { key, figures }),
        }
    }
    borne
}

/// What a fund comes to that is in no risk share, or for which no rule is in force: nothing meets its
/// variance, and nobody has agreed to bear it (rule R2).
#[must_use]
pub fn unshared(variance: Pence) -> Vec<BornePart> {
    let part = match variance.cmp(&Pence::ZERO) {
        Ordering::Equal => return Vec::new(),
        Ordering::Greater => OtherPart::Unallocated,
        Ordering::Less => OtherPart::UnallocatedUnderspend,
    };
    vec![BornePart { bearer: Bearer::Nobody(part), amount: variance }]
}

fn with_result(funded: Figures, result: Pence) -> Figures {
    let outturn = funded.budget + result;
    Figures {
        remaining_forecast: Some(outturn - funded.actual),
        forecast_outturn: Some(outturn),
        variance: Some(result),
        ..funded
    }
}

fn unknown(funded: Figures) -> Figures {
    Figures { remaining_forecast: None, forecast_outturn: None, variance: None, ..funded }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{
        super::{
            Basis, Position, position,
            testing::{schemes, year},
        },
        *,
    };

    const COUNCIL: Uuid = Uuid::from_u128(1);
    const BOARD: Uuid = Uuid::from_u128(2);

    fn line(key: Uuid, budget: i64, actual: i64) -> PositionLine<Uuid> {
        let figures = Figures { budget: Pence(budget), actual: Pence(actual), ..Figures::ZERO };
        PositionLine { key, figures }
    }

    fn part(bearer: Bearer, amount: i64) -> BornePart {
        BornePart { bearer, amount: Pence(amount) }
    }

    #[test]
    fn m15_a_partner_bears_the_budget_that_it_funds_and_its_result() {
        let funded = [line(COUNCIL, 1_000, 700)];
        let unallocated = Bearer::Nobody(OtherPart::Unallocated);
        let parts = [
            part(Bearer::Party(COUNCIL), 60),
            part(Bearer::Party(BOARD), 30),
            part(unallocated, 10),
        ];
        let borne = borne_by(&funded, Some(&parts));
        let council = Figures {
            remaining_forecast: Some(Pence(360)),
            forecast_outturn: Some(Pence(1_060)),
            variance: Some(Pence(60)),
            ..funded[0].figures
        };
        let alone = |amount| Figures {
            remaining_forecast: Some(Pence(amount)),
            forecast_outturn: Some(Pence(amount)),
            variance: Some(Pence(amount)),
            ..Figures::ZERO
        };
        let board = PositionLine { key: BOARD, figures: alone(30) };
        assert_eq!(borne.by_partner, [PositionLine { key: COUNCIL, figures: council }, board]);
        let nobody = PositionLine { key: OtherPart::Unallocated, figures: alone(10) };
        assert_eq!(borne.others, [nobody], "R2: shown, and not spread");
    }

    #[test]
    fn m15_while_the_result_is_not_known_nobody_has_an_outturn() {
        let borne = borne_by(&[line(COUNCIL, 1_000, 700)], None);
        let figures = borne.by_partner[0].figures;
        assert_eq!((figures.budget, figures.actual), (Pence(1_000), Pence(700)));
        assert_eq!(figures.forecast_outturn, None);
        assert_eq!(figures.remaining_forecast, None);
        assert_eq!(figures.variance, None);
        assert_eq!(borne.others, []);
    }

    #[test]
    fn r2_without_a_risk_share_nobody_bears_a_variance() {
        let nobody = |of, amount| vec![part(Bearer::Nobody(of), amount)];
        assert_eq!(unshared(Pence(5)), nobody(OtherPart::Unallocated, 5));
        assert_eq!(unshared(Pence(-5)), nobody(OtherPart::UnallocatedUnderspend, -5));
        assert_eq!(unshared(Pence::ZERO), []);
    }

    /// Written apart: who bears how much, line by line, penny by penny.
    fn plainly(funded: &Position, parts: &[BornePart]) -> BTreeMap<String, i64> {
        let mut borne = BTreeMap::new();
        for line in &funded.by_partner {
            *borne.entry(format!("{:?}", Bearer::Party(line.key))).or_default() +=
                line.figures.budget.0;
        }
        for part in parts {
            *borne.entry(format!("{:?}", part.bearer)).or_default() += part.amount.0;
        }
        borne
    }

    proptest! {
        #[test]
        fn m15_by_who_bears_it_adds_up_to_the_fund_figure_by_figure(
            schemes in schemes(),
            weights in prop::collection::vec(-1_000..1_000_i64, 3),
        ) {
            let end = year().last_day();
            let funded = position(year(), end, Basis::BorneBy, &schemes);
            let variance = funded.total.variance.expect("the year has ended").0;
            // Any parts that come to the variance; the last takes what the others leave.
            let bearers = [
                Bearer::Party(Uuid::from_u128(100)),
                Bearer::Party(Uuid::from_u128(999)),
                Bearer::Nobody(OtherPart::RiskReserve),
                Bearer::Nobody(OtherPart::Unallocated),
            ];
            let rest = variance - weights.iter().sum::<i64>();
            let amounts = weights.into_iter().chain([rest]);
            let parts: Vec<BornePart> =
                bearers.into_iter().zip(amounts).map(|(of, amount)| part(of, amount)).collect();
            let borne = borne_by(&funded.by_partner, Some(&parts));
            let lines = borne.by_partner.iter().map(|line| line.figures);
            let lines = lines.chain(borne.others.iter().map(|line| line.figures));
            let sum = lines.fold(Figures::ZERO, |sum, line| sum + line);
            prop_assert_eq!(sum, funded.total);
            let mut found = BTreeMap::new();
            for line in &borne.by_partner {
                let key = format!("{:?}", Bearer::Party(line.key));
                found.insert(key, line.figures.forecast_outturn.expect("an outturn").0);
            }
            for line in &borne.others {
                let key = format!("{:?}", Bearer::Nobody(line.key));
                found.insert(key, line.figures.forecast_outturn.expect("an outturn").0);
            }
            prop_assert_eq!(found, plainly(&funded, &parts));
        }

        #[test]
        fn m15_before_the_risk_share_it_is_by_who_funds_it(schemes in schemes()) {
            let end = year().last_day();
            let funded = position(year(), end, Basis::FundedBy, &schemes);
            prop_assert_eq!(position(year(), end, Basis::BorneBy, &schemes), funded);
        }
    }
}
