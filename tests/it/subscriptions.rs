//! Subscriptions (docs/subscriptions.md): what is told, to whom, and when it ends (rules V1, V11).

use std::time::Duration;

use entities::{membership::Role, organisation::OrganisationKind};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{
    Actor, Books, World, both_databases,
    contracts::drafted,
    socket::{Heard, Socket},
};
use tributary::{
    auth::{revoked, token},
    http::Manner,
    service::audit::seal::seal_now,
};

/// Longer than an event takes.
const SILENCE: Duration = Duration::from_millis(1500);

fn follow_fund(books: &Books) -> String {
    let fund = &books.fund;
    format!(
        r#"subscription {{ fundPositionChanged(fund: "{fund}") {{
            position(financialYear: "2025/26") {{ total {{ budget actual }} }} }} }}"#
    )
}

fn actual(result: &Value) -> &Value {
    &result["data"]["fundPositionChanged"]["position"]["total"]["actual"]
}

/// A host and a partner with a scheme that money is spent on; everything is sealed.
async fn books(world: &World) -> (Books, String) {
    let books = Books::open(world, &["Host", "Partner"]).await;
    books.contribution(0, "100000.00").await;
    let scheme = books.scheme("01", "100000.00", &[2, 1]).await;
    seal(world).await;
    (books, scheme)
}

/// What the sealer beside a server does all the while.
async fn seal(world: &World) {
    let _ = seal_now(&world.database).await.expect("sealed");
}

/// A socket that follows, once that goes on.
async fn following(address: &str, who: &Actor, subscription: &str) -> Socket {
    let mut socket = Socket::of(address, who.token()).await;
    socket.subscribe("1", subscription).await;
    // What does not begin is told at once.
    assert_eq!(socket.hear_within(SILENCE).await, None, "{subscription}");
    socket
}

fn code(result: &Value) -> &Value {
    &result["errors"][0]["extensions"]["code"]
}

