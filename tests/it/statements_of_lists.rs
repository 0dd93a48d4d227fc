//! The number of SQL statements of a list does not depend on the number of its rows, whoever asks:
//! the host, a partner, an observer, a provider that the fund pays, or a team.

use entities::{
    account, contribution, membership::Role, organisation::OrganisationKind, team_member,
    value::FinancialYear,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tests::{
    Actor, Books, World, both_databases, evidence::keep, posting::decision, raw::day,
    relations::local, world::global,
};
use tributary::graphql::node::Kind;
use uuid::Uuid;

/// How many rows are there when the statements are counted.
const SIZES: [usize; 2] = [1, 8];

/// A list's name, its query, and where its rows are.
type List = (&'static str, &'static str, &'static str);

const LISTS: [List; 13] = [
    (
        "partnershipAgreements",
        r#"{ partnershipAgreements(first: 50) { totalCount nodes { reference aims postingLimit warnings
            host { name } partners { organisation { name } } externalReferences { value }
            funds(first: 5) { totalCount nodes { reference } } withheld { field }
            position(financialYear: "2025/26") { total { actual } cash funds { fundReference } }
            viewerCan { update { allowed } appoint { allowed } preview { allowed } } } } }"#,
        "/partnershipAgreements/nodes",
    ),
    (
        "relations",
        "{ partnershipAgreements(orderBy: [REFERENCE_ASC], first: 50) { nodes {
            relations(first: 20) { totalCount nodes { kind startsOn organisation { name identifiers { value } }
                fund { reference } namedSuccessor { name } viewerCan { end { allowed } } } } } } }",
        "/partnershipAgreements/nodes/0/relations/nodes",
    ),
    (
        "accessGrants",
        "{ partnershipAgreements(orderBy: [REFERENCE_ASC], first: 50) { nodes {
            accessGrants(first: 20) { totalCount nodes { purpose organisation { name }
                grantedBy { name } fund { reference } viewerCan { end { allowed } } } } } } }",
        "/partnershipAgreements/nodes/0/accessGrants/nodes",
    ),
    (
        "teams",
        r#"{ partnershipAgreements(orderBy: [REFERENCE_ASC], first: 9) { nodes {
            teams(first: 20) { totalCount nodes { name agreement { reference } version
                members { role employer { name } } limits { amount } functions { name }
                costs(financialYear: "2025/26") { total byPartner { partner { name } amount } }
                viewerCan { manage { allowed } writePosts { allowed } }
                posts(first: 20) { totalCount nodes { title employer { name } annualCost
                    shares { weight partner { name } }
                    costs(financialYear: "2025/26") { total } } } } } } } }"#,
        "/partnershipAgreements/nodes/0/teams/nodes",
    ),
    (
        "proposals of an agreement",
        "{ partnershipAgreements(orderBy: [REFERENCE_ASC], first: 50) { nodes {
            proposals(first: 20) { totalCount nodes { kind state amount fund { reference }
                schemes { amount scheme } needs { organisation { name } decision { verdict } }
                decisions { verdict } interests { description }
                viewerCan { approve { allowed } withdraw { allowed } } } } } } }",
        "/partnershipAgreements/nodes/0/proposals/nodes",
    ),
    (
        "proposals",
        "{ proposals(first: 50) { totalCount nodes { kind state amount agreement { reference }
            fund { reference } schemes { amount scheme } needs { organisation { name } }
            decisions { verdict } result viewerCan { approve { allowed reason } } } } }",
        "/proposals/nodes",
    ),
    (
        "budgetMovements",
        "{ pooledFunds(orderBy: [REFERENCE_ASC], first: 50) { nodes {
            budgetMovements(first: 20) { totalCount nodes { kind reason fund { reference }
                decision { decidingBody } schemes { name } contributions { amount }
                withheld { field } } } } } }",
        "/pooledFunds/nodes/0/budgetMovements/nodes",
    ),
    (
        "forecasts",
        "{ pooledFunds(orderBy: [REFERENCE_ASC], first: 50) { nodes {
            forecasts(first: 20) { totalCount nodes { version status commentary fund { reference }
                lines(first: 5) { totalCount nodes { month amount scheme { name } } }
                submittedAt withheld { field } viewerCan { submit { allowed } } } } } } }",
        "/pooledFunds/nodes/0/forecasts/nodes",
    ),
    (
        "schemes and commitments",
        r#"{ pooledFunds(orderBy: [REFERENCE_ASC], first: 50) { nodes {
            schemes(orderBy: [REFERENCE_ASC], first: 20) { totalCount nodes { name fund { reference }
                schemeType { code } commissioner { name } provider { name }
                budget(financialYear: "2025/26") receivedByYou(financialYear: "2025/26")
                monthlyBudget(financialYear: "2025/26") withheld { field } viewerCan { commit { allowed } }
                commitments(first: 9) { totalCount nodes { amount released outstanding payee { name }
                    scheme { name } releases(first: 2) { totalCount nodes { amount } }
                    viewerCan { release { allowed } } } } } } } } }"#,
        "/pooledFunds/nodes/0/schemes/nodes",
    ),
    (
        "contributions",
        "{ pooledFunds(orderBy: [REFERENCE_ASC], first: 50) { nodes {
            contributions(first: 20) { totalCount nodes { partner { name } fundingSource { code }
                planned varied agreed invoiced received refunded fund { reference }
                instalments { amount } externalReferences { value } withheld { field } } } } } }",
        "/pooledFunds/nodes/0/contributions/nodes",
    ),
    (
        "publications",
        "{ publications(first: 50) { totalCount nodes { financialYear itemsHeldBack withdrawnAt
            decision { decidingBody } agreement { reference funds { reference } } } } }",
        "/publications/nodes",
    ),
    (
        "publishedStatements",
        r#"{ partnershipAgreements(orderBy: [REFERENCE_ASC], first: 9) { nodes {
            publishedStatements(financialYear: "2025/26", first: 20) { totalCount nodes { publisher
                agreement { reference } fund { reference } recordedAs { name }
                supersedes { publisher } supersededBy { publisher }
                figures { name amount partner { name } }
                reconciliation { figures { name computed withheld { reason } }
                    checks { difference } comparisons { difference statement { publisher } } } } } } } }"#,
        "/partnershipAgreements/nodes/0/publishedStatements/nodes",
    ),
    (
        "auditTrail",
        "{ auditTrail(first: 100) { totalCount nodes { action object organisation { name } before after
            sequence hash withheld { field } } } }",
        "/auditTrail/nodes",
    ),
];

