//! Row-level security, the second line on PostgreSQL: a query that forgot its scope returns
//! nothing. SQLite has no second line.
//!
//! The whole set is a function of the stored shape, applied after every run of the migrations. It
//! reads the rule of each table from one list ([`rules`]); a table without a rule cannot be read by
//! the server at all.

mod roles;
mod rules;
mod through;

use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};

use crate::{Migrator, MigratorTrait};
pub use rules::{Rule, rules};

/// The role that answers requests. It owns nothing.
pub const SERVER: &str = "tributary_server";
/// The role of background jobs, which sees the trail of audit and exports, and nothing else.
pub const JOBS: &str = "tributary_jobs";
/// The role that nobody logs in as: what it owns reads and writes every row.
pub const FACTS: &str = "tributary_facts";

/// What the jobs' role may do: it seals the trail of audit, puts changes into their order, and clears
/// exports away.
const OF_JOBS: [(&str, &str); 10] = [
    ("access_window", "select"),
    ("audit_act", "select"),
    ("audit_seal", "select, insert"),
    ("change", "select, insert, delete"),
    ("change_mark", "select, update"),
    ("change_view", "select, insert, update"),
    ("change_waiting", "select, insert, delete"),
    ("export_job", "select, update"),
    ("export_piece", "select, delete"),
    ("seaql_migrations", "select"),
];
/// What the server writes past the rules: the access that it derives from the relations on record.
const DERIVED: [&str; 2] = ["access", "access_window"];
/// Triggers that look at every row, or write what is kept by the database.
const TRIGGERS: [&str; 3] = ["entry_before_seal", "seal", "act_waits"];

/// Brings roles, grants, the views of facts and the policies to this program's rules; does nothing
/// when they are, or on SQLite. To be called after [`Migrator`] in the same transaction.
///
/// # Errors
/// When the database fails, or its owner may not create roles and they are not there.
pub async fn apply(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    let rules = rules();
    let sql = [roles::CREATE.to_owned(), facts(&rules), policies(&rules), triggers()].concat();
    let made: Vec<String> =
        Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let digest = format!("{:016x}", digest(&format!("{}{sql}", made.concat())));
    let kept = "select obj_description(to_regnamespace('facts'), 'pg_namespace') as kept";
    let kept = Statement::from_string(DatabaseBackend::Postgres, kept);
    let kept = connection.query_one_raw(kept).await?;
    let kept: Option<String> = kept.map(|row| row.try_get("", "kept")).transpose()?.flatten();
    if kept.as_deref() == Some(digest.as_str()) {
        return Ok(());
    }
    let remembered = format!("comment on schema facts is '{digest}';");
    connection.execute_unprepared(&format!("{sql}{remembered}")).await.map(drop)
}

/// Views that see every row: a view reads with the rights of its owner. They are rewritten away
/// before a statement is planned, and cost nothing.
fn facts(rules: &[Rule]) -> String {
    let mut sql = String::from(
        "do $$ declare kept record; begin
            for kept in select policyname, tablename from pg_policies
                         where schemaname = current_schema() loop
                execute format('drop policy %I on %I', kept.policyname, kept.tablename);
            end loop;
            drop schema if exists facts cascade;
            create schema facts;
            execute format('grant usage on schema %I to tributary_facts, tributary_server, '
                        || 'tributary_jobs', current_schema());
        end $$;
        grant usage on schema facts to tributary_server;
        grant usage, create on schema facts to tributary_facts;\n",
    );
    for Rule { table, .. } in rules {
        sql.push_str(&format!(
            "create view facts.{table} as select * from {table};
             grant select, insert, update, delete on {table} to {FACTS};
             alter view facts.{table} owner to {FACTS};
             grant select on facts.{table} to {SERVER};\n"
        ));
    }
    for table in DERIVED {
        sql.push_str(&format!("grant insert, delete on facts.{table} to {SERVER};\n"));
    }
    // Whose view may be another waits for its place in the order of changes.
    sql.push_str(&format!("grant insert on facts.change_waiting to {SERVER};\n"));
    sql.push_str(&format!("revoke create on schema facts from {FACTS};\n"));
    sql
}

fn policies(rules: &[Rule]) -> String {
    let mut sql = String::new();
    for Rule { table, read, insert, change, .. } in rules {
        sql.push_str(&format!(
            "alter table {table} enable row level security;
             alter table {table} force row level security;
             revoke all on {table} from {SERVER}, {JOBS};
             create policy whole on {table} to {FACTS}, {JOBS}, current_user
                using (true) with check (true);
             grant select on {table} to {SERVER};
             create policy reads on {table} for select to {SERVER} using ({read});\n"
        ));
        if let Some(check) = insert {
            sql.push_str(&format!(
                "grant insert on {table} to {SERVER};
                 create policy adds on {table} for insert to {SERVER} with check ({check});\n"
            ));
        }
        if let Some(check) = change {
            sql.push_str(&format!(
                "grant update, delete on {table} to {SERVER};
                 create policy changes on {table} for update to {SERVER}
                    using ({check}) with check ({check});
                 create policy removes on {table} for delete to {SERVER} using ({check});\n"
            ));
        }
    }
    for (table, what) in OF_JOBS {
        sql.push_str(&format!("grant {what} on {table} to {JOBS};\n"));
    }
    sql
}

fn triggers() -> String {
    let each = TRIGGERS.iter().map(|name| {
        format!(
            "do $$ begin
                execute format('alter function {name}() set search_path = %I, pg_temp',
                               current_schema());
             end $$;
             alter function {name}() security definer;
             revoke all on function {name}() from public;
             grant execute on function {name}() to {SERVER};
             do $$ begin
                execute format('grant create on schema %I to {FACTS}', current_schema());
                alter function {name}() owner to {FACTS};
                execute format('revoke create on schema %I from {FACTS}', current_schema());
             end $$;\n"
        )
    });
    each.collect()
}

/// A digest that is the same in every build (FNV-1a); nothing secret hangs on it.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
