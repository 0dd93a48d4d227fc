//! A second world that a viewer may not tell from the first: everything is changed or taken away
//! that is hidden from it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::hidden::{Changing, Inside};
use crate::{
    oracle::{
        Generated, Holder, View,
        masks::{Tier, searched},
    },
    raw::day,
};

/// How many things differ, by kind.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// Agreements that are not there, with all that lies in them.
    pub agreements: usize,
    /// Agreements and schemes with other values in withheld columns.
    pub columns: usize,
    /// Funds of one agreement with other names.
    pub names: usize,
    /// Transactions with another description.
    pub transactions: usize,
    /// Of them those that only wait for their period's release.
    pub unreleased: usize,
    /// Forecasts and movements with other words.
    pub words: usize,
    /// Things inside what is seen that are otherwise or not there.
    pub inside: Inside,
}

impl Difference {
    /// How many in all.
    #[must_use]
    pub fn total(&self) -> usize {
        let inside: usize = self.inside.values().sum();
        self.agreements + self.columns + self.names + self.transactions + self.words + inside
    }

    /// True when there is something for every kind of leak to show.
    #[must_use]
    pub fn is_of_every_kind(&self) -> bool {
        self.agreements > 0 && self.columns > 0 && self.names > 1 && self.unreleased > 2
    }
}

fn today() -> NaiveDate {
    day(2025, 10, 1)
}

/// The second world, and what differs.
#[must_use]
pub fn differing(first: &Generated, holder: Holder) -> (Generated, Difference) {
    let view = View::on(first, holder, today());
    let mut second = first.clone();
    let mut difference = Difference::default();
    change_columns(&view, &mut second, &mut difference);
    change_words(&view, &mut second, &mut difference);
    let mut changing = Changing { view: &view, second: &mut second, inside: Inside::new() };
    changing.all();
    difference.inside = changing.inside;
    let under = |agreement: Uuid| {
        let contracts = first.contracting.contracts.iter();
        contracts.filter(move |row| row.agreement_id == Some(agreement))
    };
    let shows_nothing = |agreement: Uuid| {
        let funds = first.funds.iter().filter(|row| row.agreement_id == agreement);
        !view.agreements.contains(&agreement)
            && funds.clone().count() > 0
            && funds.into_iter().all(|row| !view.funds.contains(&row.id))
            && under(agreement)
                .all(|row| view.is_hidden_contract(row.id) && !view.is_told_of(row.id))
    };
    let hidden: BTreeSet<Uuid> = first
        .agreements
        .iter()
        .filter(|row| shows_nothing(row.id) && row.owner_id != holder.organisation)
        .map(|row| row.id)
        .collect();
    difference.agreements = hidden.len();
    take_away(&mut second, &hidden);
    (second, difference)
}

fn change_columns(view: &View<'_>, second: &mut Generated, difference: &mut Difference) {
    for row in &mut second.agreements {
        let sees = view.agreements.contains(&row.id);
        if sees && !view.opens_of_agreement(row.id, "AgreementTerms", Tier::Full) {
            row.aims = "Another aim".to_owned();
            row.pool_manager = Some("Another post".to_owned());
            difference.columns += 1;
        }
        if sees && !view.opens_of_agreement(row.id, "AgreementExit", Tier::Full) {
            row.notice_months = Some(12);
            difference.columns += 1;
        }
    }
    let (group, tier) = searched("PooledFund", "name");
    let mut names = 0;
    for row in &mut second.funds {
        if view.funds.contains(&row.id) && !view.opens_of_fund(row.id, group, tier) {
            // The later ones of the list come first: their order is another as well.
            row.name = format!("Name {}", 9 - names);
            row.over_programming_approval = None;
            names += 1;
        }
    }
    difference.names = names;
    for row in &mut second.schemes {
        let opens = |tier| view.opens_of_scheme(row, "SchemeTerms", tier);
        if view.schemes.contains(&row.id) && !opens(Tier::Summary) {
            row.is_capital = !row.is_capital;
            row.is_recurrent = !row.is_recurrent;
            difference.columns += 1;
        }
    }
}

