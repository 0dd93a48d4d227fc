use proptest::prelude::*;

use super::*;
use crate::policy::derive::Succession;

const HOST: Uuid = Uuid::from_u128(1);
const COUNCIL: Uuid = Uuid::from_u128(2);
const BOARD: Uuid = Uuid::from_u128(3);

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, day).expect("a day")
}

fn parties() -> Parties {
    Parties { host: Some(HOST), partners: vec![HOST, COUNCIL, BOARD] }
}

fn person(account: u128, organisation: Uuid) -> Person {
    Person { account: Some(Uuid::from_u128(account)), organisation }
}

fn need(organisation: Uuid) -> Need {
    Need { organisation, role: None }
}

fn proposal(needed: &[Uuid]) -> Proposal {
    Proposal {
        kind: ProposalKind::Virement,
        proposer: person(100, HOST),
        needs: needed.iter().copied().map(need).collect(),
        decisions: Vec::new(),
        interested: Vec::new(),
        is_applied: false,
        expires_on: day(31),
        heirs: Heirs::default(),
    }
}

fn organisations(needs: &[Need]) -> Vec<Uuid> {
    needs.iter().map(|need| need.organisation).collect()
}

#[test]
fn g1_affected_are_those_whose_contribution_share_or_commissioned_scheme_changes() {
    let touched = |contributions: &[Uuid], shares: &[Uuid], commissioners: &[Uuid]| Touched {
        contributions: contributions.to_vec(),
        shares: shares.to_vec(),
        commissioners: commissioners.to_vec(),
        ..Touched::default()
    };
    assert_eq!(affected(&parties(), &touched(&[BOARD], &[], &[])), [BOARD]);
    assert_eq!(affected(&parties(), &touched(&[], &[COUNCIL], &[HOST])), [HOST, COUNCIL]);
    let stranger = Uuid::from_u128(9);
    assert_eq!(affected(&parties(), &touched(&[stranger], &[], &[])), [] as [Uuid; 0]);
    let scope = Touched { scope: true, ..Touched::default() };
    assert_eq!(affected(&parties(), &scope), [HOST, COUNCIL, BOARD]);
}

#[test]
fn the_host_decides_on_what_others_propose_and_where_nobody_else_does() {
    let virement = |proposer, affected: &[Uuid]| {
        organisations(&needs(&parties(), (ProposalKind::Virement, proposer), affected, false))
    };
    assert_eq!(virement(COUNCIL, &[COUNCIL]), [HOST, COUNCIL]);
    assert_eq!(virement(HOST, &[COUNCIL]), [COUNCIL]);
    assert_eq!(virement(HOST, &[]), [HOST]);
    let variation = (ProposalKind::ContributionVariation, HOST);
    assert_eq!(organisations(&needs(&parties(), variation, &[BOARD], false)), [BOARD]);
}

#[test]
fn of_its_staff_the_employer_decides_alone_and_nobody_in_its_place() {
    let seat = |employer| {
        let touched = Touched { employer: Some(employer), ..Touched::default() };
        let of = (ProposalKind::TeamMembership, HOST);
        organisations(&needs(&parties(), of, &affected(&parties(), &touched), false))
    };
    assert_eq!(seat(BOARD), [BOARD]);
    assert_eq!(seat(Uuid::from_u128(9)), [] as [Uuid; 0], "not even the host");
}

#[test]
fn m13_above_the_limit_the_proposers_own_organisation_decides_by_its_approver() {
    let of = |proposer, above| needs(&parties(), (ProposalKind::Posting, proposer), &[], above);
    assert_eq!(of(HOST, true), [Need { organisation: HOST, role: Some(Role::Approver) }]);
    assert_eq!(of(HOST, false), [Need { organisation: HOST, role: None }]);
    assert_eq!(of(COUNCIL, true), [Need { organisation: HOST, role: None }]);
}

#[test]
fn what_ended_a_proposal_stays_its_end() {
    let mut it = proposal(&[COUNCIL]);
    assert_eq!(it.state(day(31)), State::Open);
    assert_eq!(it.state(day(31).succ_opt().expect("a day")), State::Expired);
    it.decisions.push(Decided { by: person(1, COUNCIL), verdict: Verdict::Refused, on: day(1) });
    it.decisions.push(Decided { by: person(2, COUNCIL), verdict: Verdict::Approved, on: day(1) });
    assert_eq!(it.state(day(1)), State::Refused);
    assert!(!it.is_approved(day(1)));
    it.decisions.push(Decided { by: person(100, HOST), verdict: Verdict::Withdrawn, on: day(1) });
    assert_eq!(it.state(day(1)), State::Withdrawn);
    let applied = Proposal { is_applied: true, ..it };
    assert_eq!(applied.state(day(1)), State::Applied);
}

#[test]
fn m13_somebody_without_an_account_may_be_anybody_of_the_organisation() {
    let nameless = Person { account: None, organisation: HOST };
    assert!(nameless.may_be(person(1, HOST)) && person(1, HOST).may_be(nameless));
    assert!(!nameless.may_be(person(1, COUNCIL)));
    assert!(person(1, HOST).may_be(person(1, COUNCIL)), "one account, two organisations");
    assert!(!person(1, HOST).may_be(person(2, HOST)));
}

