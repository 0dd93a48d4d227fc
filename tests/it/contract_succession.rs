//! When a party to a contract closes and several take over from it, one of them is named to stand in
//! its place; all of them read what it read (rule G5).

use entities::contract;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases, chain::Chain};
use tributary::{access::derive, graphql::node::Kind, service::relation::verify};

async fn name(by: &Actor, chain: &Chain, predecessor: &Actor, successor: &Actor) -> Answer {
    let input = json!({
        "contract": chain.id(), "predecessor": predecessor.id, "successor": successor.id,
    });
    by.run("nameContractSuccessor", input, "contract { id }").await
}

async fn confirm(by: &Actor, link: &str) -> Answer {
    let input = json!({ "subcontract": link, "expectedVersion": 1, "dryRun": true });
    by.run("confirmSubcontract", input, "subcontract { confirmation }").await
}

/// The seller at tier 1, which is divided between a stranger and the seller at tier 4.
async fn divided(world: &World, chain: &Chain) -> (Actor, Actor, Actor) {
    let (closed, one, other) = (&chain.sellers[0], &chain.stranger, &chain.sellers[3]);
    for heir in [one, other] {
        chain.succeed(world, (closed, heir), "2025-09-01").await;
    }
    (closed.clone(), one.clone(), other.clone())
}

async fn in_order(world: &World) {
    verify::compare(world.database.for_migration()).await.expect("the views are in order");
}

both_databases! {
    async fn g5_of_a_seller_that_is_divided_one_is_named_and_acts_in_its_place(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let (closed, one, other) = divided(&world, &chain).await;
        for heir in [&one, &other] {
            assert_eq!(confirm(heir, &links[0]).await.problem(), "NOT_ALLOWED", "it reads only");
        }
        for nobody in [&chain.lead, &chain.associate, &one] {
            assert_eq!(name(nobody, &chain, &closed, &one).await.problem(), "NOT_ALLOWED");
        }
        let _ = name(&chain.commissioner, &chain, &closed, &one).await.ok();
        let _ = confirm(&one, &links[0]).await.ok();
        assert_eq!(confirm(&other, &links[0]).await.problem(), "NOT_ALLOWED");
        let again = name(&chain.commissioner, &chain, &closed, &one).await;
        assert_eq!(again.problem(), "ALREADY_DONE");

        // Who was named by mistake acts no more.
        let _ = name(&chain.commissioner, &chain, &closed, &other).await.ok();
        let _ = confirm(&other, &links[0]).await.ok();
        assert_eq!(confirm(&one, &links[0]).await.problem(), "NOT_ALLOWED");
        in_order(&world).await;
        let asked = "{ auditTrail(first: 20) { nodes { action before after } } }";
        let acts = chain.commissioner.ask(asked).await.ok().at("/auditTrail/nodes").clone();
        let acts: Vec<&Value> = acts
            .as_array()
            .expect("acts")
            .iter()
            .filter(|act| act["action"] == "nameContractSuccessor")
            .collect();
        assert_eq!(acts.len(), 2);
        assert!(acts.iter().any(|act| act["before"] != Value::Null), "what it was before is kept");
    }

    async fn g5_of_a_commissioner_that_is_divided_any_successor_says_which_leads(world: World) {
        let chain = Chain::on(&world).await;
        let (closed, one, other) = (&chain.commissioner, &chain.stranger, &chain.sellers[0]);
        for heir in [one, other] {
            chain.succeed(&world, (closed, heir), "2025-09-01").await;
        }
        let amounts = ["1000000.00", "1000000.00"];
        let plans = async |who: &Actor| who.plan(&chain.id(), amounts).await;
        assert_eq!(plans(one).await.problem(), "NOT_ALLOWED");
        assert_eq!(name(&chain.associate, &chain, closed, one).await.problem(), "NOT_ALLOWED");
        assert_eq!(name(closed, &chain, closed, one).await.problem(), "NOT_ALLOWED");
        let _ = name(other, &chain, closed, one).await.ok();
        assert_eq!(plans(one).await.problem(), "ALREADY_DONE", "it was awarded: it is varied");
        assert_eq!(plans(other).await.problem(), "NOT_ALLOWED");
        in_order(&world).await;
    }

    async fn g5_only_a_successor_of_somebody_who_stood_there_is_named(world: World) {
        let chain = Chain::on(&world).await;
        let _ = chain.four_tiers().await;
        let (closed, one, _) = divided(&world, &chain).await;
        let (by, lead) = (&chain.commissioner, &chain.lead);
        let wrong = name(by, &chain, &closed, lead).await;
        assert_eq!((wrong.problem().as_str(), wrong.problem_path().as_str()), ("INVALID_VALUE", "successor"));
        let beside = name(by, &chain, &chain.stranger, lead).await;
        assert_eq!((beside.problem().as_str(), beside.problem_path().as_str()), ("NOT_FOUND", "predecessor"));
        chain.succeed(&world, (&chain.associate, &chain.sellers[4]), "2025-09-01").await;
        let only = name(by, &chain, &chain.associate, &chain.sellers[4]).await;
        assert_eq!(only.problem(), "ALREADY_DONE");
        let outside = world.organisation("Outside", entities::organisation::OrganisationKind::Charity).await;
        let outside = world.actor(outside, &[entities::membership::Role::Commissioner]).await;
        assert_eq!(name(&outside, &chain, &closed, &one).await.problem(), "NOT_FOUND");
    }

    async fn g5_who_stood_to_the_agreement_is_succeeded_there_and_so_in_the_chain(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let partners = vec![chain.commissioner.clone(), chain.sellers[0].clone()];
        let books = Books::between(partners, "Pool").await;
        let agreement = Kind::Agreement.read(&books.agreement.as_str().into(), "agreement");
        under(&world, &chain, agreement.expect("an agreement")).await;
        let (closed, one, _) = divided(&world, &chain).await;
        derive::of_organisations(world.database.for_migration(), &[one.organisation].into())
            .await
            .expect("access is derived");
        let here = name(&chain.commissioner, &chain, &closed, &one).await;
        assert_eq!((here.problem().as_str(), here.problem_path().as_str()), ("INVALID_VALUE", "predecessor"));
        assert_eq!(confirm(&one, &links[0]).await.problem(), "NOT_ALLOWED");
        let input = json!({
            "agreement": books.agreement, "predecessor": closed.id, "successor": one.id,
        });
        let _ = chain.commissioner.run("nameSuccessor", input, "agreement { id }").await.ok();
        let _ = confirm(&one, &links[0]).await.ok();
        in_order(&world).await;
    }
}

/// Puts the contract under an agreement, past the program.
#[expect(clippy::disallowed_methods, reason = "the test writes past the program")]
async fn under(world: &World, chain: &Chain, agreement: uuid::Uuid) {
    let connection = world.database.for_migration();
    let row = contract::Entity::find_by_id(chain.contract).one(connection).await;
    let mut row = row.expect("the contract").expect("the contract").into_active_model();
    row.agreement_id = Set(Some(agreement));
    let _ = row.update(connection).await.expect("it is changed");
    derive::with_chains(connection, &[chain.contract]).await.expect("access is derived");
}
