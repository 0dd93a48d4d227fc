use std::sync::Arc;

use chrono::NaiveDate;
use domain::policy::decisions::{ActingTeam, Actor};
use entities::{membership::Role, relation::RelationKind, service_account::ServiceScope};
use sea_orm::ActiveEnum;
use uuid::Uuid;

/// Somebody who acts for an organisation: the source of every view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The account that asks, a person's or a service's; none of a token made by the operator.
    pub account: Option<Uuid>,
    /// The organisation acted as.
    pub organisation: Uuid,
    /// The roles that the account holds in it.
    pub roles: Vec<Role>,
    /// The session that the token belongs to, if it belongs to one.
    pub session: Option<Uuid>,
    /// The joint commissioning team acted as; none when the organisation itself is. Then the
    /// organisation is the employer through which the account sits on the team.
    pub team: Option<ActingTeam>,
    /// The day of the request, on which relations are looked at.
    pub today: NaiveDate,
    /// What a service account is narrowed to; none of a person and of the operator.
    pub scopes: Option<Vec<ServiceScope>>,
    /// The request that is being answered; the nil identity where a token is made or read.
    pub request: Uuid,
    /// The preview that the request is made in; none when it is made in its own name. In one the
    /// organisation is the one whose view is previewed.
    pub preview: Option<Arc<Preview>>,
}

/// What bounds the preview of another organisation's view (rule V7): an agreement or a contract with
/// what is under it, the days of it that whoever previews sees itself, and what it reads of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The organisation that previews.
    pub by: Uuid,
    /// How it stands to what is previewed.
    pub stands_as: RelationKind,
    /// The agreement with its funds, and the contracts with the budgets delegated within them.
    pub roots: Vec<Uuid>,
    /// Those of them that are contracts: the links of their supply chains are previewed too.
    pub contracts: Vec<Uuid>,
    /// The spells of days that it sees itself.
    pub spells: Vec<(NaiveDate, NaiveDate)>,
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
    /// Somebody without an account who acts for an organisation: the operator, or a demonstration.
    #[must_use]
    pub fn without_account(organisation: Uuid, roles: Vec<Role>, today: NaiveDate) -> Self {
        Self {
            account: None,
            organisation,
            roles,
            session: None,
            scopes: None,
            team: None,
            today,
            request: Uuid::nil(),
            preview: None,
        }
    }

    /// The same, in a request.
    #[must_use]
    pub fn in_request(self, request: Uuid) -> Self {
        Self { request, ..self }
    }

    /// Who sees: the team acted as, or the organisation.
    #[must_use]
    pub fn holder(&self) -> Uuid {
        self.team.map_or(self.organisation, |team| team.id)
    }

    /// Who is charged for what the viewer asks: the organisation or team acted as, in a preview the
    /// one that previews; and the account, so that no client of an organisation spends what another
    /// one has.
    #[must_use]
    pub fn payer(&self) -> (Uuid, Option<Uuid>) {
        let acting = self.preview.as_ref().map_or_else(|| self.holder(), |preview| preview.by);
        (acting, self.account)
    }

    /// The organisation whose own things are the viewer's; none of a team, which acts for a
    /// partnership and keeps nothing of its members' employers, and none in a preview, which shows
    /// what is shared.
    #[must_use]
    pub fn own(&self) -> Option<Uuid> {
        Some(self.organisation).filter(|_| self.team.is_none() && self.preview.is_none())
    }

    /// True when the viewer administers the organisation acted as; nobody does so as a team.
    #[must_use]
    pub fn administers(&self) -> bool {
        self.team.is_none() && self.holds(Role::Admin)
    }

    /// True when the viewer holds `role` in the organisation acted as.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The service account that asks, if it is one.
    #[must_use]
    pub fn service_account(&self) -> Option<Uuid> {
        self.account.filter(|_| self.scopes.is_some())
    }

    /// True when the roles, and the scopes of a service account, allow it.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// What the roles allow, as far as the scopes of a service account allow it too.
    #[must_use]
    pub fn permissions(&self) -> Vec<Permission> {
        let any = |roles: &[Role]| roles.iter().any(|role| self.holds(*role));
        [
            (!self.roles.is_empty(), Permission::Read),
            (any(&[Role::Finance]), Permission::RecordMoney),
            (self.team.is_none() && any(&[Role::Commissioner]), Permission::AgreeTerms),
            (any(&[Role::Commissioner, Role::Finance]), Permission::Plan),
            (self.administers(), Permission::ManageMembers),
        ]
        .into_iter()
        .filter_map(|(allowed, permission)| allowed.then_some(permission))
        .filter(|permission| self.scopes.as_ref().is_none_or(|scopes| within(scopes, *permission)))
        .collect()
    }
}

fn within(scopes: &[ServiceScope], permission: Permission) -> bool {
    match permission {
        Permission::Read => true,
        Permission::RecordMoney => scopes.contains(&ServiceScope::RecordMoney),
        Permission::AgreeTerms => scopes.contains(&ServiceScope::AgreeTerms),
        Permission::Plan => scopes.contains(&ServiceScope::Plan),
        Permission::ManageMembers => false,
    }
}

/// The roles in which a service account with these scopes acts; its scopes narrow them. One that
/// may write may read.
#[must_use]
pub fn roles_of_scopes(scopes: &[ServiceScope]) -> Vec<Role> {
    let mut roles = vec![Role::Viewer];
    roles.extend(scopes.iter().flat_map(|scope| match scope {
        ServiceScope::Read => &[][..],
        ServiceScope::RecordMoney => &[Role::Finance],
        ServiceScope::AgreeTerms => &[Role::Commissioner],
        ServiceScope::Plan => &[Role::Finance, Role::Commissioner],
    }));
    roles.sort_unstable();
    roles.dedup();
    roles
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
        Actor {
            organisation: self.organisation,
            roles: self.roles.clone(),
            scopes: self.scopes.clone(),
            team: self.team,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_previews_pays_and_a_team_pays_for_itself() {
        let [employer, previewed, team, account] = [1, 2, 3, 4].map(Uuid::from_u128);
        let today = NaiveDate::default();
        let viewer = Viewer::without_account(employer, vec![Role::Viewer], today);
        assert_eq!(viewer.payer(), (employer, None));
        let person = Viewer { account: Some(account), ..viewer.clone() };
        assert_eq!(person.payer(), (employer, Some(account)));
        let preview = Preview {
            by: employer,
            stands_as: RelationKind::Host,
            roots: Vec::new(),
            contracts: Vec::new(),
            spells: Vec::new(),
        };
        let previewing =
            Viewer { organisation: previewed, preview: Some(Arc::new(preview)), ..person.clone() };
        assert_eq!(previewing.payer(), person.payer());
        let team_acted_as = Some(ActingTeam { id: team, limits: Default::default() });
        assert_eq!(Viewer { team: team_acted_as, ..person }.payer(), (team, Some(account)));
    }
}
