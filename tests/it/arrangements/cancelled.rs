//! A contract of ten years that is cancelled before its services begin (rule C8).

use entities::organisation::OrganisationKind;
use serde_json::{Value, json};
use tests::{
    arrangement::{Arrangement, Who, views::Known},
    both_databases,
    payment_run::RUN,
};

both_databases! {
    async fn c8_a_contract_of_ten_years_is_cancelled_before_its_start(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::NhsTrust).await;
        let mut draft = care.draft("Community care", "LEAD_PROVIDER", (4, 1));
        draft["startsOn"] = json!("2027-04-01");
        draft["endsOn"] = json!("2037-03-31");
        let years: Vec<String> = (2027..2037).map(|it| format!("{it}/{}", it - 1999)).collect();
        let years: Vec<(&str, &str)> =
            years.iter().map(|it| (it.as_str(), "20000000.00")).collect();
        care.drafts(draft, &years).await;
        let block = json!({ "block": { "amount": "20000000.00" } });
        care.would_pay("BLOCK", "2027-04-01", block).await.ok();
        care.step("awardContract", "2026-06-01", json!({})).await.ok();
        care.step("mobiliseContract", "2026-07-01", json!({})).await.ok();
        assert_eq!(
            care.reads(care.board(), "2027/28").await["wholeValue"],
            "200000000.00",
            "ten years"
        );

        // The lead provider readies its chain, before anything is paid.
        care.on((2026, 10, 1)).await;
        let from = json!({ "startsOn": "2027-04-01", "endsOn": "2037-03-31" });
        let nursing = ("Nursing", ["0.00", "3000000.00"]);
        care.buys((Who::Lead, Who::Subcontractor), nursing, from.clone()).await;
        let staff = ("Staff", ["0.00", "600000.00"]);
        let staff = care.buys((Who::Subcontractor, Who::Deeper), staff, from.clone()).await;
        let early = json!({ "startsOn": "2027-03-31", "endsOn": "2037-03-31" });
        let mut outside = early.clone();
        outside["under"] = json!(care.contract);
        outside["seller"] = json!(care.sibling.id);
        outside["reference"] = json!("SUB Early");
        outside["service"] = json!("Early");
        let refused = care.lead.run("recordSubcontract", outside, "subcontract { id }").await;
        assert_eq!(refused.problem_path(), "startsOn", "C2: inside the dates of the contract");
        let month = |care: &Arrangement, year: &str, key: &str| {
            care.input(json!({ "financialYear": year,
            "period": 1, "scheme": care.scheme, "idempotencyKey": key }))
        };
        let none = care.board().run("runPayment", month(&care, "2026/27", "1"), RUN).await;
        assert_eq!(none.problem(), "ALREADY_DONE", "nothing is due before the services begin");
        let to_come = Known {
            year: "2027/28",
            status: "MOBILISING",
            to_sellers: "MOBILISING",
            value: ("20000000.00", "4000000.00"),
            // By today, before its first day, nothing is to be paid.
            pay: "0.00",
            paid: ("0.00", "0.00"),
        };
        care.everybody_reads(&to_come).await;

        // In February it is called off: who stands in its chain is told why, and nobody what it was
        // worth.
        care.on((2027, 2, 16)).await;
        let soon = care.step("activateContract", "2027-03-31", json!({})).await;
        assert_eq!(soon.problem_path(), "effectiveOn");
        let why = json!({ "reasonCode": "FINANCE", "documentReference": "Letter of 16 February",
            "reason": "It cannot be paid for" });
        care.step("cancelContract", "2027-02-16", why).await.ok();
        care.everybody_reads(&Known {
            status: "CANCELLED",
            to_sellers: "CANCELLED",
            ..to_come
        })
        .await;
        let dead = care.step("activateContract", "2027-04-01", json!({})).await;
        assert_eq!(dead.problem(), "ALREADY_DONE");
        let above = care.reads_link(&care.deeper, &staff).await["above"][0].clone();
        assert_eq!(above["reasonCode"], "FINANCE");
        assert_eq!(above["documentReference"], "Letter of 16 February");

        // A year later it stands as it did, it was never paid, and its pay was ended with it.
        let over = care.input(json!({
            "reference": "BLOCK", "effectiveOn": "2027-04-01", "endsOn": "2027-04-01",
            "pay": { "block": { "amount": "0.00" } }, "decision": tests::posting::decision(),
        }));
        care.board().run("recordPayComponent", over, "component { kind }").await.ok();
        care.on((2028, 4, 10)).await;
        let none = care.board().run("runPayment", month(&care, "2027/28", "2"), RUN).await;
        assert_eq!(none.problem(), "INVALID_DATE", "it was given up");
        care.everybody_reads(&Known {
            status: "CANCELLED",
            to_sellers: "CANCELLED",
            ..to_come
        })
        .await;
        assert_eq!(care.reads(&care.sibling, "2027/28").await, Value::Null);
    }
}
