use proptest::prelude::*;

use super::{
    super::reference::{Plain, plain},
    circumstances::{deliveries, withholdings},
    *,
};

const CODES: [&str; 3] = ["ONE", "TWO", "ALL"];

fn codes() -> impl Strategy<Value = String> {
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

fn care() -> impl Strategy<Value = Kind> {
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
    prop_oneof![
        amounts(true).prop_map(|yearly| Kind::Block { yearly }),
        capitation.prop_map(|(price, groups, refreshed)| {
            Kind::Capitation(Capitation { yearly_price: Pence(price), groups, refreshed })
        }),
        prop::collection::vec(tariff, 1..3).prop_map(|tariffs| Kind::Activity { tariffs }),
        volume.prop_map(|(yearly, code, from, more, below, beyond)| {
            Kind::CostAndVolume(CostAndVolume {
                yearly,
                code,
                from_units: from,
                to_units: from + more,
                price_below: Pence(below),
                price_beyond: Pence(beyond),
            })
        }),
        prices().prop_map(|prices| Kind::Episode { prices }),
        prices().prop_map(|prices| Kind::YearOfCare { prices }),
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

fn kinds() -> impl Strategy<Value = Kind> {
    let payment = (0..900_i64, 0..5_000_i64).prop_map(|(days, amount)| Payment {
        due_on: day(2025, 4, 1) + chrono::Duration::days(days),
        amount: Pence(amount),
    });
    prop_oneof![
        6 => care(),
        3 => contingents(),
        2 => incentives(),
        1 => sharings().prop_map(Kind::GainShare),
        1 => sharings().prop_map(Kind::LossShare),
        1 => prop::collection::vec(payment, 1..4).prop_map(|payments| Kind::Transition { payments }),
        1 => codes().prop_map(|code| Kind::PassThrough { code }),
    ]
}

fn pays() -> impl Strategy<Value = Pay> {
    let uplifts = prop::collection::vec(-300..900_i64, 0..3).prop_map(|uplifts| {
        let uplifts = uplifts.into_iter().zip(2025..);
        let uplift = |(basis_points, start)| Uplift { year: year(start), basis_points };
        uplifts.map(uplift).collect::<Vec<_>>()
    });
    let limit = || prop::option::weighted(0.3, (0..60_000_i64, 0..2_000_i64));
    (kinds(), limit(), limit(), uplifts).prop_map(|(kind, floor, cap, uplifts)| {
        let limit = |it: Option<(i64, i64)>| {
            it.map(|(stated, basis_points)| match basis_points % 2 {
                0 => Amount::Stated(Pence(stated)),
                _ => share(Basis::ContractValue, basis_points),
            })
        };
        Pay { kind, floor: limit(floor), cap: limit(cap), uplifts }
    })
}

fn components() -> impl Strategy<Value = Vec<Component>> {
    let version = (0..40_i64, prop::option::weighted(0.2, 0..400_i64), 0..3_i64);
    let one = (pays(), prop::collection::vec(version, 1..4));
    let one = one.prop_map(|(pay, versions)| {
        let version = |(tens, lasts, known_at): (i64, Option<i64>, i64)| {
            let effective_on = day(2025, 4, 1) + chrono::Duration::days(tens * 15);
            Version {
                effective_on,
                ends_on: lasts.map(|days| effective_on + chrono::Duration::days(days)),
                known_at: Instant(known_at),
                pay: pay.clone(),
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
    fn frameworks()(
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

pub(super) fn years() -> impl Strategy<Value = i32> {
    2025..2028_i32
}

prop_compose! {
    fn all_facts()(
        lists in prop::collection::vec((codes(), 0..900_i64, 0..500_i64, 0..3_i64), 0..5),
        done in prop::collection::vec((codes(), years(), 1..=12_i32, 0..30_i64, 0..3_i64), 0..40),
        costs in prop::collection::vec((codes(), years(), 1..=12_i32, 0..30_000_i64, 0..3_i64), 0..40),
        readings in prop::collection::vec(
            (prop::sample::select(vec![11_u128, 12, 13, 14, 21, 22]), years(), -70..130_i64, 0..300_i64),
            0..16,
        ),
        delivery in deliveries(),
        withholdings in withholdings(),
        as_of in 0..1_300_i64,
    ) -> Facts {
        let april = day(2025, 4, 1);
        let days = chrono::Duration::days;
        let list = |(code, on, people, known_at): (String, i64, i64, i64)| ListSize {
            code, counted_on: april + days(on), people, known_at: Instant(known_at),
        };
        let done_in = |(code, start, number, units, known_at): (String, i32, i32, i64, i64)| Activity {
            year: year(start), known_at: Instant(known_at), ..activity(&code, number, units)
        };
        let spent = |(code, start, number, amount, known_at): (String, i32, i32, i64, i64)| Cost {
            known_at: Instant(known_at), ..cost(&code, start, number, Pence(amount))
        };
        let reading = |(id, start, value, late): (u128, i32, i64, i64)| Measurement {
            validated_on: day(start + 1, 4, 1) + days(late), ..measured(id, start, value)
        };
        let mut facts = Facts {
            as_of: day(2026, 4, 1) + days(as_of),
            known_at: LATE,
            list_sizes: lists.into_iter().map(list).collect(),
            activity: done.into_iter().map(done_in).collect(),
            costs: costs.into_iter().map(spent).collect(),
            measurements: readings.into_iter().map(reading).collect(),
            delivery,
            withholdings,
        };
        one_each(&mut facts);
        facts
    }
}

/// Which of two facts about the same thing, with the same moment, counts is nobody's business.
fn one_each(facts: &mut Facts) {
    let mut known = std::collections::HashSet::new();
    facts.list_sizes.retain(|it| known.insert((it.code.clone(), it.counted_on, it.known_at)));
    let mut known = std::collections::HashSet::new();
    facts.activity.retain(|it| known.insert((it.code.clone(), it.year, it.month, it.known_at)));
    let mut known = std::collections::HashSet::new();
    facts.costs.retain(|it| known.insert((it.code.clone(), it.year, it.month, it.known_at)));
    let mut known = std::collections::HashSet::new();
    facts.measurements.retain(|it| known.insert((it.measure, it.year, it.validated_on)));
}

prop_compose! {
    fn all_terms()(
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

fn in_plain(schedule: &Schedule) -> Plain {
    let mut found = Plain::new();
    for line in &schedule.lines {
        let month = usize::try_from(line.month.number() - 1).expect("a month");
        *found.entry((line.component, month)).or_default() += i128::from(line.amount.0);
    }
    found
}

pub(super) fn cases() -> impl Strategy<Value = (Terms, Facts)> {
    (all_terms(), all_facts())
}

proptest! {
    #[test]
    fn c4_to_c9_come_out_as_a_plain_reading_of_them_does(
        (terms, mut facts) in cases(), start in years(),
    ) {
        // The reference knows nothing of days and moments: the end of everything is asked for, or
        // only measurements are open still.
        facts.as_of = facts.as_of.max(day(2028, 4, 1));
        let mut known = facts.as_known();
        known.as_of = facts.as_of;
        let found = in_plain(&schedule(&terms, &facts, year(start)));
        prop_assert_eq!(found, plain(&terms, &known, start));
    }

    #[test]
    fn every_line_and_every_part_adds_up((terms, facts) in cases(), start in years()) {
        let schedule = schedule(&terms, &facts, year(start));
        let mut total = Pence::ZERO;
        for line in &schedule.lines {
            let step = &line.explanation.steps[0];
            let sum: Pence = step.inputs.iter().map(|input| input.amount).sum();
            prop_assert_eq!((sum, step.result), (line.amount, line.amount));
            total += line.amount;
        }
        prop_assert_eq!(schedule.total(), total);
        let by_component = terms.components.iter().map(|it| schedule.of(it.id));
        prop_assert_eq!(by_component.sum::<Pence>(), total);
        for it in &schedule.results {
            prop_assert_eq!(it.earned + it.payable_yet + it.forfeited + it.missed, it.most);
            let parts = [it.earned, it.payable_yet, it.forfeited, it.missed];
            prop_assert!(parts.iter().all(|part| !part.is_negative()));
            let is_unknown = it.state == State::NotEvidenced;
            prop_assert_eq!(is_unknown && it.missed + it.earned != Pence::ZERO, false);
        }
        for it in &schedule.shared {
            prop_assert_eq!(it.provider + it.pool, it.variance);
            prop_assert!(!it.provider.is_negative() && !it.pool.is_negative());
        }
    }

    #[test]
    fn nothing_is_paid_beyond_its_cap((terms, facts) in cases(), start in years()) {
        let schedule = schedule(&terms, &facts, year(start));
        for component in &terms.components {
            let months = component.months(year(start));
            let Some((_, last)) = months.last() else { continue };
            let pay = &last.pay;
            let Some(cap) = pay.cap else { continue };
            let cap = pay.amount(cap, year(start)).of(&schedule.bases);
            let own = schedule.lines.iter().filter(|it| it.component == component.id);
            let of_pay = own.filter(|it| matches!(it.nature, Nature::Due | Nature::OnAccount));
            let paid: Pence = of_pay.map(|it| it.amount).sum();
            let floored = pay.floor.map_or(Pence::ZERO, |it| {
                pay.amount(it, year(start)).of(&schedule.bases)
            });
            let is_loss = matches!(pay.kind, Kind::LossShare(_) | Kind::GainShare(_));
            prop_assert!(is_loss || paid <= cap.max(floored));
            let of = schedule.shared.iter().find(|it| it.component == component.id);
            prop_assert!(of.is_none_or(|it| it.provider <= cap));
        }
    }

    #[test]
    fn better_results_never_earn_less(
        (terms, facts) in cases(), start in years(), which in any::<prop::sample::Index>(),
        better in 0..50_i64,
    ) {
        let mut improved = facts.clone();
        if let Some(it) = facts.measurements.get(which.index(facts.measurements.len().max(1))) {
            let measure = terms.framework.measure(it.measure).expect("a measure");
            let up = if measure.direction == Direction::HigherIsBetter { better } else { -better };
            improved.measurements[which.index(facts.measurements.len())].reading.0 += up;
        }
        let of = |facts: &Facts| {
            let schedule = schedule(&terms, facts, year(start));
            let own = schedule.results.iter().map(|it| (it.component, it.measure, it.most, it.earned));
            own.collect::<Vec<_>>()
        };
        for (before, after) in of(&facts).into_iter().zip(of(&improved)) {
            // Results of the year before may have changed how much there is to earn.
            prop_assert!(before.2 != after.2 || before.3 <= after.3);
        }
        let score = |facts| score_of_year(&terms.framework, facts, year(start));
        prop_assert!(score(&facts) <= score(&improved));
    }

    #[test]
    fn c9_a_version_that_changes_nothing_changes_nothing(
        (terms, facts) in cases(), start in years(), after in 1..36_u32,
    ) {
        let mut repeated = terms.clone();
        let day = day(2025, 4, 1) + chrono::Months::new(after);
        for component in &mut repeated.components {
            let Some(it) = component.in_force(day).cloned() else { continue };
            component.versions.push(Version { effective_on: day, known_at: Instant(9), ..it });
        }
        let of = |terms| schedule(terms, &facts, year(start));
        prop_assert_eq!(of(&terms), of(&repeated));
    }

    #[test]
    fn c9_a_reward_moves_by_one_step_at_most_from_a_year_to_the_next(
        framework in frameworks(), facts in all_facts(),
        when in prop::option::of((0..9_000_i64, any::<bool>())),
    ) {
        let when = when.map(|(at_least_basis_points, and_improved)| {
            Sustained { at_least_basis_points, and_improved }
        });
        let amounts = (0..5).map(|it| Amount::Stated(Pence(it))).collect();
        let most = Phasing { amounts, when };
        let terms = Terms { framework, ..super::terms(Vec::new()) };
        let step = |start| match most.in_year(&terms, &facts, year(start)) {
            Some(Amount::Stated(Pence(step))) => step,
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(step(2025), 0);
        for start in 2026..2034 {
            let moved = step(start) - step(start - 1);
            let expected = if step(start - 1) == 4 { 0..=0 } else { 0..=1 };
            prop_assert!(expected.contains(&moved));
            prop_assert!(when.is_some() || step(start) == i64::from(start - 2025).min(4));
        }
    }
}
