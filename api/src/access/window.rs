use chrono::NaiveDate;
use domain::policy::{
    Relation,
    matrix::{self, FieldGroup},
};
use entities::{
    access_window as window, period_release,
    relation::{self, RelationKind},
    settlement_line,
    value::FinancialYear,
};
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Expr, ExprTrait, IntoColumnRef, Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{
    derive::years_opened,
    preview::is_previewed,
    proofs::{self, Switch},
    recorded,
};
use crate::auth::Viewer;

/// The relations that read all of a group of fields.
pub(crate) fn readers(group: FieldGroup) -> Vec<RelationKind> {
    recorded().filter(|kind| matrix::cell(Relation::Stands(*kind), group).reads_all()).collect()
}

/// The relations that read at least the summary of a group of fields.
pub(crate) fn summarisers(group: FieldGroup) -> Vec<RelationKind> {
    recorded().filter(|kind| matrix::cell(Relation::Stands(*kind), group).reads_summary()).collect()
}

/// The relations that read at least their own part of a group of fields.
pub(crate) fn owners(group: FieldGroup) -> Vec<RelationKind> {
    recorded().filter(|kind| matrix::cell(Relation::Stands(*kind), group).reads_own()).collect()
}

/// That the viewer stands to a root in one of some relations, and that the relation opens the row
/// that is asked about: the matrix as the condition of a query.
pub(crate) struct Through {
    windows: SelectStatement,
    holder: Uuid,
    /// In a preview the days that whoever previews sees, of which one has to be a day of the row
    /// (rule V7).
    spells: Option<Vec<(NaiveDate, NaiveDate)>>,
}

impl Through {
    /// One of these relations to the root that `root` names, which can be used today.
    pub(crate) fn any_of(
        viewer: &Viewer,
        root: impl IntoColumnRef,
        kinds: &[RelationKind],
    ) -> Self {
        let mut query = Query::select();
        query
            .expr(Expr::val(1))
            .from(window::Entity)
            .and_where(window::Column::HolderId.eq(viewer.holder()))
            .and_where(Expr::col((window::Entity, window::Column::RootId)).eq(Expr::col(root)))
            .and_where(window::Column::Relation.is_in(kinds.iter().copied()))
            .and_where(window::Column::UsableFrom.lte(viewer.today))
            .and_where(window::Column::UsableTo.gte(viewer.today));
        if let Some(preview) = &viewer.preview {
            query.cond_where(is_previewed(preview, window::Column::RootId));
        }
        let spells = viewer.preview.as_ref().map(|preview| preview.spells.clone());
        Self { windows: query, holder: viewer.holder(), spells }
    }

    fn within(&mut self, holds: impl Fn((NaiveDate, NaiveDate)) -> SimpleExpr) {
        let Some(spells) = &self.spells else { return };
        let any = spells.iter().copied().map(holds).fold(Condition::any(), Condition::add);
        // Of no spell at all nothing is seen.
        let any = if spells.is_empty() { Condition::all().add(Expr::val(1).eq(0)) } else { any };
        self.windows.cond_where(any);
    }

    /// And it opens the facts of the day that `day` names.
    pub(crate) fn on(mut self, day: impl IntoColumnRef) -> Self {
        let day = day.into_column_ref();
        self.windows
            .and_where(column(window::Column::CoversFrom).lte(Expr::col(day.clone())))
            .and_where(column(window::Column::CoversTo).gte(Expr::col(day.clone())));
        self.within(|(first, last)| Expr::col(day.clone()).between(first, last));
        self
    }

    /// And it opens facts of the financial year that `year` names.
    pub(crate) fn in_year(mut self, year: impl IntoColumnRef) -> Self {
        let year = year.into_column_ref();
        self.windows
            .and_where(column(window::Column::FromYear).lte(Expr::col(year.clone())))
            .and_where(column(window::Column::ToYear).gte(Expr::col(year.clone())));
        self.within(|spell| {
            let (first, last) = years_opened(spell.0, spell.1);
            Expr::col(year.clone()).between(first, last)
        });
        self
    }

    /// And it opens facts of the financial year `year`.
    pub(crate) fn in_this_year(mut self, year: FinancialYear) -> Self {
        self.windows
            .and_where(column(window::Column::FromYear).lte(year.start_year()))
            .and_where(column(window::Column::ToYear).gte(year.start_year()));
        self.within(|spell| {
            let (first, last) = years_opened(spell.0, spell.1);
            Expr::val(year.start_year()).between(first, last)
        });
        self
    }

