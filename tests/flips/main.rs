//! Every cell of the matrix turned over once, in each way that is about reading, and the oracle
//! notices. In a process of its own: everybody in it sees the cell that is turned over.

use std::{collections::BTreeSet, time::Instant};

use domain::policy::{
    Relation, Rights,
    matrix::{FieldGroup, cell},
    proofs::flip,
};
use entities::{membership::Role, relation::RelationKind};
use serde_json::json;
use tests::{
    Engine, World,
    evidence::{is_full, keep, seed},
    oracle::{Generated, Holder, Report, View, ask, asked::Depth, masks::KINDS},
    raw::day,
};

/// The ways of reading, with the names by which they are exempt.
const WAYS: [(&str, Rights); 3] =
    [("READ", Rights::READ), ("READ_OWN", Rights::READ_OWN), ("SUMMARY", Rights::SUMMARY)];

/// What cannot be seen yet, and why. At full size those are turned over as well, and a cell that is
/// noticed after all is printed: strike it off.
const UNSEEN: &[(FieldGroup, &[&str], &str)] = &[
    (
        FieldGroup::Organisations,
        &["READ", "READ_OWN", "SUMMARY"],
        "read by everybody signed in, whatever the relation",
    ),
    (
        FieldGroup::CodeLists,
        &["READ", "READ_OWN", "SUMMARY"],
        "read by everybody signed in, whatever the relation",
    ),
    (FieldGroup::AgreementTerms, &["READ_OWN"], "nobody's part of the terms is its own"),
    (
        FieldGroup::AgreementExit,
        &["READ_OWN", "SUMMARY"],
        "nothing of it is in a summary, nor anybody's own",
    ),
    (FieldGroup::Relations, &["READ", "READ_OWN", "SUMMARY"], "no field shows relations yet"),
    (FieldGroup::FundTerms, &["READ_OWN"], "nobody's part of the terms is its own"),
    (
        FieldGroup::ContributionsOwn,
        &["READ_OWN", "SUMMARY"],
        "no summary is shown, and partners read others' too",
    ),
    (FieldGroup::ContributionsOfOthers, &["READ_OWN", "SUMMARY"], "no summary is shown"),
    (FieldGroup::ContributionsPaid, &["READ_OWN", "SUMMARY"], "no summary is shown"),
    (
        FieldGroup::SchemeBudget,
        &["READ", "READ_OWN", "SUMMARY"],
        "the budget is shown with the scheme, and masked by no cell",
    ),
    (FieldGroup::SchemeTerms, &["READ_OWN", "SUMMARY"], "no summary is shown, nor anybody's own"),
    (FieldGroup::Ledger, &["READ_OWN", "SUMMARY"], "no summary is shown, nor anybody's own"),
    (FieldGroup::PaymentsFromPool, &["SUMMARY"], "no summary is shown"),
    (
        FieldGroup::Cash,
        &["READ", "READ_OWN", "SUMMARY"],
        "cash is shown with the position, and masked by no cell",
    ),
    (FieldGroup::PeriodClosings, &["READ", "READ_OWN", "SUMMARY"], "no field lists closings"),
    (FieldGroup::Position, &["READ_OWN"], "nobody's part of the position is its own"),
    (
        FieldGroup::PositionByPartner,
        &["READ", "READ_OWN", "SUMMARY"],
        "shown with the position, and masked by no cell",
    ),
    (FieldGroup::ForecastDraft, &["READ_OWN", "SUMMARY"], "no summary of drafts is shown"),
    (FieldGroup::ForecastSubmitted, &["READ_OWN"], "nobody's part of a forecast is its own"),
    (FieldGroup::BudgetMovements, &["READ_OWN"], "nobody's part of a movement is its own"),
    (FieldGroup::TeamPosts, &["READ", "READ_OWN", "SUMMARY"], "no field shows posts"),
    (FieldGroup::Approvals, &["READ", "READ_OWN", "SUMMARY"], "no field shows approvals"),
    (
        FieldGroup::AuditTrail,
        &["READ", "READ_OWN", "SUMMARY"],
        "worlds that are written past the program leave no acts",
    ),
];

