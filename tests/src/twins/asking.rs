//! Questions and changes about what stands around agreements and funds: relations, grants, teams,
//! proposals, the trail, periods and divided positions.

use serde_json::{Value, json};

use super::operations::{Operations, PAGE};

/// A mutation: its name, its input and what is selected of its payload.
pub(super) type Change = (&'static str, Value, &'static str);

impl Operations {
    /// A list around an agreement.
    pub(super) fn around(&mut self) -> (String, Value) {
        let (list, fields) = match self.random.below(4) {
            0 => ("relations", RELATION),
            1 => ("accessGrants", GRANT),
            2 => ("teams", TEAM),
            _ => ("proposals", PROPOSAL),
        };
        let arguments = self.arguments();
        let document = format!(
            "query($id: ID!) {{ node(id: $id) {{ ... on PartnershipAgreement {{ {list}({arguments}) \
             {{ {PAGE} nodes {{ {fields} }} }} }} }} }}"
        );
        (document, json!({ "id": Self::one(&mut self.random, &self.agreements) }))
    }

    /// A fund's periods, or its position with all by which it is divided; or its agreement's.
    pub(super) fn divided(&mut self) -> (String, Value) {
        let year = self.pick(&["2023/24", "2024/25", "2025/26"]);
        let (of, selected) = match self.random.below(4) {
            0 => ("PooledFund", format!("periods(financialYear: \"{year}\") {{ {PERIOD} }}")),
            1 => (
                "PartnershipAgreement",
                format!("position(financialYear: \"{year}\") {{ {AGREEMENT_POSITION} }}"),
            ),
            _ => (
                "PooledFund",
                format!(
                    "position(financialYear: \"{year}\") {{ {POSITION} }} \
                     borne: position(financialYear: \"{year}\", basis: BORNE_BY) {{ {BORNE} }}"
                ),
            ),
        };
        let ids = if of == "PooledFund" { &self.funds } else { &self.agreements };
        let id = Self::one(&mut self.random, ids);
        let document =
            format!("query($id: ID!) {{ node(id: $id) {{ ... on {of} {{ {selected} }} }} }}");
        (document, json!({ "id": id }))
    }

    /// The trail, and everything that was proposed.
    pub(super) fn done(&mut self) -> (String, Value) {
        let arguments = self.arguments();
        if self.random.below(3) == 0 {
            let wanted = self.pick(&[
                "{}",
                "{ awaitingMe: true }",
                "{ state: [OPEN] }",
                "{ state: [EXPIRED] }",
            ]);
            let document = format!(
                "{{ proposals(where: {wanted}, {arguments}) {{ {PAGE} nodes {{ {PROPOSAL} }} }} }}"
            );
            return (document, json!({}));
        }
        let of = [&self.agreements, &self.funds, &self.others];
        let of = of[usize::try_from(self.random.below(3)).unwrap_or(0)].clone();
        let object = Self::one(&mut self.random, &of);
        let by = Self::one(&mut self.random, &self.organisations);
        let wanted = match self.random.below(4) {
            0 => json!({ "object": object }),
            1 => json!({ "organisation": { "eq": by } }),
            2 => json!({ "action": { "startsWith": "update" } }),
            _ => json!({}),
        };
        let document = format!(
            "query($where: AuditActWhere!) {{ auditTrail(where: $where, {arguments}) \
             {{ {PAGE} nodes {{ {ACT} }} }} }}"
        );
        (document, json!({ "where": wanted }))
    }

    /// Agreements by who keeps their books, or who is a partner.
    pub(super) fn by_party(&mut self) -> (String, Value) {
        let named = Self::one(&mut self.random, &self.organisations);
        let wanted = match self.random.below(4) {
            0 => json!({ "host": { "eq": named } }),
            1 => json!({ "partner": named }),
            2 => json!({ "not": { "host": { "eq": named } } }),
            _ => json!({ "not": { "partner": named } }),
        };
        let arguments = self.arguments();
        let document = format!(
            "query($where: PartnershipAgreementWhere!) {{ partnershipAgreements(where: $where, \
             {arguments}) {{ {PAGE} nodes {{ id title }} }} }}"
        );
        (document, json!({ "where": wanted }))
    }