fn change_words(view: &View<'_>, second: &mut Generated, difference: &mut Difference) {
    for row in &mut second.transactions {
        if !view.transactions.contains(&row.id) {
            row.description = "Something else".to_owned();
            difference.transactions += 1;
            let waits = view.waits_for_release_of(row);
            difference.unreleased += usize::from(waits);
        }
    }
    for row in &mut second.transactions {
        // Whoever keeps no books is not told how many there are.
        if !view.sees_numbers(row.fund_id)
            && !view.opens_of_fund(row.fund_id, "ForecastDraft", Tier::Full)
        {
            row.sequence *= 2;
        }
    }
    for row in &mut second.forecasts {
        if !view.forecasts.contains(&row.id) {
            row.commentary = "Something else".to_owned();
            difference.words += 1;
        }
    }
    for row in &mut second.movements {
        if !view.movements.contains(&row.id) {
            row.reason = "Something else".to_owned();
            difference.words += 1;
        }
    }
}

/// Takes agreements away, with all that lies in them.
fn take_away(world: &mut Generated, hidden: &BTreeSet<Uuid>) {
    world.agreements.retain(|row| !hidden.contains(&row.id));
    world.contracting.keep(|row| row.agreement_id.is_none_or(|of| !hidden.contains(&of)));
    world.relations.retain(|row| !hidden.contains(&row.agreement_id));
    world.teams.retain(|row| !hidden.contains(&row.agreement_id));
    let teams: Vec<_> = world.teams.iter().map(|row| row.id).collect();
    world.posts.retain(|row| teams.contains(&row.team_id));
    let posts: Vec<_> = world.posts.iter().map(|row| row.id).collect();
    world.shares.retain(|row| posts.contains(&row.post_id));
    world.members.retain(|row| teams.contains(&row.team_id));
    world.limits.retain(|row| teams.contains(&row.team_id));
    world.functions.retain(|row| teams.contains(&row.team_id));
    world.proposals.retain(|row| !hidden.contains(&row.agreement_id));
    world.grants.retain(|row| !hidden.contains(&row.agreement_id));
    world.statements.retain(|row| !hidden.contains(&row.agreement_id));
    world.narrative_thresholds.retain(|row| !hidden.contains(&row.agreement_id));
    world.risk_shares.retain(|row| !hidden.contains(&row.agreement_id));
    let shares: BTreeSet<Uuid> = world.risk_shares.iter().map(|row| row.id).collect();
    world.risk_share_funds.retain(|row| shares.contains(&row.risk_share_id));
    world.risk_share_versions.retain(|row| shares.contains(&row.risk_share_id));
    world.settlements.retain(|row| shares.contains(&row.risk_share_id));
    let settlements: BTreeSet<Uuid> = world.settlements.iter().map(|row| row.id).collect();
    world.settlement_lines.retain(|row| settlements.contains(&row.settlement_id));
    world.takeovers.retain(|row| !hidden.contains(&row.agreement_id));
    world.funds.retain(|row| !hidden.contains(&row.agreement_id));
    let funds: BTreeSet<Uuid> = world.funds.iter().map(|row| row.id).collect();
    world.schemes.retain(|row| funds.contains(&row.fund_id));
    let schemes: BTreeSet<Uuid> = world.schemes.iter().map(|row| row.id).collect();
    world.contributions.retain(|row| funds.contains(&row.fund_id));
    world.forecasts.retain(|row| funds.contains(&row.fund_id));
    let forecasts: BTreeSet<Uuid> = world.forecasts.iter().map(|row| row.id).collect();
    world.submissions.retain(|row| forecasts.contains(&row.forecast_id));
    world.movements.retain(|row| funds.contains(&row.fund_id));
    world.closings.retain(|row| funds.contains(&row.fund_id));
    world.releases.retain(|row| funds.contains(&row.fund_id));
    world.commitments.retain(|row| schemes.contains(&row.scheme_id));
    world.accounts.retain(|row| funds.contains(&row.fund_id));
    let accounts: BTreeSet<Uuid> = world.accounts.iter().map(|row| row.id).collect();
    world.entries.retain(|row| accounts.contains(&row.account_id));
    world.transactions.retain(|row| funds.contains(&row.fund_id));
}
