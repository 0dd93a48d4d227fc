//! What an agreed settlement means in the books of each fund of the risk share (rules M5, M7, M12).
//!
//! Of a partner that bears more than it funds: debit what it owes, credit what it bears. Of one that
//! is given something back, the other way round. Where one fund meets the overspend of another, out
//! of a reserve or of an underspend, each owes the other in its own books. What is carried forward,
//! reinvested or kept stays in its fund, and what nobody bears is nobody's debt: neither is posted.
//!
//! What is borne stands with a source, so that it can be carried into the next year with what else
//! there is of it: what goes back to a ring-fenced source with that source, everything else by what
//! the partner agreed to put into the fund from sources that are not ring-fenced (rule M2).

use std::collections::{BTreeMap, BTreeSet};

use entities::value::{FinancialYear, Pence};
use uuid::Uuid;

use super::{AccountKey, Entry};
use crate::rules::{
    position::UNATTRIBUTED,
    risk_share::{Agreed, Bearer, FundResult, OtherPart, Returned},
    split::split,
};

/// A fund of a risk share that is settled.
#[derive(Clone, Debug)]
pub struct SettledFund {
    /// What the risk share comes to in it.
    pub result: FundResult,
    /// What of its schemes' underspend goes back to ring-fenced sources.
    pub returned: Vec<Returned>,
    /// What partners agreed to put into it.
    pub agreed: Vec<Agreed>,
    /// What of its reserve is drawn for the risk share; nothing of a fund that is no reserve.
    pub drawn: Pence,
}

/// What the funds of a risk share have in common.
#[derive(Clone, Copy, Debug)]
pub struct Common<'a> {
    /// The year that is settled.
    pub year: FinancialYear,
    /// The codes of the sources that are ring-fenced.
    pub ring_fenced: &'a BTreeSet<String>,
    /// Who keeps the books: what a fund gives up into which no partner agreed to put anything is its.
    pub host: Uuid,
}

/// Whose a part of a fund's money is: a partner's, from a source.
type Owner = (Uuid, String);

/// The entries of each fund for a settlement, in the funds' order; none of a fund in which nothing is
/// to be posted. What partners owe comes to what they accepted.
#[must_use]
pub fn settlement(funds: &[SettledFund], common: Common<'_>) -> Vec<(Uuid, Vec<Entry>)> {
    let mut given = given_to_others(funds, common);
    let posted = |fund: &SettledFund| {
        let mut sums: BTreeMap<AccountKey, Pence> = BTreeMap::new();
        owed_by_partners(&mut sums, fund, common);
        owed_by_funds(&mut sums, fund, &mut given, common);
        let entry = |(account, amount)| Entry { account, amount };
        let entries = sums.into_iter().filter(|(_, amount)| *amount != Pence::ZERO).map(entry);
        (fund.result.fund, entries.collect::<Vec<_>>())
    };
    funds.iter().map(posted).filter(|(_, entries)| !entries.is_empty()).collect()
}

/// What each partner owes, or is owed, against what it bears.
fn owed_by_partners(
    sums: &mut BTreeMap<AccountKey, Pence>,
    fund: &SettledFund,
    common: Common<'_>,
) {
    // What a partner bears may be as much as it is given back: it owes nothing then, and its sources
    // each other.
    let bearing = fund.result.parts.iter().filter_map(|part| match part.bearer {
        Bearer::Party(partner) => Some(partner),
        Bearer::Nobody(_) => None,
    });
    let partners: BTreeSet<Uuid> =
        bearing.chain(fund.returned.iter().map(|back| back.partner)).collect();
    for partner in partners {
        let owed = fund.result.of_party(partner);
        add(sums, AccountKey::due_from_partner(partner, common.year), owed);
        let mut shared = owed;
        for back in fund.returned.iter().filter(|back| back.partner == partner) {
            shared += back.amount;
            add(sums, AccountKey::risk_share(partner, &back.source, common.year), back.amount);
        }
        let own = fund.agreed.iter().filter(|agreed| agreed.partner == partner);
        credit(sums, by_owner(shared, own, partner, common), common.year);
    }
}

