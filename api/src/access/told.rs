//! What may be told of something that was done, by the trail of audit and by the feed of changes.

use domain::policy::matrix::FieldGroup;
use entities::{contract, ledger_transaction as transaction, payment_run, proposal};
use sea_orm::{
    Condition,
    sea_query::{ColumnRef, Expr, ExprTrait, IntoColumnRef, Query, SimpleExpr},
};

use super::{
    contract_interest::is_shut_out,
    proofs::{self, Switch},
    proposal::is_known_before_release,
    window::released,
};
use crate::auth::Viewer;

/// What was done to what, as the columns of a row that tells of it.
pub(super) struct Told {
    root: ColumnRef,
    group: ColumnRef,
    object_kind: ColumnRef,
    object: ColumnRef,
}

impl Told {
    /// By the columns that name the root, the group of fields, the kind of thing and the thing.
    pub(super) fn by(
        root: impl IntoColumnRef,
        group: impl IntoColumnRef,
        object_kind: impl IntoColumnRef,
        object: impl IntoColumnRef,
    ) -> Self {
        Self {
            root: root.into_column_ref(),
            group: group.into_column_ref(),
            object_kind: object_kind.into_column_ref(),
            object: object.into_column_ref(),
        }
    }

    /// Rule G3: whoever an interest shuts out of a contract learns of no draft of it, of what its own
    /// organisation did neither.
    pub(super) fn is_open(&self, viewer: &Viewer) -> Condition {
        if proofs::is_on(viewer.holder(), Switch::ScopingOff) {
            return Condition::all();
        }
        let root = || Expr::col(self.root.clone());
        let of = |column| Expr::col((contract::Entity, column));
        let unshared = Query::select()
            .expr(Expr::val(1))
            .from(contract::Entity)
            .and_where(of(contract::Column::Id).eq(root()))
            .and_where(of(contract::Column::SharedOn).is_null())
            .take();
        let drafted = Expr::col(self.group.clone()).eq(FieldGroup::ContractDraft.name());
        let is_draft = drafted.or(Expr::exists(unshared));
        Condition::all().not().add(is_draft.and(is_shut_out(viewer, self.root.clone())))
    }

    /// Rule V11: whoever sees postings once their period is released learns of none before it.
    pub(super) fn is_known_before_release(&self, viewer: &Viewer) -> SimpleExpr {
        self.is_no_posting_or_released()
            .and(self.is_no_payment_run_or_released())
            .and(self.is_no_posting_proposed(viewer))
    }

    fn is_no_posting_or_released(&self) -> SimpleExpr {
        use transaction::Column::{FinancialYear, FundId, Id, Period};
        let of = |column| (transaction::Entity, column);
        let posting = Query::select()
            .expr(Expr::val(1))
            .from(transaction::Entity)
            .and_where(Expr::col(of(Id)).eq(self.object()))
            .and_where(Expr::exists(released(of(FundId), of(FinancialYear), of(Period))))
            .take();
        self.object_kind().ne("LedgerTransaction").or(Expr::exists(posting))
    }

    /// Nor of a payment run, and of what is done about its lines.
    fn is_no_payment_run_or_released(&self) -> SimpleExpr {
        use payment_run::Column::{FinancialYear, FundId, Id, Period};
        let of = |column| (payment_run::Entity, column);
        let run = Query::select()
            .expr(Expr::val(1))
            .from(payment_run::Entity)
            .and_where(Expr::col(of(Id)).eq(self.object()))
            .and_where(Expr::exists(released(of(FundId), of(FinancialYear), of(Period))))
            .take();
        self.object_kind().ne("PaymentRun").or(Expr::exists(run))
    }

    /// Nor of one that is only proposed, unless the proposal is its own.
    fn is_no_posting_proposed(&self, viewer: &Viewer) -> SimpleExpr {
        let of = |column| (proposal::Entity, column);
        let seen = Query::select()
            .expr(Expr::val(1))
            .from(proposal::Entity)
            .and_where(Expr::col(of(proposal::Column::Id)).eq(self.object()))
            .and_where(is_known_before_release(viewer))
            .take();
        self.object_kind().ne("Proposal").or(Expr::exists(seen))
    }

    fn object(&self) -> Expr {
        Expr::col(self.object.clone())
    }

    fn object_kind(&self) -> Expr {
        Expr::col(self.object_kind.clone())
    }
}
