//! Subscriptions (docs/subscriptions.md): what is told, to whom, and when it ends (rules V1, V11).

use entities::{membership::Role, organisation::OrganisationKind};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{
    Actor, Books, Engine, World, both_databases,
    contracts::drafted,
    socket::{Heard, Socket},
};
use tributary::{
    auth::{revoked, token},
    database,
    http::{BudgetTerms, Manner},
    service::{
        account::{NewAccount, create},
        acting_as::Named,
        audit::seal::seal_now,
    },
};

/// What an event of [`follow_fund`] costs.
const EVENT_COSTS: u64 = 24;

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

/// A socket that follows everything from now on.
async fn following(address: &str, who: &Actor, subscription: &str) -> Socket {
    let mut socket = Socket::of(address, who.token()).await;
    socket.subscribe("1", subscription).await;
    // What is asked is heard in its order.
    socket.is_silent().await;
    socket
}

/// A socket that follows a fund, and what it began with.
async fn following_fund(address: &str, who: &Actor, books: &Books) -> (Socket, Value) {
    let mut socket = Socket::of(address, who.token()).await;
    socket.subscribe("1", &follow_fund(books)).await;
    let began = socket.next("1").await;
    (socket, began)
}

/// What a socket is told of a fund up to this: no two answers after each other are the same, because
/// what is hidden changes none of them (rule V1).
async fn told_up_to(socket: &mut Socket, began: &Value, last: &str) {
    let mut before = actual(began).clone();
    while before != last {
        let told = socket.next("1").await;
        assert_ne!(actual(&told), &before, "something was told that changes nothing: {told}");
        before = actual(&told).clone();
    }
}

fn code(result: &Value) -> &Value {
    &result["errors"][0]["extensions"]["code"]
}

