//! Who took over from whom, and when.

use chrono::NaiveDate;

use super::{
    Format, Identifier,
    table::{Layout, Record, day},
};

/// `predecessor_code,successor_code,effective_date`.
pub struct Successors;

/// One body took over from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuccessionRow {
    /// Who was there before.
    pub predecessor: Identifier,
    /// Who took over.
    pub successor: Identifier,
    /// The first day on which the successor stood in its place.
    pub effective_on: NaiveDate,
}

impl Format for Successors {
    type Row = SuccessionRow;

    const LAYOUT: Layout = Layout::Named(&["predecessor_code", "successor_code", "effective_date"]);

    fn row(record: &Record<'_>) -> Result<SuccessionRow, String> {
        let predecessor = Identifier::of_either(record.named("predecessor_code"))?;
        let successor = Identifier::of_either(record.named("successor_code"))?;
        if predecessor == successor {
            return Err(format!("{predecessor} cannot succeed itself"));
        }
        let effective_on = day(record.named("effective_date"), "%Y-%m-%d")?
            .ok_or("the effective date is blank")?;
        Ok(SuccessionRow { predecessor, successor, effective_on })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Table;

    #[test]
    fn a_line_names_two_bodies_and_a_day() {
        let file = b"predecessor_code,successor_code,effective_date,x\n\
            99A,X9Y9Z,2021-04-01,yes\nE10000098,E06000098,2023-04-01,yes\n99A,99A,2021-04-01,\n\
            99A,99B,,\n99A,99-B,2021-04-01,\n";
        let table = Table::read(file, Successors::LAYOUT).unwrap();
        let rows: Vec<_> =
            table.rows(0, table.len(), Successors::row).map(|line| line.row).collect();
        assert_eq!(rows[0].as_ref().unwrap().predecessor.scheme, "GB-NHS");
        assert_eq!(rows[1].as_ref().unwrap().successor.scheme, "GSS");
        assert!(rows[2].as_ref().unwrap_err().contains("itself"));
        assert!(rows[3].as_ref().unwrap_err().contains("blank"));
        assert!(rows[4].as_ref().unwrap_err().contains("not an ODS code"));
    }
}
