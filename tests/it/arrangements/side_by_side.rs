//! A musculoskeletal prime contractor, a mental-health alliance and an older people's prime
//! provider side by side in one pool; one charity sells to all three, and sees each apart (rules
//! C2, C4, V8).

use entities::organisation::OrganisationKind;
use serde_json::{Value, json};
use tests::{
    arrangement::{
        Arrangement, Strand, Who,
        pay::{measure, share},
        views::Known,
    },
    both_databases,
};

const QUARTERS: [i32; 4] = [3, 6, 9, 12];

/// The board drafts the contract of this title, of £24, £36 or £12 million a year, and begins it.
async fn drafted(
    care: &mut Arrangement,
    (title, model, reference): (&str, &str, &str),
    amount: &str,
) {
    let mut draft = care.draft(title, model, (1, 1));
    draft["reference"] = json!(reference);
    care.drafts(draft, &[("2026/27", amount), ("2027/28", amount)]).await;
}

/// Each quarter of a year is run of all three.
async fn paid(care: &mut Arrangement, others: &mut [Strand; 2], year: &str) -> Vec<[String; 3]> {
    let mut paid = Vec::new();
    for period in QUARTERS {
        care.on(tests::arrangement::pay::after(year, period)).await;
        let mut totals = [care.pay_to(year, period).await, Value::Null, Value::Null];
        for (strand, total) in others.iter_mut().zip(&mut totals[1..]) {
            care.turn_to(strand);
            *total = care.pay_to(year, period).await;
            care.turn_to(strand);
        }
        paid.push(totals.map(|run| run["total"].as_str().expect("money").to_owned()));
    }
    paid
}

