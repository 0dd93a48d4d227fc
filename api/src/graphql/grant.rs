//! Grants that lift a regulator's or an auditor's view for a time (rule V9).

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use domain::policy::matrix::FieldGroup;
use entities::{access_grant, partnership_agreement, pooled_fund};

use super::{
    agreement::PartnershipAgreement,
    agreement_loaders::PartnersOf,
    cursor::List,
    fund::PooledFund,
    loaders::Loading,
    nested::{Loaded, NestedPage},
    node::Kind,
    organisation::Organisation,
    paging::{Page, PageArguments},
    relation_loaders::{GrantsOf, GrantsOfFund},
    request::Asked,
    scalars::Date,
    withheld::Permission,
};
use crate::{
    access::Seen,
    connection,
    database::Cut,
    payload,
    service::{
        self, Code, Refusal,
        relation::{GrantEnd, GrantScope, NewGrant},
    },
};

/// Grants, made and ended.
#[derive(Default)]
pub struct GrantMutation;

/// What lifts a regulator's or an auditor's view from a summary to everything, for a time and a
/// purpose (rule V9). Whoever reads an agreement's relations sees its grants; a regulator or an
/// auditor sees its own.
#[derive(Clone, Debug)]
pub struct AccessGrant(pub Seen<access_grant::Model>);

/// What you may do to a grant.
#[derive(Clone, Debug, SimpleObject)]
pub struct AccessGrantPermissions {
    /// Ending it before its time.
    pub end: Permission,
}

/// A grant that is to be made: of an agreement with all its funds, or of one fund.
#[derive(Clone, Debug, InputObject)]
pub struct GrantAccessInput {
    /// The agreement. Name it or the fund, and not both.
    pub agreement: Option<ID>,
    /// The fund.
    pub fund: Option<ID>,
    /// To whom: a regulator or an auditor of it, appointed for as long as the grant runs.
    pub organisation: ID,
    /// What for, 1 to 1,000 characters.
    pub purpose: String,
    /// The first day whose facts it opens; everything earlier too when left out. A year's figures are
    /// cumulative: it opens those of the years whose first day it opens.
    pub covers_from: Option<Date>,
    /// The last day whose facts it opens; everything later too when left out.
    pub covers_to: Option<Date>,
    /// The first day on which it can be used.
    pub starts_on: Date,
    /// The last day on which it can be used.
    pub ends_on: Date,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A grant that is to end before its time.
#[derive(Clone, Debug, InputObject)]
pub struct EndAccessGrantInput {
    /// The grant.
    pub grant: ID,
    /// The last day on which it can be used; yesterday ends it at once.
    pub ends_on: Date,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

connection!(
    AccessGrantConnection,
    AccessGrantEdge,
    AccessGrant,
    "grants under an agreement, of those that you see"
);
payload!(
    /// What came of granting access.
    GrantAccessPayload {
        /// The grant; null when it was refused.
        grant: AccessGrant
    }
);
payload!(
    /// What came of ending a grant.
    EndAccessGrantPayload {
        /// The agreement; null when it was refused.
        agreement: PartnershipAgreement
    }
);

/// What lifts a regulator's or an auditor's view from a summary to everything, for a time and a
/// purpose (rule V9). Whoever reads an agreement's relations sees its grants; a regulator or an
/// auditor sees its own.
#[Object]
impl AccessGrant {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::Grant.id(self.0.row.id)
    }

    /// To whom.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.row.organisation_id).await
    }

    /// Who granted it.
    async fn granted_by(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.row.granted_by_id).await
    }

    /// The fund, when it opens one only; null when it opens the agreement and all its funds.
    async fn fund(&self, ctx: &Context<'_>) -> Result<Option<PooledFund>> {
        match self.0.row.fund_id {
            Some(fund) => PooledFund::load(ctx, fund).await,
            None => Ok(None),
        }
    }

    /// What for.
    async fn purpose(&self) -> &str {
        &self.0.row.purpose
    }

    /// The first day whose facts it opens; null when it opens everything earlier too.
    async fn covers_from(&self) -> Option<Date> {
        self.0.row.covers_from.map(Date::from)
    }

    /// The last day whose facts it opens; null when it opens everything later too.
    async fn covers_to(&self) -> Option<Date> {
        self.0.row.covers_to.map(Date::from)
    }

    /// The first day on which it can be used.
    async fn starts_on(&self) -> Date {
        self.0.row.starts_on.into()
    }

    /// The last day on which it can be used.
    async fn ends_on(&self) -> Date {
        self.0.row.ends_on.into()
    }

    /// What you may do to it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<AccessGrantPermissions> {
        let partnership = ctx.loaders()?.load_one(PartnersOf(self.0.row.agreement_id)).await?;
        let viewer = ctx.viewer()?;
        let parties = partnership.unwrap_or_default().parties_on(viewer.today);
        let may = viewer.actor().may_end_grant(&parties, self.0.row.granted_by_id);
        Ok(AccessGrantPermissions { end: may.into() })
    }
}

