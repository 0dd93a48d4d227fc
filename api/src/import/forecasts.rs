//! What a fund's schemes are expected to spend, by month.

use entities::value::{FinancialYear, Pence};

use super::{
    Format, cells,
    table::{Layout, Record},
};

/// `fund_reference,financial_year,scheme_reference,month,amount`. The lines of one fund and year
/// are one forecast.
pub struct Forecasts;

/// The expected spend of a scheme in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForecastRow {
    /// The fund, by its reference.
    pub fund: String,
    /// The year.
    pub year: FinancialYear,
    /// The scheme, by its reference in the fund.
    pub scheme: String,
    /// The month: 1 is April, 12 is March.
    pub month: i32,
    /// The amount; negative of money expected back.
    pub amount: Pence,
}

impl Format for Forecasts {
    type Row = ForecastRow;

    const LAYOUT: Layout =
        Layout::Named(&["fund_reference", "financial_year", "scheme_reference", "month", "amount"]);

    fn row(record: &Record<'_>) -> Result<ForecastRow, String> {
        let month = record.named("month");
        let month = month
            .parse()
            .ok()
            .filter(|month| (1..=12).contains(month))
            .ok_or_else(|| format!("month is {month:?}: write 1 (April) to 12 (March)"))?;
        Ok(ForecastRow {
            fund: cells::text(record, "fund_reference", 60)?,
            year: cells::year(record, "financial_year")?,
            scheme: cells::text(record, "scheme_reference", 60)?,
            month,
            amount: cells::money(record, "amount")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Table;

    #[test]
    fn a_line_says_what_a_scheme_spends_in_a_month() {
        let file = b"fund_reference,financial_year,scheme_reference,month,amount\n\
            F,2025/26,S1,12,-5.5\nF,2025/26,S1,13,1\nF,2025/26,S1,March,1\n";
        let table = Table::read(file, Forecasts::LAYOUT).unwrap();
        let rows: Vec<_> =
            table.rows(0, table.len(), Forecasts::row).map(|line| line.row).collect();
        assert_eq!(rows[0].as_ref().unwrap().amount, Pence(-550));
        assert!(rows[1].as_ref().unwrap_err().contains("1 (April)"));
        assert!(rows[2].as_ref().unwrap_err().contains("1 (April)"));
    }
}
