//! The links of supply chains.

use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use domain::{
    policy::{dated::Hidden, matrix::FieldGroup},
    rules::supply_chain::{Shown, is_on_behalf},
};
use uuid::Uuid;

use super::{
    chain_payment::{self, ChainPaymentConnection},
    chain_punctuality::{self, PaymentPunctuality},
    consortium_share::ConsortiumShare,
    contract::Contract,
    contract_interest::ContractInterest,
    contract_kind::{ContractReason, ContractStatus},
    loaders::Loading,
    measure_feed::{self, MeasureFeed},
    measurement::{self, Measurement},
    node::Kind,
    organisation::Organisation,
    paging::PageArguments,
    request::Asked,
    scalars::{Date, FinancialYear},
    subcontract_kind::{FlowDownStatus, SubcontractConfirmation, SubcontractStage},
    subcontract_loaders::{AboveOf, ClausesOf, DecidedAt, SharesOf, SubcontractById, ValuesOf},
    subcontract_permission::{self, SubcontractPermissions},
    subcontract_value::{SubcontractValue, SubcontractValueVersion, points},
    withheld::Withheld,
};
use crate::{
    connection,
    service::subcontract::{self as service, ChainLink, Stands},
};

/// A contract by which a lead provider, or a subcontractor, buys part of the service. Its buyer and
/// its seller see it, and whoever stands to the head contract; nobody else in the chain does.
#[derive(Clone, Debug)]
pub struct Subcontract(pub ChainLink);

/// How far a clause of the head contract has come in a subcontract (rule C3).
#[derive(Clone, Debug, SimpleObject)]
pub struct FlowDownClause {
    /// The clause, as the head contract numbers or names it.
    pub clause: String,
    /// How far it has come.
    pub status: FlowDownStatus,
    /// Why it does not apply, or where it is to be found; null where nothing was said.
    pub note: Option<String>,
}

/// How something above a subcontract stands. It says neither between whom it is nor for how much.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct SubcontractAbove {
    /// Its tier; 0 of the head contract.
    pub tier: i32,
    /// Where a subcontract stands; null of the head contract, and when more was said after your days.
    pub stage: Option<SubcontractStage>,
    /// The last day of a subcontract; null of the head contract, and when more was said after your
    /// days.
    pub ends_on: Option<Date>,
    /// Where the head contract stands; null of a subcontract.
    pub status: Option<ContractStatus>,
    /// Since when the head contract stands so; null of a subcontract.
    pub since: Option<Date>,
    /// The kind of reason for which the head contract stands so; null where none was given.
    pub reason_code: Option<ContractReason>,
    /// The notice or deed by which the head contract stands so; null where none was named.
    pub document_reference: Option<String>,
    /// When a notice on the head contract takes effect; null where none was given.
    pub takes_effect_on: Option<Date>,
    /// The contract by which the head contract is replaced.
    #[graphql(skip)]
    replaced_by: Option<Uuid>,
}

#[ComplexObject]
impl SubcontractAbove {
    /// The contract by which the head contract is replaced; null of a subcontract, while none
    /// replaces it, and when you do not see that.
    async fn novated_to(&self, ctx: &Context<'_>) -> Result<Option<Contract>> {
        match self.replaced_by {
            Some(head) => Contract::load(ctx, head).await,
            None => Ok(None),
        }
    }
}

connection!(
    SubcontractConnection,
    SubcontractEdge,
    Subcontract,
    "subcontracts, of those that you see"
);

/// What a summary leaves out.
const TERMS: [&str; 15] = [
    "reference",
    "startsOn",
    "endsOn",
    "isMaterial",
    "isOpenBook",
    "floorBasisPoints",
    "paymentDays",
    "isOnBehalf",
    "confirmation",
    "decidedOn",
    "consortiumShares",
    "clauses",
    "above",
    "version",
    "viewerCan",
];

/// What changes when more is said or decided about it.
const LATER: [&str; 5] = ["endsOn", "isOnBehalf", "confirmation", "decidedOn", "version"];

