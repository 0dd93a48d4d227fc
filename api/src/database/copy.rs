use std::{fs, io, path::Path};

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};

use super::Database;

/// Why no copy was made, in one line.
#[derive(Debug, thiserror::Error)]
pub enum NotCopied {
    /// PostgreSQL has its own way.
    #[error("a database of PostgreSQL is backed up by pg_dump: this copies SQLite only")]
    NotAFile,
    /// The file cannot be made, or is there already.
    #[error("cannot make the file {file:?}: {reason}")]
    Unwritable {
        /// Which file.
        file: String,
        /// What the system says.
        reason: io::Error,
    },
    /// The database failed.
    #[error("the database cannot be copied: {0}")]
    Fault(#[from] DbErr),
}

impl Database {
    /// Writes a file database, as it is at one instant, to a new file that only its owner may read:
    /// it holds the keys that sign. Servers may read and write meanwhile. When it answers, the copy
    /// is on the disk.
    ///
    /// # Errors
    /// When it is no file, the file exists or cannot be written, or the database fails.
    pub async fn copy_to(&self, file: &Path) -> Result<(), NotCopied> {
        if self.engine() != DatabaseBackend::Sqlite {
            return Err(NotCopied::NotAFile);
        }
        let unwritable =
            |reason| NotCopied::Unwritable { file: file.display().to_string(), reason };
        let path =
            file.to_str().ok_or_else(|| unwritable(io::ErrorKind::InvalidFilename.into()))?;
        let made = new_file(file).map_err(unwritable)?;
        // SQLite writes into a file that is there when it is empty.
        let copy = Statement::from_sql_and_values(self.engine(), "vacuum into $1", [path.into()]);
        let copied = match self.reader.execute_raw(copy).await {
            Ok(_) => made.sync_all().map_err(unwritable),
            Err(fault) => Err(fault.into()),
        };
        if copied.is_err() {
            // Half a copy is none; what is left of it harms nobody where it cannot be removed.
            let _ = fs::remove_file(file);
        }
        copied
    }
}

fn new_file(file: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}
