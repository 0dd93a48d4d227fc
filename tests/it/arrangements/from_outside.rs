//! A single provider from outside the area, below the tariff: of what is saved beyond £800,000 it
//! keeps half, as long as the care is safe (rules C4 and C5).

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

/// What became of the saving.
fn shared(schedule: &Value) -> [Value; 4] {
    let it = &schedule["shared"][0];
    ["variance", "provider", "pool", "isGatePassed"].map(|field| it[field].clone())
}

both_databases! {
    async fn c4_a_provider_from_outside_keeps_half_of_what_it_saves_beyond_800_000(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::IndependentProvider).await;
        let draft = care.draft("Planned operations", "SINGLE_ENTITY", (1, 1));
        care.drafts(draft, &[("2026/27", "9050000.00"), ("2027/28", "9050000.00")]).await;
        // Ten thousand operations at the tariff of £1,000; this provider's price is £905.
        care.baseline(["10000000.00", "10000000.00"]).await;
        let safe = json!([{ "name": "Safety", "weight": 10_000,
            "measures": [measure("SAFE", 10_000, "LINEAR")] }]);
        care.achieves(safe, json!([])).await;
        care.pays("OPERATIONS", json!({ "activity": [{ "code": "DONE", "price": "905.00" }] }))
            .await;
        care.pays(
            "SAVING",
            json!({ "gainShare": {
            "target": share("BASELINE_SPEND", 10_000), "costCode": "COST", "firstBorneBy": "POOL",
            "gateBasisPoints": 9_000,
            "bands": [{ "toBasisPoints": 800, "providerBasisPoints": 0 },
                { "providerBasisPoints": 5_000 }],
        } }),
        )
        .await;
        care.begins("2026-04-01").await;
        care.buys(
            (Who::Lead, Who::Subcontractor),
            ("Theatre staff", ["1000000.00", "0.00"]),
            json!({}),
        )
        .await;
        care.buys(
            (Who::Lead, Who::Sibling),
            ("Sterile supply", ["400000.00", "400000.00"]),
            json!({}),
        )
        .await;

        // 833 a month in ten months and 835 in two: £753,865 and £755,675.
        let mut done = [833; 12];
        done[10..].fill(835);
        let paid = care.pay_months_of("2026/27", "DONE", &done).await;
        assert_eq!(paid[..10], ["753865.00"; 10]);
        assert_eq!(paid[10..], ["755675.00"; 2]);
        care.cost("COST", ("2026/27", 12), "9050000.00").await;
        let told = care.schedule(care.board(), "2026/27", "").await;
        assert_eq!(
            shared(&told),
            [json!("950000.00"), json!("0.00"), json!("950000.00"), json!(false)]
        );

        // 91% safe in June: half of what lies beyond £800,000, of £950,000 saved.
        care.on((2027, 6, 15)).await;
        care.measures("SAFE", "2026/27", "91").await;
        let told = care.schedule(&care.lead, "2026/27", "").await;
        assert_eq!(
            shared(&told),
            [json!("950000.00"), json!("75000.00"), json!("875000.00"), json!(true)]
        );
        assert_eq!(care.pay_to("2026/27", 12).await["total"], "75000.00");
        let first = Known {
            year: "2026/27",
            status: "ACTIVE",
            to_sellers: "ACTIVE",
            value: ("9050000.00", "4525000.00"),
            pay: "9125000.00",
            paid: ("9125000.00", "4562500.00"),
        };
        care.everybody_reads(&first).await;

        // In the second year operations are done again for £200,000: £750,000 are saved, all the
        // pool's.
        care.pay_months_of("2027/28", "DONE", &done).await;
        care.cost("COST", ("2027/28", 12), "9250000.00").await;
        care.measures("SAFE", "2027/28", "90").await;
        let told = care.schedule(care.board(), "2027/28", "").await;
        assert_eq!(
            shared(&told),
            [json!("750000.00"), json!("0.00"), json!("750000.00"), json!(true)]
        );
        care.everybody_reads(&Known {
            year: "2027/28",
            status: "EXPIRED",
            to_sellers: "ACTIVE",
            pay: "9050000.00",
            paid: ("9050000.00", "4525000.00"),
            ..first
        })
        .await;
    }
}