    /// What changes something around agreements and funds.
    pub(super) fn change_around(&mut self, key: &str) -> Change {
        let random = &mut self.random;
        let fund = Self::one(random, &self.funds);
        let agreement = Self::one(random, &self.agreements);
        let partner = Self::one(random, &self.organisations);
        let schemes = [Self::one(random, &self.schemes), Self::one(random, &self.schemes)];
        let period = random.below(12) + 1;
        let moved =
            |(scheme, amount): (&String, &str)| json!({ "scheme": scheme, "amount": amount });
        let moved: Vec<Value> = schemes.iter().zip(["-0.01", "0.01"]).map(moved).collect();
        let decision =
            json!({ "decidingBody": "Board", "decidedOn": "2025-04-01", "minuteReference": "7" });
        match random.below(7) {
            0 => (
                "closePeriod",
                json!({
                    "fund": fund, "financialYear": "2025/26", "period": period,
                    "status": "SOFT_CLOSED", "reason": "Month end",
                }),
                "closing { period status }",
            ),
            1 => (
                "moveBudget",
                json!({
                    "fund": fund, "financialYear": "2025/26", "kind": "VIREMENT", "reason": "Need",
                    "decision": decision, "effectiveOn": "2025-11-01", "schemes": moved,
                    "idempotencyKey": key,
                }),
                "movement { id }",
            ),
            2 => (
                "createTeam",
                json!({
                    "agreement": agreement, "name": key, "serviceArea": "Adults",
                    "startsOn": "2025-10-01",
                }),
                "team { id name }",
            ),
            3 => (
                "proposeVirement",
                json!({
                    "fund": fund, "financialYear": "2025/26", "reason": "Need",
                    "effectiveOn": "2025-11-01", "expiresOn": "2025-10-31", "schemes": moved,
                    "idempotencyKey": key,
                }),
                "proposal { id state }",
            ),
            4 | 5 => (
                "appointOrganisation",
                json!({
                    "agreement": agreement, "organisation": partner, "kind": "REGULATOR",
                    "startsOn": "2025-10-01",
                }),
                "relation { id kind }",
            ),
            _ => (
                "grantAccess",
                json!({
                    "agreement": agreement, "organisation": partner, "purpose": "Review",
                    "startsOn": "2025-10-01", "endsOn": "2025-12-31",
                }),
                "grant { id purpose }",
            ),
        }
    }
}

const RELATION: &str = "id kind organisation { id } fund { id } startsOn endsOn namedSuccessor { id } \
     withheld { field reason } viewerCan { end { allowed reason } }";
const GRANT: &str = "id organisation { id } grantedBy { id } fund { id } purpose coversFrom coversTo \
     startsOn endsOn viewerCan { end { allowed } }";
const TEAM: &str = "id name serviceArea startsOn version withheld { field reason } \
     members { id role } limits { id amount } functions { id name } \
     costs(financialYear: \"2025/26\") { total byPartner { partner { id } amount } } \
     posts(first: 20) { totalCount nodes { id title annualCost shares { partner { id } } } }";
const PROPOSAL: &str = "id kind state content amount proposedAt expiresOn agreement { id } \
     needs { organisation { id } } decisions { verdict } viewerCan { approve { allowed reason } }";
const ACT: &str = "id action objectKind object organisation { id } teamId before after sequence hash \
     effectiveOn withheld { field reason }";
const PERIOD: &str = "period state reason closedAt isReleased releasedAt withheld { field reason }";
const AGREEMENT_POSITION: &str = "total { budget actual committed variance } cash \
     byKind { figures { actual committed } } budgetByOrigin { original } \
     funds { fundReference asOf postingsTo cash } withheld { field reason }";
const BORNE: &str = "asOf isProvisional withheld { field reason } \
     byPartner(first: 20) { totalCount nodes { part partner { id } figures { forecastOutturn } } }";
const POSITION: &str = "asOf postingsTo warnings forecastVersion cash \
     total { budget budgetToDate spent refunded actual committed remainingForecast \
     forecastOutturn variance varianceToDate withheld { field reason } } \
     byScheme(first: 20) { totalCount nodes { schemeReference schemeName figures { actual committed } } } \
     byPartner(first: 20) { totalCount nodes { partner { id } figures { actual committed } } } \
     bySource(first: 20) { totalCount } byPeriod { period } budgetByOrigin { original } \
     contributions(first: 20) { totalCount nodes { partner { id } planned agreed invoiced } } \
     contributionTotals { planned invoiced } withheld { field reason }";
