//! Drafting contracts, and keeping them.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};

use entities::value::{self, Pence};

use super::{
    contract::Contract,
    contract_kind::{CommissionerRole, ContractModel, GuaranteeKind, ProviderRole, VatRegime},
    errors::{self, UserError},
    node::Kind,
    request::Asked,
    scalars::{Date, FinancialYear, Money},
};
use crate::service::{
    Refusal, Stopped,
    contract::{
        self as service, ContractChange, Meeting, NewCommissioner, NewCondition, NewContract,
        NewGuarantee, NewGuaranteeGiven, NewProvider, NewValues, TermsChange, Told,
    },
};

/// Contracts, drafted and kept.
#[derive(Default)]
pub struct ContractMutation;

/// What came of doing something to a contract.
#[derive(SimpleObject)]
pub struct ContractPayload {
    /// The contract; null when it was refused.
    pub contract: Option<Contract>,
    /// What the caller has to put right; empty when it was done.
    pub errors: Vec<UserError>,
}

impl ContractPayload {
    /// The contract as it became, or what the caller has to put right.
    ///
    /// # Errors
    /// A fault.
    pub fn of(done: std::result::Result<Told, Stopped>) -> Result<Self> {
        let (done, errors) = errors::outcome(done)?;
        Ok(Self { contract: done.map(Contract::from), errors })
    }
}

/// A commissioner of a contract.
#[derive(Clone, Debug, InputObject)]
pub struct ContractCommissionerInput {
    /// The organisation.
    pub organisation: ID,
    /// What it is among the commissioners: one leads (rule C1).
    pub role: CommissionerRole,
    /// Its share, as a weight of 1 or more; left out of all while shares are not agreed.
    pub weight: Option<i32>,
}

/// A provider of a contract.
#[derive(Clone, Debug, InputObject)]
pub struct ContractProviderInput {
    /// The organisation; it may be a placeholder.
    pub organisation: ID,
    /// What it is among the providers: at most one leads.
    pub role: ProviderRole,
}

/// What has to be so before a contract's services may begin.
#[derive(Clone, Debug, InputObject)]
pub struct ContractConditionInput {
    /// What, 1 to 1,000 characters.
    pub description: String,
    /// By when, if that is agreed.
    pub due_on: Option<Date>,
}

/// A guarantee that a contract asks for.
#[derive(Clone, Debug, InputObject)]
pub struct ContractGuaranteeInput {
    /// What kind of guarantee it is.
    pub kind: GuaranteeKind,
    /// What it covers, 1 to 1,000 characters; needed of another kind.
    pub description: Option<String>,
    /// For how much, in pounds.
    pub amount: Option<Money>,
}

