//! Worlds by chance, and the same for the same seed: organisations, agreements, funds and what
//! lies in them, under every kind of relation with every kind of date.

mod books;
mod chain_payments;
mod chains;
mod circle;
mod consortium_shares;
mod contracts;
pub mod delegated_budgets;
mod exhibit;
mod exhibit_contracts;
mod interests;
mod measure_feeds;
mod novations;
pub mod outcomes;
pub mod payment_runs;
mod publications;
mod published_statement;
mod relations;
mod shared;
mod store;
mod takeovers;
mod value_decisions;
pub mod withholdings;

use chrono::NaiveDate;
use entities::{
    access_grant as grant, account as person, audit_act as act, budget_movement as movement,
    commitment, contribution, external_reference, forecast, forecast_submission as submission,
    ledger_account as account, ledger_entry as entry, ledger_transaction as transaction,
    narrative_threshold, organisation,
    organisation::OrganisationKind,
    organisation_succession as succession,
    partnership_agreement::{
        self as agreement, AgreementEvidence, AgreementStatus, PostingVisibility, StatutoryBasis,
    },
    period_closing as closing, period_release as release,
    pooled_fund::{self as fund, FundKind},
    proposal, published_statement as statement, relation, risk_share, risk_share_fund,
    risk_share_version, scheme, settlement, settlement_line, succession_takeover as takeover, team,
    team_function, team_limit, team_member, team_post, team_post_share,
    value::Instant,
};
use uuid::Uuid;

pub use contracts::Contracting;
pub use exhibit::Exhibited;

use crate::{evidence::Random, raw::day};

/// The financial years in which everything happens, by the year in which they begin.
pub const YEARS: [i32; 3] = [2023, 2024, 2025];

/// One world, as rows.
#[derive(Clone, Debug, Default)]
pub struct Generated {
    /// The seed that makes it again.
    pub seed: u64,
    /// Organisations; the last stands in no relation.
    pub organisations: Vec<organisation::Model>,
    /// Agreements.
    pub agreements: Vec<agreement::Model>,
    /// Funds.
    pub funds: Vec<fund::Model>,
    /// Schemes.
    pub schemes: Vec<scheme::Model>,
    /// Contributions.
    pub contributions: Vec<contribution::Model>,
    /// Accounts of the books.
    pub accounts: Vec<account::Model>,
    /// Entries of the books.
    pub entries: Vec<entry::Model>,
    /// Transactions.
    pub transactions: Vec<transaction::Model>,
    /// Commitments, and what releases them.
    pub commitments: Vec<commitment::Model>,
    /// Forecasts.
    pub forecasts: Vec<forecast::Model>,
    /// Which of them were submitted.
    pub submissions: Vec<submission::Model>,
    /// Movements of budget.
    pub movements: Vec<movement::Model>,
    /// Closings of periods.
    pub closings: Vec<closing::Model>,
    /// Releases of periods.
    pub releases: Vec<release::Model>,
    /// Relations.
    pub relations: Vec<relation::Model>,
    /// Teams.
    pub teams: Vec<team::Model>,
    /// What teams' posts are.
    pub posts: Vec<team_post::Model>,
    /// Who pays for them.
    pub shares: Vec<team_post_share::Model>,
    /// Who sits on teams.
    pub members: Vec<team_member::Model>,
    /// What was delegated to teams.
    pub limits: Vec<team_limit::Model>,
    /// What teams do.
    pub functions: Vec<team_function::Model>,
    /// Whose accounts sit on teams.
    pub accounts_of_people: Vec<person::Model>,
    /// What was proposed.
    pub proposals: Vec<proposal::Model>,
    /// What publishers printed.
    pub statements: Vec<statement::Model>,
    /// What was done.
    pub acts: Vec<act::Model>,
    /// Risk shares.
    pub risk_shares: Vec<risk_share::Model>,
    /// Which fund is in which.
    pub risk_share_funds: Vec<risk_share_fund::Model>,
    /// The versions of their rules.
    pub risk_share_versions: Vec<risk_share_version::Model>,
    /// What the partners have decided that returns leave unexplained.
    pub narrative_thresholds: Vec<narrative_threshold::Model>,
    /// What was claimed by them.
    pub settlements: Vec<settlement::Model>,
    /// Of whom.
    pub settlement_lines: Vec<settlement_line::Model>,
    /// Grants.
    pub grants: Vec<grant::Model>,
    /// Who took over from whom.
    pub successions: Vec<succession::Model>,
    /// Which of several successors takes over where.
    pub takeovers: Vec<takeover::Model>,
    /// What organisations call things in systems of their own.
    pub references: Vec<external_reference::Model>,
    /// What commissioners buy, and from whom it is bought on.
    pub contracting: Contracting,
}

/// Makes a world.
pub(super) struct Maker {
    random: Random,
    instant: i64,
    it: Generated,
}

