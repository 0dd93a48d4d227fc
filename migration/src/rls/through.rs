//! The condition of `api/src/access/window.rs` as PostgreSQL's own text.

use domain::policy::matrix::FieldGroup;
use domain::policy::{Relation, Rights, matrix};
use entities::relation::RelationKind;
use sea_orm_migration::sea_orm::ActiveEnum;

/// Who sees: asked once a statement and not for each row. Unset is null, and what a setting of an
/// earlier transaction leaves behind is an empty text; neither equals anything.
pub(super) const HOLDER: &str =
    "(select nullif(current_setting('tributary.holder', true), '')::uuid)";
/// The organisation acted as.
pub(super) const ORGANISATION: &str =
    "(select nullif(current_setting('tributary.organisation', true), '')::uuid)";
/// The account that asks.
pub(super) const ACCOUNT: &str =
    "(select nullif(current_setting('tributary.account', true), '')::uuid)";
/// The day of the request.
pub(super) const TODAY: &str =
    "(select nullif(current_setting('tributary.today', true), '')::date)";

/// The relations whose cell of one of `groups` passes `may`.
pub(super) fn kinds(groups: &[FieldGroup], may: impl Fn(Rights) -> bool) -> Vec<RelationKind> {
    let recorded = Relation::ALL.into_iter().filter_map(|relation| match relation {
        Relation::Stands(kind) => Some(kind),
        Relation::Unrelated | Relation::Public => None,
    });
    let passes = |kind: &RelationKind| {
        groups.iter().any(|group| may(matrix::cell(Relation::Stands(*kind), *group)))
    };
    recorded.filter(passes).collect()
}

/// The relations that read all of one of these groups.
pub(super) fn readers(groups: &[FieldGroup]) -> Vec<RelationKind> {
    kinds(groups, Rights::reads_all)
}

/// The relations that read at least the summary of one of these groups.
pub(super) fn summarisers(groups: &[FieldGroup]) -> Vec<RelationKind> {
    kinds(groups, Rights::reads_summary)
}

/// The relations that read at least their own part of one of these groups.
pub(super) fn owners(groups: &[FieldGroup]) -> Vec<RelationKind> {
    kinds(groups, Rights::reads_own)
}

/// The relations that write, propose or approve something of one of these groups.
pub(super) fn writers(groups: &[FieldGroup]) -> Vec<RelationKind> {
    let any =
        [Rights::WRITE, Rights::WRITE_OWN, Rights::PROPOSE, Rights::APPROVE, Rights::APPROVE_OWN];
    kinds(groups, |cell| any.into_iter().any(|right| cell.grants(right)))
}

/// That the holder stands to a root in one of some relations, and that it opens the row.
pub(super) struct Through {
    has_kinds: bool,
    sql: String,
}

impl Through {
    /// One of these relations to the root that `root` names, which can be used today. The window is
    /// read past its own policy: policies that ask policies recurse, and cost as many times.
    pub(super) fn any_of(root: &str, kinds: &[RelationKind]) -> Self {
        let kinds: Vec<String> =
            kinds.iter().map(|kind| format!("'{}'", kind.to_value())).collect();
        let sql = format!(
            "select from facts.access_window w where w.holder_id = {HOLDER} and w.root_id = {root} \
             and w.relation in ({}) and w.usable_from <= {TODAY} and w.usable_to >= {TODAY}",
            kinds.join(", ")
        );
        Self { has_kinds: !kinds.is_empty(), sql }
    }

    fn and(mut self, condition: &str) -> Self {
        self.sql.push_str(" and ");
        self.sql.push_str(condition);
        self
    }

    /// And it opens the facts of the day that `day` names.
    pub(super) fn on(self, day: &str) -> Self {
        self.and(&format!("w.covers_from <= {day} and w.covers_to >= {day}"))
    }

    /// And it opens facts of the financial year that `year` names.
    pub(super) fn in_year(self, year: &str) -> Self {
        self.and(&format!("w.from_year <= {year} and w.to_year >= {year}"))
    }

    /// And it opens facts of the day that `day` names, or of later ones.
    pub(super) fn from(self, day: &str) -> Self {
        self.and(&format!("w.covers_to >= {day}"))
    }

    /// And it is about the scheme that `scheme` names.
    pub(super) fn of_scheme(self, scheme: &str) -> Self {
        self.and(&format!("w.scheme_id = {scheme}"))
    }

    /// And it is that of the partner that `organisation` names, or of whoever stands in its place: a
    /// window keeps its partner's place in the agreement.
    pub(super) fn of_partner(self, organisation: &str) -> Self {
        self.and(&format!(
            "exists (select from facts.relation r where r.agreement_id = w.root_id and \
             r.kind = 'PARTNER' and r.position = w.position and \
             r.organisation_id = {organisation})"
        ))
    }

    /// And a line of the settlement that `of` names is that partner's.
    pub(super) fn named_by_settlement(self, of: &str) -> Self {
        self.and(&format!(
            "exists (select from facts.relation r, facts.settlement_line n where \
             r.agreement_id = w.root_id and r.kind = 'PARTNER' and r.position = w.position and \
             n.party_id = r.organisation_id and n.settlement_id = {of})"
        ))
    }

    /// And its holder has the place in the contract's list of parties that `place` names, or stands in
    /// the place of who has it.
    pub(super) fn in_place(self, place: &str) -> Self {
        self.and(&format!("w.position = {place}"))
    }

    /// And it lets its holder act, and not read only.
    pub(super) fn acting(self) -> Self {
        self.and("w.acts")
    }

    /// And it sees postings as they are made, or this holds.
    pub(super) fn live_or(self, condition: &str) -> Self {
        self.and(&format!("(w.is_live or {condition})"))
    }

    /// And it sees postings as they are made, or their period was released (rule V11).
    pub(super) fn live_or_released(self, of: &str) -> Self {
        self.and(&format!(
            "(w.is_live or exists (select from facts.period_release r \
             where r.fund_id = {of}.fund_id and r.financial_year = {of}.financial_year and r.period = {of}.period))"
        ))
    }

    /// The condition.
    pub(super) fn holds(self) -> String {
        if self.has_kinds { format!("exists ({})", self.sql) } else { "false".to_owned() }
    }
}
