use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    policy::{decisions::ContractParties, matrix::FieldGroup},
    rules::contract::status as rule,
};
use entities::{
    contract, contract_terms, contract_value, contract_variation as variation,
    contract_variation_approval as approval,
    value::{FinancialYear, Pence},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    At, Held, NewCommissioner, NewProvider, TermsChange, Told, held,
    parties::{self, NewParties, SHARE_TOTAL},
    save, status, tell, terms, value,
};
use crate::{
    access::{derive, facts::whole},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
        text,
    },
};

/// A variation of an awarded contract, as every commissioner has decided on its own.
#[derive(Clone, Debug)]
pub struct NewVariation {
    /// The contract.
    pub contract: Uuid,
    /// Its version as the caller read it.
    pub expected_version: i32,
    /// What changes, in words.
    pub summary: String,
    /// The first day on which it counts.
    pub effective_on: NaiveDate,
    /// What the contract says otherwise.
    pub terms: TermsChange,
    /// What it is expected to cost otherwise; a year that is left out stays.
    pub years: Vec<(FinancialYear, Pence)>,
    /// All of its commissioners from that day on.
    pub commissioners: Option<Vec<NewCommissioner>>,
    /// What their shares add up to; 10,000 unless given.
    pub share_total: Option<i64>,
    /// All of its providers from that day on.
    pub providers: Option<Vec<NewProvider>>,
    /// What each commissioner decided (rules G1 and G4).
    pub approvals: Vec<(Uuid, Decision)>,
}

/// A variation, and who decided on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variation {
    /// The variation.
    pub row: variation::Model,
    /// What each commissioner decided.
    pub approvals: Vec<approval::Model>,
}

/// Records a variation of an awarded contract.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE` once the contract has ended,
/// `APPROVAL_NEEDED` where a commissioner has not decided, `DOES_NOT_ADD_UP`, or `INVALID_VALUE`.
pub async fn vary(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewVariation,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            vary_in(&tx, viewer, new).await?;
            tell(&*tx, viewer, new.contract, At::NOW).await
        })
        .await
}

async fn vary_in(tx: &Writing, viewer: &Viewer, new: &NewVariation) -> Result<(), Stopped> {
    let held = held(tx, viewer, new.contract, "contract").await?;
    viewer.actor().may_vary_contract(&held.parties)?;
    can_be_varied(&held, new, tx.today())?;
    let Held { row, facts, parties: today } = held;
    let row = save(tx, row, new.expected_version).await?;
    let by = NewParties {
        contract: row.id,
        commissioners: new.commissioners.as_deref(),
        share_total: new.share_total.unwrap_or(SHARE_TOTAL),
        providers: new.providers.as_deref(),
        from: new.effective_on,
    };
    parties::check(tx, &by).await?;
    let decided = decided(tx, &today, new)?;
    let varied = variation::Model {
        id: tx.new_id(),
        contract_id: row.id,
        number: next_number(tx, row.id).await?,
        summary: text::required(&new.summary, 1_000, "summary")?,
        effective_on: new.effective_on,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let varied = tx.insert(varied).await?;
    let mut approvals = Vec::new();
    for (organisation, decision) in decided {
        approvals.push(approve(tx, varied.id, organisation, decision).await?);
    }
    parties::put(tx, &facts, &by).await?;
    let before = terms::next(tx, &facts.terms, new.effective_on)?;
    let after = contract_terms::Model {
        variation_id: Some(varied.id),
        ..new.terms.clone().applied_to(before.clone())?
    };
    let after = tx.insert(after).await?;
    let years = put_values(tx, &row, value::version(&facts) + 1, (new, varied.id)).await?;
    derive::contracts(&**tx, &[row.id]).await?;
    let act = Act::new("recordContractVariation", "Contract", row.id)
        .under(row.id, FieldGroup::ContractTerms)
        .from_day(new.effective_on)
        .before(said(&before))
        .after(said(&after).with("variation", &[varied]).with("approvals", &approvals));
    audit::record(tx, viewer, act).await?;
    if !years.is_empty() {
        let act = Act::new("recordContractVariation", "Contract", row.id)
            .under(row.id, FieldGroup::ContractValue)
            .from_day(new.effective_on)
            .after(said(&row).with("values", &years));
        audit::record(tx, viewer, act).await?;
    }
    Ok(())
}

/// A contract is varied once it is awarded and until it ends, one variation after the other.
fn can_be_varied(held: &Held, new: &NewVariation, today: NaiveDate) -> Result<(), Refusal> {
    if held.row.shared_on.is_none() {
        let sentence = "this contract is a draft: change it by updateContract";
        return Err(Refusal::new(Code::NotAllowed, sentence).at("contract"));
    }
    let ends_on = status::says(&held.facts, today).and_then(|it| it.ends_on);
    let stands = rule::stands(&status::changes(&held.facts), ends_on, today);
    if stands.is_none_or(|it| rule::is_end(it.status)) {
        let sentence = "rule C8: this contract has ended";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("contract"));
    }
    let last = held.facts.terms.iter().map(|it| it.effective_on).max();
    if let Some(last) = last.filter(|last| new.effective_on < *last) {
        let sentence =
            format!("what the contract says now counts from {last}: vary it from then on");
        return Err(Refusal::new(Code::InvalidDate, sentence).at("effectiveOn"));
    }
    if !new.years.is_empty() {
        value::check(&new.years, held.row.opened_on, "years")?;
    }
    Ok(())
}

