//! What buyers of links of supply chains paid their sellers: recorded by the one, confirmed by the
//! other, and how punctually for those above (rule C11).

use entities::membership::Role;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{
    Actor, Answer, both_databases,
    chain::{Chain, id_of},
};
use tributary::service::verify;

const PAYMENT: &str =
    "id invoiceReference invoiceReceivedOn amount paidOn paymentDays dueOn daysLate
    state isOnBehalf receivedOn reason version
    viewerCan { answer { allowed } withdraw { allowed } }";
const FIGURES: &str = "financialYear paid confirmed contested late withoutTerms shareInTime
    mostDaysLate withheld { field reason }";

/// A payment as it is recorded: £100.00 for an invoice of 1 May, paid on a day.
fn paid(link: &str, invoice: &str, paid_on: &str) -> Value {
    json!({
        "subcontract": link, "invoiceReference": invoice, "invoiceReceivedOn": "2025-05-01",
        "amount": "100.00", "paidOn": paid_on, "idempotencyKey": format!("{link} {invoice} {paid_on}"),
    })
}

async fn pay(who: &Actor, input: Value) -> Answer {
    who.run("recordChainPayment", input, &format!("payment {{ {PAYMENT} }}")).await
}

/// Records payments for invoices of 1 May, and answers with the identities.
async fn pay_all(who: &Actor, link: &str, days: &[&str]) -> Vec<String> {
    let mut payments = Vec::new();
    for (place, day) in days.iter().enumerate() {
        let answer = pay(who, paid(link, &format!("INV {place}"), day)).await.ok();
        payments.push(answer.payload()["payment"]["id"].as_str().expect("an id").to_owned());
    }
    payments
}

async fn say(who: &Actor, deed: &str, payment: &str, version: i32) -> Answer {
    let mut input = json!({ "payment": payment, "expectedVersion": version });
    if deed == "confirmChainPayment" {
        input["receivedOn"] = json!("2025-06-30");
    } else {
        input["reason"] = json!("It never came");
    }
    who.run(deed, input, &format!("payment {{ {PAYMENT} }}")).await
}

/// What somebody reads of a link: its payments and their punctuality in 2025/26.
async fn read(who: &Actor, link: &str) -> Value {
    let document = format!(
        r#"{{ node(id: "{link}") {{ ... on Subcontract {{ payments(first: 50) {{ totalCount
            nodes {{ invoiceReference amount state }} }}
            punctuality(financialYear: "2025/26") {{ {FIGURES} }} withheld {{ field reason }} }} }} }}"#
    );
    who.ask(&document).await.ok().at("/node").clone()
}

/// What somebody reads of the punctuality down the whole chain.
async fn down_the_chain(who: &Actor, chain: &Chain) -> Value {
    let document = format!(
        r#"{{ contract(id: "{}") {{ paymentPunctuality(financialYear: "2025/26") {{
            whole {{ {FIGURES} }} byTier {{ tier punctuality {{ {FIGURES} }} }} }} }} }}"#,
        chain.id()
    );
    who.ask(&document).await.ok().at("/contract/paymentPunctuality").clone()
}

/// A link directly under the head contract, with 30 days to pay.
async fn first_link(chain: &Chain) -> String {
    let mut input = chain.link(&chain.id(), &chain.sellers[0]);
    input["paymentDays"] = json!(30);
    id_of(&chain.record(&chain.lead, input).await.ok())
}

/// Four tiers and a link beside the first, each with 30 days to pay.
async fn chain_with_terms(chain: &Chain) -> Vec<String> {
    let mut links = Vec::new();
    let (mut buyer, mut under) = (&chain.lead, chain.id());
    for seller in &chain.sellers[..4] {
        let mut input = chain.link(&under, seller);
        (input["paymentDays"], input["values"]) = (json!(30), json!([]));
        under = id_of(&chain.record(buyer, input).await.ok());
        links.push(under.clone());
        buyer = seller;
    }
    let mut beside = chain.link(&chain.id(), &chain.sellers[4]);
    beside["paymentDays"] = json!(30);
    links.push(id_of(&chain.record(&chain.lead, beside).await.ok()));
    links
}

