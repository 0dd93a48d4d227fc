//! Varying an awarded contract.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};

use super::{
    contract_kind::{ContractModel, VatRegime},
    contract_mutation::{
        ContractCommissionerInput, ContractPayload, ContractProviderInput, ContractYearValueInput,
        Read, commissioners, day, given, providers, years,
    },
    decision::DecisionInput,
    node::Kind,
    request::Asked,
    scalars::Date,
};
use crate::service::contract::{self as service, NewVariation, TermsChange};

/// Contracts, varied.
#[derive(Default)]
pub struct ContractVariationMutation;

/// What a commissioner decided on a variation.
#[derive(Clone, Debug, InputObject)]
pub struct ContractVariationApprovalInput {
    /// The commissioner.
    pub commissioner: ID,
    /// Which body of it decided, when, and where it is minuted.
    pub decision: DecisionInput,
}

/// A variation of an awarded contract. What is left out stays.
#[derive(Clone, Debug, InputObject)]
pub struct RecordContractVariationInput {
    /// The contract.
    pub contract: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// What changes, 1 to 1,000 characters.
    pub summary: String,
    /// The first day on which it counts; no earlier than the last variation's.
    pub effective_on: Date,
    /// Its title, 1 to 300 characters.
    pub title: Option<String>,
    /// How it is built; null when that is not known after all.
    pub model: MaybeUndefined<ContractModel>,
    /// The form of a primary care contract; null to take it away.
    pub form: MaybeUndefined<String>,
    /// All of the service areas and pathways.
    pub services: Option<Vec<String>>,
    /// The first day of the services; null when that is not known after all.
    pub starts_on: MaybeUndefined<Date>,
    /// Their last day; null when that is not known after all.
    pub ends_on: MaybeUndefined<Date>,
    /// By how many months it may be extended, option by option, those included that were taken up.
    pub extension_months: Option<Vec<i32>>,
    /// How value added tax is dealt with; null when that is not known after all.
    pub vat_regime: MaybeUndefined<VatRegime>,
    /// What its providers have to keep themselves, in hundredths of a per cent of a year's value, 0 to
    /// 10,000.
    pub floor_basis_points: Option<i32>,
    /// What it is expected to cost in some years, at most 50; a year that is left out stays.
    #[graphql(default)]
    pub years: Vec<ContractYearValueInput>,
    /// All of its commissioners from that day on.
    pub commissioners: Option<Vec<ContractCommissionerInput>>,
    /// What the commissioners' shares add up to; 10,000 unless said.
    pub share_total: Option<i32>,
    /// All of its providers from that day on.
    pub providers: Option<Vec<ContractProviderInput>>,
    /// What each commissioner decided, also one that it makes a commissioner; not one that provides
    /// under the contract (rules G1 and G4).
    pub approvals: Vec<ContractVariationApprovalInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

#[Object]
impl ContractVariationMutation {
    /// Records a variation of an awarded contract that every commissioner has decided on its own
    /// (rules G1 and G4). Needs the role COMMISSIONER of the co-ordinating commissioner, which does
    /// not provide under it.
    async fn record_contract_variation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes, and who decided.")] input: RecordContractVariationInput,
    ) -> Result<ContractPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::vary(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ContractPayload::of(done)
    }
}

impl RecordContractVariationInput {
    fn read(self) -> Read<NewVariation> {
        let approval = |(it, place): (ContractVariationApprovalInput, i32)| {
            let path = format!("approvals.{place}");
            let commissioner = format!("{path}.commissioner");
            let commissioner = Kind::Organisation.read(&it.commissioner, &commissioner)?;
            Ok((commissioner, it.decision.read(&format!("{path}.decision"))?))
        };
        Ok(NewVariation {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            expected_version: self.expected_version,
            summary: self.summary,
            effective_on: self.effective_on.day("effectiveOn")?,
            terms: TermsChange {
                title: self.title,
                model: given(self.model).map(|it| it.map(Into::into)),
                form: given(self.form),
                services: self.services,
                starts_on: day(self.starts_on, "startsOn")?,
                ends_on: day(self.ends_on, "endsOn")?,
                extension_months: self.extension_months,
                vat_regime: given(self.vat_regime).map(|it| it.map(Into::into)),
                floor: self.floor_basis_points.map(i64::from),
            },
            years: years(self.years)?,
            commissioners: self.commissioners.map(commissioners).transpose()?,
            share_total: self.share_total.map(i64::from),
            providers: self.providers.map(providers).transpose()?,
            approvals: self.approvals.into_iter().zip(0..).map(approval).collect::<Read<_>>()?,
        })
    }
}
