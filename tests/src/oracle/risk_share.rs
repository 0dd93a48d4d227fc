//! Risk shares and their settlements, held against what stands on record.

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
         settlements({page}) {{ totalCount nodes {{ id lines {{ id }} }} }}{} }} }}",
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

    /// True when the viewer sees a settlement.
    #[must_use]
    pub fn sees_settlement(&self, of: Uuid) -> bool {
        let row = self.world.settlements.iter().find(|row| row.id == of);
        row.is_some_and(|row| {
            let opens = |it: &Standing| {
                let reads = it.opens("PositionByPartner", Tier::Full);
                reads && it.covers(row.as_of, row.as_of) && row.claimed_on <= it.to
            };
            self.to_agreement(row.agreement_id).any(opens)
        })
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
            let nodes = settlements["nodes"].as_array().into_iter().flatten();
            let lines: usize = nodes.map(|node| node["lines"].as_array().map_or(0, Vec::len)).sum();
            let of_these =
                view.world.settlement_lines.iter().filter(|it| seen.contains(&it.settlement_id));
            self.same(
                || format!("lines of settlements of {share}"),
                &json!(lines),
                &json!(of_these.count()),
            );
        }
        self.deeds("RiskShare", (agreement, share), said);
    }
}