/// Who asks.
struct Cast {
    partners: Vec<Actor>,
    observer: Actor,
    provider: Actor,
    books: Vec<Books>,
    schemes: Vec<String>,
    teams: Vec<String>,
}

impl Cast {
    async fn set(world: &World) -> Self {
        let roles = [Role::Commissioner, Role::Finance, Role::Approver, Role::Auditor];
        let mut staff = Vec::new();
        for name in ["Host", "Partner", "Observer", "Provider"] {
            let id = world.organisation(name, OrganisationKind::LocalAuthority).await;
            staff.push(world.actor(id, &roles).await);
        }
        let provider = staff.pop().expect("four");
        let observer = staff.pop().expect("three");
        let row = account::Model {
            id: Uuid::from_u128(77),
            email: "member@partners.example".to_owned(),
            password_hash: String::new(),
            disabled_at: None,
        };
        let inserted = account::Entity::insert(row.into_active_model());
        inserted.exec_without_returning(world.database.for_migration()).await.expect("an account");
        Self {
            partners: staff,
            observer,
            provider,
            books: Vec::new(),
            schemes: Vec::new(),
            teams: Vec::new(),
        }
    }

    fn host(&self) -> &Actor {
        &self.partners[0]
    }

    async fn run(&self, name: &str, input: Value, made: &str) -> String {
        let answer = self.host().run(name, input, &format!("{made} {{ id }}")).await.ok();
        answer.text(&format!("/{name}/{made}/id")).to_owned()
    }

