use std::collections::BTreeMap;

use entities::{
    ledger_account::AccountKind,
    value::{FinancialYear, Period},
};
use proptest::prelude::*;

use super::*;
use crate::rules::position::ActualPart;

const SCHEME: Uuid = Uuid::from_u128(1);
const ICB: Uuid = Uuid::from_u128(2);
const COUNCIL: Uuid = Uuid::from_u128(3);

fn shares(weights: &[i64]) -> Vec<Share> {
    let partner = |place| if place % 2 == 0 { ICB } else { COUNCIL };
    let share = |(place, weight): (usize, &i64)| Share {
        partner: partner(place),
        source: format!("SOURCE_{place}"),
        weight: *weight,
    };
    weights.iter().enumerate().map(share).collect()
}

fn year() -> FinancialYear {
    FinancialYear::starting(2025).expect("a year")
}

fn by_council(shares: &[Share], paid: Paid) -> Spending<'_> {
    Spending { scheme: SCHEME, incurred_by: COUNCIL, shares, paid }
}

fn lines(entries: &[Entry]) -> Vec<(AccountKind, i64)> {
    entries.iter().map(|entry| (entry.account.kind, entry.amount.0)).collect()
}

#[test]
fn m15_spending_is_stored_in_the_parts_that_fund_it() {
    let shares = shares(&[2, 1, 0]);
    let entries = expenditure(Pence(10_000), &by_council(&shares, Paid::ByHost)).expect("entries");
    let expected = [
        (AccountKind::Expenditure, 6_667),
        (AccountKind::Expenditure, 3_333),
        (AccountKind::Cash, -10_000),
    ];
    assert_eq!(lines(&entries), expected);
    assert_eq!(entries[0].account, AccountKey::expenditure(SCHEME, COUNCIL, ICB, "SOURCE_0"));
}

#[test]
fn m15_what_a_partner_spends_itself_never_moves_the_hosts_cash() {
    let shares = shares(&[1]);
    for (paid, kind) in
        [(Paid::ByPartner, AccountKind::SpentByPartner), (Paid::NotYet, AccountKind::Accrual)]
    {
        let entries = expenditure(Pence(5), &by_council(&shares, paid)).expect("entries");
        assert_eq!(lines(&entries), [(AccountKind::Expenditure, 5), (kind, -5)]);
    }
}

#[test]
fn m15_what_a_partner_spends_itself_is_owed_to_that_partner_and_no_other() {
    let shares = shares(&[1]);
    let spent_by = |incurred_by| {
        let of = Spending { incurred_by, ..by_council(&shares, Paid::ByPartner) };
        expenditure(Pence(5), &of).expect("entries").pop().expect("the credit").account
    };
    assert_eq!(spent_by(ICB).partner, Some(ICB));
    assert_eq!(spent_by(COUNCIL).partner, Some(COUNCIL));
}

#[test]
fn m12_contributions_are_invoiced_received_and_refunded() {
    use AccountKind::{Cash, ContributionIncome, ContributionRefund, Receivable};
    let amount = Pence(700);
    let invoiced = contribution_invoiced(amount, ICB, "NHS_MINIMUM", year()).expect("entries");
    assert_eq!(lines(&invoiced), [(Receivable, 700), (ContributionIncome, -700)]);
    let received = contribution_received(amount, ICB, "NHS_MINIMUM", year()).expect("entries");
    assert_eq!(lines(&received), [(Cash, 700), (Receivable, -700)]);
    let refunded = contribution_refunded(amount, ICB, "NHS_MINIMUM", year()).expect("entries");
    assert_eq!(lines(&refunded), [(ContributionRefund, 700), (Cash, -700)]);
}

