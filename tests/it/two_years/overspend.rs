//! An overspend: shared by rule, claimed, disputed in part, and settled.

use entities::membership::Role;
use serde_json::{Value, json};
use tests::posting::decision;

use super::pool::Pool;

const SETTLEMENT: &str = "settlement { id isAgreed totals { claimed agreed disputed }
    lines { id amount state partner { name } } }";

/// Everybody agrees on a risk share: offsets first, the first £20,000 pro rata, the rest borne by
/// whoever commissions.
pub async fn agreed(pool: &Pool) -> String {
    let books = &pool.books;
    let input = json!({
        "agreement": books.agreement, "reference": "BCF", "name": "Better Care Fund",
        "funds": [books.fund], "effectiveOn": "2025-04-01", "expiresOn": "2025-12-31",
        "idempotencyKey": "risk share",
        "rule": {
            "over": [
                { "mechanism": "OFFSET_WITHIN_POOL" },
                { "mechanism": "PRO_RATA_CONTRIBUTION", "to": { "amount": "20000.00" } },
                { "mechanism": "LEAD_COMMISSIONER_BEARS", "from": { "amount": "20000.00" } },
            ],
            "under": [{ "mechanism": "RETURN_PRO_RATA" }], "unstatedCause": "WINDFALL",
        },
    });
    let proposer = books.host().colleague(&pool.world, 100, &[Role::Commissioner]).await;
    let proposal = proposer.proposes("proposeRiskShare", input).await;
    pool.approve(&proposal).await
}

/// The host claims what the rule gives, the successor disputes a part of its line, and in the end
/// all accept.
pub async fn settled(pool: &Pool, share: &str) {
    let claims = pool.person(pool.books.host(), 201, Role::Finance).await;
    let input = json!({
        "riskShare": share, "financialYear": "2025/26", "idempotencyKey": "claim",
    });
    let claimed = claims.run("claimSettlement", input, SETTLEMENT).await.ok();
    let lines = claimed.at("/claimSettlement/settlement/lines").clone();
    let text = |line: &Value, of: &str| line.pointer(of).and_then(Value::as_str).map(str::to_owned);
    let owed: Vec<_> = lines
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| (text(line, "/partner/name"), text(line, "/amount")))
        .collect();
    // £80,000 over: £30,000 offset, £20,000 pro rata, £30,000 borne by who commissions.
    let expected =
        [("Council", "38000.00"), ("QAA", "6000.00"), ("QBB", "4000.00"), ("QCC", "2000.00")];
    let expected = expected.map(|(name, amount)| (Some(name.to_owned()), Some(amount.to_owned())));
    assert_eq!(owed, expected);
    let line = |place: usize| lines[place]["id"].as_str().expect("a line").to_owned();

    // The successor answers in the place of the board that closed, and disputes a part.
    let closed = json!({ "line": line(3), "reason": "Not ours" });
    let refused = pool.books.partner(3).run("disputeSettlementLine", closed, SETTLEMENT).await;
    assert!(!refused.payload()["errors"].as_array().expect("errors").is_empty());
    let part = json!({ "line": line(3), "amount": "500.00", "reason": "Before our time" });
    let disputed = pool.successor.run("disputeSettlementLine", part, SETTLEMENT).await.ok();
    assert_eq!(
        disputed.at("/disputeSettlementLine/settlement/totals"),
        &json!({ "claimed": "50000.00", "agreed": "1500.00", "disputed": "500.00" })
    );
    let host = pool.person(pool.books.host(), 202, Role::Approver).await;
    let all = [&host, pool.books.partner(1), pool.books.partner(2), &pool.successor];
    let mut last = Value::Null;
    for (partner, place) in all.into_iter().zip(0..) {
        let input = json!({ "line": line(place), "decision": decision() });
        let done = partner.run("acceptSettlementLine", input, SETTLEMENT).await.ok();
        last = done.at("/acceptSettlementLine/settlement").clone();
    }
    assert_eq!(last["isAgreed"], json!(true));
}
