//! A contract as a viewer reads it, as at a day and by what was known at an instant.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::{
    policy::{
        Rights, Standing, decisions::ContractParties, derive::FOREVER, heirs::Heirs,
        matrix::FieldGroup,
    },
    rules::{
        band::band,
        contract::{
            dated::{self, Dated, lasts},
            shares::{self, Commissioner},
            status::{self, Change},
        },
        supply_chain::Shown,
    },
};
use entities::{
    access::Window,
    contract, contract_commissioner as commissioner, contract_provider as provider,
    contract_status_change as change, contract_terms as terms, contract_value as value,
    value::{FinancialYear, Instant, Pence},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter};
use uuid::Uuid;

use super::{
    Condition, Guarantee, Interest, Novated, Variation,
    opened::{open, opens_value},
    terms::in_force as terms_in_force,
};
use crate::{
    access::{
        Seen, contract as access,
        facts::contracts::{self, ContractFacts, Party},
    },
    auth::Viewer,
    service::{Refusal, Stopped},
};

/// As at which day, and by what was known when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct At {
    /// The day; today unless given.
    pub as_of: Option<NaiveDate>,
    /// The last instant of recording that counts; none when everything recorded counts.
    pub known_at: Option<Instant>,
}

/// A contract as a viewer reads it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The contract, and how the viewer stands to it.
    pub seen: Seen<contract::Model>,
    /// The day as at which it is read: no later than the viewer's own days.
    pub as_of: NaiveDate,
    /// How the viewer stands to the facts of that day.
    then: Standing,
    /// How it stands to facts of the days that had begun by the day that was asked for.
    pub(super) begun: Standing,
    pub(super) known_at: Instant,
    facts: ContractFacts,
    parties: ContractParties,
    heirs: Heirs,
    holder: Uuid,
    today: NaiveDate,
}

/// What a contract is expected to cost in a year, as the viewer reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearValue {
    /// The year.
    pub year: FinancialYear,
    /// All of it; none where only the own share is read.
    pub amount: Option<Pence>,
    /// What the viewer's organisation bears of it; none of whoever is no commissioner, and while
    /// shares are not agreed.
    pub own_share: Option<Pence>,
}

impl At {
    /// Today, by everything recorded.
    pub const NOW: Self = Self { as_of: None, known_at: None };
}

/// The contract with this identity, as the viewer reads it within the transaction or snapshot.
///
/// # Errors
/// `NOT_FOUND`, or a fault of the database.
pub async fn tell(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
    at: At,
) -> Result<Told, Stopped> {
    let found = by_ids(connection, viewer, &[id], at).await?;
    let unknown = || Refusal::not_found("contract", "contract");
    Ok(found.into_iter().next().ok_or_else(unknown)?)
}

/// The contracts with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
    at: At,
) -> Result<Vec<Told>, DbErr> {
    let these = contract::Column::Id.is_in(ids.iter().copied());
    let rows = access::sees_contracts(viewer).filter(these).all(connection).await?;
    let seen = rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect();
    told(connection, viewer, seen, at).await
}

/// The contract that goes by this reference: the viewer's own organisation's, else the only one that
/// the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_reference(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    reference: &str,
    at: At,
) -> Result<Option<Told>, DbErr> {
    let Some(seen) = access::by_reference(connection, viewer, reference).await? else {
        return Ok(None);
    };
    Ok(told(connection, viewer, vec![seen], at).await?.into_iter().next())
}

/// Contracts that the viewer sees, with what is on record of them.
pub(super) async fn told(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    seen: Vec<Seen<contract::Model>>,
    at: At,
) -> Result<Vec<Told>, DbErr> {
    let ids: Vec<Uuid> = seen.iter().map(|seen| seen.row.id).collect();
    let mut facts: HashMap<Uuid, ContractFacts> = contracts::of(connection, &ids).await?;
    let with: Vec<_> =
        seen.into_iter().map(|it| (facts.remove(&it.row.id).unwrap_or_default(), it)).collect();
    let of: Vec<_> = with.iter().map(|(facts, seen)| (&seen.row, facts)).collect();
    let mut heirs = contracts::heirs_of(connection, &of).await?;
    let one = |(facts, seen): (ContractFacts, Seen<contract::Model>)| {
        let heirs = heirs.remove(&seen.row.id).unwrap_or_default();
        Told::new(viewer, seen, (facts, heirs), at)
    };
    Ok(with.into_iter().map(one).collect())
}

