//! The memorandum account of a fund and a year: what every partner needs to account for its own
//! share, and how each says that it does (rules M8, M11, M15).

use entities::{membership::Role, organisation::OrganisationKind, relation::RelationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases};

const ACCOUNT: &str = "asOf knownAt openingBalance totalIncome totalExpenditure closingBalance
    ofEarlierYears
    income(first: 9) { nodes { partner { id } sourceCode invoiced refunded net } }
    expenditure(first: 9) { nodes { schemeReference spent refunded ofPriorYears net } }
    shares { partner { id } contributed metItself expenditure balance
        accountingTreatment { treatment statedBy { id } statedOn } }
    heldByHost { cash receivable payable accrued reserve inAdvance total }";

/// Two partners: money invoiced and received, spent by the host and by the partner.
async fn scene(world: &World) -> Books {
    let books = Books::open(world, &["Host", "Council"]).await;
    let own = books.contribution(0, "1000.00").await;
    let other = books.contribution(1, "600.00").await;
    for (contribution, amount, key) in [(&own, "1000.00", "1"), (&other, "600.00", "2")] {
        let on = ("2025-04-03", key);
        let _ = books.pay("invoiceContribution", contribution, (amount, on.0, on.1)).await.ok();
    }
    let _ = books.pay("receiveContribution", &own, ("1000.00", "2025-05-03", "3")).await.ok();
    let _ = books.pay("refundContribution", &own, ("50.00", "2025-06-03", "4")).await.ok();
    let schemes =
        [books.scheme("1", "900.00", &[1, 2]).await, books.scheme("2", "300.00", &[1, 1]).await];
    let _ = books.spend(&schemes[0], "400.01", "2025-05-10", "5").await.ok();
    let mut by_council = Books::expenditure(&schemes[1], "120.00", "2025-06-10", "6");
    by_council["spentBy"] = json!(books.partner(1).id);
    let _ = books.host().run("recordExpenditure", by_council, "transaction { id }").await.ok();
    books
}

async fn account(books: &Books, reader: &Actor, arguments: &str) -> Value {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{
            memorandumAccount(financialYear: "2025/26" {arguments}) {{ {ACCOUNT} }}
            withheld {{ field }} }} }}"#,
        books.reference
    );
    reader.ask(&document).await.ok().at("/pooledFund").clone()
}

async fn state(by: &Actor, books: &Books, partner: &Actor, treatment: &str) -> Answer {
    let input = json!({
        "fund": books.fund, "financialYear": "2025/26", "partner": partner.id,
        "treatment": treatment,
    });
    by.run("stateAccountingTreatment", input, "treatment { treatment statedOn }").await
}

