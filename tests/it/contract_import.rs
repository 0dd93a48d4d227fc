//! Published notices become contracts of the commissioner that co-ordinates them: the same notice
//! once, and a later release as a dated change (rules C1 and C8).

use std::time::Duration;

use entities::{import_job::JobStatus, membership::Role, organisation::OrganisationKind};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::{Actor, World, both_databases, shared};
use tributary::service::import_job::{self, Kind, NewImport, Report};
use uuid::Uuid;

/// What is asked of a job.
const JOB: &str = "status report { created changed unchanged failure
    rejected(first: 100) { nodes { line reason } }
    notes(first: 100) { nodes { line text } }
    contracts { releases processes passedOver placeholders findings { kind count } } }";

/// The tables that an import writes to.
const TABLES: [&str; 9] = [
    "contract",
    "contract_terms",
    "contract_commissioner",
    "contract_provider",
    "contract_value",
    "contract_status_change",
    "contract_variation",
    "contract_release",
    "published_party",
];

/// A board that buys, and its people.
struct Buyer {
    id: Uuid,
    commissioner: Actor,
}

impl Buyer {
    async fn in_world(world: &World) -> Self {
        let kind = OrganisationKind::IntegratedCareBoard;
        let id = world.organisation_with_code("North Board", kind, ("GB-NHS", "QZZ")).await;
        Self { id, commissioner: world.actor(id, &[Role::Commissioner]).await }
    }

    async fn import(&self, releases: &[Value]) -> Value {
        import(&self.commissioner, releases, json!({})).await
    }
}

/// Sends a file of notices, imports it, and answers with the job when it has ended.
async fn import(actor: &Actor, releases: &[Value], more: Value) -> Value {
    let file = json!({"version": "1.1", "publisher": {"name": "P"}, "releases": releases});
    import_file(actor, file.to_string().into_bytes(), more).await
}

pub async fn import_file(actor: &Actor, file: Vec<u8>, more: Value) -> Value {
    let (status, said) = actor.upload(file, "application/octet-stream").await;
    assert_eq!(status, 201, "{said}");
    let mut input = json!({"upload": said["id"]});
    if let (Value::Object(input), Value::Object(more)) = (&mut input, more) {
        input.extend(more);
    }
    let begun = actor.run("importContracts", input, "job { id }").await.ok();
    ended(actor, begun.text("/importContracts/job/id")).await
}

