//! Joint commissioning teams: what they cost, who sits on them, and what acting as one shows.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases, world::global};
use tributary::{
    graphql::node::{self, Kind},
    service::{
        account::{NewAccount, create},
        acting_as::Named,
    },
};
use uuid::Uuid;

pub const PASSWORD: &str = "correct horse battery";
pub const SESSION: &str = "session { accessToken refreshToken team actingAs { id } }";
pub const WHO: &str = "{ viewer { roles permissions team { name } actingAs { id } } }";
pub const SEEN: &str = "{ partnershipAgreements(first: 9) { nodes { id } }
    pooledFunds(first: 9) { nodes { reference externalReferences { value } } } }";

/// An agreement whose host takes part in a second one, and a team of the first.
pub struct Scene {
    /// The books of the first.
    pub books: Books,
    /// The books of the second.
    pub elsewhere: Books,
    /// The team's identity.
    pub team: String,
}

impl Scene {
    pub async fn set(world: &World) -> Self {
        let books = Books::open(world, &["Host", "Partner", "Third"]).await;
        let other = world.organisation("Other", OrganisationKind::Charity).await;
        let other = world.actor(other, &[Role::Commissioner, Role::Finance]).await;
        let elsewhere = Books::between(vec![books.host().clone(), other], "Elsewhere").await;
        let team = team(&books, "Children").await;
        Self { books, elsewhere, team }
    }

    pub fn host(&self) -> &Actor {
        self.books.host()
    }

    /// Somebody without an account who acts as the team, through the host.
    pub async fn as_team(&self, world: &World, roles: &[Role]) -> Actor {
        world.team_actor(uuid(&self.team), self.host().organisation, roles).await
    }

    pub async fn delegate(&self, kind: &str, amount: &str) {
        let input = json!({ "team": self.team, "kind": kind, "amount": amount });
        let _ = self.host().run("delegateLimit", input, "limit { id amount }").await.ok();
    }

    pub async fn seat(&self, by: &Actor, account: Uuid, role: &str) -> Answer {
        let account = Kind::Account.id(account);
        let input = json!({ "team": self.team, "account": account, "role": role });
        by.run("addTeamMember", input, "member { id accountId role employer { id } }").await
    }
}

pub async fn team(books: &Books, name: &str) -> String {
    let input = json!({
        "agreement": books.agreement, "name": name, "serviceArea": "Children and young people",
        "startsOn": "2025-04-01",
    });
    let made = books.host().run("createTeam", input, "team { id }").await.ok();
    made.text("/createTeam/team/id").to_owned()
}

pub fn uuid(id: &str) -> Uuid {
    node::of(&id.into()).expect("an identity").1
}

pub async fn account(world: &World, organisation: Uuid, email: &str, role: Role) -> Uuid {
    let new = NewAccount {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        organisation: Named::Id(organisation),
        role,
    };
    create(&world.database, new).await.expect("an account").id
}

pub async fn sign_in(world: &World, email: &str, team: Option<&str>) -> Answer {
    let input = json!({ "email": email, "password": PASSWORD, "team": team });
    world.nobody().run("signIn", input, SESSION).await
}

pub fn bearer(world: &World, answer: &Answer) -> Actor {
    world.nobody().bearing(answer.payload()["session"]["accessToken"].as_str().expect("a token"))
}

pub fn problem(answer: &Answer) -> (String, String) {
    let message = answer.payload()["errors"][0]["message"].as_str().unwrap_or_default();
    (answer.problem(), message.to_owned())
}

pub fn post(
    scene: &Scene,
    title: &str,
    cost: &str,
    (from, to): (&str, Value),
    weights: &[i32],
) -> Value {
    let share = |(place, weight): (usize, &i32)| json!({ "partner": scene.books.partner(place).id, "weight": weight });
    let shares: Vec<Value> =
        weights.iter().enumerate().filter(|(_, weight)| **weight > 0).map(share).collect();
    json!({
        "team": scene.team, "title": title, "employer": scene.host().id, "function": "Commissioning",
        "wholeTimeEquivalentThousandths": 800, "arrangement": "SECONDED", "annualCost": cost,
        "shares": shares, "startsOn": from, "endsOn": to,
    })
}

