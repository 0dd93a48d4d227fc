//! What the links of an arrangement feed, and what is measured under them.

use serde_json::{Value, json};

use super::Arrangement;
use crate::{Actor, Answer};

const TOLD: &str = "number subcontractNumber state isOnBehalf reason";

impl Arrangement {
    /// The board says that a link feeds a measure, for both years.
    pub async fn feeds(&self, link: &str, measure: &str) {
        let input = json!({
            "subcontract": link, "measure": measure, "startsOn": "2026-04-01",
            "endsOn": "2028-03-31", "documentReference": "Schedule 2",
        });
        self.board().run("recordMeasureFeed", input, "subcontract { id }").await.ok();
    }

    /// Somebody submits what was measured under a link, for itself or for its seller. Answers with its
    /// number in the contract, which only the board and the lead provider are told.
    pub async fn submits_under(
        &mut self,
        (who, link): (&Actor, &str),
        (measure, year, reading): (&str, &str, &str),
        whose: Option<&Actor>,
    ) -> i32 {
        let input = json!({
            "subcontract": link, "measure": measure, "financialYear": year, "reading": reading,
            "evidence": "Dashboard", "onBehalfOf": whose.map(|it| &it.id),
        });
        let fields = format!("measurement {{ {TOLD} }}");
        let made = who.run("submitMeasurement", input, &fields).await.ok();
        let made = &made.payload()["measurement"];
        assert_eq!(made["number"], Value::Null);
        assert_eq!(made["isOnBehalf"], whose.is_some());
        self.deeds.measured((measure, year, reading))
    }

    /// The seller of a link confirms what its buyer entered for it.
    pub async fn confirms_measurement(&self, seller: &Actor, link: &str, number: i32) -> Answer {
        let input = json!({ "subcontract": link, "number": number });
        seller.run("confirmMeasurement", input, &format!("measurement {{ {TOLD} }}")).await
    }

    /// What somebody reads of what a link feeds, and of what was measured under it.
    pub async fn reads_fed(&self, who: &Actor, link: &str) -> Value {
        let document = format!(
            r#"{{ node(id: "{link}") {{ ... on Subcontract {{ feeds {{ measure {{ reference target
               weight }} }} measurements {{ {TOLD} }} }} }} }}"#
        );
        who.ask(&document).await.ok().at("/node").clone()
    }
}
