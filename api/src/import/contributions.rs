//! What partners have agreed to pay in.

use entities::value::{FinancialYear, Pence};

use super::{
    Format, Identifier, cells,
    table::{Layout, Record},
};

/// `fund_reference,partner_code,source_code,financial_year,amount`.
pub struct Contributions;

/// What one partner pays into a fund, for one year, from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContributionRow {
    /// The fund, by its reference.
    pub fund: String,
    /// The partner, by its code.
    pub partner: Identifier,
    /// The funding source, by its code.
    pub source: String,
    /// The year.
    pub year: FinancialYear,
    /// The amount that is planned; not below nothing.
    pub amount: Pence,
}

impl Format for Contributions {
    type Row = ContributionRow;

    const LAYOUT: Layout = Layout::Named(&[
        "fund_reference",
        "partner_code",
        "source_code",
        "financial_year",
        "amount",
    ]);

    fn row(record: &Record<'_>) -> Result<ContributionRow, String> {
        let amount = cells::money(record, "amount")?;
        if amount.is_negative() {
            return Err("amount is below zero: money given back is recorded as a refund".to_owned());
        }
        Ok(ContributionRow {
            fund: cells::text(record, "fund_reference", 60)?,
            partner: cells::organisation(record, "partner_code")?,
            source: cells::text(record, "source_code", 60)?,
            year: cells::year(record, "financial_year")?,
            amount,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Table;

    fn rows(lines: &str) -> Vec<Result<ContributionRow, String>> {
        let file =
            format!("fund_reference,partner_code,source_code,financial_year,amount\n{lines}");
        let table = Table::read(file.as_bytes(), Contributions::LAYOUT).unwrap();
        table.rows(0, table.len(), Contributions::row).map(|line| line.row).collect()
    }

    #[test]
    fn a_line_says_who_pays_how_much_for_which_year() {
        let rows = rows("BCF-1,QXX,NHS_MIN,2025/26,1234567.80\n");
        let row = rows[0].as_ref().unwrap();
        assert_eq!((row.amount, row.partner.scheme.as_str()), (Pence(123_456_780), "GB-NHS"));
    }

    #[test]
    fn m1_only_plain_decimal_pounds_are_an_amount_and_m12_none_is_negative() {
        let lines =
            "F,QXX,S,2025/26,\"1,000\"\nF,QXX,S,2025/26,-1\nF,QXX,S,2025/27,1\nF,q,S,2025/26,1\n";
        let reasons: Vec<String> = rows(lines).into_iter().map(Result::unwrap_err).collect();
        assert!(reasons[0].contains("not an amount of money"), "{}", reasons[0]);
        assert!(reasons[1].contains("refund"), "{}", reasons[1]);
        assert!(reasons[2].contains("not a financial year"), "{}", reasons[2]);
        assert!(reasons[3].contains("not an ODS code"), "{}", reasons[3]);
    }
}
