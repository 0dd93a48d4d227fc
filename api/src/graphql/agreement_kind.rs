//! What an agreement is made under, where it stands and how well it is documented.

use async_graphql::Enum;
use entities::partnership_agreement as agreement;

use crate::enum_filter;

/// The law that an agreement is made under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "agreement::StatutoryBasis")]
pub enum StatutoryBasis {
    /// Section 75 of the National Health Service Act 2006: pooled funds, lead commissioning,
    /// integrated provision.
    Section75,
    /// Section 76 of the same Act: payments from a council to a health body.
    Section76,
    /// Section 256 of the same Act: payments from a health body to a council.
    Section256,
    /// A joint committee of commissioners.
    JointCommittee,
    /// Another or an unknown basis.
    OtherBasis,
}

/// Where an agreement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "agreement::AgreementStatus")]
pub enum AgreementStatus {
    /// It is being negotiated.
    Draft,
    /// Money moves under it.
    InForce,
    /// It has ended; its record stays.
    Ended,
}

/// How well an agreement is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "agreement::AgreementEvidence")]
pub enum AgreementEvidence {
    /// A signed document exists. In force it has a host and a pool manager (rule G2).
    Signed,
    /// Money moves before signature; every position warns about it.
    UnsignedOperating,
    /// The host or the pool manager is unknown; positions can be read, nothing settled.
    HistoricalIncomplete,
}

/// When the partners of an agreement see its postings (rule V11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "agreement::PostingVisibility")]
pub enum PostingVisibility {
    /// As they are made.
    Live,
    /// When the host releases their period.
    Released,
}

enum_filter!(
    StatutoryBasisFilter,
    StatutoryBasis,
    agreement::StatutoryBasis,
    "the law that an agreement is made under"
);
enum_filter!(
    AgreementStatusFilter,
    AgreementStatus,
    agreement::AgreementStatus,
    "where an agreement stands"
);
enum_filter!(
    AgreementEvidenceFilter,
    AgreementEvidence,
    agreement::AgreementEvidence,
    "how well an agreement is documented"
);