/// What other funds owe, or are owed, against the money of whoever put it in.
fn owed_by_funds(
    sums: &mut BTreeMap<AccountKey, Pence>,
    fund: &SettledFund,
    given: &mut [(Owner, Pence)],
    common: Common<'_>,
) {
    let met = met_by_others(fund);
    add(sums, AccountKey::due_from_funds(common.year), met);
    let owners = if met.is_negative() {
        by_owner(met, fund.agreed.iter(), common.host, common)
    } else {
        taken(given, met)
    };
    credit(sums, owners, common.year);
}

/// How much of a fund's variance other funds meet; below nothing, what it meets of theirs.
fn met_by_others(fund: &SettledFund) -> Pence {
    let of = |part| fund.result.of(Bearer::Nobody(part));
    of(OtherPart::OtherFunds) + of(OtherPart::RiskReserve) - fund.drawn
}

/// Whose money it is that some funds give up for others.
fn given_to_others(funds: &[SettledFund], common: Common<'_>) -> Vec<(Owner, Pence)> {
    let giving = funds.iter().filter(|fund| met_by_others(fund).is_negative());
    giving
        .flat_map(|fund| by_owner(-met_by_others(fund), fund.agreed.iter(), common.host, common))
        .collect()
}

/// An amount by whose money it is, in proportion to what was agreed to be put in; of who put nothing
/// in it is `otherwise`, from no source in particular.
fn by_owner<'a>(
    amount: Pence,
    agreed: impl Iterator<Item = &'a Agreed>,
    otherwise: Uuid,
    common: Common<'_>,
) -> Vec<(Owner, Pence)> {
    let free: Vec<&Agreed> = agreed.filter(|it| !common.ring_fenced.contains(&it.source)).collect();
    let weights: Vec<i64> = free.iter().map(|it| it.amount.0).collect();
    match split(amount, &weights) {
        Ok(parts) => {
            let owner = |it: &&Agreed| (it.partner, it.source.clone());
            free.iter().map(owner).zip(parts).collect()
        }
        Err(_) => vec![((otherwise, UNATTRIBUTED.to_owned()), amount)],
    }
}

/// Takes an amount out of what is left of what was given, in proportion to it: all funds together
/// give what all take.
fn taken(left: &mut [(Owner, Pence)], amount: Pence) -> Vec<(Owner, Pence)> {
    let weights: Vec<i64> = left.iter().map(|it| it.1.0).collect();
    let parts = split(amount, &weights).unwrap_or_default();
    for (it, part) in left.iter_mut().zip(&parts) {
        it.1 = it.1 - *part;
    }
    left.iter().map(|it| it.0.clone()).zip(parts).collect()
}

fn credit(
    sums: &mut BTreeMap<AccountKey, Pence>,
    owners: Vec<(Owner, Pence)>,
    year: FinancialYear,
) {
    for ((partner, source), amount) in owners {
        add(sums, AccountKey::risk_share(partner, &source, year), -amount);
    }
}

