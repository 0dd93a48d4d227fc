//! What the supply chain of one contract costs does not grow with the others: one statement, and the
//! same few rows, among 30,000 subcontracts under 10,000 contracts.

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use entities::{
    access::{self, RootKind, Window, Windows},
    access_window as window, contract,
    membership::Role,
    organisation::OrganisationKind,
    relation::RelationKind,
    subcontract::{self as link, Approval, Confirmation},
    subcontract_value as value,
    value::{self as amounts, FinancialYear, Pence},
};
use sea_orm::{
    ActiveModelTrait, ConnectOptions, ConnectionTrait, Database, EntityTrait, IntoActiveModel,
    Statement, TransactionTrait,
};
use serde_json::{Value, json};
use tests::{
    Actor, Engine, World, both_databases,
    evidence::{keep, size},
    relations::day,
};
use tributary::{auth::Viewer, graphql::node::Kind, service::subcontract};
use uuid::Uuid;

/// How many tiers each contract has, one link at each.
const TIERS: i32 = 3;
/// How many rows a chain of three links touches at most, in all tables: by which index they are
/// looked up the engine chooses anew as the tables grow.
const MOST_ROWS: i64 = 60;
/// How many rows one statement writes.
const BATCH: usize = 200;

/// How many contracts there are, fewest first.
fn sizes() -> Vec<u32> {
    size(vec![20, 200], vec![100, 10_000])
}

/// The organisations of every contract: who commissions, holds and sells at each tier.
struct Cast(Vec<Uuid>);

#[derive(Default)]
struct Rows {
    contracts: Vec<contract::Model>,
    links: Vec<link::Model>,
    values: Vec<value::Model>,
    access: Vec<access::Model>,
    windows: Vec<window::Model>,
}

impl Cast {
    async fn set(world: &World) -> Self {
        let mut cast = Vec::new();
        for name in ["Board", "Lead", "Trust", "Charity", "Clinic"] {
            cast.push(world.organisation(name, OrganisationKind::NhsTrust).await);
        }
        Self(cast)
    }

    /// The rows of one contract and its chain.
    fn add(&self, rows: &mut Rows, number: u32) {
        let id = |of: u128| Uuid::from_u128((u128::from(number) << 32) | of);
        let reference = format!("C {number}");
        rows.contracts.push(contract::Model {
            id: id(1),
            owner_id: self.0[0],
            reference: reference.clone(),
            agreement_id: None,
            opened_on: day("2025-04-01"),
            shared_on: Some(day("2025-04-01")),
            version: 1,
        });
        let commissions = (RelationKind::CoordinatingCommissioner, self.0[0]);
        rows.see((id(1), RootKind::Contract), commissions, &reference);
        for (tier, place) in (1..=TIERS).zip(1_usize..) {
            let of = |tier: i32| id(1 + u128::from(tier.unsigned_abs()));
            rows.links.push(link::Model {
                id: of(tier),
                contract_id: id(1),
                parent_id: (tier > 1).then(|| of(tier - 1)),
                tier,
                buyer_id: self.0[place],
                seller_id: self.0[place + 1],
                reference: reference.clone(),
                service: "Nursing".to_owned(),
                starts_on: day("2025-04-01"),
                ends_on: day("2027-03-31"),
                is_material: false,
                is_open_book: true,
                floor_basis_points: 0,
                payment_days: None,
                on_behalf: false,
                confirmation: Confirmation::Confirmed,
                approval: Approval::NotNeeded,
                decided_on: None,
                value_version: Some(1),
                value_changed_on: None,
                version: 1,
                changed_on: day("2025-10-01"),
                recorded_on: day("2025-04-01"),
                recorded_at: amounts::Instant(1),
            });
            rows.values.push(value::Model {
                subcontract_id: of(tier),
                version: 1,
                financial_year: FinancialYear::starting(2025).expect("a year"),
                amount_pence: Some(Pence(100)),
                from_basis_points: None,
                to_basis_points: None,
                recorded_at: amounts::Instant(1),
            });
            let root = (of(tier), RootKind::Link);
            rows.see(root, (RelationKind::Buyer, self.0[place]), &reference);
            rows.see(root, (RelationKind::Seller, self.0[place + 1]), &reference);
        }
    }
}

