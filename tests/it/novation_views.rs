//! Who is told that a contract took the place of another, and of which (rules V1 and G5).

use entities::{
    membership::Role, organisation::OrganisationKind, organisation_succession,
    relation::RelationKind,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tests::{
    Actor, Books, World, both_databases,
    novation::{NOVATED, Novating, ROLES, read},
    relations::{day, local},
};
use tributary::{access::derive, graphql::node::Kind};
use uuid::Uuid;

/// The day on which everybody looks.
const TODAY: &str = "2026-04-01";

async fn somebody(world: &World, organisation: &str) -> Actor {
    world.actor(local(Kind::Organisation, organisation), &[Role::ContractManager]).await
}

async fn buys(buyer: &Actor, (under, seller): (&str, &str), starts_on: &str) -> String {
    let input = json!({
        "under": under, "seller": seller, "reference": format!("SUB {under}"), "service": "Nursing",
        "startsOn": starts_on, "endsOn": "2029-03-31",
    });
    let done = buyer.run("recordSubcontract", input, "subcontract { id }").await.ok();
    done.text("/recordSubcontract/subcontract/id").to_owned()
}

async fn above(who: &Actor, link: &str) -> Value {
    let document = format!(
        "{{ node(id: \"{link}\") {{ ... on Subcontract {{ contract {{ reference }} above {{ tier
            status since reasonCode documentReference novatedTo {{ reference }} }} }} }} }}"
    );
    who.ask(&document).await.ok().at("/node").clone()
}

fn told(head: Value) -> Value {
    json!({
        "effectiveOn": TODAY, "documentReference": "Deed 12",
        "decision": { "minuteReference": "7" }, "head": head,
        "contract": { "reference": "C 000" },
    })
}

