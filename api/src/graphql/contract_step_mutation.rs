//! The steps that a contract takes, and its extension.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::rules::contract::status::Step;

use super::{
    contract_kind::ContractReason, contract_mutation::ContractPayload, decision::DecisionInput,
    node::Kind, request::Asked, scalars::Date,
};
use crate::service::{
    Refusal,
    contract::{self as service, NewExtension, NewStep},
};

/// Contracts, awarded, mobilised, suspended, ended and extended.
#[derive(Default)]
pub struct ContractStepMutation;

/// A step that asks for no reason.
#[derive(Clone, Debug, InputObject)]
pub struct ContractStepInput {
    /// The contract.
    pub contract: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// The first day on which it stands so; no earlier than the last change's.
    pub effective_on: Date,
    /// Why, 1 to 2,000 characters, where that is to be said.
    pub reason: Option<String>,
    /// The letter or deed, 1 to 300 characters, where there is one.
    pub document_reference: Option<String>,
    /// Who decided, where somebody had to.
    pub decision: Option<DecisionInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// An award.
#[derive(Clone, Debug, InputObject)]
pub struct AwardContractInput {
    /// The contract.
    pub contract: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// The day of the award; no earlier than the draft.
    pub effective_on: Date,
    /// The day until which others may challenge it, where there is a standstill.
    pub standstill_until: Option<Date>,
    /// The notice of the award, 1 to 300 characters, where there is one.
    pub document_reference: Option<String>,
    /// Who decided.
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A suspension.
#[derive(Clone, Debug, InputObject)]
pub struct SuspendContractInput {
    /// The contract.
    pub contract: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// The first day of the suspension; no earlier than the last change's.
    pub effective_on: Date,
    /// The part that is suspended, 1 to 300 characters; left out when the whole is.
    pub suspended_part: Option<String>,
    /// Who cares for people meanwhile, 1 to 2,000 characters: without it nothing is suspended.
    pub continuity: Option<String>,
    /// The kind of reason.
    pub reason_code: ContractReason,
    /// Why, 1 to 2,000 characters, where more is to be said.
    pub reason: Option<String>,
    /// The notice of suspension, 1 to 300 characters.
    pub document_reference: String,
    /// Who decided, where somebody had to.
    pub decision: Option<DecisionInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// Notice to end a contract.
#[derive(Clone, Debug, InputObject)]
pub struct GiveContractNoticeInput {
    /// The contract.
    pub contract: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// When it is given; no earlier than the last change.
    pub effective_on: Date,
    /// When it takes effect.
    pub takes_effect_on: Date,
    /// The kind of reason.
    pub reason_code: ContractReason,
    /// Why, 1 to 2,000 characters, where more is to be said.
    pub reason: Option<String>,
    /// The notice, 1 to 300 characters.
    pub document_reference: String,
    /// Who decided, where somebody had to.
    pub decision: Option<DecisionInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// The end of a contract before its time.
#[derive(Clone, Debug, InputObject)]
pub struct EndContractInput {
    /// The contract.
    pub contract: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// The day of the end; no earlier than the last change's.
    pub effective_on: Date,
    /// The kind of reason.
    pub reason_code: ContractReason,
    /// Why, 1 to 2,000 characters, where more is to be said.
    pub reason: Option<String>,
    /// The letter or deed, 1 to 300 characters.
    pub document_reference: String,
    /// Who decided, where somebody had to.
    pub decision: Option<DecisionInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That the next option to extend a contract is taken up.
#[derive(Clone, Debug, InputObject)]
pub struct ExtendContractInput {
    /// The contract.
    pub contract: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// Its last day from now on; no later than the option allows.
    pub ends_on: Date,
    /// Who decided.
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What takes the contract a step on.
trait Steps {
    fn is_dry_run(&self) -> bool;
    fn read(self, step: Step) -> std::result::Result<NewStep, Refusal>;
}

async fn take(ctx: &Context<'_>, step: Step, input: impl Steps) -> Result<ContractPayload> {
    let (viewer, dry_run) = (ctx.viewer()?, input.is_dry_run());
    let done = match input.read(step) {
        Ok(new) => service::take(ctx.database()?, viewer, dry_run, new).await,
        Err(refusal) => Err(refusal.into()),
    };
    ctx.request()?.after_write().await;
    ContractPayload::of(done)
}

#[Object]
impl ContractStepMutation {
    /// Awards a draft: from now on everybody who stands to it sees it. Others may challenge the award
    /// while the standstill lasts. Needs the role COMMISSIONER of the co-ordinating commissioner, which
    /// does not provide under it.
    async fn award_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract, and from when.")] input: AwardContractInput,
    ) -> Result<ContractPayload> {
        take(ctx, Step::Award, input).await
    }

    /// Signs an awarded contract, so that its services are made ready: nothing of its conditions and
    /// guarantees may be open. Needs the role COMMISSIONER of the co-ordinating commissioner.
    async fn mobilise_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract, and from when.")] input: ContractStepInput,
    ) -> Result<ContractPayload> {
        take(ctx, Step::Mobilise, input).await
    }

    /// Lets the services of a contract begin, on its first day or later: nothing of its conditions
    /// and guarantees may be open. Needs the role COMMISSIONER of the co-ordinating commissioner.
    async fn activate_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract, and from when.")] input: ContractStepInput,
    ) -> Result<ContractPayload> {
        take(ctx, Step::Activate, input).await
    }