impl Rows {
    fn see(
        &mut self,
        (root, root_kind): (Uuid, RootKind),
        (relation, holder): (RelationKind, Uuid),
        reference: &str,
    ) {
        let (from, to) = (day("2025-04-01"), day("2030-03-31"));
        let own = Window {
            relation,
            scheme: None,
            position: None,
            acts: true,
            is_live: true,
            covers_from: from,
            covers_to: to,
            usable_from: from,
            usable_to: to,
        };
        self.access.push(access::Model {
            holder_id: holder,
            root_id: root,
            root_kind,
            name: String::new(),
            reference: reference.to_owned(),
            starts_on: from,
            windows: Windows(vec![own]),
        });
        self.windows.push(window::Model {
            holder_id: holder,
            root_id: root,
            number: 1,
            relation,
            scheme_id: None,
            position: None,
            acts: true,
            is_live: true,
            covers_from: from,
            covers_to: to,
            from_year: 2025,
            to_year: 2029,
            usable_from: from,
            usable_to: to,
        });
    }

    async fn write(self, world: &World) {
        put(world, self.contracts).await;
        put(world, self.links).await;
        put(world, self.values).await;
        put(world, self.access).await;
        put(world, self.windows).await;
    }
}

async fn put<M, A>(world: &World, rows: Vec<M>)
where
    M: IntoActiveModel<A> + Clone,
    A: ActiveModelTrait,
{
    for some in rows.chunks(BATCH) {
        let some = some.iter().cloned().map(|row| row.into_active_model().reset_all());
        A::Entity::insert_many(some)
            .exec_without_returning(world.database.for_migration())
            .await
            .expect("rows");
    }
}

/// The rows that the transaction has touched in all tables, where the engine tells.
async fn touched(connection: &impl ConnectionTrait) -> i64 {
    let sql = "select coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)::bigint \
               from pg_stat_xact_user_tables";
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.expect("a row").expect("a row");
    row.try_get_by_index(0).expect("a number")
}

/// What the chain of one contract costs.
struct Cost {
    statements: u64,
    /// Rows touched in all tables, as PostgreSQL counts them.
    rows: Option<i64>,
    /// Tables that are looked up by an index, and those that are read from end to end, by SQLite's plan.
    plan: Option<(usize, usize)>,
    microseconds: u128,
}

impl Cost {
    /// What the service touches for it.
    async fn of(world: &World, viewer: &Viewer, contract: Uuid) -> Self {
        let year = FinancialYear::starting(2025).expect("a year");
        let mut options = ConnectOptions::new(&world.url);
        options.max_connections(1).sqlx_logging(false);
        let mut connection = Database::connect(options).await.expect("a connection");
        let asked: Arc<Mutex<Vec<Statement>>> = Arc::default();
        let asking = Arc::clone(&asked);
        connection.set_metric_callback(move |info| {
            asking.lock().expect("nobody panics").push(info.statement.clone());
        });
        let tx = connection.begin().await.expect("a transaction");
        let is_postgres = world.engine == Engine::Postgres;
        if is_postgres {
            // Of few rows all are read rather than looked up.
            tx.execute_unprepared("set local enable_seqscan = off").await.expect("a plan");
        }
        let before = if is_postgres { touched(&tx).await } else { 0 };
        asked.lock().expect("nobody panics").clear();
        let started = Instant::now();
        let links = subcontract::of_contracts(&tx, viewer, &[contract], year).await;
        let microseconds = started.elapsed().as_micros();
        assert_eq!(links.expect("a chain").len(), usize::try_from(TIERS).expect("few"));
        let statements = asked.lock().expect("nobody panics").clone();
        let rows = if is_postgres { Some(touched(&tx).await - before) } else { None };
        let plan = if is_postgres { None } else { Some(planned(&tx, &statements).await) };
        tx.rollback().await.expect("nothing was written");
        Self { statements: statements.len() as u64, rows, plan, microseconds }
    }

