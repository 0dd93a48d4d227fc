//! Outside identity (docs/api.md, "Tokens of other issuers"): a token of an issuer that the operator
//! names speaks for the account on record, as an organisation of which it is a member, in at most the
//! roles that it holds there.

use std::{fs, sync::Arc};

use entities::{account, membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{
    Actor, World, both_databases,
    outside_issuer::{OutsideIssuer, SigningKey},
    program::Folder,
    world::global,
};
use tributary::{
    auth::issuer::Issuers,
    graphql::node::Kind,
    http::{self, App, Manner},
    service::{
        account::{NewAccount, create, disable},
        acting_as::Named,
    },
};
use uuid::Uuid;

const EMAIL: &str = "finance@council.example";
const WHO: &str = "{ viewer { user { id } actingAs { id } roles } }";
const LINKS: &str = "{ outsideIdentities(first: 9) { totalCount nodes { id account issuer subject linkedAt endedAt } } }";

/// A server that trusts an issuer, and a council with an account that holds FINANCE.
pub struct Scene {
    pub issuer: OutsideIssuer,
    pub key: SigningKey,
    pub council: Uuid,
    pub admin: Actor,
    pub account: account::Model,
    address: String,
}

impl Scene {
    /// A scene in which nobody is linked, with what the operator says beside the usual.
    pub async fn set(world: &World, settings: Value) -> Self {
        let key = SigningKey::es256("one");
        let issuer = OutsideIssuer::publishing(&[&key]);
        let kind = OrganisationKind::LocalAuthority;
        let council = world.organisation_with_code("Council", kind, ("GB-NHS", "T0900")).await;
        let new = NewAccount {
            email: EMAIL.to_owned(),
            password: "correct horse battery".to_owned(),
            organisation: Named::Id(council),
            role: Role::Finance,
        };
        let account = create(&world.database, new).await.expect("an account");
        let address = serve(world, &issuer, &settings).await;
        let admin = world.actor(council, &[Role::Admin]).await.elsewhere(&address);
        Self { issuer, key, council, admin, account, address }
    }

    /// The same, where the subject `u1` is linked to the account.
    pub async fn linked(world: &World) -> Self {
        let scene = Self::set(world, json!({})).await;
        let _ = scene.link(&scene.admin, "u1").await.ok();
        scene
    }

    /// Links a subject to the account.
    pub async fn link(&self, admin: &Actor, subject: &str) -> tests::Answer {
        let input = json!({
            "account": Kind::Account.id(self.account.id), "issuer": self.issuer.name(),
            "subject": subject,
        });
        admin.run("linkOutsideIdentity", input, "outsideIdentity { id subject endedAt }").await
    }

    /// Good claims of the subject `u1`, for ten minutes.
    pub fn claims(&self, world: &World) -> Value {
        let now = world.database.clock().now().to_utc().timestamp();
        json!({
            "iss": self.issuer.name(), "aud": "tributary", "sub": "u1", "iat": now,
            "exp": now + 600, "organisation": "GB-NHS:T0900",
        })
    }

    /// Good claims, but for these.
    pub fn claiming(&self, world: &World, others: &Value) -> Value {
        let mut claims = self.claims(world);
        for (name, value) in others.as_object().expect("claims") {
            claims[name] = value.clone();
        }
        claims
    }

    /// Who sends a token with these claims, signed by the issuer.
    pub fn bearing(&self, world: &World, others: &Value) -> Actor {
        self.sending(world, &self.key.sign(&self.claiming(world, others)))
    }

    /// Who sends this token.
    pub fn sending(&self, world: &World, token: &str) -> Actor {
        world.nobody().elsewhere(&self.address).bearing(token)
    }
}

/// A server that trusts an issuer, with what the operator says beside the usual.
async fn serve(world: &World, issuer: &OutsideIssuer, settings: &Value) -> String {
    let mut trusted = json!({
        "issuer": issuer.name(), "audience": "tributary", "keys": issuer.keys(),
        "organisation": { "claim": "organisation" },
    });
    for (name, value) in settings.as_object().expect("settings") {
        trusted[name] = value.clone();
    }
    let issuers = Issuers::read(&json!([trusted]).to_string(), true).expect("issuers");
    let manner = Manner { issuers: Arc::new(issuers), ..Manner::default() };
    let app = App::prepare_in(world.served.clone(), manner).await.expect("a server");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(http::serve(listener, app, std::future::pending()));
    address
}

/// The roles in which somebody acts.
async fn roles(actor: &Actor) -> Value {
    actor.ask(WHO).await.ok().at("/viewer/roles").clone()
}

async fn is_out(actor: &Actor) {
    assert_eq!(actor.ask(WHO).await.problem(), "UNAUTHENTICATED");
}

async fn grant(scene: &Scene, admin: &Actor, role: &str) -> String {
    let input = json!({ "account": Kind::Account.id(scene.account.id), "role": role });
    let granted = admin.run("grantMembership", input, "membership { id }").await.ok();
    granted.text("/grantMembership/membership/id").to_owned()
}

both_databases! {
    async fn a_token_speaks_for_the_account_that_its_subject_is_linked_to(world: World) {
        let scene = Scene::linked(&world).await;
        let actor = scene.bearing(&world, &json!({}));
        let who = actor.ask(WHO).await.ok();
        assert_eq!(who.text("/viewer/user/id"), Kind::Account.id(scene.account.id).as_str());
        assert_eq!(who.text("/viewer/actingAs/id"), global(scene.council));
        assert_eq!(who.at("/viewer/roles"), &json!(["FINANCE"]));
        // What belongs to a session has nothing to belong to.
        let switch = json!({ "organisation": global(scene.council) });
        let switched = actor.run("switchActingAs", switch, "session { accessToken }").await;
        assert_eq!(switched.problem(), "NOT_ALLOWED");
        for other in [json!({ "sub": "u2" }), json!({ "sub": "U1" }), json!({ "sub": 1 })] {
            is_out(&scene.bearing(&world, &other)).await;
        }
        let _ = scene.admin.ask(WHO).await.ok();
        let nobody = world.nobody().elsewhere(&scene.address).ask("{ __typename }").await.ok();
        assert_eq!(nobody.text("/__typename"), "Query");
    }

    async fn its_acts_are_the_accounts_in_the_trail(world: World) {
        let scene = Scene::linked(&world).await;
        grant(&scene, &scene.admin, "COMMISSIONER").await;
        let actor = scene.bearing(&world, &json!({}));
        let party = json!({ "name": "Some party", "kind": "OTHER" });
        let _ = actor.run("registerPlaceholder", party, "organisation { id }").await.ok();
        let trail = "{ auditTrail(first: 1) { nodes { action accountId organisation { id } } } }";
        let trail = scene.admin.ask(trail).await.ok();
        assert_eq!(trail.text("/auditTrail/nodes/0/action"), "registerPlaceholder");
        assert_eq!(
            trail.text("/auditTrail/nodes/0/accountId"),
            Kind::Account.id(scene.account.id).as_str()
        );
        assert_eq!(trail.text("/auditTrail/nodes/0/organisation/id"), global(scene.council));
    }

    async fn it_ends_with_the_link_the_membership_and_the_account(world: World) {
        let scene = Scene::linked(&world).await;
        let actor = scene.bearing(&world, &json!({}));
        let list = scene.admin.ask(LINKS).await.ok();
        let link = list.text("/outsideIdentities/nodes/0/id").to_owned();
        let end = json!({ "outsideIdentity": link, "dryRun": true });
        let _ = scene.admin.run("endOutsideIdentity", end, "outsideIdentity { endedAt }").await.ok();
        let _ = actor.ask(WHO).await.ok();
        let end = json!({ "outsideIdentity": link });
        let ended = scene.admin.run("endOutsideIdentity", end.clone(), "outsideIdentity { endedAt }");
        assert!(!ended.await.ok().at("/endOutsideIdentity/outsideIdentity/endedAt").is_null());
        is_out(&actor).await;
        let again = scene.admin.run("endOutsideIdentity", end, "outsideIdentity { endedAt }").await;
        assert_eq!(again.problem(), "ALREADY_DONE");
        let _ = scene.link(&scene.admin, "u1").await.ok();
        let _ = actor.ask(WHO).await.ok();

        let viewer = grant(&scene, &scene.admin, "VIEWER").await;
        let held = roles(&actor).await;
        assert_eq!(held.as_array().map(Vec::len), Some(2), "{held}");
        let end = json!({ "membership": viewer });
        let _ = scene.admin.run("endMembership", end, "membership { endsOn }").await.ok();
        assert_eq!(roles(&actor).await, json!(["FINANCE"]), "what was taken away is gone at once");
        disable(&world.database, EMAIL).await.expect("it is shut out");
        is_out(&actor).await;
    }

    async fn claims_narrow_the_roles_that_are_held_and_never_widen_them(world: World) {
        let meaning = json!({ "money": ["FINANCE", "COMMISSIONER"], "looks": ["VIEWER"], "all": ["ADMIN"] });
        let settings = json!({ "roles": { "claim": "groups", "meaning": meaning } });
        let scene = Scene::set(&world, settings).await;
        let _ = scene.link(&scene.admin, "u1").await.ok();
        grant(&scene, &scene.admin, "VIEWER").await;
        for (groups, left) in [
            (json!(["money"]), json!(["FINANCE"])),
            (json!("money"), json!(["FINANCE"])),
            (json!(["looks", "all", "unknown", 7]), json!(["VIEWER"])),
        ] {
            let actor = scene.bearing(&world, &json!({ "groups": groups }));
            assert_eq!(roles(&actor).await, left, "{groups}");
        }
        for none in [json!(["all"]), json!(["unknown"]), json!([]), json!(null), json!("FINANCE")] {
            is_out(&scene.bearing(&world, &json!({ "groups": none }))).await;
        }
        is_out(&scene.bearing(&world, &json!({}))).await;
    }

    async fn it_acts_only_as_an_organisation_whose_admin_linked_it(world: World) {
        let scene = Scene::linked(&world).await;
        let kind = OrganisationKind::IntegratedCareBoard;
        let board = world.organisation_with_code("Board", kind, ("GB-NHS", "T0901")).await;
        let of_board = world.actor(board, &[Role::Admin]).await.elsewhere(&scene.address);
        let as_board = json!({ "organisation": "T0901" });
        for nowhere in [json!("T0901"), json!("T0999"), json!(""), json!(null), json!(["T0900"])] {
            is_out(&scene.bearing(&world, &json!({ "organisation": nowhere }))).await;
        }
        // A member of both: what the one organisation's ADMIN links is nothing to the other.
        grant(&scene, &of_board, "COMMISSIONER").await;
        is_out(&scene.bearing(&world, &as_board)).await;
        let stolen = scene.link(&scene.admin, "of somebody else").await.ok();
        assert!(stolen.is_ok());
        let thief = json!({ "sub": "of somebody else", "organisation": "T0901" });
        is_out(&scene.bearing(&world, &thief)).await;
        let _ = scene.link(&of_board, "u1").await.ok();
        assert_eq!(roles(&scene.bearing(&world, &as_board)).await, json!(["COMMISSIONER"]));
        assert_eq!(roles(&scene.bearing(&world, &json!({}))).await, json!(["FINANCE"]));
    }

    async fn an_issuer_of_one_organisation_cannot_name_another(world: World) {
        let scene = Scene::set(&world, json!({ "organisation": { "code": "T0900" } })).await;
        let _ = scene.link(&scene.admin, "u1").await.ok();
        let actor = scene.bearing(&world, &json!({ "organisation": "T0999" }));
        let who = actor.ask(WHO).await.ok();
        assert_eq!(who.text("/viewer/actingAs/id"), global(scene.council));
    }

    async fn a_verified_address_is_enough_where_the_operator_says_so(world: World) {
        let scene = Scene::set(&world, json!({ "emailDomains": ["Council.example"] })).await;
        let verified = json!({ "email": "Finance@council.example", "email_verified": true });
        assert_eq!(roles(&scene.bearing(&world, &verified)).await, json!(["FINANCE"]));
        for wrong in [
            json!({ "email": EMAIL }),
            json!({ "email": EMAIL, "email_verified": false }),
            json!({ "email": EMAIL, "email_verified": "true" }),
            json!({ "email": "other@council.example", "email_verified": true }),
            json!({ "email": "finance@other.example", "email_verified": true }),
            json!({ "email": "finance@council.example.other", "email_verified": true }),
            json!({ "email": [EMAIL], "email_verified": true }),
        ] {
            is_out(&scene.bearing(&world, &wrong)).await;
        }
        // Who ended a link did not mean it to go on by address.
        let linked = scene.link(&scene.admin, "u1").await.ok();
        let link = linked.text("/linkOutsideIdentity/outsideIdentity/id");
        let end = json!({ "outsideIdentity": link });
        let _ = scene.admin.run("endOutsideIdentity", end, "outsideIdentity { id }").await.ok();
        is_out(&scene.bearing(&world, &verified)).await;

        // Another subject of nobody, where no address is believed and where one is.
        let claims = json!({ "sub": "u3", "email": EMAIL, "email_verified": true });
        let strict = serve(&world, &scene.issuer, &json!({})).await;
        is_out(&scene.bearing(&world, &claims).elsewhere(&strict)).await;
        let _ = scene.bearing(&world, &claims).ask(WHO).await.ok();
    }

    async fn only_an_admin_links_its_own_members(world: World) {
        let scene = Scene::set(&world, json!({})).await;
        let stranger = world.organisation("Stranger", OrganisationKind::Charity).await;
        let stranger = world.actor(stranger, &[Role::Admin]).await.elsewhere(&scene.address);
        let colleague = world.actor(scene.council, &[Role::Finance]).await;
        let colleague = colleague.elsewhere(&scene.address);
        let refused = scene.link(&stranger, "u1").await;
        assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), ("NOT_FOUND", "account"));
        assert_eq!(scene.link(&colleague, "u1").await.problem(), "NOT_ALLOWED");
        let linked = scene.link(&scene.admin, "u1").await.ok();
        let link = linked.text("/linkOutsideIdentity/outsideIdentity/id").to_owned();
        let again = scene.link(&scene.admin, "u1").await;
        assert_eq!((again.problem().as_str(), again.problem_path().as_str()), ("ALREADY_EXISTS", "subject"));
        for (name, value) in [("issuer", ""), ("subject", " "), ("subject", &"x".repeat(256))] {
            let mut input = json!({
                "account": Kind::Account.id(scene.account.id), "issuer": "https://a.example",
                "subject": "u1",
            });
            input[name] = json!(value);
            let wrong = scene.admin.run("linkOutsideIdentity", input, "outsideIdentity { id }").await;
            assert_eq!((wrong.problem().as_str(), wrong.problem_path().as_str()), ("INVALID_VALUE", name));
        }
        let end = json!({ "outsideIdentity": link });
        for (actor, code) in [(&stranger, "NOT_FOUND"), (&colleague, "NOT_ALLOWED")] {
            let refused = actor.run("endOutsideIdentity", end.clone(), "outsideIdentity { id }").await;
            assert_eq!(refused.problem(), code);
            let none = actor.ask(LINKS).await.ok();
            assert_eq!(none.at("/outsideIdentities"), &json!({ "totalCount": 0, "nodes": [] }));
        }
        let list = scene.admin.ask(LINKS).await.ok();
        assert_eq!(list.at("/outsideIdentities/totalCount"), &json!(1));
        assert_eq!(list.text("/outsideIdentities/nodes/0/subject"), "u1");
        assert_eq!(list.text("/outsideIdentities/nodes/0/issuer"), scene.issuer.name());
        assert_eq!(world.nobody().ask(LINKS).await.problem(), "UNAUTHENTICATED");
    }
}