impl Told {
    /// A contract of which the terms were picked that the viewer reads today, and nothing else.
    #[must_use]
    pub fn of_terms(
        viewer: &Viewer,
        seen: Seen<contract::Model>,
        terms: Option<terms::Model>,
    ) -> Self {
        let facts = ContractFacts { terms: Vec::from_iter(terms), ..ContractFacts::default() };
        Self::new(viewer, seen, (facts, Heirs::default()), At::NOW)
    }

    fn new(
        viewer: &Viewer,
        seen: Seen<contract::Model>,
        (facts, heirs): (ContractFacts, Heirs),
        at: At,
    ) -> Self {
        // Whoever an interest shuts out reads no draft (rule G3).
        let drafting = match facts.shuts_out(viewer) {
            true => Standing::default(),
            false => seen.standing.drafting(),
        };
        let parties = facts.parties_for(&heirs, viewer);
        // What is nobody's but its commissioners' and their partners' is read as theirs alone.
        let seen = match seen.row.shared_on {
            Some(_) => seen,
            None => Seen { standing: drafting.clone(), ..seen },
        };
        let asked = at.as_of.unwrap_or(viewer.today);
        let begun = seen.standing.begun(asked);
        let open_to = begun.open_to(FieldGroup::ContractTerms, Rights::reads_summary);
        let as_of = open_to.map_or(asked, |to| asked.min(to));
        let drafting = drafting.begun(asked);
        let facts =
            open(facts, &begun, drafting.open_to(FieldGroup::ContractDraft, Rights::reads_all));
        Self {
            then: seen.standing.during(as_of, as_of),
            begun,
            seen,
            as_of,
            known_at: at.known_at.unwrap_or(Instant(i64::MAX)),
            facts,
            parties,
            heirs,
            holder: viewer.holder(),
            today: viewer.today,
        }
    }

