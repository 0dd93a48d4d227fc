//! Which acts a viewer sees in the trail of audit: its organisation's own, and those of others on
//! the agreements and funds whose trail it reads: as host, as partner or under a grant. Whoever acts
//! as a team sees what they did as the team; their employer does not see it for being their employer.
//! A preview shows what is shared.

use domain::policy::{
    Rights,
    matrix::{self, FieldGroup},
};
use entities::{
    access_window as window, audit_act as act, contract, ledger_transaction as transaction,
    payment_run, proposal, relation::RelationKind,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait, Query, SimpleExpr},
};

use super::{
    Through,
    contract_interest::is_shut_out,
    proofs::{self, Switch},
    proposal::is_known_before_release,
    readers,
    window::released,
};
use crate::auth::Viewer;

/// The acts that the viewer sees. Of others' acts, those about something of which it reads at least
/// its own part: a host's draft leaves no trace in a partner's view (rule V1).
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_audit_acts(viewer: &Viewer) -> Select<act::Entity> {
    act::Entity::find()
        .filter(in_reach(viewer))
        .filter(own_or_shared(viewer, Rights::reads_own, Through::cuts))
        .filter(is_open(viewer))
}

/// The acts of which the viewer may be told that something has changed, by whomever: its own, and those
/// about something of which it reads everything, whether or not it reads the trail (rule V1).
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_changes(viewer: &Viewer) -> Select<act::Entity> {
    let everybody: Vec<RelationKind> = super::recorded().collect();
    act::Entity::find()
        .filter(in_reach(viewer))
        .filter(own_or_read(viewer, &everybody, Rights::reads_all, Through::cuts))
        .filter(is_open(viewer))
}

/// Rule G3: whoever an interest shuts out of a contract learns of no draft of it from the trail, of
/// its own organisation's acts neither.
fn is_open(viewer: &Viewer) -> Condition {
    if proofs::is_on(viewer.holder(), Switch::ScopingOff) {
        return Condition::all();
    }
    let root = (act::Entity, act::Column::RootId);
    let of = |column| Expr::col((contract::Entity, column));
    let unshared = Query::select()
        .expr(Expr::val(1))
        .from(contract::Entity)
        .and_where(of(contract::Column::Id).eq(Expr::col(root)))
        .and_where(of(contract::Column::SharedOn).is_null())
        .take();
    let is_draft =
        act::Column::FieldGroup.eq(FieldGroup::ContractDraft.name()).or(Expr::exists(unshared));
    Condition::all().not().add(is_draft.and(is_shut_out(viewer, root)))
}

/// The acts that could be seen, as the indexes find them: the viewer's own, and those under the
/// roots to which it stands. Without it every act of everybody would be looked at.
fn in_reach(viewer: &Viewer) -> Condition {
    use act::Column::{OrganisationId, RootId, TeamId};
    if proofs::is_on(viewer.holder(), Switch::ScopingOff) {
        return Condition::all();
    }
    let own = match viewer.team {
        Some(team) => TeamId.eq(team.id),
        None => OrganisationId.eq(viewer.organisation),
    };
    let roots = Query::select()
        .column(window::Column::RootId)
        .from(window::Entity)
        .and_where(window::Column::HolderId.eq(viewer.holder()))
        .take();
    Condition::any().add(own).add(RootId.in_subquery(roots))
}

/// True of acts whose before and after the viewer reads: its own, and those about something of
/// which it reads everything.
#[must_use]
pub fn reads_before_and_after(viewer: &Viewer) -> Condition {
    own_or_shared(viewer, Rights::reads_all, Through::holds)
}

fn own(viewer: &Viewer) -> Condition {
    use act::Column::{AccountId, OrganisationId, TeamId};
    if viewer.preview.is_some() {
        return Condition::all().add(Expr::val(1).eq(0));
    }
    let Some(team) = viewer.team else {
        let own = OrganisationId.eq(viewer.organisation);
        return Condition::all().add(own).add(TeamId.is_null());
    };
    let by = match viewer.account {
        Some(account) => AccountId.eq(account),
        None => AccountId.is_null(),
    };
    Condition::all().add(TeamId.eq(team.id)).add(by)
}

fn own_or_shared(
    viewer: &Viewer,
    may: fn(Rights) -> bool,
    condition: fn(Through) -> SimpleExpr,
) -> Condition {
    own_or_read(viewer, &readers(FieldGroup::AuditTrail), may, condition)
}

fn own_or_read(
    viewer: &Viewer,
    by: &[RelationKind],
    may: fn(Rights) -> bool,
    condition: fn(Through) -> SimpleExpr,
) -> Condition {
    let own = own(viewer);
    // The groups that the same relations read are asked for at once: each costs a look-up.
    let by_kinds = matrix::by_relations(by, may).into_iter();
    let shared = by_kinds.map(|(kinds, groups)| {
        let of = |column| (act::Entity, column);
        let through = Through::any_of(viewer, of(act::Column::RootId), &kinds)
            .on(of(act::Column::EffectiveOn))
            .live_or(
                is_no_posting_or_released()
                    .and(is_no_payment_run_or_released())
                    .and(is_no_posting_proposed(viewer)),
            );
        let groups = groups.into_iter().map(FieldGroup::name);
        Condition::all().add(act::Column::FieldGroup.is_in(groups)).add(condition(through))
    });
    let shared = shared.fold(Condition::any(), Condition::add);
    // Most acts are under roots to which the viewer does not stand: one look-up leaves them out
    // before the groups are asked for.
    let root = (act::Entity, act::Column::RootId);
    let stands = Through::any_of(viewer, root, by);
    let shared = Condition::all().add(condition(stands)).add(shared);
    Condition::any().add(own).add(shared)
}

/// Rule V11: whoever sees postings once their period is released learns of none before it from the
/// trail.
fn is_no_posting_or_released() -> SimpleExpr {
    use transaction::Column::{FinancialYear, FundId, Id, Period};
    let of = |column| (transaction::Entity, column);
    let posting = Query::select()
        .expr(Expr::val(1))
        .from(transaction::Entity)
        .and_where(Expr::col(of(Id)).eq(Expr::col((act::Entity, act::Column::ObjectId))))
        .and_where(Expr::exists(released(of(FundId), of(FinancialYear), of(Period))))
        .take();
    act::Column::ObjectKind.ne("LedgerTransaction").or(Expr::exists(posting))
}

/// Rule V11: nor of a payment run, and of what is done about its lines.
fn is_no_payment_run_or_released() -> SimpleExpr {
    use payment_run::Column::{FinancialYear, FundId, Id, Period};
    let of = |column| (payment_run::Entity, column);
    let run = Query::select()
        .expr(Expr::val(1))
        .from(payment_run::Entity)
        .and_where(Expr::col(of(Id)).eq(Expr::col((act::Entity, act::Column::ObjectId))))
        .and_where(Expr::exists(released(of(FundId), of(FinancialYear), of(Period))))
        .take();
    act::Column::ObjectKind.ne("PaymentRun").or(Expr::exists(run))
}

/// Rule V11: nor does it learn of one that is only proposed, unless the proposal is its own.
fn is_no_posting_proposed(viewer: &Viewer) -> SimpleExpr {
    let of = |column| (proposal::Entity, column);
    let seen = Query::select()
        .expr(Expr::val(1))
        .from(proposal::Entity)
        .and_where(
            Expr::col(of(proposal::Column::Id)).eq(Expr::col((act::Entity, act::Column::ObjectId))),
        )
        .and_where(is_known_before_release(viewer))
        .take();
    act::Column::ObjectKind.ne("Proposal").or(Expr::exists(seen))
}
