//! Care is paid for while it is delivered: not while a contract is suspended as a whole, nor after it
//! has ended (rule C8).

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{both_databases, payment_run::Paid};

/// The amounts of the block, month by month.
fn months(lines: &[Value]) -> Vec<String> {
    lines.iter().map(|it| it["amount"].as_str().expect("money").to_owned()).collect()
}

async fn begun(paid: &Paid) {
    for step in ["mobiliseContract", "activateContract"] {
        paid.board.step(step, &paid.contract, "2025-06-30", json!({})).await.ok();
    }
}

async fn suspended(paid: &Paid, on: &str, part: Option<&str>) {
    let why = json!({ "suspendedPart": part, "continuity": "The council's own team",
        "reasonCode": "SAFETY", "documentReference": "Notice 3" });
    paid.board.step("suspendContract", &paid.contract, on, why).await.ok();
}

both_databases! {
    async fn c8_a_whole_suspension_stops_pay_for_care_in_its_months_and_a_part_of_one_by_days(world: World) {
        let paid = Paid::block(&world).await;
        begun(&paid).await;
        paid.run(8, "1").await.ok();
        paid.approve(1).await.ok();
        suspended(&paid, "2025-08-01", None).await;
        paid.board.step("resumeContract", &paid.contract, "2025-10-11", json!({})).await.ok();
        let lines = paid.lines("").await;
        // August and September, and ten of October's 31 days: £2,688.17.
        let amounts = months(&lines);
        assert_eq!(amounts[3..8], ["8333.34", "0.00", "0.00", "5645.16", "8333.33"]);
        let said = &lines[4]["explanation"]["steps"][0]["inputs"][1];
        assert_eq!(said, &json!({ "name": "suspended all month: no care is paid for",
            "amount": "-8333.33" }));
        let said = &lines[6]["explanation"]["steps"][0]["inputs"][1]["name"];
        assert_eq!(said, "suspended on 10 of 31 days: of 8333.33");
        let run = paid.run(8, "2").await.ok();
        assert_eq!(run.at("/runPayment/run/total"), "-19354.83");
        assert_eq!(run.at("/runPayment/run/lines/0/isAdjustment"), true);
        paid.approve(2).await.ok();
        assert_eq!(paid.stands().await.0, "47311.85");
    }

    async fn c8_a_suspension_of_a_part_stops_nothing_by_itself(world: World) {
        let paid = Paid::block(&world).await;
        begun(&paid).await;
        suspended(&paid, "2025-08-01", Some("Night service")).await;
        assert_eq!(months(&paid.lines("").await)[4..6], ["8333.33", "8333.33"]);
    }

    async fn c8_the_schedule_too_shows_no_pay_for_care_after_the_end_and_says_why(world: World) {
        let paid = Paid::block(&world).await;
        begun(&paid).await;
        let due = json!({ "transition": [{ "dueOn": "2026-01-15", "amount": "250.00" }] });
        paid.component("RUN-OFF", due).await;
        let why = json!({ "reasonCode": "SAFETY", "documentReference": "Deed of termination" });
        paid.board.step("terminateContract", &paid.contract, "2025-09-20", why).await.ok();
        let lines = paid.lines("").await;
        let (block, rest): (Vec<Value>, Vec<Value>) =
            lines.into_iter().partition(|it| it["component"] == "BLOCK");
        assert_eq!(months(&block)[5..7], ["8333.33", "0.00"]);
        let said = &block[6]["explanation"]["steps"][0]["inputs"][1]["name"];
        assert_eq!(said, "the contract had ended, or was given up: no care is paid for");
        assert_eq!(months(&rest), ["250.00"], "what pays for no care may fall due later");
        let run = paid.run(12, "1").await.ok();
        assert_eq!(run.at("/runPayment/run/total"), "50250.02");
        let before = paid.lines("asOf: \"2025-09-19\"").await;
        assert_eq!(months(&before)[6], "8333.33", "it had not ended yet");
    }

    async fn c8_what_was_asked_before_the_rules_changed_is_answered_as_it_was(world: World) {
        let paid = Paid::block(&world).await;
        begun(&paid).await;
        suspended(&paid, "2025-08-01", None).await;
        // An installation that had pay is brought to version 2 an hour later.
        let changed = "insert into pay_rule_version (version, known_at)
            select 2, max(known_at) + 3600000000 from contract_status_change";
        world.database.for_migration().execute_unprepared(changed).await.expect("it is told");
        world.it_is_at(2026, 4, 10, 15);
        let then = paid.lines("knownAt: \"2026-04-10T12:30:00.000000Z\"").await;
        assert_eq!((&then[4]["amount"], &then[4]["explanation"]["version"]), (&json!("8333.33"), &json!(1)));
        for since in ["knownAt: \"2026-04-10T14:30:00.000000Z\"", ""] {
            let now = paid.lines(since).await;
            assert_eq!((&now[4]["amount"], &now[4]["explanation"]["version"]), (&json!("0.00"), &json!(2)));
        }
    }
}
