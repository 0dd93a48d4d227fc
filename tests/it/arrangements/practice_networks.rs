//! Networks of practices for diabetes: 70% for what is done, and 30% for what becomes of it (worked
//! example A2; rule C5).

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

both_databases! {
    async fn a2_networks_of_practices_are_paid_three_tenths_for_outcomes(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::PrimaryCareNetwork).await;
        let practice = care.another("Practice", OrganisationKind::GpPractice).await;
        let mut draft = care.draft("Diabetes", "CONSORTIUM", (9, 1));
        let member = json!({ "organisation": practice.id, "role": "MEMBER" });
        draft["providers"].as_array_mut().expect("providers").push(member);
        care.drafts(draft, &[("2026/27", "1000000.00"), ("2027/28", "1000000.00")]).await;
        let of_domain = |name: &str, measures: [&str; 2]| {
            let measures = measures.map(|it| measure(it, 5_000, "ALL_OR_NOTHING"));
            json!({ "name": name, "weight": 5_000, "measures": measures })
        };
        let domains =
            [of_domain("Checks", ["EYES", "FEET"]), of_domain("Control", ["HBA1C", "PRESSURE"])];
        care.achieves(json!(domains), json!([])).await;
        care.pays("CORE", json!({ "block": share("CONTRACT_VALUE", 7_000) })).await;
        let most = json!([share("CONTRACT_VALUE", 3_000)]);
        care.pays("OUTCOMES", json!({ "outcomeContingent": { "most": most } })).await;
        care.begins("2026-04-01").await;
        let feet = care
            .buys((Who::Lead, Who::Subcontractor), ("Feet", ["99999.99", "100000.00"]), json!({}))
            .await;
        let shoes = care
            .buys((Who::Subcontractor, Who::Deeper), ("Shoes", ["9000.00", "9000.00"]), json!({}))
            .await;
        let eyes = care
            .buys((Who::Lead, Who::Sibling), ("Eyes", ["500000.00", "500000.00"]), json!({}))
            .await;
        for (link, measure) in [(&feet, "FEET"), (&shoes, "FEET"), (&eyes, "EYES")] {
            care.feeds(link, measure).await;
        }

        // £700,000 in twelfths: the four odd pennies come first (rule M2).
        let paid = care.pay_months("2026/27", 1..=12).await;
        assert_eq!(
            (&paid[..4], &paid[4..]),
            (&["58333.34"; 4].map(str::to_owned)[..], &["58333.33"; 8].map(str::to_owned)[..])
        );

        // Three measures are met. The fourth is rejected, and put right a day after the cut-off.
        care.on((2027, 6, 29)).await;
        for met in ["EYES", "HBA1C"] {
            care.measures(met, "2026/27", "100").await;
        }
        fed_by_the_chain(&mut care, (&feet, &shoes, &eyes)).await;
        let lead = care.lead.clone();
        let wrong = care.submits(&lead, ("PRESSURE", "2026/27", "100")).await;
        let reason = "Two practices are missing";
        let rejection = care.input(json!({ "number": wrong, "reason": reason }));
        let own = care.lead.run("rejectMeasurement", rejection, "measurement { state }").await;
        assert_eq!(own.problem(), "NOT_ALLOWED", "C5: a provider decides nothing of it");
        let rejected = care.rejects(wrong, reason).await.ok();
        assert_eq!(rejected.at("/rejectMeasurement/measurement/state"), "REJECTED");
        assert_eq!(
            care.schedule(care.board(), "2026/27", "").await["results"][3]["payableYet"],
            "75000.00"
        );
        care.on((2027, 6, 30)).await;
        care.measures("PRESSURE", "2026/27", "100").await;
        let fourth = care.schedule(care.board(), "2026/27", "").await["results"][3].clone();
        assert_eq!(
            (&fourth["state"], &fourth["forfeited"]),
            (&json!("NOT_EVIDENCED"), &json!("75000.00"))
        );
        assert_eq!(care.pay_to("2026/27", 12).await["total"], "225000.00");

        // The borough bears a tenth of each run: twelve times £5,833.33, and £22,500.
        let first = Known {
            year: "2026/27",
            status: "ACTIVE",
            to_sellers: "ACTIVE",
            value: ("1000000.00", "100000.00"),
            pay: "925000.00",
            paid: ("925000.00", "92499.96"),
        };
        care.everybody_reads(&first).await;
        let practice = care.again(&practice).await;
        member_reads(&care, &practice, "925000.00").await;

        // In the second year all four are met in time: of the first run, of three months, the
        // borough bears £17,500.00, of nine £5,833.33 each, and £30,000.
        assert_eq!(care.pay_months("2027/28", 3..=12).await[0], "175000.02");
        for met in ["EYES", "FEET", "HBA1C", "PRESSURE"] {
            care.measures(met, "2027/28", "100").await;
        }
        assert_eq!(care.pay_to("2027/28", 12).await["total"], "300000.00");
        care.everybody_reads(&Known {
            year: "2027/28",
            status: "EXPIRED",
            to_sellers: "ACTIVE",
            pay: "1000000.00",
            paid: ("1000000.00", "99999.97"),
            ..first
        })
        .await;
    }
}

