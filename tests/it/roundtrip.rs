//! What is planned, promised and expected comes back in the position, as of its day and as known
//! at its instant.

use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases};

/// A fund of two partners with two schemes of £1,200.00 each.
async fn fund(world: &World) -> (Books, String, String) {
    let books = Books::open(world, &["Council", "ICB"]).await;
    books.contribution(0, "1200.00").await;
    books.contribution(1, "1200.00").await;
    let one = books.scheme("1", "1200.00", &[1, 2]).await;
    let other = books.scheme("2", "1200.00", &[0, 1]).await;
    (books, one, other)
}

async fn save(books: &Books, lines: &[(&str, i32, &str)]) -> Answer {
    let line = |(scheme, month, amount): &(&str, i32, &str)| json!({ "scheme": scheme, "month": month, "amount": amount });
    let input = json!({
        "fund": books.fund, "financialYear": "2025/26", "commentary": "Expected",
        "lines": lines.iter().map(line).collect::<Vec<_>>(),
    });
    books.host().run("saveForecast", input, "forecast { id version status }").await
}

async fn submit(actor: &Actor, forecast: &str) -> Answer {
    actor.run("submitForecast", json!({ "forecast": forecast }), "forecast { status }").await
}

/// The position as of the end of September, with `arguments` more.
async fn stands(books: &Books, arguments: &str) -> Value {
    let figures = "figures { budget actual committed remainingForecast forecastOutturn variance }";
    let selection = format!(
        "knownAt forecastVersion total: total {{ budget actual committed remainingForecast
            forecastOutturn variance }}
        byScheme(first: 9) {{ nodes {{ schemeReference {figures} }} }}
        byPartner(first: 9) {{ nodes {{ {figures} }} }}
        bySource(first: 9) {{ nodes {{ {figures} }} }}"
    );
    let arguments = format!(r#", asOf: "2025-09-30"{arguments}"#);
    let answer = books.position(books.partner(1), &arguments, &selection).await.ok();
    answer.at("/pooledFund/position").clone()
}

fn pence(value: &Value) -> i64 {
    let text = value.as_str().expect("money").replace('.', "");
    text.parse().expect("an amount")
}

/// Rule M10, and that the lines add up to the fund.
fn adds_up(position: &Value) {
    let total = &position["total"];
    let one = |figures: &Value| {
        assert_eq!(
            pence(&figures["forecastOutturn"]),
            pence(&figures["actual"]) + pence(&figures["remainingForecast"])
        );
        assert_eq!(
            pence(&figures["variance"]),
            pence(&figures["forecastOutturn"]) - pence(&figures["budget"])
        );
    };
    one(total);
    for list in ["byScheme", "byPartner", "bySource"] {
        let nodes = position[list]["nodes"].as_array().expect("lines");
        for field in
            ["budget", "actual", "committed", "remainingForecast", "forecastOutturn", "variance"]
        {
            let sum: i64 = nodes.iter().map(|line| pence(&line["figures"][field])).sum();
            assert_eq!(sum, pence(&total[field]), "{list} {field}");
        }
        nodes.iter().for_each(|line| one(&line["figures"]));
    }
}