impl Subcontract {
    /// The subcontract with this identity, if the viewer sees it.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(SubcontractById(id)).await?.map(Self))
    }

    fn reads(&self) -> bool {
        self.0.seen.reads(FieldGroup::LinkTerms)
    }

    fn told<T>(&self, value: T) -> Option<T> {
        self.reads().then_some(value)
    }

    fn told_to_the_last<T>(&self, value: T) -> Option<T> {
        self.told(value).filter(|_| self.0.is_open_to_the_last())
    }
}

/// A contract by which a lead provider, or a subcontractor, buys part of the service. Its buyer and
/// its seller see it, and whoever stands to the head contract; nobody else in the chain does.
#[Object]
impl Subcontract {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Subcontract.id(self.0.seen.row.id)
    }

    /// The head contract of its chain; null when you do not see that.
    async fn contract(&self, ctx: &Context<'_>) -> Result<Option<Contract>> {
        Contract::load(ctx, self.0.seen.row.contract_id).await
    }

    /// One more than the tier above; the head contract is at tier 0.
    async fn tier(&self) -> i32 {
        self.0.seen.row.tier
    }

    /// The subcontracts above it that you see, from tier 1, and itself: at most 50.
    async fn path(&self) -> Vec<ID> {
        self.0.path.iter().map(|id| Kind::Subcontract.id(*id)).collect()
    }

    /// Who buys.
    async fn buyer(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.seen.row.buyer_id).await
    }

    /// Who sells.
    async fn seller(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.seen.row.seller_id).await
    }

    /// What is sold.
    async fn service(&self) -> &str {
        &self.0.seen.row.service
    }

    /// Where it stands today. Withheld when more was said about it after your days.
    async fn stage(&self, ctx: &Context<'_>) -> Result<Option<SubcontractStage>> {
        let stage = self.0.stage(ctx.viewer()?.today).into();
        Ok(Some(stage).filter(|_| self.0.is_open_to_the_last()))
    }

    /// What its buyer calls it; unique among its own. Withheld from whoever reads a summary.
    async fn reference(&self) -> Option<&str> {
        self.told(self.0.seen.row.reference.as_str())
    }

    /// First day. Withheld from whoever reads a summary.
    async fn starts_on(&self) -> Option<Date> {
        self.told(self.0.seen.row.starts_on.into())
    }

    /// Last day. Withheld from whoever reads a summary.
    async fn ends_on(&self) -> Option<Date> {
        self.told_to_the_last(self.0.seen.row.ends_on.into())
    }

    /// True when the commissioner has to approve it before it starts. Withheld from whoever reads a
    /// summary.
    async fn is_material(&self) -> Option<bool> {
        self.told(self.0.seen.row.is_material)
    }

    /// True when its value is open to those above it. Withheld from whoever reads a summary.
    async fn is_open_book(&self) -> Option<bool> {
        self.told(self.0.seen.row.is_open_book)
    }

    /// What its seller has to keep itself, in hundredths of a per cent of a year's value. Withheld
    /// from whoever reads a summary.
    async fn floor_basis_points(&self) -> Option<i32> {
        self.told(points(self.0.seen.row.floor_basis_points))
    }

    /// Within how many days of an invoice its buyer pays; null where that is not agreed. Withheld
    /// from whoever reads a summary.
    async fn payment_days(&self) -> Option<i32> {
        self.told(self.0.seen.row.payment_days).flatten()
    }

    /// True while it stands on its buyer's word, who entered it for a seller without users (rule
    /// C10). Withheld from whoever reads a summary.
    async fn is_on_behalf(&self) -> Option<bool> {
        let row = &self.0.seen.row;
        self.told_to_the_last(is_on_behalf(row.on_behalf, row.confirmation))
    }

    /// What its seller says of it (rule C10). Withheld from whoever reads a summary.
    async fn confirmation(&self) -> Option<SubcontractConfirmation> {
        self.told_to_the_last(self.0.seen.row.confirmation.into())
    }

    /// When the commissioner decided about it; null where it did not. Withheld from whoever reads a
    /// summary.
    async fn decided_on(&self) -> Option<Date> {
        self.told_to_the_last(self.0.seen.row.decided_on).flatten().map(Date::from)
    }

    /// The interests in its head contract that stood when the commissioner decided about it (rule G3);
    /// null where it did not, and withheld from whoever reads none.
    async fn interests(&self, ctx: &Context<'_>) -> Result<Option<Vec<ContractInterest>>> {
        let row = &self.0.seen.row;
        if self.told_to_the_last(row.decided_on).flatten().is_none() {
            return Ok(None);
        }
        let decided_at = ctx.loaders()?.load_one(DecidedAt(row.id)).await?;
        ContractInterest::loaded_at(ctx, row.contract_id, decided_at).await
    }

    /// Its value in the year that was asked about, or in the current one. Null where none is recorded,
    /// and withheld as rule V2 says. A member of the consortium reads a value that the lead provider
    /// shares with it, as it stood on the last day of that.
    async fn value(&self) -> Option<SubcontractValue> {
        match (self.0.recorded, self.0.shown?) {
            (Some(value), _) => Some(SubcontractValue::whole((self.0.year, value))),
            (None, Shown::Banded(band)) => Some(SubcontractValue::banded(self.0.year, band)),
            (None, _) => None,
        }
    }

    /// Counts the versions of its values, for `expectedVersion` of `changeSubcontractValue`; 0 while none
    /// is recorded. Withheld from whoever does not read its value whole.
    async fn value_version(&self) -> Option<i32> {
        self.0.reads_value.then(|| self.0.value_version.unwrap_or(0))
    }

    /// How its values were changed, the first change first, with what waits for the commissioner and what
    /// it refused. Withheld from whoever does not read its value whole; of a value that is shared with
    /// the consortium, those that stood on the days of that.
    async fn value_versions(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<SubcontractValueVersion>>> {
        if !self.0.reads_value {
            return Ok(None);
        }
        let versions = ctx.loaders()?.load_one(ValuesOf(self.0.seen.row.id)).await?;
        let versions = self.0.value_versions(versions.unwrap_or_default()).into_iter();
        let contract = self.0.seen.row.contract_id;
        let version = |it| SubcontractValueVersion::of(contract, it);
        Ok(Some(versions.filter_map(version).collect()))
    }

    /// On which days its value is shared with the members of the consortium, and was, the first first.
    /// Withheld from whoever reads a summary.
    async fn consortium_shares(&self, ctx: &Context<'_>) -> Result<Option<Vec<ConsortiumShare>>> {
        if !self.reads() {
            return Ok(None);
        }
        let shares = ctx.loaders()?.load_one(SharesOf(self.0.seen.row.id)).await?;
        let shares = shares.unwrap_or_default().into_iter();
        Ok(Some(shares.filter_map(|it| ConsortiumShare::of(&self.0, it)).collect()))
    }

    /// Which measures of the head contract's outcomes it feeds, and did, the first first. Withheld from
    /// whoever reads a summary, or no outcome measures; its buyer and its seller read it.
    async fn feeds(&self, ctx: &Context<'_>) -> Result<Option<Vec<MeasureFeed>>> {
        measure_feed::of_link(ctx, &self.0).await
    }

    /// What was measured under it, the first first: its buyer and its seller read all of that, and
    /// others what they read of the contract's. Withheld from whoever reads no measurements.
    async fn measurements(&self, ctx: &Context<'_>) -> Result<Option<Vec<Measurement>>> {
        measurement::of_link(ctx, &self.0).await
    }

    /// How far clauses of the head contract have come in it, by name, at most 200. Withheld from
    /// whoever reads a summary.
    async fn clauses(&self, ctx: &Context<'_>) -> Result<Option<Vec<FlowDownClause>>> {
        if !self.reads() {
            return Ok(None);
        }
        let recorded = ctx.loaders()?.load_one(ClausesOf(self.0.seen.row.id)).await?;
        let clauses = self.0.clauses(recorded.unwrap_or_default());
        let clause = |(name, row): (String, entities::subcontract_clause::Model)| FlowDownClause {
            clause: name,
            status: row.status.into(),
            note: row.note,
        };
        Ok(Some(clauses.into_iter().map(clause).collect()))
    }

    /// What its buyer paid its seller, the first day first (rule C11). Its buyer and its seller read it;
    /// it is withheld from everybody else.
    async fn payments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<ChainPaymentConnection>> {
        let arguments = PageArguments::of(first, after, last, before);
        chain_payment::of_link(ctx, &self.0, arguments).await
    }

    /// How punctually its buyer paid its seller in a financial year (rule C11). The two of them read
    /// it, and the host, partners, teams and the co-ordinating commissioner; it is withheld from
    /// everybody else.
    async fn punctuality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year in which was paid; the current one unless said.")]
        financial_year: Option<FinancialYear>,
    ) -> Result<Option<PaymentPunctuality>> {
        chain_punctuality::of_link(ctx, &self.0, financial_year).await
    }

    /// How everything above it stands, the head contract first: what its own duties hang on, and no
    /// more. Withheld from whoever reads a summary.
    async fn above(&self, ctx: &Context<'_>) -> Result<Option<Vec<SubcontractAbove>>> {
        if !self.reads() {
            return Ok(None);
        }
        let (row, day) = (&self.0.seen.row, self.0.above_as_of(ctx.viewer()?.today));
        let above = ctx.loaders()?.load_one(AboveOf(row.id, row.contract_id, day)).await?;
        Ok(Some(above.unwrap_or_default().into_iter().map(SubcontractAbove::from).collect()))
    }

    /// Counts its changes; to be given with the next one. Withheld from whoever reads a summary.
    async fn version(&self) -> Option<i32> {
        self.told_to_the_last(self.0.seen.row.version)
    }

    /// What you may do to it. Withheld from whoever reads a summary.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<Option<SubcontractPermissions>> {
        Ok(self.told(subcontract_permission::of_link(ctx, &self.0).await?))
    }

    /// The fields that are hidden from you, and why.
    async fn withheld(&self) -> Vec<Withheld> {
        let mut withheld = Vec::new();
        let later = (!self.0.is_open_to_the_last()).then_some(Hidden::OutsideItsDays);
        withheld.extend(Withheld::because(later, &["stage"]));
        if self.reads() {
            withheld.extend(Withheld::because(later, &LATER));
        } else {
            withheld.extend(Withheld::but_for_a_summary(&TERMS));
        }
        let hidden = match self.0.shown {
            _ if self.0.is_value_of_later() => Some(Hidden::OutsideItsDays),
            Some(Shown::Withheld) if self.0.recorded.is_none() => {
                let rights = self.0.seen.standing.own_rights(FieldGroup::LinkValue);
                let own = rights.reads_own() || rights.reads_open();
                let summary = rights.reads_summary();
                Some(match (own, summary) {
                    (_, true) => Hidden::SummaryOnly,
                    (true, false) => Hidden::OwnOnly,
                    (false, false) => Hidden::NotAParty,
                })
            }
            Some(Shown::Banded(_)) => Some(Hidden::SummaryOnly),
            _ => None,
        };
        withheld.extend(Withheld::because(hidden, &["value"]));
        if !self.0.reads_value {
            let why = hidden.unwrap_or(Hidden::SummaryOnly);
            withheld.extend(Withheld::because(Some(why), &["valueVersion", "valueVersions"]));
        }
        let standing = &self.0.seen.standing;
        withheld.extend(chain_payment::withheld(standing));
        withheld.extend(measure_feed::withheld(standing));
        withheld.extend(measurement::withheld(standing));
        withheld
    }
}

impl From<service::Above> for SubcontractAbove {
    fn from(above: service::Above) -> Self {
        let nothing = Self {
            tier: above.tier,
            stage: None,
            ends_on: None,
            status: None,
            since: None,
            reason_code: None,
            document_reference: None,
            takes_effect_on: None,
            replaced_by: None,
        };
        match above.stands {
            Stands::Link(told) => Self {
                stage: told.map(|(stage, _)| stage.into()),
                ends_on: told.map(|(_, last)| last.into()),
                ..nothing
            },
            Stands::Contract(change, replaced_by) => Self {
                status: Some(change.status.into()),
                since: Some(change.effective_on.into()),
                reason_code: change.reason_code.map(ContractReason::from),
                document_reference: change.document_reference,
                takes_effect_on: change.takes_effect_on.map(Date::from),
                replaced_by,
                ..nothing
            },
        }
    }
}
