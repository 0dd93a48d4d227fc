//! Partnership agreements.

use async_graphql::{Context, ID, Object, Result};
use domain::policy::{Rights, dated::Hidden, matrix::FieldGroup};
use entities::partnership_agreement as agreement;

use super::{
    agreement_kind::{AgreementEvidence, AgreementStatus, PostingVisibility, StatutoryBasis},
    agreement_loaders::{AgreementById, FundsOf, PartnersOf},
    agreement_permission::AgreementPermissions,
    costs::{COMPUTED, cost},
    dispute::{self, DisputeConnection, DisputeLadderStep},
    due_date::{self, DueDateConnection},
    external_reference::ExternalReference,
    fund::{PooledFund, PooledFundConnection},
    grant::{self, AccessGrantConnection},
    loaders::Loading,
    narrative_threshold::{NarrativeThreshold, NarrativeThresholdsOf},
    nested::NestedPage,
    node::Kind,
    notice::{self, NoticeConnection},
    organisation::Organisation,
    organisation_loaders::ExternalReferencesOf,
    paging::{Page, PageArguments, page_of},
    position::{self, PositionBasis},
    position_of_agreement::AgreementPosition,
    position_query,
    proposal::ProposalConnection,
    proposal_loaders::PostingLimitOf,
    proposal_query,
    published_statement::{self, PublishedStatementConnection},
    relation::{self, AgreementRelationConnection},
    request::Asked,
    risk_share::{self, RiskShareConnection},
    scalars::{Date, DateTime, FinancialYear, Money},
    team::{Team, TeamConnection},
    team_loaders::TeamsOf,
    withheld::Withheld,
};
use crate::{
    access::Seen,
    connection,
    database::Cut,
    service::{
        self,
        agreement::{Held, Partnership},
        fund::Listing,
    },
};

/// An agreement between two or more partners about functions and pooled money. Whoever stands in a
/// relation to it sees it, some of them a summary only; for everybody else it does not exist.
#[derive(Clone, Debug)]
pub struct PartnershipAgreement(pub Seen<agreement::Model>);

/// A partner of an agreement. The agreement's host and partners see it.
#[derive(Clone, Debug)]
pub struct AgreementPartner(pub Held);

connection!(
    PartnershipAgreementConnection,
    PartnershipAgreementEdge,
    PartnershipAgreement,
    "partnership agreements, of those that you see"
);

impl PartnershipAgreement {
    /// The agreement with this identity, if the viewer sees it, by the request's loader.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: uuid::Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(AgreementById(id)).await?.map(Self))
    }

    fn reads_terms(&self) -> bool {
        self.0.reads(FieldGroup::AgreementTerms)
    }

    fn reads_exit(&self) -> bool {
        self.0.reads(FieldGroup::AgreementExit)
    }

    async fn partnership(&self, ctx: &Context<'_>) -> Result<Partnership> {
        Ok(ctx.loaders()?.load_one(PartnersOf(self.0.row.id)).await?.unwrap_or_default())
    }
}

