//! What a position costs does not grow with the ledger: it reads kept balances.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use entities::{
    ledger_account::{self, AccountKind},
    membership::Role,
    scheme,
    value::FinancialYear,
};
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, EntityTrait, IntoActiveModel, Statement,
    TransactionTrait,
};
use serde_json::json;
use tests::{
    Engine, World,
    evidence::{keep, size},
    raw::{RawFund, day},
};
use tributary::{
    auth::Viewer,
    service::position::{Terms, of_funds},
};

/// How many schemes the fund has.
const SCHEMES: u32 = 20;
/// How many transactions are written in one statement.
const BATCH: u64 = 2_500;

/// Entries in the ledger, smallest first; a million in the long run.
fn sizes() -> Vec<u64> {
    size(vec![10_000, 100_000], vec![10_000, 100_000, 1_000_000])
}

/// A fund whose ledger can be filled past the program.
struct Filled {
    world: World,
    fund: RawFund,
    connection: DatabaseConnection,
    statements: Arc<AtomicU64>,
    transactions: u64,
}

impl Filled {
    async fn on(engine: Engine) -> Self {
        let world = World::on(engine).await;
        let fund = RawFund::in_world(&world, "Fund").await;
        let mut options = sea_orm::ConnectOptions::new(&world.url);
        options.max_connections(1).sqlx_logging(false);
        let mut connection = Database::connect(options).await.expect("a connection");
        let statements = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&statements);
        connection.set_metric_callback(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        for number in 0..SCHEMES {
            scheme_with_account(&world, &fund, number).await;
        }
        Self { world, fund, connection, statements, transactions: 0 }
    }

    /// Writes transactions until the ledger has this many entries, two a transaction, spread over
    /// the schemes, the months of effect and the months of recording.
    async fn fill(&mut self, entries: u64) {
        while self.transactions * 2 < entries {
            let (from, to) = (self.transactions, (self.transactions + BATCH).min(entries / 2));
            let sql = match self.world.engine {
                Engine::Postgres => POSTGRES,
                Engine::Sqlite => SQLITE,
            };
            let transaction = self.connection.begin().await.expect("a transaction");
            for statement in sql.split(";;") {
                let statement = statement
                    .replace("{from}", &from.to_string())
                    .replace("{to}", &(to - 1).to_string())
                    .replace("{schemes}", &SCHEMES.to_string());
                transaction.execute_unprepared(&statement).await.expect("entries");
            }
            transaction.commit().await.expect("the entries have their transactions");
            self.transactions = to;
        }
        if self.world.engine == Engine::Postgres {
            self.prune().await;
        }
        let settle = match self.world.engine {
            Engine::Postgres => "vacuum analyze",
            Engine::Sqlite => "analyze",
        };
        self.connection.execute_unprepared(settle).await.expect("statistics");
    }

    /// A batch leaves behind the versions that a balance had within it, which PostgreSQL prunes
    /// where postings are transactions of their own, as the program's are. It keeps them while
    /// anybody's snapshot may need them, and the world's own jobs take one now and then.
    async fn prune(&self) {
        for _ in 0..100 {
            let sql = "cluster ledger_balance using ledger_balance_pkey";
            self.connection.execute_unprepared(sql).await.expect("laid out anew");
            let sizes =
                "select pg_relation_size('ledger_balance') / current_setting('block_size')::int";
            if self.number(sizes).await < i64::from(SCHEMES) {
                return;
            }
        }
        panic!("somebody keeps a snapshot for as long as the balances are laid out anew");
    }

    /// The position on one connection, so that what it touched can be told: what was spent, and how
    /// many statements it took.
    async fn position(&self) -> (String, u64) {
        let before = self.statements.load(Ordering::Relaxed);
        let viewer = Viewer::without_account(self.fund.host, vec![Role::Finance], day(2026, 3, 31));
        let year = FinancialYear::of(day(2025, 5, 1));
        let basis = domain::rules::position::Basis::FundedBy;
        let terms = Terms::new(year, Some(day(2026, 3, 31)), None, basis, day(2026, 3, 31));
        let positions = of_funds(&self.connection, &viewer, &[self.fund.id], terms).await;
        let position = positions.expect("a position").pop().expect("the fund is seen");
        assert_eq!(position.position.by_scheme.len(), SCHEMES as usize);
        let statements = self.statements.load(Ordering::Relaxed) - before;
        assert!(statements > 0, "nothing was counted");
        (position.position.total.spent.to_string(), statements)
    }

    async fn number(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.connection.get_database_backend(), sql);
        let row = self.connection.query_one_raw(statement).await.expect("a row").expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    /// Rows and pages that this connection has touched so far, by PostgreSQL's own count.
    async fn touched(&self) -> (i64, i64) {
        self.connection
            .execute_unprepared("select pg_stat_force_next_flush()")
            .await
            .expect("statistics are flushed");
        let rows = self
            .number("select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::bigint from pg_stat_user_tables")
            .await;
        let pages = self
            .number("select coalesce(sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0)), 0)::bigint from pg_statio_user_tables")
            .await;
        (rows, pages)
    }
}

