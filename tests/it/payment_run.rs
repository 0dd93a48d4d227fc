//! What contracts pay, run, approved, posted and dealt with line by line (rules C7, C11, M13, M14).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases, contracts::drafted, posting::decision};
use tributary::service::verify::verify;

/// A contract of £100,000 a year that a board co-ordinates with a borough beside it, paid to a trust
/// from a fund that a council hosts.
struct Paid {
    books: Books,
    scheme: String,
    board: Actor,
    borough: Actor,
    trust: Actor,
    subcontractor: Actor,
    approver: Actor,
    contract: String,
}

const RUN: &str = "run { number period state total ownShare reason decidedOn
    payee { id } fund { id } scheme { id } withheld { field reason }
    viewerCan { decide { allowed reason } }
    lines { number component period nature isAdjustment amount state
        explanation { rule steps { label inputs { name amount } result } }
        acts { kind side amount reason happenedOn }
        viewerCan { claim { allowed } query { allowed } answer { allowed } accept { allowed }
            recordPaid { allowed } reconcile { allowed } } } }";

impl Paid {
    /// On 10 April 2026, when the months of 2025/26 have passed; awarded, and without pay.
    async fn awarded(world: &World) -> Self {
        world.it_is_at(2026, 4, 10, 12);
        let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
        let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
        let partner = world.organisation("Partner", OrganisationKind::LocalAuthority).await;
        let borough = world.organisation("Borough", OrganisationKind::LocalAuthority).await;
        let trust = world.organisation("Trust", OrganisationKind::NhsTrust).await;
        let charity = world.organisation("Charity", OrganisationKind::Charity).await;
        let buys = [Role::Commissioner, Role::Finance];
        let mut staff = Vec::new();
        for partner in [council, board, partner] {
            staff.push(world.actor(partner, &buys).await);
        }
        let borough = world.actor(borough, &buys).await;
        let sells = [Role::ContractManager, Role::Finance];
        let trust = world.actor(trust, &sells).await;
        let subcontractor = world.actor(charity, &sells).await;
        let board = staff[1].clone();
        let approver = staff[0].colleague(world, 20, &[Role::Approver]).await;
        let books = Books::between(staff, "POOL").await;
        let scheme = books.scheme("1", "2000000.00", &[1, 2]).await;
        let mut draft = drafted("UC-1", &[(&board, 9), (&borough, 1)], &[&trust]);
        draft["startsOn"] = json!("2025-04-01");
        draft["agreement"] = json!(books.agreement);
        let contract = board.draft(draft).await;
        let years = json!([{ "financialYear": "2025/26", "amount": "1000000.00" }]);
        let value = json!({ "contract": contract, "expectedValueVersion": 0, "years": years });
        board.run("planContractValue", value, "contract { id }").await.ok();
        board.step("awardContract", &contract, "2025-06-30", json!({})).await.ok();
        Self { books, scheme, board, borough, trust, subcontractor, approver, contract }
    }

    /// The same, with a block of £100,000.
    async fn block(world: &World) -> Self {
        let paid = Self::awarded(world).await;
        paid.component("BLOCK", json!({ "block": { "amount": "100000.00" } })).await;
        paid
    }

    fn input(&self, mut fields: Value) -> Value {
        fields["contract"] = json!(self.contract);
        fields
    }

    async fn component(&self, reference: &str, pay: Value) {
        let input = self.input(json!({
            "reference": reference, "effectiveOn": "2025-04-01", "pay": pay,
            "decision": decision(),
        }));
        self.board.run("recordPayComponent", input, "component { kind }").await.ok();
    }

    fn month(&self, period: i32, key: &str) -> Value {
        self.input(json!({
            "financialYear": "2025/26", "period": period, "scheme": self.scheme,
            "idempotencyKey": key,
        }))
    }

    async fn run(&self, period: i32, key: &str) -> Answer {
        self.board.run("runPayment", self.month(period, key), RUN).await
    }

