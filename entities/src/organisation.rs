use sea_orm::entity::prelude::*;

/// A body that takes part in joint commissioning, or once did.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The name as its publisher writes it.
    pub name: String,
    /// What sort of body it is.
    pub kind: OrganisationKind,
    /// The day on which it came into being, where known.
    pub opened_on: Option<Date>,
    /// Its last day, if it has closed. Closed bodies are kept.
    pub closed_on: Option<Date>,
    /// The postcode of its registered address.
    pub postcode: Option<String>,
    /// True of a party known by name alone, or named by another body's record only.
    pub is_placeholder: bool,
    /// The body that a placeholder turned out to be.
    pub merged_into_id: Option<Uuid>,
    /// Counts its changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

/// What sort of body an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum OrganisationKind {
    /// Integrated care board (ICB): plans and buys health services for an area.
    #[sea_orm(string_value = "INTEGRATED_CARE_BOARD")]
    IntegratedCareBoard,
    /// A part of an integrated care board that still has a code of its own.
    #[sea_orm(string_value = "SUB_ICB_LOCATION")]
    SubIcbLocation,
    /// County, unitary, metropolitan or London council with social care duties.
    #[sea_orm(string_value = "LOCAL_AUTHORITY")]
    LocalAuthority,
    /// NHS trust.
    #[sea_orm(string_value = "NHS_TRUST")]
    NhsTrust,
    /// NHS foundation trust.
    #[sea_orm(string_value = "NHS_FOUNDATION_TRUST")]
    NhsFoundationTrust,
    /// General practice.
    #[sea_orm(string_value = "GP_PRACTICE")]
    GpPractice,
    /// Group of practices that serve one neighbourhood.
    #[sea_orm(string_value = "PRIMARY_CARE_NETWORK")]
    PrimaryCareNetwork,
    /// Company or alliance of practices.
    #[sea_orm(string_value = "GP_FEDERATION")]
    GpFederation,
    /// Private provider of health or social care.
    #[sea_orm(string_value = "INDEPENDENT_PROVIDER")]
    IndependentProvider,
    /// Registered charity.
    #[sea_orm(string_value = "CHARITY")]
    Charity,
    /// Social enterprise.
    #[sea_orm(string_value = "SOCIAL_ENTERPRISE")]
    SocialEnterprise,
    /// Community interest company.
    #[sea_orm(string_value = "COMMUNITY_INTEREST_COMPANY")]
    CommunityInterestCompany,
    /// Mutual or co-operative.
    #[sea_orm(string_value = "MUTUAL")]
    Mutual,
    /// Partnership.
    #[sea_orm(string_value = "PARTNERSHIP")]
    Partnership,
    /// Joint venture of several bodies.
    #[sea_orm(string_value = "JOINT_VENTURE")]
    JointVenture,
    /// Regulator.
    #[sea_orm(string_value = "REGULATOR")]
    Regulator,
    /// External or internal auditor.
    #[sea_orm(string_value = "AUDITOR")]
    Auditor,
    /// NHS England, its regions and commissioning hubs.
    #[sea_orm(string_value = "NHS_ENGLAND")]
    NhsEngland,
    /// Primary care trust (PCT), until 2013.
    #[sea_orm(string_value = "PRIMARY_CARE_TRUST")]
    PrimaryCareTrust,
    /// Clinical commissioning group (CCG), 2013 to 2022.
    #[sea_orm(string_value = "CLINICAL_COMMISSIONING_GROUP")]
    ClinicalCommissioningGroup,
    /// A body of another or an unknown kind.
    #[sea_orm(string_value = "OTHER")]
    Other,
}
