use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    policy::{Rights, matrix::FieldGroup},
    rules::{
        funding::{DatedSplit, Share},
        ledger_posting::AccountKey,
        position::{self, ActualPart, SchemeFacts},
        profile::Months,
    },
};
use entities::{
    budget_change::BudgetChangeKind,
    contribution_change::ContributionChangeKind,
    ledger_account::AccountKind,
    partnership_agreement::{self as agreement, AgreementEvidence},
    pooled_fund, scheme,
    value::{FinancialYear, Instant, Pence, Period},
};
use uuid::Uuid;

use super::{BudgetChanges, ContributionFigures, FundPosition, Terms, view::SeenFund};
use crate::access::facts::{
    Cutoff,
    balances::AccountSum,
    budgets::{Committed, ForecastAmount, FundingShare, MonthlyBudget},
    contributions::AgreedPart,
    partners::Partnership,
};

/// Everything that the positions of some funds are made of.
pub(super) struct Facts {
    pub schemes: Vec<scheme::Model>,
    pub budgets: Vec<MonthlyBudget>,
    pub splits: Vec<FundingShare>,
    pub committed: Vec<Committed>,
    pub forecasts: Vec<ForecastAmount>,
    pub balances: Vec<AccountSum>,
    pub agreed: Vec<AgreedPart>,
    pub recordings: HashMap<Uuid, Instant>,
    pub agreements: Vec<(pooled_fund::Model, Option<agreement::Model>)>,
    pub parties: HashMap<Uuid, Partnership>,
}

impl Facts {
    pub(super) fn position(&self, seen: SeenFund, asked: Terms) -> FundPosition {
        let SeenFund { fund, everywhere, dated, reach } = seen;
        let terms = Terms { cutoff: reach.cutoff, ..asked };
        // A scheme that begins after the viewer's days is none for it, whatever was recorded of it
        // before it begins (rule V1).
        let told_to = everywhere.open_to(FieldGroup::SchemeName, Rights::reads_summary);
        let is_told = |scheme: &&scheme::Model| told_to.is_none_or(|to| scheme.starts_on <= to);
        let of_fund = self.schemes.iter().filter(is_told);
        let of_fund =
            of_fund.filter(|scheme| scheme.fund_id == fund.id && self.is_known(scheme.id));
        let schemes: BTreeMap<Uuid, scheme::Model> =
            of_fund.map(|scheme| (scheme.id, scheme.clone())).collect();
        let forecast_version =
            self.forecasts.iter().find(|line| line.fund_id == fund.id).map(|line| line.version);
        let facts: Vec<SchemeFacts> = schemes
            .values()
            .map(|scheme| self.scheme(scheme, terms, forecast_version.is_some()))
            .collect();
        // Where postings count to an earlier day, the forecast takes over from there, and the
        // budget to date is held against what is there of the actual.
        let Cutoff { year, as_of, known_at } = reach.postings;
        let mut position = position::position(year, as_of, terms.basis, &facts);
        position.by_partner.sort_by_key(|line| self.place(fund.id, line.key));
        let last = self.recordings.get(&fund.id).copied().unwrap_or(Instant::EARLIEST);
        FundPosition {
            known_at: known_at.map_or(last, |asked| asked.min(last)),
            forecast_version,
            position,
            facts,
            budgets: schemes.keys().map(|id| (*id, self.budget_changes(*id))).collect(),
            schemes,
            contributions: self.contributions(fund.id, terms),
            cash: self.sum(fund.id, |sum| sum.kind == AccountKind::Cash),
            warnings: self.warnings(fund.id),
            borne: None,
            fund,
            terms,
            reach,
            standing: dated.standing,
            everywhere,
        }
    }

    /// Whether anything of the scheme counts: what was created later than the instant that is asked
    /// for was not there, and must not appear in an answer that was given before (rule M8).
    fn is_known(&self, scheme: Uuid) -> bool {
        let has_moved =
            |sum: &AccountSum| sum.scheme_id == Some(scheme) && sum.amount_pence != Pence::ZERO;
        self.budgets.iter().any(|month| month.scheme_id == scheme)
            || self.splits.iter().any(|share| share.scheme_id == scheme)
            || self.committed.iter().any(|row| row.scheme_id == scheme)
            || self.forecasts.iter().any(|line| line.scheme_id == Some(scheme))
            || self.balances.iter().any(has_moved)
    }

    fn scheme(&self, scheme: &scheme::Model, terms: Terms, is_forecast: bool) -> SchemeFacts {
        let mut budget = Months::default();
        for month in self.budgets.iter().filter(|month| month.scheme_id == scheme.id) {
            add(&mut budget, month.period, month.amount_pence);
        }
        let mut forecast = Months::default();
        for line in self.forecasts.iter().filter(|line| line.scheme_id == Some(scheme.id)) {
            if let (Some(period), Some(amount)) = (line.period, line.amount_pence) {
                add(&mut forecast, period, amount);
            }
        }
        let committed = self.committed.iter().filter(|row| row.scheme_id == scheme.id);
        let spent = |sum: &&AccountSum| {
            sum.scheme_id == Some(scheme.id) && sum.financial_year == terms.cutoff.year
        };
        SchemeFacts {
            id: scheme.id,
            commissioner: scheme.commissioner_id,
            budget,
            splits: self.splits(scheme.id),
            committed: committed.map(|row| row.amount_pence).sum(),
            forecast: is_forecast.then_some(forecast),
            actuals: self.balances.iter().filter(spent).filter_map(actual).collect(),
        }
    }

