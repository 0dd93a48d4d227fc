//! Who is around an agreement, and what they proposed and did: relations, grants, teams, proposals
//! and the trail of audit.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entities::{audit_act, relation::RelationKind, team};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    View,
    asked::{Asker, id},
    deeds,
    masks::{Tier, opens},
    standings::Standing,
};

/// The relations that an agreement's list tells of.
const LISTED: [RelationKind; 7] = [
    RelationKind::Host,
    RelationKind::Partner,
    RelationKind::Party,
    RelationKind::BoardMember,
    RelationKind::Observer,
    RelationKind::Regulator,
    RelationKind::Auditor,
];

/// The identities of a list's rows, which stand in an order that says nothing.
pub(super) fn ids(rows: &Value) -> Value {
    let rows = rows.as_array().into_iter().flatten();
    let mut ids: Vec<&str> = rows.filter_map(|row| row["id"].as_str()).collect();
    ids.sort_unstable();
    json!(ids)
}

pub(super) fn named(kind: Kind, rows: impl Iterator<Item = Uuid>) -> Value {
    let mut ids: Vec<String> = rows.map(|of| id(kind, of)).collect();
    ids.sort_unstable();
    json!(ids)
}

impl View<'_> {
    /// True when an agreement's list of relations tells of this kind.
    #[must_use]
    pub fn lists(&self, kind: RelationKind) -> bool {
        LISTED.contains(&kind)
    }

    /// True when a group of an agreement's fields is open for what began on a day.
    #[must_use]
    pub fn told(&self, agreement: Uuid, (group, tier): (&str, Tier), from: NaiveDate) -> bool {
        self.to_agreement(agreement).any(|it| it.opens(group, tier) && from <= it.to)
    }

    /// Whether an act is seen: none when it is not, else whether it is seen whole.
    ///
    /// # Panics
    /// When the act is about nothing.
    #[must_use]
    pub fn reads_act(&self, act: &audit_act::Model) -> Option<bool> {
        let own = match self.holder.team {
            Some(team) => act.team_id == Some(team) && act.account_id.is_none(),
            None => {
                let organisation = Some(self.holder.organisation);
                act.organisation_id == organisation && act.team_id.is_none()
            }
        };
        let root = act.root_id.expect("a root");
        let group = act.field_group.as_deref().expect("a group");
        let day = act.effective_on.expect("a day");
        let open = |tier| {
            let opened = |it: &Standing| {
                let trail = opens(it.kind, "AuditTrail", Tier::Full);
                trail && it.opens(group, tier) && it.covers(day, day)
            };
            if self.world.agreements.iter().any(|row| row.id == root) {
                self.to_agreement(root).any(opened)
            } else {
                self.to_fund(root).any(opened)
            }
        };
        (own || open(Tier::Own)).then(|| own || open(Tier::Full))
    }
}

