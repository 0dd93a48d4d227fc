use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use chrono::NaiveDate;
use domain::{policy::matrix::FieldGroup, rules::contract::status::Change};
use entities::{
    contract,
    contract_commissioner::{self as commissioner, CommissionerRole},
    contract_provider::{self as provider, ProviderRole},
    contract_release as release,
    contract_status_change::{self as status, ContractReason, ContractStatus},
    contract_terms::{self as terms, ContractModel, Services},
    contract_value as value, contract_variation as variation,
    contract_variation_approval as approval,
    value::{FinancialYear, Instant, Pence},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use uuid::Uuid;

use super::{
    Importer,
    known::Imported,
    stands,
    term::{by_year, extensions, lasting_to},
};
use crate::{
    access::derive,
    database::Writing,
    import::ocds::{ReadContract, StatedModel},
    service::{
        Stopped,
        audit::{self, Act, said},
        organisation_import::insert_all,
    },
};

/// The most characters of a contract's reference.
const LONGEST_REFERENCE: usize = 60;

/// What a release says of a contract, with the organisations that it names.
pub(super) struct Said {
    pub(super) ocid: String,
    pub(super) release_id: String,
    pub(super) released_at: Instant,
    pub(super) released_on: NaiveDate,
    /// The name of the buyer, whose release it is.
    pub(super) buyer: String,
    pub(super) contract: ReadContract,
    /// The co-ordinating one first.
    pub(super) commissioners: Vec<Uuid>,
    pub(super) providers: Vec<Uuid>,
}

/// What is to be written, in one statement a table.
pub(super) struct Plan<'a> {
    tx: &'a Writing,
    importer: Importer<'a>,
    contracts: Vec<contract::Model>,
    changed: Vec<(contract::Model, contract::Model)>,
    variations: Vec<variation::Model>,
    approvals: Vec<approval::Model>,
    terms: Vec<terms::Model>,
    commissioners: Vec<commissioner::Model>,
    providers: Vec<provider::Model>,
    ended: Vec<(provider::Model, NaiveDate)>,
    values: Vec<value::Model>,
    statuses: Vec<status::Model>,
    releases: Vec<release::Model>,
}

/// The facts of a contract that a plan adds to: who records them, from when, after which.
struct At {
    contract: Uuid,
    owner: Uuid,
    effective_on: NaiveDate,
    is_draft: bool,
    variation: Option<Uuid>,
}

/// What a contract of a notice is called here.
pub(super) fn reference(contract: &ReadContract) -> String {
    let whole = &contract.reference;
    if whole.chars().count() <= LONGEST_REFERENCE {
        return whole.clone();
    }
    let digest = digest(&SHA256, whole.as_bytes());
    let digest: String = digest.as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let begin: String = whole.chars().take(LONGEST_REFERENCE - 9).collect();
    format!("{begin}-{digest}")
}

impl<'a> Plan<'a> {
    pub(super) fn new(tx: &'a Writing, importer: Importer<'a>) -> Self {
        Self {
            tx,
            importer,
            contracts: Vec::new(),
            changed: Vec::new(),
            variations: Vec::new(),
            approvals: Vec::new(),
            terms: Vec::new(),
            commissioners: Vec::new(),
            providers: Vec::new(),
            ended: Vec::new(),
            values: Vec::new(),
            statuses: Vec::new(),
            releases: Vec::new(),
        }
    }

    /// A contract that is not known yet.
    pub(super) fn create(&mut self, new: &Said, reference: String) {
        let (tx, owner) = (self.tx, new.commissioners.first().copied().unwrap_or_default());
        let steps = stands::steps(&new.contract, new.released_on);
        let starts_on = new.contract.period.and_then(|period| period.starts_on);
        let days = steps.iter().map(|it| it.effective_on).chain(starts_on);
        let opened_on = days.min().unwrap_or(new.released_on).min(new.released_on);
        let is_draft = stands::is_draft(new.contract.status);
        let row = contract::Model {
            id: tx.new_id(),
            owner_id: owner,
            reference,
            agreement_id: None,
            opened_on,
            shared_on: (!is_draft).then_some(new.released_on),
            version: 1,
        };
        let at = At { contract: row.id, owner, effective_on: opened_on, is_draft, variation: None };
        self.terms.push(self.terms_of(new, &at, (None, None)));
        self.put_values(new, &at, &[]);
        for (place, organisation) in new.commissioners.iter().enumerate() {
            let role = match place {
                0 => CommissionerRole::CoOrdinating,
                _ => CommissionerRole::Associate,
            };
            self.commissioners.push(commissioner::Model {
                id: tx.new_id(),
                contract_id: row.id,
                organisation_id: *organisation,
                role,
                weight: None,
                weight_total: None,
                position: position(place),
                starts_on: opened_on,
                ends_on: None,
                recorded_on: tx.today(),
                known_at: tx.now(),
                end_known_at: None,
            });
        }
        self.put_providers(new, &at, &[]);
        self.put_statuses(new, &at, &steps, 1);
        self.put_release(new, &at);
        self.contracts.push(row);
    }

