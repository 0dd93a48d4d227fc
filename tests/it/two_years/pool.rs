//! The agreement between a council and three boards, as it goes on: who takes part in it, who looks
//! on, and what each of them has to be told at every step.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Books, World};
use tributary::service::import_job::{self, NewImport};

/// The agreement, as it goes on.
pub struct Pool {
    pub world: World,
    pub books: Books,
    pub schemes: Vec<String>,
    /// The board that takes the third one's place.
    pub successor: Actor,
    /// A board that has nothing to do with it.
    pub outsider: Actor,
    /// True once the third board has closed.
    pub succeeded: bool,
    /// The last day of a partner that has left, with its place.
    pub left: Option<(usize, &'static str)>,
}

impl Pool {
    pub async fn open(world: World) -> Self {
        world.it_is(2025, 4, 10);
        let roles = [Role::Commissioner, Role::Finance, Role::Auditor];
        let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
        let mut people = vec![world.actor(council, &roles).await];
        for code in ["QAA", "QBB", "QCC"] {
            people.push(board(&world, code).await);
        }
        let books = Books::between(people, "Pool").await;
        let above = json!({ "amount": "20000.00" });
        books.host().records_threshold(&books.agreement, above).await.ok();
        for (place, amount) in
            ["400000.00", "300000.00", "200000.00", "100000.00"].iter().enumerate()
        {
            let instalments =
                if place == 1 { json!(["2025-04-30", "2025-10-31"]) } else { json!([]) };
            contribute(&books, place, amount, &instalments).await;
        }
        let schemes = vec![
            books.scheme("S1", "600000.00", &[4, 3, 2, 1]).await,
            books.scheme("S2", "300000.00", &[4, 3, 2, 1]).await,
            books.scheme("S3", "100000.00", &[1, 1, 1, 1]).await,
        ];
        let successor = board(&world, "QDD").await;
        let outsider = board(&world, "QEE").await;
        Self { world, books, schemes, successor, outsider, succeeded: false, left: None }
    }

    /// Moves to another day, where everybody signs in again.
    pub async fn on(mut self, (year, month, day): (i32, u32, u32)) -> Self {
        self.world.it_is(year, month, day);
        self.books = self.books.again(&self.world).await;
        self.successor = self.world.again(&self.successor).await;
        self.outsider = self.world.again(&self.outsider).await;
        self
    }

    /// The third board closes, and another takes its place from `QCC,QDD,2025-10-01` on.
    pub async fn succeed(mut self) -> Self {
        let content = "predecessor_code,successor_code,effective_date\nQCC,QDD,2025-10-01\n";
        let new = NewImport {
            kind: import_job::Kind::Successors,
            content: content.as_bytes().to_vec(),
            dry_run: false,
            skip_rejected: false,
        };
        import_job::import(&self.world.database, new).await.expect("an import");
        self.succeeded = true;
        self
    }

    /// Those who are partners today, the successor in its predecessor's place once it is.
    pub fn partners(&self) -> Vec<&Actor> {
        let third = if self.succeeded { &self.successor } else { self.books.partner(3) };
        let all = [self.books.host(), self.books.partner(1), self.books.partner(2), third];
        let left = self.left.map(|(place, _)| place);
        let stays = |(place, _): &(usize, &Actor)| Some(*place) != left;
        all.into_iter().enumerate().filter(stays).map(|(_, partner)| partner).collect()
    }

    /// Somebody of a partner with an account of its own, in one role.
    pub async fn person(&self, of: &Actor, account: u128, role: Role) -> Actor {
        of.colleague(&self.world, account, &[role]).await
    }

    pub async fn spend(&self, scheme: usize, amount: &str, on: &str) {
        self.books.spend(&self.schemes[scheme], amount, on, &format!("{scheme} {on}")).await.ok();
    }

    /// Every partner approves a proposal by somebody who did not make it, and it is applied.
    pub async fn approve(&self, proposal: &str) -> String {
        for (partner, account) in self.partners().into_iter().zip(101..) {
            let approver =
                partner.colleague(&self.world, account, &[Role::Approver, Role::Finance]).await;
            approver.approves(proposal).await.ok();
        }
        let document = "query($id: ID!) { node(id: $id) { ... on Proposal { state result } } }";
        let told = self.books.host().send(document, json!({ "id": proposal })).await.ok();
        assert_eq!(told.at("/node/state"), &json!("APPLIED"), "G1");
        told.text("/node/result").to_owned()
    }

    pub async fn close(&self, periods: std::ops::RangeInclusive<i32>) {
        for period in periods {
            self.books.close_one(period, "CLOSED").await;
        }
    }

    pub async fn forecast(&self, remaining: [&str; 3]) {
        let books = &self.books;
        let line = |(scheme, amount): (&String, &str)| json!({ "scheme": scheme, "month": 12, "amount": amount });
        let lines: Vec<Value> = self.schemes.iter().zip(remaining).map(line).collect();
        let input = json!({ "fund": books.fund, "financialYear": "2025/26", "lines": lines });
        let saved = books.host().run("saveForecast", input, "forecast { id }").await.ok();
        let input = json!({ "forecast": saved.text("/saveForecast/forecast/id") });
        books.host().run("submitForecast", input, "forecast { id }").await.ok();
    }

