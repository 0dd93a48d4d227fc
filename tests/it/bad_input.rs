//! Bad input: each is told by a code, the place in the input and a sentence; nothing is written.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, books::SOURCE, both_databases, posting::decision};
use tributary::graphql::node::Kind;
use uuid::Uuid;

/// A fund with everything in it that bad input could spoil.
struct Ledger {
    books: Books,
    contribution: String,
    scheme: String,
    other_scheme: String,
    spent: String,
}

impl Ledger {
    async fn open(world: &World) -> Self {
        let books = Books::open(world, &["Council", "ICB"]).await;
        let contribution = books.contribution(1, "1200.00").await;
        let scheme = books.scheme("1", "600.00", &[1, 1]).await;
        let other_scheme = books.scheme("2", "300.00", &[1, 1]).await;
        let spent = books.spend(&scheme, "10.00", "2025-04-10", "spent").await.ok();
        let spent = spent.text("/recordExpenditure/transaction/id").to_owned();
        Self { books, contribution, scheme, other_scheme, spent }
    }

    /// That `name` refuses `input` with `code` at `path`, and writes nothing.
    async fn refuses(&self, name: &str, input: Value, (code, path): (&str, &str)) {
        let before = self.books.everything().await;
        let told = format!("{name} {input}");
        let answer = send(self.books.host(), name, input).await;
        is_told(&answer, (code, path), &told);
        assert_eq!(self.books.everything().await, before, "{told} wrote");
    }

    fn expenditure(&self, changed: &Value) -> Value {
        with(Books::expenditure(&self.scheme, "10.00", "2025-05-10", "new"), changed)
    }

    fn planned(&self, changed: &Value) -> Value {
        let books = &self.books;
        let input = json!({
            "fund": books.fund, "partner": books.partner(0).id, "sourceCode": SOURCE,
            "financialYear": "2025/26", "amount": "100.00", "idempotencyKey": "new",
        });
        with(input, changed)
    }

    fn journal(&self, lines: &[(&str, &str)]) -> Value {
        let line =
            |(account, amount): &(&str, &str)| json!({ "account": account, "amount": amount });
        json!({
            "fund": self.books.fund, "lines": lines.iter().map(line).collect::<Vec<_>>(),
            "effective": { "effectiveOn": "2025-05-10" }, "description": "Journal",
            "idempotencyKey": "journal",
        })
    }
}

/// `input` with some of its fields changed.
fn with(mut input: Value, changed: &Value) -> Value {
    for (field, value) in changed.as_object().expect("fields") {
        input[field] = value.clone();
    }
    input
}

async fn send(actor: &Actor, name: &str, input: Value) -> Answer {
    match name {
        "invoiceContribution" | "receiveContribution" | "refundContribution" => {
            actor.run_typed(name, "ContributionPostingInput", input, "").await
        }
        _ => actor.run(name, input, "").await,
    }
}

fn is_told(answer: &Answer, (code, path): (&str, &str), told: &str) {
    assert!(answer.0.get("errors").is_none(), "{told}: a fault: {answer:#?}");
    let errors = answer.payload()["errors"].as_array().expect("errors");
    assert!(!errors.is_empty(), "{told}: was not refused");
    assert_eq!((answer.problem().as_str(), answer.problem_path().as_str()), (code, path), "{told}");
    let message = errors[0]["message"].as_str().expect("a sentence");
    assert!(message.contains(' ') && message.len() > 15, "{told}: {message:?} is no sentence");
}

