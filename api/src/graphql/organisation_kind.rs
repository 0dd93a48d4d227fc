//! What sorts of bodies and relationships there are.

use async_graphql::Enum;
use entities::{organisation::OrganisationKind as Kind, organisation_relationship};

use crate::enum_filter;

/// What sort of body an organisation is. Every signed-in organisation sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum OrganisationKind {
    /// Integrated care board (ICB): plans and buys health services for an area.
    IntegratedCareBoard,
    /// A part of an integrated care board that still has a code of its own.
    SubIcbLocation,
    /// County, unitary, metropolitan or London council with social care duties.
    LocalAuthority,
    /// NHS trust.
    NhsTrust,
    /// NHS foundation trust.
    NhsFoundationTrust,
    /// General practice.
    GpPractice,
    /// Group of practices that serve one neighbourhood.
    PrimaryCareNetwork,
    /// Company or alliance of practices.
    GpFederation,
    /// Private provider of health or social care.
    IndependentProvider,
    /// Registered charity.
    Charity,
    /// Social enterprise.
    SocialEnterprise,
    /// Community interest company.
    CommunityInterestCompany,
    /// Mutual or co-operative.
    Mutual,
    /// Partnership.
    Partnership,
    /// Joint venture of several bodies.
    JointVenture,
    /// Regulator.
    Regulator,
    /// External or internal auditor.
    Auditor,
    /// NHS England, its regions and commissioning hubs.
    NhsEngland,
    /// Primary care trust (PCT), until 2013.
    PrimaryCareTrust,
    /// Clinical commissioning group (CCG), 2013 to 2022.
    ClinicalCommissioningGroup,
    /// A body of another or an unknown kind.
    Other,
}

enum_filter!(OrganisationKindFilter, OrganisationKind, Kind, "the sort of body");

/// How one body stands to another. Every signed-in organisation sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "organisation_relationship::RelationshipKind")]
pub enum OrganisationRelationshipKind {
    /// Is a part of the related body, or reports to it.
    PartOf,
    /// Is responsible for the related body's area, wholly or in part.
    Covers,
}
