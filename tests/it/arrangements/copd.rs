//! A partnership of two companies for people with COPD, at risk for quality, outcomes and finance
//! (rules C4 and C5; a member leaves by a variation, rule G1).

use entities::organisation::OrganisationKind;
use serde_json::json;
use tests::{
    arrangement::{
        Arrangement, Who,
        pay::{measure, share},
        views::Known,
    },
    both_databases,
};

both_databases! {
    async fn c4_two_companies_are_at_risk_for_quality_outcomes_and_finance(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::IndependentProvider).await;
        let second = care.another("Second company", OrganisationKind::IndependentProvider).await;
        let mut draft = care.draft("COPD", "CONSORTIUM", (1, 1));
        let member = json!({ "organisation": second.id, "role": "MEMBER" });
        draft["providers"].as_array_mut().expect("providers").push(member);
        care.drafts(draft, &[("2026/27", "2400000.00"), ("2027/28", "2400000.00")]).await;
        let mut admissions = measure("ADMISSIONS", 6_000, "LINEAR");
        admissions["direction"] = json!("LOWER_IS_BETTER");
        admissions["threshold"] = json!("100");
        admissions["target"] = json!("80");
        let outcomes = json!([{ "name": "Outcomes", "weight": 10_000,
            "measures": [admissions, measure("WELLBEING", 4_000, "ALL_OR_NOTHING")] }]);
        let quality = ["SPIROMETRY", "INHALERS"].map(|it| measure(it, 0, "ALL_OR_NOTHING"));
        care.achieves(outcomes, json!(quality)).await;
        // Of £2.4 million 70% for the care, 10% for quality, 20% for outcomes; and a part of what
        // hospital admissions cost beyond £2.4 million, but never more than £100,000.
        care.pays("CARE", json!({ "block": share("CONTRACT_VALUE", 7_000) })).await;
        care.pays(
            "QUALITY",
            json!({ "incentive": {
            "basis": "CONTRACT_VALUE", "ceilingBasisPoints": 1_000,
            "goals": [{ "name": "Spirometry", "basisPoints": 600, "measure": "SPIROMETRY" },
                { "name": "Inhalers", "basisPoints": 400, "measure": "INHALERS" }],
        } }),
        )
        .await;
        let most = json!([share("CONTRACT_VALUE", 2_000)]);
        care.pays("OUTCOMES", json!({ "outcomeContingent": { "most": most } })).await;
        care.pays(
            "FINANCE",
            json!({ "cap": { "amount": "100000.00" }, "lossShare": {
            "target": share("CONTRACT_VALUE", 10_000), "costCode": "ADMITTED",
            "firstBorneBy": "POOL",
            "bands": [{ "toBasisPoints": 500, "providerBasisPoints": 5_000 },
                { "providerBasisPoints": 10_000 }],
        } }),
        )
        .await;
        care.begins("2026-04-01").await;
        // Open-book for three tiers, so that the lead provider reads what the caretakers cost.
        let book = json!({ "isOpenBook": true });
        for (parties, service, amounts) in [
            ((Who::Lead, Who::Subcontractor), "Rehabilitation", ["240000.00", "240000.00"]),
            ((Who::Subcontractor, Who::Deeper), "Halls", ["12000.00", "12000.00"]),
            ((Who::Deeper, Who::Deepest), "Caretakers", ["2500.00", "2600.00"]),
        ] {
            care.buys(parties, (service, amounts), book.clone()).await;
        }
        care.buys((Who::Lead, Who::Sibling), ("Oxygen", ["100000.00", "99999.99"]), json!({}))
            .await;

        assert_eq!(care.pay_months("2026/27", 1..=12).await, ["140000.00"; 12]);
        // £200,000 too much: half of the first £120,000 and all of £80,000 would be £140,000.
        // Spirometry is £144,000, half of the way for admissions £144,000 and wellbeing £192,000.
        care.cost("ADMITTED", ("2026/27", 12), "2600000.00").await;
        assert_eq!(care.pay_to("2026/27", 12).await["total"], "-100000.00");
        care.on((2027, 6, 1)).await;
        for (measure, reading) in
            [("SPIROMETRY", "100"), ("INHALERS", "50"), ("ADMISSIONS", "90"), ("WELLBEING", "100")]
        {
            care.measures(measure, "2026/27", reading).await;
        }
        assert_eq!(care.pay_to("2026/27", 12).await["total"], "480000.00");
        for (component, amount) in [
            ("CARE", "1680000.00"),
            ("QUALITY", "144000.00"),
            ("OUTCOMES", "336000.00"),
            ("FINANCE", "-100000.00"),
        ] {
            assert_eq!(care.comes_to(component, "2026/27").await, amount, "{component}");
        }
        let told = care.schedule(care.board(), "2026/27", "").await["shared"][0].clone();
        assert_eq!(
            told,
            json!({ "component": "FINANCE", "variance": "200000.00",
            "provider": "100000.00", "pool": "100000.00", "isGatePassed": null })
        );
        let first = Known {
            year: "2026/27",
            status: "ACTIVE",
            to_sellers: "ACTIVE",
            value: ("2400000.00", "1200000.00"),
            pay: "2060000.00",
            paid: ("2060000.00", "1030000.00"),
        };
        care.everybody_reads(&first).await;
        let told = care.reads(&care.again(&second).await, "2026/27").await;
        assert_eq!(told["pay"]["schedule"]["total"], "2060000.00", "a member reads what is shared");

        // In October the second company leaves. It keeps its days, and reads nothing of what came
        // after.
        assert_eq!(care.pay_months("2027/28", 5..=5).await, ["700000.00"]);
        let alone = json!({ "providers": [{ "organisation": care.lead.id, "role": "LEAD" }] });
        care.varies("The second company leaves", "2027-10-01", alone).await.ok();
        care.pay_months("2027/28", 6..=11).await;
        for (measure, reading) in
            [("SPIROMETRY", "100"), ("INHALERS", "100"), ("ADMISSIONS", "80"), ("WELLBEING", "100")]
        {
            care.measures(measure, "2027/28", reading).await;
        }
        assert_eq!(care.pay_months("2027/28", 12..=12).await, ["860000.00"]);
        care.cost("ADMITTED", ("2027/28", 12), "2300000.00").await;
        care.everybody_reads(&Known {
            year: "2027/28",
            status: "EXPIRED",
            to_sellers: "ACTIVE",
            pay: "2400000.00",
            paid: ("2400000.00", "1200000.00"),
            ..first
        })
        .await;
        let gone = care.again(&second).await;
        let told = care.reads(&gone, "2027/28").await;
        assert_eq!(told["status"], "ACTIVE", "as on its last day");
        let total = &told["pay"]["schedule"]["total"];
        assert_eq!(total, "1680000.00", "the care alone: nothing was measured by its last day");
        assert_eq!(told["pay"]["withheld"], json!([]));
        assert_eq!(told["values"][0]["amount"], "2400000.00");
        let seen = told["pay"]["measurements"].as_array().map(Vec::len);
        assert_eq!(seen, Some(4), "those of its days");
    }
}
