//! The memorandum account of a fund and a year, and how each partner accounts for its share of it.

mod treatment;

use std::collections::HashMap;

use domain::{
    policy::matrix::FieldGroup,
    rules::{
        ledger_posting::AccountKey,
        memorandum::{Balance, Memorandum},
    },
};
use entities::{accounting_treatment, value::Instant};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    Stopped,
    position::{self, FundPosition, Terms},
};
use crate::{
    access::{
        accounting_treatment as treatments,
        facts::{
            balances::{self, AccountSum},
            parties,
            reach::alike,
        },
    },
    auth::Viewer,
};

pub use treatment::{NewTreatment, state};

/// What enters the account: whoever reads all of these reads it.
const ENTERS: [FieldGroup; 5] = [
    FieldGroup::Position,
    FieldGroup::PositionByPartner,
    FieldGroup::ContributionsOfOthers,
    FieldGroup::ContributionsPaid,
    FieldGroup::Cash,
];

/// The memorandum account of a fund and a year, as the viewer reads it.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The fund's position, of which the account is another statement.
    pub position: FundPosition,
    /// The account: partners in the agreement's order, schemes by reference.
    pub account: Memorandum,
    /// How partners account for their shares, as they last stated it.
    pub treatments: HashMap<Uuid, accounting_treatment::Model>,
}

/// The memorandum accounts of those of `funds` of which the viewer reads all that enters.
///
/// # Errors
/// A fault of the database.
pub async fn of_funds(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    terms: Terms,
) -> Result<Vec<Stated>, Stopped> {
    let mut positions = position::of_funds(connection, viewer, funds, terms).await?;
    positions.retain(|it| ENTERS.into_iter().all(|group| it.standing.reads(group)));
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = positions.iter().map(|it| it.fund.id).collect();
    let groups = alike(positions.iter().map(|it| (it.fund.id, it.reach)));
    let sums = balances::sums(connection, &groups).await?;
    let stated = treatments::of_funds(connection, &ids, terms.cutoff.year).await?;
    let partnerships = parties::of_funds(connection, &ids).await?;
    let of = positions.into_iter().map(|position| {
        let fund = position.fund.id;
        let own: Vec<Balance> = sums
            .iter()
            .filter(|sum| sum.fund_id == fund)
            .map(|sum| balance(sum, &position))
            .collect();
        let mut account = Memorandum::of(terms.cutoff.year, &own);
        let listed = partnerships.get(&fund).map(|it| it.listed()).unwrap_or_default();
        let place = |id: Uuid| listed.iter().position(|it| *it == id).unwrap_or(usize::MAX);
        account.income.sort_by_key(|line| (place(line.partner), line.source.clone()));
        account.shares.sort_by_key(|line| place(line.partner));
        let reference = |id: Uuid| position.schemes.get(&id).map(|scheme| scheme.reference.clone());
        account.expenditure.sort_by_key(|line| reference(line.scheme));
        let counts = |it: &&accounting_treatment::Model| {
            it.fund_id == fund && is_told(&position, it.recorded_at)
        };
        let treatments = stated.iter().filter(counts);
        let treatments = treatments.map(|it| (it.partner_id, it.clone())).collect();
        Stated { position, account, treatments }
    });
    Ok(of.collect())
}

/// What was stated before the viewer's days ended, and was known then.
fn is_told(position: &FundPosition, recorded_at: Instant) -> bool {
    let known = position.reach.cutoff.known_at.is_none_or(|known_at| recorded_at <= known_at);
    known && position.reach.closed_at.is_none_or(|closed_at| recorded_at < closed_at)
}

fn balance(sum: &AccountSum, position: &FundPosition) -> Balance {
    Balance {
        account: AccountKey {
            kind: sum.kind,
            scheme: sum.scheme_id,
            partner: sum.partner_id,
            funder: sum.funder_id,
            source: sum.source_code.clone(),
            year: sum.contribution_year,
        },
        is_of_year: sum.financial_year == position.terms.cutoff.year,
        amount: sum.amount_pence,
    }
}
