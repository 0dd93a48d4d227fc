//! What is withheld and given back, penny by penny.

use uuid::Uuid;

use super::{
    super::{Facts, Outcome, Part},
    Plain,
    sums::{share, shared_out},
};

/// Takes what is withheld off what is found, and puts back what is given back.
pub(super) fn take(found: &mut Plain, order: &[Uuid], (facts, start): (&Facts, i32)) {
    let due = found.clone();
    let mut own: Vec<_> =
        facts.withholdings.iter().filter(|it| it.year.start_year() == start).collect();
    own.sort_by_key(|it| it.number);
    let mut left: Plain = due.iter().map(|(at, amount)| (*at, (*amount).max(0))).collect();
    for it in own {
        let over = it.settlements.iter().find(|it| it.amount.is_none()).map(|it| it.effective_on);
        let meant: Vec<Uuid> =
            order.iter().copied().filter(|id| it.component.is_none_or(|of| of == *id)).collect();
        let mut taken: Vec<(usize, Vec<i128>)> = Vec::new();
        for month in it.from.number() - 1..it.to.number() {
            let month = usize::try_from(month).expect("a month");
            if over.is_some_and(|on| on <= first_day(start, month)) {
                continue;
            }
            let pays: i128 =
                meant.iter().map(|id| due.get(&(*id, month)).map_or(0, |it| (*it).max(0))).sum();
            let rest: Vec<i128> =
                meant.iter().map(|id| left.get(&(*id, month)).copied().unwrap_or(0)).collect();
            let wanted = match it.part {
                Part::Points(points) => share(pays, i128::from(points), 10_000),
                Part::Monthly(amount) => i128::from(amount.0),
            };
            let parts = shared_out(wanted.min(rest.iter().sum()), &rest);
            for (id, part) in meant.iter().zip(&parts) {
                if *part > 0 {
                    *left.entry((*id, month)).or_default() -= part;
                    *found.entry((*id, month)).or_default() -= part;
                }
            }
            taken.push((month, parts));
        }
        let mut settled = vec![0; meant.len()];
        for settlement in &it.settlements {
            let on = settlement.effective_on;
            let mut rest: Vec<i128> = settled.iter().map(|it: &i128| -it).collect();
            for (month, parts) in &taken {
                if first_day(start, *month) <= on {
                    rest.iter_mut().zip(parts).for_each(|(rest, part)| *rest += part);
                }
            }
            let all: i128 = rest.iter().sum();
            let amount = settlement.amount.map_or(all, |it| i128::from(it.0).min(all));
            let month = (0..12).rev().find(|month| first_day(start, *month) <= on).unwrap_or(0);
            for ((id, part), settled) in
                meant.iter().zip(shared_out(amount, &rest)).zip(&mut settled)
            {
                *settled += part;
                if settlement.outcome == Outcome::Released && part > 0 {
                    *found.entry((*id, month)).or_default() += part;
                }
            }
        }
    }
}

fn first_day(start: i32, month: usize) -> chrono::NaiveDate {
    let number = u32::try_from(month).expect("small");
    let (year, month) = if month < 9 { (start, number + 4) } else { (start + 1, number - 8) };
    chrono::NaiveDate::from_ymd_opt(year, month, 1).expect("a day")
}
