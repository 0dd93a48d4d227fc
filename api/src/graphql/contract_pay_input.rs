//! What is sent to say what contracts pay and for what.

use async_graphql::{Enum, InputObject};
use domain::rules::pay as rules;
use entities::value::Period;
use uuid::Uuid;

use super::scalars::{Date, FinancialYear, Money};
use crate::service::{Code, Refusal};

/// The most entries of one list.
const MOST: usize = 200;

type Read<T> = Result<T, Refusal>;

/// What a share is a share of (rule C4). Each is an amount of one financial year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Basis")]
pub enum PayBasis {
    /// What was spent on the care before the contract, as agreed for the year.
    BaselineSpend,
    /// The value of the contract, as agreed for the year.
    ContractValue,
    /// What care itself comes to.
    ActualAnnualValue,
    /// Block and capitation.
    FixedElement,
}

/// On which day one looks which count is the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Refresh")]
pub enum PayRefresh {
    /// The first of every month.
    Monthly,
    /// The first of April, July, October and January.
    Quarterly,
    /// The first of April.
    Yearly,
}

/// One of the two sides of a shared saving or overspend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Bearer")]
pub enum PayBearer {
    /// The provider, which is paid the whole budget.
    Provider,
    /// The pool, which pays what the care costs.
    Pool,
}

/// How a component pays: exactly one of the kinds, and its limits.
#[derive(Clone, Debug, InputObject)]
pub struct PayInput {
    /// BLOCK: a sum for the year.
    pub block: Option<PayAmountInput>,
    /// CAPITATION: a price for each person on a list.
    pub capitation: Option<PayCapitationInput>,
    /// ACTIVITY: prices of units, and what is paid beyond a plan; at most 200.
    pub activity: Option<Vec<PayTariffInput>>,
    /// COST_AND_VOLUME: a sum for the year that covers a range of activity.
    pub cost_and_volume: Option<PayCostAndVolumeInput>,
    /// EPISODE: a price for each episode of care; at most 200.
    pub episode: Option<Vec<PayPriceInput>>,
    /// YEAR_OF_CARE: a price for a year's care of one person; at most 200.
    pub year_of_care: Option<Vec<PayPriceInput>>,
    /// OUTCOME_CONTINGENT: what the outcome framework earns.
    pub outcome_contingent: Option<PayContingentInput>,
    /// INCENTIVE: goals, each with its own part (CQUIN).
    pub incentive: Option<PayIncentiveInput>,
    /// GAIN_SHARE: the provider's part of what is saved.
    pub gain_share: Option<PaySharingInput>,
    /// LOSS_SHARE: the provider's part of what is overspent.
    pub loss_share: Option<PaySharingInput>,
    /// TRANSITION: stated payments; at most 200.
    pub transition: Option<Vec<PayPaymentInput>>,
    /// PASS_THROUGH: the code under which costs are recorded that are paid as they are.
    pub pass_through: Option<String>,
    /// The least that it pays in a year.
    pub floor: Option<PayAmountInput>,
    /// The most that it pays in a year; of a shared gain or loss the most that is the provider's.
    pub cap: Option<PayAmountInput>,
    /// By how much its prices and stated amounts change, the earliest year first; at most 200.
    #[graphql(default)]
    pub uplifts: Vec<PayUpliftInput>,
}

/// An amount for a year: stated, or a share of a basis.
#[derive(Clone, Debug, InputObject)]
pub struct PayAmountInput {
    /// So much, in pounds; or give a basis and basis points.
    pub amount: Option<Money>,
    /// Of what it is a share.
    pub basis: Option<PayBasis>,
    /// The share, in hundredths of a per cent.
    pub basis_points: Option<i32>,
}

/// A price for each person on a list.
#[derive(Clone, Debug, InputObject)]
pub struct PayCapitationInput {
    /// What a person of weight 10,000 comes to in a year, in pounds.
    pub yearly_price: Money,
    /// Who is counted; at most 200.
    pub groups: Vec<PayGroupInput>,
    /// When a new count begins to matter.
    pub refreshed: PayRefresh,
}

/// People who count alike.
#[derive(Clone, Debug, InputObject)]
pub struct PayGroupInput {
    /// The code under which their number is recorded.
    pub code: String,
    /// What one of them counts: 10,000 is a whole person's price.
    #[graphql(default = 10_000)]
    pub weight: i32,
}

