//! Where links of supply chains stand, as clients read it.

use async_graphql::Enum;
use domain::rules::supply_chain as rules;
use entities::{subcontract, subcontract_clause as clause};

/// Where a subcontract stands today (rule C3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Stage")]
pub enum SubcontractStage {
    /// It is material, and the commissioner has not decided: it has not started.
    AwaitingApproval,
    /// It is material, and the commissioner refused it: it does not start.
    Refused,
    /// Its first day is to come.
    ToStart,
    /// It runs.
    Running,
    /// Its last day is over.
    Ended,
}

/// What a seller says of a subcontract that its buyer recorded (rule C10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "subcontract::Confirmation")]
pub enum SubcontractConfirmation {
    /// Its buyer recorded it, and the seller has said nothing.
    Recorded,
    /// The seller confirmed it.
    Confirmed,
    /// The seller contested it.
    Contested,
}

/// How the commissioner stands to what a subcontract is to be worth (rule C3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "subcontract::Approval")]
pub enum SubcontractValueApproval {
    /// There was nothing to decide: it is not material, or not worth more than was approved.
    NotNeeded,
    /// The commissioner has not decided: what it was worth before counts.
    Awaited,
    /// The commissioner approved it, and from then on it counts.
    Approved,
    /// The commissioner refused it: it never counts.
    Refused,
}

/// How far a clause of the head contract has come in a subcontract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "clause::ClauseStatus")]
pub enum FlowDownStatus {
    /// It has to be there, and is not.
    Required,
    /// It is in the subcontract.
    FlowedDown,
    /// It does not apply to what is bought.
    NotApplicable,
}
