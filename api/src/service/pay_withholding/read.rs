use std::collections::HashSet;

use chrono::NaiveDate;
use domain::{
    policy::dated::Hidden,
    rules::pay::{Outcome, Withheld},
};
use entities::{
    pay_withholding as row, pay_withholding_settlement as settlement,
    value::{Instant, Pence},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    access::{
        facts::contracts,
        pay_withholding::{sees_own, sees_settlements, sees_whole},
    },
    auth::Viewer,
    service::{
        Refusal, Stopped,
        pay::{self, Asked, ENTERS, Ground, share_of, worked_out},
    },
};

/// How much of a withholding a viewer reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// What it bears of it.
    Share,
    /// All of it.
    All,
}

/// What was withheld of the months that have begun, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amounts {
    /// What was withheld.
    pub withheld: Pence,
    /// What of that was given back.
    pub released: Pence,
    /// What of that was retained for good.
    pub retained: Pence,
    /// What is left.
    pub left: Pence,
}

/// A withholding, as far as a viewer reads it.
#[derive(Clone, Debug)]
pub struct PayWithholding {
    /// The withholding.
    pub row: row::Model,
    /// How much of it is shown.
    pub shows: Shows,
    /// What the component is called by its parties; none when it is of all that the contract pays.
    pub component: Option<String>,
    /// All of what it comes to; or why it is hidden.
    pub amounts: Result<Amounts, Hidden>,
    /// What the viewer bears of it as a commissioner; none of anybody else, and while nothing is
    /// withheld. Or why it is hidden.
    pub own_share: Result<Option<Amounts>, Hidden>,
    /// What became of it, the first first.
    pub settlements: Vec<Settled>,
    /// Whether the viewer may release or retain something of it, and why not.
    pub may_settle: Result<(), String>,
}

/// Something that was given back or retained.
#[derive(Clone, Debug)]
pub struct Settled {
    /// It.
    pub row: settlement::Model,
    /// What it came to; or why that is hidden.
    pub amount: Result<Pence, Hidden>,
}

impl PayWithholding {
    /// Counts up with everything that becomes of it.
    #[must_use]
    pub fn version(&self) -> i32 {
        self.settlements.last().map_or(1, |it| it.row.number + 1)
    }

    /// The day from which nothing more is withheld; none while it goes on.
    #[must_use]
    pub fn ended_on(&self) -> Option<NaiveDate> {
        let whole = self.settlements.iter().find(|it| it.row.amount_pence.is_none());
        whole.map(|it| it.row.effective_on)
    }
}

/// The withholdings of a contract in a year that the viewer sees, the first first, as they stand at a
/// day by what was known at an instant.
///
/// # Errors
/// A fault of the database.
pub async fn withholdings_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    asked: &Asked,
) -> Result<Vec<PayWithholding>, Stopped> {
    let ground = pay::ground(connection, viewer, asked.contract).await?;
    told(connection, viewer, (&ground, asked)).await
}

/// The one withholding of a contract that goes by this number.
pub(super) async fn one(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (ground, asked): (&Ground, &Asked),
    is_meant: impl Fn(&row::Model) -> bool,
) -> Result<PayWithholding, Stopped> {
    let all = told(connection, viewer, (ground, asked)).await?;
    let found = all.into_iter().find(|it| is_meant(&it.row));
    found.ok_or_else(|| Refusal::not_found("withholding", "withholding").into())
}

