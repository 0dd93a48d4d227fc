use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    dispute, dispute_party as party, partnership_agreement as agreement,
    value::{FinancialYear, Pence},
};
use uuid::Uuid;

use super::{Disputed, ladder, read};
use crate::{
    access::{self, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, agreement as agreements,
        audit::{self, Act, said},
        contribution::within_term,
        text,
    },
};

/// A dispute that a partner raises.
#[derive(Clone, Debug)]
pub struct NewDispute {
    /// The agreement.
    pub agreement: Uuid,
    /// The partners against which it is raised.
    pub against: Vec<Uuid>,
    /// The fund, when it is about one.
    pub fund: Option<Uuid>,
    /// The year, when it is about one.
    pub year: Option<FinancialYear>,
    /// The amount, when it is about one.
    pub amount: Option<Pence>,
    /// When it was raised.
    pub raised_on: NaiveDate,
    /// What it is about.
    pub matter: String,
}

/// Raises a dispute for the viewer's own organisation.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `NOT_POSITIVE`, `WRONG_YEAR`, or `INVALID_VALUE` where the agreement
/// has no ladder.
pub async fn raise(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewDispute,
) -> Result<Disputed, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { raise_in(&tx, viewer, new).await }).await
}

async fn raise_in(tx: &Writing, viewer: &Viewer, new: &NewDispute) -> Result<Disputed, Stopped> {
    let seen = agreements::find(tx, viewer, new.agreement, "agreement").await?;
    let partnership = partners::of_agreement(&**tx, seen.row.id).await?;
    viewer.actor().may_raise_dispute(&partnership.parties_on(viewer.today))?;
    checked(tx, &seen.row, new)?;
    are_partners(viewer, &partnership.listed(), new)?;
    let fund = fund_of(tx, viewer, new).await?;
    let invalid = |sentence: &str, path: &str| Refusal::new(Code::InvalidValue, sentence).at(path);
    let ladder = ladder::ladders(&**tx, &[seen.row.id]).await?.remove(&seen.row.id);
    let ladder_version = ladder.and_then(|rows| Some(rows.first()?.version)).ok_or_else(|| {
        invalid("the agreement has no ladder for disputes: set one first", "agreement")
    })?;
    let row = dispute::Model {
        id: tx.new_id(),
        agreement_id: seen.row.id,
        fund_id: fund,
        financial_year: new.year,
        amount_pence: new.amount,
        raised_by_id: viewer.organisation,
        raised_on: new.raised_on,
        matter: text::required(&new.matter, 2_000, "matter")?,
        ladder_version,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let mut parties = Vec::new();
    for organisation in &new.against {
        let party = party::Model { dispute_id: row.id, organisation_id: *organisation };
        parties.push(tx.insert(party).await?);
    }
    let act = Act::new("raiseDispute", "Dispute", row.id)
        .under(row.agreement_id, FieldGroup::Disputes)
        .from_day(row.raised_on)
        .after(said(&row).with("against", &parties));
    audit::record(tx, viewer, act).await?;
    read::of_rows(&**tx, vec![seen.with(row)])
        .await?
        .pop()
        .ok_or_else(|| Refusal::not_found("dispute", "agreement").into())
}

fn checked(tx: &Writing, agreement: &agreement::Model, new: &NewDispute) -> Result<(), Refusal> {
    if new.raised_on > tx.today() || new.raised_on < agreement.starts_on {
        let sentence = format!("{} has not come yet, or lies before the agreement", new.raised_on);
        return Err(Refusal::new(Code::InvalidValue, sentence).at("raisedOn"));
    }
    if new.amount.is_some_and(|amount| amount.positive().is_none()) {
        let sentence = "the amount in dispute is more than nothing";
        return Err(Refusal::new(Code::NotPositive, sentence).at("amount"));
    }
    new.year.map_or(Ok(()), |year| within_term(agreement, year))
}

fn are_partners(viewer: &Viewer, partners: &[Uuid], new: &NewDispute) -> Result<(), Refusal> {
    if new.against.is_empty() {
        let sentence = "name the partners against which it is raised";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("against"));
    }
    for (place, other) in new.against.iter().enumerate() {
        let path = format!("against.{place}");
        if !partners.contains(other) {
            return Err(Refusal::not_found("partner of the agreement", &path));
        }
        if *other == viewer.organisation || new.against[..place].contains(other) {
            let sentence = "each other partner is named once, and never your own organisation";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path));
        }
    }
    Ok(())
}

/// The fund, when it is one of the agreement's that the viewer sees.
async fn fund_of(tx: &Writing, viewer: &Viewer, new: &NewDispute) -> Result<Option<Uuid>, Stopped> {
    let Some(id) = new.fund else { return Ok(None) };
    let found = access::fund::visible(&**tx, viewer, id).await?;
    let own = found.filter(|fund| fund.row.agreement_id == new.agreement);
    own.map(|fund| Some(fund.row.id))
        .ok_or_else(|| Refusal::not_found("pooled fund", "fund").into())
}
