//! Which integrated care board covers which council, and how much of it.

use super::{
    Format, Identifier,
    table::{Layout, Record},
};

/// `icb_ods_code,…,la_gss_code,…,lsoa_count,la_lsoa_total,…,basis`.
pub struct IcbLocalAuthority;

/// A board covers a council's area, wholly or in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageRow {
    /// The board.
    pub board: Identifier,
    /// The council.
    pub council: Identifier,
    /// How many of the council's small areas the board covers.
    pub share_numerator: i64,
    /// How many small areas the council has.
    pub share_denominator: i64,
    /// Where the count comes from.
    pub basis: String,
}

impl Format for IcbLocalAuthority {
    type Row = CoverageRow;

    const LAYOUT: Layout =
        Layout::Named(&["icb_ods_code", "la_gss_code", "lsoa_count", "la_lsoa_total", "basis"]);

    fn row(record: &Record<'_>) -> Result<CoverageRow, String> {
        let basis = record.named("basis");
        if !basis.starts_with("ONS") {
            return Err(format!("the share does not come from the ONS look-up: {basis}"));
        }
        let covered = count(record.named("lsoa_count"))?;
        let whole = count(record.named("la_lsoa_total"))?;
        if covered == 0 || covered > whole {
            return Err(format!("{covered} of {whole} small areas is no share"));
        }
        Ok(CoverageRow {
            board: Identifier::ods(record.named("icb_ods_code"))?,
            council: Identifier::gss(record.named("la_gss_code"))?,
            share_numerator: covered,
            share_denominator: whole,
            basis: basis.to_owned(),
        })
    }
}

fn count(text: &str) -> Result<i64, String> {
    text.parse::<u32>().map(i64::from).map_err(|_| format!("{text:?} is not a number of areas"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Table;

    #[test]
    fn a_share_is_counted_by_the_statistics_office_or_not_taken() {
        let file = b"icb_ods_code,la_gss_code,lsoa_count,la_lsoa_total,basis\n\
            Q99,E06000098,6,177,ONS LSOA\nQ99,,,,A table only\nQ99,E06000098,9,8,ONS LSOA\n\
            Q99,E06000098,6.5,8,ONS LSOA\n";
        let table = Table::read(file, IcbLocalAuthority::LAYOUT).unwrap();
        let rows: Vec<_> =
            table.rows(0, table.len(), IcbLocalAuthority::row).map(|line| line.row).collect();
        let taken = rows[0].as_ref().unwrap();
        assert_eq!((taken.share_numerator, taken.share_denominator), (6, 177));
        assert!(rows[1].as_ref().unwrap_err().contains("ONS look-up"));
        assert!(rows[2].as_ref().unwrap_err().contains("no share"));
        assert!(rows[3].as_ref().unwrap_err().contains("not a number"));
    }
}
