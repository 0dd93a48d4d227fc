//! What is told of the links of a chain: the value exactly, as a band or not at all, and how who
//! sells is paid.

use serde_json::{Value, json};

use super::{Known, because, withheld};
use crate::arrangement::{Arrangement, Link, YEARS, pay::pence};

/// Of payments down the chain nothing is hidden from the link's own parties.
pub(super) const PARTIES: &[&str] = &[];
/// Who leads and pays the pool reads how punctual they are.
pub(super) const PUNCTUALITY: &[&str] = &["payments SUMMARY_ONLY"];
/// Everybody else reads nothing of them.
pub(super) const STRANGERS: &[&str] = &["payments NOT_A_PARTY", "punctuality NOT_A_PARTY"];

/// What a summary of a link leaves out.
const TERMS: [&str; 15] = [
    "reference",
    "startsOn",
    "endsOn",
    "isMaterial",
    "isOpenBook",
    "floorBasisPoints",
    "paymentDays",
    "isOnBehalf",
    "confirmation",
    "decidedOn",
    "consortiumShares",
    "clauses",
    "above",
    "version",
    "viewerCan",
];

/// What somebody is told of the value of a link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// The amount.
    Amount,
    /// The band.
    Band,
    /// That it is withheld, and why.
    Nothing(&'static str),
}

impl Told {
    /// Whoever pays the pool, or leads those who buy, reads the band of what is neither open-book nor
    /// material.
    pub(super) const fn of_commissioners(link: &Link) -> Self {
        if link.is_open { Self::Amount } else { Self::Band }
    }
}

/// What somebody is told of a link.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    value: Told,
    payments: &'static [&'static str],
    is_summary: bool,
}

impl Shown {
    /// Its terms, and of value and payments what is said.
    pub(super) const fn whole(value: Told, payments: &'static [&'static str]) -> Self {
        Self { value, payments, is_summary: false }
    }

    /// A summary of its terms, and of value and payments what is said.
    pub(super) const fn summary(value: Told, payments: &'static [&'static str]) -> Self {
        Self { value, payments, is_summary: true }
    }
}

impl Arrangement {
    /// Somebody was told of these links of the chain, so much of each, and of no other.
    #[track_caller]
    pub(super) fn reads_links(
        &self,
        told: &Value,
        known: &Known<'_>,
        as_shown: impl Fn(&Link) -> Option<Shown>,
    ) {
        let links = &told["supplyChain"]["links"];
        let nodes = links["nodes"].as_array().expect("links");
        let year = YEARS.iter().position(|it| *it == known.year).expect("a year that is told");
        let mut seen = 0;
        for link in &self.links {
            let node = nodes.iter().find(|it| it["id"] == link.id);
            let Some(shown) = as_shown(link) else {
                assert_eq!(node, None, "{link:?}");
                continue;
            };
            seen += 1;
            let node = node.unwrap_or_else(|| panic!("{link:?} is not seen"));
            assert_eq!(node["tier"], link.tier);
            for (party, who) in [("buyer", link.buyer), ("seller", link.seller)] {
                assert_eq!(node[party]["id"], json!(self.who(who).id));
            }
            let amount = link.amounts[year];
            let (amount, band, hidden) = match shown.value {
                Told::Amount => (json!(amount), Value::Null, None),
                Told::Band => (Value::Null, json!(band(amount)), Some("SUMMARY_ONLY")),
                Told::Nothing(why) => (Value::Null, Value::Null, Some(why)),
            };
            assert_eq!(node["value"]["amount"], amount, "{node:#}");
            assert_eq!(node["value"]["valueBand"], band, "{node:#}");
            let mut expected = Vec::new();
            if shown.is_summary {
                expected.extend(because("SUMMARY_ONLY", &TERMS));
            }
            if let Some(why) = hidden {
                expected.extend(because(why, &["value", "valueVersion", "valueVersions"]));
            }
            expected.extend(shown.payments.iter().map(|it| (*it).to_owned()));
            if shown.is_summary {
                expected.extend(because("SUMMARY_ONLY", &["feeds", "measurements"]));
            }
            assert_eq!(withheld(node), expected, "{link:?}");
        }
        assert_eq!(links["totalCount"], seen);
    }
}

/// Rule V2: under £100k, £100k to £500k, £500k to £1m, over £1m, each with its lower bound.
pub(super) fn band(amount: &str) -> &'static str {
    match pence(&json!(amount)) {
        ..10_000_000 => "UNDER100_THOUSAND",
        10_000_000..50_000_000 => "FROM100_THOUSAND",
        50_000_000..100_000_000 => "FROM500_THOUSAND",
        100_000_000.. => "FROM1_MILLION",
    }
}
