//! What buyers of links paid their sellers: the two of them read it, others how punctually, where no
//! single payment can be told from that.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::{
    chain_payment as payment,
    chain_payment_act::{self as act, ChainPaymentActKind as Said},
    relation::RelationKind,
    subcontract as link,
};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{View, asked::id, contract::money, masks::Tier, standings::Standing};
use crate::raw::day;

const GROUP: &str = "ChainPayments";

const FIGURES: &str = "paid confirmed contested late withoutTerms shareInTime mostDaysLate \
     withheld { reason }";

/// What is asked of a link: its payments, and how punctual they were in two years.
pub(super) fn of_link() -> String {
    format!(
        "payments(first: 100) {{ totalCount nodes {{ id amount state version isOnBehalf }} }} \
         punctuality(financialYear: \"2025/26\") {{ {FIGURES} }} \
         before: punctuality(financialYear: \"2024/25\") {{ {FIGURES} }}"
    )
}

/// What is asked of a contract.
pub(super) fn of_contract() -> String {
    format!(
        "paymentPunctuality(financialYear: \"2025/26\") {{ whole {{ {FIGURES} }} \
         byTier {{ tier punctuality {{ {FIGURES} }} }} }}"
    )
}

/// A payment as somebody sees it.
pub struct SeenPayment<'a> {
    /// It.
    pub row: &'a payment::Model,
    /// True when all of it is read.
    pub is_whole: bool,
    /// What was said of it and is seen.
    pub said: Vec<&'a act::Model>,
}

impl SeenPayment<'_> {
    fn state(&self) -> &'static str {
        match self.said.last().map(|it| it.kind) {
            None => "RECORDED",
            Some(Said::Confirmed) => "CONFIRMED",
            Some(Said::Contested) => "CONTESTED",
            Some(Said::Withdrawn) => "WITHDRAWN",
        }
    }

    /// How many days late; none without terms.
    fn late(&self) -> Option<i64> {
        let due = self.row.invoice_received_on
            + chrono::Days::new(u64::try_from(self.row.payment_days?).ok()?);
        Some((self.row.paid_on - due).num_days())
    }

    fn is_in(&self, start: i32) -> bool {
        day(start, 4, 1) <= self.row.paid_on && self.row.paid_on <= day(start + 1, 3, 31)
    }
}

fn is_party(it: &Standing) -> bool {
    matches!(it.kind, RelationKind::Buyer | RelationKind::Seller)
}

/// A day as a relation to a link opens it: to its parties what comes after its end belongs to its
/// last day.
fn within(it: &Standing, link: &link::Model, on: NaiveDate) -> NaiveDate {
    if is_party(it) { on.min(link.ends_on) } else { on }
}

/// Whether a figure made of so many hidden payments, and no fewer, tells of no single one.
fn is_safe(hidden: usize) -> bool {
    hidden == 0 || hidden > 2
}

