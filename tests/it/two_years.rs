//! Two years of one agreement between a council and three boards, one of which is replaced in
//! mid-year: planned, reported every quarter, moved, overspent, argued about, settled, rolled forward
//! and gone on with. At every step each partner's figures add up on every basis, and each sees its own
//! days.

mod overspend;
mod pool;
mod quarter;

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{both_databases, posting::decision};
use tributary::service::verify::verify;

use overspend::{agreed, settled};
use pool::Pool;
use quarter::Quarter;

/// Everybody agrees that budget moves from the third scheme to the first, which they fund otherwise.
async fn move_budget(pool: &Pool) {
    let (from, to) = (&pool.schemes[2], &pool.schemes[0]);
    let moved = pool.books.virement("virement", &[(from, "-10000.00"), (to, "10000.00")]);
    let proposer = pool.person(pool.books.host(), 100, Role::Finance).await;
    let proposal = proposer.proposes("proposeVirement", moved).await;
    let read = "query($id: ID!) { node(id: $id) { ... on Proposal {
        needs { organisation { id } } } } }";
    let told = pool.successor.send(read, json!({ "id": proposal })).await.ok();
    let needs: Vec<&Value> = told
        .at("/node/needs")
        .as_array()
        .expect("needs")
        .iter()
        .map(|need| &need["organisation"]["id"])
        .collect();
    let all: Vec<Value> = pool.partners().iter().map(|partner| json!(partner.id)).collect();
    assert_eq!(needs, all.iter().collect::<Vec<_>>(), "G1, and G5 of the successor");
    let closed = pool.books.partner(3).colleague(&pool.world, 150, &[Role::Finance]).await;
    assert_eq!(closed.approves(&proposal).await.problem(), "NOT_FOUND", "it closed before");
    pool.approve(&proposal).await;
}

/// What was used in December and is not invoiced yet takes itself back in January.
async fn accrue(pool: &Pool) {
    let accrued = json!({
        "scheme": pool.schemes[1], "kind": "ACCRUED", "amount": "5000.00",
        "effective": { "effectiveOn": "2025-12-31" }, "description": "Used in December",
        "idempotencyKey": "accrual",
    });
    let actual = async |as_of: &str| {
        let asked = format!(r#"asOf: "{as_of}""#);
        let told =
            pool.books.position(pool.books.partner(1), &asked, "total { actual }").await.ok();
        told.text("/pooledFund/position/total/actual").to_owned()
    };
    let host = pool.books.host();
    assert_eq!(actual("2025-12-31").await, "510000.00");
    host.run("recordExpenditure", accrued, "transaction { id }").await.ok();
    assert_eq!(actual("2025-12-31").await, "515000.00");
    assert_eq!(actual("2026-01-01").await, "510000.00");
}

/// The year closes with an adjustment that the auditor asked for, and what it leaves is carried on.
async fn close_the_year(pool: &Pool) {
    pool.close(1..=12).await;
    let adjusted = json!({
        "scheme": pool.schemes[0], "amount": "10000.00", "description": "Found by the auditor",
        "effective": { "effectiveOn": "2026-03-31", "adjustmentPeriod": 14 },
        "reason": "Audit", "idempotencyKey": "audit",
    });
    pool.books.host().run("recordExpenditure", adjusted, "transaction { id }").await.ok();
    pool.close(13..=14).await;
    let carried = json!({
        "fund": pool.books.fund, "financialYear": "2025/26", "decision": decision(),
        "idempotencyKey": "carried",
    });
    pool.books.host().run("carryForward", carried, "transaction { kind }").await.ok();
    let document = r#"{ pooledFund(reference: "Pool") { position(financialYear: "2026/27") {
        contributionTotals { broughtForward }
        contributions(first: 9) { nodes { broughtForward } } } } }"#;
    for partner in pool.partners() {
        let told = partner.ask(document).await.ok();
        let position = told.at("/pooledFund/position");
        let lines = position["contributions"]["nodes"].as_array().expect("lines");
        let sum: i64 = lines.iter().map(|line| pool::pence(&line["broughtForward"])).sum();
        let total = &position["contributionTotals"]["broughtForward"];
        assert_eq!((sum, total), (-5_000_000, &json!("-50000.00")), "of £1,000,000");
    }
}

/// The next year is proposed from this one, and every partner approves it.
async fn roll_forward(pool: &Pool) {
    let input = json!({
        "fund": pool.books.fund, "financialYear": "2025/26", "upliftBasisPoints": 200,
        "efficiencyBasisPoints": 100, "expiresOn": "2026-04-30", "idempotencyKey": "next",
        "schemes": [{ "scheme": pool.schemes[1], "upliftBasisPoints": 300 }],
        "contributions": [
            { "partner": pool.books.partner(2).id, "sourceCode": tests::books::SOURCE,
              "plannedChange": "3000.00" },
        ],
    });
    let proposer = pool.person(pool.books.host(), 100, Role::Finance).await;
    let proposal = proposer.proposes("rollForwardYear", input).await;
    let fund = pool.approve(&proposal).await;
    assert_eq!(fund, pool.books.fund);
    let document = r#"{ pooledFund(reference: "Pool") {
        contributions(first: 9, financialYear: "2026/27") { nodes {
            partner { name } agreed instalments { dueOn amount } } } } }"#;
    for partner in pool.partners() {
        let told = partner.ask(document).await.ok();
        let nodes = told.at("/pooledFund/contributions/nodes").as_array().expect("lines");
        let mut lines: Vec<String> = nodes
            .iter()
            .map(|it| format!("{} {} {}", it["partner"]["name"], it["agreed"], it["instalments"]))
            .collect();
        lines.sort();
        // 2% more and 1% less of each; the closed board's is its successor's (rule G5).
        assert_eq!(
            lines,
            [
                r#""Council" "404000.00" []"#,
                concat!(
                    r#""QAA" "303000.00" [{"amount":"151500.00","dueOn":"2026-04-30"},"#,
                    r#"{"amount":"151500.00","dueOn":"2026-10-31"}]"#
                ),
                r#""QBB" "205000.00" []"#,
                r#""QDD" "101000.00" []"#,
            ]
        );
    }
}

