//! A prime provider for people with learning disabilities: a budget by head of £84 million, of
//! whose overspend it bears all and of whose saving it keeps half, and an outcome share that grows
//! when results are sustained (worked example A5; rules C4 and C9).

use entities::organisation::OrganisationKind;
use serde_json::{Value, json};
use tests::{
    arrangement::{
        Arrangement, Who,
        pay::{measure, share},
        views::Known,
    },
    both_databases,
};

/// What a saving or an overspend comes to: the variance, the provider's part and the pool's.
fn shared(schedule: &Value, component: &str) -> [Value; 3] {
    let all = schedule["shared"].as_array().expect("what was shared");
    let it = all.iter().find(|it| it["component"] == component).expect("the component");
    ["variance", "provider", "pool"].map(|field| it[field].clone())
}

both_databases! {
    async fn a5_a_prime_provider_bears_an_overspend_and_earns_more_as_results_last(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::NhsFoundationTrust).await;
        let mut draft = care.draft("Learning disabilities", "PRIME_PROVIDER", (2, 1));
        draft["endsOn"] = json!("2031-03-31");
        let years =
            ["2026/27", "2027/28", "2028/29", "2029/30", "2030/31"].map(|it| (it, "84000000.00"));
        care.drafts(draft, &years).await;
        let measures = [measure("OWN-HOME", 5_000, "LINEAR"), measure("WORK", 5_000, "LINEAR")];
        let domain =
            json!([{ "name": "An ordinary life", "weight": 10_000, "measures": measures }]);
        care.achieves(domain, json!([])).await;
        // 3,500 people at £24,000 are £84 million: £7 million a month.
        care.counts("KNOWN", "2026-04-01", 3_500).await;
        care.pays(
            "BUDGET",
            json!({ "capitation": { "yearlyPrice": "24000.00",
            "groups": [{ "code": "KNOWN" }], "refreshed": "YEARLY" } }),
        )
        .await;
        let sharing = |points: i32| {
            json!({ "target": share("FIXED_ELEMENT", 10_000),
            "costCode": "COST", "firstBorneBy": "PROVIDER",
            "bands": [{ "providerBasisPoints": points }] })
        };
        care.pays("OVERSPEND", json!({ "lossShare": sharing(10_000) })).await;
        care.pays("SAVING", json!({ "gainShare": sharing(5_000) })).await;
        // 2%, 4% and then 6% of the value, a step further after each year that reached four fifths.
        let most = [200, 400, 600].map(|it| share("CONTRACT_VALUE", it));
        care.pays(
            "OUTCOMES",
            json!({ "outcomeContingent": { "most": most,
            "sustainedAtBasisPoints": 8_000, "andImproved": true } }),
        )
        .await;
        care.begins("2026-04-01").await;
        let homes = ("Homes", ["2000000.00", "2500000.00"]);
        let homes =
            care.buys((Who::Lead, Who::Subcontractor), homes, json!({ "isMaterial": true })).await;
        care.approves_link(&homes).await;
        care.buys(
            (Who::Subcontractor, Who::Deeper),
            ("Night staff", ["499999.99", "500000.00"]),
            json!({}),
        )
        .await;
        care.buys((Who::Deeper, Who::Deepest), ("Training", ["9000.00", "9000.00"]), json!({}))
            .await;
        care.buys(
            (Who::Lead, Who::Sibling),
            ("Work coaches", ["99999.99", "120000.00"]),
            json!({}),
        )
        .await;

        // The first year costs £2 million too much, all of it the provider's; 80% of 2% is
        // £1,344,000.
        assert_eq!(care.pay_months("2026/27", 1..=12).await, ["7000000.00"; 12]);
        care.cost("COST", ("2026/27", 12), "86000000.00").await;
        care.on((2027, 6, 1)).await;
        care.measures("OWN-HOME", "2026/27", "90").await;
        care.measures("WORK", "2026/27", "70").await;
        let told = care.schedule(care.board(), "2026/27", "").await;
        assert_eq!(
            shared(&told, "OVERSPEND"),
            ["2000000.00", "2000000.00", "0.00"].map(Value::from)
        );
        assert_eq!(shared(&told, "SAVING"), ["0.00", "0.00", "0.00"].map(Value::from));
        assert_eq!(care.pay_to("2026/27", 12).await["total"], "1344000.00");
        // Of each month the borough bears £2,333,333.33 (rule M2), and £448,000 of what was earned.
        let first = Known {
            year: "2026/27",
            status: "ACTIVE",
            to_sellers: "ACTIVE",
            value: ("84000000.00", "28000000.00"),
            pay: "85344000.00",
            paid: ("85344000.00", "28447999.96"),
        };
        care.everybody_reads(&first).await;

        // The first year reached 80%, so that the second can earn 4%: 90% of £3,360,000. £2 million
        // are saved, of which the pool is given back half.
        assert_eq!(care.pay_months("2027/28", 12..=12).await, ["84000000.00"]);
        care.cost("COST", ("2027/28", 12), "82000000.00").await;
        assert_eq!(care.pay_to("2027/28", 12).await["total"], "-1000000.00");
        care.measures("OWN-HOME", "2027/28", "95").await;
        care.measures("WORK", "2027/28", "85").await;
        let told = care.schedule(&care.lead, "2027/28", "").await;
        assert_eq!(
            shared(&told, "SAVING"),
            ["2000000.00", "1000000.00", "1000000.00"].map(Value::from)
        );
        assert_eq!(care.pay_to("2027/28", 12).await["total"], "3024000.00");
        care.everybody_reads(&Known {
            year: "2027/28",
            to_sellers: "ACTIVE",
            pay: "86024000.00",
            paid: ("86024000.00", "28674666.67"),
            ..first
        })
        .await;
        // The second was better than the first: the third could earn 6%, £5,040,000, were it all
        // reached; were it as the second was, the fourth would stay at that.
        let all = r#"whatIf: { readings: [{ measure: "OWN-HOME", reading: "100" },
            { measure: "WORK", reading: "100" }] }"#;
        let third = care.schedule(care.board(), "2028/29", all).await;
        assert_eq!(third["total"], "89040000.00");
    }
}
