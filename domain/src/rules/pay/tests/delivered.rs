//! Care is paid for while it is delivered (rule C8).

use entities::contract_status_change::ContractStatus as Status;
use proptest::prelude::*;

use super::{
    properties::{cases, years},
    *,
};

fn stood(status: Status, effective_on: NaiveDate) -> Stood {
    Stood { status, is_whole: true, effective_on, known_at: Instant(1) }
}

fn facts_with(changes: Vec<Stood>) -> Facts {
    Facts { delivery: Delivery { changes, last_days: Vec::new() }, ..facts() }
}

/// £120 a month by the month's days, and what else it pays.
fn of(kind: Kind, changes: Vec<Stood>) -> Schedule {
    schedule(&terms(vec![pay(kind)]), &facts_with(changes), year(2025))
}

fn months(schedule: &Schedule) -> [i64; 12] {
    by_month(schedule, PAID)
}

#[test]
fn c8_a_month_that_lies_wholly_within_a_suspension_pays_for_no_care_and_says_so() {
    let changes =
        vec![stood(Status::Suspended, day(2025, 6, 1)), stood(Status::Active, day(2025, 8, 1))];
    let schedule = of(block(pounds(1_440)), changes);
    let mut expected = [12_000; 12];
    expected[2..4].fill(0);
    assert_eq!(months(&schedule), expected);
    assert_eq!(schedule.lines.len(), 12, "such a month is shown, with nothing");
    let told = words(&schedule, PAID);
    assert_eq!(told[2..4], ["a twelfth of 1440.00", "suspended all month: no care is paid for"]);
}

#[test]
fn c8_of_a_month_in_part_time_is_paid_by_its_days() {
    let changes =
        vec![stood(Status::Suspended, day(2025, 6, 19)), stood(Status::Active, day(2025, 7, 11))];
    let schedule = of(block(pounds(1_440)), changes);
    // 12 of June's 30 days, and 10 of July's 31: £48.00, and £38.709.
    assert_eq!(months(&schedule)[1..5], [12_000, 7_200, 12_000 - 3_871, 12_000]);
    let told = words(&schedule, PAID);
    assert_eq!(told[3], "suspended on 12 of 30 days: of 120.00");
}

#[test]
fn c8_what_is_counted_is_paid_as_it_was_counted() {
    let visits = |of_month| Facts {
        activity: vec![activity("VISIT", of_month, 10)],
        ..facts_with(vec![
            stood(Status::Suspended, day(2025, 6, 19)),
            stood(Status::Active, day(2025, 8, 1)),
        ])
    };
    let price = || vec![Price { code: "VISIT".into(), price: pounds(12) }];
    let tariff =
        Tariff { code: "VISIT".into(), price: pounds(1), plan: None, beyond_basis_points: 0 };
    let volume = Kind::CostAndVolume(CostAndVolume {
        yearly: Amount::Stated(pounds(1_440)),
        code: "VISIT".into(),
        from_units: 0,
        to_units: 4,
        price_below: Pence::ZERO,
        price_beyond: pounds(1),
    });
    let kinds = [
        (Kind::Activity { tariffs: vec![tariff] }, 10),
        (Kind::Episode { prices: price() }, 120),
        (Kind::YearOfCare { prices: price() }, 6),
        (volume, 120 - 48 + 6),
    ];
    for (kind, in_part) in kinds {
        let of = |of_month: i32| {
            let schedule = schedule(&terms(vec![pay(kind.clone())]), &visits(of_month), year(2025));
            months(&schedule)[usize::try_from(of_month).expect("a month") - 1]
        };
        assert_eq!([of(3), of(4)], [in_part * 100, 0], "June in part, and no July: {kind:?}");
    }
}

#[test]
fn c8_a_suspension_of_a_part_stops_nothing_and_notice_ends_no_suspension() {
    let suspended = stood(Status::Suspended, day(2025, 6, 1));
    let part = Stood { is_whole: false, ..suspended };
    assert_eq!(months(&of(block(pounds(1_440)), vec![part])), [12_000; 12]);
    let notice = stood(Status::NoticeGiven, day(2025, 7, 1));
    let mut expected = [0; 12];
    expected[..2].fill(12_000);
    assert_eq!(months(&of(block(pounds(1_440)), vec![suspended, notice])), expected);
    let part = Stood { effective_on: day(2025, 7, 1), ..part };
    expected[3..].fill(12_000);
    let mut only_june = [12_000; 12];
    only_june[2] = 0;
    assert_eq!(months(&of(block(pounds(1_440)), vec![suspended, part])), only_june);
}

