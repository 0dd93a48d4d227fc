//! What councils spent on adult social care in 2014/15, line by line, with the income from others
//! and the totals as printed. Amounts are thousands of pounds.

use std::collections::BTreeMap;

use entities::value::Pence;

use super::{
    Format, Line,
    table::{Layout, Record},
};

/// `cassr_code,council_name,row_kind,support_type,age_category,summary,accounting_category,amount_gbp_thousand`.
pub struct AdultSocialCare;

/// One cell of the publisher's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdultSocialCareCell {
    /// The council's number in social care returns.
    pub cassr: String,
    /// The council's name as printed.
    pub council: String,
    /// The line of service; none of a printed total.
    pub service: Option<String>,
    /// What the amount is.
    pub category: Category,
    /// The amount.
    pub amount: Pence,
}

/// What an amount of the return is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Gross expenditure.
    Gross,
    /// Income from clients.
    Clients,
    /// Income from joint arrangements.
    JointArrangements,
    /// Income from the NHS.
    Nhs,
    /// Other income.
    Other,
    /// All income.
    Income,
    /// Net expenditure.
    Net,
}

/// The return of one council.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CouncilReturn {
    /// The first line of the file that speaks of it.
    pub line: u64,
    /// The council's number in social care returns.
    pub cassr: String,
    /// Its name as printed.
    pub council: String,
    /// Its services in the file's order, each with its amounts.
    pub services: Vec<(String, BTreeMap<Category, Pence>)>,
    /// The totals as printed.
    pub printed: BTreeMap<Category, Pence>,
}

impl Format for AdultSocialCare {
    type Row = AdultSocialCareCell;

    const LAYOUT: Layout = Layout::Named(&[
        "cassr_code",
        "council_name",
        "row_kind",
        "support_type",
        "age_category",
        "summary",
        "accounting_category",
        "amount_gbp_thousand",
    ]);

    fn row(record: &Record<'_>) -> Result<AdultSocialCareCell, String> {
        let parts = ["support_type", "age_category", "summary"].map(|name| record.named(name));
        let service: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let service = match record.named("row_kind") {
            "component" => Some(service.join(" / ")),
            "printed_total" => None,
            other => return Err(format!("{other:?} is neither a component nor a printed total")),
        };
        Ok(AdultSocialCareCell {
            cassr: record.named("cassr_code").to_owned(),
            council: record.named("council_name").to_owned(),
            service,
            category: category(record.named("accounting_category"))?,
            amount: thousands(record.named("amount_gbp_thousand"))?,
        })
    }
}

/// The cells of a file, put together council by council.
#[must_use]
pub fn council_returns(cells: &[Line<AdultSocialCareCell>]) -> Vec<CouncilReturn> {
    let mut returns: BTreeMap<&str, CouncilReturn> = BTreeMap::new();
    for Line { number, row: cell } in cells {
        let council = returns.entry(&cell.cassr).or_insert_with(|| CouncilReturn {
            line: *number,
            cassr: cell.cassr.clone(),
            council: cell.council.clone(),
            services: Vec::new(),
            printed: BTreeMap::new(),
        });
        let amounts = match &cell.service {
            None => &mut council.printed,
            Some(name) => service(&mut council.services, name),
        };
        amounts.insert(cell.category, cell.amount);
    }
    returns.into_values().collect()
}

fn service<'a>(
    services: &'a mut Vec<(String, BTreeMap<Category, Pence>)>,
    name: &str,
) -> &'a mut BTreeMap<Category, Pence> {
    let place = services.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
        services.push((name.to_owned(), BTreeMap::new()));
        services.len() - 1
    });
    &mut services[place].1
}

fn category(text: &str) -> Result<Category, String> {
    Ok(match text {
        "Gross total cost: total expenditure" => Category::Gross,
        "Income: client contributions" => Category::Clients,
        "Income: joint arrangements" => Category::JointArrangements,
        "Income: Income from NHS" => Category::Nhs,
        "Income: other income" => Category::Other,
        "Income: total" => Category::Income,
        "Net total expenditure" => Category::Net,
        other => return Err(format!("{other:?} is no category of this return")),
    })
}

/// Thousands of pounds with up to five decimals, which is the penny, exactly.
fn thousands(text: &str) -> Result<Pence, String> {
    let refused = || format!("{text:?} is not an amount in thousands of pounds");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 10 || decimals.len() > 5 {
        return Err(refused());
    }
    if !only_digits(whole) || !only_digits(decimals) {
        return Err(refused());
    }
    let pence = format!("{whole}{decimals:0<5}").parse::<i64>().map_err(|_| refused())?;
    Ok(Pence(sign * pence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_of_pounds_are_exact_pence() {
        assert_eq!(thousands("45683.45"), Ok(Pence(4_568_345_000)));
        assert_eq!(thousands("-0.08"), Ok(Pence(-8_000)));
        assert_eq!(thousands("36723"), Ok(Pence(3_672_300_000)));
        for text in ["", "1,000", "1e3", "1.234567", "--1", ".5"] {
            assert!(thousands(text).is_err(), "{text} was taken");
        }
    }
}
