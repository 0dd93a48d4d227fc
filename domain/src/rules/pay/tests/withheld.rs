//! What is withheld, given back and retained (NHS Standard Contract, GC9).

use proptest::prelude::*;

use super::{
    properties::{cases, years},
    *,
};

/// A tenth of what the first component pays in every month of 2025/26.
pub(super) fn withholding() -> Withholding {
    Withholding {
        id: Uuid::from_u128(90),
        number: 1,
        component: Some(PAID),
        reason: "ACTION_PLAN_BREACHED".into(),
        year: year(2025),
        from: month(1),
        to: Period::MARCH,
        part: Part::Points(1_000),
        known_at: Instant(5),
        settlements: Vec::new(),
    }
}

fn settlement(outcome: Outcome, effective_on: NaiveDate, amount: Option<i64>) -> Settlement {
    Settlement { outcome, effective_on, amount: amount.map(pounds), known_at: Instant(6) }
}

fn released(on: NaiveDate, amount: Option<i64>) -> Settlement {
    settlement(Outcome::Released, on, amount)
}

/// £100 and £200 a month.
fn withheld(withholdings: Vec<Withholding>) -> Schedule {
    let terms = terms(vec![pay(block(pounds(1_200))), pay(block(pounds(2_400)))]);
    schedule(&terms, &Facts { withholdings, ..facts() }, year(2025))
}

#[test]
fn gc9_a_part_is_withheld_of_its_months_and_no_others() {
    let some = Withholding { from: month(4), to: month(5), ..withholding() };
    let open = withheld(vec![some]);
    let mut months = [10_000; 12];
    months[3..5].fill(9_000);
    assert_eq!(by_month(&open, PAID), months);
    assert_eq!(by_month(&open, EARNED), [20_000; 12]);
    let line = &open.lines[4];
    assert_eq!((line.nature, line.month, line.amount), (Nature::Withheld, month(4), pounds(-10)));
    assert_eq!(line.explanation.steps[0].label, "Withheld");
    let told = &words(&open, PAID)[4];
    assert_eq!(told, "withholding 1 (ACTION_PLAN_BREACHED): 1000 basis points of 100.00");
    let of = &open.withheld[0];
    assert_eq!(of.months, [(month(4), pounds(10)), (month(5), pounds(10))]);
    assert_eq!([of.by(day(2025, 6, 30)), of.by(day(2025, 7, 1))], [Pence::ZERO, pounds(10)]);
    assert_eq!(of.left(day(2025, 8, 1)), pounds(20));
}

#[test]
fn gc9_what_is_released_as_a_whole_comes_back_and_nothing_more_is_withheld() {
    let settlements = vec![released(day(2025, 7, 1), None)];
    let over = withheld(vec![Withholding { settlements, ..withholding() }]);
    let mut months = [10_000; 12];
    months[..3].fill(9_000);
    months[3] = 13_000;
    assert_eq!(by_month(&over, PAID), months);
    let back = over.lines.iter().find(|line| line.nature == Nature::Released).expect("a release");
    assert_eq!(back.explanation.steps[0].label, "Released");
    let told = &back.explanation.steps[0].inputs[0].name;
    assert_eq!(told, "withholding 1 (ACTION_PLAN_BREACHED): given back of 30.00");
    assert_eq!(over.withheld[0].left(day(2026, 3, 31)), Pence::ZERO);
}

#[test]
fn gc9_a_part_is_released_and_the_rest_retained_for_good() {
    let settlements = vec![
        released(day(2025, 6, 15), Some(12)),
        settlement(Outcome::Retained, day(2025, 6, 20), Some(3)),
        settlement(Outcome::Retained, day(2025, 9, 1), None),
    ];
    let kept = withheld(vec![Withholding { settlements, ..withholding() }]);
    let mut months = [10_000; 12];
    months[..5].fill(9_000);
    months[2] += 1_200;
    assert_eq!(by_month(&kept, PAID), months);
    let of = &kept.withheld[0];
    assert_eq!(of.settled(Outcome::Released), pounds(12));
    assert_eq!(of.settled(Outcome::Retained), pounds(38));
    assert_eq!(of.settled.iter().map(|it| it.2).collect::<Vec<_>>(), [12, 3, 35].map(pounds));
    assert_eq!(of.left(day(2026, 3, 31)), Pence::ZERO);
}

#[test]
fn gc9_no_more_is_released_than_was_withheld_by_then_and_what_comes_late_belongs_to_its_year() {
    let much = vec![released(day(2025, 4, 30), Some(500))];
    let much = withheld(vec![Withholding { settlements: much, ..withholding() }]);
    assert_eq!(by_month(&much, PAID)[..2], [10_000, 9_000]);
    let late = vec![released(day(2026, 5, 5), None)];
    let late = withheld(vec![Withholding { settlements: late, ..withholding() }]);
    let mut months = [9_000; 12];
    months[11] += 12_000;
    assert_eq!(by_month(&late, PAID), months);
}

