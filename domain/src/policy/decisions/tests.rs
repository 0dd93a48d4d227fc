use entities::relation::RelationKind;

use super::*;
use crate::policy::{
    Relation,
    matrix::{FieldGroup, cell},
};

const HOST: Uuid = Uuid::from_u128(1);
const PARTNER: Uuid = Uuid::from_u128(2);
const PROVIDER: Uuid = Uuid::from_u128(3);
const OUTSIDER: Uuid = Uuid::from_u128(4);
const ROLES: [Role; 7] = [
    Role::Admin,
    Role::Finance,
    Role::Commissioner,
    Role::ContractManager,
    Role::Approver,
    Role::Auditor,
    Role::Viewer,
];
const MINUTED: Decision<'_> = Decision { deciding_body: "Cabinet", minute_reference: "12 May, 4" };

type Verb = (&'static str, FieldGroup, fn(&Actor, &Parties) -> Result<(), Denied>);

/// Every decision, with the group of fields that it writes. `own` is about the actor's own money,
/// `others` about another partner's.
const VERBS: [Verb; 21] = [
    ("create agreement", FieldGroup::AgreementTerms, |it, at| it.may_create_agreement(at)),
    ("edit agreement", FieldGroup::AgreementTerms, |it, at| it.may_edit_agreement(at)),
    ("create fund", FieldGroup::FundTerms, |it, at| it.may_create_fund(at)),
    ("plan own contribution", FieldGroup::ContributionsOwn, |it, at| {
        it.may_plan_contribution(at, it.organisation)
    }),
    ("plan others' contribution", FieldGroup::ContributionsOwn, |it, at| {
        it.may_plan_contribution(at, other(it))
    }),
    ("create scheme", FieldGroup::SchemeTerms, |it, at| it.may_create_scheme(at)),
    ("post", FieldGroup::Ledger, |it, at| it.may_post(at, Posting::HostsBooks)),
    ("post own spending", FieldGroup::Ledger, |it, at| {
        it.may_post(at, Posting::SpentBy { partner: it.organisation })
    }),
    ("post others' spending", FieldGroup::Ledger, |it, at| {
        it.may_post(at, Posting::SpentBy { partner: other(it) })
    }),
    ("reverse own", FieldGroup::Ledger, |it, at| it.may_reverse(at, it.organisation)),
    ("reverse others'", FieldGroup::Ledger, |it, at| it.may_reverse(at, other(it))),
    ("close period", FieldGroup::PeriodClosings, |it, at| it.may_close_period(at)),
    ("move budget", FieldGroup::BudgetMovements, |it, at| it.may_move_budget(at, MINUTED)),
    ("save forecast", FieldGroup::ForecastDraft, |it, at| it.may_save_forecast(at)),
    ("submit forecast", FieldGroup::ForecastSubmitted, |it, at| it.may_submit_forecast(at)),
    ("commit", FieldGroup::Ledger, |it, at| it.may_commit(at)),
    ("import", FieldGroup::Ledger, |it, at| it.may_import(at)),
    ("spend", FieldGroup::Ledger, |it, at| it.may_post(at, Posting::HostsSpending)),
    ("manage team", FieldGroup::AgreementTerms, |it, at| it.may_manage_team(at)),
    ("write team posts", FieldGroup::TeamPosts, |it, at| {
        it.may_write_team_posts(at, Uuid::from_u128(9))
    }),
    ("seat own staff", FieldGroup::AgreementTerms, |it, at| {
        it.may_seat_on_team(at, it.organisation)
    }),
];

fn other(actor: &Actor) -> Uuid {
    if actor.organisation == PARTNER { HOST } else { PARTNER }
}

fn actor(organisation: Uuid, roles: &[Role]) -> Actor {
    Actor { organisation, roles: roles.to_vec(), scopes: None, team: None }
}

fn parties(host: Option<Uuid>) -> Parties {
    Parties { host, partners: vec![HOST, PARTNER] }
}

/// Which verbs each kind of organisation may do with all roles, and who of its people.
fn allowed(organisation: Uuid, parties: &Parties) -> String {
    let of = |roles: &[Role], verb: &Verb| verb.2(&actor(organisation, roles), parties).is_ok();
    let mut text = String::new();
    for verb in &VERBS {
        let roles: Vec<_> = ROLES.into_iter().filter(|role| of(&[*role], verb)).collect();
        assert_eq!(of(&ROLES, verb), !roles.is_empty(), "roles add up: {}", verb.0);
        if !roles.is_empty() {
            text += &format!("{}: {roles:?}\n", verb.0);
        }
    }
    text
}

#[test]
fn the_hosts_people_may() {
    let expected = "\
create agreement: [Commissioner]
edit agreement: [Commissioner]
create fund: [Finance, Commissioner]
plan own contribution: [Finance]
plan others' contribution: [Finance]
create scheme: [Finance, Commissioner]
post: [Finance]
post own spending: [Finance]
post others' spending: [Finance]
reverse own: [Finance]
reverse others': [Finance]
close period: [Finance]
move budget: [Finance]
save forecast: [Finance, Commissioner]
submit forecast: [Finance]
commit: [Finance, Commissioner]
import: [Finance, Commissioner]
spend: [Finance]
manage team: [Commissioner]
write team posts: [Commissioner]
seat own staff: [Admin, Commissioner]
";
    assert_eq!(allowed(HOST, &parties(Some(HOST))), expected);
}

#[test]
fn a_partners_people_may() {
    let expected = "\
create agreement: [Commissioner]
plan own contribution: [Finance]
post own spending: [Finance]
reverse own: [Finance]
import: [Finance, Commissioner]
manage team: [Commissioner]
write team posts: [Commissioner]
seat own staff: [Admin, Commissioner]
";
    assert_eq!(allowed(PARTNER, &parties(Some(HOST))), expected);
}

#[test]
fn without_a_host_partners_keep_the_record_and_nobody_moves_the_hosts_money() {
    let expected = "\
create agreement: [Commissioner]
edit agreement: [Commissioner]
create fund: [Finance, Commissioner]
plan own contribution: [Finance]
create scheme: [Finance, Commissioner]
post own spending: [Finance]
reverse own: [Finance]
import: [Finance, Commissioner]
manage team: [Commissioner]
write team posts: [Commissioner]
seat own staff: [Admin, Commissioner]
";
    let unknown = parties(None);
    assert_eq!(allowed(PARTNER, &unknown), expected);
    let finance = actor(PARTNER, &[Role::Finance]);
    assert_eq!(finance.may_close_period(&unknown), Err(Denied::HostUnknown));
}

#[test]
fn providers_and_outsiders_may_nothing() {
    for organisation in [PROVIDER, OUTSIDER] {
        for host in [Some(HOST), None] {
            assert_eq!(allowed(organisation, &parties(host)), "");
        }
    }
}

#[test]
fn a_refusal_says_which_rule_stood_in_the_way() {
    let parties = parties(Some(HOST));
    let finance = |organisation| actor(organisation, &[Role::Finance]);
    let own = Posting::SpentBy { partner: OUTSIDER };
    assert_eq!(finance(PARTNER).may_post(&parties, Posting::HostsBooks), Err(Denied::NotHost));
    assert_eq!(finance(OUTSIDER).may_post(&parties, own), Err(Denied::NotPartner));
    assert_eq!(finance(HOST).may_post(&parties, own), Err(Denied::OtherNotPartner));
    let others = finance(PARTNER).may_plan_contribution(&parties, HOST);
    assert_eq!(others, Err(Denied::NotYourOrganisation));
    assert_eq!(finance(PARTNER).may_reverse(&parties, HOST), Err(Denied::NotYourPosting));
    let unminuted = Decision { minute_reference: " ", ..MINUTED };
    let denied = finance(HOST).may_move_budget(&parties, unminuted);
    assert_eq!(denied, Err(Denied::DecisionNotNamed));
    let viewer = actor(HOST, &[Role::Viewer]).may_close_period(&parties);
    assert_eq!(viewer, Err(Denied::RoleMayNotWrite { needed: MONEY }));
}

/// Roles narrow what the matrix gives and never widen it.
#[test]
fn nothing_is_allowed_that_the_matrix_does_not_grant() {
    let parties = parties(Some(HOST));
    for (organisation, relation) in [
        (HOST, Relation::Stands(RelationKind::Host)),
        (PARTNER, Relation::Stands(RelationKind::Partner)),
        (PROVIDER, Relation::Stands(RelationKind::FundedProvider)),
        (OUTSIDER, Relation::Unrelated),
    ] {
        for (name, group, verb) in VERBS {
            let rights = cell(relation, group);
            let may = verb(&actor(organisation, &ROLES), &parties).is_ok();
            assert!(!may || rights.writes_own(), "{name} by {relation:?}");
            let about_others = name.contains("others'");
            assert!(!(may && about_others) || rights.writes_all(), "{name} by {relation:?}");
        }
    }
}

/// The same of a team, whatever was delegated to it.
#[test]
fn nothing_is_allowed_to_a_team_that_the_matrix_does_not_grant() {
    use entities::value::Pence;
    let most = Some(Pence(i64::MAX));
    let limits = Limits { posting: most, commitment: most, virement: most, outcome_pay: most };
    let team = Some(ActingTeam { id: Uuid::from_u128(9), limits });
    for (name, group, verb) in VERBS {
        let may = verb(&Actor { team, ..actor(HOST, &ROLES) }, &parties(Some(HOST))).is_ok();
        let rights = cell(Relation::Stands(RelationKind::TeamMember), group);
        assert!(!may || rights.writes_all(), "{name}");
    }
}

#[test]
fn a_scope_narrows_what_a_service_accounts_roles_allow() {
    let parties = Parties { host: Some(HOST), partners: vec![HOST, PARTNER] };
    let all = [Role::Viewer, Role::Finance, Role::Commissioner];
    let narrowed =
        |scopes: &[ServiceScope]| Actor { scopes: Some(scopes.to_vec()), ..actor(HOST, &all) };
    let allowed = |actor: &Actor| {
        [
            actor.may_close_period(&parties),
            actor.may_create_scheme(&parties),
            actor.may_edit_agreement(&parties),
        ]
        .map(|decided| decided.is_ok())
    };
    assert_eq!(allowed(&narrowed(&[ServiceScope::Read])), [false, false, false]);
    assert_eq!(allowed(&narrowed(&[ServiceScope::RecordMoney])), [true, false, false]);
    assert_eq!(allowed(&narrowed(&[ServiceScope::Plan])), [false, true, false]);
    assert_eq!(allowed(&narrowed(&[ServiceScope::AgreeTerms])), [false, false, true]);
    let without_role =
        Actor { scopes: Some(vec![ServiceScope::Plan]), ..actor(HOST, &[Role::Viewer]) };
    assert_eq!(allowed(&without_role), [false, false, false], "a scope never widens");
}
