//! The second line on PostgreSQL: with the program's own scoping left out, the database returns no
//! row of somebody else. SQLite has none.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::ID;
use entities::{
    membership::Role,
    organisation::OrganisationKind,
    period_release,
    relation::{self, RelationKind},
    value::{FinancialYear, Instant, Period},
};
use migration::rls::{self, Rule};
use sea_orm::{
    ActiveEnum, ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr,
    EntityTrait, IntoActiveModel, QueryResult, QueryTrait, Statement, TransactionTrait,
};
use serde_json::json;
use tests::{Books, Engine, World, posting::decision};
use tributary::{access, auth::Viewer, database::Snapshot, graphql::node};
use uuid::Uuid;

async fn rows(connection: &impl ConnectionTrait, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    connection.query_all_raw(Statement::from_string(DatabaseBackend::Postgres, sql)).await
}

/// The first column of every row.
async fn texts(connection: &impl ConnectionTrait, sql: &str) -> BTreeSet<String> {
    let rows = rows(connection, sql).await.expect("the server may ask");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

async fn refusal(connection: &DatabaseConnection, sql: &str) -> String {
    connection.execute_unprepared(sql).await.expect_err(sql).to_string()
}

/// The tables whose rows belong to organisations.
fn tenants() -> impl Iterator<Item = &'static str> {
    rls::rules().into_iter().filter(|rule| rule.is_tenants).map(|Rule { table, .. }| table)
}

async fn acting(world: &World, viewer: &Viewer) -> Snapshot {
    world.served.acting_for(viewer).snapshot().await.expect("a snapshot")
}

/// Every row of every organisation's table that a connection reads without any scope.
async fn seen(connection: &impl ConnectionTrait) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut seen = BTreeMap::new();
    for table in tenants() {
        seen.insert(table, texts(connection, &format!("select t::text from {table} t")).await);
    }
    seen
}

/// Books with something in every table, of which a part is dated after June.
async fn filled(world: &World, names: &[&str]) -> Books {
    let books = Books::open(world, names).await;
    let contribution = books.contribution(0, "1000.00").await;
    books.contribution(1, "1000.00").await;
    let scheme = books.scheme("1", "600.00", &[1, 1]).await;
    let provider = world.organisation("Provider", OrganisationKind::Charity).await;
    let mut provided = books.scheme_input(&books.fund, "2", "400.00", &[1]);
    provided["provider"] = json!(tests::world::global(provider));
    let host = books.host();
    let provided = host.run("createScheme", provided, "scheme { id }").await.ok();
    let provided = provided.text("/createScheme/scheme/id").to_owned();
    for (day, key) in [("2025-05-10", "1"), ("2025-08-10", "2")] {
        let _ = books.spend(&scheme, "10.00", day, key).await.ok();
        let promise = json!({
            "scheme": scheme, "financialYear": "2025/26", "amount": "5.00", "description": "Beds",
            "effectiveOn": day, "idempotencyKey": key,
        });
        let _ = host.run("recordCommitment", promise, "commitment { id }").await.ok();
        let lines = [(scheme.as_str(), "-1.00"), (&provided, "1.00")];
        let mut movement = books.movement("VIREMENT", day, &lines, &[]);
        movement["idempotencyKey"] = json!(key);
        let _ = host.run("moveBudget", movement, "movement { id }").await.ok();
        let forecast = json!({
            "fund": books.fund, "financialYear": "2025/26",
            "lines": [{ "scheme": scheme, "month": 12, "amount": "7.00" }],
        });
        let saved = host.run("saveForecast", forecast, "forecast { id }").await.ok();
        if key == "1" {
            let submitted = json!({ "forecast": saved.text("/saveForecast/forecast/id") });
            let _ = host.run("submitForecast", submitted, "forecast { id }").await.ok();
        }
    }
    let vary = json!({
        "contribution": contribution, "amount": "1.00", "effectiveOn": "2025-06-01",
        "reason": "More", "decision": decision(), "idempotencyKey": "1",
    });
    let _ = host.run("varyContribution", vary, "contribution { id }").await.ok();
    let closing = json!({
        "fund": books.fund, "financialYear": "2025/26", "period": 1, "status": "SOFT_CLOSED",
        "reason": "April is over",
    });
    let _ = host.run("closePeriod", closing, "closing { period }").await.ok();
    returns(world, &books, &scheme).await;
    books
}

