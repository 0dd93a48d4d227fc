//! Links of supply chains: recorded, answered, approved, ended, and their clauses.

use std::collections::BTreeMap;

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result};
use domain::rules::supply_chain::{Answer, YearlyValue};
use entities::value::FinancialYear as Year;

use super::{
    decision::DecisionInput,
    node::Kind,
    request::Asked,
    scalars::{Date, FinancialYear, Money},
    subcontract::Subcontract,
    subcontract_kind::FlowDownStatus,
};
use crate::{
    payload,
    service::{
        Code, Refusal,
        subcontract::{
            self as service, NewAnswer, NewClause, NewEnd, NewSubcontract, NewVerdict, Under,
        },
    },
};

/// Links of supply chains.
#[derive(Default)]
pub struct SubcontractMutation;

/// A subcontract that your own organisation buys under.
#[derive(Clone, Debug, InputObject)]
pub struct RecordSubcontractInput {
    /// What it stands under: the head contract that you hold, or the subcontract under which you
    /// sell.
    pub under: ID,
    /// Who sells.
    pub seller: ID,
    /// What you call it, 1 to 100 characters; unique among your own.
    pub reference: String,
    /// What is sold, 1 to 200 characters.
    pub service: String,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Date,
    /// Its value by financial year; empty while it is not known.
    #[graphql(default)]
    pub values: Vec<SubcontractValueInput>,
    /// True when the commissioner has to approve it before it starts (rule C3).
    #[graphql(default)]
    pub is_material: bool,
    /// True when its value is open to those above it.
    #[graphql(default)]
    pub is_open_book: bool,
    /// What the seller has to keep itself, in hundredths of a per cent of a year's value, 0 to 10,000.
    #[graphql(default)]
    pub floor_basis_points: i32,
    /// Within how many days of an invoice you pay, 0 to 365.
    pub payment_days: Option<i32>,
    /// True when the seller has no users, and you enter this for it: it is marked so until the seller
    /// confirms it (rule C10).
    #[graphql(default)]
    pub is_on_behalf: bool,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What a subcontract is worth in a financial year.
#[derive(Clone, Debug, InputObject)]
pub struct SubcontractValueInput {
    /// The financial year.
    pub financial_year: FinancialYear,
    /// How much.
    pub worth: SubcontractWorthInput,
}

/// An amount, or a part of the contract above.
#[derive(Clone, Debug, OneofObject)]
pub enum SubcontractWorthInput {
    /// An amount, in pounds.
    Amount(Money),
    /// A range of the value of the contract above; it counts with its upper end.
    Range(BasisPointsRangeInput),
}

/// A range of hundredths of a per cent.
#[derive(Clone, Debug, InputObject)]
pub struct BasisPointsRangeInput {
    /// Lower end, 0 or more.
    pub from: i32,
    /// Upper end, at most 10,000.
    pub to: i32,
}

/// That what is recorded of a subcontract is so.
#[derive(Clone, Debug, InputObject)]
pub struct ConfirmSubcontractInput {
    /// The subcontract, under which you sell.
    pub subcontract: ID,
    /// The version that you read.
    pub expected_version: i32,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That what is recorded of a subcontract is not so.
#[derive(Clone, Debug, InputObject)]
pub struct ContestSubcontractInput {
    /// The subcontract, under which you sell.
    pub subcontract: ID,
    /// The version that you read.
    pub expected_version: i32,
    /// What is not so, 1 to 1,000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What the commissioner decided about a material subcontract.
#[derive(Clone, Debug, InputObject)]
pub struct ApproveSubcontractInput {
    /// The subcontract.
    pub subcontract: ID,
    /// The version that you read.
    pub expected_version: i32,
    /// True when it is approved, false when it is refused.
    pub is_approved: bool,
    /// Why it is refused, 1 to 1,000 characters; left out of one that is approved.
    pub reason: Option<String>,
    /// Who decided, when, and where it is minuted (rule G4).
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a subcontract ends before the day that was agreed.
#[derive(Clone, Debug, InputObject)]
pub struct EndSubcontractInput {
    /// The subcontract, under which you buy.
    pub subcontract: ID,
    /// The version that you read.
    pub expected_version: i32,
    /// Its last day: before the one that is recorded, and no earlier than that of what stands under
    /// it.
    pub ends_on: Date,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// The notice or deed, at most 200 characters.
    pub document_reference: Option<String>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// How far a clause of the head contract has come in a subcontract.
#[derive(Clone, Debug, InputObject)]
pub struct RecordFlowDownClauseInput {
    /// The subcontract, under which you buy.
    pub subcontract: ID,
    /// The clause, as the head contract numbers or names it, 1 to 200 characters.
    pub clause: String,
    /// How far it has come.
    pub status: FlowDownStatus,
    /// Why it does not apply, or where it is to be found, at most 1,000 characters; needed where it
    /// does not apply.
    pub note: Option<String>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of recording a subcontract.
    RecordSubcontractPayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);
payload!(
    /// What came of confirming a subcontract.
    ConfirmSubcontractPayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);
payload!(
    /// What came of contesting a subcontract.
    ContestSubcontractPayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);
payload!(
    /// What came of deciding on a subcontract.
    ApproveSubcontractPayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);
payload!(
    /// What came of ending a subcontract.
    EndSubcontractPayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);
payload!(
    /// What came of recording a clause.
    RecordFlowDownClausePayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);

#[Object]
impl SubcontractMutation {
    /// Records a subcontract under which your own organisation buys (rules C2 and C10). Needs the role
    /// CONTRACT_MANAGER of whoever sells under the contract above.
    async fn record_subcontract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The subcontract.")] input: RecordSubcontractInput,
    ) -> Result<RecordSubcontractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::record(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        RecordSubcontractPayload::answer(done, Subcontract)
    }

