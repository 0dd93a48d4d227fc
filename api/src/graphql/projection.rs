//! What care would cost if nothing was done, and what a proposal would save against that.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use domain::rules::projection::{self as rules, Allowance, Scenario};

use super::{
    node::Kind,
    position_figures::Explanation,
    request::{Asked as _, stopped},
    scalars::{FinancialYear, Money},
    what_if_input::WhatIfInput,
};
use crate::service::{
    Code, Refusal, Stopped,
    projection::{self as service, Asked, Projected, ProposedContract, project},
};

/// What care would cost.
#[derive(Default)]
pub struct ProjectionQuery;

/// From what a population's cost grows, and how.
#[derive(Clone, Debug, InputObject)]
pub struct ProjectInput {
    /// The year that it grows from.
    pub from_year: FinancialYear,
    /// How many years after it, 1 to 30.
    pub years: i32,
    /// How many people use the care; 1 when only a cost is known.
    #[graphql(default = 1)]
    pub people: i32,
    /// What one of them costs in a year, in pounds; or say by how much the cost rose.
    pub cost_of_one: Option<Money>,
    /// By how much the whole cost rose to what it is.
    pub risen: Option<RisenInput>,
    /// By how much people grow, year after year, in hundredths of a per cent; the last goes on. At
    /// most 50.
    #[graphql(default)]
    pub growth_of_people: Vec<i32>,
    /// By how much the cost of one grows, likewise.
    #[graphql(default)]
    pub growth_of_cost: Vec<i32>,
    /// What is expected on top, at most 50.
    #[graphql(default)]
    pub allowances: Vec<AllowanceInput>,
    /// What a proposal would cost in those years, at most 50.
    #[graphql(default)]
    pub proposed: Vec<ProposedYearInput>,
    /// A contract on record that is the proposal instead. You have to read all of what it is worth, and
    /// for its schedules all that enters them.
    pub proposed_contract: Option<ProposedContractInput>,
}

/// A contract on record as a proposal.
#[derive(Clone, Debug, InputObject)]
pub struct ProposedContractInput {
    /// The contract.
    pub contract: ID,
    /// By which of its figures.
    #[graphql(default)]
    pub by: ProposedBy,
    /// Of SCHEDULE: what would be otherwise, in each of the years.
    pub what_if: Option<WhatIfInput>,
}

/// By which of its figures a contract is compared with doing nothing. A year that the contract covers in
/// part is compared as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "service::ProposedBy")]
pub enum ProposedBy {
    /// What it is expected to cost, in the years with an expected value.
    #[default]
    ExpectedValue,
    /// What its schedules come to, as of the last day of each year that its terms cover and in which it
    /// pays anything: what measures can still earn is not in it, unless a what-if says what they come
    /// to.
    Schedule,
}

/// That a cost rose to what it is.
#[derive(Clone, Debug, InputObject)]
pub struct RisenInput {
    /// By how much, in pounds.
    pub by: Money,
    /// Which share of what it was that is, in hundredths of a per cent.
    pub basis_points: i32,
    /// In how many years, 1 to 30.
    pub years: i32,
}

/// An amount on top that builds up to its whole in equal steps, and stays.
#[derive(Clone, Debug, InputObject)]
pub struct AllowanceInput {
    /// What it is for.
    pub name: String,
    /// The whole, in pounds; below nothing for what is saved.
    pub whole: Money,
    /// In how many years it is reached.
    pub years: i32,
}

/// What a proposal would cost in a year.
#[derive(Clone, Debug, InputObject)]
pub struct ProposedYearInput {
    /// The year.
    pub financial_year: FinancialYear,
    /// How much, in pounds.
    pub cost: Money,
}

/// What a population's care would cost, as you supposed. Nothing on record enters it but the contract
/// that you named.
#[derive(Clone, Debug)]
pub struct Projection(Projected);

/// What a cost was and is, as you supposed.
#[derive(Clone, Debug, SimpleObject)]
pub struct ProjectedRise {
    /// What it was, in pounds.
    pub opening: Money,
    /// What it is, in pounds.
    pub now: Money,
    /// By how much it grew each year, compounded, in hundredths of a per cent; null when that cannot
    /// be said.
    pub yearly_growth_basis_points: Option<i32>,
}

/// One year of a projection, as you supposed.
#[derive(Clone, Debug, SimpleObject)]
pub struct ProjectedYear {
    /// The year.
    pub financial_year: FinancialYear,
    /// How many people.
    pub people: i32,
    /// What one of them costs, in pounds.
    pub cost_of_one: Money,
    /// The allowances together, in pounds.
    pub allowances: Money,
    /// What the year costs, in pounds.
    pub cost: Money,
    /// How that comes about from the year before; null of the first.
    pub explanation: Option<Explanation>,
}

/// What a proposal would save in a year, against doing nothing. Of a contract on record whoever reads all
/// of what it costs sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct ComparedYear {
    /// The year.
    pub financial_year: FinancialYear,
    /// What doing nothing would cost, in pounds.
    pub do_nothing: Money,
    /// What is proposed, in pounds.
    pub proposed: Money,
    /// What is saved, in pounds; below nothing when it costs more.
    pub saving: Money,
}

