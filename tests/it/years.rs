//! A year closes, is carried into the next, and the next is made of it (rules M9, M12, G1).

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Answer, Books, World, both_databases, posting::decision, proposal::PROPOSAL};
use tributary::service::verify::verify;

const POSTED: &str = "transaction { id kind financialYear period effectiveOn reason
    entries { account partner { name } sourceCode amount } }";
const GRANT: &str = "DISABLED_FACILITIES_GRANT";

/// A fund of two partners: a council with its core budget, and an ICB with two sources.
async fn scene(world: &World) -> (Books, Vec<String>, String) {
    let books = Books::open(world, &["Council", "ICB"]).await;
    let contributions = vec![
        books.contribution_to(&books.fund, 0, ("CORE_BUDGET", "600.00")).await,
        books.contribution_to(&books.fund, 1, ("ADDITIONAL_NHS", "1200.00")).await,
    ];
    let share = |place: usize, source: &str, weight: i32| json!({ "partner": books.partner(place).id, "source": source, "weight": weight });
    let mut input = books.scheme_input(&books.fund, "S1", "1500.00", &[1]);
    let funding = [share(0, "CORE_BUDGET", 1), share(1, "ADDITIONAL_NHS", 2)];
    input["budget"]["funding"] = json!(funding);
    let made = books.host().run("createScheme", input, "scheme { id }").await.ok();
    let scheme = made.text("/createScheme/scheme/id").to_owned();
    (books, contributions, scheme)
}

async fn carry(books: &Books, year: &str, key: &str) -> Answer {
    let input = json!({
        "fund": books.fund, "financialYear": year, "decision": decision(), "idempotencyKey": key,
    });
    books.host().run("carryForward", input, POSTED).await
}

async fn close_next_year(books: &Books) {
    for period in 1..=14 {
        let input = json!({
            "fund": books.fund, "financialYear": "2026/27", "period": period,
            "status": "CLOSED", "reason": "Month end",
        });
        let _ = books.host().run("closePeriod", input, "closing { period }").await.ok();
    }
}

/// What was brought forward into a year: in all, and by source.
async fn brought(books: &Books, year: &str) -> Value {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{ position(financialYear: "{year}", asOf: "2028-03-31") {{
            contributionTotals {{ broughtForward }}
            contributions(first: 9) {{ nodes {{ sourceCode broughtForward }} }} }} }} }}"#,
        books.reference
    );
    let answer = books.host().ask(&document).await.ok();
    let position = answer.at("/pooledFund/position").clone();
    let nodes = position["contributions"]["nodes"].as_array().expect("contributions").clone();
    let mut lines: Vec<Value> =
        nodes.iter().map(|line| json!([line["sourceCode"], line["broughtForward"]])).collect();
    lines.sort_by_key(ToString::to_string);
    json!([position["contributionTotals"]["broughtForward"], lines])
}

/// What is sent to roll 2025/26 forward.
fn rolled(books: &Books, key: &str) -> Value {
    json!({
        "fund": books.fund, "financialYear": "2025/26", "upliftBasisPoints": 200,
        "efficiencyBasisPoints": 50, "expiresOn": "2025-10-31", "idempotencyKey": key,
    })
}

const DRAFT: &str = "proposal { id kind state amount needs { organisation { name } }
    rollForward { fromYear intoYear income budgets
        schemes { reference steps { recurrent inYearChanges uplift plannedChange efficiency amount }
            funding { sourceCode weight amount } }
        contributions { sourceCode notRecurrent
            steps { recurrent inYearChanges uplift plannedChange efficiency amount } } } }";

async fn roll(books: &Books, input: Value) -> Answer {
    books.host().run("rollForwardYear", input, DRAFT).await
}

