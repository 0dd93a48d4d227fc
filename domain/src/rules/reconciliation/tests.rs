use entities::published_statement::PrintedUnit::{
    self, Billions, HundredMillions, Millions, Pounds, Thousands,
};
use proptest::prelude::*;

use super::*;

const UNITS: [(PrintedUnit, i64); 5] = [
    (Pounds, 100),
    (Thousands, 100_000),
    (Millions, 100_000_000),
    (HundredMillions, 10_000_000_000),
    (Billions, 100_000_000_000),
];

fn printed(text: &str, unit: PrintedUnit, decimals: u32) -> Printed {
    Printed::read(text, unit, decimals).expect("a printed figure")
}

fn millions(text: &str) -> Printed {
    let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    printed(text, Millions, u32::try_from(decimals).expect("few decimals"))
}

fn sum(total: Printed, plus: &[Printed]) -> Compared {
    check(CheckKind::Sum, total, plus, &[]).compared
}

#[test]
fn a_printed_figure_is_exact_to_the_penny_and_says_how_far_it_was_rounded() {
    let figure = millions("124.986");
    assert_eq!((figure.amount(), figure.last_place_pence()), (Pence(12_498_600_000), 100_000));
    let negative = printed("-375", Thousands, 0);
    assert_eq!((negative.amount(), negative.last_place_pence()), (Pence(-37_500_000), 100_000));
    assert_eq!(printed("0", Millions, 1).last_place_pence(), 10_000_000);
    assert_eq!(printed("1.9", Billions, 1).amount(), printed("19", HundredMillions, 0).amount());
    assert_eq!(printed("53440286", Pounds, 0).amount(), Pence(5_344_028_600));
    assert_eq!(printed("0.01", Pounds, 2).last_place_pence(), 1);
}

#[test]
fn what_is_no_figure_or_was_not_printed_so_is_refused() {
    for text in ["", "-", ".5", "5.", "1,000", "+5", " 5", "£5", "1e3", "1.2.3", "--5", "(5)", "५"]
    {
        assert_eq!(Printed::read(text, Millions, 3), Err(NotPrinted::NoNumber), "{text}");
    }
    assert_eq!(Printed::read("1.25", Millions, 1), Err(NotPrinted::TooPrecise { decimals: 1 }));
    let refused = NotPrinted::LessThanAPenny { decimals: 3, most: 2 };
    assert_eq!(Printed::read("1", Pounds, 3), Err(refused));
    assert_eq!(Printed::read("10000", Billions, 0), Err(NotPrinted::TooLarge));
    assert_eq!(Printed::read("99999999999999999999", Pounds, 0), Err(NotPrinted::TooLarge));
    assert_eq!(printed("9999999999999.99", Pounds, 2).amount(), Pence(999_999_999_999_999));
}

#[test]
fn coventrys_contributions_come_to_its_printed_total_within_rounding_and_no_more() {
    let parts = [millions("63.897"), millions("115.605")];
    let compared = sum(millions("179.5"), &parts);
    assert_eq!(compared.difference, Pence(200_000));
    assert_eq!(compared.rounding, Pence(5_000_000 + 50_000 + 50_000));
    assert!(compared.is_within_rounding());
    let more_precise = sum(millions("179.500"), &parts);
    assert_eq!(more_precise.rounding, Pence(150_000));
    assert!(!more_precise.is_within_rounding());
}

#[test]
fn what_oldhams_lines_do_not_explain_of_its_variance_is_a_difference_and_nobodys() {
    let checked = check(CheckKind::OfWhich, millions("8.812"), &[millions("4.325")], &[]);
    assert_eq!(checked.unexplained, Some(Pence(448_700_000)));
    assert_eq!(checked.compared.difference, Pence(-448_700_000));
    assert!(!checked.compared.is_within_rounding());
    let whole = check(CheckKind::Sum, millions("8.812"), &[millions("4.325")], &[]);
    assert_eq!(whole.unexplained, None);
}

#[test]
fn two_publishers_of_one_figure_are_compared_and_each_was_rounded() {
    let (estimate, reported) = (millions("460"), millions("483"));
    let compared = with_another(estimate, reported);
    assert_eq!(compared.difference, Pence(2_300_000_000));
    assert_eq!(compared.rounding, Pence(100_000_000));
    assert!(!compared.is_within_rounding());
    assert_eq!(with_another(reported, estimate).difference, Pence(-2_300_000_000));
    assert!(with_another(millions("460"), millions("461")).is_within_rounding());
}