    async fn approve(&self, run: i32) -> Answer {
        let input = self.input(json!({ "run": run }));
        self.approver.run("approvePaymentRun", input, RUN).await
    }

    async fn line(&self, actor: &Actor, mutation: &str, fields: Value) -> Answer {
        let mut input = self.input(json!({ "run": 1, "line": 1 }));
        for (name, value) in fields.as_object().into_iter().flatten() {
            input[name] = value.clone();
        }
        let fields = RUN.split_once("lines ").expect("lines").1;
        let fields = fields.strip_suffix('}').expect("the end of the run");
        actor.run(mutation, input, &format!("line {fields}")).await
    }

    /// What a reader sees of the runs of the year.
    async fn runs(&self, actor: &Actor) -> Value {
        let run = RUN.split_once(' ').expect("a run").1;
        let document = format!(
            "query($id: ID!) {{ contract(id: $id) {{ pay {{ withheld {{ field reason }}
                paymentRuns(financialYear: \"2025/26\") {run} }} }} }}"
        );
        actor.send(&document, json!({ "id": self.contract })).await.ok().at("/contract").clone()
    }

    /// What was spent, and the host's cash.
    async fn stands(&self) -> (String, String) {
        let told = self.books.position(self.books.host(), "", "cash total { actual }").await.ok();
        let position = told.at("/pooledFund/position");
        let text = |value: &Value| value.as_str().expect("money").to_owned();
        (text(&position["total"]["actual"]), text(&position["cash"]))
    }
}

fn money(actual: &str, cash: &str) -> (String, String) {
    (actual.to_owned(), cash.to_owned())
}

fn pence(value: &Value) -> i64 {
    value.as_str().expect("money").replace('.', "").parse().expect("pence")
}

async fn acts(world: &World, action: &str) -> u64 {
    use entities::audit_act::{Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
    #[expect(clippy::disallowed_methods, reason = "the test looks at every row")]
    let acts = Entity::find().filter(Column::Action.eq(action));
    acts.count(world.database.for_migration()).await.expect("a count")
}

both_databases! {
    async fn c4_twelve_runs_of_a_year_add_up_to_its_schedule_and_enter_the_books(world: World) {
        let paid = Paid::block(&world).await;
        let mut sum = 0;
        for period in 1..=12 {
            let run = paid.run(period, &format!("{period}")).await.ok();
            assert_eq!(run.at("/runPayment/run/number"), period);
            assert_eq!(run.at("/runPayment/run/state"), "AWAITING_APPROVAL");
            let lines = run.at("/runPayment/run/lines").as_array().expect("lines").clone();
            assert_eq!(lines.len(), 1, "a month has one line");
            assert_eq!((&lines[0]["period"], &lines[0]["isAdjustment"]), (&json!(period), &json!(false)));
            sum += pence(run.at("/runPayment/run/total"));
            paid.approve(period).await.ok();
        }
        assert_eq!(sum, 10_000_000, "£100,000.00 to the penny");
        assert_eq!(paid.stands().await, money("100000.00", "0.00"));
        assert_eq!(paid.books.transactions(paid.books.host()).await, 12, "one for each run");
        assert_eq!(acts(&world, "runPayment").await, 12);
        assert_eq!(acts(&world, "approvePaymentRun").await, 12);
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn m14_what_was_run_is_not_run_again_and_a_dry_run_writes_nothing(world: World) {
        let paid = Paid::block(&world).await;
        let mut tried = paid.month(3, "dry");
        tried["dryRun"] = json!(true);
        let tried = paid.board.run("runPayment", tried, RUN).await.ok();
        assert_eq!(tried.at("/runPayment/run/total"), "25000.00");
        let document = "query($id: ID!) { contract(id: $id) { pay {
            paymentRuns(financialYear: \"2025/26\") { number } } } }";
        let none = paid.board.send(document, json!({ "id": paid.contract })).await.ok();
        assert_eq!(none.at("/contract/pay/paymentRuns"), &json!([]));

        paid.run(3, "A").await.ok();
        let replayed = paid.run(3, "A").await.ok();
        assert_eq!(replayed.at("/runPayment/run/number"), 1);
        assert_eq!(paid.run(4, "A").await.problem(), "IDEMPOTENCY_KEY_REUSED");
        assert_eq!(paid.run(3, "B").await.refusal(), ("ALREADY_DONE".into(), "period".into()));
        paid.approve(1).await.ok();
        assert_eq!(paid.approve(1).await.problem(), "ALREADY_DONE");
        assert_eq!(paid.run(3, "C").await.problem(), "ALREADY_DONE");
        assert_eq!(paid.stands().await, money("25000.00", "0.00"));
        assert_eq!(acts(&world, "runPayment").await, 1);
        assert_eq!(paid.run(13, "D").await.problem_path(), "period");
        let mut next = paid.month(2, "E");
        next["financialYear"] = json!("2026/27");
        let early = paid.board.run("runPayment", next, RUN).await;
        assert_eq!(early.problem(), "INVALID_DATE");
    }

    async fn c7_a_corrected_list_size_comes_as_adjustments_of_the_months_before(world: World) {
        let paid = Paid::awarded(&world).await;
        let count = |people: i32| {
            paid.input(json!({ "code": "ALL", "countedOn": "2025-04-01", "people": people,
                "source": "Practice" }))
        };
        paid.board.run("recordListSize", count(1_000), "countedOn").await.ok();
        let capitation = json!({ "capitation": { "yearlyPrice": "120.00",
            "groups": [{ "code": "ALL" }], "refreshed": "MONTHLY" } });
        paid.component("LIST", capitation).await;
        let first = paid.run(2, "1").await.ok();
        assert_eq!(first.at("/runPayment/run/total"), "20000.00");
        paid.approve(1).await.ok();
        world.pass(1);
        paid.board.run("recordListSize", count(1_100), "countedOn").await.ok();
        let second = paid.run(3, "2").await.ok();
        assert_eq!(second.at("/runPayment/run/total"), "13000.00");
        let lines = second.at("/runPayment/run/lines").clone();
        let told = |place: usize| {
            let line = &lines[place];
            (line["period"].clone(), line["amount"].clone(), line["isAdjustment"].clone())
        };
        assert_eq!(told(0), (json!(1), json!("1000.00"), json!(true)));
        assert_eq!(told(1), (json!(2), json!("1000.00"), json!(true)));
        assert_eq!(told(2), (json!(3), json!("11000.00"), json!(false)));
        let steps = lines[0]["explanation"]["steps"].as_array().expect("steps");
        let last = steps.last().expect("a step");
        let inputs = json!([{ "name": "what it comes to now", "amount": "11000.00" },
            { "name": "run 1", "amount": "-10000.00" }]);
        assert_eq!((&last["inputs"], &last["result"]), (&inputs, &json!("1000.00")));
        world.pass(1);
        paid.board.run("recordListSize", count(900), "countedOn").await.ok();
        let third = paid.run(3, "3").await.ok();
        assert_eq!(third.at("/runPayment/run/total"), "-6000.00");
        paid.approve(2).await.ok();
        paid.approve(3).await.ok();
        assert_eq!(paid.stands().await, money("27000.00", "0.00"));
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn a2_what_three_of_four_measures_earn_is_paid_and_the_fourth_once_it_is_validated(world: World) {
        let paid = Paid::awarded(&world).await;
        let measures: Vec<Value> = ["M1", "M2", "M3", "M4"].map(|it| json!({
            "reference": it, "name": it, "kind": "OUTCOME", "unit": "per cent", "weight": 2_500,
            "direction": "HIGHER_IS_BETTER", "threshold": "0", "target": "100",
            "scoring": "ALL_OR_NOTHING",
        })).into();
        let framework = paid.input(json!({
            "effectiveOn": "2025-04-01", "cutOffDays": 90, "decision": decision(),
            "domains": [{ "name": "Living well", "weight": 10_000, "measures": measures }],
        }));
        paid.board.run("defineOutcomeFramework", framework, "framework { number }").await.ok();
        let share = |points: i32| json!({ "basis": "CONTRACT_VALUE", "basisPoints": points });
        paid.component("CORE", json!({ "block": share(7_000) })).await;
        let contingent = json!({ "outcomeContingent": { "most": [share(3_000)] } });
        paid.component("OUTCOMES", contingent).await;
        let validator = paid.board.colleague(&world, 21, &[Role::Approver]).await;
        for (measure, number) in ["M1", "M2", "M3"].into_iter().zip(1..) {
            measured(&paid, &validator, (measure, number)).await;
        }
        let run = paid.run(12, "1").await.ok();
        assert_eq!(run.at("/runPayment/run/total"), "925000.00");
        measured(&paid, &validator, ("M4", 4)).await;
        let rest = paid.run(12, "2").await.ok();
        assert_eq!(rest.at("/runPayment/run/total"), "75000.00");
        paid.approve(1).await.ok();
        paid.approve(2).await.ok();
        assert_eq!(paid.stands().await, money("1000000.00", "0.00"));
    }

    async fn c11_a_line_is_claimed_queried_answered_accepted_paid_once_and_confirmed(world: World) {
        let paid = Paid::block(&world).await;
        paid.run(1, "1").await.ok();
        let unapproved = paid.line(&paid.board, "acceptPaymentLine", json!({})).await;
        assert_eq!(unapproved.problem(), "NOT_ALLOWED");
        let unseen = paid.line(&paid.trust, "claimPaymentLine", json!({})).await;
        assert_eq!(unseen.problem(), "NOT_FOUND", "what waits for the host is not shown to the payee");
        paid.approve(1).await.ok();
        let host = paid.books.host();
        let state = |answer: &Answer| answer.payload()["line"]["state"].clone();

        let claim = paid.line(&paid.trust, "claimPaymentLine", json!({ "reference": "INV 7" })).await;
        assert_eq!(state(&claim.ok()), "CLAIMED");
        let query = |amount: &str| json!({ "amount": amount, "reason": "Two wards were shut" });
        let much = paid.line(&paid.board, "queryPaymentLine", query("8333.34")).await;
        assert_eq!(much.refusal(), ("INVALID_VALUE".into(), "amount".into()));
        let asked = paid.line(&paid.board, "queryPaymentLine", query("500.00")).await.ok();
        assert_eq!(state(&asked), "QUERIED");
        let payment = || json!({ "paidOn": "2026-04-10", "idempotencyKey": "P1" });
        let held = paid.line(host, "recordPaymentMade", payment()).await;
        assert_eq!(held.problem(), "NOT_ALLOWED", "what is queried is not paid");
        let answer = json!({ "answer": "One ward, for a day" });
        for own in [&paid.board, host] {
            let own = paid.line(own, "answerPaymentQuery", answer.clone()).await;
            assert_eq!(own.problem(), "NOT_ALLOWED", "nobody answers its own query");
        }
        let answered = paid.line(&paid.trust, "answerPaymentQuery", answer.clone()).await.ok();
        assert_eq!(state(&answered), "CLAIMED");
        let accepted = paid.line(&paid.board, "acceptPaymentLine", json!({})).await.ok();
        assert_eq!(state(&accepted), "ACCEPTED");
        assert_eq!(paid.stands().await, money("8333.33", "0.00"));

        let made = paid.line(host, "recordPaymentMade", payment()).await.ok();
        assert_eq!(state(&made), "PAID");
        assert_eq!(paid.books.transactions(host).await, 2);
        assert_eq!(state(&paid.line(host, "recordPaymentMade", payment()).await.ok()), "PAID");
        let mut twice = payment();
        twice["idempotencyKey"] = json!("P2");
        let twice = paid.line(host, "recordPaymentMade", twice).await;
        assert_eq!(twice.problem(), "ALREADY_DONE");
        assert_eq!(paid.books.transactions(host).await, 2, "it was paid once");
        let arrived = json!({ "receivedOn": "2026-04-10" });
        let foreign = paid.line(&paid.board, "reconcilePaymentLine", arrived.clone()).await;
        assert_eq!(foreign.problem(), "NOT_ALLOWED");
        let confirmed = paid.line(&paid.trust, "reconcilePaymentLine", arrived).await.ok();
        assert_eq!(state(&confirmed), "RECONCILED");
        let kinds: Vec<&Value> = confirmed.payload()["line"]["acts"].as_array().expect("acts")
            .iter().map(|act| &act["kind"]).collect();
        assert_eq!(kinds, ["CLAIMED", "QUERIED", "ANSWERED", "ACCEPTED", "PAID", "RECONCILED"]);
        for act in ["claimPaymentLine", "queryPaymentLine", "answerPaymentQuery",
            "acceptPaymentLine", "recordPaymentMade", "reconcilePaymentLine"] {
            assert_eq!(acts(&world, act).await, 1, "{act}");
        }
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn m13_the_host_approves_and_not_the_commissioner_and_what_it_refuses_is_run_again(world: World) {
        let paid = Paid::block(&world).await;
        paid.run(1, "1").await.ok();
        let input = || paid.input(json!({ "run": 1 }));
        let own = paid.board.colleague(&world, 22, &[Role::Approver]).await;
        for other in [&own, paid.books.host(), &paid.trust] {
            let refused = other.run("approvePaymentRun", input(), RUN).await.problem();
            assert!(["NOT_ALLOWED", "NOT_FOUND"].contains(&refused.as_str()), "{refused}");
        }
        let provider = paid.trust.run("runPayment", paid.month(1, "2"), RUN).await;
        assert_eq!(provider.problem(), "NOT_ALLOWED");
        let mut refusal = input();
        refusal["reason"] = json!("The wrong scheme");
        let refused = paid.approver.run("refusePaymentRun", refusal, RUN).await.ok();
        assert_eq!(refused.at("/refusePaymentRun/run/state"), "REFUSED");
        assert_eq!(acts(&world, "refusePaymentRun").await, 1);
        let again = paid.run(1, "3").await.ok();
        assert_eq!(again.at("/runPayment/run/total"), "8333.33");
        assert_eq!(again.at("/runPayment/run/lines/0/isAdjustment"), false);
        assert_eq!(paid.stands().await, money("0.00", "0.00"));
    }

    async fn m9_a_run_is_posted_into_an_open_period_and_put_right_by_the_next_run_alone(world: World) {
        let paid = Paid::block(&world).await;
        paid.run(1, "1").await.ok();
        paid.books.close(1, "CLOSED").await;
        assert_eq!(paid.approve(1).await.problem(), "PERIOD_CLOSED");
        let input = paid.input(json!({ "run": 1, "effectiveOn": "2025-05-01" }));
        let posted = paid.approver.run("approvePaymentRun", input, RUN).await.ok();
        assert_eq!(posted.at("/approvePaymentRun/run/state"), "APPROVED");
        let document = format!(
            r#"{{ pooledFund(reference: "{}") {{ transactions(first: 9) {{ nodes {{ id kind }} }} }} }}"#,
            paid.books.reference
        );
        let told = paid.books.host().ask(&document).await.ok();
        let run = told.at("/pooledFund/transactions/nodes/0").clone();
        assert_eq!(run["kind"], "ACCRUAL");
        let id = run["id"].as_str().expect("an identity");
        let reversal = Books::reversal(id, "2025-05-02", "R");
        let reversed = paid.books.host().run("reverseTransaction", reversal, "").await;
        assert_eq!(reversed.problem(), "NOT_ALLOWED");
        let mut settles = Books::expenditure(&paid.scheme, "1.00", "2025-05-02", "S");
        settles["settles"] = json!(id);
        let settled = paid.books.host().run("recordExpenditure", settles, "").await;
        assert_eq!(settled.refusal(), ("NOT_ALLOWED".into(), "settles".into()));
        let adjusts = json!({ "adjusts": id, "amount": "1.00", "reason": "Wrong",
            "effective": { "effectiveOn": "2025-05-02" }, "description": "More",
            "idempotencyKey": "J" });
        let adjusted = paid.books.host().run("recordAdjustment", adjusts, "").await;
        assert_eq!(adjusted.refusal(), ("NOT_ALLOWED".into(), "adjusts".into()));
    }

    async fn v1_each_sees_of_a_run_what_the_matrix_says_and_a_subcontractor_nothing(world: World) {
        let paid = Paid::block(&world).await;
        let link = json!({
            "under": paid.contract, "seller": paid.subcontractor.id, "reference": "SUB",
            "service": "Nursing", "startsOn": "2025-04-01", "endsOn": "2027-03-31",
            "values": [{ "financialYear": "2025/26", "worth": { "amount": "1000.00" } }],
        });
        paid.trust.run("recordSubcontract", link, "subcontract { id }").await.ok();
        paid.run(1, "1").await.ok();
        let runs = |contract: &Value| contract["pay"]["paymentRuns"].clone();
        for waits in [&paid.trust, &paid.borough] {
            assert_eq!(runs(&paid.runs(waits).await), json!([]), "the host has not approved it");
        }
        paid.approve(1).await.ok();
        for whole in [&paid.board, paid.books.host(), paid.books.partner(2)] {
            let told = runs(&paid.runs(whole).await);
            assert_eq!(told[0]["total"], "8333.33");
            assert_eq!(told[0]["lines"][0]["amount"], "8333.33");
            assert_eq!(told[0]["scheme"]["id"], json!(paid.scheme));
            assert_eq!(told[0]["withheld"], json!([]));
        }
        let trust = runs(&paid.runs(&paid.trust).await);
        assert_eq!(trust[0]["lines"][0]["amount"], "8333.33");
        assert_eq!(trust[0]["lines"][0]["viewerCan"]["claim"]["allowed"], true);
        assert!(trust[0]["scheme"].is_null() && trust[0]["fund"].is_null());
        let share = runs(&paid.runs(&paid.borough).await);
        assert_eq!(share[0]["ownShare"], "833.33");
        assert!(share[0]["total"].is_null() && share[0]["lines"].is_null());
        let withheld = share[0]["withheld"].as_array().expect("withheld");
        assert_eq!(withheld[0], json!({ "field": "total", "reason": "OWN_ONLY" }));
        let stranger = world.organisation("Elsewhere", OrganisationKind::NhsTrust).await;
        let stranger = world.actor(stranger, &[Role::Commissioner, Role::Finance]).await;
        for nobody in [&paid.subcontractor, &stranger] {
            let seen = paid.runs(nobody).await;
            let told = seen["pay"]["paymentRuns"].as_array().is_some_and(|runs| !runs.is_empty());
            assert!(!told, "{seen}");
            let claim = paid.line(nobody, "claimPaymentLine", json!({})).await;
            assert_eq!(claim.problem(), "NOT_FOUND");
            let none = nobody.run("runPayment", paid.month(2, "X"), RUN).await;
            assert_eq!(none.problem(), "NOT_FOUND");
        }
    }

    async fn v11_a_partner_that_waits_for_releases_sees_a_run_once_its_period_is_released(world: World) {
        let paid = Paid::block(&world).await;
        let document = "query($id: ID!) { node(id: $id) { ... on PartnershipAgreement { version } } }";
        let agreement = &paid.books.agreement;
        let told = paid.books.host().send(document, json!({ "id": agreement })).await.ok();
        let input = json!({
            "id": agreement, "expectedVersion": told.at("/node/version"), "postings": "RELEASED",
        });
        paid.books.host().run("updatePartnershipAgreement", input, "").await.ok();
        paid.run(1, "1").await.ok();
        paid.approve(1).await.ok();
        let partner = paid.books.partner(2);
        let trail = "{ auditTrail(first: 50, where: { action: { eq: \"runPayment\" } }) { totalCount } }";
        assert_eq!(paid.runs(partner).await["pay"]["paymentRuns"], json!([]));
        assert_eq!(partner.ask(trail).await.ok().at("/auditTrail/totalCount"), 0);
        let board = paid.runs(&paid.board).await;
        assert_eq!(board["pay"]["paymentRuns"][0]["total"], "8333.33", "it ran it");
        paid.books.release(&world, 1).await;
        let told = paid.runs(partner).await;
        assert_eq!(told["pay"]["paymentRuns"][0]["total"], "8333.33");
        assert_eq!(partner.ask(trail).await.ok().at("/auditTrail/totalCount"), 1);
    }

    async fn v3_what_is_answered_of_runs_and_lines_is_what_is_decided(world: World) {
        let paid = Paid::block(&world).await;
        paid.run(1, "1").await.ok();
        let decide = paid.input(json!({ "run": 1, "dryRun": true }));
        for actor in [&paid.board, &paid.approver, paid.books.host()] {
            let run = paid.runs(actor).await["pay"]["paymentRuns"][0].clone();
            let answer = actor.run("approvePaymentRun", decide.clone(), "").await;
            let is_done = answer.payload()["errors"] == json!([]);
            assert_eq!(run["viewerCan"]["decide"]["allowed"], json!(is_done), "{}", actor.id);
        }
        paid.approve(1).await.ok();
        let deeds = [
            ("claim", "claimPaymentLine", json!({})),
            ("query", "queryPaymentLine", json!({ "amount": "1.00", "reason": "Why" })),
            ("answer", "answerPaymentQuery", json!({ "answer": "So" })),
            ("accept", "acceptPaymentLine", json!({})),
            ("recordPaid", "recordPaymentMade", json!({ "paidOn": "2026-04-10", "idempotencyKey": "V" })),
            ("reconcile", "reconcilePaymentLine", json!({ "receivedOn": "2026-04-10" })),
        ];
        let mut allowed = 0;
        for actor in [&paid.board, &paid.trust, paid.books.host(), paid.books.partner(2)] {
            let run = paid.runs(actor).await["pay"]["paymentRuns"][0].clone();
            for (action, mutation, fields) in &deeds {
                let mut fields = fields.clone();
                fields["dryRun"] = json!(true);
                let answer = paid.line(actor, mutation, fields).await;
                let is_done = answer.payload()["errors"] == json!([]);
                let may = &run["lines"][0]["viewerCan"][*action]["allowed"];
                assert_eq!(may, &json!(is_done), "{mutation} by {}", actor.id);
                allowed += u32::from(is_done);
            }
        }
        assert_eq!(allowed, 6, "claim and query; query and accept; query and pay");
    }
}

/// Submitted by the trust and validated.
async fn measured(paid: &Paid, validator: &Actor, (measure, number): (&str, i32)) {
    let reading = paid.input(json!({
        "measure": measure, "financialYear": "2025/26", "reading": "100", "evidence": "Dashboard",
    }));
    paid.trust.run("submitMeasurement", reading, "measurement { number }").await.ok();
    let input = paid.input(json!({ "number": number }));
    validator.run("validateMeasurement", input, "measurement { state }").await.ok();
}
