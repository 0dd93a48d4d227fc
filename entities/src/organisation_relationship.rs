use sea_orm::entity::prelude::*;

/// How one body stands to another, apart from agreements and contracts.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_relationship")]
pub struct Model {
    /// The body that the sentence is about.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The verb.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: RelationshipKind,
    /// The other body.
    #[sea_orm(primary_key, auto_increment = false)]
    pub related_id: Uuid,
    /// First day, where known.
    pub starts_on: Option<Date>,
    /// Last day, if it has ended.
    pub ends_on: Option<Date>,
    /// Of a coverage: how much of the other body's area, as an exact fraction.
    pub share_numerator: Option<i64>,
    /// The whole that the numerator is a part of.
    pub share_denominator: Option<i64>,
    /// Where the share comes from.
    pub basis: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How one body stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum RelationshipKind {
    /// Is a part of, or reports to.
    #[sea_orm(string_value = "PART_OF")]
    PartOf,
    /// Is responsible for the area of, wholly or in part.
    #[sea_orm(string_value = "COVERS")]
    Covers,
}
