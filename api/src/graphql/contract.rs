//! Contracts.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use domain::{
    policy::{Rights, matrix::FieldGroup},
    rules::band,
};
use entities::{contract_status_change as change, value};
use uuid::Uuid;

use super::{
    agreement::PartnershipAgreement,
    chain_punctuality::{self, ChainPaymentPunctuality},
    contract_interest::ContractInterest,
    contract_kind::{ContractModel, ContractStatus, ValueBand, VatRegime},
    contract_loaders::{ConditionsOf, ContractById, GuaranteesOf, VariationsOf},
    contract_parts::{
        ContractCommissioner, ContractCondition, ContractGuarantee, ContractProvider,
        ContractStatusChange, ContractVariation, ContractYearValue,
    },
    contract_pay::ContractPay,
    contract_permission::ContractPermissions,
    contract_publication::{self, ContractPublicationConnection},
    contract_terms::ContractTerms,
    delegated_position::ContractDelegation,
    loaders::Loading,
    node::Kind,
    novation::{ContractNovation, ContractNovationConnection, ContractValuePerHead},
    novation_loaders::{ListSizesOf, NovationsOf, NovationsUnder},
    paging::{PageArguments, page_of},
    request::{Asked, stopped},
    scalars::{Date, FinancialYear, Money},
    subcontract_value::points,
    supply_chain::{self, SupplyChain},
    withheld::Withheld,
};
use crate::{
    connection,
    service::{
        Code, Refusal,
        contract::{self as service, At, Told},
    },
};

/// What commissioners buy from a provider or from several, as at a day. Whoever stands in a relation
/// to it, or to the agreement under which it is, sees it once it is awarded, some of them a summary
/// only; a draft is seen by commissioners and their partners alone.
#[derive(Clone, Debug)]
pub struct Contract(pub Arc<Told>);

connection!(ContractConnection, ContractEdge, Contract, "contracts, of those that you see");

/// What a summary of the terms leaves out.
const TERMS: [&str; 11] = [
    "form",
    "services",
    "extensionMonths",
    "extensionsUsed",
    "vatRegime",
    "floorBasisPoints",
    "terms",
    "conditions",
    "guarantees",
    "variations",
    "version",
];

/// What only those see who read the whole value.
const WHOLE_VALUE: [&str; 3] = ["wholeValue", "valueVersion", "valuePerHead"];

impl From<Told> for Contract {
    fn from(told: Told) -> Self {
        Self(Arc::new(told))
    }
}

impl Contract {
    /// The contract with this identity as it is today, if the viewer sees it.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(ContractById(id, At::NOW)).await?.map(Self))
    }

    fn reads_terms(&self) -> bool {
        self.0.standing().reads(FieldGroup::ContractTerms)
    }
}

