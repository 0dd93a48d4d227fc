//! Above which variance of a scheme a return says why: as agreed, and recorded.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use domain::rules::fund_return::Threshold;
use entities::narrative_threshold as threshold;

use super::{
    agreement::PartnershipAgreement,
    decision::{Decision, DecisionInput},
    node::Kind,
    request::Asked,
    scalars::{Date, DateTime, Money},
};
use crate::{
    belonging, payload,
    service::{
        Refusal,
        narrative_threshold::{self as service, NewThreshold},
    },
};

/// Above which variance of a scheme a return says why, as a body has decided. Of two bounds either is
/// enough; without any, nothing has to be explained.
#[derive(Clone, Debug, SimpleObject)]
pub struct NarrativeThreshold {
    /// The first day on which it holds: until another begins, and of those that begin on the same day
    /// the last that was recorded.
    pub starts_on: Date,
    /// In pounds, whichever way the variance goes; null when no amount counts.
    pub amount: Option<Money>,
    /// In basis points of the budget that the variance is held against; null when none count.
    pub basis_points: Option<i32>,
    /// Who decided, when, and where it is minuted.
    pub decision: Decision,
    /// When it was recorded.
    pub known_at: DateTime,
}

/// Recording above which variance a return says why.
#[derive(Default)]
pub struct NarrativeThresholdMutation;

/// Above which variance of a scheme returns say why, as a body has decided.
#[derive(Clone, Debug, InputObject)]
pub struct RecordNarrativeThresholdInput {
    /// The agreement.
    pub agreement: ID,
    /// In pounds, whichever way the variance goes; null when no amount counts. Of two bounds either is
    /// enough; without any, nothing has to be explained.
    pub amount: Option<Money>,
    /// In basis points of the budget that the variance is held against; null when none count.
    pub basis_points: Option<i32>,
    /// The first day on which it holds, in the agreement's term: returns on this day and later ones
    /// are held against it.
    pub starts_on: Date,
    /// Who decided.
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of recording above which variance a return says why.
    RecordNarrativeThresholdPayload {
        /// The agreement; null when it was refused.
        agreement: PartnershipAgreement
    }
);

/// The thresholds of an agreement that the viewer sees, the last to begin first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NarrativeThresholdsOf(pub uuid::Uuid);

belonging!(NarrativeThresholdsOf, threshold::Model, service::of_agreements, |row| {
    row.agreement_id
});

#[Object]
impl NarrativeThresholdMutation {
    /// Records above which variance of a scheme a return says why, as the partners have decided
    /// elsewhere (rule G4). Needs the role COMMISSIONER of the host.
    async fn record_narrative_threshold(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The threshold.")] input: RecordNarrativeThresholdInput,
    ) -> Result<RecordNarrativeThresholdPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => service::record(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        RecordNarrativeThresholdPayload::answer(done, PartnershipAgreement)
    }
}

impl RecordNarrativeThresholdInput {
    fn read(self) -> std::result::Result<NewThreshold, Refusal> {
        Ok(NewThreshold {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            bounds: Threshold {
                amount: self.amount.map(|amount| amount.pence("amount")).transpose()?,
                basis_points: self.basis_points,
            },
            starts_on: self.starts_on.day("startsOn")?,
            decision: self.decision.read("decision")?,
        })
    }
}

impl From<threshold::Model> for NarrativeThreshold {
    fn from(row: threshold::Model) -> Self {
        Self {
            starts_on: row.starts_on.into(),
            amount: row.amount_pence.map(Into::into),
            basis_points: row.basis_points,
            decision: Decision {
                deciding_body: row.deciding_body,
                decided_on: row.decided_on.into(),
                minute_reference: row.minute_reference,
            },
            known_at: row.known_at.into(),
        }
    }
}
