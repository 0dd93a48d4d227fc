//! What one viewer may see of a world on a day.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entities::{
    commitment, contribution, forecast, ledger_transaction as transaction, scheme,
    value::FinancialYear,
};
use uuid::Uuid;

use super::{
    Generated, Holder,
    masks::{FIELDS, POSITIONS_KEEP_THEIR_YEARS, Tier},
    standings::{Standing, standings},
};
use crate::raw::day;

/// What a viewer may see.
pub struct View<'a> {
    /// The world.
    pub world: &'a Generated,
    /// Who looks.
    pub holder: Holder,
    standings: Vec<Standing>,
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
}

fn days(year: FinancialYear) -> (NaiveDate, NaiveDate) {
    let start = year.start_year();
    (day(start, 4, 1), day(start + 1, 3, 31))
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
        standings.retain(|it| it.holder == own && it.is_usable(today));
        let none = BTreeSet::new;
        let mut view = Self {
            world,
            holder,
            standings,
            agreements: none(),
            funds: none(),
            schemes: none(),
            contributions: none(),
            transactions: none(),
            commitments: none(),
            forecasts: none(),
            movements: none(),
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

    fn to_agreement(&self, id: Uuid) -> impl Iterator<Item = &Standing> {
        self.standings.iter().filter(move |it| it.is_to_agreement(id))
    }

    fn to_fund(&self, id: Uuid) -> impl Iterator<Item = &Standing> {
        let agreement = self.world.agreement_of(id);
        self.standings.iter().filter(move |it| it.is_to_fund(id, agreement))
    }

    /// A provider sees its own schemes; others those that had begun before they left.
    fn sees_scheme(&self, row: &scheme::Model) -> bool {
        self.to_fund(row.fund_id).any(|it| {
            let own = it.scheme == Some(row.id) && it.opens("SchemeName", Tier::Own);
            own || (it.opens("SchemeName", Tier::Summary) && row.starts_on <= it.to)
        })
    }

    fn sees_contribution(&self, row: &contribution::Model) -> bool {
        let (first, last) = days(row.financial_year);
        let is_own = row.partner_id == self.holder.organisation;
        self.to_fund(row.fund_id).filter(|it| it.covers(first, last)).any(|it| {
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
        self.to_fund(row.fund_id).any(|it| {
            let covers = it.covers(row.effective_on, row.effective_on);
            it.opens("Ledger", Tier::Full) && covers && (it.live || released)
        })
    }

    fn sees_commitment(&self, row: &commitment::Model) -> bool {
        let scheme = self.world.scheme(row.scheme_id);
        self.to_fund(scheme.fund_id).any(|it| {
            let covers = it.covers(row.effective_on, row.effective_on);
            it.opens("Ledger", Tier::Full) && covers && scheme.starts_on <= it.to
        })
    }

    fn sees_forecast(&self, row: &forecast::Model) -> bool {
        let (first, last) = days(row.financial_year);
        let submitted = self.world.submissions.iter().any(|it| it.forecast_id == row.id);
        self.to_fund(row.fund_id).filter(|it| it.covers(first, last)).any(|it| {
            it.opens("ForecastDraft", Tier::Full)
                || (submitted && it.opens("ForecastSubmitted", Tier::Summary))
        })
    }

    /// True when the position of a fund that it sees is shown for the year beginning in `start`.
    #[must_use]
    pub fn sees_position(&self, fund: Uuid, start: i32) -> bool {
        let (first, last) = (day(start, 4, 1), day(start + 1, 3, 31));
        self.funds.contains(&fund)
            && self.to_fund(fund).any(|it| {
                let covers = !POSITIONS_KEEP_THEIR_YEARS || it.covers(first, last);
                it.opens("Position", Tier::Summary) && covers
            })
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
        self.to_fund(row.fund_id)
            .filter(|it| it.scheme.is_none_or(|own| own == row.id) && row.starts_on <= it.to)
            .any(|it| it.opens(group, tier))
    }

    /// The masked fields of an object, with whether each is shown.
    #[must_use]
    pub fn fields(&self, object: &str, id: Uuid) -> Vec<(&'static str, bool)> {
        let shown = |group: &str, tier| match object {
            "PartnershipAgreement" => self.opens_of_agreement(id, group, tier),
            "PooledFund" if group == "Position" => self.sees_position(id, 2025),
            "PooledFund" => self.opens_of_fund(id, group, tier),
            "Scheme" => self.opens_of_scheme(self.world.scheme(id), group, tier),
            _ => {
                let row = self.world.contributions.iter().find(|row| row.id == id);
                let row = row.expect("a contribution of this world");
                let (first, last) = days(row.financial_year);
                self.to_fund(row.fund_id).any(|it| it.covers(first, last) && it.opens(group, tier))
            }
        };
        let of_object = FIELDS.iter().filter(|field| field.object == object);
        of_object.map(|field| (field.name, shown(field.group, field.tier))).collect()
    }
}
