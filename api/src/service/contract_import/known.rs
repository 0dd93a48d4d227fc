//! What was imported before.

use std::collections::{BTreeMap, HashMap};

use entities::{contract, contract_release as release, contract_variation as variation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::Importer;
use crate::{
    access::facts::{
        contracts::{self, ContractFacts},
        whole,
    },
    database::Writing,
    import::ocds::{Notices, ReadContract},
    service::Stopped,
};

/// How many processes are asked about at a time.
const BATCH: usize = 500;

/// A contract that came of a notice, as it stands.
pub(super) struct Imported {
    pub(super) row: contract::Model,
    pub(super) facts: ContractFacts,
    /// How many variations it has had.
    pub(super) variations: i32,
    /// What its latest release said.
    pub(super) last: release::Model,
}

impl Imported {
    /// What its latest release said; none where an older program wrote it otherwise.
    pub(super) fn said(&self) -> Option<ReadContract> {
        serde_json::from_str(&self.last.said).ok()
    }
}

/// The contracts of each owner's process, by their part of it.
pub(super) type Known = HashMap<(Uuid, String), BTreeMap<String, Imported>>;

/// What was imported before of the processes of a file.
#[expect(clippy::disallowed_methods, reason = "an importer reads what it imported itself")]
pub(super) async fn of(
    tx: &Writing,
    importer: Importer<'_>,
    notices: &Notices,
) -> Result<Known, Stopped> {
    let ocids: Vec<&str> = notices.notices.iter().map(|notice| notice.ocid.as_str()).collect();
    let mut last: HashMap<Uuid, release::Model> = HashMap::new();
    for some in ocids.chunks(BATCH) {
        let mut rows = release::Entity::find()
            .filter(release::Column::Ocid.is_in(some.iter().copied()))
            .order_by_asc(release::Column::ReleasedAt)
            .order_by_asc(release::Column::KnownAt)
            .order_by_asc(release::Column::Id)
            .all(&**tx)
            .await?;
        let viewers = |row: &release::Model| {
            importer.viewer().is_none_or(|viewer| viewer.organisation == row.owner_id)
        };
        rows.retain(viewers);
        last.extend(rows.into_iter().map(|row| (row.contract_id, row)));
    }
    let mut known = Known::new();
    let ids: Vec<Uuid> = last.keys().copied().collect();
    for some in ids.chunks(BATCH) {
        let rows = contract::Entity::find()
            .filter(contract::Column::Id.is_in(some.iter().copied()))
            .all(&whole(&**tx))
            .await?;
        let mut facts = contracts::of(&whole(&**tx), some).await?;
        let mut variations = variations(tx, some).await?;
        for row in rows {
            let Some(last) = last.remove(&row.id) else { continue };
            let imported = Imported {
                facts: facts.remove(&row.id).unwrap_or_default(),
                variations: variations.remove(&row.id).unwrap_or(0),
                row,
                last,
            };
            let parts =
                known.entry((imported.row.owner_id, imported.last.ocid.clone())).or_default();
            parts.insert(imported.last.part.clone(), imported);
        }
    }
    Ok(known)
}

#[expect(clippy::disallowed_methods, reason = "an importer reads what it imported itself")]
async fn variations(tx: &Writing, contracts: &[Uuid]) -> Result<HashMap<Uuid, i32>, Stopped> {
    let rows = variation::Entity::find()
        .filter(variation::Column::ContractId.is_in(contracts.iter().copied()))
        .order_by_asc(variation::Column::Number)
        .all(&whole(&**tx))
        .await?;
    Ok(rows.into_iter().map(|row| (row.contract_id, row.number)).collect())
}