#[Object]
impl ProjectionQuery {
    /// What a population's care would cost over the coming years if nothing was done, with what
    /// drives it, and what a proposal would save against that. Nothing on record enters it but the
    /// contract that you name as the proposal, and nothing is written.
    async fn project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From what it grows, and how.")] input: ProjectInput,
    ) -> Result<Projection> {
        let viewer = ctx.viewer()?;
        let asked = input.read().map_err(|refusal| stopped(Stopped::Refused(refusal)))?;
        let snapshot = ctx.request()?.snapshot().await?;
        let projected = project(snapshot.connection(), viewer, asked).await;
        projected.map(Projection).map_err(stopped)
    }
}

impl ProjectInput {
    fn read(self) -> std::result::Result<Asked, Refusal> {
        let risen = match self.risen {
            Some(it) => Some((
                it.by.pence("input.risen.by")?,
                it.basis_points.into(),
                counted(it.years, "input.risen.years")?,
            )),
            None => None,
        };
        let cost_of_one = self.cost_of_one.map(|it| it.pence("input.costOfOne")).transpose()?;
        if cost_of_one.is_some() == risen.is_some() {
            let sentence = "give either what one costs, or by how much the cost rose";
            return Err(Refusal::new(Code::InvalidValue, sentence).at("input.costOfOne"));
        }
        let mut allowances = Vec::new();
        for (place, it) in self.allowances.into_iter().enumerate() {
            let path = format!("input.allowances.{place}");
            allowances.push(Allowance {
                name: it.name,
                whole: it.whole.pence(&format!("{path}.whole"))?,
                years: counted(it.years, &format!("{path}.years"))?,
            });
        }
        let mut proposed = Vec::new();
        for (place, it) in self.proposed.into_iter().enumerate() {
            let path = format!("input.proposed.{place}");
            let year = it.financial_year.year(&format!("{path}.financialYear"))?;
            proposed.push((year, it.cost.pence(&format!("{path}.cost"))?));
        }
        let contract = self.proposed_contract.map(ProposedContractInput::read).transpose()?;
        let scenario = Scenario {
            from: self.from_year.year("input.fromYear")?,
            people: self.people.into(),
            cost_of_one: cost_of_one.unwrap_or_default(),
            growth_of_people: self.growth_of_people.into_iter().map(i64::from).collect(),
            growth_of_cost: self.growth_of_cost.into_iter().map(i64::from).collect(),
            allowances,
        };
        let years = counted(self.years, "input.years")?;
        Ok(Asked { scenario, years, risen, proposed, contract })
    }
}

impl ProposedContractInput {
    fn read(self) -> std::result::Result<ProposedContract, Refusal> {
        Ok(ProposedContract {
            id: Kind::Contract.read(&self.contract, "input.proposedContract.contract")?,
            by: self.by.into(),
            what_if: self.what_if.map(WhatIfInput::read).transpose()?.unwrap_or_default(),
        })
    }
}

fn counted(years: i32, path: &str) -> std::result::Result<u32, Refusal> {
    u32::try_from(years)
        .map_err(|_| Refusal::new(Code::InvalidValue, "give 0 years or more").at(path))
}

/// What a population's care would cost, as you supposed. Nothing on record enters it but the contract
/// that you named.
#[Object]
impl Projection {
    /// What the cost was and is; null unless a rise was supposed.
    async fn rise(&self) -> Option<ProjectedRise> {
        let (rise, growth) = self.0.rise?;
        Some(ProjectedRise {
            opening: rise.opening.into(),
            now: rise.now.into(),
            yearly_growth_basis_points: growth.and_then(|it| i32::try_from(it).ok()),
        })
    }

    /// The year that it grows from, and those after it.
    async fn years(&self) -> Vec<ProjectedYear> {
        let befores = std::iter::once(None).chain(self.0.years.iter().map(Some));
        let year =
            |(it, before): (&rules::ProjectedYear, Option<&rules::ProjectedYear>)| ProjectedYear {
                financial_year: it.year.into(),
                people: i32::try_from(it.people).unwrap_or(i32::MAX),
                cost_of_one: it.cost_of_one.into(),
                allowances: it.allowances.into(),
                cost: it.cost.into(),
                explanation: before.map(|before| rules::explain(before, it).into()),
            };
        self.0.years.iter().zip(befores).map(year).collect()
    }

    /// What the proposal would save, in the years that both have.
    async fn compared(&self) -> Vec<ComparedYear> {
        let compared = self.0.compared.iter().map(|it| ComparedYear {
            financial_year: it.year.into(),
            do_nothing: it.do_nothing.into(),
            proposed: it.proposed.into(),
            saving: it.saving.into(),
        });
        compared.collect()
    }

    /// What the proposal would save in those years together, in pounds.
    async fn saving(&self) -> Money {
        self.0.compared.iter().map(|it| it.saving).sum::<entities::value::Pence>().into()
    }
}
