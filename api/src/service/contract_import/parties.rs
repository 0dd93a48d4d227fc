//! Which organisations the parties of notices are. A code that somebody here has says so; else a
//! placeholder stands for the party, and the same for the same code. Nobody is known by a name alone
//! but within one process. Codes are kept beside placeholders and not given to them: whoever merges a
//! placeholder would otherwise become a party of everybody's later notices.

use std::collections::{HashMap, HashSet};

use entities::{
    organisation::{self, OrganisationKind},
    organisation_identifier as identifier, published_party as party,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use super::Importer;
use crate::{
    auth::Viewer,
    database::Writing,
    import::{
        Identifier,
        ocds::{Finding, Notices, ReadNotice, ReadParty, Unclear},
    },
    service::{
        Stopped,
        audit::{self, Act, said},
        organisation_import::insert_all,
    },
};

/// How many codes are asked about at a time.
const BATCH: usize = 500;

/// The organisations that parties are.
pub(super) struct Parties<'a> {
    tx: &'a Writing,
    importer: Importer<'a>,
    bodies: HashMap<Identifier, Uuid>,
    known: HashMap<Identifier, Uuid>,
    new: Vec<organisation::Model>,
    new_known: Vec<party::Model>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Parties<'a> {
    /// What is known of the parties of a file.
    pub(super) async fn of(
        tx: &'a Writing,
        importer: Importer<'a>,
        notices: &Notices,
    ) -> Result<Self, Stopped> {
        let mut codes: HashSet<Identifier> = HashSet::new();
        let mut all: HashSet<Identifier> = HashSet::new();
        for notice in &notices.notices {
            for party in parties_of(notice) {
                codes.extend(party.codes.iter().cloned());
                all.extend(known_as(party, &notice.ocid));
            }
        }
        let bodies = bodies(tx, &codes).await?;
        let known = known(tx, importer, &all).await?;
        let (new, new_known, findings) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { tx, importer, bodies, known, new, new_known, findings })
    }

    /// The organisation that a party of a process is.
    pub(super) fn find(&mut self, party: &ReadParty, ocid: &str) -> Uuid {
        if let Some(body) = self.body(party) {
            return body;
        }
        let names = known_as(party, ocid);
        let found = names.iter().find_map(|name| self.known.get(name)).copied();
        let id = found.unwrap_or_else(|| self.register(party));
        for name in names {
            if self.known.insert(name.clone(), id).is_none() {
                self.new_known.push(party::Model {
                    importer: self.importer.key(),
                    scheme: name.scheme,
                    value: name.value,
                    organisation_id: id,
                });
            }
        }
        id
    }

    /// True when a buyer is the viewer's organisation: by a code, or as the viewer said.
    pub(super) fn is_viewers(
        &mut self,
        buyer: &ReadParty,
        viewer: &Viewer,
        says: &[String],
    ) -> bool {
        if let Some(body) = self.body(buyer) {
            return body == viewer.organisation;
        }
        let code = buyer.publishers_code.as_ref();
        let code = code.map(|code| format!("{}-{}", code.scheme, code.value));
        says.iter()
            .map(|said| said.split_whitespace().collect::<Vec<_>>().join(" "))
            .any(|said| said.eq_ignore_ascii_case(&buyer.name) || Some(&said) == code.as_ref())
    }

    /// How many placeholders are new.
    pub(super) fn registered(&self) -> u64 {
        self.new.len() as u64
    }

    /// Writes what is new.
    pub(super) async fn write(self) -> Result<(), Stopped> {
        let viewer = self.importer.viewer();
        for row in &self.new {
            let act = Act::new("registerPlaceholder", "Organisation", row.id).after(said(row));
            audit::record(self.tx, viewer, act).await?;
        }
        let new = self.new.into_iter().map(|row| row.into_active_model().reset_all());
        insert_all::<organisation::ActiveModel>(self.tx, new.collect()).await?;
        let known = self.new_known.into_iter().map(|row| row.into_active_model().reset_all());
        insert_all::<party::ActiveModel>(self.tx, known.collect()).await
    }

    /// The body that has one of the party's codes.
    fn body(&mut self, party: &ReadParty) -> Option<Uuid> {
        let found: Vec<(&Identifier, Uuid)> =
            party.codes.iter().filter_map(|code| Some((code, *self.bodies.get(code)?))).collect();
        let (first, body) = *found.first()?;
        if let Some((other, _)) = found.iter().find(|(_, id)| *id != body) {
            self.findings.push(Finding {
                line: party.line,
                code: Unclear::CodesDisagree,
                pointer: String::new(),
                sentence: format!("{first} and {other} are of two bodies: the first counts"),
            });
        }
        Some(body)
    }

    fn register(&mut self, party: &ReadParty) -> Uuid {
        let row = organisation::Model {
            id: self.tx.new_id(),
            name: party.name.clone(),
            kind: OrganisationKind::Other,
            opened_on: None,
            closed_on: None,
            postcode: None,
            is_placeholder: true,
            merged_into_id: None,
            version: 1,
        };
        let id = row.id;
        self.new.push(row);
        id
    }
}

