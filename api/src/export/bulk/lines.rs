use entities::export_job::ExportFormat;

use super::cell::Cell;
use crate::service::{Stopped, export_job::Pieces};

/// A field of a list's rows: its path in the schema, and what it says.
pub(super) struct Field<R: 'static> {
    pub(super) name: &'static str,
    pub(super) cell: for<'a> fn(&'a R) -> Cell<'a>,
}

/// Rows of one list, written to a file in the order in which they come.
pub(super) struct Lines<'l, 'p, R: 'static> {
    fields: Vec<(Vec<u8>, &'static Field<R>)>,
    format: ExportFormat,
    pieces: &'l mut Pieces<'p>,
}

impl<'l, 'p, R> Lines<'l, 'p, R> {
    /// The fields that are wanted of all that there are; CSV begins with their names.
    pub(super) fn of(
        all: &'static [Field<R>],
        (wanted, format): (&[&'static str], ExportFormat),
        pieces: &'l mut Pieces<'p>,
    ) -> Self {
        let named = |name: &&'static str| all.iter().find(|field| field.name == *name);
        let mut fields = Vec::with_capacity(wanted.len());
        for (number, field) in wanted.iter().filter_map(named).enumerate() {
            let before = if number == 0 { "{" } else { "," };
            let key = match format {
                ExportFormat::JsonLines => format!("{before}\"{}\":", field.name),
                ExportFormat::Csv if number == 0 => String::new(),
                ExportFormat::Csv => ",".to_owned(),
            };
            fields.push((key.into_bytes(), field));
        }
        if format == ExportFormat::Csv {
            let names: Vec<&str> = fields.iter().map(|(_, field)| field.name).collect();
            pieces.buffer().extend_from_slice(names.join(",").as_bytes());
            pieces.buffer().extend_from_slice(b"\r\n");
        }
        Self { fields, format, pieces }
    }

    /// True of a field that is wanted.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(_, field)| field.name == name)
    }

    /// Writes a row.
    pub(super) async fn row(&mut self, row: &R) -> Result<(), Stopped> {
        let out = self.pieces.buffer();
        for (before, field) in &self.fields {
            out.extend_from_slice(before);
            let cell = (field.cell)(row);
            match self.format {
                ExportFormat::JsonLines => cell.write_json(out),
                ExportFormat::Csv => cell.write_csv(out),
            }
        }
        let end: &[u8] = match self.format {
            ExportFormat::JsonLines => b"}\n",
            ExportFormat::Csv => b"\r\n",
        };
        out.extend_from_slice(end);
        self.pieces.end_row().await
    }
}
