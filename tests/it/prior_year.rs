//! Corrections of what is closed: in an open period, of a closed year shown apart, and moved to what
//! they correct when a position is asked for restated (rule M9).

use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases};
use tributary::service::verify::verify;

const ALL: &str =
    "transaction { id kind financialYear period knownAt corrects { financialYear period }
    entries { account amount } }";
const YEARS: [&str; 3] = ["2025/26", "2026/27", "2027/28"];

/// A fund of two partners with a scheme on which £100.00 was spent in April and £60.00 in March.
async fn scene(world: &World) -> (Books, String, String) {
    let books = Books::open(world, &["Council", "ICB"]).await;
    books.contribution(1, "1200.00").await;
    let scheme = books.scheme("1", "1200.00", &[1, 3]).await;
    let april = books.spend(&scheme, "100.00", "2025-04-10", "april").await.ok();
    let _ = books.spend(&scheme, "60.00", "2026-03-10", "march").await.ok();
    let april = april.text("/recordExpenditure/transaction/id").to_owned();
    (books, scheme, april)
}

fn adjustment(adjusts: &str, amount: &str, on: &str, key: &str) -> Value {
    json!({
        "adjusts": adjusts, "amount": amount, "effective": { "effectiveOn": on },
        "description": "Counted twice", "reason": "Found by the auditor", "idempotencyKey": key,
    })
}

/// The position of a year as `actor` reads it, with what was spent by period in order.
async fn position(books: &Books, actor: &Actor, year: &str, arguments: &str) -> Value {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{ position(financialYear: "{year}" {arguments}) {{
            restated knownAt cash total {{ spent refunded actual priorYear forecastOutturn }}
            byPartner(first: 9) {{ nodes {{ partner {{ name }} figures {{ actual priorYear }} }} }}
            byPeriod {{ period figures {{ actual priorYear }} }} }} }} }}"#,
        books.reference
    );
    actor.ask(&document).await.ok().at("/pooledFund/position").clone()
}

fn in_period(position: &Value, period: usize, figure: &str) -> String {
    let text = &position["byPeriod"][period - 1]["figures"][figure];
    text.as_str().expect("money").to_owned()
}

fn pence(value: &Value) -> i64 {
    value.as_str().expect("money").replace('.', "").parse().expect("an amount")
}

