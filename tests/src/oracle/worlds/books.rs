//! What lies in the funds.

use std::collections::BTreeSet;

use entities::{
    budget_movement::{self as movement, MovementKind},
    commitment, contribution,
    external_reference::{self, ObjectKind},
    forecast, forecast_submission as submission,
    ledger_account::{self as account, AccountKind},
    ledger_entry as entry,
    ledger_transaction::{self as transaction, TransactionKind},
    period_closing::{self as closing, PeriodStatus},
    period_release as release, pooled_fund as fund,
    value::{FinancialYear, Pence, Period},
};
use uuid::Uuid;

use super::{Maker, YEARS};

fn year(start: i32) -> FinancialYear {
    FinancialYear::starting(start).expect("a year of this century")
}

impl Maker {
    pub(super) fn books(&mut self) {
        for fund in self.it.funds.clone() {
            self.contributions(&fund);
            self.forecasts(&fund);
            self.movements(&fund);
            self.periods(&fund);
            self.postings(&fund);
        }
        for scheme in self.it.schemes.clone() {
            for _ in 0..self.between(1, 4) {
                let (id, effective_on, known_at) = (self.id(), self.day(), self.known_at());
                let promise = commitment::Model {
                    id,
                    scheme_id: scheme.id,
                    financial_year: FinancialYear::of(effective_on),
                    payee_id: scheme.provider_id,
                    description: "Beds".to_owned(),
                    amount_pence: Pence(10_000),
                    releases_id: None,
                    effective_on,
                    known_at,
                };
                if self.one_in(3) {
                    let (id, known_at) = (self.id(), self.known_at());
                    let released = commitment::Model {
                        id,
                        amount_pence: Pence(-100),
                        releases_id: Some(promise.id),
                        known_at,
                        ..promise.clone()
                    };
                    self.it.commitments.push(promise);
                    self.it.commitments.push(released);
                } else {
                    self.it.commitments.push(promise);
                }
            }
        }
    }

    fn contributions(&mut self, fund: &fund::Model) {
        let mut partners: BTreeSet<Uuid> = BTreeSet::new();
        for row in self.it.relations.iter().filter(|row| row.agreement_id == fund.agreement_id) {
            if row.position.is_some() {
                partners.insert(row.organisation_id);
            }
        }
        // Of somebody who is no partner as well: that it is its own opens nothing by itself.
        partners.insert(self.organisation());
        for partner in partners {
            for start in YEARS {
                let id = self.id();
                if self.one_in(3) {
                    continue;
                }
                let row = contribution::Model {
                    id,
                    fund_id: fund.id,
                    partner_id: partner,
                    source_code: self.pick(&["ADDITIONAL_NHS", "MINIMUM_NHS"]).to_owned(),
                    financial_year: year(start),
                    version: 1,
                };
                self.it.contributions.push(row);
            }
        }
    }

    fn forecasts(&mut self, fund: &fund::Model) {
        for start in YEARS {
            for version in 1..=i32::try_from(self.below(3)).unwrap_or(0) {
                let (id, known_at, recorded_on) = (self.id(), self.known_at(), self.day());
                self.it.forecasts.push(forecast::Model {
                    id,
                    fund_id: fund.id,
                    financial_year: year(start),
                    version,
                    commentary: "As planned".to_owned(),
                    recorded_at: known_at,
                    recorded_on,
                });
                if self.one_in(2) {
                    let submitted_on = self.day().max(recorded_on);
                    let submitted = submission::Model { forecast_id: id, known_at, submitted_on };
                    self.it.submissions.push(submitted);
                }
            }
        }
    }

    pub(super) fn movements(&mut self, fund: &fund::Model) {
        for _ in 0..self.below(5) {
            let (id, effective_on, known_at) = (self.id(), self.day(), self.known_at());
            self.it.movements.push(movement::Model {
                id,
                fund_id: fund.id,
                financial_year: FinancialYear::of(effective_on),
                kind: MovementKind::Virement,
                reason: "Need".to_owned(),
                deciding_body: "Board".to_owned(),
                decided_on: effective_on,
                minute_reference: "1".to_owned(),
                effective_on,
                known_at,
            });
        }
    }

