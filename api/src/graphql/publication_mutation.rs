//! Publishing, and withdrawing what was published.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    decision::DecisionInput,
    node::Kind,
    publication::Publication,
    request::Asked,
    scalars::{Date, FinancialYear},
};
use crate::{
    payload,
    service::{
        Code, Refusal,
        publication::{self, HeldBack, NewPublication, NewWithdrawal},
    },
};

/// The most items that one publication holds back.
const MOST_HELD_BACK: usize = 100;

/// What is to be published for everybody.
#[derive(Clone, Debug, InputObject)]
pub struct PublishInput {
    /// The agreement.
    pub agreement: ID,
    /// The year.
    pub financial_year: FinancialYear,
    /// The last day of effect that counts; today, or the year's last day, when left out.
    pub as_of: Option<Date>,
    /// The approved return whose figures are to be published, of the agreement and the year: its
    /// last day and its instant of recording count, for all funds of the agreement.
    pub approved_return: Option<ID>,
    /// Who decided to publish.
    pub decision: DecisionInput,
    /// What is not to be published, at most 100 items.
    #[graphql(default)]
    pub held_back: Vec<HeldBackInput>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A scheme that is not to be published.
#[derive(Clone, Debug, InputObject)]
pub struct HeldBackInput {
    /// The scheme.
    pub scheme: ID,
    /// Why: for the record, never published.
    pub reason: String,
}

/// What is to be withdrawn.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawPublicationInput {
    /// What was published.
    pub publication: ID,
    /// Why, 1 to 1,000 characters; said to everybody.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of publishing.
    PublishPayload {
        /// What was published.
        publication: Publication
    }
}

payload! {
    /// What came of withdrawing.
    WithdrawPublicationPayload {
        /// What was withdrawn.
        publication: Publication
    }
}

/// Publishing.
#[derive(Default)]
pub struct PublicationMutation;

#[Object]
impl PublicationMutation {
    /// Publishes a snapshot of an agreement and its funds for a year, for everybody and for good.
    /// The host's APPROVER, once a body has decided it.
    async fn publish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be published.")] input: PublishInput,
    ) -> Result<PublishPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => publication::publish(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        PublishPayload::answer(done, Publication::from)
    }

    /// Withdraws what was published: it stays listed, says so and why, and shows no more of what it
    /// held. The host's APPROVER.
    async fn withdraw_publication(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be withdrawn, and why.")] input: WithdrawPublicationInput,
    ) -> Result<WithdrawPublicationPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match Kind::Publication.read(&input.publication, "publication") {
            Ok(publication) => {
                let new = NewWithdrawal { publication, reason: input.reason };
                publication::withdraw(ctx.database()?, viewer, dry_run, new).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        WithdrawPublicationPayload::answer(done, Publication::from)
    }
}

impl PublishInput {
    fn read(self) -> std::result::Result<NewPublication, Refusal> {
        if self.held_back.len() > MOST_HELD_BACK {
            let sentence = "at most 100 items are held back at once";
            return Err(Refusal::new(Code::InvalidValue, sentence).at("heldBack"));
        }
        let held = |(place, it): (usize, HeldBackInput)| {
            let scheme = Kind::Scheme.read(&it.scheme, &format!("heldBack.{place}.scheme"))?;
            Ok::<_, Refusal>(HeldBack { scheme, reason: it.reason })
        };
        Ok(NewPublication {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            year: self.financial_year.year("financialYear")?,
            as_of: self.as_of.as_ref().map(|day| day.day("asOf")).transpose()?,
            approved_return: self
                .approved_return
                .map(|id| Kind::Return.read(&id, "approvedReturn"))
                .transpose()?,
            decision: self.decision.read("decision")?,
            held_back: self
                .held_back
                .into_iter()
                .enumerate()
                .map(held)
                .collect::<Result<_, _>>()?,
        })
    }
}
