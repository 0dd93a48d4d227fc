//! What partners owe each other beside money: dates that are kept, notice, disputes taken up a
//! ladder, and an agreement that ends and is run off.

use entities::{membership::Role, organisation::OrganisationKind, relation::RelationKind};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, both_databases, posting::decision};

const DUE: &str = "id kind title dueOn owner { name } isOverdue
    settlement { outcome happenedOn evidence }";
const NOTICE: &str = "id organisation { name } givenOn takesEffectOn reason state withdrawnOn
    withdrawalReason decision { minuteReference }";
const DISPUTE: &str =
    "id raisedBy { name } against { name } raisedOn matter amount financialYear state
    ladder { number name withinDays } steps { number takenOn outcome }
    nextStep { step { number name } dueOn } endedOn outcome";

/// What a reader sees of the governance of an agreement.
async fn read(actor: &Actor, books: &Books) -> Value {
    let document = format!(
        r#"{{ partnershipAgreement(reference: "{}") {{
            dueDates(first: 9) {{ totalCount nodes {{ {DUE} }} }}
            notices(first: 9) {{ totalCount nodes {{ {NOTICE} }} }}
            disputes(first: 9) {{ totalCount nodes {{ {DISPUTE} }} }}
            disputeLadder {{ number name withinDays }} withheld {{ field }} }} }}"#,
        books.reference
    );
    actor.ask(&document).await.ok().at("/partnershipAgreement").clone()
}

fn counts(seen: &Value) -> [u64; 3] {
    ["dueDates", "notices", "disputes"]
        .map(|list| seen[list]["totalCount"].as_u64().expect("a count"))
}

/// Says how the agreement is left, as its host.
async fn agree_notice(books: &Books, version: i32, months: i32) {
    let input =
        json!({ "id": books.agreement, "expectedVersion": version, "noticeMonths": months });
    let _ = books.host().run("updatePartnershipAgreement", input, "agreement { id }").await.ok();
}

async fn set_ladder(books: &Books, steps: &[(&str, Option<i32>)]) -> Answer {
    let step = |(name, days): &(&str, Option<i32>)| json!({ "name": name, "withinDays": days });
    let steps: Vec<Value> = steps.iter().map(step).collect();
    let input = json!({ "agreement": books.agreement, "steps": steps });
    let fields = "agreement { disputeLadder { number name withinDays } }";
    books.host().run("setDisputeLadder", input, fields).await
}

fn dispute(books: &Books, against: &[usize]) -> Value {
    let against: Vec<&String> = against.iter().map(|place| &books.partner(*place).id).collect();
    json!({
        "agreement": books.agreement, "against": against, "fund": books.fund,
        "financialYear": "2025/26", "amount": "2300000.00", "raisedOn": "2025-09-01",
        "matter": "Payment for performance withheld",
    })
}

async fn raise(actor: &Actor, input: Value) -> Answer {
    actor.run("raiseDispute", input, &format!("dispute {{ {DISPUTE} }}")).await
}

async fn take(actor: &Actor, id: &Value, number: i32, on: &str) -> Answer {
    let input =
        json!({ "dispute": id, "number": number, "takenOn": on, "outcome": "No agreement" });
    actor.run("takeDisputeStep", input, &format!("dispute {{ {DISPUTE} }}")).await
}

async fn end(actor: &Actor, id: &Value, ending: &str, on: &str) -> Answer {
    let input =
        json!({ "dispute": id, "ending": ending, "endedOn": on, "outcome": "Shared equally" });
    actor.run("endDispute", input, &format!("dispute {{ {DISPUTE} }}")).await
}

async fn due(books: &Books, title: &str, days: &[&str], owner: Option<usize>) -> Answer {
    let owner = owner.map(|place| &books.partner(place).id);
    let input = json!({
        "agreement": books.agreement, "kind": "REPORT", "title": title, "dueOn": days,
        "owner": owner,
    });
    books.host().run("setDueDates", input, &format!("dueDates {{ {DUE} }}")).await
}

