use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{partnership_agreement as agreement, relation::RelationKind};
use uuid::Uuid;

use super::{MOST_PARTNERS, can_join, find, save};
use crate::{
    access::{Seen, derive, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        relation::{self, Place},
    },
};

/// An organisation that joins an agreement.
#[derive(Clone, Copy, Debug)]
pub struct NewPartner {
    /// The agreement.
    pub agreement: Uuid,
    /// The agreement's version as the caller read it.
    pub expected_version: i32,
    /// The organisation.
    pub organisation: Uuid,
    /// Its first day as a partner.
    pub joined_on: NaiveDate,
}

/// Adds a partner at the end of the agreement's list.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_EXISTS`, or `INVALID_VALUE`.
pub async fn add_partner(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewPartner,
) -> Result<Seen<agreement::Model>, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let row = add_partner_in(&tx, viewer, new).await?;
            find(&tx, viewer, row.id, "agreement").await
        })
        .await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`add_partner`].
pub async fn add_partner_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewPartner,
) -> Result<agreement::Model, Stopped> {
    let row = find(tx, viewer, new.agreement, "agreement").await?.row;
    let partnership = partners::of_agreement(&**tx, row.id).await?;
    viewer.actor().may_edit_agreement(&partnership.parties_on(viewer.today))?;
    let partners = &partnership.partners;
    let is_partner = |held: &partners::Held| {
        held.organisation_id == new.organisation
            && held.left_on.is_none_or(|left| new.joined_on <= left)
    };
    if partners.iter().any(is_partner) {
        let sentence = "this organisation is a partner of the agreement already";
        return Err(Refusal::new(Code::AlreadyExists, sentence).at("organisation").into());
    }
    if new.joined_on < row.starts_on || row.ends_on.is_some_and(|end| new.joined_on > end) {
        let sentence = format!("{} lies outside the term of the agreement", new.joined_on);
        return Err(Refusal::new(Code::InvalidValue, sentence).at("joinedOn").into());
    }
    if partnership.listed().len() >= MOST_PARTNERS {
        let sentence = format!("an agreement has at most {MOST_PARTNERS} partners");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("organisation").into());
    }
    can_join(tx, &[(new.organisation, "organisation".to_owned())], new.joined_on).await?;
    // The version counts partners too: two who add one at once do not both get the next place.
    let said_before = said(&row);
    let row = save(tx, row, new.expected_version).await?;
    let last = partners.iter().map(|partner| partner.position).max().unwrap_or(0);
    // Whoever comes back has its old place.
    let before = partners.iter().find(|held| held.organisation_id == new.organisation);
    let position = before.map_or(last + 1, |held| held.position);
    let holder = (RelationKind::Partner, new.organisation);
    let place = Place::agreement(row.id);
    let joined = relation::put(tx, place, holder, Some(position), new.joined_on).await?;
    derive::agreement(&**tx, row.id).await?;
    let act = Act::new("addAgreementPartner", "PartnershipAgreement", row.id)
        .under(row.id, FieldGroup::AgreementTerms)
        .from_day(new.joined_on)
        .before(said_before)
        .after(said(&row).with("joined", &[joined]));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}