/// The roots and references that somebody sees.
pub async fn seen(actor: &Actor) -> Value {
    actor.ask(SEEN).await.ok().0["data"].clone()
}

both_databases! {
    async fn m2_partners_pay_for_posts_by_their_days_and_every_penny_is_somebodys(world: World) {
        let scene = Scene::set(&world).await;
        let half = post(&scene, "Lead", "54750.01", ("2025-10-01", Value::Null), &[2, 1]);
        let fields = "post { id version wholeTimeEquivalentThousandths arrangement employer { id } }";
        let made = scene.host().run("addTeamPost", half, fields).await.ok();
        assert_eq!(made.payload()["post"]["wholeTimeEquivalentThousandths"], json!(800));
        assert_eq!(made.payload()["post"]["arrangement"], json!("SECONDED"));
        let year = post(&scene, "Nurse", "100.00", ("2025-04-01", json!("2026-03-31")), &[1, 1, 1]);
        let _ = scene.books.partner(1).run("addTeamPost", year, "post { id }").await.ok();

        let costs = |year: &str| format!(
            r#"{{ node(id: "{}") {{ ... on Team {{ costs(financialYear: "{year}") {{
                total byPartner {{ partner {{ id }} amount }} }}
                posts(first: 9) {{ totalCount nodes {{ title costs(financialYear: "{year}") {{ total }} }} }} }} }} }}"#,
            scene.team
        );
        let of = |answer: &Answer| -> Vec<String> {
            let parts = answer.at("/node/costs/byPartner").as_array().expect("parts").clone();
            parts.iter().map(|part| part["amount"].as_str().expect("money").to_owned()).collect()
        };
        for reader in [scene.host(), scene.books.partner(2), &scene.as_team(&world, &[Role::Viewer]).await] {
            let first = reader.ask(&costs("2025/26")).await.ok();
            // 182 of 365 days of £54,750.01, and £100.00 three ways.
            assert_eq!(first.text("/node/costs/total"), "27400.00");
            assert_eq!(of(&first), ["18233.34", "9133.33", "33.33"]);
            assert_eq!(first.text("/node/posts/nodes/0/costs/total"), "100.00");
            let next = reader.ask(&costs("2026/27")).await.ok();
            assert_eq!(next.text("/node/costs/total"), "54750.01");
            assert_eq!(of(&next)[..2], ["36500.01", "18250.00"]);
        }

        let id = made.payload()["post"]["id"].clone();
        let input = json!({ "post": id, "expectedVersion": 1, "endsOn": "2025-09-30" });
        let _ = scene.host().run("endTeamPost", input.clone(), "post { endsOn version }").await.ok();
        assert_eq!(scene.host().run("endTeamPost", input, "post { id }").await.problem(), "STALE_VERSION");
        let withdrawn = scene.host().ask(&costs("2025/26")).await.ok();
        assert_eq!(withdrawn.text("/node/costs/total"), "100.00");
    }

    async fn acting_as_a_team_shows_its_agreement_and_nothing_of_its_members_employer(world: World) {
        let scene = Scene::set(&world).await;
        let host = scene.host();
        let input = json!({ "object": scene.books.fund, "system": "LEDGER", "value": "4711" });
        let _ = host.run("setExternalReference", input, "errors { code }").await.ok();
        let input = json!({ "kind": "SCHEMES", "content": "nothing\n" });
        let job = host.run("importFile", input, "job { id }").await.ok();
        let job = job.text("/importFile/job/id").to_owned();
        let admin = world.actor(host.organisation, &[Role::Admin]).await;
        let input = json!({ "name": "Portal", "scopes": ["READ"] });
        let _ = admin.run("createServiceAccount", input, "serviceAccount { id }").await.ok();

        let team = scene.as_team(&world, &[Role::Admin, Role::Finance, Role::Commissioner]).await;
        let fund = |reference: &str, references: Value| json!({ "reference": reference, "externalReferences": references });
        let own = seen(host).await;
        assert_eq!(own["partnershipAgreements"]["nodes"].as_array().map(Vec::len), Some(2));
        assert_eq!(own["pooledFunds"]["nodes"], json!([
            fund("Elsewhere", json!([])), fund(&scene.books.reference, json!([{ "value": "4711" }])),
        ]));
        let of_team = seen(&team).await;
        assert_eq!(of_team["partnershipAgreements"]["nodes"], json!([{ "id": scene.books.agreement }]));
        assert_eq!(of_team["pooledFunds"]["nodes"], json!([fund(&scene.books.reference, json!([]))]));

        for hidden in [&scene.elsewhere.agreement, &scene.elsewhere.fund, &job] {
            let ask = format!(r#"{{ node(id: "{hidden}") {{ id }} }}"#);
            assert_eq!(host.ask(&ask).await.ok().text("/node/id"), hidden);
            assert_eq!(team.ask(&ask).await.ok().at("/node"), &Value::Null, "{hidden}");
        }
        let by_reference = r#"{ byExternalReference(system: "LEDGER", value: "4711") { id } }"#;
        assert_eq!(host.ask(by_reference).await.ok().text("/byExternalReference/id"), scene.books.fund);
        assert_eq!(team.ask(by_reference).await.ok().at("/byExternalReference"), &Value::Null);
        let accounts = "{ serviceAccounts(first: 9) { totalCount } }";
        assert_eq!(admin.ask(accounts).await.ok().at("/serviceAccounts/totalCount"), &json!(1));
        assert_eq!(team.ask(accounts).await.ok().at("/serviceAccounts/totalCount"), &json!(0));
        let who = team.ask(WHO).await.ok();
        assert_eq!(who.at("/viewer/roles"), &json!(["FINANCE", "COMMISSIONER"]), "no ADMIN");
        assert_eq!(who.at("/viewer/team/name"), &json!("Children"));
        let trail = "{ auditTrail(first: 100) { totalCount } }";
        assert_eq!(team.ask(trail).await.ok().at("/auditTrail/totalCount"), &json!(0));

        let somebody = account(&world, host.organisation, "anna@host.example", Role::Viewer).await;
        let grant = json!({ "account": Kind::Account.id(somebody), "role": "ADMIN" });
        let import = json!({ "kind": "SCHEMES", "content": "nothing\n" });
        let reference = json!({ "object": scene.books.fund, "system": "LEDGER", "value": "1" });
        let service = json!({ "name": "Other", "scopes": ["READ"] });
        for (name, input, fields) in [
            ("grantMembership", grant, "membership { id }"),
            ("importFile", import, "job { id }"),
            ("setExternalReference", reference, "errors { code }"),
            ("createServiceAccount", service, "serviceAccount { id }"),
        ] {
            assert_eq!(team.run(name, input, fields).await.problem(), "NOT_ALLOWED", "{name}");
        }
        assert_eq!(scene.seat(&team, somebody, "VIEWER").await.problem(), "NOT_ALLOWED");
    }

    async fn somebody_seated_acts_as_the_team_until_the_seat_ends(world: World) {
        let scene = Scene::set(&world).await;
        let anna = account(&world, scene.host().organisation, "anna@host.example", Role::Viewer).await;
        assert_eq!(sign_in(&world, "anna@host.example", Some(&scene.team)).await.problem(), "NOT_FOUND");
        let seat = scene.seat(scene.host(), anna, "FINANCE").await.ok();
        assert_eq!(seat.payload()["member"]["accountId"], json!(Kind::Account.id(anna)));
        assert_eq!(scene.seat(scene.host(), anna, "FINANCE").await.problem(), "ALREADY_EXISTS");
        assert_eq!(scene.seat(scene.host(), anna, "ADMIN").await.problem(), "INVALID_VALUE");

        let own = bearer(&world, &sign_in(&world, "anna@host.example", None).await.ok());
        assert_eq!(own.ask(WHO).await.ok().at("/viewer/roles"), &json!(["VIEWER"]));
        let seats = own.ask("{ viewer { teamSeats { teamId role } } }").await.ok();
        assert_eq!(seats.at("/viewer/teamSeats"), &json!([{ "teamId": scene.team, "role": "FINANCE" }]));
        let input = json!({ "organisation": scene.host().id, "team": scene.team });
        let switched = own.run("switchActingAs", input, SESSION).await.ok();
        assert_eq!(switched.payload()["session"]["team"], json!(scene.team));
        let switched = bearer(&world, &switched);
        let signed_in = sign_in(&world, "anna@host.example", Some(&scene.team)).await.ok();
        let refresh = json!({ "refreshToken": signed_in.payload()["session"]["refreshToken"] });
        let refreshed = world.nobody().run("refreshSession", refresh, SESSION).await.ok();
        assert_eq!(refreshed.payload()["session"]["team"], json!(scene.team), "it is remembered");
        let refresh = json!({ "refreshToken": refreshed.payload()["session"]["refreshToken"] });
        for actor in [&switched, &bearer(&world, &signed_in), &bearer(&world, &refreshed)] {
            let who = actor.ask(WHO).await.ok();
            assert_eq!(who.at("/viewer/roles"), &json!(["FINANCE"]), "the team's role, and no other");
            assert_eq!(who.at("/viewer/actingAs/id"), &json!(scene.host().id));
            let agreements = seen(actor).await["partnershipAgreements"]["nodes"].clone();
            assert_eq!(agreements, json!([{ "id": scene.books.agreement }]));
        }

        let member = json!({ "member": seat.payload()["member"]["id"] });
        let _ = scene.host().run("endTeamMember", member, "member { endsOn }").await.ok();
        for actor in [&switched, &bearer(&world, &refreshed)] {
            assert_eq!(actor.ask(SEEN).await.problem(), "UNAUTHENTICATED");
        }
        let again = world.nobody().run("refreshSession", refresh, SESSION).await;
        assert_eq!(again.problem(), "SIGN_IN_FAILED");
        assert_eq!(sign_in(&world, "anna@host.example", Some(&scene.team)).await.problem(), "NOT_FOUND");
        let own = bearer(&world, &sign_in(&world, "anna@host.example", None).await.ok());
        assert_eq!(own.ask(WHO).await.ok().at("/viewer/team"), &Value::Null);
    }

    async fn each_organisation_seats_its_own_staff_and_nobody_elses(world: World) {
        let scene = Scene::set(&world).await;
        let partner = scene.books.partner(1).organisation;
        let bert = account(&world, partner, "bert@partner.example", Role::Commissioner).await;
        let others = scene.seat(scene.host(), bert, "VIEWER").await;
        let unknown = scene.seat(scene.host(), Uuid::from_u128(7), "VIEWER").await;
        assert_eq!(problem(&others), problem(&unknown), "V1: whether there is such an account");
        assert_eq!(others.problem(), "APPROVAL_NEEDED");
        assert!(problem(&others).1.contains("proposeTeamMembership"), "{others:#?}");
        let admin = world.actor(partner, &[Role::Admin]).await;
        let seat = scene.seat(&admin, bert, "VIEWER").await.ok();
        assert_eq!(seat.payload()["member"]["employer"]["id"], json!(global(partner)));

        let outsider = world.organisation("Outsider", OrganisationKind::Charity).await;
        let outsider = world.actor(outsider, &[Role::Admin, Role::Commissioner]).await;
        let carl = account(&world, outsider.organisation, "carl@out.example", Role::Viewer).await;
        assert_eq!(scene.seat(&outsider, carl, "VIEWER").await.problem(), "NOT_FOUND");
        let ask = format!(r#"{{ node(id: "{}") {{ id }} }}"#, scene.team);
        assert_eq!(outsider.ask(&ask).await.ok().at("/node"), &Value::Null);
        let provider = scene.elsewhere.partner(1);
        assert_eq!(provider.ask(&ask).await.ok().at("/node"), &Value::Null);
    }
}
