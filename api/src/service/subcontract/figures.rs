use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::{
        band::band,
        supply_chain::{
            Breach, Figures, Node, Shown, YearlyValue, breaches, figures as of_chain, not_refused,
        },
    },
};
use entities::{
    contract,
    value::{FinancialYear, Pence},
};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{ChainLink, exposure::node};
use crate::access::{
    Seen,
    facts::{contracts, supply_chain},
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
    head: &Seen<contract::Model>,
    chain: &[ChainLink],
    (year, today): (FinancialYear, NaiveDate),
) -> Result<ChainFigures, DbErr> {
    let facts = contracts::whole_of(connection, head.row.id).await?;
    let heirs = contracts::heirs_of(connection, &[(&head.row, &facts)]).await?;
    let heirs = heirs.get(&head.row.id).cloned().unwrap_or_default();
    let contractors = facts.parties_on(&heirs, today).providers;
    let known = supply_chain::head(&facts, contractors.clone());
    let value = known.values.get(&year).copied();
    let value = if head.reads(FieldGroup::ContractValue) {
        value.map(Shown::Exact)
    } else if head.reads_summary(FieldGroup::ContractValue) {
        value.map(|amount| Shown::Banded(band(amount)))
    } else {
        // Whether there is one is hidden too.
        Some(Shown::Withheld)
    };
    let of = |it: &ChainLink| (it.seen.row.id, it.seen.row.parent_id, it.is_refused());
    let nodes =
        valued(value, &not_refused(chain, of), today.clamp(year.first_day(), year.last_day()));
    // Buyers and sellers read their own links only, however they stand to the head contract.
    let reads_all = chain.iter().all(|it| it.seen.reads(FieldGroup::LinkTerms))
        && !head
            .standing
            .windows()
            .iter()
            .all(|it| domain::policy::matrix::CHAIN.contains(&it.relation));
    let breaches = if reads_all {
        let links = supply_chain::of_contract(connection, head.row.id).await?;
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
