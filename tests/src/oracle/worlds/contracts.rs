//! Contracts by chance, in every state, under agreements and under none, and the supply chains under
//! them, four tiers deep.

use chrono::{Months, NaiveDate};
use entities::{
    chain_payment, chain_payment_act, consortium_share, consortium_share_end, contract,
    contract_commissioner::{self as commissioner, CommissionerRole},
    contract_condition as condition,
    contract_guarantee::{self as guarantee, GuaranteeKind},
    contract_interest, contract_interest_withdrawal,
    contract_provider::{self as provider, ProviderRole},
    contract_publication, contract_publication_withdrawal,
    contract_status_change::{self as change, ContractReason, ContractStatus},
    contract_takeover,
    contract_terms::{self as terms, ContractModel, VatRegime},
    contract_value as value, contract_variation as variation,
    contract_variation_approval as approval, measure_feed, measure_feed_end, novation,
    novation_unfolding, subcontract, subcontract_clause, subcontract_value, subcontract_value_act,
    subcontract_value_decision,
    value::{FinancialYear, Pence},
};
use uuid::Uuid;

use super::{Maker, delegated_budgets::Delegated, outcomes::Achieving, payment_runs::Paying};
use crate::raw::day;

/// What commissioners buy, and from whom it is bought on.
#[derive(Clone, Debug, Default)]
pub struct Contracting {
    /// Contracts.
    pub contracts: Vec<contract::Model>,
    /// What they say.
    pub terms: Vec<terms::Model>,
    /// Their commissioners.
    pub commissioners: Vec<commissioner::Model>,
    /// Their providers.
    pub providers: Vec<provider::Model>,
    /// Who of several takes the place of one that closed, under those that are under no agreement.
    pub takeovers: Vec<contract_takeover::Model>,
    /// What they are expected to cost.
    pub values: Vec<value::Model>,
    /// How they were varied.
    pub variations: Vec<variation::Model>,
    /// What their commissioners decided on that.
    pub approvals: Vec<approval::Model>,
    /// How they came to stand as they do.
    pub changes: Vec<change::Model>,
    /// Which took the place of which.
    pub novations: Vec<novation::Model>,
    /// Which came back.
    pub unfoldings: Vec<novation_unfolding::Model>,
    /// What has to be so before their services begin.
    pub conditions: Vec<condition::Model>,
    /// The guarantees that they ask for.
    pub guarantees: Vec<guarantee::Model>,
    /// The links of their supply chains, each after the one above it.
    pub links: Vec<subcontract::Model>,
    /// How far clauses have come in links.
    pub clauses: Vec<subcontract_clause::Model>,
    /// What links are worth.
    pub link_values: Vec<subcontract_value::Model>,
    /// What was said of that after it was recorded.
    pub value_acts: Vec<subcontract_value_act::Model>,
    /// What the commissioner decided about that.
    pub value_decisions: Vec<subcontract_value_decision::Model>,
    /// What is shared of it with consortia.
    pub consortium_shares: Vec<consortium_share::Model>,
    /// That it is shared no longer.
    pub consortium_share_ends: Vec<consortium_share_end::Model>,
    /// Which measures they feed.
    pub measure_feeds: Vec<measure_feed::Model>,
    /// That they feed them no longer.
    pub measure_feed_ends: Vec<measure_feed_end::Model>,
    /// What they were paid.
    pub paying: Paying,
    /// What they are to achieve, and what was measured.
    pub achieving: Achieving,
    /// What is delegated within them.
    pub delegated: Delegated,
    /// What was paid under links.
    pub payments: Vec<chain_payment::Model>,
    /// What was said of that.
    pub payment_acts: Vec<chain_payment_act::Model>,
    /// What somebody has at stake.
    pub interests: Vec<contract_interest::Model>,
    /// What of that is there no more.
    pub withdrawals: Vec<contract_interest_withdrawal::Model>,
    /// What was published of them.
    pub publications: Vec<contract_publication::Model>,
    /// What of that was withdrawn.
    pub unpublished: Vec<contract_publication_withdrawal::Model>,
}

impl Contracting {
    /// A contract.
    ///
    /// # Panics
    /// When it is none of this world.
    #[must_use]
    pub fn contract(&self, id: Uuid) -> &contract::Model {
        self.contracts.iter().find(|row| row.id == id).expect("a contract of this world")
    }

    /// A link.
    ///
    /// # Panics
    /// When it is none of this world.
    #[must_use]
    pub fn link(&self, id: Uuid) -> &subcontract::Model {
        self.links.iter().find(|row| row.id == id).expect("a link of this world")
    }