/// Cells that, turned over alone, change nothing that their holder is shown, and why. Together with
/// another relation some would: the oracle's worlds of chance hold those.
const ALONE: &[(FieldGroup, &str, &[RelationKind], &str)] = &[
    (
        FieldGroup::AgreementTerms,
        "READ",
        &[RelationKind::FundedProvider],
        "its relation shows no agreement, so that nothing of one is masked",
    ),
    (
        FieldGroup::AgreementTerms,
        "SUMMARY",
        &[RelationKind::FundedProvider],
        "its relation shows no agreement, so that nothing of one is masked",
    ),
    (
        FieldGroup::AgreementExit,
        "READ",
        &[RelationKind::FundedProvider, RelationKind::Buyer, RelationKind::Seller],
        "its relation shows no agreement, so that nothing of one is masked",
    ),
    (
        FieldGroup::FundTerms,
        "SUMMARY",
        &[RelationKind::FundedProvider],
        "it sees the fund already, and no summary of it is shown",
    ),
    (
        FieldGroup::ContributionsOwn,
        "READ",
        &[
            RelationKind::Host,
            RelationKind::Partner,
            RelationKind::Party,
            RelationKind::BoardMember,
            RelationKind::FundedProvider,
            RelationKind::CoordinatingCommissioner,
            RelationKind::AssociateCommissioner,
            RelationKind::LeadProvider,
            RelationKind::Buyer,
            RelationKind::Seller,
            RelationKind::Regulator,
            RelationKind::Auditor,
            RelationKind::Grantee,
        ],
        "whoever sees a contribution reads those of others too; the others put nothing in",
    ),
    (
        FieldGroup::ContributionsPaid,
        "READ",
        &[
            RelationKind::Party,
            RelationKind::BoardMember,
            RelationKind::Observer,
            RelationKind::FundedProvider,
            RelationKind::CoordinatingCommissioner,
            RelationKind::AssociateCommissioner,
            RelationKind::LeadProvider,
            RelationKind::ConsortiumMember,
            RelationKind::Buyer,
            RelationKind::Seller,
            RelationKind::Regulator,
            RelationKind::Auditor,
        ],
        "alone it sees no contribution",
    ),
    (
        FieldGroup::SchemeName,
        "READ_OWN",
        &[
            RelationKind::Party,
            RelationKind::BoardMember,
            RelationKind::Observer,
            RelationKind::CoordinatingCommissioner,
            RelationKind::Regulator,
            RelationKind::Auditor,
        ],
        "name and reference are all there is in either tier; what is one's own is a provider's",
    ),
    (
        FieldGroup::SchemeName,
        "READ",
        &[
            RelationKind::BoardMember,
            RelationKind::Observer,
            RelationKind::FundedProvider,
            RelationKind::CoordinatingCommissioner,
            RelationKind::Regulator,
            RelationKind::Auditor,
        ],
        "name and reference are all there is in either tier; what is one's own is a provider's",
    ),
    (
        FieldGroup::SchemeName,
        "SUMMARY",
        &[RelationKind::FundedProvider],
        "name and reference are all there is in either tier; what is one's own is a provider's",
    ),
    (
        FieldGroup::SchemeTerms,
        "READ",
        &[
            RelationKind::Party,
            RelationKind::AssociateCommissioner,
            RelationKind::LeadProvider,
            RelationKind::ConsortiumMember,
            RelationKind::Buyer,
            RelationKind::Seller,
        ],
        "alone it sees no scheme",
    ),
    (
        FieldGroup::PaymentsFromPool,
        "READ",
        &[
            RelationKind::Party,
            RelationKind::FundedProvider,
            RelationKind::AssociateCommissioner,
            RelationKind::LeadProvider,
            RelationKind::ConsortiumMember,
            RelationKind::Buyer,
            RelationKind::Seller,
        ],
        "alone it sees no scheme, or its own alone",
    ),
    (
        FieldGroup::PaymentsFromPool,
        "READ_OWN",
        &[
            RelationKind::Party,
            RelationKind::AssociateCommissioner,
            RelationKind::LeadProvider,
            RelationKind::ConsortiumMember,
            RelationKind::Buyer,
            RelationKind::Seller,
        ],
        "alone it sees no scheme, or its own alone",
    ),
    (
        FieldGroup::Position,
        "READ",
        &[
            RelationKind::BoardMember,
            RelationKind::Observer,
            RelationKind::CoordinatingCommissioner,
            RelationKind::AssociateCommissioner,
            RelationKind::LeadProvider,
            RelationKind::ConsortiumMember,
            RelationKind::Buyer,
            RelationKind::Seller,
            RelationKind::Regulator,
            RelationKind::Auditor,
        ],
        "the summary shows the same as the whole, or alone it sees no fund",
    ),
    (
        FieldGroup::Position,
        "SUMMARY",
        &[
            RelationKind::AssociateCommissioner,
            RelationKind::LeadProvider,
            RelationKind::ConsortiumMember,
            RelationKind::Buyer,
            RelationKind::Seller,
        ],
        "the summary shows the same as the whole, or alone it sees no fund",
    ),
    (
        FieldGroup::ForecastSubmitted,
        "READ",
        &[RelationKind::Observer, RelationKind::Regulator, RelationKind::Auditor],
        "the summary shows the same as the whole",
    ),
    (
        FieldGroup::BudgetMovements,
        "SUMMARY",
        &[RelationKind::FundedProvider],
        "the list is shown to whoever reads all, and the object asks nothing more",
    ),
];