async fn settle(actor: &Actor, id: &Value, outcome: &str, on: &str) -> Answer {
    let input = json!({
        "dueDate": id, "outcome": outcome, "happenedOn": on, "evidence": "Minutes of the board, 7",
    });
    actor.run("settleDueDate", input, &format!("dueDate {{ {DUE} }}")).await
}

both_databases! {
    async fn what_is_due_is_met_with_evidence_or_overdue_from_the_day_after(world: World) {
        let books = Books::open(&world, &["Host", "Partner", "Third"]).await;
        let days = ["2025-06-30", "2025-09-30", "2025-10-01", "2025-12-31"];
        let set = due(&books, "Quarterly report", &days, Some(1)).await.ok();
        let set = set.at("/setDueDates/dueDates").as_array().expect("dates").clone();
        let overdue: Vec<&Value> = set.iter().map(|it| &it["isOverdue"]).collect();
        assert_eq!(overdue, [true, true, false, false], "today is 1 October");
        assert_eq!(set[0]["owner"]["name"], json!("Partner"));

        let (partner, third) = (books.partner(1), books.partner(2));
        assert_eq!(settle(third, &set[0]["id"], "MET", "2025-07-01").await.problem(), "NOT_ALLOWED");
        assert_eq!(settle(partner, &set[0]["id"], "MET", "2025-10-02").await.problem(), "INVALID_VALUE");
        let met = settle(partner, &set[0]["id"], "MET", "2025-07-01").await.ok();
        assert_eq!(met.at("/settleDueDate/dueDate/isOverdue"), &json!(false));
        assert_eq!(met.at("/settleDueDate/dueDate/settlement"), &json!({
            "outcome": "MET", "happenedOn": "2025-07-01", "evidence": "Minutes of the board, 7" }));
        assert_eq!(settle(partner, &set[0]["id"], "MET", "2025-07-01").await.problem(), "ALREADY_DONE");
        assert_eq!(settle(partner, &set[1]["id"], "CANCELLED", "2025-07-01").await.problem(), "NOT_ALLOWED");
        let _ = settle(books.host(), &set[1]["id"], "CANCELLED", "2025-09-01").await.ok();
        let seen = read(third, &books).await;
        let nodes = seen["dueDates"]["nodes"].as_array().expect("dates").clone();
        let listed: Vec<_> = nodes.iter().map(|it| (it["dueOn"].clone(), it["settlement"]["outcome"].clone())).collect();
        assert_eq!(listed, [
            (json!("2025-06-30"), json!("MET")), (json!("2025-09-30"), json!("CANCELLED")),
            (json!("2025-10-01"), Value::Null), (json!("2025-12-31"), Value::Null),
        ]);

        for (days, path) in [
            (&["2025-06-30", "2025-06-30"][..], "dueOn.1"), (&["2025-03-31"][..], "dueOn.0"), (&[][..], "dueOn"),
        ] {
            let refused = due(&books, "Meeting", days, None).await;
            assert_eq!((refused.problem(), refused.problem_path()), ("INVALID_VALUE".into(), path.into()));
        }
        let input = json!({ "agreement": books.agreement, "kind": "MEETING", "title": "M", "dueOn": ["2025-11-01"] });
        assert_eq!(partner.run("setDueDates", input, "dueDates { id }").await.problem(), "NOT_ALLOWED");
    }

    async fn notice_takes_effect_after_the_months_agreed_unless_it_is_withdrawn(world: World) {
        let books = Books::open(&world, &["Host", "Partner", "Third"]).await;
        let partner = books.partner(1);
        let notice = json!({
            "agreement": books.agreement, "givenOn": "2025-08-31", "reason": "No agreed cost share",
            "decision": decision(),
        });
        let give = async |who: &Actor, input: &Value| {
            who.run("giveNotice", input.clone(), &format!("notice {{ {NOTICE} }}")).await
        };
        let unagreed = give(partner, &notice).await;
        assert_eq!((unagreed.problem(), unagreed.problem_path()), ("INVALID_VALUE".into(), "agreement".into()));
        agree_notice(&books, 1, 6).await;
        let mut unminuted = notice.clone();
        unminuted["decision"]["minuteReference"] = json!(" ");
        assert_eq!(give(partner, &unminuted).await.problem(), "NOT_ALLOWED");
        let given = give(partner, &notice).await.ok();
        let given = given.at("/giveNotice/notice").clone();
        assert_eq!(given["takesEffectOn"], json!("2026-02-28"), "the month has no 31st");
        assert_eq!((&given["state"], &given["organisation"]["name"]), (&json!("RUNNING"), &json!("Partner")));
        assert_eq!(give(partner, &notice).await.problem(), "ALREADY_DONE");

        let withdraw = async |who: &Actor, id: &Value| {
            let input = json!({ "notice": id, "reason": "Agreed after all" });
            who.run("withdrawNotice", input, &format!("notice {{ {NOTICE} }}")).await
        };
        assert_eq!(withdraw(books.host(), &given["id"]).await.problem(), "NOT_ALLOWED");
        let withdrawn = withdraw(partner, &given["id"]).await.ok();
        assert_eq!(withdrawn.at("/withdrawNotice/notice/state"), &json!("WITHDRAWN"));
        assert_eq!(withdraw(partner, &given["id"]).await.problem(), "ALREADY_DONE");

        // Given again, it takes effect, and the partner leaves; the others go on.
        let again = give(partner, &notice).await.ok().at("/giveNotice/notice").clone();
        world.it_is(2026, 3, 1);
        let books = books.again(&world).await;
        let seen = read(books.partner(2), &books).await;
        let states: Vec<&Value> = seen["notices"]["nodes"].as_array().expect("notices").iter().map(|it| &it["state"]).collect();
        assert_eq!(states.iter().filter(|it| **it == "IN_EFFECT").count(), 1);
        assert_eq!(states.iter().filter(|it| **it == "WITHDRAWN").count(), 1);
        assert_eq!(withdraw(books.partner(1), &again["id"]).await.problem(), "ALREADY_DONE");
        let leaving = json!({
            "agreement": books.agreement, "expectedVersion": 2,
            "organisation": books.partner(1).id, "leftOn": "2026-02-28",
        });
        let _ = books.host().run("endAgreementPartner", leaving, "agreement { id }").await.ok();
        assert_eq!(give(books.partner(1), &notice).await.problem(), "NOT_ALLOWED");
        let left = read(books.partner(1), &books).await;
        assert_eq!(counts(&left)[1], 2, "it keeps what it read");
        let _ = due(&books, "After", &["2026-03-31"], None).await.ok();
        assert_eq!(counts(&read(books.partner(1), &books).await)[0], 0);
        assert_eq!(counts(&read(books.partner(2), &books).await)[0], 1);
    }

    async fn of_two_notices_at_the_same_instant_one_is_given(world: World) {
        let books = Books::open(&world, &["Council", "ICB"]).await;
        agree_notice(&books, 1, 6).await;
        let give = || {
            let input = json!({
                "agreement": books.agreement, "givenOn": "2025-09-01", "reason": "No cost share",
                "decision": decision(),
            });
            let partner = books.partner(1).clone();
            tokio::spawn(async move { partner.run("giveNotice", input, "notice { id }").await })
        };
        let attempts: Vec<_> = (0..6).map(|_| give()).collect();
        let mut given = 0;
        for attempt in attempts {
            let answer = attempt.await.expect("an answer");
            if answer.payload()["notice"].is_null() {
                assert_eq!(answer.problem(), "ALREADY_DONE");
            } else {
                given += 1;
            }
        }
        assert_eq!(given, 1);
        let listed = read(books.host(), &books).await;
        assert_eq!(listed["notices"]["totalCount"], json!(1));
    }

    async fn a_dispute_goes_up_the_ladder_step_by_step_until_it_is_resolved(world: World) {
        let books = Books::open(&world, &["Host", "CCG", "Council", "Third"]).await;
        let (ccg, council, third) = (books.partner(1), books.partner(2), books.partner(3));
        let without = raise(ccg, dispute(&books, &[2])).await;
        assert_eq!((without.problem(), without.problem_path()), ("INVALID_VALUE".into(), "agreement".into()));
        let ladder = [("Chief officers", Some(20)), ("Partnership board", Some(10)), ("Mediation", None)];
        let _ = set_ladder(&books, &ladder).await.ok();
        let raised = raise(ccg, dispute(&books, &[2])).await.ok();
        let raised = raised.at("/raiseDispute/dispute").clone();
        assert_eq!(raised["against"], json!([{ "name": "Council" }]));
        assert_eq!((&raised["state"], &raised["amount"]), (&json!("OPEN"), &json!("2300000.00")));
        assert_eq!(raised["nextStep"], json!({ "step": { "number": 1, "name": "Chief officers" }, "dueOn": "2025-09-21" }));

        let id = &raised["id"];
        // Another ladder is for later disputes.
        let _ = set_ladder(&books, &[("Mediation", None)]).await.ok();
        assert_eq!(take(third, id, 1, "2025-09-05").await.problem(), "NOT_ALLOWED");
        let skipped = take(council, id, 2, "2025-09-05").await;
        assert_eq!((skipped.problem(), skipped.problem_path()), ("INVALID_VALUE".into(), "number".into()));
        assert_eq!(take(council, id, 1, "2025-08-31").await.problem_path(), "takenOn");
        let taken = take(council, id, 1, "2025-09-05").await.ok();
        assert_eq!(taken.at("/takeDisputeStep/dispute/nextStep/dueOn"), &json!("2025-09-15"));
        assert_eq!(take(ccg, id, 1, "2025-09-05").await.problem(), "ALREADY_DONE");
        let _ = take(books.host(), id, 2, "2025-09-12").await.ok();
        assert_eq!(end(ccg, id, "RESOLVED", "2025-09-11").await.problem_path(), "endedOn");
        assert_eq!(end(council, id, "WITHDRAWN", "2025-09-20").await.problem(), "NOT_ALLOWED");
        let over = end(council, id, "RESOLVED", "2025-09-20").await.ok();
        let over = over.at("/endDispute/dispute").clone();
        assert_eq!((&over["state"], &over["nextStep"]), (&json!("RESOLVED"), &Value::Null));
        assert_eq!(over["steps"].as_array().map(Vec::len), Some(2));
        assert_eq!(take(ccg, id, 3, "2025-09-21").await.problem(), "ALREADY_DONE");
        assert_eq!(end(ccg, id, "WITHDRAWN", "2025-09-21").await.problem(), "ALREADY_DONE");

        let other = raise(third, dispute(&books, &[1, 2])).await.ok().at("/raiseDispute/dispute").clone();
        assert_eq!(other["ladder"], json!([{ "number": 1, "name": "Mediation", "withinDays": null }]));
        let withdrawn = end(third, &other["id"], "WITHDRAWN", "2025-09-02").await.ok();
        assert_eq!(withdrawn.at("/endDispute/dispute/state"), &json!("WITHDRAWN"));
    }

    async fn what_cannot_be_disputed_is_refused_where_it_is_wrong(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let _ = set_ladder(&books, &[("Chief officers", None)]).await.ok();
        let stranger = world.organisation("Stranger", OrganisationKind::Other).await;
        let stranger = world.actor(stranger, &[Role::Finance]).await;
        for (field, value, code, path) in [
            ("against", json!([]), "INVALID_VALUE", "against"),
            ("against", json!([books.partner(1).id]), "INVALID_VALUE", "against.0"),
            ("against", json!([stranger.id]), "NOT_FOUND", "against.0"),
            ("amount", json!("0.00"), "NOT_POSITIVE", "amount"),
            ("raisedOn", json!("2025-10-02"), "INVALID_VALUE", "raisedOn"),
            ("financialYear", json!("2019/20"), "WRONG_YEAR", "financialYear"),
            ("fund", json!(books.agreement), "NOT_FOUND", "fund"),
            ("matter", json!(" "), "INVALID_VALUE", "matter"),
        ] {
            let mut input = dispute(&books, &[0]);
            input[field] = value;
            let refused = raise(books.partner(1), input).await;
            assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), (code, path));
        }
        assert_eq!(raise(&stranger, dispute(&books, &[0])).await.problem(), "NOT_FOUND");
        let refused = set_ladder(&books, &[("Board", Some(0))]).await;
        assert_eq!(refused.problem_path(), "steps.0.withinDays");
        assert_eq!(set_ladder(&books, &[]).await.problem_path(), "steps");
    }

    async fn governance_is_read_as_the_matrix_says_and_never_changed(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        agree_notice(&books, 1, 6).await;
        let _ = set_ladder(&books, &[("Chief officers", None)]).await.ok();
        let _ = due(&books, "Review", &["2025-06-30"], None).await.ok();
        let notice = json!({ "agreement": books.agreement, "givenOn": "2025-08-31", "reason": "R", "decision": decision() });
        let given = books.partner(1).run("giveNotice", notice, "notice { id }").await.ok();
        let raised = raise(books.partner(1), dispute(&books, &[0])).await.ok();
        for (kind, expected) in [
            (RelationKind::Party, [1, 1, 0]),
            (RelationKind::BoardMember, [1, 1, 1]),
            (RelationKind::Observer, [0, 0, 0]),
            (RelationKind::Regulator, [0, 0, 0]),
        ] {
            let other = world.organisation(&format!("{kind:?}"), OrganisationKind::Other).await;
            books.relate(&world, (kind, other), ("2025-04-01", None)).await;
            let other = world.actor(other, &[Role::Commissioner, Role::Finance]).await;
            let seen = read(&other, &books).await;
            assert_eq!(counts(&seen), expected, "{kind:?}");
            let reads_exit = expected[1] == 1;
            assert_eq!(seen["disputeLadder"].is_array(), reads_exit, "{kind:?}");
            let withheld = seen["withheld"].as_array().expect("fields");
            let is_withheld = withheld.iter().any(|it| it["field"] == "disputeLadder");
            assert_eq!(is_withheld, !reads_exit, "{kind:?}");
            let id = raised.at("/raiseDispute/dispute/id");
            let problem = take(&other, id, 1, "2025-09-05").await.problem();
            assert_eq!(problem, if expected[2] == 1 { "NOT_ALLOWED" } else { "NOT_FOUND" }, "{kind:?}");
            let input = json!({ "notice": given.at("/giveNotice/notice/id"), "reason": "R" });
            let problem = other.run("withdrawNotice", input, "notice { id }").await.problem();
            assert_eq!(problem, if reads_exit { "NOT_ALLOWED" } else { "NOT_FOUND" }, "{kind:?}");
        }
        assert_eq!(counts(&read(books.host(), &books).await), [1, 1, 1]);
        for table in ["due_date", "notice", "dispute", "dispute_party", "dispute_rung"] {
            let outcome = world.database.for_migration().execute_unprepared(&format!("delete from {table}")).await;
            let why = outcome.expect_err("the database refuses").to_string();
            assert!(why.contains("append-only"), "{table}: {why}");
        }
    }

    async fn an_agreement_that_ended_is_run_off_and_every_partner_keeps_its_periods(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let contribution = books.contribution(1, "1000.00").await;
        let scheme = books.scheme("1", "1000.00", &[0, 1]).await;
        let _ = books.spend(&scheme, "100.00", "2025-06-10", "june").await.ok();
        let ends = json!({ "id": books.agreement, "expectedVersion": 1, "endsOn": "2026-03-31", "status": "ENDED" });
        world.it_is(2026, 6, 1);
        let books = books.again(&world).await;
        let _ = books.host().run("updatePartnershipAgreement", ends, "agreement { status }").await.ok();

        // The years that it had are settled: what was late is posted and paid.
        let _ = books.spend(&scheme, "50.00", "2026-03-31", "late").await.ok();
        let _ = books.pay("invoiceContribution", &contribution, ("150.00", "2026-03-31", "invoice")).await.ok();
        let _ = books.pay("receiveContribution", &contribution, ("100.00", "2026-03-31", "receipt")).await.ok();
        // What was left to be paid is paid when it is; nothing is spent any more.
        let _ = books.pay("receiveContribution", &contribution, ("50.00", "2026-05-20", "rest")).await.ok();
        let spent = books.spend(&scheme, "1.00", "2026-05-20", "more").await;
        assert_eq!(spent.problem(), "WRONG_YEAR");
        // A year after its end is none of its own.
        let next = json!({
            "fund": books.fund, "partner": books.host().id, "sourceCode": tests::books::SOURCE,
            "financialYear": "2026/27", "amount": "1.00", "idempotencyKey": "next",
        });
        let refused = books.host().run("planContribution", next, "contribution { id }").await;
        assert_eq!((refused.problem(), refused.problem_path()), ("WRONG_YEAR".into(), "financialYear".into()));
        let budget = json!({
            "scheme": scheme, "financialYear": "2026/27", "amount": "1.00",
            "funding": [{ "partner": books.host().id, "source": tests::books::SOURCE, "weight": 1 }],
        });
        assert_eq!(books.host().run("setSchemeBudget", budget, "scheme { id }").await.problem(), "WRONG_YEAR");
        for partner in [books.host(), books.partner(1)] {
            let position = books.position(partner, "", "asOf total { budget actual } cash").await.ok();
            assert_eq!(position.at("/pooledFund/position"), &json!({
                "asOf": "2026-03-31", "total": { "budget": "1000.00", "actual": "150.00" }, "cash": "-50.00",
            }));
        }
        let later = format!(
            r#"{{ pooledFund(reference: "{}") {{ position(financialYear: "2026/27") {{ cash }} }} }}"#,
            books.reference
        );
        let later = books.host().ask(&later).await.ok();
        assert_eq!(later.text("/pooledFund/position/cash"), "0.00", "it was paid in full");
    }

    async fn every_act_of_governance_leaves_its_trace(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        agree_notice(&books, 1, 6).await;
        let _ = set_ladder(&books, &[("Chief officers", None)]).await.ok();
        let set = due(&books, "Review", &["2025-06-30"], None).await.ok();
        let _ = settle(books.host(), set.at("/setDueDates/dueDates/0/id"), "MET", "2025-06-30").await.ok();
        let notice = json!({ "agreement": books.agreement, "givenOn": "2025-08-31", "reason": "R", "decision": decision() });
        let given = books.host().run("giveNotice", notice, "notice { id }").await.ok();
        let withdrawn = json!({ "notice": given.at("/giveNotice/notice/id"), "reason": "R" });
        let _ = books.host().run("withdrawNotice", withdrawn, "notice { id }").await.ok();
        let raised = raise(books.host(), dispute(&books, &[1])).await.ok();
        let id = raised.at("/raiseDispute/dispute/id");
        let _ = take(books.host(), id, 1, "2025-09-05").await.ok();
        let _ = end(books.host(), id, "RESOLVED", "2025-09-06").await.ok();
        let auditor = world.actor(books.host().organisation, &[Role::Auditor]).await;
        let trail = auditor.ask("{ auditTrail(first: 30) { nodes { action } } }").await.ok();
        let acts = trail.at("/auditTrail/nodes").as_array().expect("acts").clone();
        for action in [
            "setDisputeLadder", "setDueDates", "settleDueDate", "giveNotice", "withdrawNotice",
            "raiseDispute", "takeDisputeStep", "endDispute",
        ] {
            let left = acts.iter().filter(|act| act["action"] == action).count();
            assert_eq!(left, 1, "{action}");
        }
    }
}
