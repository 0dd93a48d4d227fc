//! The file itself: its fields and forms, ranges, and what it costs.

use std::num::NonZeroU32;

use entities::{membership::Role, organisation::OrganisationKind};
use gate::Terms;
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases, chain::Chain};
use tributary::http::{BudgetTerms, Manner};

use super::{begun, ended, exported, path};

async fn funded(world: &World) -> (Books, String) {
    let books = Books::open(world, &["Host", "Partner"]).await;
    let _ = books.contribution(0, "1000.00").await;
    let scheme = books.scheme("1", "300.00", &[1, 1]).await;
    (books, scheme)
}

/// A GET with headers: the status, some headers of the answer, and the bytes.
async fn get(actor: &Actor, path: &str, headers: &[(&str, &str)]) -> (u16, Vec<String>, Vec<u8>) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut request = client.get(format!("{}{path}", actor.address())).bearer_auth(actor.token());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("an answer");
    let said = ["etag", "content-range", "accept-ranges", "content-encoding"].map(|name| {
        let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    });
    let status = answer.status().as_u16();
    (status, said.to_vec(), answer.bytes().await.expect("a body").to_vec())
}

both_databases! {
    async fn a_caller_chooses_fields_and_an_unknown_one_is_refused_with_a_sentence(world: World) {
        let (books, scheme) = funded(&world).await;
        let fields = json!(["name", "id", "fund.id"]);
        let wanted = json!({ "of": "SCHEMES", "format": "JSON_LINES", "fields": fields });
        let text = exported(books.host(), wanted).await;
        let name = "Scheme 1";
        let row = format!("{{\"name\":\"{name}\",\"id\":\"{scheme}\",\"fund.id\":\"{}\"}}\n", books.fund);
        assert_eq!(text, row);
        for (fields, place) in [(json!(["id", "colour"]), "1"), (json!(["id", "name", "id"]), "2")] {
            let input = json!({ "of": "SCHEMES", "format": "CSV", "fields": fields });
            let refused = books.host().run("startExport", input, "export { id }").await;
            assert_eq!(refused.problem(), "INVALID_VALUE");
            assert_eq!(refused.problem_path(), format!("fields.{place}"));
        }
    }

    async fn contracts_are_picked_as_in_their_list_and_nothing_else_is(world: World) {
        let chain = Chain::on(&world).await;
        let wanted = |picked: Value, of: &str| {
            json!({ "of": of, "format": "JSON_LINES", "fields": ["id"], "where": { "contracts": picked } })
        };
        let all = chain.commissioner.ask("{ contracts(first: 5) { nodes { id title } } }").await.ok();
        let title = all.at("/contracts/nodes/0/title").clone();
        let picked = wanted(json!({ "title": { "eq": title } }), "CONTRACTS");
        let row = format!("{{\"id\":\"{}\"}}\n", chain.id());
        assert_eq!(exported(&chain.commissioner, picked).await, row);
        let other = wanted(json!({ "not": { "title": { "eq": title } } }), "CONTRACTS");
        assert_eq!(exported(&chain.commissioner, other).await, "");
        let schemes = wanted(json!({ "title": { "eq": title } }), "SCHEMES");
        let refused = chain.commissioner.run("startExport", schemes, "export { id }").await;
        assert_eq!(refused.refusal(), ("INVALID_VALUE".into(), "where.contracts".into()));
        let impossible = wanted(json!({ "startsOn": { "eq": "2025-02-30" } }), "CONTRACTS");
        let refused = chain.commissioner.run("startExport", impossible, "export { id }").await;
        assert_eq!(refused.problem_path(), "where.contracts.startsOn");
    }

    async fn no_cell_of_csv_is_a_formula_to_a_spreadsheet(world: World) {
        let (books, scheme) = funded(&world).await;
        let name = "=HYPERLINK(\"evil\"), \"two\"";
        let input = json!({ "scheme": scheme, "expectedVersion": 1, "name": name });
        let _ = books.host().run("updateScheme", input, "scheme { id }").await.ok();
        let _ = books.spend(&scheme, "100.00", "2025-05-10", "spent").await.ok();
        let wanted = json!({ "of": "SCHEMES", "format": "CSV", "fields": ["name", "isCapital"] });
        let text = exported(books.host(), wanted).await;
        let guarded = "\"'=HYPERLINK(\"\"evil\"\"), \"\"two\"\"\"";
        assert_eq!(text, format!("name,isCapital\r\n{guarded},false\r\n"));
        let wanted = json!({ "of": "LEDGER_ENTRIES", "format": "CSV", "fields": ["amount"] });
        let text = exported(books.host(), wanted).await;
        let amounts: Vec<&str> = text.lines().skip(1).collect();
        assert!(amounts.contains(&"-100.00"), "an amount below nothing is a number: {text}");
    }

    async fn a_broken_download_goes_on_by_a_range_of_the_same_file(world: World) {
        let (books, _) = funded(&world).await;
        let host = books.host();
        let input = json!({ "of": "ORGANISATIONS", "format": "JSON_LINES" });
        let id = begun(host, input).await;
        assert_eq!(ended(host, &id).await["status"], "READY");
        let (status, said, whole) = get(host, &path(&id), &[]).await;
        assert_eq!((status, said[2].as_str()), (200, "bytes"));
        let tag = said[0].clone();
        assert!(tag.starts_with('"'), "a strong tag: {tag}");
        let size = whole.len();
        let (status, said, rest) =
            get(host, &path(&id), &[("range", "bytes=7-"), ("if-range", &tag)]).await;
        assert_eq!((status, rest.as_slice()), (206, &whole[7..]));
        assert_eq!(said[1], format!("bytes 7-{}/{size}", size - 1));
        let (status, _, last) = get(host, &path(&id), &[("range", "bytes=-5")]).await;
        assert_eq!((status, last.as_slice()), (206, &whole[size - 5..]));
        let other = [("range", "bytes=7-"), ("if-range", "\"another\"")];
        let (status, _, all) = get(host, &path(&id), &other).await;
        assert_eq!((status, all), (200, whole.clone()));
        let beyond = format!("bytes={size}-");
        let (status, said, _) = get(host, &path(&id), &[("range", &beyond)]).await;
        assert_eq!((status, said[1].clone()), (416, format!("bytes */{size}")));
        // What is compressed on its way has other bytes, and its tag is no good for a range.
        let (status, said, _) = get(host, &path(&id), &[("accept-encoding", "gzip")]).await;
        assert!(status == 200 && said[0].starts_with("W/"), "{said:?}");
    }

    async fn rows_are_charged_and_who_has_nothing_left_begins_no_export(world: World) {
        let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
        let clients = Terms { capacity: 4_000, restored_per_second: 1 };
        let budgets = BudgetTerms { clients, processes: NonZeroU32::MIN, ..BudgetTerms::default() };
        let address = world.serve_in(Manner { budgets, ..Manner::default() }).await.1;
        let actor = world.actor(council, &[Role::Viewer]).await.elsewhere(&address);
        let input = |fields: Value| {
            json!({ "of": "ORGANISATIONS", "format": "JSON_LINES", "fields": fields })
        };
        let few = begun(&actor, input(json!(["id", "name"]))).await;
        assert_eq!(ended(&actor, &few).await["status"], "READY", "a thousand rows of two are 3,000");
        let many = actor.run("startExport", input(Value::Null), "export { id }").await;
        let limit = |answer: &Answer| answer.0["errors"][0]["extensions"].clone();
        assert_eq!(limit(&many)["code"], "COST_TOO_HIGH", "a thousand rows of eight are 9,000");
        let three = input(json!(["id", "name", "kind"]));
        let spent = actor.run("startExport", three, "export { id }").await;
        assert_eq!(limit(&spent)["code"], "RATE_LIMITED", "what was asked before is spent");
        assert!(limit(&spent)["retryAfterSeconds"].as_u64() > Some(0), "{spent:?}");
    }
}
