//! Opening funds, and changing them.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};

use super::{
    agreement_mutation::given,
    fund::{FundKind, PooledFund},
    node::Kind,
    request::Asked,
    scalars::Date,
};
use crate::{
    payload,
    service::{
        Refusal,
        fund::{self, FundChange, NewFund},
    },
};

/// Funds, opened and changed.
#[derive(Default)]
pub struct FundMutation;

/// A fund that is to be opened.
#[derive(Clone, Debug, InputObject)]
pub struct CreatePooledFundInput {
    /// The agreement.
    pub agreement: ID,
    /// What the partners call it, 1 to 60 characters; unique.
    pub reference: String,
    /// Its name, 1 to 300 characters.
    pub name: String,
    /// How its money is bound.
    pub kind: FundKind,
    /// First day for which it holds money; that of the current financial year when left out.
    pub starts_on: Option<Date>,
    /// The decision that lets the budgets of its schemes exceed its income, if there is one.
    pub over_programming_approval: Option<String>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What is to be changed of a fund. What is left out stays.
#[derive(Clone, Debug, InputObject)]
pub struct UpdatePooledFundInput {
    /// The fund.
    pub id: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// Its name, 1 to 300 characters.
    pub name: Option<String>,
    /// The decision that lets the budgets of its schemes exceed its income; null takes it away,
    /// once they no longer do.
    pub over_programming_approval: MaybeUndefined<String>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of opening a fund.
    CreatePooledFundPayload {
        /// The fund; null when it was refused.
        fund: PooledFund
    }
);
payload!(
    /// What came of changing a fund.
    UpdatePooledFundPayload {
        /// The fund; null when it was refused.
        fund: PooledFund
    }
);

#[Object]
impl FundMutation {
    /// Opens a fund under an agreement. Needs the role COMMISSIONER or FINANCE of the host; while
    /// no host is named, of any partner.
    async fn create_pooled_fund(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The fund.")] input: CreatePooledFundInput,
    ) -> Result<CreatePooledFundPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => fund::create(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        CreatePooledFundPayload::answer(done, PooledFund)
    }

    /// Changes the record of a fund. Needs the role COMMISSIONER or FINANCE of the host; while no
    /// host is named, of any partner.
    async fn update_pooled_fund(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdatePooledFundInput,
    ) -> Result<UpdatePooledFundPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(change) => fund::update(ctx.database()?, viewer, dry_run, change).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        UpdatePooledFundPayload::answer(done, PooledFund)
    }
}

impl CreatePooledFundInput {
    fn read(self) -> std::result::Result<NewFund, Refusal> {
        Ok(NewFund {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            reference: self.reference,
            name: self.name,
            kind: self.kind.into(),
            starts_on: self.starts_on.map(|day| day.day("startsOn")).transpose()?,
            over_programming_approval: self.over_programming_approval,
        })
    }
}

impl UpdatePooledFundInput {
    fn read(self) -> std::result::Result<FundChange, Refusal> {
        Ok(FundChange {
            id: Kind::Fund.read(&self.id, "id")?,
            expected_version: self.expected_version,
            name: self.name,
            over_programming_approval: given(self.over_programming_approval),
        })
    }
}
