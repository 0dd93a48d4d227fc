//! By chance: how a contract came to stand as it does, and what is withheld of its pay.

use entities::contract_status_change::ContractStatus;
use proptest::prelude::*;

use super::*;

fn april() -> NaiveDate {
    day(2025, 4, 1)
}

/// Up to four changes, each from no earlier day than the one before, and up to two last days.
pub(super) fn deliveries() -> impl Strategy<Value = Delivery> {
    use ContractStatus::{Abandoned, Active, Cancelled, NoticeGiven, Suspended, Terminated};
    let status = prop_oneof![
        8 => Just(Suspended),
        6 => Just(Active),
        3 => Just(NoticeGiven),
        2 => Just(Terminated),
        1 => Just(Cancelled),
        1 => Just(Abandoned),
    ];
    let change = (status, prop::bool::weighted(0.7), 0..200_i64, 0..3_i64);
    let last = (prop::option::weighted(0.8, 200..1_400_i64), 0..400_i64, 0..3_i64);
    let days = chrono::Duration::days;
    let both = (prop::collection::vec(change, 0..5), prop::collection::vec(last, 0..3));
    both.prop_map(move |(changes, lasts)| {
        let mut on = april();
        let mut stood = Vec::new();
        for (status, is_whole, later, known_at) in changes {
            on += days(later);
            stood.push(Stood { status, is_whole, effective_on: on, known_at: Instant(known_at) });
        }
        let mut last_days: Vec<LastDay> = lasts
            .into_iter()
            .map(|(ends, from, known_at)| LastDay {
                ends_on: ends.map(|it| april() + days(it)),
                effective_on: april() + days(from),
                known_at: Instant(known_at),
            })
            .collect();
        // Which of two with the same effect and moment counts is nobody's business.
        last_days.sort_by_key(|it| (it.effective_on, it.known_at));
        last_days.dedup_by_key(|it| (it.effective_on, it.known_at));
        Delivery { changes: stood, last_days }
    })
}

/// Up to three, of one component or of the contract, by share or by amount, each settled up to three
/// times, the last time perhaps as a whole.
pub(super) fn withholdings() -> impl Strategy<Value = Vec<Withholding>> {
    let part = prop_oneof![
        (1..=10_000_i64).prop_map(Part::Points),
        (1..40_000_i64).prop_map(|it| Part::Monthly(Pence(it))),
    ];
    let outcome = prop::sample::select(vec![Outcome::Released, Outcome::Retained]);
    let settlement = (outcome, 0..200_i64, prop::option::weighted(0.6, 1..60_000_i64));
    let one = (
        prop::option::of(1..4_u128),
        (2025..2028_i32, 1..=12_i32, 0..12_i32),
        part,
        prop::collection::vec(settlement, 0..4),
    );
    let one = one.prop_map(|(component, (start, from, more), part, settled)| {
        let from = month(from);
        let mut on = from.first_day(year(start));
        let mut settlements: Vec<Settlement> = Vec::new();
        for (outcome, later, amount) in settled {
            // Nothing follows a settlement of the whole.
            if settlements.last().is_some_and(|it| it.amount.is_none()) {
                break;
            }
            on += chrono::Duration::days(later);
            let amount = amount.map(Pence);
            settlements.push(Settlement {
                outcome,
                effective_on: on,
                amount,
                known_at: Instant(2),
            });
        }
        Withholding {
            component: component.map(Uuid::from_u128),
            year: year(start),
            from,
            to: month((from.number() + more).min(12)),
            part,
            settlements,
            ..withheld::withholding()
        }
    });
    prop::collection::vec(one, 0..4).prop_map(|mut all| {
        for (withholding, number) in all.iter_mut().zip(1..) {
            withholding.number = number;
            withholding.id = Uuid::from_u128(90 + u128::try_from(number).expect("few"));
        }
        all
    })
}