#[test]
fn amounts_below_nothing_and_schemes_without_funding_are_refused() {
    let shares = shares(&[1]);
    let spending = by_council(&shares, Paid::ByHost);
    for amount in [Pence(0), Pence(-5), Pence(i64::MIN)] {
        assert_eq!(expenditure(amount, &spending), Err(PostingRefusal::NotPositive));
        assert_eq!(expenditure_refund(amount, &spending), Err(PostingRefusal::NotPositive));
        assert_eq!(
            contribution_received(amount, ICB, "NHS_MINIMUM", year()),
            Err(PostingRefusal::NotPositive)
        );
    }
    let nothing = adjustment(Adjusted::Refund, Pence::ZERO, &spending);
    assert_eq!(nothing, Err(PostingRefusal::NothingToAdjust));
    let least = adjustment(Adjusted::Refund, Pence(i64::MIN), &spending);
    assert_eq!(least, Err(PostingRefusal::Unbalanced(Unbalanced::TooLarge)));
    let unfunded = expenditure(Pence(5), &by_council(&[], Paid::ByHost));
    assert_eq!(unfunded, Err(PostingRefusal::NotFunded(NotASplit::NoWeight)));
}

#[test]
fn a8_actuals_refunds_and_adjustments_net_to_10_450() {
    let shares = shares(&[2, 1]);
    let of = by_council(&shares, Paid::ByHost);
    let pounds = |pounds: i64| Pence(pounds * 100);
    let postings = [
        expenditure(pounds(10_000), &of),
        expenditure(pounds(5_000), &of),
        adjustment(Adjusted::Expenditure, pounds(-1_000), &of),
        adjustment(Adjusted::Expenditure, pounds(500), &of),
        expenditure_refund(pounds(5_000), &of),
        adjustment(Adjusted::Refund, pounds(1_000), &of),
        adjustment(Adjusted::Refund, pounds(-50), &of),
    ];
    let mut balances: BTreeMap<AccountKey, Pence> = BTreeMap::new();
    for entry in postings.into_iter().flat_map(|posting| posting.expect("entries")) {
        *balances.entry(entry.account).or_default() += entry.amount;
    }
    let actuals: Vec<ActualPart> = balances
        .iter()
        .filter_map(|(account, sum)| ActualPart::from_balance(account, Period::MARCH, *sum))
        .map(|(_, part)| part)
        .collect();
    let spent: Pence = actuals.iter().map(|part| part.spent).sum();
    let refunded: Pence = actuals.iter().map(|part| part.refunded).sum();
    assert_eq!((spent, refunded), (pounds(14_500), pounds(-4_050)));
    assert_eq!(spent + refunded, pounds(10_450));
    // Rule M11: the host's cash moved by the same, because the host paid, and is another figure.
    assert_eq!(balances[&AccountKey::cash()], pounds(-10_450));
}

#[test]
fn designations_tell_every_account_apart() {
    let keys = [
        AccountKey::cash(),
        AccountKey::accrual(),
        AccountKey::receivable(ICB, "NHS_MINIMUM", year()),
        AccountKey::spent_by_partner(ICB),
        AccountKey::contribution_income(ICB, "A", year()),
        AccountKey::contribution_income(ICB, "A source=B", year()),
        AccountKey::contribution_refund(ICB, "A", year()),
        AccountKey::expenditure(SCHEME, ICB, COUNCIL, "A"),
        AccountKey::expenditure(SCHEME, COUNCIL, ICB, "A"),
        AccountKey::expenditure_refund(SCHEME, COUNCIL, ICB, "A"),
        AccountKey::expenditure(SCHEME, ICB, COUNCIL, "A").correcting(year()),
        AccountKey::carried_forward(ICB, "A", year()),
        AccountKey::carried_forward(ICB, "A", year().next()),
    ];
    let texts: std::collections::BTreeSet<_> = keys.iter().map(AccountKey::designation).collect();
    assert_eq!(texts.len(), keys.len());
    assert_eq!(
        keys[4].designation(),
        "CONTRIBUTION_INCOME partner=00000000-0000-0000-0000-000000000002 year=2025/26 source=A"
    );
}

