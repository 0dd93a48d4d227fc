//! Budgets of cost: what is charged, given back and restored, whatever the order.

use gate::{Budgets, Refused, Standing, Terms};
use proptest::prelude::*;

const SECOND: u64 = 1_000_000;
const TERMS: Terms = Terms { capacity: 1_000, restored_per_second: 10 };

fn available(standing: Standing) -> u32 {
    standing.available
}

#[test]
fn a_budget_is_full_until_it_is_charged_and_what_was_not_used_comes_back() {
    let budgets = Budgets::new(TERMS);
    assert_eq!(available(budgets.standing(&"portal", 0)), 1_000);
    assert_eq!(budgets.charge(&"portal", 400, 0).map(available), Ok(600));
    assert_eq!(available(budgets.settle(&"portal", 400, 150, 0)), 850);
    assert_eq!(available(budgets.standing(&"nightly pull", 0)), 1_000, "to each its own");
}

#[test]
fn what_a_budget_does_not_pay_for_is_refused_and_takes_nothing() {
    let budgets = Budgets::new(TERMS);
    assert_eq!(budgets.charge(&1, 990, 0).map(available), Ok(10));
    let standing = Standing { terms: TERMS, available: 10 };
    let refused = Refused::Spent { standing, retry_after_seconds: 2 };
    assert_eq!(budgets.charge(&1, 21, 0), Err(refused));
    assert_eq!(available(budgets.standing(&1, 0)), 10);
    assert_eq!(
        budgets.charge(&1, 21, SECOND),
        Err(Refused::Spent {
            standing: Standing { terms: TERMS, available: 20 },
            retry_after_seconds: 1,
        })
    );
    assert_eq!(budgets.charge(&1, 21, 2 * SECOND).map(available), Ok(9));
}

#[test]
fn whether_a_budget_would_pay_is_asked_without_taking_anything() {
    let budgets = Budgets::new(TERMS);
    assert_eq!(budgets.would_pay(&1, 1_000, 0).map(available), Ok(1_000));
    assert_eq!(budgets.charge(&1, 990, 0).map(available), Ok(10));
    for now in [0, SECOND, 2 * SECOND] {
        let would = budgets.would_pay(&1, 21, now);
        assert_eq!(would.err(), budgets.charge(&1, 21, now).err());
    }
    assert!(matches!(budgets.would_pay(&1, 1_001, 0), Err(Refused::BeyondCapacity { .. })));
}

#[test]
fn what_no_budget_pays_for_is_refused_for_ever() {
    let budgets = Budgets::new(TERMS);
    for cost in [1_001, u64::MAX] {
        let standing = Standing { terms: TERMS, available: 1_000 };
        let refused = Refused::BeyondCapacity { standing };
        assert_eq!(budgets.charge(&1, cost, 0), Err(refused));
    }
    assert_eq!(budgets.charge(&1, 1_000, 0).map(available), Ok(0));
}

#[test]
fn who_used_more_than_was_charged_waits_for_it() {
    let budgets = Budgets::new(TERMS);
    assert_eq!(budgets.charge(&1, 900, 0).map(available), Ok(100));
    assert_eq!(available(budgets.settle(&1, 900, 1_100, 0)), 0);
    let waits = |now: u64| match budgets.charge(&1, 1, now) {
        Err(Refused::Spent { retry_after_seconds, .. }) => retry_after_seconds,
        other => panic!("{other:?}"),
    };
    assert_eq!(waits(0), 11);
    // However much it was, no longer than two budgets take to come back.
    budgets.settle(&1, 0, u64::MAX, 0);
    assert_eq!(waits(0), 101);
    assert_eq!(budgets.charge(&1, 1, 101 * SECOND).map(available), Ok(9));
}

#[test]
fn a_clock_that_goes_back_restores_nothing() {
    let budgets = Budgets::new(TERMS);
    assert_eq!(budgets.charge(&1, 1_000, 50 * SECOND).map(available), Ok(0));
    assert_eq!(available(budgets.standing(&1, 0)), 0);
    assert_eq!(available(budgets.standing(&1, 51 * SECOND)), 10);
}

#[test]
fn more_senders_than_are_kept_forgive_only_those_that_had_most_left() {
    let budgets = Budgets::new(TERMS);
    assert_eq!(budgets.charge(&0, 1_000, 0).map(available), Ok(0));
    for sender in 1..=100_000_u32 {
        assert_eq!(budgets.charge(&sender, 1, 0).map(available), Ok(999));
    }
    assert_eq!(available(budgets.standing(&0, 0)), 0);
    let is_kept = |sender: &u32| available(budgets.standing(sender, 0)) < 1_000;
    let kept = (0..=100_000).filter(is_kept).count();
    assert!((2..=65_536).contains(&kept), "{kept} are kept");
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Charge { cost: u32, used: u32 },
    Pass { micros: u32 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0_u32..1_500, 0_u32..1_500).prop_map(|(cost, used)| Step::Charge { cost, used }),
        (0_u32..20_000_000).prop_map(|micros| Step::Pass { micros }),
    ];
    prop::collection::vec(step, 0..60)
}

proptest! {
    /// Whatever the order: nobody uses more than the capacity and what time restored, save for what
    /// the last request used beyond its price; and after the time that was said the same request
    /// passes.
    #[test]
    fn nobody_uses_more_than_the_budget_and_what_time_restored(
        steps in steps(),
        rate in 1_u32..500,
    ) {
        let terms = Terms { restored_per_second: rate, ..TERMS };
        let budgets = Budgets::new(terms);
        let (mut now, mut spent) = (0_u64, 0_u64);
        for step in steps {
            match step {
                Step::Pass { micros } => now += u64::from(micros),
                Step::Charge { cost, used } => {
                    let (cost, used) = (u64::from(cost), u64::from(used.min(cost)));
                    match budgets.charge(&(), cost, now) {
                        Ok(_) => {
                            budgets.settle(&(), cost, used, now);
                            spent += used;
                        }
                        Err(Refused::BeyondCapacity { .. }) => prop_assert!(cost > 1_000),
                        Err(Refused::Spent { retry_after_seconds, .. }) => {
                            now += (retry_after_seconds - 1) * SECOND;
                            // A second is the smallest time that is said.
                            let early = retry_after_seconds > 1
                                && budgets.charge(&(), cost, now - 1).is_ok();
                            prop_assert!(!early);
                            now += SECOND;
                            prop_assert!(budgets.charge(&(), cost, now).is_ok());
                            spent += cost;
                        }
                    }
                }
            }
            let restored = now * u64::from(rate) / SECOND;
            prop_assert!(spent <= 1_000 + restored, "{} of {}", spent, 1_000 + restored);
            prop_assert!(budgets.standing(&(), now).available <= terms.capacity);
        }
    }
}
