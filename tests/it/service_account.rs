//! Service accounts: made by administrators, narrowed by scopes, let in by keys that end.

use entities::{membership::Role, organisation::OrganisationKind, service_account_key};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases, world::global};

const WHO: &str = "{ viewer { user { id } serviceAccount { id name scopes keys { id } }
    actingAs { id } roles permissions } }";
const LIST: &str = "{ serviceAccounts(first: 10) { totalCount
    nodes { id name scopes disabledAt keys { id expiresAt revokedAt lastUsedOn } } } }";

/// A service account with a key.
struct Service {
    id: String,
    key: String,
    secret: String,
}

impl Service {
    async fn of(admin: &Actor, scopes: &[&str]) -> Self {
        let new = json!({ "name": "Ledger feed", "scopes": scopes });
        let made = admin.run("createServiceAccount", new, "serviceAccount { id }").await.ok();
        let id = made.text("/createServiceAccount/serviceAccount/id").to_owned();
        let issued = issue(admin, &id, 30).await.ok();
        let text =
            |field: &str| issued.text(&format!("/issueServiceAccountKey/{field}")).to_owned();
        Self { key: text("key/id"), secret: text("secret"), id }
    }

    async fn exchange(&self, world: &World) -> Answer {
        let input = json!({ "key": self.secret });
        let fields = "access { accessToken expiresAt serviceAccount { id } }";
        world.nobody().run("exchangeServiceAccountKey", input, fields).await
    }

    async fn actor(&self, world: &World) -> Actor {
        let given = self.exchange(world).await.ok();
        world.nobody().bearing(given.text("/exchangeServiceAccountKey/access/accessToken"))
    }

    /// That neither the token of `actor` nor the key is good any more.
    async fn is_out(&self, world: &World, actor: &Actor) {
        assert_eq!(actor.ask(WHO).await.problem(), "UNAUTHENTICATED");
        let refused = self.exchange(world).await;
        assert_eq!(
            (refused.problem().as_str(), refused.problem_path().as_str()),
            ("SIGN_IN_FAILED", "key")
        );
    }
}

async fn issue(admin: &Actor, id: &str, days: i32) -> Answer {
    let input = json!({ "serviceAccount": id, "validForDays": days });
    admin.run("issueServiceAccountKey", input, "key { id expiresAt lastUsedOn } secret").await
}

async fn revoke(admin: &Actor, key: &str) -> Answer {
    admin.run("revokeServiceAccountKey", json!({ "key": key }), "key { revokedAt }").await
}

async fn disable(admin: &Actor, id: &str, dry_run: bool) -> Answer {
    let input = json!({ "serviceAccount": id, "dryRun": dry_run });
    admin.run("disableServiceAccount", input, "serviceAccount { disabledAt }").await
}

async fn admin(world: &World, name: &str) -> Actor {
    let organisation = world.organisation(name, OrganisationKind::LocalAuthority).await;
    world.actor(organisation, &[Role::Admin]).await
}

