use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::contract::{
        status::{self as rule, Change, Step},
        term,
    },
};
use entities::{
    contract,
    contract_status_change::{self as change, ContractReason, ContractStatus},
    contract_terms, contract_variation as variation,
    value::Instant,
};
use uuid::Uuid;

use super::{At, Held, Told, held, ready, save, tell, terms, value};
use crate::{
    access::{derive, facts::contracts::ContractFacts},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
        text,
    },
};

/// A step that a contract takes.
#[derive(Clone, Debug)]
pub struct NewStep {
    /// The contract.
    pub contract: Uuid,
    /// Its version as the caller read it.
    pub expected_version: i32,
    /// Which step.
    pub step: Step,
    /// The first day on which it counts.
    pub effective_on: NaiveDate,
    /// The kind of reason.
    pub reason_code: Option<ContractReason>,
    /// Why, in words.
    pub reason: Option<String>,
    /// The letter, notice or deed.
    pub document_reference: Option<String>,
    /// The part that is suspended; none when the whole is.
    pub suspended_part: Option<String>,
    /// Who cares for people during a suspension.
    pub continuity: Option<String>,
    /// When a notice takes effect, or a standstill ends.
    pub takes_effect_on: Option<NaiveDate>,
    /// Who decided (rule G4).
    pub decision: Option<Decision>,
}

/// That the next option to extend a contract is taken up.
#[derive(Clone, Debug)]
pub struct NewExtension {
    /// The contract.
    pub contract: Uuid,
    /// Its version as the caller read it.
    pub expected_version: i32,
    /// Its last day from now on.
    pub ends_on: NaiveDate,
    /// Who decided (rule G4).
    pub decision: Decision,
}

/// Records that a contract takes a step, which is never taken back (rule C8).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED` also while a condition or guarantee is open, `STALE_VERSION`,
/// `REASON_REQUIRED`, or `INVALID_VALUE` where nothing leads there.
pub async fn take(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewStep,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            take_in(&tx, viewer, new).await?;
            tell(&*tx, viewer, new.contract, At::NOW).await
        })
        .await
}

/// The same in a transaction of the caller's.
///
/// # Errors
/// What is refused, or a fault of the database.
pub async fn take_in(tx: &Writing, viewer: &Viewer, new: &NewStep) -> Result<(), Stopped> {
    let held = held(tx, viewer, new.contract, "contract").await?;
    viewer.actor().may_change_contract_status(&held.parties)?;
    let Held { row, facts, parties } = held;
    let row = save(tx, contract_shared(row, new.step, tx.today()), new.expected_version).await?;
    let says = says(&facts, new.effective_on);
    let ends_on = says.and_then(|it| it.ends_on);
    rule::can_take(new.step, &changes(&facts), ends_on, new.effective_on)
        .map_err(|why| refused(why, &facts, tx.today()))?;
    let written = checked(tx, viewer, new, &facts)?;
    match new.step {
        Step::Award if parties.providers.is_empty() => {
            let sentence = "nobody provides under this contract yet: name a provider first";
            return Err(Refusal::new(Code::InvalidValue, sentence).at("contract").into());
        }
        Step::Award => {
            award(tx, &row, &facts, new.effective_on).await?;
            derive::opened(&**tx, row.id).await?;
        }
        Step::Mobilise | Step::Activate => {
            ready::is_ready(tx, row.id, new.effective_on.max(tx.today())).await?;
            begins(new, says)?;
        }
        _ => {}
    }
    let written = tx.insert(written).await?;
    let act = Act::new(mutation(new.step), "Contract", row.id)
        .under(row.id, FieldGroup::ContractStatus)
        .from_day(written.effective_on)
        .after(said(&written));
    Ok(audit::record(tx, viewer, act).await?)
}

/// From its award on a contract is seen by everybody who stands to it.
fn contract_shared(row: contract::Model, step: Step, today: NaiveDate) -> contract::Model {
    let shared_on = row.shared_on.or((step == Step::Award).then_some(today));
    contract::Model { shared_on, ..row }
}

/// What was drafted is said once more, for everybody: earlier drafts stay the commissioners' own.
async fn award(
    tx: &Writing,
    row: &contract::Model,
    facts: &ContractFacts,
    effective_on: NaiveDate,
) -> Result<(), Stopped> {
    let says = terms::next(tx, &facts.terms, effective_on)?;
    tx.insert(contract_terms::Model { is_draft: false, ..says }).await?;
    let version = value::version(facts) + 1;
    let mut years = std::collections::BTreeMap::new();
    for drafted in &facts.values {
        years.insert(drafted.financial_year, drafted.amount_pence);
    }
    for (financial_year, amount_pence) in years {
        let row = entities::contract_value::Model {
            id: tx.new_id(),
            contract_id: row.id,
            version,
            financial_year,
            is_draft: false,
            amount_pence,
            variation_id: None,
            effective_on,
            recorded_on: tx.today(),
            known_at: tx.now(),
        };
        tx.insert(row).await?;
    }
    Ok(())
}

