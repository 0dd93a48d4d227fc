use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use entities::contract;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, Statement};
use uuid::Uuid;

use super::{
    Importer,
    known::{self, Imported, Known},
    parties::Parties,
    report::{self, ContractsReport},
    write::{Plan, Said, reference},
};
use crate::{
    access::facts::whole,
    database::Writing,
    import::ocds::{Finding, Notices, ReadContract, ReadNotice, Unclear},
    service::{Stopped, import_job::Report},
};

/// How many references are asked about at a time.
const BATCH: usize = 500;

/// Takes the notices of a file.
pub(super) async fn take(
    tx: &Writing,
    importer: Importer<'_>,
    notices: &Notices,
) -> Result<Report, Stopped> {
    alone(tx, importer).await?;
    let mut taking = Taking {
        tx,
        importer,
        parties: Parties::of(tx, importer, notices).await?,
        known: known::of(tx, importer, notices).await?,
        references: references(tx, notices).await?,
        plan: Plan::new(tx, importer),
        report: Report::default(),
        told: ContractsReport {
            releases: notices.releases as u64,
            processes: notices.notices.len() as u64,
            ..ContractsReport::default()
        },
        findings: notices.findings.clone(),
    };
    for line in &notices.rejected {
        taking.report.reject(line.number, line.row.clone());
    }
    for notice in &notices.notices {
        taking.take(notice);
    }
    let Taking { mut parties, plan, mut report, mut told, mut findings, .. } = taking;
    told.placeholders = parties.registered();
    findings.append(&mut parties.findings);
    report.contracts = Some(told);
    report::tell(&mut report, findings);
    parties.write().await?;
    plan.write().await?;
    Ok(report)
}

/// Lets an importer in once at a time: whether a contract is known is looked at before it is written.
/// SQLite has one writer anyway.
async fn alone(tx: &Writing, importer: Importer<'_>) -> Result<(), Stopped> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        let wait = "select pg_advisory_xact_lock(hashtextextended($1, 0))::text as turn";
        let turn = [format!("contracts imported by {}", importer.key()).into()];
        let turn = Statement::from_sql_and_values(DatabaseBackend::Postgres, wait, turn);
        tx.query_one_raw(turn).await?;
    }
    Ok(())
}

/// The references that contracts have already, and whose contracts they are.
#[expect(clippy::disallowed_methods, reason = "references are told apart by their owners")]
async fn references(tx: &Writing, notices: &Notices) -> Result<HashSet<(Uuid, String)>, Stopped> {
    let contracts = notices.notices.iter().flat_map(|notice| &notice.contracts);
    let wanted: Vec<String> = contracts.map(reference).collect();
    let mut known = HashSet::new();
    for some in wanted.chunks(BATCH) {
        let rows = contract::Entity::find()
            .filter(contract::Column::Reference.is_in(some.iter().cloned()))
            .all(&whole(&**tx))
            .await?;
        known.extend(rows.into_iter().map(|row| (row.owner_id, row.reference)));
    }
    Ok(known)
}

struct Taking<'a> {
    tx: &'a Writing,
    importer: Importer<'a>,
    parties: Parties<'a>,
    known: Known,
    references: HashSet<(Uuid, String)>,
    plan: Plan<'a>,
    report: Report,
    told: ContractsReport,
    findings: Vec<Finding>,
}