    /// How the viewer stands to the facts of the day as at which the contract is read.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.then
    }

    /// What the contract says; none where nothing of it is read.
    #[must_use]
    pub fn terms(&self) -> Option<&terms::Model> {
        if !self.then.reads_summary(FieldGroup::ContractTerms) {
            return None;
        }
        terms_in_force(&self.facts.terms, self.as_of, self.known_at)
    }

    /// What it has said, the first first, as far as the viewer reads all of it.
    #[must_use]
    pub fn said(&self) -> Vec<&terms::Model> {
        if !self.then.reads(FieldGroup::ContractTerms) {
            return Vec::new();
        }
        let counts =
            |it: &&terms::Model| it.effective_on <= self.as_of && it.known_at <= self.known_at;
        self.facts.terms.iter().filter(counts).collect()
    }

    /// Its commissioners; none where none of its terms are read.
    #[must_use]
    pub fn commissioners(&self) -> Vec<&commissioner::Model> {
        let is_one = |it: &&commissioner::Model| lasts(it.lasting(), self.as_of, self.known_at);
        let reads = self.then.reads_summary(FieldGroup::ContractTerms);
        self.facts.commissioners.iter().filter(|_| reads).filter(is_one).collect()
    }

    /// Its providers; none where none of its terms are read.
    #[must_use]
    pub fn providers(&self) -> Vec<&provider::Model> {
        let is_one = |it: &&provider::Model| lasts(it.lasting(), self.as_of, self.known_at);
        let reads = self.then.reads_summary(FieldGroup::ContractTerms);
        self.facts.providers.iter().filter(|_| reads).filter(is_one).collect()
    }

    /// Who provides on the day as at which it is read, or stands in the place of who did (rule G5);
    /// none where none of its terms are read.
    #[must_use]
    pub fn contractors(&self) -> Vec<Uuid> {
        let providers = self.providers().into_iter();
        providers.filter_map(|it| self.heirs.stands_for(it.organisation_id, self.as_of)).collect()
    }

    /// What it is expected to cost in a year, as it is shown to the viewer (rules V2 and V8): none
    /// where the viewer would be told, and nothing is.
    #[must_use]
    pub fn shown_value(&self, year: FinancialYear) -> Option<Shown> {
        let group = FieldGroup::ContractValue;
        match self.expected().into_iter().find(|row| row.financial_year == year) {
            Some(row) if opens_value(&self.begun, row, Rights::reads_all) => {
                Some(Shown::Exact(row.amount_pence))
            }
            Some(row) if opens_value(&self.begun, row, Rights::reads_summary) => {
                Some(Shown::Banded(band(row.amount_pence)))
            }
            None if self.begun.in_year(year).reads_summary(group) => None,
            // Whether there is one is hidden too.
            Some(_) | None => Some(Shown::Withheld),
        }
    }

    /// The changes of where it stands that count, the first first.
    #[must_use]
    pub fn changes(&self) -> Vec<&change::Model> {
        let reads = self.then.reads_summary(FieldGroup::ContractStatus);
        let counts =
            |it: &&change::Model| it.effective_on <= self.as_of && it.known_at <= self.known_at;
        self.facts.changes.iter().filter(|_| reads).filter(counts).collect()
    }

    /// Where it stands, and since when; none where that is not read.
    #[must_use]
    pub fn status(&self) -> Option<Change> {
        let change =
            |it: &change::Model| Change { status: it.status, effective_on: it.effective_on };
        let changes: Vec<Change> = self.changes().into_iter().map(change).collect();
        let ends_on = self.terms().and_then(|it| it.ends_on);
        status::stands(&changes, ends_on, self.as_of)
    }

    /// What it is expected to cost, year by year, as far as the viewer reads it: years that its own
    /// days open.
    #[must_use]
    pub fn values(&self) -> Vec<YearValue> {
        let commissioners = self.sharing();
        // The commissioners in whose place the viewer stands: itself, and those that merged into it.
        let is_own = |it: &Commissioner| {
            self.heirs.stands_for(it.organisation, self.as_of) == Some(self.holder)
        };
        let year_value = |row: &value::Model| {
            let (year, amount) = (row.financial_year, row.amount_pence);
            let opens = |has: fn(Rights) -> bool| opens_value(&self.begun, row, has);
            let own_share = shares::part(amount, &commissioners, is_own);
            let all = opens(Rights::reads_all).then_some(amount);
            opens(Rights::reads_own).then_some(YearValue { year, amount: all, own_share })
        };
        self.expected().into_iter().filter_map(year_value).collect()
    }

    /// What it is expected to cost in all years together; none where not every year is read with
    /// these rights, or no year is known: less the years that are read, it tells of the others.
    #[must_use]
    pub fn whole_value(&self, has: impl Fn(Rights) -> bool) -> Option<Pence> {
        let years = self.expected();
        let is_all = !years.is_empty() && self.opens_every_year(has);
        is_all.then(|| years.iter().map(|row| row.amount_pence).sum())
    }

    /// True when every year's value is read with these rights.
    #[must_use]
    pub fn opens_every_year(&self, has: impl Fn(Rights) -> bool) -> bool {
        // Years that no relation opens are not even loaded: one has to open the first, and all since.
        let first = FinancialYear::of(self.seen.row.opened_on).first_day();
        let opens_all = |it: &Window| {
            let alone = Standing::of(std::slice::from_ref(it)).rights(FieldGroup::ContractValue);
            has(alone) && it.covers_from <= first && it.covers_to == FOREVER
        };
        self.then.windows().iter().any(opens_all)
    }

    /// The version of its values; 0 before there are any.
    #[must_use]
    pub fn value_version(&self) -> i32 {
        self.facts.values.iter().map(|row| row.version).max().unwrap_or(0)
    }

    /// The interests that were declared in it, as the viewer reads them, the first first; none where it
    /// reads nothing of any.
    #[must_use]
    pub fn interests(&self) -> Option<Vec<Interest>> {
        let group = FieldGroup::ContractInterests;
        let to = self.begun.open_to(group, Rights::reads_summary);
        let to = to.filter(|_| self.then.reads_summary(group))?;
        let whole_to = self.begun.open_to(group, Rights::reads_all);
        let whole_to = whole_to.filter(|_| self.then.reads(group));
        let known = self.facts.interests.iter().filter(|it| it.row.declared_at <= self.known_at);
        let told = |it| Interest::told(it, (to, whole_to), self.known_at);
        Some(known.filter_map(told).collect())
    }

    /// Of conditions those that the viewer reads, each as it stood by its last day.
    #[must_use]
    pub fn conditions(&self, conditions: Vec<Condition>) -> Vec<Condition> {
        let own = conditions.into_iter().filter(|it| self.opens(it.row.recorded_on));
        let met = |it: Condition| Condition {
            met: it.met.filter(|met| self.opens(met.recorded_on)),
            ..it
        };
        own.map(met).collect()
    }

    /// Of guarantees those that the viewer reads, each as it stood by its last day.
    #[must_use]
    pub fn guarantees(&self, guarantees: Vec<Guarantee>) -> Vec<Guarantee> {
        let own = guarantees.into_iter().filter(|it| self.opens(it.row.recorded_on));
        let given = |it: Guarantee| Guarantee {
            given: it.given.into_iter().filter(|one| self.opens(one.recorded_on)).collect(),
            ..it
        };
        own.map(given).collect()
    }

    /// Of variations those that the viewer reads.
    #[must_use]
    pub fn variations(&self, variations: Vec<Variation>) -> Vec<Variation> {
        let to = self.begun.open_to(FieldGroup::ContractTerms, Rights::reads_all);
        let is_open = |it: &Variation| {
            self.opens(it.row.recorded_on) && to.is_some_and(|to| it.row.effective_on <= to)
        };
        variations.into_iter().filter(is_open).collect()
    }

    /// Of novations those that stand on the day as at which the contract is read, and that the viewer
    /// reads.
    #[must_use]
    pub fn novations(&self, novations: Vec<Novated>) -> Vec<Novated> {
        let to = self.begun.open_to(FieldGroup::ContractStatus, Rights::reads_all);
        let Some(to) = to.filter(|_| self.then.reads(FieldGroup::ContractStatus)) else {
            return Vec::new();
        };
        let at = (self.as_of, self.known_at);
        novations.into_iter().filter(|it| it.stands(to, at)).collect()
    }

    /// True of what was recorded by a day of the viewer's, who reads all of the terms.
    fn opens(&self, recorded_on: NaiveDate) -> bool {
        let to = self.begun.open_to(FieldGroup::ContractTerms, Rights::reads_all);
        self.then.reads(FieldGroup::ContractTerms) && to.is_some_and(|to| recorded_on <= to)
    }

    /// The version of the contract, for whoever reads all of it today.
    #[must_use]
    pub fn version(&self) -> Option<i32> {
        let now = self.seen.standing.during(self.today, self.today);
        now.reads(FieldGroup::ContractTerms).then_some(self.seen.row.version)
    }

    /// The parties today, by which the policy decides.
    #[must_use]
    pub fn parties(&self) -> &ContractParties {
        &self.parties
    }

    /// What counts of the values on the day: of each year the last that took effect.
    fn expected(&self) -> Vec<&value::Model> {
        let mut years: BTreeMap<FinancialYear, Vec<&value::Model>> = BTreeMap::new();
        for row in &self.facts.values {
            years.entry(row.financial_year).or_default().push(row);
        }
        let dated = |it: &&value::Model| Dated {
            effective_on: it.effective_on,
            known_at: it.known_at,
            number: it.version,
        };
        let at = (self.as_of, self.known_at);
        years.into_values().filter_map(|rows| dated::in_force(&rows, dated, at).copied()).collect()
    }

    fn sharing(&self) -> Vec<Commissioner> {
        let commissioner = |row: &&commissioner::Model| Commissioner {
            organisation: row.organisation_id,
            role: row.role,
            share: row.weight.zip(row.weight_total),
        };
        self.commissioners().iter().map(commissioner).collect()
    }
}
