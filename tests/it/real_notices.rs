//! The 116 releases that real bodies published, as a commissioner sends them to the API and as an
//! operator imports them: every process becomes a contract once, and the job's report counts what was
//! unclear, by its kind. What the kinds count was taken from the files by other means
//! (`published_notices.rs`), but for white space around words.

use std::path::PathBuf;

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, both_databases, process::Program, shared};

use crate::contract_import::{counts, import_file, rows};

/// A file of notices, and what is unclear in it.
struct Published {
    file: &'static str,
    releases: u64,
    processes: u64,
    /// Parties that no code tells apart.
    placeholders: u64,
    findings: &'static [(&'static str, u64)],
}

const PUBLISHED: [Published; 2] = [
    Published {
        file: "contracts_finder_health_social.json",
        releases: 76,
        processes: 70,
        placeholders: 122,
        findings: &[
            ("WHITE_SPACE", 11),
            ("EARLIER_RELEASE", 6),
            ("NO_REGISTERED_CODE", 130),
            ("SEVERAL_SUPPLIERS", 3),
            ("NO_VALUE", 2),
            ("TOKEN_VALUE", 2),
            ("VAT_NOT_STATED", 30),
            ("RANGE_REVERSED", 1),
            ("PERIOD_DIFFERS", 2),
            ("AWARDED_AFTER_START", 3),
        ],
    },
    Published {
        file: "sell2wales_with_lots.json",
        releases: 40,
        processes: 40,
        placeholders: 44,
        findings: &[
            ("KEY_WITH_WHITE_SPACE", 3),
            ("WHITE_SPACE", 2),
            ("NO_REGISTERED_CODE", 86),
            ("TOKEN_VALUE", 2),
            ("DURATION_ALONE", 73),
            ("PERIOD_UNLIKELY", 1),
            ("NUMBER_WITHOUT_MEANING", 18),
        ],
    },
];

/// How many names one import may give its organisation.
const MOST_NAMES: usize = 50;

impl Published {
    fn path(&self) -> Option<PathBuf> {
        Some(shared::folder("ocds")?.join("releases").join(self.file))
    }

    /// The job's report counts its releases, its processes and each kind of finding, and no other.
    #[track_caller]
    fn is_told_by(&self, job: &Value) {
        let told = &job["report"]["contracts"];
        assert_eq!(
            (&told["releases"], &told["processes"]),
            (&json!(self.releases), &json!(self.processes))
        );
        let counted: Vec<(&str, u64)> = told["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .map(|it| {
                (it["kind"].as_str().expect("a kind"), it["count"].as_u64().expect("a count"))
            })
            .collect();
        assert_eq!(counted, self.findings, "{}", self.file);
        assert_eq!(job["report"]["rejected"]["nodes"], json!([]));
    }

    /// The names of its buyers, so many at a time as one import may be told.
    fn buyers(&self, content: &[u8]) -> Vec<Vec<String>> {
        let file: Value = serde_json::from_slice(content).expect("JSON");
        let releases = file["releases"].as_array().expect("releases").iter();
        let mut names: Vec<String> =
            releases.map(|it| it["buyer"]["name"].as_str().expect("a buyer").to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        names.chunks(MOST_NAMES).map(<[String]>::to_vec).collect()
    }

    /// Every process imported through the API: for whom it is the buyer, one part of the names after
    /// the other. Answers how many contracts were created, changed and left, and how many processes
    /// were passed over.
    async fn sent(&self, actor: &Actor, content: &[u8]) -> [u64; 4] {
        let mut sums = [0; 4];
        for names in self.buyers(content) {
            let more = json!({ "buyerIs": names });
            let job = import_file(actor, content.to_vec(), more).await;
            self.is_told_by(&job);
            let passed = job["report"]["contracts"]["passedOver"].as_u64().expect("a count");
            let [created, changed, unchanged] = counts(&job);
            for (sum, count) in sums.iter_mut().zip([created, changed, unchanged, passed]) {
                *sum += count;
            }
        }
        sums
    }
}

both_databases! {
    async fn every_real_release_is_imported_through_the_api_and_twice_is_once(world: World) {
        if shared::folder("ocds").is_none() {
            return;
        }
        let id = world.organisation("Importer", OrganisationKind::IntegratedCareBoard).await;
        let importer = world.actor(id, &[Role::Commissioner]).await;
        let mut known = 0;
        for published in &PUBLISHED {
            let content = std::fs::read(published.path().expect("a file")).expect("a real file");
            let parts = published.buyers(&content).len() as u64;
            // Each part of the names passes over the processes of the other parts' buyers.
            let passed = published.processes * (parts - 1);
            let first = published.sent(&importer, &content).await;
            assert_eq!(first, [published.processes, 0, 0, passed], "{}", published.file);
            known += published.processes;
            let before = rows(&world).await;
            assert_eq!(before[0], i64::try_from(known).expect("few"));
            let again = published.sent(&importer, &content).await;
            assert_eq!(again, [0, 0, published.processes, passed], "twice is once");
            assert_eq!(rows(&world).await, before);
        }
        let listed = importer.ask("{ contracts(first: 1) { totalCount } }").await.ok();
        assert_eq!(listed.at("/contracts/totalCount"), known);
    }

    async fn an_operator_imports_every_real_release_and_is_told_what_was_unclear(world: World) {
        if shared::folder("ocds").is_none() {
            return;
        }
        let program = Program::on(world.url.clone());
        for published in &PUBLISHED {
            let path = published.path().expect("a file");
            let arguments = ["import", "contracts", path.to_str().expect("a path")];
            let mut dry = arguments.to_vec();
            dry.push("--dry-run");
            let nothing = rows(&world).await;
            let told = program.run(&dry);
            assert!(told.ends_with("(dry run)"), "{told}");
            assert_eq!(rows(&world).await, nothing);
            for is_first in [true, false] {
                let before = rows(&world).await;
                let told = program.run(&arguments);
                let counted: Vec<&str> =
                    told.lines().filter(|line| !line.starts_with("line ")).collect();
                let Published { releases, processes, placeholders, findings, .. } = published;
                let mut expected: Vec<String> =
                    findings.iter().map(|(kind, count)| format!("{count} times {kind}")).collect();
                let (created, unchanged, placeholders) =
                    if is_first { (*processes, 0, *placeholders) } else { (0, *processes, 0) };
                expected.push(format!(
                    "{releases} releases of {processes} processes; {placeholders} placeholders"
                ));
                expected.push(format!(
                    "{created} created, 0 changed, {unchanged} unchanged, 0 rejected"
                ));
                assert_eq!(counted, expected, "{}", published.file);
                let lines = told.lines().filter(|line| line.starts_with("line ")).count() as u64;
                let sentences: u64 = findings.iter().map(|(_, count)| (*count).min(100)).sum();
                assert_eq!(lines, sentences, "a sentence for each of a kind's first hundred");
                assert_eq!(rows(&world).await == before, !is_first, "twice is once");
            }
        }
    }
}