    /// Keeps some contracts, with all that belongs to them.
    pub fn keep(&mut self, keeps: impl Fn(&contract::Model) -> bool) {
        self.contracts.retain(keeps);
        let kept: Vec<Uuid> = self.contracts.iter().map(|row| row.id).collect();
        let is_kept = |id: &Uuid| kept.contains(id);
        self.terms.retain(|row| is_kept(&row.contract_id));
        self.commissioners.retain(|row| is_kept(&row.contract_id));
        self.providers.retain(|row| is_kept(&row.contract_id));
        self.takeovers.retain(|row| is_kept(&row.contract_id));
        self.values.retain(|row| is_kept(&row.contract_id));
        self.changes.retain(|row| is_kept(&row.contract_id));
        self.variations.retain(|row| is_kept(&row.contract_id));
        let varied: Vec<Uuid> = self.variations.iter().map(|row| row.id).collect();
        self.approvals.retain(|row| varied.contains(&row.variation_id));
        self.novations.retain(|row| is_kept(&row.contract_id) && is_kept(&row.head_id));
        let novated: Vec<Uuid> = self.novations.iter().map(|row| row.id).collect();
        self.unfoldings.retain(|row| novated.contains(&row.novation_id));
        self.conditions.retain(|row| is_kept(&row.contract_id));
        self.guarantees.retain(|row| is_kept(&row.contract_id));
        self.keep_links(|row| is_kept(&row.contract_id));
        self.keep_interests(|row| is_kept(&row.contract_id));
        self.publications.retain(|row| is_kept(&row.contract_id));
        let published: Vec<Uuid> = self.publications.iter().map(|row| row.id).collect();
        self.unpublished.retain(|row| published.contains(&row.publication_id));
        self.paying.keep(|row| is_kept(&row.contract_id), is_kept);
        self.achieving.keep(is_kept);
        self.delegated.keep(|row| is_kept(&row.contract_id));
    }

    /// Keeps some links, with what they are worth and what was paid under them.
    pub fn keep_links(&mut self, keeps: impl Fn(&subcontract::Model) -> bool) {
        self.links.retain(keeps);
        let kept: Vec<Uuid> = self.links.iter().map(|row| row.id).collect();
        self.link_values.retain(|row| kept.contains(&row.subcontract_id));
        self.clauses.retain(|row| kept.contains(&row.subcontract_id));
        self.value_acts.retain(|row| kept.contains(&row.subcontract_id));
        self.value_decisions.retain(|row| kept.contains(&row.subcontract_id));
        self.consortium_shares.retain(|row| kept.contains(&row.subcontract_id));
        self.consortium_share_ends.retain(|row| kept.contains(&row.subcontract_id));
        self.measure_feeds.retain(|row| kept.contains(&row.subcontract_id));
        self.measure_feed_ends.retain(|row| kept.contains(&row.subcontract_id));
        self.achieving.keep_under(|link| kept.contains(link));
        self.keep_payments(|row| kept.contains(&row.subcontract_id));
    }

    /// Keeps some interests, with that they were withdrawn.
    pub fn keep_interests(&mut self, keeps: impl Fn(&contract_interest::Model) -> bool) {
        self.interests.retain(keeps);
        let kept: Vec<Uuid> = self.interests.iter().map(|row| row.id).collect();
        self.withdrawals.retain(|row| kept.contains(&row.interest_id));
    }

    /// Keeps some payments, with what was said of them.
    pub fn keep_payments(&mut self, keeps: impl Fn(&chain_payment::Model) -> bool) {
        self.payments.retain(keeps);
        let kept: Vec<Uuid> = self.payments.iter().map(|row| row.id).collect();
        self.payment_acts.retain(|row| kept.contains(&row.payment_id));
    }
}

/// The days of a contract.
#[derive(Clone, Copy)]
pub(super) struct Term {
    pub(super) contract: Uuid,
    pub(super) opened_on: NaiveDate,
    pub(super) shared_on: Option<NaiveDate>,
}

impl Maker {
    /// Several, of every state.
    pub(super) fn contracts(&mut self) {
        let agreements: Vec<Uuid> = self.it.agreements.iter().map(|row| row.id).collect();
        for place in 0..self.between(3, 5) {
            let agreement = (!self.one_in(3)).then(|| self.pick(&agreements));
            let state = self.below(5);
            self.contract((place, state), agreement);
        }
        self.novated();
        self.succeeded();
    }

