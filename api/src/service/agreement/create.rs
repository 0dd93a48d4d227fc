use chrono::NaiveDate;
use domain::policy::{Parties, matrix::FieldGroup};
use entities::{
    partnership_agreement::{
        self as agreement, AgreementEvidence, AgreementStatus, PostingVisibility, StatutoryBasis,
    },
    relation::RelationKind,
};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, TryInsertResult, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{MOST_PARTNERS, can_join, find, terms};
use crate::{
    access::{Seen, derive},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        relation::{self, Place},
    },
};

/// An agreement that is to be recorded.
#[derive(Clone, Debug)]
pub struct NewAgreement {
    /// What the partners call it; unique among those that the viewer's organisation recorded.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// What it is for; may be empty.
    pub aims: String,
    /// The law it is made under.
    pub statutory_basis: StatutoryBasis,
    /// Where it stands.
    pub status: AgreementStatus,
    /// How well it is documented.
    pub evidence: AgreementEvidence,
    /// The partner that keeps the books, where known.
    pub host: Option<Uuid>,
    /// The post that manages the pool, as a title and never a name.
    pub pool_manager: Option<String>,
    /// Two partners or more, in the order that decides odd pennies (rule M2).
    pub partners: Vec<Uuid>,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day, if set.
    pub ends_on: Option<NaiveDate>,
    /// Months of notice to leave it.
    pub notice_months: Option<i32>,
    /// When partners see postings (rule V11).
    pub postings: PostingVisibility,
}

/// Records an agreement that the viewer's own organisation is a partner of.
///
/// # Errors
/// `NOT_ALLOWED`, `ALREADY_EXISTS` at `reference`, `NOT_FOUND` of a partner, or `INVALID_VALUE`.
pub async fn create(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewAgreement,
) -> Result<Seen<agreement::Model>, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let row = create_in(&tx, viewer, new).await?;
            find(&tx, viewer, row.id, "id").await
        })
        .await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`create`].
pub async fn create_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewAgreement,
) -> Result<agreement::Model, Stopped> {
    let row = terms::checked(row(tx.new_id(), viewer, new), new.host, &new.partners)?;
    two_or_more(&new.partners)?;
    let planned = Parties { host: new.host, partners: new.partners.clone() };
    viewer.actor().may_create_agreement(&planned)?;
    let named: Vec<(Uuid, String)> = new
        .partners
        .iter()
        .zip(0..)
        .map(|(id, place)| (*id, format!("partners.{place}")))
        .collect();
    can_join(tx, &named, new.starts_on).await?;

    let inserted = agreement::Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if !matches!(inserted, TryInsertResult::Inserted(1)) {
        let sentence = format!("an agreement goes by {:?} already", row.reference);
        return Err(Refusal::new(Code::AlreadyExists, sentence).at("reference").into());
    }
    let place = Place::agreement(row.id);
    let mut relations = Vec::new();
    for (partner, position) in new.partners.iter().zip(1..) {
        let holder = (RelationKind::Partner, *partner);
        relations.push(relation::put(tx, place, holder, Some(position), row.starts_on).await?);
    }
    if let Some(host) = new.host {
        let holder = (RelationKind::Host, host);
        relations.push(relation::put(tx, place, holder, None, row.starts_on).await?);
    }
    derive::agreement(&**tx, row.id).await?;
    let act = Act::new("createPartnershipAgreement", "PartnershipAgreement", row.id)
        .under(row.id, FieldGroup::AgreementTerms)
        .from_day(row.starts_on)
        .after(said(&row).with("relations", &relations));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

fn row(id: Uuid, viewer: &Viewer, new: &NewAgreement) -> agreement::Model {
    agreement::Model {
        id,
        owner_id: viewer.organisation,
        reference: new.reference.clone(),
        title: new.title.clone(),
        aims: new.aims.clone(),
        statutory_basis: new.statutory_basis,
        status: new.status,
        evidence: new.evidence,
        pool_manager: new.pool_manager.clone(),
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        notice_months: new.notice_months,
        postings: new.postings,
        version: 1,
    }
}

fn two_or_more(partners: &[Uuid]) -> Result<(), Refusal> {
    if !(2..=MOST_PARTNERS).contains(&partners.len()) {
        let sentence = format!("an agreement has 2 to {MOST_PARTNERS} partners");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("partners"));
    }
    for (place, partner) in partners.iter().enumerate() {
        if partners[..place].contains(partner) {
            let sentence = "this partner is listed twice";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&format!("partners.{place}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agreement_is_between_two_partners_or_more_each_listed_once() {
        let [one, two] = [1, 2].map(Uuid::from_u128);
        assert!(two_or_more(&[one, two]).is_ok());
        assert_eq!(two_or_more(&[one]).unwrap_err().path, ["partners"]);
        assert_eq!(two_or_more(&[one, two, one]).unwrap_err().path, ["partners", "2"]);
    }
}