#[test]
fn c8_months_that_begin_after_the_end_pay_for_no_care_and_what_pays_for_none_is_paid() {
    let ended = stood(Status::Terminated, day(2025, 9, 20));
    let due = |on| Payment { due_on: on, amount: pounds(7) };
    let payments = vec![due(day(2025, 9, 1)), due(day(2026, 1, 15))];
    let terms = terms(vec![pay(block(pounds(1_440))), pay(Kind::Transition { payments })]);
    let schedule = schedule(&terms, &facts_with(vec![ended]), year(2025));
    let mut expected = [0; 12];
    expected[..6].fill(12_000);
    assert_eq!(months(&schedule), expected);
    assert_eq!(schedule.of(EARNED), pounds(14));
    let told = words(&schedule, PAID);
    assert_eq!(
        told.last().expect("words"),
        "the contract had ended, or was given up: no care is paid for"
    );
    let given_up = of(block(pounds(1_440)), vec![stood(Status::Cancelled, day(2031, 1, 1))]);
    assert_eq!(given_up.total(), Pence::ZERO, "before that as well");
    let passed = LastDay {
        ends_on: Some(day(2025, 5, 31)),
        effective_on: day(2025, 4, 1),
        known_at: Instant(1),
    };
    let extended = LastDay { ends_on: Some(day(2025, 7, 31)), known_at: Instant(2), ..passed };
    let until = |last_days: Vec<LastDay>| {
        let facts = Facts { delivery: Delivery { changes: Vec::new(), last_days }, ..facts() };
        super::schedule(&terms, &facts, year(2025)).of(PAID)
    };
    assert_eq!(until(vec![passed]), pounds(240));
    assert_eq!(until(vec![passed, extended]), pounds(480));
}

#[test]
fn c8_a_floor_and_a_cap_are_of_the_months_in_which_care_is_paid_for() {
    let limited = |floor: Option<i64>, cap: Option<i64>| {
        let stated = |it: i64| Amount::Stated(pounds(it));
        let pay =
            Pay { floor: floor.map(stated), cap: cap.map(stated), ..pay(block(pounds(1_440))) };
        let ended = facts_with(vec![stood(Status::Terminated, day(2025, 9, 20))]);
        schedule(&terms(vec![pay]), &ended, year(2025))
    };
    let floored = limited(Some(2_400), None);
    assert_eq!(months(&floored)[5..], [12_000 + 48_000, 0, 0, 0, 0, 0, 0]);
    assert_eq!(limited(None, Some(1_200)).total(), pounds(600));
}

#[test]
fn c8_the_past_comes_out_again_by_the_version_of_its_time() {
    let mut facts = facts_with(vec![
        stood(Status::Suspended, day(2025, 6, 1)),
        stood(Status::Terminated, day(2025, 9, 20)),
    ]);
    facts.activity = vec![activity("VISIT", 8, 3)];
    let tariff =
        Tariff { code: "VISIT".into(), price: pounds(5), plan: None, beyond_basis_points: 0 };
    let terms =
        terms(vec![pay(block(Pence(100_003))), pay(Kind::Activity { tariffs: vec![tariff] })]);
    let before = schedule_by(1, (&terms, &facts), year(2025));
    let mut months = [8_333; 12];
    months[..7].fill(8_334);
    assert_eq!(by_month(&before, PAID), months, "as it was worked out by version 1");
    assert_eq!((before.of(EARNED), before.version), (pounds(15), 1));
    assert!(before.lines.iter().all(|line| line.explanation.version == 1));
    let now = schedule(&terms, &facts, year(2025));
    assert_eq!((now.total(), now.version), (Pence(2 * 8_334), 2));
    assert!(now.lines.iter().all(|line| line.explanation.version == 2));
}

proptest! {
    #[test]
    fn c8_version_1_knows_nothing_of_how_a_contract_stands(
        (terms, facts) in cases(), start in years(),
    ) {
        let always = Facts { delivery: Delivery::default(), ..facts.clone() };
        let of = |version, facts: &Facts| {
            let lines = schedule_by(version, (&terms, facts), year(start)).lines;
            lines.into_iter().map(|it| (it.component, it.month, it.nature, it.amount)).collect::<Vec<_>>()
        };
        prop_assert_eq!(of(1, &facts), of(1, &always));
        prop_assert_eq!(of(1, &always), of(2, &always));
    }

    #[test]
    fn c8_no_care_is_paid_for_in_months_that_begin_after_the_end(
        (terms, facts) in cases(), start in years(),
    ) {
        let mut facts = facts;
        facts.withholdings.clear();
        let ends_on = day(start, 10, 15);
        facts.as_of = facts.as_of.max(ends_on);
        facts.delivery.last_days = vec![LastDay {
            ends_on: Some(ends_on),
            effective_on: day(2025, 4, 1),
            known_at: Instant(0),
        }];
        let schedule = schedule(&terms, &facts, year(start));
        for line in schedule.lines.iter().filter(|line| line.month > month(7)) {
            let component = terms.components.iter().find(|it| it.id == line.component);
            let kind = component.expect("one").versions[0].pay.kind.name();
            prop_assert!(!kind.is_for_care() || line.amount == Pence::ZERO);
        }
    }
}
