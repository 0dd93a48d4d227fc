//! Importers: every line of a file is a row or a reason, whatever the file is.

use tributary::import::{
    AdultSocialCare, Contributions, Forecasts, Format, IcbLocalAuthority, Layout, OdsEccg, OdsEtr,
    OnsIcbNames, Organisations, Schemes, Successors, Table, ocds,
    payments::{self, PaymentRules, known_layout},
};

use crate::{
    draw::Draw,
    spoil::{spoil, spoilt},
};

/// What cells say in one file or another.
const CELLS: [&str; 22] = [
    "QKK",
    "E09000023",
    "RJ2",
    "GB-NHS",
    "London Borough of Lewisham",
    "\"Lewisham, Greenwich\"",
    "1234.50",
    "-1,234.50",
    "(12.00)",
    "100",
    "5000",
    "2025/26",
    "1",
    "12",
    "2025-04-01",
    "01/04/2025",
    "20250401",
    "2025-04-01 00:00:00",
    "ICB",
    "GBP",
    "=1+1",
    "",
];

const NOTICES: &str = r#"{"version":"1.1","publisher":{"name":"P"},"releases":[
{"ocid":"ocds-abc123-1","id":"1","date":"2025-03-01T00:00:00Z","tag":["award"],
"buyer":{"id":"b","name":"North Board"},
"parties":[{"id":"b","name":"North Board","roles":["buyer"],"identifier":{"scheme":"GB-NHS","id":"QZZ"}},
{"id":"s","name":"Care Ltd","roles":["supplier"],"identifier":{"scheme":"GB-COH","id":"01234567"}}],
"tender":{"id":"t","title":"Home care","status":"active","value":{"amount":10.5,"currency":"GBP"}},
"awards":[{"id":"1","status":"active","date":"2025-02-01T00:00:00Z","suppliers":[{"id":"s","name":"Care Ltd"}],
"value":{"amount":365000,"currency":"GBP"},
"contractPeriod":{"startDate":"2025-04-01T00:00:00Z","endDate":"2027-03-31T00:00:00Z"}}],
"contracts":[{"id":"c","awardID":"1","status":"active","dateSigned":"2025-03-01T00:00:00Z",
"period":{"startDate":"2025-04-01T00:00:00Z","endDate":"2027-03-31T00:00:00Z","maxExtentDate":"2028-03-31T00:00:00Z"}}]}]}"#;

pub fn accepts(draw: &mut Draw) -> bool {
    match draw.below(12) {
        0 => of::<AdultSocialCare>(draw),
        1 => of::<Contributions>(draw),
        2 => of::<Forecasts>(draw),
        3 => of::<IcbLocalAuthority>(draw),
        4 => of::<OdsEccg>(draw),
        5 => of::<OdsEtr>(draw),
        6 => of::<OnsIcbNames>(draw),
        7 => of::<Organisations>(draw),
        8 => of::<Schemes>(draw),
        9 => of::<Successors>(draw),
        10 => payments(draw),
        _ => notices(draw),
    }
}

fn of<F: Format>(draw: &mut Draw) -> bool {
    let file = match F::LAYOUT {
        Layout::Named(needed) => file(needed, needed.len(), draw),
        Layout::Placed { widths, .. } => file(&[], *draw.one(widths), draw),
    };
    let Ok(table) = Table::read(&file, F::LAYOUT) else { return false };
    let rows: Vec<_> = table.rows(0, table.len(), F::row).collect();
    assert_eq!(rows.len(), table.len(), "every line is told");
    assert!(rows.is_sorted_by(|one, next| one.number < next.number), "in the file's order");
    let reasons = rows.iter().filter_map(|line| line.row.as_ref().err());
    reasons.for_each(|reason| assert!(!reason.is_empty(), "a reason says why"));
    rows.iter().any(|line| line.row.is_ok())
}

fn payments(draw: &mut Draw) -> bool {
    let name = *draw.one(&["DEVON_2012", "DEVON_2025", "BABERGH"]);
    let layout = known_layout(name).expect("it is known");
    let columns = layout.columns();
    let file = file(&columns, columns.len(), draw);
    let Ok(read) = payments::read(&file, &layout, &PaymentRules::default()) else { return false };
    assert!(read.is_sorted_by(|one, next| one.number < next.number), "in the file's order");
    read.iter().any(|line| line.row.is_ok())
}

fn notices(draw: &mut Draw) -> bool {
    let mut file = NOTICES.as_bytes().to_vec();
    spoil(&mut file, 4, draw);
    let Ok(read) = ocds::read(&file) else { return false };
    let rejected = read.rejected.iter().all(|line| !line.row.is_empty());
    assert!(rejected, "a reason says why a release is not taken");
    !read.notices.is_empty()
}

/// A file of these columns, some of it spoilt.
fn file(columns: &[&str], width: usize, draw: &mut Draw) -> Vec<u8> {
    let mut lines = Vec::new();
    if !columns.is_empty() {
        let quoted = columns.iter().map(|name| format!("\"{name}\""));
        lines.push(quoted.collect::<Vec<_>>().join(","));
    }
    for _ in 0..draw.below(6) {
        let cells = (0..width).map(|_| {
            let cell = *draw.one(&CELLS);
            if draw.percent(15) { spoilt(cell, 1, draw) } else { cell.to_owned() }
        });
        lines.push(cells.collect::<Vec<_>>().join(","));
    }
    let mut file = lines.join(*draw.one(&["\n", "\r\n"])).into_bytes();
    if draw.percent(30) {
        spoil(&mut file, 3, draw);
    }
    file
}
