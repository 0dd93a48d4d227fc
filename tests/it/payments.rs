//! Payments files: as publishers write them they become postings, each line once, all of a file or
//! nothing of it.

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{
    both_databases,
    evidence::Random,
    payments::{PayingFund, counts, ended, reasons, told, when},
};
use tributary::service::verify::verify;

const HEADER: &str = "Council name,Payment Date,Supplier,Amount\n";

/// A file of Babergh's layout.
fn babergh(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| format!("Babergh,{line}\n"));
    format!("{HEADER}{}", lines.collect::<String>())
}

both_databases! {
    async fn a_file_that_is_not_whole_or_of_another_layout_posts_nothing(world: World) {
        let pool = PayingFund::in_world(&world, "Bad").await;
        let scheme = pool.scheme("All", &["2025/26"]).await;
        let good = babergh(&["2025-05-01,A LTD,1.00", "2025-05-02,\"B, LTD\",2.00"]);
        let cut = &good[..good.len() - 6];
        let quoted = &good[..good.rfind(" LTD").expect("a quoted supplier")];
        let mut windows = good.clone().into_bytes();
        windows[HEADER.len() + 20] = 0x96;
        let files: [(Vec<u8>, &str); 6] = [
            (windows, "line 2, column 21: the byte 0x96 is not UTF-8"),
            (cut.into(), "line 3, column 28: the line ends after 3 of 4 cells"),
            (quoted.into(), "line 3, column 20: the quoted text that begins here is never closed"),
            (good.replace("Supplier", "Payee").into(), "line 1: the header has no column \"Supplier\": \
                found \"Council name\", \"Payment Date\", \"Payee\", \"Amount\"; expected"),
            (Vec::new(), "line 1: the file is empty"),
            (format!("\u{feff}{good}").encode_utf16().flat_map(u16::to_le_bytes).collect(), "line 1, column 1: the byte 0xFF"),
        ];
        for (file, words) in files {
            let input = pool.input(&pool.upload(file).await, "BABERGH", &scheme);
            let tried = pool.attempt(input.clone()).await;
            assert_eq!((tried.problem(), tried.problem_path()), ("REJECTED_ROWS".into(), "upload".into()));
            let job = pool.import(input).await;
            let failure = job["report"]["failure"].as_str().expect("a failure");
            assert!(job["status"] == "FAILED" && failure.contains(words), "{failure}");
        }
        assert_eq!(pool.transactions().await, 0);
    }

    async fn a_line_that_cannot_be_taken_stops_the_file_unless_the_rest_is_wanted(world: World) {
        let pool = PayingFund::in_world(&world, "Lines").await;
        let scheme = pool.scheme("All", &["2025/26"]).await;
        let file = babergh(&[
            "2025-05-01,A LTD,1.00",
            "2025-05-01,A LTD,1.005",
            "01/05/2025,A LTD,1.00",
            "2025-05-01,,1.00",
            "2025-05-01,A LTD,\"1,000.00\"",
            "2025-05-01,A LTD",
            "2024-05-01,A LTD,1.00",
            "2025-05-01,A LTD,0",
            "2025-05-01,A LTD,-0.2500000001",
        ]) + "Babergh,2025-05-01,B LTD,2.00\n";
        let mut input = pool.input(&pool.upload(file).await, "BABERGH", &scheme);
        let all_or_none = pool.import(input.clone()).await;
        assert_eq!((&all_or_none["status"], pool.transactions().await), (&json!("FAILED"), 0));
        let said: Vec<(u64, String)> = all_or_none["report"]["rejected"]["nodes"]
            .as_array()
            .expect("lines")
            .iter()
            .map(|line| (line["line"].as_u64().expect("a line"), line["reason"].to_string()))
            .collect();
        let expected = [
            (3, "Amount: \\\"1.005\\\" is no whole number of pence"),
            (4, "Payment Date: \\\"01/05/2025\\\" is not a day written as 2012-03-28"),
            (5, "Supplier: the name is blank"),
            (6, "Amount: \\\"1,000.00\\\" is not an amount"),
            (7, "the line has 3 columns instead of 4"),
            (8, "no funding in 2024/25"),
        ];
        for ((line, reason), (number, words)) in said.iter().zip(expected) {
            assert!(*line == number && reason.contains(words), "{line}: {reason}");
        }
        assert_eq!(said.len(), expected.len());
        input["skipRejected"] = json!(true);
        for dry_run in [true, false] {
            input["dryRun"] = json!(dry_run);
            let rest = pool.import(input.clone()).await;
            assert_eq!(counts(&rest), [3, 0, 6]);
            let report = &rest["report"]["payments"];
            assert_eq!((&report["unreadable"], &report["zero"], &report["rounded"]), (&json!(5), &json!(1), &json!(1)));
            assert_eq!((told(&report["read"]), told(&report["refused"])), ((5, 375), (1, 100)));
            assert_eq!((told(&report["posted"]), told(&report["credits"])), ((3, 275), (1, -25)));
            assert_eq!(rest["report"]["notes"]["totalCount"], json!(1));
            assert_eq!(pool.transactions().await, if dry_run { 0 } else { 3 });
        }
        assert_eq!(pool.actual("2025/26").await, 275);
        let kinds = format!(
            r#"{{ pooledFund(reference: "{}") {{ transactions(first: 9) {{ nodes {{
                kind description payee {{ name }} entries {{ amount }} }} }} }} }}"#,
            pool.reference
        );
        let nodes = pool.host.ask(&kinds).await.ok().at("/pooledFund/transactions/nodes").clone();
        let refund = nodes.as_array().expect("postings").iter().find(|it| it["kind"] == "EXPENDITURE_REFUND");
        let refund = refund.expect("the credit is a refund");
        assert_eq!(refund["description"], "A LTD (published by Babergh)");
        assert_eq!((&refund["payee"], refund["entries"].as_array().map(Vec::len)), (&Value::Null, Some(3)));
    }

    async fn identical_lines_are_counted_and_a_known_number_with_other_content_is_refused(world: World) {
        let pool = PayingFund::in_world(&world, "Keys").await;
        let scheme = pool.scheme("All", &["2025/26"]).await;
        let line = "2025-05-01,A LTD,1.00";
        for (lines, expected) in [(2, [2, 0, 0]), (4, [2, 2, 0]), (3, [0, 3, 0])] {
            let file = babergh(&vec![line; lines]);
            let input = pool.input(&pool.upload(file).await, "BABERGH", &scheme);
            assert_eq!(counts(&pool.import(input).await), expected);
        }
        let numbered = |lines: &[&str]| {
            let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
            format!("Number,Paid,To,Pounds\n{lines}")
        };
        let columns = json!({ "columns": {
            "publisher": { "name": "Council" }, "transactionNumber": "Number", "date": "Paid",
            "dateForm": "DAY_MONTH_YEAR", "amount": "Pounds", "amountForm": "THOUSANDS_SEPARATORS",
            "supplier": "To",
        } });
        let import = async |lines: &[&str], skip_rejected: bool| {
            let mut input = pool.input(&pool.upload(numbered(lines)).await, "", &scheme);
            input["layout"] = columns.clone();
            input["skipRejected"] = json!(skip_rejected);
            pool.import(input).await
        };
        // Two lines of one payment are both posted, in whatever order they come again.
        let (one, other) = ("7,01/05/2025,A,\"1,000\"", "7,01/05/2025,A,20.00");
        assert_eq!(counts(&import(&[one, other], false).await), [2, 0, 0]);
        assert_eq!(counts(&import(&[other, one], false).await), [0, 2, 0]);
        let changed = "7,02/05/2025,A,21.00";
        let refused = import(&[one, changed, "8,01/05/2025,A,5"], false).await;
        assert_eq!((&refused["status"], pool.transactions().await), (&json!("FAILED"), 6));
        let why = reasons(&refused);
        assert!(why.contains("on 2025-05-01 and not on 2025-05-02, as 20.00 and not as 21.00"), "{why}");
        assert_eq!(counts(&import(&[one, changed, "8,01/05/2025,A,5"], true).await), [1, 1, 1]);
        assert_eq!(pool.actual("2025/26").await, 400 + 102_000 + 500);
        // What the file said is remembered, and never changed.
        let connection = world.database.for_migration();
        for change in ["update payment_line set amount_pence = 1", "delete from payment_line"] {
            let refused = sea_orm::ConnectionTrait::execute_unprepared(connection, change).await;
            assert!(refused.expect_err(change).to_string().contains("append-only"));
        }
        verify(&world.database).await.expect("the books are in order");
    }

    async fn payments_obey_periods_limits_and_roles_as_a_posting_that_is_typed_in(world: World) {
        let pool = PayingFund::in_world(&world, "Rights").await;
        let scheme = pool.scheme("All", &["2025/26"]).await;
        let limit = json!({ "agreement": pool.agreement, "amount": "100.00", "startsOn": "2025-10-01" });
        let approver = world.actor(pool.host.organisation, &[Role::Approver, Role::Commissioner, Role::Finance]).await;
        let _ = approver.run("setPostingLimit", limit, "agreement { id }").await.ok();
        for (period, status) in [(1, "CLOSED"), (2, "SOFT_CLOSED")] {
            let closing = json!({ "fund": pool.fund, "financialYear": "2025/26", "period": period,
                "status": status, "reason": "Month end" });
            let _ = pool.host.run("closePeriod", closing, "closing { period }").await.ok();
        }
        let file = babergh(&["2025-04-01,A,1", "2025-05-01,A,1", "2025-06-01,A,100.01", "2025-06-01,A,1"]);
        let upload = pool.upload(file).await;
        let mut input = pool.input(&upload, "BABERGH", &scheme);
        let why = reasons(&pool.import(input.clone()).await);
        for words in ["is closed", "give a reason", "100.00"] {
            assert!(why.contains(words), "{why}");
        }
        assert_eq!(pool.transactions().await, 0);
        input["reason"] = json!("Published late");
        input["skipRejected"] = json!(true);
        assert_eq!(counts(&pool.import(input.clone()).await), [2, 0, 2]);

        // Only the host's finance imports, and only its organisation's own file.
        let upload = pool.upload(babergh(&["2025-06-01,A,1"])).await;
        let input = pool.input(&upload, "BABERGH", &scheme);
        let commissioner = world.actor(pool.host.organisation, &[Role::Commissioner]).await;
        let stranger = PayingFund::in_world(&world, "Stranger").await;
        for verb in ["importPayments", "tryPaymentRules"] {
            let selection = if verb == "importPayments" { "job { id }" } else { "report { zero }" };
            let mut sent = input.clone();
            assert_eq!(commissioner.run(verb, sent.clone(), selection).await.problem(), "NOT_ALLOWED");
            assert_eq!(pool.partner.run(verb, sent.clone(), selection).await.problem(), "NOT_ALLOWED");
            let hidden = stranger.host.run(verb, sent.clone(), selection).await;
            assert_eq!((hidden.problem(), hidden.problem_path()), ("NOT_FOUND".into(), "fund".into()));
            sent["fund"] = json!(stranger.fund);
            let foreign = stranger.host.run(verb, sent.clone(), selection).await;
            assert_eq!((foreign.problem(), foreign.problem_path()), ("NOT_FOUND".into(), "upload".into()));
            sent["upload"] = json!(stranger.upload("x").await);
            let foreign = stranger.host.run(verb, sent, selection).await;
            assert_eq!(
                (foreign.problem(), foreign.problem_path()),
                ("NOT_FOUND".into(), "otherwise.scheme".into())
            );
        }
        let inline = json!({ "kind": "PAYMENTS", "content": "a,b" });
        let refused = pool.host.run("importFile", inline, "job { id }").await;
        assert_eq!((refused.problem(), refused.problem_path()), ("NOT_ALLOWED".into(), "kind".into()));
        let begun = pool.host.run("importPayments", input, "job { id }").await.ok();
        let job = begun.text("/importPayments/job/id");
        assert_eq!(ended(&pool.host, job).await["kind"], "PAYMENTS");
        let seen = stranger.host.ask(&format!(r#"{{ importJob(id: "{job}") {{ status }} }}"#)).await.ok();
        assert_eq!(seen.at("/importJob"), &Value::Null);
        let acts = "{ auditTrail(first: 100, where: {action: {eq: \"importPayments\"}}) { totalCount } }";
        let auditor = world.actor(pool.host.organisation, &[Role::Auditor]).await;
        let acts = auditor.ask(acts).await.ok();
        assert_eq!(acts.at("/auditTrail/totalCount"), &json!(3), "{acts:?}");
    }

    async fn a_rule_that_means_nothing_is_refused_where_it_stands(world: World) {
        let pool = PayingFund::in_world(&world, "Rules").await;
        let scheme = pool.scheme("All", &["2025/26"]).await;
        let upload = pool.upload(babergh(&["2025-06-01,A,1", "2025-06-01,B,2"])).await;
        let then = json!({ "scheme": scheme });
        let rule = |when: Value, then: &Value| json!([{ "when": when, "then": then }]);
        let cases = [
            (rule(json!([]), &then), "INVALID_VALUE", "rules.0.when"),
            (rule(json!([when("", "EQUALS", "A")]), &then), "INVALID_VALUE", "rules.0.when.0.column"),
            (rule(json!([when("Supplier", "CONTAINS", " ")]), &then), "INVALID_VALUE", "rules.0.when.0.text"),
            (rule(json!([when("Supplier", "EQUALS", "A")]), &json!({ "leaveOut": "" })), "INVALID_VALUE", "rules.0.then.leaveOut"),
            (rule(json!([when("Supplier", "EQUALS", "A")]), &json!({ "scheme": pool.fund })), "NOT_FOUND", "rules.0.then.scheme"),
        ];
        for (rules, code, path) in cases {
            let mut input = pool.input(&upload, "BABERGH", &scheme);
            input["rules"] = rules;
            let refused = pool.attempt(input).await;
            assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), (code, path));
        }
        let unknown = pool.attempt(pool.input(&upload, "ELSEWHERE", &scheme)).await;
        assert_eq!((unknown.problem(), unknown.problem_path()), ("UNKNOWN_CODE".into(), "layout.known".into()));
        let mut input = pool.input(&upload, "BABERGH", &scheme);
        input["rules"] = rule(json!([when("Expense Type", "EQUALS", "A")]), &then);
        let refused = pool.attempt(input.clone()).await.0.to_string();
        assert!(refused.contains("no column \\\\\\\"Expense Type\\\\\\\"") || refused.contains("Expense Type"), "{refused}");
        // What nothing matches is rejected, and told by line.
        input["rules"] = rule(json!([when("supplier".to_uppercase().as_str(), "EQUALS", "a")]), &then);
        assert_eq!(pool.attempt(input.clone()).await.problem(), "REJECTED_ROWS", "names of columns are exact");
        input["rules"] = rule(json!([when("Supplier", "EQUALS", "a")]), &then);
        input.as_object_mut().expect("an input").remove("otherwise");
        let tried = pool.attempt(input.clone()).await.ok();
        let report = tried.at("/tryPaymentRules/report");
        assert_eq!((told(&report["unmatched"]), &report["unmatchedLines"]), ((1, 200), &json!([3])));
        let job = pool.import(input).await;
        assert!(job["status"] == "FAILED" && reasons(&job).contains("no rule says"), "{job:#}");
    }

    async fn the_parts_of_every_report_add_up_to_its_file(world: World) {
        let mut random = Random::new(tests::evidence::seed());
        let pool = PayingFund::in_world(&world, "Sums").await;
        let scheme = pool.scheme("All", &["2024/25", "2025/26"]).await;
        let mut posted = 0;
        for _ in 0..12 {
            let mut sum = 0;
            let lines: Vec<String> = (0..random.below(40))
                .map(|_| {
                    let pence = i64::try_from(random.below(4_001)).expect("few pence") - 2_000;
                    sum += pence;
                    let (sign, size) = (if pence < 0 { "-" } else { "" }, pence.abs());
                    let noise = ["", "0", "00000001"][usize::try_from(random.below(3)).expect("few")];
                    let year = 2023 + random.below(3);
                    let supplier = ["A", "B", "C", "D"][usize::try_from(random.below(4)).expect("few")];
                    format!("{year}-05-0{},{supplier},{sign}{}.{:02}{noise}", 1 + random.below(3), size / 100, size % 100)
                })
                .collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let mut input = pool.input(&pool.upload(babergh(&lines)).await, "BABERGH", &scheme);
            input["sinceYear"] = json!("2024/25");
            input["rules"] = json!([
                { "when": [when("Supplier", "EQUALS", "a")], "then": { "scheme": scheme } },
                { "when": [when("Supplier", "EQUALS", "b")], "then": { "leaveOut": "Not ours" } },
            ]);
            if random.below(2) == 0 {
                input["rules"][1]["when"][0]["text"] = json!("c");
            } else {
                input["skipRejected"] = json!(true);
                input.as_object_mut().expect("an input").remove("otherwise");
            }
            let job = pool.import(input).await;
            assert_eq!(job["status"], "SUCCEEDED", "{job:#}");
            let report = &job["report"]["payments"];
            let of = |names: &[&str]| {
                let tallies = names.iter().map(|name| told(&report[*name]));
                tallies.fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1))
            };
            let rules = report["rules"].as_array().expect("rules").iter().map(told);
            let (ruled, matched) = rules.fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
            let zero = report["zero"].as_u64().expect("a count");
            let rest = of(&["earlierYears", "otherwise", "unmatched"]);
            let file = (u64::try_from(lines.len()).expect("few"), sum);
            assert_eq!((ruled + zero + rest.0, matched + rest.1), file);
            assert_eq!(told(&report["read"]), file);
            let fates = of(&["leftOut", "posted", "unchanged", "refused"]);
            let otherwise = told(&report["otherwise"]);
            assert_eq!(fates, (ruled + otherwise.0, matched + otherwise.1));
            posted += told(&report["posted"]).1;
            let years = pool.actual("2024/25").await + pool.actual("2025/26").await;
            assert_eq!(years, posted);
        }
        verify(&world.database).await.expect("the books are in order");
    }
}

