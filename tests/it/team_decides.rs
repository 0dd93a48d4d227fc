//! Whoever acts as a joint commissioning team decides nothing for the organisation that seats them.

use entities::membership::Role;
use serde_json::json;
use tests::{both_databases, proposal::PROPOSAL};

use crate::team::{Scene, account, bearer, problem, sign_in};

both_databases! {
    async fn m13_a_seat_on_a_team_is_no_role_in_the_employer_when_something_is_decided(world: World) {
        let scene = Scene::set(&world).await;
        let host = scene.host().organisation;
        let anna = account(&world, host, "anna@host.example", Role::Viewer).await;
        let _ = scene.seat(scene.host(), anna, "APPROVER").await.ok();
        let partner = scene.books.partner(1);
        let proposer = partner.colleague(&world, 1, &[Role::Commissioner]).await;
        let change = json!({
            "change": { "id": scene.books.agreement, "expectedVersion": 1, "aims": "Wider" },
            "expiresOn": "2025-12-31", "idempotencyKey": "1",
        });
        let proposal = proposer.proposes("proposeAgreementChange", change).await;

        let anna = bearer(&world, &sign_in(&world, "anna@host.example", Some(&scene.team)).await.ok());
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Proposal {{ {} }} }} }}",
            "viewerCan { approve { allowed reason } refuse { allowed } withdraw { allowed } }");
        let may = anna.send(&document, json!({ "id": proposal })).await.ok();
        assert_eq!(may.at("/node/viewerCan/approve/allowed"), &json!(false));
        assert_eq!(may.at("/node/viewerCan/refuse/allowed"), &json!(false));
        let approved = anna.approves(&proposal).await;
        let sentence = may.text("/node/viewerCan/approve/reason").to_owned();
        assert_eq!(problem(&approved), ("NOT_ALLOWED".to_owned(), sentence));
        assert_eq!(anna.refuses(&proposal, "No").await.problem(), "NOT_ALLOWED");
        assert_eq!(proposer.state_of(&proposal).await, json!("OPEN"));

        // The same decision is the host's own approver's to take.
        let approver = scene.host().colleague(&world, 2, &[Role::Approver]).await;
        let input = json!({ "proposal": proposal, "decision": tests::posting::decision() });
        let done = approver.run("approveProposal", input, PROPOSAL).await.ok();
        assert_eq!(done.payload()["proposal"]["decisions"][0]["verdict"], json!("APPROVED"));
    }
}