async fn scheme_with_account(world: &World, fund: &RawFund, number: u32) {
    let clock = world.database.clock();
    let row = scheme::Model {
        id: clock.new_id(),
        fund_id: fund.id,
        reference: format!("{number:02}"),
        name: format!("Scheme {number}"),
        scheme_type_code: "OTHER".to_owned(),
        area_of_spend_code: None,
        commissioner_id: fund.host,
        provider_id: None,
        is_recurrent: true,
        is_capital: false,
        starts_on: day(2025, 4, 1),
        version: 1,
    };
    let account = ledger_account::Model {
        id: clock.new_id(),
        fund_id: fund.id,
        kind: AccountKind::Expenditure,
        scheme_id: Some(row.id),
        partner_id: Some(fund.host),
        funder_id: Some(fund.host),
        source_code: Some("CORE_BUDGET".to_owned()),
        contribution_year: None,
        designation: format!("EXPENDITURE {number:02}"),
    };
    let connection = world.database.for_migration();
    scheme::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await
        .expect("a scheme");
    ledger_account::Entity::insert(account.into_active_model())
        .exec_without_returning(connection)
        .await
        .expect("an account");
}

const POSTGRES: &str = "
    insert into ledger_entry (transaction_id, line, account_id, amount_pence)
    select md5(n::text)::uuid, line, a.id, case line when 1 then 100 + n % 7 else -100 - n % 7 end
      from generate_series({from}, {to}) n cross join (values (1), (2)) l(line)
      join ledger_account a on a.designation = case line when 2 then 'CASH'
           else 'EXPENDITURE ' || lpad((n % {schemes})::text, 2, '0') end
     order by n, line;;
    insert into ledger_transaction (id, fund_id, sequence, kind, financial_year, period,
           effective_on, known_at, known_month, description, posted_as_id, previous_hash, hash)
    select md5(n::text)::uuid, f.id, n + 1, 'EXPENDITURE', 2025, n / {schemes} % 12 + 1,
           date '2025-04-15' + make_interval(months => (n / {schemes} % 12)::int), n + 1,
           24303 + (n / {schemes} % 12)::int, 'filled', f.owner_id, '', ''
      from generate_series({from}, {to}) n, pooled_fund f";

const SQLITE: &str = "
    insert into ledger_entry (transaction_id, line, account_id, amount_pence)
    with recursive s(n) as (select {from} union all select n + 1 from s where n < {to})
    select cast(printf('%016d', n) as blob), line, a.id,
           case line when 1 then 100 + n % 7 else -100 - n % 7 end
      from s cross join (select 1 as line union all select 2) l
      join ledger_account a on a.designation = case line when 2 then 'CASH'
           else 'EXPENDITURE ' || printf('%02d', n % {schemes}) end;;
    insert into ledger_transaction (id, fund_id, sequence, kind, financial_year, period,
           effective_on, known_at, known_month, description, posted_as_id, previous_hash, hash)
    with recursive s(n) as (select {from} union all select n + 1 from s where n < {to})
    select cast(printf('%016d', n) as blob), f.id, n + 1, 'EXPENDITURE', 2025, n / {schemes} % 12 + 1,
           date('2025-04-15', '+' || (n / {schemes} % 12) || ' months'), n + 1,
           24303 + n / {schemes} % 12, 'filled', f.owner_id, x'', x''
      from s, pooled_fund f";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_touches_the_same_rows_and_pages_however_long_the_ledger_is_on_postgres() {
    let mut filled = Filled::on(Engine::Postgres).await;
    let mut first: Option<(i64, i64, u64)> = None;
    let mut measured = Vec::new();
    for size in sizes() {
        filled.fill(size).await;
        // Once to plan, once to count.
        filled.position().await;
        let before = filled.touched().await;
        let started = std::time::Instant::now();
        let (spent, statements) = filled.position().await;
        let elapsed = started.elapsed();
        let after = filled.touched().await;
        let (rows, pages) = (after.0 - before.0, after.1 - before.1);
        println!(
            "{size} entries, {spent} spent: {statements} statements, {rows} rows, {pages} pages, {elapsed:?}"
        );
        measured.push(json!({
            "entries": size, "statements": statements, "rows": rows, "pages": pages,
            "microseconds": elapsed.as_micros(),
        }));
        assert!(rows > 0 && pages > 0, "nothing was counted");
        let (first_rows, first_pages, first_statements) =
            *first.get_or_insert((rows, pages, statements));
        assert_eq!(first_statements, statements, "the number of statements changed");
        assert!(within_a_tenth(first_rows, rows), "{first_rows} rows became {rows}");
        assert!(within_a_tenth(first_pages, pages), "{first_pages} pages became {pages}");
    }
    keep("scale_postgres", json!({ "measured": measured }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_sums_the_same_balances_however_long_the_ledger_is_on_sqlite() {
    let mut filled = Filled::on(Engine::Sqlite).await;
    let mut first = None;
    let mut measured = Vec::new();
    for size in sizes() {
        filled.fill(size).await;
        let started = std::time::Instant::now();
        let (spent, statements) = filled.position().await;
        let elapsed = started.elapsed();
        let balances = filled.number("select count(*) from ledger_balance").await;
        println!(
            "{size} entries, {spent} spent: {statements} statements, {balances} balances, {elapsed:?}"
        );
        measured.push(json!({
            "entries": size, "statements": statements, "balances": balances,
            "microseconds": elapsed.as_micros(),
        }));
        let now = (balances, statements);
        assert_eq!(*first.get_or_insert(now), now, "balances or statements grew with the ledger");
    }
    keep("scale_sqlite", json!({ "measured": measured }));
}

fn within_a_tenth(one: i64, other: i64) -> bool {
    (one - other).abs() * 10 <= one.max(other)
}