/// Who looks at feet submits what its link feeds, and the shoemaker's is entered for it, which it
/// confirms: each reads the one measure, and its own link's (rules C5 and C10).
async fn fed_by_the_chain(care: &mut Arrangement, (feet, shoes, eyes): (&str, &str, &str)) {
    let (seller, deeper) = (care.subcontractor.clone(), care.deeper.clone());
    let reading = ("FEET", "2026/27", "100");
    let entered = care.submits_under((&seller, shoes), reading, Some(&deeper)).await;
    let confirmed = care.confirms_measurement(&deeper, shoes, 1).await.ok();
    assert_eq!(confirmed.payload()["measurement"]["isOnBehalf"], false);
    let rejected = care.rejects(entered, "Shoes are no feet").await.ok();
    assert_eq!(rejected.payload()["measurement"]["state"], "REJECTED");
    let own = care.submits_under((&seller, feet), reading, None).await;
    care.validates(own).await.ok();

    let told = care.reads_fed(&deeper, shoes).await;
    let measure = json!({ "reference": "FEET", "target": "100", "weight": null });
    assert_eq!(told["feeds"], json!([{ "measure": measure }]));
    assert_eq!(
        told["measurements"],
        json!([{ "number": null, "subcontractNumber": 1, "state": "REJECTED", "isOnBehalf": false,
            "reason": "Shoes are no feet" }])
    );
    for link in [feet, eyes] {
        assert_eq!(care.reads_fed(&deeper, link).await, Value::Null);
    }
    assert_eq!(care.reads_fed(&seller, feet).await["measurements"][0]["state"], "VALIDATED");
    let told = care.reads_fed(&care.sibling, eyes).await;
    assert_eq!(told["feeds"][0]["measure"]["reference"], "EYES");
    assert_eq!(told["measurements"], json!([]), "the lead provider measured eyes itself");
    let lead = care.reads_fed(&care.lead, feet).await;
    assert_eq!(
        (&lead["measurements"][0]["number"], &lead["feeds"][0]["measure"]["weight"]),
        (&json!(own), &json!(5_000))
    );
}

/// A member of the consortium reads what is shared: the value, the pay and the chain; the lead
/// provider is paid, and how is its own.
async fn member_reads(care: &Arrangement, member: &tests::Actor, total: &str) {
    let told = care.reads(member, "2026/27").await;
    assert_eq!(told["wholeValue"], "2000000.00");
    assert_eq!(told["pay"]["schedule"]["total"], total);
    assert_eq!(told["pay"]["paymentRuns"], json!([]));
    assert_eq!((&told["withheld"], &told["pay"]["withheld"]), (&json!([]), &json!([])));
    let links = &told["supplyChain"]["links"];
    assert_eq!(links["totalCount"], 3);
    let deep = links["nodes"].as_array().expect("links").iter().find(|it| it["tier"] == 2);
    let deep = deep.expect("the link at tier 2");
    assert_eq!(
        (&deep["value"]["amount"], &deep["withheld"][0]["reason"]),
        (&Value::Null, &json!("OWN_ONLY"))
    );
}
