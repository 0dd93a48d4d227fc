use chrono::NaiveDate;
use domain::{policy::matrix::FieldGroup, rules::risk_share as rules};
use entities::{pooled_fund, risk_share, risk_share_fund, risk_share_version as version};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::read::Version;
use crate::{
    access::{self, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        agreement::lies_in_term,
        audit::{self, Act, said},
        code_list::{self, List},
        decision::Decision,
        idempotency::{self, Attempt},
        proposal::hash,
        text,
    },
};

/// The most funds of a risk share.
const MOST_FUNDS: usize = 50;

/// How some funds of an agreement are shared from a day on: a new risk share, or another version of
/// one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewRiskShare {
    /// The agreement.
    pub agreement: Uuid,
    /// What the partners call it. One that goes by it already is given another version.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// The funds that are shared.
    pub funds: Vec<Uuid>,
    /// The first day on which it is in force.
    pub effective_on: NaiveDate,
    /// The rule.
    pub rule: rules::Rule,
    /// Who decided (rule G4).
    #[serde(skip)]
    pub decision: Decision,
    /// The caller's own key.
    #[serde(skip)]
    pub idempotency_key: String,
}

/// Records how partners agreed to share, as it was decided.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_EXISTS`, or `INVALID_VALUE` where the rule is not one.
pub async fn record(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewRiskShare,
) -> Result<Version, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { record_in(&tx, viewer, new).await }).await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`record`].
pub async fn record_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewRiskShare,
) -> Result<Version, Stopped> {
    let agreement = access::agreement::visible(&**tx, viewer, new.agreement)
        .await?
        .filter(|seen| seen.reads(FieldGroup::AgreementExit))
        .ok_or_else(|| Refusal::not_found("partnership agreement", "agreement"))?
        .row;
    let partnership = partners::of_agreement(&**tx, agreement.id).await?;
    let parties = partnership.parties_on(viewer.today);
    viewer.actor().may_record_risk_share(&parties, new.decision.named())?;
    let decision = new.decision.checked(tx.today(), "decision")?;
    let id = tx.new_id();
    let attempt = Attempt {
        mutation: "recordRiskShare",
        key: &new.idempotency_key,
        content: format!("{new:?}"),
    };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return first_result(tx, viewer, first).await;
    }
    lies_in_term(&agreement, new.effective_on, "effectiveOn")?;
    let listed = partnership.staying_on(new.effective_on);
    rules::check(&new.rule, &listed).map_err(|fault| {
        Refusal::new(Code::InvalidValue, fault.sentence.clone()).at(&format!("rule.{}", fault.path))
    })?;
    sources_exist(tx, new).await?;
    let share = found_or_made(tx, new).await?;
    let content = serde_json::to_string(&new.rule)
        .map_err(|why| Stopped::Fault(sea_orm::DbErr::Custom(why.to_string())))?;
    let known = access::risk_share::versions_of(&**tx, share.id).await?;
    let row = version::Model {
        id,
        risk_share_id: share.id,
        number: known.last().map_or(1, |last| last.number + 1),
        effective_on: new.effective_on,
        content_hash: hash(&content),
        content,
        deciding_body: decision.deciding_body,
        decided_on: decision.decided_on,
        minute_reference: decision.minute_reference,
        recorded_on: tx.today(),
        known_at: known.last().map_or(tx.now(), |last| tx.now().max(last.known_at.just_after())),
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let act = Act::new("recordRiskShare", "RiskShareVersion", row.id)
        .under(agreement.id, FieldGroup::AgreementExit)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(Version { share, row })
}

async fn first_result(tx: &Writing, viewer: &Viewer, first: Uuid) -> Result<Version, Stopped> {
    let gone = || Refusal::not_found("risk share", "idempotencyKey");
    let row = access::risk_share::sees_versions(viewer)
        .filter(version::Column::Id.eq(first))
        .one(&**tx)
        .await?
        .ok_or_else(gone)?;
    let share = access::risk_share::visible(&**tx, viewer, row.risk_share_id).await?;
    Ok(Version { share: share.ok_or_else(gone)?.row, row })
}

/// The sources in scope have to be ones: a misspelt one would be nobody's contribution.
async fn sources_exist(tx: &Writing, new: &NewRiskShare) -> Result<(), Stopped> {
    let year = entities::value::FinancialYear::of(new.effective_on);
    let lists = [("over", &new.rule.over), ("under", &new.rule.under)];
    for (name, tiers) in lists {
        for (tier, place) in tiers.iter().zip(0..) {
            let (rules::Mechanism::ProRataContribution { sources }
            | rules::Mechanism::ReturnProRata { sources }) = &tier.mechanism
            else {
                continue;
            };
            for (source, at) in sources.iter().zip(0..) {
                let path = format!("rule.{name}.{place}.sources.{at}");
                code_list::check(&**tx, List::FundingSource, source, year, &path).await?;
            }
        }
    }
    Ok(())
}

/// The risk share that goes by the reference, or a new one: of funds of the agreement that are in no
/// other.
async fn found_or_made(tx: &Writing, new: &NewRiskShare) -> Result<risk_share::Model, Stopped> {
    let reference = text::required(&new.reference, 100, "reference")?;
    let mut wanted = new.funds.clone();
    wanted.sort_unstable();
    wanted.dedup();
    let known = access::risk_share::by_reference(&**tx, new.agreement, &reference).await?;
    if let Some(known) = known {
        let funds = access::risk_share::funds_of(&**tx, &[known.id]).await?;
        let mut funds: Vec<Uuid> = funds.into_iter().map(|row| row.fund_id).collect();
        funds.sort_unstable();
        if !wanted.is_empty() && wanted != funds {
            let sentence = "the funds of a risk share stay the same: leave them out, or choose \
                            another reference";
            return Err(Refusal::new(Code::AlreadyExists, sentence).at("funds").into());
        }
        return Ok(known);
    }
    if wanted.is_empty() || wanted.len() > MOST_FUNDS {
        let sentence = format!("name 1 to {MOST_FUNDS} funds of the agreement");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("funds").into());
    }
    for (fund, place) in new.funds.iter().zip(0..) {
        is_free(tx, new.agreement, *fund, &format!("funds.{place}")).await?;
    }
    let share = risk_share::Model {
        id: tx.new_id(),
        agreement_id: new.agreement,
        reference,
        name: text::required(&new.name, 200, "name")?,
        recorded_on: tx.today(),
    };
    let share = share.into_active_model().reset_all().insert(&**tx).await?;
    let of = |fund_id| risk_share_fund::Model { fund_id, risk_share_id: share.id };
    risk_share_fund::Entity::insert_many(wanted.into_iter().map(|id| of(id).into_active_model()))
        .exec_without_returning(&**tx)
        .await?;
    Ok(share)
}

#[expect(clippy::disallowed_methods, reason = "the agreement was found through the view")]
async fn is_free(tx: &Writing, agreement: Uuid, fund: Uuid, path: &str) -> Result<(), Stopped> {
    pooled_fund::Entity::find_by_id(fund)
        .filter(pooled_fund::Column::AgreementId.eq(agreement))
        .one(&**tx)
        .await?
        .ok_or_else(|| Refusal::not_found("pooled fund", path))?;
    if access::risk_share::shares_of(&**tx, &[fund]).await?.is_empty() {
        return Ok(());
    }
    let sentence = "this fund is in another risk share already: a fund is shared once";
    Err(Refusal::new(Code::AlreadyExists, sentence).at(path).into())
}
