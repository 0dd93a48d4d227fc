//! Risk shares, and what was claimed by them.

use domain::rules::risk_share::{Bound, Cause, Mechanism, Rule, Tier};
use entities::{
    narrative_threshold, partnership_agreement as agreement,
    relation::RelationKind,
    risk_share, risk_share_fund as fund, risk_share_version as version, settlement,
    settlement_line as line,
    value::{FinancialYear, Pence},
};

use super::{Maker, YEARS};

impl Maker {
    /// Two, told apart by their bounds.
    pub(super) fn narrative_thresholds(&mut self, agreement: &agreement::Model) {
        for basis_points in 1..=2 {
            let (id, known_at) = (self.id(), self.known_at());
            let recorded_on = self.day().max(agreement.starts_on);
            self.it.narrative_thresholds.push(narrative_threshold::Model {
                id,
                agreement_id: agreement.id,
                starts_on: recorded_on,
                amount_pence: None,
                basis_points: Some(basis_points),
                deciding_body: "Board".to_owned(),
                decided_on: recorded_on,
                minute_reference: "8".to_owned(),
                recorded_on,
                known_at,
            });
        }
    }

    /// Of an agreement's first fund, with two versions of its rule and a settlement of a year.
    pub(super) fn risk_share(&mut self, agreement: &agreement::Model) {
        let of_agreement = self.it.funds.iter().find(|row| row.agreement_id == agreement.id);
        let Some(fund_id) = of_agreement.map(|row| row.id) else { return };
        let share = risk_share::Model {
            id: self.id(),
            agreement_id: agreement.id,
            reference: "BCF".to_owned(),
            name: "Better Care Fund".to_owned(),
            recorded_on: self.day().max(agreement.starts_on),
        };
        self.it.risk_share_funds.push(fund::Model { fund_id, risk_share_id: share.id });
        for number in 1..=2 {
            let (id, known_at) = (self.id(), self.known_at());
            let recorded_on = self.day().max(share.recorded_on);
            self.it.risk_share_versions.push(version::Model {
                id,
                risk_share_id: share.id,
                number,
                effective_on: recorded_on,
                content: serde_json::to_string(&rule()).expect("a text"),
                content_hash: Vec::new(),
                deciding_body: "Board".to_owned(),
                decided_on: recorded_on,
                minute_reference: "7".to_owned(),
                recorded_on,
                known_at,
            });
        }
        let year = FinancialYear::starting(self.pick(&YEARS)).expect("a year");
        let (id, known_at) = (self.id(), self.known_at());
        let claimed_on = self.day();
        let claimed_as_id = agreement.owner_id;
        self.it.settlements.push(settlement::Model {
            id,
            risk_share_id: share.id,
            agreement_id: agreement.id,
            financial_year: year,
            number: 1,
            version_id: self.it.risk_share_versions[self.it.risk_share_versions.len() - 1].id,
            as_of: year.last_day(),
            known_at,
            causes: "[]".to_owned(),
            content: "{}".to_owned(),
            content_hash: Vec::new(),
            claimed_by_id: None,
            claimed_as_id,
            claimed_on,
            claimed_at: known_at,
        });
        let partners =
            self.it.relations.iter().filter(|row| {
                row.agreement_id == agreement.id && row.kind == RelationKind::Partner
            });
        let partners: Vec<_> = partners.map(|row| row.organisation_id).collect();
        let (line_id, anybody) = (self.id(), self.organisation());
        let party_id = if partners.is_empty() { anybody } else { self.pick(&partners) };
        self.it.settlement_lines.push(line::Model {
            id: line_id,
            settlement_id: id,
            party_id,
            place: 1,
            amount_pence: Pence(100),
        });
        self.it.risk_shares.push(share);
    }
}

fn rule() -> Rule {
    let tier =
        |mechanism| Tier { mechanism, from: Bound::Amount(Pence::ZERO), to: None, cause: None };
    Rule {
        over: vec![tier(Mechanism::HostBears)],
        under: vec![tier(Mechanism::CarryForward)],
        caps: Vec::new(),
        unstated_cause: Cause::Windfall,
    }
}
