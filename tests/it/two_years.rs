//! Two years of one agreement between a council and three boards, one of which is replaced in
//! mid-year: planned, forecast, overspent, argued about, settled, and gone on with. At every step
//! each partner's figures add up on every basis, and each sees its own days.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases, posting::decision};
use tributary::service::{
    import_job::{self, NewImport},
    verify::verify,
};

const SETTLEMENT: &str = "settlement { id isAgreed totals { claimed agreed disputed }
    lines { id amount state partner { name } } }";

/// The agreement, as it goes on.
struct Pool {
    world: World,
    books: Books,
    schemes: Vec<String>,
    /// The board that takes the third one's place.
    successor: Actor,
}

impl Pool {
    async fn open(world: World) -> Self {
        world.it_is(2025, 4, 10);
        let roles = [Role::Commissioner, Role::Finance, Role::Auditor];
        let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
        let mut people = vec![world.actor(council, &roles).await];
        for code in ["QAA", "QBB", "QCC"] {
            people.push(board(&world, code).await);
        }
        let books = Books::between(people, "Pool").await;
        for (place, amount) in
            ["400000.00", "300000.00", "200000.00", "100000.00"].iter().enumerate()
        {
            books.contribution(place, amount).await;
        }
        let schemes = vec![
            books.scheme("S1", "600000.00", &[4, 3, 2, 1]).await,
            books.scheme("S2", "300000.00", &[4, 3, 2, 1]).await,
            books.scheme("S3", "100000.00", &[1, 1, 1, 1]).await,
        ];
        let successor = board(&world, "QDD").await;
        Self { world, books, schemes, successor }
    }

    /// Moves to another day, where everybody signs in again.
    async fn on(mut self, (year, month, day): (i32, u32, u32)) -> Self {
        self.world.it_is(year, month, day);
        self.books = self.books.again(&self.world).await;
        self.successor = self.world.again(&self.successor).await;
        self
    }

    /// Those who are partners today, the successor in its predecessor's place once it is.
    fn partners(&self, succeeded: bool) -> Vec<&Actor> {
        let third = if succeeded { &self.successor } else { self.books.partner(3) };
        vec![self.books.host(), self.books.partner(1), self.books.partner(2), third]
    }

    async fn spend(&self, scheme: usize, amount: &str, on: &str) {
        self.books.spend(&self.schemes[scheme], amount, on, &format!("{scheme} {on}")).await.ok();
    }

    /// Rule M15: on both bases, the lines of partners, of schemes and of sources add up to the fund,
    /// for everybody who reads it.
    async fn adds_up(&self, year: &str, readers: &[&Actor]) {
        let fields = "actual budget committed";
        for basis in ["FUNDED_BY", "INCURRED_BY"] {
            let mut told = Vec::new();
            for reader in readers {
                let document = format!(
                    r#"{{ pooledFund(reference: "Pool") {{
                        position(financialYear: "{year}", basis: {basis}) {{
                            total {{ {fields} }}
                            byPartner(first: 20) {{ nodes {{ figures {{ {fields} }} }} }}
                            bySource(first: 20) {{ nodes {{ figures {{ {fields} }} }} }}
                            byScheme(first: 20) {{ nodes {{ figures {{ {fields} }} }} }} }} }} }}"#
                );
                let answer = reader.ask(&document).await.ok();
                let position = answer.at("/pooledFund/position").clone();
                for list in ["byPartner", "bySource", "byScheme"] {
                    for figure in fields.split(' ') {
                        let lines = position[list]["nodes"].as_array().expect("lines");
                        let sum: i64 =
                            lines.iter().map(|line| pence(&line["figures"][figure])).sum();
                        assert_eq!(sum, pence(&position["total"][figure]), "{list} {figure}");
                    }
                }
                told.push(position);
            }
            assert!(told.windows(2).all(|two| two[0] == two[1]), "all read the same: {told:#?}");
        }
    }

    /// What the risk share comes to for somebody.
    async fn shared(&self, reader: &Actor, share: &str) -> Value {
        let document = "query($id: ID!) { riskSharePosition(riskShare: $id,
            financialYear: \"2025/26\", asOf: \"2026-03-31\") {
            overspend underspend outturn isProvisional
            lines { partner { name } result borne } others { part amount } } }";
        let answer = reader.send(document, json!({ "id": share })).await.ok();
        let position = answer.at("/riskSharePosition").clone();
        let sum = |list: &str, of: &str| -> i64 {
            let lines = position[list].as_array().expect("lines");
            lines.iter().map(|line| pence(&line[of])).sum()
        };
        let all = sum("lines", "borne") + sum("others", "amount");
        assert_eq!(all, pence(&position["outturn"]), "BORNE_BY adds up");
        position
    }

    /// How many transactions somebody is told of; null when it is told of no fund.
    async fn seen(&self, reader: &Actor) -> Value {
        self.books.transactions(reader).await
    }
}