fn add(sums: &mut BTreeMap<AccountKey, Pence>, account: AccountKey, amount: Pence) {
    *sums.entry(account).or_default() += amount;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::{entries::balanced, risk_share::BornePart};

    const COUNCIL: Uuid = Uuid::from_u128(1);
    const HOST: Uuid = Uuid::from_u128(8);
    const BOARD: Uuid = Uuid::from_u128(2);
    const POOL: Uuid = Uuid::from_u128(11);
    const OTHER: Uuid = Uuid::from_u128(12);
    const RESERVE: Uuid = Uuid::from_u128(13);

    fn year() -> FinancialYear {
        FinancialYear::starting(2025).expect("a year")
    }

    fn fenced() -> BTreeSet<String> {
        BTreeSet::from(["DFG".to_owned()])
    }

    fn put_in(partner: Uuid, source: &str, amount: i64) -> Agreed {
        Agreed { partner, source: source.to_owned(), amount: Pence(amount) }
    }

    fn fund(fund: Uuid, parts: &[(Bearer, i64)]) -> SettledFund {
        let part = |(bearer, amount): &(Bearer, i64)| BornePart {
            bearer: *bearer,
            amount: Pence(*amount),
        };
        SettledFund {
            result: FundResult { fund, parts: parts.iter().map(part).collect() },
            returned: Vec::new(),
            agreed: vec![
                put_in(COUNCIL, "CORE", 300),
                put_in(COUNCIL, "DFG", 500),
                put_in(COUNCIL, "IBCF", 100),
                put_in(BOARD, "NHS", 400),
            ],
            drawn: Pence::ZERO,
        }
    }

    fn owed(partner: Uuid) -> AccountKey {
        AccountKey::due_from_partner(partner, year())
    }

    fn borne(partner: Uuid, source: &str) -> AccountKey {
        AccountKey::risk_share(partner, source, year())
    }

    fn entries(of: &[(AccountKey, i64)]) -> Vec<Entry> {
        let entry = |(account, amount): &(AccountKey, i64)| Entry {
            account: account.clone(),
            amount: Pence(*amount),
        };
        let mut entries: Vec<Entry> = of.iter().map(entry).collect();
        entries.sort_by(|one, other| one.account.cmp(&other.account));
        entries
    }

    fn posted(funds: &[SettledFund]) -> Vec<(Uuid, Vec<Entry>)> {
        settlement(funds, Common { year: year(), ring_fenced: &fenced(), host: HOST })
    }

    #[test]
    fn m7_a_partner_that_bears_more_owes_it_and_one_that_bears_less_is_owed_it() {
        let parts = [
            (Bearer::Party(COUNCIL), 80),
            (Bearer::Party(BOARD), -30),
            (Bearer::Nobody(OtherPart::Unallocated), 7),
            (Bearer::Nobody(OtherPart::CarryForward), -9),
        ];
        let expected = entries(&[
            (owed(COUNCIL), 80),
            (borne(COUNCIL, "CORE"), -60),
            (borne(COUNCIL, "IBCF"), -20),
            (owed(BOARD), -30),
            (borne(BOARD, "NHS"), 30),
        ]);
        assert_eq!(posted(&[fund(POOL, &parts)]), [(POOL, expected)]);
    }

    #[test]
    fn r6_what_goes_back_to_a_ring_fenced_source_stands_with_that_source() {
        let back = Returned {
            scheme: Uuid::nil(),
            partner: COUNCIL,
            source: "DFG".to_owned(),
            amount: Pence(50),
        };
        // It bears £0.80 and is given £0.50 back.
        let parts = [(Bearer::Party(COUNCIL), 30), (Bearer::Party(BOARD), 4)];
        let fund = SettledFund { returned: vec![back], ..fund(POOL, &parts) };
        let expected = entries(&[
            (owed(COUNCIL), 30),
            (borne(COUNCIL, "DFG"), 50),
            (borne(COUNCIL, "CORE"), -60),
            (borne(COUNCIL, "IBCF"), -20),
            (owed(BOARD), 4),
            (borne(BOARD, "NHS"), -4),
        ]);
        assert_eq!(posted(&[fund]), [(POOL, expected)]);
    }

    #[test]
    fn m12_what_a_party_bears_that_puts_nothing_in_stands_with_no_source() {
        let provider = Uuid::from_u128(9);
        let expected = entries(&[(owed(provider), 5), (borne(provider, UNATTRIBUTED), -5)]);
        assert_eq!(posted(&[fund(POOL, &[(Bearer::Party(provider), 5)])]), [(POOL, expected)]);
        assert_eq!(posted(&[fund(POOL, &[])]), [], "nothing is posted of nothing");
    }

    #[test]
    fn m5_a_reserve_that_is_drawn_is_owed_by_its_fund_to_the_one_that_overspent() {
        let parts = [(Bearer::Nobody(OtherPart::RiskReserve), 80)];
        let reserve = SettledFund { drawn: Pence(80), ..fund(RESERVE, &[]) };
        let between = AccountKey::due_from_funds(year());
        let of = |sign: i64| {
            entries(&[
                (between.clone(), 80 * sign),
                (borne(COUNCIL, "CORE"), -30 * sign),
                (borne(COUNCIL, "IBCF"), -10 * sign),
                (borne(BOARD, "NHS"), -40 * sign),
            ])
        };
        assert_eq!(posted(&[fund(POOL, &parts), reserve]), [(POOL, of(1)), (RESERVE, of(-1))]);
    }

    #[test]
    fn m5_an_underspend_that_met_anothers_overspend_is_that_of_whoever_put_it_in() {
        let offset = |amount| [(Bearer::Nobody(OtherPart::OtherFunds), amount)];
        let gives =
            SettledFund { agreed: vec![put_in(BOARD, "NHS", 1)], ..fund(OTHER, &offset(-10)) };
        let between = AccountKey::due_from_funds(year());
        let of =
            |amount: i64| entries(&[(between.clone(), amount), (borne(BOARD, "NHS"), -amount)]);
        let takes = |amount| fund(POOL, &offset(amount));
        assert_eq!(posted(&[takes(10), gives]), [(POOL, of(10)), (OTHER, of(-10))]);
        let unknown = SettledFund { agreed: Vec::new(), ..fund(OTHER, &offset(-10)) };
        let hosts = borne(HOST, UNATTRIBUTED);
        let of = |amount: i64| entries(&[(between.clone(), amount), (hosts.clone(), -amount)]);
        assert_eq!(posted(&[takes(10), unknown]), [(POOL, of(10)), (OTHER, of(-10))]);
    }

    #[test]
    fn m5_what_one_fund_has_taken_is_left_for_no_other() {
        let offset = |amount| [(Bearer::Nobody(OtherPart::OtherFunds), amount)];
        let agreed = vec![put_in(COUNCIL, "CORE", 1), put_in(BOARD, "NHS", 1)];
        let gives = SettledFund { agreed, ..fund(OTHER, &offset(-2)) };
        let posted = posted(&[fund(POOL, &offset(1)), fund(RESERVE, &offset(1)), gives]);
        let between = AccountKey::due_from_funds(year());
        let of = |owner| entries(&[(between.clone(), 1), (owner, -1)]);
        assert_eq!(posted[0], (POOL, of(borne(COUNCIL, "CORE"))));
        assert_eq!(posted[1], (RESERVE, of(borne(BOARD, "NHS"))));
    }

    type Random = (Vec<i64>, i64, Vec<(u128, usize, i64)>, i64);

    /// A fund of random parts, of which other funds meet `between`.
    fn random(number: u128, (owes, _, agreed, back): Random, between: i64) -> SettledFund {
        let parties = (1..).map(|party| Bearer::Party(Uuid::from_u128(party))).zip(owes);
        let between = (Bearer::Nobody(OtherPart::OtherFunds), between);
        let parts: Vec<_> = parties.chain([between]).filter(|part| part.1 != 0).collect();
        let agreed = agreed.into_iter().map(|(partner, source, amount)| {
            put_in(Uuid::from_u128(partner), ["CORE", "DFG", "NHS"][source], amount)
        });
        let returned = Returned {
            scheme: Uuid::nil(),
            partner: COUNCIL,
            source: "DFG".to_owned(),
            amount: Pence(back),
        };
        SettledFund {
            returned: vec![returned],
            agreed: agreed.collect(),
            ..fund(Uuid::from_u128(100 + number), &parts)
        }
    }

    fn funds() -> impl Strategy<Value = Vec<SettledFund>> {
        let agreed = prop::collection::vec((1..4_u128, 0..3_usize, 0..50_i64), 0..5);
        let one = (prop::collection::vec(-99..99_i64, 3), -99..99_i64, agreed, 0..30_i64);
        prop::collection::vec(one, 1..4).prop_map(|mut all| {
            // What funds owe each other comes to nothing.
            let others: i64 = all.iter().skip(1).map(|it| it.1).sum();
            all[0].1 = -others;
            (0..).zip(all).map(|(number, it)| random(number, it.clone(), it.1)).collect()
        })
    }

    proptest! {
        #[test]
        fn m7_every_settlement_balances_and_says_who_owes_what(funds in funds()) {
            let posted = posted(&funds);
            let mut borne: BTreeMap<AccountKey, i64> = BTreeMap::new();
            for (id, entries) in &posted {
                let amounts: Vec<Pence> = entries.iter().map(|entry| entry.amount).collect();
                prop_assert_eq!(balanced(&amounts), Ok(()));
                let fund = funds.iter().find(|fund| fund.result.fund == *id).expect("a fund");
                for party in [COUNCIL, BOARD, Uuid::from_u128(3)] {
                    let owed = owed(party);
                    let own = entries.iter().filter(|entry| entry.account == owed);
                    let own: Pence = own.map(|entry| entry.amount).sum();
                    prop_assert_eq!(own, fund.result.of_party(party));
                }
                for entry in entries {
                    *borne.entry(entry.account.clone()).or_default() += entry.amount.0;
                }
            }
            let between = borne.get(&AccountKey::due_from_funds(year())).copied();
            prop_assert_eq!(between.unwrap_or_default(), 0, "funds owe each other the same");
        }
    }
}