impl Taking<'_> {
    fn take(&mut self, notice: &ReadNotice) {
        let buyer = notice.contracts.first().and_then(|contract| contract.commissioners.first());
        let Some(buyer) = buyer else {
            self.report.reject(notice.line, "nobody is named as the buyer");
            return;
        };
        let owner = match self.importer {
            Importer::Operator => self.parties.find(buyer, &notice.ocid),
            Importer::Organisation(viewer, says) => {
                if !self.parties.is_viewers(buyer, viewer, says) {
                    self.told.passed_over += 1;
                    return;
                }
                viewer.organisation
            }
        };
        let known = self.known.remove(&(owner, notice.ocid.clone())).unwrap_or_default();
        for (contract, imported) in self.matched(notice, known) {
            match imported {
                Some(imported) => self.change(notice, contract, imported),
                None => self.create(notice, contract, owner),
            }
        }
    }

    /// Each contract of a notice with what it was before: by its part of the process; the first
    /// award with the process that it came of; and one of another number with the only one that is
    /// gone.
    fn matched<'n>(
        &mut self,
        notice: &'n ReadNotice,
        mut known: BTreeMap<String, Imported>,
    ) -> Vec<(&'n ReadContract, Option<Imported>)> {
        let contracts = notice.contracts.iter();
        let mut matched: Vec<_> =
            contracts.map(|contract| (contract, known.remove(&contract.key))).collect();
        let mut unmatched = matched.iter_mut().filter(|(_, imported)| imported.is_none());
        if let Some(process) = known.remove("") {
            match unmatched.next() {
                Some((_, imported)) => *imported = Some(process),
                None => {
                    known.insert(String::new(), process);
                }
            }
        }
        let mut unmatched: Vec<_> = unmatched.collect();
        if let ([(contract, imported)], 1) = (unmatched.as_mut_slice(), known.len())
            && let Some((part, gone)) = known.pop_first()
        {
            let sentence = format!(
                "{} was imported as {part:?} and is {:?} now: taken for the same",
                gone.row.reference, contract.key
            );
            self.findings.push(finding(Unclear::Renumbered, contract.line, sentence));
            *imported = Some(gone);
        }
        for gone in known.into_values() {
            let sentence = format!("{} is no longer stated: it stays as it is", gone.row.reference);
            self.findings.push(finding(Unclear::NoLongerStated, notice.line, sentence));
        }
        matched
    }

    fn create(&mut self, notice: &ReadNotice, contract: &ReadContract, owner: Uuid) {
        let reference = reference(contract);
        if !self.references.insert((owner, reference.clone())) {
            let sentence =
                format!("a contract that was not imported has the reference {reference} already");
            self.report.reject(contract.line, sentence);
            return;
        }
        let said = self.said(notice, contract, owner);
        self.plan.create(&said, reference);
        self.report.created += 1;
    }

    fn change(&mut self, notice: &ReadNotice, contract: &ReadContract, imported: Imported) {
        let before = imported.said();
        let is_older = notice.release.at < imported.last.released_at;
        let after = without_lines(contract);
        if is_older || before.as_ref() == Some(&after) {
            self.report.unchanged += 1;
            return;
        }
        let owner = imported.row.owner_id;
        let reference = imported.row.reference.clone();
        let said = self.said(notice, contract, owner);
        match self.plan.change(&said, before.as_ref(), imported) {
            Ok(()) => self.report.changed += 1,
            Err(status) => {
                let sentence = format!("{reference} stands {status:?} here, and stays so");
                self.findings.push(finding(Unclear::StatusNotTaken, contract.line, sentence));
                self.report.unchanged += 1;
            }
        }
    }

    /// What a notice says of a contract, with the organisations that it names.
    fn said(&mut self, notice: &ReadNotice, contract: &ReadContract, owner: Uuid) -> Said {
        let mut commissioners = vec![owner];
        for party in contract.commissioners.iter().skip(1) {
            let id = self.parties.find(party, &notice.ocid);
            if !commissioners.contains(&id) {
                commissioners.push(id);
            }
        }
        let mut providers = Vec::new();
        for party in &contract.providers {
            let id = self.parties.find(party, &notice.ocid);
            if !providers.contains(&id) {
                providers.push(id);
            }
        }
        Said {
            ocid: notice.ocid.clone(),
            release_id: notice.release.id.clone(),
            released_at: notice.release.at,
            released_on: released_on(notice).min(self.tx.today()),
            buyer: contract.commissioners.first().map(|it| it.name.clone()).unwrap_or_default(),
            contract: without_lines(contract),
            commissioners,
            providers,
        }
    }
}

fn released_on(notice: &ReadNotice) -> NaiveDate {
    notice.release.at.to_utc().date_naive()
}

/// What a notice says of a contract, wherever in the file it says so.
fn without_lines(contract: &ReadContract) -> ReadContract {
    let mut contract = contract.clone();
    contract.line = 0;
    for party in contract.commissioners.iter_mut().chain(&mut contract.providers) {
        party.line = 0;
    }
    contract
}

fn finding(code: Unclear, line: u64, sentence: String) -> Finding {
    Finding { line, code, pointer: String::new(), sentence }
}
