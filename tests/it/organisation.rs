//! Organisations, code lists and references as clients meet them.

use entities::{membership::Role, organisation::OrganisationKind as Kind};
use serde_json::json;
use tests::{World, both_databases};
use tributary::service::import_job::{self, NewImport, Report};

const BODIES: &str = "code,code_scheme,name,org_type,parent_code,parent_scheme,postcode,open_date,\
    close_date,successor_codes,other_code,other_code_scheme\n\
    E10000098,GSS,Old Fictional Council,county_council,,,,1974-04-01,2023-03-31,E06000098;E06000099,998,ODS-LA\n\
    E06000098,GSS,North Fictional Council,unitary_authority,,,,2023-04-01,,,998,ODS-LA\n\
    E06000099,GSS,South Fictional Council,unitary_authority,,,,2023-04-01,,,,\n\
    R9A,ODS,100%_SURE NHS TRUST,nhs_trust,Q99,ODS,AB1 2CD,,,,,\n\
    Q99,ODS,NHS Fictional Integrated Care Board,integrated_care_board,,,,2022-07-01,,,E54000099,GSS\n";

async fn import(world: &World, kind: import_job::Kind, content: &str) -> Report {
    let new = NewImport {
        kind,
        content: content.as_bytes().to_vec(),
        dry_run: false,
        skip_rejected: false,
    };
    let job = import_job::import(&world.database, new).await.expect("an import");
    Report::of(&job).expect("a report")
}