/// The price of a unit of activity.
#[derive(Clone, Debug, InputObject)]
pub struct PayTariffInput {
    /// The code under which the activity is recorded.
    pub code: String,
    /// What a unit costs, in pounds.
    pub price: Money,
    /// The units of a year up to which the whole price is paid; always when left out.
    pub plan: Option<i32>,
    /// What is paid of the price beyond the plan, in hundredths of a per cent.
    #[graphql(default = 10_000)]
    pub beyond_basis_points: i32,
}

/// A price.
#[derive(Clone, Debug, InputObject)]
pub struct PayPriceInput {
    /// The code under which episodes, or people under care, are recorded.
    pub code: String,
    /// What one costs, in pounds.
    pub price: Money,
}

/// A sum that covers a range of activity.
#[derive(Clone, Debug, InputObject)]
pub struct PayCostAndVolumeInput {
    /// The sum.
    pub yearly: PayAmountInput,
    /// The code under which the activity is recorded.
    pub code: String,
    /// The fewest units that the sum is for.
    pub from_units: i32,
    /// The most units that the sum is for.
    pub to_units: i32,
    /// What is given back for each unit fewer, in pounds.
    pub price_below: Money,
    /// What is paid for each unit more, in pounds.
    pub price_beyond: Money,
}

/// What the outcome framework earns.
#[derive(Clone, Debug, InputObject)]
pub struct PayContingentInput {
    /// The most that a year can earn, one amount after the other; the last stays. At most 200.
    pub most: Vec<PayAmountInput>,
    /// What a year has to have reached for the next to have the next amount, in hundredths of a per
    /// cent of the framework; each year has the next when left out (rule C9).
    pub sustained_at_basis_points: Option<i32>,
    /// True when it has to be more than in the year before, too.
    #[graphql(default)]
    pub and_improved: bool,
    /// What of it is paid in the months of the year, in hundredths of a per cent.
    #[graphql(default)]
    pub on_account_basis_points: i32,
}

/// An incentive scheme (CQUIN, rule C6).
#[derive(Clone, Debug, InputObject)]
pub struct PayIncentiveInput {
    /// What the goals' basis points are of.
    pub basis: PayBasis,
    /// The most that the goals may add up to, in hundredths of a per cent.
    pub ceiling_basis_points: i32,
    /// The goals; at most 200.
    pub goals: Vec<PayGoalInput>,
    /// What of them is paid in the months of the year, in hundredths of a per cent.
    #[graphql(default)]
    pub on_account_basis_points: i32,
}

/// A goal of an incentive scheme.
#[derive(Clone, Debug, InputObject)]
pub struct PayGoalInput {
    /// What it is called.
    pub name: String,
    /// True of a goal that is set nationally, false of a local one.
    #[graphql(default)]
    pub is_national: bool,
    /// Its part, in hundredths of a per cent.
    pub basis_points: i32,
    /// The reference of the measure that earns it: one of the framework's further measures.
    pub measure: String,
    /// The month in which it is due: 1 is April, 12 is March.
    #[graphql(default = 12)]
    pub period: i32,
}

/// How a saving or an overspend is shared.
#[derive(Clone, Debug, InputObject)]
pub struct PaySharingInput {
    /// What the care was to cost in the year.
    pub target: PayAmountInput,
    /// The code under which its cost is recorded.
    pub cost_code: String,
    /// The provider's part, layer by layer; at most 200.
    pub bands: Vec<PayBandInput>,
    /// Who has it in its own books before it is shared.
    pub first_borne_by: PayBearer,
    /// Of a saving: what the framework has to have reached, in hundredths of a per cent.
    pub gate_basis_points: Option<i32>,
}

/// One layer of a shared saving or overspend.
#[derive(Clone, Debug, InputObject)]
pub struct PayBandInput {
    /// Where it ends, in hundredths of a per cent of the target; it does not when left out.
    pub to_basis_points: Option<i32>,
    /// The provider's part of it, in hundredths of a per cent.
    pub provider_basis_points: i32,
}

/// A stated payment.
#[derive(Clone, Debug, InputObject)]
pub struct PayPaymentInput {
    /// When it is due.
    pub due_on: Date,
    /// How much, in pounds.
    pub amount: Money,
}

/// The indexation of one year, on top of those before it.
#[derive(Clone, Debug, InputObject)]
pub struct PayUpliftInput {
    /// The first year at the new price.
    pub financial_year: FinancialYear,
    /// In hundredths of a per cent; below zero for an efficiency.
    pub basis_points: i32,
}