/// An agreement between two or more partners about functions and pooled money. Whoever stands in a
/// relation to it sees it, some of them a summary only; for everybody else it does not exist.
#[Object]
impl PartnershipAgreement {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Agreement.id(self.0.row.id)
    }

    /// What the partners call it; unique.
    async fn reference(&self) -> &str {
        &self.0.row.reference
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.row.title
    }

    /// What it is for; empty where it is not known. Withheld from whoever reads a summary.
    async fn aims(&self) -> Option<&str> {
        self.reads_terms().then_some(self.0.row.aims.as_str())
    }

    /// The law it is made under.
    async fn statutory_basis(&self) -> StatutoryBasis {
        self.0.row.statutory_basis.into()
    }

    /// Where it stands.
    async fn status(&self) -> AgreementStatus {
        self.0.row.status.into()
    }

    /// How well it is documented. Withheld from whoever reads a summary.
    async fn evidence(&self) -> Option<AgreementEvidence> {
        self.reads_terms().then(|| self.0.row.evidence.into())
    }

    /// The partner that keeps the books of its funds; null where it is not known.
    async fn host(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.partnership(ctx).await?.host_on(ctx.viewer()?.today) {
            Some(host) => Organisation::referred(ctx, host).await.map(Some),
            None => Ok(None),
        }
    }

    /// The post that manages the pool, as a title and never a name; null where it is not known.
    /// Withheld from whoever reads a summary.
    async fn pool_manager(&self) -> Option<&str> {
        self.0.row.pool_manager.as_deref().filter(|_| self.reads_terms())
    }

    /// The partners, at most 50, in the order that decides who gets odd pennies.
    async fn partners(&self, ctx: &Context<'_>) -> Result<Vec<AgreementPartner>> {
        Ok(self.partnership(ctx).await?.partners.into_iter().map(AgreementPartner).collect())
    }

    /// Its first day.
    async fn starts_on(&self) -> Date {
        self.0.row.starts_on.into()
    }

    /// Its last day; null where none is set.
    async fn ends_on(&self) -> Option<Date> {
        self.0.row.ends_on.map(Date::from)
    }

    /// Months of notice to leave it; null where none is agreed or known. Withheld from whoever
    /// does not read the terms of exit.
    async fn notice_months(&self) -> Option<i32> {
        self.0.row.notice_months.filter(|_| self.reads_exit())
    }

    /// When partners see postings (rule V11). Withheld from whoever does not read the terms of
    /// exit.
    async fn postings(&self) -> Option<PostingVisibility> {
        self.reads_exit().then(|| self.0.row.postings.into())
    }

    /// Its funds, by name.
    async fn funds(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<PooledFundConnection> {
        let id = self.0.row.id;
        let viewer = ctx.viewer()?.holder();
        let list = ctx.request()?.cursors.list(viewer, "funds", "name", &id.to_string());
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let wanted = FundsOf(NestedPage::new(ctx, id, page, ()));
        let loaded = ctx.loaders()?.load_one(wanted).await?;
        let (cut, total) = loaded.unwrap_or_else(|| (Cut::empty(), None));
        let order = Listing::by_name();
        let page = Page::new(cut, &list, |seen| order.place(seen)).of_total(total);
        Ok(PooledFundConnection(page.map(PooledFund)))
    }

    /// Its joint commissioning teams, by name, those that have ended too.
    async fn teams(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<TeamConnection> {
        let id = self.0.row.id;
        let viewer = ctx.viewer()?.holder();
        let list = ctx.request()?.cursors.list(viewer, "teams", "name", &id.to_string());
        let teams = ctx.loaders()?.load_one(TeamsOf(id)).await?.unwrap_or_default();
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&teams, &arguments, &list, |team| team.row.id.to_string())?;
        Ok(TeamConnection(page.map(Team)))
    }

    /// Who stands in which relation to it, hosts and partners over time among them, by kind.
    /// Withheld from whoever only contracts under it.
    async fn relations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<AgreementRelationConnection>> {
        relation::relations(ctx, &self.0, &PageArguments::of(first, after, last, before)).await
    }

    /// The grants that lift regulators' and auditors' views, the latest first; to a regulator or an
    /// auditor without one in force its own. Withheld from whoever only contracts under it.
    async fn access_grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<AccessGrantConnection>> {
        grant::grants(ctx, &self.0, &PageArguments::of(first, after, last, before)).await
    }

    /// Where it stands in a year: its funds' positions, summed by kind. Null for who reads none of
    /// them, and of a year of which no day is open to you.
    #[graphql(directive = cost::apply(COMPUTED))]
    async fn position(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
        #[graphql(desc = "The last day of effect that counts; today when left out.")] as_of: Option<
            Date,
        >,
        #[graphql(desc = "The last instant of recording that counts; now when left out.")]
        known_at: Option<DateTime>,
        #[graphql(desc = "What \"by partner\" means; FUNDED_BY when left out.")] basis: Option<
            PositionBasis,
        >,
    ) -> Result<Option<AgreementPosition>> {
        let terms = position::terms(ctx, &financial_year, as_of.as_ref(), known_at, basis)?;
        let position = position_query::of_agreement(ctx, self.0.row.id, terms).await?;
        let in_year = self.0.standing.in_year(terms.cutoff.year);
        let reads = in_year.reads_summary(FieldGroup::Position) || !position.0.is_empty();
        Ok(reads.then_some(position))
    }

    /// What a reader has to know: `UNSIGNED_OPERATING` when money moves before signature,
    /// `HISTORICAL_INCOMPLETE` when the host or the pool manager is unknown. Withheld from whoever
    /// reads a summary.
    async fn warnings(&self) -> Option<Vec<&'static str>> {
        self.reads_terms().then(|| match self.0.row.evidence {
            agreement::AgreementEvidence::Signed => Vec::new(),
            agreement::AgreementEvidence::UnsignedOperating => vec!["UNSIGNED_OPERATING"],
            agreement::AgreementEvidence::HistoricalIncomplete => vec!["HISTORICAL_INCOMPLETE"],
        })
    }

    /// The most that is posted today without an approval, in pounds (rule M13); null where there is
    /// no limit. Withheld from whoever reads a summary.
    async fn posting_limit(&self, ctx: &Context<'_>) -> Result<Option<Money>> {
        if !self.reads_terms() {
            return Ok(None);
        }
        let limit = ctx.loaders()?.load_one(PostingLimitOf(self.0.row.id)).await?;
        Ok(limit.map(Money::from))
    }

    /// Above which variance of a scheme returns say why, the last to begin first; empty where nobody
    /// has decided one, so that nothing has to be explained. Withheld from whoever reads a summary.
    async fn narrative_thresholds(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<NarrativeThreshold>>> {
        if !self.reads_terms() {
            return Ok(None);
        }
        let rows = ctx.loaders()?.load_one(NarrativeThresholdsOf(self.0.row.id)).await?;
        Ok(Some(rows.unwrap_or_default().into_iter().map(NarrativeThreshold::from).collect()))
    }

    /// What was proposed under it, the latest first.
    async fn proposals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<ProposalConnection> {
        let arguments = PageArguments::of(first, after, last, before);
        proposal_query::of_agreement(ctx, self.0.row.id, &arguments).await
    }

    /// What publishers printed about a year of it or of its funds, the last recorded first. Of each,
    /// those about days on which you stood to it.
    async fn published_statements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<PublishedStatementConnection> {
        let (id, arguments) = (self.0.row.id, PageArguments::of(first, after, last, before));
        published_statement::of_agreement(ctx, id, &financial_year, &arguments).await
    }

    /// What is due under it, by day, on days whose terms you read.
    async fn due_dates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<DueDateConnection> {
        let arguments = PageArguments::of(first, after, last, before);
        due_date::of_agreement(ctx, self.0.row.id, &arguments).await
    }

    /// The notices that partners gave, the last first, on days whose terms of exit you read.
    async fn notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<NoticeConnection> {
        let arguments = PageArguments::of(first, after, last, before);
        notice::of_agreement(ctx, self.0.row.id, &arguments).await
    }

    /// The disputes between its partners, the last raised first, of days whose disputes you read.
    async fn disputes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<DisputeConnection> {
        let arguments = PageArguments::of(first, after, last, before);
        dispute::of_agreement(ctx, self.0.row.id, &arguments).await
    }

    /// The steps by which disputes raised now go, in their order; empty where none is set. Withheld
    /// from whoever does not read the terms of exit.
    async fn dispute_ladder(&self, ctx: &Context<'_>) -> Result<Option<Vec<DisputeLadderStep>>> {
        if !self.reads_exit() {
            return Ok(None);
        }
        dispute::ladder(ctx, self.0.row.id).await.map(Some)
    }

    /// How over- and underspend of its funds is shared, by reference. Withheld from whoever does not
    /// read the terms of exit.
    async fn risk_shares(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<RiskShareConnection>> {
        risk_share::of_agreement(ctx, &self.0, &PageArguments::of(first, after, last, before)).await
    }

    /// Counts its changes, for `expectedVersion`; withheld from whoever reads a summary.
    async fn version(&self) -> Option<i32> {
        self.0.reads(FieldGroup::AgreementTerms).then_some(self.0.row.version)
    }

    /// What your own organisation calls it in systems of its own. Nobody else sees them.
    async fn external_references(&self, ctx: &Context<'_>) -> Result<Vec<ExternalReference>> {
        let rows = ctx.loaders()?.load_one(ExternalReferencesOf(self.0.row.id)).await?;
        Ok(rows.unwrap_or_default().into_iter().map(ExternalReference::from).collect())
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self, ctx: &Context<'_>) -> Result<Vec<Withheld>> {
        let standing = &self.0.standing;
        let hidden = |group| standing.hidden(standing, group);
        let terms = [
            "aims",
            "evidence",
            "poolManager",
            "warnings",
            "postingLimit",
            "narrativeThresholds",
            "version",
        ];
        let mut withheld = Withheld::because(hidden(FieldGroup::AgreementTerms), &terms);
        let exit = hidden(FieldGroup::AgreementExit);
        withheld.extend(Withheld::because(
            exit,
            &["noticeMonths", "postings", "disputeLadder", "riskShares"],
        ));
        let term = (self.0.row.starts_on, ctx.viewer()?.today.max(self.0.row.starts_on));
        let group = FieldGroup::Position;
        let is_open = standing.opens_throughout(group, term, Rights::reads_summary);
        let position = standing.hidden_summary(standing, group);
        let position = position.or_else(|| (!is_open).then_some(Hidden::OutsideItsDays));
        withheld.extend(Withheld::because(position, &["position"]));
        let relations = standing.hidden_summary(standing, FieldGroup::Relations);
        withheld.extend(Withheld::because(relations, &["relations", "accessGrants"]));
        Ok(withheld)
    }

    /// What you may do to it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<AgreementPermissions> {
        let parties = self.partnership(ctx).await?.parties_on(ctx.viewer()?.today);
        Ok(service::agreement::permissions(ctx.viewer()?, &parties).into())
    }
}

/// A partner of an agreement. The agreement's host and partners see it.
#[Object]
impl AgreementPartner {
    /// The partner.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.organisation_id).await
    }

    /// Its place in the agreement's list, from 1; the first gets the odd pennies of a split.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// Its first day as a partner.
    async fn joined_on(&self) -> Date {
        self.0.joined_on.into()
    }

    /// Its last day as a partner; null while it is one.
    async fn left_on(&self) -> Option<Date> {
        self.0.left_on.map(Date::from)
    }
}