#[test]
fn issuers_that_cannot_be_trusted_stop_the_start() {
    let folder = Folder::new();
    let good = json!([{
        "issuer": "https://login.example", "audience": "tributary",
        "keys": "https://login.example/keys", "organisation": { "code": "QKK" },
    }]);
    let refused = |list: &Value, further: &[&str]| {
        fs::write(folder.path().join("issuers.json"), list.to_string()).expect("a file");
        folder.run(&[&["serve", "--issuers", "issuers.json"], further].concat()).failure()
    };
    for (name, value, why) in [
        ("keys", json!("http://login.example/keys"), "https address"),
        ("keys", json!("http://127.0.0.1:9/keys"), "https address"),
        ("algorithms", json!(["HS256"]), "secret"),
        ("audience", json!(""), "cannot be empty"),
        ("audiences", json!([]), "unknown field"),
    ] {
        let mut list = good.clone();
        list[0][name] = value;
        let line = refused(&list, &[]);
        assert!(line.contains("issuers.json") && line.contains(why), "{line}");
    }
    let mut twice = good.as_array().expect("a list").clone();
    twice.extend(twice.clone());
    assert!(refused(&json!(twice), &[]).contains("named once"));
    let line = folder.run(&["serve", "--issuers", "nowhere.json"]).failure();
    assert!(line.contains("nowhere.json"), "{line}");
}
