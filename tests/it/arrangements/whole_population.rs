//! A contract of 15 years and £200 million a year for a whole population: one new body in the place
//! of 177 providers decides who delivers (worked example A6; rules C2, C4 and C8).

use entities::organisation::OrganisationKind;
use serde_json::{Value, json};
use tests::{
    Actor,
    arrangement::{
        Arrangement, YEARS,
        pay::{measure, pence, share},
    },
    both_databases,
    novation::{Novating, read},
};

const FIGURES: &str = "organisationsByTier { tier organisations } linksWithoutValue
    subcontracted { amount valueBand } retained { amount valueBand }
    shareSubcontracted concentration";

/// The figures of the chain in a year, as somebody reads them.
async fn figures(care: &Arrangement, reader: &Actor, year: &str) -> Value {
    let document = format!(
        r#"query($id: ID!) {{ contract(id: $id) {{
            supplyChain(financialYear: "{year}") {{ figures {{ {FIGURES} }} }} }} }}"#
    );
    let told = reader.send(&document, json!({ "id": care.contract })).await.ok();
    told.at("/contract/supplyChain/figures").clone()
}

/// The body buys from each of the providers, at half a million for the first year; from the first
/// forty for good, at a million in the second.
async fn bought(care: &Arrangement, providers: &[Actor]) -> Vec<String> {
    let mut links = Vec::new();
    for (seller, place) in providers.iter().zip(0..) {
        let mut values =
            vec![json!({ "financialYear": YEARS[0], "worth": { "amount": "500000.00" } })];
        let stays = place < 40;
        if stays {
            values.push(json!({ "financialYear": YEARS[1], "worth": { "amount": "1000000.00" } }));
        }
        let link = json!({ "under": care.contract, "seller": seller.id,
            "reference": format!("SUB {place}"),
            "service": format!("Service {place}"), "startsOn": "2026-04-01",
            "endsOn": if stays { "2041-03-31" } else { "2027-03-31" },
            "values": values });
        let made = care.lead.run("recordSubcontract", link, "subcontract { id }").await.ok();
        links.push(made.text("/recordSubcontract/subcontract/id").to_owned());
    }
    links
}

/// Each of the providers held a contract of the board's, in the place of which the body's comes.
async fn replaced(care: &Arrangement, providers: &[Actor]) {
    let mut it = Novating {
        lead: care.board().clone(),
        holder: care.lead.clone(),
        providers: providers.iter().map(|it| it.id.clone()).collect(),
        contracts: Vec::new(),
        head: care.contract.clone(),
        agreement: Some(care.books.agreement.clone()),
    };
    for (place, provider) in providers.iter().enumerate() {
        let contract = it.active(&format!("OLD {place}"), &provider.id).await;
        it.contracts.push(contract);
    }
    let _ = it.novate(it.novation(&it.contracts, "2026-04-01")).await.ok();
    for reader in [care.board(), care.council(), care.partner()] {
        let told = read(reader, &care.contract, "2026-04-01").await;
        assert_eq!(told["novatedFrom"]["totalCount"], 177);
    }
    for place in [0, 176] {
        let told = read(&providers[place], &it.contracts[place], "2026-04-01").await;
        assert_eq!(
            (&told["status"], &told["novatedTo"]["documentReference"]),
            (&json!("TERMINATED"), &json!("Deed 12"))
        );
        let other = read(&providers[place], &it.contracts[1], "2026-04-01").await;
        assert_eq!(other, Value::Null, "no other's");
    }
}

/// Who reads all, the borough and who stands nowhere: the value, what is paid, and how many links.
async fn is_read(care: &Arrangement, year: &str, (paid, borne): (&str, &str)) {
    let [granted, _] = &care.watchers.granted;
    for whole in
        [care.board(), care.council(), care.partner(), &care.lead, &care.watchers.team, granted]
    {
        let told = care.reads(whole, year).await;
        assert_eq!(told["wholeValue"], "3000000000.00", "fifteen times £200 million");
        assert_eq!(told["pay"]["schedule"]["total"], paid);
        let runs = told["pay"]["paymentRuns"].as_array().expect("runs").iter();
        assert_eq!(runs.map(|run| pence(&run["total"])).sum::<i64>(), pence(&json!(paid)));
        assert_eq!(told["supplyChain"]["links"]["totalCount"], 177);
        for link in told["supplyChain"]["links"]["nodes"].as_array().expect("links") {
            let value = &link["value"];
            let is_exact = whole.id == care.lead.id;
            assert!(value.is_null() || value["amount"].is_string() == is_exact, "{link:#}");
        }
    }
    let told = care.reads(&care.associate, year).await;
    assert_eq!((&told["wholeValue"], &told["pay"]["schedule"]), (&Value::Null, &Value::Null));
    assert_eq!(told["values"][0]["ownShare"], "50000000.00", "a quarter");
    let runs = told["pay"]["paymentRuns"].as_array().expect("runs").iter();
    assert_eq!(runs.map(|run| pence(&run["ownShare"])).sum::<i64>(), pence(&json!(borne)));
    for summary in care.watchers.of_summaries() {
        let told = care.reads(summary, year).await;
        assert_eq!(told["wholeValueBand"], "FROM1_MILLION");
        assert_eq!((&told["wholeValue"], &told["pay"]["schedule"]), (&Value::Null, &Value::Null));
        assert_eq!(told["supplyChain"]["links"]["totalCount"], 177);
    }
    assert_eq!(care.reads(&care.stranger, year).await, Value::Null);
}

