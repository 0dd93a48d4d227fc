//! The trail of audit, as an organisation's auditors and administrators read it.

use async_graphql::{Context, ID, InputObject, Object, Result};
use uuid::Uuid;

use super::{
    filter::{self, DateTimeFilter, IdFilter, StringFilter},
    node::{self, Kind},
    organisation::Organisation,
    paging::{Page, PageArguments},
    request::{Asked, fault, stopped},
    scalars::{Date, DateTime},
    withheld::{Withheld, WithheldReason},
};
use crate::{
    connection,
    service::{
        Refusal,
        audit::{self, Criterion, Listing, Read},
        criteria::{Test, Where},
    },
};

/// Something that somebody did: who, acting as whom, did what to what. Nothing of it ever changes.
#[derive(Clone, Debug)]
pub struct AuditAct(Read);

/// Something that somebody did: who, acting as whom, did what to what. Nothing of it ever changes.
#[Object]
impl AuditAct {
    /// The global identity.
    async fn id(&self) -> ID {
        Kind::Act.id(self.0.act.id)
    }

    /// When it was done.
    async fn recorded_at(&self) -> DateTime {
        self.0.act.recorded_at.into()
    }

    /// What was done: the name of the mutation, or of the operator's command.
    async fn action(&self) -> &str {
        &self.0.act.action
    }

    /// The kind of thing that it was done to: the name of a type, such as `PooledFund`.
    async fn object_kind(&self) -> &str {
        &self.0.act.object_kind
    }

    /// The thing that it was done to: its global identity, or a bare UUID where it has none.
    async fn object(&self) -> ID {
        let id = self.0.act.object_id;
        kind_named(&self.0.act.object_kind).map_or_else(|| ID(id.to_string()), |kind| kind.id(id))
    }

    /// The organisation that acted; null of the operator.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.0.act.organisation_id {
            Some(id) => Organisation::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// The id of the joint commissioning team that was acted as; null when the organisation itself
    /// acted.
    async fn team_id(&self) -> Option<ID> {
        self.0.act.team_id.map(|id| Kind::Team.id(id))
    }

    /// The id of the account that acted, and never an address or a name; null of the operator's
    /// tokens.
    async fn account_id(&self) -> Option<ID> {
        self.0.act.account_id.map(|id| Kind::Account.id(id))
    }

    /// The request in which it was done, as its answer's header `x-request-id` named it; null of
    /// the operator's commands.
    async fn request_id(&self) -> Option<ID> {
        self.0.act.request_id.map(|id| ID(id.to_string()))
    }

    /// The day from which it counts; null where it has none.
    async fn effective_on(&self) -> Option<Date> {
        self.0.act.effective_on.map(Date::from)
    }

    /// The thing before, as JSON with its keys in order and amounts in pounds; null of something
    /// new, and where it is withheld.
    async fn before(&self) -> Option<&str> {
        self.0.act.before.as_deref()
    }

    /// The thing after, as JSON with its keys in order and amounts in pounds; null where nothing
    /// was left, and where it is withheld.
    async fn after(&self) -> Option<&str> {
        self.0.act.after.as_deref()
    }

    /// Its place in your organisation's chain, from 1 without gaps; null until it is sealed, which
    /// takes less than a second, and of others' acts.
    async fn sequence(&self) -> Option<String> {
        self.0.seal.as_ref().map(|seal| seal.sequence.to_string())
    }

    /// SHA-256 over the hash before it in the chain and all that the act says, in hexadecimal; null
    /// until it is sealed, and of others' acts.
    async fn hash(&self) -> Option<String> {
        let hexadecimal = |hash: &[u8]| hash.iter().map(|byte| format!("{byte:02x}")).collect();
        self.0.seal.as_ref().map(|seal| hexadecimal(&seal.hash))
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        let fields: &[&'static str] = if self.0.is_withheld { &["before", "after"] } else { &[] };
        let withheld = |field: &&'static str| Withheld { field, reason: WithheldReason::OwnOnly };
        fields.iter().map(withheld).collect()
    }
}

connection!(AuditActConnection, AuditActEdge, AuditAct, "acts in the trail of audit");

/// Which acts are wanted. All that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct AuditActWhere {
    /// What was done: the name of a mutation.
    pub action: Option<StringFilter>,
    /// The kind of thing that it was done to: the name of a type.
    pub object_kind: Option<StringFilter>,
    /// The thing that it was done to.
    pub object: Option<ID>,
    /// The organisation that acted.
    pub organisation: Option<IdFilter>,
    /// When it was done.
    pub recorded_at: Option<DateTimeFilter>,
}

