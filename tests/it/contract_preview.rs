//! Whoever hosts an agreement, or leads the commissioners of a contract, previews another
//! organisation's view of the contract: what both read, the rest masked (rule V7).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{
    Actor, Answer, World, both_databases,
    chain::{Chain, LINK, id_of},
    contracts::drafted,
    payment_run::Paid,
    posting::decision,
};

/// What is shown of a contract, its chain and its pay.
fn shown() -> String {
    format!(
        "query($id: ID!) {{ contracts(first: 9) {{ totalCount nodes {{ title }} }} contract(id: $id) {{
            title status version services wholeValue wholeValueBand values {{ amount ownShare }}
            commissioners {{ organisation {{ name }} weight }} providers {{ organisation {{ name }} }}
            statusHistory {{ status effectiveOn }} interests {{ kind }} agreement {{ title }}
            pay {{ withheld {{ field reason }} measurements {{ number reading }}
                paymentRuns(financialYear: \"2025/26\") {{ number total ownShare }} }}
            supplyChain(financialYear: \"2025/26\") {{ links(first: 50) {{ totalCount nodes {{ {LINK}
                payments(first: 9) {{ totalCount }}
                punctuality(financialYear: \"2025/26\") {{ paid late }} }} }} }}
            withheld {{ field reason }} }} }}"
    )
}

async fn read(who: &Actor, contract: &str) -> Answer {
    who.send(&shown(), json!({ "id": contract })).await.ok()
}

/// Begins a preview of `of`'s view: of an agreement, or of a contract.
async fn begin(by: &Actor, root: (&str, &str), of: &Actor) -> Answer {
    let input = json!({ root.0: root.1, "organisation": of.id });
    by.run("beginPreview", input, "preview { accessToken organisation { name } }").await
}

/// The actor in the preview of another's view.
async fn previewing(by: &Actor, root: (&str, &str), of: &Actor) -> Actor {
    let begun = begin(by, root, of).await.ok();
    by.bearing(begun.text("/beginPreview/preview/accessToken"))
}

/// The links that are shown, by service.
fn links(told: &Answer) -> Vec<Value> {
    let links = told.at("/contract/supplyChain/links/nodes").as_array().expect("links");
    links.clone()
}

fn value_of(link: &Value) -> (Value, Value) {
    let withheld = link["withheld"].as_array().expect("what is withheld").iter();
    let mut why = withheld.filter(|it| it["field"] == "value").map(|it| it["reason"].clone());
    (link["value"].clone(), why.next().unwrap_or_default())
}

/// A month paid, and a reading that nobody has validated yet.
async fn paid(world: &World) -> Paid {
    let paid = Paid::block(world).await;
    paid.run(1, "one").await.ok();
    paid.approve(1).await.ok();
    let measure = json!({
        "reference": "FLOW", "name": "Flow", "kind": "OUTCOME", "unit": "per cent", "weight": 0,
        "direction": "HIGHER_IS_BETTER", "threshold": "0", "target": "97.5", "scoring": "LINEAR",
    });
    let framework = paid.input(json!({ "effectiveOn": "2025-04-01", "domains": [],
        "further": [measure], "cutOffDays": 90, "decision": decision() }));
    paid.board.run("defineOutcomeFramework", framework, "framework { number }").await.ok();
    let reading = paid.input(json!({ "measure": "FLOW", "financialYear": "2025/26",
        "reading": "50", "evidence": "Dashboard" }));
    paid.trust.run("submitMeasurement", reading, "measurement { number }").await.ok();
    paid
}

both_databases! {
    async fn v7_the_commissioner_that_leads_previews_what_an_associate_reads(world: World) {
        let chain = Chain::on(&world).await;
        chain.four_tiers().await;
        let root = chain.id();
        let own = read(&chain.associate, &root).await;
        let preview =
            previewing(&chain.commissioner, ("contract", &root), &chain.associate).await;
        assert_eq!(read(&preview, &root).await.0, own.0);
        assert_eq!(links(&own).len(), 5);
        let who = "{ viewer { actingAs { name } previewedBy { name } permissions } }";
        assert_eq!(preview.ask(who).await.ok().at("/viewer"), &json!({
            "actingAs": { "name": "Council" }, "previewedBy": { "name": "Board" },
            "permissions": ["READ"],
        }));
    }

    async fn v7_a_preview_shows_no_price_that_whoever_previews_does_not_read(world: World) {
        let chain = Chain::on(&world).await;
        chain.four_tiers().await;
        let root = chain.id();
        let mut open = chain.link(&root, &chain.sellers[1]);
        open["service"] = json!("Open");
        open["isOpenBook"] = json!(true);
        open["reference"] = json!("OPEN");
        chain.record(&chain.lead, open).await.ok();
        let own = links(&read(&chain.lead, &root).await);
        let preview = previewing(&chain.commissioner, ("contract", &root), &chain.lead).await;
        let told = read(&preview, &root).await;
        let shown = links(&told);
        assert_eq!(own.len(), 6);
        for (own, shown) in own.iter().zip(&shown) {
            assert_eq!(own["id"], shown["id"]);
            assert_eq!(own["service"], shown["service"], "the rest is present");
            let expected = match (own["tier"].as_i64(), own["service"].as_str()) {
                (Some(1), Some("Open")) => value_of(own),
                (Some(1), _) => {
                    assert_eq!(value_of(own).1, Value::Null, "the lead reads what it pays");
                    let band = json!({ "amount": null, "valueBand": shown["value"]["valueBand"],
                        "fromBasisPoints": null, "toBasisPoints": null });
                    assert_ne!(band["valueBand"], Value::Null);
                    (band, json!("SUMMARY_ONLY"))
                }
                _ => value_of(own),
            };
            assert_eq!(value_of(shown), expected, "{shown}");
        }
        assert_eq!(told.at("/contract/wholeValue"), read(&chain.lead, &root).await.at("/contract/wholeValue"));
    }

    async fn v7_a_preview_of_a_sellers_view_has_its_link_and_no_single_payment(world: World) {
        let chain = Chain::on(&world).await;
        let ids = chain.four_tiers().await;
        let link = &ids[1];
        let paid = json!({
            "subcontract": link, "invoiceReference": "1", "invoiceReceivedOn": "2025-05-01",
            "amount": "100.00", "paidOn": "2025-05-20", "idempotencyKey": "1",
        });
        chain.sellers[0].run("recordChainPayment", paid, "payment { id }").await.ok();
        let document = format!(
            "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Subcontract {{ {LINK}
                payments(first: 9) {{ totalCount }} }} }} }}"
        );
        let ask = async |who: &Actor| {
            let asked = json!({ "ids": ids.clone() });
            who.send(&document, asked).await.ok().at("/nodes").clone()
        };
        let seller = &chain.sellers[1];
        let preview = previewing(&chain.commissioner, ("contract", &chain.id()), seller).await;
        let (own, shown) = (ask(seller).await, ask(&preview).await);
        for (place, is_own) in [false, true, true, false, false].into_iter().enumerate() {
            assert_eq!(own[place].is_null(), !is_own, "{place}");
            assert_eq!(shown[place].is_null(), !is_own, "{place}");
        }
        assert_eq!(own[1]["value"]["amount"], json!("300000.00"));
        assert_eq!(own[1]["payments"], json!({ "totalCount": 1 }));
        assert_eq!(value_of(&shown[1]).1, json!("SUMMARY_ONLY"));
        assert_eq!(shown[1]["value"]["amount"], Value::Null);
        assert_eq!(shown[1]["value"]["valueBand"], json!("FROM100_THOUSAND"));
        assert_eq!(shown[1]["payments"], Value::Null);
        assert_eq!(shown[1]["stage"], own[1]["stage"]);
        assert!(preview.contract(&chain.id()).await.is_null(), "it does not see the head contract");
    }

    async fn v7_a_host_previews_the_contracts_of_its_agreement(world: World) {
        let paid = paid(&world).await;
        let host = paid.books.host();
        let root = ("agreement", paid.books.agreement.as_str());
        for other in [paid.books.partner(1), paid.books.partner(2)] {
            let own = read(other, &paid.contract).await;
            let preview = previewing(host, root, other).await;
            let mut told = read(&preview, &paid.contract).await.0;
            let mut own = own.0;
            for answer in [&mut told, &mut own] {
                // A reading that is not validated is the commissioner's that leads, and not the host's.
                answer["data"]["contract"]["pay"]["measurements"].take();
            }
            assert_eq!(told["data"], own["data"], "and what they cost differs as they do");
        }
        let own = read(&paid.trust, &paid.contract).await;
        let told = read(&previewing(host, root, &paid.trust).await, &paid.contract).await;
        assert_eq!(own.at("/contract/pay/measurements"), &json!([{ "number": 1, "reading": "50" }]));
        assert_eq!(told.at("/contract/pay/measurements"), &json!([]), "it was not validated");
        assert_eq!(told.at("/contract/pay/paymentRuns"), own.at("/contract/pay/paymentRuns"));
        assert_ne!(told.at("/contract/pay/paymentRuns"), &json!([]));
        let leads = previewing(&paid.board, ("contract", &paid.contract), &paid.trust).await;
        let told = read(&leads, &paid.contract).await;
        assert_eq!(told.at("/contract/pay/measurements"), own.at("/contract/pay/measurements"));
    }

    async fn v7_a_preview_of_a_contract_has_nothing_of_another_and_nothing_of_its_agreement(
        world: World
    ) {
        let paid = Paid::block(&world).await;
        let board = &paid.board;
        let mut other = drafted("C/2", &[(board, 1)], &[&paid.trust]);
        other["startsOn"] = json!("2026-04-01");
        let other = board.draft(other).await;
        board.step("awardContract", &other, "2026-04-10", json!({})).await.ok();
        assert!(!paid.trust.contract(&other).await.is_null());
        let of = ("contract", paid.contract.as_str());
        let preview = previewing(board, of, &paid.trust).await;
        assert!(!preview.contract(&paid.contract).await.is_null());
        assert!(preview.contract(&other).await.is_null());
        let partner = previewing(board, of, paid.books.host()).await;
        let told = read(&partner, &paid.contract).await;
        assert_eq!(told.at("/contracts/totalCount"), &json!(1));
        assert_eq!(told.at("/contract/agreement"), &Value::Null);
        let funds = "{ pooledFunds(first: 9) { totalCount } }";
        assert_eq!(partner.ask(funds).await.ok().at("/pooledFunds/totalCount"), &json!(0));
        // Of the host's preview of its agreement a contract beside it is no part.
        let hosts = ("agreement", paid.books.agreement.as_str());
        let preview = previewing(paid.books.host(), hosts, &paid.trust).await;
        assert!(preview.contract(&other).await.is_null());
    }

    async fn v7_only_who_leads_the_commissioners_previews_a_contract(world: World) {
        let paid = Paid::block(&world).await;
        let (board, contract) = (&paid.board, paid.contract.as_str());
        for who in [&paid.borough, paid.books.host(), &paid.trust] {
            let refused = begin(who, ("contract", contract), &paid.trust).await;
            assert_eq!(refused.problem(), "NOT_ALLOWED");
        }
        let stranger = world.organisation("Elsewhere", OrganisationKind::NhsTrust).await;
        let stranger = world.actor(stranger, &[Role::Commissioner]).await;
        let refused = begin(&stranger, ("contract", contract), &paid.trust).await;
        assert_eq!((refused.problem(), refused.problem_path()), ("NOT_FOUND".into(), "contract".into()));
        let refused = begin(board, ("contract", contract), &stranger).await;
        assert_eq!(refused.problem_path(), "organisation");
        for neither in [json!({}), json!({ "contract": contract, "agreement": paid.books.agreement })] {
            let mut input = neither;
            input["organisation"] = json!(paid.trust.id);
            let refused = board.run("beginPreview", input, "preview { accessToken }").await;
            assert_eq!(refused.problem_path(), "agreement");
        }
        let can = "query($id: ID!) { contract(id: $id) { viewerCan { preview { allowed } } } }";
        for (who, allowed) in [(board, true), (&paid.borough, false), (&paid.trust, false)] {
            let told = who.send(can, json!({ "id": contract })).await.ok();
            assert_eq!(told.at("/contract/viewerCan/preview/allowed"), &json!(allowed));
        }
    }

    async fn v7_whoever_is_shut_out_of_a_contract_previews_nothing_of_it(world: World) {
        let paid = Paid::block(&world).await;
        let contract = ("contract", paid.contract.as_str());
        let colleague = paid.board.colleague(&world, 71, &[Role::Commissioner]).await;
        let begun = previewing(&colleague, contract, &paid.trust).await;
        assert!(!begun.contract(&paid.contract).await.is_null());
        colleague.is_excluded(&paid.contract, &paid.trust).await;
        assert_eq!(begin(&colleague, contract, &paid.trust).await.problem(), "NOT_ALLOWED");
        let document = format!("{{ contract(id: \"{}\") {{ id }} }}", paid.contract);
        assert_eq!(begun.ask(&document).await.problem(), "UNAUTHENTICATED", "it has ended");
    }

    async fn v7_a_host_that_provides_under_a_contract_previews_nothing_of_it(world: World) {
        let paid = Paid::awarded(&world).await;
        let (board, host) = (&paid.board, paid.books.host());
        let mut own = drafted("C/2", &[(board, 1)], &[host]);
        own["agreement"] = json!(paid.books.agreement);
        let own = board.draft(own).await;
        let hosts = ("agreement", paid.books.agreement.as_str());
        let partner = paid.books.partner(2);
        assert!(!partner.contract(&own).await.is_null(), "partners read drafts");
        let preview = previewing(host, hosts, partner).await;
        assert!(preview.contract(&own).await.is_null(), "and a provider does not");
        board.step("awardContract", &own, "2026-04-10", json!({})).await.ok();
        assert!(preview.contract(&own).await.is_null());
        assert!(!preview.contract(&paid.contract).await.is_null());
    }

    async fn v7_the_preview_of_a_contract_is_in_the_trail(world: World) {
        let paid = Paid::block(&world).await;
        begin(&paid.board, ("contract", &paid.contract), &paid.trust).await.ok();
        let trail = r#"{ auditTrail(first: 10, where: { action: { eq: "beginPreview" } }) {
            nodes { action objectKind } } }"#;
        let acts = json!([{ "action": "beginPreview", "objectKind": "Organisation" }]);
        for (who, expected) in
            [(&paid.board, &acts), (paid.books.host(), &acts), (&paid.trust, &json!([]))]
        {
            let auditor = world.actor(who.organisation, &[Role::Auditor]).await;
            assert_eq!(auditor.ask(trail).await.ok().at("/auditTrail/nodes"), expected);
        }
    }

    async fn c11_no_payment_of_a_link_is_found_by_its_identity_in_a_preview(world: World) {
        let chain = Chain::on(&world).await;
        let link = id_of(&chain.record(&chain.lead, chain.link(&chain.id(), &chain.sellers[0])).await.ok());
        let paid = json!({
            "subcontract": link, "invoiceReference": "1", "invoiceReceivedOn": "2025-05-01",
            "amount": "100.00", "paidOn": "2025-05-20", "idempotencyKey": "1",
        });
        let made = chain.lead.run("recordChainPayment", paid, "payment { id }").await.ok();
        let payment = made.payload()["payment"]["id"].clone();
        let document = "query($id: ID!) { node(id: $id) { id } }";
        let preview = previewing(&chain.commissioner, ("contract", &chain.id()), &chain.lead).await;
        for (who, found) in [(&chain.lead, true), (&preview, false), (&chain.commissioner, false)] {
            let told = who.send(document, json!({ "id": payment })).await.ok();
            assert_eq!(told.at("/node").is_null(), !found);
        }
    }
}