both_databases! {
    async fn a_fund_tells_that_money_was_spent_and_not_what_changes_no_answer(world: World) {
        let (books, scheme) = books(&world).await;
        let mut host = following(&world.address, books.host(), &follow_fund(&books)).await;
        let mut partner = following(&world.address, books.partner(1), &follow_fund(&books)).await;
        let _ = books.spend(&scheme, "12.50", "2025-05-15", "1").await.ok();
        seal(&world).await;
        for socket in [&mut host, &mut partner] {
            assert_eq!(actual(&socket.next("1").await), "12.50");
        }
        // The same fund, and nothing of what is selected.
        let other = json!({ "id": books.fund, "expectedVersion": 1, "name": "Another name" });
        books.host().run("updatePooledFund", other, "fund { id }").await.ok();
        seal(&world).await;
        assert_eq!(host.hear_within(SILENCE).await, None);
        host.say(json!({ "type": "complete", "id": "1" })).await;
        let _ = books.spend(&scheme, "0.50", "2025-05-16", "2").await.ok();
        seal(&world).await;
        assert_eq!(actual(&partner.next("1").await), "13.00");
        assert_eq!(host.hear_within(SILENCE).await, None, "it was completed");
    }

    async fn what_is_hidden_and_what_does_not_exist_end_alike(world: World) {
        let (books, _) = books(&world).await;
        let stranger = world.organisation("Stranger", OrganisationKind::LocalAuthority).await;
        let stranger = world.actor(stranger, &[Role::Finance]).await;
        let mut socket = Socket::of(&world.address, stranger.token()).await;
        let hidden = socket.ask("1", &follow_fund(&books)).await;
        let other = Books { fund: "nothing".to_owned(), ..books };
        let none = socket.ask("1", &follow_fund(&other)).await;
        assert_eq!(code(&hidden), "NOT_FOUND");
        assert_eq!(hidden["errors"], none["errors"]);
    }

    async fn an_appointment_that_is_revoked_ends_it_at_the_next_event(world: World) {
        let (books, scheme) = books(&world).await;
        let member = world.organisation("Member", OrganisationKind::LocalAuthority).await;
        let member = world.actor(member, &[Role::Finance]).await;
        let input = json!({
            "agreement": books.agreement, "organisation": member.id, "kind": "BOARD_MEMBER",
            "startsOn": "2025-04-01",
        });
        let made = books.host().run("appointOrganisation", input, "relation { id }").await.ok();
        seal(&world).await;
        let follow = follow_fund(&books);
        let mut socket = following(&world.address, &member, &follow).await;
        let relation = made.text("/appointOrganisation/relation/id");
        let mistake = json!({ "relation": relation, "reason": "Another was meant" });
        books.host().run("revokeAppointment", mistake, "agreement { id }").await.ok();
        let _ = books.spend(&scheme, "12.50", "2025-05-15", "1").await.ok();
        seal(&world).await;
        let last = socket.next("1").await;
        assert_eq!((code(&last), &last["data"]), (&json!("NOT_FOUND"), &Value::Null), "{last}");
        assert_eq!(socket.hear().await, Heard::Said(json!({ "type": "complete", "id": "1" })));
    }

    async fn a_token_that_is_revoked_ends_the_socket_at_the_next_event(world: World) {
        let (books, scheme) = books(&world).await;
        let mut socket = following(&world.address, books.partner(1), &follow_fund(&books)).await;
        let id = token::id_of(books.partner(1).token()).expect("a token");
        revoked::revoke(&world.database, id).await.expect("revoked");
        let _ = books.spend(&scheme, "12.50", "2025-05-15", "1").await.ok();
        seal(&world).await;
        assert_eq!(socket.closed().await, 4403);
    }

    async fn a_token_that_ends_ends_the_socket_by_itself(world: World) {
        let (books, _) = books(&world).await;
        let mut socket = following(&world.address, books.host(), &follow_fund(&books)).await;
        world.pass(25 * 3600);
        assert_eq!(socket.closed().await, 4403);
    }

    async fn what_one_server_writes_another_tells(world: World) {
        let (books, scheme) = books(&world).await;
        let (_app, other) = world.serve_in(Manner::default()).await;
        let mut socket = following(&other, books.partner(1), &follow_fund(&books)).await;
        let _ = books.spend(&scheme, "12.50", "2025-05-15", "1").await.ok();
        seal(&world).await;
        assert_eq!(actual(&socket.next("1").await), "12.50");
    }

    async fn sixteen_who_write_at_once_are_told_up_to_the_last(world: World) {
        let (books, scheme) = books(&world).await;
        let mut socket = following(&world.address, books.partner(1), &follow_fund(&books)).await;
        let keys: Vec<String> = (0..16).map(|number| number.to_string()).collect();
        let spend = |key| books.spend(&scheme, "1.00", "2025-05-15", key);
        for answer in join_all(keys.iter().map(|key| spend(key))).await {
            let _ = answer.ok();
        }
        seal(&world).await;
        let mut told = Vec::new();
        while told.last().is_none_or(|last| last != "16.00") {
            told.push(actual(&socket.next("1").await).as_str().expect("money").to_owned());
        }
        assert!(told.len() <= 16, "no more events than changes: {told:?}");
    }

    async fn a_contract_tells_its_parties_and_nobody_else(world: World) {
        let body = async |name, kind| {
            let id = world.organisation(name, kind).await;
            world.actor(id, &[Role::Commissioner, Role::ContractManager]).await
        };
        let board = body("Board", OrganisationKind::IntegratedCareBoard).await;
        let trust = body("Trust", OrganisationKind::NhsTrust).await;
        let stranger = body("Stranger", OrganisationKind::NhsTrust).await;
        let all = "subscription { contractChanged { id } }";
        let mut commissioner = following(&world.address, &board, all).await;
        let mut provider = following(&world.address, &trust, all).await;
        let mut other = following(&world.address, &stranger, all).await;
        let id = board.draft(drafted("C/1", &[(&board, 1)], &[&trust])).await;
        seal(&world).await;
        let expected = json!({ "contractChanged": { "id": id } });
        assert_eq!(commissioner.next("1").await["data"], expected);
        // A draft that is not shared is the commissioners' own.
        assert_eq!(provider.hear_within(SILENCE).await, None);
        let _ = board.step("awardContract", &id, "2025-10-01", json!({})).await.ok();
        seal(&world).await;
        assert_eq!(commissioner.next("1").await["data"], expected);
        assert_eq!(provider.next("1").await["data"], expected);
        assert_eq!(other.hear_within(SILENCE).await, None);
        let one = format!(r#"subscription {{ contractChanged(contract: "{id}") {{ id }} }}"#);
        other.subscribe("2", &one).await;
        assert_eq!(code(&other.next("2").await), "NOT_FOUND");
    }

    async fn a_proposal_is_told_to_those_whose_decision_it_waits_for(world: World) {
        let books = Books::open(&world, &["Host", "Council", "Board"]).await;
        for partner in 0..3 {
            books.contribution(partner, "1000.00").await;
        }
        let from = books.scheme("1", "400.00", &[0, 1, 0]).await;
        let to = books.scheme("2", "400.00", &[0, 1, 0]).await;
        seal(&world).await;
        let both = [Role::Finance, Role::Commissioner];
        let proposer = books.host().colleague(&world, 1, &both).await;
        let approver = books.partner(1).colleague(&world, 3, &[Role::Approver]).await;
        let other = books.partner(2).colleague(&world, 4, &both).await;
        let follow = "subscription { approvalRequested { id } }";
        let mut asked = following(&world.address, &approver, follow).await;
        let mut unasked = following(&world.address, &other, follow).await;
        let virement = books.virement("1", &[(&*from, "-100.00"), (&*to, "100.00")]);
        let proposal = proposer.proposes("proposeVirement", virement).await;
        seal(&world).await;
        assert_eq!(asked.next("1").await["data"], json!({ "approvalRequested": { "id": proposal } }));
        assert_eq!(unasked.hear_within(SILENCE).await, None);
        // It is requested once, whatever happens to it later.
        let _ = approver.declares(&proposal).await;
        seal(&world).await;
        assert_eq!(asked.hear_within(SILENCE).await, None);
    }
}
