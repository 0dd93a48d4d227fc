use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    partnership_agreement as agreement,
    relation::{self, RelationKind},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Place, put};
use crate::{
    access::{
        Seen, derive,
        facts::{partners, whole},
        fund,
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, agreement as agreements,
        audit::{self, Act, said},
    },
};

/// An organisation that is to stand in a relation to an agreement, or to one of its funds.
#[derive(Clone, Copy, Debug)]
pub struct NewAppointment {
    /// The agreement.
    pub agreement: Uuid,
    /// The fund, when it is about one only.
    pub fund: Option<Uuid>,
    /// The organisation.
    pub organisation: Uuid,
    /// How it is to stand.
    pub kind: RelationKind,
    /// Its first day.
    pub starts_on: NaiveDate,
}

/// Appoints an organisation that is neither host nor partner: a party, a member of the board, an
/// observer, a regulator or an auditor.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_EXISTS`, or `INVALID_VALUE`.
pub async fn appoint(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewAppointment,
) -> Result<Seen<relation::Model>, Stopped> {
    let written =
        database.write(dry_run, |tx| async move { appoint_in(&tx, viewer, new).await }).await?;
    Ok(Seen::by_its_writer(written))
}

/// The same, within a transaction.
///
/// # Errors
/// As [`appoint`].
pub async fn appoint_in(
    tx: &Writing,
    viewer: &Viewer,
    new: NewAppointment,
) -> Result<relation::Model, Stopped> {
    let row = agreements::find(tx, viewer, new.agreement, "agreement").await?.row;
    let partnership = partners::of_agreement(&**tx, row.id).await?;
    viewer.actor().may_appoint(&partnership.parties_on(viewer.today))?;
    derive::hold(&**tx, row.id).await?;
    check(tx, viewer, &row, &new).await?;
    let place = Place { fund: new.fund, ..Place::agreement(row.id) };
    let holder = (new.kind, new.organisation);
    let appointed = put(tx, place, holder, None, new.starts_on).await?;
    derive::agreement(&**tx, row.id).await?;
    let act = Act::new("appointOrganisation", "AgreementRelation", appointed.id)
        .under(row.id, FieldGroup::Relations)
        .from_day(new.starts_on)
        .after(said(&appointed));
    audit::record(tx, viewer, act).await?;
    Ok(appointed)
}

async fn check(
    tx: &Writing,
    viewer: &Viewer,
    agreement: &agreement::Model,
    new: &NewAppointment,
) -> Result<(), Stopped> {
    if let Some(id) = new.fund {
        if !matches!(
            new.kind,
            RelationKind::Observer | RelationKind::Regulator | RelationKind::Auditor
        ) {
            let sentence = "only an observer, a regulator or an auditor stands to one fund alone";
            return Err(Refusal::new(Code::InvalidValue, sentence).at("fund").into());
        }
        fund::visible(&**tx, viewer, id)
            .await?
            .filter(|seen| seen.row.agreement_id == agreement.id)
            .ok_or_else(|| Refusal::not_found("pooled fund", "fund"))?;
    }
    if new.starts_on < agreement.starts_on {
        let sentence = format!("{} lies before the agreement's first day", new.starts_on);
        return Err(Refusal::new(Code::InvalidValue, sentence).at("startsOn").into());
    }
    let named = [(new.organisation, "organisation".to_owned())];
    agreements::can_join(tx, &named, new.starts_on).await?;
    if stands_already(&**tx, new).await? {
        let sentence = "this organisation is appointed so already: end that appointment first";
        return Err(Refusal::new(Code::AlreadyExists, sentence).at("organisation").into());
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the caller found the agreement through its view")]
async fn stands_already(
    connection: &impl ConnectionTrait,
    new: &NewAppointment,
) -> Result<bool, Stopped> {
    use relation::Column::{AgreementId, EndsOn, FundId, Kind, OrganisationId};
    let fund = match new.fund {
        Some(fund) => FundId.eq(fund),
        None => FundId.is_null(),
    };
    let found = relation::Entity::find()
        .filter(AgreementId.eq(new.agreement))
        .filter(OrganisationId.eq(new.organisation))
        .filter(Kind.eq(new.kind))
        .filter(fund)
        .filter(Condition::any().add(EndsOn.is_null()).add(EndsOn.gte(new.starts_on)))
        .one(&whole(connection))
        .await?;
    Ok(found.is_some())
}