async fn ended(actor: &Actor, id: &str) -> Value {
    let document = format!(r#"{{ importJob(id: "{id}") {{ kind {JOB} }} }}"#);
    for _ in 0..600 {
        let answer = actor.ask(&document).await.ok();
        if answer.at("/importJob/status") != "RUNNING" {
            return answer.at("/importJob").clone();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the import does not end")
}

/// How many contracts were created, changed and left as they are.
pub fn counts(job: &Value) -> [u64; 3] {
    assert_eq!(job["status"], "SUCCEEDED", "{job}");
    ["created", "changed", "unchanged"].map(|count| job["report"][count].as_u64().expect("a count"))
}

fn found(job: &Value, kind: &str) -> u64 {
    let findings = job["report"]["contracts"]["findings"].as_array().expect("findings");
    let found = findings.iter().find(|finding| finding["kind"] == kind);
    found.map_or(0, |finding| finding["count"].as_u64().expect("a count"))
}

/// How many rows there are in each table.
pub async fn rows(world: &World) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in TABLES {
        counts.push(number(world, &format!("select count(*) as it from {table}")).await);
    }
    counts
}

async fn number(world: &World, sql: &str) -> i64 {
    let connection = world.database.for_migration();
    let statement = Statement::from_string(connection.get_database_backend(), sql.to_owned());
    let row = connection.query_one_raw(statement).await.expect("an answer").expect("a row");
    row.try_get("", "it").expect("a number")
}

/// The texts of a column, in the order of the statement.
async fn texts(world: &World, sql: &str) -> Vec<String> {
    let connection = world.database.for_migration();
    let statement = Statement::from_string(connection.get_database_backend(), sql.to_owned());
    let rows = connection.query_all_raw(statement).await.expect("an answer");
    rows.iter().map(|row| row.try_get("", "it").expect("a text")).collect()
}

/// A release of the board's process, with these parts.
fn release(id: &str, date: &str, parts: Value) -> Value {
    let mut release = json!({
        "ocid": "ocds-abc123-1", "id": id, "date": date, "tag": ["tender"],
        "buyer": {"id": "b", "name": "North Board"},
        "parties": [
            {"id": "b", "name": "North Board", "roles": ["buyer"],
             "identifier": {"scheme": "GB-NHS", "id": "QZZ"}},
            {"id": "s", "name": "Care Ltd", "roles": ["supplier"],
             "identifier": {"scheme": "GB-COH", "id": "01234567"}},
            {"id": "z", "name": "Other Care Ltd", "roles": ["supplier"]},
        ],
        "tender": {"id": "t", "title": "Home care", "status": "active"},
    });
    if let (Value::Object(release), Value::Object(parts)) = (&mut release, parts) {
        release.extend(parts);
    }
    release
}

fn award(parts: Value) -> Value {
    let mut award = json!({
        "id": "1", "status": "active", "date": "2025-02-01T00:00:00Z",
        "suppliers": [{"id": "s", "name": "Care Ltd"}],
        "value": {"amount": 365_000, "currency": "GBP"},
        "contractPeriod": {"startDate": "2025-04-01T00:00:00Z", "endDate": "2027-03-31T00:00:00Z"},
    });
    if let (Value::Object(award), Value::Object(parts)) = (&mut award, parts) {
        award.extend(parts);
    }
    award
}

fn awarded(id: &str, date: &str, parts: Value) -> Value {
    release(id, date, json!({"tag": ["award"], "awards": [award(parts)]}))
}

fn of_another_buyer() -> Value {
    release(
        "9",
        "2025-03-01T00:00:00Z",
        json!({
            "ocid": "ocds-abc123-9", "buyer": {"id": "o", "name": "South Board"},
            "parties": [{"id": "o", "name": "South Board", "roles": ["buyer"]}],
        }),
    )
}

both_databases! {
    async fn c1_an_award_becomes_a_contract_of_its_buyer_and_twice_is_once(world: World) {
        let buyer = Buyer::in_world(&world).await;
        let kind = OrganisationKind::IndependentProvider;
        let care = world.organisation_with_code("Care", kind, ("GB-COH", "01234567")).await;
        let file = [awarded("1", "2025-03-01T00:00:00Z", json!({})), of_another_buyer()];
        let job = buyer.import(&file).await;
        assert_eq!(counts(&job), [1, 0, 0]);
        let told = &job["report"]["contracts"];
        assert_eq!((&told["releases"], &told["processes"]), (&json!(2), &json!(2)));
        assert_eq!((&told["passedOver"], &told["placeholders"]), (&json!(1), &json!(0)));
        assert_eq!(found(&job, "VAT_NOT_STATED"), 1);
        assert_eq!(texts(&world, "select reference as it from contract").await, ["ocds-abc123-1/1"]);
        let values = "select cast(amount_pence as text) as it from contract_value order by financial_year";
        assert_eq!(texts(&world, values).await, ["18250000", "18250000"]);
        let statuses = "select status as it from contract_status_change order by number";
        assert_eq!(texts(&world, statuses).await, ["MOBILISING"], "it began after the release");

        let document = r#"{ contract(reference: "ocds-abc123-1/1") { title status startsOn endsOn
            wholeValue providers { role organisation { name } } } }"#;
        let expected = json!({
            "title": "Home care", "status": "MOBILISING", "startsOn": "2025-04-01",
            "endsOn": "2027-03-31", "wholeValue": "365000.00",
            "providers": [{"role": "LEAD", "organisation": {"name": "Care"}}],
        });
        let care = world.actor(care, &[Role::Viewer]).await;
        for party in [&buyer.commissioner, &care] {
            assert_eq!(party.ask(document).await.ok().at("/contract"), &expected);
        }
        let stranger = world.organisation("Stranger", OrganisationKind::LocalAuthority).await;
        let stranger = world.actor(stranger, &[Role::Viewer]).await;
        assert!(stranger.ask(document).await.ok().at("/contract").is_null());

        let before = rows(&world).await;
        let again = buyer.import(&file).await;
        assert_eq!(counts(&again), [0, 0, 1]);
        assert_eq!(rows(&world).await, before, "the same file twice changes nothing");
        let acts = "select action as it from audit_act where object_kind = 'Contract'";
        assert_eq!(texts(&world, acts).await, ["importContracts"]);
    }

    async fn c8_a_later_release_is_a_dated_variation_and_an_older_one_changes_nothing(world: World) {
        let buyer = Buyer::in_world(&world).await;
        let first = awarded("1", "2025-03-01T00:00:00Z", json!({}));
        assert_eq!(counts(&buyer.import(std::slice::from_ref(&first)).await), [1, 0, 0]);
        let longer = json!({"startDate": "2025-04-01T00:00:00Z", "endDate": "2028-03-31T00:00:00Z"});
        let later = awarded("2", "2025-06-01T00:00:00Z", json!({
            "contractPeriod": longer, "value": {"amount": 548_000, "currency": "GBP"},
            "suppliers": [{"id": "z", "name": "Other Care Ltd"}],
        }));
        assert_eq!(counts(&buyer.import(std::slice::from_ref(&later)).await), [0, 1, 0]);
        let terms = "select cast(ends_on as text) as it from contract_terms order by number";
        let ends: Vec<_> = texts(&world, terms).await;
        assert_eq!(ends, ["2027-03-31", "2028-03-31"], "what was said before stays");
        let varied = "select cast(effective_on as text) as it from contract_variation";
        assert_eq!(texts(&world, varied).await, ["2025-06-01"]);
        let sum = "select cast(sum(amount_pence) as text) as it from contract_value where version = 2";
        assert_eq!(texts(&world, sum).await, ["54800000"]);
        let parties = "select coalesce(cast(ends_on as text), '') as it from contract_provider order by starts_on";
        assert_eq!(texts(&world, parties).await, ["2025-05-31", ""]);
        let statuses = "select status as it from contract_status_change order by number";
        assert_eq!(texts(&world, statuses).await, ["MOBILISING", "ACTIVE"]);

        let before = rows(&world).await;
        assert_eq!(counts(&buyer.import(&[later]).await), [0, 0, 1]);
        assert_eq!(counts(&buyer.import(&[first]).await), [0, 0, 1], "an older release");
        assert_eq!(rows(&world).await, before);
    }

    async fn c8_a_draft_becomes_what_was_awarded_or_was_abandoned(world: World) {
        let buyer = Buyer::in_world(&world).await;
        let tender = release("1", "2025-01-01T00:00:00Z", json!({}));
        let mut other = release("1", "2025-01-01T00:00:00Z", json!({"ocid": "ocds-abc123-2"}));
        assert_eq!(counts(&buyer.import(&[tender, other.clone()]).await), [2, 0, 0]);
        assert_eq!(number(&world, "select count(*) as it from contract where shared_on is null").await, 2);
        other["id"] = json!("2");
        other["date"] = json!("2025-02-01T00:00:00Z");
        other["tender"]["status"] = json!("cancelled");
        let files = [awarded("2", "2025-03-01T00:00:00Z", json!({})), other];
        assert_eq!(counts(&buyer.import(&files).await), [0, 2, 0]);
        assert_eq!(number(&world, "select count(*) as it from contract").await, 2);
        let statuses = "select c.reference || ' ' || s.status as it from contract c
            join contract_status_change s on s.contract_id = c.id order by c.reference, s.number";
        assert_eq!(texts(&world, statuses).await, [
            "ocds-abc123-1 DRAFT", "ocds-abc123-1 MOBILISING",
            "ocds-abc123-2 DRAFT", "ocds-abc123-2 ABANDONED",
        ]);
        let why = "select reason as it from contract_status_change where status = 'ABANDONED'";
        assert_eq!(texts(&world, why).await, ["the tender was given up"]);
        // What was abandoned is not taken up again by a late notice.
        let mut late = release("3", "2025-04-01T00:00:00Z", json!({"ocid": "ocds-abc123-2"}));
        late["awards"] = json!([award(json!({}))]);
        let job = buyer.import(&[late]).await;
        assert_eq!((counts(&job), found(&job, "STATUS_NOT_TAKEN")), ([0, 0, 1], 1));
    }

    async fn an_award_of_another_number_is_the_same_and_what_is_gone_stays(world: World) {
        let buyer = Buyer::in_world(&world).await;
        let _ = buyer.import(&[awarded("1", "2025-03-01T00:00:00Z", json!({}))]).await;
        let job = buyer.import(&[awarded("2", "2025-03-02T00:00:00Z", json!({"id": "14"}))]).await;
        assert_eq!((counts(&job), found(&job, "RENUMBERED")), ([0, 1, 0], 1));
        let two = json!({"awards": [award(json!({"id": "14"})), award(json!({"id": "15"}))]});
        let job = buyer.import(&[release("3", "2025-03-03T00:00:00Z", two)]).await;
        assert_eq!(counts(&job), [1, 0, 1]);
        let job = buyer.import(&[awarded("4", "2025-03-04T00:00:00Z", json!({"id": "15"}))]).await;
        assert_eq!((counts(&job), found(&job, "NO_LONGER_STATED")), ([0, 0, 1], 1));
        assert_eq!(number(&world, "select count(*) as it from contract").await, 2);
    }

    async fn who_the_buyer_is_says_a_code_or_the_importer_and_never_a_name_alone(world: World) {
        let buyer = Buyer::in_world(&world).await;
        let stranger = world.organisation("North Board", OrganisationKind::LocalAuthority).await;
        let stranger = world.actor(stranger, &[Role::Commissioner]).await;
        let named = |parts: Value| {
            let mut file = awarded("1", "2025-03-01T00:00:00Z", json!({}));
            file["parties"] = json!([{"id": "b", "name": "North Board", "roles": ["buyer"]}, {"id": "s", "name": "Care Ltd"}]);
            file.as_object_mut().expect("an object").extend(parts.as_object().expect("parts").clone());
            file
        };
        let coded = awarded("1", "2025-03-01T00:00:00Z", json!({}));
        let says = json!({"buyerIs": ["North Board"]});
        let job = import(&stranger, std::slice::from_ref(&coded), says.clone()).await;
        assert_eq!(counts(&job), [0, 0, 0], "the code says that it is another board");
        let job = import(&stranger, &[named(json!({}))], json!({})).await;
        assert_eq!(counts(&job), [0, 0, 0], "a name alone says nothing");
        assert_eq!(counts(&import(&stranger, &[named(json!({}))], says).await), [1, 0, 0]);
        assert_eq!(counts(&buyer.import(&[coded]).await), [1, 0, 0], "imports are their importers'");
        let owners = "select count(distinct owner_id) as it from contract";
        assert_eq!(number(&world, owners).await, 2);
    }

    async fn a_supplier_is_a_known_body_by_its_code_and_else_one_placeholder(world: World) {
        let buyer = Buyer::in_world(&world).await;
        let kind = OrganisationKind::IndependentProvider;
        let _ = world.organisation_with_code("Care", kind, ("GB-COH", "01234567")).await;
        // A namesake without the code.
        let _ = world.organisation("Other Care Ltd", kind).await;
        let both = json!([{"id": "s", "name": "Care Ltd"}, {"id": "z", "name": "Other Care Ltd"}]);
        let file = awarded("1", "2025-03-01T00:00:00Z", json!({"suppliers": both}));
        let mut second = file.clone();
        second["ocid"] = json!("ocds-abc123-2");
        let job = buyer.import(&[file, second]).await;
        assert_eq!(counts(&job), [2, 0, 0]);
        assert_eq!(job["report"]["contracts"]["placeholders"], 2, "a name is known in its process alone");
        assert_eq!(found(&job, "SEVERAL_SUPPLIERS"), 2);
        let placeholders = "select count(*) as it from organisation where is_placeholder";
        assert_eq!(number(&world, placeholders).await, 2);
        let codes = "select count(*) as it from organisation_identifier i
            join organisation o on o.id = i.organisation_id where o.is_placeholder";
        assert_eq!(number(&world, codes).await, 0, "whoever merges it takes nobody's place");
        let roles = "select distinct role as it from contract_provider";
        assert_eq!(texts(&world, roles).await, ["MEMBER"]);
        let seen = "select count(*) as it from access where root_kind = 'CONTRACT'";
        assert_eq!(number(&world, seen).await, 6, "of two contracts each of three parties");
    }

    async fn commissioners_and_administrators_import_and_others_are_refused(world: World) {
        let buyer = Buyer::in_world(&world).await;
        let file = json!({"releases": [awarded("1", "2025-03-01T00:00:00Z", json!({}))]});
        let (_, sent) =
            buyer.commissioner.upload(file.to_string().into_bytes(), "application/octet-stream").await;
        let input = json!({"upload": sent["id"]});
        for role in [Role::Finance, Role::ContractManager, Role::Viewer, Role::Auditor] {
            let actor = world.actor(buyer.id, &[role]).await;
            let said = actor.run("importContracts", input.clone(), "job { id }").await;
            assert_eq!(said.problem(), "NOT_ALLOWED", "{role:?}");
        }
        let stranger = world.organisation("Stranger", OrganisationKind::LocalAuthority).await;
        let stranger = world.actor(stranger, &[Role::Commissioner]).await;
        let said = stranger.run("importContracts", input.clone(), "job { id }").await;
        assert_eq!((said.problem(), said.problem_path()), ("NOT_FOUND".into(), "upload".into()));
        let many = json!({"upload": sent["id"], "buyerIs": vec!["x"; 51]});
        let said = buyer.commissioner.run("importContracts", many, "job { id }").await;
        assert_eq!(said.problem_path(), "buyerIs");
        let csv = json!({"kind": "CONTRACTS", "content": "x"});
        let said = buyer.commissioner.run("importFile", csv, "job { id }").await;
        assert_eq!((said.problem(), said.problem_path()), ("NOT_ALLOWED".into(), "kind".into()));
        assert_eq!(rows(&world).await, vec![0; TABLES.len()]);
        let admin = world.actor(buyer.id, &[Role::Admin]).await;
        let begun = admin.run("importContracts", input.clone(), "job { id }").await.ok();
        let job = ended(&admin, begun.text("/importContracts/job/id")).await;
        assert_eq!(counts(&job), [1, 0, 0]);
        let used = admin.run("importContracts", input, "job { id }").await;
        assert_eq!(used.problem(), "NOT_FOUND", "the file is used up");
    }

    async fn a_dry_run_says_what_would_come_of_it_and_writes_nothing(world: World) {
        let buyer = Buyer::in_world(&world).await;
        let file = [awarded("1", "2025-03-01T00:00:00Z", json!({}))];
        let dry = import(&buyer.commissioner, &file, json!({"dryRun": true})).await;
        assert_eq!(counts(&dry), [1, 0, 0]);
        assert_eq!(rows(&world).await, vec![0; TABLES.len()]);
        assert_eq!(number(&world, "select count(*) as it from organisation where is_placeholder").await, 0);
        assert_eq!(buyer.import(&file).await["report"], dry["report"]);
    }

    async fn a_bad_file_fails_with_the_place_and_a_bad_release_stops_the_rest(world: World) {
        let buyer = Buyer::in_world(&world).await;
        let whole = json!({"releases": [awarded("1", "2025-03-01T00:00:00Z", json!({}))]}).to_string();
        for (file, why) in [
            (whole.as_bytes()[..whole.len() / 2].to_vec(), "cut off"),
            (b"{\n \"releases\": \xff}".to_vec(), "line 2, column 14: the byte 0xFF is not UTF-8"),
            (b"a,b\n".to_vec(), "line 1, column 1"),
            (whole.replacen('{', "{\"version\":\"7.0\",", 1).into_bytes(), "version"),
        ] {
            let job = import_file(&buyer.commissioner, file, json!({})).await;
            assert_eq!(job["status"], "FAILED");
            let failure = job["report"]["failure"].as_str().expect("a sentence");
            assert!(failure.contains(why), "{failure}");
        }
        let file = [awarded("1", "2025-03-01T00:00:00Z", json!({})), json!({"ocid": "x", "id": "y"})];
        let job = buyer.import(&file).await;
        assert_eq!(job["status"], "FAILED", "{job}");
        assert_eq!(rows(&world).await, vec![0; TABLES.len()]);
        let job = import(&buyer.commissioner, &file, json!({"skipRejected": true})).await;
        assert_eq!(counts(&job), [1, 0, 0]);
        assert_eq!(job["report"]["rejected"]["nodes"].as_array().map(Vec::len), Some(1));
    }

    async fn every_real_notice_is_imported_and_twice_is_once(world: World) {
        let Some(folder) = shared::folder("ocds") else { return };
        let mut total = 0;
        for (file, created) in
            [("contracts_finder_health_social.json", 70), ("sell2wales_with_lots.json", 40)]
        {
            let content = std::fs::read(folder.join("releases").join(file)).expect("a real file");
            for expected in [[created, 0], [0, created]] {
                let new = NewImport {
                    kind: Kind::Contracts, content: content.clone(), dry_run: false, skip_rejected: true,
                };
                let began = std::time::Instant::now();
                let job = import_job::import(&world.database, new).await.expect("an import");
                println!("{file}: {:?} ({:?})", began.elapsed(), world.engine);
                let report = Report::of(&job).expect("a report");
                assert_eq!(job.status, JobStatus::Succeeded, "{:?}", report.failure);
                assert_eq!([report.created, report.unchanged], expected, "{file}");
                assert_eq!((report.changed, report.rejected.len()), (0, 0));
                let before = rows(&world).await;
                assert_eq!(before[0], i64::try_from(total + created).expect("a count"));
            }
            total += created;
        }
        // Counted by other means: 32 awards and 78 processes without one.
        let shared = "select count(*) as it from contract where shared_on is not null";
        assert_eq!(number(&world, shared).await, 32);
        let pence = "select cast(sum(v.amount_pence) as text) as it from contract_value v where not v.is_draft";
        assert_eq!(texts(&world, pence).await, ["1718018363"]);
        let pence = "select cast(sum(v.amount_pence) as text) as it from contract_value v where v.is_draft";
        assert_eq!(texts(&world, pence).await, ["182974470400"]);
    }
}