both_databases! {
    async fn m12_what_a_closed_year_leaves_is_carried_into_the_next_by_partner_and_source(world: World) {
        let (books, contributions, scheme) = scene(&world).await;
        // Of a thousand the council bears a third and has spent 266.67 too little.
        let _ = books.spend(&scheme, "1000.00", "2025-06-10", "1").await.ok();
        let _ = books.pay("invoiceContribution", &contributions[1], ("1200.00", "2025-05-10", "1")).await.ok();
        let _ = books.pay("refundContribution", &contributions[1], ("33.33", "2026-03-10", "2")).await.ok();
        assert_eq!(carry(&books, "2025/26", "early").await.problem(), "WRONG_YEAR");
        books.close(14, "CLOSED").await;
        let refused = books.partner(1).run("carryForward", json!({
            "fund": books.fund, "financialYear": "2025/26", "decision": decision(), "idempotencyKey": "1",
        }), POSTED).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");

        let done = carry(&books, "2025/26", "1").await.ok();
        let posted = done.at("/carryForward/transaction").clone();
        assert_eq!((&posted["kind"], &posted["effectiveOn"]), (&json!("CARRY_FORWARD"), &json!("2026-04-01")));
        assert_eq!(posted["reason"], "Board, 2025-04-01, minute 7");
        let mut entries: Vec<String> = posted["entries"].as_array().expect("entries").iter()
            .map(|it| format!("{} {} {}", it["partner"]["name"], it["sourceCode"], it["amount"])).collect();
        entries.sort();
        assert_eq!(entries, [
            r#""Council" "CORE_BUDGET" "-266.67""#, r#""Council" "CORE_BUDGET" "266.67""#,
            r#""ICB" "ADDITIONAL_NHS" "-500.00""#, r#""ICB" "ADDITIONAL_NHS" "500.00""#,
        ]);
        let lines = json!([["ADDITIONAL_NHS", "500.00"], ["CORE_BUDGET", "266.67"]]);
        assert_eq!(brought(&books, "2026/27").await, json!(["766.67", lines]));
        let nothing = json!([["ADDITIONAL_NHS", "0.00"], ["CORE_BUDGET", "0.00"]]);
        assert_eq!(brought(&books, "2025/26").await, json!(["0.00", nothing]));

        // Once, whatever key is sent; and it is not taken back.
        assert_eq!(carry(&books, "2025/26", "1").await.ok().at("/carryForward/transaction/id"), &posted["id"]);
        assert_eq!(carry(&books, "2025/26", "2").await.problem(), "ALREADY_DONE");
        let id = posted["id"].as_str().expect("an identity");
        let back = books.host().run("reverseTransaction", Books::reversal(id, "2026-04-02", "3"), POSTED).await;
        assert_eq!(back.problem(), "NOT_ALLOWED");
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn m9_the_next_year_carries_what_was_brought_forward_and_what_corrected_the_year_before(world: World) {
        let (books, contributions, scheme) = scene(&world).await;
        let spent = books.spend(&scheme, "2400.00", "2025-06-10", "1").await.ok();
        let _ = books.pay("invoiceContribution", &contributions[0], ("600.00", "2025-05-10", "1")).await.ok();
        books.close(14, "CLOSED").await;
        let _ = carry(&books, "2025/26", "1").await.ok();
        // The council overspent by 200 and the ICB by 400.
        let lines = json!([["ADDITIONAL_NHS", "-400.00"], ["CORE_BUDGET", "-200.00"]]);
        assert_eq!(brought(&books, "2026/27").await, json!(["-600.00", lines]));
        let correction = json!({
            "adjusts": spent.text("/recordExpenditure/transaction/id"), "amount": "-300.00",
            "effective": { "effectiveOn": "2026-05-10" }, "description": "Counted twice",
            "reason": "Counted twice", "idempotencyKey": "2",
        });
        let _ = books.host().run("recordAdjustment", correction, POSTED).await.ok();
        // Money given back late of last year's contribution counts when it is given back.
        let _ = books.pay("refundContribution", &contributions[0], ("50.00", "2026-06-10", "3")).await.ok();
        close_next_year(&books).await;
        let _ = carry(&books, "2026/27", "2").await.ok();
        let lines = json!([["ADDITIONAL_NHS", "-200.00"], ["CORE_BUDGET", "-150.00"]]);
        assert_eq!(brought(&books, "2027/28").await, json!(["-350.00", lines]));
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn r6_what_is_left_of_a_ring_fenced_source_stays_with_it_and_is_carried_once(world: World) {
        let (books, _, _) = scene(&world).await;
        let _ = books.contribution_to(&books.fund, 1, (GRANT, "10.00")).await;
        books.close(14, "CLOSED").await;
        let attempts: Vec<_> = (0..4)
            .map(|number| {
                let input = json!({
                    "fund": books.fund, "financialYear": "2025/26", "decision": decision(),
                    "idempotencyKey": format!("key {number}"),
                });
                let actor = books.host().clone();
                tokio::spawn(async move { actor.run("carryForward", input, POSTED).await })
            })
            .collect();
        let mut done = 0;
        for attempt in attempts {
            let answer = attempt.await.expect("an answer");
            if answer.payload()["transaction"].is_null() {
                assert_eq!(answer.problem(), "ALREADY_DONE");
            } else {
                done += 1;
            }
        }
        assert_eq!(done, 1);
        let lines =
            json!([["ADDITIONAL_NHS", "1200.00"], ["CORE_BUDGET", "600.00"], [GRANT, "10.00"]]);
        assert_eq!(brought(&books, "2026/27").await, json!(["1810.00", lines]));
    }

    async fn a_draft_of_the_next_year_explains_every_line_and_writes_nothing(world: World) {
        let (books, _, scheme) = scene(&world).await;
        let once = books.scheme_input(&books.fund, "S2", "100.00", &[0, 1]);
        let mut once = once;
        once["isRecurrent"] = json!(false);
        let _ = books.host().run("createScheme", once, "scheme { id }").await.ok();
        let before = books.everything().await;
        let mut input = rolled(&books, "1");
        input["dryRun"] = json!(true);
        input["schemes"] = json!([{ "scheme": scheme, "plannedChange": "-20.00" }]);
        input["contributions"] = json!([
            { "partner": books.partner(0).id, "sourceCode": "CORE_BUDGET", "upliftBasisPoints": 300 },
        ]);
        let draft = roll(&books, input.clone()).await.ok();
        let draft = draft.at("/rollForwardYear/proposal/rollForward");
        // 1,500.00 with 2% and without 0.5%, less what is planned: by thirds.
        assert_eq!(draft["schemes"], json!([{
            "reference": "S1",
            "steps": { "recurrent": "1500.00", "inYearChanges": "0.00", "uplift": "30.00",
                "plannedChange": "-20.00", "efficiency": "7.50", "amount": "1502.50" },
            "funding": [
                { "sourceCode": "CORE_BUDGET", "weight": 1, "amount": "500.83" },
                { "sourceCode": "ADDITIONAL_NHS", "weight": 2, "amount": "1001.67" },
            ],
        }]));
        // Of the ICB's contribution a hundred paid for what does not go on.
        assert_eq!(draft["contributions"], json!([
            { "sourceCode": "CORE_BUDGET", "notRecurrent": "0.00",
              "steps": { "recurrent": "600.00", "inYearChanges": "0.00", "uplift": "18.00",
                "plannedChange": "0.00", "efficiency": "3.00", "amount": "615.00" } },
            { "sourceCode": "ADDITIONAL_NHS", "notRecurrent": "100.00",
              "steps": { "recurrent": "1100.00", "inYearChanges": "0.00", "uplift": "22.00",
                "plannedChange": "0.00", "efficiency": "5.50", "amount": "1116.50" } },
        ]));
        assert_eq!((&draft["income"], &draft["budgets"]), (&json!("1731.50"), &json!("1502.50")));
        assert_eq!(books.everything().await, before);

        input["schemes"] = json!([{ "scheme": books.fund }]);
        assert_eq!(roll(&books, input.clone()).await.problem_path(), "schemes.0.scheme");
        input["schemes"] = json!([]);
        input["contributions"][0]["sourceCode"] = json!("ADDITIONAL_LA");
        let refused = roll(&books, input.clone()).await;
        assert_eq!((refused.problem(), refused.problem_path()), ("NOT_FOUND".into(), "contributions.0.partner".into()));
        input["contributions"] = json!([]);
        input["upliftBasisPoints"] = json!(-1);
        assert_eq!(roll(&books, input).await.problem(), "INVALID_VALUE");
    }

    async fn m4_the_next_year_is_spread_and_paid_as_this_one_unless_it_is_said_otherwise(world: World) {
        let books = Books::open(&world, &["Council", "ICB"]).await;
        let planned = json!({
            "fund": books.fund, "partner": books.partner(1).id, "sourceCode": tests::books::SOURCE,
            "financialYear": "2025/26", "amount": "1000.00", "idempotencyKey": "1",
            "decision": decision(),
            "instalments": [
                { "dueOn": "2025-04-30", "amount": "250.00" },
                { "dueOn": "2025-12-31", "amount": "750.00" },
            ],
        });
        let _ = books.host().run("planContribution", planned, "contribution { id }").await.ok();
        let mut scheme = books.scheme_input(&books.fund, "S1", "900.00", &[0, 1]);
        let mut months = vec!["50.00"; 12];
        (months[0], months[11]) = ("150.00", "250.00");
        scheme["budget"]["months"] = json!(months);
        let made = books.host().run("createScheme", scheme, "scheme { id }").await.ok();
        let scheme = made.text("/createScheme/scheme/id").to_owned();
        let shown = "proposal { rollForward { schemes { monthlyBudget }
            contributions { instalments { dueOn amount } } } }";
        let mut input = rolled(&books, "1");
        input["dryRun"] = json!(true);
        input["upliftBasisPoints"] = json!(0);
        input["efficiencyBasisPoints"] = json!(0);
        input["schemes"] = json!([{ "scheme": scheme, "plannedChange": "90.01" }]);
        let told = books.host().run("rollForwardYear", input.clone(), shown).await.ok();
        let draft = told.at("/rollForwardYear/proposal/rollForward");
        // 990.01 in the proportions of 900.00: the odd penny is March's.
        let mut spread = vec!["55.00"; 12];
        (spread[0], spread[11]) = ("165.00", "275.01");
        assert_eq!(draft["schemes"][0]["monthlyBudget"], json!(spread));
        assert_eq!(draft["contributions"][0]["instalments"], json!([
            { "dueOn": "2026-04-30", "amount": "250.00" },
            { "dueOn": "2026-12-31", "amount": "750.00" },
        ]));
        input["spreadEqually"] = json!(true);
        let told = books.host().run("rollForwardYear", input.clone(), shown).await.ok();
        let equally = told.at("/rollForwardYear/proposal/rollForward");
        assert_eq!(equally["schemes"][0]["monthlyBudget"][1], "82.50");
        assert_eq!(equally["contributions"][0]["instalments"], json!([]));

        // And so it is recorded.
        input["dryRun"] = json!(false);
        input["spreadEqually"] = json!(false);
        let finance = books.host().colleague(&world, 9, &[Role::Finance, Role::Commissioner]).await;
        let proposal = finance.proposes("rollForwardYear", input).await;
        for (place, account) in [(0, 1), (1, 2)] {
            let by = books.partner(place).colleague(&world, account, &[Role::Finance]).await;
            let _ = by.approves(&proposal).await.ok();
        }
        let document = r#"query($id: ID!) { node(id: $id) { ... on Scheme {
            monthlyBudget(financialYear: "2026/27")
            fund { contributions(first: 9, financialYear: "2026/27") { nodes {
                instalments { dueOn amount } } } } } } }"#;
        let told = books.host().send(document, json!({ "id": scheme })).await.ok();
        assert_eq!(told.at("/node/monthlyBudget"), &json!(spread));
        let paid = told.at("/node/fund/contributions/nodes/0/instalments");
        assert_eq!(paid, &draft["contributions"][0]["instalments"]);
    }

    async fn g1_a_year_is_rolled_forward_when_every_affected_partner_has_approved_it(world: World) {
        let (books, _, scheme) = scene(&world).await;
        let finance = books.host().colleague(&world, 1, &[Role::Finance, Role::Commissioner]).await;
        let proposal = finance.proposes("rollForwardYear", rolled(&books, "1")).await;
        let next = async || {
            let document = r#"query($id: ID!) { node(id: $id) { ... on Scheme {
                budget(financialYear: "2026/27") monthlyBudget(financialYear: "2026/27")
                fundingSplit(financialYear: "2026/27") { shares { sourceCode weight } } } } }"#;
            books.host().send(document, json!({ "id": scheme })).await.ok().at("/node").clone()
        };
        let nothing = next().await;
        let icb = books.partner(1).colleague(&world, 2, &[Role::Finance]).await;
        let first = icb.approves(&proposal).await.ok();
        assert_eq!(first.text("/approveProposal/proposal/state"), "OPEN", "the host's own is needed");
        assert_eq!(next().await, nothing);
        let own = finance.approves(&proposal).await;
        assert_eq!(own.problem(), "NOT_ALLOWED", "whoever proposes does not approve (rule M13)");
        let approver = books.host().colleague(&world, 3, &[Role::Finance]).await;
        let applied = approver.approves(&proposal).await.ok();
        assert_eq!(applied.text("/approveProposal/proposal/state"), "APPLIED");
        assert_eq!(applied.text("/approveProposal/proposal/result"), books.fund);
        let scheme = next().await;
        assert_eq!(scheme["budget"], "1522.50");
        assert_eq!(scheme["fundingSplit"]["shares"], json!([
            { "sourceCode": "CORE_BUDGET", "weight": 1 },
            { "sourceCode": "ADDITIONAL_NHS", "weight": 2 },
        ]));
        let document = format!(
            r#"{{ pooledFund(reference: "{}") {{ contributions(first: 9, financialYear: "2026/27") {{
                nodes {{ sourceCode agreed }} }} }} }}"#,
            books.reference
        );
        let planned = books.host().ask(&document).await.ok();
        assert_eq!(planned.at("/pooledFund/contributions/nodes"), &json!([
            { "sourceCode": "ADDITIONAL_NHS", "agreed": "1218.00" },
            { "sourceCode": "CORE_BUDGET", "agreed": "609.00" },
        ]));

        // The next year is there: it is not made twice.
        let again = finance.run("rollForwardYear", rolled(&books, "2"), PROPOSAL).await;
        assert_eq!((again.problem(), again.problem_path()), ("ALREADY_EXISTS".into(), "financialYear".into()));
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn a_source_that_the_next_year_does_not_have_is_refused_by_its_name(world: World) {
        let (books, _, _) = scene(&world).await;
        let _ = books.contribution_to(&books.fund, 1, (GRANT, "10.00")).await;
        end_code(&world, GRANT).await;
        let refused = roll(&books, rolled(&books, "1")).await;
        assert_eq!((refused.problem(), refused.problem_path()), ("UNKNOWN_CODE".into(), "financialYear".into()));
        let sentence = refused.payload()["errors"][0]["message"].as_str().expect("a sentence");
        assert!(sentence.contains(GRANT) && sentence.contains("2026/27"), "{sentence}");
    }
}

/// Lets a code end with 2025/26.
async fn end_code(world: &World, code: &str) {
    use entities::{code_list_entry as entry, value::FinancialYear};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
    let last = FinancialYear::starting(2025).expect("a year");
    let ended = entry::Entity::update_many()
        .col_expr(entry::Column::ValidTo, Expr::value(last))
        .filter(entry::Column::Code.eq(code))
        .exec(world.database.for_migration())
        .await
        .expect("the list");
    assert_eq!(ended.rows_affected, 1);
}
