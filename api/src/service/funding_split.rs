//! Who funds a scheme from which source, from a day on (rule M15).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{funding_split, funding_split_share, scheme, value::FinancialYear};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, said},
    fund_lock, ground, ring_fence,
    scheme::{self as schemes, Recording},
};
use crate::{
    access::{Seen, facts::partners::Held},
    auth::Viewer,
    database::{Database, Writing},
};

/// One part of a funding split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewShare {
    /// The partner that funds.
    pub partner: Uuid,
    /// From which source, by the year's list.
    pub source: String,
    /// Its weight; the whole is the sum of the weights.
    pub weight: i64,
}

/// A funding split to be recorded.
#[derive(Clone, Debug)]
pub struct NewFundingSplit {
    /// The scheme.
    pub scheme: Uuid,
    /// The split.
    pub split: Dated,
}

/// A funding split of a year, from a day on.
#[derive(Clone, Debug)]
pub struct Dated {
    /// The year.
    pub year: FinancialYear,
    /// From when it counts; in the year.
    pub effective_on: NaiveDate,
    /// Its parts.
    pub shares: Vec<NewShare>,
}

/// The most weight that a share may have: clients count it in 32 bits.
const MOST_WEIGHT: i64 = 1_000_000_000;
/// The most parts that a split may have.
const MOST_SHARES: usize = 100;

/// Sets a scheme's funding split; with `dry_run`, checks whether it could be.
///
/// # Errors
/// As [`set_in`].
pub async fn set(
    db: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewFundingSplit,
) -> Result<Seen<scheme::Model>, Stopped> {
    let new = &new;
    db.write(dry_run, |tx| async move { set_in(&tx, viewer, new.clone()).await }).await
}

/// Sets a scheme's funding split from a day on. What was posted before keeps the split by which it
/// was posted; that is changed by a reclassifying posting only.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`; `WRONG_YEAR` outside the agreement's term or the split's year;
/// `INVALID_VALUE` when a funder is no partner or a share is given twice, `NOT_POSITIVE` of a
/// weight, `UNKNOWN_CODE` and `RING_FENCE_BREACH` of a source (rule M6).
pub async fn set_in(
    tx: &Writing,
    viewer: &Viewer,
    new: NewFundingSplit,
) -> Result<Seen<scheme::Model>, Stopped> {
    let found = schemes::seen(tx, viewer, new.scheme, "scheme").await?;
    let ground = ground::under(&**tx, viewer, found.row.fund_id, ("scheme", "scheme")).await?;
    viewer.actor().may_create_scheme(&ground.parties())?;
    let held = fund_lock::hold(tx, found.row.fund_id).await?;
    // Read again: its type, which sources are checked against, may have changed before.
    let found = schemes::seen(tx, viewer, new.scheme, "scheme").await?;
    schemes::year_in_term(&ground.agreement, new.split.year, "financialYear")?;
    let at = Recording { viewer, ground: &ground, held: &held, scheme: &found.row };
    record(tx, &at, new.split, "shares").await?;
    Ok(found)
}

/// Records a split. `path` is where its shares stand in the input.
pub(super) async fn record(
    tx: &Writing,
    at: &Recording<'_>,
    split: Dated,
    path: &str,
) -> Result<funding_split::Model, Stopped> {
    if FinancialYear::of(split.effective_on) != split.year {
        let sentence = format!("{} does not lie in {}", split.effective_on, split.year);
        return Err(Refusal::new(Code::WrongYear, sentence).at("effectiveOn").into());
    }
    check(tx, at, &split, path).await?;
    let row = funding_split::Model {
        id: tx.new_id(),
        scheme_id: at.scheme.id,
        financial_year: split.year,
        effective_on: split.effective_on,
        known_at: at.held.known_at,
    };
    let row = tx.insert(row).await?;
    let mut shares = split.shares;
    // Odd pennies go to the partner that the agreement lists first (rule M2).
    let partners = at.ground.parties().partners;
    shares.sort_by_key(|share| partners.iter().position(|partner| *partner == share.partner));
    let shares: Vec<_> = (0..)
        .zip(shares)
        .map(|(position, share)| funding_split_share::Model {
            split_id: row.id,
            position,
            partner_id: share.partner,
            source_code: share.source,
            weight: share.weight,
        })
        .collect();
    let new = shares.iter().map(|share| share.clone().into_active_model().reset_all());
    funding_split_share::Entity::insert_many(new).exec_without_returning(&**tx).await?;
    let act = Act::new("setFundingSplit", "Scheme", at.scheme.id)
        .under(at.scheme.fund_id, FieldGroup::SchemeTerms)
        .from_day(row.effective_on)
        .after(said(&row).with("shares", &shares));
    audit::record(tx, at.viewer, act).await?;
    Ok(row)
}

async fn check(tx: &Writing, at: &Recording<'_>, split: &Dated, path: &str) -> Result<(), Stopped> {
    let refuse = |code, sentence: &str, path: &str| Refusal::new(code, sentence).at(path);
    if split.shares.is_empty() {
        let sentence = "name at least one partner and source that fund the scheme";
        return Err(refuse(Code::InvalidValue, sentence, path).into());
    }
    if split.shares.len() > MOST_SHARES {
        let sentence = format!("a split has at most {MOST_SHARES} parts");
        return Err(refuse(Code::InvalidValue, &sentence, path).into());
    }
    let mut seen = BTreeSet::new();
    for (place, share) in split.shares.iter().enumerate() {
        let path = |field: &str| format!("{path}.{place}.{field}");
        if share.weight <= 0 {
            let sentence = "a share has a weight above zero: leave out who does not fund";
            return Err(refuse(Code::NotPositive, sentence, &path("weight")).into());
        }
        if share.weight > MOST_WEIGHT {
            let sentence = "a weight is at most 1000000000";
            return Err(refuse(Code::InvalidValue, sentence, &path("weight")).into());
        }
        let is_partner = |held: &Held| {
            held.organisation_id == share.partner
                && held.left_on.is_none_or(|left_on| left_on >= split.effective_on)
        };
        if !at.ground.partnership.partners.iter().any(is_partner) {
            let sentence = "a scheme is funded by partners of the agreement: this one is not";
            return Err(refuse(Code::InvalidValue, sentence, &path("partner")).into());
        }
        if !seen.insert((share.partner, share.source.as_str())) {
            let sentence = "this partner and source have a share already: give them one weight";
            return Err(refuse(Code::InvalidValue, sentence, &path("source")).into());
        }
        let scheme_type = &at.scheme.scheme_type_code;
        ring_fence::check(tx, split.year, &share.source, scheme_type, &path("source")).await?;
    }
    Ok(())
}