async fn board(world: &World, code: &str) -> Actor {
    let kind = OrganisationKind::IntegratedCareBoard;
    let id = world.organisation_with_code(code, kind, ("GB-NHS", code)).await;
    world.actor(id, &[Role::Commissioner, Role::Finance, Role::Auditor]).await
}

async fn succeed(world: &World, line: &str) {
    let content = format!("predecessor_code,successor_code,effective_date\n{line}\n");
    let new = NewImport {
        kind: import_job::Kind::Successors,
        content: content.into_bytes(),
        dry_run: false,
        skip_rejected: false,
    };
    import_job::import(&world.database, new).await.expect("an import");
}

fn pence(amount: &Value) -> i64 {
    let text = amount.as_str().expect("an amount").replace('.', "");
    text.parse().expect("an amount")
}

/// Everybody agrees on a risk share: offsets first, the first £20,000 pro rata, the rest borne by
/// whoever commissions.
async fn agree(pool: &Pool) -> String {
    let books = &pool.books;
    let input = json!({
        "agreement": books.agreement, "reference": "BCF", "name": "Better Care Fund",
        "funds": [books.fund], "effectiveOn": "2025-04-01", "expiresOn": "2025-12-31",
        "idempotencyKey": "risk share",
        "rule": {
            "over": [
                { "mechanism": "OFFSET_WITHIN_POOL" },
                { "mechanism": "PRO_RATA_CONTRIBUTION", "to": { "amount": "20000.00" } },
                { "mechanism": "LEAD_COMMISSIONER_BEARS", "from": { "amount": "20000.00" } },
            ],
            "under": [{ "mechanism": "RETURN_PRO_RATA" }], "unstatedCause": "WINDFALL",
        },
    });
    let proposer = books.host().colleague(&pool.world, 100, &[Role::Commissioner]).await;
    let proposal = proposer.proposes("proposeRiskShare", input).await;
    for (partner, account) in pool.partners(false).into_iter().zip(101..) {
        let approver = partner.colleague(&pool.world, account, &[Role::Approver]).await;
        approver.approves(&proposal).await.ok();
    }
    let document = "query($id: ID!) { node(id: $id) { ... on Proposal { state result } } }";
    let told = books.host().send(document, json!({ "id": proposal })).await.ok();
    assert_eq!(told.at("/node/state"), &json!("APPLIED"), "G1");
    told.text("/node/result").to_owned()
}

async fn forecast(pool: &Pool) {
    let books = &pool.books;
    let lines: Vec<Value> = pool
        .schemes
        .iter()
        .map(|scheme| json!({ "scheme": scheme, "month": 12, "amount": "1000.00" }))
        .collect();
    let input = json!({ "fund": books.fund, "financialYear": "2025/26", "lines": lines });
    let saved = books.host().run("saveForecast", input, "forecast { id }").await.ok();
    let input = json!({ "forecast": saved.text("/saveForecast/forecast/id") });
    books.host().run("submitForecast", input, "forecast { id }").await.ok();
}

async fn close(pool: &Pool, periods: std::ops::RangeInclusive<i32>) {
    for period in periods {
        let input = json!({
            "fund": pool.books.fund, "financialYear": "2025/26", "period": period,
            "status": "CLOSED", "reason": "Month end",
        });
        pool.books.host().run("closePeriod", input, "closing { period }").await.ok();
    }
}

