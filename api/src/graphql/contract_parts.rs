//! What belongs to a contract: parties, values, states, conditions, guarantees and variations.

use async_graphql::{Context, ID, Object, Result};
use chrono::NaiveDate;
use domain::policy::dated::Hidden;
use entities::{
    contract_commissioner as commissioner, contract_guarantee_given as given,
    contract_provider as provider, contract_status_change as change,
    contract_variation_approval as approval,
};

use super::{
    contract_interest::ContractInterest,
    contract_kind::{
        CommissionerRole, ContractReason, ContractStatus, GuaranteeKind, ProviderRole,
    },
    decision::Decision,
    node::Kind,
    organisation::Organisation,
    scalars::{Date, DateTime, FinancialYear, Money},
    withheld::Withheld,
};
use crate::service::contract::{Condition, Guarantee, Told, Variation, YearValue};

/// A commissioner of a contract. Whoever sees the contract sees it.
#[derive(Clone, Debug)]
pub struct ContractCommissioner {
    /// The commissioner.
    pub row: commissioner::Model,
    /// True when the viewer reads the shares.
    pub reads_shares: bool,
}

/// A provider of a contract. Whoever sees the contract sees it.
#[derive(Clone, Debug)]
pub struct ContractProvider(pub provider::Model);

/// What a contract is expected to cost in a year. Whoever reads the value sees it, an associate its
/// own share.
#[derive(Clone, Debug)]
pub struct ContractYearValue(pub YearValue);

/// That a contract came to stand otherwise, and why. Whoever reads all of its status sees it.
#[derive(Clone, Debug)]
pub struct ContractStatusChange {
    row: change::Model,
    interests: Option<Vec<ContractInterest>>,
}

/// What has to be so before a contract's services may begin. Whoever reads all of its terms sees it.
#[derive(Clone, Debug)]
pub struct ContractCondition(pub Condition);

/// A guarantee that a contract asks for. Whoever reads all of its terms sees it.
#[derive(Clone, Debug)]
pub struct ContractGuarantee {
    /// The guarantee.
    pub guarantee: Guarantee,
    /// The day as at which it is read.
    pub as_of: NaiveDate,
    /// True when the viewer reads what the contract is expected to cost.
    pub reads_amount: bool,
}

/// That a guarantee was given. Whoever sees the guarantee sees it.
#[derive(Clone, Debug)]
pub struct ContractGuaranteeGiven(given::Model);

/// A change of what a contract says or costs. Whoever reads all of its terms sees it.
#[derive(Clone, Debug)]
pub struct ContractVariation {
    variation: Variation,
    interests: Option<Vec<ContractInterest>>,
}

/// That a commissioner decided on a variation. Whoever sees the variation sees it.
#[derive(Clone, Debug)]
pub struct ContractVariationApproval(approval::Model);

/// A commissioner of a contract. Whoever sees the contract sees it.
#[Object]
impl ContractCommissioner {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.row.organisation_id).await
    }

    /// What it is among the commissioners.
    async fn role(&self) -> CommissionerRole {
        self.row.role.into()
    }

    /// Its share, as a weight; null while shares are not agreed. Withheld from whoever reads a
    /// summary.
    async fn weight(&self) -> Option<i32> {
        self.row.weight.filter(|_| self.reads_shares).and_then(|it| i32::try_from(it).ok())
    }

    /// What all weights add up to. Withheld from whoever reads a summary.
    async fn weight_total(&self) -> Option<i32> {
        self.row.weight_total.filter(|_| self.reads_shares).and_then(|it| i32::try_from(it).ok())
    }

    /// Its first day as a party, which may precede the contract's own.
    async fn starts_on(&self) -> Date {
        self.row.starts_on.into()
    }

    /// Its last day as a party; null while it has none.
    async fn ends_on(&self) -> Option<Date> {
        self.row.ends_on.map(Date::from)
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        let hidden = (!self.reads_shares).then_some(Hidden::SummaryOnly);
        Withheld::because(hidden, &["weight", "weightTotal"])
    }
}

