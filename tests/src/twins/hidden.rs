//! What is hidden inside what is seen: amounts, days and words of it are others in the second world,
//! and some of it is not there at all. Left alone is what somebody who is shown a figure may add up.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entities::{
    relation::{self, RelationKind},
    value::Pence,
};
use uuid::Uuid;

use crate::{
    oracle::{Generated, View, masks::Tier, worlds::YEARS},
    raw::day,
};

/// How many things differ inside what is seen, by what they are.
pub type Inside = BTreeMap<&'static str, usize>;

/// Everything that can differ inside what is seen.
pub const INSIDE: [&str; 29] = [
    "acts",
    "clauses of links",
    "closings",
    "commitments",
    "contracts",
    "contributions",
    "delegated budgets",
    "drafts and late submissions",
    "funds",
    "grants",
    "interests in contracts",
    "links",
    "links of tier 1",
    "links of tier 2",
    "links of tier 3",
    "links of tier 4",
    "movements",
    "outcomes",
    "payment runs",
    "payments of links",
    "posts and members of teams",
    "proposals",
    "relations",
    "schemes",
    "teams",
    "terms and values of contracts",
    "transactions",
    "values of links",
    "withholdings",
];

/// Of what is hidden one half is not there, and the other is otherwise.
pub(super) fn is_gone(id: Uuid) -> bool {
    id.as_bytes()[0].is_multiple_of(2)
}

/// The second world while it is made another.
pub(super) struct Changing<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) second: &'a mut Generated,
    pub(super) inside: Inside,
}