both_databases! {
    async fn a_fund_tells_what_it_is_and_that_money_was_spent_and_not_what_changes_no_answer(
        world: World
    ) {
        let (books, scheme) = books(&world).await;
        let (mut host, began) = following_fund(&world.address, books.host(), &books).await;
        assert_eq!(actual(&began), "0.00");
        let (mut partner, _) = following_fund(&world.address, books.partner(1), &books).await;
        let _ = books.spend(&scheme, "12.50", "2025-05-15", "1").await.ok();
        seal(&world).await;
        for socket in [&mut host, &mut partner] {
            assert_eq!(actual(&socket.next("1").await), "12.50");
        }
        // The same fund, and nothing of what is selected.
        let other = json!({ "id": books.fund, "expectedVersion": 1, "name": "Another name" });
        books.host().run("updatePooledFund", other, "fund { id }").await.ok();
        seal(&world).await;
        host.say(json!({ "type": "complete", "id": "1" })).await;
        host.is_silent().await;
        let _ = books.spend(&scheme, "0.50", "2025-05-16", "2").await.ok();
        seal(&world).await;
        assert_eq!(actual(&partner.next("1").await), "13.00");
        host.is_silent().await;
    }

    async fn an_event_costs_what_is_told_and_what_is_not_told_costs_nothing(world: World) {
        let (books, scheme) = books(&world).await;
        let terms = gate::Terms { capacity: 1000, restored_per_second: 1 };
        let budgets = BudgetTerms { clients: terms, anonymous: terms, ..BudgetTerms::default() };
        let (_app, address) = world.serve_in(Manner { budgets, ..Manner::default() }).await;
        let (mut host, began) = following_fund(&address, books.host(), &books).await;
        let cost = |told: &Value, which: &str| {
            told["extensions"]["cost"][which].as_u64().unwrap_or_else(|| panic!("no cost: {told}"))
        };
        // A position costs twenty; the fund, the total, and its two figures one each.
        let each = cost(&began, "requested");
        assert_eq!((each, cost(&began, "actual")), (EVENT_COSTS, EVENT_COSTS));
        assert_eq!(cost(&began, "available"), 1000 - each, "its beginning is told, and charged");
        // Changes no answer, and so is not told.
        for (version, name) in [(1, "One name"), (2, "Another name")] {
            let input = json!({ "id": books.fund, "expectedVersion": version, "name": name });
            books.host().run("updatePooledFund", input, "fund { id }").await.ok();
            seal(&world).await;
        }
        let _ = books.spend(&scheme, "12.50", "2025-05-15", "1").await.ok();
        seal(&world).await;
        let told = host.next("1").await;
        assert_eq!(actual(&told), "12.50");
        assert_eq!(cost(&told, "available"), 1000 - 2 * each, "only what is told is charged");
    }

    async fn v11_a_posting_that_is_not_released_tells_nothing_of_itself(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let input = json!({
            "id": books.agreement, "expectedVersion": 1, "postings": "RELEASED",
        });
        let _ = books.host().run("updatePartnershipAgreement", input, "").await.ok();
        books.contribution(0, "5000.00").await;
        let scheme = books.scheme("S1", "1200.00", &[1, 1]).await;
        seal(&world).await;
        let (mut host, began) = following_fund(&world.address, books.host(), &books).await;
        let (mut partner, unreleased) =
            following_fund(&world.address, books.partner(1), &books).await;
        let (mut of_host, mut spent) = (began, 0);
        for (amount, on) in [("1.00", "2025-04-10"), ("2.00", "2025-05-10"), ("4.00", "2025-06-10")]
        {
            let _ = books.spend(&scheme, amount, on, on).await.ok();
            seal(&world).await;
            spent += amount.chars().next().and_then(|it| it.to_digit(10)).expect("pounds");
            told_up_to(&mut host, &of_host, &format!("{spent}.00")).await;
            of_host = json!({ "data": { "fundPositionChanged": { "position": { "total": {
                "actual": format!("{spent}.00") } } } } });
            partner.is_silent().await;
        }
        books.close(2, "SOFT_CLOSED").await;
        let release = json!({ "fund": books.fund, "financialYear": "2025/26", "period": 1 });
        let _ = books.host().run("releasePeriod", release, "").await.ok();
        seal(&world).await;
        assert_ne!(actual(&unreleased), "1.00");
        told_up_to(&mut partner, &unreleased, "1.00").await;
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
        let (mut socket, _) = following_fund(&world.address, &member, &books).await;
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
        let (mut socket, _) = following_fund(&world.address, books.partner(1), &books).await;
        let id = token::id_of(books.partner(1).token()).expect("a token");
        revoked::revoke(&world.database, id).await.expect("revoked");
        let _ = books.spend(&scheme, "12.50", "2025-05-15", "1").await.ok();
        seal(&world).await;
        assert_eq!(socket.closed().await, 4403);
    }

    async fn a_token_that_ends_ends_the_socket_by_itself(world: World) {
        let (books, _) = books(&world).await;
        let (mut socket, _) = following_fund(&world.address, books.host(), &books).await;
        world.pass(25 * 3600);
        assert_eq!(socket.closed().await, 4403);
    }

    async fn a_session_that_is_signed_out_ends_the_socket_at_the_next_event(world: World) {
        let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
        let (email, password) = ("finance@council.example", "correct horse battery");
        let new = NewAccount {
            email: email.to_owned(),
            password: password.to_owned(),
            organisation: Named::Id(council),
            role: Role::Finance,
        };
        create(&world.database, new).await.expect("an account");
        let input = json!({ "email": email, "password": password });
        let signed_in = world.nobody().run("signIn", input, "session { accessToken }").await.ok();
        let actor = world.nobody().bearing(signed_in.text("/signIn/session/accessToken"));
        let all = "subscription { contractChanged { id } }";
        let mut socket = following(&world.address, &actor, all).await;
        let _ = actor.ask("mutation { signOut { signedOut errors { code } } }").await.ok();
        socket.is_silent().await;
        let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
        let board = world.actor(board, &[Role::Commissioner]).await;
        let _ = board.draft(drafted("C/1", &[(&board, 1)], &[])).await;
        seal(&world).await;
        assert_eq!(socket.closed().await, 4403);
    }

    async fn what_one_server_writes_another_tells(world: World) {
        let (books, scheme) = books(&world).await;
        // As of another process: it shares the database and nothing else.
        let clock = world.database.clock().clone();
        let url = match world.engine {
            Engine::Postgres => tests::postgres::as_server(&world.url),
            Engine::Sqlite => world.url.clone(),
        };
        let other = database::open(&url, false, clock).await.expect("another server's");
        let (_app, other) = world.serve_on(other, Manner::default()).await;
        let (mut socket, _) = following_fund(&other, books.partner(1), &books).await;
        let _ = books.spend(&scheme, "12.50", "2025-05-15", "1").await.ok();
        seal(&world).await;
        assert_eq!(actual(&socket.next("1").await), "12.50");
    }

    async fn sixteen_who_write_at_once_are_told_up_to_the_last(world: World) {
        let (books, scheme) = books(&world).await;
        let (mut socket, _) = following_fund(&world.address, books.partner(1), &books).await;
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
        let told = commissioner.next("1").await;
        assert_eq!(told["data"], expected);
        assert_eq!(told["extensions"]["cost"]["requested"], 2, "a contract and its identity");
        // A draft that is not shared is the commissioners' own.
        provider.is_silent().await;
        let _ = board.step("awardContract", &id, "2025-10-01", json!({})).await.ok();
        seal(&world).await;
        assert_eq!(commissioner.next("1").await["data"], expected);
        assert_eq!(provider.next("1").await["data"], expected);
        other.is_silent().await;
        let one = format!(r#"subscription {{ contractChanged(contract: "{id}") {{ id }} }}"#);
        other.subscribe("2", &one).await;
        assert_eq!(code(&other.next("2").await), "NOT_FOUND");
    }

    async fn a_proposal_is_told_to_those_whose_decision_it_waits_for(world: World) {
        let books = Books::open(&world, &["Host", "Council", "Board", "Another"]).await;
        for partner in 0..4 {
            books.contribution(partner, "1000.00").await;
        }
        let from = books.scheme("1", "400.00", &[0, 1, 0, 0]).await;
        let to = books.scheme("2", "400.00", &[0, 0, 1, 0]).await;
        seal(&world).await;
        let both = [Role::Finance, Role::Commissioner];
        let proposer = books.host().colleague(&world, 1, &both).await;
        let approver = books.partner(1).colleague(&world, 3, &[Role::Approver]).await;
        let other = books.partner(3).colleague(&world, 4, &both).await;
        let follow = "subscription { approvalRequested { id } }";
        let mut asked = following(&world.address, &approver, follow).await;
        let mut unasked = following(&world.address, &other, follow).await;
        let virement = books.virement("1", &[(&*from, "-100.00"), (&*to, "100.00")]);
        let proposal = proposer.proposes("proposeVirement", virement).await;
        seal(&world).await;
        assert_eq!(asked.next("1").await["data"], json!({ "approvalRequested": { "id": proposal } }));
        unasked.is_silent().await;
        // It is requested once, whatever happens to it later.
        let _ = approver.declares(&proposal).await;
        seal(&world).await;
        let again = books.virement("2", &[(&*from, "-50.00"), (&*to, "50.00")]);
        let another = proposer.proposes("proposeVirement", again).await;
        seal(&world).await;
        assert_eq!(asked.next("1").await["data"], json!({ "approvalRequested": { "id": another } }));
    }
}
