//! A fund with two accounts, written past the program: for what only the database can be asked.

use entities::{
    ledger_account::{self, AccountKind},
    ledger_entry, ledger_head,
    ledger_transaction::{self, TransactionKind},
    organisation::OrganisationKind,
    partnership_agreement::{
        self as agreement, AgreementEvidence, AgreementStatus, PostingVisibility, StatutoryBasis,
    },
    pooled_fund::{self, FundKind},
    relation::{self, RelationKind},
    value::{FinancialYear, Instant, Pence, Period},
};
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, TransactionTrait, prelude::Date,
};
use tributary::{
    access::derive,
    service::ledger::{Sealed, hash_of},
};
use uuid::Uuid;

use crate::World;

/// A fund whose rows were written past the program.
pub struct RawFund {
    /// The fund.
    pub id: Uuid,
    /// The host.
    pub host: Uuid,
    /// An account that is debited.
    pub debit: Uuid,
    /// An account that is credited.
    pub credit: Uuid,
}

impl RawFund {
    /// A new fund in `world`.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn in_world(world: &World, name: &str) -> Self {
        let host = world.organisation(name, OrganisationKind::LocalAuthority).await;
        let new_id = || world.database.clock().new_id();
        let connection = world.database.for_migration();
        let agreement = agreement::Model {
            id: new_id(),
            owner_id: host,
            reference: format!("AGREEMENT {name}"),
            title: name.to_owned(),
            aims: String::new(),
            statutory_basis: StatutoryBasis::Section75,
            status: AgreementStatus::InForce,
            evidence: AgreementEvidence::HistoricalIncomplete,
            pool_manager: None,
            starts_on: day(2020, 4, 1),
            ends_on: None,
            notice_months: None,
            postings: PostingVisibility::Live,
            version: 1,
        };
        let fund = pooled_fund::Model {
            id: new_id(),
            agreement_id: agreement.id,
            owner_id: host,
            reference: name.to_owned(),
            name: name.to_owned(),
            kind: FundKind::Pooled,
            starts_on: day(2020, 4, 1),
            over_programming_approval: None,
            version: 1,
        };
        let head = ledger_head::Model {
            fund_id: fund.id,
            sequence: 0,
            known_at: Instant::EARLIEST,
            hash: Vec::new(),
        };
        let account = |kind, designation: &str| ledger_account::Model {
            id: new_id(),
            fund_id: fund.id,
            kind,
            scheme_id: None,
            partner_id: None,
            funder_id: None,
            source_code: None,
            contribution_year: None,
            designation: designation.to_owned(),
        };
        let debit = account(AccountKind::Payable, "PAYABLE");
        let credit = account(AccountKind::Cash, "CASH");
        let raw = Self { id: fund.id, host, debit: debit.id, credit: credit.id };
        let under = agreement.id;
        insert::<agreement::Entity>(connection, agreement).await;
        insert::<pooled_fund::Entity>(connection, fund).await;
        for (kind, position) in [(RelationKind::Partner, Some(1)), (RelationKind::Host, None)] {
            let row = relation::Model {
                id: new_id(),
                kind,
                organisation_id: host,
                agreement_id: under,
                fund_id: None,
                scheme_id: None,
                position,
                starts_on: day(2020, 4, 1),
                ends_on: None,
            };
            insert::<relation::Entity>(connection, row).await;
        }
        derive::agreement(connection, under).await.expect("access is derived");
        insert::<ledger_head::Entity>(connection, head).await;
        insert::<ledger_account::Entity>(connection, debit).await;
        insert::<ledger_account::Entity>(connection, credit).await;
        raw
    }

    /// A transaction of this fund with these entries, as the program would write it.
    #[must_use]
    pub fn transaction(
        &self,
        world: &World,
        previous: Option<&ledger_transaction::Model>,
        amounts: &[(Uuid, i64)],
    ) -> (ledger_transaction::Model, Vec<ledger_entry::Model>) {
        let known_at = world.database.clock().now();
        let effective_on = day(2025, 5, 15);
        let mut row = ledger_transaction::Model {
            id: world.database.clock().new_id(),
            fund_id: self.id,
            sequence: previous.map_or(0, |previous| previous.sequence) + 1,
            kind: TransactionKind::Journal,
            financial_year: FinancialYear::of(effective_on),
            period: Period::of(effective_on),
            effective_on,
            known_at,
            known_month: known_at.month(),
            description: "written past the program".to_owned(),
            reason: None,
            scheme_id: None,
            payee_id: None,
            reverses_id: None,
            adjusts_id: None,
            settles_id: None,
            corrects_year: None,
            corrects_period: None,
            posted_by_id: None,
            posted_as_id: self.host,
            previous_hash: previous.map_or_else(Vec::new, |previous| previous.hash.clone()),
            hash: Vec::new(),
        };
        let entries: Vec<ledger_entry::Model> = amounts
            .iter()
            .zip(1..)
            .map(|((account, amount), line)| ledger_entry::Model {
                transaction_id: row.id,
                line,
                account_id: *account,
                amount_pence: Pence(*amount),
            })
            .collect();
        row.hash = hash_of(&Sealed { transaction: &row, entries: &entries });
        (row, entries)
    }

    /// Writes a transaction and its entries, and commits.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn write(
        world: &World,
        row: ledger_transaction::Model,
        entries: Vec<ledger_entry::Model>,
    ) -> Result<(), DbErr> {
        let transaction = world.database.for_migration().begin().await?;
        for entry in entries {
            ledger_entry::Entity::insert(entry.into_active_model())
                .exec_without_returning(&transaction)
                .await?;
        }
        let head = ledger_head::Model {
            fund_id: row.fund_id,
            sequence: row.sequence,
            known_at: row.known_at,
            hash: row.hash.clone(),
        };
        ledger_transaction::Entity::insert(row.into_active_model())
            .exec_without_returning(&transaction)
            .await?;
        let head = sea_orm::ActiveModelTrait::reset_all(head.into_active_model());
        sea_orm::ActiveModelTrait::update(head, &transaction).await?;
        transaction.commit().await
    }
}

/// Writes entries alone, and commits.
///
/// # Errors
/// What the database refuses.
pub async fn insert_entries(world: &World, entries: Vec<ledger_entry::Model>) -> Result<(), DbErr> {
    let transaction = world.database.for_migration().begin().await?;
    for entry in entries {
        ledger_entry::Entity::insert(entry.into_active_model())
            .exec_without_returning(&transaction)
            .await?;
    }
    transaction.commit().await
}

async fn insert<E>(connection: &impl ConnectionTrait, row: E::Model)
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    E::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await
        .expect("the row is accepted");
}

/// A day of the calendar.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn day(year: i32, month: u32, day: u32) -> Date {
    Date::from_ymd_opt(year, month, day).expect("a day of the calendar")
}