impl Changing<'_> {
    /// Changes everything of which something is hidden.
    pub(super) fn all(&mut self) {
        self.transactions();
        self.commitments();
        self.contributions();
        self.forecasts();
        self.movements();
        self.closings();
        self.places();
        self.relations();
        self.grants();
        self.teams();
        self.belongings();
        self.proposals();
        self.acts();
        self.delegated_budgets();
        self.chain_payments();
        self.links();
        self.terms();
        self.interests();
        self.contracts();
        self.payment_runs();
        self.withholdings();
        self.outcomes();
    }

    pub(super) fn told(&mut self, what: &'static str, count: usize) {
        if count > 0 {
            *self.inside.entry(what).or_default() += count;
        }
    }

    /// True of whoever writes in a fund's books: its rules are held against everything in them.
    fn keeps_books(&self, fund: Uuid) -> bool {
        let kinds = self.view.acts_as(self.view.world.agreement_of(fund));
        kinds.contains(&RelationKind::Host) || kinds.contains(&RelationKind::TeamMember)
    }

    /// The last day that counts in the figures of a year, where they are shown.
    fn counted_to(&self, fund: Uuid, year: i32) -> Option<NaiveDate> {
        self.view.position_days(fund, year).map(|(as_of, _)| as_of)
    }

    /// True when a figure that is shown may count what was posted on this day.
    fn is_counted(&self, fund: Uuid, on: NaiveDate) -> bool {
        YEARS.into_iter().any(|year| {
            // Where nothing of a year is released, the years before it count.
            let days = self.view.position_days(fund, year);
            days.is_some_and(|(_, to)| on <= to.unwrap_or(day(year, 3, 31)))
        })
    }

    /// True when a position says when anything was last recorded in the fund.
    fn is_up_to_date(&self, fund: Uuid) -> bool {
        YEARS.into_iter().any(|year| {
            let days = self.view.position_days(fund, year);
            days.is_some_and(|(as_of, to)| to == Some(as_of))
        })
    }

    fn transactions(&mut self) {
        let view = self.view;
        let (mut gone, mut others) = (BTreeSet::new(), BTreeSet::new());
        for row in &view.world.transactions {
            let is_own = row.payee_id.is_some_and(|payee| self.is_kin(payee));
            let is_open = view.transactions.contains(&row.id) || self.keeps_books(row.fund_id);
            if is_open || is_own || self.is_counted(row.fund_id, row.effective_on) {
                continue;
            }
            // Whoever is told how many there are, or when the last was recorded, is told of this one.
            let counts = view.sees_numbers(row.fund_id)
                || view.opens_of_fund(row.fund_id, "ForecastDraft", Tier::Full)
                || self.is_up_to_date(row.fund_id);
            let mut acts = view.world.contracting.paying.acts.iter();
            let has_paid = acts.any(|it| it.transaction_id == Some(row.id));
            if is_gone(row.id) && !counts && !has_paid {
                gone.insert(row.id)
            } else {
                others.insert(row.id)
            };
        }
        self.second.transactions.retain(|row| !gone.contains(&row.id));
        self.second.entries.retain(|row| !gone.contains(&row.transaction_id));
        for row in &mut self.second.entries {
            if others.contains(&row.transaction_id) {
                row.amount_pence = Pence(row.amount_pence.0 * 3);
            }
        }
        self.told("transactions", gone.len() + others.len());
    }

    fn commitments(&mut self) {
        let view = self.view;
        let mut hidden = BTreeSet::new();
        for row in &view.world.commitments {
            let fund = view.world.scheme(row.scheme_id).fund_id;
            let to = self.counted_to(fund, row.financial_year.start_year());
            let is_open = view.commitments.contains(&row.id) || self.keeps_books(fund);
            if !is_open && to.is_none_or(|to| to < row.effective_on) {
                hidden.insert(row.id);
            }
        }
        // A release goes with what it releases.
        self.second.commitments.retain(|row| {
            !(hidden.contains(&row.id) && is_gone(row.releases_id.unwrap_or(row.id)))
        });
        for row in self.second.commitments.iter_mut().filter(|row| hidden.contains(&row.id)) {
            row.amount_pence = Pence(row.amount_pence.0 * 3);
            row.description = "Something else".to_owned();
        }
        self.told("commitments", hidden.len());
    }

    fn contributions(&mut self) {
        let view = self.view;
        let before = self.second.contributions.len();
        self.second.contributions.retain(|row| view.contributions.contains(&row.id));
        self.told("contributions", before - self.second.contributions.len());
    }

    fn forecasts(&mut self) {
        let view = self.view;
        let mut hidden = BTreeSet::new();
        for row in &view.world.forecasts {
            let to = self.counted_to(row.fund_id, row.financial_year.start_year());
            let submitted = view.world.submissions.iter().find(|it| it.forecast_id == row.id);
            let counts = to.is_some() && submitted.is_some();
            let is_open = view.forecasts.contains(&row.id) || self.keeps_books(row.fund_id);
            if !is_open && !counts {
                hidden.insert(row.id);
            }
        }
        self.second.forecasts.retain(|row| !(hidden.contains(&row.id) && is_gone(row.id)));
        self.second.submissions.retain(|row| !hidden.contains(&row.forecast_id));
        self.told("drafts and late submissions", hidden.len());
    }

    fn movements(&mut self) {
        let view = self.view;
        let before = self.second.movements.len();
        self.second.movements.retain(|row| view.movements.contains(&row.id) || !is_gone(row.id));
        let mut count = before - self.second.movements.len();
        for row in &mut self.second.movements {
            let shows = view.fields("BudgetMovement", row.id, |field| field.name == "reason");
            if shows.iter().all(|(_, shown)| !shown) {
                row.reason = "Something else".to_owned();
                row.deciding_body = "Another board".to_owned();
                row.minute_reference = "99".to_owned();
                count += 1;
            }
        }
        self.told("movements", count);
    }

    fn closings(&mut self) {
        let view = self.view;
        let mut count = 0;
        for row in &mut self.second.closings {
            if !view.opens_of_fund(row.fund_id, "PeriodClosings", Tier::Full) {
                row.reason = "Something else".to_owned();
                row.known_at.0 += 1;
                count += 1;
            }
        }
        self.told("closings", count);
    }

    /// Funds and schemes that are hidden, and the versions of those that are seen.
    fn places(&mut self) {
        let view = self.view;
        let (mut funds, mut schemes) = (0, 0);
        for row in &mut self.second.funds {
            if !view.opens_of_fund(row.id, "FundTerms", Tier::Full) {
                row.version += 5;
            }
            if !view.funds.contains(&row.id) {
                row.name = "Another name".to_owned();
                row.reference = format!("{} TOO", row.reference);
                funds += 1;
            }
        }
        for row in &mut self.second.schemes {
            if !view.opens_of_scheme(row, "SchemeTerms", Tier::Full) {
                row.version += 5;
            }
            if !view.schemes.contains(&row.id) {
                row.name = "Another name".to_owned();
                row.reference = format!("{} TOO", row.reference);
                row.is_recurrent = !row.is_recurrent;
                schemes += 1;
            }
        }
        self.told("funds", funds);
        self.told("schemes", schemes);
    }

    /// True of the viewer itself, and of whoever may have handed something to it.
    fn is_kin(&self, organisation: Uuid) -> bool {
        let own = self.view.holder.organisation == organisation;
        own || self.view.world.successions.iter().any(|row| row.predecessor_id == organisation)
    }

    /// Hosts and partners are named by what everybody sees of an agreement, and decide who may act.
    fn relations(&mut self) {
        use RelationKind::{FundedProvider, Host, Partner};
        let view = self.view;
        let fixed = |row: &relation::Model| matches!(row.kind, Host | Partner | FundedProvider);
        let (mut gone, mut others) = (BTreeSet::new(), BTreeSet::new());
        for row in &view.world.relations {
            if fixed(row) || self.is_kin(row.organisation_id) {
                continue;
            }
            let told = |tier| view.told(row.agreement_id, ("Relations", tier), row.starts_on);
            let is_listed = view.lists(row.kind) && told(Tier::Summary);
            if !is_listed && is_gone(row.id) {
                gone.insert(row.id);
            } else if !view.lists(row.kind) || !told(Tier::Full) {
                others.insert(row.id);
            }
        }
        self.second.relations.retain(|row| !gone.contains(&row.id));
        for row in self.second.relations.iter_mut().filter(|row| others.contains(&row.id)) {
            row.ends_on = row.ends_on.is_none().then(|| row.starts_on.max(day(2026, 3, 31)));
        }
        self.told("relations", gone.len() + others.len());
    }

    fn grants(&mut self) {
        let view = self.view;
        let mut hidden = BTreeSet::new();
        for row in &view.world.grants {
            let full = view.told(row.agreement_id, ("Relations", Tier::Full), row.starts_on);
            if !full && !self.is_kin(row.organisation_id) {
                hidden.insert(row.id);
            }
        }
        self.second.grants.retain(|row| !(hidden.contains(&row.id) && is_gone(row.id)));
        for row in self.second.grants.iter_mut().filter(|row| hidden.contains(&row.id)) {
            row.purpose = "Something else".to_owned();
            row.covers_to = None;
        }
        self.told("grants", hidden.len());
    }

    fn teams(&mut self) {
        let view = self.view;
        let own = view.holder.team;
        let is_hidden = |team: Uuid| !view.teams.contains(&team) && own != Some(team);
        let before = self.second.teams.len();
        self.second.teams.retain(|row| !(is_hidden(row.id) && is_gone(row.id)));
        let mut count = before - self.second.teams.len();
        for row in self.second.teams.iter_mut().filter(|row| is_hidden(row.id)) {
            row.name = format!("Another {}", row.name);
            row.service_area = "Children".to_owned();
            count += 1;
        }
        self.told("teams", count);
        let teams: BTreeSet<Uuid> = self.second.teams.iter().map(|row| row.id).collect();
        self.keep_belongings(|team, _, _| teams.contains(&team));
    }

    /// Of teams that are seen, the posts, seats, limits and functions that are not.
    fn belongings(&mut self) {
        let view = self.view;
        let agreements: BTreeMap<Uuid, Uuid> =
            self.second.teams.iter().map(|row| (row.id, row.agreement_id)).collect();
        let told =
            |team: Uuid, group, from| view.told(agreements[&team], (group, Tier::Full), from);
        let count = |it: &Generated| {
            it.posts.len() + it.members.len() + it.limits.len() + it.functions.len()
        };
        let before = count(self.second);
        self.keep_belongings(told);
        self.told("posts and members of teams", before - count(self.second));
    }

    fn keep_belongings(&mut self, keeps: impl Fn(Uuid, &'static str, NaiveDate) -> bool) {
        let second = &mut *self.second;
        second.posts.retain(|row| keeps(row.team_id, "TeamPosts", row.starts_on));
        let posts: BTreeSet<Uuid> = second.posts.iter().map(|row| row.id).collect();
        second.shares.retain(|row| posts.contains(&row.post_id));
        second.members.retain(|row| keeps(row.team_id, "AgreementTerms", row.starts_on));
        second.limits.retain(|row| keeps(row.team_id, "AgreementTerms", row.starts_on));
        second.functions.retain(|row| keeps(row.team_id, "AgreementTerms", row.starts_on));
    }

    fn proposals(&mut self) {
        let view = self.view;
        let before = self.second.proposals.len();
        self.second.proposals.retain(|row| view.proposals.contains(&row.id));
        self.told("proposals", before - self.second.proposals.len());
    }

    fn acts(&mut self) {
        let view = self.view;
        let before = self.second.acts.len();
        self.second.acts.retain(|row| {
            let is_known = view.reads_act(row).is_some() || view.feed_tells(row) != Some(false);
            is_known || !is_gone(row.id)
        });
        let mut count = before - self.second.acts.len();
        for row in &mut self.second.acts {
            if view.reads_act(row) != Some(true) {
                row.before = Some("{\"name\":\"before\"}".to_owned());
                row.after = Some("{\"name\":\"after\"}".to_owned());
                count += 1;
            }
        }
        self.told("acts", count);
    }
}