/// What every commissioner decided, those included that it makes commissioners: each on its own
/// (rule G1).
fn decided(
    tx: &Writing,
    today: &ContractParties,
    new: &NewVariation,
) -> Result<Vec<(Uuid, Decision)>, Refusal> {
    let mut needed = today.deciding();
    for it in new.commissioners.iter().flatten() {
        let provides = new.providers.iter().flatten().any(|by| by.organisation == it.organisation);
        if !needed.contains(&it.organisation) && !provides {
            needed.push(it.organisation);
        }
    }
    let mut decided: Vec<(Uuid, Decision)> = Vec::new();
    for ((organisation, decision), place) in new.approvals.iter().zip(0..) {
        let path = format!("approvals.{place}");
        let is_twice = decided.iter().any(|(other, _)| other == organisation);
        if !needed.contains(organisation) || is_twice {
            let sentence = "name each commissioner that decides once, and nobody else";
            let path = format!("{path}.commissioner");
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path));
        }
        let decision = decision.checked(tx.today(), &format!("{path}.decision"))?;
        decided.push((*organisation, decision));
    }
    let missing = needed.len() - decided.len();
    if missing > 0 {
        let sentence = format!(
            "rule G1: every commissioner decides on its own, and {missing} of them have not yet"
        );
        return Err(Refusal::new(Code::ApprovalNeeded, sentence).at("approvals"));
    }
    Ok(decided)
}

pub(super) async fn approve(
    tx: &Writing,
    variation: Uuid,
    organisation: Uuid,
    decision: Decision,
) -> Result<approval::Model, DbErr> {
    let row = approval::Model {
        variation_id: variation,
        organisation_id: organisation,
        deciding_body: decision.deciding_body,
        decided_on: decision.decided_on,
        minute_reference: decision.minute_reference,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    tx.insert(row).await
}

async fn put_values(
    tx: &Writing,
    row: &contract::Model,
    version: i32,
    (new, variation): (&NewVariation, Uuid),
) -> Result<Vec<contract_value::Model>, Stopped> {
    let mut years = Vec::new();
    for (financial_year, amount_pence) in &new.years {
        let row = contract_value::Model {
            id: tx.new_id(),
            contract_id: row.id,
            version,
            financial_year: *financial_year,
            is_draft: false,
            amount_pence: *amount_pence,
            variation_id: Some(variation),
            effective_on: new.effective_on,
            recorded_on: tx.today(),
            known_at: tx.now(),
        };
        years.push(tx.insert(row).await?);
    }
    Ok(years)
}

/// The variations of contracts that the caller has found through its view, the first first.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the contracts through its view")]
pub async fn variations_of(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Variation>>, DbErr> {
    let rows = variation::Entity::find()
        .filter(variation::Column::ContractId.is_in(contracts.iter().copied()))
        .order_by_asc(variation::Column::Number)
        .all(connection)
        .await?;
    let all = approval::Entity::find()
        .filter(approval::Column::VariationId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(approval::Column::OrganisationId)
        .all(connection)
        .await?;
    let mut of: HashMap<Uuid, Vec<Variation>> = HashMap::new();
    for row in rows {
        let approvals = all.iter().filter(|it| it.variation_id == row.id).cloned().collect();
        of.entry(row.contract_id).or_default().push(Variation { row, approvals });
    }
    Ok(of)
}

/// The number of a contract's next variation.
pub(super) async fn next_number(tx: &Writing, contract: Uuid) -> Result<i32, Stopped> {
    let known = variations_of(&whole(&**tx), &[contract]).await?;
    Ok(known.get(&contract).and_then(|rows| rows.last()).map_or(1, |last| last.row.number + 1))
}
