use domain::policy::decisions::Actor;
use entities::membership::Role;
use sea_orm::ActiveEnum;
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
    /// The request that is being answered; the nil identity where a token is made or read.
    pub request: Uuid,
}

/// What roles allow, as far as the acting organisation's relation to the thing allows it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Reads what the organisation may see.
    Read,
    /// Plans and receives contributions, posts to the ledger, closes periods.
    RecordMoney,
    /// Records agreements and their parties.
    AgreeTerms,
    /// Sets up funds and schemes, commits budgets and drafts forecasts.
    Plan,
    /// Grants and ends memberships of the organisation.
    ManageMembers,
}

impl Viewer {
    /// True when the viewer holds `role` in the organisation acted as.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// What the roles allow.
    #[must_use]
    pub fn permissions(&self) -> Vec<Permission> {
        let any = |roles: &[Role]| roles.iter().any(|role| self.holds(*role));
        [
            (!self.roles.is_empty(), Permission::Read),
            (any(&[Role::Finance]), Permission::RecordMoney),
            (any(&[Role::Commissioner]), Permission::AgreeTerms),
            (any(&[Role::Commissioner, Role::Finance]), Permission::Plan),
            (any(&[Role::Admin]), Permission::ManageMembers),
        ]
        .into_iter()
        .filter_map(|(allowed, permission)| allowed.then_some(permission))
        .collect()
    }
}

/// The role as tokens, files and the command line write it.
#[must_use]
pub fn role_name(role: Role) -> String {
    role.to_value()
}

/// The role that goes by `name`.
#[must_use]
pub fn role_named(name: &str) -> Option<Role> {
    Role::try_from_value(&name.to_owned()).ok()
}

impl Viewer {
    /// The viewer as the policy knows it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { organisation: self.organisation, roles: self.roles.clone() }
    }
}
