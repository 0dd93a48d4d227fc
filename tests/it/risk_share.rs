//! How over- and underspend is shared, and settled (rules R1 to R7, G1).

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases, posting::decision};

const SHARE: &str = "riskShare { id reference versions { number } funds { id } }";
const SETTLEMENT: &str = "settlement { id isAgreed totals { claimed agreed disputed }
    lines { id amount state agreed disputed partner { id } answers { reason disputed }
        viewerCan { answer { allowed } } } }";

/// The agreement of worked example A9: £99m and £96m put in, £1m overspent.
async fn overspent(world: &World) -> Books {
    let books = Books::open(world, &["Council", "Board"]).await;
    books.contribution(0, "99000000.00").await;
    books.contribution(1, "96000000.00").await;
    let scheme = books.scheme("S1", "195000000.00", &[99, 96]).await;
    books.spend(&scheme, "196000000.00", "2025-09-30", "all").await.ok();
    books
}

fn fixed(books: &Books) -> Value {
    let share =
        |place: usize, weight: i32| json!({ "party": books.partner(place).id, "weight": weight });
    tier(
        json!({ "mechanism": "FIXED_SHARE", "shareTotal": 100, "shares": [share(0, 51), share(1, 49)] }),
    )
}

fn pro_rata() -> Value {
    tier(json!({ "mechanism": "PRO_RATA_CONTRIBUTION" }))
}

fn tier(over: Value) -> Value {
    json!({ "over": [over], "under": [{ "mechanism": "CARRY_FORWARD" }], "unstatedCause": "WINDFALL" })
}

fn recorded(books: &Books, rule: &Value, from: &str) -> Value {
    json!({
        "agreement": books.agreement, "reference": "BCF", "name": "Better Care Fund",
        "funds": [books.fund], "effectiveOn": from, "rule": rule, "decision": decision(),
        "idempotencyKey": key(&[from, &rule.to_string()]),
    })
}

/// A key that is the same for the same content, and short.
fn key(content: &[&str]) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    hasher.finish().to_string()
}

async fn agree(books: &Books, rule: &Value) -> String {
    let input = recorded(books, rule, "2025-04-01");
    let made = books.host().run("recordRiskShare", input, SHARE).await.ok();
    made.text("/recordRiskShare/riskShare/id").to_owned()
}

/// What the risk share comes to for somebody, with further arguments.
async fn position(actor: &Actor, share: &str, rule: Option<&Value>) -> Answer {
    let document = "query($id: ID!, $rule: RiskShareRuleInput) {
        riskSharePosition(riskShare: $id, financialYear: \"2025/26\", asOf: \"2026-03-31\",
            rule: $rule) {
            overspend underspend outturn isProvisional version { number }
            steps { mechanism reached layer seen absorbed passed parties { amount } }
            lines { partner { id } fundedBudget result borne
                explanation { steps { inputs { amount } result } } }
            others { part amount } } }";
    actor.send(document, json!({ "id": share, "rule": rule })).await.ok()
}

fn results(answer: &Answer) -> Vec<&str> {
    let lines = answer.at("/riskSharePosition/lines").as_array().expect("lines");
    lines.iter().map(|line| line["result"].as_str().expect("an amount")).collect()
}

fn pence(amount: &Value) -> i64 {
    let text = amount.as_str().expect("an amount").replace('.', "");
    text.parse().expect("an amount")
}

/// Rule M15: every basis adds up to the fund.
fn adds_up(answer: &Answer) {
    let position = answer.at("/riskSharePosition");
    let sum = |list: &str, of: &str| -> i64 {
        position[list].as_array().expect(list).iter().map(|line| pence(&line[of])).sum()
    };
    assert_eq!(sum("lines", "borne") + sum("others", "amount"), pence(&position["outturn"]));
}

/// The host's people with accounts: one claims, another approves.
async fn hosts_people(world: &World, books: &Books) -> (Actor, Actor) {
    let claims = books.host().colleague(world, 71, &[Role::Finance]).await;
    let approves = books.host().colleague(world, 72, &[Role::Approver]).await;
    (claims, approves)
}

async fn claim(actor: &Actor, share: &str, key: &str) -> Answer {
    let input = json!({ "riskShare": share, "financialYear": "2025/26", "idempotencyKey": key });
    actor.run("claimSettlement", input, SETTLEMENT).await
}

async fn accept(actor: &Actor, line: &str) -> Answer {
    let input = json!({ "line": line, "decision": decision() });
    actor.run("acceptSettlementLine", input, SETTLEMENT).await
}