/// An approved return on the first quarter, a submitted one and a draft on the second.
async fn returns(world: &World, books: &Books, scheme: &str) {
    let host = books.host();
    host.records_threshold(&books.agreement, json!({ "amount": "9999.00" })).await.ok();
    let mut made = Vec::new();
    for span in ["FIRST_QUARTER", "SECOND_QUARTER", "SECOND_QUARTER"] {
        let input = json!({
            "fund": books.fund, "financialYear": "2025/26", "span": span, "dueOn": "2025-10-31",
            "narratives": [{ "scheme": scheme, "narrative": "As planned" }],
        });
        let saved = host.run("saveReturn", input, "fundReturn { id }").await.ok();
        made.push(saved.text("/saveReturn/fundReturn/id").to_owned());
    }
    for id in &made[..2] {
        let input = json!({ "fundReturn": id });
        let _ = host.run("submitReturn", input, "fundReturn { id }").await.ok();
    }
    let agreed = json!({ "fundReturn": made[0], "decision": decision() });
    let _ = books.partner(1).run("agreeReturn", agreed.clone(), "fundReturn { id }").await.ok();
    let approver = host.colleague(world, 41, &[Role::Approver]).await;
    let _ = approver.run("approveReturn", agreed, "fundReturn { id }").await.ok();
    let input = json!({
        "fund": books.fund, "financialYear": "2025/26", "partner": books.partner(1).id,
        "treatment": "As a joint operation",
    });
    let stated = "treatment { treatment }";
    let _ = books.partner(1).run("stateAccountingTreatment", input, stated).await.ok();
}

fn raw(id: &str) -> Uuid {
    node::of(&ID::from(id)).expect("a global identity").1
}