    fn contract(&mut self, (place, state): (usize, usize), agreement_id: Option<Uuid>) {
        let (id, owner_id) = (self.id(), self.organisation());
        let opened_on = self.pick(&[day(2023, 4, 1), day(2024, 7, 1), day(2025, 4, 1)]);
        let later = opened_on + Months::new(5);
        let shared_on = (state > 0).then(|| self.pick(&[opened_on, later, later]));
        let reference = self.pick(&["CARE", "HOME", "care"]);
        let is_same =
            |row: &contract::Model| row.owner_id == owner_id && row.reference == reference;
        let is_taken = self.it.contracting.contracts.iter().any(is_same);
        self.it.contracting.contracts.push(contract::Model {
            id,
            owner_id,
            reference: if is_taken { format!("{reference} {place}") } else { reference.to_owned() },
            agreement_id,
            opened_on,
            shared_on,
            version: 1,
        });
        let term = Term { contract: id, opened_on, shared_on };
        self.said(term);
        self.commissioned(term, owner_id);
        let lead = self.provided(term);
        self.stood(term, owner_id, state);
        if let Some(shared_on) = shared_on {
            self.chain(id, lead, shared_on);
            self.chain(id, lead, shared_on);
        }
    }

    /// What it says and costs: as it was drafted, as it was awarded, and as it was changed.
    pub(super) fn said(&mut self, term: Term) {
        let ends_on = self.pick(&[day(2028, 3, 31), day(2028, 3, 31), day(2025, 8, 31)]);
        let changed = day(2025, 9, 10);
        let awarded = term.shared_on.map(|on| (on, false));
        let varied = term.shared_on.filter(|_| self.one_in(2)).map(|_| (changed, false));
        let redrafted = (term.shared_on.is_none() && self.one_in(2)).then_some((changed, true));
        if varied.is_some() {
            let recorded_on = self.pick(&[changed, day(2025, 9, 20)]);
            self.varied(term.contract, changed, recorded_on);
        }
        let versions = [Some((term.opened_on, true)), awarded, varied, redrafted];
        for (number, (on, is_draft)) in (1..).zip(versions.into_iter().flatten()) {
            let (id, known_at) = (self.id(), self.known_at());
            let title = self.pick(&["Adults", "adults", "Beds", "Zest"]);
            self.it.contracting.terms.push(terms::Model {
                id,
                contract_id: term.contract,
                number,
                is_draft,
                title: format!("{title} {number}"),
                model: Some(ContractModel::PrimaryCare),
                form: Some("General".to_owned()),
                services: terms::Services(vec!["Frailty".to_owned()]),
                starts_on: Some(term.opened_on),
                ends_on: Some(ends_on),
                extension_months: terms::Extensions(vec![12]),
                extensions_used: 0,
                vat_regime: Some(VatRegime::Exempt),
                floor_basis_points: 250,
                variation_id: None,
                effective_on: on,
                recorded_on: on,
                known_at,
            });
            for start in FinancialYear::of(term.opened_on).start_year()..=2026 {
                let (id, known_at) = (self.id(), self.known_at());
                let amount = i64::try_from(self.between(1, 60_000_000)).unwrap_or(1);
                self.it.contracting.values.push(value::Model {
                    id,
                    contract_id: term.contract,
                    version: number,
                    financial_year: FinancialYear::starting(start).expect("a year"),
                    is_draft,
                    amount_pence: Pence(amount),
                    variation_id: None,
                    effective_on: on,
                    recorded_on: on,
                    known_at,
                });
            }
        }
        for number in 1..=2 {
            let recorded_on = self.pick(&[term.opened_on, term.opened_on, changed]);
            let (id, known_at) = (self.id(), self.known_at());
            self.it.contracting.conditions.push(condition::Model {
                id,
                contract_id: term.contract,
                number,
                description: "Staff are transferred".to_owned(),
                due_on: None,
                recorded_on,
                known_at,
            });
            let (id, known_at) = (self.id(), self.known_at());
            self.it.contracting.guarantees.push(guarantee::Model {
                id,
                contract_id: term.contract,
                number,
                kind: GuaranteeKind::PerformanceBond,
                description: None,
                amount_pence: Some(Pence(5_000_000)),
                recorded_on,
                known_at,
            });
        }
    }

    fn varied(&mut self, contract_id: Uuid, effective_on: NaiveDate, recorded_on: NaiveDate) {
        let (id, known_at, organisation_id) = (self.id(), self.known_at(), self.organisation());
        self.it.contracting.variations.push(variation::Model {
            id,
            contract_id,
            number: 1,
            summary: "A ward is closed".to_owned(),
            effective_on,
            recorded_by_id: None,
            recorded_as_id: organisation_id,
            recorded_on,
            known_at,
        });
        self.it.contracting.approvals.push(approval::Model {
            variation_id: id,
            organisation_id,
            deciding_body: "Governing body".to_owned(),
            decided_on: effective_on,
            minute_reference: "GB 7".to_owned(),
            recorded_on,
            known_at,
        });
    }