#[test]
fn m2_what_is_withheld_of_the_contract_is_divided_by_what_its_components_pay() {
    let whole = |part| Withholding { component: None, part, ..withholding() };
    let amount = withheld(vec![whole(Part::Monthly(Pence(10_000)))]);
    assert_eq!(by_month(&amount, PAID)[0], 10_000 - 3_333);
    assert_eq!(by_month(&amount, EARNED)[0], 20_000 - 6_667);
    let told = &words(&amount, PAID)[1];
    let expected = "withholding 1 (ACTION_PLAN_BREACHED): 100.00 a month of 300.00 that the \
                    contract pays";
    assert_eq!(told, expected);
    let share = withheld(vec![whole(Part::Points(1_000))]);
    assert_eq!(share.withheld[0].by(day(2025, 4, 1)), pounds(30));
}

#[test]
fn gc9_several_together_withhold_no_more_than_a_month_pays() {
    let of = |number, part| Withholding { number, part, ..withholding() };
    let all = withheld(vec![
        of(3, Part::Points(10_000)),
        of(2, Part::Monthly(pounds(60))),
        of(1, Part::Points(3_000)),
    ]);
    assert_eq!(by_month(&all, PAID), [0; 12]);
    let taken: Vec<Pence> = all.withheld.iter().map(|it| it.by(day(2025, 4, 1))).collect();
    assert_eq!(taken, [30, 60, 10].map(pounds), "the earlier takes first");
}

#[test]
fn nothing_is_withheld_of_nothing_nor_of_what_is_taken_back() {
    let facts = Facts { withholdings: vec![withholding()], ..facts() };
    let none = schedule(&terms(vec![pay(block(Pence::ZERO))]), &facts, year(2025));
    assert_eq!((none.lines.len(), none.withheld[0].months.len()), (12, 0));
    let next = schedule(&terms(vec![pay(block(pounds(1_200)))]), &facts, year(2026));
    assert_eq!((next.total(), next.withheld.len()), (pounds(1_200), 0), "another year");
    let sharing = Sharing {
        target: Amount::Stated(pounds(10)),
        cost_code: "ALL".into(),
        bands: vec![Band { to_basis_points: None, provider_basis_points: 0 }],
        first_borne_by: Bearer::Provider,
        gate_basis_points: None,
    };
    let facts = Facts { costs: vec![cost("ALL", 2025, 12, pounds(1))], ..facts };
    let terms = terms(vec![pay(Kind::GainShare(sharing))]);
    assert_eq!(schedule(&terms, &facts, year(2025)).total(), pounds(-9));
}

proptest! {
    #[test]
    fn gc9_withheld_released_and_paid_come_to_what_is_due_without_a_withholding(
        (terms, facts) in cases(), start in years(),
    ) {
        let of = |facts: &Facts| schedule(&terms, facts, year(start));
        let held = of(&facts);
        let without = of(&Facts { withholdings: Vec::new(), ..facts.clone() });
        let all = |outcome| held.withheld.iter().map(|it| it.settled(outcome)).sum::<Pence>();
        let taken = held.withheld.iter().flat_map(|it| &it.months).map(|it| it.1).sum::<Pence>();
        // What stays withheld is not paid, and neither is what is retained.
        prop_assert_eq!(held.total() + taken - all(Outcome::Released), without.total());
        let of_nature = |nature| {
            let own = held.lines.iter().filter(|line| line.nature == nature);
            own.map(|line| line.amount).sum::<Pence>()
        };
        prop_assert_eq!(of_nature(Nature::Withheld), -taken);
        prop_assert_eq!(of_nature(Nature::Released), all(Outcome::Released));
        for it in &held.withheld {
            prop_assert!(it.months.iter().all(|it| it.1 > Pence::ZERO));
            prop_assert!(it.settled.iter().all(|it| !it.2.is_negative()));
            let last = it.year.last_day();
            prop_assert!(!it.left(last).is_negative(), "no more is settled than was withheld");
        }
        // No month of a component is paid less than nothing for being withheld.
        for line in held.lines.iter().filter(|line| line.nature == Nature::Withheld) {
            let own = held.lines.iter().filter(|it| {
                (it.component, it.month) == (line.component, line.month)
                    && it.nature != Nature::Released
            });
            prop_assert!(!own.map(|it| it.amount).sum::<Pence>().is_negative());
        }
    }

    #[test]
    fn c11_runs_month_by_month_come_to_the_schedule_whatever_is_withheld_meanwhile(
        (terms, facts) in cases(), start in years(), later in 1..12_i32,
    ) {
        // Up to a month nothing of it is known; then it is.
        let before = Facts { withholdings: Vec::new(), ..facts.clone() };
        let mut posted: Vec<Posted> = Vec::new();
        for period in Period::months() {
            let known = if period.number() < later { &before } else { &facts };
            let lines = payable(&schedule(&terms, known, year(start)), &posted, period);
            posted.extend(lines.iter().map(|it| Posted {
                component: it.component,
                month: it.month,
                nature: it.nature,
                amount: it.amount,
            }));
        }
        let paid: Pence = posted.iter().map(|it| it.amount).sum();
        prop_assert_eq!(paid, schedule(&terms, &facts, year(start)).total());
    }
}
