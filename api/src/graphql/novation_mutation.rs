//! Letting contracts take the place of others, and those come back.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    contract_mutation::{ContractPayload, Read},
    decision::DecisionInput,
    node::Kind,
    request::Asked,
    scalars::Date,
};
use crate::service::contract::{self as service, NewNovation, NewUnfolding};

/// Contracts, replaced and brought back.
#[derive(Default)]
pub struct NovationMutation;

/// A contract that is to be replaced.
#[derive(Clone, Debug, InputObject)]
pub struct ReplacedContractInput {
    /// The contract.
    pub contract: ID,
    /// Its version as you read it.
    pub expected_version: i32,
}

/// That one contract takes the place of others.
#[derive(Clone, Debug, InputObject)]
pub struct NovateContractsInput {
    /// The contract that takes their place: one that was awarded.
    pub head: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// Those that it replaces, 1 to 3,000: all of them, or none.
    pub contracts: Vec<ReplacedContractInput>,
    /// The first day on which it does: one of its own, on which services are delivered under all of
    /// those.
    pub effective_on: Date,
    /// The deed of novation, 1 to 300 characters.
    pub document_reference: String,
    /// Who decided.
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That contracts come back which another had replaced.
#[derive(Clone, Debug, InputObject)]
pub struct UnfoldNovationInput {
    /// The contract that took their place.
    pub head: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// Those that come back, 1 to 3,000; left out when all do that you see.
    pub contracts: Option<Vec<ID>>,
    /// The first day on which they are back; no later than the last day of any.
    pub effective_on: Date,
    /// The deed, 1 to 300 characters.
    pub document_reference: String,
    /// Who decided.
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

#[Object]
impl NovationMutation {
    /// Lets one contract take the place of others from a day on: those end by it, and who holds the
    /// one decides who delivers. Needs the role COMMISSIONER of the co-ordinating commissioner of all
    /// of them, which provides under none.
    async fn novate_contracts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which contracts, by which, and from when.")] input: NovateContractsInput,
    ) -> Result<ContractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::novate(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ContractPayload::of(done)
    }

    /// Lets contracts come back from a day on that another had replaced: they are active again. Needs
    /// the role COMMISSIONER of the co-ordinating commissioner of all of them, which provides under
    /// none.
    async fn unfold_novation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which contracts, and from when.")] input: UnfoldNovationInput,
    ) -> Result<ContractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::unfold(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ContractPayload::of(done)
    }
}

impl NovateContractsInput {
    fn read(self) -> Read<NewNovation> {
        let replaced = |(it, place): (ReplacedContractInput, i32)| {
            let path = format!("contracts.{place}.contract");
            Ok((Kind::Contract.read(&it.contract, &path)?, it.expected_version))
        };
        Ok(NewNovation {
            head: Kind::Contract.read(&self.head, "head")?,
            expected_version: self.expected_version,
            contracts: self.contracts.into_iter().zip(0..).map(replaced).collect::<Read<_>>()?,
            effective_on: self.effective_on.day("effectiveOn")?,
            document_reference: self.document_reference,
            decision: self.decision.read("decision")?,
        })
    }
}

impl UnfoldNovationInput {
    fn read(self) -> Read<NewUnfolding> {
        let named =
            |(id, place): (ID, i32)| Kind::Contract.read(&id, &format!("contracts.{place}"));
        let contracts = self.contracts;
        Ok(NewUnfolding {
            head: Kind::Contract.read(&self.head, "head")?,
            expected_version: self.expected_version,
            contracts: contracts
                .map(|ids| ids.into_iter().zip(0..).map(named).collect::<Read<_>>())
                .transpose()?,
            effective_on: self.effective_on.day("effectiveOn")?,
            document_reference: self.document_reference,
            decision: self.decision.read("decision")?,
        })
    }
}
