use entities::relation::RelationKind;

use super::*;

/// The matrix once more, as text: a changed cell changes this, in the same commit and review.
const GOLDEN: &str = include_str!("golden.md");

const OPEN: [FieldGroup; 2] = [FieldGroup::Organisations, FieldGroup::CodeLists];

/// The rows of a preview are cut to the days of whoever previews and to nothing else: that is enough
/// while it reads whatever anybody reads of them. Of a link's value, and of what was paid under it, it
/// reads less, and there the preview is cut by what it reads itself too.
#[test]
fn v7_whoever_previews_reads_what_anybody_reads_but_for_prices_in_a_chain() {
    use FieldGroup as Group;
    let of_links = [Group::LinkValue, Group::ChainPayments];
    let of_contracts = [
        Group::ContractDraft,
        Group::ContractTerms,
        Group::ContractValue,
        Group::ContractStatus,
        Group::LinkTerms,
        Group::DelegatedBudgets,
        Group::OutcomeMeasures,
        Group::Measurements,
        Group::OutcomePay,
        Group::PaymentsFromPool,
        Group::ContractInterests,
        Group::AuditTrail,
    ];
    let all = FieldGroup::ALL.into_iter().filter(|group| !of_links.contains(group)).collect();
    for (by, groups) in
        [(RelationKind::Host, all), (RelationKind::CoordinatingCommissioner, of_contracts.to_vec())]
    {
        for group in groups {
            let own = cell(Relation::Stands(by), group);
            for relation in Relation::ALL {
                let other = cell(relation, group);
                assert!(!other.reads_all() || own.reads_all(), "{by:?} {relation:?} {group:?}");
                assert!(!other.reads_own() || own.reads_own(), "{by:?} {relation:?} {group:?}");
                let summary = !other.reads_summary() || own.reads_summary();
                assert!(summary, "{by:?} {relation:?} {group:?}");
            }
        }
    }
}

#[test]
fn the_matrix_is_as_it_was_reviewed() {
    assert_eq!(markdown(), GOLDEN);
}

#[test]
fn every_group_is_listed_once() {
    let groups: std::collections::BTreeSet<_> = FieldGroup::ALL.into_iter().collect();
    assert_eq!(groups.len(), FieldGroup::ALL.len());
    assert_eq!(groups.last(), Some(&FieldGroup::AuditTrail));
}

#[test]
fn a_funded_provider_reads_its_scheme_its_budgets_and_its_payments_and_nothing_else() {
    let own = [
        FieldGroup::SchemeName,
        FieldGroup::SchemeBudget,
        FieldGroup::PaymentsFromPool,
        FieldGroup::DelegatedBudgets,
    ];
    for group in FieldGroup::ALL {
        let rights = cell(Relation::Stands(RelationKind::FundedProvider), group);
        let is_own = own.contains(&group) || group == FieldGroup::AuditTrail;
        assert_eq!(rights.reads_all(), OPEN.contains(&group), "{group:?}");
        assert_eq!(rights.reads_own(), OPEN.contains(&group) || is_own, "{group:?}");
        let says_what_it_spent = group == FieldGroup::DelegatedBudgets;
        assert_eq!(rights.writes_own(), says_what_it_spent, "{group:?}");
        assert!(!rights.writes_all(), "{group:?}");
    }
}

#[test]
fn v5_outsiders_and_the_public_read_no_live_row_about_money() {
    for group in FieldGroup::ALL {
        let open = OPEN.contains(&group);
        assert_eq!(cell(Relation::Unrelated, group).reads_own(), open, "{group:?}");
        assert!(!cell(Relation::Public, group).reads_own(), "{group:?}");
        assert!(!cell(Relation::Public, group).reads_summary(), "{group:?}");
    }
}

#[test]
fn v9_regulators_and_auditors_hold_a_summary_until_a_grant_lifts_it() {
    for group in FieldGroup::ALL.into_iter().filter(|group| !OPEN.contains(group)) {
        for kind in [RelationKind::Regulator, RelationKind::Auditor, RelationKind::Observer] {
            let rights = cell(Relation::Stands(kind), group);
            assert!(!rights.reads_own() || group == FieldGroup::AuditTrail, "{kind:?} {group:?}");
            assert!(!rights.writes_own(), "{kind:?} {group:?}");
        }
        let lifted = cell(Relation::Stands(RelationKind::Grantee), group);
        let is_of_links = [FieldGroup::LinkValue, FieldGroup::ChainPayments].contains(&group);
        assert!(lifted.reads_all() != is_of_links && !lifted.writes_own(), "{group:?}");
    }
}

#[test]
fn v9_a_grant_opens_no_value_that_is_not_open_book_and_no_payment_that_would_tell_of_it() {
    let lifted = |group| cell(Relation::Stands(RelationKind::Grantee), group);
    let value = lifted(FieldGroup::LinkValue);
    assert!(value.reads_summary() && value.reads_open() && !value.reads_own());
    let payments = lifted(FieldGroup::ChainPayments);
    assert!(payments.reads_summary() && !payments.reads_open() && !payments.reads_own());
}

#[test]
fn relations_add_up() {
    let trust = [RelationKind::Partner, RelationKind::FundedProvider].map(Relation::Stands);
    assert!(rights(&trust, FieldGroup::SchemeName).reads_all());
    assert!(rights(&trust, FieldGroup::Cash).reads_all());
    assert_eq!(rights(&[], FieldGroup::Cash), Rights::NONE);
}

#[test]
fn groups_are_put_together_by_the_relations_that_may_do_something_with_them() {
    let kinds = [RelationKind::Party, RelationKind::BoardMember];
    let together = by_relations(&kinds, Rights::reads_all);
    for group in FieldGroup::ALL {
        let reads = |kind: &RelationKind| cell(Relation::Stands(*kind), group).reads_all();
        let readers: Vec<RelationKind> = kinds.into_iter().filter(reads).collect();
        let stands: Vec<_> = together.iter().filter(|it| it.1.contains(&group)).collect();
        if readers.is_empty() {
            assert!(stands.is_empty(), "{group:?}");
        } else {
            assert_eq!(stands.len(), 1, "{group:?}");
            assert_eq!(stands[0].0, readers, "{group:?}");
        }
    }
    let unlike: std::collections::BTreeSet<_> = together.iter().map(|it| &it.0).collect();
    assert_eq!(unlike.len(), together.len(), "each set of relations stands once");
    assert!(together.len() > 1 && together.len() < FieldGroup::ALL.len());
}
