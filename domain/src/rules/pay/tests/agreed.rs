//! By chance: what is agreed about a contract's pay.

use proptest::prelude::*;

use super::*;

const CODES: [&str; 3] = ["ONE", "TWO", "ALL"];

pub(super) fn codes() -> impl Strategy<Value = String> {
    prop::sample::select(CODES.to_vec()).prop_map(str::to_owned)
}

fn bases(agreed: bool) -> impl Strategy<Value = Basis> {
    let mut bases = vec![Basis::BaselineSpend, Basis::ContractValue];
    if !agreed {
        bases.extend([Basis::ActualAnnualValue, Basis::FixedElement]);
    }
    prop::sample::select(bases)
}

fn amounts(agreed: bool) -> impl Strategy<Value = Amount> {
    prop_oneof![
        (0..200_000_i64).prop_map(|it| Amount::Stated(Pence(it))),
        (bases(agreed), 0..12_000_i64)
            .prop_map(|(basis, basis_points)| Amount::Share { basis, basis_points }),
    ]
}

fn prices() -> impl Strategy<Value = Vec<Price>> {
    let price = (codes(), 0..5_000_i64);
    let price = price.prop_map(|(code, price)| Price { code, price: Pence(price) });
    prop::collection::vec(price, 1..3)
}

/// How what pays for care pays: one strategy for each kind.
fn care() -> [BoxedStrategy<Kind>; 6] {
    let group = (codes(), 0..30_000_i64).prop_map(|(code, weight)| Group { code, weight });
    let refreshed = vec![Refresh::Monthly, Refresh::Quarterly, Refresh::Yearly];
    let capitation =
        (0..5_000_i64, prop::collection::vec(group, 1..3), prop::sample::select(refreshed));
    let tariff = (codes(), 0..5_000_i64, prop::option::of(0..40_i64), 0..12_000_i64);
    let tariff = tariff.prop_map(|(code, price, plan, beyond_basis_points)| Tariff {
        code,
        price: Pence(price),
        plan,
        beyond_basis_points,
    });
    let volume = (amounts(true), codes(), 0..60_i64, 0..60_i64, 0..300_i64, 0..300_i64);
    [
        amounts(true).prop_map(|yearly| Kind::Block { yearly }).boxed(),
        capitation
            .prop_map(|(price, groups, refreshed)| {
                Kind::Capitation(Capitation { yearly_price: Pence(price), groups, refreshed })
            })
            .boxed(),
        prop::collection::vec(tariff, 1..3).prop_map(|tariffs| Kind::Activity { tariffs }).boxed(),
        volume
            .prop_map(|(yearly, code, from, more, below, beyond)| {
                Kind::CostAndVolume(CostAndVolume {
                    yearly,
                    code,
                    from_units: from,
                    to_units: from + more,
                    price_below: Pence(below),
                    price_beyond: Pence(beyond),
                })
            })
            .boxed(),
        prices().prop_map(|prices| Kind::Episode { prices }).boxed(),
        prices().prop_map(|prices| Kind::YearOfCare { prices }).boxed(),
    ]
}

fn contingents() -> impl Strategy<Value = Kind> {
    let when = (0..8_000_i64, any::<bool>()).prop_map(|(at_least_basis_points, and_improved)| {
        Sustained { at_least_basis_points, and_improved }
    });
    let most = (prop::collection::vec(amounts(false), 1..4), prop::option::of(when));
    (most, 0..9_000_i64).prop_map(|((amounts, when), on_account_basis_points)| {
        let most = Phasing { amounts, when };
        Kind::OutcomeContingent(Contingent { most, on_account_basis_points })
    })
}

fn incentives() -> impl Strategy<Value = Kind> {
    let goals = prop::collection::vec((1..150_i64, 1..=12_i32), 2);
    (bases(false), goals, 0..9_000_i64).prop_map(|(basis, goals, on_account_basis_points)| {
        let goals = goals.into_iter().zip(21..);
        let goals = goals.map(|((points, due), id)| Goal { due: month(due), ..goal(id, points) });
        let goals = goals.collect();
        let ceiling_basis_points = 500;
        Kind::Incentive(Incentive { basis, ceiling_basis_points, goals, on_account_basis_points })
    })
}

fn sharings() -> impl Strategy<Value = Sharing> {
    let bands = prop::collection::vec((1..2_000_i64, 0..=10_000_i64), 1..4);
    let rest = (any::<bool>(), any::<bool>(), prop::option::of(0..8_000_i64));
    (amounts(false), codes(), bands, rest).prop_map(
        |(target, cost_code, bands, (is_open, by_pool, gate_basis_points))| {
            let mut end = 0;
            let mut bands: Vec<Band> = bands
                .into_iter()
                .map(|(wide, provider_basis_points)| {
                    end += wide;
                    Band { to_basis_points: Some(end), provider_basis_points }
                })
                .collect();
            if let (Some(last), true) = (bands.last_mut(), is_open) {
                last.to_basis_points = None;
            }
            let first_borne_by = if by_pool { Bearer::Pool } else { Bearer::Provider };
            Sharing { target, cost_code, bands, first_borne_by, gate_basis_points }
        },
    )
}