    /// A contract of which a later release says something else.
    ///
    /// # Errors
    /// How it stands here, where that is an end: then only what the release said is kept.
    pub(super) fn change(
        &mut self,
        new: &Said,
        before: Option<&ReadContract>,
        imported: Imported,
    ) -> Result<(), ContractStatus> {
        let Imported { row, facts, variations, .. } = imported;
        let last = facts.terms.iter().max_by_key(|it| (it.effective_on, it.number));
        let was_shared = row.shared_on.is_some();
        let is_draft = !was_shared && stands::is_draft(new.contract.status);
        let is_awarded = !was_shared && !is_draft;
        let effective_on = last.map_or(new.released_on, |it| it.effective_on.max(new.released_on));
        let mut at =
            At { contract: row.id, owner: row.owner_id, effective_on, is_draft, variation: None };
        let says = |it: &ReadContract| (it.title.clone(), it.model, it.period);
        let here: Vec<Change> = facts
            .changes
            .iter()
            .map(|it| Change { status: it.status, effective_on: it.effective_on })
            .collect();
        let ends_on = last.and_then(|it| it.ends_on);
        let steps = stands::steps(&new.contract, new.released_on);
        let steps = match stands::further(&here, &steps, (ends_on, new.released_on)) {
            Ok(steps) => steps,
            Err(end) => {
                self.put_release(new, &at);
                return Err(end);
            }
        };
        let has_terms = before.is_none_or(|before| says(before) != says(&new.contract));
        let has_value = new.contract.value.is_some()
            && before.is_none_or(|before| {
                (before.value, before.period) != (new.contract.value, new.contract.period)
            });
        let has_providers = before.is_none_or(|before| before.providers != new.contract.providers);
        if was_shared && (has_terms || has_value || has_providers) {
            at.variation = Some(self.vary(new, &at, variations + 1));
        }
        if has_terms || is_awarded {
            let mut terms = self.terms_of(new, &at, (last, before));
            terms.number = 1 + facts.terms.iter().map(|it| it.number).max().unwrap_or(0);
            self.terms.push(terms);
        }
        if has_value || is_awarded {
            self.put_values(new, &at, &facts.values);
        }
        if has_providers {
            self.put_providers(new, &at, &facts.providers);
        }
        let number = 1 + facts.changes.iter().map(|it| it.number).max().unwrap_or(0);
        self.put_statuses(new, &at, &steps, number);
        self.put_release(new, &at);
        let shared_on = row.shared_on.or_else(|| is_awarded.then_some(new.released_on));
        let after = contract::Model { shared_on, version: row.version + 1, ..row.clone() };
        self.changed.push((row, after));
        Ok(())
    }

    /// What the contract says: what the release states otherwise than the release before, and what is
    /// on record of the rest.
    fn terms_of(
        &self,
        new: &Said,
        at: &At,
        (last, before): (Option<&terms::Model>, Option<&ReadContract>),
    ) -> terms::Model {
        let keeps_title = before.is_some_and(|before| before.title == new.contract.title);
        let keeps_period = before.is_some_and(|before| before.period == new.contract.period);
        let stated = new.contract.period.filter(|_| !keeps_period);
        let period = stated.unwrap_or_default();
        let title = last.filter(|_| keeps_title).map(|it| it.title.clone());
        let model = match new.contract.model {
            Some(StatedModel::FrameworkCallOff) => Some(ContractModel::FrameworkCallOff),
            Some(StatedModel::FrameworkAgreement) | None => None,
        };
        terms::Model {
            id: self.tx.new_id(),
            contract_id: at.contract,
            number: 1,
            is_draft: at.is_draft,
            title: title.unwrap_or_else(|| new.contract.title.clone()),
            model: last.and_then(|it| it.model).or(model),
            form: last.and_then(|it| it.form.clone()),
            services: last.map_or_else(|| Services(Vec::new()), |it| it.services.clone()),
            starts_on: period.starts_on.or_else(|| last.and_then(|it| it.starts_on)),
            ends_on: lasting_to(period, last),
            extension_months: extensions(period, last),
            extensions_used: last.map_or(0, |it| it.extensions_used),
            vat_regime: last.and_then(|it| it.vat_regime),
            floor_basis_points: last.map_or(0, |it| it.floor_basis_points),
            variation_id: at.variation,
            effective_on: at.effective_on,
            recorded_on: self.tx.today(),
            known_at: self.tx.now(),
        }
    }

