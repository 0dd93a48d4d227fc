use chrono::NaiveDate;
use domain::policy::{Denied, matrix::FieldGroup};
use entities::{
    access_grant, access_window as window, partnership_agreement as agreement,
    relation::RelationKind,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use crate::{
    access::{
        self, Seen, derive,
        facts::{partners, whole},
        fund,
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, agreement as agreements,
        audit::{self, Act, said},
        text,
    },
};

/// What a grant opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantScope {
    /// An agreement, and with it every fund.
    Agreement(Uuid),
    /// One fund.
    Fund(Uuid),
}

/// A grant that is to lift a regulator's or an auditor's view (rule V9).
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// What it opens.
    pub scope: GrantScope,
    /// To whom.
    pub organisation: Uuid,
    /// What for.
    pub purpose: String,
    /// The first day whose facts it opens; none when it opens all.
    pub covers_from: Option<NaiveDate>,
    /// The last day whose facts it opens.
    pub covers_to: Option<NaiveDate>,
    /// The first day on which it can be used.
    pub starts_on: NaiveDate,
    /// The last day on which it can be used.
    pub ends_on: NaiveDate,
}

/// A grant that is to end.
#[derive(Clone, Copy, Debug)]
pub struct GrantEnd {
    /// The grant.
    pub grant: Uuid,
    /// The last day on which it can be used.
    pub ends_on: NaiveDate,
}

/// Lets a regulator or an auditor read everything, for a time and a purpose.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `INVALID_VALUE` when the organisation is no regulator or auditor
/// there for all that time, or the days are in no order.
pub async fn grant(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewGrant,
) -> Result<Seen<access_grant::Model>, Stopped> {
    let new = &new;
    let written =
        database.write(dry_run, |tx| async move { grant_in(&tx, viewer, new).await }).await?;
    Ok(Seen::by_its_writer(written))
}