/// One kind of pay, each often enough: whatever is agreed about a component, it stays of its kind.
fn kind() -> impl Strategy<Value = BoxedStrategy<Kind>> {
    let payment = (0..900_i64, 0..5_000_i64).prop_map(|(days, amount)| Payment {
        due_on: day(2025, 4, 1) + chrono::Duration::days(days),
        amount: Pence(amount),
    });
    let payments = prop::collection::vec(payment, 1..4);
    let mut kinds: Vec<BoxedStrategy<Kind>> = care().into();
    kinds.extend(vec![contingents().boxed(); 3]);
    kinds.extend(vec![incentives().boxed(); 2]);
    kinds.push(sharings().prop_map(Kind::GainShare).boxed());
    // Quality is a condition of a saving only.
    let loss = sharings().prop_map(|it| Sharing { gate_basis_points: None, ..it });
    kinds.push(loss.prop_map(Kind::LossShare).boxed());
    kinds.push(payments.prop_map(|payments| Kind::Transition { payments }).boxed());
    kinds.push(codes().prop_map(|code| Kind::PassThrough { code }).boxed());
    prop::sample::select(kinds)
}

fn pays(kind: BoxedStrategy<Kind>) -> impl Strategy<Value = Pay> {
    let uplifts = prop::collection::vec(-300..900_i64, 0..3).prop_map(|uplifts| {
        let uplifts = uplifts.into_iter().zip(2025..);
        let uplift = |(basis_points, start)| Uplift { year: year(start), basis_points };
        uplifts.map(uplift).collect::<Vec<_>>()
    });
    let limit = || prop::option::weighted(0.3, (0..60_000_i64, 0..2_000_i64));
    (kind, limit(), limit(), uplifts).prop_map(|(kind, floor, cap, uplifts)| {
        let limit = |it: Option<(i64, i64)>| {
            it.map(|(stated, basis_points)| match basis_points % 2 {
                0 => Amount::Stated(Pence(stated)),
                _ => share(Basis::ContractValue, basis_points),
            })
        };
        Pay { kind, floor: limit(floor), cap: limit(cap), uplifts }
    })
}

/// Components of which every version has terms of its own, so that they change within a year, too.
fn components() -> impl Strategy<Value = Vec<Component>> {
    let one = kind().prop_flat_map(|kind| {
        let version = (0..40_i64, prop::option::weighted(0.2, 0..400_i64), 0..3_i64, pays(kind));
        prop::collection::vec(version, 1..4)
    });
    let one = one.prop_map(|versions| {
        let version = |(tens, lasts, known_at, pay): (i64, Option<i64>, i64, Pay)| {
            let effective_on = day(2025, 4, 1) + chrono::Duration::days(tens * 15);
            Version {
                effective_on,
                ends_on: lasts.map(|days| effective_on + chrono::Duration::days(days)),
                known_at: Instant(known_at),
                pay,
            }
        };
        let mut versions: Vec<Version> = versions.into_iter().map(version).collect();
        // Which of two with the same effect and moment counts is nobody's business.
        versions.sort_by_key(|it| (it.effective_on, it.known_at));
        versions.dedup_by_key(|it| (it.effective_on, it.known_at));
        Component { id: PAID, name: "component".into(), versions }
    });
    prop::collection::vec(one, 1..6).prop_map(|mut components| {
        for (component, id) in components.iter_mut().zip(1..) {
            component.id = Uuid::from_u128(id);
        }
        components
    })
}

fn measures(first: u128, count: usize) -> impl Strategy<Value = Vec<Measure>> {
    let scoring = prop_oneof![
        Just(Scoring::Linear),
        Just(Scoring::AllOrNothing),
        (1..50_i64, 1..50_i64, 0..5_000_i64).prop_map(|(at, more, points)| {
            let step = |at, basis_points| Step { at: Reading(at), basis_points };
            Scoring::Stepped { steps: vec![step(at, points), step(at + more, points * 2)] }
        }),
    ];
    let one = (scoring, any::<bool>(), 0..60_i64, 1..60_i64);
    let one = one.prop_map(|(scoring, higher, threshold, way)| {
        let mut it = measure(0, 0, scoring);
        it.threshold = Reading(threshold);
        it.target = Reading(threshold + way);
        if !higher {
            it.direction = Direction::LowerIsBetter;
            it.target = Reading(threshold - way);
            if let Scoring::Stepped { steps } = &mut it.scoring {
                let [first, last] = [steps[0].at, steps[1].at];
                (steps[0].at, steps[1].at) = (last, first);
            }
        }
        it
    });
    prop::collection::vec(one, count).prop_map(move |mut measures| {
        for (measure, id) in measures.iter_mut().zip(first..) {
            measure.id = Uuid::from_u128(id);
        }
        measures
    })
}

prop_compose! {
    pub(super) fn frameworks()(
        one in measures(11, 2), two in measures(13, 2), further in measures(21, 2),
        weights in (1..10_000_i64, 1..10_000_i64, 1..10_000_i64),
        cut_off_days in 0..200_u32,
    ) -> Framework {
        let domain = |name: &str, weight, mut measures: Vec<Measure>, first| {
            (measures[0].weight, measures[1].weight) = (first, 10_000 - first);
            Domain { name: name.into(), weight, measures }
        };
        let domains = vec![
            domain("One", weights.0, one, weights.1),
            domain("Two", 10_000 - weights.0, two, weights.2),
        ];
        Framework { domains, further, cut_off_days }
    }
}

prop_compose! {
    pub(super) fn all_terms()(
        components in components(),
        framework in frameworks(),
        values in prop::collection::vec((0..900_000_i64, 0..900_000_i64), 0..4),
    ) -> Terms {
        let value = |((baseline, contract), start): ((i64, i64), i32)| {
            value(start, Pence(baseline), Pence(contract))
        };
        Terms {
            first_year: year(2025),
            values: values.into_iter().zip(2025..).map(value).collect(),
            components,
            framework,
        }
    }
}
