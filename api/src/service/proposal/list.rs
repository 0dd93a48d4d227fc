use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime};
use domain::policy::{approval::State, heirs::Heirs};
use entities::{
    access,
    proposal::{self, Column},
    proposal_application as application, proposal_decision as decision,
    proposal_decision::Verdict,
    proposal_need as need,
    value::Instant,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, IntoSimpleExpr, PaginatorTrait, QueryFilter,
    SelectTwo, Value,
    sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{Recorded, recorded::recorded};
use crate::{
    access::{
        Seen,
        facts::heirs::{self, Inheritance},
        proposal::{seen, sees_proposals},
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest, count_by_parent, cut_by_parent, nested},
};

/// Which proposals are wanted. They come with the latest first.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Where they stand today; none when it does not matter.
    pub states: Option<Vec<State>>,
    /// True for those that wait for a decision of the organisation acted as, false for the others;
    /// none when it does not matter.
    pub awaiting_me: Option<bool>,
}

/// The values by which a proposal has its place in a list.
#[must_use]
pub fn place(row: &proposal::Model) -> Vec<Value> {
    vec![row.proposed_at.into(), row.id.into()]
}

fn keyset() -> Keyset {
    Keyset::new()
        .descending((proposal::Entity, Column::ProposedAt))
        .descending((proposal::Entity, Column::Id))
}

impl Listing {
    async fn wanted(
        &self,
        connection: &impl ConnectionTrait,
        viewer: &Viewer,
    ) -> Result<SelectTwo<proposal::Entity, access::Entity>, DbErr> {
        let mut all = Condition::all();
        if let Some(states) = &self.states {
            let any = states
                .iter()
                .fold(Condition::any(), |any, state| any.add(stands(*state, viewer.today)));
            // Of none of the states is no proposal.
            let any = if states.is_empty() { any.add(Expr::val(1).eq(0)) } else { any };
            all = all.add(any);
        }
        if let Some(is_awaiting) = self.awaiting_me {
            let inheritance = heirs::of_organisation(connection, viewer.organisation).await?;
            let awaiting = awaiting(viewer, &inheritance);
            all = all.add(if is_awaiting { awaiting } else { awaiting.not() });
        }
        Ok(sees_proposals(viewer).filter(all))
    }
}

/// That a proposal stands so today: the policy's rule, as the condition of a query.
fn stands(state: State, today: NaiveDate) -> Condition {
    let applied =
        || Expr::exists(of_proposal(application::Entity, application::Column::ProposalId));
    let was = |verdict: Verdict| {
        let decided = of_proposal(decision::Entity, decision::Column::ProposalId)
            .and_where(decision::Column::Verdict.eq(verdict))
            .to_owned();
        Expr::exists(decided)
    };
    let ended =
        || Condition::any().add(applied()).add(was(Verdict::Withdrawn)).add(was(Verdict::Refused));
    match state {
        State::Applied => Condition::all().add(applied()),
        State::Withdrawn => Condition::all().add(applied().not()).add(was(Verdict::Withdrawn)),
        State::Refused => Condition::all()
            .add(Condition::any().add(applied()).add(was(Verdict::Withdrawn)).not())
            .add(was(Verdict::Refused)),
        State::Expired => Condition::all().add(ended().not()).add(Column::ExpiresOn.lt(today)),
        State::Open => Condition::all().add(ended().not()).add(Column::ExpiresOn.gte(today)),
    }
}

/// That a proposal waits for a decision of the organisation acted as, for itself or in the place of
/// one that has closed (rule G5). Nothing waits for a team.
fn awaiting(viewer: &Viewer, inheritance: &Inheritance) -> Condition {
    let Inheritance { predecessors, anywhere, named } = inheritance;
    let undecided = |heirs: &Heirs| {
        let lines = predecessors.iter().filter_map(|it| heirs.line(*it, viewer.today));
        let own = lines.filter(|it| it.last().map(|last| last.0) == viewer.own());
        own.fold(nothing(), |any, line| any.add(undecided_by(&line)))
    };
    let elsewhere = Column::AgreementId.is_not_in(named.keys().copied());
    let anywhere = Condition::all().add(elsewhere).add(undecided(anywhere));
    let all = named.iter().fold(Condition::any().add(anywhere), |any, (agreement, heirs)| {
        let there = Condition::all().add(Column::AgreementId.eq(*agreement));
        any.add(there.add(undecided(heirs)))
    });
    stands(State::Open, viewer.today).add(all)
}

