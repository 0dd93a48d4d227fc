use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    partnership_agreement as agreement,
    relation::{self, RelationKind},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use uuid::Uuid;

use crate::{
    access::{
        Seen, derive,
        facts::{
            partners::{self, Held, Partnership},
            whole,
        },
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, agreement as agreements,
        audit::{self, Act, said},
    },
};

/// A partner that leaves an agreement.
#[derive(Clone, Copy, Debug)]
pub struct Leaving {
    /// The agreement.
    pub agreement: Uuid,
    /// The agreement's version as the caller read it.
    pub expected_version: i32,
    /// The partner.
    pub organisation: Uuid,
    /// Its last day as a partner.
    pub left_on: NaiveDate,
}

/// Ends a partner's relation. What it read stays readable for its days, and nothing later appears.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE`, or `INVALID_VALUE` when it is no
/// partner on that day, is the host later, or fewer than two partners would be left.
pub async fn end_partner(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    leaving: Leaving,
) -> Result<Seen<agreement::Model>, Stopped> {
    database
        .write(dry_run, |tx| async move {
            let row = end_partner_in(&tx, viewer, leaving).await?;
            agreements::find(&tx, viewer, row.id, "agreement").await
        })
        .await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`end_partner`].
pub async fn end_partner_in(
    tx: &Writing,
    viewer: &Viewer,
    leaving: Leaving,
) -> Result<agreement::Model, Stopped> {
    let row = agreements::find(tx, viewer, leaving.agreement, "agreement").await?.row;
    let partnership = partners::of_agreement(&**tx, row.id).await?;
    viewer.actor().may_end_partner(&partnership.parties_on(viewer.today))?;
    let places = places(&partnership, &row, leaving)?;
    let said_before = said(&row);
    let row = agreements::save(tx, row, leaving.expected_version).await?;
    let mut ended = Vec::new();
    for relation in lasting(tx, &row, &places, leaving.left_on).await? {
        let mut relation = relation.into_active_model();
        relation.ends_on = Set(Some(leaving.left_on));
        ended.push(relation.update(&**tx).await?);
    }
    derive::agreement(&**tx, row.id).await?;
    let act = Act::new("endAgreementPartner", "PartnershipAgreement", row.id)
        .under(row.id, FieldGroup::AgreementTerms)
        .from_day(leaving.left_on)
        .before(said_before)
        .after(said(&row).with("left", &ended));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// The places in the agreement's list that the partner holds on its last day, and gives up. One
/// that succeeded two others holds both of theirs.
fn places(
    partnership: &Partnership,
    agreement: &agreement::Model,
    leaving: Leaving,
) -> Result<Vec<i32>, Refusal> {
    let Leaving { organisation, left_on, .. } = leaving;
    let its_own = |held: &&Held| held.organisation_id == organisation;
    let lasts = |held: &&Held| held.left_on.is_none_or(|left| left_on < left);
    let held: Vec<&Held> = partnership
        .partners
        .iter()
        .filter(its_own)
        .filter(|held| held.joined_on <= left_on && held.left_on.is_none_or(|it| left_on <= it))
        .collect();
    if held.is_empty() {
        let sentence = format!("this organisation is no partner of the agreement on {left_on}");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("organisation"));
    }
    let places: Vec<i32> = held.into_iter().filter(lasts).map(|held| held.position).collect();
    if places.is_empty() {
        let sentence = format!("{left_on} is its last day as a partner already");
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("organisation"));
    }
    if partnership.hosts.iter().filter(its_own).any(|held| lasts(&held)) {
        let sentence = "it keeps the books after that day: name another host first";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("organisation"));
    }
    let next = left_on.succ_opt().unwrap_or(left_on);
    let others = partnership.parties_on(next).partners;
    let left = others.iter().filter(|partner| **partner != organisation).count();
    if left < 2 && agreement.ends_on.is_none_or(|end| left_on < end) {
        let sentence = "an agreement has two partners or more: end the agreement, or add another \
                        partner first";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("organisation"));
    }
    Ok(places)
}

/// The partners' relations at these places that go on after `day`.
#[expect(clippy::disallowed_methods, reason = "the caller found the agreement through its view")]
async fn lasting(
    tx: &Writing,
    agreement: &agreement::Model,
    places: &[i32],
    day: NaiveDate,
) -> Result<Vec<relation::Model>, Stopped> {
    let rows = relation::Entity::find()
        .filter(relation::Column::AgreementId.eq(agreement.id))
        .filter(relation::Column::Kind.eq(RelationKind::Partner))
        .filter(relation::Column::Position.is_in(places.iter().copied()))
        .filter(relation::Column::StartsOn.lte(day))
        .filter(
            Condition::any()
                .add(relation::Column::EndsOn.is_null())
                .add(relation::Column::EndsOn.gt(day)),
        )
        .all(&whole(&**tx))
        .await?;
    Ok(rows)
}
