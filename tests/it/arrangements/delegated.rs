//! A specialist diabetes organisation that practices pay for, each its own share of what is paid, and
//! from budgets that the board delegated to them; one of them sells to it as well (rules C1, C4, G1
//! and G4).

use entities::organisation::OrganisationKind;
use serde_json::{Value, json};
use tests::{
    Actor,
    arrangement::{Arrangement, Who, views::Known},
    both_databases,
    delegated_budget::{figures, id_of, own as held_and_paid, spend, within_contract, years},
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

/// The board delegates a budget of the year to a practice, which pays the specialists from it.
async fn delegated(care: &Arrangement, practice: &Actor, [budget, spent]: [&str; 2]) -> Value {
    let made = care.board().run("delegateBudget", json!({
        "contract": care.contract, "holder": practice.id, "purpose": "Diabetes care",
        "startsOn": "2026-04-01", "amounts": years(&[("2026/27", budget)]), "decision": decision(),
        "idempotencyKey": practice.id,
    }), "budget { id }");
    let budget = id_of(&made.await.ok(), "budget");
    let paid = spend(
        practice,
        json!({
            "budget": budget, "spentOn": "2026-09-30", "payee": care.lead.id, "purpose": "Clinics",
            "amount": spent, "documentReference": "INV 1", "idempotencyKey": "INV 1",
        }),
    );
    let warnings = paid.await.ok().payload()["warnings"].clone();
    let document = format!(
        r#"{{ node(id: "{budget}") {{ ... on DelegatedBudget {{
            position(financialYear: "2026/27") {{ budget spent left }} }} }} }}"#
    );
    let told = practice.ask(&document).await.ok();
    json!({ "warnings": warnings, "position": figures(told.at("/node/position")) })
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
        // From budgets that the board delegated: each practice reads its own, the specialists what
        // both paid them, and the board all of it; the dieticians and the interpreters nothing.
        let first = delegated(&care, &care.associate, ["396000.00", "395000.00"]).await;
        assert_eq!(first, json!({
            "warnings": [], "position": ["396000.00", "395000.00", "1000.00"],
        }));
        let second = delegated(&care, &other, ["264000.00", "264000.01"]).await;
        assert_eq!(second, json!({
            "warnings": ["OVERSPENT"], "position": ["264000.00", "264000.01", "-0.01"],
        }));
        let all = within_contract(care.board(), &care.contract, "2026/27").await;
        assert_eq!(figures(&all["year"]["whole"]), ["660000.00", "659000.01", "999.99"]);
        for practice in [&care.associate, &other] {
            let own = within_contract(practice, &care.contract, "2026/27").await;
            assert_eq!(own["budgets"]["totalCount"], 1);
        }
        assert_eq!(held_and_paid(&care.lead).await.1["totalCount"], 2);
        for seller in [&care.subcontractor, &care.deeper, &care.sibling, &care.stranger] {
            let (held, paid) = held_and_paid(seller).await;
            assert_eq!((&held["totalCount"], &paid["totalCount"]), (&json!(0), &json!(0)));
        }
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
