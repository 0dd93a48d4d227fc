//! Regulators and auditors read a summary until a dated grant, bound to a purpose, lifts it (rule
//! V9).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases};
use tributary::service::verify::verify;

const GRANT: &str = "grant { id }";
const AGREEMENT: &str = "agreement { version }";

/// The books of three partners with three postings, and a regulator.
async fn scene(world: &World) -> (Books, Actor) {
    let books = Books::open(world, &["Host", "Partner", "Third"]).await;
    books.contribution(0, "1000.00").await;
    let scheme = books.scheme("S1", "1000.00", &[1, 1]).await;
    for on in ["2025-05-10", "2025-06-10", "2025-07-10"] {
        let _ = books.spend(&scheme, "1.00", on, on).await.ok();
    }
    let regulator = appointed(world, &books, "REGULATOR").await.0;
    (books, regulator)
}

/// Somebody of a new organisation that is appointed, and the relation.
async fn appointed(world: &World, books: &Books, kind: &str) -> (Actor, String) {
    let id = world.organisation(kind, OrganisationKind::Regulator).await;
    let who = world.actor(id, &[Role::Auditor, Role::Commissioner]).await;
    let input = json!({
        "agreement": books.agreement, "organisation": who.id, "kind": kind,
        "startsOn": "2025-04-01",
    });
    let made = books.host().run("appointOrganisation", input, "relation { id }").await.ok();
    let relation = made.text("/appointOrganisation/relation/id").to_owned();
    (who, relation)
}

fn input(books: &Books, to: &Actor, (starts_on, ends_on): (&str, &str)) -> Value {
    json!({
        "agreement": books.agreement, "organisation": to.id, "purpose": "An inquiry",
        "startsOn": starts_on, "endsOn": ends_on,
    })
}

async fn grant(by: &Actor, books: &Books, to: &Actor, days: (&str, &str)) -> Answer {
    by.run("grantAccess", input(books, to, days), GRANT).await
}

async fn end(by: &Actor, grant: &Answer, on: &str) -> Answer {
    let input = json!({ "grant": grant.text("/grantAccess/grant/id"), "endsOn": on });
    by.run("endAccessGrant", input, AGREEMENT).await
}

/// What a reader is told of the agreement's aims and the number of postings.
async fn reads(books: &Books, reader: &Actor) -> (Value, Value) {
    let reference = &books.reference;
    let document = format!(
        r#"{{ partnershipAgreement(reference: "{reference}") {{ title aims }}
            pooledFund(reference: "{reference}") {{ transactions(first: 0) {{ totalCount }} }} }}"#
    );
    let answer = reader.ask(&document).await.ok();
    assert_eq!(answer.text("/partnershipAgreement/title"), reference, "the summary stays");
    let count = answer.at("/pooledFund/transactions/totalCount").clone();
    (answer.at("/partnershipAgreement/aims").clone(), count)
}

fn summary() -> (Value, Value) {
    (Value::Null, Value::Null)
}

fn everything() -> (Value, Value) {
    (json!("To share"), json!(3))
}

/// The grants that a reader is told of: to whom, by whom, what for, and the last day.
async fn listed(books: &Books, reader: &Actor) -> Value {
    let document = format!(
        r#"{{ partnershipAgreement(reference: "{}") {{ accessGrants(first: 9) {{ totalCount nodes {{
            organisation {{ name }} grantedBy {{ name }} purpose fund {{ reference }} coversFrom
            coversTo startsOn endsOn viewerCan {{ end {{ allowed }} }} }} }} }} }}"#,
        books.reference
    );
    reader.ask(&document).await.ok().at("/partnershipAgreement/accessGrants").clone()
}