/// The parties that a notice's contracts are between.
fn parties_of(notice: &ReadNotice) -> impl Iterator<Item = &ReadParty> {
    notice.contracts.iter().flat_map(|it| it.commissioners.iter().chain(&it.providers))
}

/// By what a party is known again: its codes, or else its name within its process.
fn known_as(party: &ReadParty, ocid: &str) -> Vec<Identifier> {
    let codes: Vec<Identifier> =
        party.codes.iter().chain(&party.publishers_code).cloned().collect();
    if codes.is_empty() { vec![Identifier::new(ocid, &party.name)] } else { codes }
}

/// The bodies that have these codes; of several who had one, the latest. A placeholder is none.
#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads organisations")]
async fn bodies(
    tx: &Writing,
    codes: &HashSet<Identifier>,
) -> Result<HashMap<Identifier, Uuid>, Stopped> {
    let values: Vec<&str> = codes.iter().map(|code| code.value.as_str()).collect();
    let mut held: Vec<identifier::Model> = Vec::new();
    for some in values.chunks(BATCH) {
        let some = identifier::Column::Value.is_in(some.iter().copied());
        held.extend(identifier::Entity::find().filter(some).all(&**tx).await?);
    }
    held.retain(|row| codes.contains(&Identifier::new(&row.scheme, &row.value)));
    let ids: Vec<Uuid> = held.iter().map(|row| row.organisation_id).collect();
    let mut rows = HashMap::new();
    for some in ids.chunks(BATCH) {
        rows.extend(crate::service::organisation::by_ids(&**tx, some).await?);
    }
    let mut bodies: HashMap<Identifier, &organisation::Model> = HashMap::new();
    for row in &held {
        let Some(body) = rows.get(&row.organisation_id) else { continue };
        if body.is_placeholder || body.id != row.organisation_id {
            continue;
        }
        let latest =
            |body: &organisation::Model| (body.closed_on.is_none(), body.opened_on, body.id);
        let known = bodies.entry(Identifier::new(&row.scheme, &row.value)).or_insert(body);
        if latest(known) < latest(body) {
            *known = body;
        }
    }
    Ok(bodies.into_iter().map(|(code, body)| (code, body.id)).collect())
}

/// The placeholders that stand for parties known so to the importer.
#[expect(clippy::disallowed_methods, reason = "an importer reads what it imported itself")]
async fn known(
    tx: &Writing,
    importer: Importer<'_>,
    names: &HashSet<Identifier>,
) -> Result<HashMap<Identifier, Uuid>, Stopped> {
    let mut schemes: Vec<&str> = names.iter().map(|name| name.scheme.as_str()).collect();
    schemes.sort_unstable();
    schemes.dedup();
    let mut known = HashMap::new();
    for some in schemes.chunks(BATCH) {
        let rows = party::Entity::find()
            .filter(party::Column::Importer.eq(importer.key()))
            .filter(party::Column::Scheme.is_in(some.iter().copied()))
            .all(&**tx)
            .await?;
        let named = rows
            .into_iter()
            .map(|row| (Identifier { scheme: row.scheme, value: row.value }, row.organisation_id));
        known.extend(named);
    }
    Ok(known)
}
