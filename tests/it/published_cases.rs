//! What publishers printed of real pooled funds, file by file: loaded through the API, and held
//! against what is computed from it and against itself.

use serde_json::{Value, json};
use tests::{
    Actor, Answer, Books,
    books::SOURCE,
    both_databases,
    cases::{self, Case, Loaded, Money, SCRIPTS, Script},
    posting::decision,
};

const RECONCILED: &str = "publisher sourceTitle sourceAddress note
    figures { name amount }
    reconciliation {
        figures { name printed measures computed difference rounding withinRounding withheld { field } }
        checks { name kind printed computed difference rounding withinRounding unexplained }
        comparisons { name nameThere printed printedThere difference withinRounding
            statement { publisher } } }";

/// What is printed and does not come out, to within rounding: file, figure, computed less printed.
const APART: &[(&str, &str, &str)] = &[("01_", "revised budget", "2163000.00")];

/// What parts leave unexplained: file, check, how much.
const UNEXPLAINED: &[(&str, &str, &str)] = &[
    ("01_", "council variance explains total variance", "4487000.00"),
    ("10_", "Torbay's share of the overspend", "10800000.00"),
];

/// Sums that rounding alone explains: file, check, parts less total.
const ROUNDED: &[(&str, &str, &str)] = &[
    ("06_", "contributions = pool", "2000.00"),
    ("14_", "four existing items", "-16000000.00"),
    ("14_", "CCG and DFG", "13000000.00"),
];

/// Where publishers disagree: file, difference, in the order of the statements.
const DISAGREE: &[(&str, [&str; 2])] =
    &[("07_", ["23000000.00", "-23000000.00"]), ("13_", ["1100000.00", "-1100000.00"])];

async fn read(actor: &Actor, statement: &str) -> Answer {
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on PublishedStatement {{ {RECONCILED} }} }} }}"
    );
    actor.send(&document, json!({ "id": statement })).await.ok()
}

fn of<'a>(table: &'a [(&str, &str, &str)], file: &str, name: &Value) -> Option<&'a str> {
    let found = table.iter().find(|it| file.starts_with(it.0) && name == it.1);
    found.map(|it| it.2)
}

/// The figures that claim to be computed ones come out, or lie apart by what is known; how many.
fn figures(case: &Case, reconciled: &Value) -> usize {
    let lines = reconciled["figures"].as_array().expect("figures");
    let measured: Vec<&Value> = lines.iter().filter(|line| !line["measures"].is_null()).collect();
    for line in &measured {
        let apart = of(APART, &case.file, &line["name"]);
        assert_eq!(line["withheld"], json!([]), "{}: {line}", case.file);
        assert_eq!(line["withinRounding"], json!(apart.is_none()), "{}: {line}", case.file);
        if let Some(difference) = apart {
            assert_eq!(line["difference"], json!(difference), "{}", case.file);
        }
    }
    for line in lines.iter().filter(|line| line["measures"].is_null()) {
        assert!(line["computed"].is_null() && line["difference"].is_null(), "{line}");
    }
    measured.len()
}

/// The checks hold within rounding, or leave unexplained what is known; how many.
fn checks(case: &Case, reconciled: &Value) -> usize {
    let checks = reconciled["checks"].as_array().expect("checks");
    for check in checks {
        if let Some(left) = of(UNEXPLAINED, &case.file, &check["name"]) {
            assert_eq!(check["unexplained"], json!(left), "{}", case.file);
            assert_eq!(check["withinRounding"], json!(false), "{}", case.file);
            continue;
        }
        let rounded = of(ROUNDED, &case.file, &check["name"]).unwrap_or("0.00");
        assert_eq!(check["difference"], json!(rounded), "{}: {check}", case.file);
        assert_eq!(check["withinRounding"], json!(true), "{}: {check}", case.file);
        assert!(check["unexplained"].is_null(), "{check}");
    }
    checks.len()
}

fn comparisons(case: &Case, place: usize, reconciled: &Value) {
    let found = reconciled["comparisons"].as_array().expect("comparisons");
    let Some((_, differences)) = DISAGREE.iter().find(|it| case.file.starts_with(it.0)) else {
        assert!(found.is_empty(), "{}: {found:?}", case.file);
        return;
    };
    let [one] = &found[..] else { panic!("{}: {found:?}", case.file) };
    assert_eq!(one["difference"], json!(differences[place]), "{}", case.file);
    assert_eq!(one["withinRounding"], json!(false), "{}", case.file);
}

/// Every statement of a case, read by another partner than the one that loaded it.
async fn holds(case: &Case, script: &Script, loaded: &Loaded) -> (usize, usize) {
    let (mut measured, mut checked) = (0, 0);
    let reader = loaded.partners.last().expect("partners");
    for (place, (id, said)) in loaded.statements.iter().zip(script.statements).enumerate() {
        let answer = read(reader, id).await;
        let statement = answer.at("/node");
        assert_eq!(statement["sourceTitle"], case.content["source_title"], "{}", case.file);
        assert_eq!(statement["sourceAddress"], json!(case.text(said.address)), "{}", case.file);
        assert_eq!(statement["note"], json!(said.note));
        let reconciled = &statement["reconciliation"];
        measured += figures(case, reconciled);
        checked += checks(case, reconciled);
        comparisons(case, place, reconciled);
    }
    let is_statement_only = |note: &str| note.starts_with("statement only");
    let says_so = script.statements.iter().all(|it| is_statement_only(it.note));
    assert_eq!(says_so, matches!(script.money, Money::None), "{} says what it is", case.file);
    (measured, checked)
}