#[test]
fn a_check_takes_away_as_well_as_adds_and_a_computed_figure_was_not_rounded() {
    let parts = ([millions("176.973")], [millions("169.504")]);
    let checked = check(CheckKind::Sum, millions("7.469"), &parts.0, &parts.1);
    assert_eq!(checked.compared.difference, Pence::ZERO);
    assert_eq!(checked.compared.rounding, Pence(150_000));
    let compared = with_computed(millions("7.469"), Pence(746_950_000));
    assert_eq!((compared.difference, compared.rounding), (Pence(50_000), Pence(50_000)));
    assert!(compared.is_within_rounding());
    assert!(!with_computed(millions("7.469"), Pence(746_950_001)).is_within_rounding());
    assert!(!with_computed(millions("7.469"), Pence(746_849_999)).is_within_rounding());
}

#[test]
fn what_is_printed_to_the_penny_was_not_rounded() {
    let exact = printed("1.00", Pounds, 2);
    assert_eq!(with_computed(exact, Pence(100)).rounding, Pence::ZERO);
    assert!(!with_computed(exact, Pence(101)).is_within_rounding());
}

/// An exact amount as somebody prints it who rounds to the nearest.
fn print(amount: i64, place: i64) -> i64 {
    (2 * amount + place).div_euclid(2 * place) * place
}

fn as_text(amount: i64, unit_pence: i64, decimals: u32) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let (whole, rest) = (amount.abs() / unit_pence, amount.abs() % unit_pence);
    let fraction = rest / (unit_pence / 10_i64.pow(decimals));
    let places = usize::try_from(decimals).expect("few decimals");
    if decimals == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction:0places$}")
    }
}

fn printing() -> impl Strategy<Value = (PrintedUnit, i64, u32)> {
    (0..UNITS.len(), 0..=11_u32).prop_map(|(place, decimals)| {
        let (unit, unit_pence) = UNITS[place];
        (unit, unit_pence, decimals.min(unit_pence.ilog10()))
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back_to_the_penny(
        amount in -99_999_999_999_999_i64..=99_999_999_999_999,
        (unit, unit_pence, decimals) in printing(),
    ) {
        let place = unit_pence / 10_i64.pow(decimals);
        let rounded = print(amount, place);
        let text = as_text(rounded, unit_pence, decimals);
        let read = printed(&text, unit, decimals);
        prop_assert_eq!((read.amount(), read.last_place_pence()), (Pence(rounded), place));
    }

    #[test]
    fn whoever_rounds_only_is_within_rounding(
        parts in prop::collection::vec((-9_999_999_999_i64..=9_999_999_999, printing()), 0..9),
        (unit, unit_pence, decimals) in printing(),
        split in any::<prop::sample::Index>(),
    ) {
        let as_printed = |amount: i64, (unit, unit_pence, decimals): (PrintedUnit, i64, u32)| {
            let rounded = print(amount, unit_pence / 10_i64.pow(decimals));
            printed(&as_text(rounded, unit_pence, decimals), unit, decimals)
        };
        let cut = split.index(parts.len() + 1);
        let (plus, minus) = parts.split_at(cut);
        let sum = |parts: &[(i64, _)]| parts.iter().map(|part| part.0).sum::<i64>();
        let total = sum(plus) - sum(minus);
        let rounded = |parts: &[(i64, (PrintedUnit, i64, u32))]| -> Vec<Printed> {
            parts.iter().map(|(amount, printing)| as_printed(*amount, *printing)).collect()
        };
        let whole = as_printed(total, (unit, unit_pence, decimals));
        let checked = check(CheckKind::OfWhich, whole, &rounded(plus), &rounded(minus));
        prop_assert!(checked.compared.is_within_rounding(), "{checked:?}");
        prop_assert_eq!(checked.unexplained, Some(-checked.compared.difference));
        prop_assert!(with_computed(whole, Pence(total)).is_within_rounding());
    }

    #[test]
    fn a_difference_is_what_is_missing_and_mirrors(
        one in -9_999_999_i64..=9_999_999, other in -9_999_999_i64..=9_999_999,
    ) {
        let print = |it: i64| printed(&it.to_string(), Thousands, 0);
        let (there, back) = (with_another(print(one), print(other)), with_another(print(other), print(one)));
        prop_assert_eq!(there.difference, -back.difference);
        prop_assert_eq!(there.printed + there.difference, there.computed);
        prop_assert_eq!(there.is_within_rounding(), back.is_within_rounding());
        prop_assert_eq!(there.is_within_rounding(), (one - other).abs() <= 1);
    }
}
