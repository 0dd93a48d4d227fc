use std::collections::HashMap;

use domain::policy::matrix::FieldGroup;
use entities::dispute_rung as rung;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    access::{
        Seen,
        facts::{partners, whole},
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, agreement as agreements,
        audit::{self, Act, Said},
        text,
    },
};

/// The most steps of a ladder.
const MOST_STEPS: usize = 20;

/// The ladder by which the disputes of an agreement are to go.
#[derive(Clone, Debug)]
pub struct NewLadder {
    /// The agreement.
    pub agreement: Uuid,
    /// The steps, in their order.
    pub steps: Vec<NewRung>,
}

/// A step of a ladder.
#[derive(Clone, Debug)]
pub struct NewRung {
    /// Who deals with the dispute there.
    pub name: String,
    /// Within how many days after the step before it.
    pub within_days: Option<i32>,
}

/// Sets the ladder by which disputes raised from now on go. Those that are open go on by theirs.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `INVALID_VALUE`.
pub async fn set_ladder(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewLadder,
) -> Result<Seen<entities::partnership_agreement::Model>, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            set_in(&tx, viewer, new).await?;
            agreements::find(&tx, viewer, new.agreement, "agreement").await
        })
        .await
}

async fn set_in(tx: &Writing, viewer: &Viewer, new: &NewLadder) -> Result<(), Stopped> {
    let agreement = agreements::find(tx, viewer, new.agreement, "agreement").await?.row.id;
    let partnership = partners::of_agreement(&**tx, agreement).await?;
    viewer.actor().may_set_dispute_ladder(&partnership.parties_on(viewer.today))?;
    if !(1..=MOST_STEPS).contains(&new.steps.len()) {
        let sentence = format!("a ladder has 1 to {MOST_STEPS} steps");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("steps").into());
    }
    let before = ladders(&**tx, &[agreement]).await?.remove(&agreement).unwrap_or_default();
    let version = before.first().map_or(0, |row| row.version) + 1;
    let mut rows = Vec::new();
    for ((step, number), place) in new.steps.iter().zip(1..).zip(0..) {
        if step.within_days.is_some_and(|days| !(1..=3650).contains(&days)) {
            let path = format!("steps.{place}.withinDays");
            let sentence = "a step is taken within 1 to 3650 days";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path).into());
        }
        let row = rung::Model {
            agreement_id: agreement,
            version,
            number,
            name: text::required(&step.name, 200, &format!("steps.{place}.name"))?,
            within_days: step.within_days,
            recorded_by_id: viewer.account,
            recorded_as_id: viewer.organisation,
            recorded_at: tx.now(),
        };
        rows.push(tx.insert(row).await?);
    }
    let act = Act::new("setDisputeLadder", "PartnershipAgreement", agreement)
        .under(agreement, FieldGroup::AgreementExit)
        .before(Said::default().with("steps", &before))
        .after(Said::default().with("steps", &rows));
    audit::record(tx, viewer, act).await?;
    Ok(())
}

/// The steps of the ladders in use, in their order, of agreements that the caller has found through
/// its view.
///
/// # Errors
/// A fault of the database.
pub async fn ladders(
    connection: &impl ConnectionTrait,
    agreements: &[Uuid],
) -> Result<HashMap<Uuid, Vec<rung::Model>>, DbErr> {
    let mut ladders: HashMap<Uuid, Vec<rung::Model>> = HashMap::new();
    for row in all(connection, agreements).await? {
        let ladder = ladders.entry(row.agreement_id).or_default();
        if ladder.first().is_some_and(|first| first.version < row.version) {
            ladder.clear();
        }
        ladder.push(row);
    }
    Ok(ladders)
}

/// The steps of every ladder that these agreements have or had, the first ladder first.
#[expect(clippy::disallowed_methods, reason = "the caller found the agreements through its view")]
pub(super) async fn all(
    connection: &impl ConnectionTrait,
    agreements: &[Uuid],
) -> Result<Vec<rung::Model>, DbErr> {
    rung::Entity::find()
        .filter(rung::Column::AgreementId.is_in(agreements.iter().copied()))
        .order_by_asc(rung::Column::Version)
        .order_by_asc(rung::Column::Number)
        .all(&whole(connection))
        .await
}