/// Lets one organisation for each kind of relation stand to the books, until the end of June.
async fn everybody(world: &World, books: &Books) -> Vec<(RelationKind, Uuid)> {
    let (agreement, connection) = (raw(&books.agreement), world.database.for_migration());
    let mut holders = Vec::new();
    for kind in <RelationKind as sea_orm::Iterable>::iter() {
        let derived = [RelationKind::TeamMember, RelationKind::Grantee];
        if derived.contains(&kind) || kind == RelationKind::FundedProvider {
            continue;
        }
        let name = kind.to_value();
        let organisation = world.organisation(&name, OrganisationKind::Charity).await;
        let row = relation::Model {
            id: world.database.clock().new_id(),
            kind,
            organisation_id: organisation,
            agreement_id: agreement,
            fund_id: None,
            scheme_id: None,
            position: (kind == RelationKind::Partner).then_some(9),
            starts_on: "2025-04-01".parse().expect("a day"),
            ends_on: Some("2025-06-30".parse().expect("a day")),
        };
        let new = relation::Entity::insert(row.into_active_model());
        new.exec_without_returning(connection).await.expect("a relation");
        holders.push((kind, organisation));
    }
    access::derive::agreement(connection, agreement).await.expect("the access is derived");
    holders
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_servers_role_owns_nothing_and_cannot_bypass_row_level_security() {
    let world = World::on(Engine::Postgres).await;
    let server = world.served.for_migration();
    let roles = "select rolname::text from pg_roles where rolname like 'tributary\\_%' \
                 and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)";
    assert_eq!(texts(server, roles).await, BTreeSet::new());
    let owned = "select relname::text from pg_class where relowner = current_user::regrole";
    assert_eq!(texts(server, owned).await, BTreeSet::new());
    let unforced = "select relname::text from pg_class where relkind = 'r' \
                    and relnamespace = current_schema()::regnamespace \
                    and not (relrowsecurity and relforcerowsecurity)";
    assert_eq!(texts(server, unforced).await, BTreeSet::new());
    for (sql, why) in [
        ("alter table scheme disable row level security", "must be owner"),
        ("alter table scheme no force row level security", "must be owner"),
        ("drop policy reads on scheme", "must be owner"),
        ("set role tributary_facts", "permission denied"),
        ("set role tributary_jobs", "permission denied"),
        ("create table mine (id integer)", "permission denied"),
        ("delete from audit_act", "permission denied"),
        ("update access_window set usable_to = usable_to", "permission denied"),
        ("insert into audit_seal select * from audit_seal", "permission denied"),
        ("update facts.scheme set name = name", "permission denied"),
    ] {
        let refused = refusal(server, sql).await;
        assert!(refused.contains(why), "{sql}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_has_a_rule_and_every_rule_a_table() {
    let world = World::on(Engine::Postgres).await;
    let tables = "select tablename::text from pg_tables where schemaname = current_schema()";
    let ruled: BTreeSet<String> = rls::rules().iter().map(|rule| rule.table.to_owned()).collect();
    assert_eq!(texts(world.database.for_migration(), tables).await, ruled);
    assert_eq!(ruled.len(), rls::rules().len(), "one rule each");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_acts_for_nobody_sees_no_row_of_any_organisation() {
    let world = World::on(Engine::Postgres).await;
    let _ = filled(&world, &["Host", "Partner"]).await;
    let owner = seen(world.database.for_migration()).await;
    let filled = owner.values().filter(|rows| !rows.is_empty()).count();
    assert!(filled > 24, "{filled} tables have rows that could be seen");
    let nobody = world.served.snapshot().await.expect("a snapshot");
    for sees in [seen(world.served.statement()).await, seen(nobody.connection()).await] {
        for (table, rows) in sees {
            assert_eq!(rows, BTreeSet::new(), "{table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v1_without_any_scope_of_the_program_nobody_reads_a_row_of_others() {
    let world = World::on(Engine::Postgres).await;
    let ours = filled(&world, &["Host", "Partner"]).await;
    let theirs = filled(&world, &["Elsewhere", "Other"]).await;
    let outsider = world.organisation("Outsider", OrganisationKind::Charity).await;
    let of = async |organisation: Uuid| {
        let snapshot = acting(&world, &world.viewer(organisation, &[])).await;
        seen(snapshot.connection()).await
    };
    let (mine, other) = (of(ours.host().organisation).await, of(theirs.host().organisation).await);
    let filled = mine.values().filter(|rows| !rows.is_empty()).count();
    assert!(filled > 20, "{filled} tables have rows that the host reads");
    for (table, rows) in &mine {
        assert_eq!(rows.len(), other[table].len(), "both made the same: {table}");
        assert!(rows.is_disjoint(&other[table]), "{table}");
    }
    for (table, rows) in of(outsider).await {
        assert_eq!(rows, BTreeSet::new(), "{table}");
    }
}

/// The identities that the program's own scope gives the owner, to whom no policy applies.
macro_rules! scoped {
    ($world:expr, $select:expr) => {{
        let found = $select.all($world.database.for_migration()).await.expect("rows");
        found.into_iter().map(|(row, _)| row.id.to_string()).collect::<BTreeSet<String>>()
    }};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_gives_every_relation_the_rows_that_the_program_gives_it() {
    let world = World::on(Engine::Postgres).await;
    let books = filled(&world, &["Host", "Partner"]).await;
    let mut holders = everybody(&world, &books).await;
    holders.push((RelationKind::Host, books.host().organisation));
    holders.push((RelationKind::Partner, books.partner(1).organisation));
    let provider = "select organisation_id::text from relation where kind = 'FUNDED_PROVIDER'";
    for id in texts(world.database.for_migration(), provider).await {
        holders.push((RelationKind::FundedProvider, id.parse().expect("an identity")));
    }
    let mut differ = BTreeSet::new();
    for postings in ["LIVE", "RELEASED"] {
        let change = format!("update partnership_agreement set postings = '{postings}'");
        let owner = world.database.for_migration();
        owner.execute_unprepared(&change).await.expect("changed");
        access::derive::agreement(owner, raw(&books.agreement)).await.expect("derived");
        for (kind, organisation) in &holders {
            let viewer = &world.viewer(*organisation, &[]);
            let program = [
                (
                    "partnership_agreement",
                    scoped!(world, access::agreement::sees_agreements(viewer)),
                ),
                ("pooled_fund", scoped!(world, access::fund::sees_funds(viewer))),
                ("scheme", scoped!(world, access::scheme::sees_schemes(viewer))),
                ("contribution", scoped!(world, access::ledger::sees_contributions(viewer))),
                ("ledger_transaction", scoped!(world, access::ledger::sees_transactions(viewer))),
                ("commitment", scoped!(world, access::commitment::sees_commitments(viewer))),
                ("forecast", scoped!(world, access::forecast::sees_forecasts(viewer))),
                ("fund_return", scoped!(world, access::fund_return::sees_returns(viewer))),
                ("budget_movement", scoped!(world, access::movement::sees_movements(viewer))),
            ];
            let acts = access::audit::sees_audit_acts(viewer).all(owner).await.expect("acts");
            let acts = acts.into_iter().map(|act| act.id.to_string()).collect();
            let database = acting(&world, viewer).await;
            for (table, own) in program.into_iter().chain([("audit_act", acts)]) {
                let ids = format!("select id::text from {table}");
                let alone = texts(database.connection(), &ids).await;
                assert_eq!(alone, own, "{kind:?} of {table}, {postings}");
                differ.insert((table, own.len()));
            }
        }
        release_may(&world, &books).await;
    }
    assert!(differ.len() > 20, "the relations read different numbers of rows: {differ:?}");
}

async fn release_may(world: &World, books: &Books) {
    let released = period_release::Model {
        fund_id: raw(&books.fund),
        financial_year: FinancialYear::of("2025-05-10".parse().expect("a day")),
        period: Period::new(2).expect("May"),
        known_at: Instant::EARLIEST,
    };
    let new = period_release::Entity::insert(released.into_active_model());
    // The second time it was released before.
    let _ = new.exec_without_returning(world.database.for_migration()).await;
}

async fn acts_as(transaction: &DatabaseTransaction, holder: Uuid) {
    let settings = ["holder", "organisation"]
        .map(|name| format!("set_config('tributary.{name}', '{holder}', true)"));
    let day = "set_config('tributary.today', '2025-10-01', true)";
    let sql = format!("select {}, {day}", settings.join(", "));
    transaction.execute_unprepared(&sql).await.expect("who acts is told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_acted_is_forgotten_with_the_transaction() {
    let world = World::on(Engine::Postgres).await;
    let ours = Books::open(&world, &["Host", "Partner"]).await;
    let theirs = Books::open(&world, &["Elsewhere", "Other"]).await;
    let mut options = sea_orm::ConnectOptions::new(tests::postgres::as_server(&world.url));
    options.max_connections(2).min_connections(2).sqlx_logging(false);
    let pool = sea_orm::Database::connect(options).await.expect("a pool of two connections");
    let funds = "select reference from pooled_fund";
    for round in 0..6 {
        let (one, two) = (pool.begin().await.expect("one"), pool.begin().await.expect("two"));
        acts_as(&one, ours.host().organisation).await;
        acts_as(&two, theirs.host().organisation).await;
        assert_eq!(texts(&two, funds).await, BTreeSet::from([theirs.reference.clone()]));
        assert_eq!(texts(&one, funds).await, BTreeSet::from([ours.reference.clone()]));
        match round % 2 {
            0 => one.commit().await.expect("committed"),
            _ => one.rollback().await.expect("rolled back"),
        }
        // The other connection is still in its transaction: this one has just ended one.
        let left = "select coalesce(current_setting('tributary.holder', true), '')";
        assert_eq!(texts(&pool, left).await, BTreeSet::from([String::new()]));
        assert_eq!(texts(&pool, funds).await, BTreeSet::new());
        two.commit().await.expect("committed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_under_a_hidden_parent_is_refused_though_its_foreign_key_is_met() {
    let world = World::on(Engine::Postgres).await;
    let theirs = filled(&world, &["Elsewhere", "Other"]).await;
    let ours = Books::open(&world, &["Host", "Partner"]).await;
    let (fund, us) = (raw(&theirs.fund), ours.host().organisation);
    let agreement = raw(&theirs.agreement);
    for table in ["scheme", "contribution", "relation", "budget_movement", "pooled_fund"] {
        let transaction = world.served.for_migration().begin().await.expect("a transaction");
        acts_as(&transaction, us).await;
        let new = Uuid::from_u128(1);
        let sql = match table {
            "scheme" => format!(
                "insert into scheme (id, fund_id, reference, name, scheme_type_code, \
                 commissioner_id, is_recurrent, is_capital, starts_on) values \
                 ('{new}', '{fund}', 'X', 'X', 'OTHER', '{us}', true, false, '2025-04-01')"
            ),
            "contribution" => format!(
                "insert into contribution (id, fund_id, partner_id, source_code, financial_year) \
                 values ('{new}', '{fund}', '{us}', 'IBCF', 2025)"
            ),
            "relation" => format!(
                "insert into relation (id, kind, organisation_id, agreement_id, starts_on) values \
                 ('{new}', 'HOST', '{us}', '{agreement}', '2025-04-01')"
            ),
            "budget_movement" => format!(
                "insert into budget_movement values ('{new}', '{fund}', 2025, 'VIREMENT', 'x', 'x', \
                 '2025-04-01', 'x', '2025-04-01', 0)"
            ),
            _ => format!(
                "insert into pooled_fund (id, agreement_id, owner_id, reference, name, kind, \
                 starts_on) values ('{new}', '{agreement}', '{us}', 'X', 'X', 'POOLED', '2025-04-01')"
            ),
        };
        let refused = transaction.execute_unprepared(&sql).await.expect_err(table).to_string();
        assert!(refused.contains("violates row-level security policy"), "{table}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_funds_asks_who_acts_once_and_uses_its_indexes() {
    let world = World::on(Engine::Postgres).await;
    let books = Books::open(&world, &["Host", "Partner"]).await;
    let viewer = world.viewer(books.host().organisation, &[]);
    let list = access::fund::sees_funds(&viewer).build(DatabaseBackend::Postgres);
    let transaction = world.served.for_migration().begin().await.expect("a transaction");
    acts_as(&transaction, viewer.holder()).await;
    // Of a handful of rows any plan is good: what matters is that the indexes can be used.
    transaction.execute_unprepared("set local enable_seqscan = off").await.expect("set");
    let explain = Statement { sql: format!("explain verbose {}", list.sql), ..list };
    let plan = transaction.query_all_raw(explain).await.expect("a plan");
    let plan: Vec<String> =
        plan.iter().map(|row| row.try_get_by_index(0).expect("a line")).collect();
    let text = plan.join("\n");
    assert!(text.contains("InitPlan"), "{text}");
    assert!(!text.contains("Seq Scan"), "{text}");
    assert!(text.contains("access_window_pkey"), "{text}");
    for line in plan.iter().filter(|line| line.contains("current_setting")) {
        // The setting is the output of an InitPlan, and never a filter of rows.
        assert!(line.trim_start().starts_with("Output:"), "{line}\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_jobs_role_reads_the_trail_and_no_money() {
    let world = World::on(Engine::Postgres).await;
    let _ = Books::open(&world, &["Host", "Partner"]).await;
    let url = tests::postgres::as_jobs(&world.url);
    let clock = world.database.clock().clone();
    let jobs = tributary::database::open(&url, false, clock).await.expect("the jobs' database");
    assert!(tributary::service::audit::seal::seal_now(&jobs).await.expect("sealed") > 0);
    for table in ["pooled_fund", "ledger_transaction", "account", "access"] {
        let refused = refusal(jobs.for_migration(), &format!("select from {table}")).await;
        assert!(refused.contains("permission denied"), "{table}: {refused}");
    }
}

/// How long it takes both is measured, and printed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_takes_as_many_statements_under_the_second_line() {
    let world = World::on(Engine::Postgres).await;
    let books = Books::open(&world, &["Host", "Partner"]).await;
    for number in 0..49 {
        let _ = books.another_fund(&format!("F{number}"), "POOLED").await;
    }
    let clock = world.database.clock().clone();
    let owner = tributary::database::open(&world.url, false, clock).await.expect("the owner's");
    let app = tributary::http::App::prepare(owner.clone()).await.expect("a server");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(tributary::http::serve(listener, app, std::future::pending()));
    let unbound = books.host().elsewhere(&address);
    let document = "{ pooledFunds(first: 50) { totalCount nodes { reference name kind } } }";
    let mut spent = [std::time::Duration::ZERO; 2];
    let mut statements = [0; 2];
    for round in 0..tests::evidence::size(20, 200) {
        for (place, (actor, database)) in
            [(books.host(), &world.served), (&unbound, &owner)].into_iter().enumerate()
        {
            let before = database.statements_run();
            let began = std::time::Instant::now();
            assert_eq!(actor.ask(document).await.ok().at("/pooledFunds/totalCount"), 50);
            if round > 0 {
                spent[place] += began.elapsed();
                statements[place] = database.statements_run() - before;
            }
        }
    }
    assert_eq!(statements[0], statements[1], "the policies are part of the statements");
    println!(
        "bound {:?} in {:?}, unbound {:?} in {:?}",
        statements[0], spent[0], statements[1], spent[1]
    );
}
