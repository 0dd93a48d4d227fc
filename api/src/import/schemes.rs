//! What a fund buys: schemes with their budgets and who funds them.

use entities::value::{FinancialYear, Pence};

use super::{
    Format, Identifier, cells,
    table::{Layout, Record, name, present},
};

/// A line for each scheme and year; see `docs/imports.md`.
pub struct Schemes;

/// A scheme, and its original budget for a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeRow {
    /// The fund, by its reference.
    pub fund: String,
    /// What the partners call the scheme.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// The scheme type, by its code.
    pub scheme_type: String,
    /// The area of spend, by its code.
    pub area_of_spend: Option<String>,
    /// The partner that commissions it, by its code.
    pub commissioner: Identifier,
    /// The funded provider, by its code.
    pub provider: Option<Identifier>,
    /// Whether it goes on from year to year.
    pub is_recurrent: bool,
    /// Whether it is capital.
    pub is_capital: bool,
    /// The year of the budget.
    pub year: FinancialYear,
    /// The budget for the whole year.
    pub budget: Pence,
    /// Its months, where they are given.
    pub months: Option<Vec<Pence>>,
    /// Who funds it.
    pub funding: Vec<ShareCell>,
}

/// One part of the `funding` column: `PARTNER SOURCE WEIGHT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareCell {
    /// The partner, by its code.
    pub partner: Identifier,
    /// The funding source, by its code.
    pub source: String,
    /// The weight.
    pub weight: i64,
}

const MONTHS: [&str; 12] = [
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "january",
    "february",
    "march",
];

impl Format for Schemes {
    type Row = SchemeRow;

    const LAYOUT: Layout = Layout::Named(&[
        "fund_reference",
        "scheme_reference",
        "name",
        "scheme_type",
        "commissioner_code",
        "is_recurrent",
        "is_capital",
        "financial_year",
        "budget",
        "funding",
    ]);

    fn row(record: &Record<'_>) -> Result<SchemeRow, String> {
        let provider = match record.named("provider_code") {
            "" => None,
            _ => Some(cells::organisation(record, "provider_code")?),
        };
        Ok(SchemeRow {
            fund: cells::text(record, "fund_reference", 60)?,
            reference: cells::text(record, "scheme_reference", 60)?,
            name: name(record.named("name"))?,
            scheme_type: cells::text(record, "scheme_type", 60)?,
            area_of_spend: present(record.named("area_of_spend")),
            commissioner: cells::organisation(record, "commissioner_code")?,
            provider,
            is_recurrent: cells::yes_or_no(record, "is_recurrent")?,
            is_capital: cells::yes_or_no(record, "is_capital")?,
            year: cells::year(record, "financial_year")?,
            budget: cells::money(record, "budget")?,
            months: months(record)?,
            funding: funding(record.named("funding"))?,
        })
    }
}

/// The twelve months, when they are given: all of them or none.
fn months(record: &Record<'_>) -> Result<Option<Vec<Pence>>, String> {
    if MONTHS.iter().all(|month| record.named(month).is_empty()) {
        return Ok(None);
    }
    let months: Result<Vec<Pence>, String> =
        MONTHS.iter().map(|month| cells::money(record, month)).collect();
    months.map(Some).map_err(|why| format!("{why}; give all twelve months, or none"))
}

fn funding(cell: &str) -> Result<Vec<ShareCell>, String> {
    let part = |part: &str| -> Result<ShareCell, String> {
        let words: Vec<&str> = part.split_whitespace().collect();
        let [partner, source, weight] = words[..] else {
            return Err(format!("funding: {part:?} is not PARTNER SOURCE WEIGHT"));
        };
        let weight = weight
            .parse()
            .map_err(|_| format!("funding: the weight {weight:?} is not a whole number"))?;
        let partner = Identifier::of_either(partner).map_err(|why| format!("funding: {why}"))?;
        Ok(ShareCell { partner, source: source.to_owned(), weight })
    };
    cell.split(';').map(str::trim).filter(|part| !part.is_empty()).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Table;

    const HEADER: &str = "fund_reference,scheme_reference,name,scheme_type,area_of_spend,\
        commissioner_code,provider_code,is_recurrent,is_capital,financial_year,budget,funding,april";

    fn row(line: &str) -> Result<SchemeRow, String> {
        let table = Table::read(format!("{HEADER}\n{line}\n").as_bytes(), Schemes::LAYOUT).unwrap();
        table.rows(0, 1, Schemes::row).next().unwrap().row
    }

    #[test]
    fn a_line_says_what_is_bought_and_who_funds_it_by_weight() {
        let row = row("F,S1,Home care,HOME_CARE,,QXX,,yes,no,2025/26,100.00,\
            QXX NHS_MIN 2; E10000098 IBCF 1,");
        let row = row.unwrap();
        assert_eq!(row.funding.len(), 2);
        assert_eq!((row.funding[1].weight, row.funding[1].partner.scheme.as_str()), (1, "GSS"));
        assert_eq!((row.months, row.provider), (None, None));
    }

    #[test]
    fn what_cannot_be_read_names_its_column() {
        let reason =
            |tail: &str| row(&format!("F,S1,Home care,HOME_CARE,,QXX,,{tail}")).unwrap_err();
        assert!(reason("perhaps,no,2025/26,1,QXX S 1,").contains("is_recurrent"));
        assert!(reason("yes,no,2025/26,1,QXX S,").contains("PARTNER SOURCE WEIGHT"));
        assert!(reason("yes,no,2025/26,1,QXX S half,").contains("weight"));
        assert!(reason("yes,no,2025/26,1,QXX S 1,1.00").contains("all twelve"));
    }
}