both_databases! {
    async fn v1_everybody_is_told_as_of_the_status_and_of_no_contract_that_it_does_not_see(
        world: World
    ) {
        let it = Novating::of(&world, 2).await;
        it.award().await;
        let mut names = Vec::new();
        for name in ["Trust", "Clinic", "Outsider"] {
            let id = world.organisation(name, OrganisationKind::NhsTrust).await;
            names.push(tests::world::global(id));
        }
        let (provider, trust) =
            (somebody(&world, &it.providers[0]).await, somebody(&world, &names[0]).await);
        let first = buys(&provider, (&it.contracts[0], &names[0]), "2025-10-01").await;
        let second = buys(&trust, (&first, &names[1]), "2025-10-01").await;
        let _ = it.novate(it.novation(&it.contracts, TODAY)).await.ok();
        world.it_is(2026, 4, 1);
        let lead = world.actor(it.lead.organisation, &ROLES).await;
        let holder = somebody(&world, &it.holder.id).await;
        let (of, head) = (it.contracts[0].as_str(), it.head.as_str());
        let seen = read(&lead, of, TODAY).await;
        assert_eq!(seen["novatedTo"], told(json!({ "reference": "HEAD" })));
        assert_eq!(read(&lead, head, TODAY).await["novatedFrom"]["totalCount"], 2);
        // Who provided, and who sold directly under it, see the one contract and not the other.
        for organisation in [&it.providers[0], &names[0]] {
            let who = somebody(&world, organisation).await;
            let seen = read(&who, of, TODAY).await;
            assert_eq!((&seen["status"], &seen["novatedTo"]), (&json!("TERMINATED"), &told(Value::Null)));
            assert_eq!(read(&who, head, TODAY).await, Value::Null);
        }
        let seen = read(&holder, head, TODAY).await;
        assert_eq!(seen["novatedFrom"], json!({ "totalCount": 0, "nodes": [] }));
        assert_eq!(read(&holder, of, TODAY).await, Value::Null);
        let outsider = somebody(&world, &names[2]).await;
        for id in [of, head] {
            assert_eq!(read(&outsider, id, TODAY).await, Value::Null);
        }
        // Deeper in the chain the status of what is above is told, and the head once it is seen.
        let deeper = somebody(&world, &names[1]).await;
        let stands = |novated_to: Value| json!({
            "tier": 0, "status": "TERMINATED", "since": TODAY, "reasonCode": "NOVATION",
            "documentReference": "Deed 12", "novatedTo": novated_to,
        });
        let seen = above(&deeper, &second).await;
        assert_eq!((&seen["contract"], &seen["above"][0]), (&Value::Null, &stands(Value::Null)));
        assert_eq!(seen["above"][1]["novatedTo"], Value::Null);
        let _ = buys(&holder, (head, &names[1]), TODAY).await;
        let seen = above(&deeper, &second).await;
        assert_eq!(seen["above"][0], stands(json!({ "reference": "HEAD" })));
        let seen = read(&deeper, head, TODAY).await;
        assert_eq!(seen["novatedFrom"]["totalCount"], 0, "it sees none of them");
    }

    async fn v2_a_summary_tells_where_it_stands_and_withholds_what_took_its_place(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let under = Some(books.agreement.clone());
        let it = Novating::led(&world, (books.host().clone(), under), 1).await;
        it.award().await;
        let _ = it.novate(it.novation(&it.contracts, TODAY)).await.ok();
        let id = world.organisation("Observer", OrganisationKind::Charity).await;
        books.relate(&world, (RelationKind::Observer, id), ("2025-04-01", None)).await;
        let contracts: Vec<Uuid> = it.contracts.iter().map(|id| local(Kind::Contract, id)).collect();
        derive::contracts(world.database.for_migration(), &contracts).await.expect("access");
        world.it_is(2026, 4, 1);
        let observer = world.actor(id, &ROLES).await;
        let seen = read(&observer, &it.contracts[0], TODAY).await;
        assert_eq!((&seen["status"], &seen["novatedTo"]), (&json!("TERMINATED"), &Value::Null));
        assert_eq!(seen["novatedFrom"], Value::Null);
        let withheld = seen["withheld"].to_string();
        for field in ["novatedTo", "novatedFrom"] {
            let said = json!({ "field": field, "reason": "SUMMARY_ONLY" }).to_string();
            assert!(withheld.contains(&said), "{withheld}");
        }
        let partner = world.actor(books.partner(1).organisation, &ROLES).await;
        let seen = read(&partner, &it.contracts[0], TODAY).await;
        assert_eq!(seen["novatedTo"], told(json!({ "reference": "HEAD" })));
        let asked = json!({
            "head": it.head, "expectedVersion": 5, "effectiveOn": "2027-04-01",
            "documentReference": "Deed 13", "decision": tests::posting::decision(),
        });
        let payload = format!("contract {{ {NOVATED} }}");
        let refused = partner.run("unfoldNovation", asked.clone(), &payload).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED", "it does not lead the commissioners");
        let holder = somebody(&world, &it.holder.id).await;
        let refused = holder.run("unfoldNovation", asked, &payload).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED", "it provides, and commissions nothing");
    }

    async fn v1_a_contract_that_is_hidden_is_refused_like_one_that_does_not_exist(world: World) {
        let it = Novating::of(&world, 1).await;
        it.award().await;
        let other = Novating::of(&world, 1).await;
        let absent = Kind::Contract.id(Uuid::from_u128(7)).to_string();
        let mut answers = Vec::new();
        for contract in [other.contracts[0].clone(), absent] {
            let answer = it.novate(it.novation(&[contract], TODAY)).await;
            answers.push(answer.payload().clone());
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0]["errors"][0]["code"], "NOT_FOUND");
        let theirs = other.novate(it.novation(&it.contracts, TODAY)).await;
        assert_eq!((theirs.problem(), theirs.problem_path()), ("NOT_FOUND".into(), "head".into()));
    }

    async fn g5_whoever_follows_the_commissioner_replaces_contracts_in_its_place(world: World) {
        let it = Novating::of(&world, 2).await;
        it.award().await;
        let id = world.organisation("Successor", OrganisationKind::IntegratedCareBoard).await;
        let row = organisation_succession::Model {
            predecessor_id: it.lead.organisation,
            successor_id: id,
            effective_on: day("2025-10-01"),
        };
        let connection = world.database.for_migration();
        organisation_succession::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(connection)
            .await
            .expect("a succession");
        let all: Vec<Uuid> =
            it.contracts.iter().chain([&it.head]).map(|id| local(Kind::Contract, id)).collect();
        derive::contracts(connection, &all).await.expect("access");
        let input = it.novation(&it.contracts, TODAY);
        let closed = it.novate(input.clone()).await;
        assert_eq!(closed.problem(), "NOT_FOUND", "they were awarded after it had closed");
        let successor = world.actor(id, &ROLES).await;
        let payload = format!("contract {{ {NOVATED} }}");
        let _ = successor.run("novateContracts", input, &payload).await.ok();
    }
}
