use proptest::prelude::*;

use super::{
    super::reference::{Plain, known_then, plain},
    agreed::{all_terms, codes, frameworks},
    circumstances::{deliveries, withholdings},
    *,
};

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
            // What takes effect later is not known yet; of what is, the last limits the year.
            let component = component.as_known(&facts);
            let months = component.months(year(start));
            let Some((_, Version { pay, .. })) = months.last() else { continue };
            let Some(cap) = pay.cap else { continue };
            let yearly = |it| {
                let yearly = pay.amount(it, year(start)).of(&schedule.bases);
                super::super::limits::part_of_year(yearly, months.len())
            };
            let cap = yearly(cap);
            let own = schedule.lines.iter().filter(|it| it.component == component.id);
            let of_pay = own.filter(|it| matches!(it.nature, Nature::Due | Nature::OnAccount));
            let paid: Pence = of_pay.map(|it| it.amount).sum();
            let floored = pay.floor.map_or(Pence::ZERO, yearly);
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
    fn better_results_of_a_year_never_pay_less_in_it(
        (terms, facts) in cases(), start in years(), which in any::<prop::sample::Index>(),
        better in 0..50_i64,
    ) {
        // What there is to earn in a year is settled by the years before it, and not by its own results.
        // A cap that is reached earlier moves pay between months, of which some may be withheld of.
        let facts = Facts { withholdings: Vec::new(), ..facts };
        let mut improved = facts.clone();
        let of_year = improved.measurements.iter_mut().filter(|it| it.year == year(start));
        let mut of_year: Vec<&mut Measurement> = of_year.collect();
        prop_assume!(!of_year.is_empty());
        let place = which.index(of_year.len());
        let it = &mut of_year[place];
        let measure = terms.framework.measure(it.measure).expect("a measure");
        it.reading.0 += if measure.direction == Direction::HigherIsBetter { better } else { -better };
        let (before, after) = (
            schedule(&terms, &facts, year(start)),
            schedule(&terms, &improved, year(start)),
        );
        prop_assert!(before.total() <= after.total());
        for component in &terms.components {
            prop_assert!(before.of(component.id) <= after.of(component.id));
        }
        for (before, after) in before.shared.iter().zip(&after.shared) {
            prop_assert!(before.provider <= after.provider);
            prop_assert!(before.is_gate_passed <= after.is_gate_passed);
        }
    }

    #[test]
    fn m8_the_past_comes_out_as_a_plain_reading_of_what_was_known_then_does(
        (terms, facts) in cases(), start in years(), as_of in 0..1_500_i64, known_at in 0..12_i64,
    ) {
        let as_of = day(2025, 4, 1) + chrono::Duration::days(as_of);
        let facts = Facts { as_of, known_at: Instant(known_at), ..facts };
        let (then, known) = known_then(&terms, &facts);
        let found = in_plain(&schedule(&terms, &facts, year(start)));
        prop_assert_eq!(found, plain(&then, &known, start));
    }

    #[test]
    fn c7_runs_add_up_to_the_schedule_whatever_is_corrected_between_them(
        known in prop::collection::vec((cases(), 1..=12_i32, any::<bool>()), 1..4),
        start in years(),
    ) {
        let mut posted: Vec<Posted> = Vec::new();
        let count = known.len();
        for (place, ((terms, facts), through, is_approved)) in known.into_iter().enumerate() {
            let is_last = place + 1 == count;
            let through = if is_last { Period::MARCH } else { month(through) };
            let schedule = schedule(&terms, &facts, year(start));
            let run = payable(&schedule, &posted, through);
            prop_assert!(run.iter().all(|it| it.month <= through && it.amount != Pence::ZERO));
            for it in &run {
                let at = (it.component, it.month, it.nature);
                let before = posted.iter().any(|it| (it.component, it.month, it.nature) == at);
                prop_assert_eq!(it.is_adjustment, before);
            }
            // What the host refuses was not run.
            if !is_approved && !is_last {
                continue;
            }
            posted.extend(run.iter().map(|it| Posted {
                component: it.component, month: it.month, nature: it.nature, amount: it.amount,
            }));
            prop_assert!(payable(&schedule, &posted, through).is_empty(), "nothing is run twice");
            let mut sums = std::collections::BTreeMap::<_, i64>::new();
            for it in posted.iter().filter(|it| it.month <= through) {
                *sums.entry((it.component, it.month, it.nature)).or_default() += it.amount.0;
            }
            for it in schedule.lines.iter().filter(|it| it.month <= through) {
                *sums.entry((it.component, it.month, it.nature)).or_default() -= it.amount.0;
            }
            prop_assert!(sums.values().all(|it| *it == 0), "{sums:?}");
            if is_last {
                let run: Pence = posted.iter().map(|it| it.amount).sum();
                prop_assert_eq!(run, schedule.total());
            }
        }
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
