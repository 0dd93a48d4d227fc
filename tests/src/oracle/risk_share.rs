//! Risk shares and their settlements, held against what stands on record.

use entities::{relation::RelationKind, settlement_line};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    View,
    asked::{Asker, id},
    circle::{ids, named},
    masks::Tier,
    standings::Standing,
};

/// What is asked of an agreement's risk shares, as pages of this size.
pub(super) fn selected(page: &str) -> String {
    format!(
        "riskShares({page}) {{ totalCount nodes {{ id versions {{ id }} \
         settlements({page}) {{ totalCount nodes {{ id isAgreed lines {{ id }} }} }}{} }} }}",
        super::deeds::selected("RiskShare"),
    )
}

impl View<'_> {
    /// True when the viewer sees a risk share.
    #[must_use]
    pub fn sees_risk_share(&self, of: Uuid) -> bool {
        let row = self.world.risk_shares.iter().find(|row| row.id == of);
        row.is_some_and(|row| {
            self.told(row.agreement_id, ("AgreementExit", Tier::Full), row.recorded_on)
        })
    }

    /// True when the viewer sees a settlement, or some line of it.
    #[must_use]
    pub fn sees_settlement(&self, of: Uuid) -> bool {
        let lines = self.world.settlement_lines.iter().filter(|line| line.settlement_id == of);
        self.reads_settlement(of) || lines.into_iter().any(|line| self.sees_settlement_line(line))
    }

    /// True when the viewer reads all of a settlement.
    fn reads_settlement(&self, of: Uuid) -> bool {
        let row = self.world.settlements.iter().find(|row| row.id == of);
        row.is_some_and(|row| {
            let opens = |it: &Standing| {
                let reads = it.opens("PositionByPartner", Tier::Full);
                reads && it.covers(row.as_of, row.as_of) && row.claimed_on <= it.to
            };
            self.to_agreement(row.agreement_id).any(opens)
        })
    }

    /// True when the viewer sees a line of a settlement: of all of one that it reads, and of another
    /// that of the partner in whose place it stood within the year.
    fn sees_settlement_line(&self, line: &settlement_line::Model) -> bool {
        let row = self.world.settlements.iter().find(|row| row.id == line.settlement_id);
        let Some(row) = row else { return false };
        let places = self.world.relations.iter().filter(|it| {
            let is_partner = it.kind == RelationKind::Partner;
            let is_there = it.agreement_id == row.agreement_id;
            is_partner && is_there && it.organisation_id == line.party_id
        });
        let places: Vec<Option<i32>> = places.map(|it| it.position).collect();
        let was_there = |it: &Standing| {
            let in_year = it.covers_year(row.financial_year.start_year());
            it.kind == RelationKind::Partner && in_year && places.contains(&it.place)
        };
        self.reads_settlement(row.id) || self.to_agreement(row.agreement_id).any(was_there)
    }
}

impl Asker<'_> {
    /// What an agreement says of its risk shares.
    pub(super) fn risk_shares(&mut self, agreement: Uuid, said: &Value) {
        let view = self.view;
        let shown = view.opens_of_agreement(agreement, "AgreementExit", Tier::Full);
        self.same(
            || format!("risk shares of {agreement} are shown"),
            &json!(!said.is_null()),
            &json!(shown),
        );
        if said.is_null() {
            return;
        }
        let of_agreement = view.world.risk_shares.iter();
        let of_agreement = of_agreement.filter(|row| row.agreement_id == agreement);
        let seen: Vec<Uuid> =
            of_agreement.map(|row| row.id).filter(|of| view.sees_risk_share(*of)).collect();
        let expected = named(Kind::RiskShare, seen.iter().copied());
        self.listed_as(&format!("risk shares of {agreement}"), said, &expected);
        for share in seen {
            let nodes = said["nodes"].as_array().into_iter().flatten();
            let name = id(Kind::RiskShare, share);
            if let Some(node) = nodes.into_iter().find(|it| it["id"].as_str() == Some(&name)) {
                self.risk_share((agreement, share), node);
            }
        }
    }

    fn risk_share(&mut self, (agreement, share): (Uuid, Uuid), said: &Value) {
        let view = self.view;
        let versions = view.world.risk_share_versions.iter();
        let versions = versions
            .filter(|row| row.risk_share_id == share)
            .filter(|row| view.told(agreement, ("AgreementExit", Tier::Full), row.recorded_on));
        let expected = named(Kind::RiskShareVersion, versions.map(|row| row.id));
        self.same(|| format!("versions of {share}"), &ids(&said["versions"]), &expected);
        let shown = view.opens_of_agreement(agreement, "PositionByPartner", Tier::Full);
        let settlements = &said["settlements"];
        self.same(
            || format!("settlements of {share} are shown"),
            &json!(!settlements.is_null()),
            &json!(shown),
        );
        if !settlements.is_null() {
            let rows = view.world.settlements.iter().filter(|row| row.risk_share_id == share);
            let seen: Vec<Uuid> =
                rows.map(|row| row.id).filter(|of| view.sees_settlement(*of)).collect();
            let expected = named(Kind::Settlement, seen.iter().copied());
            self.listed_as(&format!("settlements of {share}"), settlements, &expected);
            for of in &seen {
                let nodes = settlements["nodes"].as_array().into_iter().flatten();
                let name = id(Kind::Settlement, *of);
                let node = nodes.into_iter().find(|it| it["id"].as_str() == Some(&name));
                if let Some(node) = node {
                    self.same(
                        || format!("all of settlement {of} is shown"),
                        &json!(!node["isAgreed"].is_null()),
                        &json!(view.reads_settlement(*of)),
                    );
                }
            }
            let nodes = settlements["nodes"].as_array().into_iter().flatten();
            let lines: usize = nodes.map(|node| node["lines"].as_array().map_or(0, Vec::len)).sum();
            let of_these =
                view.world.settlement_lines.iter().filter(|it| seen.contains(&it.settlement_id));
            let of_these = of_these.filter(|it| view.sees_settlement_line(it));
            self.same(
                || format!("lines of settlements of {share}"),
                &json!(lines),
                &json!(of_these.count()),
            );
        }
        self.deeds("RiskShare", (agreement, share), said);
    }
}
