//! Rule V11 beside the ledger: whoever sees postings once their period is released learns of none
//! before it, neither from the trail of audit nor from what is proposed.

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases};
use tributary::service::audit::seal::seal_now;

/// An agreement that shows postings once released, or as they are made, and one posting in each of
/// its first two months.
async fn scene(world: &World, postings: &str) -> (Books, String) {
    let books = Books::open(world, &["Host", "Partner"]).await;
    let input = json!({ "id": books.agreement, "expectedVersion": 1, "postings": postings });
    let _ = books.host().run("updatePartnershipAgreement", input, "").await.ok();
    books.contribution(0, "5000.00").await;
    let scheme = books.scheme("S1", "1200.00", &[1, 1]).await;
    for on in ["2025-04-10", "2025-05-10"] {
        let _ = books.spend(&scheme, "1.00", on, on).await.ok();
    }
    (books, scheme)
}

/// The days of the acts that `reader` is told of, and how many there are.
async fn days(reader: &Actor, wanted: &str) -> Value {
    let document = format!(
        "{{ auditTrail(first: 50, where: {{ {wanted} }}) {{ totalCount nodes {{ effectiveOn after }} }} }}"
    );
    let answer = reader.ask(&document).await.ok();
    let acts = answer.at("/auditTrail/nodes").as_array().expect("a trail").clone();
    assert_eq!(answer.at("/auditTrail/totalCount"), &json!(acts.len()));
    acts.iter().map(|act| act["effectiveOn"].clone()).collect()
}

const POSTED: &str = r#"action: { eq: "recordExpenditure" }"#;

/// Proposes a posting above the limit as the host's finance, and answers with its identity.
async fn propose_posting(world: &World, books: &Books, scheme: &str) -> String {
    let limit = json!({
        "agreement": books.agreement, "amount": "100.00", "startsOn": "2025-10-01",
    });
    let _ = books.host().run("setPostingLimit", limit, "").await.ok();
    let finance = books.host().colleague(world, 1, &[Role::Finance]).await;
    let expenditure = Books::expenditure(scheme, "700.07", "2025-10-01", "above");
    let input = json!({
        "posting": { "expenditure": expenditure }, "expiresOn": "2025-10-31",
        "idempotencyKey": "1",
    });
    finance.proposes("proposePosting", input).await
}

/// How many proposals `reader` is told of, in the agreement and in all.
async fn proposals(reader: &Actor, books: &Books) -> Value {
    let document = "query($id: ID!) { proposals(first: 9) { totalCount }
        node(id: $id) { ... on PartnershipAgreement { proposals(first: 9) { totalCount } } } }";
    let answer = reader.send(document, json!({ "id": books.agreement })).await.ok();
    json!([answer.at("/proposals/totalCount"), answer.at("/node/proposals/totalCount")])
}

/// What changed of postings and of their periods, as `reader` is told of it.
async fn changes(world: &World, reader: &Actor) -> Value {
    let _ = seal_now(&world.database).await.expect("sealed");
    let document = "{ changes(first: 100) { nodes { objectType fieldGroup } } }";
    let answer = reader.ask(document).await.ok();
    let rows = answer.at("/changes/nodes").as_array().expect("changes").clone();
    let of_books =
        |row: &Value| row["fieldGroup"] == "PeriodClosings" || row["fieldGroup"] == "Ledger";
    rows.into_iter().filter(of_books).map(|row| row["fieldGroup"].clone()).collect()
}