both_databases! {
    async fn a_key_is_exchanged_for_a_token_that_says_whose_it_is(world: World) {
        let admin = admin(&world, "Council").await;
        let service = Service::of(&admin, &["RECORD_MONEY", "READ", "READ"]).await;
        assert!(service.secret.starts_with("tributary_sk_"));
        let who = service.actor(&world).await.ask(WHO).await.ok();
        assert!(who.at("/viewer/user").is_null());
        assert_eq!(who.text("/viewer/serviceAccount/id"), service.id);
        assert_eq!(who.at("/viewer/serviceAccount/scopes"), &json!(["READ", "RECORD_MONEY"]));
        assert_eq!(who.at("/viewer/serviceAccount/keys"), &json!([]), "for the ADMIN");
        assert_eq!(who.text("/viewer/actingAs/id"), global(admin.organisation));
        assert_eq!(who.at("/viewer/roles"), &json!(["FINANCE", "VIEWER"]));
        assert_eq!(who.at("/viewer/permissions"), &json!(["READ", "RECORD_MONEY"]));
        assert!(admin.ask(WHO).await.ok().at("/viewer/serviceAccount").is_null());

        let list = admin.ask(LIST).await.ok();
        assert_eq!(list.at("/serviceAccounts/totalCount"), &json!(1));
        assert_eq!(list.text("/serviceAccounts/nodes/0/keys/0/id"), service.key);
        assert_eq!(list.text("/serviceAccounts/nodes/0/keys/0/lastUsedOn"), "2025-10-01");
        assert!(!list.0.to_string().contains(&service.secret), "a secret is told once");
    }

    async fn a_service_accounts_token_ends_after_a_quarter_of_an_hour(world: World) {
        let service = Service::of(&admin(&world, "Council").await, &["READ"]).await;
        let actor = service.actor(&world).await;
        world.pass(14 * 60);
        let _ = actor.ask(WHO).await.ok();
        world.pass(2 * 60);
        assert_eq!(actor.ask(WHO).await.problem(), "UNAUTHENTICATED");
        let _ = service.actor(&world).await.ask(WHO).await.ok();
    }

    async fn scopes_narrow_what_the_organisation_may(world: World) {
        let books = Books::open(&world, &["Council", "ICB"]).await;
        books.contribution(1, "1200.00").await;
        let scheme = books.scheme("1", "600.00", &[1, 1]).await;
        let admin = world.actor(books.host().organisation, &[Role::Admin]).await;
        let spend = Books::expenditure(&scheme, "10.00", "2025-05-10", "new");
        let plan = books.scheme_input(&books.fund, "2", "1.00", &[1]);
        let agree = json!({
            "reference": "Other", "title": "Other", "evidence": "SIGNED", "status": "DRAFT",
            "partners": [books.host().id, books.partner(1).id], "host": books.host().id,
            "poolManager": "Manager", "startsOn": "2025-04-01",
        });
        let writes: [(&str, &str, &Value); 3] = [
            ("RECORD_MONEY", "recordExpenditure", &spend),
            ("PLAN", "createScheme", &plan),
            ("AGREE_TERMS", "createPartnershipAgreement", &agree),
        ];
        for scope in ["READ", "RECORD_MONEY", "PLAN", "AGREE_TERMS"] {
            let actor = Service::of(&admin, &[scope]).await.actor(&world).await;
            let seen = actor.ask("{ pooledFunds(first: 5) { totalCount } }").await.ok();
            assert_eq!(seen.at("/pooledFunds/totalCount"), &json!(1), "{scope}");
            for (needed, name, input) in writes {
                let answer = actor.run(name, input.clone(), "").await;
                if needed == scope {
                    let _ = answer.ok();
                } else {
                    assert_eq!(answer.problem(), "NOT_ALLOWED", "{scope} {name}");
                }
            }
            let new = json!({ "name": "Another", "scopes": ["READ"] });
            let refused = actor.run("createServiceAccount", new, "").await;
            assert_eq!(refused.problem(), "NOT_ALLOWED", "{scope}");
            let none = actor.ask(LIST).await.ok();
            assert_eq!(none.at("/serviceAccounts/totalCount"), &json!(0), "{scope}");
        }
    }

    async fn a_scope_never_widens_what_the_organisation_may(world: World) {
        let books = Books::open(&world, &["Council", "ICB"]).await;
        let stranger = admin(&world, "Stranger").await;
        let scopes = ["READ", "RECORD_MONEY", "PLAN", "AGREE_TERMS"];
        let actor = Service::of(&stranger, &scopes).await.actor(&world).await;
        let seen = actor.ask("{ pooledFunds(first: 5) { totalCount } }").await.ok();
        assert_eq!(seen.at("/pooledFunds/totalCount"), &json!(0));
        let plan = books.scheme_input(&books.fund, "2", "1.00", &[1]);
        assert_eq!(actor.run("createScheme", plan, "").await.problem(), "NOT_FOUND");
    }

    async fn a_revoked_key_is_out_at_once(world: World) {
        let admin = admin(&world, "Council").await;
        let service = Service::of(&admin, &["READ"]).await;
        let actor = service.actor(&world).await;
        let other = issue(&admin, &service.id, 1).await.ok();
        let _ = revoke(&admin, &service.key).await.ok();
        service.is_out(&world, &actor).await;
        assert_eq!(revoke(&admin, &service.key).await.problem(), "ALREADY_DONE");
        let secret = other.text("/issueServiceAccountKey/secret").to_owned();
        let other = Service { secret, ..service };
        let _ = other.actor(&world).await.ask(WHO).await.ok();
    }

    async fn a_disabled_service_account_is_out_at_once_and_for_good(world: World) {
        let admin = admin(&world, "Council").await;
        let service = Service::of(&admin, &["READ"]).await;
        let actor = service.actor(&world).await;
        let _ = disable(&admin, &service.id, true).await.ok();
        let _ = actor.ask(WHO).await.ok();
        let _ = disable(&admin, &service.id, false).await.ok();
        service.is_out(&world, &actor).await;
        assert_eq!(disable(&admin, &service.id, false).await.problem(), "ALREADY_DONE");
        assert_eq!(issue(&admin, &service.id, 1).await.problem(), "NOT_ALLOWED");
    }

    async fn an_expired_key_and_its_tokens_are_refused(world: World) {
        let admin = admin(&world, "Council").await;
        let service = Service::of(&admin, &["READ"]).await;
        world.pass(30 * 86_400 - 600);
        let actor = service.actor(&world).await;
        let _ = actor.ask(WHO).await.ok();
        world.pass(700);
        service.is_out(&world, &actor).await;
    }

    async fn no_key_lasts_longer_than_a_year_whoever_writes_it(world: World) {
        let admin = admin(&world, "Council").await;
        let service = Service::of(&admin, &["READ"]).await;
        for days in [0, -1, 366] {
            let refused = issue(&admin, &service.id, days).await;
            assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), ("INVALID_VALUE", "validForDays"));
        }
        let _ = issue(&admin, &service.id, 365).await.ok();
        let later = Expr::col(service_account_key::Column::CreatedAt);
        let past_the_program = service_account_key::Entity::update_many()
            .col_expr(service_account_key::Column::ExpiresAt, sea_orm::sea_query::ExprTrait::add(later, 366 * 86_400 * 1_000_000_i64))
            .filter(service_account_key::Column::RevokedAt.is_null())
            .exec(world.database.for_migration())
            .await;
        assert!(past_the_program.is_err(), "the database refuses too");
        for _ in 0..8 {
            let _ = issue(&admin, &service.id, 1).await.ok();
        }
        assert_eq!(issue(&admin, &service.id, 1).await.problem(), "INVALID_VALUE", "too many keys");
    }

    async fn only_an_admin_of_its_own_organisation_manages_a_service_account(world: World) {
        let admin = admin(&world, "Council").await;
        let service = Service::of(&admin, &["READ"]).await;
        let stranger = world.organisation("Stranger", OrganisationKind::Charity).await;
        let stranger = world.actor(stranger, &[Role::Admin]).await;
        let colleague = world.actor(admin.organisation, &[Role::Finance]).await;
        for (actor, code) in [(&stranger, "NOT_FOUND"), (&colleague, "NOT_ALLOWED")] {
            assert_eq!(issue(actor, &service.id, 1).await.problem(), code);
            assert_eq!(revoke(actor, &service.key).await.problem(), code);
            assert_eq!(disable(actor, &service.id, false).await.problem(), code);
            let none = actor.ask(LIST).await.ok();
            assert_eq!(none.at("/serviceAccounts"), &json!({ "totalCount": 0, "nodes": [] }));
        }
        let nobody = world.nobody().ask(LIST).await;
        assert_eq!(nobody.problem(), "UNAUTHENTICATED");
        let empty = json!({ "name": "Feed", "scopes": [] });
        assert_eq!(admin.run("createServiceAccount", empty, "").await.problem_path(), "scopes");
        let nameless = json!({ "name": " ", "scopes": ["READ"] });
        assert_eq!(admin.run("createServiceAccount", nameless, "").await.problem_path(), "name");
        let tried = json!({ "name": "Feed", "scopes": ["READ"], "dryRun": true });
        let _ = admin.run("createServiceAccount", tried, "serviceAccount { name }").await.ok();
        assert_eq!(admin.ask(LIST).await.ok().at("/serviceAccounts/totalCount"), &json!(1));
    }
}
