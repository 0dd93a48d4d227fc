//! What one viewer may see of a world on a day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use entities::{
    commitment, contribution, forecast, ledger_transaction as transaction, relation::RelationKind,
    scheme,
};
use uuid::Uuid;

use super::{
    Generated, Holder,
    delegated_budget::to_budget,
    link::to_link,
    masks::{FIELDS, Field, Tier},
    standings::{Standing, standings, to_contract},
};
use crate::raw::day;

/// What a viewer may see.
pub struct View<'a> {
    /// The world.
    pub world: &'a Generated,
    /// Who looks.
    pub holder: Holder,
    /// The day on which it looks.
    pub(super) today: NaiveDate,
    standings: Vec<Standing>,
    /// How it stands to each contract, by what can be used on the day.
    pub(super) to_contracts: BTreeMap<Uuid, Vec<Standing>>,
    /// How it stands to each link of a chain, as its buyer or its seller.
    pub(super) to_links: BTreeMap<Uuid, Vec<Standing>>,
    /// How it stands to each delegated budget, as who holds it or was paid from it.
    pub(super) to_budgets: BTreeMap<Uuid, Vec<Standing>>,
    /// Who keeps the books of each agreement on the day, where somebody does.
    hosts: BTreeMap<Uuid, Uuid>,
    /// The agreements that it sees.
    pub agreements: BTreeSet<Uuid>,
    /// The funds that it sees.
    pub funds: BTreeSet<Uuid>,
    /// The schemes that it sees.
    pub schemes: BTreeSet<Uuid>,
    /// The contributions that it sees.
    pub contributions: BTreeSet<Uuid>,
    /// The transactions that it sees.
    pub transactions: BTreeSet<Uuid>,
    /// The commitments that it sees, and what releases them.
    pub commitments: BTreeSet<Uuid>,
    /// The forecasts that it sees.
    pub forecasts: BTreeSet<Uuid>,
    /// The movements of budget that it sees.
    pub movements: BTreeSet<Uuid>,
    /// The teams that it sees.
    pub teams: BTreeSet<Uuid>,
    /// The proposals that it sees.
    pub proposals: BTreeSet<Uuid>,
}

fn seen<M>(rows: &[M], id: fn(&M) -> Uuid, sees: impl Fn(&M) -> bool) -> BTreeSet<Uuid> {
    rows.iter().filter(|row| sees(row)).map(id).collect()
}

impl<'a> View<'a> {
    /// What a holder sees of a world on a day.
    #[must_use]
    pub fn on(world: &'a Generated, holder: Holder, today: NaiveDate) -> Self {
        let own = holder.team.unwrap_or(holder.organisation);
        let mut standings = standings(world);
        let mut hosts = BTreeMap::new();
        let is_host = |it: &&Standing| it.kind == RelationKind::Host && it.acts_on(today);
        let mut acting: Vec<&Standing> = standings.iter().filter(is_host).collect();
        acting.sort_by_key(|it| (it.usable_from, it.holder));
        for host in acting {
            hosts.entry(host.agreement).or_insert(host.holder);
        }
        let mut to_contracts = BTreeMap::new();
        let is_own = |it: &Standing| it.holder == own;
        for row in &world.contracting.contracts {
            let mut to = to_contract(world, row, &standings);
            to.retain(is_own);
            to.retain(|it| it.is_usable(today));
            to_contracts.insert(row.id, to);
        }
        let mut to_links = BTreeMap::new();
        for row in &world.contracting.links {
            let mut to = to_link(world, row);
            to.retain(|it| is_own(it) && it.is_usable(today));
            to_links.insert(row.id, to);
        }
        let mut to_budgets = BTreeMap::new();
        for row in &world.contracting.delegated.budgets {
            let mut to = to_budget(world, row);
            to.retain(|it| is_own(it) && it.is_usable(today));
            to_budgets.insert(row.id, to);
        }
        standings.retain(|it| it.holder == own && it.is_usable(today));
        let none = BTreeSet::new;
        let mut view = Self {
            world,
            holder,
            today,
            standings,
            to_contracts,
            to_links,
            to_budgets,
            hosts,
            agreements: none(),
            funds: none(),
            schemes: none(),
            contributions: none(),
            transactions: none(),
            commitments: none(),
            forecasts: none(),
            movements: none(),
            teams: none(),
            proposals: none(),
        };
        view.look();
        view
    }

