use proptest::prelude::*;

use super::*;

fn pounds(amount: i64) -> Pence {
    Pence(amount * 100)
}

fn year(start: i32) -> FinancialYear {
    FinancialYear::starting(start).expect("a year")
}

fn scenario(people: i64, cost_of_one: Pence) -> Scenario {
    Scenario {
        from: year(2015),
        people,
        cost_of_one,
        growth_of_people: Vec::new(),
        growth_of_cost: Vec::new(),
        allowances: Vec::new(),
    }
}

/// Worked example A4: costs rose £11m, which is 15%, in two years; £14m a year more by 2020.
#[test]
fn a4_a_learning_disability_pool_and_what_doing_nothing_would_cost() {
    let rise = rise(pounds(11_000_000), 1_500).expect("a rise");
    assert_eq!(rise.opening.to_string(), "73333333.33");
    assert_eq!(rise.now.to_string(), "84333333.33");
    assert_eq!(yearly_growth(rise.opening, rise.now, 2), Some(724));
    let built_up = Allowance { name: "growth".into(), whole: pounds(14_000_000), years: 5 };
    let scenario = Scenario { allowances: vec![built_up], ..scenario(1, rise.now) };
    let years = project(&scenario, 5);
    assert_eq!(years[5].cost.to_string(), "98333333.33");
    let more: Vec<String> = years[1..].iter().map(|it| it.allowances.to_string()).collect();
    assert_eq!(more, ["2800000.00", "5600000.00", "8400000.00", "11200000.00", "14000000.00"]);
    let together: Pence = years.iter().map(|it| it.allowances).sum();
    assert_eq!(together, pounds(42_000_000));
    let held: Vec<(FinancialYear, Pence)> = years.iter().map(|it| (it.year, rise.now)).collect();
    let saved: Pence = compare(&years, &held).iter().map(|it| it.saving).sum();
    assert_eq!(saved, pounds(42_000_000));
}

#[test]
fn growth_is_told_to_two_places_of_a_per_cent() {
    let of = |opening, now, years| yearly_growth(Pence(opening), Pence(now), years);
    assert_eq!(of(100, 100, 7), Some(0));
    assert_eq!(of(100, 200, 1), Some(10_000));
    assert_eq!(of(100, 121, 2), Some(1_000));
    assert_eq!(of(121, 100, 2), Some(-909));
    assert_eq!(of(1_000_000, 1, 1), Some(-10_000));
    assert_eq!(of(i64::MAX, i64::MAX, 40), Some(0));
    assert_eq!(of(1, 101, 1), Some(1_000_000));
    assert_eq!(of(1, 102, 1), None);
    // 1.00005 is half a hundredth of a per cent: halves go up.
    assert_eq!([of(100_000, 100_004, 1), of(100_000, 100_005, 1)], [Some(0), Some(1)]);
    assert_eq!([of(100_000, 99_995, 1), of(100_000, 99_994, 1)], [Some(0), Some(-1)]);
    assert_eq!([of(0, 5, 1), of(5, 0, 1), of(5, 5, 0)], [None, None, None]);
}

#[test]
fn a_rise_of_nothing_says_nothing_about_what_was_before() {
    assert_eq!(rise(pounds(1), 0), None);
    assert_eq!(rise(Pence(1), 1), Some(Rise { opening: Pence(10_000), now: Pence(10_001) }));
    assert_eq!(rise(Pence(5), 30_000), Some(Rise { opening: Pence(2), now: Pence(7) }));
}

#[test]
fn people_and_what_one_costs_grow_by_their_own_rates() {
    let saved = Allowance { name: "one team".into(), whole: pounds(-100), years: 0 };
    let scenario = Scenario {
        growth_of_people: vec![1_000, 500],
        growth_of_cost: vec![-1_000],
        allowances: vec![saved],
        ..scenario(105, pounds(10))
    };
    let years = project(&scenario, 3);
    let people: Vec<i64> = years.iter().map(|it| it.people).collect();
    assert_eq!(people, [105, 116, 122, 128], "115.5, 121.8 and 128.1");
    let of_one: Vec<i64> = years.iter().map(|it| it.cost_of_one.0).collect();
    assert_eq!(of_one, [1_000, 900, 810, 729]);
    assert_eq!(years[0].cost, pounds(1_050));
    let next = &years[1];
    assert_eq!((next.year, next.cost), (year(2016), pounds(116 * 9 - 100)));
    assert_eq!(next.from_people, pounds(110));
    assert_eq!(next.from_cost_of_one, pounds(-116));
    assert_eq!(next.from_allowances, pounds(-100));
    assert_eq!((years[2].allowances, years[2].from_allowances), (pounds(-100), Pence::ZERO));
    let told = explain(&years[0], next);
    assert_eq!(told.result(), next.cost);
    let names: Vec<&str> = told.steps[0].inputs.iter().map(|it| it.name.as_str()).collect();
    let expected =
        ["cost of 2015/16", "people: 116 after 105", "cost of one: 9.00 after 10.00", "allowances"];
    assert_eq!(names, expected);
    assert_eq!(project(&scenario, 0).len(), 1);
}

#[test]
fn a_comparison_has_the_years_that_both_have() {
    let years = project(&scenario(1, pounds(10)), 2);
    let compared = compare(&years, &[(year(2016), pounds(4)), (year(2030), pounds(1))]);
    let expected = Compared {
        year: year(2016),
        do_nothing: pounds(10),
        proposed: pounds(4),
        saving: pounds(6),
    };
    assert_eq!(compared, [expected]);
}

proptest! {
    #[test]
    fn what_drives_a_change_adds_up_to_it(
        people in 0..1_000_000_i64, cost in 0..10_000_000_i64,
        growth in (prop::collection::vec(-900..900_i64, 0..4), prop::collection::vec(-900..900_i64, 0..4)),
        allowances in prop::collection::vec((-9_000_000..9_000_000_i64, 0..6_u32), 0..3),
    ) {
        let allowance = |(whole, years)| Allowance { name: "it".into(), whole: Pence(whole), years };
        let scenario = Scenario {
            growth_of_people: growth.0,
            growth_of_cost: growth.1,
            allowances: allowances.into_iter().map(allowance).collect(),
            ..scenario(people, Pence(cost))
        };
        let years = project(&scenario, 8);
        for pair in years.windows(2) {
            prop_assert_eq!(explain(&pair[0], &pair[1]).result(), pair[1].cost);
            let of_people = pair[1].cost_of_one.0 * pair[1].people;
            prop_assert_eq!(pair[1].cost - pair[1].allowances, Pence(of_people));
        }
    }

    #[test]
    fn a_growth_that_was_grown_by_is_found_again(points in -5_000..5_000_i64, years in 1..12_u32) {
        let opening = 1_000_000_000_000_i64;
        let mut now = opening;
        for _ in 0..years {
            now = grown(now, points);
        }
        prop_assert_eq!(yearly_growth(Pence(opening), Pence(now), years), Some(points));
    }
}