/// Services begin on the contract's first day, or later.
fn begins(new: &NewStep, says: Option<&contract_terms::Model>) -> Result<(), Refusal> {
    if new.step != Step::Activate {
        return Ok(());
    }
    let Some(first) = says.and_then(|it| it.starts_on) else {
        let sentence = "this contract names no first day: propose a variation that does";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("contract"));
    };
    if new.effective_on < first {
        let sentence = format!("the services of this contract begin on {first}");
        return Err(Refusal::new(Code::InvalidDate, sentence).at("effectiveOn"));
    }
    Ok(())
}

/// The change as it is written, when everything that the step asks for is said.
fn checked(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewStep,
    facts: &ContractFacts,
) -> Result<change::Model, Refusal> {
    let needed = |text: Option<&str>, longest, path: &str| {
        let text = text::optional(text, longest, path)?;
        match text {
            None if new.step.needs_reason() => {
                let sentence = "rule C8: this step names its reason and its document";
                Err(Refusal::new(Code::ReasonRequired, sentence).at(path))
            }
            text => Ok(text),
        }
    };
    if new.reason_code == Some(ContractReason::Unfolding) {
        let sentence = "this kind of reason is of unfoldNovation alone";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("reasonCode"));
    }
    if new.step.needs_reason() && new.reason_code.is_none() {
        let sentence = "rule C8: this step names its reason and its document";
        return Err(Refusal::new(Code::ReasonRequired, sentence).at("reasonCode"));
    }
    let continuity = text::optional(new.continuity.as_deref(), 2_000, "continuity")?;
    if new.step == Step::Suspend && continuity.is_none() {
        let sentence = "rule C8: a suspension names its continuity arrangement: who cares for people \
                        meanwhile";
        return Err(Refusal::new(Code::ReasonRequired, sentence).at("continuity"));
    }
    let last = facts.changes.last();
    match new.step {
        Step::GiveNotice if new.takes_effect_on.is_none_or(|day| day < new.effective_on) => {
            let sentence = "a notice takes effect on the day on which it is given, or later";
            return Err(Refusal::new(Code::InvalidDate, sentence).at("takesEffectOn"));
        }
        Step::Mobilise => {
            let until = last.and_then(|it| it.takes_effect_on);
            if let Some(until) = until.filter(|until| new.effective_on < *until) {
                let sentence = format!("the standstill lasts until {until}");
                return Err(Refusal::new(Code::InvalidDate, sentence).at("effectiveOn"));
            }
        }
        _ => {}
    }
    let decision = match &new.decision {
        Some(decision) => Some(decision.checked(tx.today(), "decision")?),
        None => None,
    };
    let next = next_change(tx, viewer, (new.contract, facts));
    Ok(change::Model {
        status: new.step.to(),
        suspended_part: text::optional(new.suspended_part.as_deref(), 300, "suspendedPart")?,
        continuity,
        reason_code: new.reason_code,
        reason: text::optional(new.reason.as_deref(), 2_000, "reason")?,
        document_reference: needed(new.document_reference.as_deref(), 300, "documentReference")?,
        takes_effect_on: new.takes_effect_on,
        deciding_body: decision.as_ref().map(|it| it.deciding_body.clone()),
        decided_on: decision.as_ref().map(|it| it.decided_on),
        minute_reference: decision.map(|it| it.minute_reference),
        effective_on: new.effective_on,
        ..next
    })
}

/// The next change of a contract, that says nothing yet.
pub(super) fn next_change(
    tx: &Writing,
    viewer: &Viewer,
    (contract, facts): (Uuid, &ContractFacts),
) -> change::Model {
    let last = facts.changes.last();
    change::Model {
        number: last.map_or(1, |it| it.number + 1),
        known_at: last.map_or(tx.now(), |it| tx.now().max(it.known_at.just_after())),
        ..blank(tx, viewer, contract)
    }
}