    /// The value of the whole life, spread over its years by their days. Years that had one and have
    /// none now have nothing.
    fn put_values(&mut self, new: &Said, at: &At, before: &[value::Model]) {
        let Some(stated) = new.contract.value else { return };
        let mut years: BTreeMap<FinancialYear, Pence> =
            before.iter().map(|it| (it.financial_year, Pence::ZERO)).collect();
        years.extend(by_year(stated.amount, new.contract.period, new.released_on));
        let version = 1 + before.iter().map(|it| it.version).max().unwrap_or(0);
        for (financial_year, amount_pence) in years {
            self.values.push(value::Model {
                id: self.tx.new_id(),
                contract_id: at.contract,
                version,
                financial_year,
                is_draft: at.is_draft,
                amount_pence,
                variation_id: at.variation,
                effective_on: at.effective_on,
                recorded_on: self.tx.today(),
                known_at: self.tx.now(),
            });
        }
    }

    /// One provider holds the contract; of several it is not said who answers for it.
    fn put_providers(&mut self, new: &Said, at: &At, before: &[provider::Model]) {
        let role = if new.providers.len() == 1 { ProviderRole::Lead } else { ProviderRole::Member };
        let is = |row: &&provider::Model, organisation: Uuid| {
            row.ends_on.is_none() && row.organisation_id == organisation && row.role == role
        };
        let goes_on = |row: &provider::Model| new.providers.iter().any(|it| is(&row, *it));
        let last_day = at.effective_on.pred_opt().unwrap_or(at.effective_on);
        for row in before.iter().filter(|row| row.ends_on.is_none() && !goes_on(row)) {
            self.ended.push((row.clone(), last_day));
        }
        let first = before.iter().map(|row| row.position).max().unwrap_or(0);
        let added: Vec<Uuid> = new
            .providers
            .iter()
            .copied()
            .filter(|organisation| !before.iter().any(|row| is(&row, *organisation)))
            .collect();
        for (place, organisation_id) in added.into_iter().enumerate() {
            self.providers.push(provider::Model {
                id: self.tx.new_id(),
                contract_id: at.contract,
                organisation_id,
                role,
                position: first + position(place),
                starts_on: at.effective_on,
                ends_on: None,
                recorded_on: self.tx.today(),
                known_at: self.tx.now(),
                end_known_at: None,
            });
        }
    }

    fn put_statuses(&mut self, new: &Said, at: &At, steps: &[Change], first: i32) {
        for (place, step) in steps.iter().enumerate() {
            let is_reasoned = matches!(
                step.status,
                ContractStatus::Cancelled | ContractStatus::Abandoned | ContractStatus::Terminated
            );
            self.statuses.push(status::Model {
                id: self.tx.new_id(),
                contract_id: at.contract,
                number: first - 1 + position(place),
                status: step.status,
                suspended_part: None,
                continuity: None,
                reason_code: is_reasoned.then_some(ContractReason::Other),
                reason: is_reasoned.then(|| new.contract.reason.clone()).flatten(),
                document_reference: Some(format!("Release {}", new.release_id)),
                takes_effect_on: None,
                deciding_body: None,
                decided_on: None,
                minute_reference: None,
                effective_on: step.effective_on,
                recorded_by_id: self.importer.viewer().and_then(|viewer| viewer.account),
                recorded_as_id: at.owner,
                recorded_on: self.tx.today(),
                known_at: self.tx.now(),
            });
        }
    }

