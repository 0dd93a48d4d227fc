use std::collections::{BTreeSet, HashMap, HashSet};

use entities::{
    organisation::{self, OrganisationKind},
    organisation_identifier as identifier, organisation_succession as succession,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use uuid::Uuid;

use super::{Stopped, alone, insert_all, register::Register};
use crate::{
    access::derive,
    database::Writing,
    import::{Identifier, Line, SuccessionRow},
    service::import_job::Report,
};

/// Takes lines that say who took over from whom. A predecessor that nobody described is kept by
/// its code alone, so that history stays whole. Whoever took over sees what its predecessors saw
/// (rule G5).
///
/// # Errors
/// A fault of the database.
pub async fn successions(tx: &Writing, lines: &[Line<SuccessionRow>]) -> Result<Report, Stopped> {
    alone(tx).await?;
    let codes: HashSet<_> =
        lines.iter().flat_map(|line| [&line.row.predecessor, &line.row.successor]).collect();
    let mut register = Register::of(tx, &codes).await?;
    let mut report = Report::default();
    let mut stubs = Vec::new();
    let mut new: Vec<succession::ActiveModel> = Vec::new();
    let mut taken: HashMap<(Uuid, Uuid), u64> = HashMap::new();
    let mut touched = BTreeSet::new();
    for Line { number, row } in lines {
        let Some(successor) = register.find(&row.successor).map(|body| body.id) else {
            report.reject(*number, format!("the successor {} is not known", row.successor));
            continue;
        };
        let predecessor = match register.find(&row.predecessor) {
            Some(body) => body.id,
            None => {
                report.note(
                    *number,
                    format!("{} is not known: kept by its code alone", row.predecessor),
                );
                stub(tx, &mut register, &mut stubs, &row.predecessor)
            }
        };
        if let Some(first) = taken.insert((predecessor, successor), *number) {
            report.reject(*number, format!("line {first} names the same two bodies"));
            continue;
        }
        if register.closes_a_circle(predecessor, successor) {
            let reason = format!("{} would come to succeed itself", row.predecessor);
            report.reject(*number, reason);
            continue;
        }
        let before = register.succession(predecessor, successor);
        register.succeed(predecessor, successor, row.effective_on);
        let model = succession::Model {
            predecessor_id: predecessor,
            successor_id: successor,
            effective_on: row.effective_on,
        };
        match before {
            None => {
                new.push(model.into_active_model().reset_all());
                report.created += 1;
            }
            Some(before) if before == row.effective_on => {
                report.unchanged += 1;
                continue;
            }
            Some(_) => {
                let mut changed = model.into_active_model();
                changed.reset(succession::Column::EffectiveOn);
                changed.update(&**tx).await?;
                report.changed += 1;
            }
        }
        touched.insert(predecessor);
    }
    insert_stubs(tx, stubs).await?;
    insert_all(tx, new).await?;
    derive::of_organisations(&**tx, &touched).await?;
    Ok(report)
}

fn stub(
    tx: &Writing,
    register: &mut Register,
    stubs: &mut Vec<(organisation::Model, Identifier)>,
    code: &Identifier,
) -> Uuid {
    let body = organisation::Model {
        id: tx.new_id(),
        name: code.value.clone(),
        kind: OrganisationKind::Other,
        opened_on: None,
        closed_on: None,
        postcode: None,
        is_placeholder: true,
        merged_into_id: None,
        version: 1,
    };
    let id = body.id;
    register.put(body.clone());
    register.hold(code.clone(), id);
    stubs.push((body, code.clone()));
    id
}

async fn insert_stubs(
    tx: &Writing,
    stubs: Vec<(organisation::Model, Identifier)>,
) -> Result<(), Stopped> {
    let code = |(body, code): &(organisation::Model, Identifier)| {
        identifier::Model {
            scheme: code.scheme.clone(),
            value: code.value.clone(),
            organisation_id: body.id,
        }
        .into_active_model()
        .reset_all()
    };
    let codes = stubs.iter().map(code).collect();
    let bodies = stubs.into_iter().map(|(body, _)| body.into_active_model().reset_all()).collect();
    insert_all::<organisation::ActiveModel>(tx, bodies).await?;
    insert_all::<identifier::ActiveModel>(tx, codes).await
}