    fn periods(&mut self, fund: &fund::Model) {
        for start in YEARS {
            for period in Period::months() {
                let known_at = self.known_at();
                let (fund_id, financial_year) = (fund.id, year(start));
                if self.one_in(2) {
                    self.it.releases.push(release::Model {
                        fund_id,
                        financial_year,
                        period,
                        known_at,
                    });
                }
                if self.one_in(8) {
                    self.it.closings.push(closing::Model {
                        fund_id,
                        financial_year,
                        period,
                        status: PeriodStatus::SoftClosed,
                        reason: "Month end".to_owned(),
                        known_at,
                    });
                }
            }
        }
    }

    fn account(
        &mut self,
        fund: Uuid,
        kind: AccountKind,
        (name, scheme): (&str, Option<Uuid>),
    ) -> Uuid {
        let id = self.id();
        self.it.accounts.push(account::Model {
            id,
            fund_id: fund,
            kind,
            scheme_id: scheme,
            partner_id: None,
            funder_id: None,
            source_code: None,
            contribution_year: None,
            designation: name.to_owned(),
        });
        id
    }

    fn postings(&mut self, fund: &fund::Model) {
        let payable = self.account(fund.id, AccountKind::Payable, ("PAYABLE", None));
        let cash = self.account(fund.id, AccountKind::Cash, ("CASH", None));
        let schemes: Vec<_> =
            self.it.schemes.iter().filter(|row| row.fund_id == fund.id).cloned().collect();
        let agreement = self.it.agreements.iter().find(|row| row.id == fund.agreement_id);
        // Nothing takes effect before the agreement does.
        let begins = agreement.map_or(fund.starts_on, |row| row.starts_on);
        for sequence in 1..=i64::try_from(self.between(6, 12)).unwrap_or(6) {
            let (id, known_at) = (self.id(), self.known_at());
            let effective_on = self.day().max(begins);
            let scheme = self.pick(&schemes);
            for (line, account_id, amount) in [(1, payable, 500), (2, cash, -500)] {
                let amount_pence = Pence(amount);
                self.it.entries.push(entry::Model {
                    transaction_id: id,
                    line,
                    account_id,
                    amount_pence,
                });
            }
            let row = transaction::Model {
                id,
                fund_id: fund.id,
                sequence,
                kind: self.pick(&[TransactionKind::Journal, TransactionKind::Expenditure]),
                financial_year: FinancialYear::of(effective_on),
                period: Period::of(effective_on),
                effective_on,
                known_at,
                known_month: known_at.month(),
                description: "Care".to_owned(),
                reason: None,
                scheme_id: Some(scheme.id),
                payee_id: scheme.provider_id,
                reverses_id: None,
                adjusts_id: None,
                settles_id: None,
                corrects_year: None,
                corrects_period: None,
                posted_by_id: None,
                posted_as_id: fund.owner_id,
                previous_hash: Vec::new(),
                hash: id.as_bytes().to_vec(),
            };
            self.it.transactions.push(row);
        }
    }

    /// Every organisation names some things in a system of its own, seen or not.
    pub(super) fn references(&mut self) {
        let mut objects: Vec<(ObjectKind, Uuid)> = Vec::new();
        objects.extend(self.it.agreements.iter().map(|row| (ObjectKind::Agreement, row.id)));
        objects.extend(self.it.funds.iter().map(|row| (ObjectKind::Fund, row.id)));
        objects.extend(self.it.schemes.iter().map(|row| (ObjectKind::Scheme, row.id)));
        objects.extend(self.it.contributions.iter().map(|row| (ObjectKind::Contribution, row.id)));
        objects.extend(self.it.forecasts.iter().map(|row| (ObjectKind::Forecast, row.id)));
        objects.extend(self.it.movements.iter().map(|row| (ObjectKind::Movement, row.id)));
        for owner in self.it.organisations.clone() {
            for number in 0..3 {
                let (object_kind, object_id) = self.pick(&objects);
                self.it.references.push(external_reference::Model {
                    owner_id: owner.id,
                    system: format!("SYSTEM {number}"),
                    value: "1".to_owned(),
                    object_kind,
                    object_id,
                });
            }
        }
    }
}