/// A contract that is to be drafted. A reference, a title and the commissioner that leads are enough.
#[derive(Clone, Debug, InputObject)]
pub struct DraftContractInput {
    /// What its commissioners call it, 1 to 60 characters; unique among those of your organisation.
    pub reference: String,
    /// Its title, 1 to 300 characters.
    pub title: String,
    /// The agreement under which it is commissioned.
    pub agreement: Option<ID>,
    /// How it is built.
    pub model: Option<ContractModel>,
    /// The form of a primary care contract, 1 to 200 characters.
    pub form: Option<String>,
    /// The service areas and pathways, at most 50, each of 1 to 200 characters.
    pub services: Option<Vec<String>>,
    /// The first day of the services.
    pub starts_on: Option<Date>,
    /// Their last day.
    pub ends_on: Option<Date>,
    /// By how many months it may be extended, option by option: at most 10, of 1 to 240 months.
    pub extension_months: Option<Vec<i32>>,
    /// How value added tax is dealt with.
    pub vat_regime: Option<VatRegime>,
    /// What its providers have to keep themselves, in hundredths of a per cent of a year's value, 0 to
    /// 10,000; nothing unless said.
    pub floor_basis_points: Option<i32>,
    /// Its commissioners, at most 200, in the order that decides who gets odd pennies (rule M2). One
    /// leads, and that is your organisation.
    pub commissioners: Vec<ContractCommissionerInput>,
    /// What the commissioners' shares add up to; 10,000 unless said (rule C1).
    pub share_total: Option<i32>,
    /// Its providers, at most 200.
    #[graphql(default)]
    pub providers: Vec<ContractProviderInput>,
    /// What has to be so before its services may begin, at most 50.
    #[graphql(default)]
    pub conditions: Vec<ContractConditionInput>,
    /// The guarantees that it asks for, at most 50.
    #[graphql(default)]
    pub guarantees: Vec<ContractGuaranteeInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A draft that is changed. What is left out stays.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateContractInput {
    /// The contract.
    pub contract: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// Its title, 1 to 300 characters.
    pub title: Option<String>,
    /// How it is built; null when that is not known after all.
    pub model: MaybeUndefined<ContractModel>,
    /// The form of a primary care contract; null to take it away.
    pub form: MaybeUndefined<String>,
    /// All of the service areas and pathways.
    pub services: Option<Vec<String>>,
    /// The first day of the services; null when that is not known after all.
    pub starts_on: MaybeUndefined<Date>,
    /// Their last day; null when that is not known after all.
    pub ends_on: MaybeUndefined<Date>,
    /// By how many months it may be extended, option by option.
    pub extension_months: Option<Vec<i32>>,
    /// How value added tax is dealt with; null when that is not known after all.
    pub vat_regime: MaybeUndefined<VatRegime>,
    /// What its providers have to keep themselves, in hundredths of a per cent of a year's value, 0 to
    /// 10,000.
    pub floor_basis_points: Option<i32>,
    /// All of its commissioners.
    pub commissioners: Option<Vec<ContractCommissionerInput>>,
    /// What the commissioners' shares add up to; 10,000 unless said.
    pub share_total: Option<i32>,
    /// All of its providers.
    pub providers: Option<Vec<ContractProviderInput>>,
    /// Further conditions.
    #[graphql(default)]
    pub conditions: Vec<ContractConditionInput>,
    /// Further guarantees.
    #[graphql(default)]
    pub guarantees: Vec<ContractGuaranteeInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What a contract is expected to cost in a year.
#[derive(Clone, Debug, InputObject)]
pub struct ContractYearValueInput {
    /// The year.
    pub financial_year: FinancialYear,
    /// How much, in pounds; nothing or more.
    pub amount: Money,
}

/// What a draft is expected to cost. A year that is left out stays.
#[derive(Clone, Debug, InputObject)]
pub struct PlanContractValueInput {
    /// The contract.
    pub contract: ID,
    /// The version of its values as you read it; 0 before there are any.
    pub expected_value_version: i32,
    /// The years, 1 to 50.
    pub years: Vec<ContractYearValueInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a condition of a contract is met.
#[derive(Clone, Debug, InputObject)]
pub struct MeetContractConditionInput {
    /// The condition.
    pub condition: ID,
    /// Since when; not in the future.
    pub met_on: Date,
    /// What shows it, 1 to 1,000 characters.
    pub evidence: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a guarantee is given, or given anew when the last one ends.
#[derive(Clone, Debug, InputObject)]
pub struct RecordContractGuaranteeInput {
    /// The guarantee that the contract asks for.
    pub guarantee: ID,
    /// Who gave it.
    pub given_by: ID,
    /// The deed, 1 to 300 characters.
    pub document_reference: String,
    /// Its first day.
    pub starts_on: Date,
    /// Its last day, if it has one.
    pub ends_on: Option<Date>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

#[Object]
impl ContractMutation {
    /// Drafts a contract. Needs the role COMMISSIONER of the organisation that leads its
    /// commissioners.
    async fn draft_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract.")] input: DraftContractInput,
    ) -> Result<ContractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::draft(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ContractPayload::of(done)
    }

    /// Changes a draft. Once awarded, a contract is varied. Needs the role COMMISSIONER of the
    /// co-ordinating commissioner.
    async fn update_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateContractInput,
    ) -> Result<ContractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(change) => service::update(ctx.database()?, viewer, dry_run, change).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ContractPayload::of(done)
    }

    /// Says what a draft is expected to cost. Needs the role COMMISSIONER or FINANCE of the
    /// co-ordinating commissioner.
    async fn plan_contract_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The years and amounts.")] input: PlanContractValueInput,
    ) -> Result<ContractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::plan(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ContractPayload::of(done)
    }

    /// Records that a condition of a contract is met. Needs the role COMMISSIONER of the
    /// co-ordinating commissioner.
    async fn meet_contract_condition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The condition, and what shows it.")] input: MeetContractConditionInput,
    ) -> Result<ContractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::meet_condition(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ContractPayload::of(done)
    }

    /// Records that a guarantee was given that a contract asks for. Needs the role COMMISSIONER of
    /// the co-ordinating commissioner.
    async fn record_contract_guarantee(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The guarantee.")] input: RecordContractGuaranteeInput,
    ) -> Result<ContractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::give_guarantee(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ContractPayload::of(done)
    }
}

pub(super) type Read<T> = std::result::Result<T, Refusal>;

pub(super) fn commissioners(inputs: Vec<ContractCommissionerInput>) -> Read<Vec<NewCommissioner>> {
    let read = |(it, place): (ContractCommissionerInput, i32)| {
        let path = format!("commissioners.{place}.organisation");
        let organisation = Kind::Organisation.read(&it.organisation, &path)?;
        Ok(NewCommissioner { organisation, role: it.role.into(), weight: it.weight.map(i64::from) })
    };
    inputs.into_iter().zip(0..).map(read).collect()
}

