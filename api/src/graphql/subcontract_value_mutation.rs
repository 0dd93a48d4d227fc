//! The values of subcontracts: changed by their buyers, confirmed or contested by their sellers.

use async_graphql::{Context, ID, InputObject, Object, Result as Answered};
use domain::rules::supply_chain::Answer;

use super::{
    decision::DecisionInput,
    node::Kind,
    request::Asked,
    subcontract::Subcontract,
    subcontract_mutation::{SubcontractValueInput, yearly},
};
use crate::{
    payload,
    service::{
        Refusal, Stopped,
        subcontract::{self as service, ChainLink, NewValue, NewValueAnswer, NewValueVerdict},
    },
};

/// The values of subcontracts.
#[derive(Default)]
pub struct SubcontractValueMutation;

/// That a subcontract is worth something else.
#[derive(Clone, Debug, InputObject)]
pub struct ChangeSubcontractValueInput {
    /// The subcontract, under which you buy.
    pub subcontract: ID,
    /// The `valueVersion` that you read; 0 while no value is recorded.
    pub expected_version: i32,
    /// Its value by financial year. The years that you leave out stay as they are.
    pub values: Vec<SubcontractValueInput>,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// The deed or letter by which it was agreed, at most 200 characters.
    pub document_reference: Option<String>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That the value of a subcontract is what its buyer changed it to.
#[derive(Clone, Debug, InputObject)]
pub struct ConfirmSubcontractValueInput {
    /// The subcontract, under which you sell.
    pub subcontract: ID,
    /// The `valueVersion` that you read.
    pub expected_version: i32,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That the value of a subcontract is not what its buyer changed it to.
#[derive(Clone, Debug, InputObject)]
pub struct ContestSubcontractValueInput {
    /// The subcontract, under which you sell.
    pub subcontract: ID,
    /// The `valueVersion` that you read.
    pub expected_version: i32,
    /// What is not so, 1 to 1,000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What the commissioner decided about what a material subcontract is to be worth.
#[derive(Clone, Debug, InputObject)]
pub struct ApproveSubcontractValueInput {
    /// The subcontract.
    pub subcontract: ID,
    /// The version of its values that waits.
    pub expected_version: i32,
    /// True when it is approved, false when it is refused.
    pub is_approved: bool,
    /// Why it is refused, 1 to 1,000 characters; left out of one that is approved.
    pub reason: Option<String>,
    /// Who decided, when, and where it is minuted (rule G4).
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of changing what a subcontract is worth.
    ChangeSubcontractValuePayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);
payload!(
    /// What came of approving what a subcontract is to be worth, or refusing it.
    ApproveSubcontractValuePayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);
payload!(
    /// What came of confirming what a subcontract is worth.
    ConfirmSubcontractValuePayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);
payload!(
    /// What came of contesting what a subcontract is worth.
    ContestSubcontractValuePayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);

#[Object]
impl SubcontractValueMutation {
    /// Changes what a subcontract is worth in some years (rule C2): it stays within what is above it, and
    /// what stands under it within it. Its seller confirms or contests the change (rule C10). What raises
    /// the value of a material subcontract that was approved waits for the commissioner (rule C3), one
    /// change at a time. Needs the role CONTRACT_MANAGER of the buyer.
    async fn change_subcontract_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The years that change.")] input: ChangeSubcontractValueInput,
    ) -> Answered<ChangeSubcontractValuePayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::change_value(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ChangeSubcontractValuePayload::answer(done, Subcontract)
    }

    /// Approves or refuses what the value of a material subcontract is raised to (rule C3): what is approved
    /// counts from today on, if it still fits into its chain, and what is refused never does. Needs the role
    /// COMMISSIONER of the co-ordinating commissioner, which neither buys nor sells there.
    async fn approve_subcontract_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was decided.")] input: ApproveSubcontractValueInput,
    ) -> Answered<ApproveSubcontractValuePayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::approve_value(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ApproveSubcontractValuePayload::answer(done, Subcontract)
    }

    /// Confirms what your buyer changed a subcontract's value to (rule C10). Needs the role
    /// CONTRACT_MANAGER of the seller.
    async fn confirm_subcontract_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ConfirmSubcontractValueInput,
    ) -> Answered<ConfirmSubcontractValuePayload> {
        let said = (&input.subcontract, input.expected_version, Answer::Confirm, None);
        let done = answered(ctx, said, input.dry_run).await?;
        ConfirmSubcontractValuePayload::answer(done, Subcontract)
    }

    /// Contests what your buyer changed a subcontract's value to (rule C10). Needs the role
    /// CONTRACT_MANAGER of the seller.
    async fn contest_subcontract_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ContestSubcontractValueInput,
    ) -> Answered<ContestSubcontractValuePayload> {
        let reason = Some(input.reason);
        let said = (&input.subcontract, input.expected_version, Answer::Contest, reason);
        let done = answered(ctx, said, input.dry_run).await?;
        ContestSubcontractValuePayload::answer(done, Subcontract)
    }
}

async fn answered(
    ctx: &Context<'_>,
    (subcontract, expected_version, answer, reason): (&ID, i32, Answer, Option<String>),
    dry_run: bool,
) -> Answered<Result<ChainLink, Stopped>> {
    let (database, viewer) = (ctx.database()?, ctx.viewer()?);
    let done = match Kind::Subcontract.read(subcontract, "subcontract") {
        Ok(link) => {
            let new = NewValueAnswer { link, expected_version, answer, reason };
            service::answer_value(database, viewer, dry_run, new).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    ctx.request()?.after_write().await;
    Ok(done)
}

impl ChangeSubcontractValueInput {
    fn read(self) -> Result<NewValue, Refusal> {
        Ok(NewValue {
            link: Kind::Subcontract.read(&self.subcontract, "subcontract")?,
            expected_version: self.expected_version,
            values: yearly(&self.values)?,
            reason: self.reason,
            document_reference: self.document_reference,
        })
    }
}

impl ApproveSubcontractValueInput {
    fn read(self) -> Result<NewValueVerdict, Refusal> {
        Ok(NewValueVerdict {
            link: Kind::Subcontract.read(&self.subcontract, "subcontract")?,
            expected_version: self.expected_version,
            is_approved: self.is_approved,
            reason: self.reason,
            decision: self.decision.read("decision")?,
        })
    }
}
