//! What the lead provider shares with its consortium: on which days a viewer reads it, and which version
//! of the value it is told of.

use chrono::NaiveDate;
use entities::{subcontract as link, subcontract_value_act as act};
use serde_json::{Value, json};

use super::{View, masks::Tier};
use crate::raw::day;

/// How the days of sharing are selected.
pub(super) const SHARES: &str = "consortiumShares { number startsOn endsOn reason recordedOn stoppedOn \
     stopReason }";

impl View<'_> {
    /// The days up to today on which the value of a link was shared and the viewer was a member.
    fn shared_days(&self, row: &link::Model) -> Vec<(NaiveDate, NaiveDate)> {
        let contracting = &self.world.contracting;
        let mut days = Vec::new();
        for it in self.standing_to_link(row).iter().filter(|it| it.opens("LinkValue", Tier::Shared))
        {
            for share in contracting.consortium_shares.iter().filter(|s| s.subcontract_id == row.id)
            {
                let end = contracting.consortium_share_ends.iter();
                let mut end =
                    end.filter(|e| (e.subcontract_id, e.number) == (row.id, share.number));
                let last = end.next().map(|e| e.ends_on).or(share.ends_on);
                let first = share.starts_on.max(it.from);
                let last = last.unwrap_or(day(9999, 12, 31)).min(it.to).min(self.today);
                if first <= last {
                    days.push((first, last));
                }
            }
        }
        days
    }

    /// The days on which a value was shared that is read for nothing else; none of one that is read
    /// otherwise, or not at all.
    fn only_shared(&self, row: &link::Model) -> Option<Vec<(NaiveDate, NaiveDate)>> {
        let days = self.shared_days(row);
        (!self.reads_value_otherwise(row) && !days.is_empty()).then_some(days)
    }

    /// True when the value of a link is read because it is, or was, shared.
    pub(super) fn reads_as_shared(&self, row: &link::Model) -> bool {
        self.only_shared(row).is_some()
    }

    /// What was said of a version of a link's values, the change first.
    fn said_of_version(&self, row: &link::Model, version: i32) -> Vec<&act::Model> {
        let acts = self.world.contracting.value_acts.iter();
        let acts = acts.filter(|it| (it.subcontract_id, it.version) == (row.id, version));
        let mut acts: Vec<_> = acts.collect();
        acts.sort_by_key(|it| it.number);
        acts
    }

    /// What the commissioner decided about a version, and on which day that was recorded.
    fn decided_of_version(&self, row: &link::Model, version: i32) -> Option<(bool, NaiveDate)> {
        let decisions = self.world.contracting.value_decisions.iter();
        let mut of = decisions.filter(|it| (it.subcontract_id, it.version) == (row.id, version));
        of.next().map(|it| (it.is_approved, it.recorded_on))
    }

    /// The versions that count or counted, each with the day from which it did.
    fn counted(&self, row: &link::Model) -> Vec<(i32, NaiveDate)> {
        let mut counted = Vec::new();
        for version in 1..=row.value_version.unwrap_or(0) {
            let acts = self.said_of_version(row, version);
            let recorded_on = acts.first().map_or(day(1, 1, 1), |it| it.recorded_on);
            let mut values = self.world.contracting.link_values.iter();
            let has_any = values.any(|it| (it.subcontract_id, it.version) == (row.id, version));
            match self.decided_of_version(row, version) {
                Some((false, _)) => {}
                Some((true, on)) => counted.push((version, on)),
                None if acts.is_empty() && !has_any => {}
                None => counted.push((version, recorded_on)),
            }
        }
        counted
    }

    /// The version of which the viewer is told: of what was shared that of the last day of it.
    pub(super) fn told_version(&self, row: &link::Model) -> Option<i32> {
        let Some(days) = self.only_shared(row) else { return row.value_version };
        let last = days.iter().map(|(_, last)| *last).max()?;
        // What counts today counts since the day on which it last changed.
        if row.value_changed_on.is_none_or(|on| on <= last) {
            return row.value_version;
        }
        let counted = self.counted(row).into_iter();
        counted.filter(|(_, from)| *from <= last).map(|(version, _)| version).max()
    }

    /// True when something that was said of the values on a day is told.
    fn is_told(&self, row: &link::Model, on: NaiveDate) -> bool {
        match self.only_shared(row) {
            Some(days) => days.iter().any(|(_, last)| on <= *last),
            None => self.opens_of_link(row, on),
        }
    }

    /// True when a version that was recorded as a change is told.
    pub(super) fn is_version_told(&self, row: &link::Model, version: i32) -> bool {
        let Some(first) = self.said_of_version(row, version).first().map(|it| it.recorded_on)
        else {
            return false;
        };
        let Some(days) = self.only_shared(row) else { return self.is_told(row, first) };
        let later = self.counted(row).into_iter().filter(|(other, _)| *other > version);
        let replaced = match self.decided_of_version(row, version) {
            Some((false, on)) => Some(on),
            _ => later.min().map(|(_, from)| from),
        };
        // It stood from the day on which it was recorded until the day before it was replaced.
        days.iter().any(|(from, to)| {
            first <= *to && (replaced.is_none_or(|on| *from < on) || *from == first)
        })
    }

    /// True when something of a version of the values is told: that it counts, or that it was recorded.
    #[must_use]
    pub fn tells_version(&self, row: &link::Model, version: i32) -> bool {
        self.told_version(row) == Some(version) || self.is_version_told(row, version)
    }

    /// True when all of the terms of a link are read.
    #[must_use]
    pub fn reads_terms_of_link(&self, row: &link::Model) -> bool {
        self.standing_to_link(row).iter().any(|it| it.opens("LinkTerms", Tier::Full))
    }

    /// How the values of a link changed, as far as the viewer is told.
    pub(super) fn value_versions(&self, row: &link::Model) -> Value {
        let last = self.world.contracting.value_acts.iter();
        let last = last.filter(|it| it.subcontract_id == row.id).map(|it| it.version).max();
        let mut versions = Vec::new();
        for version in 1..=last.unwrap_or(0) {
            if !self.is_version_told(row, version) {
                continue;
            }
            let mut acts = self.said_of_version(row, version);
            acts.retain(|it| self.is_told(row, it.recorded_on));
            let confirmation = match acts.last().map(|it| it.kind) {
                Some(act::ValueActKind::Confirmed) => "CONFIRMED",
                Some(act::ValueActKind::Contested) => "CONTESTED",
                _ => "RECORDED",
            };
            let approval = match self.decided_of_version(row, version) {
                Some((_, on)) if !self.is_told(row, on) => "AWAITED",
                Some((true, _)) => "APPROVED",
                Some((false, _)) => "REFUSED",
                None if Some(version) > row.value_version => "AWAITED",
                None => "NOT_NEEDED",
            };
            versions.push(json!({ "version": version, "reason": acts[0].reason,
                "confirmation": confirmation, "approval": approval }));
        }
        json!(versions)
    }

    /// On which days the value of a link is shared, by what was recorded on days that are open.
    pub(super) fn consortium_shares(&self, row: &link::Model) -> Value {
        let contracting = &self.world.contracting;
        let shares = contracting
            .consortium_shares
            .iter()
            .filter(|it| it.subcontract_id == row.id && self.opens_of_link(row, it.recorded_on));
        let told = shares.map(|it| {
            let mut ends = contracting.consortium_share_ends.iter().filter(|end| {
                (end.subcontract_id, end.number) == (row.id, it.number)
                    && self.opens_of_link(row, end.recorded_on)
            });
            let end = ends.next();
            json!({
                "number": it.number, "startsOn": it.starts_on, "reason": it.reason,
                "endsOn": end.map(|end| end.ends_on).or(it.ends_on), "recordedOn": it.recorded_on,
                "stoppedOn": end.map(|end| end.recorded_on), "stopReason": end.map(|end| &end.reason),
            })
        });
        let told: Vec<Value> = told.collect();
        json!(told)
    }
}