async fn told(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (ground, asked): (&Ground, &Asked),
) -> Result<Vec<PayWithholding>, Stopped> {
    let of_year = Condition::all()
        .add(row::Column::ContractId.eq(asked.contract))
        .add(row::Column::FinancialYear.eq(asked.year));
    let known = |known_at: Instant| asked.known_at.is_none_or(|at| known_at <= at);
    let mut rows = sees_own(viewer).filter(of_year.clone()).all(connection).await?;
    rows.retain(|row| known(row.known_at));
    rows.sort_by_key(|row| row.number);
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let whole = sees_whole(viewer).filter(of_year).all(connection).await?;
    let whole: HashSet<Uuid> = whole.iter().map(|row| row.id).collect();
    let as_of = asked.as_of.unwrap_or(viewer.today);
    let of_contract = row::Column::ContractId.eq(asked.contract);
    let mut settlements = sees_settlements(viewer).filter(of_contract).all(connection).await?;
    settlements.retain(|it| known(it.known_at) && it.effective_on <= as_of);
    let facts = contracts::whole_of(connection, asked.contract).await?;
    let heirs = contracts::heirs_of(connection, &[(&ground.contract.row, &facts)]).await?;
    let heirs = heirs.get(&asked.contract).cloned().unwrap_or_default();
    let scheduled = worked_out(connection, asked, as_of).await?;
    let hidden = |reads_own| hidden(ground, (viewer.today, as_of), reads_own);
    let may_settle = viewer.actor().may_withhold_pay(&ground.parties);
    let tell = |row: row::Model| {
        let shows = if whole.contains(&row.id) { Shows::All } else { Shows::Share };
        let of = scheduled.schedule.withheld.iter().find(|it| it.withholding == row.id);
        let all = match (shows, hidden(false)) {
            (Shows::Share, _) => Err(Hidden::OwnOnly),
            (Shows::All, Some(why)) => Err(why),
            (Shows::All, None) => Ok(()),
        };
        let own_share = match hidden(true) {
            Some(why) => Err(why),
            None => Ok(of.and_then(|of| share(viewer, (&facts, &heirs), (of, as_of)))),
        };
        let own = settlements.iter().filter(|it| it.withholding_id == row.id);
        let settled: Vec<Settled> = own
            .map(|it| Settled { amount: all.map(|()| came_to(of, it.number)), row: it.clone() })
            .collect();
        let component = row.component_id.filter(|_| shows == Shows::All);
        let component =
            component.and_then(|id| Some(scheduled.components.get(&id)?.reference.clone()));
        let mut told = PayWithholding {
            component,
            amounts: all.map(|()| of.map_or(NOTHING, |of| amounts(of, as_of))),
            own_share,
            settlements: settled,
            may_settle: may_settle.map_err(|why| why.to_string()),
            shows,
            row,
        };
        if told.may_settle.is_ok() && told.ended_on().is_some() {
            told.may_settle = Err(ENDED.to_owned());
        }
        told
    };
    Ok(rows.into_iter().map(tell).collect())
}

/// Why nothing more becomes of a withholding.
pub(super) const ENDED: &str = "everything that was withheld was released or retained already";

const NOTHING: Amounts = Amounts {
    withheld: Pence::ZERO,
    released: Pence::ZERO,
    retained: Pence::ZERO,
    left: Pence::ZERO,
};

/// Why what it comes to is hidden of today or of the day asked for: whoever is told that could tell
/// what the contract pays (rule V8).
fn hidden(
    ground: &Ground,
    (today, as_of): (NaiveDate, NaiveDate),
    reads_own: bool,
) -> Option<Hidden> {
    let everywhere = &ground.contract.standing;
    let of_day = |day: NaiveDate| {
        let then = everywhere.during(day, day);
        ENTERS.into_iter().find_map(|group| {
            let is_read = reads_own && then.reads_own(group);
            then.hidden(everywhere, group).filter(|_| !is_read)
        })
    };
    [as_of.min(today), today].into_iter().find_map(of_day)
}

fn amounts(of: &Withheld, as_of: NaiveDate) -> Amounts {
    Amounts {
        withheld: of.by(as_of),
        released: of.settled(Outcome::Released),
        retained: of.settled(Outcome::Retained),
        left: of.left(as_of),
    }
}

/// What one thing that became of it came to.
fn came_to(of: Option<&Withheld>, number: i32) -> Pence {
    let place = usize::try_from(number - 1).unwrap_or(usize::MAX);
    of.and_then(|of| of.settled.get(place)).map_or(Pence::ZERO, |it| it.2)
}

/// What the viewer bears: of each month as shares were on its last day.
fn share(
    viewer: &Viewer,
    sharing: (&contracts::ContractFacts, &domain::policy::heirs::Heirs),
    (of, as_of): (&Withheld, NaiveDate),
) -> Option<Amounts> {
    let begun = of.months.iter().filter(|(month, _)| month.first_day(of.year) <= as_of);
    let months = begun.map(|(month, amount)| (month.last_day(of.year), *amount));
    let withheld = share_of(viewer, sharing, months)?;
    let settled = |outcome: Outcome| {
        let own = of.settled.iter().filter(move |it| it.0 == outcome);
        let own = own.map(|(_, month, amount)| (month.last_day(of.year), *amount));
        share_of(viewer, sharing, own).unwrap_or_default()
    };
    let (released, retained) = (settled(Outcome::Released), settled(Outcome::Retained));
    Some(Amounts { withheld, released, retained, left: withheld - released - retained })
}