both_databases! {
    async fn two_years_of_a_council_and_three_boards_one_of_which_is_replaced(world: World) {
        let pool = Pool::open(world).await;
        let share = agree(&pool).await;
        for (scheme, amount, on) in [(0, "150000.00", "2025-04-20"), (1, "60000.00", "2025-05-20")] {
            pool.spend(scheme, amount, on).await;
        }
        let pool = pool.on((2025, 7, 10)).await;
        forecast(&pool).await;
        pool.adds_up("2025/26", &pool.partners(false)).await;
        let provisional = pool.shared(pool.books.partner(3), &share).await;
        assert_eq!(provisional["isProvisional"], json!(true));

        // The third board closes, and another takes its place in mid-year.
        succeed(&pool.world, "QCC,QDD,2025-10-01").await;
        let pool = pool.on((2025, 10, 5)).await;
        pool.spend(0, "300000.00", "2025-10-03").await;
        pool.adds_up("2025/26", &pool.partners(true)).await;
        assert_eq!(pool.seen(&pool.successor).await, json!(3));
        assert_eq!(pool.seen(pool.books.partner(3)).await, json!(2), "a closed body keeps its days");

        // £80,000 over on the first scheme, £30,000 under on the second; the third as planned.
        let pool = pool.on((2026, 3, 31)).await;
        pool.spend(0, "220000.00", "2026-02-01").await;
        pool.spend(1, "210000.00", "2026-02-02").await;
        pool.spend(2, "100000.00", "2026-02-03").await;
        let pool = pool.on((2026, 4, 20)).await;
        close(&pool, 1..=12).await;
        let adjusted = json!({
            "scheme": pool.schemes[0], "amount": "10000.00", "description": "Found by the auditor",
            "effective": { "effectiveOn": "2026-03-31", "adjustmentPeriod": 14 },
            "reason": "Audit", "idempotencyKey": "audit",
        });
        pool.books.host().run("recordExpenditure", adjusted, "transaction { id }").await.ok();
        close(&pool, 13..=14).await;
        pool.adds_up("2025/26", &pool.partners(true)).await;

        // £80,000 over: £30,000 offset, £20,000 pro rata, £30,000 borne by who commissions.
        let claims = pool.books.host().colleague(&pool.world, 201, &[Role::Finance]).await;
        let input = json!({
            "riskShare": share, "financialYear": "2025/26", "idempotencyKey": "claim",
        });
        let claimed = claims.run("claimSettlement", input, SETTLEMENT).await.ok();
        let lines = claimed.at("/claimSettlement/settlement/lines").clone();
        let owed: Vec<(&str, &str)> = lines
            .as_array()
            .expect("lines")
            .iter()
            .map(|it| (it["partner"]["name"].as_str().unwrap_or(""), it["amount"].as_str().unwrap_or("")))
            .collect();
        assert_eq!(
            owed,
            [("Council", "38000.00"), ("QAA", "6000.00"), ("QBB", "4000.00"), ("QCC", "2000.00")]
        );
        let line = |place: usize| lines[place]["id"].as_str().expect("a line").to_owned();

        // The successor answers in the place of the board that closed, and disputes a part.
        let closed = json!({ "line": line(3), "reason": "Not ours" });
        let refused = pool.books.partner(3).run("disputeSettlementLine", closed, SETTLEMENT).await;
        assert!(!refused.payload()["errors"].as_array().expect("errors").is_empty());
        let part = json!({ "line": line(3), "amount": "500.00", "reason": "Before our time" });
        let disputed = pool.successor.run("disputeSettlementLine", part, SETTLEMENT).await.ok();
        assert_eq!(
            disputed.at("/disputeSettlementLine/settlement/totals"),
            &json!({ "claimed": "50000.00", "agreed": "1500.00", "disputed": "500.00" })
        );
        let host = pool.books.host().colleague(&pool.world, 202, &[Role::Approver]).await;
        let all = [&host, pool.books.partner(1), pool.books.partner(2), &pool.successor];
        let mut last = Value::Null;
        for (partner, place) in all.into_iter().zip(0..) {
            let input = json!({ "line": line(place), "decision": decision() });
            let done = partner.run("acceptSettlementLine", input, SETTLEMENT).await.ok();
            last = done.at("/acceptSettlementLine/settlement").clone();
        }
        assert_eq!(last["isAgreed"], json!(true));
        let settled = pool.shared(&pool.successor, &share).await;
        assert_eq!(settled["isProvisional"], json!(false));

        // The next year goes on; a board leaves in December, and reads its own days from then on.
        for (place, key) in [(0, "a"), (1, "b"), (2, "c")] {
            let input = json!({
                "fund": pool.books.fund, "partner": pool.books.partner(place).id,
                "sourceCode": tests::books::SOURCE, "financialYear": "2026/27",
                "amount": "300000.00", "decision": decision(), "idempotencyKey": key,
            });
            pool.books.host().run("planContribution", input, "contribution { id }").await.ok();
        }
        let share_of = |place: usize, weight: i32| {
            json!({ "partner": pool.books.partner(place).id, "source": tests::books::SOURCE,
                "weight": weight })
        };
        let input = json!({
            "scheme": pool.schemes[0], "financialYear": "2026/27", "amount": "600000.00",
            "funding": [share_of(0, 1), share_of(1, 1), share_of(2, 1)],
        });
        pool.books.host().run("setSchemeBudget", input, "scheme { id }").await.ok();
        let pool = pool.on((2026, 12, 1)).await;
        pool.spend(0, "1000.00", "2026-11-20").await;
        pool.adds_up("2026/27", &pool.partners(true)).await;
        let version = pool.books.host().ask(r#"{ partnershipAgreement(reference: "Pool") { version } }"#)
            .await.ok().at("/partnershipAgreement/version").clone();
        let input = json!({
            "agreement": pool.books.agreement, "expectedVersion": version,
            "organisation": pool.books.partner(2).id, "leftOn": "2026-12-31",
        });
        pool.books.host().run("endAgreementPartner", input, "agreement { version }").await.ok();
        let pool = pool.on((2027, 2, 1)).await;
        let before = pool.seen(pool.books.partner(2)).await;
        pool.spend(0, "2000.00", "2027-01-20").await;
        assert_eq!(pool.seen(pool.books.partner(2)).await, before, "what came later does not appear");
        let stays = [pool.books.host(), pool.books.partner(1), &pool.successor];
        pool.adds_up("2026/27", &stays).await;
        let years = pool.shared(pool.books.partner(2), &share).await;
        assert_eq!(years["outturn"], settled["outturn"], "it keeps the year in which it was there");
        verify(&pool.world.database).await.expect("in order");
    }
}