impl Asker<'_> {
    /// What stands around every agreement that is seen.
    pub(super) async fn circle(&mut self) {
        let page = "first: 100";
        let document = format!(
            "query($id: ID!) {{ node(id: $id) {{ ... on PartnershipAgreement {{ \
             relations({page}) {{ totalCount nodes {{ id startsOn{} }} }} \
             accessGrants({page}) {{ totalCount nodes {{ id{} }} }} \
             teams({page}) {{ totalCount nodes {{ id{} members {{ id }} limits {{ id }} \
             functions {{ id }} costs(financialYear: \"2025/26\") {{ total }} \
             posts({page}) {{ totalCount nodes {{ id }} }} withheld {{ field }} }} }} \
             proposals({page}) {{ totalCount nodes {{ id }} }} narrativeThresholds {{ basisPoints }} \
             {} }} }} }}",
            deeds::selected("AgreementRelation"),
            deeds::selected("AccessGrant"),
            deeds::selected("Team"),
            super::risk_share::selected("first: 50"),
        );
        for agreement in self.view.agreements.iter().copied() {
            let named = json!({ "id": id(Kind::Agreement, agreement) });
            let data = self.get(&document, named).await;
            let said = &data["node"];
            self.relations(agreement, &said["relations"]);
            self.grants(agreement, &said["accessGrants"]);
            self.teams(agreement, &said["teams"]);
            self.proposals_of(Some(agreement), &said["proposals"]);
            self.risk_shares(agreement, &said["riskShares"]);
            self.narrative_thresholds(agreement, &said["narrativeThresholds"]);
        }
    }

    pub(super) fn listed_as(&mut self, what: &str, said: &Value, expected: &Value) {
        let count = expected.as_array().map_or(0, Vec::len);
        self.same(|| format!("how many {what}"), &said["totalCount"], &json!(count));
        self.same(|| what.to_owned(), &ids(&said["nodes"]), expected);
    }

    fn narrative_thresholds(&mut self, agreement: Uuid, said: &Value) {
        let view = self.view;
        let rows = view.world.narrative_thresholds.iter();
        let rows = rows.filter(|row| row.agreement_id == agreement);
        let told = |from| view.told(agreement, ("AgreementTerms", Tier::Full), from);
        let seen = rows.filter(|row| told(row.recorded_on)).map(|row| row.basis_points);
        let expected: BTreeSet<i64> = seen.flatten().map(i64::from).collect();
        let said = said.as_array().into_iter().flatten();
        let said: BTreeSet<i64> = said.filter_map(|it| it["basisPoints"].as_i64()).collect();
        self.same(
            || format!("narrative thresholds of {agreement}"),
            &json!(said),
            &json!(expected),
        );
    }

    fn relations(&mut self, agreement: Uuid, said: &Value) {
        let view = self.view;
        if !view.opens_of_agreement(agreement, "Relations", Tier::Summary) {
            return;
        }
        let told = |from, tier| {
            let mut to = view.to_agreement(agreement);
            to.any(|it| it.opens("Relations", tier) && from <= it.to)
        };
        let rows = view.world.relations.iter().filter(|row| {
            let is_listed = LISTED.contains(&row.kind) && row.agreement_id == agreement;
            is_listed && told(row.starts_on, Tier::Summary)
        });
        let expected = named(Kind::Relation, rows.map(|row| row.id));
        self.listed_as(&format!("relations of {agreement}"), said, &expected);
        for row in said["nodes"].as_array().into_iter().flatten() {
            let is_it = |of: Uuid| row["id"].as_str() == Some(&id(Kind::Relation, of));
            let found = view.world.relations.iter().find(|row| is_it(row.id));
            let Some(found) = found else { continue };
            let (of, shown) = (found.id, told(found.starts_on, Tier::Full));
            let said = json!(!row["startsOn"].is_null());
            self.same(|| format!("startsOn of the relation {of}"), &said, &json!(shown));
            self.deeds("AgreementRelation", (agreement, of), row);
        }
    }

    fn grants(&mut self, agreement: Uuid, said: &Value) {
        let view = self.view;
        if !view.opens_of_agreement(agreement, "Relations", Tier::Summary) {
            return;
        }
        let rows = view.world.grants.iter().filter(|row| {
            let is_own = row.organisation_id == view.holder.organisation;
            let tier = if is_own { Tier::Summary } else { Tier::Full };
            let tells = |it: &Standing| it.opens("Relations", tier) && row.starts_on <= it.to;
            let of_fund = |fund| view.to_fund(fund).any(tells);
            row.agreement_id == agreement
                && (view.to_agreement(agreement).any(tells) || row.fund_id.is_some_and(of_fund))
        });
        let expected = named(Kind::Grant, rows.map(|row| row.id));
        self.listed_as(&format!("grants of {agreement}"), said, &expected);
        for row in said["nodes"].as_array().into_iter().flatten() {
            let is_it = |of: Uuid| row["id"].as_str() == Some(&id(Kind::Grant, of));
            let found = view.world.grants.iter().find(|row| is_it(row.id));
            let Some(of) = found.map(|row| row.id) else { continue };
            self.deeds("AccessGrant", (agreement, of), row);
        }
    }

    fn teams(&mut self, agreement: Uuid, said: &Value) {
        let view = self.view;
        let of_agreement = view.world.teams.iter().filter(|row| row.agreement_id == agreement);
        let seen = of_agreement.filter(|row| view.teams.contains(&row.id));
        let teams: Vec<team::Model> = seen.cloned().collect();
        let expected = named(Kind::Team, teams.iter().map(|row| row.id));
        self.listed_as(&format!("teams of {agreement}"), said, &expected);
        let said = said["nodes"].as_array().cloned().unwrap_or_default();
        for team in &teams {
            let name = id(Kind::Team, team.id);
            if let Some(said) = said.iter().find(|row| row["id"].as_str() == Some(&name)) {
                self.team(team, said);
            }
        }
    }

    fn team(&mut self, team: &team::Model, said: &Value) {
        let (view, world, of) = (self.view, self.view.world, team.id);
        let told = |group, from| {
            let mut to = view.to_agreement(team.agreement_id);
            to.any(|it| it.opens(group, Tier::Full) && from <= it.to)
        };
        let what = |part: &str| format!("{part} of the team {of}");
        let members = world.members.iter().filter(|row| row.team_id == of);
        let members = members.filter(|row| told("AgreementTerms", row.starts_on));
        let expected = named(Kind::TeamMember, members.map(|row| row.id));
        self.same(|| what("members"), &ids(&said["members"]), &expected);
        let limits = world.limits.iter().filter(|row| row.team_id == of);
        let limits = limits.filter(|row| told("AgreementTerms", row.starts_on));
        let expected = named(Kind::TeamLimit, limits.map(|row| row.id));
        self.same(|| what("limits"), &ids(&said["limits"]), &expected);
        let functions = world.functions.iter().filter(|row| row.team_id == of);
        let functions = functions.filter(|row| told("AgreementTerms", row.starts_on));
        let expected = named(Kind::TeamFunction, functions.map(|row| row.id));
        self.same(|| what("functions"), &ids(&said["functions"]), &expected);
        let reads_posts = told("TeamPosts", team.starts_on);
        self.same(
            || what("posts are shown"),
            &json!(!said["posts"].is_null()),
            &json!(reads_posts),
        );
        if reads_posts {
            let posts = world.posts.iter().filter(|row| row.team_id == of);
            let posts = posts.filter(|row| told("TeamPosts", row.starts_on));
            let expected = named(Kind::TeamPost, posts.map(|row| row.id));
            self.listed_as(&what("posts"), &said["posts"], &expected);
        }
        let since = |it: &Standing| team.starts_on <= it.to && it.covers_year(2025);
        let costs = view
            .to_agreement(team.agreement_id)
            .any(|it| it.opens("TeamPosts", Tier::Full) && since(it));
        self.same(|| what("costs are shown"), &json!(!said["costs"].is_null()), &json!(costs));
        self.deeds("Team", (team.agreement_id, of), said);
    }

    /// Proposals, the latest first: of one agreement, or of all.
    fn proposals_of(&mut self, agreement: Option<Uuid>, said: &Value) {
        let view = self.view;
        let mut rows: Vec<_> = view
            .world
            .proposals
            .iter()
            .filter(|row| agreement.is_none_or(|of| of == row.agreement_id))
            .filter(|row| view.proposals.contains(&row.id))
            .map(|row| (row.proposed_at, row.id))
            .collect();
        rows.sort();
        rows.reverse();
        let expected: Vec<String> = rows.iter().map(|row| id(Kind::Proposal, row.1)).collect();
        let nodes = said["nodes"].as_array().into_iter().flatten();
        let found: Vec<&str> = nodes.filter_map(|row| row["id"].as_str()).collect();
        let count = json!(expected.len());
        self.same(|| format!("how many proposals of {agreement:?}"), &said["totalCount"], &count);
        self.same(|| format!("proposals of {agreement:?}"), &json!(found), &json!(expected));
    }

    /// Everything that was proposed where the viewer may look.
    pub(super) async fn proposals(&mut self) {
        let document = "{ proposals(first: 100) { totalCount nodes { id } } }";
        let data = self.get(document, json!({})).await;
        self.proposals_of(None, &data["proposals"]);
    }

    /// What was done: one's own acts, and others' where one reads their trail and what they are
    /// about; with before and after where one reads all of that.
    pub(super) async fn trail(&mut self) {
        let view = self.view;
        let mut expected: Vec<(String, bool)> = Vec::new();
        for act in &view.world.acts {
            if let Some(is_whole) = view.reads_act(act) {
                expected.push((id(Kind::Act, act.id), is_whole));
            }
        }
        expected.sort();
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let document = format!(
                "{{ auditTrail(first: 100{cursor}) {{ totalCount nodes {{ id withheld {{ field }} }} \
                 pageInfo {{ hasNextPage endCursor }} }} }}"
            );
            let data = self.get(&document, json!({})).await;
            let page = &data["auditTrail"];
            self.same(|| "how many acts".to_owned(), &page["totalCount"], &json!(expected.len()));
            for row in page["nodes"].as_array().into_iter().flatten() {
                let is_whole = row["withheld"].as_array().is_some_and(Vec::is_empty);
                rows.push((row["id"].as_str().unwrap_or_default().to_owned(), is_whole));
            }
            let info = &page["pageInfo"];
            match info["endCursor"].as_str() {
                Some(place) if info["hasNextPage"] == json!(true) && rows.len() < 1000 => {
                    cursor = format!(", after: \"{place}\"");
                }
                _ => break,
            }
        }
        rows.sort();
        self.same(|| "the trail".to_owned(), &json!(rows), &json!(expected));
    }
}
