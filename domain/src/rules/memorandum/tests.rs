use proptest::prelude::*;

use super::*;
use crate::rules::{
    funding::Share as Funding,
    ledger_posting::{self as posting, Entry, Paid, Spending},
};

const PARTNERS: [Uuid; 3] = [Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3)];
const SCHEMES: [Uuid; 2] = [Uuid::from_u128(11), Uuid::from_u128(12)];
const SOURCES: [&str; 2] = ["MINIMUM", "ADDITIONAL"];

fn year(start: i32) -> FinancialYear {
    FinancialYear::starting(start).expect("a year")
}

/// What can happen in a fund: which, to what, who, and how much.
#[derive(Clone, Copy, Debug)]
struct Event {
    kind: u8,
    what: usize,
    partner: usize,
    pence: i64,
    is_of_year: bool,
    contribution_year: i32,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (0_u8..8, 0_usize..2, 0_usize..3, 1_i64..10_000_000, any::<bool>(), 2024..2027);
    let event = event.prop_map(|(kind, what, partner, pence, is_of_year, contribution_year)| {
        Event { kind, what, partner, pence, is_of_year, contribution_year }
    });
    prop::collection::vec(event, 0..40)
}

fn entries(event: &Event) -> Vec<Entry> {
    let shares = PARTNERS.iter().zip([5, 3, 2]).map(|(partner, weight)| Funding {
        partner: *partner,
        source: SOURCES[event.what].to_owned(),
        weight,
    });
    let shares: Vec<Funding> = shares.collect();
    let (amount, partner) = (Pence(event.pence), PARTNERS[event.partner]);
    let spending = |paid| Spending {
        scheme: SCHEMES[event.what],
        incurred_by: partner,
        shares: &shares,
        paid,
    };
    let (source, of) = (SOURCES[event.what], year(event.contribution_year));
    let entries = match event.kind {
        0 => posting::expenditure(amount, &spending(Paid::ByHost)),
        1 => posting::expenditure(amount, &spending(Paid::ByPartner)),
        2 => posting::expenditure_refund(amount, &spending(Paid::NotYet)),
        3 => posting::contribution_invoiced(amount, partner, source, of),
        4 => posting::contribution_received(amount, partner, source, of),
        5 => posting::contribution_refunded(amount, partner, source, of),
        6 => Ok(settled(amount, partner, source)),
        _ => Ok(settled(-amount, partner, source)),
    };
    entries.expect("a transaction")
}

/// A partner bears more of an earlier year, or is given something back.
fn settled(amount: Pence, partner: Uuid, source: &str) -> Vec<Entry> {
    let owed = AccountKey::due_from_partner(partner, year(2024));
    let borne = AccountKey::risk_share(partner, source, year(2024));
    vec![Entry { account: owed, amount }, Entry { account: borne, amount: -amount }]
}

fn balances(events: &[Event]) -> Vec<Balance> {
    let balance = |event: &Event| {
        let is_of_year = event.is_of_year;
        let of = move |entry: Entry| Balance {
            account: entry.account,
            is_of_year,
            amount: entry.amount,
        };
        entries(event).into_iter().map(of).collect::<Vec<_>>()
    };
    events.iter().flat_map(balance).collect()
}

/// The sum over the events of which something holds, in the plainest way.
fn total(events: &[Event], counts: impl Fn(&Event) -> bool, sign: i64) -> i64 {
    events.iter().filter(|it| counts(it)).map(|it| sign * it.pence).sum()
}

proptest! {
    #[test]
    fn m15_every_sum_of_the_account_adds_up(events in events()) {
        let account = Memorandum::of(year(2025), &balances(&events));
        let net: Pence = account.income.iter().map(|it| it.net).sum();
        let met: Pence = account.shares.iter().map(|it| it.met_itself).sum();
        prop_assert_eq!(net + met, account.total_income);
        let contributed: Pence = account.shares.iter().map(|it| it.contributed).sum();
        prop_assert_eq!(contributed, net);
        let spent: Pence = account.expenditure.iter().map(|it| it.net).sum();
        prop_assert_eq!(spent, account.total_expenditure);
        let funded: Pence = account.shares.iter().map(|it| it.expenditure).sum();
        prop_assert_eq!(funded, account.total_expenditure);
        let left: Pence = account.shares.iter().map(|it| it.balance).sum();
        prop_assert_eq!(account.opening + left, account.closing);
        prop_assert_eq!(account.closing + account.of_earlier_years, account.held.net);
    }

    #[test]
    fn the_account_says_what_happened(events in events()) {
        let account = Memorandum::of(year(2025), &balances(&events));
        let of_2025 = |it: &Event| it.contribution_year == 2025;
        let income = total(&events, |it| it.kind == 3 && of_2025(it), 1)
            - total(&events, |it| it.kind == 5 && of_2025(it), 1)
            + total(&events, |it| it.kind == 1 && it.is_of_year, 1);
        prop_assert_eq!(account.total_income, Pence(income));
        let spent = total(&events, |it| it.kind < 2 && it.is_of_year, 1)
            - total(&events, |it| it.kind == 2 && it.is_of_year, 1);
        prop_assert_eq!(account.total_expenditure, Pence(spent));
        let cash = total(&events, |it| it.kind == 4, 1)
            - total(&events, |it| it.kind == 0 || it.kind == 5, 1);
        prop_assert_eq!(account.held.cash, Pence(cash));
        let settled = |of_year: bool| {
            let counts = move |it: &Event| it.is_of_year || !of_year;
            total(&events, |it| it.kind == 6 && counts(it), 1)
                - total(&events, |it| it.kind == 7 && counts(it), 1)
        };
        prop_assert_eq!(account.settled, Pence(settled(true)));
        prop_assert_eq!(account.held.due_by_settlement, Pence(settled(false)), "owed until paid");
        let shares: Pence = account.shares.iter().map(|it| it.settled).sum();
        prop_assert_eq!(shares, account.settled);
    }

    #[test]
    fn in_the_first_year_of_a_fund_the_host_holds_the_closing_balance(events in events()) {
        let first: Vec<Event> = events
            .into_iter()
            .map(|it| Event { is_of_year: true, contribution_year: it.contribution_year.max(2025), ..it })
            .collect();
        let account = Memorandum::of(year(2025), &balances(&first));
        prop_assert_eq!(account.opening, Pence::ZERO);
        prop_assert_eq!(account.held.net, account.closing);
        prop_assert_eq!(account.of_earlier_years, Pence::ZERO);
    }
}