#[tokio::test]
async fn the_command_line_imports_payments_for_the_fund_that_a_file_describes() {
    use tests::program::Folder;

    let folder = Folder::new();
    drop(folder.serve(&[]));
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a file");
    };
    write("paid.csv", &babergh(&["2025-05-01,A LTD,1.00", "2025-05-01,B LTD,2.50"]));
    write(
        "how.json",
        &json!({
            "fund": "SUFFOLK-EQUIPMENT-POOL", "layout": { "known": "BABERGH" },
            "rules": [{ "when": [when("Supplier", "EQUALS", "a ltd")], "then": { "scheme": "01" } }],
            "otherwise": { "leaveOut": "Not of the pool" },
        })
        .to_string(),
    );
    let import = ["import", "payments", "paid.csv", "--as", "E10000029", "--how", "how.json"];
    let dry = folder.run(&[&import[..], &["--dry-run"]].concat()).done();
    assert!(
        dry.contains("1 created, 0 changed, 0 unchanged, 0 rejected; nothing was written"),
        "{dry}"
    );
    let done = folder.run(&import).done();
    assert!(
        done.contains("rule 1: 1 lines, 1.00") && done.contains("left out: 1 lines, 2.50"),
        "{done}"
    );
    assert!(folder.run(&import).done().contains("0 created, 0 changed, 1 unchanged, 0 rejected"));
    assert!(
        folder.run(&["import", "payments", "paid.csv"]).failure().contains("--as CODE and --how")
    );
    write("paid.csv", "Payee,Amount\n");
    assert!(folder.run(&import).failure().contains("the header has no column \"Council name\""));
    let _ = folder.run(&["verify"]).done();
}