    fn splits(&self, scheme: Uuid) -> Vec<DatedSplit> {
        let mut splits: Vec<(Uuid, DatedSplit)> = Vec::new();
        for row in self.splits.iter().filter(|row| row.scheme_id == scheme) {
            if splits.last().is_none_or(|(id, _)| *id != row.split_id) {
                let split = DatedSplit { effective_on: row.effective_on, shares: Vec::new() };
                splits.push((row.split_id, split));
            }
            if let Some((_, split)) = splits.last_mut() {
                split.shares.push(Share {
                    partner: row.partner_id,
                    source: row.source_code.clone(),
                    weight: row.weight,
                });
            }
        }
        splits.into_iter().map(|(_, split)| split).collect()
    }

    fn budget_changes(&self, scheme: Uuid) -> BudgetChanges {
        let mut changes = BudgetChanges::default();
        for month in self.budgets.iter().filter(|month| month.scheme_id == scheme) {
            *match month.kind {
                BudgetChangeKind::Original => &mut changes.original,
                BudgetChangeKind::Virement => &mut changes.virements,
                BudgetChangeKind::Variation => &mut changes.variations,
            } += month.amount_pence;
        }
        changes
    }

    fn contributions(&self, fund: Uuid, terms: Terms) -> Vec<ContributionFigures> {
        let mut lines: BTreeMap<(Uuid, String), (Pence, Pence)> = BTreeMap::new();
        for part in self.agreed.iter().filter(|part| part.fund_id == fund) {
            let line = lines.entry((part.partner_id, part.source_code.clone())).or_default();
            match part.kind {
                ContributionChangeKind::Planned => line.0 += part.amount_pence,
                ContributionChangeKind::Varied => line.1 += part.amount_pence,
            }
        }
        let year = terms.cutoff.year;
        let posted = |kind: AccountKind, partner: Uuid, source: &str| {
            self.sum(fund, |sum| {
                let own =
                    sum.partner_id == Some(partner) && sum.source_code.as_deref() == Some(source);
                // Of the contribution's year, in whatever year it was invoiced and paid.
                sum.kind == kind && own && sum.contribution_year == Some(year)
            })
        };
        let agreed: BTreeSet<(Uuid, String)> = lines.keys().cloned().collect();
        // A source may have ended whose money was brought forward.
        for key in self.brought_forward(fund, year) {
            lines.entry(key).or_default();
        }
        let figures = |(key, (planned, varied)): ((Uuid, String), _)| {
            let is_agreed = agreed.contains(&key);
            let (partner, source) = key;
            let invoiced = -posted(AccountKind::ContributionIncome, partner, &source);
            let owed = posted(AccountKind::Receivable, partner, &source);
            let refunded = posted(AccountKind::ContributionRefund, partner, &source);
            let brought_forward = -posted(AccountKind::CarriedForward, partner, &source);
            let received = invoiced - owed;
            ContributionFigures {
                partner,
                source,
                is_agreed,
                planned,
                varied,
                brought_forward,
                invoiced,
                received,
                refunded,
            }
        };
        let mut all: Vec<_> = lines.into_iter().map(figures).collect();
        all.sort_by_key(|line| self.place(fund, line.partner));
        all
    }

    /// The partners and sources of which something was brought forward into a year.
    fn brought_forward(
        &self,
        fund: Uuid,
        year: FinancialYear,
    ) -> impl Iterator<Item = (Uuid, String)> {
        let is_brought = move |sum: &&AccountSum| {
            let of_year = sum.contribution_year == Some(year);
            sum.fund_id == fund && sum.kind == AccountKind::CarriedForward && of_year
        };
        let brought = self.balances.iter().filter(is_brought);
        brought.filter_map(|sum| Some((sum.partner_id?, sum.source_code.clone()?)))
    }

    fn sum(&self, fund: Uuid, counts: impl Fn(&AccountSum) -> bool) -> Pence {
        let own = self.balances.iter().filter(|sum| sum.fund_id == fund);
        own.filter(|sum| counts(sum)).map(|sum| sum.amount_pence).sum()
    }

    /// Where a partner stands in the agreement: the order in which it is shown, and in which it is
    /// given odd pennies (rule M2).
    fn place(&self, fund: Uuid, partner: Uuid) -> usize {
        let place = self.parties.get(&fund).and_then(|partnership| {
            partnership.listed().iter().position(|listed| *listed == partner)
        });
        place.unwrap_or(usize::MAX)
    }

    fn warnings(&self, fund: Uuid) -> Vec<&'static str> {
        let own = self.agreements.iter().find(|(row, _)| row.id == fund);
        match own.and_then(|(_, agreement)| Some(agreement.as_ref()?.evidence)) {
            Some(AgreementEvidence::UnsignedOperating) => {
                vec!["money moves under this agreement before it is signed"]
            }
            Some(AgreementEvidence::HistoricalIncomplete) => {
                vec!["host or pool manager of this agreement is unknown: nothing can be settled"]
            }
            _ => Vec::new(),
        }
    }
}

fn add(months: &mut Months, period: Period, amount: Pence) {
    let place = usize::try_from(period.number() - 1).unwrap_or(usize::MAX);
    if let Some(month) = months.get_mut(place) {
        *month += amount;
    }
}

fn actual(sum: &AccountSum) -> Option<ActualPart> {
    let account = AccountKey {
        kind: sum.kind,
        scheme: sum.scheme_id,
        partner: sum.partner_id,
        funder: sum.funder_id,
        source: sum.source_code.clone(),
        year: sum.contribution_year,
    };
    ActualPart::from_balance(&account, sum.period, sum.amount_pence).map(|(_, part)| part)
}
