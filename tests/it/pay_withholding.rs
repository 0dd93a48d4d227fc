//! What is withheld of a contract's pay, given back and retained (NHS Standard Contract, GC9; rules
//! C8, G4, M13, M14).

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{
    Answer, World, both_databases,
    pay_withholding::{WITHHOLDING, a_tenth, settling},
    payment_run::Paid,
};
use tributary::service::verify::verify;

fn amounts(answer: &Answer) -> [String; 4] {
    let of = &answer.payload()["withholding"]["amounts"];
    ["withheld", "released", "retained", "outstanding"]
        .map(|it| of[it].as_str().unwrap_or_else(|| panic!("no amounts: {answer:#?}")).to_owned())
}

/// The lines of a run: of which month, what they are, and how much.
fn lines(run: &Answer) -> Vec<(i64, String, String)> {
    let lines = run.payload()["run"]["lines"].as_array().expect("lines");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let line = |it: &Value| {
        (it["period"].as_i64().expect("a month"), text(&it["nature"]), text(&it["amount"]))
    };
    lines.iter().map(line).collect()
}

fn line(period: i64, nature: &str, amount: &str) -> (i64, String, String) {
    (period, nature.to_owned(), amount.to_owned())
}

async fn acts(world: &World, action: &str) -> u64 {
    use entities::audit_act::{Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
    #[expect(clippy::disallowed_methods, reason = "the test looks at every row")]
    let acts = Entity::find().filter(Column::Action.eq(action));
    acts.count(world.database.for_migration()).await.expect("a count")
}

both_databases! {
    async fn gc9_what_is_withheld_released_and_retained_adds_up_with_what_is_paid(world: World) {
        let paid = Paid::block(&world).await;
        let made = paid.withholds((3, 6), "A").await.ok();
        assert_eq!(amounts(&made), ["3333.32", "0.00", "0.00", "3333.32"]);
        let run = paid.run(6, "1").await.ok();
        assert_eq!(run.at("/runPayment/run/total"), "46666.70");
        assert_eq!(lines(&run)[2..5], [
            line(3, "DUE", "8333.34"), line(3, "WITHHELD", "-833.33"), line(4, "DUE", "8333.34"),
        ]);
        let inputs = run.at("/runPayment/run/lines/3/explanation/steps/0/inputs").clone();
        let name = "withholding 1 (ACTION_PLAN_BREACHED): 1000 basis points of 8333.34";
        assert_eq!(inputs, json!([{ "name": name, "amount": "-833.33" }]));
        paid.approve(1).await.ok();

        let back = paid.settles("releaseWithheldPay", (1, "2025-12-01"), Some("1000.00"), "B").await.ok();
        assert_eq!(amounts(&back), ["3333.32", "1000.00", "0.00", "2333.32"]);
        let run = paid.run(9, "2").await.ok();
        assert_eq!(run.at("/runPayment/run/total"), "25999.99");
        assert_eq!(lines(&run)[2..], [line(9, "DUE", "8333.33"), line(9, "RELEASED", "1000.00")]);
        paid.approve(2).await.ok();

        let kept = paid.settles("retainWithheldPay", (2, "2026-02-01"), None, "C").await.ok();
        assert_eq!(amounts(&kept), ["3333.32", "1000.00", "2333.32", "0.00"]);
        assert_eq!(kept.payload()["withholding"]["endedOn"], "2026-02-01");
        let settled = &kept.payload()["withholding"]["settlements"];
        assert_eq!((&settled[0]["outcome"], &settled[0]["amount"]), (&json!("RELEASED"), &json!("1000.00")));
        assert_eq!((&settled[1]["isEverything"], &settled[1]["amount"]), (&json!(true), &json!("2333.32")));
        let rest = paid.run(12, "3").await.ok();
        assert_eq!(rest.at("/runPayment/run/total"), "24999.99");
        paid.approve(3).await.ok();
        // £100,000.00 less what was retained for good.
        assert_eq!(paid.stands().await, ("97666.68".to_owned(), "0.00".to_owned()));
        assert_eq!(paid.run(12, "4").await.problem(), "ALREADY_DONE");
        for act in ["withholdPay", "releaseWithheldPay", "retainWithheldPay"] {
            assert_eq!(acts(&world, act).await, 1, "{act}");
        }
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn gc9_pay_of_months_that_were_paid_is_taken_back_and_comes_again_when_released(world: World) {
        let paid = Paid::block(&world).await;
        paid.run(4, "1").await.ok();
        let mut input = a_tenth(&paid.contract, "BLOCK", (3, 4), "A");
        input["basisPoints"] = Value::Null;
        input["monthlyAmount"] = json!("10000.00");
        let all = paid.board.withholds("withholdPay", input).await.ok();
        assert_eq!(amounts(&all)[0], "16666.68", "no month is paid less than nothing");
        let run = paid.run(4, "2").await.ok();
        assert_eq!(lines(&run), [line(3, "WITHHELD", "-8333.34"), line(4, "WITHHELD", "-8333.34")]);
        paid.settles("releaseWithheldPay", (1, "2025-08-15"), None, "B").await.ok();
        let back = paid.run(5, "3").await.ok();
        assert_eq!(lines(&back), [line(5, "DUE", "8333.33"), line(5, "RELEASED", "16666.68")]);
        for run in 1..=3 {
            paid.approve(run).await.ok();
        }
        assert_eq!(paid.stands().await.0, "41666.69", "five months, and nothing else");
    }

    async fn gc9_of_the_whole_contract_each_component_gives_its_part(world: World) {
        let paid = Paid::block(&world).await;
        let transition = json!({ "transition": [{ "dueOn": "2025-04-09", "amount": "1666.66" }] });
        paid.component("CHANGE", transition).await;
        let mut input = a_tenth(&paid.contract, "BLOCK", (1, 1), "A");
        input["component"] = Value::Null;
        let whole = paid.board.withholds("withholdPay", input).await.ok();
        assert_eq!(amounts(&whole)[0], "1000.00", "a tenth of £10,000.00");
        let run = paid.run(1, "1").await.ok();
        assert_eq!(lines(&run)[1], line(1, "WITHHELD", "-833.33"));
        assert_eq!(lines(&run)[3], line(1, "WITHHELD", "-166.67"));
    }

    async fn m4_the_past_is_answered_as_it_was_known_and_had_taken_effect(world: World) {
        let paid = Paid::block(&world).await;
        paid.withholds((3, 6), "A").await.ok();
        world.it_is_at(2026, 4, 10, 14);
        paid.settles("releaseWithheldPay", (1, "2025-12-01"), None, "B").await.ok();
        let read = async |more: &str| -> Value {
            let told = paid.board.withholdings(&paid.contract, "2025/26", more).await;
            told["pay"]["withholdings"][0].clone()
        };
        let of = |told: &Value| {
            let of = &told["amounts"];
            [of["withheld"].clone(), of["released"].clone()]
        };
        assert_eq!(of(&read("").await), ["3333.32", "3333.32"]);
        let july = read("asOf: \"2025-07-31\"").await;
        assert_eq!(of(&july), ["1666.66", "0.00"], "two months had begun");
        assert_eq!((&july["settlements"], &july["version"]), (&json!([]), &json!(1)));
        let before = read("knownAt: \"2026-04-10T13:00:00.000000Z\"").await;
        assert_eq!(of(&before), ["3333.32", "0.00"]);
        let none = paid.board.withholdings(&paid.contract, "2025/26", "knownAt: \"2026-04-10T11:00:00.000000Z\"").await;
        assert_eq!(none["pay"]["withholdings"], json!([]));
        let other = paid.board.withholdings(&paid.contract, "2024/25", "").await;
        assert_eq!(other["pay"]["withholdings"], json!([]));
    }

    async fn m14_a_key_withholds_and_releases_once_and_a_dry_run_writes_nothing(world: World) {
        let paid = Paid::block(&world).await;
        let mut tried = a_tenth(&paid.contract, "BLOCK", (3, 6), "A");
        tried["dryRun"] = json!(true);
        let told = paid.board.withholds("withholdPay", tried).await.ok();
        assert_eq!(amounts(&told)[0], "3333.32");
        paid.withholds((3, 6), "A").await.ok();
        let again = paid.withholds((3, 6), "A").await.ok();
        assert_eq!(again.payload()["withholding"]["number"], 1);
        assert_eq!(paid.withholds((3, 7), "A").await.problem(), "IDEMPOTENCY_KEY_REUSED");
        let on = (1, "2025-12-01");
        paid.settles("releaseWithheldPay", on, Some("5.00"), "B").await.ok();
        let again = paid.settles("releaseWithheldPay", on, Some("5.00"), "B").await.ok();
        assert_eq!(amounts(&again)[1], "5.00");
        let stale = paid.settles("releaseWithheldPay", on, Some("5.00"), "C").await;
        assert_eq!(stale.refusal(), ("STALE_VERSION".into(), "expectedVersion".into()));
        assert_eq!(acts(&world, "withholdPay").await, 1);
        assert_eq!(acts(&world, "releaseWithheldPay").await, 1);
    }

    async fn gc9_every_refusal_says_what_is_wrong_and_where(world: World) {
        let paid = Paid::block(&world).await;
        let withhold = async |field: &str, value: Value| -> (String, String) {
            let mut input = a_tenth(&paid.contract, "BLOCK", (3, 6), "A");
            input[field] = value;
            paid.board.withholds("withholdPay", input).await.refusal()
        };
        let invalid = |path: &str| ("INVALID_VALUE".to_owned(), path.to_owned());
        assert_eq!(withhold("basisPoints", json!(0)).await, invalid("basisPoints"));
        assert_eq!(withhold("basisPoints", json!(10_001)).await, invalid("basisPoints"));
        assert_eq!(withhold("basisPoints", Value::Null).await, invalid("basisPoints"));
        assert_eq!(withhold("monthlyAmount", json!("1.00")).await, invalid("basisPoints"));
        assert_eq!(withhold("fromPeriod", json!(0)).await, invalid("fromPeriod"));
        assert_eq!(withhold("toPeriod", json!(13)).await, invalid("toPeriod"));
        assert_eq!(withhold("toPeriod", json!(2)).await, invalid("toPeriod"));
        assert_eq!(withhold("documentReference", json!(" ")).await, invalid("documentReference"));
        let unsaid = withhold("reasonCode", json!("OTHER")).await;
        assert_eq!(unsaid, ("REASON_REQUIRED".to_owned(), "reason".to_owned()));
        let unknown = withhold("component", json!("NONE")).await;
        assert_eq!(unknown, ("NOT_FOUND".to_owned(), "component".to_owned()));
        let mut nothing = a_tenth(&paid.contract, "BLOCK", (3, 6), "A");
        nothing["basisPoints"] = Value::Null;
        nothing["monthlyAmount"] = json!("0.00");
        let nothing = paid.board.withholds("withholdPay", nothing).await.refusal();
        assert_eq!(nothing, invalid("monthlyAmount"));

        paid.withholds((3, 6), "A").await.ok();
        let release = async |on: &str, amount: Option<&str>| {
            paid.settles("releaseWithheldPay", (1, on), amount, "B").await.refusal()
        };
        let date = ("INVALID_DATE".to_owned(), "effectiveOn".to_owned());
        assert_eq!(release("2026-04-11", None).await, date, "it has not come yet");
        assert_eq!(release("2025-05-31", None).await, date, "nothing was withheld yet");
        assert_eq!(release("2025-06-30", Some("833.34")).await, invalid("amount"));
        assert_eq!(release("2025-06-30", Some("0.00")).await, invalid("amount"));
        let retained = paid.settles("retainWithheldPay", (1, "2025-06-01"), None, "B").await;
        assert_eq!(retained.refusal(), invalid("effectiveOn"), "June is withheld no more");
        paid.settles("releaseWithheldPay", (1, "2025-07-01"), Some("1.00"), "B").await.ok();
        let earlier = paid.settles("releaseWithheldPay", (2, "2025-06-30"), None, "C").await;
        assert_eq!(earlier.refusal(), date);
        paid.settles("releaseWithheldPay", (2, "2025-09-01"), None, "C").await.ok();
        let over = paid.settles("retainWithheldPay", (3, "2025-09-01"), None, "D").await;
        assert_eq!(over.refusal(), ("ALREADY_DONE".into(), "withholding".into()));
        let mut none = settling(&paid.contract, (1, "2025-09-01"), None, "E");
        none["withholding"] = json!(2);
        let none = paid.board.withholds("releaseWithheldPay", none).await;
        assert_eq!(none.refusal(), ("NOT_FOUND".into(), "withholding".into()));
    }

    async fn c7_a_month_that_is_corrected_is_withheld_of_by_what_it_comes_to_now(world: World) {
        let paid = Paid::awarded(&world).await;
        let count = |people: i32| {
            paid.input(json!({ "code": "ALL", "countedOn": "2025-04-01", "people": people,
                "source": "Practice" }))
        };
        paid.board.run("recordListSize", count(1_000), "countedOn").await.ok();
        let capitation = json!({ "capitation": { "yearlyPrice": "120.00",
            "groups": [{ "code": "ALL" }], "refreshed": "MONTHLY" } });
        paid.component("BLOCK", capitation).await;
        paid.withholds((1, 1), "A").await.ok();
        let first = paid.run(1, "1").await.ok();
        assert_eq!(lines(&first), [line(1, "DUE", "10000.00"), line(1, "WITHHELD", "-1000.00")]);
        world.pass(1);
        paid.board.run("recordListSize", count(1_100), "countedOn").await.ok();
        let second = paid.run(1, "2").await.ok();
        assert_eq!(lines(&second), [line(1, "DUE", "1000.00"), line(1, "WITHHELD", "-100.00")]);
        assert_eq!(second.at("/runPayment/run/lines/1/isAdjustment"), true);
    }

    async fn c8_the_database_lets_nobody_change_or_delete_what_was_withheld(world: World) {
        let paid = Paid::block(&world).await;
        paid.withholds((3, 6), "A").await.ok();
        paid.settles("releaseWithheldPay", (1, "2025-12-01"), Some("5.00"), "B").await.ok();
        for table in ["pay_withholding", "pay_withholding_settlement"] {
            let delete = format!("delete from {table}");
            for change in [delete, format!("update {table} set number = number")] {
                let outcome = world.database.for_migration().execute_unprepared(&change).await;
                let why = outcome.expect_err("the database refuses").to_string();
                assert!(why.contains("append-only"), "{change}: {why}");
            }
        }
    }

    async fn a_draft_pays_nothing_and_nothing_is_withheld_of_it(world: World) {
        let paid = Paid::block(&world).await;
        let mut draft = tests::contracts::drafted("UC-2", &[(&paid.board, 1)], &[&paid.trust]);
        draft["startsOn"] = json!("2025-04-01");
        let draft = paid.board.draft(draft).await;
        let mut input = a_tenth(&draft, "BLOCK", (1, 2), "A");
        input["component"] = Value::Null;
        let refused = paid.board.run("withholdPay", input, WITHHOLDING).await;
        assert_eq!(refused.refusal(), ("INVALID_VALUE".into(), "contract".into()));
    }
}
