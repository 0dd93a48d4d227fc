//! What an agreed settlement means: in the books, in who bears what, and for a partner that has left
//! (rules M5, M7, M9, M15, R1 to R6, G5).

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, books::SOURCE, both_databases, posting::decision};
use tributary::service::verify::verify;

const SETTLEMENT: &str = "settlement { id number isAgreed knownAt totals { claimed agreed }
    lines { id amount state partner { id } viewerCan { answer { allowed } } }
    withheld { field reason } }";
const FIGURES: [&str; 6] =
    ["budget", "actual", "committed", "remainingForecast", "forecastOutturn", "variance"];

fn share_of(books: &Books, weights: &[i32]) -> Value {
    let share = |(place, weight): (usize, &i32)| json!({ "party": books.partner(place).id, "weight": weight });
    let shares: Vec<Value> = weights.iter().enumerate().map(share).collect();
    let total: i32 = weights.iter().sum();
    json!({ "mechanism": "FIXED_SHARE", "shareTotal": total, "shares": shares })
}

/// Agrees on a risk share of these funds, with these tiers for an overspend.
async fn agree(books: &Books, funds: &[&str], over: &Value) -> String {
    let input = json!({
        "agreement": books.agreement, "reference": "BCF", "name": "Better Care Fund",
        "funds": funds, "effectiveOn": "2025-04-01", "decision": decision(),
        "rule": { "over": over, "under": [{ "mechanism": "CARRY_FORWARD" }],
            "unstatedCause": "WINDFALL" },
        "idempotencyKey": "risk share",
    });
    let made = books.host().run("recordRiskShare", input, "riskShare { id }").await.ok();
    made.text("/recordRiskShare/riskShare/id").to_owned()
}

/// £1,000.00 put in by the first two of these partners 3 to 2, and £1,100.00 spent.
async fn overspent(world: &World, names: &[&str]) -> Books {
    let books = Books::open(world, names).await;
    books.contribution(0, "600.00").await;
    books.contribution(1, "400.00").await;
    let scheme = books.scheme("S1", "1000.00", &[3, 2]).await;
    books.spend(&scheme, "1100.00", "2025-09-30", "all").await.ok();
    books
}

async fn claim(actor: &Actor, share: &str, key: &str) -> Value {
    let input = json!({ "riskShare": share, "financialYear": "2025/26", "idempotencyKey": key });
    let claimed = actor.run("claimSettlement", input, SETTLEMENT).await.ok();
    claimed.at("/claimSettlement/settlement").clone()
}

async fn accept(actor: &Actor, settlement: &Value, place: usize) -> Answer {
    let line = &settlement["lines"][place]["id"];
    let input = json!({ "line": line, "decision": decision() });
    actor.run("acceptSettlementLine", input, SETTLEMENT).await
}

/// The host's people: one claims, another approves.
async fn hosts_people(world: &World, books: &Books) -> (Actor, Actor) {
    let claims = books.host().colleague(world, 301, &[Role::Finance]).await;
    (claims, books.host().colleague(world, 302, &[Role::Approver]).await)
}

/// What the books of a fund say of settlements: account, partner and amount, in order.
async fn entered(books: &Books, fund: &str) -> Vec<Vec<String>> {
    let document = format!(
        r#"{{ node(id: "{fund}") {{ ... on PooledFund {{
            transactions(first: 100, where: {{ kind: SETTLEMENT }}) {{ nodes {{
                financialYear entries {{ account amount partner {{ name }} }} }} }} }} }} }}"#
    );
    let told = books.host().ask(&document).await.ok();
    let nodes = told.at("/node/transactions/nodes").as_array().expect("transactions").clone();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let transaction = |node: Value| {
        assert_eq!(node["financialYear"], json!("2026/27"), "M9: the settled year stays closed");
        let entry = |it: &Value| {
            let who = text(&it["partner"]["name"]);
            format!("{} {who} {}", text(&it["account"]), text(&it["amount"]))
        };
        let mut entries: Vec<String> =
            node["entries"].as_array().expect("entries").iter().map(entry).collect();
        entries.sort();
        entries
    };
    nodes.into_iter().map(transaction).collect()
}