fn carried(year_of: Option<i32>, is_of_year: bool, pence: i64) -> Balance {
    let account =
        AccountKey { year: year_of.map(year), ..AccountKey::of_kind(AccountKind::CarriedForward) };
    Balance { account, is_of_year, amount: Pence(pence) }
}

#[test]
fn what_earlier_years_carried_forward_opens_the_account() {
    let cash = Balance { account: AccountKey::cash(), is_of_year: false, amount: Pence(700) };
    // 500 from 2023/24 into 2024/25, and 700 from there into 2025/26.
    let into_2024 = [carried(Some(2023), false, 500), carried(Some(2024), false, -500)];
    let into_2025 = [carried(Some(2024), true, 700), carried(Some(2025), true, -700)];
    let out_of_2025 = [carried(Some(2025), true, 20), carried(Some(2026), true, -20)];
    let all = [&into_2024[..], &into_2025, &out_of_2025, &[cash]].concat();
    let account = Memorandum::of(year(2025), &all);
    assert_eq!((account.opening, account.closing), (Pence(700), Pence(700)));
    assert_eq!((account.held.net, account.of_earlier_years), (Pence(700), Pence::ZERO));
}

#[test]
fn m5_what_funds_owe_each_other_by_a_settlement_is_held_until_it_is_paid() {
    let entry = |account, amount| Balance { account, is_of_year: true, amount: Pence(amount) };
    let [council, owed] = [PARTNERS[0], PARTNERS[1]];
    let balances = [
        entry(AccountKey::due_from_funds(year(2024)), 70),
        entry(AccountKey::due_from_partner(owed, year(2024)), -20),
        entry(AccountKey::risk_share(council, "CORE", year(2024)), -50),
    ];
    let account = Memorandum::of(year(2025), &balances);
    assert_eq!((account.settled, account.held.due_by_settlement), (Pence(50), Pence(50)));
    assert_eq!((account.closing, account.held.net), (Pence(50), Pence(50)));
    assert_eq!((account.shares[0].settled, account.shares[0].balance), (Pence(50), Pence(50)));
}

#[test]
fn what_the_host_holds_is_the_sum_of_what_it_holds_in_each_form() {
    let of = |kind, amount| Balance {
        account: AccountKey::of_kind(kind),
        is_of_year: true,
        amount: Pence(amount),
    };
    let balances = [
        of(AccountKind::Cash, 1),
        of(AccountKind::Receivable, 20),
        of(AccountKind::Payable, 300),
        of(AccountKind::Accrual, 4_000),
        of(AccountKind::Reserve, 50_000),
        of(AccountKind::DueFromPartner, 600_000),
    ];
    assert_eq!(Memorandum::of(year(2025), &balances).held.net, Pence(654_321));
}

#[test]
fn what_a_journal_brings_in_from_outside_opens_the_account_of_its_year() {
    let cash = Balance { account: AccountKey::cash(), is_of_year: true, amount: Pence(300) };
    let account = Memorandum::of(year(2025), &[carried(None, true, -300), cash]);
    assert_eq!((account.opening, account.of_earlier_years), (Pence(300), Pence::ZERO));
    let earlier = Memorandum::of(year(2025), &[carried(None, false, -300)]);
    assert_eq!(earlier.opening, Pence::ZERO);
}

#[test]
fn m9_a_correction_of_a_closed_year_is_told_apart_and_counts() {
    let [scheme, partner] = [SCHEMES[0], PARTNERS[0]];
    let own = AccountKey::expenditure(scheme, partner, partner, "MINIMUM");
    let prior = AccountKey { year: Some(year(2024)), ..own.clone() };
    let balance = |account, pence| Balance { account, is_of_year: true, amount: Pence(pence) };
    let account = Memorandum::of(year(2025), &[balance(own, 100), balance(prior, -30)]);
    let line = &account.expenditure[0];
    assert_eq!((line.spent, line.of_prior_years, line.net), (Pence(100), Pence(-30), Pence(70)));
    assert_eq!(account.shares[0].expenditure, Pence(70));
}
