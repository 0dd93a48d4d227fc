//! The payments that real bodies published post in full, each line once.

use chrono::{Datelike, NaiveDate};
use serde_json::json;
use tests::{
    World, both_databases,
    payments::{PayingFund, counts, real, told, when},
};
use tributary::service::verify::verify;

/// One line of a real file, read by plainer code than the program's.
struct Row {
    cells: Vec<String>,
    pence: i64,
    is_rounded: bool,
    year: String,
}

/// What a test expects of some lines: how many, and how many pence.
fn tally<'a>(rows: impl Iterator<Item = &'a Row>) -> (u64, i64) {
    rows.fold((0, 0), |(lines, pence), row| (lines + 1, pence + row.pence))
}

/// The cells of a line: no real file has a quote inside a quoted text.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            _ => cells.last_mut().expect("a cell").push(letter),
        }
    }
    cells
}

/// The nearest penny of a decimal text, by digits alone, and whether it is another number.
fn nearest_penny(text: &str) -> (i64, bool) {
    let digits = text.trim_start_matches('-').replace(',', "");
    let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
    let scaled: i128 = format!("{whole}{decimals:0<20}").parse().expect("a decimal number");
    let penny = 10_i128.pow(18);
    let nearest = (scaled + penny / 2) / penny;
    assert!((scaled - nearest * penny).abs() < penny / 100, "{text} is near no penny");
    let sign = if text.starts_with('-') { -1 } else { 1 };
    (sign * i64::try_from(nearest).expect("pence"), scaled != nearest * penny)
}

fn rows(file: &[u8], (date, amount): (usize, usize)) -> Vec<Row> {
    let text = std::str::from_utf8(file).expect("the real files are UTF-8");
    let row = |line: &str| {
        let cells = cells(line);
        let (pence, is_rounded) = nearest_penny(&cells[amount]);
        let day = &cells[date][..10];
        let day = NaiveDate::parse_from_str(day, "%Y-%m-%d")
            .or_else(|_| NaiveDate::parse_from_str(day, "%d/%m/%Y"))
            .expect("a day");
        let year = day.year() - i32::from(day.month() < 4);
        let year = format!("{year}/{:02}", (year + 1) % 100);
        Row { cells, pence, is_rounded, year }
    };
    text.lines().skip(1).map(row).collect()
}

