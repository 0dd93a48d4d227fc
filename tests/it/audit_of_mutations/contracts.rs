//! The acts of what contracts pay, and of the links of their chains.

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{
    Actor,
    chain::{Chain, id_of},
    posting::decision,
};

use super::Doing;

fn worth(amount: &str) -> Value {
    json!([{ "financialYear": "2025/26", "worth": { "amount": amount } }])
}

async fn answers(doing: &mut Doing<'_>, who: &Actor, link: &str, of: &str, versions: [i32; 2]) {
    let [contests, confirms] = versions;
    let input =
        json!({ "subcontract": link, "expectedVersion": contests, "reason": "Less was agreed" });
    doing.act(who, &format!("contest{of}"), input, "subcontract { id }").await;
    let input = json!({ "subcontract": link, "expectedVersion": confirms });
    doing.act(who, &format!("confirm{of}"), input, "subcontract { id }").await;
}

/// Everything that is done about links, payments under them apart.
pub(super) async fn links(doing: &mut Doing<'_>, chain: &Chain) {
    let (lead, seller) = (&chain.lead, &chain.sellers[0]);
    let mut input = chain.link(&chain.id(), seller);
    input["isMaterial"] = json!(true);
    let recorded = doing.act(lead, "recordSubcontract", input, "subcontract { id }").await;
    let link = id_of(&recorded);
    answers(doing, seller, &link, "Subcontract", [1, 2]).await;
    let verdict = |version: i32| {
        json!({ "subcontract": link, "expectedVersion": version, "isApproved": true,
            "decision": decision() })
    };
    let fields = "subcontract { id }";
    doing.act(&chain.commissioner, "approveSubcontract", verdict(3), fields).await;
    let clause = json!({ "subcontract": link, "clause": "GC12", "status": "FLOWED_DOWN" });
    doing.act(lead, "recordFlowDownClause", clause, fields).await;
    let change = json!({ "subcontract": link, "expectedVersion": 1, "reason": "More",
        "values": worth("150000.00") });
    doing.act(lead, "changeSubcontractValue", change, fields).await;
    answers(doing, seller, &link, "SubcontractValue", [2, 2]).await;
    doing.act(&chain.commissioner, "approveSubcontractValue", verdict(2), fields).await;
    let end = json!({ "subcontract": link, "expectedVersion": 4, "endsOn": "2026-12-31",
        "reason": "It failed" });
    doing.act(lead, "endSubcontract", end, fields).await;
}

/// Everything that is recorded of what a contract pays, and measured.
pub(super) async fn pay(doing: &mut Doing<'_>, chain: &Chain) {
    let of = |mut input: Value| {
        input["contract"] = json!(chain.id());
        input
    };
    let board = &chain.commissioner;
    let baseline = of(json!({ "financialYear": "2025/26", "amount": "1000.00" }));
    doing.act(board, "recordPayBaseline", baseline, "financialYear").await;
    let measure = json!({ "reference": "FLOW", "name": "Flow", "kind": "OUTCOME", "unit": "per cent",
        "weight": 0, "direction": "HIGHER_IS_BETTER", "threshold": "0", "target": "100",
        "scoring": "LINEAR" });
    let framework = of(json!({ "effectiveOn": "2025-04-01", "domains": [], "further": [measure],
        "cutOffDays": 90, "decision": decision() }));
    doing.act(board, "defineOutcomeFramework", framework, "framework { number }").await;
    let component = of(json!({ "reference": "BLOCK", "effectiveOn": "2025-04-01",
        "pay": { "block": { "amount": "120.00" } }, "decision": decision() }));
    doing.act(board, "recordPayComponent", component, "component { kind }").await;
    let list = of(json!({ "code": "ALL", "countedOn": "2025-04-01", "people": 1_000,
        "source": "NHS England" }));
    doing.act(board, "recordListSize", list, "countedOn").await;
    let activity =
        of(json!({ "code": "VISITS", "financialYear": "2025/26", "period": 1, "units": 3 }));
    doing.act(board, "recordActivity", activity, "period").await;
    let validator = board.colleague(doing.world, 60, &[Role::Approver]).await;
    for (number, said) in [(1, "validateMeasurement"), (2, "rejectMeasurement")] {
        let reading =
            of(json!({ "measure": "FLOW", "financialYear": "2025/26", "reading": "61.25",
            "evidence": "Dashboard of March" }));
        doing.act(&chain.lead, "submitMeasurement", reading, "measurement { number }").await;
        let mut input = of(json!({ "number": number }));
        if said == "rejectMeasurement" {
            input["reason"] = json!("The denominator is wrong");
        }
        doing.act(&validator, said, input, "measurement { state }").await;
    }
}