    /// And it opens facts of the day that `day` names, or of later ones.
    pub(crate) fn from(mut self, day: impl IntoColumnRef) -> Self {
        let day = day.into_column_ref();
        self.windows.and_where(column(window::Column::CoversTo).gte(Expr::col(day.clone())));
        self.within(|(_, last)| Expr::col(day.clone()).lte(last));
        self
    }

    /// And in a preview whoever previews sees the day that `day` names.
    pub(crate) fn previewed_on(mut self, day: impl IntoColumnRef) -> Self {
        let day = day.into_column_ref();
        self.within(|(first, last)| Expr::col(day.clone()).between(first, last));
        self
    }

    /// And it is that of a partner whom a line of the settlement that `of` names, or of whoever stands
    /// in its place: a window keeps its partner's place in the agreement.
    pub(crate) fn named_by_settlement(mut self, of: impl IntoColumnRef) -> Self {
        let partner = |column| Expr::col((relation::Entity, column));
        let line = |column| Expr::col((settlement_line::Entity, column));
        let named = Query::select()
            .expr(Expr::val(1))
            .from(settlement_line::Entity)
            .inner_join(
                relation::Entity,
                partner(relation::Column::OrganisationId)
                    .equals((settlement_line::Entity, settlement_line::Column::PartyId)),
            )
            .and_where(line(settlement_line::Column::SettlementId).eq(Expr::col(of)))
            .and_where(partner(relation::Column::Kind).eq(RelationKind::Partner))
            .and_where(partner(relation::Column::AgreementId).eq(column(window::Column::RootId)))
            .and_where(partner(relation::Column::Position).eq(column(window::Column::Position)))
            .take();
        self.windows.and_where(Expr::exists(named));
        self
    }

    /// And the days that it opens have begun on the day `today`.
    pub(crate) fn begun(mut self, today: NaiveDate) -> Self {
        self.windows.and_where(column(window::Column::CoversFrom).lte(today));
        self.within(|(first, _)| Expr::val(first).lte(today));
        self
    }

    /// And it opens facts of later days than `day`.
    pub(crate) fn beyond(mut self, day: &SimpleExpr) -> Self {
        self.windows.and_where(column(window::Column::CoversTo).gt(day.clone()));
        self.within(|(_, last)| day.clone().lt(last));
        self
    }

    /// And it is about the scheme that `scheme` names.
    pub(crate) fn of_scheme(mut self, scheme: impl IntoColumnRef) -> Self {
        self.windows.and_where(column(window::Column::SchemeId).eq(Expr::col(scheme)));
        self
    }

    /// And its holder has the place in the contract's list of parties that `place` names, or stands in
    /// the place of who has it.
    pub(crate) fn in_place(mut self, place: impl IntoColumnRef) -> Self {
        self.windows.and_where(column(window::Column::Position).eq(Expr::col(place)));
        self
    }

    /// And its holder has this place in the list of parties, or stands in the place of who has it.
    pub(crate) fn in_this_place(mut self, place: i32) -> Self {
        self.windows.and_where(column(window::Column::Position).eq(place));
        self
    }

    /// And it sees postings as they are made, or their period was released (rule V11).
    pub(crate) fn live_or_released(
        self,
        (fund, year, period): (impl IntoColumnRef, impl IntoColumnRef, impl IntoColumnRef),
    ) -> Self {
        if proofs::is_on(self.holder, Switch::Row) {
            return self;
        }
        self.live_or(Expr::exists(released(fund, year, period)))
    }

    /// And it sees postings as they are made, or this holds.
    pub(crate) fn live_or(mut self, holds: SimpleExpr) -> Self {
        self.windows.cond_where(Condition::any().add(window::Column::IsLive.eq(true)).add(holds));
        self
    }

    /// The condition, as what cuts the rows of a list.
    pub(crate) fn cuts(self) -> SimpleExpr {
        if proofs::is_on(self.holder, Switch::ScopingOff) {
            return Expr::val(1).eq(1);
        }
        self.holds()
    }

    /// The condition, as what masks a column or a figure of rows that are seen.
    pub(crate) fn holds(self) -> SimpleExpr {
        Expr::exists(self.windows)
    }
}

/// The release of the period that these columns name.
pub(super) fn released(
    fund: impl IntoColumnRef,
    year: impl IntoColumnRef,
    period: impl IntoColumnRef,
) -> SelectStatement {
    let release = |column| Expr::col((period_release::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from(period_release::Entity)
        .and_where(release(period_release::Column::FundId).eq(Expr::col(fund)))
        .and_where(release(period_release::Column::FinancialYear).eq(Expr::col(year)))
        .and_where(release(period_release::Column::Period).eq(Expr::col(period)))
        .take()
}

fn column(column: window::Column) -> Expr {
    Expr::col((window::Entity, column))
}