impl Generated {
    /// The world of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut maker = Maker::new(seed);
        maker.organisations();
        for place in 0..maker.between(2, 4) {
            maker.agreement(place);
        }
        maker.relations();
        maker.successions();
        maker.books();
        maker.references();
        maker.circle(false);
        maker.statements();
        maker.contracts();
        maker.payment_runs();
        maker.withholdings(0);
        maker.outcomes();
        maker.chain_payments();
        maker.delegated_budgets();
        maker.interests();
        maker.value_decisions();
        maker.consortium_shares();
        maker.publications();
        maker.measure_feeds();
        maker.it
    }

    /// The agreement of a fund.
    ///
    /// # Panics
    /// When the fund is not of this world.
    #[must_use]
    pub fn agreement_of(&self, fund: Uuid) -> Uuid {
        self.fund(fund).agreement_id
    }

    /// A fund of this world.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn fund(&self, id: Uuid) -> &fund::Model {
        self.funds.iter().find(|row| row.id == id).expect("a fund of this world")
    }

    /// A scheme of this world.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn scheme(&self, id: Uuid) -> &scheme::Model {
        self.schemes.iter().find(|row| row.id == id).expect("a scheme of this world")
    }
}

impl Maker {
    pub(super) fn new(seed: u64) -> Self {
        // 1 June 2025: before the day on which everybody asks.
        let instant = 1_748_736_000_000_000;
        let it = Generated { seed, ..Generated::default() };
        Self { random: Random::new(seed), instant, it }
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(1);
        usize::try_from(self.random.below(limit)).unwrap_or(0)
    }

    fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn id(&mut self) -> Uuid {
        let (high, low) = (self.random.below(u64::MAX), self.random.below(u64::MAX));
        Uuid::from_u128((u128::from(high) << 64) | u128::from(low))
    }

    fn known_at(&mut self) -> Instant {
        self.instant += 1_000_000;
        Instant(self.instant)
    }

    /// A day of the years in which everything happens, often at the edge of one.
    fn day(&mut self) -> NaiveDate {
        let year = self.pick(&YEARS);
        if self.one_in(5) {
            return self.pick(&[day(year, 4, 1), day(year + 1, 3, 31)]);
        }
        let month = u32::try_from(self.between(1, 12)).unwrap_or(1);
        let of_month = u32::try_from(self.between(1, 28)).unwrap_or(1);
        day(if month > 3 { year } else { year + 1 }, month, of_month)
    }

    fn organisations(&mut self) {
        for place in 0..self.between(6, 12) {
            let (id, letters) = (self.id(), self.between(1, 9));
            self.it.organisations.push(organisation::Model {
                id,
                name: format!("Organisation {letters} of {:x} {place}", self.it.seed),
                kind: OrganisationKind::LocalAuthority,
                opened_on: None,
                closed_on: None,
                postcode: None,
                is_placeholder: false,
                merged_into_id: None,
                version: 1,
            });
        }
    }

    /// Any organisation but the last, which stands in no relation.
    fn organisation(&mut self) -> Uuid {
        let place = self.below(self.it.organisations.len() - 1);
        self.it.organisations[place].id
    }

    /// Owners differ, so that references may be the same.
    fn agreement(&mut self, place: usize) {
        let owner = self.it.organisations[place].id;
        let id = self.id();
        let starts_on = self.pick(&[day(2020, 4, 1), day(2023, 4, 1), day(2024, 7, 1)]);
        let row = agreement::Model {
            id,
            owner_id: owner,
            reference: self.pick(&["ALPHA", "BETA", "beta"]).to_owned(),
            title: self.pick(&["Adult care", "Better care", "adult care", "Zest"]).to_owned(),
            aims: "To share".to_owned(),
            statutory_basis: StatutoryBasis::Section75,
            status: self.pick(&[AgreementStatus::InForce, AgreementStatus::Draft]),
            evidence: self.pick(&[AgreementEvidence::Signed, AgreementEvidence::UnsignedOperating]),
            pool_manager: Some("Pool manager".to_owned()),
            starts_on,
            ends_on: None,
            notice_months: Some(6),
            postings: self.pick(&[PostingVisibility::Live, PostingVisibility::Released]),
            version: 1,
        };
        self.it.agreements.push(row);
        for number in 0..self.between(1, 3) {
            self.fund(id, owner, number);
        }
    }

    fn fund(&mut self, agreement: Uuid, owner: Uuid, number: usize) {
        let id = self.id();
        let starts_on = self.pick(&[day(2020, 4, 1), day(2023, 4, 1), day(2025, 4, 1)]);
        let row = fund::Model {
            id,
            agreement_id: agreement,
            owner_id: owner,
            reference: format!("FUND {number}"),
            name: self.pick(&["Beds", "beds", "Cash", "Zest", "Home"]).to_owned(),
            kind: self.pick(&[FundKind::Pooled, FundKind::Aligned]),
            starts_on,
            over_programming_approval: Some("Board, minute 1".to_owned()),
            version: 1,
        };
        self.it.funds.push(row);
        for number in 0..self.between(1, 3) {
            let (id, commissioner) = (self.id(), self.organisation());
            let provider = self.organisation();
            let fund = &self.it.funds[self.it.funds.len() - 1];
            let (fund_id, begins) = (fund.id, fund.starts_on);
            let row = scheme::Model {
                id,
                fund_id,
                reference: format!("S{number}"),
                name: self.pick(&["Night", "night", "Day"]).to_owned(),
                scheme_type_code: "OTHER".to_owned(),
                area_of_spend_code: None,
                commissioner_id: commissioner,
                provider_id: (!self.one_in(4)).then_some(provider),
                is_recurrent: self.one_in(2),
                is_capital: self.one_in(2),
                starts_on: self
                    .pick(&[day(2023, 4, 1), day(2024, 4, 1), day(2025, 9, 1)])
                    .max(begins),
                version: 1,
            };
            self.it.schemes.push(row);
        }
    }
}