/// What was spent in all years together, corrections of prior years with it.
async fn altogether(books: &Books, arguments: &str) -> i64 {
    let mut sum = 0;
    for (year, last) in YEARS.iter().zip([2026, 2027, 2028]) {
        let arguments = format!(r#", asOf: "{last}-03-31" {arguments}"#);
        let total = position(books, books.host(), year, &arguments).await["total"].clone();
        sum += pence(&total["actual"]) + pence(&total["priorYear"]);
    }
    sum
}

both_databases! {
    async fn m9_a_closed_year_is_corrected_from_the_open_one_and_shown_apart(world: World) {
        let (books, _, april) = scene(&world).await;
        let host = books.host();
        let correction = adjustment(&april, "-30.00", "2026-05-10", "1");
        let early = host.run("recordAdjustment", correction.clone(), ALL).await;
        assert_eq!(early.problem(), "WRONG_YEAR", "2025/26 takes what corrects it still");
        assert_eq!(early.problem_path(), "effective.effectiveOn");
        books.close(14, "CLOSED").await;
        // Nobody funds the scheme in 2026/27: what is corrected is borne as it was then.
        let done = host.run("recordAdjustment", correction, ALL).await.ok();
        let done = done.at("/recordAdjustment/transaction");
        assert_eq!(done["kind"], "PRIOR_YEAR");
        assert_eq!(done["corrects"], json!({ "financialYear": "2025/26", "period": 1 }));
        assert_eq!(done["entries"], json!([
            { "account": "EXPENDITURE", "amount": "-7.50" },
            { "account": "EXPENDITURE", "amount": "-22.50" },
            { "account": "CASH", "amount": "30.00" },
        ]));

        let closed = position(&books, host, "2025/26", r#", asOf: "2026-03-31""#).await;
        assert_eq!(closed["total"]["actual"], "160.00", "a closed year is shown as it was closed");
        let open = position(&books, host, "2026/27", r#", asOf: "2026-05-31""#).await;
        assert_eq!((&open["total"]["actual"], &open["total"]["priorYear"]), (&json!("0.00"), &json!("-30.00")));
        assert_eq!(in_period(&open, 2, "priorYear"), "-30.00");
        let partners = json!([
            { "partner": { "name": "Council" }, "figures": { "actual": "0.00", "priorYear": "-7.50" } },
            { "partner": { "name": "ICB" }, "figures": { "actual": "0.00", "priorYear": "-22.50" } },
        ]);
        assert_eq!(open["byPartner"]["nodes"], partners);
        assert_eq!(open["cash"], "-130.00", "cash is cash, whatever year is corrected (rule M11)");

        let restated = position(&books, host, "2025/26", r#", asOf: "2026-03-31", restated: true"#).await;
        assert_eq!((&restated["restated"], &restated["total"]["actual"]), (&json!(true), &json!("130.00")));
        assert_eq!(in_period(&restated, 1, "actual"), "70.00");
        assert_eq!(restated["cash"], "-160.00");
        let open = position(&books, host, "2026/27", r#", asOf: "2026-05-31", restated: true"#).await;
        assert_eq!(open["total"]["priorYear"], "0.00");
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn m9_what_corrects_a_correction_corrects_the_same_period(world: World) {
        let (books, _, april) = scene(&world).await;
        books.close(14, "CLOSED").await;
        let host = books.host();
        let first = host.run("recordAdjustment", adjustment(&april, "-30.00", "2026-05-10", "1"), ALL).await.ok();
        let first = first.text("/recordAdjustment/transaction/id").to_owned();
        let second = host.run("recordAdjustment", adjustment(&first, "10.00", "2026-05-11", "2"), ALL).await.ok();
        assert_eq!(second.text("/recordAdjustment/transaction/kind"), "PRIOR_YEAR");
        let back = host.run("reverseTransaction", Books::reversal(&first, "2026-06-11", "3"), ALL).await.ok();
        assert_eq!(back.text("/reverseTransaction/transaction/kind"), "PRIOR_YEAR");
        let april = json!({ "financialYear": "2025/26", "period": 1 });
        assert_eq!(back.at("/reverseTransaction/transaction/corrects"), &april);
        let open = position(&books, host, "2026/27", r#", asOf: "2026-06-30""#).await;
        assert_eq!((&open["total"]["actual"], &open["total"]["priorYear"]), (&json!("0.00"), &json!("10.00")));
        let restated = position(&books, host, "2025/26", r#", asOf: "2026-03-31", restated: true"#).await;
        assert_eq!(in_period(&restated, 1, "actual"), "110.00");
    }

    async fn m9_restated_a_correction_counts_in_the_period_that_it_corrects(world: World) {
        let (books, scheme, april) = scene(&world).await;
        let host = books.host();
        books.close(12, "CLOSED").await;
        // By the auditor, in period 13, of June; and in period 14, of April.
        let mut late = Books::expenditure(&scheme, "7.00", "2026-03-31", "13");
        late["effective"] = json!({ "effectiveOn": "2026-03-31", "adjustmentPeriod": 13 });
        late["corrects"] = json!({ "financialYear": "2025/26", "period": 3 });
        late["reason"] = json!("A late invoice");
        let _ = host.run("recordExpenditure", late, ALL).await.ok();
        let mut less = adjustment(&april, "-30.00", "2026-03-31", "14");
        less["effective"] = json!({ "effectiveOn": "2026-03-31", "adjustmentPeriod": 14 });
        let less = host.run("recordAdjustment", less, ALL).await.ok();
        assert_eq!(less.text("/recordAdjustment/transaction/kind"), "ADJUSTMENT");

        let of = async |arguments: &str| {
            let at = position(&books, host, "2025/26", arguments).await;
            let actual = [1, 3, 12, 13, 14].map(|period| in_period(&at, period, "actual"));
            (at["total"]["actual"].as_str().expect("money").to_owned(), actual.join(" "))
        };
        let as_closed = of(r#", asOf: "2026-03-31""#).await;
        assert_eq!(as_closed, ("137.00".into(), "100.00 0.00 60.00 7.00 -30.00".into()));
        let restated = of(r#", asOf: "2026-03-31", restated: true"#).await;
        assert_eq!(restated, ("137.00".into(), "70.00 7.00 60.00 0.00 0.00".into()));
        // As of the end of June, what was found later counts where it belongs.
        assert_eq!(of(r#", asOf: "2025-06-30""#).await.0, "100.00");
        assert_eq!(of(r#", asOf: "2025-06-30", restated: true"#).await.0, "77.00");
        assert_eq!(of(r#", asOf: "2025-05-31", restated: true"#).await.0, "70.00");
    }

    async fn m8_a_restated_answer_for_a_past_instant_stays_whatever_is_corrected_later(world: World) {
        let (books, _, april) = scene(&world).await;
        books.close(14, "CLOSED").await;
        let host = books.host();
        let _ = host.run("recordAdjustment", adjustment(&april, "-30.00", "2026-05-10", "1"), ALL).await.ok();
        let restated = r#", asOf: "2026-03-31", restated: true"#;
        let before = position(&books, host, "2025/26", restated).await;
        let known_at = before["knownAt"].as_str().expect("an instant");
        let then = format!(r#"{restated}, knownAt: "{known_at}""#);
        let _ = host.run("recordAdjustment", adjustment(&april, "-5.00", "2027-05-10", "2"), ALL).await;
        let _ = host.run("recordAdjustment", adjustment(&april, "-5.00", "2026-06-10", "3"), ALL).await.ok();
        assert_eq!(position(&books, host, "2025/26", &then).await, before);
        assert_ne!(position(&books, host, "2025/26", restated).await["total"], before["total"]);
    }

    async fn m9_over_all_years_restated_and_unrestated_come_to_the_same(world: World) {
        let (books, scheme, april) = scene(&world).await;
        let host = books.host();
        let mut accrued = Books::expenditure(&scheme, "41.00", "2026-03-31", "accrued");
        accrued["kind"] = json!("ACCRUED");
        let _ = host.run("recordExpenditure", accrued, ALL).await.ok();
        books.close(14, "CLOSED").await;
        let mut posted = vec![april];
        for (number, on) in ["2026-04-01", "2026-07-15", "2027-03-31", "2027-04-02", "2028-03-31"].iter().enumerate() {
            // Each corrects the one before, or what that corrects.
            let last = posted.last().expect("one");
            let amount = format!("-{}.{number}1", number + 1);
            let done = host.run("recordAdjustment", adjustment(last, &amount, on, on), ALL).await.ok();
            posted.push(done.text("/recordAdjustment/transaction/id").to_owned());
        }
        let back = host.run("reverseTransaction", Books::reversal(&posted[2], "2027-06-30", "back"), ALL).await;
        let _ = back.ok();
        let plain = altogether(&books, "").await;
        assert_eq!(altogether(&books, ", restated: true").await, plain);
        assert_eq!(altogether(&books, ", restated: true, basis: INCURRED_BY").await, plain);
        let last = position(&books, host, "2027/28", r#", asOf: "2028-03-31", restated: true"#).await;
        assert_eq!(last["total"]["priorYear"], "0.00");
    }

    async fn g5_whoever_left_is_told_no_correction_that_took_effect_later(world: World) {
        let (mut books, _, april) = scene(&world).await;
        books.close(14, "CLOSED").await;
        books.leave(&world, books.partner(1).organisation, "2026-06-30").await;
        let _ = books.host().run("recordAdjustment", adjustment(&april, "-30.00", "2026-05-10", "1"), ALL).await.ok();
        let _ = books.host().run("recordAdjustment", adjustment(&april, "-5.00", "2026-07-10", "2"), ALL).await.ok();
        world.it_is(2026, 8, 1);
        books = books.again(&world).await;
        let restated = r#", asOf: "2026-03-31", restated: true"#;
        let host = position(&books, books.host(), "2025/26", restated).await;
        assert_eq!(host["total"]["actual"], "125.00");
        let former = position(&books, books.partner(1), "2025/26", restated).await;
        assert_eq!(former["total"]["actual"], "130.00");
        let known_at = former["knownAt"].as_str().expect("an instant");
        assert!(known_at < host["knownAt"].as_str().expect("an instant"), "not even when");
        let then = format!(r#"{restated}, knownAt: "{known_at}""#);
        assert_eq!(position(&books, books.partner(1), "2025/26", &then).await, former);
    }

    async fn v11_a_correction_is_restated_once_its_own_period_is_released(world: World) {
        let (books, scheme, april) = scene(&world).await;
        let host = books.host();
        let input = json!({ "id": books.agreement, "expectedVersion": 1, "postings": "RELEASED" });
        let _ = host.run("updatePartnershipAgreement", input, "agreement { id }").await.ok();
        books.close(2, "CLOSED").await;
        let _ = host.run("recordAdjustment", adjustment(&april, "-30.00", "2025-06-10", "1"), ALL).await.ok();
        let _ = books.spend(&scheme, "1.00", "2025-06-11", "june").await.ok();
        let release = async |period: i32| {
            let input = json!({ "fund": books.fund, "financialYear": "2025/26", "period": period });
            let _ = host.run("releasePeriod", input, "fund { id }").await.ok();
        };
        release(1).await;
        release(2).await;
        let restated = r#", asOf: "2025-06-30", restated: true"#;
        let seen = position(&books, books.partner(1), "2025/26", restated).await;
        assert_eq!(seen["total"]["actual"], "100.00");
        books.close_one(3, "SOFT_CLOSED").await;
        release(3).await;
        let seen = position(&books, books.partner(1), "2025/26", restated).await;
        assert_eq!((in_period(&seen, 1, "actual"), in_period(&seen, 3, "actual")), ("70.00".into(), "1.00".into()));
    }
}