    /// Another agreement with a fund, and one more of everything in the first.
    async fn more(&mut self, world: &World) {
        let number = self.books.len();
        let books = Books::between(self.partners.clone(), &format!("Fund {number:02}")).await;
        self.books.push(books);
        let (first, last) = (&self.books[0], &self.books[number]);
        let _ = (last.contribution(0, "5000.00").await, last.contribution(1, "200.00").await);
        let mut input = last.scheme_input(&last.fund, "A", "500.00", &[1, 1]);
        input["provider"] = json!(self.provider.id);
        let scheme = self.run("createScheme", input, "scheme").await;
        let appointed = |agreement: &str, organisation: &str, kind: &str| {
            json!({
                "agreement": agreement, "organisation": organisation, "kind": kind,
                "startsOn": "2025-04-01",
            })
        };
        let watching = appointed(&last.agreement, &self.observer.id, "OBSERVER");
        let _ = self.host().run("appointOrganisation", watching, "relation { id }").await.ok();
        self.schemes.push(scheme);
        let other = world.organisation(&format!("Other {number}"), OrganisationKind::Other).await;
        let watching = appointed(&first.agreement, &global(other), "REGULATOR");
        let _ = self.host().run("appointOrganisation", watching, "relation { id }").await.ok();
        let grant = json!({
            "agreement": first.agreement, "organisation": global(other), "purpose": "Review",
            "startsOn": "2025-10-01", "endsOn": "2025-12-31",
        });
        let _ = self.run("grantAccess", grant, "grant").await;
        let published = json!({
            "agreement": last.agreement, "financialYear": "2025/26", "decision": decision(),
        });
        let _ = self.run("publish", published, "publication").await;
        let team = self.team(world, number).await;
        self.teams.push(team);
        self.put_into_books(world, (number, other)).await;
    }

    /// A team with a post and a seat, and one more of both in the first team.
    async fn team(&self, world: &World, number: usize) -> String {
        let team = json!({
            "agreement": self.books[0].agreement, "name": format!("Team {number}"),
            "serviceArea": "Adults", "startsOn": "2025-04-01",
        });
        let team = self.run("createTeam", team, "team").await;
        for of in [&team, self.teams.first().unwrap_or(&team)] {
            let post = json!({
                "team": of, "title": "Nurse", "employer": self.host().id, "function": "Nursing",
                "wholeTimeEquivalentThousandths": 1000, "arrangement": "EMPLOYED",
                "annualCost": "100.00", "startsOn": "2025-04-01",
                "shares": [{ "partner": self.host().id, "weight": 1 }],
            });
            let _ = self.run("addTeamPost", post, "post").await;
            let seat = team_member::Model {
                id: world.database.clock().new_id(),
                team_id: local(Kind::Team, of),
                account_id: Uuid::from_u128(77),
                employer_id: self.host().organisation,
                post_id: None,
                role: Role::Viewer,
                starts_on: day(2025, 4, 1),
                ends_on: None,
            };
            team_member::Entity::insert(seat.into_active_model())
                .exec_without_returning(world.database.for_migration())
                .await
                .expect("a seat");
        }
        team
    }

