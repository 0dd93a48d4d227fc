use domain::policy::decisions::Actor;
use entities::membership::Role;
use uuid::Uuid;

/// Somebody who acts for an organisation: the source of every view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The account that asks; none of a token made by the operator.
    pub account: Option<Uuid>,
    /// The organisation acted as.
    pub organisation: Uuid,
    /// The roles that the account holds in it.
    pub roles: Vec<Role>,
    /// The session that the token belongs to, if it belongs to one.
    pub session: Option<Uuid>,
}

impl Viewer {
    /// True when the viewer holds `role` in the organisation acted as.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

impl Viewer {
    /// The viewer as the policy knows it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { organisation: self.organisation, roles: self.roles.clone() }
    }
}
