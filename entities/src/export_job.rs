use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// One export of a list: in whose view it is written, how far it is, and until when it is kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "export_job")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organisation that started it.
    pub organisation_id: Uuid,
    /// In whose view it is written: the organisation's, or that of the team that it was started as.
    pub holder_id: Uuid,
    /// The account that started it, where an account did.
    pub started_by: Option<Uuid>,
    /// Which list.
    pub kind: String,
    /// How rows are written.
    pub format: ExportFormat,
    /// The fields of each row, in their order, with commas between them.
    pub fields: String,
    /// How far it is.
    pub status: ExportStatus,
    /// Rows written so far.
    pub row_count: i64,
    /// Bytes written so far.
    pub size_bytes: i64,
    /// Why there is no file, of one that failed.
    pub failure: Option<String>,
    /// What its maker saw by at the instant that is in the file, which is given out while that is the
    /// same; empty until there is a file.
    pub view_digest: String,
    /// After which change the feed goes on where the file ends.
    pub changes_cursor: Option<String>,
    /// When it was started.
    pub started_at: Instant,
    /// When whoever writes it last said so.
    pub alive_at: Instant,
    /// When it ended.
    pub finished_at: Option<Instant>,
    /// When its file is deleted.
    pub expires_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ExportFormat {
    /// A JSON object a line.
    #[sea_orm(string_value = "JSON_LINES")]
    JsonLines,
    /// Commas between fields, and a line of names first.
    #[sea_orm(string_value = "CSV")]
    Csv,
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ExportStatus {
    /// Waiting for its turn, or being written.
    #[sea_orm(string_value = "RUNNING")]
    Running,
    /// Written whole, and kept.
    #[sea_orm(string_value = "READY")]
    Ready,
    /// Ended without a file.
    #[sea_orm(string_value = "FAILED")]
    Failed,
    /// Given up by its maker; there is no file.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
    /// Its maker's view changed; there is no file any more.
    #[sea_orm(string_value = "STALE")]
    Stale,
    /// Kept for as long as it was to be; there is no file any more.
    #[sea_orm(string_value = "EXPIRED")]
    Expired,
}
