//! Supply chains: their links recorded by who buys, confirmed or contested by who sells, approved
//! where they are material, and ended (rules C2, C3 and C10).

mod above;
mod act;
mod answer;
mod approve;
mod clause;
mod end;
mod exposure;
mod figures;
mod read;
mod record;
mod selling;
mod told;
mod value;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::policy::{
    Standing,
    decisions::LinkParties,
    matrix::{CHAIN, FieldGroup},
};
use entities::{
    access::Window,
    relation::RelationKind,
    subcontract::{self as link, Approval},
    subcontract_clause,
    value::FinancialYear,
};
use uuid::Uuid;

use crate::{access::Seen, auth::Viewer};

pub use above::{Above, Stands, above};
pub use act::decided;
pub use answer::{NewAnswer, answer, answer_in};
pub use approve::{NewVerdict, approve};
pub use clause::{NewClause, clauses_of, clauses_of_contracts, flow_down, record_clause};
pub use end::{NewEnd, end};
pub use exposure::{Exposed, exposure};
pub use figures::{ChainFigures, figures};
pub use read::{find, next, of_contracts, with_ids};
pub use record::{NewSubcontract, Under, record, record_in};
pub use selling::selling;
pub use value::{
    NewValue, NewValueAnswer, NewValueVerdict, ValueVersion, answer_value, approve_value,
    change_value, values_of,
};

use domain::rules::supply_chain::{Shown, Stage, Term, YearlyValue, stage};

/// A link as a viewer sees it, with its value in one year.
#[derive(Clone, Debug)]
pub struct ChainLink {
    /// The link.
    pub seen: Seen<link::Model>,
    /// The year of its value.
    pub year: FinancialYear,
    /// What is recorded of its value, where all of it is shown.
    pub recorded: Option<YearlyValue>,
    /// How the value is shown; none where none is recorded.
    pub shown: Option<Shown>,
    /// True when its value is read whole, with its versions.
    pub reads_value: bool,
    /// The version of its values of which the viewer is told; none while none is recorded.
    pub value_version: Option<i32>,
    /// The days, in spells, on which its value was shared with the consortium; none of one that is read
    /// otherwise, or not at all.
    pub shared: Option<Vec<(NaiveDate, NaiveDate)>>,
    /// The links above it that the viewer sees, from tier 1, and the link itself.
    pub path: Vec<Uuid>,
}

impl ChainLink {
    /// Between whom it is, as far as the viewer is concerned: itself, where it buys or sells or
    /// stands in the place of who did (rule G5). Others are nobody here.
    #[must_use]
    pub fn parties(&self, viewer: &Viewer) -> LinkParties {
        parties_of(&self.seen, viewer)
    }

    /// True when what was said of it on a day is open: to its parties for ever, and to others as long
    /// as their relation to the head contract lasted.
    #[must_use]
    pub fn opens(&self, day: NaiveDate) -> bool {
        opens(&self.seen, day)
    }

    /// True when its value was changed after the viewer's days.
    #[must_use]
    pub fn is_value_of_later(&self) -> bool {
        self.shared.is_none() && is_value_of_later(&self.seen)
    }

    /// True when the viewer leads the consortium, or holds the head contract alone, today.
    #[must_use]
    pub fn leads(&self, viewer: &Viewer) -> bool {
        let today = viewer.today;
        let leads = |it: &Window| {
            let is_today = it.covers_from <= today && today <= it.covers_to;
            it.relation == RelationKind::LeadProvider && it.acts && is_today
        };
        self.seen.standing.windows().iter().any(leads)
    }

    /// True when all that was said and decided about it is open.
    #[must_use]
    pub fn is_open_to_the_last(&self) -> bool {
        self.opens(self.seen.row.changed_on)
    }

    /// The day as at which what stands above it is told: no later than the last of its own, or than
    /// the viewer's relation.
    #[must_use]
    pub fn above_as_of(&self, today: NaiveDate) -> NaiveDate {
        let reads =
            |it: &Window| Standing::of(std::slice::from_ref(it)).reads(FieldGroup::LinkTerms);
        let windows = self.seen.standing.windows().iter().filter(|it| reads(it));
        windows.map(|it| it.covers_to).max().map_or(today, |to| to.min(today))
    }

    /// The clauses as they stand, by name, of what was recorded while the viewer could read it.
    #[must_use]
    pub fn clauses(
        &self,
        recorded: Vec<subcontract_clause::Model>,
    ) -> BTreeMap<String, subcontract_clause::Model> {
        let open = recorded.into_iter().filter(|row| self.opens(row.recorded_on));
        open.map(|row| (row.clause.clone(), row)).collect()
    }

    /// True when the commissioner refused it, as far as the viewer is told.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.is_open_to_the_last() && self.seen.row.approval == Approval::Refused
    }

    /// True unless it is over by a day, as far as the viewer is told.
    #[must_use]
    pub fn stands(&self, day: NaiveDate) -> bool {
        !self.is_open_to_the_last() || day <= self.seen.row.ends_on
    }

    /// Where it stands on a day (rule C3).
    #[must_use]
    pub fn stage(&self, today: NaiveDate) -> Stage {
        stage_of(&self.seen.row, today)
    }
}

/// True when what was said of a link on a day is open, as [`ChainLink::opens`] says.
fn opens(seen: &Seen<link::Model>, day: NaiveDate) -> bool {
    let opens = |it: &Window| {
        let alone = Standing::of(std::slice::from_ref(it));
        let is_party = CHAIN.contains(&it.relation) && it.acts;
        alone.reads_summary(FieldGroup::LinkTerms) && (is_party || day <= it.covers_to)
    };
    seen.standing.windows().iter().any(opens)
}

fn is_value_of_later(seen: &Seen<link::Model>) -> bool {
    seen.row.value_changed_on.is_some_and(|day| !opens(seen, day))
}

/// Between whom a link is, as [`ChainLink::parties`] says.
#[must_use]
pub fn parties_of(seen: &Seen<link::Model>, viewer: &Viewer) -> LinkParties {
    // A link that has ended is kept by whoever was its party to the end.
    let day = viewer.today.min(seen.row.ends_on);
    let stands = |kind| {
        let is_it = |it: &Window| it.relation == kind && it.acts && day <= it.covers_to;
        seen.standing.windows().iter().any(is_it)
    };
    let own = |kind| if stands(kind) { viewer.organisation } else { Uuid::nil() };
    LinkParties { buyer: own(RelationKind::Buyer), seller: own(RelationKind::Seller) }
}

/// Where a link stands on a day (rule C3).
#[must_use]
pub fn stage_of(row: &link::Model, today: NaiveDate) -> Stage {
    let term = Term { first: row.starts_on, last: row.ends_on };
    stage(term, (row.approval, row.decided_on), today)
}