both_databases! {
    async fn v9_a_grant_lifts_the_summary_and_its_end_brings_it_back_at_once(world: World) {
        let (books, regulator) = scene(&world).await;
        assert_eq!(reads(&books, &regulator).await, summary());
        let made = grant(books.host(), &books, &regulator, ("2025-10-01", "2025-12-31")).await.ok();
        assert_eq!(reads(&books, &regulator).await, everything());

        let page = |arguments: &str| format!(
            r#"{{ pooledFund(reference: "{}") {{ transactions(first: 1{arguments}) {{ totalCount
                nodes {{ id }} pageInfo {{ endCursor }} }} }} }}"#, books.reference);
        let first = regulator.ask(&page("")).await.ok();
        let cursor = first.text("/pooledFund/transactions/pageInfo/endCursor");
        let next = page(&format!(r#", after: "{cursor}""#));
        let second = regulator.ask(&next).await.ok();
        assert_eq!(second.at("/pooledFund/transactions/nodes").as_array().map(Vec::len), Some(1));

        end(books.host(), &made, "2025-09-30").await.ok();
        assert_eq!(reads(&books, &regulator).await, summary());
        // A cursor that was given before opens nothing any more.
        assert_eq!(regulator.ask(&next).await.ok().at("/pooledFund/transactions"), &Value::Null);
        verify(&world.database).await.expect("in order");
    }

    async fn v9_a_grant_is_good_from_its_first_day_to_its_last(world: World) {
        let (books, regulator) = scene(&world).await;
        grant(books.host(), &books, &regulator, ("2025-11-01", "2025-11-30")).await.ok();
        for (month, day, whole) in [(10, 31, false), (11, 1, true), (11, 30, true), (12, 1, false)] {
            world.it_is(2025, month, day);
            let regulator = world.again(&regulator).await;
            let expected = if whole { everything() } else { summary() };
            assert_eq!(reads(&books, &regulator).await, expected, "{month}-{day}");
        }
    }

    async fn v9_a_grant_opens_the_days_that_it_covers(world: World) {
        let (books, regulator) = scene(&world).await;
        let mut bound = input(&books, &regulator, ("2025-10-01", "2025-12-31"));
        bound["coversFrom"] = json!("2025-04-01");
        bound["coversTo"] = json!("2025-06-30");
        books.host().run("grantAccess", bound, GRANT).await.ok();
        assert_eq!(reads(&books, &regulator).await.1, json!(2));
    }

    async fn v9_a_grant_of_one_fund_opens_no_other(world: World) {
        let (books, regulator) = scene(&world).await;
        let other = books.another_fund("Other", "ALIGNED").await;
        let mut bound = input(&books, &regulator, ("2025-10-01", "2025-12-31"));
        bound["agreement"] = Value::Null;
        bound["fund"] = json!(other);
        books.host().run("grantAccess", bound.clone(), GRANT).await.ok();
        assert_eq!(reads(&books, &regulator).await, summary());
        let seen = regulator.ask(r#"{ pooledFund(reference: "Other") { transactions(first: 0) { totalCount } } }"#).await.ok();
        assert_eq!(seen.at("/pooledFund/transactions/totalCount"), &json!(0));
        bound["agreement"] = json!(books.agreement);
        let both = books.host().run("grantAccess", bound, GRANT).await;
        assert_eq!(both.problem_path(), "agreement");
    }

    async fn v9_an_auditor_of_one_fund_reads_its_own_grant_there_and_nobody_elses(world: World) {
        let (books, _) = scene(&world).await;
        let mut auditors = Vec::new();
        for name in ["Auditor", "Other auditor"] {
            let id = world.organisation(name, OrganisationKind::Regulator).await;
            let who = world.actor(id, &[Role::Auditor]).await;
            let appointed = json!({ "agreement": books.agreement, "fund": books.fund,
                "organisation": who.id, "kind": "AUDITOR", "startsOn": "2025-04-01" });
            books.host().run("appointOrganisation", appointed, "relation { id }").await.ok();
            auditors.push(who);
        }
        let mut bound = input(&books, &auditors[0], ("2025-11-01", "2025-11-30"));
        bound["agreement"] = Value::Null;
        bound["fund"] = json!(books.fund);
        books.host().run("grantAccess", bound, GRANT).await.ok();
        let ask = format!(
            r#"{{ pooledFund(reference: "{0}") {{
                accessGrants(first: 9) {{ totalCount nodes {{ purpose organisation {{ name }}
                grantedBy {{ name }} fund {{ reference }} endsOn viewerCan {{ end {{ allowed }} }} }} }} }} }}"#,
            books.reference
        );
        let grants = async |reader: &Actor| {
            reader.ask(&ask).await.ok().at("/pooledFund/accessGrants").clone()
        };
        let own = grants(&auditors[0]).await;
        assert_eq!(own, json!({ "totalCount": 1, "nodes": [{
            "purpose": "An inquiry", "organisation": { "name": "Auditor" },
            "grantedBy": { "name": "Host" }, "fund": { "reference": books.reference },
            "endsOn": "2025-11-30", "viewerCan": { "end": { "allowed": false } },
        }] }));
        assert_eq!(grants(&auditors[1]).await, json!({ "totalCount": 0, "nodes": [] }));
        assert_eq!(grants(books.partner(2)).await["totalCount"], 1);
        world.it_is(2025, 11, 1);
        assert_eq!(grants(&world.again(&auditors[0]).await).await["totalCount"], 1);
        assert_eq!(grants(&world.again(&auditors[1]).await).await["totalCount"], 0);
    }

    async fn v9_only_a_regulator_or_an_auditor_is_granted_access(world: World) {
        let (books, regulator) = scene(&world).await;
        let days = ("2025-10-01", "2025-12-31");
        let observer = appointed(&world, &books, "OBSERVER").await.0;
        for who in [&observer, books.partner(1)] {
            let refused = grant(books.host(), &books, who, days).await;
            assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), ("INVALID_VALUE", "organisation"));
        }
        for by in [&observer, &regulator] {
            assert_eq!(grant(by, &books, &regulator, days).await.problem(), "NOT_ALLOWED");
        }
        let finance = world.actor(books.host().organisation, &[Role::Finance]).await;
        assert_eq!(grant(&finance, &books, &regulator, days).await.problem(), "NOT_ALLOWED");
        let stranger = world.organisation("Stranger", OrganisationKind::Other).await;
        let stranger = world.actor(stranger, &[Role::Commissioner]).await;
        assert_eq!(grant(&stranger, &books, &regulator, days).await.problem(), "NOT_FOUND");
        let backwards = grant(books.host(), &books, &regulator, ("2025-12-31", "2025-10-01")).await;
        assert_eq!(backwards.problem_path(), "endsOn");
        let mut unsaid = input(&books, &regulator, days);
        unsaid["purpose"] = json!(" ");
        assert_eq!(books.host().run("grantAccess", unsaid, GRANT).await.problem_path(), "purpose");
    }

    async fn v9_nobody_grants_itself_access(world: World) {
        let (books, _) = scene(&world).await;
        let partner = books.partner(1);
        let input = json!({
            "agreement": books.agreement, "organisation": partner.id, "kind": "AUDITOR",
            "startsOn": "2025-04-01",
        });
        books.host().run("appointOrganisation", input, "relation { id }").await.ok();
        let days = ("2025-10-01", "2025-12-31");
        let refused = grant(partner, &books, partner, days).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        assert_eq!(refused.problem_path(), "organisation");
        grant(books.host(), &books, partner, days).await.ok();
    }

    async fn v9_a_partner_grants_and_ends_what_it_granted_and_the_host_ends_any(world: World) {
        let (books, regulator) = scene(&world).await;
        let other = appointed(&world, &books, "AUDITOR").await.0;
        let days = ("2025-10-01", "2025-12-31");
        let (partner, third) = (books.partner(1), books.partner(2));
        let made = grant(partner, &books, &regulator, days).await.ok();
        assert_eq!(end(third, &made, "2025-10-31").await.problem(), "NOT_ALLOWED");
        assert_eq!(end(&other, &made, "2025-10-31").await.problem(), "NOT_FOUND");
        assert_eq!(end(partner, &made, "2025-12-31").await.problem(), "ALREADY_DONE");
        assert_eq!(end(partner, &made, "2025-09-29").await.problem_path(), "endsOn");
        end(partner, &made, "2025-11-30").await.ok();
        let seen = listed(&books, third).await;
        assert_eq!(seen["nodes"][0], json!({
            "organisation": { "name": "REGULATOR" }, "grantedBy": { "name": "Partner" },
            "purpose": "An inquiry", "fund": null, "coversFrom": null, "coversTo": null,
            "startsOn": "2025-10-01", "endsOn": "2025-11-30",
            "viewerCan": { "end": { "allowed": false } },
        }));
        assert_eq!(listed(&books, books.host()).await["nodes"][0]["viewerCan"]["end"]["allowed"], true);
        end(books.host(), &made, "2025-10-31").await.ok();
        world.it_is(2025, 11, 1);
        let (regulator, other) = (world.again(&regulator).await, world.again(&other).await);
        // It has ended: the regulator still knows its own, and no other regulator of it.
        assert_eq!(listed(&books, &regulator).await["totalCount"], 1);
        assert_eq!(listed(&books, &other).await["totalCount"], 0);
    }

    async fn v9_a_grant_ends_with_the_appointment_that_it_rests_on(world: World) {
        let (books, _) = scene(&world).await;
        let (auditor, relation) = appointed(&world, &books, "AUDITOR").await;
        let days = ("2025-10-01", "2026-03-31");
        grant(books.host(), &books, &auditor, days).await.ok();
        let ended = json!({ "relation": relation, "endsOn": "2025-12-31" });
        books.host().run("endAppointment", ended, AGREEMENT).await.ok();
        assert_eq!(listed(&books, books.host()).await["nodes"][0]["endsOn"], "2025-12-31");
        let beyond = grant(books.host(), &books, &auditor, days).await;
        assert_eq!(beyond.problem_path(), "endsOn");
        world.it_is(2025, 12, 31);
        let (books, auditor) = (books.again(&world).await, world.again(&auditor).await);
        assert_eq!(reads(&books, &auditor).await, everything());
        let mistake = json!({ "relation": relation, "reason": "Another was meant" });
        books.host().run("revokeAppointment", mistake, AGREEMENT).await.ok();
        let seen = auditor.ask("{ partnershipAgreements(first: 9) { totalCount } pooledFunds(first: 9) { totalCount } }").await.ok();
        // Until its own day ended, the grant was in force: what is left of it opens nothing today.
        assert_eq!(seen.at("/pooledFunds/totalCount"), &json!(0));
        assert_eq!(seen.at("/partnershipAgreements/totalCount"), &json!(0));
        verify(&world.database).await.expect("in order");
    }
}