/// A board leaves at the end of a year, and reads its own days from then on.
async fn leave(pool: &mut Pool) {
    let version = pool
        .books
        .host()
        .ask(r#"{ partnershipAgreement(reference: "Pool") { version } }"#)
        .await
        .ok();
    let input = json!({
        "agreement": pool.books.agreement,
        "expectedVersion": version.at("/partnershipAgreement/version"),
        "organisation": pool.books.partner(2).id, "leftOn": "2026-12-31",
    });
    pool.books.host().run("endAgreementPartner", input, "agreement { version }").await.ok();
    pool.left = Some((2, "2026-12-31"));
}

/// The first year up to its overspend: two quarters before the third board closes, one after it.
async fn the_first_three_quarters(pool: Pool, share: &str) -> Pool {
    for (scheme, amount, on) in [(0, "150000.00", "2025-04-20"), (1, "60000.00", "2025-05-20")] {
        pool.spend(scheme, amount, on).await;
    }
    let pool = pool.on((2025, 7, 10)).await;
    pool.forecast(["450000.00", "240000.00", "100000.00"]).await;
    Quarter { span: "FIRST_QUARTER", due_on: "2025-07-31", above: &[] }.reported(&pool).await;
    pool.everybody_reads_its_own("2025/26").await;
    let provisional = pool.shared(pool.books.partner(3), share).await;
    assert_eq!(provisional["isProvisional"], json!(true));

    // The third board closes, and another takes its place in mid-year.
    let pool = pool.succeed().await.on((2025, 10, 5)).await;
    Quarter { span: "SECOND_QUARTER", due_on: "2025-10-31", above: &[] }.reported(&pool).await;
    pool.spend(0, "300000.00", "2025-10-03").await;
    pool.everybody_reads_its_own("2025/26").await;
    assert_eq!(pool.seen(&pool.successor).await, json!(3));
    assert_eq!(pool.seen(pool.books.partner(3)).await, json!(2), "a closed body keeps its days");
    move_budget(&pool).await;
    pool.everybody_reads_its_own("2025/26").await;

    let pool = pool.on((2026, 1, 8)).await;
    accrue(&pool).await;
    pool.forecast(["230000.00", "205000.00", "100000.00"]).await;
    let third = Quarter { span: "THIRD_QUARTER", due_on: "2026-01-31", above: &[0, 1] };
    let third = third.reported(&pool).await;
    let closed = pool.books.partner(3).reads_return(&third, "id").await;
    assert_eq!(closed, Value::Null, "what came later does not appear");
    pool.everybody_reads_its_own("2025/26").await;
    pool
}

both_databases! {
    async fn two_years_of_a_council_and_three_boards_one_of_which_is_replaced(world: World) {
        let pool = Pool::open(world).await;
        let share = agreed(&pool).await;
        pool.everybody_reads_its_own("2025/26").await;
        let pool = Box::pin(the_first_three_quarters(pool, &share)).await;

        // £70,000 over on the first scheme and £10,000 on the third, £30,000 under on the second.
        let pool = pool.on((2026, 3, 31)).await;
        pool.spend(0, "220000.00", "2026-02-01").await;
        pool.spend(1, "210000.00", "2026-02-02").await;
        pool.spend(2, "100000.00", "2026-02-03").await;
        let pool = pool.on((2026, 4, 1)).await;
        roll_forward(&pool).await;
        let pool = pool.on((2026, 4, 20)).await;
        Quarter { span: "FOURTH_QUARTER", due_on: "2026-04-30", above: &[0, 1] }.reported(&pool).await;
        close_the_year(&pool).await;
        pool.everybody_reads_its_own("2025/26").await;
        pool.everybody_reads_its_own("2026/27").await;
        settled(&pool, &share).await;
        let known = pool.shared(&pool.successor, &share).await;
        assert_eq!(known["isProvisional"], json!(false));
        for partner in pool.partners() {
            assert_eq!(pool.shared(partner, &share).await, known);
        }
        pool.everybody_reads_its_own("2025/26").await;

        // The next year goes on; a board leaves in December, and reads its own days from then on.
        let mut pool = pool.on((2026, 12, 1)).await;
        pool.spend(0, "1000.00", "2026-11-20").await;
        pool.everybody_reads_its_own("2026/27").await;
        leave(&mut pool).await;
        let pool = pool.on((2027, 2, 1)).await;
        let before = pool.seen(pool.books.partner(2)).await;
        pool.spend(0, "2000.00", "2027-01-20").await;
        assert_eq!(pool.seen(pool.books.partner(2)).await, before, "what came later does not appear");
        pool.everybody_reads_its_own("2026/27").await;
        let years = pool.shared(pool.books.partner(2), &share).await;
        assert_eq!(years["outturn"], known["outturn"], "it keeps the year in which it was there");
        verify(&pool.world.database).await.expect("in order");
    }
}
