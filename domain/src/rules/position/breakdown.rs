use std::collections::BTreeMap;

use entities::value::Period;
use uuid::Uuid;

use super::{
    Figures,
    attribution::{Amounts, Part},
};

/// One line of a breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionLine<K> {
    /// What it is the line of.
    pub key: K,
    /// Its figures.
    pub figures: Figures,
}

/// Where a fund, or several together, stand.
///
/// Each breakdown adds up to the total, figure by figure, but for one: a commitment is promised for
/// the year and not for a month, so the lines by period have none. Lines are in the order of their
/// keys; all fourteen periods are there, with or without money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// All of it.
    pub total: Figures,
    /// By scheme.
    pub by_scheme: Vec<PositionLine<Uuid>>,
    /// By partner, on the basis that was asked for.
    pub by_partner: Vec<PositionLine<Uuid>>,
    /// By funding source: the same on either basis.
    pub by_source: Vec<PositionLine<String>>,
    /// By period.
    pub by_period: Vec<PositionLine<Period>>,
}

impl Position {
    pub(super) fn of_parts<'a>(parts: impl Iterator<Item = Part<'a>>, is_forecast: bool) -> Self {
        let mut total = Amounts::default();
        let mut by_scheme = BTreeMap::<Uuid, Amounts>::new();
        let mut by_partner = BTreeMap::<Uuid, Amounts>::new();
        let mut by_source = BTreeMap::<&str, Amounts>::new();
        let mut by_period: BTreeMap<_, _> =
            Period::all().map(|period| (period, Amounts::default())).collect();
        for part in parts {
            total += part.amounts;
            *by_scheme.entry(part.scheme).or_default() += part.amounts;
            *by_partner.entry(part.partner).or_default() += part.amounts;
            *by_source.entry(part.source).or_default() += part.amounts;
            if let Some(period) = part.period {
                *by_period.entry(period).or_default() += part.amounts;
            }
        }
        let by_source = by_source.into_iter().map(|(code, sums)| (code.to_owned(), sums)).collect();
        Self {
            total: Figures::of(&total, is_forecast),
            by_scheme: lines(by_scheme, is_forecast),
            by_partner: lines(by_partner, is_forecast),
            by_source: lines(by_source, is_forecast),
            by_period: lines(by_period, is_forecast),
        }
    }
}

/// The position of several funds together. Where one of them has no forecast, what it shares in has
/// no outturn.
#[must_use]
pub fn sum<'a>(positions: impl IntoIterator<Item = &'a Position>) -> Position {
    let mut total = Figures::ZERO;
    let mut by_scheme = BTreeMap::new();
    let mut by_partner = BTreeMap::new();
    let mut by_source = BTreeMap::new();
    let mut by_period = Period::all().map(|period| (period, Figures::ZERO)).collect();
    for position in positions {
        total = total + position.total;
        add(&mut by_scheme, &position.by_scheme);
        add(&mut by_partner, &position.by_partner);
        add(&mut by_source, &position.by_source);
        add(&mut by_period, &position.by_period);
    }
    Position {
        total,
        by_scheme: from_map(by_scheme),
        by_partner: from_map(by_partner),
        by_source: from_map(by_source),
        by_period: from_map(by_period),
    }
}

fn lines<K>(sums: BTreeMap<K, Amounts>, is_forecast: bool) -> Vec<PositionLine<K>> {
    let line = |(key, amounts): (K, Amounts)| (key, Figures::of(&amounts, is_forecast));
    from_map(sums.into_iter().map(line))
}

fn add<K: Ord + Clone>(sums: &mut BTreeMap<K, Figures>, lines: &[PositionLine<K>]) {
    for line in lines {
        let sum = sums.entry(line.key.clone()).or_insert(Figures::ZERO);
        *sum = *sum + line.figures;
    }
}

fn from_map<K>(sums: impl IntoIterator<Item = (K, Figures)>) -> Vec<PositionLine<K>> {
    sums.into_iter().map(|(key, figures)| PositionLine { key, figures }).collect()
}