    fn look(&mut self) {
        let world = self.world;
        self.agreements = seen(
            &world.agreements,
            |row| row.id,
            |row| self.opens_of_agreement(row.id, "AgreementTerms", Tier::Summary),
        );
        self.funds = seen(
            &world.funds,
            |row| row.id,
            |row| {
                self.to_fund(row.id).any(|it| {
                    let terms = it.opens("FundTerms", Tier::Summary);
                    (terms || it.opens("SchemeName", Tier::Own)) && row.starts_on <= it.to
                })
            },
        );
        self.schemes = seen(&world.schemes, |row| row.id, |row| self.sees_scheme(row));
        self.contributions =
            seen(&world.contributions, |row| row.id, |row| self.sees_contribution(row));
        self.transactions =
            seen(&world.transactions, |row| row.id, |row| self.sees_transaction(row));
        self.commitments = seen(&world.commitments, |row| row.id, |row| self.sees_commitment(row));
        self.forecasts = seen(&world.forecasts, |row| row.id, |row| self.sees_forecast(row));
        let told = |agreement, group, from| {
            self.to_agreement(agreement).any(|it| it.opens(group, Tier::Full) && from <= it.to)
        };
        self.teams = seen(
            &world.teams,
            |row| row.id,
            |row| told(row.agreement_id, "AgreementTerms", row.starts_on),
        );
        self.proposals = seen(
            &world.proposals,
            |row| row.id,
            |row| {
                self.to_agreement(row.agreement_id).any(|it| {
                    let opens = it.opens("Approvals", Tier::Full);
                    opens && it.covers(row.proposed_on, row.proposed_on)
                })
            },
        );
        self.movements = seen(
            &world.movements,
            |row| row.id,
            |row| {
                self.to_fund(row.fund_id).any(|it| {
                    let opens = it.opens("BudgetMovements", Tier::Summary);
                    opens && it.covers(row.effective_on, row.effective_on)
                })
            },
        );
    }

    /// In which relations the holder acts on an agreement today. While nobody keeps the books, every
    /// partner acts as who would.
    #[must_use]
    pub fn acts_as(&self, agreement: Uuid) -> Vec<RelationKind> {
        let own = self.holder.team.unwrap_or(self.holder.organisation);
        let host = self.hosts.get(&agreement);
        let acting = self.to_agreement(agreement).filter(|it| it.acts_on(self.today));
        let mut kinds: Vec<RelationKind> = acting.map(|it| it.kind).collect();
        kinds.retain(|kind| *kind != RelationKind::Host || host == Some(&own));
        if host.is_none() && kinds.contains(&RelationKind::Partner) {
            kinds.push(RelationKind::Host);
        }
        kinds
    }

    pub(super) fn to_agreement(&self, id: Uuid) -> impl Iterator<Item = &Standing> {
        self.standings.iter().filter(move |it| it.is_to_agreement(id))
    }

    pub(super) fn to_fund(&self, id: Uuid) -> impl Iterator<Item = &Standing> {
        let agreement = self.world.agreement_of(id);
        self.standings.iter().filter(move |it| it.is_to_fund(id, agreement))
    }

    /// A provider sees its own schemes, others all: those that had begun before they left.
    fn sees_scheme(&self, row: &scheme::Model) -> bool {
        self.to_fund(row.fund_id).filter(|it| row.starts_on <= it.to).any(|it| {
            let own = it.scheme == Some(row.id) && it.opens("SchemeName", Tier::Own);
            own || it.opens("SchemeName", Tier::Summary)
        })
    }

    fn sees_contribution(&self, row: &contribution::Model) -> bool {
        let start = row.financial_year.start_year();
        let is_own = row.partner_id == self.holder.organisation;
        self.to_fund(row.fund_id).filter(|it| it.covers_year(start)).any(|it| {
            it.opens("ContributionsOfOthers", Tier::Full)
                || (is_own && it.opens("ContributionsOwn", Tier::Full))
        })
    }

    /// Rule V11: as they are made, or once their period was released.
    fn sees_transaction(&self, row: &transaction::Model) -> bool {
        let released = self.world.releases.iter().any(|it| {
            let (fund, year) = (it.fund_id, it.financial_year);
            fund == row.fund_id && year == row.financial_year && it.period == row.period
        });
        self.reads_ledger_of(row).any(|it| it.live || released)
    }

    fn reads_ledger_of(&self, row: &transaction::Model) -> impl Iterator<Item = &Standing> {
        let on = row.effective_on;
        self.to_fund(row.fund_id)
            .filter(move |it| it.opens("Ledger", Tier::Full) && it.covers(on, on))
    }

