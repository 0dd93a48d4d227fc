//! Everything on record from which access is derived.

use std::collections::{BTreeMap, BTreeSet};

use domain::policy::derive::{ALWAYS, Branch, Days, FOREVER, Recorded, Scope, Succession};
use entities::{
    access::RootKind,
    access_grant, organisation_succession,
    partnership_agreement::{self, PostingVisibility},
    pooled_fund,
    relation::{self, RelationKind},
    succession_takeover, team,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::Root;
use crate::access::facts::whole;

/// The agreement and its funds; none when there is no such agreement.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub(super) async fn roots(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
) -> Result<Option<Vec<Root>>, DbErr> {
    let Some(row) =
        partnership_agreement::Entity::find_by_id(agreement).one(&whole(connection)).await?
    else {
        return Ok(None);
    };
    let funds = pooled_fund::Entity::find()
        .filter(pooled_fund::Column::AgreementId.eq(agreement))
        .all(&whole(connection))
        .await?;
    let is_live = row.postings == PostingVisibility::Live;
    let own = Root {
        id: row.id,
        kind: RootKind::Agreement,
        name: row.title,
        reference: row.reference,
        starts_on: row.starts_on,
        is_live,
    };
    let fund = |row: pooled_fund::Model| Root {
        id: row.id,
        kind: RootKind::Fund,
        name: row.name,
        reference: row.reference,
        starts_on: row.starts_on,
        is_live,
    };
    Ok(Some([own].into_iter().chain(funds.into_iter().map(fund)).collect()))
}

/// What the access to an agreement and its funds is derived from.
pub(super) async fn branch(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
    roots: &[Root],
) -> Result<Branch, DbErr> {
    let Recording { relations, takeovers } = recording(connection, agreement).await?;
    let holders = relations.iter().map(|it| it.holder).collect();
    Ok(Branch {
        root: agreement,
        is_live: roots.iter().all(|root| root.is_live),
        funds: roots.iter().map(|root| root.id).filter(|id| *id != agreement).collect(),
        successions: successions(connection, holders).await?,
        relations,
        takeovers,
    })
}

/// Who stands in which relation to an agreement, and who is named as a successor there.
#[derive(Clone, Debug, Default)]
pub(super) struct Recording {
    pub(super) relations: Vec<Recorded>,
    pub(super) takeovers: BTreeMap<Uuid, Uuid>,
}

/// What is on record of an agreement.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub(super) async fn recording(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
) -> Result<Recording, DbErr> {
    let relations = relation::Entity::find()
        .filter(relation::Column::AgreementId.eq(agreement))
        .all(&whole(connection))
        .await?;
    let teams = team::Entity::find()
        .filter(team::Column::AgreementId.eq(agreement))
        .all(&whole(connection))
        .await?;
    let grants = access_grant::Entity::find()
        .filter(access_grant::Column::AgreementId.eq(agreement))
        .all(&whole(connection))
        .await?;
    let takeovers = succession_takeover::Entity::find()
        .filter(succession_takeover::Column::AgreementId.eq(agreement))
        .all(&whole(connection))
        .await?;
    let relations = relations.iter().map(recorded);
    let relations = relations.chain(teams.iter().map(of_team)).chain(grants.iter().map(granted));
    let takeovers = takeovers.iter().map(|row| (row.predecessor_id, row.successor_id));
    Ok(Recording { relations: relations.collect(), takeovers: takeovers.collect() })
}

fn recorded(row: &relation::Model) -> Recorded {
    let scope = match (row.fund_id, row.scheme_id) {
        (Some(fund), Some(scheme)) => Scope::Scheme { fund, scheme },
        (Some(fund), None) => Scope::Fund(fund),
        (None, _) => Scope::Agreement,
    };
    let holder = (row.kind, row.organisation_id);
    let lasting = Recorded::lasting(holder, scope, row.starts_on, row.ends_on);
    Recorded { position: row.position, ..lasting }
}

