//! What may be done to a link of a supply chain, as everybody is told it (rule V3).

use async_graphql::{Context, Result, SimpleObject};
use domain::policy::{decisions::LinkParties, matrix::FieldGroup};
use uuid::Uuid;

use super::{contract::Contract, request::Asked, withheld::Permission};
use crate::service::subcontract::ChainLink;

/// What you may do to a subcontract.
#[derive(Clone, Debug, SimpleObject)]
pub struct SubcontractPermissions {
    /// Ending it, changing what it is worth, and recording how far clauses have come.
    pub keep: Permission,
    /// Confirming or contesting it, and what it is worth.
    pub answer: Permission,
    /// Approving or refusing it, when it is material, and what its value is raised to.
    pub approve: Permission,
    /// Sharing what it is worth with the members of your consortium, and stopping that.
    pub share_with_consortium: Permission,
    /// Recording what your organisation buys under it.
    pub record_subcontract: Permission,
    /// Recording what was paid under it.
    pub record_payment: Permission,
    /// Recording which measures it feeds, and until when.
    pub record_measure_feed: Permission,
    /// Submitting what was measured under it, for its seller or on its behalf.
    pub submit_measurement: Permission,
    /// Confirming and contesting what its buyer measured for its seller.
    pub answer_measurement: Permission,
}

/// What the viewer may do to a link that it found, by the decisions that guard the doing.
///
/// # Errors
/// A fault.
pub(super) async fn of_link(ctx: &Context<'_>, link: &ChainLink) -> Result<SubcontractPermissions> {
    let viewer = ctx.viewer()?;
    let (actor, parties) = (viewer.actor(), link.parties(viewer));
    let below = LinkParties { buyer: parties.seller, seller: Uuid::nil() };
    // Whoever does not see the head contract is none of its commissioners.
    let head = Contract::load(ctx, link.seen.row.contract_id).await?;
    let head = head.map(|contract| contract.0.parties().clone()).unwrap_or_default();
    let submit = |on_behalf| actor.may_submit_measurement_of_link(parties, on_behalf);
    let is_seller = parties.seller == viewer.organisation;
    let measuring = link.seen.standing.rights(FieldGroup::Measurements);
    Ok(SubcontractPermissions {
        approve: actor.may_approve_subcontract(&head, parties).into(),
        share_with_consortium: actor.may_share_with_consortium(parties, link.leads(viewer)).into(),
        record_subcontract: actor.may_keep_subcontract(below).into(),
        keep: actor.may_keep_subcontract(parties).into(),
        answer: actor.may_answer_subcontract(parties).into(),
        record_payment: actor.may_record_chain_payment(parties).into(),
        record_measure_feed: actor.may_record_measure_feed(&head, parties).into(),
        submit_measurement: submit(false).or_else(|why| submit(true).map_err(|_| why)).into(),
        answer_measurement: actor.may_answer_measurement(is_seller, measuring).into(),
    })
}