/// The same, within a transaction.
///
/// # Errors
/// As [`grant`].
pub async fn grant_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewGrant,
) -> Result<access_grant::Model, Stopped> {
    let (agreement, fund) = match new.scope {
        GrantScope::Agreement(id) => {
            (agreements::find(tx, viewer, id, "agreement").await?.row.id, None)
        }
        GrantScope::Fund(id) => {
            let seen = fund::visible(&**tx, viewer, id).await?;
            let seen = seen.ok_or_else(|| Refusal::not_found("pooled fund", "fund"))?;
            (seen.row.agreement_id, Some(id))
        }
    };
    let partnership = partners::of_agreement(&**tx, agreement).await?;
    let parties = partnership.parties_on(viewer.today);
    viewer.actor().may_grant_access_to(&parties, new.organisation).map_err(|why| match why {
        Denied::GrantToItself => Refusal::from(why).at("organisation"),
        _ => why.into(),
    })?;
    let purpose = text::required(&new.purpose, 1_000, "purpose")?;
    in_order(tx, new)?;
    derive::hold(&**tx, agreement).await?;
    stands(tx, fund.unwrap_or(agreement), new).await?;
    let row = access_grant::Model {
        id: tx.new_id(),
        organisation_id: new.organisation,
        agreement_id: agreement,
        fund_id: fund,
        purpose,
        granted_by_id: viewer.organisation,
        covers_from: new.covers_from,
        covers_to: new.covers_to,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    derive::agreement(&**tx, agreement).await?;
    let act = Act::new("grantAccess", "AccessGrant", row.id)
        .under(agreement, FieldGroup::Relations)
        .from_day(row.starts_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

fn in_order(tx: &Writing, new: &NewGrant) -> Result<(), Refusal> {
    let invalid = |sentence: &str, path| Refusal::new(Code::InvalidValue, sentence).at(path);
    if new.ends_on < new.starts_on {
        return Err(invalid("a grant does not end before it starts", "endsOn"));
    }
    if new.ends_on < tx.today() {
        return Err(invalid("a grant that has ended opens nothing", "endsOn"));
    }
    if let (Some(from), Some(to)) = (new.covers_from, new.covers_to)
        && to < from
    {
        return Err(invalid("the last day that it opens comes before the first", "coversTo"));
    }
    Ok(())
}

/// Whether the organisation stands as a regulator or an auditor for as long as the grant runs.
#[expect(clippy::disallowed_methods, reason = "the caller found the root through its view")]
async fn stands(tx: &Writing, root: Uuid, new: &NewGrant) -> Result<(), Stopped> {
    let rows = window::Entity::find()
        .filter(window::Column::RootId.eq(root))
        .filter(window::Column::HolderId.eq(new.organisation))
        .filter(window::Column::Relation.is_in([RelationKind::Regulator, RelationKind::Auditor]))
        .filter(window::Column::Acts.eq(true))
        .filter(window::Column::UsableFrom.lte(new.starts_on))
        .filter(window::Column::CoversTo.gte(new.starts_on))
        .all(&whole(&**tx))
        .await?;
    let Some(last) = rows.iter().map(|row| row.covers_to).max() else {
        let sentence = "access is granted to a regulator or an auditor: appoint it first, from \
                        the grant's first day on";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("organisation").into());
    };
    if last < new.ends_on {
        let sentence = format!("its appointment ends on {last}, and the grant with it");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("endsOn").into());
    }
    Ok(())
}

/// Ends a grant: with yesterday, at once. One that would end before it began never was.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `INVALID_VALUE` of an earlier day.
pub async fn end_grant(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    end: GrantEnd,
) -> Result<Seen<agreement::Model>, Stopped> {
    database.write(dry_run, |tx| async move { end_in(&tx, viewer, end).await }).await
}

async fn end_in(
    tx: &Writing,
    viewer: &Viewer,
    end: GrantEnd,
) -> Result<Seen<agreement::Model>, Stopped> {
    let not_found = || Refusal::not_found("grant", "grant");
    let seen = access::relation::visible_grant(&**tx, viewer, end.grant).await?;
    let agreement = seen.ok_or_else(not_found)?.row.agreement_id;
    derive::hold(&**tx, agreement).await?;
    // Another may have ended it before it was held.
    let seen = access::relation::visible_grant(&**tx, viewer, end.grant).await?;
    let before = seen.ok_or_else(not_found)?.row;
    let partnership = partners::of_agreement(&**tx, agreement).await?;
    let parties = partnership.parties_on(viewer.today);
    viewer.actor().may_end_grant(&parties, before.granted_by_id)?;
    if before.ends_on <= end.ends_on {
        let sentence = format!("it ends on {} already", before.ends_on);
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("endsOn").into());
    }
    if end.ends_on < tx.today().pred_opt().unwrap_or(NaiveDate::MIN) {
        let sentence = "that it was in force is not undone: yesterday ends it at once";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("endsOn").into());
    }
    let said_before = said(&before);
    let after = close(tx, before, end.ends_on).await?;
    derive::agreement(&**tx, agreement).await?;
    let mut act = Act::new("endAccessGrant", "AccessGrant", end.grant)
        .under(agreement, FieldGroup::Relations)
        .before(said_before);
    if let Some(after) = &after {
        act = act.after(said(after));
    }
    audit::record(tx, viewer, act).await?;
    agreements::find(tx, viewer, agreement, "grant").await
}

/// Closes a grant after `day`; none is left of one that begins later. The caller derives the
/// access.
pub(super) async fn close(
    tx: &Writing,
    grant: access_grant::Model,
    day: NaiveDate,
) -> Result<Option<access_grant::Model>, Stopped> {
    if day < grant.starts_on {
        access_grant::Entity::delete_by_id(grant.id).exec(&**tx).await?;
        return Ok(None);
    }
    let mut closed = grant.into_active_model();
    closed.ends_on = Set(day);
    Ok(Some(closed.update(&**tx).await?))
}
