//! What may be done to a contract, as everybody is told it (rule V3).

use async_graphql::SimpleObject;

use super::withheld::Permission;
use crate::service::contract::Permissions;

/// What you may do to a contract.
#[derive(Clone, Debug, SimpleObject)]
pub struct ContractPermissions {
    /// Changing its draft.
    pub update: Permission,
    /// Saying what it is expected to cost.
    pub plan_value: Permission,
    /// Recording that conditions are met and guarantees given.
    pub keep: Permission,
    /// Awarding, mobilising, suspending, ending and extending it, and letting it take the place of
    /// others or come back.
    pub change_status: Permission,
    /// Recording what it is to achieve.
    pub define_outcomes: Permission,
    /// Recording what it pays, and the list sizes, activity and costs that it pays for.
    pub record_pay: Permission,
    /// Withholding of what it pays.
    pub withhold_pay: Permission,
    /// Submitting what was measured.
    pub submit_measurement: Permission,
    /// Validating and rejecting what somebody else measured.
    pub validate_measurement: Permission,
    /// Confirming and contesting what was measured for your organisation by another.
    pub answer_measurement: Permission,
    /// Recording what your organisation buys directly under it.
    pub record_subcontract: Permission,
    /// Recording a variation of it.
    pub vary: Permission,
    /// Declaring an interest of your own in it.
    pub declare_interest: Permission,
    /// Previewing another organisation's view of it.
    pub preview: Permission,
    /// Publishing it, and withdrawing what was published of it.
    pub publish: Permission,
}

impl From<Permissions> for ContractPermissions {
    fn from(may: Permissions) -> Self {
        Self {
            update: may.update.into(),
            plan_value: may.plan_value.into(),
            keep: may.keep.into(),
            change_status: may.change_status.into(),
            define_outcomes: may.define_outcomes.into(),
            record_pay: may.record_pay.into(),
            withhold_pay: may.withhold_pay.into(),
            submit_measurement: may.submit_measurement.into(),
            validate_measurement: may.validate_measurement.into(),
            answer_measurement: may.answer_measurement.into(),
            record_subcontract: may.record_subcontract.into(),
            vary: may.vary.into(),
            declare_interest: may.declare_interest.into(),
            preview: may.preview.into(),
            publish: may.publish.into(),
        }
    }
}
