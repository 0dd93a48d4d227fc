//! A quarter's return, from its draft to its approval, with who owes what at every step.

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Actor, fund_return::RETURN};

use super::pool::{Pool, pence};

const FIGURES: &str = "state figures { asOf total { actual budget variance }
    lines(by: SCHEME, first: 9) { nodes { reference narrative amounts { actual budget } } }
    sources: lines(by: SOURCE, first: 9) { nodes { amounts { actual budget } } }
    incurred: byPartner(basis: INCURRED_BY, first: 9) { nodes { amounts { actual } } }
    funded: byPartner(basis: FUNDED_BY, first: 9) { nodes { amounts { actual budget } } } }";

/// What is reported of a quarter.
pub struct Quarter {
    /// Which.
    pub span: &'static str,
    /// By when it is to be answered.
    pub due_on: &'static str,
    /// The schemes whose variance is above what needs no narrative.
    pub above: &'static [usize],
}

impl Quarter {
    /// The host reports the quarter; one partner asks and is answered; all agree; it is approved.
    pub async fn reported(&self, pool: &Pool) -> String {
        let host = pool.books.host();
        if !self.above.is_empty() {
            let silent = self.drafted(pool, &[]).await;
            assert_eq!(
                host.submits_return(&silent).await.problem(),
                "INVALID_VALUE",
                "unexplained"
            );
        }
        let id = self.drafted(pool, self.above).await;
        let partners = pool.partners().split_off(1);
        for partner in &partners {
            assert_eq!(partner.reads_return(&id, "id").await, Value::Null, "a draft is the host's");
        }
        host.submits_return(&id).await.ok();
        let duty = |who: &Actor, duty: &str| json!([who.id, duty, self.due_on]);
        let agree = |from: usize| -> Vec<Value> {
            partners[from..].iter().map(|partner| duty(partner, "AGREE")).collect()
        };
        assert_eq!(owed(host, &id).await, agree(0));

        // The last partner asks: then the host owes the answer, and afterwards the partner its own.
        let asking = partners[partners.len() - 1];
        asking.queries_return(&id).await.ok();
        assert_eq!(asking.reads_return(&id, "state").await["state"], "QUERIED");
        assert!(owed(host, &id).await.contains(&duty(host, "ANSWER_QUERY")));
        host.answers_query(&id, &asking.id).await.ok();
        for (place, partner) in partners.iter().enumerate() {
            assert_eq!(owed(partner, &id).await, agree(place), "{}", self.span);
            partner.agrees_return(&id).await.ok();
        }
        assert_eq!(owed(host, &id).await, [duty(host, "APPROVE")]);
        let approver = pool.person(host, 301, Role::Approver).await;
        approver.approves_return(&id).await.ok();
        assert_eq!(owed(host, &id).await, Vec::<Value>::new());
        self.is_read(pool, &id).await;
        id
    }

    async fn drafted(&self, pool: &Pool, narratives: &[usize]) -> String {
        let narrative = |place: &usize| json!({ "scheme": pool.schemes[*place], "narrative": "Winter came early" });
        let input = json!({
            "fund": pool.books.fund, "financialYear": "2025/26", "span": self.span,
            "dueOn": self.due_on, "commentary": "As told",
            "narratives": narratives.iter().map(narrative).collect::<Vec<_>>(),
        });
        let made = pool.books.host().run("saveReturn", input, RETURN).await.ok();
        made.text("/saveReturn/fundReturn/id").to_owned()
    }

    /// All partners read the same figures, which add up on each basis, and an outsider none.
    async fn is_read(&self, pool: &Pool, id: &str) {
        let first = pool.books.host().reads_return(id, FIGURES).await;
        assert_eq!(first["state"], "APPROVED");
        for partner in pool.partners() {
            assert_eq!(partner.reads_return(id, FIGURES).await, first);
        }
        assert_eq!(pool.outsider.reads_return(id, "id").await, Value::Null);
        let figures = &first["figures"];
        for list in ["lines", "sources", "incurred", "funded"] {
            let nodes = figures[list]["nodes"].as_array().expect("lines");
            let sum: i64 = nodes.iter().map(|line| pence(&line["amounts"]["actual"])).sum();
            assert_eq!(sum, pence(&figures["total"]["actual"]), "{list}");
        }
    }
}

/// Who owes what to a return, and by when, as somebody is told.
async fn owed(reader: &Actor, id: &str) -> Vec<Value> {
    let fields = "outstanding { organisation { id } duty dueOn }";
    let told = reader.reads_return(id, fields).await;
    let owed = told["outstanding"].as_array().expect("a list").iter();
    owed.map(|it| json!([it["organisation"]["id"], it["duty"], it["dueOn"]])).collect()
}