    async fn put_into_books(&self, world: &World, (number, other): (usize, Uuid)) {
        let (first, key) = (&self.books[0], format!("KEY {number}"));
        let another = first.scheme(&format!("B{number}"), "50.00", &[1, 1]).await;
        let planned = contribution::Model {
            id: world.database.clock().new_id(),
            fund_id: local(Kind::Fund, &first.fund),
            partner_id: other,
            source_code: tests::books::SOURCE.to_owned(),
            financial_year: FinancialYear::of(day(2025, 4, 1)),
            version: 1,
        };
        contribution::Entity::insert(planned.into_active_model())
            .exec_without_returning(world.database.for_migration())
            .await
            .expect("a contribution");
        let promised = json!({
            "scheme": self.schemes[0], "financialYear": "2025/26", "amount": "1.00",
            "description": "Beds", "effectiveOn": "2025-05-01", "payee": self.provider.id,
            "idempotencyKey": key,
        });
        let _ = self.run("recordCommitment", promised, "commitment").await;
        let forecast = json!({
            "fund": first.fund, "financialYear": "2025/26",
            "lines": [{ "scheme": another, "month": 12, "amount": "7.00" }],
        });
        let forecast = self.run("saveForecast", forecast, "forecast").await;
        let submitted = json!({ "forecast": forecast });
        let _ = self.host().run("submitForecast", submitted, "forecast { id }").await.ok();
        let lines = [(self.schemes[0].as_str(), "-0.01"), (another.as_str(), "0.01")];
        let mut moved = first.movement("VIREMENT", "2025-11-01", &lines, &[]);
        moved["idempotencyKey"] = json!(key);
        let _ = self.run("moveBudget", moved, "movement").await;
        let printed = json!({
            "agreement": first.agreement, "publisher": key, "sourceTitle": "Report",
            "financialYear": "2025/26", "unit": "POUNDS", "decimals": 2, "status": "OUTTURN",
            "figures": [{ "name": "spent", "printed": "1.00", "measures": "ACTUAL" },
                { "name": "host", "printed": "1.00", "partner": self.host().id }],
            "checks": [{ "name": "host", "total": "spent", "plus": ["host"] }],
        });
        let _ = self.run("recordPublishedStatement", printed, "statement").await;
        let proposed = first.virement(&key, &lines);
        let _ = self.run("proposeVirement", proposed, "proposal").await;
    }
}

async fn statements(world: &World, (name, who): (&str, &Actor), list: &List) -> (u64, usize) {
    // Once before, because keys are read once and kept.
    let _ = who.ask(list.1).await.ok();
    let before = world.served.statements_run();
    let answer = who.ask(list.1).await.ok();
    let count = world.served.statements_run() - before;
    // A provider sees one scheme of each fund, and more funds.
    let is_of_funds = name == "funded provider" && list.2.starts_with("/pooledFunds");
    let at = if is_of_funds { "/pooledFunds/nodes" } else { list.2 };
    (count, answer.at(at).as_array().map_or(0, Vec::len))
}

/// A list, who asked for it, and the statements and rows of each time.
type Counted = (&'static str, &'static str, Vec<(u64, usize)>);

both_databases! {
    async fn statements_of_a_list_do_not_grow_with_its_rows_whoever_asks(world: World) {
        let mut cast = Cast::set(&world).await;
        let mut counted: Vec<Counted> = Vec::new();
        for size in SIZES {
            while cast.books.len() < size {
                cast.more(&world).await;
            }
            let team = local(Kind::Team, &cast.teams[0]);
            let roles = [Role::Commissioner, Role::Finance];
            let team = world.team_actor(team, cast.host().organisation, &roles).await;
            let viewers = [
                ("host", cast.host()), ("partner", &cast.partners[1]), ("observer", &cast.observer),
                ("funded provider", &cast.provider), ("team", &team),
            ];
            for (name, who) in viewers {
                for list in &LISTS {
                    let found = statements(&world, (name, who), list).await;
                    match counted.iter_mut().find(|it| (it.0, it.1) == (name, list.0)) {
                        Some(it) => it.2.push(found),
                        None => counted.push((name, list.0, vec![found])),
                    }
                }
            }
        }
        let mut evidence = json!({ "rows": SIZES });
        let mut wrong = Vec::new();
        let mut growing: Vec<(&str, usize)> = Vec::new();
        for (who, list, counts) in &counted {
            println!("{:?} {who}: {list}: {counts:?} statements and rows", world.engine);
            evidence[format!("{who}: {list}")] = json!(counts);
            if counts.iter().any(|it| it.0 != counts[0].0 || it.0 == 0) {
                wrong.push(format!("{who}: {list} took {counts:?} statements and rows"));
            }
            let grew = usize::from(counts[0].1 > 0 && counts[0].1 < counts[1].1);
            match growing.iter_mut().find(|it| it.0 == *who) {
                Some(it) => it.1 += grew,
                None => growing.push((who, grew)),
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        let expected =
            [("host", 13), ("partner", 13), ("observer", 7), ("funded provider", 5), ("team", 11)];
        assert_eq!(growing, expected, "how many lists have more rows");
        keep(&format!("statements_of_lists_{:?}", world.engine).to_lowercase(), evidence);
    }
}
