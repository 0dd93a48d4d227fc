//! Commitments: parts of a scheme's budget promised to somebody, and their release.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use domain::policy::matrix::FieldGroup;
use entities::{commitment, scheme};
use uuid::Uuid;

use super::{
    commitment_loaders::{CommitmentsOf, released},
    loaders::Loading,
    nested::NestedPage,
    node::Kind,
    organisation::Organisation,
    paging::{Page, PageArguments},
    request::{Asked, fault, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
    scheme::Scheme,
    scheme_loaders::{PartiesOfFund, SchemeById},
    withheld::Permission,
};
use crate::{
    access::Seen,
    connection,
    database::Cut,
    payload,
    service::{
        Refusal,
        commitment::{self as service, List, NewCommitment, NewRelease},
    },
};

/// A part of a scheme's budget that is promised to somebody. For the host and the partners.
#[derive(Clone, Debug)]
pub struct Commitment(pub Seen<commitment::Model>);

/// The release of a promise, or of a part of it. For the host and the partners.
#[derive(Clone, Debug)]
pub struct CommitmentRelease(Seen<commitment::Model>);

/// What the viewer may do to a commitment.
#[derive(Clone, Debug, SimpleObject)]
pub struct CommitmentActions {
    /// Release it, or a part of it.
    pub release: Permission,
}

connection!(CommitmentConnection, CommitmentEdge, Commitment, "commitments");
connection!(
    CommitmentReleaseConnection,
    CommitmentReleaseEdge,
    CommitmentRelease,
    "releases of a commitment"
);

/// A part of a scheme's budget that is promised to somebody. For the host and the partners.
#[Object]
impl Commitment {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Commitment.id(self.0.row.id)
    }

    /// The scheme whose budget is promised.
    async fn scheme(&self, ctx: &Context<'_>) -> Result<Scheme> {
        let scheme = Scheme::load(ctx, self.0.row.scheme_id).await?;
        scheme.ok_or_else(|| fault(format_args!("no scheme {}", self.0.row.scheme_id)))
    }

    /// The year of the budget.
    async fn financial_year(&self) -> FinancialYear {
        self.0.row.financial_year.into()
    }

    /// To whom it is promised; null where that body has no record here.
    async fn payee(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.0.row.payee_id {
            Some(payee) => Organisation::load(ctx, payee).await,
            None => Ok(None),
        }
    }

    /// For what.
    async fn description(&self) -> &str {
        &self.0.row.description
    }

    /// How much was promised, in pounds.
    async fn amount(&self) -> Money {
        self.0.row.amount_pence.into()
    }

    /// How much of it was released since, in pounds; everything counts that took effect on days
    /// that are open to you.
    async fn released(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok((-released(ctx, &self.0).await?).into())
    }

    /// How much of it is left, in pounds; everything counts that took effect on days that are open
    /// to you.
    async fn outstanding(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok((self.0.row.amount_pence + released(ctx, &self.0).await?).into())
    }

    /// The day from which it counts.
    async fn effective_on(&self) -> Date {
        self.0.row.effective_on.into()
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        self.0.row.known_at.into()
    }

    /// Its releases, the earliest recorded first.
    async fn releases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<CommitmentReleaseConnection> {
        let arguments = PageArguments::of(first, after, last, before);
        let page = page(ctx, self.0.row.id, List::ReleasesOfPromise, &arguments).await?;
        Ok(CommitmentReleaseConnection(page.map(CommitmentRelease)))
    }

    /// What the viewer may do to it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<CommitmentActions> {
        let scheme = ctx.loaders()?.load_one(SchemeById(self.0.row.scheme_id)).await?;
        let parties = match scheme {
            Some(scheme) => ctx.loaders()?.load_one(PartiesOfFund(scheme.row.fund_id)).await?,
            None => None,
        };
        let decision = ctx.viewer()?.actor().may_commit(&parties.unwrap_or_default());
        Ok(CommitmentActions { release: decision.into() })
    }
}

/// The release of a promise, or of a part of it. For the host and the partners.
#[Object]
impl CommitmentRelease {
    /// How much was released, in pounds.
    async fn amount(&self) -> Money {
        (-self.0.row.amount_pence).into()
    }

    /// The day from which it counts.
    async fn effective_on(&self) -> Date {
        self.0.row.effective_on.into()
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        self.0.row.known_at.into()
    }
}