/// Everybody reads each of the three as the matrix says; who leads one sees nothing of the others.
async fn each_apart(care: &mut Arrangement, others: &mut [Strand; 2], known: [Known<'_>; 3]) {
    let lead = care.again(&care.lead).await;
    care.everybody_reads(&known[0]).await;
    for (strand, known) in others.iter_mut().zip(&known[1..]) {
        care.turn_to(strand);
        care.lead = care.again(&care.lead).await;
        care.everybody_reads(known).await;
        assert_eq!(care.reads(&lead, known.year).await, Value::Null);
        let other = care.lead.clone();
        care.turn_to(strand);
        assert_eq!(care.reads(&other, known.year).await, Value::Null);
    }
}

both_databases! {
    async fn c4_three_arrangements_stand_side_by_side_and_are_seen_apart(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::IndependentProvider).await;
        drafted(&mut care, ("Joints", "PRIME_CONTRACTOR", "MSK"), "24000000.00").await;
        care.pays("BLOCK", json!({ "block": share("CONTRACT_VALUE", 10_000) })).await;
        care.begins("2026-04-01").await;
        care.buys(
            (Who::Lead, Who::Subcontractor),
            ("Exercise", ["100000.00", "110000.00"]),
            json!({}),
        )
        .await;
        care.buys((Who::Lead, Who::Sibling), ("Surgery", ["9000000.00", "9000000.00"]), json!({}))
            .await;
        care.buys(
            (Who::Subcontractor, Who::Deeper),
            ("Halls", ["30000.00", "30000.00"]),
            json!({}),
        )
        .await;
        care.buys((Who::Deeper, Who::Deepest), ("Cleaning", ["900.00", "900.00"]), json!({})).await;

        // The alliance bears half of what it spends too much, and keeps half of what it saves.
        let trust = care.another("Mental health trust", OrganisationKind::NhsFoundationTrust).await;
        let joints = care.beside(trust);
        let ally = care.another("Ally", OrganisationKind::Charity).await;
        let mut draft = care.draft("Mental health", "ALLIANCE", (1, 1));
        draft["reference"] = json!("MH");
        let member = json!({ "organisation": ally.id, "role": "MEMBER" });
        draft["providers"].as_array_mut().expect("providers").push(member);
        care.drafts(draft, &[("2026/27", "36000000.00"), ("2027/28", "36000000.00")]).await;
        care.pays("BLOCK", json!({ "block": share("CONTRACT_VALUE", 10_000) })).await;
        let sharing = json!({ "target": share("FIXED_ELEMENT", 10_000), "costCode": "COST",
            "bands": [{ "providerBasisPoints": 5_000 }], "firstBorneBy": "PROVIDER" });
        care.pays("GAIN", json!({ "gainShare": sharing })).await;
        care.pays("LOSS", json!({ "lossShare": sharing })).await;
        care.begins("2026-04-01").await;
        care.buys(
            (Who::Lead, Who::Subcontractor),
            ("Listening", ["600000.00", "400000.00"]),
            json!({}),
        )
        .await;

        let provider = care.another("Community trust", OrganisationKind::NhsTrust).await;
        let minds = care.beside(provider);
        drafted(&mut care, ("Older people", "PRIME_PROVIDER", "OP"), "12600000.00").await;
        let measures = [measure("HOME", 10_000, "LINEAR")];
        let domain = json!([{ "name": "At home", "weight": 10_000, "measures": measures }]);
        care.achieves(domain, json!([])).await;
        care.counts("OVER 65", "2026-04-01", 10_000).await;
        care.pays(
            "HEADS",
            json!({ "capitation": { "yearlyPrice": "1200.00", "refreshed": "YEARLY",
            "groups": [{ "code": "OVER 65" }] } }),
        )
        .await;
        let most = json!([share("FIXED_ELEMENT", 500)]);
        care.pays("OUTCOMES", json!({ "outcomeContingent": { "most": most } })).await;
        care.begins("2026-04-01").await;
        care.buys(
            (Who::Lead, Who::Subcontractor),
            ("Befriending", ["50000.00", "40000.00"]),
            json!({}),
        )
        .await;

        // Three twelfths of £12, £24 and £36 million, each quarter.
        let mut others = [joints, minds];
        let quarter = ["3000000.00", "6000000.00", "9000000.00"].map(str::to_owned);
        assert_eq!(paid(&mut care, &mut others, "2026/27").await, vec![quarter.clone(); 4]);
        // The older people's outcomes are half reached, of 5% of £12 million. The alliance spends
        // £1 million too much: the pool bears half of that.
        care.on((2027, 6, 1)).await;
        care.measures("HOME", "2026/27", "50").await;
        assert_eq!(care.pay_to("2026/27", 12).await["total"], "300000.00");
        care.turn_to(&mut others[1]);
        care.cost("COST", ("2026/27", 12), "37000000.00").await;
        assert_eq!(care.pay_to("2026/27", 12).await["total"], "500000.00");
        care.turn_to(&mut others[1]);
        let first = Known {
            year: "2026/27",
            status: "ACTIVE",
            to_sellers: "ACTIVE",
            value: ("12600000.00", "6300000.00"),
            pay: "12300000.00",
            paid: ("12300000.00", "6150000.00"),
        };
        let joints = Known {
            value: ("24000000.00", "12000000.00"),
            pay: "24000000.00",
            paid: ("24000000.00", "12000000.00"),
            ..first
        };
        let minds = Known {
            value: ("36000000.00", "18000000.00"),
            pay: "36500000.00",
            paid: ("36500000.00", "18250000.00"),
            ..first
        };
        each_apart(&mut care, &mut others, [first, joints, minds]).await;
        // The pool paid for all three, a quarter of it the council's and three the board's.
        let parts = vec!["18200000.00".to_owned(), "54600000.00".to_owned()];
        assert_eq!(care.spent(care.council(), "2026/27").await, ("72800000.00".to_owned(), parts));
        // The charity sells £750,000 to three of them, and buys £30,000; nobody else is told that.
        let exposure = r#"query($id: ID!) { node(id: $id) { ... on Organisation {
            exposure(financialYear: "2026/27") { contracts buyers sellers sold { amount }
                bought { amount } kept { amount } } } } }"#;
        let of = json!({ "id": care.subcontractor.id });
        let told = care.subcontractor.send(exposure, of.clone()).await.ok();
        let sums = json!({ "contracts": 3, "buyers": 3, "sellers": 1,
            "sold": { "amount": "750000.00" }, "bought": { "amount": "30000.00" },
            "kept": { "amount": "720000.00" } });
        assert_eq!(told.at("/node/exposure"), &sums);
        for other in [care.board(), &care.lead, &care.deeper, &care.stranger] {
            let told = other.send(exposure, of.clone()).await.ok();
            assert_eq!(told.at("/node/exposure"), &Value::Null);
        }

        // In the second year the alliance is suspended in part; it saves £1 million, of which the
        // pool is given back half. The other two go on as they did.
        care.turn_to(&mut others[1]);
        let why = json!({ "suspendedPart": "Crisis line", "continuity": "The council's own team",
            "reasonCode": "SAFETY", "documentReference": "Notice 2" });
        care.step("suspendContract", "2027-06-01", why).await.ok();
        care.turn_to(&mut others[1]);
        assert_eq!(paid(&mut care, &mut others, "2027/28").await, vec![quarter; 4]);
        care.measures("HOME", "2027/28", "100").await;
        assert_eq!(care.pay_to("2027/28", 12).await["total"], "600000.00");
        care.turn_to(&mut others[1]);
        care.cost("COST", ("2027/28", 12), "35000000.00").await;
        assert_eq!(care.pay_to("2027/28", 12).await["total"], "-500000.00");
        care.turn_to(&mut others[1]);
        let over = |known| Known { year: "2027/28", status: "EXPIRED", ..known };
        let second =
            Known { pay: "12600000.00", paid: ("12600000.00", "6300000.00"), ..over(first) };
        let minds = Known {
            to_sellers: "SUSPENDED",
            pay: "35500000.00",
            paid: ("35500000.00", "17750000.00"),
            ..over(minds)
        };
        each_apart(&mut care, &mut others, [second, over(joints), minds]).await;
    }
}