    fn vary(&mut self, new: &Said, at: &At, number: i32) -> Uuid {
        let id = self.tx.new_id();
        let amended = new.contract.amendments.last().and_then(|it| it.rationale.clone());
        self.variations.push(variation::Model {
            id,
            contract_id: at.contract,
            number,
            summary: amended.unwrap_or_else(|| "As a later notice states".to_owned()),
            effective_on: at.effective_on,
            recorded_by_id: self.importer.viewer().and_then(|viewer| viewer.account),
            recorded_as_id: at.owner,
            recorded_on: self.tx.today(),
            known_at: self.tx.now(),
        });
        self.approvals.push(approval::Model {
            variation_id: id,
            organisation_id: at.owner,
            deciding_body: new.buyer.clone(),
            decided_on: new.released_on,
            minute_reference: format!("Release {}", new.release_id),
            recorded_on: self.tx.today(),
            known_at: self.tx.now(),
        });
        id
    }

    fn put_release(&mut self, new: &Said, at: &At) {
        self.releases.push(release::Model {
            id: self.tx.new_id(),
            contract_id: at.contract,
            owner_id: at.owner,
            ocid: new.ocid.clone(),
            part: new.contract.key.clone(),
            release_id: new.release_id.clone(),
            released_at: new.released_at,
            said: serde_json::to_string(&new.contract).unwrap_or_default(),
            recorded_on: self.tx.today(),
            known_at: self.tx.now(),
        });
    }

    /// Writes what was planned, and derives who sees it.
    pub(super) async fn write(self) -> Result<(), Stopped> {
        let (tx, viewer) = (self.tx, self.importer.viewer());
        let mut touched: Vec<Uuid> = self.contracts.iter().map(|row| row.id).collect();
        touched.extend(self.changed.iter().map(|(row, _)| row.id));
        for row in &self.contracts {
            audit::record(tx, viewer, act(row).after(said(row))).await?;
        }
        insert::<contract::ActiveModel, _>(tx, self.contracts).await?;
        insert::<variation::ActiveModel, _>(tx, self.variations).await?;
        insert::<approval::ActiveModel, _>(tx, self.approvals).await?;
        insert::<terms::ActiveModel, _>(tx, self.terms).await?;
        insert::<commissioner::ActiveModel, _>(tx, self.commissioners).await?;
        insert::<value::ActiveModel, _>(tx, self.values).await?;
        insert::<status::ActiveModel, _>(tx, self.statuses).await?;
        insert::<release::ActiveModel, _>(tx, self.releases).await?;
        for (row, last_day) in self.ended {
            let mut ended = row.into_active_model();
            ended.ends_on = Set(Some(last_day));
            ended.end_known_at = Set(Some(tx.now()));
            ended.update(&**tx).await?;
        }
        insert::<provider::ActiveModel, _>(tx, self.providers).await?;
        for (before, after) in self.changed {
            audit::record(tx, viewer, act(&after).before(said(&before)).after(said(&after)))
                .await?;
            after.into_active_model().reset_all().update(&**tx).await?;
        }
        derive::contracts(&**tx, &touched).await?;
        Ok(())
    }
}

async fn insert<A, M>(tx: &Writing, rows: Vec<M>) -> Result<(), Stopped>
where
    A: ActiveModelTrait,
    M: IntoActiveModel<A>,
{
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    insert_all::<A>(tx, rows.collect()).await
}

fn act(row: &contract::Model) -> Act {
    let is_shared = row.shared_on.is_some();
    let group = if is_shared { FieldGroup::ContractTerms } else { FieldGroup::ContractDraft };
    Act::new("importContracts", "Contract", row.id).under(row.id, group).from_day(row.opened_on)
}

/// A place in a list, the first being 1.
fn position(place: usize) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX - 1) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_short_and_stays_apart_from_others() {
        let mut one = crate::import::ocds::read(
            br#"{"ocid": "ocds-abc123-1", "id": "1", "date": "2025-01-01", "tender": {}}"#,
        )
        .unwrap()
        .notices
        .remove(0)
        .contracts
        .remove(0);
        assert_eq!(reference(&one), "ocds-abc123-1");
        one.reference = "x".repeat(90);
        let long = reference(&one);
        one.reference.push('y');
        assert_eq!((long.chars().count(), reference(&one).chars().count()), (60, 60));
        assert_ne!(long, reference(&one));
    }
}
