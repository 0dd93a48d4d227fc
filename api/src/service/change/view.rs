//! Whose views begin and end. A root waits in the queue when the relations to it were derived anew, or
//! when one of them begins or ends by the coming of a day. In its turn each holder's view is compared
//! with what the holder was told last, and what is new is told. So each is told once, whatever process
//! does it and however many days went by.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest::{SHA256, digest};
use chrono::NaiveDate;
use entities::{
    access::RootKind,
    access_window as window,
    change::{self, ChangeKind},
    change_mark, change_view, change_waiting,
};
use sea_orm::{
    ActiveEnum, ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::order::{self, Waited};
use crate::database::Writing;

/// How many roots one statement puts into the queue.
const BATCH: usize = 500;

/// On the first pass of a new day: every root to which a relation begins or ends with it waits for its
/// turn. Days of which nobody told are made up for.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the order of changes is the program's own work")]
pub async fn turn_of_day(tx: &Writing) -> Result<(), DbErr> {
    let today = tx.today();
    let told = order::mark(&**tx).await?.told_day;
    if told.is_some_and(|day| today <= day) {
        return Ok(());
    }
    if let Some(told) = told {
        let begins =
            |column: window::Column| Condition::all().add(column.gt(told)).add(column.lte(today));
        let ends =
            |column: window::Column| Condition::all().add(column.gte(told)).add(column.lt(today));
        let turned = Condition::any()
            .add(begins(window::Column::UsableFrom))
            .add(begins(window::Column::CoversFrom))
            .add(ends(window::Column::UsableTo))
            .add(ends(window::Column::CoversTo));
        let roots: Vec<Uuid> = window::Entity::find()
            .filter(turned)
            .select_only()
            .column(window::Column::RootId)
            .distinct()
            .order_by_asc(window::Column::RootId)
            .into_tuple()
            .all(&**tx)
            .await?;
        for some in roots.chunks(BATCH) {
            let rows = some.iter().map(|root| change_waiting::ActiveModel {
                place: NotSet,
                act_id: Set(None),
                root_id: Set(Some(*root)),
                root_kind: Set(None),
                is_open: Set(None),
            });
            change_waiting::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
        }
    }
    order::set_mark(
        tx,
        change_mark::ActiveModel { told_day: Set(Some(today)), ..Default::default() },
    )
    .await
}

/// What is new in the views of the roots that wait, in the order of the roots, without places.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the order of changes is the program's own work")]
pub async fn told(tx: &Writing, waited: &[Waited]) -> Result<Vec<change::Model>, DbErr> {
    // Of one that waits several times what was said last counts.
    let mut roots: BTreeMap<Uuid, (Option<RootKind>, Option<bool>)> = BTreeMap::new();
    for (waiting, _) in waited {
        let Some(root) = waiting.root_id else { continue };
        let said = roots.entry(root).or_default();
        *said = (waiting.root_kind.or(said.0), waiting.is_open.or(said.1));
    }
    if roots.is_empty() {
        return Ok(Vec::new());
    }
    let windows = window::Entity::find()
        .filter(window::Column::RootId.is_in(roots.keys().copied()))
        .all(&**tx)
        .await?;
    let known = change_view::Entity::find()
        .filter(change_view::Column::RootId.is_in(roots.keys().copied()))
        .all(&**tx)
        .await?;
    let mut known: BTreeMap<(Uuid, Uuid), change_view::Model> =
        known.into_iter().map(|row| ((row.root_id, row.holder_id), row)).collect();
    let mut now: BTreeMap<(Uuid, Uuid), BTreeSet<String>> =
        known.keys().map(|pair| (*pair, BTreeSet::new())).collect();
    for row in &windows {
        now.entry((row.root_id, row.holder_id)).or_default().extend(lines(row, tx.today()));
    }
    let (mut told, mut new) = (Vec::new(), Vec::new());
    for ((root, holder), lines) in now {
        let (kind, is_open) = roots.get(&root).copied().unwrap_or_default();
        let before = known.remove(&(root, holder));
        let is_new = before.is_none();
        let Some(kind) = kind.or(before.as_ref().map(|it| it.root_kind)) else { continue };
        let is_open = is_open.or(before.as_ref().map(|it| it.is_open)).unwrap_or(true);
        let lines = if is_open { lines } else { BTreeSet::new() };
        let mut after = change_view::Model {
            holder_id: holder,
            root_id: root,
            root_kind: kind,
            is_open,
            seen: lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n"),
            times: before.as_ref().map_or(0, |it| it.times),
        };
        if before.as_ref() == Some(&after) {
            continue;
        }
        let seen: BTreeSet<String> =
            before.iter().flat_map(|it| it.seen.lines()).map(str::to_owned).collect();
        if seen != lines {
            after.times += 1;
            let happened =
                if lines.is_subset(&seen) { ChangeKind::Left } else { ChangeKind::Entered };
            told.push(fact(tx, &after, happened));
        }
        if is_new {
            new.push(after);
        } else {
            let row = after.into_active_model().reset_all();
            change_view::Entity::update(row).exec(&**tx).await?;
        }
    }
    tx.insert_all(&new).await?;
    Ok(told)
}

/// How a window lets its holder see the root today: what was, and what comes.
fn lines(row: &window::Model, today: NaiveDate) -> Vec<String> {
    if today < row.usable_from || row.usable_to < today || today < row.covers_from {
        return Vec::new();
    }
    let scheme = row.scheme_id.map(|id| id.to_string()).unwrap_or_default();
    let position = row.position.map(|place| place.to_string()).unwrap_or_default();
    let said = format!("{} {scheme} {position} {}", row.relation.to_value(), row.is_live);
    match today <= row.covers_to {
        true => vec![format!("{said} what was"), format!("{said} what comes")],
        false => vec![format!("{said} what was")],
    }
}

fn fact(tx: &Writing, view: &change_view::Model, kind: ChangeKind) -> change::Model {
    let change_view::Model { holder_id, root_id, times, .. } = view;
    // The same wherever the same is told: how much else was told shows in no identity.
    let named = digest(&SHA256, format!("{holder_id} {root_id} {times}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&named.as_ref()[..16]);
    change::Model {
        sequence: 0,
        id: uuid::Builder::from_custom_bytes(bytes).into_uuid(),
        kind,
        act_id: None,
        holder_id: Some(*holder_id),
        object_kind: type_name(view.root_kind).to_owned(),
        object_id: *root_id,
        root_id: Some(*root_id),
        field_group: None,
        effective_on: Some(tx.today()),
        recorded_at: tx.now(),
    }
}

/// The name of a root's type in the schema.
#[must_use]
pub fn type_name(kind: RootKind) -> &'static str {
    match kind {
        RootKind::Agreement => "PartnershipAgreement",
        RootKind::Fund => "PooledFund",
        RootKind::Contract => "Contract",
        RootKind::Link => "Subcontract",
        RootKind::Budget => "DelegatedBudget",
    }
}