async fn figures(books: &Books, basis: &str) -> Value {
    let fields = "basis isProvisional total { budget actual variance }
        byPartner(first: 20) { nodes { part partner { name } figures { budget forecastOutturn } } }";
    let arguments = format!(r#"asOf: "2026-03-31", basis: {basis}"#);
    let told = books.position(books.host(), &arguments, fields).await.ok();
    told.at("/pooledFund/position").clone()
}

fn pence(amount: &Value) -> i64 {
    let text = amount.as_str().expect("an amount").replace('.', "");
    text.parse().expect("an amount")
}

/// The position of a fund by who bears it, which adds up to the fund figure by figure: what each
/// line's outturn is.
async fn borne(actor: &Actor, fund: &str, as_of: &str) -> (Value, Vec<String>) {
    let list = FIGURES.join(" ");
    let document = format!(
        r#"{{ node(id: "{fund}") {{ ... on PooledFund {{
            position(financialYear: "2025/26", asOf: "{as_of}", basis: BORNE_BY) {{
                isProvisional knownAt total {{ {list} }} withheld {{ field reason }}
                byPartner(first: 20) {{ nodes {{ part partner {{ name }} figures {{ {list}
                    explanation(of: FORECAST_OUTTURN) {{ rule steps {{ label result
                        inputs {{ name amount }} }} }} }} }} }} }} }} }} }}"#
    );
    let told = actor.ask(&document).await.ok();
    let position = told.at("/node/position").clone();
    let lines = position["byPartner"]["nodes"].as_array().expect("lines").clone();
    for figure in FIGURES {
        let sum: i64 = lines.iter().map(|line| pence(&line["figures"][figure])).sum();
        assert_eq!(sum, pence(&position["total"][figure]), "M15: {figure} adds up: {position}");
    }
    let named = lines.iter().map(|line| {
        let explanation = &line["figures"]["explanation"];
        assert_eq!(explanation["rule"], json!("M15"));
        let steps = explanation["steps"].as_array().expect("steps");
        assert_eq!(steps.last().expect("a step")["result"], line["figures"]["forecastOutturn"]);
        let who = line["partner"]["name"].as_str().or(line["part"].as_str()).expect("a bearer");
        format!("{who} {}", line["figures"]["forecastOutturn"].as_str().expect("an amount"))
    });
    let named = named.collect();
    (position, named)
}

