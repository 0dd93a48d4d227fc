//! Publishing contracts, and withdrawing what was published of them.

use async_graphql::{Context, Enum, ID, InputObject, Object, OneofObject, Result};

use super::{
    contract_publication::ContractPublication,
    decision::DecisionInput,
    node::Kind,
    request::Asked,
    scalars::{Date, FinancialYear},
};
use crate::{
    payload,
    service::{
        Code, Refusal,
        contract_publication::{self as service, HeldBack, Item, NewPublication, NewWithdrawal},
    },
};

/// The most items that one publication holds back.
const MOST_HELD_BACK: usize = 100;

/// What is to be published of a contract, for everybody.
#[derive(Clone, Debug, InputObject)]
pub struct PublishContractInput {
    /// The contract, once it was awarded.
    pub contract: ID,
    /// The year.
    pub financial_year: FinancialYear,
    /// The last day of effect that counts; today, or the year's last day, when left out.
    pub as_of: Option<Date>,
    /// Who decided to publish.
    pub decision: DecisionInput,
    /// What is not to be published, at most 100 items.
    #[graphql(default)]
    pub held_back: Vec<ContractHeldBackInput>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// Something that is not to be published of a contract.
#[derive(Clone, Debug, InputObject)]
pub struct ContractHeldBackInput {
    /// What.
    pub item: ContractItemInput,
    /// Why: for the record, never published.
    pub reason: String,
}

/// Something that is published of a contract.
#[derive(Clone, Debug, OneofObject)]
pub enum ContractItemInput {
    /// All of a part.
    Part(PublishedContractPart),
    /// An organisation, wherever it is named.
    Organisation(ID),
    /// A material subcontract.
    Subcontract(ID),
    /// A service, as the contract names it.
    Service(String),
    /// A measure of an outcome, as the contract's parties call it.
    Measure(String),
}

/// A part of what is published of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::Part")]
pub enum PublishedContractPart {
    /// What its commissioners call it.
    Reference,
    /// Its title, and how it is built.
    Title,
    /// Its first and its last day.
    Dates,
    /// The service areas and pathways.
    Services,
    /// Where it stands, and since when.
    Status,
    /// Its commissioners.
    Commissioners,
    /// Its providers.
    Providers,
    /// What it is expected to cost in the year.
    Value,
    /// What it is to achieve.
    Measures,
    /// What its outcomes earned in the year.
    OutcomePay,
    /// Its material subcontracts.
    Links,
    /// What was paid from the pool.
    Payments,
}

/// What is to be withdrawn of what was published of a contract.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawContractPublicationInput {
    /// What was published.
    pub publication: ID,
    /// Why, 1 to 1,000 characters; said to everybody.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of publishing a contract.
    PublishContractPayload {
        /// What was published.
        publication: ContractPublication
    }
}

payload! {
    /// What came of withdrawing what was published of a contract.
    WithdrawContractPublicationPayload {
        /// What was withdrawn.
        publication: ContractPublication
    }
}

/// Publishing contracts.
#[derive(Default)]
pub struct ContractPublicationMutation;

#[Object]
impl ContractPublicationMutation {
    /// Publishes a snapshot of an awarded contract for a year, for everybody and for good. The
    /// co-ordinating commissioner's APPROVER, once a body has decided it.
    async fn publish_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be published.")] input: PublishContractInput,
    ) -> Result<PublishContractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::publish(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        PublishContractPayload::answer(done, ContractPublication::from)
    }

    /// Withdraws what was published of a contract: it stays listed, says so and why, and shows no more
    /// of what it held. The co-ordinating commissioner's APPROVER.
    async fn withdraw_contract_publication(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be withdrawn, and why.")]
        input: WithdrawContractPublicationInput,
    ) -> Result<WithdrawContractPublicationPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match Kind::ContractPublication.read(&input.publication, "publication") {
            Ok(publication) => {
                let new = NewWithdrawal { publication, reason: input.reason };
                service::withdraw(ctx.database()?, viewer, dry_run, new).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        WithdrawContractPublicationPayload::answer(done, ContractPublication::from)
    }
}

impl PublishContractInput {
    fn read(self) -> std::result::Result<NewPublication, Refusal> {
        if self.held_back.len() > MOST_HELD_BACK {
            let sentence = "at most 100 items are held back at once";
            return Err(Refusal::new(Code::InvalidValue, sentence).at("heldBack"));
        }
        let held = self.held_back.into_iter().enumerate().map(|(place, it)| it.read(place));
        Ok(NewPublication {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            year: self.financial_year.year("financialYear")?,
            as_of: self.as_of.as_ref().map(|day| day.day("asOf")).transpose()?,
            decision: self.decision.read("decision")?,
            held_back: held.collect::<Result<_, _>>()?,
        })
    }
}

impl ContractHeldBackInput {
    fn read(self, place: usize) -> std::result::Result<HeldBack, Refusal> {
        let at = |name: &str| format!("heldBack.{place}.item.{name}");
        let item = match self.item {
            ContractItemInput::Part(part) => Item::Part(part.into()),
            ContractItemInput::Organisation(id) => {
                Item::Organisation(Kind::Organisation.read(&id, &at("organisation"))?)
            }
            ContractItemInput::Subcontract(id) => {
                Item::Subcontract(Kind::Subcontract.read(&id, &at("subcontract"))?)
            }
            ContractItemInput::Service(name) => Item::Service(name),
            ContractItemInput::Measure(name) => Item::Measure(name),
        };
        Ok(HeldBack { item, reason: self.reason })
    }
}