/// The trail of audit, listed.
#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// What your organisation did, and what others did to the agreements and funds that you host,
    /// are a partner of or were granted access to, the latest first. Null unless you hold the role AUDITOR or ADMIN. As a
    /// team, what you yourself did as the team.
    async fn audit_trail(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which are wanted.", name = "where")] wanted: Option<AuditActWhere>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<AuditActConnection>> {
        let viewer = ctx.viewer()?;
        if !audit::may_read(viewer) {
            return Ok(None);
        }
        let request = ctx.request()?;
        let listing = wanted.unwrap_or_default().listing().map_err(|why| stopped(why.into()))?;
        let filter = format!("{:?}", listing.criteria);
        let list = request.cursors.list(viewer.holder(), "auditTrail", "", &filter);
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = audit::list(connection, viewer, &listing, &page).await.map_err(fault)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(audit::count(connection, viewer, &listing).await.map_err(fault)?)
        } else {
            None
        };
        let page = Page::new(cut, &list, |read| Listing::place(&read.act)).of_total(total);
        Ok(Some(AuditActConnection(page.map(AuditAct))))
    }
}

impl AuditActWhere {
    fn listing(&self) -> std::result::Result<Listing, Refusal> {
        let mut all = Vec::new();
        if let Some(action) = &self.action {
            all.extend(filter::all(action.tests("where.action")?, Criterion::Action));
        }
        if let Some(kind) = &self.object_kind {
            all.extend(filter::all(kind.tests("where.objectKind")?, Criterion::ObjectKind));
        }
        if let Some(object) = &self.object {
            // An id that cannot be is the id of nothing.
            let id = node::of(object).map(|(_, id)| id).or_else(|| Uuid::parse_str(object).ok());
            let test = Test::In(id.into_iter().collect());
            all.push(Where::Is(Criterion::Object(test)));
        }
        if let Some(organisation) = &self.organisation {
            let tests = organisation.tests(Kind::Organisation, "where.organisation")?;
            all.extend(filter::all(tests, Criterion::Organisation));
        }
        if let Some(recorded_at) = &self.recorded_at {
            all.extend(filter::all(recorded_at.tests(), Criterion::RecordedAt));
        }
        Ok(Listing { criteria: Where::All(all) })
    }
}

/// The kind of identity that things of a type have.
fn kind_named(name: &str) -> Option<Kind> {
    Some(match name {
        "Organisation" => Kind::Organisation,
        "PartnershipAgreement" => Kind::Agreement,
        "PooledFund" => Kind::Fund,
        "Contribution" => Kind::Contribution,
        "Scheme" => Kind::Scheme,
        "Commitment" => Kind::Commitment,
        "Forecast" => Kind::Forecast,
        "BudgetMovement" => Kind::Movement,
        "LedgerTransaction" => Kind::Transaction,
        "ImportJob" => Kind::Job,
        "Export" => Kind::Export,
        "Account" => Kind::Account,
        "Membership" => Kind::Membership,
        "DueDate" => Kind::DueDate,
        "Notice" => Kind::Notice,
        "Dispute" => Kind::Dispute,
        "PublishedStatement" => Kind::PublishedStatement,
        "Team" => Kind::Team,
        "TeamPost" => Kind::TeamPost,
        "TeamMember" => Kind::TeamMember,
        "TeamLimit" => Kind::TeamLimit,
        "TeamFunction" => Kind::TeamFunction,
        _ => return None,
    })
}