both_databases! {
    async fn an_unknown_organisation(world: World) {
        let ledger = Ledger::open(&world).await;
        let nobody = Kind::Organisation.id(Uuid::from_u128(7)).to_string();
        let books = &ledger.books;
        ledger.refuses("planContribution", ledger.planned(&json!({ "partner": nobody })), ("NOT_ALLOWED", "partner")).await;
        let commissioned = books.scheme_input(&books.fund, "3", "1.00", &[1]);
        let commissioned = with(commissioned, &json!({ "provider": nobody }));
        ledger.refuses("createScheme", commissioned, ("NOT_FOUND", "provider")).await;
        let spent_by = ledger.expenditure(&json!({ "spentBy": nobody }));
        ledger.refuses("recordExpenditure", spent_by, ("NOT_ALLOWED", "spentBy")).await;
        let payee = ledger.expenditure(&json!({ "payee": nobody }));
        ledger.refuses("recordExpenditure", payee, ("NOT_FOUND", "payee")).await;
        let agreement = json!({
            "reference": "Other", "title": "Other", "evidence": "SIGNED", "status": "DRAFT",
            "partners": [books.host().id, nobody], "host": books.host().id,
            "poolManager": "Manager", "startsOn": "2025-04-01",
        });
        ledger.refuses("createPartnershipAgreement", agreement, ("NOT_FOUND", "partners.1")).await;
        let not_an_id = ledger.planned(&json!({ "partner": "Council" }));
        ledger.refuses("planContribution", not_an_id, ("NOT_FOUND", "partner")).await;
    }

    async fn m12_a_negative_contribution(world: World) {
        let ledger = Ledger::open(&world).await;
        let negative = ledger.planned(&json!({ "amount": "-1.00" }));
        ledger.refuses("planContribution", negative, ("NOT_POSITIVE", "amount")).await;
        let variation = json!({
            "contribution": ledger.contribution, "amount": "-1200.01", "effectiveOn": "2025-06-01",
            "reason": "Cut", "decision": decision(), "idempotencyKey": "new",
        });
        ledger.refuses("varyContribution", variation, ("INSUFFICIENT_AMOUNT", "amount")).await;
        for name in ["invoiceContribution", "receiveContribution", "refundContribution"] {
            let posting = json!({
                "contribution": ledger.contribution, "amount": "-5.00", "description": "Paid",
                "effective": { "effectiveOn": "2025-05-10" }, "idempotencyKey": "new",
            });
            ledger.refuses(name, posting, ("NOT_POSITIVE", "amount")).await;
        }
        let spent = ledger.expenditure(&json!({ "amount": "-5.00" }));
        ledger.refuses("recordExpenditure", spent, ("NOT_POSITIVE", "amount")).await;
        let nothing = ledger.expenditure(&json!({ "amount": "0.00" }));
        ledger.refuses("recordExpenditure", nothing, ("NOT_POSITIVE", "amount")).await;
    }

    async fn m7_an_unbalanced_transaction(world: World) {
        let ledger = Ledger::open(&world).await;
        for lines in [
            &[("CASH", "100.00"), ("RESERVE", "-99.99")][..],
            &[("CASH", "100.00")],
            &[],
            &[("CASH", "9999999999999.99"), ("RESERVE", "9999999999999.99")],
        ] {
            ledger.refuses("postJournal", ledger.journal(lines), ("UNBALANCED", "lines")).await;
        }
        let lines = [("EXPENDITURE", "5.00"), ("CASH", "-5.00")];
        let path = "lines.0.account";
        ledger.refuses("postJournal", ledger.journal(&lines), ("INVALID_VALUE", path)).await;
    }

    async fn m9_a_closed_period(world: World) {
        let ledger = Ledger::open(&world).await;
        ledger.books.close(1, "CLOSED").await;
        let in_april = json!({ "effective": { "effectiveOn": "2025-04-30" }, "reason": "Late" });
        let closed = ("PERIOD_CLOSED", "effective.effectiveOn");
        ledger.refuses("recordExpenditure", ledger.expenditure(&in_april), closed).await;
        let journal = with(ledger.journal(&[("CASH", "1.00"), ("RESERVE", "-1.00")]), &in_april);
        ledger.refuses("postJournal", journal, closed).await;
        let reversal = Books::reversal(&ledger.spent, "2025-04-30", "new");
        ledger.refuses("reverseTransaction", reversal, closed).await;
        let again = json!({
            "fund": ledger.books.fund, "financialYear": "2025/26", "period": 1,
            "status": "SOFT_CLOSED", "reason": "Again",
        });
        ledger.refuses("closePeriod", again, ("ALREADY_DONE", "period")).await;
    }

    async fn a_wrong_year(world: World) {
        let ledger = Ledger::open(&world).await;
        let effective = |on: &str| ledger.expenditure(&json!({ "effective": { "effectiveOn": on } }));
        let place = ("WRONG_YEAR", "effective.effectiveOn");
        // Before the agreement, and in a year for which nobody funds the scheme.
        ledger.refuses("recordExpenditure", effective("2025-03-31"), place).await;
        ledger.refuses("recordExpenditure", effective("2026-04-01"), place).await;
        for year in ["2024/25", "2025/27", "2025", "2025-26", "next"] {
            let planned = ledger.planned(&json!({ "financialYear": year }));
            ledger.refuses("planContribution", planned, ("WRONG_YEAR", "financialYear")).await;
        }
        let closing = json!({ "fund": ledger.books.fund, "financialYear": "2024/25", "period": 1,
            "status": "CLOSED", "reason": "Done" });
        ledger.refuses("closePeriod", closing, ("WRONG_YEAR", "financialYear")).await;
        let outside = ledger.planned(&json!({ "effectiveOn": "2026-04-01" }));
        ledger.refuses("planContribution", outside, ("WRONG_YEAR", "effectiveOn")).await;
        let movement = ledger.books.movement("VIREMENT", "2026-04-01", &[
            (&ledger.scheme, "-1.00"), (&ledger.other_scheme, "1.00")], &[]);
        ledger.refuses("moveBudget", movement, ("WRONG_YEAR", "effectiveOn")).await;
    }

    async fn m6_a_breach_of_a_ring_fence(world: World) {
        let ledger = Ledger::open(&world).await;
        let books = &ledger.books;
        let fenced = "DISABLED_FACILITIES_GRANT";
        let mut scheme = books.scheme_input(&books.fund, "3", "100.00", &[1]);
        scheme["budget"]["funding"][0]["source"] = json!(fenced);
        let place = ("RING_FENCE_BREACH", "budget.funding.0.source");
        ledger.refuses("createScheme", scheme.clone(), place).await;
        let split = json!({
            "scheme": ledger.scheme, "financialYear": "2025/26", "effectiveOn": "2025-06-01",
            "shares": [{ "partner": books.host().id, "source": fenced, "weight": 1 }],
        });
        ledger.refuses("setFundingSplit", split, ("RING_FENCE_BREACH", "shares.0.source")).await;
        let mut moved = books.movement("INTO_POOL", "2025-06-01", &[(&ledger.scheme, "5.00")], &[(0, "5.00")]);
        moved["contributions"][0]["sourceCode"] = json!(fenced);
        ledger.refuses("moveBudget", moved, ("RING_FENCE_BREACH", "schemes.0.scheme")).await;

        // An eligible scheme takes it, and cannot become one that is not.
        scheme["schemeType"] = json!("DFG_RELATED_SCHEMES");
        let made = books.host().run("createScheme", scheme, "scheme { id version }").await.ok();
        let change = json!({
            "scheme": made.text("/createScheme/scheme/id"), "schemeType": "OTHER",
            "expectedVersion": 1,
        });
        ledger.refuses("updateScheme", change, ("RING_FENCE_BREACH", "schemeType")).await;
    }

    async fn m2_parts_that_do_not_add_up(world: World) {
        let ledger = Ledger::open(&world).await;
        let books = &ledger.books;
        let short = json!({ "instalments": [
            { "dueOn": "2025-04-30", "amount": "50.00" }, { "dueOn": "2025-07-31", "amount": "49.99" } ] });
        ledger.refuses("planContribution", ledger.planned(&short), ("DOES_NOT_ADD_UP", "instalments")).await;
        let mut scheme = books.scheme_input(&books.fund, "3", "12.00", &[1]);
        scheme["budget"]["months"] = json!(["1.00", "1.00", "1.00", "1.00", "1.00", "1.00",
            "1.00", "1.00", "1.00", "1.00", "1.00", "1.01"]);
        ledger.refuses("createScheme", scheme.clone(), ("DOES_NOT_ADD_UP", "budget.months")).await;
        scheme["budget"]["months"] = json!(["12.00"]);
        ledger.refuses("createScheme", scheme.clone(), ("INVALID_VALUE", "budget.months")).await;
        scheme["budget"]["months"] = json!(null);
        for weight in [0, -1] {
            scheme["budget"]["funding"][0]["weight"] = json!(weight);
            let place = ("NOT_POSITIVE", "budget.funding.0.weight");
            ledger.refuses("createScheme", scheme.clone(), place).await;
        }
        scheme["budget"]["funding"] = json!([]);
        ledger.refuses("createScheme", scheme, ("INVALID_VALUE", "budget.funding")).await;
        let lines = [(ledger.scheme.as_str(), "-1.00"), (ledger.other_scheme.as_str(), "1.01")];
        let virement = books.movement("VIREMENT", "2025-06-01", &lines, &[]);
        ledger.refuses("moveBudget", virement, ("DOES_NOT_ADD_UP", "schemes")).await;
        let outwards = books.movement("OUT_OF_POOL", "2025-06-01", &lines[..1], &[(1, "-2.00")]);
        ledger.refuses("moveBudget", outwards, ("DOES_NOT_ADD_UP", "contributions")).await;
    }

    async fn m3_budgets_beyond_the_income_of_the_fund(world: World) {
        let ledger = Ledger::open(&world).await;
        let books = &ledger.books;
        let scheme = books.scheme_input(&books.fund, "3", "300.01", &[1]);
        ledger.refuses("createScheme", scheme, ("OVER_PROGRAMMED", "budget.amount")).await;
        let lines = [(ledger.scheme.as_str(), "-600.01"), (ledger.other_scheme.as_str(), "600.01")];
        let virement = books.movement("VIREMENT", "2025-06-01", &lines, &[]);
        ledger.refuses("moveBudget", virement, ("INSUFFICIENT_AMOUNT", "schemes.0.amount")).await;
    }

    async fn a_date_that_the_calendar_does_not_have(world: World) {
        let ledger = Ledger::open(&world).await;
        for day in ["2025-02-29", "2025-13-01", "2025-4-1", "01/04/2025", "today", ""] {
            let spent = ledger.expenditure(&json!({ "effective": { "effectiveOn": day } }));
            ledger.refuses("recordExpenditure", spent, ("INVALID_DATE", "effective.effectiveOn")).await;
            let planned = ledger.planned(&json!({ "effectiveOn": day }));
            ledger.refuses("planContribution", planned, ("INVALID_DATE", "effectiveOn")).await;
        }
        let planned = ledger.planned(&json!({ "instalments": [{ "dueOn": "2025-06-31" }] }));
        ledger.refuses("planContribution", planned, ("INVALID_DATE", "instalments.0.dueOn")).await;
        let mut decided = ledger.books.movement("VIREMENT", "2025-06-01", &[
            (&ledger.scheme, "-1.00"), (&ledger.other_scheme, "1.00")], &[]);
        decided["decision"]["decidedOn"] = json!("2025-06-31");
        ledger.refuses("moveBudget", decided, ("INVALID_DATE", "decision.decidedOn")).await;
    }

    async fn m1_an_amount_that_is_written_otherwise_than_in_pounds_and_pence(world: World) {
        let ledger = Ledger::open(&world).await;
        let written = ["1,000", "1e3", "12.345", "£5", "12345678901234567890", "", " 5", "5.", ".5",
            "+5", "--5", "0x10", "NaN", "10000000000000.00"];
        for amount in written {
            let place = ("INVALID_MONEY", "amount");
            ledger.refuses("recordExpenditure", ledger.expenditure(&json!({ "amount": amount })), place).await;
            ledger.refuses("planContribution", ledger.planned(&json!({ "amount": amount })), place).await;
        }
        let books = &ledger.books;
        let journal = ledger.journal(&[("CASH", "1.00"), ("RESERVE", "1,000")]);
        ledger.refuses("postJournal", journal, ("INVALID_MONEY", "lines.1.amount")).await;
        let moved = books.movement("INTO_POOL", "2025-06-01", &[(&ledger.scheme, "£5")], &[(0, "5.00")]);
        ledger.refuses("moveBudget", moved, ("INVALID_MONEY", "schemes.0.amount")).await;
        let scheme = books.scheme_input(&books.fund, "3", "1e3", &[1]);
        ledger.refuses("createScheme", scheme, ("INVALID_MONEY", "budget.amount")).await;
        // No floating point touches money: a number is refused before anything is asked of it.
        let number = send(books.host(), "recordExpenditure", ledger.expenditure(&json!({ "amount": 5.0 }))).await;
        assert!(number.0.get("errors").is_some(), "{number:#?}");
    }

    async fn a_text_that_only_one_of_the_databases_could_keep(world: World) {
        let ledger = Ledger::open(&world).await;
        for field in ["description", "reason", "idempotencyKey"] {
            let spent = ledger.expenditure(&json!({ field: "a\u{0}b" }));
            ledger.refuses("recordExpenditure", spent, ("INVALID_VALUE", field)).await;
        }
        let long = ledger.expenditure(&json!({ "description": "x".repeat(2_001) }));
        ledger.refuses("recordExpenditure", long, ("INVALID_VALUE", "description")).await;
        let fund = json!({ "id": ledger.books.fund, "expectedVersion": 1, "name": "a\u{0}b" });
        ledger.refuses("updatePooledFund", fund, ("INVALID_VALUE", "name")).await;
    }

    async fn a_stale_version(world: World) {
        let ledger = Ledger::open(&world).await;
        let books = &ledger.books;
        let stale = ("STALE_VERSION", "expectedVersion");
        for version in [0, 2] {
            let scheme = json!({ "scheme": ledger.scheme, "expectedVersion": version, "name": "Other" });
            ledger.refuses("updateScheme", scheme, stale).await;
            let fund = json!({ "id": books.fund, "expectedVersion": version, "name": "Other" });
            ledger.refuses("updatePooledFund", fund, stale).await;
            let agreement = json!({ "id": books.agreement, "expectedVersion": version, "title": "Other" });
            ledger.refuses("updatePartnershipAgreement", agreement, stale).await;
            let variation = json!({
                "contribution": ledger.contribution, "amount": "1.00", "effectiveOn": "2025-06-01",
                "reason": "More", "decision": decision(), "idempotencyKey": "new",
                "expectedVersion": version,
            });
            ledger.refuses("varyContribution", variation, stale).await;
        }
        let scheme = json!({ "scheme": ledger.scheme, "expectedVersion": 9, "name": "Other" });
        let refused = send(books.host(), "updateScheme", scheme).await;
        let message = refused.payload()["errors"][0]["message"].as_str().expect("a sentence");
        assert!(message.contains('1'), "{message:?} names the current version");
    }

    async fn m14_an_idempotency_key_used_for_something_else(world: World) {
        let ledger = Ledger::open(&world).await;
        let reused = ("IDEMPOTENCY_KEY_REUSED", "idempotencyKey");
        for changed in [
            json!({ "amount": "10.01" }),
            json!({ "effective": { "effectiveOn": "2025-04-11" } }),
            json!({ "description": "Other" }),
            json!({ "scheme": ledger.other_scheme }),
            json!({ "reason": "Other" }),
        ] {
            let spent = Books::expenditure(&ledger.scheme, "10.00", "2025-04-10", "spent");
            ledger.refuses("recordExpenditure", with(spent, &changed), reused).await;
        }
        for key in [String::new(), "x".repeat(201)] {
            let spent = ledger.expenditure(&json!({ "idempotencyKey": key }));
            ledger.refuses("recordExpenditure", spent, ("INVALID_VALUE", "idempotencyKey")).await;
        }
    }

    async fn somebody_whose_roles_or_organisation_do_not_allow_it(world: World) {
        let ledger = Ledger::open(&world).await;
        let before = ledger.books.everything().await;
        let viewer = world.actor(ledger.books.host().organisation, &[Role::Viewer]).await;
        let stranger = world.organisation("Stranger", OrganisationKind::Charity).await;
        let stranger = world.actor(stranger, &[Role::Finance]).await;
        let input = ledger.expenditure(&json!({}));
        assert_eq!(send(&viewer, "recordExpenditure", input.clone()).await.problem(), "NOT_ALLOWED");
        assert_eq!(send(ledger.books.partner(1), "recordExpenditure", input.clone()).await.problem(), "NOT_ALLOWED");
        assert_eq!(send(&stranger, "recordExpenditure", input.clone()).await.problem(), "NOT_FOUND");
        assert_eq!(send(&world.nobody(), "recordExpenditure", input).await.problem(), "UNAUTHENTICATED");
        assert_eq!(ledger.books.everything().await, before);
    }
}