    /// Rule M15, and who sees what: the partners all read the same, which adds up; the board that
    /// closed and a partner that left read their own days, which add up too; an outsider reads
    /// nothing, and is told what somebody is told who asks for what does not exist.
    pub async fn everybody_reads_its_own(&self, year: &str) {
        let mut told = Vec::new();
        for partner in self.partners() {
            told.push(self.adds_up(partner, (year, None)).await.expect("a partner reads it"));
        }
        assert!(told.windows(2).all(|two| two[0] == two[1]), "all read the same: {told:#?}");
        let closed = self.succeeded.then_some((3, "2025-09-30"));
        for (place, last) in closed.into_iter().chain(self.left) {
            let gone = self.books.partner(place);
            let own = self.adds_up(gone, (year, None)).await;
            let as_of = (year == year_of(last)).then_some(last);
            let then = self.adds_up(self.books.host(), (year, as_of)).await;
            let of_its_days = year <= year_of(last);
            assert_eq!(own, then.filter(|_| of_its_days), "{year} as of {last}");
        }
        self.outsider_sees_nothing(year).await;
    }

    /// The position by partner, source and scheme on every basis; null for whoever has none. Each list
    /// adds up to the total.
    async fn adds_up(&self, reader: &Actor, (year, as_of): (&str, Option<&str>)) -> Option<Value> {
        let fields = "actual budget committed";
        let as_of = as_of.map(|day| format!(r#"asOf: "{day}""#)).unwrap_or_default();
        let mut all = Vec::new();
        for basis in ["FUNDED_BY", "INCURRED_BY", "BORNE_BY"] {
            let document = format!(
                r#"{{ pooledFund(reference: "Pool") {{
                    position(financialYear: "{year}", basis: {basis} {as_of}) {{
                        total {{ {fields} }}
                        byPartner(first: 20) {{ nodes {{ figures {{ {fields} }} }} }}
                        bySource(first: 20) {{ nodes {{ figures {{ {fields} }} }} }}
                        byScheme(first: 20) {{ nodes {{ figures {{ {fields} }} }} }} }} }} }}"#
            );
            let answer = reader.ask(&document).await.ok();
            let position = answer.at("/pooledFund/position").clone();
            if position.is_null() {
                return None;
            }
            for list in ["byPartner", "bySource", "byScheme"] {
                for figure in fields.split(' ') {
                    let lines = position[list]["nodes"].as_array().expect("lines");
                    let sum: i64 = lines.iter().map(|line| pence(&line["figures"][figure])).sum();
                    assert_eq!(sum, pence(&position["total"][figure]), "{basis} {list} {figure}");
                }
            }
            all.push(position);
        }
        Some(json!(all))
    }

    async fn outsider_sees_nothing(&self, year: &str) {
        let document = format!(
            r#"query($ids: [ID!]!) {{
                pooledFund(reference: "Pool") {{ id }}
                partnershipAgreement(reference: "Pool") {{ id }}
                pooledFunds(first: 5) {{ totalCount }}
                partnershipAgreements(first: 5) {{ totalCount }}
                publications(financialYear: "{year}", first: 5) {{ totalCount }}
                nodes(ids: $ids) {{ id }} }}"#
        );
        let ids = [&[self.books.agreement.clone(), self.books.fund.clone()], &self.schemes[..]];
        let ids = ids.concat();
        let said = self.outsider.send(&document, json!({ "ids": ids })).await.ok();
        let none = json!({ "totalCount": 0 });
        assert_eq!(
            said.at(""),
            &json!({
                "pooledFund": null, "partnershipAgreement": null, "pooledFunds": none,
                "partnershipAgreements": none, "publications": none,
                "nodes": ids.iter().map(|_| Value::Null).collect::<Vec<_>>(),
            })
        );
    }

    /// What the risk share comes to for somebody.
    pub async fn shared(&self, reader: &Actor, share: &str) -> Value {
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
    pub async fn seen(&self, reader: &Actor) -> Value {
        self.books.transactions(reader).await
    }
}

async fn board(world: &World, code: &str) -> Actor {
    let kind = OrganisationKind::IntegratedCareBoard;
    let id = world.organisation_with_code(code, kind, ("GB-NHS", code)).await;
    world.actor(id, &[Role::Commissioner, Role::Finance, Role::Auditor]).await
}

/// Plans what a partner puts in, due on these days.
async fn contribute(books: &Books, place: usize, amount: &str, days: &Value) {
    let due = |day: &Value| json!({ "dueOn": day });
    let instalments: Vec<Value> = days.as_array().into_iter().flatten().map(due).collect();
    let input = json!({
        "fund": books.fund, "partner": books.partner(place).id,
        "sourceCode": tests::books::SOURCE, "financialYear": "2025/26", "amount": amount,
        "instalments": instalments, "decision": tests::posting::decision(),
        "idempotencyKey": format!("contribution {place}"),
    });
    books.host().run("planContribution", input, "contribution { id }").await.ok();
}

/// The financial year of a day, as it is written.
fn year_of(day: &str) -> &'static str {
    if day < "2026-04-01" { "2025/26" } else { "2026/27" }
}

pub fn pence(amount: &Value) -> i64 {
    let text = amount.as_str().expect("an amount").replace('.', "");
    text.parse().expect("an amount")
}
