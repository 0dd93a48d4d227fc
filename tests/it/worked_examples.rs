//! The worked examples of the domain: what is printed there comes out of the API to the penny.

use serde_json::{Value, json};
use tests::{Actor, Answer, Books, books::SOURCE, both_databases, posting::decision};

/// Oldham's published figures: the fund's kind, and its amount.
const OLDHAM: [(&str, &str); 3] =
    [("ALIGNED", "124986000.00"), ("POOLED", "1447000.00"), ("TRANSFORMATION", "9192000.00")];

/// The position of the whole agreement.
async fn of_agreement(actor: &Actor, reference: &str, arguments: &str) -> Answer {
    let document = format!(
        r#"{{ partnershipAgreement(reference: "{reference}") {{
            position(financialYear: "2025/26" {arguments}) {{
                total {{ budget }} budgetByOrigin {{ original virements variations }}
                byKind {{ kind figures {{ budget actual }} }} }} }} }}"#
    );
    actor.ask(&document).await.ok()
}

fn budgets_by_kind(answer: &Answer) -> Vec<(String, String)> {
    let kinds = answer.at("/partnershipAgreement/position/byKind").as_array().expect("kinds");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut all: Vec<_> =
        kinds.iter().map(|it| (text(&it["kind"]), text(&it["figures"]["budget"]))).collect();
    all.sort();
    all
}

/// What each partner funds of what was spent, in the answer's order.
async fn funded(books: &Books) -> Vec<(String, String)> {
    let selection = "byPartner(first: 9) { nodes { partner { name } figures { actual } } }";
    let answer = books.position(books.host(), "asOf: \"2025-09-30\"", selection).await.ok();
    let nodes = answer.at("/pooledFund/position/byPartner/nodes").as_array().expect("partners");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    nodes.iter().map(|it| (text(&it["partner"]["name"]), text(&it["figures"]["actual"]))).collect()
}

fn in_thirds(parts: [&str; 3]) -> Vec<(String, String)> {
    ["Zennor", "Ambridge", "Melbury"]
        .into_iter()
        .zip(parts)
        .map(|(partner, part)| (partner.to_owned(), part.to_owned()))
        .collect()
}

