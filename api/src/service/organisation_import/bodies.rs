use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use entities::{
    organisation, organisation_identifier as identifier,
    organisation_relationship::{self as relationship, RelationshipKind},
    organisation_role as role, organisation_succession as succession,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use uuid::Uuid;

use super::{Stopped, alone, insert_all, register::Register};
use crate::{
    access::derive,
    database::Writing,
    import::{Body, Identifier, Line},
    service::import_job::Report,
};

/// Takes lines that each describe a body. All bodies are taken before what they say of each other,
/// so that the order of the lines does not matter. What a line leaves blank clears nothing.
///
/// # Errors
/// A fault of the database.
pub async fn bodies(tx: &Writing, lines: &[Line<Body>]) -> Result<Report, Stopped> {
    alone(tx).await?;
    let codes: HashSet<_> = lines.iter().flat_map(|line| codes_of(&line.row)).collect();
    let mut taking =
        Taking { tx, register: Register::of(tx, &codes).await?, plan: Plan::default() };
    let mut report = Report::default();
    let mut taken: HashMap<&Identifier, u64> = HashMap::new();
    let mut ids = Vec::new();
    for line in lines {
        let own = own_codes(&line.row).filter(|code| !code.is_shared());
        let twice = own.clone().find_map(|code| Some((code, taken.get(code)?)));
        if let Some((code, first)) = twice {
            report.reject(line.number, format!("line {first} has the code {code} too"));
            continue;
        }
        match taking.take(&line.row) {
            Ok(id) => {
                taken.extend(own.map(|code| (code, line.number)));
                ids.push((line, id));
            }
            Err(reason) => report.reject(line.number, reason),
        }
    }
    for (line, id) in ids {
        taking.take_parent(line, id, &mut report);
        taking.take_successors(line, id, &mut report);
    }
    let Taking { register, plan, .. } = taking;
    report.created = plan.created.len() as u64;
    report.changed = plan.changed.len() as u64;
    report.unchanged = taken_lines(lines, &report) - report.created - report.changed;
    plan.write(tx, &register).await?;
    Ok(report)
}

fn taken_lines(lines: &[Line<Body>], report: &Report) -> u64 {
    (lines.len() - report.rejected.len()) as u64
}

/// The codes that a body has, as its line says.
fn own_codes(body: &Body) -> impl Iterator<Item = &Identifier> + Clone {
    std::iter::once(&body.code).chain(&body.other_codes)
}

fn codes_of(body: &Body) -> impl Iterator<Item = &Identifier> {
    own_codes(body).chain(&body.parent).chain(&body.successors)
}

/// What is to be written.
#[derive(Default)]
struct Plan {
    created: HashSet<Uuid>,
    /// Bodies of which something is different, whether or not it is in their own row.
    changed: HashSet<Uuid>,
    codes: Vec<identifier::ActiveModel>,
    roles: Vec<role::ActiveModel>,
    roles_changed: Vec<role::ActiveModel>,
    relationships: Vec<relationship::ActiveModel>,
    relationships_changed: Vec<relationship::ActiveModel>,
    successions: BTreeMap<(Uuid, Uuid), NaiveDate>,
}

struct Taking<'a> {
    tx: &'a Writing,
    register: Register,
    plan: Plan,
}

