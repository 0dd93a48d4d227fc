use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entities::{
    organisation, organisation_identifier as identifier,
    organisation_relationship::{self as relationship, RelationshipKind},
    organisation_role as role, organisation_succession as succession,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{ROWS_A_STATEMENT, Stopped};
use crate::{database::Writing, import::Identifier};

/// What is known of the bodies that a file speaks of.
#[derive(Default)]
pub(super) struct Register {
    holders: HashMap<Identifier, Vec<Uuid>>,
    bodies: HashMap<Uuid, organisation::Model>,
    codes: HashSet<(Uuid, Identifier)>,
    roles: HashMap<(Uuid, String), bool>,
    parents: HashMap<Uuid, Vec<relationship::Model>>,
    successions: HashMap<(Uuid, Uuid), NaiveDate>,
}

impl Register {
    /// The bodies that have one of these codes.
    pub(super) async fn of(tx: &Writing, codes: &HashSet<&Identifier>) -> Result<Self, Stopped> {
        let mut register = Self::default();
        let mut by_scheme: HashMap<&str, Vec<&str>> = HashMap::new();
        for code in codes {
            by_scheme.entry(&code.scheme).or_default().push(&code.value);
        }
        let mut holders = HashSet::new();
        for (scheme, values) in by_scheme {
            for values in values.chunks(ROWS_A_STATEMENT) {
                for row in holders_of(tx, scheme, values).await? {
                    holders.insert(row.organisation_id);
                    register.hold(Identifier::new(&row.scheme, &row.value), row.organisation_id);
                }
            }
        }
        let holders: Vec<Uuid> = holders.into_iter().collect();
        for ids in holders.chunks(ROWS_A_STATEMENT) {
            register.add_bodies(tx, ids).await?;
        }
        register.add_successions(tx).await?;
        Ok(register)
    }

    #[expect(clippy::disallowed_methods, reason = "what a file says is compared with all there is")]
    async fn add_bodies(&mut self, tx: &Writing, ids: &[Uuid]) -> Result<(), Stopped> {
        let found = crate::service::organisation::by_ids(&**tx, ids).await?;
        self.bodies.extend(found);
        for row in crate::service::organisation::identifiers(&**tx, ids).await? {
            self.hold(Identifier::new(&row.scheme, &row.value), row.organisation_id);
        }
        let roles = role::Entity::find()
            .filter(role::Column::OrganisationId.is_in(ids.iter().copied()))
            .all(&**tx)
            .await?;
        for row in roles {
            self.roles.insert((row.organisation_id, row.code), row.is_primary);
        }
        let parents = relationship::Entity::find()
            .filter(relationship::Column::OrganisationId.is_in(ids.iter().copied()))
            .filter(relationship::Column::Kind.eq(RelationshipKind::PartOf))
            .all(&**tx)
            .await?;
        for row in parents {
            self.parents.entry(row.organisation_id).or_default().push(row);
        }
        Ok(())
    }

    /// All of them, because a circle may close through bodies that the file does not name.
    #[expect(clippy::disallowed_methods, reason = "what a file says is compared with all there is")]
    async fn add_successions(&mut self, tx: &Writing) -> Result<(), Stopped> {
        for row in succession::Entity::find().all(&**tx).await? {
            self.successions.insert((row.predecessor_id, row.successor_id), row.effective_on);
        }
        Ok(())
    }

    /// The body with this code; of several who had it, the latest.
    pub(super) fn find(&self, code: &Identifier) -> Option<&organisation::Model> {
        self.holders
            .get(code)?
            .iter()
            .filter_map(|id| self.bodies.get(id))
            .max_by_key(|body| (body.closed_on.is_none(), body.opened_on, body.id))
    }

    pub(super) fn body(&self, id: Uuid) -> Option<&organisation::Model> {
        self.bodies.get(&id)
    }

    /// Keeps a body as it is now.
    pub(super) fn put(&mut self, body: organisation::Model) {
        self.bodies.insert(body.id, body);
    }

    /// Keeps that a body has a code; false when it had it before.
    pub(super) fn hold(&mut self, code: Identifier, id: Uuid) -> bool {
        let is_new = self.codes.insert((id, code.clone()));
        if is_new {
            self.holders.entry(code).or_default().push(id);
        }
        is_new
    }

    /// Keeps that a body has a role; the former state of it.
    pub(super) fn play(&mut self, id: Uuid, code: &str, is_primary: bool) -> Option<bool> {
        self.roles.insert((id, code.to_owned()), is_primary)
    }

    /// What the body was or is a part of.
    pub(super) fn parents(&self, id: Uuid) -> &[relationship::Model] {
        self.parents.get(&id).map_or(&[], Vec::as_slice)
    }

    /// When one body took over from another.
    pub(super) fn succession(&self, predecessor: Uuid, successor: Uuid) -> Option<NaiveDate> {
        self.successions.get(&(predecessor, successor)).copied()
    }

    /// Keeps that one body took over from another.
    pub(super) fn succeed(&mut self, predecessor: Uuid, successor: Uuid, on: NaiveDate) {
        self.successions.insert((predecessor, successor), on);
    }

    /// True when `predecessor` took over, through whomever, from `successor`.
    pub(super) fn closes_a_circle(&self, predecessor: Uuid, successor: Uuid) -> bool {
        let mut open = vec![successor];
        let mut seen = HashSet::new();
        while let Some(body) = open.pop() {
            if body == predecessor {
                return true;
            }
            if seen.insert(body) {
                let next = self.successions.keys().filter(|(before, _)| *before == body);
                open.extend(next.map(|(_, after)| *after));
            }
        }
        false
    }
}

#[expect(clippy::disallowed_methods, reason = "what a file says is compared with all there is")]
async fn holders_of(
    tx: &Writing,
    scheme: &str,
    values: &[&str],
) -> Result<Vec<identifier::Model>, Stopped> {
    let holders = identifier::Entity::find()
        .filter(identifier::Column::Scheme.eq(scheme))
        .filter(identifier::Column::Value.is_in(values.iter().copied()))
        .all(&**tx)
        .await?;
    Ok(holders)
}