/// Tries, imports and imports again a real Devon file of one year.
async fn devon(world: &World, (file, layout, year): (&str, &str, &str), total_pence: i64) {
    let Some(file) = real(file) else { return };
    let rows = rows(&file, (2, 5));
    assert_eq!(tally(rows.iter()).1, total_pence);
    let pool = PayingFund::in_world(world, layout).await;
    let mut schemes = Vec::new();
    for reference in ["Spot", "Individual", "Rest"] {
        schemes.push(pool.scheme(reference, &[year]).await);
    }
    let upload = pool.upload(file.clone()).await;
    let mut input = pool.input(&upload, layout, &schemes[2]);
    input["rules"] = json!([
        { "when": [when("Expense Type", "CONTAINS", "care spot")], "then": { "scheme": schemes[0] } },
        { "when": [when("Expense Type", "STARTS_WITH", "INDIVIDUALISED "),
                   when("Supplier Name", "CONTAINS", "ltd")], "then": { "scheme": schemes[1] } },
        { "when": [when("Expense Type", "EQUALS", " electricity ")],
          "then": { "leaveOut": "The council's own" } },
    ]);
    let spot = |row: &&Row| row.cells[10].contains("Care Spot");
    let individual =
        |row: &&Row| row.cells[10].starts_with("Individualised ") && row.cells[6].contains("LTD");
    let electricity = |row: &&Row| row.cells[10] == "Electricity";
    let paid = || rows.iter().filter(|row| row.pence != 0);
    let expected = [
        tally(paid().filter(spot)),
        tally(paid().filter(individual)),
        tally(paid().filter(electricity)),
    ];

    let tried = pool.attempt(input.clone()).await.ok();
    let tried = tried.at("/tryPaymentRules/report").clone();
    assert_eq!(pool.transactions().await, 0, "trying writes nothing");
    let job = pool.import(input.clone()).await;
    let report = &job["report"]["payments"];
    assert_eq!(report, &tried, "what was tried came to pass");
    assert_eq!(told(&report["read"]), tally(rows.iter()));
    let by_rule = report["rules"].as_array().expect("rules");
    assert_eq!(by_rule.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!(told(&report["leftOut"]), expected[2]);
    assert_eq!(told(&report["credits"]), tally(rows.iter().filter(|row| row.pence < 0)));
    assert_eq!(report["zero"], json!(rows.iter().filter(|row| row.pence == 0).count()));
    assert_eq!(report["rounded"], json!(rows.iter().filter(|row| row.is_rounded).count()));
    let posted = tally(paid().filter(|row| !electricity(row)));
    assert_eq!((told(&report["posted"]), counts(&job)), (posted, [posted.0, 0, 0]));
    assert_eq!(pool.actual(year).await, posted.1);
    assert_eq!(pool.transactions().await, posted.0);

    let used = pool.host.run("importPayments", input.clone(), "job { id }").await;
    assert_eq!((used.problem(), used.problem_path()), ("NOT_FOUND".into(), "upload".into()));
    input["upload"] = json!(pool.upload(file).await);
    let again = pool.import(input).await;
    assert_eq!(counts(&again), [0, posted.0, 0]);
    assert_eq!(told(&again["report"]["payments"]["unchanged"]), posted);
    assert_eq!((pool.transactions().await, pool.actual(year).await), posted);
    verify(&world.database).await.expect("the books are in order");
}

both_databases! {
    async fn devons_payments_of_2012_post_in_full_and_twice_is_once(world: World) {
        let file = "devon_adult_community_2012_03.csv";
        devon(&world, (file, "DEVON_2012", "2011/12"), 921_212_974).await;
    }

    async fn devons_payments_of_2025_post_in_full_and_twice_is_once(world: World) {
        let file = "devon_adult_care_2025_03.csv";
        devon(&world, (file, "DEVON_2025", "2024/25"), 3_757_295_600).await;
    }

    async fn baberghs_payments_post_in_full_identical_lines_included_and_twice_is_once(world: World) {
        let Some(file) = real("babergh_spend_over_500_sample.csv") else { return };
        let rows = rows(&file, (1, 3));
        assert_eq!(tally(rows.iter()), (2_993, 1_463_402_544));
        let pool = PayingFund::in_world(&world, "Babergh").await;
        let years = ["2020/21", "2021/22", "2022/23"];
        let scheme = pool.scheme("All", &years).await;
        let mut input = pool.input(&pool.upload(file.clone()).await, "BABERGH", &scheme);
        input["sinceYear"] = json!("2020/21");
        let job = pool.import(input.clone()).await;
        let earlier = tally(rows.iter().filter(|row| row.year == "2019/20"));
        let all = tally(rows.iter());
        let posted = (all.0 - earlier.0, all.1 - earlier.1);
        let report = &job["report"]["payments"];
        assert_eq!(told(&report["earlierYears"]), earlier);
        assert_eq!((told(&report["posted"]), counts(&job)), (posted, [posted.0, 0, 0]));
        for year in years {
            let of_year = tally(rows.iter().filter(|row| row.year == year));
            assert_eq!(pool.actual(year).await, of_year.1, "{year}");
        }
        // The same lines from the last to the first are the same file.
        let text = String::from_utf8(file).expect("UTF-8");
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        input["upload"] = json!(pool.upload(lines.join("\r\n")).await);
        assert_eq!(counts(&pool.import(input).await), [0, posted.0, 0]);
        assert_eq!(pool.transactions().await, posted.0);
        verify(&world.database).await.expect("the books are in order");
    }
}
