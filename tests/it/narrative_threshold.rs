//! Above which variance a return says why: as the partners have decided, and not as the host drafts it
//! (rule G4).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, both_databases, posting::decision};

fn input(books: &Books, (amount, points): (Value, Value), starts_on: &str) -> Value {
    json!({
        "agreement": books.agreement, "amount": amount, "basisPoints": points,
        "startsOn": starts_on, "decision": decision(),
    })
}

async fn record(actor: &Actor, input: Value) -> Answer {
    actor.run("recordNarrativeThreshold", input, "agreement { id }").await
}

async fn told(actor: &Actor, books: &Books) -> Value {
    let asked = "query($id: ID!) { node(id: $id) { ... on PartnershipAgreement {
        narrativeThresholds { startsOn amount basisPoints decision { decidingBody minuteReference } }
        viewerCan { recordNarrativeThreshold { allowed } } } } }";
    let answer = actor.send(asked, json!({ "id": books.agreement })).await.ok();
    answer.at("/node").clone()
}

both_databases! {
    async fn g4_the_host_records_what_the_partners_decided_and_each_of_them_reads_it(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let (host, partner) = (books.host(), books.partner(1));
        assert_eq!(told(partner, &books).await["narrativeThresholds"], json!([]));
        record(host, input(&books, (json!("50.00"), Value::Null), "2025-07-01")).await.ok();
        record(host, input(&books, (Value::Null, json!(500)), "2025-04-01")).await.ok();
        record(host, input(&books, (json!("70.00"), json!(250)), "2025-07-01")).await.ok();
        let minute = json!({ "decidingBody": "Board", "minuteReference": "7" });
        let threshold = |starts_on, amount: Value, points: Value| json!({
            "startsOn": starts_on, "amount": amount, "basisPoints": points, "decision": minute,
        });
        let expected = json!([
            threshold("2025-07-01", json!("70.00"), json!(250)),
            threshold("2025-07-01", json!("50.00"), Value::Null),
            threshold("2025-04-01", Value::Null, json!(500)),
        ]);
        for (actor, allowed) in [(host, true), (partner, false)] {
            let told = told(actor, &books).await;
            assert_eq!(told["narrativeThresholds"], expected);
            assert_eq!(told["viewerCan"]["recordNarrativeThreshold"]["allowed"], allowed);
        }
        let outsider = world.organisation("Outsider", OrganisationKind::LocalAuthority).await;
        let outsider = world.actor(outsider, &[Role::Commissioner]).await;
        assert_eq!(told(&outsider, &books).await, Value::Null);
    }

    async fn each_return_is_held_against_the_threshold_of_its_last_day(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let host = books.host();
        record(host, input(&books, (json!("50.00"), Value::Null), "2025-07-01")).await.ok();
        record(host, input(&books, (Value::Null, json!(500)), "2025-04-01")).await.ok();
        for (span, amount, points) in [
            ("FIRST_QUARTER", Value::Null, json!(500)),
            ("SECOND_QUARTER", json!("50.00"), Value::Null),
        ] {
            let draft = json!({
                "fund": books.fund, "financialYear": "2025/26", "span": span, "dueOn": "2025-10-31",
            });
            let fields = "fundReturn { narrativeAboveAmount narrativeAboveBasisPoints }";
            let saved = host.run("saveReturn", draft, fields).await.ok();
            assert_eq!(saved.at("/saveReturn/fundReturn"), &json!({
                "narrativeAboveAmount": amount, "narrativeAboveBasisPoints": points,
            }));
        }
    }

    async fn a_threshold_that_nobody_decided_or_is_none_is_refused_and_nothing_is_written(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let (host, partner) = (books.host(), books.partner(1));
        let given = || (json!("50.00"), json!(500));
        let right = input(&books, given(), "2025-04-01");
        assert_eq!(record(partner, right.clone()).await.problem(), "NOT_ALLOWED");
        let of_finance = host.colleague(&world, 41, &[Role::Finance]).await;
        assert_eq!(record(&of_finance, right.clone()).await.problem(), "NOT_ALLOWED");
        let mut unminuted = right.clone();
        unminuted["decision"]["minuteReference"] = json!(" ");
        assert_eq!(record(host, unminuted).await.problem(), "NOT_ALLOWED");
        let mut undecided = right.clone();
        undecided["decision"]["decidedOn"] = json!("2031-01-01");
        let undecided = record(host, undecided).await;
        assert_eq!(undecided.refusal(), ("INVALID_VALUE".into(), "decision.decidedOn".into()));
        let negative = record(host, input(&books, (json!("-0.01"), Value::Null), "2025-04-01")).await;
        assert_eq!(negative.refusal(), ("INVALID_VALUE".into(), "amount".into()));
        let negative = record(host, input(&books, (Value::Null, json!(-1)), "2025-04-01")).await;
        assert_eq!(negative.refusal(), ("INVALID_VALUE".into(), "basisPoints".into()));
        let before = record(host, input(&books, given(), "2025-03-31")).await;
        assert_eq!(before.refusal(), ("INVALID_DATE".into(), "startsOn".into()));
        let mut dry = right;
        dry["dryRun"] = json!(true);
        record(host, dry).await.ok();
        assert_eq!(told(host, &books).await["narrativeThresholds"], json!([]));
    }
}
