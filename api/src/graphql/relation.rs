//! Who stands in which relation to an agreement, and since when.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::policy::matrix::FieldGroup;
use entities::{partnership_agreement, relation};

use super::{
    agreement_loaders::PartnersOf,
    fund::PooledFund,
    loaders::Loading,
    nested::NestedPage,
    node::Kind,
    organisation::Organisation,
    paging::{Page, PageArguments},
    relation_loaders::{NamedSuccessor, RelationsOf},
    request::{Asked, fault},
    scalars::Date,
    withheld::{Permission, Withheld},
};
use crate::{access::Seen, connection, database::Cut, service};

/// The fields that are not part of the summary.
const DETAILS: &[&str] = &["fund", "startsOn", "endsOn", "namedSuccessor"];

/// How an organisation stands to an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AgreementRelationKind {
    /// It keeps the funds' books.
    Host,
    /// It signed the agreement and puts money in.
    Partner,
    /// It signed the agreement and puts no money in.
    Party,
    /// It sits on the agreement's board.
    BoardMember,
    /// It was let in to watch.
    Observer,
    /// It regulates.
    Regulator,
    /// It audits.
    Auditor,
}

/// That an organisation stands in a relation to an agreement, or to one fund of it, for a time.
/// Whoever stands in one to the agreement sees the others that began before its own had ended, some
/// of them by kind and organisation only.
#[derive(Clone, Debug)]
pub struct AgreementRelation(pub Seen<relation::Model>);

/// What you may do to a relation.
#[derive(Clone, Debug, SimpleObject)]
pub struct AgreementRelationPermissions {
    /// Ending or revoking it, when it is an appointment: a partner leaves otherwise, and a host is
    /// changed.
    pub end: Permission,
}

connection!(
    AgreementRelationConnection,
    AgreementRelationEdge,
    AgreementRelation,
    "relations to an agreement, of those that you see"
);

impl AgreementRelation {
    fn reads(&self) -> bool {
        self.0.reads(FieldGroup::Relations)
    }
}

/// That an organisation stands in a relation to an agreement, or to one fund of it, for a time.
/// Whoever stands in one to the agreement sees the others that began before its own had ended, some
/// of them by kind and organisation only.
#[Object]
impl AgreementRelation {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::Relation.id(self.0.row.id)
    }

    /// How the organisation stands to the agreement.
    async fn kind(&self) -> Result<AgreementRelationKind> {
        let kind = self.0.row.kind;
        AgreementRelationKind::of(kind).ok_or_else(|| fault(format_args!("{kind:?} is not listed")))
    }

    /// The organisation that it was recorded for. When that closes, its successors read what it
    /// read, and one of them stands in its place (rule G5).
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.row.organisation_id).await
    }

    /// The fund, when it is a relation to one only; null when it is to the agreement and all its
    /// funds. Withheld from whoever reads a summary.
    async fn fund(&self, ctx: &Context<'_>) -> Result<Option<PooledFund>> {
        match self.0.row.fund_id {
            Some(fund) if self.reads() => PooledFund::load(ctx, fund).await,
            _ => Ok(None),
        }
    }

    /// Its first day. Withheld from whoever reads a summary.
    async fn starts_on(&self) -> Option<Date> {
        self.reads().then(|| self.0.row.starts_on.into())
    }

    /// Its last day; null while it has none, or none within your own time. Withheld from whoever
    /// reads a summary.
    async fn ends_on(&self) -> Option<Date> {
        self.0.row.ends_on.filter(|_| self.reads()).map(Date::from)
    }

    /// The one of its organisation's several successors that was named to take over here; null when
    /// none was, or none was needed. Withheld from whoever reads a summary.
    async fn named_successor(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        if !self.reads() {
            return Ok(None);
        }
        let (agreement, predecessor) = (self.0.row.agreement_id, self.0.row.organisation_id);
        match ctx.loaders()?.load_one(NamedSuccessor { agreement, predecessor }).await? {
            Some(successor) => Organisation::referred(ctx, successor).await.map(Some),
            None => Ok(None),
        }
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        if self.reads() { Vec::new() } else { Withheld::but_for_a_summary(DETAILS) }
    }

    /// What you may do to it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<AgreementRelationPermissions> {
        let partnership = ctx.loaders()?.load_one(PartnersOf(self.0.row.agreement_id)).await?;
        let viewer = ctx.viewer()?;
        let parties = partnership.unwrap_or_default().parties_on(viewer.today);
        let may = service::agreement::permissions(viewer, &parties);
        Ok(AgreementRelationPermissions { end: may.appoint.into() })
    }
}

impl AgreementRelationKind {
    fn of(kind: relation::RelationKind) -> Option<Self> {
        use relation::RelationKind;
        Some(match kind {
            RelationKind::Host => Self::Host,
            RelationKind::Partner => Self::Partner,
            RelationKind::Party => Self::Party,
            RelationKind::BoardMember => Self::BoardMember,
            RelationKind::Observer => Self::Observer,
            RelationKind::Regulator => Self::Regulator,
            RelationKind::Auditor => Self::Auditor,
            _ => return None,
        })
    }
}

/// The relations to an agreement; null for whoever may not read them.
///
/// # Errors
/// A bad page or cursor, or a fault.
pub async fn relations(
    ctx: &Context<'_>,
    agreement: &Seen<partnership_agreement::Model>,
    arguments: &PageArguments,
) -> Result<Option<AgreementRelationConnection>> {
    if !agreement.reads_summary(FieldGroup::Relations) {
        return Ok(None);
    }
    let id = agreement.row.id;
    let viewer = ctx.viewer()?.organisation;
    let list = ctx.request()?.cursors.list(viewer, "relations", "", &id.to_string());
    let page = arguments.request(&list)?;
    let wanted = RelationsOf(NestedPage::new(ctx, id, page, ()));
    let loaded = ctx.loaders()?.load_one(wanted).await?;
    let (cut, total) = loaded.unwrap_or_else(|| (Cut::empty(), None));
    let place = |seen: &Seen<_>| service::relation::place(&seen.row);
    let page = Page::new(cut, &list, place).of_total(total);
    Ok(Some(AgreementRelationConnection(page.map(AgreementRelation))))
}