    pub(super) fn commissions(
        &mut self,
        (contract_id, organisation_id): (Uuid, Uuid),
        role: CommissionerRole,
        (starts_on, ends_on): (NaiveDate, Option<NaiveDate>),
        recorded_on: NaiveDate,
    ) {
        let (id, known_at) = (self.id(), self.known_at());
        let position = i32::try_from(self.it.contracting.commissioners.len()).unwrap_or(0) + 1;
        self.it.contracting.commissioners.push(commissioner::Model {
            id,
            contract_id,
            organisation_id,
            role,
            weight: Some(1),
            weight_total: Some(1),
            position,
            starts_on,
            ends_on,
            recorded_on,
            known_at,
            end_known_at: ends_on.map(|_| known_at),
        });
    }

    pub(super) fn provides(
        &mut self,
        (contract_id, organisation_id): (Uuid, Uuid),
        role: ProviderRole,
        (starts_on, ends_on): (NaiveDate, Option<NaiveDate>),
        recorded_on: NaiveDate,
    ) {
        let (id, known_at) = (self.id(), self.known_at());
        let position = i32::try_from(self.it.contracting.providers.len()).unwrap_or(0) + 1;
        self.it.contracting.providers.push(provider::Model {
            id,
            contract_id,
            organisation_id,
            role,
            position,
            starts_on,
            ends_on,
            recorded_on,
            known_at,
            end_known_at: ends_on.map(|_| known_at),
        });
    }

    /// One that leads, or two of which one follows the other, and associates for a time.
    fn commissioned(&mut self, term: Term, owner: Uuid) {
        let (contract, from) = (term.contract, term.opened_on);
        let leads = CommissionerRole::CoOrdinating;
        if self.one_in(3) {
            let next = self.organisation();
            let handed = day(2025, 5, 31);
            self.commissions((contract, owner), leads, (from, Some(handed)), from);
            self.commissions((contract, next), leads, (day(2025, 6, 1), None), handed);
        } else {
            self.commissions((contract, owner), leads, (from, None), from);
        }
        for _ in 0..self.below(3) {
            let associate = self.organisation();
            for (starts_on, ends_on) in self.spells() {
                let days = (starts_on.max(from), ends_on);
                let role = CommissionerRole::Associate;
                self.commissions((contract, associate), role, days, from);
            }
        }
    }

    /// Who leads, and members for a time.
    fn provided(&mut self, term: Term) -> Uuid {
        let (contract, from) = (term.contract, term.opened_on);
        let (lead, before) = (self.organisation(), self.organisation());
        if self.one_in(3) {
            let days = (from, Some(from + Months::new(2)));
            self.provides((contract, before), ProviderRole::Lead, days, from);
        }
        self.provides((contract, lead), ProviderRole::Lead, (from, None), from);
        for _ in 0..self.below(3) {
            let member = self.organisation();
            for (starts_on, ends_on) in self.spells() {
                let recorded_on = self.pick(&[from, day(2025, 5, 5)]);
                let days = (starts_on.max(from), ends_on);
                self.provides((contract, member), ProviderRole::Member, days, recorded_on);
            }
        }
        lead
    }

    /// How it came to stand: a draft, in standstill, active, suspended or terminated.
    pub(super) fn stood(&mut self, term: Term, recorded_as_id: Uuid, state: usize) {
        use ContractStatus::{Active, Draft, InStandstill, Suspended, Terminated};
        let shared = term.shared_on.unwrap_or(term.opened_on);
        let last = day(2025, 9, 15);
        let mut steps = vec![(Draft, term.opened_on)];
        if state > 0 {
            steps.push((InStandstill, shared));
        }
        if state > 1 {
            steps.push((Active, shared));
        }
        match state {
            3 => steps.push((Suspended, last)),
            4 => steps.push((Terminated, last)),
            _ => {}
        }
        for (number, (status, on)) in (1..).zip(steps) {
            let is_reasoned = matches!(status, Suspended | Terminated);
            let reason = is_reasoned.then_some(ContractReason::Safety);
            self.changed((term.contract, number), (status, reason), (on, on), recorded_as_id);
        }
    }

    /// A change of where a contract stands, from a day on and as it was recorded on another.
    pub(super) fn changed(
        &mut self,
        (contract_id, number): (Uuid, i32),
        (status, reason_code): (ContractStatus, Option<ContractReason>),
        (effective_on, recorded_on): (NaiveDate, NaiveDate),
        recorded_as_id: Uuid,
    ) {
        let (id, known_at) = (self.id(), self.known_at());
        let is_suspended = status == ContractStatus::Suspended;
        self.it.contracting.changes.push(change::Model {
            id,
            contract_id,
            number,
            status,
            suspended_part: None,
            continuity: is_suspended.then(|| "The trust takes over".to_owned()),
            reason_code,
            reason: reason_code.map(|_| "Unsafe".to_owned()),
            document_reference: None,
            takes_effect_on: None,
            deciding_body: None,
            decided_on: None,
            minute_reference: None,
            effective_on,
            recorded_by_id: None,
            recorded_as_id,
            recorded_on,
            known_at,
        });
    }
}
