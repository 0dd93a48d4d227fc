//! Who takes published notices in as contracts.

use entities::membership::Role;

use super::Actor;
use crate::policy::Denied;

/// Those who deal with what is commissioned, and those who set their organisation up.
const IMPORTS: &[Role] = &[Role::Commissioner, Role::Admin];

impl Actor {
    /// An organisation's COMMISSIONER or ADMIN imports the contracts that it co-ordinates; a team
    /// imports nothing.
    ///
    /// # Errors
    /// Why not.
    pub fn may_import_contracts(&self) -> Result<(), Denied> {
        self.needs(IMPORTS)?;
        self.acts_itself()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn commissioners_and_administrators_import_and_nobody_else() {
        let all = [
            Role::Admin,
            Role::Finance,
            Role::Commissioner,
            Role::ContractManager,
            Role::Approver,
            Role::Auditor,
            Role::Viewer,
        ];
        for role in all {
            let actor = Actor {
                organisation: Uuid::from_u128(1),
                roles: vec![role],
                scopes: None,
                team: None,
            };
            let may = matches!(role, Role::Commissioner | Role::Admin);
            assert_eq!(actor.may_import_contracts().is_ok(), may, "{role:?}");
        }
    }
}