    /// Suspends a contract, in part or as a whole, and says who cares for people meanwhile. Needs the
    /// role COMMISSIONER of the co-ordinating commissioner.
    async fn suspend_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract, and from when.")] input: SuspendContractInput,
    ) -> Result<ContractPayload> {
        take(ctx, Step::Suspend, input).await
    }

    /// Lets a contract go on after a suspension, or because notice was taken back. Needs the role
    /// COMMISSIONER of the co-ordinating commissioner.
    async fn resume_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract, and from when.")] input: ContractStepInput,
    ) -> Result<ContractPayload> {
        take(ctx, Step::Resume, input).await
    }

    /// Ends a contract before its last day. Needs the role COMMISSIONER of the co-ordinating
    /// commissioner.
    async fn terminate_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract, and from when.")] input: EndContractInput,
    ) -> Result<ContractPayload> {
        take(ctx, Step::Terminate, input).await
    }

    /// Ends an awarded contract before its services begin. Needs the role COMMISSIONER of the
    /// co-ordinating commissioner.
    async fn cancel_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract, and from when.")] input: EndContractInput,
    ) -> Result<ContractPayload> {
        take(ctx, Step::Cancel, input).await
    }

    /// Gives up a contract that was not signed yet. It stays visible with its reason (rule C8). Needs
    /// the role COMMISSIONER of the co-ordinating commissioner.
    async fn abandon_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract, and from when.")] input: EndContractInput,
    ) -> Result<ContractPayload> {
        take(ctx, Step::Abandon, input).await
    }

    /// Records notice to end a contract, which ends when `terminateContract` says so. Needs the role
    /// COMMISSIONER of the co-ordinating commissioner.
    async fn give_contract_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract, and from when.")] input: GiveContractNoticeInput,
    ) -> Result<ContractPayload> {
        take(ctx, Step::GiveNotice, input).await
    }

    /// Takes up the next option to extend a contract. Needs the role COMMISSIONER of the
    /// co-ordinating commissioner.
    async fn extend_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract, and its last day.")] input: ExtendContractInput,
    ) -> Result<ContractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::extend(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ContractPayload::of(done)
    }
}

/// A step of which nothing is said but which, of what and from when.
fn step(
    step: Step,
    (contract, expected_version): (&ID, i32),
    effective_on: &Date,
) -> std::result::Result<NewStep, Refusal> {
    Ok(NewStep {
        contract: Kind::Contract.read(contract, "contract")?,
        expected_version,
        step,
        effective_on: effective_on.day("effectiveOn")?,
        reason_code: None,
        reason: None,
        document_reference: None,
        suspended_part: None,
        continuity: None,
        takes_effect_on: None,
        decision: None,
    })
}

impl Steps for ContractStepInput {
    fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    fn read(self, kind: Step) -> std::result::Result<NewStep, Refusal> {
        let blank = step(kind, (&self.contract, self.expected_version), &self.effective_on)?;
        Ok(NewStep {
            reason: self.reason,
            document_reference: self.document_reference,
            decision: self.decision.map(|it| it.read("decision")).transpose()?,
            ..blank
        })
    }
}

impl Steps for AwardContractInput {
    fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    fn read(self, kind: Step) -> std::result::Result<NewStep, Refusal> {
        let blank = step(kind, (&self.contract, self.expected_version), &self.effective_on)?;
        Ok(NewStep {
            document_reference: self.document_reference,
            takes_effect_on: self
                .standstill_until
                .map(|day| day.day("standstillUntil"))
                .transpose()?,
            decision: Some(self.decision.read("decision")?),
            ..blank
        })
    }
}

impl Steps for SuspendContractInput {
    fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    fn read(self, kind: Step) -> std::result::Result<NewStep, Refusal> {
        let blank = step(kind, (&self.contract, self.expected_version), &self.effective_on)?;
        Ok(NewStep {
            suspended_part: self.suspended_part,
            continuity: self.continuity,
            reason_code: Some(self.reason_code.into()),
            reason: self.reason,
            document_reference: Some(self.document_reference),
            decision: self.decision.map(|it| it.read("decision")).transpose()?,
            ..blank
        })
    }
}

impl Steps for GiveContractNoticeInput {
    fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    fn read(self, kind: Step) -> std::result::Result<NewStep, Refusal> {
        let blank = step(kind, (&self.contract, self.expected_version), &self.effective_on)?;
        Ok(NewStep {
            takes_effect_on: Some(self.takes_effect_on.day("takesEffectOn")?),
            reason_code: Some(self.reason_code.into()),
            reason: self.reason,
            document_reference: Some(self.document_reference),
            decision: self.decision.map(|it| it.read("decision")).transpose()?,
            ..blank
        })
    }
}

impl Steps for EndContractInput {
    fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    fn read(self, kind: Step) -> std::result::Result<NewStep, Refusal> {
        let blank = step(kind, (&self.contract, self.expected_version), &self.effective_on)?;
        Ok(NewStep {
            reason_code: Some(self.reason_code.into()),
            reason: self.reason,
            document_reference: Some(self.document_reference),
            decision: self.decision.map(|it| it.read("decision")).transpose()?,
            ..blank
        })
    }
}

impl ExtendContractInput {
    fn read(self) -> std::result::Result<NewExtension, Refusal> {
        Ok(NewExtension {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            expected_version: self.expected_version,
            ends_on: self.ends_on.day("endsOn")?,
            decision: self.decision.read("decision")?,
        })
    }
}
