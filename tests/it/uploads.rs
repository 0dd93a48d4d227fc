//! Files on their way to an import: their organisation's alone, of a limited size, for a day.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::Value;
use tests::{Actor, Engine, World, both_databases, payments::PayingFund};

const LARGEST: usize = 64 * 1024 * 1024;

fn code(said: &Value) -> &str {
    said["errors"][0]["extensions"]["code"].as_str().expect("a code")
}

/// Sends the head of a request for an upload, and then up to `chunks` of a MiB while the server
/// takes them; answers with what it said, and how many it took.
fn send(address: &str, token: &str, head: &str, chunks: usize) -> (String, usize) {
    let host = address.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(host).expect("a connection");
    let head = format!(
        "POST /uploads HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
         content-type: text/csv\r\nconnection: close\r\n{head}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("the head is sent");
    let mebibyte = 1024 * 1024;
    let chunk = [format!("{mebibyte:x}\r\n").as_bytes(), &vec![b'x'; mebibyte], b"\r\n"].concat();
    let taken = (0..chunks).take_while(|_| stream.write_all(&chunk).is_ok()).count();
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a patience");
    let mut said = Vec::new();
    // A server that does not read to the end may close the connection harshly after its answer.
    let _ = stream.read_to_end(&mut said);
    (String::from_utf8_lossy(&said).into_owned(), taken)
}

async fn kept(world: &World) -> u64 {
    use sea_orm::{EntityTrait, PaginatorTrait};
    #[expect(clippy::disallowed_methods, reason = "the test looks at every row")]
    let all = entities::upload::Entity::find();
    all.count(world.database.for_migration()).await.expect("a count")
}

async fn finance_of(world: &World, name: &str) -> Actor {
    let id = world.organisation(name, OrganisationKind::LocalAuthority).await;
    world.actor(id, &[Role::Finance]).await
}

both_databases! {
    async fn who_imports_sends_files_and_a_day_later_they_are_gone(world: World) {
        let finance = finance_of(&world, "Council").await;
        let (status, said) = finance.upload(b"a,b\n".to_vec(), "text/csv; charset=utf-8").await;
        assert_eq!(status, 201);
        assert!(said["id"].as_str().expect("an identity").starts_with("upl_"));
        for _ in 0..9 {
            assert_eq!(finance.upload(Vec::new(), "application/octet-stream").await.0, 201);
        }
        let (status, said) = finance.upload(b"one more".to_vec(), "text/csv").await;
        assert_eq!((status, code(&said), kept(&world).await), (403, "NOT_ALLOWED", 10));
        let another = finance_of(&world, "Another").await;
        assert_eq!(another.upload(Vec::new(), "text/csv").await.0, 201);
        world.pass(24 * 3_600 + 1);
        assert_eq!(finance.upload(Vec::new(), "text/csv").await.0, 201);
        assert_eq!(kept(&world).await, 2);
    }

    async fn nobody_else_sends_files_and_nothing_but_files(world: World) {
        let finance = finance_of(&world, "Council").await;
        let reader = world.actor(finance.organisation, &[Role::Viewer]).await;
        let (status, said) = reader.upload(b"a".to_vec(), "text/csv").await;
        assert_eq!((status, code(&said)), (403, "NOT_ALLOWED"));
        let (status, said) = world.nobody().upload(b"a".to_vec(), "text/csv").await;
        assert_eq!((status, code(&said)), (401, "UNAUTHENTICATED"));
        let (status, said) = finance.bearing("nonsense").upload(b"a".to_vec(), "text/csv").await;
        assert_eq!((status, code(&said)), (401, "UNAUTHENTICATED"));
        for form in ["multipart/form-data; boundary=x", "application/json", ""] {
            let (status, said) = finance.upload(b"a".to_vec(), form).await;
            assert_eq!((status, code(&said)), (415, "UNSUPPORTED_MEDIA_TYPE"), "{form}");
        }
        assert_eq!(kept(&world).await, 0);
    }

    async fn a_file_is_used_once_and_not_after_a_day(world: World) {
        let pool = PayingFund::in_world(&world, "Once").await;
        let scheme = pool.scheme("All", &["2025/26"]).await;
        let file = "Council name,Payment Date,Supplier,Amount\nB,2025-05-01,A,1\n";
        let input = pool.input(&pool.upload(file).await, "BABERGH", &scheme);
        let old = pool.input(&pool.upload(file).await, "BABERGH", &scheme);
        assert_eq!(pool.import(input.clone()).await["status"], "SUCCEEDED");
        let again = pool.host.run("importPayments", input, "job { id }").await;
        assert_eq!((again.problem(), again.problem_path()), ("NOT_FOUND".into(), "upload".into()));
        let _ = pool.attempt(old.clone()).await.ok();
        world.pass(24 * 3_600 + 1);
        assert_eq!(pool.attempt(old).await.problem(), "NOT_FOUND");
        assert_eq!(pool.transactions().await, 1);
    }
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_refused_before_it_is_stored() {
    let world = World::on(Engine::Sqlite).await;
    let finance = finance_of(&world, "Council").await;
    assert_eq!(finance.upload(vec![b'x'; LARGEST], "text/csv").await.0, 201);
    assert_eq!(kept(&world).await, 1);
    let address = world.address.clone();
    let token = finance.token().to_owned();
    let sending = tokio::task::spawn_blocking(move || {
        let two_gibibytes = 2 * 1024;
        let announced = send(&address, &token, "content-length: 2147483648", 0).0;
        (announced, send(&address, &token, "transfer-encoding: chunked", two_gibibytes))
    });
    let (announced, (broken_off, taken)) = sending.await.expect("an answer");
    assert!(announced.starts_with("HTTP/1.1 413"), "{announced}");
    assert!(announced.contains("a file has at most 64 MiB"), "{announced}");
    assert!(broken_off.is_empty() || broken_off.starts_with("HTTP/1.1 413"), "{broken_off}");
    assert!(taken < 200, "{taken} MiB were taken before the refusal");
    assert_eq!(kept(&world).await, 1);
}
