//! The agreements are narrowed by who keeps their books today, and by who is a partner.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Books, both_databases};

async fn found(reader: &Actor, wanted: Value) -> Value {
    let document = "query($where: PartnershipAgreementWhere!) {
        partnershipAgreements(where: $where, orderBy: [REFERENCE_ASC], first: 9) {
            totalCount nodes { reference } } }";
    let answer = reader.send(document, json!({ "where": wanted })).await.ok();
    let nodes = answer.at("/partnershipAgreements/nodes").as_array().expect("a list").clone();
    assert_eq!(answer.at("/partnershipAgreements/totalCount"), &json!(nodes.len()));
    nodes.iter().map(|row| row["reference"].clone()).collect()
}

both_databases! {
    async fn agreements_are_found_by_host_and_by_partner_among_those_that_are_seen(world: World) {
        let mut staff = Vec::new();
        for name in ["Council", "Board", "Trust"] {
            let id = world.organisation(name, OrganisationKind::LocalAuthority).await;
            staff.push(world.actor(id, &[Role::Commissioner, Role::Finance]).await);
        }
        let [council, board, trust] = [&staff[0], &staff[1], &staff[2]];
        let of = |these: &[&Actor]| these.iter().map(|it| (*it).clone()).collect::<Vec<_>>();
        let _ = Books::between(of(&[council, board]), "A").await;
        let _ = Books::between(of(&[board, council]), "B").await;
        let _ = Books::between(of(&[council, board, trust]), "C").await;
        let _ = Books::between(of(&[council, trust]), "D").await;
        let host = |of: &Actor| json!({ "host": { "eq": of.id } });
        let partner = |of: &Actor| json!({ "partner": of.id });
        assert_eq!(found(board, json!({})).await, json!(["A", "B", "C"]));
        assert_eq!(found(board, host(council)).await, json!(["A", "C"]), "D is not the board's");
        assert_eq!(found(board, host(board)).await, json!(["B"]));
        assert_eq!(found(board, host(trust)).await, json!([]));
        assert_eq!(found(board, json!({ "not": host(council) })).await, json!(["B"]));
        assert_eq!(found(board, partner(trust)).await, json!(["C"]));
        assert_eq!(found(board, partner(council)).await, json!(["A", "B", "C"]));
        assert_eq!(found(board, json!({ "not": partner(trust) })).await, json!(["A", "B"]));
        assert_eq!(found(trust, partner(board)).await, json!(["C"]));
        let both = json!({ "and": [host(council), partner(trust)] });
        assert_eq!(found(council, both).await, json!(["C", "D"]));
        let either = json!({ "host": { "in": [council.id, board.id] } });
        assert_eq!(found(council, either).await, json!(["A", "B", "C", "D"]));
        let absent = json!({ "host": { "eq": tests::world::global(uuid::Uuid::from_u128(3)) } });
        assert_eq!(found(council, absent).await, json!([]));
    }
}