/// A provider of a contract. Whoever sees the contract sees it.
#[Object]
impl ContractProvider {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.organisation_id).await
    }

    /// What it is among the providers.
    async fn role(&self) -> ProviderRole {
        self.0.role.into()
    }

    /// Its first day as a party, which may precede the contract's own.
    async fn starts_on(&self) -> Date {
        self.0.starts_on.into()
    }

    /// Its last day as a party; null while it has none.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date::from)
    }
}

/// What a contract is expected to cost in a year. Whoever reads the value sees it, an associate its
/// own share.
#[Object]
impl ContractYearValue {
    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.year.into()
    }

    /// All of it, in pounds. Withheld from whoever reads its own share only.
    async fn amount(&self) -> Option<Money> {
        self.0.amount.map(Money::from)
    }

    /// What your organisation bears of it, in pounds; null when it is no commissioner, or shares are
    /// not agreed.
    async fn own_share(&self) -> Option<Money> {
        self.0.own_share.map(Money::from)
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        let hidden = self.0.amount.is_none().then_some(Hidden::OwnOnly);
        Withheld::because(hidden, &["amount"])
    }
}

impl ContractStatusChange {
    /// A change of a contract, as the viewer reads it.
    #[must_use]
    pub fn of(contract: &Told, row: change::Model) -> Self {
        Self { interests: ContractInterest::at(contract, Some(row.known_at)), row }
    }
}

impl ContractVariation {
    /// A variation of a contract, as the viewer reads it.
    #[must_use]
    pub fn of(contract: &Told, variation: Variation) -> Self {
        let known_at = Some(variation.row.known_at);
        Self { interests: ContractInterest::at(contract, known_at), variation }
    }
}

/// That a contract came to stand otherwise, and why. Whoever reads all of its status sees it.
#[Object]
impl ContractStatusChange {
    /// Where it stands from then on.
    async fn status(&self) -> ContractStatus {
        self.row.status.into()
    }

    /// The first day on which it does.
    async fn effective_on(&self) -> Date {
        self.row.effective_on.into()
    }

    /// The kind of reason; null of a step that needs none.
    async fn reason_code(&self) -> Option<ContractReason> {
        self.row.reason_code.map(ContractReason::from)
    }

    /// Why, in words.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// The letter, notice or deed; null of a step that needs none.
    async fn document_reference(&self) -> Option<&str> {
        self.row.document_reference.as_deref()
    }

    /// The part that is suspended; null when the whole is, and of everything else.
    async fn suspended_part(&self) -> Option<&str> {
        self.row.suspended_part.as_deref()
    }

    /// Who cares for people during a suspension.
    async fn continuity(&self) -> Option<&str> {
        self.row.continuity.as_deref()
    }

    /// When a notice takes effect, or a standstill ends.
    async fn takes_effect_on(&self) -> Option<Date> {
        self.row.takes_effect_on.map(Date::from)
    }

    /// Who decided, when, and where it is minuted; null where nobody had to.
    async fn decision(&self) -> Option<Decision> {
        Some(Decision {
            deciding_body: self.row.deciding_body.clone()?,
            decided_on: self.row.decided_on?.into(),
            minute_reference: self.row.minute_reference.clone()?,
        })
    }

    /// The organisation that recorded it.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.row.recorded_as_id).await
    }

    /// When it was recorded.
    async fn known_at(&self) -> DateTime {
        self.row.known_at.into()
    }

    /// The interests in the contract that stood then (rule G3). Withheld from whoever reads none.
    async fn interests(&self) -> Option<Vec<ContractInterest>> {
        self.interests.clone()
    }
}