both_databases! {
    async fn a6_one_body_holds_a_whole_populations_contract_and_decides_who_delivers(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::JointVenture).await;
        let mut draft = care.draft("Whole population", "SINGLE_ENTITY", (3, 1));
        draft["endsOn"] = json!("2041-03-31");
        let years: Vec<String> = (2026..2041).map(|it| format!("{it}/{}", it - 1999)).collect();
        let years: Vec<(&str, &str)> =
            years.iter().map(|it| (it.as_str(), "200000000.00")).collect();
        care.drafts(draft, &years).await;
        let domain = json!([{ "name": "Health", "weight": 10_000,
            "measures": [measure("HEALTHY-YEARS", 10_000, "LINEAR")] }]);
        care.achieves(domain, json!([])).await;
        care.pays("CARE", json!({ "block": share("CONTRACT_VALUE", 9_000) })).await;
        let most = json!([share("CONTRACT_VALUE", 1_000)]);
        care.pays("OUTCOMES", json!({ "outcomeContingent": { "most": most } })).await;
        care.begins("2026-04-01").await;
        let mut providers = Vec::new();
        for number in 0..177 {
            let name = format!("Provider {number}");
            providers.push(care.another(&name, OrganisationKind::IndependentProvider).await);
        }
        replaced(&care, &providers).await;
        let links = bought(&care, &providers).await;

        // One body at tier 0, and 177 below it: £88.5 million of £200 million is 44.25%. Squared,
        // the body's 55.75% and 177 times 0.25% are 0.3119.
        let tiers = json!([{ "tier": 0, "organisations": 1 }, { "tier": 1, "organisations": 177 }]);
        let own = json!({ "organisationsByTier": tiers, "linksWithoutValue": 0,
            "subcontracted": { "amount": "88500000.00", "valueBand": null },
            "retained": { "amount": "111500000.00", "valueBand": null },
            "shareSubcontracted": 4425, "concentration": 3119 });
        assert_eq!(figures(&care, &care.lead, YEARS[0]).await, own);
        // Who reads bands reads a band of the sums, which 177 hidden parts make sure, and no
        // shares.
        for banded in [care.board(), care.council(), care.partner()] {
            let told = figures(&care, banded, YEARS[0]).await;
            assert_eq!(told["organisationsByTier"], tiers);
            let sum = json!({ "amount": null, "valueBand": "FROM1_MILLION" });
            assert_eq!((&told["subcontracted"], &told["retained"]), (&sum, &sum), "V8");
            assert_eq!(
                (&told["shareSubcontracted"], &told["concentration"]),
                (&Value::Null, &Value::Null)
            );
        }
        let told = figures(&care, &care.associate, YEARS[0]).await;
        assert_eq!(
            told["retained"],
            json!({ "amount": null, "valueBand": null }),
            "of a value it does not read"
        );

        // £15 million a month, and half of the £20 million for outcomes.
        assert_eq!(care.pay_months(YEARS[0], 1..=12).await, ["15000000.00"; 12]);
        care.measures("HEALTHY-YEARS", YEARS[0], "50").await;
        assert_eq!(care.pay_to(YEARS[0], 12).await["total"], "10000000.00");
        is_read(&care, YEARS[0], ("190000000.00", "47500000.00")).await;

        // The body keeps forty of them from the second year on.
        care.on((2027, 5, 10)).await;
        let (stays, goes) = (care.again(&providers[0]).await, care.again(&providers[40]).await);
        for (seller, link, other, stage) in
            [(&stays, &links[0], &links[40], "RUNNING"), (&goes, &links[40], &links[0], "ENDED")]
        {
            let told = care.reads_link(seller, link).await;
            assert_eq!(
                (&told["stage"], &told["above"][0]["status"]),
                (&json!(stage), &json!("ACTIVE"))
            );
            assert_eq!(care.reads_link(seller, other).await, Value::Null, "no sibling's");
            let told = care.reads(seller, YEARS[0]).await;
            assert_eq!(told["supplyChain"]["links"]["totalCount"], 1);
            assert_eq!(
                (&told["wholeValue"], &told["pay"]["schedule"]),
                (&Value::Null, &Value::Null)
            );
        }
        let told = figures(&care, &care.lead, YEARS[1]).await;
        assert_eq!(told["linksWithoutValue"], 137);
        assert_eq!(told["subcontracted"]["amount"], "40000000.00");
        assert_eq!(told["retained"]["amount"], "160000000.00");
        assert_eq!(
            (&told["shareSubcontracted"], &told["concentration"]),
            (&json!(2000), &json!(6410))
        );
        assert_eq!(care.pay_months(YEARS[1], 3..=12).await[..2], ["45000000.00", "15000000.00"]);
        care.measures("HEALTHY-YEARS", YEARS[1], "100").await;
        assert_eq!(care.pay_to(YEARS[1], 12).await["total"], "20000000.00");
        is_read(&care, YEARS[1], ("200000000.00", "50000000.00")).await;
    }
}