both_databases! {
    async fn m7_what_every_partner_accepted_goes_into_the_books_of_the_open_year(world: World) {
        let books = overspent(&world, &["Council", "Board"]).await;
        let share = agree(&books, &[&books.fund], &json!([share_of(&books, &[51, 49])])).await;
        world.it_is(2026, 6, 1);
        let books = books.again(&world).await;
        books.close(14, "CLOSED").await;
        let (claims, approves) = hosts_people(&world, &books).await;

        // The first claim is disputed, and a second takes its place: nothing of it is in the books.
        let first = claim(&claims, &share, "1").await;
        accept(&approves, &first, 0).await.ok();
        let second = claim(&claims, &share, "2").await;
        assert_eq!(second["number"], json!(2));
        let late = accept(books.partner(1), &first, 1).await;
        assert_eq!(late.problem(), "ALREADY_DONE");
        accept(&approves, &second, 0).await.ok();
        assert_eq!(entered(&books, &books.fund).await, Vec::<Vec<String>>::new());
        let before = figures(&books, "FUNDED_BY").await;

        let agreed = accept(books.partner(1), &second, 1).await.ok();
        assert_eq!(agreed.at("/acceptSettlementLine/settlement/isAgreed"), &json!(true));
        assert_eq!(
            entered(&books, &books.fund).await,
            [[
                "DUE_FROM_PARTNER Board 49.00", "DUE_FROM_PARTNER Council 51.00",
                "RISK_SHARE Board -49.00", "RISK_SHARE Council -51.00",
            ]]
        );
        assert_eq!(figures(&books, "FUNDED_BY").await, before, "the closed year is as it was");
        let again = accept(books.partner(1), &second, 1).await;
        assert_eq!(again.problem(), "ALREADY_DONE");
        assert_eq!(entered(&books, &books.fund).await.len(), 1, "it is entered once");
        let borne = figures(&books, "BORNE_BY").await;
        assert_eq!(borne["isProvisional"], json!(false));
        assert_eq!(borne["byPartner"]["nodes"][0]["figures"]["forecastOutturn"], json!("651.00"));
        assert_eq!(borne["byPartner"]["nodes"][1]["figures"]["forecastOutturn"], json!("449.00"));
        verify(&world.database).await.expect("in order");
    }

    async fn m12_what_is_due_is_paid_by_a_journal_and_closes_what_the_year_left(world: World) {
        let books = overspent(&world, &["Council", "Board"]).await;
        let share = agree(&books, &[&books.fund], &json!([share_of(&books, &[51, 49])])).await;
        world.it_is(2026, 6, 1);
        let books = books.again(&world).await;
        books.close(14, "CLOSED").await;
        let (claims, approves) = hosts_people(&world, &books).await;
        let settlement = claim(&claims, &share, "1").await;
        accept(&approves, &settlement, 0).await.ok();
        accept(books.partner(1), &settlement, 1).await.ok();

        let carried = json!({ "fund": books.fund, "financialYear": "2025/26",
            "decision": decision(), "idempotencyKey": "carry" });
        books.host().run("carryForward", carried, "transaction { id }").await.ok();
        let pay = |year: &str, partner: Option<&str>, key: &str| {
            json!({
                "fund": books.fund, "description": "Paid", "idempotencyKey": key,
                "effective": { "effectiveOn": "2026-06-01" },
                "lines": [{ "account": "CASH", "amount": "49.00" },
                    { "account": "DUE_FROM_PARTNER", "amount": "-49.00", "partner": partner,
                        "settledYear": year }],
            })
        };
        let board = Some(books.partner(1).id.as_str());
        let post = async |input: Value| books.host().run("postJournal", input, "transaction { id }").await;
        let slip = post(pay("2024/25", board, "slip")).await;
        assert_eq!((slip.problem(), slip.problem_path()), ("INVALID_VALUE".to_owned(), "lines.1.settledYear".to_owned()));
        let nobody = post(pay("2025/26", None, "nobody")).await;
        assert_eq!((nobody.problem(), nobody.problem_path()), ("INVALID_VALUE".to_owned(), "lines.1.partner".to_owned()));
        post(pay("2025/26", board, "paid")).await.ok();

        let document = format!(
            r#"{{ pooledFund(reference: "{}") {{ memorandumAccount(financialYear: "2026/27") {{
                openingBalance settled closingBalance ofEarlierYears shares {{ settled balance }}
                heldByHost {{ cash dueBySettlement }} }} }} }}"#,
            books.reference
        );
        let told = books.partner(1).ask(&document).await.ok();
        let account = told.at("/pooledFund/memorandumAccount");
        assert_eq!(account["openingBalance"], json!("-100.00"));
        assert_eq!(account["settled"], json!("100.00"));
        assert_eq!(account["closingBalance"], json!("0.00"), "the overspend is met");
        assert_eq!(account["heldByHost"]["dueBySettlement"], json!("51.00"), "the council still owes");
        let settled = json!([{ "settled": "51.00", "balance": "51.00" },
            { "settled": "49.00", "balance": "49.00" }]);
        assert_eq!(account["shares"], settled);

        let reference = &books.reference;
        let last = books.host().ask(&format!(r#"{{ pooledFund(reference: "{reference}") {{
            transactions(first: 9, where: {{ kind: SETTLEMENT }}) {{ nodes {{ id }} }} }} }}"#)).await.ok();
        let id = last.text("/pooledFund/transactions/nodes/0/id").to_owned();
        let back = Books::reversal(&id, "2026-06-01", "back");
        let refused = books.host().run("reverseTransaction", back, "transaction { id }").await;
        assert_eq!(refused.problem(), "NOT_ALLOWED", "what all accepted is not taken back");
        verify(&world.database).await.expect("in order");
    }

    async fn m15_by_who_bears_it_adds_up_in_each_of_several_funds(world: World) {
        let books = overspent(&world, &["Council", "Board"]).await;
        let other = books.another_fund("Other", "POOLED").await;
        books.contribution_to(&other, 1, (SOURCE, "500.00")).await;
        let under = books.scheme_in(&other, "S2", "500.00", &[0, 1]).await;
        books.spend(&under, "470.00", "2025-09-30", "under").await.ok();
        let reserve = books.another_fund("Reserve", "RISK_RESERVE").await;
        books.contribution_to(&reserve, 0, (SOURCE, "20.00")).await;
        let alone = books.another_fund("Alone", "ALIGNED").await;
        books.contribution_to(&alone, 0, (SOURCE, "100.00")).await;
        let aligned = books.scheme_in(&alone, "S3", "100.00", &[1]).await;
        books.spend(&aligned, "107.00", "2025-09-30", "aligned").await.ok();

        // £100.00 over: £30.00 is offset, £20.00 drawn, £40.00 shared, £10.00 unallocated.
        let mut shared = share_of(&books, &[1, 1]);
        shared["to"] = json!({ "amount": "40.00" });
        let tiers = json!([{ "mechanism": "OFFSET_WITHIN_POOL" },
            { "mechanism": "DRAW_RISK_RESERVE" }, shared]);
        let share = agree(&books, &[&books.fund, &other, &reserve], &tiers).await;
        let end = "2026-03-31";
        let (position, lines) = borne(books.partner(1), &books.fund, end).await;
        assert_eq!(position["isProvisional"], json!(true));
        let expected = ["Council 620.00", "Board 420.00", "OTHER_FUNDS 30.00", "RISK_RESERVE 20.00",
            "UNALLOCATED 10.00"];
        assert_eq!(lines, expected, "R2: what nobody bears is a line of its own");
        let steps = &position["byPartner"]["nodes"][0]["figures"]["explanation"]["steps"];
        assert_eq!(steps[0]["inputs"][0]["name"], json!("version 1, overspend, tier 3: FixedShare"));
        assert_eq!(borne(books.host(), &other, end).await.1, ["Board 500.00", "OTHER_FUNDS -30.00"]);
        assert_eq!(borne(books.host(), &reserve, end).await.1, Vec::<String>::new());
        // Nobody has agreed to bear what is in no risk share.
        assert_eq!(borne(books.host(), &alone, end).await.1, ["Council 100.00", "UNALLOCATED 7.00"]);
        let reader = books.partner(1);
        let middle = r#"asOf: "2025-10-01", basis: BORNE_BY"#;
        let unforecast = "isProvisional byPartner(first: 9) { nodes { figures { variance } } }";
        let unforecast = books.position(reader, middle, unforecast).await.ok();
        let nodes = unforecast.at("/pooledFund/position/byPartner/nodes").as_array().expect("lines");
        assert!(nodes.iter().all(|line| line["figures"]["variance"].is_null()), "{nodes:?}");

        world.it_is(2026, 6, 1);
        let mut books = books.again(&world).await;
        let first = books.fund.clone();
        for fund in [&other, &reserve, &first] {
            books.fund.clone_from(fund);
            books.close(14, "CLOSED").await;
        }
        let (claims, approves) = hosts_people(&world, &books).await;
        let settlement = claim(&claims, &share, "1").await;
        accept(&approves, &settlement, 0).await.ok();
        accept(books.partner(1), &settlement, 1).await.ok();
        assert_eq!(
            entered(&books, &first).await,
            [[
                "DUE_FROM_FUNDS - 50.00", "DUE_FROM_PARTNER Board 20.00",
                "DUE_FROM_PARTNER Council 20.00", "RISK_SHARE Board -50.00",
                "RISK_SHARE Council -40.00",
            ]]
        );
        let gives = ["DUE_FROM_FUNDS - -30.00", "RISK_SHARE Board 30.00"];
        assert_eq!(entered(&books, &other).await, [gives]);
        let drawn = ["DUE_FROM_FUNDS - -20.00", "RISK_SHARE Council 20.00"];
        assert_eq!(entered(&books, &reserve).await, [drawn]);
        let (position, settled) = borne(books.partner(1), &first, end).await;
        assert_eq!((settled.as_slice(), &position["isProvisional"]), (&lines[..], &json!(false)));
        verify(&world.database).await.expect("in order");
    }

    async fn g5_a_partner_that_left_within_the_year_answers_for_its_own_line(world: World) {
        let books = overspent(&world, &["Council", "Board", "Trust"]).await;
        let shares = share_of(&books, &[50, 30, 20]);
        let share = agree(&books, &[&books.fund], &json!([shares])).await;
        let input = json!({ "agreement": books.agreement, "expectedVersion": 1,
            "organisation": books.partner(2).id, "leftOn": "2025-12-31" });
        books.host().run("endAgreementPartner", input, "agreement { version }").await.ok();
        world.it_is(2026, 6, 1);
        let books = books.again(&world).await;
        books.close(14, "CLOSED").await;
        let (claims, approves) = hosts_people(&world, &books).await;
        let settlement = claim(&claims, &share, "1").await;
        assert_eq!(settlement["lines"].as_array().map(Vec::len), Some(3));

        let left = books.partner(2);
        let document = "query($id: ID!) { node(id: $id) { ... on Settlement { number isAgreed knownAt
            totals { claimed } overspend lines { id amount partner { id }
                viewerCan { answer { allowed } } } withheld { field reason } } }
            replaySettlement(settlement: $id) { isSame } }";
        let told = left.send(document, json!({ "id": settlement["id"] })).await.ok();
        let own = told.at("/node");
        let lines = own["lines"].as_array().expect("lines");
        assert_eq!((lines.len(), &lines[0]["id"]), (1, &settlement["lines"][2]["id"]));
        assert_eq!(lines[0]["amount"], json!("20.00"));
        assert_eq!(lines[0]["viewerCan"]["answer"]["allowed"], json!(true));
        for hidden in ["isAgreed", "knownAt", "totals", "overspend"] {
            assert_eq!(own[hidden], Value::Null, "V2: {hidden} is of days after it left");
            let named = own["withheld"].as_array().expect("withheld").iter();
            let named: Vec<&Value> = named.filter(|it| it["field"] == hidden).collect();
            assert_eq!(named[0]["reason"], json!("OUTSIDE_YOUR_DAYS"));
        }
        assert_eq!(told.at("/replaySettlement"), &Value::Null);
        let others = accept(left, &settlement, 1).await;
        assert_eq!(others.problem(), "NOT_FOUND", "V1: another's line is none for it");

        accept(&approves, &settlement, 0).await.ok();
        accept(books.partner(1), &settlement, 1).await.ok();
        // The last to accept may write nothing in the fund any more: the host's books are the host's.
        let accepted = accept(left, &settlement, 2).await.ok();
        let line = accepted.at("/acceptSettlementLine/settlement/lines/0/state");
        assert_eq!(line, &json!("ACCEPTED"));
        assert_eq!(entered(&books, &books.fund).await.len(), 1);
        verify(&world.database).await.expect("in order");
    }
}