    /// True of a transaction that it sees once its period is released.
    #[must_use]
    pub fn waits_for_release_of(&self, row: &transaction::Model) -> bool {
        !self.sees_transaction(row) && self.reads_ledger_of(row).count() > 0
    }

    fn sees_commitment(&self, row: &commitment::Model) -> bool {
        let scheme = self.world.scheme(row.scheme_id);
        self.to_fund(scheme.fund_id).any(|it| {
            let covers = it.covers(row.effective_on, row.effective_on);
            it.opens("Ledger", Tier::Full) && covers && scheme.starts_on <= it.to
        })
    }

    fn sees_forecast(&self, row: &forecast::Model) -> bool {
        let start = row.financial_year.start_year();
        let submitted = self.world.submissions.iter().find(|it| it.forecast_id == row.id);
        self.to_fund(row.fund_id).filter(|it| it.covers_year(start)).any(|it| {
            (row.recorded_on <= it.to && it.opens("ForecastDraft", Tier::Full))
                || (submitted.is_some_and(|submitted| submitted.submitted_on <= it.to)
                    && it.opens("ForecastSubmitted", Tier::Summary))
        })
    }

    /// True when the position of a fund that it sees is shown for the year beginning in `start`.
    #[must_use]
    pub fn sees_position(&self, fund: Uuid, start: i32) -> bool {
        self.funds.contains(&fund) && self.position_days(fund, start).is_some()
    }

    /// True when the memorandum account of a fund that it sees is shown for the year beginning in
    /// `start`: on the last day of which it sees a position it reads all that enters.
    fn sees_account(&self, fund: Uuid, start: i32) -> bool {
        let opening = |it: &&Standing| it.opens("Position", Tier::Summary) && it.covers_year(start);
        let open_to = self.to_fund(fund).filter(opening).map(|it| it.to).max();
        let last = open_to.map(|it| it.min(day(start + 1, 3, 31)));
        let whole = |last| {
            let reads = |group: &&str| {
                self.to_fund(fund).any(|it| it.covers(last, last) && it.opens(group, Tier::Full))
            };
            let groups = [
                "Position",
                "PositionByPartner",
                "ContributionsOfOthers",
                "ContributionsPaid",
                "Cash",
            ];
            groups.iter().all(reads)
        };
        self.funds.contains(&fund) && last.is_some_and(whole)
    }

    /// As of which day a fund's position of the year beginning in `start` is shown, and up to which
    /// postings count in it; none where nothing of it is shown.
    #[must_use]
    pub fn position_days(&self, fund: Uuid, start: i32) -> Option<(NaiveDate, Option<NaiveDate>)> {
        let opening = |it: &&Standing| it.opens("Position", Tier::Summary) && it.covers_year(start);
        let open_to = self.to_fund(fund).filter(opening).map(|it| it.to).max()?;
        let (first, last) = (day(start, 4, 1), day(start + 1, 3, 31));
        let asked = self.today.max(first).min(last);
        let as_of = asked.min(open_to);
        if self.to_fund(fund).any(|it| it.live && it.covers(as_of, as_of)) {
            return Some((as_of, Some(as_of)));
        }
        let of_year: Vec<i32> = self
            .world
            .releases
            .iter()
            .filter(|it| it.fund_id == fund && it.financial_year.start_year() == start)
            .map(|it| it.period.number())
            .collect();
        let months = (1..=12).take_while(|number| of_year.contains(number)).count();
        let months = u32::try_from(months).unwrap_or(0);
        let released = first.checked_add_months(Months::new(months)).and_then(|it| it.pred_opt());
        Some((as_of, released.filter(|_| months > 0).map(|it| it.min(as_of))))
    }

    /// True when the numbers of a fund's transactions are shown: to whoever sees all of them as
    /// they are made, so that no gap tells of another.
    #[must_use]
    pub fn sees_numbers(&self, fund: Uuid) -> bool {
        let agreement = self.world.agreement_of(fund);
        let found = self.world.agreements.iter().find(|row| row.id == agreement);
        let begins = found.map(|row| row.starts_on);
        let opens = |it: &&Standing| it.live && it.opens("Ledger", Tier::Full);
        let mut open: Vec<_> =
            self.to_fund(fund).filter(opens).map(|it| (it.from, it.to)).collect();
        open.sort();
        let mut next = begins.filter(|_| self.agreements.contains(&agreement));
        for (from, to) in open {
            next = next
                .map(|day| if from <= day { day.max(to.succ_opt().unwrap_or(to)) } else { day });
        }
        next.is_some_and(|day| day > crate::raw::day(9999, 12, 30))
    }