    fn told(&self, contracts: u32, asked: u64) -> Value {
        let links = i64::from(contracts) * i64::from(TIERS);
        let (searches, scans) = self.plan.unzip();
        json!({
            "contracts": contracts, "links": links, "statements": self.statements,
            "statements through the API": asked, "rows": self.rows, "searches": searches,
            "scans": scans, "microseconds": self.microseconds,
        })
    }
}

/// How many tables SQLite looks up by an index for these statements, and how many it reads from end
/// to end.
async fn planned(connection: &impl ConnectionTrait, statements: &[Statement]) -> (usize, usize) {
    let (mut searches, mut scans) = (0, 0);
    for statement in statements {
        let mut explained = statement.clone();
        explained.sql = format!("explain query plan {}", statement.sql);
        let rows = connection.query_all_raw(explained).await.expect("a plan");
        for row in rows {
            let step: String = row.try_get("", "detail").expect("a step");
            println!("sqlite: {step}");
            searches += usize::from(step.starts_with("SEARCH"));
            scans += usize::from(step.starts_with("SCAN"));
        }
    }
    (searches, scans)
}

/// How many statements the chain of a contract adds to what is asked of the API about it.
async fn asked(world: &World, actor: &Actor, contract: Uuid) -> u64 {
    let id = Kind::Contract.id(contract).to_string();
    let count = async |more: &str| {
        let document = format!("query($id: ID!) {{ contract(id: $id) {{ id reference {more} }} }}");
        let before = world.served.statements_run();
        let told = actor.send(&document, json!({ "id": id })).await.ok();
        (world.served.statements_run() - before, told)
    };
    // Once before, because keys are read once and kept.
    let _ = count("").await;
    let (alone, _) = count("").await;
    let chain = "supplyChain(financialYear: \"2025/26\") { links(first: 9) { totalCount nodes {
        tier service value { amount } } } tree { children { children { subcontract { tier } } } } }";
    let (with, told) = count(chain).await;
    let links = told.at("/contract/supplyChain/links");
    assert_eq!(links["totalCount"], TIERS);
    assert_eq!(
        links["nodes"][2],
        json!({ "tier": 3, "service": "Nursing", "value": { "amount": "1.00" } })
    );
    let deepest = "/contract/supplyChain/tree/0/children/0/children/0/subcontract/tier";
    assert_eq!(told.at(deepest), 3);
    with - alone
}

both_databases! {
    async fn the_chain_of_one_contract_costs_the_same_among_ten_thousand(world: World) {
        let cast = Cast::set(&world).await;
        let viewer = world.viewer(cast.0[0], &[]);
        let board = world.actor(cast.0[0], &[Role::Commissioner]).await;
        let contract = Uuid::from_u128((7 << 32) | 1);
        let (mut made, mut measured) = (0, Vec::new());
        for size in sizes() {
            let mut rows = Rows::default();
            for number in made..size {
                cast.add(&mut rows, number);
            }
            rows.write(&world).await;
            made = size;
            let connection = world.database.for_migration();
            connection.execute_unprepared("analyze").await.expect("statistics");
            let cost = Cost::of(&world, &viewer, contract).await;
            let asked = asked(&world, &board, contract).await;
            let told = cost.told(size, asked);
            println!("{:?} {told}", world.engine);
            measured.push(told);
            assert_eq!((cost.statements, asked), (1, 1), "one statement, by the API too");
            if let Some(rows) = cost.rows {
                assert!((1..=MOST_ROWS).contains(&rows), "a few rows: {rows}");
            }
            if let Some((searches, scans)) = cost.plan {
                assert!(searches > 0 && scans == 0, "{searches} tables by an index, {scans} read whole");
            }
        }
        let name = format!("supply_chain_scale_{:?}", world.engine).to_lowercase();
        keep(&name, json!({ "measured": measured }));
    }
}