/// A team sees what its agreement's partners see of the past as well: it acts for them.
fn of_team(row: &team::Model) -> Recorded {
    let days = Days { first: row.starts_on, last: row.ends_on.unwrap_or(FOREVER) };
    Recorded {
        kind: RelationKind::TeamMember,
        holder: row.id,
        scope: Scope::Agreement,
        position: None,
        covers: Days { first: ALWAYS, ..days },
        usable: days,
    }
}

fn granted(row: &access_grant::Model) -> Recorded {
    Recorded {
        kind: RelationKind::Grantee,
        holder: row.organisation_id,
        scope: row.fund_id.map_or(Scope::Agreement, Scope::Fund),
        position: None,
        covers: Days {
            first: row.covers_from.unwrap_or(ALWAYS),
            last: row.covers_to.unwrap_or(FOREVER),
        },
        usable: Days { first: row.starts_on, last: row.ends_on },
    }
}

/// Who took over from any of `holders`, from those in turn, and so on.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub(in crate::access) async fn successions(
    connection: &impl ConnectionTrait,
    holders: BTreeSet<Uuid>,
) -> Result<Vec<Succession>, DbErr> {
    use organisation_succession::{Column, Entity};
    let mut known = BTreeSet::new();
    let mut asked = holders;
    let mut successions = Vec::new();
    while !asked.is_empty() {
        let rows = Entity::find()
            .filter(Column::PredecessorId.is_in(asked.iter().copied()))
            .all(&whole(connection))
            .await?;
        known.append(&mut asked);
        asked = rows.iter().map(|row| row.successor_id).filter(|id| !known.contains(id)).collect();
        successions.extend(rows.into_iter().map(|row| Succession {
            predecessor: row.predecessor_id,
            successor: row.successor_id,
            effective_on: row.effective_on,
        }));
    }
    successions.sort_by_key(|it| (it.effective_on, it.predecessor, it.successor));
    Ok(successions)
}

/// These organisations, those from which they took over, and so on.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub(in crate::access) async fn with_predecessors(
    connection: &impl ConnectionTrait,
    organisations: &BTreeSet<Uuid>,
) -> Result<BTreeSet<Uuid>, DbErr> {
    use organisation_succession::{Column, Entity};
    let mut known = BTreeSet::new();
    let mut asked = organisations.clone();
    while !asked.is_empty() {
        let successors: Vec<Uuid> = asked.iter().copied().collect();
        let mut before = Vec::new();
        for some in successors.chunks(super::BATCH) {
            let rows: Vec<Uuid> = Entity::find()
                .filter(Column::SuccessorId.is_in(some.iter().copied()))
                .select_only()
                .column(Column::PredecessorId)
                .into_tuple()
                .all(&whole(connection))
                .await?;
            before.extend(rows);
        }
        known.append(&mut asked);
        asked = before.into_iter().filter(|id| !known.contains(id)).collect();
    }
    Ok(known)
}

/// The agreements in which one of `organisations` stands in a relation or holds a grant.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub(super) async fn agreements_of(
    connection: &impl ConnectionTrait,
    organisations: &BTreeSet<Uuid>,
) -> Result<BTreeSet<Uuid>, DbErr> {
    let mut agreements = BTreeSet::new();
    let organisations: Vec<Uuid> = organisations.iter().copied().collect();
    for some in organisations.chunks(super::BATCH) {
        let by_relation: Vec<Uuid> = relation::Entity::find()
            .filter(relation::Column::OrganisationId.is_in(some.iter().copied()))
            .select_only()
            .column(relation::Column::AgreementId)
            .distinct()
            .into_tuple()
            .all(&whole(connection))
            .await?;
        let by_grant: Vec<Uuid> = access_grant::Entity::find()
            .filter(access_grant::Column::OrganisationId.is_in(some.iter().copied()))
            .select_only()
            .column(access_grant::Column::AgreementId)
            .distinct()
            .into_tuple()
            .all(&whole(connection))
            .await?;
        agreements.extend(by_relation);
        agreements.extend(by_grant);
    }
    Ok(agreements)
}
