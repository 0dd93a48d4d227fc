//! Partners' own files: contributions, schemes and forecasts, imported through the API as
//! `docs/imports.md` says.

use std::{fs, path::Path, time::Duration};

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, World, both_databases};

/// The fenced blocks of a language in the documentation, in their order.
fn blocks(language: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/imports.md");
    let page = fs::read_to_string(page).expect("the documentation of imports");
    let fenced = page.split("```").skip(1).step_by(2);
    let of_language = fenced.filter_map(|block| block.strip_prefix(&format!("{language}\n")));
    of_language.map(str::to_owned).collect()
}

fn example(place: usize) -> String {
    blocks("csv").swap_remove(place)
}

/// The world of the documentation's examples: an agreement between a board and a council, its
/// host, with the fund BCF-1.
struct Examples {
    world: World,
    board: Actor,
    council: Actor,
    fund: String,
}

impl Examples {
    async fn in_world(world: World) -> Self {
        let board = ("Board", OrganisationKind::IntegratedCareBoard, ("GB-NHS", "QXX"));
        let council = ("Council", OrganisationKind::LocalAuthority, ("GSS", "E10000098"));
        let mut actors = Vec::new();
        for (name, kind, code) in [board, council] {
            let id = world.organisation_with_code(name, kind, code).await;
            actors.push(world.actor(id, &[Role::Commissioner, Role::Finance]).await);
        }
        let [board, council] = <[Actor; 2]>::try_from(actors).expect("two actors");
        let agreement = json!({
            "reference": "BCF", "title": "Better Care Fund", "aims": "To share",
            "statutoryBasis": "SECTION75", "status": "IN_FORCE", "evidence": "SIGNED",
            "partners": [council.id, board.id], "host": council.id, "poolManager": "Pool manager",
            "startsOn": "2025-04-01",
        });
        let made = council.run("createPartnershipAgreement", agreement, "agreement { id }").await;
        let agreement = made.ok().text("/createPartnershipAgreement/agreement/id").to_owned();
        let fund = json!({
            "agreement": agreement, "reference": "BCF-1", "name": "Pool", "kind": "POOLED",
        });
        let made = council.run("createPooledFund", fund, "fund { id }").await.ok();
        let fund = made.text("/createPooledFund/fund/id").to_owned();
        Self { world, board, council, fund }
    }

    /// The same, with the documentation's contributions and schemes taken.
    async fn with_schemes(world: World) -> Self {
        let examples = Self::in_world(world).await;
        for (kind, place) in [("CONTRIBUTIONS", 0), ("SCHEMES", 1)] {
            let report = taken(&examples.council, kind, &example(place)).await;
            assert_eq!(report["failure"], Value::Null, "{report:#}");
        }
        examples
    }

    /// What the host sees of the fund.
    async fn fund(&self) -> Value {
        let answer = self
            .council
            .ask(
                r#"{ pooledFund(reference: "BCF-1") {
                    contributions(first: 10) {
                        nodes { partner { name } sourceCode financialYear planned } }
                    schemes(first: 10) {
                        nodes { reference name budget(financialYear: "2025/26") } }
                    forecasts(first: 10) {
                        nodes { version status lines(first: 100) {
                            nodes { month amount scheme { reference } } } } } } }"#,
            )
            .await
            .ok();
        answer.at("/pooledFund").clone()
    }
}

/// How a file is imported beside its kind and content.
#[derive(Clone, Copy, Default)]
struct How {
    dry_run: bool,
    skip_rejected: bool,
}

/// Begins an import, and answers with the job when it has ended.
async fn import(actor: &Actor, kind: &str, content: &str, how: How) -> Value {
    let input = json!({
        "kind": kind, "content": content, "dryRun": how.dry_run, "skipRejected": how.skip_rejected,
    });
    let begun = actor.run("importFile", input, "job { id }").await.ok();
    ended(actor, begun.text("/importFile/job/id")).await
}

/// The report of an import of all lines or none.
async fn taken(actor: &Actor, kind: &str, content: &str) -> Value {
    import(actor, kind, content, How::default()).await["report"].clone()
}

