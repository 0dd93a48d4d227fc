//! A specialist diabetes organisation that two practices and the board commission together, each
//! bearing its own share of what is paid; one of them sells to it as well (rules C1, C4, G1 and G4).

use entities::organisation::OrganisationKind;
use serde_json::{Value, json};
use tests::{
    Actor,
    arrangement::{Arrangement, Who, views::Known},
    both_databases,
    posting::decision,
};

fn commissioners(care: &Arrangement, practices: [&Actor; 2], weights: [i32; 3]) -> Value {
    let [board, first, second] = weights;
    json!([
        { "organisation": care.board().id, "role": "CO_ORDINATING", "weight": board },
        { "organisation": practices[0].id, "role": "ASSOCIATE", "weight": first },
        { "organisation": practices[1].id, "role": "ASSOCIATE", "weight": second },
    ])
}

/// What a practice reads of a year: its share of the value, and of all that was run.
async fn own(care: &Arrangement, practice: &Actor, year: &str) -> (String, i64) {
    let told = care.reads(practice, year).await;
    let years = told["values"].as_array().expect("values");
    let of_year = years.iter().find(|it| it["financialYear"] == year).expect("the year");
    assert_eq!((&of_year["amount"], &told["pay"]["schedule"]), (&Value::Null, &Value::Null));
    let runs = told["pay"]["paymentRuns"].as_array().expect("runs").iter();
    let borne = runs.map(|run| tests::arrangement::pay::pence(&run["ownShare"])).sum();
    (of_year["ownShare"].as_str().expect("money").to_owned(), borne)
}

both_databases! {
    async fn c1_practices_bear_a_specialists_pay_by_their_shares_and_read_their_own(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::CommunityInterestCompany).await;
        care.associate = care.another("Practice", OrganisationKind::GpPractice).await;
        let mut other = care.another("Second practice", OrganisationKind::GpPractice).await;
        let mut draft = care.draft("Diabetes", "BILATERAL", (1, 1));
        draft["commissioners"] = commissioners(&care, [&care.associate, &other], [10, 6, 4]);
        draft["shareTotal"] = json!(20);
        care.drafts(draft, &[("2026/27", "1320000.00"), ("2027/28", "1452000.00")]).await;
        let prices = json!([{ "code": "DIABETES", "price": "1100.00" }]);
        care.pays("YEARS", json!({ "yearOfCare": prices })).await;
        care.begins("2026-04-01").await;
        care.buys(
            (Who::Lead, Who::Subcontractor),
            ("Dieticians", ["99999.99", "100000.00"]),
            json!({}),
        )
        .await;
        care.buys(
            (Who::Subcontractor, Who::Deeper),
            ("Interpreters", ["900.00", "900.00"]),
            json!({}),
        )
        .await;
        care.buys(
            (Who::Lead, Who::Sibling),
            ("Retinal screening", ["120000.00", "120000.00"]),
            json!({}),
        )
        .await;
        // 1,200 people at £1,100 are £110,000 a month: half the board's, 30% and 20% the
        // practices'.
        assert_eq!(
            care.pay_months_of("2026/27", "DIABETES", &[1_200; 12]).await,
            ["110000.00"; 12]
        );
        assert_eq!(
            own(&care, &care.associate, "2026/27").await,
            ("396000.00".to_owned(), 39_600_000)
        );
        other = care.again(&other).await;
        assert_eq!(own(&care, &other, "2026/27").await, ("264000.00".to_owned(), 26_400_000));
        let paid = care.spent(care.partner(), "2026/27").await;
        assert_eq!(paid.0, "1320000.00");

        care.everybody_reads(&Known {
            year: "2026/27",
            status: "ACTIVE",
            to_sellers: "ACTIVE",
            value: ("1320000.00", "396000.00"),
            pay: "1320000.00",
            paid: ("1320000.00", "396000.00"),
        })
        .await;

        // From April the practices share alike, as all three decided.
        let shares = commissioners(&care, [&care.associate, &other], [10, 5, 5]);
        let two = json!({ "commissioners": shares, "shareTotal": 20 });
        let missing = care.varies("Shares by list", "2027-04-01", two.clone()).await;
        assert_eq!(missing.problem(), "APPROVAL_NEEDED", "G1: each on its own");
        let approvals = [care.board(), &care.associate, &other]
            .map(|by| json!({ "commissioner": by.id, "decision": decision() }));
        let mut all = two;
        all["approvals"] = json!(approvals);
        care.varies("Shares by list", "2027-04-01", all).await.ok();

        // The second practice sells to it: a commissioner here and a provider there.
        let link = json!({ "under": care.contract, "seller": other.id, "reference": "SUB Feet",
            "service": "Foot checks", "startsOn": "2027-04-01", "endsOn": "2028-03-31",
            "values": [{ "financialYear": "2027/28", "worth": { "amount": "40000.00" } }] });
        let made = care.lead.run("recordSubcontract", link, "subcontract { id }").await.ok();
        let feet = made.text("/recordSubcontract/subcontract/id").to_owned();

        let told = care.reads(&other, "2027/28").await;
        let links = told["supplyChain"]["links"]["nodes"].as_array().expect("links");
        for link in links {
            let exact = link["value"]["amount"].is_string();
            assert_eq!(
                exact,
                link["id"] == json!(feet),
                "what it sells itself, and no sibling's price"
            );
        }

        // 1,320 people: £121,000 a month, a quarter of it each practice's. It is suspended for a
        // month, of whose days it pays for none: 9 of October's 31 are left, and 21 of November's 30.
        care.pay_months_of("2027/28", "DIABETES", &[1_320; 6]).await;
        let why = json!({ "continuity": "The practices' own nurses", "reasonCode": "PERFORMANCE",
            "documentReference": "Notice 1" });
        care.step("suspendContract", "2027-10-10", why).await.ok();
        for (period, people) in (7..=12).zip([1_320; 6]) {
            care.on(tests::arrangement::pay::after("2027/28", period)).await;
            care.did("DIABETES", ("2027/28", period), people).await;
            if period == 8 {
                care.step("resumeContract", "2027-11-10", json!({})).await.ok();
            }
            let pays = match period {
                7 => "35129.03",
                8 => "84700.00",
                _ => "121000.00",
            };
            assert_eq!(care.pay_to("2027/28", period).await["total"], pays);
        }
        other = care.again(&other).await;
        // The foot checks are given up in October.
        let over = json!({ "subcontract": feet, "expectedVersion": 1, "endsOn": "2027-10-31",
            "reason": "The specialists do it themselves", "documentReference": "Letter 2" });
        care.lead.run("endSubcontract", over, "subcontract { id }").await.ok();
        let told = care.reads_link(&other, &feet).await;
        assert_eq!(told["stage"], "ENDED");
        for practice in [&care.associate, &other] {
            assert_eq!(own(&care, practice, "2027/28").await, ("363000.00".to_owned(), 33_245_726));
        }
        let told = care.reads(care.board(), "2027/28").await;
        assert_eq!(
            (&told["status"], &told["pay"]["schedule"]["total"]),
            (&json!("EXPIRED"), &json!("1329829.03"))
        );
    }
}