both_databases! {
    async fn a9_fixed_shares_are_not_pro_rata_and_a_what_if_writes_nothing(world: World) {
        let books = overspent(&world).await;
        let share = agree(&books, &fixed(&books)).await;
        let told = position(books.partner(1), &share, None).await;
        assert_eq!(results(&told), ["510000.00", "490000.00"]);
        assert_eq!(told.at("/riskSharePosition/version/number"), &json!(1));
        adds_up(&told);
        for line in told.at("/riskSharePosition/lines").as_array().expect("lines") {
            assert_eq!(line["explanation"]["steps"][0]["result"], line["borne"]);
        }
        let what_if = position(books.partner(1), &share, Some(&pro_rata())).await;
        assert_eq!(results(&what_if), ["507692.31", "492307.69"], "R7: the same code");
        adds_up(&what_if);
        let again = position(books.host(), &share, None).await;
        assert_eq!(results(&again), ["510000.00", "490000.00"], "R7: nothing was written");
    }

    async fn g1_a_risk_share_is_in_force_when_every_partner_has_approved_it(world: World) {
        let books = overspent(&world).await;
        let mut input = recorded(&books, &pro_rata(), "2025-04-01");
        input.as_object_mut().expect("an input").remove("decision");
        input["expiresOn"] = json!("2025-12-31");
        let proposer = books.partner(1).colleague(&world, 81, &[Role::Commissioner]).await;
        let proposal = proposer.proposes("proposeRiskShare", input).await;
        let council = books.host().colleague(&world, 82, &[Role::Commissioner]).await;
        council.approves(&proposal).await.ok();
        assert_eq!(books.host().state_of(&proposal).await, json!("OPEN"), "its own is needed too");
        let board = books.partner(1).colleague(&world, 83, &[Role::Approver]).await;
        board.approves(&proposal).await.ok();
        let document = format!(
            "{{ node(id: \"{}\") {{ ... on PartnershipAgreement {{ riskShares(first: 5) {{ nodes {{
                id reference versions {{ number decision {{ minuteReference }} over {{ mechanism }} }}
            }} }} }} }} }}",
            books.agreement
        );
        let told = books.partner(1).ask(&document).await.ok();
        let node = told.at("/node/riskShares/nodes/0");
        assert_eq!(node["versions"][0]["over"][0]["mechanism"], json!("PRO_RATA_CONTRIBUTION"));
        assert_eq!(node["versions"][0]["decision"]["minuteReference"], json!("7"));
    }

    async fn r5_a_settlement_is_of_a_closed_year_and_is_replayed_to_the_penny(world: World) {
        let books = overspent(&world).await;
        let share = agree(&books, &fixed(&books)).await;
        world.it_is(2026, 6, 1);
        let books = books.again(&world).await;
        let (claims, approves) = hosts_people(&world, &books).await;
        let open = claim(&claims, &share, "1").await;
        assert_eq!(open.problem(), "WRONG_YEAR");
        assert_eq!(open.problem_path(), "financialYear");
        books.close(14, "CLOSED").await;
        let partner = claim(books.partner(1), &share, "1").await;
        assert_eq!(partner.problem(), "NOT_ALLOWED");
        let claimed = claim(&claims, &share, "1").await.ok();
        let settlement = claimed.at("/claimSettlement/settlement");
        let line = |place: usize| settlement["lines"][place]["id"].as_str().expect("a line").to_owned();
        assert_eq!(settlement["totals"]["claimed"], json!("1000000.00"));
        assert_eq!(settlement["totals"]["agreed"], json!("0.00"));
        let same = claim(&claims, &share, "1").await.ok();
        assert_eq!(same.at("/claimSettlement/settlement/id"), &settlement["id"], "M14");

        let own = accept(&claims, &line(0)).await;
        assert_eq!(own.problem(), "NOT_ALLOWED", "M13: whoever claims does not approve");
        let others = accept(&approves, &line(1)).await;
        assert_eq!(others.problem(), "NOT_ALLOWED", "each partner answers for itself");
        let input = json!({ "line": line(1), "amount": "90000.00", "reason": "Late invoices" });
        let disputed = books.partner(1).run("disputeSettlementLine", input, SETTLEMENT).await.ok();
        let told = disputed.at("/disputeSettlementLine/settlement");
        assert_eq!(
            told["totals"],
            json!({ "claimed": "1000000.00", "agreed": "400000.00", "disputed": "90000.00" })
        );
        assert_eq!(told["lines"][1]["state"], json!("DISPUTED"));
        assert_eq!(told["lines"][1]["answers"][0]["reason"], json!("Late invoices"));
        accept(&approves, &line(0)).await.ok();
        let agreed = accept(books.partner(1), &line(1)).await.ok();
        let told = agreed.at("/acceptSettlementLine/settlement");
        assert_eq!(told["isAgreed"], json!(true));
        assert_eq!(told["totals"]["disputed"], json!("0.00"));
        let again = claim(&claims, &share, "2").await;
        assert_eq!(again.problem(), "ALREADY_DONE");
        let final_ = position(books.host(), &share, None).await;
        assert_eq!(final_.at("/riskSharePosition/isProvisional"), &json!(false));

        // What is recorded later with an earlier effect changes nothing that is settled.
        let input = recorded(&books, &pro_rata(), "2025-05-01");
        books.host().run("recordRiskShare", input, SHARE).await.ok();
        let later = position(books.host(), &share, None).await;
        assert_eq!(results(&later), ["510000.00", "490000.00"]);
        assert_eq!(later.at("/riskSharePosition/version/number"), &json!(1));
        let what_if = position(books.host(), &share, Some(&pro_rata())).await;
        assert_eq!(results(&what_if), ["507692.31", "492307.69"], "R7: a what-if stays one");
        let document = "query($id: ID!) { replaySettlement(settlement: $id) {
            isSame lines { amount } } }";
        let again = books.partner(1).send(document, json!({ "id": settlement["id"] })).await.ok();
        assert_eq!(
            again.at("/replaySettlement"),
            &json!({ "isSame": true, "lines": [{ "amount": "510000.00" }, { "amount": "490000.00" }] })
        );
    }

    async fn tiers_that_overlap_and_shares_that_do_not_add_up_are_refused(world: World) {
        let books = overspent(&world).await;
        let refused = |rule: Value| {
            let input = recorded(&books, &rule, "2025-04-01");
            let host = books.host();
            async move { host.run("recordRiskShare", input, SHARE).await }
        };
        let mut short = fixed(&books);
        short["over"][0]["shareTotal"] = json!(10_000);
        let answer = refused(short).await;
        assert_eq!(answer.problem(), "INVALID_VALUE");
        assert_eq!(answer.problem_path(), "rule.over.0.shares");
        let mut overlapping = fixed(&books);
        overlapping["over"][0]["to"] = json!({ "amount": "500.00" });
        overlapping["over"].as_array_mut().expect("tiers").push(
            json!({ "mechanism": "HOST_BEARS", "from": { "amount": "400.00" } }));
        assert_eq!(refused(overlapping).await.problem_path(), "rule.over.1.from");
        let both = tier(json!({ "mechanism": "HOST_BEARS",
            "from": { "amount": "1.00", "basisPoints": 1 } }));
        assert_eq!(refused(both).await.problem_path(), "rule.over.0.from");
        let unknown = tier(json!({ "mechanism": "PRO_RATA_CONTRIBUTION", "sources": ["NOBODYS"] }));
        assert_eq!(refused(unknown).await.problem(), "UNKNOWN_CODE");
        let mut partners = recorded(&books, &pro_rata(), "2025-04-01");
        partners["reference"] = json!("Other");
        partners["idempotencyKey"] = json!("other");
        let answer = books.partner(1).run("recordRiskShare", partners.clone(), SHARE).await;
        assert_eq!(answer.problem(), "NOT_ALLOWED", "the host keeps the record");
        agree(&books, &pro_rata()).await;
        let twice = books.host().run("recordRiskShare", partners, SHARE).await;
        assert_eq!(twice.problem(), "ALREADY_EXISTS");
        assert_eq!(twice.problem_path(), "funds.0");
    }

    async fn v1_whoever_does_not_read_the_terms_of_exit_is_told_of_no_risk_share(world: World) {
        let books = overspent(&world).await;
        let share = agree(&books, &fixed(&books)).await;
        let outsider = Books::open(&world, &["Elsewhere", "Nearby"]).await;
        let none = position(outsider.host(), &share, None).await;
        assert_eq!(none.at("/riskSharePosition"), &Value::Null);
        let document = "query($id: ID!) { node(id: $id) { id } }";
        let node = outsider.host().send(document, json!({ "id": share })).await.ok();
        assert_eq!(node.at("/node"), &Value::Null);
        let seen = books.partner(1).send(document, json!({ "id": share })).await.ok();
        assert_eq!(seen.text("/node/id"), share);
    }
}
