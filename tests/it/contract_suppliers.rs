//! Who holds contracts or sells in their supply chains, counted over all of them that somebody sees.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, World, both_databases, chain::id_of, contracts::drafted, posting::decision};

/// Contracts of one commissioner and of another, and who holds them and sells under them.
struct Market {
    board: Actor,
    other_board: Actor,
    leads: [Actor; 2],
    trust: Actor,
    charity: Actor,
    hospice: Actor,
}

impl Market {
    /// On 2 April 2026; nothing is bought yet.
    async fn on(world: &World) -> Self {
        world.it_is(2026, 4, 2);
        let body = async |name: &str, kind| {
            let id = world.organisation(name, kind).await;
            world.actor(id, &[Role::Commissioner, Role::ContractManager]).await
        };
        let (board, provider) =
            (OrganisationKind::IntegratedCareBoard, OrganisationKind::IndependentProvider);
        Self {
            board: body("Board", board).await,
            other_board: body("Other board", board).await,
            leads: [body("Lead 1", provider).await, body("Lead 2", provider).await],
            trust: body("Trust", OrganisationKind::NhsTrust).await,
            charity: body("Charity", OrganisationKind::Charity).await,
            hospice: body("Hospice", OrganisationKind::Charity).await,
        }
    }

    /// A contract that was awarded.
    async fn contract(&self, board: &Actor, reference: &str, provider: &Actor) -> String {
        let mut draft = drafted(reference, &[(board, 1)], &[provider]);
        draft["startsOn"] = json!("2026-04-01");
        let id = board.draft(draft).await;
        board.step("awardContract", &id, "2026-04-02", json!({})).await.ok();
        id
    }

    /// What one buys of another, under a contract or a link.
    async fn buys(
        &self,
        buyer: &Actor,
        (under, seller): (&str, &Actor),
        is_material: bool,
    ) -> String {
        let input = json!({
            "under": under, "seller": seller.id, "reference": format!("{under} {}", seller.id),
            "service": "Nursing", "startsOn": "2026-04-01", "endsOn": "2027-03-31",
            "isMaterial": is_material, "values": [],
        });
        id_of(&buyer.run("recordSubcontract", input, "subcontract { id }").await.ok())
    }
}

fn document(least: i32) -> String {
    format!(
        "{{ contractSuppliers(atLeast: {least}, first: 50) {{ totalCount nodes {{
            organisation {{ id }} contracts holds sells }} }} }}"
    )
}

/// Those on so many contracts, as somebody is told: how many, held and in whose chains they sell.
async fn suppliers(who: &Actor, least: i32) -> Vec<(String, [i64; 3])> {
    let told = who.ask(&document(least)).await.ok();
    let nodes = told.at("/contractSuppliers/nodes").as_array().expect("nodes").clone();
    assert_eq!(told.at("/contractSuppliers/totalCount"), nodes.len());
    let number = |node: &Value, field: &str| node[field].as_i64().expect("a number");
    let one = |node: Value| {
        let id = node["organisation"]["id"].as_str().expect("an identity").to_owned();
        (id, ["contracts", "holds", "sells"].map(|field| number(&node, field)))
    };
    nodes.into_iter().map(one).collect()
}

fn of(told: &[(String, [i64; 3])], who: &Actor) -> Option<[i64; 3]> {
    told.iter().find(|it| it.0 == who.id).map(|it| it.1)
}

