//! Contracts: drafted, awarded, mobilised, varied and ended (rules C1 and C8). Whoever adds a verb
//! finds the contract by [`find`], holds it by [`save`], and derives its views anew when a party
//! changed.

mod draft;
mod holders;
mod interest;
mod list;
mod novation;
mod opened;
mod parties;
mod per_head;
mod ready;
mod status;
mod succeed;
mod terms;
mod told;
mod value;
mod vary;

use domain::policy::{
    Denied, Rights,
    approval::Person,
    decisions::{ContractParties, LinkParties, Submitted},
};
use entities::contract;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

pub use draft::{ContractChange, NewContract, draft, draft_in, update};
pub use holders::{Holders, Supplier, holders, suppliers};
pub use interest::{Interest, NewInterest, NewWithdrawal, declare, may_withdraw, withdraw};
pub use list::{Criterion, Listing, Order, count, list, picked, seen_among};
pub use novation::{
    NewNovation, NewUnfolding, Novated, novate, novations_of, replaced_by, replaced_under, unfold,
};
pub use parties::{NewCommissioner, NewProvider};
pub use per_head::{ListSizes, PerHead, list_sizes_of};
pub use ready::{
    Condition, Guarantee, Meeting, NewCondition, NewGuarantee, NewGuaranteeGiven, conditions_of,
    give_guarantee, guarantees_of, meet_condition,
};
pub(super) use status::delivers_on;
pub use status::{NewExtension, NewStep, extend, take, take_in};
pub use succeed::{Naming, name_successor};
pub use terms::TermsChange;
pub use told::{At, Told, YearValue, by_ids, by_reference, tell};
pub use value::{NewValues, plan, plan_in};
pub use vary::{NewVariation, Variation, variations_of, vary};

use super::{Refusal, Stopped};
use crate::{
    access::{
        self, Seen,
        facts::contracts::{self, ContractFacts},
    },
    auth::Viewer,
    database::Writing,
};

/// What the viewer may do to a contract: the same decisions that guard the doing (rule V3).
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// Changing its draft.
    pub update: Result<(), Denied>,
    /// Saying what it is expected to cost.
    pub plan_value: Result<(), Denied>,
    /// Recording that conditions are met and guarantees given.
    pub keep: Result<(), Denied>,
    /// Awarding, mobilising, suspending, ending and extending it, and letting it take the place of
    /// others or come back.
    pub change_status: Result<(), Denied>,
    /// Recording what it is to achieve.
    pub define_outcomes: Result<(), Denied>,
    /// Recording what it pays, and the facts that it pays for.
    pub record_pay: Result<(), Denied>,
    /// Withholding of what it pays, and giving that back or retaining it.
    pub withhold_pay: Result<(), Denied>,
    /// Submitting what was measured.
    pub submit_measurement: Result<(), Denied>,
    /// Validating and rejecting what somebody else measured.
    pub validate_measurement: Result<(), Denied>,
    /// Confirming or contesting what another measured for its own organisation.
    pub answer_measurement: Result<(), Denied>,
    /// Recording what is bought directly under it.
    pub record_subcontract: Result<(), Denied>,
    /// Recording a variation of it.
    pub vary: Result<(), Denied>,
    /// Declaring an interest of one's own in it.
    pub declare_interest: Result<(), Denied>,
    /// Previewing another organisation's view of it.
    pub preview: Result<(), Denied>,
    /// Publishing it, and withdrawing what was published of it.
    pub publish: Result<(), Denied>,
}

/// What the viewer may do to a contract between these parties, in which it has these rights over
/// measurements and interests.
#[must_use]
pub fn permissions(
    viewer: &Viewer,
    parties: &ContractParties,
    (measurements, interests): (Rights, Rights),
) -> Permissions {
    let actor = viewer.actor();
    let submit = |on_behalf| actor.may_submit_measurement(parties, (measurements, on_behalf));
    // Whoever measured something does not validate it: here it is anybody else's.
    let by = Person { account: None, organisation: Uuid::nil() };
    let other = Submitted { by, whose: Uuid::nil(), is_of_chain: false };
    let buyer = Some(viewer.organisation).filter(|own| parties.providers.contains(own));
    let bought = LinkParties { buyer: buyer.unwrap_or_default(), seller: Uuid::nil() };
    Permissions {
        update: actor.may_draft_contract(parties),
        plan_value: actor.may_plan_contract_value(parties),
        keep: actor.may_keep_contract(parties),
        change_status: actor.may_change_contract_status(parties),
        define_outcomes: actor.may_define_outcomes(parties),
        record_pay: actor.may_record_pay(parties),
        withhold_pay: actor.may_withhold_pay(parties),
        submit_measurement: submit(false).or_else(|why| submit(true).map_err(|_| why)),
        validate_measurement: actor.may_validate_measurement(parties, (viewer.account, other)),
        answer_measurement: actor.may_answer_measurement(buyer.is_some(), measurements),
        record_subcontract: actor.may_keep_subcontract(bought),
        vary: actor.may_vary_contract(parties),
        declare_interest: actor.may_declare_contract_interest(viewer.account, (interests, false)),
        preview: actor.may_preview_contract(parties),
        publish: actor.may_withdraw_contract_publication(parties),
    }
}

/// A contract that is about to be changed, with everything on record of it.
struct Held {
    row: contract::Model,
    facts: ContractFacts,
    parties: ContractParties,
}

/// The contract, if the viewer sees it.
async fn find(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
    path: &str,
) -> Result<Seen<contract::Model>, Stopped> {
    access::contract::visible(&**tx, viewer, id)
        .await?
        .ok_or_else(|| Refusal::not_found("contract", path).into())
}

/// The contract with every fact and its parties today.
async fn held(tx: &Writing, viewer: &Viewer, id: Uuid, path: &str) -> Result<Held, Stopped> {
    let row = find(tx, viewer, id, path).await?.row;
    access::contract_interest::keep(&**tx, row.id).await?;
    let facts = contracts::whole_of(&**tx, row.id).await?;
    let heirs = contracts::heirs_of(&**tx, &[(&row, &facts)]).await?;
    let heirs = heirs.get(&row.id).cloned().unwrap_or_default();
    let parties = facts.parties_for(&heirs, viewer);
    Ok(Held { row, facts, parties })
}

/// Counts the contract's version up, when it still is the one that the caller read: of two that
/// change it at once the second is refused.
#[expect(clippy::disallowed_methods, reason = "the caller found the contract through its view")]
async fn save(
    tx: &Writing,
    mut row: contract::Model,
    expected_version: i32,
) -> Result<contract::Model, Stopped> {
    if row.version != expected_version {
        return Err(Refusal::stale(row.version).into());
    }
    row.version += 1;
    let written = contract::Entity::update_many()
        .set(row.clone().into_active_model().reset_all())
        .filter(contract::Column::Id.eq(row.id))
        .filter(contract::Column::Version.eq(expected_version))
        .exec(&**tx)
        .await?;
    if written.rows_affected == 0 {
        let current = contract::Entity::find_by_id(row.id).one(&**tx).await?;
        return Err(Refusal::stale(current.map_or(row.version, |row| row.version)).into());
    }
    Ok(row)
}