/// What has to be so before a contract's services may begin. Whoever reads all of its terms sees it.
#[Object]
impl ContractCondition {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::ContractCondition.id(self.0.row.id)
    }

    /// What has to be so.
    async fn description(&self) -> &str {
        &self.0.row.description
    }

    /// By when; null where no day is agreed.
    async fn due_on(&self) -> Option<Date> {
        self.0.row.due_on.map(Date::from)
    }

    /// True while it is not met, which keeps the services from beginning.
    async fn is_open(&self) -> bool {
        self.0.met.is_none()
    }

    /// When it was met; null while it is open.
    async fn met_on(&self) -> Option<Date> {
        self.0.met.as_ref().map(|it| it.met_on.into())
    }

    /// What shows that it is met; null while it is open.
    async fn evidence(&self) -> Option<&str> {
        self.0.met.as_ref().map(|it| it.evidence.as_str())
    }
}

/// A guarantee that a contract asks for. Whoever reads all of its terms sees it.
#[Object]
impl ContractGuarantee {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::ContractGuarantee.id(self.guarantee.row.id)
    }

    /// What kind of guarantee it is.
    async fn kind(&self) -> GuaranteeKind {
        self.guarantee.row.kind.into()
    }

    /// What it covers; null where that is not said.
    async fn description(&self) -> Option<&str> {
        self.guarantee.row.description.as_deref()
    }

    /// For how much, in pounds; null where that is not said. Withheld from whoever does not read all
    /// of the contract's value.
    async fn amount(&self) -> Option<Money> {
        self.guarantee.row.amount_pence.filter(|_| self.reads_amount).map(Money::from)
    }

    /// True when none is in place on the day as at which the contract is read.
    async fn is_open(&self) -> bool {
        self.guarantee.is_open(self.as_of)
    }

    /// Those that were given, the first first.
    async fn given(&self) -> Vec<ContractGuaranteeGiven> {
        self.guarantee.given.iter().cloned().map(ContractGuaranteeGiven).collect()
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        let hidden = (!self.reads_amount).then_some(Hidden::OwnOnly);
        Withheld::because(hidden, &["amount"])
    }
}

/// That a guarantee was given. Whoever sees the guarantee sees it.
#[Object]
impl ContractGuaranteeGiven {
    /// Who gave it.
    async fn given_by(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.given_by_id).await
    }

    /// The deed.
    async fn document_reference(&self) -> &str {
        &self.0.document_reference
    }

    /// Its first day.
    async fn starts_on(&self) -> Date {
        self.0.starts_on.into()
    }

    /// Its last day; null where it has none.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date::from)
    }
}

/// A change of what a contract says or costs. Whoever reads all of its terms sees it.
#[Object]
impl ContractVariation {
    /// Its number among the contract's variations, from 1.
    async fn number(&self) -> i32 {
        self.variation.row.number
    }

    /// What changes, in words.
    async fn summary(&self) -> &str {
        &self.variation.row.summary
    }

    /// The first day on which it counts.
    async fn effective_on(&self) -> Date {
        self.variation.row.effective_on.into()
    }

    /// What each commissioner decided, on its own (rule G1).
    async fn approvals(&self) -> Vec<ContractVariationApproval> {
        self.variation.approvals.iter().cloned().map(ContractVariationApproval).collect()
    }

    /// When it was recorded.
    async fn known_at(&self) -> DateTime {
        self.variation.row.known_at.into()
    }

    /// The interests in the contract that stood then (rule G3). Withheld from whoever reads none.
    async fn interests(&self) -> Option<Vec<ContractInterest>> {
        self.interests.clone()
    }
}

/// That a commissioner decided on a variation. Whoever sees the variation sees it.
#[Object]
impl ContractVariationApproval {
    /// The commissioner.
    async fn commissioner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.organisation_id).await
    }

    /// Which body of it decided, when, and where it is minuted.
    async fn decision(&self) -> Decision {
        Decision {
            deciding_body: self.0.deciding_body.clone(),
            decided_on: self.0.decided_on.into(),
            minute_reference: self.0.minute_reference.clone(),
        }
    }
}
