use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// That an organisation stands in a relation to an agreement, one of its funds or one of their
/// schemes, for a time. With teams, grants and successions the only source of every view.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "relation")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Which relation.
    pub kind: RelationKind,
    /// Whose.
    pub organisation_id: Uuid,
    /// The agreement, or the agreement of the fund or scheme.
    pub agreement_id: Uuid,
    /// The fund, of a relation to a fund or to a scheme only.
    pub fund_id: Option<Uuid>,
    /// The scheme, of a funded provider.
    pub scheme_id: Option<Uuid>,
    /// A partner's place in the agreement's list, which decides who gets odd pennies (rule M2).
    pub position: Option<i32>,
    /// First day.
    pub starts_on: Date,
    /// Last day, if it has ended or will end.
    pub ends_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How an organisation or a team can stand to an agreement, a fund or a scheme.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RelationKind {
    /// It keeps the funds' books.
    #[sea_orm(string_value = "HOST")]
    Host,
    /// It signed the agreement and puts money in.
    #[sea_orm(string_value = "PARTNER")]
    Partner,
    /// It signed the agreement and puts no money in.
    #[sea_orm(string_value = "PARTY")]
    Party,
    /// It is a joint commissioning team of the agreement.
    #[sea_orm(string_value = "TEAM_MEMBER")]
    TeamMember,
    /// It sits on the agreement's board.
    #[sea_orm(string_value = "BOARD_MEMBER")]
    BoardMember,
    /// It was let in to watch.
    #[sea_orm(string_value = "OBSERVER")]
    Observer,
    /// It is paid to provide a scheme; or it holds a delegated budget, or was paid from one.
    #[sea_orm(string_value = "FUNDED_PROVIDER")]
    FundedProvider,
    /// It leads the commissioners of a contract.
    #[sea_orm(string_value = "COORDINATING_COMMISSIONER")]
    CoordinatingCommissioner,
    /// It buys together with others under a contract.
    #[sea_orm(string_value = "ASSOCIATE_COMMISSIONER")]
    AssociateCommissioner,
    /// It holds a head contract.
    #[sea_orm(string_value = "LEAD_PROVIDER")]
    LeadProvider,
    /// It holds a head contract together with others.
    #[sea_orm(string_value = "CONSORTIUM_MEMBER")]
    ConsortiumMember,
    /// It buys in a link of a supply chain.
    #[sea_orm(string_value = "BUYER")]
    Buyer,
    /// It sells in a link of a supply chain.
    #[sea_orm(string_value = "SELLER")]
    Seller,
    /// It regulates.
    #[sea_orm(string_value = "REGULATOR")]
    Regulator,
    /// It audits.
    #[sea_orm(string_value = "AUDITOR")]
    Auditor,
    /// It regulates or audits under a grant that is in force (rule V9). Derived from grants, and
    /// never recorded as a relation.
    #[sea_orm(string_value = "GRANTEE")]
    Grantee,
}
