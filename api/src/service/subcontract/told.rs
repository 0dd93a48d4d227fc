//! What members of a consortium are told of values that are shared with them: as they stood on the last
//! day of it.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::supply_chain::{SharedDays, YearlyValue, stood_within},
};
use entities::value::FinancialYear;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{
    ChainLink,
    value::{ValueVersion, values_of},
};
use crate::{
    access::subcontract::SeenLink,
    auth::Viewer,
    service::consortium_share::{self, Shared},
};

/// A version of the values of a link, and its years; of none before any was recorded.
type Version = (Option<i32>, BTreeMap<FinancialYear, YearlyValue>);

/// What a member is told of the value of a link that is shared with it, or was.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// The days on which it was shared, in spells.
    pub(super) spells: Vec<(NaiveDate, NaiveDate)>,
    /// The version that counted on the last of them, where another counts by now.
    pub(super) earlier: Option<Version>,
}

/// What the viewer is told of values that are shared with it, by link: nothing is asked for whoever is
/// no member.
///
/// # Errors
/// A fault of the database.
pub(super) async fn with_consortium(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    links: &[SeenLink],
) -> Result<HashMap<Uuid, Told>, DbErr> {
    let is_members = |it: &&SeenLink| {
        let rights = it.seen.standing.rights(FieldGroup::LinkValue);
        rights.reads_shared() && !rights.reads_all()
    };
    let of_members: Vec<&SeenLink> = links.iter().filter(is_members).collect();
    let mut told = HashMap::new();
    if of_members.is_empty() {
        return Ok(told);
    }
    let ids: Vec<Uuid> = of_members.iter().map(|it| it.seen.row.id).collect();
    let mut shared = consortium_share::of_links(connection, &ids).await?;
    let mut changed = Vec::new();
    for link in of_members {
        let row = &link.seen.row;
        let days = shared.remove(&row.id).unwrap_or_default();
        let days: Vec<SharedDays> = days.iter().map(Shared::days).collect();
        let spells = link.seen.standing.shared_days(&days, viewer.today);
        let Some(last) = spells.iter().map(|(_, last)| *last).max() else { continue };
        if row.value_changed_on.is_some_and(|on| last < on) {
            changed.push((row.id, last, row.value_version));
        }
        told.insert(row.id, Told { spells, earlier: None });
    }
    if changed.is_empty() {
        return Ok(told);
    }
    let ids: Vec<Uuid> = changed.iter().map(|(id, ..)| *id).collect();
    let mut versions = values_of(connection, &ids).await?;
    for (id, last, current) in changed {
        let known = versions.remove(&id).unwrap_or_default();
        if let Some(told) = told.get_mut(&id) {
            told.earlier = Some(counted_on(known, current, last));
        }
    }
    Ok(told)
}

/// The version that counted on a day.
fn counted_on(
    versions: BTreeMap<i32, ValueVersion>,
    current: Option<i32>,
    day: NaiveDate,
) -> Version {
    let counted = |(number, it): &(i32, ValueVersion)| {
        Some(*number) <= current
            && it.counts_from().is_none_or(|from| from <= day)
            && !it.is_refused()
    };
    let last = versions.into_iter().rfind(counted);
    last.map_or_else(Default::default, |(number, it)| (Some(number), it.values))
}

impl ChainLink {
    /// The versions of its values as the viewer is told of them: those that were recorded on days that
    /// are open to it, with what was said and decided of them by then. Of what is only shared with it,
    /// those that stood on the days of that.
    #[must_use]
    pub fn value_versions(&self, known: BTreeMap<i32, ValueVersion>) -> Vec<ValueVersion> {
        let current = self.seen.row.value_version;
        // When another version took the place of one; a version that was refused never does.
        let mut replaced_on: BTreeMap<i32, Option<NaiveDate>> = BTreeMap::new();
        let mut next = None;
        for (number, it) in known.iter().rev() {
            let refused = it.decision.as_ref().filter(|it| !it.is_approved);
            let ended = refused.map_or(next, |it| Some(it.recorded_on));
            replaced_on.insert(*number, ended);
            if Some(*number) <= current && !it.is_refused() {
                next = it.counts_from();
            }
        }
        let tells = |day: NaiveDate| match &self.shared {
            Some(spells) => spells.iter().any(|(_, last)| day <= *last),
            None => self.opens(day),
        };
        let told = |(number, mut it): (i32, ValueVersion)| {
            let since = it.acts.first()?.recorded_on;
            let stood = self.shared.as_ref().is_none_or(|spells| {
                stood_within(spells, since, replaced_on.get(&number).copied().flatten())
            });
            it.acts.retain(|act| tells(act.recorded_on));
            it.is_awaited = it.waits(current);
            if it.decision.as_ref().is_some_and(|decision| !tells(decision.recorded_on)) {
                (it.decision, it.is_awaited) = (None, true);
            }
            (stood && !it.acts.is_empty()).then_some(it)
        };
        known.into_iter().filter_map(told).collect()
    }
}