/// What commissioners buy from a provider or from several, as at a day. Whoever stands in a relation
/// to it, or to the agreement under which it is, sees it once it is awarded, some of them a summary
/// only; a draft is seen by commissioners and their partners alone.
#[Object]
impl Contract {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Contract.id(self.0.seen.row.id)
    }

    /// What its commissioners call it; unique among those that one organisation recorded.
    async fn reference(&self) -> &str {
        &self.0.seen.row.reference
    }

    /// The day as at which it is read: the one asked for, or the last of your own days.
    async fn as_of(&self) -> Date {
        self.0.as_of.into()
    }

    /// What it pays and for what, as it is today.
    async fn pay(&self) -> ContractPay {
        ContractPay(self.0.seen.clone())
    }

    /// The budgets that are delegated within it, as far as you read them.
    async fn delegation(&self) -> ContractDelegation {
        ContractDelegation(Arc::clone(&self.0))
    }

    /// The agreement under which it is commissioned; null when it is under none, or you do not see
    /// that.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Option<PartnershipAgreement>> {
        match self.0.seen.row.agreement_id {
            Some(agreement) => PartnershipAgreement::load(ctx, agreement).await,
            None => Ok(None),
        }
    }

    /// Its title; null as at a day that is none of yours, or before it was on record.
    async fn title(&self) -> Option<&str> {
        self.0.terms().map(|it| it.title.as_str())
    }

    /// How it is built; null where that is not known.
    async fn model(&self) -> Option<ContractModel> {
        self.0.terms()?.model.map(ContractModel::from)
    }

    /// The form of a primary care contract. Withheld from whoever reads a summary.
    async fn form(&self) -> Option<&str> {
        self.0.terms().filter(|_| self.reads_terms())?.form.as_deref()
    }

    /// The service areas and pathways, at most 50. Withheld from whoever reads a summary.
    async fn services(&self) -> Option<Vec<String>> {
        self.0.terms().filter(|_| self.reads_terms()).map(|it| it.services.0.clone())
    }

    /// The first day of the services; null where it is not known.
    async fn starts_on(&self) -> Option<Date> {
        self.0.terms()?.starts_on.map(Date::from)
    }

    /// Their last day; null where it is not known.
    async fn ends_on(&self) -> Option<Date> {
        self.0.terms()?.ends_on.map(Date::from)
    }

    /// By how many months it may be extended, option by option. Withheld from whoever reads a
    /// summary.
    async fn extension_months(&self) -> Option<Vec<i32>> {
        self.0.terms().filter(|_| self.reads_terms()).map(|it| it.extension_months.0.clone())
    }

    /// How many of the options to extend it were taken up. Withheld from whoever reads a summary.
    async fn extensions_used(&self) -> Option<i32> {
        self.0.terms().filter(|_| self.reads_terms()).map(|it| it.extensions_used)
    }

    /// How value added tax is dealt with; null where it is not known. Withheld from whoever reads a
    /// summary.
    async fn vat_regime(&self) -> Option<VatRegime> {
        self.0.terms().filter(|_| self.reads_terms())?.vat_regime.map(VatRegime::from)
    }

    /// What its providers have to keep themselves, in hundredths of a per cent of a year's value: no more
    /// than the rest is subcontracted (rule C2). Withheld from whoever reads a summary.
    async fn floor_basis_points(&self) -> Option<i32> {
        self.0.terms().filter(|_| self.reads_terms()).map(|it| points(it.floor_basis_points))
    }

    /// Its commissioners, at most 200, in the order that decides who gets odd pennies. One of them
    /// leads (rule C1).
    async fn commissioners(&self) -> Vec<ContractCommissioner> {
        let reads_shares = self.reads_terms();
        let rows = self.0.commissioners().into_iter().cloned();
        rows.map(|row| ContractCommissioner { row, reads_shares }).collect()
    }

    /// Its providers, at most 200.
    async fn providers(&self) -> Vec<ContractProvider> {
        self.0.providers().into_iter().cloned().map(ContractProvider).collect()
    }

    /// Where it stands; null as at a day that is none of yours.
    async fn status(&self) -> Option<ContractStatus> {
        self.0.status().map(|it| it.status.into())
    }

    /// Since when it stands so.
    async fn status_since(&self) -> Option<Date> {
        self.0.status().map(|it| it.effective_on.into())
    }

    /// How it came to stand so, the first first, with reasons and documents (rule C8). Withheld from
    /// whoever reads a summary.
    async fn status_history(&self) -> Option<Vec<ContractStatusChange>> {
        let reads = self.0.standing().reads(FieldGroup::ContractStatus);
        let change = |row: &change::Model| ContractStatusChange::of(&self.0, row.clone());
        let all = || self.0.changes().into_iter().map(change).collect();
        reads.then(all)
    }

    /// By which contract it is replaced, and from when; null when it is not. Withheld from whoever
    /// reads a summary.
    async fn novated_to(&self, ctx: &Context<'_>) -> Result<Option<ContractNovation>> {
        if !self.0.standing().reads(FieldGroup::ContractStatus) {
            return Ok(None);
        }
        let all = ctx.loaders()?.load_one(NovationsOf(self.0.seen.row.id)).await?;
        let stands = self.0.novations(all.unwrap_or_default());
        Ok(stands.into_iter().next_back().map(ContractNovation))
    }

    /// The contracts that it replaces, of those that you see, by reference. Withheld from whoever
    /// reads a summary.
    async fn novated_from(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<ContractNovationConnection>> {
        if !self.0.standing().reads(FieldGroup::ContractStatus) {
            return Ok(None);
        }
        let id = self.0.seen.row.id;
        let all = ctx.loaders()?.load_one(NovationsUnder(id)).await?;
        let stand = self.0.novations(all.unwrap_or_default());
        let of = format!("{id} {}", self.0.as_of);
        let viewer = ctx.viewer()?.holder();
        let list = ctx.request()?.cursors.list(viewer, "novatedFrom", "", &of);
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&stand, &arguments, &list, |it| it.row.id.to_string())?;
        Ok(Some(ContractNovationConnection(page.map(ContractNovation))))
    }

    /// What a year of it comes to for each of the people that it is for, with a warning when that is
    /// more than usual; null where no value is recorded of the year, or nobody counted. Withheld from
    /// whoever does not read the whole value of it.
    async fn value_per_head(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year; the current one unless said.")] financial_year: Option<
            FinancialYear,
        >,
        #[graphql(
            desc = "How many people; the last count of every group on its lists unless said."
        )]
        people: Option<i32>,
    ) -> Result<Option<ContractValuePerHead>> {
        let year = match financial_year {
            Some(year) => year.year("financialYear").map_err(|why| stopped(why.into()))?,
            None => value::FinancialYear::of(ctx.viewer()?.today),
        };
        if people.is_some_and(|people| people < 1) {
            let refusal = Refusal::new(Code::InvalidValue, "say 1 person or more").at("people");
            return Err(stopped(refusal.into()));
        }
        let people = match people {
            Some(people) => Some(i64::from(people)),
            None => {
                let counted = ctx.loaders()?.load_one(ListSizesOf(self.0.seen.row.id)).await?;
                self.0.people(counted.unwrap_or_default())
            }
        };
        let found = people.and_then(|people| self.0.per_head(year, people));
        Ok(found.map(ContractValuePerHead::from))
    }

    /// What it is expected to cost, year by year, in the years that your days open. Whoever reads its
    /// own share only reads that. Withheld from whoever reads a summary.
    async fn values(&self) -> Option<Vec<ContractYearValue>> {
        let reads = self.0.seen.reads_own(FieldGroup::ContractValue);
        reads.then(|| self.0.values().into_iter().map(ContractYearValue).collect())
    }

    /// What it is expected to cost in all years together. Withheld from whoever does not read the
    /// whole of every year.
    async fn whole_value(&self) -> Option<Money> {
        let reads = self.0.standing().reads(FieldGroup::ContractValue);
        self.0.whole_value(Rights::reads_all).filter(|_| reads).map(Money::from)
    }

    /// The band in which the whole value lies (rule V2). Withheld from whoever does not read a
    /// summary of every year.
    async fn whole_value_band(&self) -> Option<ValueBand> {
        let reads = self.0.standing().reads_summary(FieldGroup::ContractValue);
        let whole = self.0.whole_value(Rights::reads_summary).filter(|_| reads);
        whole.map(|value| band::band(value).into())
    }

    /// The version of its values, for `planContractValue`; 0 before there are any. Withheld from
    /// whoever does not read them whole (rule V8).
    async fn value_version(&self) -> Option<i32> {
        let reads = self.0.standing().reads(FieldGroup::ContractValue);
        reads.then(|| self.0.value_version())
    }

    /// What has to be so before its services may begin, at most 500. Withheld from whoever reads a
    /// summary.
    async fn conditions(&self, ctx: &Context<'_>) -> Result<Option<Vec<ContractCondition>>> {
        if !self.reads_terms() {
            return Ok(None);
        }
        let all = ctx.loaders()?.load_one(ConditionsOf(self.0.seen.row.id)).await?;
        let own = self.0.conditions(all.unwrap_or_default());
        Ok(Some(own.into_iter().map(ContractCondition).collect()))
    }

    /// The guarantees that it asks for, at most 500. One that nobody has given is open, and keeps the
    /// services from beginning. Withheld from whoever reads a summary.
    async fn guarantees(&self, ctx: &Context<'_>) -> Result<Option<Vec<ContractGuarantee>>> {
        if !self.reads_terms() {
            return Ok(None);
        }
        let all = ctx.loaders()?.load_one(GuaranteesOf(self.0.seen.row.id)).await?;
        let own = self.0.guarantees(all.unwrap_or_default()).into_iter();
        let reads_amount = self.0.standing().reads(FieldGroup::ContractValue);
        let as_of = self.0.as_of;
        let guarantee = |it| ContractGuarantee { guarantee: it, as_of, reads_amount };
        Ok(Some(own.map(guarantee).collect()))
    }

    /// What was changed of it, and who decided, the first first. Withheld from whoever reads a
    /// summary.
    async fn variations(&self, ctx: &Context<'_>) -> Result<Option<Vec<ContractVariation>>> {
        if !self.reads_terms() {
            return Ok(None);
        }
        let all = ctx.loaders()?.load_one(VariationsOf(self.0.seen.row.id)).await?;
        let own = self.0.variations(all.unwrap_or_default());
        let variation = |it| ContractVariation::of(&self.0, it);
        Ok(Some(own.into_iter().map(variation).collect()))
    }

    /// What it has said, the first first: read it as at a day to see one whole. Withheld from whoever
    /// reads a summary.
    async fn terms(&self) -> Option<Vec<ContractTerms>> {
        let all = || self.0.said().into_iter().cloned().map(ContractTerms).collect();
        self.reads_terms().then(all)
    }

    /// Counts the changes of its terms, parties and state, for `expectedVersion`. Withheld from
    /// whoever does not read all of it today.
    async fn version(&self) -> Option<i32> {
        self.0.version()
    }

    /// The links of its supply chain that you see, to a tier, with their values in a financial year;
    /// of a provider that only sells to who holds the contract, its own links.
    async fn supply_chain(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To which tier; all unless said.")] depth: Option<i32>,
        #[graphql(desc = "The year of the values; the current one unless said.")]
        financial_year: Option<FinancialYear>,
    ) -> Result<SupplyChain> {
        supply_chain::of_contract(ctx, Arc::clone(&self.0), depth, financial_year).await
    }

    /// How punctually sellers were paid down its supply chain in a financial year, of the links of which
    /// you read that (rule C11).
    async fn payment_punctuality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year in which was paid; the current one unless said.")]
        financial_year: Option<FinancialYear>,
    ) -> Result<ChainPaymentPunctuality> {
        chain_punctuality::of_contract(ctx, &self.0.seen, financial_year).await
    }

    /// What was published of it, the last first, withdrawn ones too: what everybody reads.
    async fn publications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<ContractPublicationConnection> {
        let page = PageArguments::of(first, after, last, before);
        contract_publication::of_contract(ctx, self.0.seen.row.id, page).await
    }

    /// The interests that were declared in it, the first first (rule G3). Whoever decides something of
    /// it reads them, and whoever provides under it those that were declared since it was awarded.
    async fn interests(&self) -> Option<Vec<ContractInterest>> {
        ContractInterest::of(&self.0)
    }

    /// The fields that are null because they are hidden from you (rule V2).
    async fn withheld(&self) -> Vec<Withheld> {
        let (then, everywhere) = (self.0.standing(), &self.0.seen.standing);
        let of = |group| then.hidden(everywhere, group);
        let summary = |group| then.hidden_summary(everywhere, group);
        let terms = FieldGroup::ContractTerms;
        let mut withheld = Withheld::because(
            summary(terms),
            &["title", "model", "startsOn", "endsOn", "commissioners", "providers"],
        );
        withheld.extend(Withheld::because(of(terms), &TERMS));
        let status = FieldGroup::ContractStatus;
        withheld.extend(Withheld::because(summary(status), &["status", "statusSince"]));
        let told = ["statusHistory", "novatedTo", "novatedFrom"];
        withheld.extend(Withheld::because(of(status), &told));
        let interests = FieldGroup::ContractInterests;
        withheld.extend(Withheld::because(summary(interests), &["interests"]));
        let value = FieldGroup::ContractValue;
        withheld.extend(Withheld::because(of(value), &WHOLE_VALUE));
        withheld.extend(Withheld::because(summary(value), &["wholeValueBand"]));
        if !everywhere.reads_own(value) {
            withheld.extend(Withheld::because(of(value), &["values"]));
        }
        withheld
    }

    /// What you may do to it, by the same decisions that guard the doing (rule V3).
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<ContractPermissions> {
        let of = |group| self.0.seen.standing.rights(group);
        let rights = (of(FieldGroup::Measurements), of(FieldGroup::ContractInterests));
        Ok(service::permissions(ctx.viewer()?, self.0.parties(), rights).into())
    }
}