both_databases! {
    async fn m10_the_latest_submitted_forecast_counts_and_adds_up(world: World) {
        let (books, one, other) = fund(&world).await;
        let _ = books.spend(&one, "100.00", "2025-06-10", "1").await.ok();
        let _ = books.spend(&other, "33.33", "2025-07-10", "2").await.ok();
        let before = stands(&books, "").await;
        assert_eq!(before["forecastVersion"], Value::Null);
        assert_eq!(before["total"]["forecastOutturn"], Value::Null);

        // June is past at the end of September: what was expected of it counts no more.
        let first = save(&books, &[(&one, 3, "999.99"), (&one, 8, "200.00"), (&other, 12, "0.01")]).await.ok();
        assert_eq!(first.at("/saveForecast/forecast/version"), 1);
        assert_eq!(first.text("/saveForecast/forecast/status"), "DRAFT");
        assert_eq!(stands(&books, "").await, before, "a draft counts in no position");

        let first = first.text("/saveForecast/forecast/id").to_owned();
        assert_eq!(submit(books.partner(1), &first).await.problem(), "NOT_FOUND");
        let submitted = submit(books.host(), &first).await.ok();
        assert_eq!(submitted.text("/submitForecast/forecast/status"), "SUBMITTED");
        let with_first = stands(&books, "").await;
        assert_eq!(with_first["forecastVersion"], 1);
        assert_eq!(with_first["total"]["remainingForecast"], "200.01");
        assert_eq!(with_first["total"]["forecastOutturn"], "333.34");
        adds_up(&with_first);

        let second = save(&books, &[(&one, 8, "1200.00")]).await.ok();
        let third = save(&books, &[(&one, 9, "1300.10"), (&other, 10, "-5.00")]).await.ok();
        let third = third.text("/saveForecast/forecast/id").to_owned();
        let _ = submit(books.host(), &third).await.ok();
        let with_third = stands(&books, "").await;
        assert_eq!(with_third["forecastVersion"], 3);
        assert_eq!(with_third["total"]["remainingForecast"], "1295.10");
        adds_up(&with_third);

        // An earlier version would be submitted to no effect, and none is submitted twice.
        let second = second.text("/saveForecast/forecast/id");
        assert_eq!(submit(books.host(), second).await.problem(), "ALREADY_DONE");
        assert_eq!(submit(books.host(), &third).await.problem(), "ALREADY_DONE");
        // Rule M8: what was known then is answered then as now.
        let known_at = with_first["knownAt"].as_str().expect("an instant");
        assert_eq!(stands(&books, &format!(r#", knownAt: "{known_at}""#)).await, with_first);
    }

    async fn a_forecast_with_a_line_that_cannot_be_is_not_saved(world: World) {
        let (books, one, _) = fund(&world).await;
        let before = books.everything().await;
        for (lines, code, path) in [
            (vec![(one.as_str(), 13, "1.00")], "INVALID_VALUE", "lines.0.month"),
            (vec![(one.as_str(), 0, "1.00")], "INVALID_VALUE", "lines.0.month"),
            (vec![(one.as_str(), 1, "1.00"), (one.as_str(), 1, "2.00")], "INVALID_VALUE", "lines.1.month"),
            (vec![("sch_none", 1, "1.00")], "NOT_FOUND", "lines.0.scheme"),
            (vec![(one.as_str(), 1, "1,000")], "INVALID_MONEY", "lines.0.amount"),
        ] {
            let refused = save(&books, &lines).await;
            assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), (code, path));
        }
        assert_eq!(books.everything().await, before);
    }

    async fn a_commitment_counts_from_its_day_and_is_released_in_parts(world: World) {
        let (books, one, _) = fund(&world).await;
        let commitment = json!({
            "scheme": one, "financialYear": "2025/26", "amount": "900.00", "description": "Beds",
            "payee": books.partner(1).id, "effectiveOn": "2025-06-01", "idempotencyKey": "1",
        });
        let fields = "commitment { id amount released outstanding payee { name } }";
        let made = books.host().run("recordCommitment", commitment.clone(), fields).await.ok();
        let again = books.host().run("recordCommitment", commitment.clone(), fields).await.ok();
        assert_eq!(made.0, again.0, "rule M14");
        let id = made.text("/recordCommitment/commitment/id").to_owned();
        let mut too_much = commitment;
        too_much["idempotencyKey"] = json!("2");
        too_much["amount"] = json!("300.01");
        let refused = books.host().run("recordCommitment", too_much, fields).await;
        assert_eq!((refused.problem(), refused.problem_path()), ("INSUFFICIENT_AMOUNT".into(), "amount".into()));

        let release = async |amount: &str, on: &str, key: &str| {
            let input = json!({
                "commitment": id, "amount": amount, "effectiveOn": on, "idempotencyKey": key,
            });
            books.host().run("releaseCommitment", input, fields).await
        };
        let released = release("400.00", "2025-08-01", "1").await.ok();
        assert_eq!(released.text("/releaseCommitment/commitment/outstanding"), "500.00");
        assert_eq!(released.text("/releaseCommitment/commitment/released"), "400.00");
        let repeated = release("400.00", "2025-08-01", "1").await.ok();
        assert_eq!(repeated.0, released.0, "rule M14");
        assert_eq!(release("500.01", "2025-08-02", "2").await.problem(), "INSUFFICIENT_AMOUNT");
        assert_eq!(release("1.00", "2025-05-31", "2").await.problem(), "INVALID_DATE");

        let committed = async |on: &str| {
            let selection = "total { committed } byPartner(first: 9) { nodes { figures { committed } } }";
            let answer = books.position(books.host(), &format!(r#", asOf: "{on}""#), selection).await.ok();
            let position = answer.at("/pooledFund/position");
            let parts = position["byPartner"]["nodes"].as_array().expect("partners");
            let sum: i64 = parts.iter().map(|part| pence(&part["figures"]["committed"])).sum();
            assert_eq!(sum, pence(&position["total"]["committed"]));
            position["total"]["committed"].clone()
        };
        assert_eq!(committed("2025-05-31").await, "0.00");
        assert_eq!(committed("2025-06-01").await, "900.00");
        assert_eq!(committed("2025-08-01").await, "500.00");
    }

    async fn m4_a_virement_counts_from_its_day_and_from_when_it_was_known(world: World) {
        let (books, one, other) = fund(&world).await;
        let known_before = stands(&books, "").await["knownAt"].as_str().expect("an instant").to_owned();
        let virement = books.movement("VIREMENT", "2025-07-01", &[(&one, "-300.00"), (&other, "300.00")], &[]);
        let fields = "movement { id kind knownAt decision { minuteReference } schemes { reference amount } contributions { amount } }";
        let moved = books.host().run("moveBudget", virement.clone(), fields).await.ok();
        assert_eq!(moved.at("/moveBudget/movement/schemes"), &json!([
            { "reference": "1", "amount": "-300.00" }, { "reference": "2", "amount": "300.00" }]));
        let again = books.host().run("moveBudget", virement, fields).await.ok();
        assert_eq!(again.0, moved.0, "rule M14");

        let budgets = async |arguments: &str| {
            let selection = "total { budget } budgetByOrigin { original virements variations }
                byScheme(first: 9) { nodes { figures { budget } } }";
            let answer = books.position(books.partner(1), arguments, selection).await.ok();
            let position = answer.at("/pooledFund/position").clone();
            assert_eq!(position["total"]["budget"], "2400.00");
            assert_eq!(position["budgetByOrigin"], json!({
                "original": "2400.00", "virements": "0.00", "variations": "0.00" }));
            let nodes = position["byScheme"]["nodes"].as_array().expect("schemes").clone();
            nodes.iter().map(|it| it["figures"]["budget"].as_str().expect("money").to_owned()).collect::<Vec<_>>()
        };
        let (old, new) = (["1200.00", "1200.00"], ["900.00", "1500.00"]);
        assert_eq!(budgets(r#", asOf: "2025-06-30""#).await, old);
        assert_eq!(budgets(r#", asOf: "2025-07-01""#).await, new);
        assert_eq!(budgets(&format!(r#", asOf: "2026-03-31", knownAt: "{known_before}""#)).await, old);
        let known_at = moved.text("/moveBudget/movement/knownAt");
        assert_eq!(budgets(&format!(r#", asOf: "2026-03-31", knownAt: "{known_at}""#)).await, new);

        // The months before it are as they were; the rest is spread over those that are left.
        let months = format!(r#"{{ node(id: "{one}") {{ ... on Scheme {{
            monthlyBudget(financialYear: "2025/26") budget(financialYear: "2025/26", asOf: "2025-06-30") }} }} }}"#);
        let answer = books.host().ask(&months).await.ok();
        let months = answer.at("/node/monthlyBudget").as_array().expect("months");
        assert_eq!(&months[..3], &[json!("100.00"), json!("100.00"), json!("100.00")]);
        let rest: i64 = months[3..].iter().map(pence).sum();
        assert_eq!(rest, 60_000);
        assert_eq!(answer.text("/node/budget"), "1200.00");
    }

    async fn m15_a_changed_split_divides_later_postings_only(world: World) {
        let (books, one, _) = fund(&world).await;
        let _ = books.spend(&one, "300.00", "2025-05-10", "1").await.ok();
        let split = json!({
            "scheme": one, "financialYear": "2025/26", "effectiveOn": "2025-07-01",
            "shares": [{ "partner": books.host().id, "source": "ADDITIONAL_NHS", "weight": 1 }],
        });
        let _ = books.host().run("setFundingSplit", split, "scheme { id }").await.ok();
        let _ = books.spend(&one, "30.00", "2025-06-30", "2").await.ok();
        let _ = books.spend(&one, "7.00", "2025-07-01", "3").await.ok();
        let selection = "byPartner(first: 9) { nodes { partner { name } figures { actual } } }";
        let answer = books.position(books.host(), r#", asOf: "2025-09-30""#, selection).await.ok();
        assert_eq!(answer.at("/pooledFund/position/byPartner/nodes"), &json!([
            { "partner": { "name": "Council" }, "figures": { "actual": "117.00" } },
            { "partner": { "name": "ICB" }, "figures": { "actual": "220.00" } }]));
    }
}