impl View<'_> {
    fn opens_year(&self, link: &link::Model, start: i32) -> bool {
        let (first, last) = (day(start, 4, 1), day(start + 1, 3, 31));
        let to = self.standing_to_link(link);
        let mut reading = to.into_iter().filter(|it| it.opens(GROUP, Tier::Summary));
        reading.any(|it| it.from <= last && within(it, link, first) <= it.to)
    }

    fn reads_payments(&self, link: &link::Model, tier: Tier) -> bool {
        self.standing_to_link(link).iter().any(|it| it.opens(GROUP, tier))
    }

    /// The payments under a link that the viewer sees, in the order of their days.
    #[must_use]
    pub fn payments_under(&self, link: &link::Model) -> Vec<SeenPayment<'_>> {
        let to = self.standing_to_link(link);
        let contracting = &self.world.contracting;
        let mut seen = Vec::new();
        for row in contracting.payments.iter().filter(|row| row.subcontract_id == link.id) {
            let opens = |known_on: NaiveDate, tier: Tier| {
                let last = row.paid_on.max(known_on);
                let opens =
                    |it: &&&Standing| it.from <= row.paid_on && within(it, link, last) <= it.to;
                to.iter().filter(opens).any(|it| it.opens(GROUP, tier))
            };
            if !opens(row.recorded_on, Tier::Summary) {
                continue;
            }
            let is_whole = opens(row.recorded_on, Tier::Full);
            let tier = if is_whole { Tier::Full } else { Tier::Summary };
            let said = contracting.payment_acts.iter().filter(|it| it.payment_id == row.id);
            let said = said.filter(|it| opens(it.recorded_on.max(row.recorded_on), tier)).collect();
            seen.push(SeenPayment { row, is_whole, said });
        }
        seen.sort_by_key(|it| (it.row.paid_on, it.row.id));
        seen
    }

    /// True when the viewer reads all of a payment.
    #[must_use]
    pub fn reads_payment(&self, of: Uuid) -> bool {
        let contracting = &self.world.contracting;
        let Some(row) = contracting.payments.iter().find(|row| row.id == of) else { return false };
        let seen = self.payments_under(contracting.link(row.subcontract_id));
        seen.iter().any(|it| it.row.id == of && it.is_whole)
    }

    /// What is expected of [`of_link`].
    pub(super) fn expected_of_payments(&self, link: &link::Model) -> [(&'static str, Value); 3] {
        let seen = self.payments_under(link);
        let whole: Vec<Value> = seen
            .iter()
            .filter(|it| it.is_whole)
            .map(|it| {
                let state = it.state();
                json!({
                    "id": id(Kind::ChainPayment, it.row.id), "amount": money(it.row.amount_pence.0),
                    "state": state, "version": it.said.last().map_or(0, |said| said.number) + 1,
                    "isOnBehalf": it.row.on_behalf && state != "CONFIRMED",
                })
            })
            .collect();
        let reads = self.reads_payments(link, Tier::Full);
        let list = json!({ "totalCount": whole.len(), "nodes": whole });
        let of_year = |start| {
            if !self.reads_payments(link, Tier::Summary) {
                return Value::Null;
            }
            let of_year: Vec<&SeenPayment<'_>> = seen.iter().filter(|it| it.is_in(start)).collect();
            if !self.opens_year(link, start) {
                return withheld("OUTSIDE_YOUR_DAYS");
            }
            if is_safe(hidden(&of_year)) { figures(&of_year) } else { withheld("SUMMARY_ONLY") }
        };
        [
            ("payments", if reads { list } else { Value::Null }),
            ("punctuality", of_year(2025)),
            ("before", of_year(2024)),
        ]
    }

    /// What is hidden of the payments under a link.
    pub(super) fn withheld_of_payments(&self, link: &link::Model) -> Vec<&'static str> {
        let of = [("payments", Tier::Full), ("punctuality", Tier::Summary)];
        of.into_iter().filter(|it| !self.reads_payments(link, it.1)).map(|it| it.0).collect()
    }

    /// What is expected of [`of_contract`].
    pub(super) fn expected_down_the_chain(&self, contract: Uuid) -> Value {
        let links = self.links_of(contract).into_iter().map(|of| self.world.contracting.link(of));
        let links: Vec<&link::Model> =
            links.filter(|row| self.reads_payments(row, Tier::Summary)).collect();
        let paid: Vec<(&link::Model, Vec<SeenPayment<'_>>)> = links
            .iter()
            .map(|row| {
                let seen = self.payments_under(row).into_iter();
                (*row, seen.filter(|it| it.is_in(2025)).collect())
            })
            .collect();
        let mut tiers: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
        for (place, (row, _)) in paid.iter().enumerate() {
            tiers.entry(row.tier).or_default().push(place);
        }
        let of = |places: &[usize]| -> Vec<&SeenPayment<'_>> {
            places.iter().flat_map(|place| &paid[*place].1).collect()
        };
        let is_open =
            |places: &[usize]| places.iter().any(|place| self.opens_year(paid[*place].0, 2025));
        let shown = |places: &[usize], is_told: bool| {
            if !is_open(places) {
                withheld("OUTSIDE_YOUR_DAYS")
            } else if is_told {
                figures(&of(places))
            } else {
                withheld("SUMMARY_ONLY")
            }
        };
        // What is left when everything that is told of single links is taken away.
        let left = |places: &[usize]| -> usize {
            let of_links = places.iter().map(|place| hidden(&of(&[*place])));
            of_links.filter(|hidden| !is_safe(*hidden)).sum()
        };
        let (mut by_tier, mut untold) = (Vec::new(), 0);
        for (tier, places) in &tiers {
            let is_told = is_safe(hidden(&of(places))) && is_safe(left(places));
            untold += if is_told { 0 } else { left(places) };
            by_tier.push(json!({ "tier": tier, "punctuality": shown(places, is_told) }));
        }
        let all: Vec<usize> = (0..paid.len()).collect();
        let is_told = is_safe(hidden(&of(&all))) && is_safe(untold);
        let whole =
            if all.is_empty() { self.expected_of_nothing(contract) } else { shown(&all, is_told) };
        json!({ "whole": whole, "byTier": by_tier })
    }

    /// Of a chain without a link that the viewer reads: nothing was paid, where it would read it.
    fn expected_of_nothing(&self, contract: Uuid) -> Value {
        let told = self.told_of_contract(contract);
        let to = told.standings();
        let reading: Vec<&Standing> = to.filter(|it| it.opens(GROUP, Tier::Summary)).collect();
        let is_open = |it: &&Standing| it.covers(day(2025, 4, 1), day(2026, 3, 31));
        match (reading.is_empty(), reading.iter().any(is_open)) {
            (true, _) => withheld("NOT_A_PARTY"),
            (_, false) => withheld("OUTSIDE_YOUR_DAYS"),
            (_, true) => figures(&[]),
        }
    }
}

fn hidden(paid: &[&SeenPayment<'_>]) -> usize {
    paid.iter().filter(|it| !it.is_whole && it.state() != "WITHDRAWN").count()
}

fn withheld(reason: &str) -> Value {
    let why = vec![json!({ "reason": reason }); 7];
    json!({
        "paid": null, "confirmed": null, "contested": null, "late": null, "withoutTerms": null,
        "shareInTime": null, "mostDaysLate": null, "withheld": why,
    })
}

fn figures(paid: &[&SeenPayment<'_>]) -> Value {
    let of_state = |state: &str| paid.iter().filter(|it| it.state() == state).count();
    let made = paid.iter().filter(|it| matches!(it.state(), "RECORDED" | "CONFIRMED"));
    let days: Vec<Option<i64>> = made.map(|it| it.late()).collect();
    let judged: Vec<i64> = days.iter().copied().flatten().collect();
    let late = judged.iter().filter(|days| **days > 0).count();
    let in_time = judged.len() - late;
    let share =
        (!judged.is_empty()).then(|| (20_000 * in_time + judged.len()) / (2 * judged.len()));
    json!({
        "paid": days.len(), "confirmed": of_state("CONFIRMED"), "contested": of_state("CONTESTED"),
        "late": late, "withoutTerms": days.len() - judged.len(), "shareInTime": share,
        "mostDaysLate": judged.into_iter().max().unwrap_or(0).max(0), "withheld": [],
    })
}