    /// True when an agreement's group of fields is open.
    #[must_use]
    pub fn opens_of_agreement(&self, id: Uuid, group: &str, tier: Tier) -> bool {
        self.to_agreement(id).any(|it| it.opens(group, tier))
    }

    /// True when a fund's group of fields is open.
    #[must_use]
    pub fn opens_of_fund(&self, id: Uuid, group: &str, tier: Tier) -> bool {
        self.to_fund(id).any(|it| it.opens(group, tier))
    }

    /// True when a scheme's group of fields is open.
    #[must_use]
    pub fn opens_of_scheme(&self, row: &scheme::Model, group: &str, tier: Tier) -> bool {
        self.to_scheme(row).any(|it| it.opens(group, tier))
    }

    fn to_scheme(&self, row: &scheme::Model) -> impl Iterator<Item = &Standing> {
        let (id, starts_on) = (row.id, row.starts_on);
        self.to_fund(row.fund_id)
            .filter(move |it| it.scheme.is_none_or(|own| own == id) && starts_on <= it.to)
    }

    /// The masked fields of an object, with whether each is shown.
    #[must_use]
    pub fn fields(
        &self,
        object: &str,
        id: Uuid,
        wants: impl Fn(&Field) -> bool,
    ) -> Vec<(&'static str, bool)> {
        let of_object = FIELDS.iter().filter(|field| field.object == object && wants(field));
        of_object.map(|field| (field.name, self.shows(field, id))).collect()
    }

    fn shows(&self, field: &Field, id: Uuid) -> bool {
        let (group, tier, world) = (field.group, field.tier, self.world);
        match (field.object, field.name) {
            ("PartnershipAgreement", "position") => {
                let whole = |it: &Standing| it.opens(group, tier) && it.covers_year(2025);
                let mut funds = world.funds.iter().filter(|row| row.agreement_id == id);
                self.to_agreement(id).any(whole)
                    || funds.any(|row| self.sees_position(row.id, 2025))
            }
            ("PartnershipAgreement", _) => self.opens_of_agreement(id, group, tier),
            ("PooledFund", "position") => self.sees_position(id, 2025),
            ("PooledFund", "memorandumAccount") => self.sees_account(id, 2025),
            ("PooledFund", "schemes") => {
                let part = self.opens_of_fund(id, group, Tier::Summary);
                part || self.opens_of_fund(id, group, tier)
            }
            ("PooledFund", "contributions") => {
                let own = self.opens_of_fund(id, "ContributionsOwn", Tier::Own);
                own || self.opens_of_fund(id, group, tier)
            }
            ("PooledFund", _) => self.opens_of_fund(id, group, tier),
            ("Scheme", "budget" | "monthlyBudget") => self
                .to_scheme(world.scheme(id))
                .any(|it| it.opens(group, tier) && it.covers_year(2025)),
            ("Scheme", "receivedByYou") => {
                let (first, last) = (day(2025, 4, 1), day(2026, 3, 31));
                let open = |it: &Standing| it.opens(group, tier) && it.covers(first, last);
                self.to_scheme(world.scheme(id)).any(open)
            }
            ("Scheme", _) => self.opens_of_scheme(world.scheme(id), group, tier),
            ("BudgetMovement", _) => {
                let row = world.movements.iter().find(|row| row.id == id).expect("of this world");
                let of_day = |it: &Standing| it.covers(row.effective_on, row.effective_on);
                self.to_fund(row.fund_id).any(|it| of_day(it) && it.opens(group, tier))
            }
            ("Forecast", _) => {
                let row = world.forecasts.iter().find(|row| row.id == id).expect("of this world");
                let start = row.financial_year.start_year();
                let opens =
                    |it: &Standing| it.opens(group, tier) || it.opens("ForecastDraft", tier);
                self.to_fund(row.fund_id).any(|it| it.covers_year(start) && opens(it))
            }
            _ => {
                let row = world.contributions.iter().find(|row| row.id == id);
                let row = row.expect("a contribution of this world");
                let start = row.financial_year.start_year();
                self.to_fund(row.fund_id).any(|it| it.covers_year(start) && it.opens(group, tier))
            }
        }
    }
}
