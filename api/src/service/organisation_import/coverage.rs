use std::collections::{HashMap, HashSet};

use entities::organisation_relationship::{Column, Entity, Model, RelationshipKind};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use super::{Stopped, alone, insert_all, register::Register};
use crate::{
    database::Writing,
    import::{CoverageRow, Line},
    service::import_job::Report,
};

/// Takes lines that say which board covers which council.
///
/// # Errors
/// A fault of the database.
pub async fn coverage(tx: &Writing, lines: &[Line<CoverageRow>]) -> Result<Report, Stopped> {
    alone(tx).await?;
    let codes: HashSet<_> =
        lines.iter().flat_map(|line| [&line.row.board, &line.row.council]).collect();
    let register = Register::of(tx, &codes).await?;
    let mut known = known(tx).await?;
    let mut report = Report::default();
    let (mut new, mut taken) = (Vec::new(), HashMap::new());
    for Line { number, row } in lines {
        let (board, council) = match (register.find(&row.board), register.find(&row.council)) {
            (Some(board), Some(council)) => (board.id, council.id),
            (None, _) => {
                report.reject(*number, format!("{} is not known", row.board));
                continue;
            }
            _ => {
                report.reject(*number, format!("{} is not known", row.council));
                continue;
            }
        };
        if let Some(first) = taken.insert((board, council), *number) {
            report.reject(*number, format!("line {first} names the same board and council"));
            continue;
        }
        let relationship = Model {
            organisation_id: board,
            kind: RelationshipKind::Covers,
            related_id: council,
            starts_on: None,
            ends_on: None,
            share_numerator: Some(row.share_numerator),
            share_denominator: Some(row.share_denominator),
            basis: Some(row.basis.clone()),
        };
        match known.remove(&(board, council)) {
            None => {
                new.push(relationship.into_active_model().reset_all());
                report.created += 1;
            }
            Some(before) if before.says(&relationship) => report.unchanged += 1,
            Some(before) => {
                let mut changed = before.into_active_model();
                changed.share_numerator = Set(relationship.share_numerator);
                changed.share_denominator = Set(relationship.share_denominator);
                changed.basis = Set(relationship.basis);
                changed.update(&**tx).await?;
                report.changed += 1;
            }
        }
    }
    insert_all(tx, new).await?;
    Ok(report)
}

/// Whether a line says what is known: the file has no dates, and so says nothing of them.
trait Says {
    fn says(&self, other: &Self) -> bool;
}

impl Says for Model {
    fn says(&self, other: &Self) -> bool {
        self.share_numerator == other.share_numerator
            && self.share_denominator == other.share_denominator
            && self.basis == other.basis
    }
}

#[expect(clippy::disallowed_methods, reason = "what a file says is compared with all there is")]
async fn known(tx: &Writing) -> Result<HashMap<(Uuid, Uuid), Model>, Stopped> {
    let rows = Entity::find().filter(Column::Kind.eq(RelationshipKind::Covers)).all(&**tx).await?;
    Ok(rows.into_iter().map(|row| ((row.organisation_id, row.related_id), row)).collect())
}
