//! Rule M7: the database itself keeps the books, whatever a program sends it; and `verify` finds
//! what somebody changed past both.

use sea_orm::ConnectionTrait;
use tests::{Engine, World, both_databases, raw::RawFund};
use tributary::service::verify::verify;

async fn refused(world: &World, sql: &str) -> String {
    let outcome = world.database.for_migration().execute_unprepared(sql).await;
    outcome.expect_err("the database refuses").to_string()
}

both_databases! {
    async fn m7_entries_that_do_not_sum_to_zero_cannot_be_sealed(world: World) {
        let fund = RawFund::in_world(&world, "Fund").await;
        let (row, entries) = fund.transaction(&world, None, &[(fund.debit, 100), (fund.credit, -99)]);
        let why = RawFund::write(&world, row, entries).await.expect_err("refused").to_string();
        assert!(why.contains("sum to zero"), "{why}");
    }

    async fn m7_a_transaction_has_at_least_two_entries(world: World) {
        let fund = RawFund::in_world(&world, "Fund").await;
        let (row, _) = fund.transaction(&world, None, &[]);
        let why = RawFund::write(&world, row, Vec::new()).await.expect_err("refused").to_string();
        assert!(why.contains("at least two entries"), "{why}");
    }

    async fn m7_entries_without_their_transaction_are_not_kept(world: World) {
        let fund = RawFund::in_world(&world, "Fund").await;
        let (_, entries) = fund.transaction(&world, None, &[(fund.debit, 5), (fund.credit, -5)]);
        let outcome = tests::raw::insert_entries(&world, entries).await;
        assert!(outcome.is_err(), "orphans were kept");
    }

    async fn m5_a_transaction_belongs_to_one_fund(world: World) {
        let fund = RawFund::in_world(&world, "Fund").await;
        let other = RawFund::in_world(&world, "Other").await;
        let (row, entries) = fund.transaction(&world, None, &[(fund.debit, 5), (other.credit, -5)]);
        let why = RawFund::write(&world, row, entries).await.expect_err("refused").to_string();
        assert!(why.contains("belongs to one fund"), "{why}");
    }

    async fn m7_nothing_sealed_is_ever_changed_or_added_to(world: World) {
        let fund = RawFund::in_world(&world, "Fund").await;
        let (row, entries) = fund.transaction(&world, None, &[(fund.debit, 5), (fund.credit, -5)]);
        let late = entries.iter().map(|entry| entities::ledger_entry::Model { line: entry.line + 2, ..entry.clone() });
        let late: Vec<_> = late.collect();
        RawFund::write(&world, row, entries).await.expect("it balances");

        for sql in [
            "update ledger_entry set amount_pence = 6",
            "delete from ledger_entry",
            "update ledger_transaction set description = 'other'",
            "delete from ledger_transaction",
            "update ledger_account set designation = 'other'",
        ] {
            let why = refused(&world, sql).await;
            assert!(why.contains("append-only"), "{sql}: {why}");
        }
        let why = tests::raw::insert_entries(&world, late).await.expect_err("sealed").to_string();
        assert!(why.contains("sealed"), "{why}");
        if world.engine == Engine::Sqlite {
            let why = refused(&world, "insert or replace into ledger_entry select transaction_id, line, account_id, 9 from ledger_entry").await;
            assert!(why.contains("append-only") || why.contains("sealed"), "{why}");
        } else {
            let why = refused(&world, "truncate ledger_entry").await;
            assert!(why.contains("append-only"), "{why}");
            let why = refused(&world, "update ledger_balance set amount_pence = 6").await;
            assert!(why.contains("kept by the ledger"), "{why}");
        }
        assert_eq!(verify(&world.database).await.expect("in order").transactions, 1);
    }

    async fn verify_names_the_first_transaction_that_was_tampered_with(world: World) {
        let fund = RawFund::in_world(&world, "Fund").await;
        let (first, entries) = fund.transaction(&world, None, &[(fund.debit, 5), (fund.credit, -5)]);
        RawFund::write(&world, first.clone(), entries).await.expect("it balances");
        let (second, entries) = fund.transaction(&world, Some(&first), &[(fund.debit, 7), (fund.credit, -7)]);
        RawFund::write(&world, second, entries).await.expect("it balances");
        assert_eq!(verify(&world.database).await.expect("in order").entries, 4);

        let tamper = match world.engine {
            Engine::Sqlite => "drop trigger ledger_transaction_no_update;
                update ledger_transaction set description = 'other' where sequence = 2",
            Engine::Postgres => "alter table ledger_transaction disable trigger user;
                update ledger_transaction set description = 'other' where sequence = 2",
        };
        world.database.for_migration().execute_unprepared(tamper).await.expect("tampered");
        let why = verify(&world.database).await.expect_err("found").to_string();
        assert!(why.contains("transaction 2 does not say what it said"), "{why}");
    }

    async fn verify_names_the_first_balance_that_is_not_the_sum_of_its_entries(world: World) {
        let fund = RawFund::in_world(&world, "Fund").await;
        let (row, entries) = fund.transaction(&world, None, &[(fund.debit, 5), (fund.credit, -5)]);
        RawFund::write(&world, row, entries).await.expect("it balances");
        let tamper = match world.engine {
            Engine::Sqlite => "update ledger_balance set amount_pence = 6 where amount_pence = 5",
            Engine::Postgres => "alter table ledger_balance disable trigger user;
                update ledger_balance set amount_pence = 6 where amount_pence = 5",
        };
        world.database.for_migration().execute_unprepared(tamper).await.expect("tampered");
        let why = verify(&world.database).await.expect_err("found").to_string();
        assert!(why.contains("is 0.06, its entries sum to 0.05"), "{why}");
    }
}
