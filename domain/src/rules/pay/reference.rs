//! The same rules once more, written apart and as plainly as possible: slow, component by component
//! and month by month, with sums of its own and nothing from the rules themselves but the types of
//! what goes in. Every version is known and has taken effect: [`known_then`] leaves the others out.

mod delivered;
mod known;
mod sums;
mod withheld;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::{
    Amount, Basis, Bearer, Direction, Facts, Kind, Measure, Pay, Refresh, Scoring, Sharing, Terms,
    Version,
};
use sums::{part_of, share, shared_out};

pub(super) use known::known_then;

/// Pence by component and month, from 0 for April to 11 for March.
pub(super) type Plain = BTreeMap<(Uuid, usize), i128>;

struct Plainly<'a> {
    terms: &'a Terms,
    facts: &'a Facts,
    start: i32,
    care: i128,
    fixed: i128,
}

impl Plainly<'_> {
    fn first_day(&self, month: usize) -> NaiveDate {
        let number = u32::try_from(month).expect("small");
        let (year, month) =
            if month < 9 { (self.start, number + 4) } else { (self.start + 1, number - 8) };
        NaiveDate::from_ymd_opt(year, month, 1).expect("a day")
    }

    fn basis(&self, basis: Basis) -> i128 {
        let year = self.terms.values.iter().find(|it| it.year.start_year() == self.start);
        match basis {
            Basis::BaselineSpend => year.map_or(0, |it| i128::from(it.baseline_spend.0)),
            Basis::ContractValue => year.map_or(0, |it| i128::from(it.contract_value.0)),
            Basis::ActualAnnualValue => self.care.max(0),
            Basis::FixedElement => self.fixed,
        }
    }

    fn price(&self, pay: &Pay, price: i64) -> i128 {
        let mut price = i128::from(price);
        for uplift in &pay.uplifts {
            if uplift.year.start_year() <= self.start {
                price = share(price, 10_000 + i128::from(uplift.basis_points), 10_000);
            }
        }
        price
    }

    fn amount(&self, pay: &Pay, amount: Amount) -> i128 {
        match amount {
            Amount::Stated(stated) => self.price(pay, stated.0),
            Amount::Share { basis, basis_points } => {
                share(self.basis(basis), i128::from(basis_points), 10_000)
            }
        }
    }

    fn version<'v>(&self, versions: &'v [Version], month: usize) -> Option<&'v Version> {
        let mut found: Option<&Version> = None;
        for version in versions {
            let begun = version.effective_on <= self.first_day(month);
            let later = found.is_none_or(|it| {
                version.effective_on > it.effective_on
                    || (version.effective_on == it.effective_on && version.known_at >= it.known_at)
            });
            if begun && later {
                found = Some(version);
            }
        }
        found.filter(|it| it.ends_on.is_none_or(|ends| self.first_day(month) <= ends))
    }

    fn units(&self, code: &str, month: usize) -> Option<i128> {
        let mut newest = None;
        for it in &self.facts.activity {
            let same = it.code == code
                && it.year.start_year() == self.start
                && it.month.number() == i32::try_from(month).expect("small") + 1;
            if same && newest.is_none_or(|(known_at, _)| it.known_at >= known_at) {
                newest = Some((it.known_at, i128::from(it.units)));
            }
        }
        newest.map(|it| it.1)
    }

    fn cost(&self, code: &str, month: usize) -> Option<i128> {
        let mut newest = None;
        for it in &self.facts.costs {
            let same = it.code == code
                && it.year.start_year() == self.start
                && it.month.number() == i32::try_from(month).expect("small") + 1;
            if same && newest.is_none_or(|(known_at, _)| it.known_at >= known_at) {
                newest = Some((it.known_at, i128::from(it.amount.0)));
            }
        }
        newest.map(|it| it.1)
    }

    fn people(&self, code: &str, on: NaiveDate) -> i128 {
        let mut newest = None;
        for it in &self.facts.list_sizes {
            let at = (it.counted_on, it.known_at);
            if it.code == code && it.counted_on <= on && newest.is_none_or(|(best, _)| at >= best) {
                newest = Some((at, i128::from(it.people)));
            }
        }
        newest.map_or(0, |it| it.1)
    }

    /// How much of a measure was reached in a year, as a fraction; none without evidence.
    fn reached(&self, measure: &Measure, start: i32) -> Option<(i128, i128)> {
        let end = NaiveDate::from_ymd_opt(start + 1, 3, 31).expect("a day");
        let cut_off = end + chrono::Days::new(self.terms.framework.cut_off_days.into());
        let mut last = None;
        for it in &self.facts.measurements {
            let at = (it.validated_on, it.known_at);
            let counts = it.measure == measure.id
                && it.year.start_year() == start
                && it.validated_on <= cut_off;
            if counts && last.is_none_or(|(best, _)| at >= best) {
                last = Some((at, it.reading.0));
            }
        }
        let reading = i128::from(last?.1);
        let up: i128 = match measure.direction {
            Direction::HigherIsBetter => 1,
            Direction::LowerIsBetter => -1,
        };
        let (threshold, target) =
            (i128::from(measure.threshold.0) * up, i128::from(measure.target.0) * up);
        Some(match &measure.scoring {
            Scoring::AllOrNothing => (i128::from(reading * up >= target), 1),
            Scoring::Linear => {
                ((reading * up).min(target).max(threshold) - threshold, target - threshold)
            }
            Scoring::Stepped { steps } => {
                let mut best = 0;
                for step in steps {
                    if reading * up >= i128::from(step.at.0) * up {
                        best = best.max(i128::from(step.basis_points));
                    }
                }
                (best, 10_000)
            }
        })
    }

    fn whole_score(&self, start: i32) -> i128 {
        let mut sum = 0;
        for domain in &self.terms.framework.domains {
            for measure in &domain.measures {
                if let Some((reached, of)) = self.reached(measure, start) {
                    let weight = i128::from(domain.weight) * i128::from(measure.weight);
                    sum += weight * 10_000 * reached / of;
                }
            }
        }
        sum / 100_000_000
    }

    fn care_in(&self, pay: &Pay, month: usize) -> Option<i128> {
        let before = |code: &str| (0..month).filter_map(|it| self.units(code, it)).sum::<i128>();
        Some(match &pay.kind {
            Kind::Block { yearly } => part_of(self.amount(pay, *yearly), month),
            Kind::Capitation(it) => {
                let first = match it.refreshed {
                    Refresh::Monthly => month,
                    Refresh::Quarterly => month / 3 * 3,
                    Refresh::Yearly => 0,
                };
                let price = self.price(pay, it.yearly_price.0);
                let mut sum = 0;
                for group in &it.groups {
                    let people = self.people(&group.code, self.first_day(first));
                    let yearly = share(price, people * i128::from(group.weight), 10_000);
                    sum += part_of(yearly, month);
                }
                sum
            }
            Kind::Activity { tariffs } => {
                let mut sum = 0;
                for tariff in tariffs {
                    let price = self.price(pay, tariff.price.0);
                    let marginal = i128::from(tariff.beyond_basis_points);
                    let mut beyond = 0;
                    let so_far = before(&tariff.code);
                    for unit in 0..self.units(&tariff.code, month).unwrap_or(0) {
                        match tariff.plan {
                            Some(plan) if so_far + unit >= i128::from(plan) => beyond += 1,
                            _ => sum += price,
                        }
                    }
                    sum += share(price * beyond, marginal, 10_000);
                }
                sum
            }
            Kind::CostAndVolume(it) => {
                let mut sum = part_of(self.amount(pay, it.yearly), month);
                let so_far = before(&it.code);
                let units = self.units(&it.code, month);
                for unit in 0..units.unwrap_or(0) {
                    if so_far + unit >= i128::from(it.to_units) {
                        sum += self.price(pay, it.price_beyond.0);
                    }
                }
                if let (11, Some(units)) = (month, units) {
                    let fewer = (i128::from(it.from_units) - so_far - units).max(0);
                    sum -= fewer * self.price(pay, it.price_below.0);
                }
                sum
            }
            Kind::Episode { prices } => {
                let units = |code: &str| self.units(code, month).unwrap_or(0);
                prices.iter().map(|it| units(&it.code) * self.price(pay, it.price.0)).sum()
            }
            Kind::YearOfCare { prices } => {
                let people = |code: &str| self.units(code, month).unwrap_or(0);
                let yearly = |it: &super::Price| people(&it.code) * self.price(pay, it.price.0);
                prices.iter().map(|it| part_of(yearly(it), month)).sum()
            }
            Kind::PassThrough { code } => return self.cost(code, month),
            Kind::Transition { payments } => {
                let first = self.first_day(month);
                let due: Vec<i128> = payments
                    .iter()
                    .filter(|it| {
                        (it.due_on.year(), it.due_on.month()) == (first.year(), first.month())
                    })
                    .map(|it| i128::from(it.amount.0))
                    .collect();
                if due.is_empty() {
                    return None;
                }
                due.into_iter().sum()
            }
            _ => return None,
        })
    }

    /// What measures can earn, each with its month, and what they earned, if that is known.
    fn earnings(&self, pay: &Pay, months: i128) -> Vec<(usize, i128, Option<i128>)> {
        let framework = &self.terms.framework;
        let mut pots: Vec<(usize, i128, &Measure)> = Vec::new();
        match &pay.kind {
            Kind::OutcomeContingent(it) => {
                let mut step = 0;
                for start in self.terms.first_year.start_year()..self.start {
                    let score = self.whole_score(start);
                    let better = start == self.terms.first_year.start_year()
                        || score > self.whole_score(start - 1);
                    let met = it.most.when.is_none_or(|when| {
                        score >= i128::from(when.at_least_basis_points)
                            && (better || !when.and_improved)
                    });
                    step += usize::from(met);
                }
                let last = it.most.amounts.len() - 1;
                let most = self.amount(pay, it.most.amounts[step.min(last)]);
                let most = share(most, months, 12);
                let weights: Vec<i128> =
                    framework.domains.iter().map(|it| i128::from(it.weight)).collect();
                for (domain, part) in framework.domains.iter().zip(shared_out(most, &weights)) {
                    let weights: Vec<i128> =
                        domain.measures.iter().map(|it| i128::from(it.weight)).collect();
                    for (measure, part) in domain.measures.iter().zip(shared_out(part, &weights)) {
                        pots.push((11, part, measure));
                    }
                }
            }
            Kind::Incentive(it) => {
                let weights: Vec<i128> =
                    it.goals.iter().map(|goal| i128::from(goal.basis_points)).collect();
                let most = share(self.basis(it.basis), weights.iter().sum(), 10_000);
                let parts = shared_out(share(most, months, 12), &weights);
                for (goal, part) in it.goals.iter().zip(parts) {
                    let measure = framework.further.iter().find(|it| it.id == goal.measure);
                    let month = usize::try_from(goal.due.number() - 1).expect("a month");
                    pots.push((month, part, measure.expect("a measure")));
                }
            }
            _ => {}
        }
        let earned = |(month, most, measure): (usize, i128, &Measure)| {
            let reached = self.reached(measure, self.start);
            (month, most, reached.map(|(part, of)| share(most, part, of)))
        };
        pots.into_iter().map(earned).collect()
    }

    fn shared(&self, it: &Sharing, pay: &Pay, months: i128, gain: bool) -> Option<i128> {
        self.cost(&it.cost_code, 11)?;
        let cost: i128 = (0..12).filter_map(|month| self.cost(&it.cost_code, month)).sum();
        let target = share(self.amount(pay, it.target), months, 12);
        let variance = if gain { (target - cost).max(0) } else { (cost - target).max(0) };
        let mut provider = 0;
        let mut from = 0;
        for band in &it.bands {
            let to = match band.to_basis_points {
                Some(points) => share(target, i128::from(points), 10_000).min(variance),
                None => variance,
            };
            if to > from {
                provider += share(to - from, i128::from(band.provider_basis_points), 10_000);
                from = to;
            }
        }
        if it.gate_basis_points.is_some_and(|gate| self.whole_score(self.start) < i128::from(gate))
        {
            provider = 0;
        }
        if let Some(cap) = pay.cap {
            provider = provider.min(share(self.amount(pay, cap), months, 12));
        }
        let passes = match it.first_borne_by {
            Bearer::Provider => provider - variance,
            Bearer::Pool => provider,
        };
        Some(if gain { passes } else { -passes })
    }

    /// What one component pays in each month; none in a month without a line.
    fn component(&self, versions: &[Version]) -> [Option<i128>; 12] {
        let mut paid = [None; 12];
        let in_force: Vec<Option<&Version>> =
            (0..12).map(|month| self.version(versions, month)).collect();
        let months: Vec<usize> = (0..12).filter(|month| in_force[*month].is_some()).collect();
        let count = i128::try_from(months.len()).expect("small");
        let Some(last) = months.last().and_then(|month| in_force[*month]) else { return paid };
        match &last.pay.kind {
            Kind::GainShare(it) => paid[11] = self.shared(it, &last.pay, count, true),
            Kind::LossShare(it) => paid[11] = self.shared(it, &last.pay, count, false),
            Kind::OutcomeContingent(super::Contingent {
                on_account_basis_points: points, ..
            })
            | Kind::Incentive(super::Incentive { on_account_basis_points: points, .. }) => {
                let is_open = {
                    let end = NaiveDate::from_ymd_opt(self.start + 1, 3, 31).expect("a day");
                    let days = self.terms.framework.cut_off_days;
                    self.facts.as_of <= end + chrono::Days::new(days.into())
                };
                let mut on_account = 0;
                for (month, most, earned) in self.earnings(&last.pay, count) {
                    let before = share(most, i128::from(*points), 10_000);
                    on_account += before;
                    let due = match earned {
                        Some(earned) => earned - before,
                        None if is_open => 0,
                        None => -before,
                    };
                    paid[month] = Some(paid[month].unwrap_or(0) + due);
                }
                if on_account != 0 {
                    let parts = shared_out(on_account, &vec![1; months.len()]);
                    for (month, part) in months.iter().zip(parts) {
                        paid[*month] = Some(paid[*month].unwrap_or(0) + part);
                    }
                }
            }
            _ => {
                for month in &months {
                    paid[*month] = in_force[*month].and_then(|it| self.care_in(&it.pay, *month));
                }
            }
        }
        let mut idle = [false; 12];
        if is_for_care(versions) {
            for month in &months {
                let pay = in_force[*month].map(|it| &it.pay).expect("one is in force");
                let (on, of) = self.days_paid(*month);
                idle[*month] = on == 0;
                if let Some(amount) = paid[*month] {
                    paid[*month] = Some(self.of_days(pay, *month, (amount, on, of)));
                }
            }
        }
        let count = count - i128::try_from(idle.iter().filter(|it| **it).count()).expect("small");
        if matches!(last.pay.kind, Kind::GainShare(_) | Kind::LossShare(_)) {
            return paid;
        }
        if let Some(cap) = last.pay.cap {
            let cap = share(self.amount(&last.pay, cap), count, 12);
            let (mut uncapped, mut so_far) = (0, 0);
            for it in paid.iter_mut().zip(idle).filter(|it| !it.1).filter_map(|it| it.0.as_mut()) {
                uncapped += *it;
                *it = uncapped.min(cap) - so_far;
                so_far += *it;
            }
        }
        if let Some(floor) = last.pay.floor {
            let floor = share(self.amount(&last.pay, floor), count, 12);
            let sum: i128 = paid.iter().flatten().sum();
            let open = paid.iter_mut().zip(idle).filter(|it| !it.1).filter_map(|it| it.0.as_mut());
            if let Some(it) = open.last() {
                *it += (floor - sum).max(0);
            }
        }
        paid
    }
}

