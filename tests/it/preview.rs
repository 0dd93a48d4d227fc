//! A host previews another organisation's view of its agreement (rule V7).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases};

const PREVIEW: &str = "preview { accessToken expiresAt organisation { name } }";

/// What a reader is shown of the books: what there is, how many of everything, and what is withheld.
const SHOWN: &str = "{
    partnershipAgreements(first: 10) { totalCount nodes {
        title aims withheld { field reason }
        relations(first: 10) { totalCount } teams(first: 10) { totalCount }
        funds(first: 10) { totalCount nodes {
            name withheld { field reason }
            transactions(first: 10) { totalCount nodes { id } }
            contributions(first: 10) { totalCount nodes { partner { name } version } }
            schemes(first: 10) { totalCount nodes { name withheld { field reason } } }
        } }
    } }
    pooledFunds(first: 10) { totalCount nodes { name } }
}";

struct Scene {
    books: Books,
    provider: Actor,
    observer: Actor,
}

/// The books of a host and two partners with postings, a provider and an observer.
async fn scene(world: &World) -> Scene {
    let books = Books::open(world, &["Host", "Partner", "Third"]).await;
    books.contribution(0, "2000.00").await;
    let scheme = books.scheme("S1", "1000.00", &[1, 1]).await;
    for on in ["2025-05-10", "2025-06-10"] {
        let _ = books.spend(&scheme, "1.00", on, on).await.ok();
    }
    let provider = world.organisation("Provider", OrganisationKind::NhsTrust).await;
    let observer = world.organisation("Observer", OrganisationKind::LocalAuthority).await;
    let provider = world.actor(provider, &[Role::Viewer]).await;
    let observer = world.actor(observer, &[Role::Viewer]).await;
    let input = json!({
        "agreement": books.agreement, "organisation": observer.id, "kind": "OBSERVER",
        "startsOn": "2025-04-01",
    });
    let _ = books.host().run("appointOrganisation", input, "relation { id }").await.ok();
    Scene { books, provider, observer }
}

async fn begin(by: &Actor, books: &Books, of: &Actor) -> tests::Answer {
    let input = json!({ "agreement": books.agreement, "organisation": of.id });
    by.run("beginPreview", input, PREVIEW).await
}

/// The actor in the preview of another's view.
async fn previewing(by: &Actor, books: &Books, of: &Actor) -> Actor {
    let begun = begin(by, books, of).await.ok();
    let token = begun.text("/beginPreview/preview/accessToken").to_owned();
    by.bearing(&token)
}

both_databases! {
    async fn v7_a_preview_shows_what_the_organisation_itself_reads(world: World) {
        let Scene { books, provider, observer } = scene(&world).await;
        let scheme = books.scheme("S2", "10.00", &[1]).await;
        let input = json!({ "scheme": scheme, "expectedVersion": 1, "provider": provider.id });
        let _ = books.host().run("updateScheme", input, "scheme { id }").await.ok();
        for other in [books.partner(1), &observer, &provider] {
            let own = other.ask(SHOWN).await.ok();
            let shown = previewing(books.host(), &books, other).await.ask(SHOWN).await.ok();
            assert_eq!(shown.0, own.0);
            assert_ne!(own.at("/pooledFunds/totalCount"), &json!(0));
        }
    }

    async fn v7_nothing_of_another_agreement_and_nothing_of_its_own_is_in_a_preview(world: World) {
        let Scene { books, .. } = scene(&world).await;
        let partner = books.partner(1);
        let outsider = world.organisation("Outsider", OrganisationKind::LocalAuthority).await;
        let outsider = world.actor(outsider, &[Role::Commissioner]).await;
        let other = Books::between(vec![partner.clone(), outsider], "Other").await;
        let reference = json!({ "system": "Ledger", "value": "7", "object": books.fund });
        let _ = partner.run("setExternalReference", reference, "object { id }").await.ok();
        let preview = previewing(books.host(), &books, partner).await;
        assert_eq!(partner.ask(SHOWN).await.ok().at("/pooledFunds/totalCount"), &json!(2));
        assert_eq!(preview.ask(SHOWN).await.ok().at("/pooledFunds/totalCount"), &json!(1));
        for hidden in [&other.agreement, &other.fund] {
            let document = "query($id: ID!) { node(id: $id) { id } }";
            let answer = preview.send(document, json!({ "id": hidden })).await.ok();
            assert_eq!(answer.at("/node"), &Value::Null);
        }
        let own = r#"{ byExternalReference(system: "Ledger", value: "7") { id } }"#;
        assert_eq!(preview.ask(own).await.ok().at("/byExternalReference"), &Value::Null);
        let who = "{ viewer { actingAs { name } previewedBy { name } roles permissions } }";
        assert_eq!(
            preview.ask(who).await.ok().at("/viewer"),
            &json!({
                "actingAs": { "name": "Partner" }, "previewedBy": { "name": "Host" },
                "roles": ["VIEWER"], "permissions": ["READ"],
            })
        );
    }

    async fn v7_only_the_host_previews_and_only_whoever_sees_something(world: World) {
        let Scene { books, observer, .. } = scene(&world).await;
        let denied = begin(books.partner(1), &books, books.host()).await;
        assert_eq!(denied.problem(), "NOT_ALLOWED");
        let outsider = world.organisation("Outsider", OrganisationKind::LocalAuthority).await;
        let outsider = world.actor(outsider, &[Role::Commissioner]).await;
        assert_eq!(begin(&outsider, &books, &observer).await.problem(), "NOT_FOUND");
        assert_eq!(begin(books.host(), &books, &outsider).await.problem(), "INVALID_VALUE");
        let reader = world.actor(books.host().organisation, &[Role::Viewer]).await;
        assert_eq!(begin(&reader, &books, &observer).await.problem(), "NOT_ALLOWED");
    }

    async fn v7_nothing_is_changed_in_a_preview(world: World) {
        let Scene { books, .. } = scene(&world).await;
        let preview = previewing(books.host(), &books, books.partner(1)).await;
        let input = json!({ "agreement": books.agreement, "organisation": books.partner(2).id });
        let refused = preview.run("beginPreview", input, PREVIEW).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        assert!(refused.0.get("data").is_none());
    }

    async fn v7_a_preview_is_in_the_trail_of_the_host_and_of_the_organisation(world: World) {
        let Scene { books, observer, .. } = scene(&world).await;
        let _ = begin(books.host(), &books, books.partner(1)).await.ok();
        let trail = r#"{ auditTrail(first: 10, where: { action: { eq: "beginPreview" } }) {
            nodes { action objectKind } } }"#;
        let acts = json!([{ "action": "beginPreview", "objectKind": "Organisation" }]);
        for (who, expected) in
            [(books.host(), &acts), (books.partner(1), &acts), (&observer, &json!([]))]
        {
            let auditor = world.actor(who.organisation, &[Role::Auditor]).await;
            assert_eq!(auditor.ask(trail).await.ok().at("/auditTrail/nodes"), expected);
        }
    }
}
