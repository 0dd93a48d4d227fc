use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    policy::{
        Standing,
        matrix::{CHAIN, FieldGroup},
    },
    rules::supply_chain::{
        Breach, Figures, Node, Shown, YearlyValue, breaches, figures as of_chain, not_refused,
    },
};
use entities::{
    access::Window,
    value::{FinancialYear, Pence},
};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{ChainLink, exposure::node};
use crate::{
    access::facts::{contracts, supply_chain},
    service::contract::Told,
};

/// What can be said of a whole chain, by somebody who sees it so.
#[derive(Clone, Debug)]
pub struct ChainFigures {
    /// The figures.
    pub figures: Figures,
    /// Where it breaks rule C2, for who reads the terms of all links; none for others.
    pub breaches: Option<Vec<Breach>>,
}

/// The figures of a chain that was read for the viewer, in the year of its values.
///
/// # Errors
/// A fault of the database.
pub async fn figures(
    connection: &impl ConnectionTrait,
    head: &Told,
    chain: &[ChainLink],
    (year, today): (FinancialYear, NaiveDate),
) -> Result<ChainFigures, DbErr> {
    let (contractors, value) = (head.contractors(), head.shown_value(year));
    let of = |it: &ChainLink| (it.seen.row.id, it.seen.row.parent_id, it.is_refused());
    let nodes =
        valued(value, &not_refused(chain, of), today.clamp(year.first_day(), year.last_day()));
    // Buyers and sellers read their own links only, however they stand to the head contract; and who
    // has left reads none of those that came afterwards.
    let now = head.seen.standing.during(today, today);
    let reads_links = |it: &Window| {
        let alone = Standing::of(std::slice::from_ref(it));
        !CHAIN.contains(&it.relation) && alone.reads(FieldGroup::LinkTerms)
    };
    let reads_all = now.reads(FieldGroup::LinkTerms) && now.windows().iter().any(reads_links);
    let breaches = if reads_all {
        let facts = contracts::whole_of(connection, head.seen.row.id).await?;
        let known = supply_chain::head(&facts, contractors.clone());
        let links = supply_chain::of_contract(connection, head.seen.row.id).await?;
        let links: Vec<_> =
            links.iter().map(|(row, values)| supply_chain::link(row, values)).collect();
        Some(breaches(&known, &links))
    } else {
        None
    };
    Ok(ChainFigures { figures: of_chain(&contractors, value, &nodes), breaches })
}

/// The links with the amounts of ranges, where the amount above is shown as well.
fn valued(head: Option<Shown>, chain: &[&ChainLink], day: NaiveDate) -> Vec<Node> {
    let mut worth: HashMap<Uuid, Option<Pence>> = HashMap::new();
    let head = head.and_then(Shown::exact);
    let mut nodes = Vec::with_capacity(chain.len());
    for link in chain {
        let mut it = node(link, day);
        if let Some(range @ YearlyValue::Share { .. }) = link.recorded {
            let above = match it.parent {
                None => head,
                Some(parent) => worth.get(&parent).copied().flatten(),
            };
            it.value = Some(above.map_or(Shown::Withheld, |above| Shown::Exact(range.of(above))));
        }
        worth.insert(it.id, it.value.and_then(Shown::exact));
        nodes.push(it);
    }
    nodes
}
