//! What there is in the year that is rolled forward: its schemes and contributions, each in the hands
//! of whoever stands in its partner's place in the next (rule G5).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::{
    policy::heirs::Heirs,
    rules::{
        funding::{self, Share},
        profile::Months,
    },
};
use entities::{
    budget_change::{self, BudgetChangeKind},
    budget_period, contribution, contribution_instalment as instalment, scheme,
    value::{FinancialYear, Pence},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::NewRollForward;
use crate::{
    access::facts::{self, whole},
    database::Writing,
    service::{
        Stopped, budget,
        code_list::{self, List},
        contribution::agreed,
        ground::Ground,
    },
};

/// A scheme of the year, with what its budget came to and who funds it at the year's end.
pub(super) struct Running {
    pub row: scheme::Model,
    pub original: Pence,
    pub changed: Pence,
    pub shares: Vec<Share>,
    /// The months of its original budget: what moved later in the year is no part of its profile.
    pub months: Months,
}

/// What one partner puts in from one source in the year.
#[derive(Default)]
pub(super) struct Contributed {
    pub key: (Uuid, String),
    pub planned: Pence,
    pub varied: Pence,
    pub not_recurrent: Pence,
    /// How the plan is paid, in the order of payment.
    pub instalments: Vec<(NaiveDate, Pence)>,
}

impl Contributed {
    fn total(&self) -> Pence {
        self.planned + self.varied
    }
}

/// Who stands in the place of the agreement's partners.
pub(super) async fn heirs(tx: &Writing, ground: &Ground) -> Result<Heirs, Stopped> {
    let partners: BTreeSet<Uuid> = ground.partnership.listed().into_iter().collect();
    let agreement = ground.agreement.id;
    let mut heirs = facts::heirs::of_agreements(&**tx, &[agreement], partners).await?;
    Ok(heirs.remove(&agreement).unwrap_or_default())
}

/// The schemes that have a budget in the year. The types and areas of those that go on are in the
/// next year's lists.
pub(super) async fn running(
    tx: &Writing,
    new: &NewRollForward,
    heir: impl Fn(Uuid) -> Uuid,
) -> Result<Vec<Running>, Stopped> {
    let into = new.from.next();
    let schemes = facts::budgets::schemes(&**tx, &[new.fund]).await?;
    let ids: Vec<Uuid> = schemes.iter().map(|row| row.id).collect();
    let changes = budget::changes_of(&**tx, &ids, new.from).await?;
    let mut profiles = profiles(tx, &changes).await?;
    let mut budgets: HashMap<Uuid, (Pence, Pence)> = HashMap::new();
    for change in changes {
        let of = budgets.entry(change.scheme_id).or_default();
        match change.kind {
            BudgetChangeKind::Original => of.0 += change.amount_pence,
            BudgetChangeKind::Virement | BudgetChangeKind::Variation => of.1 += change.amount_pence,
        }
    }
    let mut running = Vec::new();
    for row in schemes {
        let Some((original, changed)) = budgets.remove(&row.id) else { continue };
        let splits = facts::budgets::splits_of(&**tx, row.id, new.from).await?;
        let split = funding::in_force(&splits, new.from.last_day());
        let shares = split.map(|split| funding::inherited(&split.shares, &heir));
        let shares = shares.unwrap_or_default();
        if row.is_recurrent {
            let code = row.scheme_type_code.as_str();
            check(tx, (List::SchemeType, code), into).await?;
            if let Some(area) = &row.area_of_spend_code {
                check(tx, (List::AreaOfSpend, area), into).await?;
            }
            for share in &shares {
                check(tx, (List::FundingSource, &share.source), into).await?;
            }
        }
        let months = profiles.remove(&row.id).unwrap_or_default();
        running.push(Running { row, original, changed, shares, months });
    }
    Ok(running)
}

/// The months of the original budgets among these changes, by scheme.
#[expect(clippy::disallowed_methods, reason = "the caller found the fund through its view")]
async fn profiles(
    tx: &Writing,
    changes: &[budget_change::Model],
) -> Result<HashMap<Uuid, Months>, Stopped> {
    let originals = changes.iter().filter(|it| it.kind == BudgetChangeKind::Original);
    let of: HashMap<Uuid, Uuid> = originals.map(|it| (it.id, it.scheme_id)).collect();
    let rows = budget_period::Entity::find()
        .filter(budget_period::Column::ChangeId.is_in(of.keys().copied()))
        .all(&whole(&**tx))
        .await?;
    let mut profiles: HashMap<Uuid, Months> = HashMap::new();
    for row in rows {
        let Some(scheme) = of.get(&row.change_id) else { continue };
        let months = profiles.entry(*scheme).or_default();
        let month = usize::try_from(row.period.number() - 1).ok();
        if let Some(month) = month.and_then(|place| months.get_mut(place)) {
            *month += row.amount_pence;
        }
    }
    Ok(profiles)
}

async fn check(
    tx: &Writing,
    (list, code): (List, &str),
    into: FinancialYear,
) -> Result<(), Stopped> {
    code_list::check(&**tx, list, code, into, "financialYear").await.map(drop)
}

/// What partners put in in the year, and how much of it funds `others`, the schemes that do not go
/// on.
#[expect(clippy::disallowed_methods, reason = "the caller found the fund through its view")]
pub(super) async fn contributed(
    tx: &Writing,
    new: &NewRollForward,
    (others, heir): (&[Running], impl Fn(Uuid) -> Uuid),
) -> Result<Vec<Contributed>, Stopped> {
    let mut ending = ending(others);
    let rows = contribution::Entity::find()
        .filter(contribution::Column::FundId.eq(new.fund))
        .filter(contribution::Column::FinancialYear.eq(new.from))
        .order_by_asc(contribution::Column::SourceCode)
        .all(&whole(&**tx))
        .await?;
    let ids: Vec<_> = rows.iter().map(|row| (row.id, None)).collect();
    let agreed = agreed(&**tx, &ids, None).await?;
    let mut paid = instalments(tx, &rows).await?;
    let mut by_key: BTreeMap<(Uuid, String), Contributed> = BTreeMap::new();
    for row in rows {
        let of = agreed.get(&row.id).copied().unwrap_or_default();
        let key = (heir(row.partner_id), row.source_code);
        let contributed = by_key.entry(key).or_default();
        contributed.planned += of.planned;
        contributed.varied += of.varied;
        contributed.instalments.extend(paid.remove(&row.id).unwrap_or_default());
    }
    let mut all = Vec::new();
    for (key, mut contributed) in by_key {
        // No more can end than there is.
        let total = contributed.total();
        contributed.not_recurrent = ending.remove(&key).unwrap_or_default().min(total);
        if contributed.not_recurrent < total {
            check(tx, (List::FundingSource, &key.1), new.from.next()).await?;
        }
        contributed.instalments.sort_by_key(|(due_on, _)| *due_on);
        all.push(Contributed { key, ..contributed });
    }
    Ok(all)
}

/// What schemes that do not go on are funded with, by partner and source.
fn ending(others: &[Running]) -> BTreeMap<(Uuid, String), Pence> {
    let mut ending: BTreeMap<(Uuid, String), Pence> = BTreeMap::new();
    for scheme in others {
        let budget = scheme.original + scheme.changed;
        for part in funding::funded(budget, &scheme.shares).unwrap_or_default() {
            *ending.entry((part.partner, part.source.to_owned())).or_default() += part.amount;
        }
    }
    ending
}

/// How contributions are paid, by contribution.
#[expect(clippy::disallowed_methods, reason = "the caller found the fund through its view")]
async fn instalments(
    tx: &Writing,
    contributions: &[contribution::Model],
) -> Result<HashMap<Uuid, Vec<(NaiveDate, Pence)>>, Stopped> {
    let ids = contributions.iter().map(|row| row.id);
    let rows = instalment::Entity::find()
        .filter(instalment::Column::ContributionId.is_in(ids))
        .order_by_asc(instalment::Column::Number)
        .all(&whole(&**tx))
        .await?;
    let mut of: HashMap<Uuid, Vec<(NaiveDate, Pence)>> = HashMap::new();
    for row in rows {
        of.entry(row.contribution_id).or_default().push((row.due_on, row.amount_pence));
    }
    Ok(of)
}