#[test]
fn m13_where_no_account_is_known_nobody_of_the_proposers_successor_decides() {
    let closed = Succession { predecessor: HOST, successor: BOARD, effective_on: day(2) };
    let mut it = proposal(&[COUNCIL]);
    it.proposer.account = None;
    it.heirs.successions = vec![closed];
    assert!(it.may_be_proposer(person(1, BOARD), day(2)));
    assert!(!it.may_be_proposer(person(1, BOARD), day(1)));
    assert!(!it.may_be_proposer(person(1, COUNCIL), day(2)));
    assert!(it.may_be_proposer(person(1, HOST), day(1)));
}

#[test]
fn g1_a_proposal_is_approved_once_every_affected_partner_has_approved_it_on_its_own() {
    let mut it = proposal(&[COUNCIL, BOARD]);
    let approves = |by| Decided { by, verdict: Verdict::Approved, on: day(1) };
    it.decisions.push(approves(person(1, COUNCIL)));
    assert!(it.has_approval(need(COUNCIL)) && !it.has_approval(need(BOARD)));
    assert!(!it.is_approved(day(31)));
    it.decisions.push(approves(person(2, BOARD)));
    assert!(it.is_approved(day(31)));
    assert!(!it.is_approved(day(31).succ_opt().expect("a day")), "it has expired");
}

#[test]
fn g3_an_approval_of_somebody_with_an_interest_or_of_the_proposer_counts_for_nothing() {
    let mut it = proposal(&[COUNCIL]);
    it.decisions.push(Decided { by: person(1, COUNCIL), verdict: Verdict::Approved, on: day(1) });
    let interested = Proposal { interested: vec![Uuid::from_u128(1)], ..it.clone() };
    assert!(it.has_approval(need(COUNCIL)) && !interested.has_approval(need(COUNCIL)));
    let own = Proposal { proposer: person(1, HOST), ..it.clone() };
    assert!(!own.has_approval(need(COUNCIL)), "M13");
    it.decisions[0].verdict = Verdict::Refused;
    assert!(!it.has_approval(need(COUNCIL)));
}

#[test]
fn who_withdraws_a_proposal_has_not_decided_on_it_and_nobody_decides_for_another() {
    let mut it = proposal(&[HOST, COUNCIL]);
    it.decisions.push(Decided { by: person(1, COUNCIL), verdict: Verdict::Approved, on: day(1) });
    it.decisions.push(Decided { by: person(100, HOST), verdict: Verdict::Withdrawn, on: day(1) });
    assert!(it.has_decided(need(COUNCIL)));
    assert!(!it.has_decided(need(HOST)));
    assert_eq!(it.need_of(HOST, day(1)), Some(need(HOST)));
    assert_eq!(it.need_of(BOARD, day(1)), None);
}

#[test]
fn a_proposal_that_needs_nobody_is_never_approved() {
    assert!(!proposal(&[]).is_approved(day(1)));
}

fn decided() -> impl Strategy<Value = Decided> {
    let verdict = prop_oneof![
        8 => Just(Verdict::Approved),
        1 => Just(Verdict::Refused),
        1 => Just(Verdict::Withdrawn),
    ];
    let account = prop_oneof![Just(None), (99u128..104).prop_map(|it| Some(Uuid::from_u128(it)))];
    let organisation = prop::sample::select(vec![HOST, COUNCIL, BOARD]);
    (account, organisation, verdict).prop_map(|(account, organisation, verdict)| Decided {
        by: Person { account, organisation },
        verdict,
        on: day(1),
    })
}

proptest! {
    #[test]
    fn nothing_is_applied_without_every_needed_approval_by_others_than_the_proposer(
        decisions in prop::collection::vec(decided(), 0..12),
        needed in prop::sample::subsequence(vec![HOST, COUNCIL, BOARD], 0..4),
        interested in prop::collection::vec((99u128..104).prop_map(Uuid::from_u128), 0..2),
        on in 1u32..32,
    ) {
        let mut it = proposal(&needed);
        it.expires_on = day(15);
        it.decisions = decisions;
        it.interested = interested;
        if it.is_approved(day(on)) {
            prop_assert!(on <= 15 && !needed.is_empty());
            prop_assert!(it.decisions.iter().all(|it| it.verdict == Verdict::Approved));
            for organisation in &needed {
                let by_another = it.decisions.iter().any(|decision| {
                    decision.by.organisation == *organisation
                        && decision.by.account != it.proposer.account
                        && (decision.by.account.is_some() || *organisation != HOST)
                        && !decision.by.account.is_some_and(|account| it.interested.contains(&account))
                });
                prop_assert!(by_another, "{organisation} did not approve it");
            }
        }
    }

    #[test]
    fn a_refusal_is_final(
        before in prop::collection::vec(decided(), 0..6),
        after in prop::collection::vec(decided(), 0..6),
    ) {
        let mut it = proposal(&[HOST, COUNCIL, BOARD]);
        let refusal = Decided { by: person(1, COUNCIL), verdict: Verdict::Refused, on: day(1) };
        it.decisions = before.into_iter().chain([refusal]).chain(after).collect();
        prop_assert!(!it.is_approved(day(1)));
        prop_assert!(matches!(it.state(day(1)), State::Refused | State::Withdrawn));
    }
}