fn changes_nothing_alone(kind: RelationKind, group: FieldGroup, way: &str) -> bool {
    ALONE.iter().any(|it| (it.0, it.1) == (group, way) && it.2.contains(&kind))
}

fn is_unseen(group: FieldGroup, way: &str) -> bool {
    UNSEEN.iter().any(|it| it.0 == group && it.1.contains(&way))
}

/// True when the two differ in nothing that is about reading.
fn read_alike(left: Rights, right: Rights) -> bool {
    let of = |it: Rights| (it.reads_all(), it.reads_own(), it.reads_summary());
    of(left) == of(right)
}

struct Exhibit {
    world: World,
    generated: Generated,
}

impl Exhibit {
    async fn asked(&self, kind: RelationKind) -> Report {
        let place = KINDS.iter().position(|it| *it == kind).expect("a column");
        let organisation = self.generated.organisations[place].id;
        let actor = self.world.actor(organisation, &[Role::Viewer]).await;
        let holder = Holder { organisation, team: None };
        let view = View::on(&self.generated, holder, day(2025, 10, 1));
        ask(&actor, &view, Depth::UntilNoticed).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cell_turned_over_is_noticed() {
    let started = Instant::now();
    let world = World::on(Engine::Sqlite).await;
    let generated = Generated::exhibit(seed());
    generated.store(&world).await;
    let exhibit = Exhibit { world, generated };
    for kind in KINDS.into_iter().filter(|kind| *kind != RelationKind::TeamMember) {
        let sound = exhibit.asked(kind).await.differences;
        assert!(sound.is_empty(), "{kind:?}: {}", sound.join("\n"));
    }
    let (mut noticed, mut alike, mut exempt) = (0_u64, 0_u64, 0_u64);
    let mut missed: Vec<String> = Vec::new();
    let mut seen_after_all: BTreeSet<String> = BTreeSet::new();
    for group in FieldGroup::ALL {
        for kind in KINDS.into_iter().filter(|kind| *kind != RelationKind::TeamMember) {
            for (name, way) in WAYS {
                let relation = Relation::Stands(kind);
                let before = cell(relation, group);
                let turned = before.toggled(way);
                if read_alike(before, turned) {
                    alike += 1;
                    continue;
                }
                // That nothing shows it is looked at in the long run alone.
                if is_unseen(group, name) && !is_full() {
                    exempt += 1;
                    continue;
                }
                let is_exempt = is_unseen(group, name) || changes_nothing_alone(kind, group, name);
                flip(Some((relation, group, turned)));
                let report = exhibit.asked(kind).await;
                flip(None);
                match (report.differences.is_empty(), is_exempt) {
                    (false, false) => noticed += 1,
                    (true, true) => exempt += 1,
                    (true, false) => missed.push(format!("{kind:?} {group:?} {name}")),
                    (false, true) => {
                        seen_after_all.insert(format!("{kind:?} {group:?} {name}"));
                    }
                }
            }
        }
    }
    let seconds = started.elapsed().as_secs();
    println!(
        "{noticed} flips noticed, {exempt} that nothing shows, {alike} that change no reading, \
         {} missed, {seconds} s",
        missed.len()
    );
    println!("TeamMember: no token names a team, so that its column is not asked over HTTP");
    for (group, ways, reason) in UNSEEN {
        println!("not shown: {group:?} {}: {reason}", ways.join(", "));
    }
    for (group, way, kinds, reason) in ALONE {
        println!("not shown alone: {group:?} {way} of {kinds:?}: {reason}");
    }
    for seen in &seen_after_all {
        println!("noticed although listed as not shown: {seen}");
    }
    assert!(missed.is_empty(), "nobody notices: {}", missed.join("; "));
    keep(
        "flips",
        json!({
            "noticed": noticed, "not shown": exempt, "no change of reading": alike, "missed": 0,
            "seconds": seconds,
            "policy_sha256": std::env::var("TRIBUTARY_POLICY_SHA256").unwrap_or_default(),
        }),
    );
}