/// That the first of a line is needed, and none of the line has decided in its time.
fn undecided_by(line: &[(Uuid, NaiveDate)]) -> Condition {
    let Some((first, _)) = line.first() else { return nothing() };
    let needed = of_proposal(need::Entity, need::Column::ProposalId)
        .and_where(need::Column::OrganisationId.eq(*first))
        .to_owned();
    let in_its_time = line.iter().fold(Condition::any(), |any, (organisation, since)| {
        let since = Instant::from(since.and_time(NaiveTime::MIN).and_utc());
        let own = Condition::all().add(decision::Column::OrganisationId.eq(*organisation));
        any.add(own.add(decision::Column::KnownAt.gte(since)))
    });
    let decided = of_proposal(decision::Entity, decision::Column::ProposalId)
        .and_where(decision::Column::Verdict.ne(Verdict::Withdrawn))
        .cond_where(in_its_time)
        .to_owned();
    Condition::all().add(Expr::exists(needed)).add(Expr::exists(decided).not())
}

/// What no proposal is, unless something is added.
fn nothing() -> Condition {
    Condition::any().add(Expr::val(1).eq(0))
}

/// The rows of a table that belong to the proposal of the outer query.
fn of_proposal<E: sea_orm::EntityTrait>(table: E, column: E::Column) -> SelectStatement {
    let own: SimpleExpr = column.into_simple_expr();
    Query::select()
        .expr(Expr::val(1))
        .from(table)
        .and_where(own.eq(Expr::col((proposal::Entity, Column::Id))))
        .to_owned()
}

/// A page of the proposals that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
    page: &PageRequest,
) -> Result<Cut<Seen<proposal::Model>>, DbErr> {
    let wanted = listing.wanted(connection, viewer).await?;
    let rows = keyset().page(wanted, page).all(connection).await?;
    Ok(page.cut(rows.into_iter().map(|row| seen(viewer, row)).collect()))
}

/// How many proposals the viewer sees in a list.
///
/// # Errors
/// A fault of the database.
pub async fn count(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
) -> Result<u64, DbErr> {
    listing.wanted(connection, viewer).await?.count(connection).await
}

/// True when a proposal is seen and waits for a decision of the organisation acted as.
///
/// # Errors
/// A fault of the database.
pub async fn awaits(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    proposal: Uuid,
) -> Result<bool, DbErr> {
    let listing = Listing { states: None, awaiting_me: Some(true) };
    let wanted = listing.wanted(connection, viewer).await?;
    Ok(wanted.filter(Column::Id.eq(proposal)).count(connection).await? > 0)
}

/// A page of each agreement's proposals, the latest first, in one statement.
///
/// # Errors
/// A fault of the database.
pub async fn list_by_agreement(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    (): (),
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<proposal::Model>>>, DbErr> {
    let columns = ((proposal::Entity, Column::Id), (proposal::Entity, Column::AgreementId));
    let select = of_agreements(viewer, agreements);
    let rows = nested(select, columns, &keyset(), page).all(connection).await?;
    let rows = rows.into_iter().map(|row| seen(viewer, row)).collect();
    Ok(cut_by_parent(page, rows, |seen: &Seen<proposal::Model>| seen.row.agreement_id))
}

/// How many proposals of each agreement the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn count_by_agreement(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    (): (),
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let columns = ((proposal::Entity, Column::Id), (proposal::Entity, Column::AgreementId));
    count_by_parent(connection, of_agreements(viewer, agreements), columns).await
}

fn of_agreements(
    viewer: &Viewer,
    agreements: &[Uuid],
) -> SelectTwo<proposal::Entity, access::Entity> {
    sees_proposals(viewer).filter(Column::AgreementId.is_in(agreements.iter().copied()))
}

/// The proposals with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<proposal::Model>>, DbErr> {
    let wanted = sees_proposals(viewer).filter(Column::Id.is_in(ids.iter().copied()));
    Ok(wanted.all(connection).await?.into_iter().map(|row| seen(viewer, row)).collect())
}

/// What is recorded about the proposals with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn recorded_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Recorded>, DbErr> {
    let rows = by_ids(connection, viewer, ids).await?;
    recorded(connection, rows.into_iter().map(|seen| seen.row).collect()).await
}