pub(super) fn providers(inputs: Vec<ContractProviderInput>) -> Read<Vec<NewProvider>> {
    let read = |(it, place): (ContractProviderInput, i32)| {
        let path = format!("providers.{place}.organisation");
        let organisation = Kind::Organisation.read(&it.organisation, &path)?;
        Ok(NewProvider { organisation, role: it.role.into() })
    };
    inputs.into_iter().zip(0..).map(read).collect()
}

fn conditions(inputs: Vec<ContractConditionInput>) -> Read<Vec<NewCondition>> {
    let read = |(it, place): (ContractConditionInput, i32)| {
        let path = format!("conditions.{place}.dueOn");
        let due_on = it.due_on.map(|day| day.day(&path)).transpose()?;
        Ok(NewCondition { description: it.description, due_on })
    };
    inputs.into_iter().zip(0..).map(read).collect()
}

fn guarantees(inputs: Vec<ContractGuaranteeInput>) -> Read<Vec<NewGuarantee>> {
    let read = |(it, place): (ContractGuaranteeInput, i32)| {
        let path = format!("guarantees.{place}.amount");
        let amount = it.amount.map(|amount| amount.pence(&path)).transpose()?;
        Ok(NewGuarantee { kind: it.kind.into(), description: it.description, amount })
    };
    inputs.into_iter().zip(0..).map(read).collect()
}

pub(super) fn years(
    inputs: Vec<ContractYearValueInput>,
) -> Read<Vec<(value::FinancialYear, Pence)>> {
    let read = |(it, place): (ContractYearValueInput, i32)| {
        let year = it.financial_year.year(&format!("years.{place}.financialYear"))?;
        Ok((year, it.amount.pence(&format!("years.{place}.amount"))?))
    };
    inputs.into_iter().zip(0..).map(read).collect()
}

pub(super) fn day(
    date: MaybeUndefined<Date>,
    path: &str,
) -> Read<Option<Option<chrono::NaiveDate>>> {
    match date {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Ok(Some(None)),
        MaybeUndefined::Value(date) => date.day(path).map(|day| Some(Some(day))),
    }
}

pub(super) fn given<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

impl DraftContractInput {
    fn read(self) -> Read<NewContract> {
        let agreement = self.agreement.map(|id| Kind::Agreement.read(&id, "agreement"));
        Ok(NewContract {
            reference: self.reference,
            agreement: agreement.transpose()?,
            terms: TermsChange {
                title: Some(self.title),
                model: Some(self.model.map(Into::into)),
                form: Some(self.form),
                services: self.services,
                starts_on: Some(self.starts_on.map(|it| it.day("startsOn")).transpose()?),
                ends_on: Some(self.ends_on.map(|it| it.day("endsOn")).transpose()?),
                extension_months: self.extension_months,
                vat_regime: Some(self.vat_regime.map(Into::into)),
                floor: self.floor_basis_points.map(i64::from),
            },
            commissioners: commissioners(self.commissioners)?,
            share_total: self.share_total.map(i64::from),
            providers: providers(self.providers)?,
            conditions: conditions(self.conditions)?,
            guarantees: guarantees(self.guarantees)?,
        })
    }
}

impl UpdateContractInput {
    fn read(self) -> Read<ContractChange> {
        Ok(ContractChange {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            expected_version: self.expected_version,
            terms: TermsChange {
                title: self.title,
                model: given(self.model).map(|it| it.map(Into::into)),
                form: given(self.form),
                services: self.services,
                starts_on: day(self.starts_on, "startsOn")?,
                ends_on: day(self.ends_on, "endsOn")?,
                extension_months: self.extension_months,
                vat_regime: given(self.vat_regime).map(|it| it.map(Into::into)),
                floor: self.floor_basis_points.map(i64::from),
            },
            commissioners: self.commissioners.map(commissioners).transpose()?,
            share_total: self.share_total.map(i64::from),
            providers: self.providers.map(providers).transpose()?,
            conditions: conditions(self.conditions)?,
            guarantees: guarantees(self.guarantees)?,
        })
    }
}

impl PlanContractValueInput {
    fn read(self) -> Read<NewValues> {
        Ok(NewValues {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            expected_version: self.expected_value_version,
            years: years(self.years)?,
        })
    }
}

impl MeetContractConditionInput {
    fn read(self) -> Read<Meeting> {
        Ok(Meeting {
            condition: Kind::ContractCondition.read(&self.condition, "condition")?,
            met_on: self.met_on.day("metOn")?,
            evidence: self.evidence,
        })
    }
}

impl RecordContractGuaranteeInput {
    fn read(self) -> Read<NewGuaranteeGiven> {
        Ok(NewGuaranteeGiven {
            guarantee: Kind::ContractGuarantee.read(&self.guarantee, "guarantee")?,
            given_by: Kind::Organisation.read(&self.given_by, "givenBy")?,
            document_reference: self.document_reference,
            starts_on: self.starts_on.day("startsOn")?,
            ends_on: self.ends_on.map(|it| it.day("endsOn")).transpose()?,
        })
    }
}