/// A change that says nothing yet.
pub(super) fn blank(tx: &Writing, viewer: &Viewer, contract: Uuid) -> change::Model {
    change::Model {
        id: tx.new_id(),
        contract_id: contract,
        number: 1,
        status: ContractStatus::Draft,
        suspended_part: None,
        continuity: None,
        reason_code: None,
        reason: None,
        document_reference: None,
        takes_effect_on: None,
        deciding_body: None,
        decided_on: None,
        minute_reference: None,
        effective_on: tx.today(),
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    }
}

fn refused(why: rule::NoStep, facts: &ContractFacts, today: NaiveDate) -> Refusal {
    let ends_on = says(facts, today).and_then(|it| it.ends_on);
    let stands = rule::stands(&changes(facts), ends_on, today).map(|it| it.status);
    match (why, stands) {
        (rule::NoStep::NotFromHere, Some(status)) if rule::is_end(status) => {
            Refusal::new(Code::AlreadyDone, "rule C8: this contract has ended").at("contract")
        }
        (rule::NoStep::NotFromHere, _) => Refusal::new(Code::NotAllowed, why).at("contract"),
        (rule::NoStep::BeforeTheLast(_), _) => {
            Refusal::new(Code::InvalidDate, why).at("effectiveOn")
        }
    }
}

/// What the contract says on a day.
pub(super) fn says(facts: &ContractFacts, day: NaiveDate) -> Option<&contract_terms::Model> {
    terms::in_force(&facts.terms, day, Instant(i64::MAX))
}

/// How the contract came to stand as it does.
pub(super) fn changes(facts: &ContractFacts) -> Vec<Change> {
    let change = |it: &change::Model| Change { status: it.status, effective_on: it.effective_on };
    facts.changes.iter().map(change).collect()
}

/// True when services may be delivered under a contract on a day, as far as is on record of it.
pub(in crate::service) fn delivers_on(facts: &ContractFacts, day: NaiveDate) -> bool {
    let ends_on = says(facts, day).and_then(|it| it.ends_on);
    rule::delivers_on(&changes(facts), ends_on, day)
}

/// The name of the mutation that takes a step.
const fn mutation(step: Step) -> &'static str {
    match step {
        Step::Award => "awardContract",
        Step::Mobilise => "mobiliseContract",
        Step::Activate => "activateContract",
        Step::Suspend => "suspendContract",
        Step::Resume => "resumeContract",
        Step::GiveNotice => "giveContractNotice",
        Step::Terminate => "terminateContract",
        Step::Cancel => "cancelContract",
        Step::Abandon => "abandonContract",
        Step::Unfold => "unfoldNovation",
    }
}

/// Takes up the next option to extend a contract.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, or `INVALID_DATE` where no option lets it last so
/// long.
pub async fn extend(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewExtension,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            extend_in(&tx, viewer, new).await?;
            tell(&*tx, viewer, new.contract, At::NOW).await
        })
        .await
}

async fn extend_in(tx: &Writing, viewer: &Viewer, new: &NewExtension) -> Result<(), Stopped> {
    let held = held(tx, viewer, new.contract, "contract").await?;
    viewer.actor().may_change_contract_status(&held.parties)?;
    let decision = new.decision.checked(tx.today(), "decision")?;
    let row = save(tx, held.row, new.expected_version).await?;
    let before = terms::next(tx, &held.facts.terms, tx.today())?;
    let stands = rule::stands(&changes(&held.facts), before.ends_on, tx.today());
    if !stands.is_some_and(|it| rule::is_running(it.status)) {
        let sentence = "rule C8: a contract is extended while services are delivered under it";
        return Err(Refusal::new(Code::NotAllowed, sentence).at("contract").into());
    }
    let used = usize::try_from(before.extensions_used).unwrap_or(usize::MAX);
    let options = (before.extension_months.0.as_slice(), used);
    term::can_extend(before.ends_on, options, new.ends_on)
        .map_err(|why| Refusal::new(Code::InvalidDate, why).at("endsOn"))?;
    let decided = variation::Model {
        id: tx.new_id(),
        contract_id: row.id,
        number: super::vary::next_number(tx, row.id).await?,
        summary: format!("Extended to {}", new.ends_on),
        effective_on: tx.today(),
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let decided = tx.insert(decided).await?;
    super::vary::approve(tx, decided.id, viewer.organisation, decision).await?;
    let after = contract_terms::Model {
        ends_on: Some(new.ends_on),
        extensions_used: before.extensions_used + 1,
        variation_id: Some(decided.id),
        ..before
    };
    let after = tx.insert(after).await?;
    let act = Act::new("extendContract", "Contract", row.id)
        .under(row.id, FieldGroup::ContractTerms)
        .after(said(&after).with("variation", &[decided]));
    Ok(audit::record(tx, viewer, act).await?)
}