#[test]
fn m12_what_was_accrued_is_paid_without_being_spent_again() {
    let shares = shares(&[2, 1]);
    let accrued = expenditure(Pence(300), &by_council(&shares, Paid::NotYet)).expect("entries");
    for (paid, against) in [
        (Paid::ByHost, AccountKey::cash()),
        (Paid::ByPartner, AccountKey::spent_by_partner(COUNCIL)),
    ] {
        let settled = accrual_paid(Pence(300), paid, COUNCIL).expect("entries");
        let mut balances: BTreeMap<AccountKey, Pence> = BTreeMap::new();
        for entry in accrued.iter().chain(&settled) {
            *balances.entry(entry.account.clone()).or_default() += entry.amount;
        }
        assert_eq!(balances[&AccountKey::accrual()], Pence::ZERO);
        assert_eq!(balances[&against], Pence(-300));
    }
    assert_eq!(accrual_paid(Pence(0), Paid::ByHost, COUNCIL), Err(PostingRefusal::NotPositive));
}

#[test]
fn m9_what_corrects_a_closed_year_is_kept_apart_from_the_years_own() {
    let shares = shares(&[1]);
    let spent = expenditure(Pence(300), &by_council(&shares, Paid::ByHost)).expect("entries");
    let correcting = correcting(spent.clone(), year());
    let part = |entries: &[Entry]| {
        let of =
            |entry: &Entry| ActualPart::from_balance(&entry.account, Period::MARCH, entry.amount);
        entries.iter().filter_map(of).map(|(_, part)| part).next().expect("a part")
    };
    let own = part(&spent);
    assert_eq!((own.net(), own.prior_year), (Pence(300), Pence::ZERO));
    let prior = part(&correcting);
    assert_eq!((prior.net(), prior.prior_year), (Pence::ZERO, Pence(300)));
    // Cash is cash, whatever year is corrected (rule M11).
    assert_eq!(correcting[1].account, AccountKey::cash());
    // An accrual that corrects a year turns round in the spending of the year that follows.
    assert_eq!(part(&accrual_reversal(&correcting)).net(), Pence(-300));
}

proptest! {
    #[test]
    fn m7_every_posting_balances_and_its_reversal_undoes_it(
        amount in 1..=i64::MAX,
        weights in prop::collection::vec(0..50_i64, 1..6),
        paid in prop_oneof![Just(Paid::ByHost), Just(Paid::ByPartner), Just(Paid::NotYet)],
    ) {
        let shares = shares(&weights);
        let of = by_council(&shares, paid);
        let funded = weights.iter().any(|weight| *weight > 0);
        let postings = [
            expenditure(Pence(amount), &of),
            expenditure_refund(Pence(amount), &of),
            adjustment(Adjusted::Expenditure, Pence(-amount), &of),
        ];
        for posting in postings {
            prop_assert_eq!(posting.is_ok(), funded);
            let Ok(entries) = posting else { continue };
            let amounts = |entries: &[Entry]| entries.iter().map(|it| it.amount).collect::<Vec<_>>();
            prop_assert_eq!(balanced(&amounts(&entries)), Ok(()));
            let reversed = reversal(&entries);
            prop_assert_eq!(balanced(&amounts(&reversed)), Ok(()));
            for (entry, back) in entries.iter().zip(&reversed) {
                prop_assert_eq!(&entry.account, &back.account);
                prop_assert_eq!(entry.amount + back.amount, Pence::ZERO);
            }
        }
    }
}

#[test]
fn m7_what_is_owed_by_settlements_is_told_apart_by_the_settled_year() {
    let later = year().next();
    assert_ne!(AccountKey::due_from_funds(year()), AccountKey::due_from_funds(later));
    assert_ne!(AccountKey::due_from_partner(ICB, year()), AccountKey::due_from_partner(ICB, later));
}