/// A difference that the file itself says is one has to be in the tables above.
fn says_the_same(case: &Case) {
    let verdicts = case.list("/arithmetic_checks").iter();
    let apart = verdicts.filter(|it| {
        let verdict = it["verdict"].as_str().expect("a verdict");
        verdict == "DOES NOT AGREE" || verdict == "INCOMPLETE" || verdict.contains("rounding")
    });
    let known = UNEXPLAINED.iter().chain(ROUNDED).map(|it| it.0);
    let known = known.chain(DISAGREE.iter().map(|it| it.0));
    let known = known.filter(|file| case.file.starts_with(file) && *file != "10_").count();
    assert_eq!(apart.count(), known, "{}", case.file);
}

both_databases! {
    async fn the_totals_of_every_published_case_come_out_and_what_does_not_is_shown(world: World) {
        let Some(cases) = cases::all() else { return };
        assert_eq!(cases.len(), SCRIPTS.len(), "a case was added or went");
        let (mut measured, mut checked) = (0, 0);
        for case in &cases {
            let script = SCRIPTS.iter().find(|script| case.file.starts_with(script.file));
            let script = script.unwrap_or_else(|| panic!("{} has no script", case.file));
            says_the_same(case);
            let loaded = cases::load(&world, case, script).await;
            let (figures, checks) = holds(case, script, &loaded).await;
            measured += figures;
            checked += checks;
        }
        assert_eq!((measured, checked), (17, 30), "figures that are computed, and checks");
    }

    async fn dorsets_printed_underspends_come_to_the_sum_that_nobody_printed(world: World) {
        let Some(cases) = cases::all() else { return };
        let case = cases.iter().find(|case| case.file.starts_with("11_")).expect("Dorset");
        let script = SCRIPTS.iter().find(|script| script.file == "11_").expect("its script");
        let loaded = cases::load(&world, case, script).await;
        let answer = read(loaded.loader(), &loaded.statements[0]).await;
        let figures = answer.at("/node/figures").as_array().expect("figures");
        let thousands = |it: &Value| {
            let amount = it["amount"].as_str().and_then(|it| it.strip_suffix("000.00").or(Some("0")));
            amount.expect("an amount").parse::<i64>().expect("thousands")
        };
        let sum: i64 = figures.iter().map(thousands).sum();
        assert_eq!(sum.to_string(), case.text("/outturn/variance_total_computed"));
    }

    async fn a7_oldhams_initial_and_revised_budget_reconcile_once_the_movement_is_recorded(world: World) {
        let books = Books::open(&world, &["Oldham", "Not told apart", "GM"]).await;
        let mut aligned = (String::new(), String::new());
        for (kind, payer, amount) in
            [("ALIGNED", 1, "124986000.00"), ("POOLED", 1, "1447000.00"), ("TRANSFORMATION", 2, "9192000.00")]
        {
            let fund = match kind {
                "POOLED" => books.fund.clone(),
                _ => books.another_fund(&format!("Oldham {kind}"), kind).await,
            };
            books.contribution_to(&fund, payer, (SOURCE, amount)).await;
            let weights: Vec<i64> = (0..=payer).map(|place| i64::from(place == payer)).collect();
            let scheme = books.scheme_in(&fund, "1", amount, &weights).await;
            if kind == "ALIGNED" {
                aligned = (fund, scheme);
            }
        }
        let out = json!({
            "fund": aligned.0, "financialYear": "2025/26", "kind": "OUT_OF_POOL",
            "reason": "Moved out", "decision": decision(), "effectiveOn": "2025-09-01",
            "schemes": [{ "scheme": aligned.1, "amount": "-2163000.00" }],
            "contributions": [{ "partner": books.partner(1).id, "sourceCode": SOURCE,
                "amount": "-2163000.00" }],
            "idempotencyKey": "out",
        });
        let _ = books.host().run("moveBudget", out, "movement { id }").await.ok();
        let printed = |name: &str, printed: &str, measures: &str| {
            json!({ "name": name, "printed": printed, "measures": measures })
        };
        let input = json!({
            "agreement": books.agreement, "publisher": "Joint board", "sourceTitle": "Outturn",
            "financialYear": "2025/26", "unit": "MILLIONS", "decimals": 3, "status": "OUTTURN",
            "figures": [
                printed("initial", "135.625", "ORIGINAL_BUDGET"),
                printed("revised", "133.462", "BUDGET"),
                printed("net movement", "-2.163", "MOVEMENTS"),
                printed("contributions", "133.462", "CONTRIBUTIONS_AGREED"),
            ],
        });
        let made = books.host().run("recordPublishedStatement", input, "statement { id }").await.ok();
        let id = made.text("/recordPublishedStatement/statement/id");
        let answer = read(books.partner(2), id).await;
        let lines = answer.at("/node/reconciliation/figures").as_array().expect("figures");
        assert_eq!(lines.len(), 4);
        for line in lines {
            assert_eq!((&line["difference"], &line["withinRounding"]), (&json!("0.00"), &json!(true)));
            assert_eq!(line["rounding"], json!("500.00"));
        }
    }
}