impl PayInput {
    /// What is agreed, and the references of the measures of an incentive's goals.
    ///
    /// # Errors
    /// `INVALID_VALUE`, `INVALID_MONEY`, or `INVALID_DATE` under `path`.
    pub fn read(self, path: &str) -> Read<(rules::Pay, Vec<String>)> {
        let at = |field: &str| format!("{path}.{field}");
        let limit =
            |it: Option<PayAmountInput>, field: &str| it.map(|it| it.read(&at(field))).transpose();
        let (floor, cap) = (limit(self.floor.clone(), "floor")?, limit(self.cap.clone(), "cap")?);
        bounded(self.uplifts.len(), &at("uplifts"))?;
        let mut uplifts = Vec::new();
        for (place, it) in self.uplifts.iter().enumerate() {
            let year = it.financial_year.year(&at(&format!("uplifts.{place}.financialYear")))?;
            uplifts.push(rules::Uplift { year, basis_points: it.basis_points.into() });
        }
        let measures = self.incentive.iter().flat_map(|it| &it.goals);
        let measures = measures.map(|goal| goal.measure.clone()).collect();
        let mut kinds = self.kinds(path)?.into_iter();
        let (Some(kind), None) = (kinds.next(), kinds.next()) else {
            let sentence = "say how it pays: give exactly one kind";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(path));
        };
        Ok((rules::Pay { kind, floor, cap, uplifts }, measures))
    }

    fn kinds(self, path: &str) -> Read<Vec<rules::Kind>> {
        let at = |field: &str| format!("{path}.{field}");
        let mut kinds = self.kinds_for_care(path)?;
        if let Some(it) = self.outcome_contingent {
            kinds.push(rules::Kind::OutcomeContingent(it.read(&at("outcomeContingent"))?));
        }
        if let Some(it) = self.incentive {
            kinds.push(rules::Kind::Incentive(it.read(&at("incentive"))?));
        }
        if let Some(it) = self.gain_share {
            kinds.push(rules::Kind::GainShare(it.read(&at("gainShare"))?));
        }
        if let Some(it) = self.loss_share {
            kinds.push(rules::Kind::LossShare(it.read(&at("lossShare"))?));
        }
        if let Some(payments) = self.transition {
            let path = at("transition");
            let payments = list(payments, &path, |it, path| {
                Ok(rules::Payment {
                    due_on: it.due_on.day(&format!("{path}.dueOn"))?,
                    amount: it.amount.pence(&format!("{path}.amount"))?,
                })
            })?;
            kinds.push(rules::Kind::Transition { payments });
        }
        kinds.extend(self.pass_through.map(|code| rules::Kind::PassThrough { code }));
        Ok(kinds)
    }

    fn kinds_for_care(&self, path: &str) -> Read<Vec<rules::Kind>> {
        let at = |field: &str| format!("{path}.{field}");
        let mut kinds = Vec::new();
        if let Some(it) = self.block.clone() {
            kinds.push(rules::Kind::Block { yearly: it.read(&at("block"))? });
        }
        if let Some(it) = self.capitation.clone() {
            kinds.push(rules::Kind::Capitation(it.read(&at("capitation"))?));
        }
        if let Some(tariffs) = self.activity.clone() {
            let tariffs = list(tariffs, &at("activity"), |it, path| {
                Ok(rules::Tariff {
                    code: it.code,
                    price: it.price.pence(&format!("{path}.price"))?,
                    plan: it.plan.map(i64::from),
                    beyond_basis_points: it.beyond_basis_points.into(),
                })
            })?;
            kinds.push(rules::Kind::Activity { tariffs });
        }
        if let Some(it) = self.cost_and_volume.clone() {
            kinds.push(rules::Kind::CostAndVolume(it.read(&at("costAndVolume"))?));
        }
        if let Some(prices) = self.episode.clone() {
            let prices = list(prices, &at("episode"), PayPriceInput::read)?;
            kinds.push(rules::Kind::Episode { prices });
        }
        if let Some(prices) = self.year_of_care.clone() {
            let prices = list(prices, &at("yearOfCare"), PayPriceInput::read)?;
            kinds.push(rules::Kind::YearOfCare { prices });
        }
        Ok(kinds)
    }
}

