//! Memorandum accounts as spreadsheets.

use std::collections::HashMap;

use entities::value::Pence;
use uuid::Uuid;

use super::table::{Cell, Column, Section, Sheet};
use crate::service::memorandum::Stated;

/// The width of a column of amounts.
const AMOUNT: u16 = 16;

/// The sheets of a memorandum account; `names` are those of the partners.
#[must_use]
pub fn sheets(
    stated: &Stated,
    heading: &[(String, String)],
    names: &HashMap<Uuid, String>,
) -> Vec<Sheet> {
    let sheet =
        |name: &str, sections| Sheet { name: name.to_owned(), heading: heading.to_vec(), sections };
    vec![
        sheet("Account", vec![account(stated), held(stated)]),
        sheet("Income", vec![income(stated, names)]),
        sheet("Expenditure", vec![expenditure(stated)]),
        sheet("Shares", vec![shares(stated, names)]),
        sheet("Explanations", vec![explanations()]),
    ]
}

fn section(title: &str, columns: &[(&str, u16)], rows: Vec<Vec<Cell>>, has_total: bool) -> Section {
    let column =
        |(heading, width): &(&str, u16)| Column { heading: (*heading).to_owned(), width: *width };
    let columns = columns.iter().map(column).collect();
    Section { title: title.to_owned(), columns, rows, has_total }
}

fn line(label: &str, amount: Pence) -> Vec<Cell> {
    vec![Cell::Text(label.to_owned()), Cell::Money(amount)]
}

fn partner(names: &HashMap<Uuid, String>, id: Uuid) -> Cell {
    Cell::Text(names.get(&id).cloned().unwrap_or_default())
}

/// Written so that its lines add up: the total is the closing balance.
fn account(stated: &Stated) -> Section {
    let account = &stated.account;
    let met: Pence = account.shares.iter().map(|share| share.met_itself).sum();
    let rows = vec![
        line("Opening balance", account.opening),
        line("Contributions less refunds", account.total_income - met),
        line("Spent by partners themselves", met),
        line("Settled of earlier years", account.settled),
        line("Expenditure", -account.total_expenditure),
    ];
    section("Closing balance", &[("Line", 40), ("Amount", AMOUNT)], rows, true)
}

/// Written so that its lines add up: the total is the closing balance again.
fn held(stated: &Stated) -> Section {
    let held = &stated.account.held;
    let rows = vec![
        line("Cash", held.cash),
        line("Owed by partners", held.receivable),
        line("Payables", held.payable),
        line("Accruals", held.accrued),
        line("Reserve", held.reserve),
        line("Owed by settlements", held.due_by_settlement),
        line("Invoiced for later years", held.in_advance),
        line("Less: of earlier years, not carried forward", -stated.account.of_earlier_years),
    ];
    section("Held by the host", &[("Line", 40), ("Amount", AMOUNT)], rows, true)
}

fn income(stated: &Stated, names: &HashMap<Uuid, String>) -> Section {
    let row = |line: &domain::rules::memorandum::Income| {
        vec![
            partner(names, line.partner),
            Cell::Text(line.source.clone()),
            Cell::Money(line.invoiced),
            Cell::Money(-line.refunded),
            Cell::Money(line.net),
        ]
    };
    let columns = [
        ("Partner", 34),
        ("Funding source", 26),
        ("Invoiced", AMOUNT),
        ("Refunded", AMOUNT),
        ("Net", AMOUNT),
    ];
    let rows = stated.account.income.iter().map(row).collect();
    section("Contributions by partner and source", &columns, rows, true)
}

fn expenditure(stated: &Stated) -> Section {
    let row = |line: &domain::rules::memorandum::Expenditure| {
        let scheme = stated.position.schemes.get(&line.scheme);
        let text = |text: Option<&String>| Cell::Text(text.cloned().unwrap_or_default());
        vec![
            text(scheme.map(|it| &it.reference)),
            text(scheme.map(|it| &it.name)),
            Cell::Money(line.spent),
            Cell::Money(line.refunded),
            Cell::Money(line.of_prior_years),
            Cell::Money(line.net),
        ]
    };
    let columns = [
        ("Scheme", 18),
        ("Name", 34),
        ("Spent", AMOUNT),
        ("Refunded", AMOUNT),
        ("Of closed years", AMOUNT),
        ("Net", AMOUNT),
    ];
    let rows = stated.account.expenditure.iter().map(row).collect();
    section("Expenditure by scheme", &columns, rows, true)
}

fn shares(stated: &Stated, names: &HashMap<Uuid, String>) -> Section {
    let row = |line: &domain::rules::memorandum::Share| {
        let treatment = stated.treatments.get(&line.partner);
        vec![
            partner(names, line.partner),
            Cell::Money(line.contributed),
            Cell::Money(line.met_itself),
            Cell::Money(line.settled),
            Cell::Money(-line.expenditure),
            Cell::Money(line.balance),
            treatment.map_or(Cell::Empty, |it| Cell::Text(it.treatment.clone())),
        ]
    };
    let columns = [
        ("Partner", 34),
        ("Contributed", AMOUNT),
        ("Spent itself", AMOUNT),
        ("Settled", AMOUNT),
        ("Share of expenditure", AMOUNT),
        ("Balance", AMOUNT),
        ("Accounting treatment", 60),
    ];
    let rows = stated.account.shares.iter().map(row).collect();
    section("Each partner's share", &columns, rows, true)
}

fn explanations() -> Section {
    let rows = [
        (
            "Opening balance",
            "what was carried forward out of earlier years, and what a journal \
                             brought in from outside",
        ),
        ("Contributions", "invoiced for the year less given back, whenever that was recorded"),
        (
            "Spent by partners themselves",
            "met from a partner's own books: income and expenditure \
                                          of the same amount",
        ),
        (
            "Expenditure",
            "spent in the year less what payees gave back, with corrections of closed \
                         years; what is below nothing on the first sheet takes away",
        ),
        (
            "Settled of earlier years",
            "what partners bear of earlier years by settlements of the risk share, and below \
             nothing what they are given back",
        ),
        (
            "Closing balance",
            "opening balance + contributions + spent by partners + settled − expenditure",
        ),
        (
            "Held by the host",
            "cash, debts and reserve; debts of the fund are below nothing. It is \
                              another figure than the closing balance, and is brought to it by \
                              what earlier years left and no transaction carried forward",
        ),
        (
            "Share of expenditure",
            "as each posting was divided when it was made, by the funding \
                                  split in force on its day (FUNDED_BY)",
        ),
        ("Balance", "contributed + spent itself + settled − share of expenditure"),
    ];
    let text = |text: &str| Cell::Text(text.to_owned());
    let rows = rows.into_iter().map(|(term, meaning)| vec![text(term), text(meaning)]).collect();
    section("What each line means", &[("Line", 40), ("Meaning", 90)], rows, false)
}