    /// Confirms what your buyer recorded (rule C10). Needs the role CONTRACT_MANAGER of the seller.
    async fn confirm_subcontract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ConfirmSubcontractInput,
    ) -> Result<ConfirmSubcontractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match Kind::Subcontract.read(&input.subcontract, "subcontract") {
            Ok(link) => {
                let expected_version = input.expected_version;
                let answer = Answer::Confirm;
                let new = NewAnswer { link, expected_version, answer, reason: None };
                service::answer(ctx.database()?, viewer, dry_run, new).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ConfirmSubcontractPayload::answer(done, Subcontract)
    }

    /// Contests what your buyer recorded (rule C10). Needs the role CONTRACT_MANAGER of the seller.
    async fn contest_subcontract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ContestSubcontractInput,
    ) -> Result<ContestSubcontractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match Kind::Subcontract.read(&input.subcontract, "subcontract") {
            Ok(link) => {
                let (answer, reason) = (Answer::Contest, Some(input.reason));
                let expected_version = input.expected_version;
                let new = NewAnswer { link, expected_version, answer, reason };
                service::answer(ctx.database()?, viewer, dry_run, new).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ContestSubcontractPayload::answer(done, Subcontract)
    }

    /// Records that the commissioner approved or refused a material subcontract (rule C3). Needs the
    /// role COMMISSIONER of the co-ordinating commissioner.
    async fn approve_subcontract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The decision.")] input: ApproveSubcontractInput,
    ) -> Result<ApproveSubcontractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::approve(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ApproveSubcontractPayload::answer(done, Subcontract)
    }

    /// Ends a subcontract before the day that was agreed. Needs the role CONTRACT_MANAGER of the buyer.
    async fn end_subcontract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The end.")] input: EndSubcontractInput,
    ) -> Result<EndSubcontractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::end(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        EndSubcontractPayload::answer(done, Subcontract)
    }

    /// Records how far a clause of the head contract has come in a subcontract (rule C3). Needs the
    /// role CONTRACT_MANAGER of the buyer.
    async fn record_flow_down_clause(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The clause.")] input: RecordFlowDownClauseInput,
    ) -> Result<RecordFlowDownClausePayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match Kind::Subcontract.read(&input.subcontract, "subcontract") {
            Ok(link) => {
                let (clause, status) = (input.clause, input.status.into());
                let new = NewClause { link, clause, status, note: input.note };
                service::record_clause(ctx.database()?, viewer, dry_run, new).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        RecordFlowDownClausePayload::answer(done, Subcontract)
    }
}

impl RecordSubcontractInput {
    fn read(self) -> std::result::Result<NewSubcontract, Refusal> {
        let link = Kind::Subcontract.read(&self.under, "under").map(Under::Link);
        let under = Kind::Contract.read(&self.under, "under").map(Under::Contract).or(link)?;
        Ok(NewSubcontract {
            under,
            seller: Kind::Organisation.read(&self.seller, "seller")?,
            reference: self.reference,
            service: self.service,
            starts_on: self.starts_on.day("startsOn")?,
            ends_on: self.ends_on.day("endsOn")?,
            values: yearly(&self.values)?,
            is_material: self.is_material,
            is_open_book: self.is_open_book,
            floor: self.floor_basis_points.into(),
            payment_days: self.payment_days,
            on_behalf: self.is_on_behalf,
        })
    }
}

/// Values by year, as the rules know them.
pub(super) fn yearly(
    given: &[SubcontractValueInput],
) -> std::result::Result<BTreeMap<Year, YearlyValue>, Refusal> {
    let mut values = BTreeMap::new();
    for (place, it) in given.iter().enumerate() {
        let path = |field: &str| format!("values.{place}.{field}");
        let year = it.financial_year.year(&path("financialYear"))?;
        let worth = match &it.worth {
            SubcontractWorthInput::Amount(amount) => {
                YearlyValue::Exact(amount.pence(&path("worth.amount"))?)
            }
            SubcontractWorthInput::Range(range) => {
                YearlyValue::Share { from: range.from.into(), to: range.to.into() }
            }
        };
        if values.insert(year, worth).is_some() {
            let sentence = "a year appears twice: give it one value";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path("financialYear")));
        }
    }
    Ok(values)
}

impl ApproveSubcontractInput {
    fn read(self) -> std::result::Result<NewVerdict, Refusal> {
        Ok(NewVerdict {
            link: Kind::Subcontract.read(&self.subcontract, "subcontract")?,
            expected_version: self.expected_version,
            is_approved: self.is_approved,
            reason: self.reason,
            decision: self.decision.read("decision")?,
        })
    }
}

impl EndSubcontractInput {
    fn read(self) -> std::result::Result<NewEnd, Refusal> {
        Ok(NewEnd {
            link: Kind::Subcontract.read(&self.subcontract, "subcontract")?,
            expected_version: self.expected_version,
            ends_on: self.ends_on.day("endsOn")?,
            reason: self.reason,
            document_reference: self.document_reference,
        })
    }
}