both_databases! {
    async fn m15_the_account_adds_up_and_the_host_holds_what_is_left(world: World) {
        let books = scene(&world).await;
        let (host, council) = (books.host(), books.partner(1));
        let read = account(&books, council, "").await;
        let account = &read["memorandumAccount"];
        assert_eq!(account["asOf"], "2026-03-31");
        assert_eq!(account["openingBalance"], "0.00");
        assert_eq!(account["totalIncome"], "1670.00", "1000 + 600 − 50 + 120 spent by the council");
        assert_eq!(account["totalExpenditure"], "520.01");
        assert_eq!(account["closingBalance"], "1149.99");
        assert_eq!(account["heldByHost"], json!({ "cash": "549.99", "receivable": "600.00",
            "payable": "0.00", "accrued": "0.00", "reserve": "0.00", "inAdvance": "0.00",
            "total": "1149.99" }));
        assert_eq!(account["ofEarlierYears"], "0.00");
        assert_eq!(account["expenditure"]["nodes"], json!([
            { "schemeReference": "1", "spent": "400.01", "refunded": "0.00",
              "ofPriorYears": "0.00", "net": "400.01" },
            { "schemeReference": "2", "spent": "120.00", "refunded": "0.00",
              "ofPriorYears": "0.00", "net": "120.00" }]));
        let share = |who: &Actor, of: [&str; 4]| json!({ "partner": { "id": who.id },
            "contributed": of[0], "metItself": of[1], "expenditure": of[2], "balance": of[3],
            "accountingTreatment": null });
        assert_eq!(account["shares"], json!([
            share(host, ["950.00", "0.00", "193.34", "756.66"]),
            share(council, ["600.00", "120.00", "326.67", "393.33"])]));
        assert_eq!(account["income"]["nodes"][0]["refunded"], "50.00");
    }

    async fn m8_the_account_of_an_instant_stays_as_it_was(world: World) {
        let books = scene(&world).await;
        let read = account(&books, books.host(), "").await;
        let known_at = read["memorandumAccount"]["knownAt"].as_str().expect("an instant").to_owned();
        let scheme = books.scheme("3", "10.00", &[1]).await;
        let _ = books.spend(&scheme, "9.00", "2025-05-10", "later").await.ok();
        let _ = state(books.host(), &books, books.host(), "As a joint operation").await.ok();
        let again = account(&books, books.host(), &format!(r#"knownAt: "{known_at}""#)).await;
        assert_eq!(again["memorandumAccount"], read["memorandumAccount"]);
        let now = account(&books, books.host(), "").await;
        assert_eq!(now["memorandumAccount"]["totalExpenditure"], "529.01");
    }

    async fn what_is_brought_in_from_outside_opens_the_account(world: World) {
        let books = scene(&world).await;
        let input = json!({
            "fund": books.fund, "effective": { "effectiveOn": "2025-04-01" },
            "description": "Brought in", "idempotencyKey": "opening",
            "lines": [{ "account": "CASH", "amount": "70.00" },
                { "account": "CARRIED_FORWARD", "amount": "-70.00" }],
        });
        let _ = books.host().run("postJournal", input, "transaction { id }").await.ok();
        let read = account(&books, books.host(), "").await;
        let account = &read["memorandumAccount"];
        assert_eq!((&account["openingBalance"], &account["closingBalance"]), (&json!("70.00"), &json!("1219.99")));
        assert_eq!((&account["heldByHost"]["total"], &account["ofEarlierYears"]), (&json!("1219.99"), &json!("0.00")));
    }

    async fn each_partner_states_how_it_accounts_for_its_share_and_the_last_counts(world: World) {
        let books = scene(&world).await;
        let (host, council) = (books.host(), books.partner(1));
        let _ = state(host, &books, council, "Not known yet").await.ok();
        let _ = state(council, &books, council, " As a joint operation ").await.ok();
        let other = state(council, &books, host, "As a loan").await;
        assert_eq!((other.problem().as_str(), other.problem_path().as_str()), ("NOT_ALLOWED", "partner"));
        assert_eq!(state(council, &books, council, " ").await.problem_path(), "treatment");
        let trail = r#"{ auditTrail(first: 9, where: { action: { eq: "stateAccountingTreatment" } }) {
            totalCount } }"#;
        let trail = world.again(host).await.ask(trail).await.ok();
        assert_eq!(trail.at("/auditTrail/totalCount"), &json!(2));
        let read = account(&books, host, "").await;
        let shares = &read["memorandumAccount"]["shares"];
        assert_eq!(shares[0]["accountingTreatment"], Value::Null);
        assert_eq!(shares[1]["accountingTreatment"], json!({ "treatment": "As a joint operation",
            "statedBy": { "id": council.id }, "statedOn": "2025-10-01" }));
    }

    async fn who_does_not_read_all_that_enters_does_not_read_the_account(world: World) {
        let books = scene(&world).await;
        for kind in [RelationKind::BoardMember, RelationKind::Observer, RelationKind::Party] {
            let id = world.organisation("Reader", OrganisationKind::Other).await;
            books.relate(&world, (kind, id), ("2025-04-01", None)).await;
            let reader = world.actor(id, &[Role::Viewer]).await;
            let read = account(&books, &reader, "").await;
            assert_eq!(read["memorandumAccount"], Value::Null, "{kind:?}");
            let withheld = read["withheld"].as_array().expect("a list");
            assert!(withheld.contains(&json!({ "field": "memorandumAccount" })), "{kind:?}");
        }
    }
}