/// A promise of a part of a scheme's budget.
#[derive(Clone, Debug, InputObject)]
pub struct RecordCommitmentInput {
    /// The scheme.
    pub scheme: ID,
    /// The year of the budget.
    pub financial_year: FinancialYear,
    /// How much, in pounds; above zero, and at most what is not promised of the budget yet.
    pub amount: Money,
    /// To whom, where it has a record here; never a person who receives care.
    pub payee: Option<ID>,
    /// For what, 1 to 1000 characters; never the name of a person who receives care.
    pub description: String,
    /// The day from which it counts; at the latest the last day of the year.
    pub effective_on: Date,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// The release of a promise, or of a part of it.
#[derive(Clone, Debug, InputObject)]
pub struct ReleaseCommitmentInput {
    /// The commitment.
    pub commitment: ID,
    /// How much is released, in pounds; above zero, and at most what is left of the promise.
    pub amount: Money,
    /// The day from which it counts; not before the promise does.
    pub effective_on: Date,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of recording a commitment.
    RecordCommitmentPayload {
        /// The commitment; null when it was refused.
        commitment: Commitment
    }
}

payload! {
    /// What came of releasing a commitment.
    ReleaseCommitmentPayload {
        /// The commitment, with what is left of it; null when it was refused.
        commitment: Commitment
    }
}

/// Promises and their release.
#[derive(Default)]
pub struct CommitmentMutation;

#[Object]
impl CommitmentMutation {
    /// Records that a part of a scheme's budget is promised to somebody. The host's COMMISSIONER or
    /// FINANCE.
    async fn record_commitment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The promise.")] input: RecordCommitmentInput,
    ) -> Result<RecordCommitmentPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match new_commitment(input) {
            Ok(new) => service::record(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        RecordCommitmentPayload::answer(done, Commitment)
    }

    /// Releases a promise, or a part of it. What was recorded stays; the release points at it. The
    /// host's COMMISSIONER or FINANCE.
    async fn release_commitment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The release.")] input: ReleaseCommitmentInput,
    ) -> Result<ReleaseCommitmentPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match new_release(input) {
            Ok(new) => service::release(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ReleaseCommitmentPayload::answer(done, Commitment)
    }
}

fn new_commitment(input: RecordCommitmentInput) -> Result<NewCommitment, Refusal> {
    let payee = input.payee.as_ref().map(|id| Kind::Organisation.read(id, "payee"));
    Ok(NewCommitment {
        scheme: Kind::Scheme.read(&input.scheme, "scheme")?,
        year: input.financial_year.year("financialYear")?,
        amount: input.amount.pence("amount")?,
        payee: payee.transpose()?,
        description: input.description,
        effective_on: input.effective_on.day("effectiveOn")?,
        idempotency_key: input.idempotency_key,
    })
}

fn new_release(input: ReleaseCommitmentInput) -> Result<NewRelease, Refusal> {
    Ok(NewRelease {
        commitment: Kind::Commitment.read(&input.commitment, "commitment")?,
        amount: input.amount.pence("amount")?,
        effective_on: input.effective_on.day("effectiveOn")?,
        idempotency_key: input.idempotency_key,
    })
}

/// A page of a scheme's promises; null for who may not read them.
pub(super) async fn of_scheme(
    ctx: &Context<'_>,
    scheme: &Seen<scheme::Model>,
    year: Option<&FinancialYear>,
    arguments: &PageArguments,
) -> Result<Option<CommitmentConnection>> {
    if !scheme.reads(FieldGroup::Ledger) {
        return Ok(None);
    }
    let year = year.map(|year| year.year("financialYear")).transpose();
    let list = List::PromisesOfScheme(year.map_err(|refusal| stopped(refusal.into()))?);
    let page = page(ctx, scheme.row.id, list, arguments).await?;
    Ok(Some(CommitmentConnection(page.map(Commitment))))
}

async fn page(
    ctx: &Context<'_>,
    parent: Uuid,
    wanted: List,
    arguments: &PageArguments,
) -> Result<Page<Seen<commitment::Model>>> {
    let bound = format!("{parent} {wanted:?}");
    let viewer = ctx.viewer()?.holder();
    let list = ctx.request()?.cursors.list(viewer, "commitments", "", &bound);
    let key = CommitmentsOf(NestedPage::new(ctx, parent, arguments.request(&list)?, wanted));
    let (cut, total) = ctx.loaders()?.load_one(key).await?.unwrap_or_else(|| (Cut::empty(), None));
    let place = |seen: &Seen<commitment::Model>| service::place(&seen.row);
    Ok(Page::new(cut, &list, place).of_total(total))
}
