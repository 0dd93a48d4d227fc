//! How a contract is built, where it stands and why, and what its parties are in it.

use async_graphql::Enum;
use domain::rules::band;
use entities::{
    contract_commissioner, contract_guarantee, contract_provider, contract_status_change as change,
    contract_terms as terms,
};

use crate::enum_filter;

/// How a contract is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "terms::ContractModel")]
pub enum ContractModel {
    /// One provider leads, and manages others.
    LeadProvider,
    /// One provider delivers, and buys the rest from others.
    PrimeProvider,
    /// One body holds the contract and buys all care from others.
    PrimeContractor,
    /// Several providers share one contract, its risks and its rewards.
    Alliance,
    /// A consortium or joint venture holds it.
    Consortium,
    /// One new body was made to hold it.
    SingleEntity,
    /// One provider delivers.
    Bilateral,
    /// A call-off under a framework.
    FrameworkCallOff,
    /// Primary care, in a form of its own.
    PrimaryCare,
}

/// How value added tax on a contract is dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "terms::VatRegime")]
pub enum VatRegime {
    /// A council recovers it under section 33 of the Value Added Tax Act 1994.
    Section33,
    /// A health body recovers it on contracted-out services.
    ContractedOutServices,
    /// Nobody recovers it: it is part of the cost.
    Irrecoverable,
    /// The supply is exempt from it.
    Exempt,
    /// The supply is outside its scope.
    OutsideScope,
}

/// What a commissioner is among the commissioners of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "contract_commissioner::CommissionerRole")]
pub enum CommissionerRole {
    /// It leads them: one does (rule C1).
    CoOrdinating,
    /// It buys together with the others.
    Associate,
}

/// What a provider is among the providers of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "contract_provider::ProviderRole")]
pub enum ProviderRole {
    /// It holds the contract and answers for it.
    Lead,
    /// It holds the contract together with others.
    Member,
}

/// Where a contract stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "change::ContractStatus")]
pub enum ContractStatus {
    /// It is being prepared.
    Draft,
    /// It is awarded, and others may still challenge that.
    InStandstill,
    /// It is signed, and the services are being made ready.
    Mobilising,
    /// Services are delivered under it.
    Active,
    /// It is suspended, in part or as a whole.
    Suspended,
    /// Somebody has given notice to end it.
    NoticeGiven,
    /// It was ended before its last day.
    Terminated,
    /// Its last day has passed.
    Expired,
    /// It was awarded, and ended before its services began.
    Cancelled,
    /// It was never awarded, or its award was taken back.
    Abandoned,
}

/// The kind of reason for which a contract comes to stand otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "change::ContractReason")]
pub enum ContractReason {
    /// The services were not what was agreed.
    Performance,
    /// People were, or might be, harmed.
    Safety,
    /// It cannot be paid for, or a party cannot go on.
    Finance,
    /// A regulator acted, or the law changed.
    Regulation,
    /// The award was challenged.
    Challenge,
    /// Something else is needed.
    ChangedNeed,
    /// The parties agreed to it.
    Agreement,
    /// Another contract took its place.
    Novation,
    /// It comes back: the novation by which another took its place was unfolded. Of `unfoldNovation`
    /// alone.
    Unfolding,
    /// Another reason, which is in the words.
    Other,
}

/// What kind of guarantee a contract asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "contract_guarantee::GuaranteeKind")]
pub enum GuaranteeKind {
    /// A parent company answers for the provider.
    ParentCompany,
    /// A bond is paid when the provider does not perform.
    PerformanceBond,
    /// Money is set aside or lent upon.
    Financial,
    /// Another one, which the description names.
    Other,
}

/// Between which amounts a value lies that is hidden by commercial confidence; the lower bound belongs
/// to the band (rule V2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "band::Band")]
pub enum ValueBand {
    /// Under £100,000.
    Under100Thousand,
    /// £100,000 to under £500,000.
    From100Thousand,
    /// £500,000 to under £1,000,000.
    From500Thousand,
    /// £1,000,000 and over.
    From1Million,
}

enum_filter!(ContractModelFilter, ContractModel, terms::ContractModel, "how a contract is built");
enum_filter!(
    ContractStatusFilter,
    ContractStatus,
    change::ContractStatus,
    "where a contract stands"
);