both_databases! {
    async fn v11_the_feed_tells_of_a_posting_once_its_period_is_released_and_of_the_release(world: World) {
        let (books, _) = scene(&world, "RELEASED").await;
        let partner = books.partner(1);
        assert_eq!(changes(&world, books.host()).await, json!(["Ledger", "Ledger"]));
        assert_eq!(changes(&world, partner).await, json!([]));
        books.close(2, "SOFT_CLOSED").await;
        let closed = changes(&world, partner).await.as_array().map_or(0, Vec::len);
        let release = json!({ "fund": books.fund, "financialYear": "2025/26", "period": 1 });
        let _ = books.host().run("releasePeriod", release, "").await.ok();
        let told = changes(&world, partner).await;
        let told: Vec<&Value> = told.as_array().expect("changes").iter().collect();
        assert_eq!(told.iter().filter(|it| **it == "Ledger").count(), 1, "April's: {told:?}");
        assert_eq!(told.last(), Some(&&json!("PeriodClosings")), "{told:?}");
        assert_eq!(told.len(), closed + 2, "the posting and the release: {told:?}");
    }

    async fn v11_no_act_of_a_posting_is_in_the_trail_before_its_period_is_released(world: World) {
        let (books, _) = scene(&world, "RELEASED").await;
        let host = world.actor(books.host().organisation, &[Role::Auditor]).await;
        let partner = world.actor(books.partner(1).organisation, &[Role::Auditor]).await;
        let (april, may) = ("2025-04-10", "2025-05-10");
        assert_eq!(days(&host, POSTED).await, json!([may, april]));
        assert_eq!(days(&partner, POSTED).await, json!([]));
        let kind = r#"objectKind: { eq: "LedgerTransaction" }"#;
        assert_eq!(days(&partner, kind).await, json!([]));
        let planned = r#"action: { eq: "planContribution" }"#;
        assert_eq!(days(&partner, planned).await.as_array().map(Vec::len), Some(1));
        books.close(2, "SOFT_CLOSED").await;
        assert_eq!(days(&partner, POSTED).await, json!([]), "closing is not releasing");
        let release = json!({ "fund": books.fund, "financialYear": "2025/26", "period": 1 });
        let _ = books.host().run("releasePeriod", release, "").await.ok();
        assert_eq!(days(&partner, POSTED).await, json!([april]));
        assert_eq!(days(&host, POSTED).await, json!([may, april]));
    }

    async fn v11_whoever_sees_postings_as_they_are_made_sees_their_acts_at_once(world: World) {
        let (books, scheme) = scene(&world, "LIVE").await;
        let partner = world.actor(books.partner(1).organisation, &[Role::Auditor]).await;
        assert_eq!(days(&partner, POSTED).await, json!(["2025-05-10", "2025-04-10"]));
        let proposal = propose_posting(&world, &books, &scheme).await;
        assert_eq!(partner.state_of(&proposal).await, "OPEN");
        let proposed = r#"action: { eq: "proposePosting" }"#;
        assert_eq!(days(&partner, proposed).await.as_array().map(Vec::len), Some(1));
        assert_eq!(proposals(&partner, &books).await, json!([1, 1]));
    }

    async fn v11_a_posting_that_is_proposed_is_known_to_the_books_and_to_who_proposed_it(world: World) {
        let (books, scheme) = scene(&world, "RELEASED").await;
        let host = world.actor(books.host().organisation, &[Role::Auditor]).await;
        let partner = world.actor(books.partner(1).organisation, &[Role::Auditor]).await;
        let proposal = propose_posting(&world, &books, &scheme).await;
        assert_eq!((host.state_of(&proposal).await, partner.state_of(&proposal).await), (json!("OPEN"), Value::Null));
        assert_eq!(proposals(&host, &books).await, json!([1, 1]));
        assert_eq!(proposals(&partner, &books).await, json!([0, 0]));
        let refused = books.partner(1).refuses(&proposal, "No").await;
        assert_eq!(refused.problem(), "NOT_FOUND");
        let approver = books.host().colleague(&world, 3, &[Role::Approver]).await;
        let _ = approver.approves(&proposal).await.ok();
        for (act, at_host) in [("proposePosting", 1), ("approveProposal", 1)] {
            let wanted = format!(r#"action: {{ eq: "{act}" }}"#);
            assert_eq!(days(&host, &wanted).await.as_array().map(Vec::len), Some(at_host), "{act}");
            assert_eq!(days(&partner, &wanted).await, json!([]), "the trail tells of {act}");
        }
        assert_eq!(days(&partner, &format!(r#"object: "{proposal}""#)).await, json!([]));
        assert_eq!(days(&partner, POSTED).await, json!([]));
    }

    async fn v11_other_proposals_are_seen_by_the_partners_as_they_are_made(world: World) {
        let (books, scheme) = scene(&world, "RELEASED").await;
        let other = books.scheme("S2", "500.00", &[1, 1]).await;
        let partner = world.actor(books.partner(1).organisation, &[Role::Auditor]).await;
        let virement = books.virement("1", &[(&scheme, "-1.00"), (&other, "1.00")]);
        let proposal = books.host().proposes("proposeVirement", virement).await;
        assert_eq!(partner.state_of(&proposal).await, "OPEN");
        let proposed = r#"action: { eq: "proposeVirement" }"#;
        assert_eq!(days(&partner, proposed).await.as_array().map(Vec::len), Some(1));
    }
}