both_databases! {
    async fn a_file_is_taken_in_any_order_and_once(world: World) {
        let kind = import_job::Kind::Organisations;
        let first = import(&world, kind, BODIES).await;
        assert_eq!((first.created, first.changed, first.unchanged), (5, 0, 0), "{first:#?}");
        assert_eq!((first.rejected, first.notes), (vec![], vec![]));
        let second = import(&world, kind, BODIES).await;
        assert_eq!((second.created, second.changed, second.unchanged), (0, 0, 5));

        let moved = BODIES.replace("AB1 2CD,,", ",2001-04-01,").replace("E54000099", "");
        let third = import(&world, kind, &moved).await;
        assert_eq!((third.created, third.changed, third.unchanged), (0, 1, 4), "{third:#?}");

        let clash = "code,code_scheme,name,org_type,parent_code,parent_scheme,postcode,open_date,\
            close_date,successor_codes,other_code,other_code_scheme\n\
            R9A,ODS,A,nhs_trust,,,,,,,E54000099,GSS\nR9B,ODS,B,nhs_trust,X9,ODS,,,,,,\n\
            R9B,ODS,C,nhs_trust,,,,,,,,\nR9A,ODS,D,nhs_trust,,,,,1999-01-01,,,\n";
        let fourth = import(&world, kind, clash).await;
        assert_eq!(fourth.created, 1);
        let lines: Vec<u64> = fourth.rejected.iter().map(|line| line.line).collect();
        assert_eq!(lines, [2, 4, 5], "{fourth:#?}");
        assert_eq!(fourth.notes[0].line, 3);
    }

    async fn a_body_answers_with_what_surrounds_it(world: World) {
        import(&world, import_job::Kind::Organisations, BODIES).await;
        let coverage = "icb_ods_code,la_gss_code,lsoa_count,la_lsoa_total,basis\n\
            Q99,E06000098,6,177,ONS LSOA\n";
        import(&world, import_job::Kind::IcbLocalAuthority, coverage).await;
        let reader = world.organisation("Reader", Kind::Charity).await;
        let reader = world.actor(reader, &[Role::Viewer]).await;

        let council = reader.ask(r#"{ organisation(identifier: {scheme: "CASSR", value: "998"}) {
            name kind openedOn closedOn isPlaceholder version identifiers { scheme value }
            predecessors { effectiveOn organisation { name successors { organisation { name } } } }
            relationships(first: 5) { totalCount nodes {
                kind organisation { name } share { numerator denominator } basis } }
        } }"#).await.ok();
        assert_eq!(council.text("/organisation/name"), "North Fictional Council");
        assert_eq!(council.text("/organisation/kind"), "LOCAL_AUTHORITY");
        assert_eq!(council.text("/organisation/predecessors/0/effectiveOn"), "2023-04-01");
        let successors = "/organisation/predecessors/0/organisation/successors";
        assert_eq!(council.at(successors).as_array().map(Vec::len), Some(2));
        assert_eq!(
            council.at("/organisation/relationships/nodes/0/share"),
            &json!({ "numerator": 6, "denominator": 177 })
        );

        let board = reader.ask(r#"{ organisation(identifier: {scheme: "GSS", value: "E54000099"}) {
            id roles { code isPrimary }
            relationships(first: 5, kind: PART_OF) { nodes { organisation { name postcode } } }
        } }"#).await.ok();
        assert_eq!(
            board.at("/organisation/roles"),
            &json!([{ "code": "RO261", "isPrimary": true }, { "code": "RO318", "isPrimary": false }])
        );
        let part = "/organisation/relationships/nodes/0/organisation/postcode";
        assert_eq!(board.text(part), "AB1 2CD");

        let id = board.text("/organisation/id");
        let found = reader.send(
            "query($id: ID!) { node(id: $id) { id ... on Organisation { name } }
              nodes(ids: [$id, \"org_nonsense\"]) { id } }",
            json!({ "id": id }),
        ).await.ok();
        assert_eq!(found.text("/node/name"), "NHS Fictional Integrated Care Board");
        assert_eq!(found.at("/nodes"), &json!([{ "id": id }, null]));

        let unknown = reader.ask(
            r#"{ organisation(identifier: {scheme: "GB-NHS", value: "ZZZ"}) { id } }"#,
        ).await.ok();
        assert!(unknown.at("/organisation").is_null());
        let nobody = world.nobody().ask(
            r#"{ organisation(identifier: {scheme: "GB-NHS", value: "Q99"}) { id } }"#,
        ).await;
        assert_eq!(nobody.problem(), "UNAUTHENTICATED");
    }

    async fn a_list_is_searched_narrowed_ordered_and_paged(world: World) {
        import(&world, import_job::Kind::Organisations, BODIES).await;
        let reader = world.organisation("Zed", Kind::Charity).await;
        let reader = world.actor(reader, &[Role::Viewer]).await;
        let names = async |arguments: &str| {
            let asked = format!("{{ organisations(first: 9, {arguments}) {{ nodes {{ name }} }} }}");
            let answer = reader.ask(&asked).await.ok();
            let nodes = answer.at("/organisations/nodes").as_array().expect("a list").clone();
            let name = |node: &serde_json::Value| {
                node["name"].as_str().expect("a text").split(' ').next().expect("a word").to_owned()
            };
            nodes.iter().map(name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(r#"search: "coun fict""#).await, "North Old South");
        assert_eq!(names(r#"search: "0%_""#).await, "");
        assert_eq!(names(r#"search: "100%_s""#).await, "100%_SURE");
        assert_eq!(names(r#"where: {name: {startsWith: "north"}}"#).await, "North");
        assert_eq!(names(r#"where: {kind: {in: [NHS_TRUST, CHARITY]}}"#).await, "100%_SURE Zed");
        assert_eq!(names(r#"where: {isOpenOn: "2023-03-31", kind: {eq: LOCAL_AUTHORITY}}"#).await, "Old");
        assert_eq!(
            names(r#"where: {not: {openedOn: {lte: "2022-12-31"}}}"#).await,
            "100%_SURE North South Zed"
        );
        assert_eq!(
            names(r#"where: {or: [{name: {eq: "Zed"}}, {openedOn: {eq: "1974-04-01"}}]}"#).await,
            "Old Zed"
        );
        assert_eq!(names("where: {or: []}").await, "");
        assert_eq!(
            names("orderBy: [OPENED_ON_DESC, NAME_DESC]").await,
            "South North NHS Old Zed 100%_SURE"
        );

        let page = |arguments: &str| format!(
            "{{ organisations(orderBy: [OPENED_ON_DESC], {arguments}) {{ totalCount
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} nodes {{ name }} }} }}"
        );
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let answer = reader.ask(&page(&format!("first: 2 {after}"))).await.ok();
            assert_eq!(answer.at("/organisations/totalCount"), &json!(6));
            let nodes = answer.at("/organisations/nodes").as_array().expect("a list").clone();
            seen.extend(nodes.iter().map(|node| node["name"].as_str().expect("a text").to_owned()));
            if answer.at("/organisations/pageInfo/hasNextPage") == &json!(false) {
                break;
            }
            after = format!("after: \"{}\"", answer.text("/organisations/pageInfo/endCursor"));
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 6);
        let backwards = reader.ask(&page(&format!("last: 2 {}", after.replace("after", "before")))).await;
        assert_eq!(backwards.ok().at("/organisations/pageInfo/hasPreviousPage"), &json!(true));

        let elsewhere = format!("{{ organisations(first: 2 {after}) {{ nodes {{ id }} }} }}");
        assert_eq!(reader.ask(&elsewhere).await.problem(), "BAD_CURSOR");
        assert_eq!(reader.ask("{ organisations { nodes { id } } }").await.problem(), "BAD_PAGE");
        let bad_day = r#"{ organisations(first: 1, where: {isOpenOn: "2023-02-30"}) { nodes { id } } }"#;
        assert_eq!(reader.ask(bad_day).await.problem(), "INVALID_DATE");
    }

    async fn a_placeholder_is_registered_and_later_read_as_the_body_that_it_is(world: World) {
        import(&world, import_job::Kind::Organisations, BODIES).await;
        let board = world.organisation("Board", Kind::IntegratedCareBoard).await;
        let commissioner = world.actor(board, &[Role::Commissioner]).await;
        let reader = world.actor(board, &[Role::Viewer]).await;
        let input = json!({ "name": " A  Party ", "kind": "CHARITY" });
        let fields = "organisation { id name isPlaceholder version }";

        let refused = reader.run("registerPlaceholder", input.clone(), fields).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        let party = commissioner.run("registerPlaceholder", input, fields).await.ok();
        let party = party.payload()["organisation"].clone();
        assert_eq!((&party["name"], &party["isPlaceholder"]), (&json!("A Party"), &json!(true)));

        let found = reader.ask(r#"{ organisation(identifier: {scheme: "GB-NHS", value: "R9A"}) { id } }"#).await.ok();
        let trust = found.text("/organisation/id").to_owned();
        let merge = |version: i32, into: &str| json!({
            "placeholder": party["id"], "into": into, "expectedVersion": version,
        });
        let fields = "organisation { id }";
        let stale = commissioner.run("mergePlaceholder", merge(9, &trust), fields).await;
        assert_eq!(stale.problem(), "STALE_VERSION");
        let itself = commissioner.run("mergePlaceholder", merge(1, party["id"].as_str().expect("a text")), fields).await;
        assert_eq!(itself.problem_path(), "into");
        let _ = commissioner.run("mergePlaceholder", merge(1, &trust), fields).await.ok();
        let twice = commissioner.run("mergePlaceholder", merge(2, &trust), fields).await;
        assert_eq!(twice.problem(), "ALREADY_DONE");

        let node = reader.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": party["id"] })).await.ok();
        assert_eq!(node.text("/node/id"), trust);
        let listed = reader.ask(r#"{ organisations(search: "party", first: 1) { totalCount } }"#).await.ok();
        assert_eq!(listed.at("/organisations/totalCount"), &json!(0));
    }

    async fn a_reference_is_its_owners_alone(world: World) {
        let one = world.organisation("One", Kind::LocalAuthority).await;
        let two = world.organisation("Two", Kind::LocalAuthority).await;
        let (owner, other) =
            (world.actor(one, &[Role::Finance]).await, world.actor(two, &[Role::Finance]).await);
        let set = |object: &str, value: Option<&str>| json!({
            "object": object, "system": "ledger", "value": value,
        });
        let fields = "object { id ... on Organisation { externalReferences { system value } } }";
        let done = owner.run("setExternalReference", set(&other.id, Some("S1")), fields).await.ok();
        assert_eq!(
            done.payload()["object"]["externalReferences"],
            json!([{ "system": "ledger", "value": "S1" }])
        );
        let taken = owner.run("setExternalReference", set(&owner.id, Some("S1")), fields).await;
        assert_eq!(taken.problem(), "ALREADY_EXISTS");
        let replaced = owner.run("setExternalReference", set(&other.id, Some("S2")), fields).await.ok();
        assert_eq!(replaced.payload()["object"]["externalReferences"][0]["value"], json!("S2"));

        let ask = r#"{ byExternalReference(system: "ledger", value: "S2") { id } }"#;
        assert_eq!(owner.ask(ask).await.ok().text("/byExternalReference/id"), other.id);
        assert!(other.ask(ask).await.ok().at("/byExternalReference").is_null());
        let _ = other.run("setExternalReference", set(&owner.id, Some("S2")), fields).await.ok();

        let _ = owner.run("setExternalReference", set(&other.id, None), fields).await.ok();
        assert!(owner.ask(ask).await.ok().at("/byExternalReference").is_null());
        let nothing = owner.run("setExternalReference", set("org_nonsense", Some("S3")), fields).await;
        assert_eq!(nothing.problem(), "NOT_FOUND");
    }

    async fn codes_are_those_of_the_year(world: World) {
        let reader = world.organisation("Reader", Kind::Charity).await;
        let reader = world.actor(reader, &[Role::Viewer]).await;
        let codes = async |year: &str| {
            let asked = format!(
                "{{ codeList(list: FUNDING_SOURCE, financialYear: \"{year}\") {{
                    code isRingFenced eligibleSchemeTypes validFrom validTo }} }}"
            );
            reader.ask(&asked).await.ok().at("/codeList").as_array().expect("a list").clone()
        };
        let has = |codes: &[serde_json::Value], code: &str| {
            codes.iter().any(|entry| entry["code"] == json!(code))
        };
        let (last, first) = (codes("2024/25").await, codes("2025/26").await);
        assert!(has(&last, "IBCF") && !has(&last, "LA_BETTER_CARE_GRANT"));
        assert!(!has(&first, "IBCF") && has(&first, "LA_BETTER_CARE_GRANT"));
        let grant = first.iter().find(|entry| entry["isRingFenced"] == json!(true)).expect("one");
        assert_eq!(grant["code"], json!("DISABLED_FACILITIES_GRANT"));
        assert_eq!(grant["eligibleSchemeTypes"][0], json!("DFG_RELATED_SCHEMES"));
        let wrong = r#"{ codeList(list: SCHEME_TYPE, financialYear: "2025") { code } }"#;
        assert_eq!(reader.ask(wrong).await.problem(), "WRONG_YEAR");
    }

    async fn shared_lists_are_the_operators_to_import(world: World) {
        let board = world.organisation("Board", Kind::IntegratedCareBoard).await;
        let admin = world.actor(board, &[Role::Admin]).await;
        let input = json!({ "kind": "ORGANISATIONS", "content": BODIES });
        let refused = admin.run("importFile", input, "job { id status }").await;
        assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), ("NOT_ALLOWED", "kind"));
    }
}
