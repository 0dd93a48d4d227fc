//! Interests in contracts: declared before what is decided, and withdrawn with a reason (rule G3).

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    contract_interest::{ContractInterest, InterestKind, InterestManagement},
    node::Kind,
    request::Asked,
    scalars::Date,
};
use crate::{
    payload,
    service::{
        Refusal,
        contract::{self as service, NewInterest, NewWithdrawal},
    },
};

/// Interests in contracts.
#[derive(Default)]
pub struct ContractInterestMutation;

/// What you, or your own organisation as a whole, have at stake in a contract.
#[derive(Clone, Debug, InputObject)]
pub struct DeclareContractInterestInput {
    /// The contract.
    pub contract: ID,
    /// True of an interest that your own organisation has as a whole: it shuts out everybody who acts
    /// for it. Otherwise it is yours alone, whomever you act for.
    #[graphql(default)]
    pub is_organisations: bool,
    /// What kind of interest.
    pub kind: InterestKind,
    /// What is at stake, 1 to 2,000 characters; never the name of a person who receives care.
    pub description: String,
    /// The other organisation that it concerns.
    pub concerns: ID,
    /// The first day of the interest, which may lie back or ahead: from then on it shuts out, and never
    /// before it was declared.
    pub starts_on: Date,
    /// Whether it shuts out.
    pub management: InterestManagement,
    /// How it is managed, 1 to 1,000 characters: who leaves the room, who decides instead.
    pub arrangement: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That an interest is there no more.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawContractInterestInput {
    /// The interest, which somebody else of your own organisation declared.
    pub interest: ID,
    /// Why it is there no more, 1 to 1,000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of declaring an interest.
    DeclareContractInterestPayload {
        /// The interest; null when it was refused.
        interest: ContractInterest
    }
);
payload!(
    /// What came of withdrawing an interest.
    WithdrawContractInterestPayload {
        /// The interest; null when it was refused.
        interest: ContractInterest
    }
);

#[Object]
impl ContractInterestMutation {
    /// Declares an interest of your own in a contract, or one that your own organisation has as a whole,
    /// before what is decided on it (rule G3). One that excludes shuts out from deciding on the contract
    /// and from its draft. Needs an account and a role that decides something: FINANCE, COMMISSIONER,
    /// CONTRACT_MANAGER, APPROVER or ADMIN; COMMISSIONER or ADMIN for the organisation as a whole.
    async fn declare_contract_interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interest.")] input: DeclareContractInterestInput,
    ) -> Result<DeclareContractInterestPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::declare(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        DeclareContractInterestPayload::answer(done, ContractInterest)
    }

    /// Withdraws an interest that somebody else of your own organisation declared, because it is there
    /// no more; it stays on record (rule G3). Needs an account, and the role COMMISSIONER or ADMIN.
    async fn withdraw_contract_interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: WithdrawContractInterestInput,
    ) -> Result<WithdrawContractInterestPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let new = Kind::ContractInterest
            .read(&input.interest, "interest")
            .map(|interest| NewWithdrawal { interest, reason: input.reason });
        let done = match new {
            Ok(new) => service::withdraw(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        WithdrawContractInterestPayload::answer(done, ContractInterest)
    }
}

impl DeclareContractInterestInput {
    fn read(self) -> std::result::Result<NewInterest, Refusal> {
        Ok(NewInterest {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            is_whole: self.is_organisations,
            kind: self.kind.into(),
            description: self.description,
            concerns: Kind::Organisation.read(&self.concerns, "concerns")?,
            starts_on: self.starts_on.day("startsOn")?,
            management: self.management.into(),
            arrangement: self.arrangement,
        })
    }
}