impl Taking<'_> {
    /// The identity of the body that the line describes, which is new or brought up to date.
    fn take(&mut self, said: &Body) -> Result<Uuid, String> {
        let known = self.match_known(said)?;
        let id = match known {
            Some(known) => {
                self.update(known, said)?;
                known
            }
            None => self.create(said),
        };
        for code in own_codes(said) {
            if self.register.hold(code.clone(), id) {
                self.touch(id);
                let row = identifier::Model {
                    scheme: code.scheme.clone(),
                    value: code.value.clone(),
                    organisation_id: id,
                };
                self.plan.codes.push(row.into_active_model().reset_all());
            }
        }
        for (code, is_primary) in &said.roles {
            let row =
                role::Model { organisation_id: id, code: code.clone(), is_primary: *is_primary };
            let row = row.into_active_model();
            match self.register.play(id, code, *is_primary) {
                Some(before) if before == *is_primary => continue,
                Some(_) => self.plan.roles_changed.push(row.reset_all()),
                None => self.plan.roles.push(row.reset_all()),
            }
            self.touch(id);
        }
        Ok(id)
    }

    fn match_known(&self, said: &Body) -> Result<Option<Uuid>, String> {
        let mut known: Option<(&Identifier, Uuid)> = None;
        for code in own_codes(said).filter(|code| !code.is_shared()) {
            let Some(body) = self.register.find(code) else { continue };
            match known {
                Some((first, id)) if id != body.id => {
                    return Err(format!("{first} and {code} belong to two different bodies"));
                }
                _ => known = known.or(Some((code, body.id))),
            }
        }
        Ok(known.map(|(_, id)| id))
    }

    fn create(&mut self, said: &Body) -> Uuid {
        let body = organisation::Model {
            id: self.tx.new_id(),
            name: said.name.clone(),
            kind: said.kind,
            opened_on: said.opened_on,
            closed_on: said.closed_on,
            postcode: said.postcode.clone(),
            is_placeholder: false,
            merged_into_id: None,
            version: 1,
        };
        let id = body.id;
        self.plan.created.insert(id);
        self.register.put(body);
        id
    }

    fn update(&mut self, id: Uuid, said: &Body) -> Result<(), String> {
        let Some(before) = self.register.body(id) else { return Ok(()) };
        let after = organisation::Model {
            name: said.name.clone(),
            kind: said.kind,
            opened_on: said.opened_on.or(before.opened_on),
            closed_on: said.closed_on.or(before.closed_on),
            postcode: said.postcode.clone().or_else(|| before.postcode.clone()),
            is_placeholder: false,
            ..before.clone()
        };
        if let (Some(opened), Some(closed)) = (after.opened_on, after.closed_on)
            && closed < opened
        {
            return Err(format!("with what is known it closes on {closed}, before {opened}"));
        }
        if after != *before {
            self.touch(id);
            self.register.put(after);
        }
        Ok(())
    }

    /// Notes that something of a known body is different.
    fn touch(&mut self, id: Uuid) {
        if !self.plan.created.contains(&id) {
            self.plan.changed.insert(id);
        }
    }

    fn take_parent(&mut self, line: &Line<Body>, id: Uuid, report: &mut Report) {
        let Some(code) = &line.row.parent else { return };
        let Some(parent) = self.register.find(code).map(|parent| parent.id) else {
            let text = format!("it is a part of {code}, which is not known: left out");
            return report.note(line.number, text);
        };
        if parent == id {
            return report.note(line.number, "it is said to be a part of itself: left out");
        }
        let before = self.register.parents(id).to_vec();
        if before.iter().any(|before| before.related_id == parent && before.ends_on.is_none()) {
            return;
        }
        self.touch(id);
        let today = self.tx.today();
        let mut is_new = true;
        for mut former in before.into_iter().map(IntoActiveModel::into_active_model) {
            let is_parent = former.related_id.as_ref() == &parent;
            if is_parent {
                former.ends_on = Set(None);
                is_new = false;
            } else if former.ends_on.as_ref().is_none() {
                former.ends_on = Set(Some(today));
            }
            self.plan.relationships_changed.push(former);
        }
        if is_new {
            let row = relationship::Model {
                organisation_id: id,
                kind: RelationshipKind::PartOf,
                related_id: parent,
                starts_on: None,
                ends_on: None,
                share_numerator: None,
                share_denominator: None,
                basis: None,
            };
            self.plan.relationships.push(row.into_active_model().reset_all());
        }
    }

    /// The file gives no day: it is the successor's first, when that follows on the last of the
    /// body, else the day after the last. A day that is known stays.
    fn take_successors(&mut self, line: &Line<Body>, id: Uuid, report: &mut Report) {
        for code in &line.row.successors {
            let Some(successor) = self.register.find(code) else {
                report.note(line.number, format!("its successor {code} is not known: left out"));
                continue;
            };
            let (successor, opened_on) = (successor.id, successor.opened_on);
            if self.register.succession(id, successor).is_some() {
                continue;
            }
            let closed_on = self.register.body(id).and_then(|body| body.closed_on);
            let day_after = closed_on.and_then(|closed_on| closed_on.succ_opt());
            let (Some(closed_on), Some(day_after)) = (closed_on, day_after) else {
                report.note(line.number, format!("it has not closed: {code} is left out"));
                continue;
            };
            if self.register.closes_a_circle(id, successor) {
                report.note(line.number, format!("{code} came before it: left out"));
                continue;
            }
            let effective_on =
                opened_on.filter(|day| [closed_on, day_after].contains(day)).unwrap_or(day_after);
            self.register.succeed(id, successor, effective_on);
            self.plan.successions.insert((id, successor), effective_on);
            self.touch(id);
        }
    }
}

impl Plan {
    async fn write(self, tx: &Writing, register: &Register) -> Result<(), Stopped> {
        let created = self.created.iter().filter_map(|id| register.body(*id)).cloned();
        let created: Vec<organisation::ActiveModel> =
            created.map(|body| body.into_active_model().reset_all()).collect();
        insert_all(tx, created).await?;
        for body in self.changed.iter().filter_map(|id| register.body(*id)) {
            let version = body.version + 1;
            let mut changed = body.clone().into_active_model().reset_all();
            changed.version = Set(version);
            changed.update(&**tx).await?;
        }
        insert_all(tx, self.codes).await?;
        insert_all(tx, self.roles).await?;
        insert_all(tx, self.relationships).await?;
        for row in self.roles_changed {
            row.update(&**tx).await?;
        }
        for row in self.relationships_changed {
            row.update(&**tx).await?;
        }
        let succession = |((predecessor_id, successor_id), effective_on)| {
            succession::Model { predecessor_id, successor_id, effective_on }
                .into_active_model()
                .reset_all()
        };
        let closed = self.successions.keys().map(|(predecessor, _)| *predecessor).collect();
        let rows: Vec<succession::ActiveModel> =
            self.successions.into_iter().map(succession).collect();
        insert_all(tx, rows).await?;
        // Whoever took over sees what its predecessors saw (rule G5).
        Ok(derive::of_organisations(&**tx, &closed).await?)
    }
}