both_databases! {
    async fn a7_an_agreement_of_three_kinds_is_summed_and_moves_out_of_the_pool(world: World) {
        let books = Books::open(&world, &["Oldham", "GM"]).await;
        let mut funds = Vec::new();
        for (kind, amount) in OLDHAM {
            let fund = match kind {
                "POOLED" => books.fund.clone(),
                _ => books.another_fund(&format!("OLDHAM {kind}"), kind).await,
            };
            books.contribution_to(&fund, 1, (SOURCE, amount)).await;
            let scheme = books.scheme_in(&fund, "1", amount, &[0, 1]).await;
            funds.push((fund, scheme));
        }
        let before = of_agreement(books.host(), &books.reference, "").await;
        assert_eq!(before.text("/partnershipAgreement/position/total/budget"), "135625000.00");
        let by_kind = OLDHAM.map(|(kind, amount)| (kind.to_owned(), amount.to_owned()));
        assert_eq!(budgets_by_kind(&before), by_kind);

        let (aligned, scheme) = &funds[0];
        let out = json!({
            "fund": aligned, "financialYear": "2025/26", "kind": "OUT_OF_POOL",
            "reason": "Moved out", "decision": decision(), "effectiveOn": "2025-09-01",
            "schemes": [{ "scheme": scheme, "amount": "-2163000.00" }],
            "contributions": [{ "partner": books.partner(1).id, "sourceCode": SOURCE,
                "amount": "-2163000.00" }],
            "idempotencyKey": "out",
        });
        let _ = books.host().run("moveBudget", out, "movement { id }").await.ok();

        let after = of_agreement(books.partner(1), &books.reference, "").await;
        assert_eq!(after.text("/partnershipAgreement/position/total/budget"), "133462000.00");
        let origin = after.at("/partnershipAgreement/position/budgetByOrigin");
        assert_eq!(
            origin,
            &json!({ "original": "135625000.00", "virements": "0.00", "variations": "-2163000.00" })
        );
        assert_eq!(budgets_by_kind(&after)[0].1, "122823000.00");
        assert_eq!(budgets_by_kind(&after)[1..], budgets_by_kind(&before)[1..]);

        let as_of = of_agreement(books.host(), &books.reference, "asOf: \"2025-08-31\"").await;
        assert_eq!(as_of.text("/partnershipAgreement/position/total/budget"), "135625000.00");
        // Rule M5: income moved with the budget.
        let income =
            r#"{ pooledFund(reference: "OLDHAM ALIGNED") { contributions(first: 1) { nodes {
                planned varied agreed before: agreed(asOf: "2025-08-31") } } } }"#;
        assert_eq!(
            books.host().ask(income).await.ok().at("/pooledFund/contributions/nodes/0"),
            &json!({ "planned": "124986000.00", "varied": "-2163000.00",
                "agreed": "122823000.00", "before": "124986000.00" })
        );
    }

    async fn a8_the_net_of_actuals_refunds_and_adjustments(world: World) {
        let books = Books::open(&world, &["Council", "ICB"]).await;
        books.contribution(0, "20000.00").await;
        let scheme = books.scheme("1", "20000.00", &[1]).await;
        let actual = books.spend(&scheme, "10000.00", "2025-04-10", "1").await.ok();
        let actual = actual.text("/recordExpenditure/transaction/id").to_owned();
        let _ = books.spend(&scheme, "5000.00", "2025-05-10", "2").await.ok();
        let mut refund = Books::expenditure(&scheme, "5000.00", "2025-06-10", "3");
        refund["kind"] = json!("REFUNDED");
        let refund = books.host().run("recordExpenditure", refund, "transaction { id }").await.ok();
        let refund = refund.text("/recordExpenditure/transaction/id").to_owned();
        for (key, (adjusts, amount)) in [
            (&actual, "-1000.00"), (&actual, "500.00"), (&refund, "1000.00"), (&refund, "-50.00"),
        ].iter().enumerate() {
            let input = json!({
                "adjusts": adjusts, "amount": amount, "effective": { "effectiveOn": "2025-07-10" },
                "description": "Adjusted", "reason": "Counted wrongly",
                "idempotencyKey": format!("adjust {key}"),
            });
            let done = books.host().run("recordAdjustment", input, "transaction { kind adjusts }").await;
            let done = done.ok();
            assert_eq!(done.text("/recordAdjustment/transaction/kind"), "ADJUSTMENT");
            assert_eq!(done.text("/recordAdjustment/transaction/adjusts"), adjusts.as_str());
        }
        let selection = "cash total { spent refunded actual } byScheme(first: 1) { nodes { figures { spent refunded actual } } }";
        let answer = books.position(books.partner(1), "", selection).await.ok();
        let figures = json!({ "spent": "14500.00", "refunded": "-4050.00", "actual": "10450.00" });
        assert_eq!(answer.at("/pooledFund/position/total"), &figures);
        assert_eq!(answer.at("/pooledFund/position/byScheme/nodes/0/figures"), &figures);
        assert_eq!(answer.text("/pooledFund/position/cash"), "-10450.00");
    }

    async fn m2_a_hundred_pounds_in_thirds_favours_the_partner_listed_first(world: World) {
        // Neither the names nor the order in which the split was given decide.
        let books = Books::open(&world, &["Zennor", "Ambridge", "Melbury"]).await;
        for partner in 0..3 {
            books.contribution(partner, "100.00").await;
        }
        let mut input = books.scheme_input(&books.fund, "1", "300.00", &[1, 1, 1]);
        input["budget"]["funding"].as_array_mut().expect("shares").reverse();
        let scheme = books.host().run("createScheme", input, "scheme { id }").await.ok();
        let scheme = scheme.text("/createScheme/scheme/id").to_owned();

        let spent = books.spend(&scheme, "100.00", "2025-04-10", "1").await.ok();
        assert_eq!(funded(&books).await, in_thirds(["33.34", "33.33", "33.33"]));
        let _ = books.spend(&scheme, "100.00", "2025-04-11", "2").await.ok();
        // Rule M15: totals are sums of parts, never splits of totals.
        assert_eq!(funded(&books).await, in_thirds(["66.68", "66.66", "66.66"]));

        let spent = spent.text("/recordExpenditure/transaction/id");
        let reversal = Books::reversal(spent, "2025-04-12", "3");
        let fields = "transaction { entries { account funder { name } amount } }";
        let reversed = books.host().run("reverseTransaction", reversal, fields).await.ok();
        let entries = reversed.at("/reverseTransaction/transaction/entries").as_array().expect("entries");
        let amounts: Vec<_> = entries.iter().map(|it| it["amount"].as_str().expect("money")).collect();
        assert_eq!(amounts, ["-33.34", "-33.33", "-33.33", "100.00"]);
        assert_eq!(funded(&books).await, in_thirds(["33.34", "33.33", "33.33"]));
    }

    async fn m2_a_refund_splits_as_the_mirror_image_of_what_was_spent(world: World) {
        let books = Books::open(&world, &["Zennor", "Ambridge", "Melbury"]).await;
        books.contribution(0, "300.00").await;
        let scheme = books.scheme("1", "300.00", &[1, 1, 1]).await;
        let mut refund = Books::expenditure(&scheme, "100.00", "2025-04-10", "1");
        refund["kind"] = json!("REFUNDED");
        let _ = books.host().run("recordExpenditure", refund, "transaction { id }").await.ok();
        assert_eq!(funded(&books).await, in_thirds(["-33.34", "-33.33", "-33.33"]));
    }
}
