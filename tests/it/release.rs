//! An agreement chooses whether partners see postings as they are made or once the host has
//! released the period (rule V11).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases};

async fn scene(world: &World) -> Books {
    let books = Books::open(world, &["Host", "Partner"]).await;
    let input = json!({ "id": books.agreement, "expectedVersion": 1, "postings": "RELEASED" });
    books.host().run("updatePartnershipAgreement", input, "agreement { id }").await.ok();
    books.contribution(0, "1000.00").await;
    let scheme = books.scheme("S1", "1000.00", &[1, 1]).await;
    for on in ["2025-04-10", "2025-05-10"] {
        let _ = books.spend(&scheme, "1.00", on, on).await.ok();
    }
    books
}

async fn release(by: &Actor, books: &Books, period: i32) -> Answer {
    let input = json!({ "fund": books.fund, "financialYear": "2025/26", "period": period });
    by.run("releasePeriod", input, "fund { id }").await
}

async fn periods(reader: &Actor, books: &Books) -> Value {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{ periods(financialYear: "2025/26") {{
            period state reason isReleased closedAt releasedAt withheld {{ field }} }}
            withheld {{ field }} }} }}"#,
        books.reference
    );
    reader.ask(&document).await.ok().at("/pooledFund").clone()
}

both_databases! {
    async fn v11_a_partner_sees_postings_once_their_period_is_released(world: World) {
        let books = scene(&world).await;
        let (host, partner) = (books.host(), books.partner(1));
        assert_eq!((books.transactions(host).await, books.transactions(partner).await), (json!(2), json!(0)));
        books.close(2, "SOFT_CLOSED").await;
        assert_eq!(books.transactions(partner).await, 0, "closing is not releasing");
        release(host, &books, 1).await.ok();
        assert_eq!(books.transactions(partner).await, 1);
        release(host, &books, 2).await.ok();
        assert_eq!((books.transactions(host).await, books.transactions(partner).await), (json!(2), json!(2)));
    }

    async fn v11_periods_are_released_by_the_host_closed_in_their_order_and_once(world: World) {
        let books = scene(&world).await;
        let host = books.host();
        let open = release(host, &books, 1).await;
        assert_eq!((open.problem().as_str(), open.problem_path().as_str()), ("INVALID_VALUE", "period"));
        books.close(2, "SOFT_CLOSED").await;
        assert_eq!(release(books.partner(1), &books, 1).await.problem(), "NOT_ALLOWED");
        let commissioner = world.actor(host.organisation, &[Role::Commissioner]).await;
        assert_eq!(release(&commissioner, &books, 1).await.problem(), "NOT_ALLOWED");
        assert_eq!(release(host, &books, 2).await.problem(), "INVALID_VALUE");
        release(host, &books, 1).await.ok();
        assert_eq!(release(host, &books, 1).await.problem(), "ALREADY_DONE");
        let outsider = world.organisation("Outsider", OrganisationKind::Other).await;
        let outsider = world.actor(outsider, &[Role::Finance]).await;
        assert_eq!(release(&outsider, &books, 1).await.problem(), "NOT_FOUND");
        assert_eq!(books.transactions(books.partner(1)).await, 1, "what was refused released nothing");
    }

    async fn the_periods_of_a_year_say_how_far_each_is_closed_and_released(world: World) {
        let books = scene(&world).await;
        books.close(2, "SOFT_CLOSED").await;
        release(books.host(), &books, 1).await.ok();
        let seen = periods(books.partner(1), &books).await["periods"].clone();
        assert_eq!(seen.as_array().map(Vec::len), Some(14));
        let told = |it: &Value| json!([it["period"], it["state"], it["reason"], it["isReleased"]]);
        assert_eq!(told(&seen[0]), json!([1, "SOFT_CLOSED", "Month end", true]));
        assert_eq!(told(&seen[1]), json!([2, "SOFT_CLOSED", "Month end", false]));
        assert_eq!(told(&seen[2]), json!([3, "OPEN", null, false]));
        assert!(seen[0]["releasedAt"].is_string() && seen[1]["releasedAt"].is_null());

        for (kind, reads) in [("OBSERVER", true), ("BOARD_MEMBER", false)] {
            let id = world.organisation(kind, OrganisationKind::Other).await;
            let reader = world.actor(id, &[Role::Viewer]).await;
            let input = json!({
                "agreement": books.agreement, "organisation": reader.id, "kind": kind,
                "startsOn": "2025-04-01",
            });
            books.host().run("appointOrganisation", input, "relation { id }").await.ok();
            let fund = periods(&reader, &books).await;
            if reads {
                assert_eq!(told(&fund["periods"][0]), json!([1, "SOFT_CLOSED", null, true]));
                assert_eq!(fund["periods"][0]["withheld"].as_array().map(Vec::len), Some(3));
            } else {
                assert_eq!(fund["periods"], Value::Null);
                let withheld = fund["withheld"].as_array().expect("a list");
                assert!(withheld.contains(&json!({ "field": "periods" })), "{withheld:?}");
            }
        }
    }
}