fn is_for_care(versions: &[Version]) -> bool {
    !matches!(
        versions[0].pay.kind,
        Kind::OutcomeContingent(_)
            | Kind::Incentive(_)
            | Kind::GainShare(_)
            | Kind::LossShare(_)
            | Kind::Transition { .. }
            | Kind::PassThrough { .. }
    )
}

/// What every component pays in every month of the year that starts in April of `start`.
pub(super) fn plain(terms: &Terms, facts: &Facts, start: i32) -> Plain {
    let mut year = Plainly { terms, facts, start, care: 0, fixed: 0 };
    let mut found = Plain::new();
    for care_first in [true, false] {
        let (mut care, mut fixed) = (0, 0);
        for component in &terms.components {
            if is_for_care(&component.versions) != care_first {
                continue;
            }
            for (month, amount) in year.component(&component.versions).into_iter().enumerate() {
                let Some(amount) = amount else { continue };
                found.insert((component.id, month), amount);
                care += amount;
                let kind = &component.versions[0].pay.kind;
                if matches!(kind, Kind::Block { .. } | Kind::Capitation(_)) {
                    fixed += amount;
                }
            }
        }
        if care_first {
            (year.care, year.fixed) = (care, fixed);
        }
    }
    let order: Vec<Uuid> = terms.components.iter().map(|it| it.id).collect();
    withheld::take(&mut found, &order, (facts, start));
    found
}