/// The job as the documentation's query has it, when it has ended.
async fn ended(actor: &Actor, id: &str) -> Value {
    let query = blocks("graphql").swap_remove(1);
    for _ in 0..500 {
        let answer = actor.send(&query, json!({ "id": id })).await.ok();
        if answer.at("/importJob/status") != "RUNNING" {
            return answer.at("/importJob").clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the import does not end")
}

/// Created, changed and unchanged.
fn counts(report: &Value) -> [u64; 3] {
    ["created", "changed", "unchanged"].map(|name| report[name].as_u64().expect("a count"))
}

/// The rejected lines, each with whether its reason has the words that are expected of it.
#[track_caller]
fn assert_rejected(report: &Value, expected: &[(u64, &str)]) {
    let rejected = report["rejected"]["nodes"].as_array().expect("rejected lines");
    assert_eq!(report["rejected"]["totalCount"], json!(expected.len()), "{report:#}");
    for (line, (number, words)) in rejected.iter().zip(expected) {
        assert_eq!(line["line"], json!(number), "{report:#}");
        let reason = line["reason"].as_str().expect("a reason");
        assert!(reason.contains(words), "line {number}: {reason:?} does not say {words:?}");
    }
}

const CONTRIBUTION: &str = "fund_reference,partner_code,source_code,financial_year,amount\n";
const SCHEME: &str = "fund_reference,scheme_reference,name,scheme_type,commissioner_code,\
    is_recurrent,is_capital,financial_year,budget,april,may,june,july,august,september,october,\
    november,december,january,february,march,funding\n";
const FORECAST: &str = "fund_reference,financial_year,scheme_reference,month,amount\n";

both_databases! {
    async fn the_documentations_examples_are_taken_and_twice_is_once(world: World) {
        let examples = Examples::in_world(world).await;
        let host = &examples.council;
        let contributions = example(0);
        let dry = import(host, "CONTRIBUTIONS", &contributions, How { dry_run: true, ..How::default() }).await;
        assert_eq!((&dry["status"], counts(&dry["report"])), (&json!("SUCCEEDED"), [2, 0, 0]));
        assert_eq!(examples.fund().await["contributions"]["nodes"], json!([]));
        assert_eq!(counts(&taken(host, "CONTRIBUTIONS", &contributions).await), [2, 0, 0]);
        assert_eq!(counts(&taken(host, "CONTRIBUTIONS", &contributions).await), [0, 0, 2]);

        // As the documentation asks: a dry run.
        let mutation = blocks("graphql").swap_remove(0);
        let begun = host.send(&mutation, json!({ "content": example(1) })).await.ok();
        let dry = ended(host, begun.text("/importFile/job/id")).await;
        assert_eq!((&dry["status"], counts(&dry["report"])), (&json!("SUCCEEDED"), [1, 0, 0]));
        assert_eq!(examples.fund().await["schemes"]["nodes"], json!([]));
        assert_eq!(counts(&taken(host, "SCHEMES", &example(1)).await), [1, 0, 0]);
        assert_eq!(counts(&taken(host, "SCHEMES", &example(1)).await), [0, 0, 1]);

        let dry = import(host, "FORECASTS", &example(2), How { dry_run: true, ..How::default() }).await;
        assert_eq!(counts(&dry["report"]), [2, 0, 0]);
        assert_eq!(examples.fund().await["forecasts"]["nodes"], json!([]));
        assert_eq!(counts(&taken(host, "FORECASTS", &example(2)).await), [2, 0, 0]);
        assert_eq!(counts(&taken(host, "FORECASTS", &example(2)).await), [0, 0, 2]);

        let line = |month: i32| json!({ "month": month, "amount": "100000.00", "scheme": { "reference": "S-01" } });
        let expected = json!({
            "contributions": { "nodes": [
                { "partner": { "name": "Council" }, "sourceCode": "LA_BETTER_CARE_GRANT",
                  "financialYear": "2025/26", "planned": "4500000.00" },
                { "partner": { "name": "Board" }, "sourceCode": "NHS_MINIMUM_CONTRIBUTION",
                  "financialYear": "2025/26", "planned": "12345678.90" },
            ] },
            "schemes": { "nodes": [
                { "reference": "S-01", "name": "Home care after hospital", "budget": "1200000.00" },
            ] },
            "forecasts": { "nodes": [
                { "version": 1, "status": "DRAFT", "lines": { "nodes": [line(1), line(2)] } },
            ] },
        });
        assert_eq!(examples.fund().await, expected);
    }

    async fn a_rejected_line_stops_the_file_unless_the_rest_is_wanted(world: World) {
        let examples = Examples::in_world(world).await;
        let host = &examples.council;
        let file = format!(
            "{CONTRIBUTION}\
            BCF-1,QXX,ADDITIONAL_NHS,2025/26,100.00\n\
            BCF-1,QXX,CORE_BUDGET,2025/26,\"1,000\"\n\
            BCF-1,QXX,CORE_BUDGET,2025/26,-1\n\
            BCF-2,QXX,CORE_BUDGET,2025/26,1\n\
            BCF-1,QYY,CORE_BUDGET,2025/26,1\n\
            BCF-1,QXX,IBCF,2025/26,1\n\
            BCF-1,QXX,CORE_BUDGET,2024/25,1\n\
            BCF-1,QXX,CORE_BUDGET,2025/27,1\n\
            BCF-1,QXX,ADDITIONAL_NHS,2025/26,100.01\n\
            BCF-1,QXX,ADDITIONAL_NHS,2025/26,100.00\n"
        );
        let rejected = [
            (3, "not an amount of money"),
            (4, "refund"),
            (5, "no fund \"BCF-2\", or you may not see it"),
            (6, "QYY is not known"),
            (7, "IBCF"),
            (8, "2024/25"),
            (9, "not a financial year"),
            (10, "vary it"),
        ];
        let all_or_none = import(host, "CONTRIBUTIONS", &file, How::default()).await;
        assert_eq!(all_or_none["status"], "FAILED");
        assert_rejected(&all_or_none["report"], &rejected);
        let failure = all_or_none["report"]["failure"].as_str().expect("a failure");
        assert!(failure.contains("nothing was written"), "{failure}");
        assert_eq!(examples.fund().await["contributions"]["nodes"], json!([]));

        for dry_run in [true, false] {
            let how = How { dry_run, skip_rejected: true };
            let rest = import(host, "CONTRIBUTIONS", &file, how).await;
            assert_eq!((&rest["status"], counts(&rest["report"])), (&json!("SUCCEEDED"), [1, 0, 1]));
            assert_rejected(&rest["report"], &rejected);
            let written = examples.fund().await["contributions"]["nodes"].clone();
            assert_eq!(written.as_array().map(Vec::len), Some(usize::from(!dry_run)));
        }
    }

    async fn a_known_scheme_is_described_anew_and_its_budget_is_never_set_twice(world: World) {
        let examples = Examples::with_schemes(world).await;
        let host = &examples.council;
        let renamed = example(1).replace("Home care after hospital", "Home care");
        assert_eq!(counts(&taken(host, "SCHEMES", &renamed).await), [0, 1, 0]);
        assert_eq!(counts(&taken(host, "SCHEMES", &renamed).await), [0, 0, 1]);
        let next_year = renamed.replace("2025/26", "2026/27").replace("1200000.00", "0.00");
        assert_eq!(counts(&taken(host, "SCHEMES", &next_year).await), [0, 1, 0]);

        let monthly = "100.00,".repeat(11);
        let file = format!(
            "{SCHEME}\
            BCF-1,S-01,Home care,HOME_CARE,E10000098,yes,no,2025/26,1300000.00,{empty}QXX NHS_MINIMUM_CONTRIBUTION 1\n\
            BCF-1,S-02,Months,HOME_CARE,E10000098,yes,no,2025/26,1200.00,{monthly}99.99,QXX NHS_MINIMUM_CONTRIBUTION 1\n\
            BCF-1,S-03,Fenced,HOME_CARE,E10000098,yes,no,2025/26,1.00,{empty}E10000098 DISABLED_FACILITIES_GRANT 1\n\
            BCF-1,S-04,Large,HOME_CARE,E10000098,yes,no,2025/26,99999999.00,{empty}QXX NHS_MINIMUM_CONTRIBUTION 1\n\
            BCF-1,S-05,Months,HOME_CARE,E10000098,yes,no,2025/26,1200.00,{monthly}100.00,QXX NHS_MINIMUM_CONTRIBUTION 1\n\
            BCF-1,S-06,Type,NO_TYPE,E10000098,yes,no,2025/26,1.00,{empty}QXX NHS_MINIMUM_CONTRIBUTION 1\n\
            BCF-1,S-07,Weight,HOME_CARE,E10000098,yes,no,2025/26,1.00,{empty}QXX NHS_MINIMUM_CONTRIBUTION half\n",
            empty = ",".repeat(12),
        );
        let report = taken(host, "SCHEMES", &file).await;
        let rejected = [
            (2, "movement"),
            (3, "by -0.01"),
            (4, "ring-fenced"),
            (5, "contributions"),
            (7, "NO_TYPE"),
            (8, "not a whole number"),
        ];
        assert_rejected(&report, &rejected);
        let nodes = examples.fund().await["schemes"]["nodes"].clone();
        let expected = json!([{ "reference": "S-01", "name": "Home care", "budget": "1200000.00" }]);
        assert_eq!(nodes, expected);

        let how = How { skip_rejected: true, ..How::default() };
        let rest = import(host, "SCHEMES", &file, how).await["report"].clone();
        assert_eq!(counts(&rest), [1, 0, 0]);
        assert_rejected(&rest, &rejected);
    }

    async fn a_forecast_is_taken_whole_or_not_at_all(world: World) {
        let examples = Examples::with_schemes(world).await;
        let host = &examples.council;
        let how = How { skip_rejected: true, ..How::default() };
        for (bad, words) in [
            ("BCF-1,2025/26,S-99,2,1.00", "no scheme \"S-99\""),
            ("BCF-1,2025/26,S-01,1,2.00", "have a line already"),
        ] {
            let file = format!("{FORECAST}BCF-1,2025/26,S-01,1,100.00\n{bad}\n");
            let report = import(host, "FORECASTS", &file, how).await;
            assert_eq!(report["status"], "FAILED");
            assert_rejected(&report["report"], &[(2, "whole or not at all"), (3, words)]);
        }
        let file = format!("{FORECAST}BCF-1,2025/26,S-01,1,100.00\nBCF-1,2025/26,S-01,13,1.00\n");
        let report = import(host, "FORECASTS", &file, how).await;
        assert_eq!(report["status"], "FAILED");
        assert_rejected(&report["report"], &[(3, "12 (March)")]);
        assert_eq!(examples.fund().await["forecasts"]["nodes"], json!([]));

        let other = example(2).replace("100000.00", "-5.50");
        assert_eq!(counts(&taken(host, "FORECASTS", &example(2)).await), [2, 0, 0]);
        assert_eq!(counts(&taken(host, "FORECASTS", &other).await), [2, 0, 0]);
        let versions = examples.fund().await["forecasts"]["nodes"].clone();
        assert_eq!((&versions[0]["version"], &versions[1]["version"]), (&json!(2), &json!(1)));
    }

    async fn a_file_does_nothing_that_its_importer_could_not_do(world: World) {
        let examples = Examples::with_schemes(world).await;
        let (board, world) = (&examples.board, &examples.world);
        let file = format!(
            "{CONTRIBUTION}\
            BCF-1,QXX,ADDITIONAL_NHS,2025/26,1.00\n\
            BCF-1,E10000098,ADDITIONAL_LA,2025/26,1.00\n"
        );
        let report = taken(board, "CONTRIBUTIONS", &file).await;
        assert_eq!(report["rejected"]["totalCount"], 1);
        assert_rejected(&report, &[(3, "")]);
        let own: String = file.lines().take(2).map(|line| format!("{line}\n")).collect();
        assert_eq!(counts(&taken(board, "CONTRIBUTIONS", &own).await), [1, 0, 0]);
        for (kind, place) in [("SCHEMES", 1), ("FORECASTS", 2)] {
            let report = taken(board, kind, &example(place)).await;
            let refused = report["rejected"]["totalCount"].as_u64().expect("a count");
            assert!(refused > 0 && counts(&report) == [0, 0, 0], "{kind}: {report:#}");
        }

        // Somebody else is told of the fund what is told of one that does not exist.
        let stranger = world.organisation("Stranger", OrganisationKind::LocalAuthority).await;
        let stranger = world.actor(stranger, &[Role::Commissioner, Role::Finance]).await;
        for (kind, place) in [("CONTRIBUTIONS", 0), ("SCHEMES", 1), ("FORECASTS", 2)] {
            let hidden = taken(&stranger, kind, &example(place)).await.to_string();
            let absent = example(place).replace("BCF-1", "BCF-9");
            let absent = taken(&stranger, kind, &absent).await.to_string();
            assert_eq!(hidden.replace("BCF-1", "BCF-9"), absent);
        }
        let begun = json!({ "kind": "SCHEMES", "content": example(1) });
        let begun = examples.council.run("importFile", begun, "job { id }").await.ok();
        let job = begun.text("/importFile/job/id");
        ended(&examples.council, job).await;
        let seen = stranger.ask(&format!(r#"{{ importJob(id: "{job}") {{ status }} }}"#)).await.ok();
        assert_eq!(seen.at("/importJob"), &Value::Null);

        let shared = json!({ "kind": "ORGANISATIONS", "content": "code" });
        let refused = board.run("importFile", shared, "job { id }").await;
        assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), ("NOT_ALLOWED", "kind"));
        let reader = world.actor(examples.council.organisation, &[Role::Viewer]).await;
        let input = json!({ "kind": "SCHEMES", "content": example(1) });
        assert_eq!(reader.run("importFile", input, "job { id }").await.problem(), "NOT_ALLOWED");
        assert!(!examples.fund.is_empty());
    }
}
