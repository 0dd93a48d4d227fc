//! A contract whose pay is run, approved and posted, and everybody around it.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};

use crate::{Actor, Answer, Books, World, contracts::drafted, posting::decision};

/// A contract of £100,000 a year that a board co-ordinates with a borough beside it, paid to a trust
/// from a fund that a council hosts.
pub struct Paid {
    /// The books of the council, the board and another partner.
    pub books: Books,
    /// The scheme that is charged.
    pub scheme: String,
    /// The commissioner that leads.
    pub board: Actor,
    /// The commissioner beside it, which is no partner.
    pub borough: Actor,
    /// The provider that leads.
    pub trust: Actor,
    /// Who may sell to it.
    pub subcontractor: Actor,
    /// Somebody of the host who approves.
    pub approver: Actor,
    /// The contract.
    pub contract: String,
}

/// What is read of a run.
pub const RUN: &str = "run { number period state total ownShare reason decidedOn
    payee { id } fund { id } scheme { id } withheld { field reason }
    viewerCan { decide { allowed reason } }
    lines { number component period nature isAdjustment amount state
        explanation { rule steps { label inputs { name amount } result } }
        acts { kind side amount reason happenedOn }
        viewerCan { claim { allowed } query { allowed } answer { allowed } accept { allowed }
            recordPaid { allowed } reconcile { allowed } } } }";

impl Paid {
    /// On 10 April 2026, when the months of 2025/26 have passed; awarded, and without pay.
    pub async fn awarded(world: &World) -> Self {
        world.it_is_at(2026, 4, 10, 12);
        let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
        let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
        let partner = world.organisation("Partner", OrganisationKind::LocalAuthority).await;
        let borough = world.organisation("Borough", OrganisationKind::LocalAuthority).await;
        let trust = world.organisation("Trust", OrganisationKind::NhsTrust).await;
        let charity = world.organisation("Charity", OrganisationKind::Charity).await;
        let buys = [Role::Commissioner, Role::Finance];
        let mut staff = Vec::new();
        for partner in [council, board, partner] {
            staff.push(world.actor(partner, &buys).await);
        }
        let borough = world.actor(borough, &buys).await;
        let sells = [Role::ContractManager, Role::Finance];
        let trust = world.actor(trust, &sells).await;
        let subcontractor = world.actor(charity, &sells).await;
        let board = staff[1].clone();
        let approver = staff[0].colleague(world, 20, &[Role::Approver]).await;
        let books = Books::between(staff, "POOL").await;
        books.contribution(1, "2000000.00").await;
        let scheme = books.scheme("1", "2000000.00", &[1, 2]).await;
        let mut draft = drafted("UC-1", &[(&board, 9), (&borough, 1)], &[&trust]);
        draft["startsOn"] = json!("2025-04-01");
        draft["agreement"] = json!(books.agreement);
        let contract = board.draft(draft).await;
        let years = json!([{ "financialYear": "2025/26", "amount": "1000000.00" }]);
        let value = json!({ "contract": contract, "expectedValueVersion": 0, "years": years });
        board.run("planContractValue", value, "contract { id }").await.ok();
        board.step("awardContract", &contract, "2025-06-30", json!({})).await.ok();
        Self { books, scheme, board, borough, trust, subcontractor, approver, contract }
    }

    /// The same, with a block of £100,000.
    pub async fn block(world: &World) -> Self {
        let paid = Self::awarded(world).await;
        paid.component("BLOCK", json!({ "block": { "amount": "100000.00" } })).await;
        paid
    }

    /// An input about the contract.
    #[must_use]
    pub fn input(&self, mut fields: Value) -> Value {
        fields["contract"] = json!(self.contract);
        fields
    }

    /// Records a component of its pay.
    pub async fn component(&self, reference: &str, pay: Value) {
        let input = self.input(json!({
            "reference": reference, "effectiveOn": "2025-04-01", "pay": pay,
            "decision": decision(),
        }));
        self.board.run("recordPayComponent", input, "component { kind }").await.ok();
    }

    /// What is sent to run a month.
    #[must_use]
    pub fn month(&self, period: i32, key: &str) -> Value {
        self.input(json!({
            "financialYear": "2025/26", "period": period, "scheme": self.scheme,
            "idempotencyKey": key,
        }))
    }

    /// Runs a month, as the board.
    pub async fn run(&self, period: i32, key: &str) -> Answer {
        self.board.run("runPayment", self.month(period, key), RUN).await
    }

    /// Approves a run, as the host.
    pub async fn approve(&self, run: i32) -> Answer {
        let input = self.input(json!({ "run": run }));
        self.approver.run("approvePaymentRun", input, RUN).await
    }

    /// Does something about the first line of the first run.
    ///
    /// # Panics
    /// Never: what is read of a run ends with its lines.
    pub async fn line(&self, actor: &Actor, mutation: &str, fields: Value) -> Answer {
        let mut input = self.input(json!({ "run": 1, "line": 1 }));
        for (name, value) in fields.as_object().into_iter().flatten() {
            input[name] = value.clone();
        }
        let fields = RUN.split_once("lines ").expect("lines").1;
        let fields = fields.strip_suffix('}').expect("the end of the run");
        actor.run(mutation, input, &format!("line {fields}")).await
    }

    /// What a reader sees of the runs of the year.
    pub async fn runs(&self, actor: &Actor) -> Value {
        let run = RUN.split_once(' ').expect("a run").1;
        let document = format!(
            "query($id: ID!) {{ contract(id: $id) {{ pay {{ withheld {{ field reason }}
                paymentRuns(financialYear: \"2025/26\") {run} }} }} }}"
        );
        actor.send(&document, json!({ "id": self.contract })).await.ok().at("/contract").clone()
    }

    /// What was spent, and the host's cash.
    ///
    /// # Panics
    /// When there is no position.
    pub async fn stands(&self) -> (String, String) {
        let told = self.books.position(self.books.host(), "", "cash total { actual }").await.ok();
        let position = told.at("/pooledFund/position");
        let text = |value: &Value| value.as_str().expect("money").to_owned();
        (text(&position["total"]["actual"]), text(&position["cash"]))
    }
}
