//! Interests that are declared in contracts (rule G3).

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::policy::dated::Hidden;
use entities::{contract_interest as interest, value::Instant};
use uuid::Uuid;

use super::{
    contract::Contract,
    node::Kind,
    organisation::Organisation,
    request::Asked,
    scalars::{Date, DateTime},
    withheld::{Permission, Withheld},
};
use crate::service::contract::{Interest, Told, may_withdraw};

/// What somebody has at stake in a contract, declared before what is decided on it (rule G3). Whoever
/// decides something of the contract sees it, and whoever provides under it when it was declared after
/// the award; regulators, auditors and observers a summary.
#[derive(Clone, Debug)]
pub struct ContractInterest(pub Interest);

/// What kind of interest: the four kinds of NHS England's guidance on conflicts of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "interest::InterestKind")]
pub enum InterestKind {
    /// Money may be gained or lost.
    Financial,
    /// A profession, a status or a career may be furthered.
    NonFinancialProfessional,
    /// Something personal may be gained, and no money.
    NonFinancialPersonal,
    /// Somebody close to whoever declares it has it.
    Indirect,
}

/// Whether an interest shuts out (rule G3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "interest::InterestManagement")]
pub enum InterestManagement {
    /// It is on record, and whoever has it takes part.
    Noted,
    /// Whoever has it decides on nothing of the contract, and reads nothing of it that its commissioners
    /// keep to themselves.
    Excluded,
}

/// What you may do to an interest.
#[derive(Clone, Debug, SimpleObject)]
pub struct ContractInterestPermissions {
    /// Withdrawing it.
    pub withdraw: Permission,
}

impl ContractInterest {
    /// Those of a contract as the viewer reads them; none where it reads nothing of any.
    #[must_use]
    pub fn of(contract: &Told) -> Option<Vec<Self>> {
        Some(contract.interests()?.into_iter().map(Self).collect())
    }

    /// Those of a contract that stood at an instant; nothing while there is none.
    #[must_use]
    pub fn at(contract: &Told, at: Option<Instant>) -> Option<Vec<Self>> {
        let at = at?;
        let stood = contract.interests()?.into_iter().filter(|it| it.stood(at));
        Some(stood.map(Self).collect())
    }

    /// Those of a contract with this identity that stood at an instant; nothing while there is none,
    /// and for whoever does not see the contract.
    ///
    /// # Errors
    /// A fault.
    pub async fn loaded_at(
        ctx: &Context<'_>,
        contract: Uuid,
        at: Option<Instant>,
    ) -> Result<Option<Vec<Self>>> {
        if at.is_none() {
            return Ok(None);
        }
        let contract = Contract::load(ctx, contract).await?;
        Ok(contract.and_then(|contract| Self::at(&contract.0, at)))
    }

    fn told<T>(&self, value: T) -> Option<T> {
        self.0.is_whole.then_some(value)
    }
}

/// What a summary leaves out.
const WHOLE: [&str; 6] =
    ["account", "description", "concerns", "arrangement", "withdrawalReason", "viewerCan"];

/// What somebody has at stake in a contract, declared before what is decided on it (rule G3). Whoever
/// decides something of the contract sees it, and whoever provides under it when it was declared after
/// the award; regulators, auditors and observers a summary.
#[Object]
impl ContractInterest {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::ContractInterest.id(self.0.declared.row.id)
    }

    /// The organisation that declared it, or for which the account did.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.declared.row.organisation_id).await
    }

    /// True of one that the organisation has as a whole, and not one account.
    async fn is_organisations(&self) -> bool {
        self.0.declared.row.account_id.is_none()
    }

    /// The account whose interest it is; null of one that the organisation has as a whole. Withheld
    /// from whoever reads a summary.
    async fn account(&self) -> Option<ID> {
        self.told(self.0.declared.row.account_id)?.map(|account| Kind::Account.id(account))
    }

    /// What kind of interest.
    async fn kind(&self) -> InterestKind {
        self.0.declared.row.kind.into()
    }

    /// What is at stake. Withheld from whoever reads a summary.
    async fn description(&self) -> Option<&str> {
        self.told(&self.0.declared.row.description)
    }

    /// The other organisation that it concerns. Withheld from whoever reads a summary.
    async fn concerns(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.told(self.0.declared.row.concerns_id) {
            Some(id) => Organisation::referred(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// The first day of the interest.
    async fn starts_on(&self) -> Date {
        self.0.declared.row.starts_on.into()
    }

    /// Whether it shuts out.
    async fn management(&self) -> InterestManagement {
        self.0.declared.row.management.into()
    }

    /// How it is managed, in words. Withheld from whoever reads a summary.
    async fn arrangement(&self) -> Option<&str> {
        self.told(&self.0.declared.row.arrangement)
    }

    /// When it was declared.
    async fn declared_at(&self) -> DateTime {
        self.0.declared.row.declared_at.into()
    }

    /// When it was withdrawn; null while it stands.
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.declared.withdrawal.as_ref().map(|it| it.withdrawn_at.into())
    }

    /// Why it was withdrawn; null while it stands. Withheld from whoever reads a summary.
    async fn withdrawal_reason(&self) -> Option<&str> {
        self.told(self.0.declared.withdrawal.as_ref()?.reason.as_str())
    }

    /// What you may do to it. Withheld from whoever reads a summary.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<Option<ContractInterestPermissions>> {
        let withdraw = may_withdraw(ctx.viewer()?, &self.0.declared.row);
        Ok(self.told(ContractInterestPermissions { withdraw: withdraw.into() }))
    }

    /// The fields that are null because they are hidden from you, and why (rule V2).
    async fn withheld(&self) -> Vec<Withheld> {
        let hidden = (!self.0.is_whole).then_some(Hidden::SummaryOnly);
        Withheld::because(hidden, &WHOLE)
    }
}