both_databases! {
    async fn whoever_sells_on_several_contracts_is_found_over_all_chains_that_are_seen(world: World) {
        let it = Market::on(&world).await;
        let first = it.contract(&it.board, "A", &it.leads[0]).await;
        let second = it.contract(&it.board, "B", &it.leads[1]).await;
        let _ = it.contract(&it.board, "C", &it.charity).await;
        let elsewhere = it.contract(&it.other_board, "D", &it.leads[1]).await;
        let own = it.buys(&it.leads[0], (&first, &it.charity), false).await;
        let above = it.buys(&it.leads[1], (&second, &it.trust), false).await;
        let _ = it.buys(&it.trust, (&above, &it.charity), false).await;
        let _ = it.buys(&it.charity, (&own, &it.hospice), false).await;
        let _ = it.buys(&it.leads[1], (&elsewhere, &it.charity), false).await;

        let several = suppliers(&it.board, 2).await;
        assert_eq!(several, [(it.charity.id.clone(), [3, 1, 2])], "as holder, at tier 1 and at tier 2");
        let all = suppliers(&it.board, 1).await;
        assert_eq!(all.len(), 5);
        assert_eq!(of(&all, &it.leads[0]), Some([1, 1, 0]));
        assert_eq!(of(&all, &it.leads[1]), Some([1, 1, 0]), "V8: D is of another board");
        assert_eq!(of(&all, &it.trust), Some([1, 0, 1]));
        assert_eq!(of(&all, &it.hospice), Some([1, 0, 1]));
        assert_eq!(suppliers(&it.board, 4).await, []);

        // Each is told of what it sees, and of nothing else.
        assert_eq!(suppliers(&it.other_board, 2).await, []);
        assert_eq!(of(&suppliers(&it.other_board, 1).await, &it.charity), Some([1, 0, 1]));
        let lead = suppliers(&it.leads[0], 1).await;
        assert_eq!((lead.len(), of(&lead, &it.charity)), (3, Some([1, 0, 1])));
        let both = suppliers(&it.leads[1], 2).await;
        assert_eq!(of(&both, &it.charity), Some([2, 0, 2]));
        assert_eq!(of(&both, &it.leads[1]), Some([2, 2, 0]));
        let charity = suppliers(&it.charity, 1).await;
        assert_eq!(of(&charity, &it.charity), Some([3, 1, 2]),
            "that it sells under B as well hangs on a contract that it does not see");
        assert_eq!(of(&charity, &it.hospice), Some([1, 0, 1]));
        assert_eq!(of(&charity, &it.trust), None);
        assert_eq!(suppliers(&it.hospice, 1).await, [], "it sees its link, and no contract");
        let stranger = world.organisation("Stranger", OrganisationKind::Charity).await;
        let stranger = world.actor(stranger, &[Role::Commissioner]).await;
        assert_eq!(suppliers(&stranger, 1).await, []);
    }

    async fn who_sells_no_more_or_was_refused_is_on_no_contract(world: World) {
        let it = Market::on(&world).await;
        let first = it.contract(&it.board, "A", &it.leads[0]).await;
        let second = it.contract(&it.board, "B", &it.leads[1]).await;
        let ends = it.buys(&it.leads[0], (&first, &it.charity), false).await;
        let refused = it.buys(&it.leads[1], (&second, &it.charity), true).await;
        let _ = it.buys(&it.charity, (&refused, &it.hospice), false).await;
        let _ = it.buys(&it.leads[0], (&first, &it.trust), false).await;
        assert_eq!(suppliers(&it.board, 2).await, [(it.charity.id.clone(), [2, 0, 2])]);
        let refusal = json!({ "subcontract": refused, "expectedVersion": 1, "isApproved": false,
            "reason": "Too far away", "decision": decision() });
        let _ = it.board.run("approveSubcontract", refusal, "subcontract { id }").await.ok();
        let told = suppliers(&it.board, 1).await;
        assert_eq!(of(&told, &it.charity), Some([1, 0, 1]));
        assert_eq!(of(&told, &it.hospice), None, "it stands under what was refused");
        let end = json!({ "subcontract": ends, "expectedVersion": 1, "endsOn": "2026-04-01",
            "reason": "It failed" });
        let _ = it.leads[0].run("endSubcontract", end, "subcontract { id }").await.ok();
        assert_eq!(of(&suppliers(&it.board, 1).await, &it.charity), None);
        let cancel = json!({ "reasonCode": "CHALLENGE", "documentReference": "Letter 9" });
        let _ = it.board.step("cancelContract", &first, "2026-04-02", cancel).await.ok();
        let told = suppliers(&it.board, 1).await;
        assert_eq!(told, [(it.leads[1].id.clone(), [1, 1, 0])], "the contract ended, with its chain");
    }

    async fn they_are_counted_in_as_many_statements_whatever_their_number(world: World) {
        let it = Market::on(&world).await;
        let statements = async || {
            let fields = "{ contractSuppliers(first: 9) { totalCount nodes { contracts sells } } }";
            let _ = it.board.ask(fields).await.ok();
            let before = world.served.statements_run();
            let _ = it.board.ask(fields).await.ok();
            world.served.statements_run() - before
        };
        let mut run = Vec::new();
        for reference in ["A", "B", "C"] {
            let contract = it.contract(&it.board, reference, &it.leads[0]).await;
            let above = it.buys(&it.leads[0], (&contract, &it.trust), false).await;
            let _ = it.buys(&it.trust, (&above, &it.charity), false).await;
            run.push(statements().await);
        }
        assert!(run.iter().all(|it| *it == run[0]), "{run:?}");
        let none = it.board.ask("{ contractSuppliers(first: 1, atLeast: 0) { totalCount } }").await;
        assert_eq!(none.problem(), "INVALID_VALUE");
    }
}
