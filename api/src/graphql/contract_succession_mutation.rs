//! Who takes a closed party's place under a contract (rule G5).

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{contract_mutation::ContractPayload, node::Kind, request::Asked};
use crate::service::{
    Refusal,
    contract::{self as service, Naming},
};

/// Succession under contracts.
#[derive(Default)]
pub struct ContractSuccessionMutation;

/// Which of several successors takes a closed body's place under a contract.
#[derive(Clone, Debug, InputObject)]
pub struct NameContractSuccessorInput {
    /// The contract.
    pub contract: ID,
    /// The body that closed: a party to the contract, a buyer or seller in its supply chain, or a holder
    /// of a budget within it.
    pub predecessor: ID,
    /// The one of its successors that takes its place.
    pub successor: ID,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

#[Object]
impl ContractSuccessionMutation {
    /// Names which of a closed body's several successors takes its place under a contract and in its
    /// supply chain. All of them read what it read; the one that is named acts in its place. Whoever
    /// stood to the contract's agreement is succeeded there, by `nameSuccessor`, and so here. Needs the
    /// role COMMISSIONER of the co-ordinating commissioner; where that is the body that closed, of any
    /// of its successors.
    async fn name_contract_successor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who takes over from whom.")] input: NameContractSuccessorInput,
    ) -> Result<ContractPayload> {
        let viewer = ctx.viewer()?;
        let done = match input.read() {
            Ok(it) => service::name_successor(ctx.database()?, viewer, input.dry_run, it).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ContractPayload::of(done)
    }
}

impl NameContractSuccessorInput {
    fn read(&self) -> std::result::Result<Naming, Refusal> {
        Ok(Naming {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            predecessor: Kind::Organisation.read(&self.predecessor, "predecessor")?,
            successor: Kind::Organisation.read(&self.successor, "successor")?,
        })
    }
}