impl PayAmountInput {
    fn read(self, path: &str) -> Read<rules::Amount> {
        match (self.amount, self.basis, self.basis_points) {
            (Some(amount), None, None) => {
                Ok(rules::Amount::Stated(amount.pence(&format!("{path}.amount"))?))
            }
            (None, Some(basis), Some(points)) => {
                Ok(rules::Amount::Share { basis: basis.into(), basis_points: points.into() })
            }
            _ => {
                let sentence = "give either an amount, or a basis and basis points";
                Err(Refusal::new(Code::InvalidValue, sentence).at(path))
            }
        }
    }
}

impl PayCapitationInput {
    fn read(self, path: &str) -> Read<rules::Capitation> {
        let group = |it: PayGroupInput| rules::Group { code: it.code, weight: it.weight.into() };
        bounded(self.groups.len(), &format!("{path}.groups"))?;
        Ok(rules::Capitation {
            yearly_price: self.yearly_price.pence(&format!("{path}.yearlyPrice"))?,
            groups: self.groups.into_iter().map(group).collect(),
            refreshed: self.refreshed.into(),
        })
    }
}

impl PayPriceInput {
    fn read(self, path: &str) -> Read<rules::Price> {
        Ok(rules::Price { code: self.code, price: self.price.pence(&format!("{path}.price"))? })
    }
}

impl PayCostAndVolumeInput {
    fn read(self, path: &str) -> Read<rules::CostAndVolume> {
        Ok(rules::CostAndVolume {
            yearly: self.yearly.read(&format!("{path}.yearly"))?,
            code: self.code,
            from_units: self.from_units.into(),
            to_units: self.to_units.into(),
            price_below: self.price_below.pence(&format!("{path}.priceBelow"))?,
            price_beyond: self.price_beyond.pence(&format!("{path}.priceBeyond"))?,
        })
    }
}

impl PayContingentInput {
    fn read(self, path: &str) -> Read<rules::Contingent> {
        let amounts = list(self.most, &format!("{path}.most"), PayAmountInput::read)?;
        let when = self.sustained_at_basis_points.map(|points| rules::Sustained {
            at_least_basis_points: points.into(),
            and_improved: self.and_improved,
        });
        Ok(rules::Contingent {
            most: rules::Phasing { amounts, when },
            on_account_basis_points: self.on_account_basis_points.into(),
        })
    }
}

impl PayIncentiveInput {
    fn read(self, path: &str) -> Read<rules::Incentive> {
        let goals = list(self.goals, &format!("{path}.goals"), |it, path| {
            let due = Period::new(it.period).map_err(|why| {
                Refusal::new(Code::InvalidValue, why).at(&format!("{path}.period"))
            })?;
            Ok(rules::Goal {
                name: it.name,
                is_national: it.is_national,
                basis_points: it.basis_points.into(),
                // Its measure is found by its reference, among those of the contract.
                measure: Uuid::nil(),
                due,
            })
        })?;
        Ok(rules::Incentive {
            basis: self.basis.into(),
            ceiling_basis_points: self.ceiling_basis_points.into(),
            goals,
            on_account_basis_points: self.on_account_basis_points.into(),
        })
    }
}

impl PaySharingInput {
    fn read(self, path: &str) -> Read<rules::Sharing> {
        bounded(self.bands.len(), &format!("{path}.bands"))?;
        let band = |it: PayBandInput| rules::Band {
            to_basis_points: it.to_basis_points.map(i64::from),
            provider_basis_points: it.provider_basis_points.into(),
        };
        Ok(rules::Sharing {
            target: self.target.read(&format!("{path}.target"))?,
            cost_code: self.cost_code,
            bands: self.bands.into_iter().map(band).collect(),
            first_borne_by: self.first_borne_by.into(),
            gate_basis_points: self.gate_basis_points.map(i64::from),
        })
    }
}

/// Reads each of a list of at most 200.
///
/// # Errors
/// `INVALID_VALUE` at `path`, or whatever `read` refuses.
pub(super) fn list<I, O>(
    items: Vec<I>,
    path: &str,
    read: impl Fn(I, &str) -> Read<O>,
) -> Read<Vec<O>> {
    bounded(items.len(), path)?;
    let items = items.into_iter().enumerate();
    items.map(|(place, it)| read(it, &format!("{path}.{place}"))).collect()
}

fn bounded(count: usize, path: &str) -> Read<()> {
    if count <= MOST {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidValue, format!("give at most {MOST}")).at(path))
}
