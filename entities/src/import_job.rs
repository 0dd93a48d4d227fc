use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// One run of an importer, and what it reported.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_job")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organisation that started it; none when run by the operator.
    pub organisation_id: Option<Uuid>,
    /// The account that started it, where an account did.
    pub started_by: Option<Uuid>,
    /// Which importer.
    pub kind: String,
    /// How far it is.
    pub status: JobStatus,
    /// True when it only checked.
    pub is_dry_run: bool,
    /// Rows in the file.
    pub rows_total: i64,
    /// Rows looked at so far.
    pub rows_done: i64,
    /// What came of it, as JSON, when it has ended.
    pub report: Option<String>,
    /// When it started.
    pub started_at: Instant,
    /// When it ended.
    pub finished_at: Option<Instant>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum JobStatus {
    /// Reading, checking or writing.
    #[sea_orm(string_value = "RUNNING")]
    Running,
    /// Ended; everything valid was written, or would have been in a dry run.
    #[sea_orm(string_value = "SUCCEEDED")]
    Succeeded,
    /// Ended without writing anything.
    #[sea_orm(string_value = "FAILED")]
    Failed,
}