fn withheld(of: &Value, field: &str) -> Value {
    let rows = of["withheld"].as_array().expect("a list").iter();
    let mut reason = rows.filter(|it| it["field"] == field).map(|it| it["reason"].clone());
    reason.next_back().unwrap_or(Value::Null)
}

both_databases! {
    async fn c11_a_buyer_records_what_it_paid_and_its_seller_confirms_or_contests(world: World) {
        let chain = Chain::on(&world).await;
        let (link, seller) = (first_link(&chain).await, &chain.sellers[0]);
        let mut input = paid(&link, " INV 7 ", "2025-06-02");
        input["isOnBehalf"] = json!(true);
        let said = pay(&chain.lead, input).await.ok().payload()["payment"].clone();
        let id = said["id"].as_str().expect("an id");
        assert_eq!((&said["invoiceReference"], &said["amount"]), (&json!("INV 7"), &json!("100.00")));
        assert_eq!((&said["dueOn"], &said["daysLate"]), (&json!("2025-05-31"), &json!(2)));
        assert_eq!((&said["state"], &said["isOnBehalf"]), (&json!("RECORDED"), &json!(true)));
        assert_eq!((&said["version"], &said["receivedOn"]), (&json!(1), &Value::Null));
        let can = json!({ "answer": { "allowed": false }, "withdraw": { "allowed": true } });
        assert_eq!(said["viewerCan"], can);

        let contested = say(seller, "contestChainPayment", id, 1).await.ok();
        let contested = &contested.payload()["payment"];
        assert_eq!((&contested["state"], &contested["version"]), (&json!("CONTESTED"), &json!(2)));
        assert_eq!((&contested["reason"], &contested["isOnBehalf"]), (&json!("It never came"), &json!(true)));
        assert_eq!(say(seller, "confirmChainPayment", id, 1).await.problem(), "STALE_VERSION");
        assert_eq!(say(seller, "contestChainPayment", id, 2).await.problem(), "ALREADY_DONE");
        let confirmed = say(seller, "confirmChainPayment", id, 2).await.ok();
        let confirmed = &confirmed.payload()["payment"];
        assert_eq!((&confirmed["state"], &confirmed["receivedOn"]), (&json!("CONFIRMED"), &json!("2025-06-30")));
        assert_eq!((&confirmed["isOnBehalf"], &confirmed["reason"]), (&json!(false), &Value::Null));
        assert_eq!(say(seller, "confirmChainPayment", id, 3).await.problem(), "ALREADY_DONE");
        for acts in ["recordChainPayment", "contestChainPayment", "confirmChainPayment"] {
            let trail = format!(
                r#"{{ auditTrail(first: 10, where: {{ action: {{ eq: "{acts}" }} }}) {{ totalCount }} }}"#
            );
            let who = if acts == "recordChainPayment" { &chain.lead } else { seller };
            assert_eq!(who.ask(&trail).await.ok().at("/auditTrail/totalCount"), 1, "{acts}");
        }
        verify::verify(&world.database).await.expect("the views are what the links give");
    }

    async fn c11_a_wrong_payment_is_withdrawn_and_recorded_again(world: World) {
        let chain = Chain::on(&world).await;
        let (link, seller) = (first_link(&chain).await, &chain.sellers[0]);
        let wrong = pay_all(&chain.lead, &link, &["2025-05-20"]).await.remove(0);
        let again = paid(&link, "INV 0", "2025-05-21");
        let refused = pay(&chain.lead, again.clone()).await;
        assert_eq!(refused.refusal(), ("ALREADY_EXISTS".into(), "invoiceReference".into()));
        assert_eq!(say(seller, "withdrawChainPayment", &wrong, 1).await.problem(), "NOT_ALLOWED");
        let _ = say(seller, "confirmChainPayment", &wrong, 1).await.ok();
        assert_eq!(say(&chain.lead, "withdrawChainPayment", &wrong, 2).await.problem(), "INVALID_VALUE");
        let _ = say(seller, "contestChainPayment", &wrong, 2).await.ok();
        let withdrawn = say(&chain.lead, "withdrawChainPayment", &wrong, 3).await.ok();
        assert_eq!(withdrawn.payload()["payment"]["state"], "WITHDRAWN");
        for deed in ["confirmChainPayment", "contestChainPayment"] {
            assert_eq!(say(seller, deed, &wrong, 4).await.problem(), "ALREADY_DONE", "{deed}");
        }
        let _ = pay(&chain.lead, again).await.ok();
        let seen = read(seller, &link).await;
        let states = json!([
            { "invoiceReference": "INV 0", "amount": "100.00", "state": "WITHDRAWN" },
            { "invoiceReference": "INV 0", "amount": "100.00", "state": "RECORDED" },
        ]);
        assert_eq!((&seen["payments"]["nodes"], &seen["payments"]["totalCount"]), (&states, &json!(2)));
        assert_eq!(seen["punctuality"]["paid"], 1, "what was withdrawn does not count");
    }

    async fn c11_what_is_no_payment_is_refused_and_nothing_is_written(world: World) {
        let chain = Chain::on(&world).await;
        let (link, seller) = (first_link(&chain).await, &chain.sellers[0]);
        let refused = async |who: &Actor, change: Value| {
            let mut input = paid(&link, "INV 1", "2025-05-20");
            for (field, value) in change.as_object().expect("fields") {
                input[field] = value.clone();
            }
            input["idempotencyKey"] = json!(change.to_string());
            pay(who, input).await.refusal()
        };
        let said = |code: &str, path: &str| (code.to_owned(), path.to_owned());
        let lead = &chain.lead;
        let early = json!({ "invoiceReceivedOn": "2025-03-31" });
        assert_eq!(refused(lead, early).await, said("INVALID_DATE", "invoiceReceivedOn"));
        let late = json!({ "paidOn": "2025-10-02" });
        assert_eq!(refused(lead, late).await, said("INVALID_DATE", "paidOn"));
        let before = json!({ "paidOn": "2025-04-30" });
        assert_eq!(refused(lead, before).await, said("INVALID_DATE", "paidOn"));
        for amount in ["0.00", "-5.00"] {
            let nothing = refused(lead, json!({ "amount": amount })).await;
            assert_eq!(nothing, said("NOT_POSITIVE", "amount"), "{amount}");
        }
        let unnamed = refused(lead, json!({ "invoiceReference": " " })).await;
        assert_eq!(unnamed, said("INVALID_VALUE", "invoiceReference"));
        // A seller records nothing for its buyer, and nobody for others.
        for who in [seller, &chain.commissioner, &chain.associate] {
            assert_eq!(refused(who, json!({})).await.0, "NOT_ALLOWED");
        }
        for who in [&chain.sellers[4], &chain.stranger] {
            assert_eq!(refused(who, json!({})).await, said("NOT_FOUND", "subcontract"));
        }
        let clerk = world.actor(lead.organisation, &[Role::Commissioner, Role::Approver]).await;
        assert_eq!(refused(&clerk, json!({})).await.0, "NOT_ALLOWED");
        let mut dry = paid(&link, "INV 1", "2025-05-20");
        dry["dryRun"] = json!(true);
        let _ = pay(lead, dry).await.ok();
        assert_eq!(read(lead, &link).await["payments"]["totalCount"], 0, "nothing was written");

        let finance = world.actor(lead.organisation, &[Role::Finance]).await;
        let payment = pay_all(&finance, &link, &["2025-05-20"]).await.remove(0);
        let by_buyer = say(lead, "confirmChainPayment", &payment, 1).await;
        assert_eq!(by_buyer.problem(), "NOT_ALLOWED", "a buyer confirms nothing of its own");
        for hidden in [&chain.commissioner, &chain.associate, &chain.sellers[4], &chain.stranger] {
            let answer = say(hidden, "confirmChainPayment", &payment, 1).await;
            assert_eq!(answer.refusal(), said("NOT_FOUND", "payment"));
        }
        for day in ["2025-05-19", "2025-10-02"] {
            let input = json!({ "payment": payment, "expectedVersion": 1, "receivedOn": day });
            let answer = seller.run("confirmChainPayment", input, "payment { id }").await;
            assert_eq!(answer.refusal(), said("INVALID_DATE", "receivedOn"), "{day}");
        }
        let input = json!({ "payment": payment, "expectedVersion": 1, "reason": " " });
        let answer = seller.run("contestChainPayment", input, "payment { id }").await;
        assert_eq!(answer.refusal(), said("INVALID_VALUE", "reason"));
        assert_eq!(read(seller, &link).await["payments"]["nodes"][0]["state"], "RECORDED");
    }

    async fn c3_nothing_is_paid_under_a_material_link_before_it_was_approved(world: World) {
        let chain = Chain::on(&world).await;
        let mut input = chain.link(&chain.id(), &chain.sellers[0]);
        input["isMaterial"] = json!(true);
        let link = id_of(&chain.record(&chain.lead, input).await.ok());
        let refused = pay(&chain.lead, paid(&link, "INV 1", "2025-05-20")).await;
        assert_eq!(refused.refusal(), ("INVALID_DATE".into(), "invoiceReceivedOn".into()));
    }

    async fn m14_the_same_key_answers_with_the_first_payment(world: World) {
        let chain = Chain::on(&world).await;
        let link = first_link(&chain).await;
        let first = pay(&chain.lead, paid(&link, "INV 1", "2025-05-20")).await.ok();
        let again = pay(&chain.lead, paid(&link, "INV 1", "2025-05-20")).await.ok();
        assert_eq!(first.payload()["payment"], again.payload()["payment"]);
        let mut other = paid(&link, "INV 1", "2025-05-20");
        other["amount"] = json!("100.01");
        assert_eq!(pay(&chain.lead, other).await.problem(), "IDEMPOTENCY_KEY_REUSED");
        assert_eq!(read(&chain.lead, &link).await["payments"]["totalCount"], 1);
    }

    async fn c11_of_two_who_race_one_is_taken(world: World) {
        let chain = Chain::on(&world).await;
        let (link, seller) = (first_link(&chain).await, &chain.sellers[0]);
        let input = |key: &str| {
            let mut input = paid(&link, "INV 1", "2025-05-20");
            input["idempotencyKey"] = json!(key);
            input
        };
        let (one, two) = tokio::join!(pay(&chain.lead, input("a")), pay(&chain.lead, input("b")));
        let taken = |answer: &Answer| answer.payload()["payment"].is_object();
        assert!(taken(&one) != taken(&two), "one of the two is recorded: {one:?} {two:?}");
        let (first, late) = if taken(&one) { (&one, &two) } else { (&two, &one) };
        assert_eq!(late.problem(), "ALREADY_EXISTS");
        let payment = first.payload()["payment"]["id"].as_str().expect("an id");
        let (one, two) = tokio::join!(
            say(seller, "confirmChainPayment", payment, 1),
            say(seller, "contestChainPayment", payment, 1),
        );
        assert!(taken(&one) != taken(&two), "one of the two is said: {one:?} {two:?}");
        let late = if taken(&one) { &two } else { &one };
        assert_eq!(late.problem(), "STALE_VERSION");
    }

    async fn g5_who_follows_a_party_of_a_link_pays_and_confirms_in_its_place(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain_with_terms(&chain).await;
        let (closed, heir) = (&chain.sellers[0], &chain.stranger);
        let before = pay_all(&chain.lead, &links[0], &["2025-05-20"]).await.remove(0);
        let own = pay_all(closed, &links[1], &["2025-05-20"]).await.remove(0);
        assert_eq!(say(heir, "confirmChainPayment", &before, 1).await.problem(), "NOT_FOUND");
        chain.succeed(&world, (closed, heir), "2025-09-01").await;
        let _ = say(heir, "confirmChainPayment", &before, 1).await.ok();
        let _ = pay(heir, paid(&links[1], "INV 9", "2025-09-20")).await.ok();
        let _ = say(heir, "withdrawChainPayment", &own, 1).await.ok();
        let denied = pay(closed, paid(&links[1], "INV 8", "2025-09-20")).await;
        assert_eq!(denied.problem(), "NOT_ALLOWED");
        let seen = read(closed, &links[1]).await;
        assert_eq!(seen["payments"]["totalCount"], 0, "it was recorded after the end of its days");
        assert_eq!(read(heir, &links[1]).await["payments"]["totalCount"], 2);
    }

    async fn c11_those_above_see_how_punctually_was_paid_and_no_amount(world: World) {
        let chain = Chain::on(&world).await;
        let (link, seller) = (first_link(&chain).await, &chain.sellers[0]);
        let days = ["2025-05-31", "2025-06-01", "2025-06-10", "2025-06-20"];
        let payments = pay_all(&chain.lead, &link, &days).await;
        let _ = say(seller, "confirmChainPayment", &payments[0], 1).await.ok();
        let _ = say(seller, "contestChainPayment", &payments[3], 1).await.ok();
        let figures = json!({
            "financialYear": "2025/26", "paid": 3, "confirmed": 1, "contested": 1, "late": 2,
            "withoutTerms": 0, "shareInTime": 3_333, "mostDaysLate": 10, "withheld": [],
        });
        let seen = read(&chain.commissioner, &link).await;
        assert_eq!((&seen["payments"], &seen["punctuality"]), (&Value::Null, &figures));
        assert_eq!(withheld(&seen, "payments"), "SUMMARY_ONLY");
        for party in [&chain.lead, seller] {
            let seen = read(party, &link).await;
            assert_eq!((&seen["payments"]["totalCount"], &seen["punctuality"]), (&json!(4), &figures));
            assert_eq!(seen["withheld"], json!([]));
        }
        let seen = read(&chain.associate, &link).await;
        assert_eq!((&seen["payments"], &seen["punctuality"]), (&Value::Null, &Value::Null));
        assert_eq!(withheld(&seen, "punctuality"), "NOT_A_PARTY");
        for hidden in [&chain.commissioner, &chain.associate, &chain.sellers[1], &chain.stranger] {
            let document = format!(r#"{{ node(id: "{}") {{ id }} }}"#, payments[0]);
            assert_eq!(hidden.ask(&document).await.ok().at("/node"), &Value::Null);
        }
        let document = format!(r#"{{ node(id: "{link}") {{ ... on Subcontract {{
            punctuality(financialYear: "2024/25") {{ paid withheld {{ reason }} }} }} }} }}"#);
        let before = chain.commissioner.ask(&document).await.ok();
        assert_eq!(before.at("/node/punctuality/withheld/0/reason"), "OUTSIDE_YOUR_DAYS");
    }

    async fn v8_one_payment_or_two_are_not_to_be_told_from_figures(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain_with_terms(&chain).await;
        let late = "2025-06-10";
        let _ = pay_all(&chain.lead, &links[0], &["2025-05-20", late]).await;
        let seen = read(&chain.commissioner, &links[0]).await;
        assert_eq!(seen["punctuality"]["paid"], Value::Null);
        assert_eq!(withheld(&seen["punctuality"], "mostDaysLate"), "SUMMARY_ONLY");
        assert_eq!(read(&chain.lead, &links[0]).await["punctuality"]["late"], 1, "it reads its own");
        // Three beside them: what is withheld of the two is not to be had by taking those away.
        let _ = pay_all(&chain.lead, &links[4], &["2025-05-20", "2025-05-21", late]).await;
        assert_eq!(read(&chain.commissioner, &links[4]).await["punctuality"]["paid"], 3);
        let seen = down_the_chain(&chain.commissioner, &chain).await;
        assert_eq!(seen["whole"]["paid"], Value::Null);
        assert_eq!(seen["byTier"][0]["punctuality"]["paid"], Value::Null);
        assert_eq!(down_the_chain(&chain.lead, &chain).await["whole"]["paid"], 5);
        let _ = pay(&chain.lead, paid(&links[0], "INV 9", late)).await.ok();
        let seen = down_the_chain(&chain.commissioner, &chain).await;
        assert_eq!(seen["whole"]["paid"], 6);
        assert_eq!(seen["byTier"][0]["punctuality"]["late"], 3);
    }

    async fn c11_punctuality_down_the_chain_is_of_the_links_that_one_reads(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain_with_terms(&chain).await;
        let buyers = [&chain.lead, &chain.sellers[0], &chain.sellers[1], &chain.sellers[2]];
        let alone = format!(r#"{{ contract(id: "{}") {{ reference }} }}"#, chain.id());
        let document = format!(r#"{{ contract(id: "{}") {{ reference paymentPunctuality(
            financialYear: "2025/26") {{ whole {{ paid }} byTier {{ tier }} }} }} }}"#, chain.id());
        let statements = async |document: &str| {
            let _ = chain.commissioner.ask(document).await.ok();
            let before = world.served.statements_run();
            let _ = chain.commissioner.ask(document).await.ok();
            world.served.statements_run() - before
        };
        let contract = statements(&alone).await;
        for (tier, (buyer, link)) in buyers.iter().zip(&links).enumerate() {
            let _ = pay_all(buyer, link, &["2025-05-20", "2025-06-01", "2025-07-01"]).await;
            let seen = down_the_chain(&chain.commissioner, &chain).await;
            assert_eq!(seen["whole"]["paid"], 3 * (tier + 1));
            assert_eq!(statements(&document).await, contract + 1, "to tier {}", tier + 1);
        }
        let seen = down_the_chain(&chain.commissioner, &chain).await;
        let tiers = seen["byTier"].as_array().expect("tiers");
        assert_eq!(tiers.len(), 4);
        for (place, it) in tiers.iter().enumerate() {
            assert_eq!(it["tier"], place + 1);
            assert_eq!((&it["punctuality"]["late"], &it["punctuality"]["shareInTime"]), (&json!(2), &json!(3_333)));
        }
        let links = |fields: &str| format!(r#"{{ contract(id: "{}") {{ supplyChain {{ links(first: 50) {{
            nodes {{ tier {fields} }} }} }} }} }}"#, chain.id());
        let of_all = "payments(first: 5) { nodes { amount viewerCan { withdraw { allowed } } } }
            punctuality(financialYear: \"2025/26\") { paid }";
        assert_eq!(statements(&links(of_all)).await, statements(&links("")).await + 1);
        // Who holds the contract reads what it pays itself, and its seller what it is paid and pays on.
        let seen = down_the_chain(&chain.lead, &chain).await;
        assert_eq!((&seen["whole"]["paid"], &seen["byTier"][1]), (&json!(3), &Value::Null));
        let seen = down_the_chain(&chain.sellers[0], &chain).await;
        assert_eq!((&seen["whole"]["paid"], &seen["byTier"][1]["tier"]), (&json!(6), &json!(2)));
        let seen = down_the_chain(&chain.associate, &chain).await;
        assert_eq!((&seen["whole"]["paid"], &seen["byTier"]), (&Value::Null, &json!([])));
        assert_eq!(withheld(&seen["whole"], "paid"), "NOT_A_PARTY");
    }

    async fn c11_what_was_paid_is_never_changed_or_deleted(world: World) {
        let chain = Chain::on(&world).await;
        let (link, seller) = (first_link(&chain).await, &chain.sellers[0]);
        let payment = pay_all(&chain.lead, &link, &["2025-05-20"]).await.remove(0);
        let _ = say(seller, "confirmChainPayment", &payment, 1).await.ok();
        for sql in [
            "update chain_payment set amount_pence = 1",
            "delete from chain_payment",
            "update chain_payment_act set number = 2",
            "delete from chain_payment_act",
        ] {
            let outcome = world.database.for_migration().execute_unprepared(sql).await;
            let why = outcome.expect_err("the database refuses").to_string();
            assert!(why.contains("append-only"), "{sql}: {why}");
        }
    }
}