#[Object]
impl GrantMutation {
    /// Lets a regulator or an auditor read everything, for a time and a purpose. Needs the role
    /// COMMISSIONER of the host or of a partner.
    async fn grant_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To whom, to what, what for and how long.")] input: GrantAccessInput,
    ) -> Result<GrantAccessPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::relation::grant(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        GrantAccessPayload::answer(done, AccessGrant)
    }

    /// Ends a grant before its time. One that would end before it began is taken off the record;
    /// the trail of audit keeps it. Needs the role COMMISSIONER of whoever granted it, or of the
    /// host.
    async fn end_access_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant, and its last day.")] input: EndAccessGrantInput,
    ) -> Result<EndAccessGrantPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let read = || {
            let grant = Kind::Grant.read(&input.grant, "grant")?;
            Ok(GrantEnd { grant, ends_on: input.ends_on.day("endsOn")? })
        };
        let done = match read() {
            Ok(end) => service::relation::end_grant(ctx.database()?, viewer, dry_run, end).await,
            Err(refusal) => Err(Refusal::into(refusal)),
        };
        ctx.request()?.after_write().await;
        EndAccessGrantPayload::answer(done, PartnershipAgreement)
    }
}

impl GrantAccessInput {
    fn read(self) -> std::result::Result<NewGrant, Refusal> {
        let scope = match (&self.agreement, &self.fund) {
            (Some(id), None) => GrantScope::Agreement(Kind::Agreement.read(id, "agreement")?),
            (None, Some(id)) => GrantScope::Fund(Kind::Fund.read(id, "fund")?),
            _ => {
                let sentence = "name either the agreement or one fund";
                return Err(Refusal::new(Code::InvalidValue, sentence).at("agreement"));
            }
        };
        Ok(NewGrant {
            scope,
            organisation: Kind::Organisation.read(&self.organisation, "organisation")?,
            purpose: self.purpose,
            covers_from: self.covers_from.map(|day| day.day("coversFrom")).transpose()?,
            covers_to: self.covers_to.map(|day| day.day("coversTo")).transpose()?,
            starts_on: self.starts_on.day("startsOn")?,
            ends_on: self.ends_on.day("endsOn")?,
        })
    }
}

/// The grants under an agreement; null for whoever may not read them.
///
/// # Errors
/// A bad page or cursor, or a fault.
pub async fn grants(
    ctx: &Context<'_>,
    agreement: &Seen<partnership_agreement::Model>,
    arguments: &PageArguments,
) -> Result<Option<AccessGrantConnection>> {
    if !agreement.reads_summary(FieldGroup::Relations) {
        return Ok(None);
    }
    let (list, nested) = asked(ctx, agreement.row.id, arguments)?;
    Ok(Some(shown(ctx.loaders()?.load_one(GrantsOf(nested)).await?, &list)))
}

/// The grants for a fund alone; null for whoever may not read them.
///
/// # Errors
/// A bad page or cursor, or a fault.
pub async fn grants_of_fund(
    ctx: &Context<'_>,
    fund: &Seen<pooled_fund::Model>,
    arguments: &PageArguments,
) -> Result<Option<AccessGrantConnection>> {
    if !fund.reads_summary(FieldGroup::Relations) {
        return Ok(None);
    }
    let (list, nested) = asked(ctx, fund.row.id, arguments)?;
    Ok(Some(shown(ctx.loaders()?.load_one(GrantsOfFund(nested)).await?, &list)))
}

fn asked<'a>(
    ctx: &'a Context<'_>,
    root: uuid::Uuid,
    arguments: &PageArguments,
) -> Result<(List<'a>, NestedPage<()>)> {
    let viewer = ctx.viewer()?.organisation;
    let list = ctx.request()?.cursors.list(viewer, "grants", "", &root.to_string());
    let page = arguments.request(&list)?;
    Ok((list, NestedPage::new(ctx, root, page, ())))
}

fn shown(loaded: Option<Loaded<access_grant::Model>>, list: &List<'_>) -> AccessGrantConnection {
    let (cut, total) = loaded.unwrap_or_else(|| (Cut::empty(), None));
    let place = |seen: &Seen<_>| service::relation::grant_place(&seen.row);
    let page = Page::new(cut, list, place).of_total(total);
    AccessGrantConnection(page.map(AccessGrant))
}
